//! Whether a candidate goes as far as an amount: its conditions, its dates, and what has taken its key.

use super::verdict::Verdict;
use crate::eval::evaluator::Position;
use crate::eval::history::opening::PaidGroup;
use crate::eval::history::posted::{PostedAward, Stop};
use crate::eval::history::uses::Uses;
use crate::eval::history::window::{Applied, Use, from_first};
use crate::eval::outcome::{Disposition, Reason};
use crate::eval::person::candidate::Candidate;
use crate::eval::person::check::Decided;
use crate::eval::person::screen::Together;
use crate::eval::person::timeline::Timeline;
use crate::eval::trace::{Fault, Op, StepId};
use crate::policy::{Award, Expr, Once, Window};
use crate::value::{Date, Number, Value};

/// What has taken a key.
#[derive(Clone, Copy, Debug)]
pub struct Taken {
    /// Its outcome in this run; none for a line of the opening state.
    pub outcome: Option<u32>,
}

impl<'a> Timeline<'a> {
    /// The conditions in the order written, then the dates; adds how much was decided, where keys come behind the effective date. Some: the
    /// candidate goes no further.
    #[inline(always)]
    pub(in crate::eval) fn qualify(
        &mut self,
        award: &'a Award,
        candidate: &Candidate<'a>,
        (at, decided): (&mut Position, &mut u16),
    ) -> Result<Option<Box<Verdict>>, Stop> {
        let conditions = award.conditions.len() as u16;
        while *decided <= conditions {
            match self.decide_next((award, candidate), (at, decided))? {
                Some(Decided::Fails) if *decided <= conditions => {
                    let condition = *decided - 1;
                    return Ok(Some(Verdict::stopped(Disposition::NotEligible, Reason::ConditionFailed { condition })));
                }
                Some(_) => {}
                None => break,
            }
        }
        if *decided <= conditions {
            let (step, day) = self.effective_step(award, candidate, at);
            let Value::Date(effective) = day else { return Err(Stop::Missing(step)) };
            at.effective = Some(effective);
        }
        self.takes_effect(award, candidate, at)
    }

    /// What is decided together from there on, or else one condition by itself, and how much is decided then. None where neither comes next.
    #[inline(never)]
    fn decide_next(
        &mut self,
        (award, candidate): (&'a Award, &Candidate<'a>),
        (at, decided): (&Position, &mut u16),
    ) -> Result<Option<Decided>, Stop> {
        let (says, last) = match self.decide_together(candidate, *decided, at) {
            Some(Together { decided: says, count, last }) => {
                *decided += count;
                (says, last)
            }
            None => {
                let Some(condition) = award.conditions.get(usize::from(*decided)) else { return Ok(None) };
                let index = *decided;
                *decided += 1;
                self.decide_condition((index, condition), at)
            }
        };
        if says == Decided::Missing { Err(Stop::Missing(last)) } else { Ok(Some(says)) }
    }

