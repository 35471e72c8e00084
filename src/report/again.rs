//! Rows that are paid beside another of the same person that differs only in its dates: perhaps one credential awarded again.

use std::cmp::Ordering;

use super::results::Results;
use super::text::{cell_place, count};
use super::words::Context;
use crate::diagnostic::Diagnostic;
use crate::eval::{Origin, PersonRun};
use crate::facts::Column;
use crate::policy::{Award, AwardId, Each, FieldId, FieldRole, Record, RecordId};
use crate::source::Place;
use crate::value::{Type, Value};

/// Rows that are told one by one; the rest are counted.
const TOLD_MOST: usize = 1_000;

/// A row that is paid, and the paid row of the same person beside which it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaidAgain {
    award: AwardId,
    record: RecordId,
    row: u32,
    beside: u32,
}

impl Context<'_> {
    /// Adds what one person's run pays again; nothing where the award says what is paid once.
    #[inline]
    pub(super) fn find_paid_again(&self, run: &PersonRun, again: &mut Vec<PaidAgain>) {
        if self.policy.awards.iter().any(pays_each_row) {
            self.add_paid_again(run, again);
        }
    }

    #[inline(never)]
    fn add_paid_again(&self, run: &PersonRun, again: &mut Vec<PaidAgain>) {
        let mut paid: Vec<(AwardId, RecordId, u32)> = run
            .outcomes
            .iter()
            .filter(|outcome| outcome.amount.is_positive() && pays_each_row(self.policy.award(outcome.award)))
            .filter_map(|outcome| match outcome.origin {
                Origin::Event { record, row } => Some((outcome.award, record, row)),
                Origin::Period(_) => None,
            })
            .collect();
        paid.sort_by(|left, right| {
            let rows = || self.compared(left.1, (left.2, right.2));
            (left.0, left.1).cmp(&(right.0, right.1)).then_with(rows).then(left.2.cmp(&right.2))
        });
        // an award that comes again pays one row several times
        paid.dedup();
        for alike in paid.chunk_by(|left, right| {
            (left.0, left.1) == (right.0, right.1) && self.is_named(left.1, left.2) && self.compared(left.1, (left.2, right.2)).is_eq()
        }) {
            let (award, record, beside) = alike[0];
            again.extend(alike[1..].iter().map(|(_, _, row)| PaidAgain { award, record, row: *row, beside }));
        }
    }

    /// Two rows by everything but their dates: in some order, of which it is only asked that equal ones stand together.
    fn compared(&self, record: RecordId, (left, right): (u32, u32)) -> Ordering {
        let table = self.facts.table(record);
        let fields = undated(self.policy.record(record)).map(|(field, _)| table.column(field));
        let mut orders = fields.map(|column| in_column(column, (left, right)));
        orders.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    }

    /// Whether some text says what the row is about; a word of a list is the kind of many.
    fn is_named(&self, record: RecordId, row: u32) -> bool {
        let table = self.facts.table(record);
        let mut texts = undated(self.policy.record(record)).filter(|(_, ty)| *ty == Type::Text);
        texts.any(|(field, _)| table.column(field).value(row) != Value::Missing)
    }

    fn warning(&self, again: &PaidAgain) -> Diagnostic {
        let (record, table) = (self.policy.record(again.record), self.facts.table(again.record));
        let dates = dated(record);
        let date = dates.into_iter().find(|field| !table.column(*field).same(again.row, again.beside));
        let raw = date.map(|field| table.column(field).value(again.row).to_string());
        let cell = crate::source::Cell { raw: raw.map(Into::into), ..table.cell(&self.facts.files, again.row, date) };
        let beside = cell_place(&table.cell(&self.facts.files, again.beside, None));
        let award = &self.policy.award(again.award).name;
        let message = format!("`{award}` pays this row, and another of the same employee that differs only in its dates: {beside}");
        let name = |field: FieldId| record.fields[usize::from(field.0)].name.as_str();
        let what = undated(record).find(|(_, ty)| *ty == Type::Text).map_or("KEY", |(field, _)| name(field));
        let day = date.map_or("DATE", name);
        Diagnostic::warning("perhaps-paid-twice", Place::Cell(cell), message)
            .help(format!("if that is one credential awarded again, say in the policy what is paid once: once per {what}"))
            .help(format!("if each day counts, say so: once per {what}, {day}"))
    }
}

impl Results<'_> {
    /// Rows that may be paid twice, those of the files' first rows one by one.
    pub fn paid_again(&self) -> Vec<Diagnostic> {
        let mut rows: Vec<&PaidAgain> = self.paid_again.iter().collect();
        rows.sort_by_key(|again| (self.context.facts.table(again.record).position(again.row), again.award));
        let mut told: Vec<Diagnostic> = rows.into_iter().take(TOLD_MOST).map(|again| self.context.warning(again)).collect();
        let more = self.paid_again.len().saturating_sub(TOLD_MOST);
        if let Some(last) = told.last_mut().filter(|_| more > 0) {
            last.help.push(format!("{} like this are not listed", count(more, "more row")));
        }
        told
    }
}

/// Two rows by one field; equal texts have one number.
#[inline]
fn in_column(column: &Column, (left, right): (u32, u32)) -> Ordering {
    match column {
        Column::Text(texts) => texts.code(left).cmp(&texts.code(right)),
        Column::Choice { codes, .. } => codes[left as usize].cmp(&codes[right as usize]),
        other => other.value(left).partial_cmp(&other.value(right)).unwrap_or(Ordering::Equal),
    }
}

/// Whether an award pays each row of a record, and nothing in it says what is paid once.
fn pays_each_row(award: &Award) -> bool {
    matches!(award.each, Each::Event(_)) && award.once.is_none() && award.credits.is_none() && award.counts_in.is_none()
}

/// Values that are no dates, with their types.
fn undated(record: &Record) -> impl Iterator<Item = (FieldId, Type)> {
    values(record).filter(|(_, ty)| *ty != Type::Date)
}

fn dated(record: &Record) -> Vec<FieldId> {
    values(record).filter(|(_, ty)| *ty == Type::Date).map(|(field, _)| field).collect()
}

fn values(record: &Record) -> impl Iterator<Item = (FieldId, Type)> {
    record.fields.iter().enumerate().filter_map(|(index, field)| match field.role {
        FieldRole::Value(ty) => Some((FieldId(index as u16), ty)),
        FieldRole::Person | FieldRole::Key => None,
    })
}
