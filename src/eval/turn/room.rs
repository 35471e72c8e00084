//! What a limit leaves of what it allows, for one candidate.

use super::limit::Basis;
use crate::eval::evaluator::Position;
use crate::eval::expression::operators::number_of;
use crate::eval::history::posted::Stop;
use crate::eval::history::window::Applied;
use crate::eval::person::timeline::Timeline;
use crate::eval::trace::{Op, StepId};
use crate::policy::{Limit, LimitId, LimitMeasure};
use crate::value::{Date, Number, Small, Value};

/// One limit as it applies to the candidate.
#[derive(Debug)]
pub struct Room {
    pub left: Number,
    /// Of what is left; before it stand those of what is used and of what is allowed.
    pub step: StepId,
    pub applied: Applied,
}

impl<'a> Timeline<'a> {
    /// The limit as it applies to the candidate, where it leaves less room than is wanted.
    #[inline]
    pub(in crate::eval) fn too_little_room(
        &mut self,
        id: LimitId,
        limit: &'a Limit,
        wanted: &Number,
        basis: &Basis<'a, '_>,
    ) -> Result<Option<Room>, Stop> {
        let first = self.evaluator.trace.next();
        if let Some((step, left, applied)) = self.room_by_formula((id, limit), basis) {
            if cfg!(debug_assertions) {
                self.compare_room((first, left), (id, limit), basis);
            }
            return Ok(exceeds(wanted, left).then(|| Room { left: left.into(), step, applied }));
        }
        let room = self.room_by_steps((id, limit), basis)?;
        Ok((*wanted > room.left).then_some(room))
    }

    /// The step of what is left, where the limit is regular: nothing of it is recorded before its window is known.
    #[inline]
    fn room_by_formula(&mut self, (id, limit): (LimitId, &'a Limit), basis: &Basis<'a, '_>) -> Option<(StepId, Small, Applied)> {
        let placing = basis.candidate.placing.unwrap_or(self.evaluator.as_of);
        let applied = self.evaluator.window_of(&limit.window, placing)?.ok()?;
        if self.reaches_back(applied, placing) {
            return None;
        }
        let used = self.evaluator.used_small(applied, self.book.uses(id), placing)?;
        self.evaluator.room((id, limit), used, basis.at).map(|(step, left)| (step, left, applied))
    }

    /// Debug builds go step by step each time as well: both leave the same.
    fn compare_room(&mut self, (first, left): (u32, Small), (id, limit): (LimitId, &'a Limit), basis: &Basis<'a, '_>) {
        let (mark, second) = (self.evaluator.trace.mark(), self.evaluator.trace.next());
        let again = self.room_by_steps((id, limit), basis);
        assert!(matches!(&again, Ok(again) if again.left == left.into()), "a limit leaves the same step by step: {left:?}, {again:?}");
        self.evaluator.trace.expect_twice((first, second), mark, limit);
    }

    /// Whether so much would fit into the window if nothing were used.
    pub(in crate::eval) fn allows(&self, room: &Room, wanted: &Number) -> bool {
        let most = room.step.0.checked_sub(2).map(|most| self.evaluator.value(StepId(most)));
        most.and_then(number_of).is_some_and(|most| *wanted <= most)
    }

    #[cold]
    fn room_by_steps(&mut self, (id, limit): (LimitId, &'a Limit), basis: &Basis<'a, '_>) -> Result<Room, Stop> {
        let span = limit.span;
        let placing = basis.candidate.placing.unwrap_or(self.evaluator.as_of);
        let (most, input) = self.most(limit, basis.at)?;
        let applied = self.evaluator.applied_window(&limit.window, placing, basis.at).map_err(Stop::Missing)?;
        let applied = applied.map_err(|fault| self.fault_step(Op::LimitUsed(id), span, fault))?;
        if self.reaches_back(applied, placing) {
            return Err(Stop::OpeningStateIncomplete(id));
        }
        let used = self.evaluator.used(applied, self.book.uses(id), placing);
        let used = used.map_err(|fault| self.fault_step(Op::LimitUsed(id), span, fault))?;
        let money = |number| if matches!(limit.measure, LimitMeasure::Money(_)) { Value::Money(number) } else { Value::Number(number) };
        let most_step = self.evaluator.note(Op::LimitMost(id), span, input.as_slice(), money(most));
        let used_step = self.evaluator.note(Op::LimitUsed(id), span, &[], money(used));
        let left = most.minus(used).map_err(|fault| self.fault_step(Op::LimitRoom(id), span, fault.into()))?;
        let left = left.or_zero();
        let step = self.evaluator.note(Op::LimitRoom(id), span, &[most_step, used_step], money(left));
        Ok(Room { left, step, applied })
    }

    /// What the limit allows; below zero counts as nothing, never as a debt.
    #[inline]
    fn most(&mut self, limit: &'a Limit, at: &Position) -> Result<(Number, Option<StepId>), Stop> {
        match &limit.measure {
            LimitMeasure::Money(expr) => {
                let (step, most) = self.evaluator.result(expr, at);
                let most = number_of(*most).ok_or(Stop::Missing(step))?;
                Ok((most.or_zero(), Some(step)))
            }
            LimitMeasure::Awards(count) => Ok((Number::from_integer(i64::from(*count)), None)),
            LimitMeasure::Quantity { most, .. } => Ok((*most, None)),
        }
    }

    /// Whether the window begins before the day from which the opening state is complete (DESIGN 1.4).
    #[inline]
    fn reaches_back(&self, applied: Applied, placing: Date) -> bool {
        self.evaluator.facts.paid_complete_since.is_some_and(|since| self.begins_before(since, applied, placing))
    }

    fn begins_before(&self, since: Date, applied: Applied, placing: Date) -> bool {
        let policy_start = self.evaluator.policy.effective.from;
        let start = match applied {
            Applied::Period(period) => period.start,
            Applied::Rolling(duration) => placing.plus(duration.negated(), self.evaluator.month_end()).unwrap_or(policy_start),
            Applied::FromFirst(_) | Applied::Ever => policy_start,
        };
        start.max(policy_start) < since
    }
}

#[inline]
fn exceeds(wanted: &Number, left: Small) -> bool {
    match wanted.to_small().and_then(|wanted| wanted.compared(left)) {
        Some(order) => order.is_gt(),
        None => *wanted > left.into(),
    }
}
