//! The rows that no award decides about.

use std::borrow::Cow;
use std::ops::Range;

use rayon::prelude::*;

use super::counted::RowMarks;
use super::results::{Fate, Kept, PeopleResult, RowOutcome, RowPlace, Who};
use super::words::{Context, set_aside_words};
use super::written::Form;
use crate::facts::{DataFile, EmployeeId, Table};
use crate::policy::RecordId;
use crate::source::Cell;

/// Rows that are taken one after the other by one thread, and whose lines are taken in together.
pub(super) const ROWS: usize = 8192;

/// The others that no award decides about: set aside, rejected, earlier payments. Why a row was set aside is put into words where somebody sees them.
pub(super) fn rows(context: &Context, (kept, marks): (Kept, &mut RowMarks), take: &mut dyn FnMut(RowOutcome)) {
    let take = &mut |outcome: RowOutcome| {
        marks.mark_other(outcome.place, outcome.fate);
        take(outcome);
    };
    for row in &context.facts.set_aside {
        let words = || context.left_out(row).unwrap_or_else(|| set_aside_words(row.reason)).into();
        let reason = if kept.every_row() { words() } else { "".into() };
        take(undecided(RowPlace { file: row.file, row: row.row }, Who::Written("".into()), Fate::NotUsed, reason));
    }
    for row in &context.facts.rejected {
        let problems: Vec<String> = row.problems.iter().map(|problem| format!("{} [{}]", problem.message, problem.code)).collect();
        let who = Who::Written(row.employee.as_deref().unwrap_or("").into());
        take(undecided(RowPlace { file: row.file, row: row.row }, who, Fate::Rejected, problems.join("; ").into()));
    }
    for line in &context.facts.paid {
        let file = context.facts.files.iter().position(|file| holds_paid(file, &line.place));
        if let (Some(file), Some(row)) = (file.and_then(|file| u16::try_from(file).ok()), line.place.row) {
            take(undecided(RowPlace { file, row }, Who::Employee(line.employee), Fate::Used, "an earlier payment".into()));
        }
    }
}

/// Rows that are read where the policy looks something up, some at a time and side by side; only counted, where none is put into words.
pub(super) fn used(context: &Context, (kept, marks): (Kept, &RowMarks), give: &mut dyn FnMut(PeopleResult)) {
    let shares = looked_up(context).flat_map(|(record, table)| {
        (0..table.len()).step_by(ROWS).map(move |first| (record, first as u32..(first + ROWS).min(table.len()) as u32))
    });
    let shares: Vec<(RecordId, Range<u32>)> = shares.collect();
    let take = |(record, rows): &(RecordId, Range<u32>)| {
        let mut some = PeopleResult::default();
        marks.mark_all(*record, rows.clone(), Fate::Used);
        if !kept.every_row() {
            some.counted.add_lines(Fate::Used, rows.len());
            return some;
        }
        let is_look_up = context.policy.record(*record).is_look_up;
        let mut tail = None;
        for (row, employee) in context.facts.table(*record).owned(rows.clone()) {
            take_used(context, (*record, row, (!is_look_up).then_some(employee)), (kept, &mut tail), &mut some);
        }
        some
    };
    // what a few shares come to is given on before others are taken: their lines stand there twice until then
    for shares in shares.chunks(rayon::current_num_threads() * 4) {
        shares.par_iter().map(take).collect::<Vec<_>>().into_iter().for_each(&mut *give);
    }
}

/// One of them; in a look-up record it is nobody's. All their lines have the same tail.
fn take_used(
    context: &Context,
    (record, row, employee): (RecordId, u32, Option<EmployeeId>),
    (kept, tail): (Kept, &mut Option<(u32, bool)>),
    some: &mut PeopleResult,
) {
    let place = context.place((record, row));
    let key = || context.facts.table(record).key_of(row);
    let (who, key) = employee.map_or_else(|| (Who::Written("".into()), key()), |employee| (Who::Employee(employee), ""));
    let used = RowOutcome { record: key.into(), ..undecided(place, who, Fate::Used, "read where the policy looks it up".into()) };
    if kept.outcomes == Form::Table && tail.is_none() {
        *tail = Some(context.tail_of(&used, &mut some.outcome_lines));
    }
    context.take_with((used, *tail), kept, some);
}

/// The tables of which no award looks at each row.
fn looked_up<'c>(context: &'c Context) -> impl Iterator<Item = (RecordId, &'c Table)> {
    let tables = (0u16..).map(RecordId).zip(&context.facts.tables);
    tables.filter(|(record, _)| !context.has_award(*record))
}

/// Whether a line of the opening state stands in this file (and sheet).
fn holds_paid(file: &DataFile, place: &Cell) -> bool {
    file.record.is_none() && file.name == place.file && file.sheet == place.sheet
}

fn undecided(place: RowPlace, who: Who, fate: Fate, reason: Cow<'_, str>) -> RowOutcome<'_> {
    RowOutcome { place, who, record: "".into(), fate, award: None, amount: None, reason, provisional: false }
}
