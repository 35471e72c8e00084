//! What comes next for each person, read off the steps of the run: in words, and as `next.csv`.

use super::pieces::{joined, pieces, would_run};
use super::results::Results;
use super::text::visible;
use super::words::Context;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::eval::{Next, NextSet, NextUnits, Op, PersonRun, Required, StepId};
use crate::facts::EmployeeId;
use crate::policy::{AwardId, ExprKind, SetId, SetQuestion, units};
use crate::source::Place;
use crate::value::{Date, Number, Value};

pub const NEXT_COLUMNS: [&str; 9] = ["employee", "what", "name", "status", "have", "need", "missing", "by", "then"];

/// One line of `next.csv`.
#[derive(Clone, Debug)]
pub struct NextLine {
    pub employee: EmployeeId,
    pub what: &'static str,
    pub name: Box<str>,
    pub status: &'static str,
    pub have: Number,
    pub need: Number,
    pub missing: Box<str>,
    pub by: Option<Date>,
    /// The pay lines and moves that follow.
    pub then: Box<str>,
}

impl Context<'_> {
    pub(super) fn next_lines(&self, run: &PersonRun) -> Vec<NextLine> {
        let lines = run.next.iter().filter_map(|next| match next {
            Next::Set(set) => self.next_set(run, set),
            Next::Units(units) => self.next_units(run, units),
        });
        lines.collect()
    }

    fn next_set(&self, run: &PersonRun, next: &NextSet) -> Option<NextLine> {
        let number = |step: StepId| if let Value::Number(number) = run.trace.step(step).value { number } else { Number::ZERO };
        let lines: Vec<StepId> = run.trace.inputs_of(next.missing).to_vec();
        let have = lines.iter().try_fold(Number::ZERO, |sum, line| sum.plus(number(*line)).ok())?;
        let need = lines.iter().map(|line| if let Op::SetLine { need } = run.trace.step(*line).op { i64::from(need) } else { 0 }).sum();
        let lacks = number(next.missing).is_positive();
        let status = self.status(next, (lacks, have.is_positive()))?;
        let holds = matches!(status, "held");
        Some(NextLine {
            employee: run.employee,
            what: "set",
            name: self.policy.set(next.set).name.as_str().into(),
            status,
            have,
            need: Number::from_integer(need),
            missing: self.missing_words(run, next.missing).into(),
            by: if next.required == Required::Yes { next.due.or(next.last) } else { next.last }
                .filter(|_| !holds && next.completed.is_none()),
            then: if next.completed.is_some() { "".into() } else { self.after_completing(next.set).into() },
        })
    }

    /// None where there is nothing to say: nobody must hold it, and it is complete or was not begun.
    fn status(&self, next: &NextSet, (lacks, begun): (bool, bool)) -> Option<&'static str> {
        let renews = self.policy.set(next.set).valid.is_some();
        let holds = next.completed.is_some() && !(renews && lacks);
        let over = |day: Option<Date>| day.is_some_and(|day| day < self.as_of);
        match next.required {
            // a list that others must have
            Required::No if self.policy.set(next.set).required.is_some() => None,
            Required::Unknown => Some("not known who must hold it"),
            Required::Yes if holds => Some("held"),
            Required::Yes | Required::No if next.unsure && !holds && (begun || next.required == Required::Yes) => Some("a row is held"),
            Required::Yes if next.completed.is_some() => Some("to be renewed"),
            Required::Yes if over(next.due) || over(next.last) => Some("overdue"),
            Required::Yes => Some("missing"),
            Required::No if next.completed.is_some() || !begun => None,
            Required::No if over(next.last) => Some("too late"),
            Required::No => Some("begun"),
        }
    }

    fn next_units(&self, run: &PersonRun, next: &NextUnits) -> Option<NextLine> {
        let number = |step: StepId| if let Value::Number(number) = run.trace.step(step).value { Some(number) } else { None };
        let (have, need) = (number(next.have)?, number(next.need)?);
        if !have.is_positive() {
            return None;
        }
        let short = need.minus(have).ok()?.max(Number::ZERO);
        Some(NextLine {
            employee: run.employee,
            what: "bank",
            name: self.policy.bank(next.bank).name.as_str().into(),
            status: if short.is_positive() { "begun" } else { "enough" },
            have,
            need,
            missing: if short.is_positive() { format!("{} units", units(short)).into() } else { "".into() },
            by: None,
            then: self.phrases.follows(next.award).into(),
        })
    }

    /// What completing the set pays, in the policy's words.
    fn after_completing(&self, set: SetId) -> String {
        let waits = |award: &&(AwardId, &crate::policy::Award)| {
            award.1.conditions.iter().any(|condition| matches!(condition.kind, ExprKind::Set(id, SetQuestion::Completes(_)) if id == set))
        };
        let awards: Vec<(AwardId, &crate::policy::Award)> = (0u16..).map(AwardId).zip(&self.policy.awards).collect();
        awards.iter().filter(waits).map(|(id, _)| self.phrases.follows(*id)).collect::<Vec<_>>().join("; ")
    }

    /// `2 of 3 in Stack; missing: "Equity", by 2026-03-01; then Stack paid: pay $200 as stipend`
    pub(super) fn next_words(&self, run: &PersonRun) -> Vec<String> {
        self.next_lines(run).iter().map(NextLine::sentence).collect()
    }
}

impl NextLine {
    fn sentence(&self) -> String {
        let of = format!("{} of {} in {} ({})", units(self.have), units(self.need), self.name, self.status);
        let missing = if self.missing.is_empty() { String::new() } else { format!("; missing: {}", self.missing) };
        let by = self.by.map_or(String::new(), |by| format!(", by {by}"));
        let then = if self.then.is_empty() { String::new() } else { format!("; then {}", self.then) };
        visible(&format!("{of}{missing}{by}{then}"))
    }
}

impl Results<'_> {
    pub fn next_cells(&self) -> impl Iterator<Item = [String; 9]> {
        self.next.iter().map(|line| {
            [
                self.context.facts.employee(line.employee).to_owned(),
                line.what.to_owned(),
                line.name.to_string(),
                line.status.to_owned(),
                units(line.have),
                units(line.need),
                line.missing.to_string(),
                line.by.map_or(String::new(), |by| by.to_string()),
                line.then.to_string(),
            ]
        })
    }

    /// `next.csv`: who lacks what, and what would follow.
    pub fn next_csv(&self, diagnostics: &mut Diagnostics) -> String {
        let rows: Vec<[String; 9]> = self.next_cells().collect();
        let (pieces, refused) = pieces(&NEXT_COLUMNS, &rows, |row, writer| row.iter().for_each(|cell| writer.text(cell)));
        for (column, cell) in refused.iter().filter_map(|row| rows.get(*row)).flat_map(|row| NEXT_COLUMNS.iter().zip(row)) {
            if would_run(cell) {
                let place = Place::Option(format!("next.csv, column {column}"));
                let message = format!("a spreadsheet would run `{cell}` as a formula");
                diagnostics.push(Diagnostic::error("formula-in-table", place, message).help("correct the text in the file it came from"));
            }
        }
        joined(&pieces)
    }
}
