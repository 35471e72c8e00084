//! The rows that no award decides about.

use std::borrow::Cow;

use super::counted::{Counted, RowMarks};
use super::results::{Fate, RowOutcome, RowPlace, Who};
use super::words::{Context, set_aside_words};
use crate::facts::{DataFile, Table};
use crate::policy::RecordId;
use crate::source::Cell;

/// The others that no award decides about: set aside, rejected, earlier payments.
pub(super) fn rows(context: &Context, marks: &mut RowMarks, take: &mut dyn FnMut(RowOutcome)) {
    let take = &mut |outcome: RowOutcome| {
        marks.mark_other(outcome.place, outcome.fate);
        take(outcome);
    };
    for row in &context.facts.set_aside {
        take(undecided(
            RowPlace { file: row.file, row: row.row },
            Who::Written("".into()),
            Fate::NotUsed,
            context.left_out(row).unwrap_or_else(|| set_aside_words(row.reason)).into(),
        ));
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

/// Rows that are read where the policy looks something up.
pub fn used(context: &Context, marks: &RowMarks, take: &mut dyn FnMut(RowOutcome)) {
    for (record, is_look_up, table) in looked_up(context) {
        for (row, employee) in (0u32..).zip(&table.people) {
            let (file, number) = table.position(row);
            let (who, key) = if is_look_up { (Who::Written("".into()), table.key_of(row)) } else { (Who::Employee(*employee), "") };
            let used = undecided(RowPlace { file, row: number }, who, Fate::Used, "read where the policy looks it up".into());
            marks.mark((record, row), Fate::Used);
            take(RowOutcome { record: key.into(), ..used });
        }
    }
}

/// The same rows, only counted.
pub fn count_used(context: &Context, counted: &mut Counted, marks: &RowMarks) {
    for (record, is_look_up, table) in looked_up(context) {
        for (row, employee) in (0u32..).zip(&table.people) {
            let (file, number) = table.position(row);
            counted.add((RowPlace { file, row: number }, (!is_look_up).then_some(*employee)), Fate::Used, None);
            marks.mark((record, row), Fate::Used);
        }
    }
}

/// The tables of which no award looks at each row, and whether each belongs to nobody.
fn looked_up<'c>(context: &'c Context) -> impl Iterator<Item = (RecordId, bool, &'c Table)> {
    let tables = (0u16..).map(RecordId).zip(&context.facts.tables);
    tables
        .filter(|(record, _)| !context.has_award(*record))
        .map(|(record, table)| (record, context.policy.record(record).is_look_up, table))
}

/// Whether a line of the opening state stands in this file (and sheet).
fn holds_paid(file: &DataFile, place: &Cell) -> bool {
    file.record.is_none() && file.name == place.file && file.sheet == place.sheet
}

fn undecided(place: RowPlace, who: Who, fate: Fate, reason: Cow<'_, str>) -> RowOutcome<'_> {
    RowOutcome { place, who, record: "".into(), fate, award: None, amount: None, reason, provisional: false }
}
