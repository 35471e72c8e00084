//! What each file is for: rows of a record, or only a translation of addresses to people.

use std::collections::BTreeSet;

use super::columns::{self, Ground};
use super::{Answer, Section, person};
use crate::facts::bind::named_record;
use crate::facts::mapping::stem;
use crate::facts::survey::Survey;
use crate::policy::{Policy, RecordId};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Record(RecordId),
    /// The only record that no other file holds, for the only file that holds no other.
    Left(RecordId),
    Crosswalk,
    Unknown,
}

/// How well a file has to fit a record, and how much better than the next.
const ENOUGH: u32 = 60;
const AHEAD: u32 = 10;

pub fn find(policy: &Policy, surveys: &[Survey], answers: &[Answer]) -> Vec<Role> {
    let mut roles: Vec<Option<Role>> = surveys.iter().map(|survey| named(policy, survey, answers)).collect();
    let people = Role::Record(policy.people);
    if !roles.contains(&Some(people)) {
        let candidates = (0..surveys.len()).filter(|index| roles[*index].is_none());
        // a file that also says whose an address is, is the people's only where no other can be
        let translates =
            |index: usize| (0..surveys.len()).any(|other| other != index && person::could_translate(&surveys[index], &surveys[other]));
        let scored = candidates
            .filter_map(|index| people_score(policy, &surveys[index]).map(|score| (!translates(index), score, std::cmp::Reverse(index))));
        if let Some((_, _, std::cmp::Reverse(index))) = scored.max() {
            roles[index] = Some(people);
        }
    }
    for index in 0..surveys.len() {
        if roles[index].is_none() {
            roles[index] = by_columns(policy, &surveys[index]);
        }
    }
    let known: Vec<Role> = roles.iter().map(|role| role.unwrap_or(Role::Unknown)).collect();
    let everybody = people_of(policy, surveys, (&known, answers));
    let mut roles: Vec<Role> = (0..surveys.len()).map(|index| role(surveys, (&known, &everybody), index)).collect();
    give_what_is_left(policy, &mut roles);
    roles
}

/// One file of which nothing is known and one record without a file belong together.
fn give_what_is_left(policy: &Policy, roles: &mut [Role]) {
    let records = (0..policy.records.len() as u16).map(RecordId).filter(|record| policy.balances != Some(*record));
    let left: Vec<RecordId> = records.filter(|record| !roles.contains(&Role::Record(*record))).collect();
    let unknown: Vec<usize> = (0..roles.len()).filter(|index| roles[*index] == Role::Unknown).collect();
    if let ([record], [index]) = (left.as_slice(), unknown.as_slice()) {
        roles[*index] = Role::Left(*record);
    }
}

/// The IDs of the people's file, where one is known.
fn people_of<'a>(policy: &Policy, surveys: &'a [Survey], (roles, answers): (&[Role], &[Answer])) -> BTreeSet<&'a str> {
    let Some(survey) = surveys.first() else { return BTreeSet::new() };
    let ground = Ground { answers, ..Ground::of(policy, policy.people, survey) };
    person::known_people(ground, (surveys, roles))
}

/// A file that fits no record may still say whose an address is.
fn role(surveys: &[Survey], (roles, everybody): (&[Role], &BTreeSet<&str>), index: usize) -> Role {
    let translates = || {
        person::knows(&surveys[index], everybody)
            && (0..surveys.len()).any(|other| other != index && person::could_translate(&surveys[index], &surveys[other]))
    };
    match roles[index] {
        Role::Unknown if translates() => Role::Crosswalk,
        role => role,
    }
}

fn named(policy: &Policy, survey: &Survey, answers: &[Answer]) -> Option<Role> {
    let is_answer = |answer: &&Answer| answer.file == survey.title() && answer.section == Section::File && answer.key == "record";
    let answered = answers.iter().find(is_answer).and_then(|answer| answer.choice.as_text());
    let index = match answered.as_ref().or(survey.record.as_ref()) {
        Some(record) => policy.records.iter().position(|known| known.name == **record),
        None => named_record(policy, &survey.name),
    };
    index.map(|index| Role::Record(RecordId(index as u16)))
}

/// The scores of a file as the people's: it needs a column with everybody's ID.
fn people_score(policy: &Policy, survey: &Survey) -> Option<u32> {
    let ground = Ground::of(policy, policy.people, survey);
    let id = person::id_column(ground)?;
    let others: Vec<u32> = (0..policy.records.len() as u16)
        .map(RecordId)
        .filter(|record| *record != policy.people)
        .map(|record| columns::find(Ground { record, ..ground }).fit(policy.record(record)))
        .collect();
    let other = others.iter().copied().max().unwrap_or(0);
    let called = if is_called_so(&survey.name) { CALLED_SO } else { 0 };
    let own = columns::find(ground).sum() + id.score + survey.columns.len().min(20) as u32 + called;
    (other < ENOUGH).then(|| own.saturating_sub(other))
}

/// What a file's name counts for where it says that people are in it.
const CALLED_SO: u32 = 40;

fn is_called_so(name: &str) -> bool {
    const WORDS: [&str; 9] = ["staff", "people", "roster", "personnel", "faculty", "employee", "employees", "teachers", "payroll"];
    stem(name).split('_').any(|word| WORDS.contains(&word))
}

fn by_columns(policy: &Policy, survey: &Survey) -> Option<Role> {
    let events = (0..policy.records.len() as u16).map(RecordId).filter(|record| *record != policy.people);
    let mut fits: Vec<(u32, RecordId)> =
        events.map(|record| (columns::find(Ground::of(policy, record, survey)).fit(policy.record(record)), record)).collect();
    fits.sort_by_key(|(fit, record)| (u32::MAX - fit, *record));
    let next = fits.get(1).map_or(0, |(fit, _)| *fit);
    let (fit, record) = *fits.first()?;
    (fit >= ENOUGH && fit >= next + AHEAD).then_some(Role::Record(record))
}
