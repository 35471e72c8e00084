//! Whether two runs came to the same: row by row and award by award, and line by line of money.

use std::collections::BTreeMap;

use super::dates::Move;
use super::words::Pseudonyms;
use crate::facts::{EmployeeId, SetAside};
use crate::policy::{AwardId, RecordId};
use crate::report::Results;
use crate::report::results::{Adjustment, Fate, RowOutcome, RowPlace};
use crate::report::text::decimal;
use crate::value::{Date, Number};

/// A row by its record (none: what earlier runs paid) and its place among the record's rows, and the award that looked at it.
type Key = (Option<RecordId>, u32, Option<AwardId>);

/// The record keys that each award found for each row, in order.
#[derive(Clone, Debug, Default)]
pub struct Records(BTreeMap<Key, Vec<Box<str>>>);

impl Records {
    /// From the record keys of one run to those of another over the same rows, for each employee and award.
    pub fn to(&self, other: &Records) -> BTreeMap<(AwardId, Box<str>), Box<str>> {
        let mut keys = BTreeMap::new();
        for (key, own) in &self.0 {
            let (Some(theirs), Some(award)) = (other.0.get(key), key.2) else { continue };
            keys.extend(own.iter().zip(theirs).map(|(own, theirs)| ((award, own.clone()), theirs.clone())));
        }
        keys
    }
}

pub fn records(results: &Results) -> Records {
    let keys = |outcomes: Vec<&RowOutcome>| outcomes.into_iter().map(|outcome| outcome.record.as_ref().into()).collect();
    Records(grouped(results).into_iter().map(|(key, outcomes)| (key, keys(outcomes))).collect())
}

/// Says where the second run, over moved dates, first differs from the first.
pub fn expect_same(first: &Results, second: &Results, (called, by): (&Pseudonyms, Move)) -> Result<(), String> {
    expect_same_reasons(first, second)?;
    let (before, after) = (grouped(first), grouped(second));
    if before.len() != after.len() {
        return Err(format!("{} pairs of row and award before, {} after", before.len(), after.len()));
    }
    let told = |outcomes: &[&RowOutcome]| -> Vec<(Fate, Option<Number>)> {
        outcomes.iter().map(|outcome| (outcome.fate, outcome.amount)).collect()
    };
    let names = first.source_names();
    for (key, outcomes) in &before {
        let other = after.get(key).map(|outcomes| told(outcomes)).unwrap_or_default();
        if told(outcomes) != other {
            let place = outcomes.first().map_or(String::new(), |outcome| crate::report::tables::source(names, outcome.place));
            let words = |told: &[(Fate, Option<Number>)]| {
                let word = |(fate, amount): &(Fate, Option<Number>)| format!("{} {}", fate.word(), amount.map_or(String::new(), decimal));
                told.iter().map(word).collect::<Vec<_>>().join(", ").trim().to_owned()
            };
            return Err(format!("{place}: {} before, {} after", words(&told(outcomes)), words(&other)));
        }
    }
    let real = money(first, by, &|employee| called.person(employee).to_owned());
    let redacted = money(second, Move { years: 0 }, &|employee| second.context.facts.employee(employee).to_owned());
    if real == redacted { Ok(()) } else { Err("the lines of money differ".to_owned()) }
}

/// By place: the record and the place among its rows, in the order of the files.
fn ordinals(results: &Results) -> BTreeMap<RowPlace, (Option<RecordId>, u32)> {
    let facts = results.context.facts;
    let used = facts.tables.iter().flat_map(|table| (0..table.len() as u32).map(|row| table.position(row)));
    let rejected = facts.rejected.iter().map(|row| (row.file, row.row));
    let aside = facts.set_aside.iter().map(|row| (row.file, row.row));
    let mut places: Vec<RowPlace> = used.chain(rejected).chain(aside).map(|(file, row)| RowPlace { file, row }).collect();
    places.extend(results.outcomes.iter().map(|outcome| outcome.place));
    places.sort_unstable();
    places.dedup();
    let mut counts: BTreeMap<Option<RecordId>, u32> = BTreeMap::new();
    let numbered = places.into_iter().map(|place| {
        let record = facts.files.get(usize::from(place.file)).and_then(|file| file.record);
        let count = counts.entry(record).or_default();
        *count += 1;
        (place, (record, *count))
    });
    numbered.collect()
}

/// Outcomes by row and award.
fn grouped<'r>(results: &'r Results) -> BTreeMap<Key, Vec<&'r RowOutcome<'static>>> {
    let rows = ordinals(results);
    let mut grouped: BTreeMap<Key, Vec<&RowOutcome<'static>>> = BTreeMap::new();
    for outcome in &results.outcomes {
        if let Some((record, row)) = rows.get(&outcome.place) {
            grouped.entry((*record, *row, outcome.award)).or_default().push(outcome);
        }
    }
    grouped
}

/// Why rows are not used, each by its place among the rows of its record.
type Reasons = BTreeMap<(Option<RecordId>, u32), (Vec<&'static str>, String)>;

fn reasons(results: &Results) -> Reasons {
    let rows = ordinals(results);
    let facts = results.context.facts;
    let at = |file: u16, row: u32| rows.get(&RowPlace { file, row }).copied().unwrap_or_default();
    let mut reasons = Reasons::new();
    for row in &facts.rejected {
        let codes = &mut reasons.entry(at(row.file, row.row)).or_default().0;
        codes.extend(row.problems.iter().map(|problem| problem.code));
        codes.sort_unstable();
    }
    for row in &facts.set_aside {
        let words = match row.reason {
            SetAside::DuplicateOf(first) => format!("the same as row {} of the record", at(row.file, first).1),
            SetAside::AddedTo(first) => format!("added to row {} of the record", at(row.file, first).1),
            other => format!("{other:?}"),
        };
        reasons.entry(at(row.file, row.row)).or_default().1 = words;
    }
    reasons
}

/// Says which row is first rejected or passed over for another reason.
fn expect_same_reasons(first: &Results, second: &Results) -> Result<(), String> {
    let (before, after) = (reasons(first), reasons(second));
    let (names, rows) = (first.source_names(), ordinals(first));
    let words = |reason: Option<&(Vec<&'static str>, String)>| match reason {
        None => "used".to_owned(),
        Some((codes, words)) => codes
            .iter()
            .map(|code| (*code).to_owned())
            .chain(Some(words.clone()).filter(|words| !words.is_empty()))
            .collect::<Vec<_>>()
            .join(", "),
    };
    for key in before.keys().chain(after.keys()) {
        if before.get(key) != after.get(key) {
            let place =
                rows.iter().find(|(_, row)| *row == key).map_or(String::new(), |(place, _)| crate::report::tables::source(names, *place));
            return Err(format!("{place}: {} before, {} after", words(before.get(key)), words(after.get(key))));
        }
    }
    Ok(())
}

type Money = (String, AwardId, &'static str, Number, Option<Date>, Option<Option<Date>>);

/// The lines of money, sorted; record keys, periods and places are called otherwise after redaction.
fn money(results: &Results, by: Move, name: &dyn Fn(EmployeeId) -> String) -> Vec<Money> {
    let line = |line: &Adjustment| {
        let kind = crate::report::words::kind_word(line.kind);
        (name(line.employee), line.award, kind, line.amount, by.date(line.effective), line.pay_date.map(|date| by.date(date)))
    };
    let mut lines: Vec<Money> = results.adjustments.iter().map(line).collect();
    lines.sort();
    lines
}
