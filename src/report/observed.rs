//! A person's run added to those of others while its steps are there: what is kept as rows, what becomes a line, and what is only counted.

use std::borrow::Cow;

use super::banks::Balance;
use super::counted::{PASSED, RowMarks};
use super::outcome_lines::OutcomeLines;
use super::pieces::Cell;
use super::results::{Adjustment, Detail, Fate, Kept, PeopleResult, RowOutcome, RowPlace, Who};
use super::tables::Why;
use super::words::Context;
use super::written::Form;
use crate::eval::{Line, Outcome, PersonRun, Reason};
use crate::facts::EmployeeId;
use crate::syntax::ast::PayKind;
use crate::value::{Number, Value};

impl<'a> Context<'a> {
    /// Adds one person's run to those of others, while the trace is alive.
    pub fn observe(&self, run: &PersonRun, (kept, marks): (Kept, &RowMarks), people: &mut PeopleResult) {
        self.observe_beside(run, people);
        let first = people.outcomes.len();
        self.observe_rows(run, (kept, marks), people);
        self.observe_lines(run, (kept, first), people);
    }

    /// What few policies have, and few people.
    fn observe_beside(&self, run: &PersonRun, people: &mut PeopleResult) {
        if !run.next.is_empty() {
            people.next.extend(self.next_lines(run));
        }
        if !run.broken.is_empty() {
            people.broken.extend(run.broken.iter().map(|broken| self.broken(broken, Some(run))));
        }
        if !run.lots.is_empty() {
            people.balances.extend(run.lots.iter().map(|lot| Balance::of(run.employee, lot)));
        }
        if !run.lines.is_empty() {
            self.find_paid_again(run, &mut people.paid_again);
        }
    }

    fn observe_rows(&self, run: &PersonRun, (kept, marks): (Kept, &RowMarks), people: &mut PeopleResult) {
        people.places.clear();
        if kept.outcomes == Form::Table && !run.outcomes.is_empty() {
            people.person = Cell::of(self.facts.employee(run.employee));
        }
        for outcome in run.outcomes {
            let row = self.row_of(run.employee, outcome.origin);
            marks.mark(row, Fate::Decided(outcome.disposition));
            let place = self.place(row);
            people.places.push(place);
            if kept.is_line(outcome) {
                self.tell_line((run, outcome), place, people);
            } else if kept.is_told(outcome) {
                self.tell((run, outcome), (place, kept), people);
            } else {
                people.counted.add((place, Some(run.employee)), Fate::Decided(outcome.disposition), Some(&outcome.amount));
            }
        }
        for passed in run.passed {
            if passed.awards > 0 {
                marks.mark((passed.record, passed.row), PASSED);
                people.counted.add_lines(PASSED, passed.awards as usize);
            }
        }
    }

    /// Puts an outcome into words.
    #[inline(never)]
    fn tell(&self, (run, outcome): (&PersonRun, &Outcome), (place, kept): (RowPlace, Kept), people: &mut PeopleResult) {
        let key = self.key(run, outcome).filter(|_| matches!(outcome.reason, Reason::ConditionFailed { .. }));
        let known = key.as_ref().and_then(|key| people.reasons.get(key)).cloned();
        let reason = match known {
            Some(known) => Cow::Owned(known.into_string()),
            None => self.reason(run, outcome),
        };
        if let Some(key) = key {
            people.reasons.keep(key, reason.as_ref().into());
        }
        self.take(row_outcome((run.employee, place), outcome, reason), kept, people);
    }

    /// Counts an outcome and writes its line, in the words of one that was decided alike where there was one.
    #[inline(never)]
    fn tell_line(&self, (run, outcome): (&PersonRun, &Outcome), place: RowPlace, people: &mut PeopleResult) {
        people.counted.add((place, Some(run.employee)), Fate::Decided(outcome.disposition), Some(&outcome.amount));
        let Some(key) = self.told_line((run, outcome), place, people) else { return };
        let tail = match key.as_ref().and_then(|key| people.tails.get(key)) {
            Some(tail) => (*tail, false),
            None => {
                let tail = self.outcome_tail((run, outcome), &mut people.outcome_lines);
                if let (Some(key), (number, false)) = (key, tail) {
                    people.tails.keep(key, number);
                }
                tail
            }
        };
        let person = &people.person;
        people.outcome_lines.line(place, tail, |row| {
            row.text(&outcome.record);
            row.cell(person);
        });
    }

    #[inline(never)]
    fn outcome_tail(&self, (run, outcome): (&PersonRun, &Outcome), lines: &mut OutcomeLines) -> (u32, bool) {
        let outcome = row_outcome((run.employee, RowPlace { file: 0, row: 0 }), outcome, self.reason(run, outcome));
        self.tail_of(&outcome, lines)
    }

