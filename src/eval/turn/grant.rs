//! Roles that an award grants, the time that must lie between two awards, and blocks of units that come one after the other.

use super::verdict::Verdict;
use crate::eval::evaluator::Position;
use crate::eval::history::opening::PaidGroup;
use crate::eval::history::posted::Stop;
use crate::eval::outcome::{Disposition, Reason};
use crate::eval::person::candidate::Candidate;
use crate::eval::person::timeline::Timeline;
use crate::eval::trace::{Op, StepPlace};
use crate::facts::MovedWords;
use crate::policy::{Award, Grant, Wait};
use crate::value::{Date, Value};

impl<'a> Timeline<'a> {
    /// Writes a line for each role.
    pub(in crate::eval) fn post_grants(&mut self, candidate: &Candidate<'a>, at: &Position, pay_date: Option<Date>) -> Result<(), Stop> {
        let award = self.evaluator.policy.award(candidate.award);
        let Some(effective) = at.effective else { return Ok(()) };
        for grant in &award.grants {
            let until = self.role_ends(grant, at)?;
            let until_words = until.map_or(String::new(), |day| day.to_string());
            let words = MovedWords { field: grant.role.as_str().into(), old: "".into(), new: until_words.into(), is_role: true };
            let shown = until.map_or(Value::Missing, Value::Date);
            let step = self.evaluator.note(Op::Granted, grant.span, &[], shown);
            let line = self.line_without_money((candidate, award), words, (effective, pay_date, step));
            self.lines.push(line);
        }
        Ok(())
    }

    /// The declared last day of a role; none where it has no end.
    fn role_ends(&mut self, grant: &'a Grant, at: &Position) -> Result<Option<Date>, Stop> {
        let Some(until) = &grant.until else { return Ok(None) };
        let step = self.evaluator.evaluate(until, at);
        match self.evaluator.value(step) {
            Value::Date(day) => Ok(Some(day)),
            Value::Missing if grant.if_known && self.evaluator.trace.fault(self.evaluator.trace.cause_of_missing(step)).is_none() => {
                Ok(None)
            }
            _ => Err(Stop::Missing(step)),
        }
    }

    /// `wait 1 year, then 3 years between`: counted from the award before it, by its number. Some: it is too soon.
    #[inline]
    pub(in crate::eval) fn too_soon(&mut self, award: &'a Award, candidate: &Candidate<'a>) -> Result<Option<Box<Verdict>>, Stop> {
        match &award.wait {
            Some(wait) => self.waits_between(wait, candidate),
            None => Ok(None),
        }
    }

    #[cold]
    fn waits_between(&mut self, wait: &'a Wait, candidate: &Candidate<'a>) -> Result<Option<Box<Verdict>>, Stop> {
        let Some(placing) = candidate.placing else { return Ok(None) };
        let (before, Some(last)) = self.book.standing(candidate.award) else { return Ok(None) };
        let Some(time) = wait.times.get(before - 1).or(wait.times.last()) else { return Ok(None) };
        let month_end = self.evaluator.month_end();
        let until = last.plus(*time, month_end).map_err(|fault| self.fault_step(Op::Waited, wait.span, fault.into()))?;
        let first = self.evaluator.trace.record(Op::Waited, StepPlace::Clause(wait.span), &[], Value::Date(last));
        self.evaluator.note(Op::Waited, wait.span, &[first], Value::Date(until));
        let reason = Reason::TooSoon { last, until };
        Ok((placing < until).then(|| Verdict::stopped(Disposition::NotEligible, reason)))
    }

    /// The next block of units, looked at once this one is paid.
    #[inline]
    pub(in crate::eval) fn next_block(&mut self, award: &Award, candidate: &Candidate<'a>) {
        if award.blocks {
            self.enqueue_next_block(candidate);
        }
    }

    #[cold]
    fn enqueue_next_block(&mut self, candidate: &Candidate<'a>) {
        let mut next = Candidate { block: candidate.block + 1, outcome: None, paid_group: None, carried: None, ..candidate.clone() };
        let record = self.evaluator.record_key(&next);
        let same = |group: &PaidGroup| !group.recognised && group.award == next.award && group.record == record;
        next.paid_group = self.groups.iter().position(same).map(|index| index as u32);
        self.queue.enqueue(next);
    }
}