    #[inline(never)]
    fn decide_condition(&mut self, (index, condition): (u16, &'a Expr), at: &Position) -> (Decided, StepId) {
        let (last, value) = self.evaluator.decided(Op::Condition(index), condition, at);
        (Decided::of(*value), last)
    }

    /// Once its effective date is known. Some: the candidate goes no further.
    #[inline(always)]
    fn takes_effect(&mut self, award: &'a Award, candidate: &Candidate<'a>, at: &Position) -> Result<Option<Box<Verdict>>, Stop> {
        let Some(effective) = at.effective else { return Ok(None) };
        let in_force = self.evaluator.policy.effective;
        // what counts in a set may be older than the policy: only awards take effect under it
        if award.counts_in.is_none() && (effective < in_force.from || in_force.to.is_some_and(|to| to < effective)) {
            return Ok(Some(Verdict::stopped(Disposition::NotEligible, Reason::PolicyNotInForce)));
        }
        if effective > self.evaluator.as_of {
            return Ok(Some(Verdict::stopped(Disposition::Waiting, Reason::AfterAsOf)));
        }
        if let Some(recurs) = &award.recurs
            && let Some(reason) = self.is_over(recurs, effective, at)?
        {
            return Ok(Some(Verdict::stopped(Disposition::NotEligible, reason)));
        }
        if candidate.placing.is_none() {
            let step = self.evaluator.decide(Op::Placing, &award.placing, at);
            return Err(Stop::Missing(step));
        }
        Ok(None)
    }

    /// Among the qualified the first in the queue wins (DESIGN 1.3, step 2).
    #[inline]
    pub(super) fn repeated(
        &mut self,
        (award, decided): (&'a Award, u16),
        candidate: &Candidate<'a>,
        at: &Position,
    ) -> Result<Option<Box<Verdict>>, Stop> {
        match self.taken((award, decided), candidate, at)? {
            Some(taken) => self.repeats(taken, award, candidate).map(Some),
            None => Ok(None),
        }
    }

    #[cold]
    fn repeats(&mut self, taken: Taken, award: &'a Award, candidate: &Candidate<'a>) -> Result<Box<Verdict>, Stop> {
        if let Some(outcome) = taken.outcome {
            return Ok(Verdict::stopped(Disposition::Repeated, Reason::SameKeyAs { outcome }));
        }
        let key = if candidate.key.values().is_empty() { String::new() } else { self.evaluator.record_key(candidate).into_owned() };
        let unclaimed = |group: &PaidGroup| group.award == candidate.award && group.record == key && !group.recognised;
        if let Some(index) = self.groups.iter().position(unclaimed) {
            return self.already_paid(index, award, candidate).map(Box::new);
        }
        Ok(Verdict::stopped(Disposition::Repeated, Reason::SameKeyAsPaid))
    }

    /// What has taken the candidate's key in its window. Of the award so much was decided before.
    #[inline(always)]
    pub(in crate::eval) fn taken(
        &mut self,
        (award, decided): (&'a Award, u16),
        candidate: &Candidate<'a>,
        at: &Position,
    ) -> Result<Option<Taken>, Stop> {
        let (Some(once), Some(placing)) = (&award.once, candidate.placing) else { return Ok(None) };
        let keys = usize::from(decided).saturating_sub(award.conditions.len() + 1);
        if keys < once.keys.len() {
            self.decide_keys(&once.keys[keys..], at)?;
        }
        let applied = match once.window {
            Window::Ever => Applied::Ever,
            _ => self.window_of_key(once, placing, at)?,
        };
        if !self.book.may_have(candidate.award, candidate.mark) {
            return Ok(None);
        }
        self.taken_before(once, candidate, (applied, placing))
    }

    #[cold]
    fn decide_keys(&mut self, keys: &'a [Expr], at: &Position) -> Result<(), Stop> {
        for key in keys {
            let (step, value) = self.evaluator.decided(Op::Key, key, at);
            if matches!(value, Value::Missing) {
                return Err(Stop::Missing(step));
            }
        }
        Ok(())
    }

    #[cold]
    fn window_of_key(&mut self, once: &'a Once, placing: Date, at: &Position) -> Result<Applied, Stop> {
        let applied = self.evaluator.applied_window(&once.window, placing, at).map_err(Stop::Missing)?;
        applied.map_err(|fault| self.fault_step(Op::Key, once.span, fault))
    }

    #[cold]
    fn taken_before(
        &mut self,
        once: &'a Once,
        candidate: &Candidate<'a>,
        (applied, placing): (Applied, Date),
    ) -> Result<Option<Taken>, Stop> {
        let same = self.book.same_key(candidate.award, &candidate.key);
        if same.is_empty() {
            return Ok(None);
        }
        let blocking = self.taken_in(applied, &same, placing).map(|taken| taken.map(|taken| Taken { outcome: taken.outcome }));
        blocking.map_err(|fault| self.fault_step(Op::Key, once.span, fault))
    }

    /// The earlier award with the same key whose window holds `placing`.
    fn taken_in<'p>(&self, applied: Applied, same: &[&'p PostedAward], placing: Date) -> Result<Option<&'p PostedAward>, Fault> {
        let month_end = self.evaluator.month_end();
        let window = match applied {
            Applied::FromFirst(duration) => {
                let uses = Uses::of(same.iter().map(|posted| Use { date: posted.date, amount: Number::ONE }).collect());
                Applied::Period(from_first(&uses, placing, duration, month_end)?)
            }
            Applied::Period(_) | Applied::Rolling(_) | Applied::Ever => applied,
        };
        for posted in same {
            let (earlier, later) = (posted.date.min(placing), posted.date.max(placing));
            let blocks = match window {
                Applied::Ever => true,
                Applied::Period(period) => period.contains(posted.date),
                Applied::Rolling(duration) | Applied::FromFirst(duration) => later < earlier.plus(duration, month_end)?,
            };
            if blocks {
                return Ok(Some(posted));
            }
        }
        Ok(None)
    }
}
