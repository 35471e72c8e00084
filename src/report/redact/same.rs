//! Whether two runs came to the same: row by row and award by award, and line by line of money.

use std::collections::BTreeMap;

use super::dates::Move;
use super::words::Pseudonyms;
use crate::facts::EmployeeId;
use crate::policy::{AwardId, RecordId};
use crate::report::Results;
use crate::report::results::{Adjustment, Fate, RowOutcome, RowPlace};
use crate::report::text::decimal;
use crate::value::{Date, Number};

/// A row of a record by its number in the table, and the award that looked at it.
type Key = (RecordId, u32, Option<AwardId>);

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

/// Whose numbers the rows have: those of the tables, or those of a redacted file, which has the rows in the order of the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Real,
    Redacted,
}

pub fn records(results: &Results, side: Side) -> Records {
    let grouped = grouped(results, side);
    Records(
        grouped
            .into_iter()
            .map(|(key, outcomes)| (key, outcomes.into_iter().map(|outcome| outcome.record.as_ref().into()).collect()))
            .collect(),
    )
}

/// Says where the second run, over moved dates, first differs from the first.
pub fn expect_same(first: &Results, second: &Results, (called, by): (&Pseudonyms, Move)) -> Result<(), String> {
    let (before, after) = (grouped(first, Side::Real), grouped(second, Side::Redacted));
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

/// Outcomes by row and award. Rows that no table holds (rejected, set aside, earlier payments) are left out.
fn grouped<'r>(results: &'r Results, side: Side) -> BTreeMap<Key, Vec<&'r RowOutcome<'static>>> {
    let facts = results.context.facts;
    let mut rows: BTreeMap<RowPlace, (RecordId, u32)> = BTreeMap::new();
    for (index, table) in (0u16..).zip(&facts.tables) {
        for row in 0..table.len() as u32 {
            let (file, number) = table.position(row);
            let own = if side == Side::Real { row } else { number.saturating_sub(2) };
            rows.insert(RowPlace { file, row: number }, (RecordId(index), own));
        }
    }
    let mut grouped: BTreeMap<Key, Vec<&RowOutcome<'static>>> = BTreeMap::new();
    for outcome in &results.outcomes {
        if let Some((record, row)) = rows.get(&outcome.place) {
            grouped.entry((*record, *row, outcome.award)).or_default().push(outcome);
        }
    }
    grouped
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
