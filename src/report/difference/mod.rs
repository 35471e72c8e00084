//! What two policies pay over the same data: for each person, in total, and the rows that come out otherwise.

mod tables;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use super::Results;
use super::results::{Fate, RowOutcome};
use super::totals::{Sum, sum};
use super::words::kind_word;
use crate::value::Number;

pub use tables::{people_csv, rows_csv};

/// One of the two policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    First,
    Second,
}

/// Something under both policies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Both<T> {
    pub first: T,
    pub second: T,
}

/// Everything that differs between two runs.
#[derive(Clone, Debug)]
pub struct Difference {
    pub names: Both<String>,
    pub as_of: String,
    /// By kind of money, in order of the word; then everything.
    pub kinds: BTreeMap<&'static str, Both<Sum>>,
    pub total: Both<Sum>,
    /// Everybody whose sum differs under some kind, in order of the ID.
    pub people: Vec<Person>,
    /// How many employees have the same under both.
    pub unchanged: usize,
    pub rows: Vec<Row>,
}

#[derive(Clone, Debug)]
pub struct Person {
    pub employee: String,
    pub amount: Both<Sum>,
}

/// A row of which an outcome differs.
#[derive(Clone, Debug)]
pub struct Row {
    pub source: String,
    pub employee: String,
    pub outcome: Both<RowFate>,
}

/// What became of a row, whatever the awards are called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowFate {
    /// The outcomes by their words, in the order of the awards.
    pub outcomes: Vec<&'static str>,
    pub amount: Sum,
    pub reason: String,
}

impl Both<Sum> {
    /// What the second pays more; none where there are too many digits.
    pub fn difference(&self) -> Sum {
        self.second.zip(self.first).and_then(|(second, first)| second.minus(first).ok())
    }
}

impl Difference {
    pub fn of(first: &Results, second: &Results) -> Difference {
        let (by_first, by_second) = (by_person(first), by_person(second));
        let everybody: BTreeSet<&String> = by_first.keys().chain(by_second.keys()).collect();
        let of = |all: &BTreeMap<String, Kinds>, id: &String| all.get(id).cloned().unwrap_or_default();
        let mut people = Vec::new();
        for id in &everybody {
            let (a, b) = (of(&by_first, id), of(&by_second, id));
            if a != b {
                people.push(Person { employee: (*id).clone(), amount: Both { first: whole(&a), second: whole(&b) } });
            }
        }
        let employees: BTreeSet<&str> = [first, second].into_iter().flat_map(|run| run.context.facts.employees.iter()).collect();
        let (all_first, all_second) = (kinds(first), kinds(second));
        let words: BTreeSet<&'static str> = all_first.keys().chain(all_second.keys()).copied().collect();
        let of_kind = |all: &Kinds, kind| all.get(kind).copied().unwrap_or(Some(Number::ZERO));
        Difference {
            names: Both { first: name(first), second: name(second) },
            as_of: first.context.as_of.to_string(),
            kinds: words
                .into_iter()
                .map(|kind| (kind, Both { first: of_kind(&all_first, kind), second: of_kind(&all_second, kind) }))
                .collect(),
            total: Both { first: whole(&all_first), second: whole(&all_second) },
            unchanged: employees.len().saturating_sub(people.len()),
            people,
            rows: rows(first, second),
        }
    }
}

fn name(results: &Results) -> String {
    format!("{} ({})", results.context.policy.name, results.context.policy.source.name)
}

/// Money by kind.
type Kinds = BTreeMap<&'static str, Sum>;

fn add(kinds: &mut Kinds, kind: &'static str, amount: Number) {
    let sum = kinds.entry(kind).or_insert(Some(Number::ZERO));
    *sum = sum.and_then(|sum| sum.plus(amount).ok());
}

fn kinds(results: &Results) -> Kinds {
    let mut all = Kinds::new();
    results.adjustments.iter().for_each(|line| add(&mut all, kind_word(line.kind), line.amount));
    all
}

fn by_person(results: &Results) -> BTreeMap<String, Kinds> {
    let mut people: BTreeMap<String, Kinds> = BTreeMap::new();
    for line in &results.adjustments {
        let own = people.entry(results.context.facts.employee(line.employee).to_owned()).or_default();
        add(own, kind_word(line.kind), line.amount);
    }
    people
}

fn whole(kinds: &Kinds) -> Sum {
    kinds.values().copied().collect::<Option<Vec<Number>>>().and_then(sum)
}

/// File and row as both runs know them: the file's name and sheet, and the row's number.
type Place = (String, Option<String>, u32);

fn rows(first: &Results, second: &Results) -> Vec<Row> {
    let (before, after) = (by_row(first), by_row(second));
    let places: BTreeSet<&Place> = before.keys().chain(after.keys()).collect();
    let none = (String::new(), RowFate { amount: Some(Number::ZERO), ..RowFate::default() });
    let mut rows = Vec::new();
    for place in places {
        let (a, b) = (before.get(place).unwrap_or(&none), after.get(place).unwrap_or(&none));
        let told = |fate: &RowFate| (fate.outcomes.clone(), fate.amount);
        if told(&a.1) != told(&b.1) {
            let sheet = place.1.as_ref().map_or(String::new(), |sheet| format!("#{sheet}"));
            rows.push(Row {
                source: format!("{}{sheet}!{}", place.0, place.2),
                employee: if a.0.is_empty() { b.0.clone() } else { a.0.clone() },
                outcome: Both { first: a.1.clone(), second: b.1.clone() },
            });
        }
    }
    rows
}

/// Each row's employee and fate; a row that is only looked up has no say in amounts.
fn by_row(results: &Results) -> BTreeMap<Place, (String, RowFate)> {
    let context = &results.context;
    let mut rows: BTreeMap<Place, Vec<&RowOutcome>> = BTreeMap::new();
    for outcome in results.outcomes.iter().filter(|outcome| outcome.fate != Fate::Used) {
        if let Some(file) = context.facts.files.get(usize::from(outcome.place.file)) {
            let short = context.names.short(&file.name).to_owned();
            rows.entry((short, file.sheet.as_deref().map(str::to_owned), outcome.place.row)).or_default().push(outcome);
        }
    }
    let fate = |outcomes: Vec<&RowOutcome>| {
        let employee = outcomes.first().map_or(String::new(), |outcome| results.employee(&outcome.who).to_owned());
        let reasons: Vec<&str> = outcomes.iter().map(|outcome| outcome.reason.as_ref()).collect();
        let fate = RowFate {
            outcomes: outcomes.iter().map(|outcome| outcome.fate.word()).collect(),
            amount: sum(outcomes.iter().filter_map(|outcome| outcome.amount)),
            reason: reasons.join("; "),
        };
        (employee, fate)
    };
    rows.into_iter().map(|(place, outcomes)| (place, fate(outcomes))).collect()
}