    /// `first` is where the person's outcomes begin among those that are kept.
    fn observe_lines(&self, run: &PersonRun, (kept, first): (Kept, usize), people: &mut PeopleResult) {
        if run.lines.is_empty() {
            return;
        }
        people.paid.add(run.employee, run.lines);
        let mut steps = run.trace.reading();
        for line in run.lines {
            if let Value::Money(posted) = steps.value(line.step) {
                people.traced.add(&posted);
            }
        }
        match kept.adjustments {
            Form::Rows => self.keep_lines(run, (kept, first), people),
            Form::Table => self.write_lines(run, people),
            Form::Nothing => {}
        }
    }

    #[inline(never)]
    fn write_lines(&self, run: &PersonRun, people: &mut PeopleResult) {
        for line in run.lines {
            let number = line.outcome as usize;
            let (Some(outcome), Some(place)) = (run.outcomes.get(number), people.places.get(number)) else { continue };
            let reason = self.why((run, outcome), line);
            self.write_adjustment((run.employee, line), (*place, reason), &mut people.adjustment_lines);
        }
    }

    fn keep_lines(&self, run: &PersonRun, (kept, first): (Kept, usize), people: &mut PeopleResult) {
        let mut base = self.base_salary(run.employee);
        for line in run.lines {
            let number = line.outcome as usize;
            let (Some(outcome), Some(place)) = (run.outcomes.get(number), people.places.get(number).copied()) else { continue };
            let worded = people.outcomes.get(first + number).filter(|_| kept.detail == Detail::EveryRow);
            let reason = worded.map_or_else(|| self.reason(run, outcome), |worded| worded.reason.clone());
            people.adjustments.push(self.adjustment((run.employee, line), place, (base, reason)));
            if line.kind == PayKind::BaseSalary {
                base = base.and_then(|base| base.plus(line.amount).ok());
            }
        }
    }

    #[inline]
    fn why(&self, (run, outcome): (&PersonRun, &Outcome), line: &Line) -> Why<'a> {
        match self.quoted_reason(outcome) {
            Some(cell) if line.moved.is_none() && line.reverses.is_none() => Why::Known(cell),
            _ => Why::Words(self.reason(run, outcome)),
        }
    }

    /// Counts an outcome, writes its line, and keeps it where it is put into words.
    pub(super) fn take(&self, outcome: RowOutcome, kept: Kept, people: &mut PeopleResult) {
        let tail = (kept.outcomes == Form::Table).then(|| self.tail_of(&outcome, &mut people.outcome_lines));
        self.take_with((outcome, tail), kept, people);
    }

    /// The same where it is known how its line ends.
    pub(super) fn take_with(&self, (outcome, tail): (RowOutcome, Option<(u32, bool)>), kept: Kept, people: &mut PeopleResult) {
        let employee = if let Who::Employee(employee) = outcome.who { Some(employee) } else { None };
        people.counted.add((outcome.place, employee), outcome.fate, outcome.amount.as_ref());
        if let Some(tail) = tail {
            people.outcome_lines.line(outcome.place, tail, |row| self.write_own(&outcome, row));
        }
        if kept.detail == Detail::EveryRow || outcome.is_exception() {
            people.outcomes.push(outcome.into_owned());
        }
    }

    fn adjustment(&self, (employee, line): (EmployeeId, &Line), place: RowPlace, (base, reason): (Option<Number>, Cow<str>)) -> Adjustment {
        Adjustment {
            employee,
            award: line.award,
            kind: line.kind,
            amount: line.amount,
            effective: line.effective,
            pay_date: line.pay_date,
            period: line.period.as_ref().map(|period| period.to_string().into()),
            record: line.record.as_ref().into(),
            place,
            reason: told(line, &reason).into_owned().into(),
            old_base: if line.kind == PayKind::BaseSalary { base } else { None },
        }
    }
}

pub(super) fn row_outcome<'r>((employee, place): (EmployeeId, RowPlace), outcome: &'r Outcome, reason: Cow<'r, str>) -> RowOutcome<'r> {
    RowOutcome {
        place,
        who: Who::Employee(employee),
        record: Cow::Borrowed(outcome.record.as_ref()),
        fate: Fate::Decided(outcome.disposition),
        award: Some(outcome.award),
        amount: Some(outcome.amount),
        reason,
        provisional: outcome.provisional,
    }
}

/// The reason of a line: what moved stands before it.
pub(super) fn told<'r>(line: &Line, reason: &'r str) -> Cow<'r, str> {
    if line.moved.is_none() && line.reverses.is_none() {
        return reason.into();
    }
    let begins = [line.moved.as_ref().map(|moved| moved.sentence()), line.reverses.as_ref().map(|words| words.sentence())];
    let begins: Vec<String> = begins.into_iter().flatten().collect();
    format!("{}; {reason}", begins.join("; ")).into()
}
