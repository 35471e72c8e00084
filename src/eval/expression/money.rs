//! Pay lines and limits taken apart with what stands around their expressions: proration, rounding, what is used and what is left (decision 0044).

use std::rc::Rc;

use super::formula::{self, Around, Formula, Given, LineStands, RoomStands};
use super::formulas::Met;
use super::known::Known;
use super::operation::Numbers;
use super::operators::typed;
use super::taken_apart::{End, Way, Whole};
use crate::eval::evaluator::{Evaluator, Position};
use crate::eval::trace::{Kept, Lasting, Op, Rows, StepId, Template, Values};
use crate::policy::{Amount, Award, AwardId, Limit, LimitId, LimitMeasure, Pay};
use crate::value::{Number, Small, Type, Value};

/// What a pay line comes to.
#[derive(Clone, Copy, Debug)]
pub struct Worth {
    /// Before proration and rounding, and after both.
    pub amounts: [Small; 2],
    /// The step whose value is the second of them.
    pub step: StepId,
    /// The step of the share that is paid, where the award is prorated. Few look at it.
    pub share: Option<StepId>,
}

impl<'a> Way<'a, '_> {
    /// The amount, the line, the share that is paid.
    pub fn pay_line(&mut self, award: &'a Award, (pay, index): (&'a Pay, u16)) -> Result<(u32, LineStands<'a>), End> {
        let Amount::Plain(expr) = &pay.amount else { return Err(End::Unknown) };
        let amount = self.add(expr)?;
        let is_recorded_so = match self.sources[amount as usize].1 {
            Type::Money => award.credits.is_none(),
            Type::Integer | Type::Number => award.credits.is_some(),
            _ => false,
        };
        if !is_recorded_so {
            return Err(End::Unknown);
        }
        let full = self.number(amount)?;
        let mut step = self.same((Op::PayLine(index), pay.span), &[amount], amount)?;
        let mut share = None;
        if let Some(expr) = &award.proration {
            let part = self.add(expr)?;
            share = Some((self.number(part)?, part));
            step = self.following((Op::Prorated, expr.span, Type::Money), &[step, part])?;
        }
        let rounding = pay.rounding.or(award.rounding);
        let rounding = rounding.map(|rounding| (rounding, Rc::new(self.and_following((Op::Rounded, pay.span), &[step]))));
        Ok((step, LineStands { full, share, rounding }))
    }

    /// What the limit allows, what is used of it, and what is left.
    pub fn room(&mut self, id: LimitId, limit: &'a Limit) -> Result<(u32, RoomStands<'a>), End> {
        let (ty, most, allowed) = match &limit.measure {
            LimitMeasure::Money(expr) => {
                let most = self.add(expr)?;
                (Type::Money, self.number(most)?, vec![most])
            }
            LimitMeasure::Awards(count) => (Type::Number, Numbers::Constant(Number::from_integer(i64::from(*count))), Vec::new()),
            LimitMeasure::Quantity { most, .. } => (Type::Number, Numbers::Constant(*most), Vec::new()),
        };
        let allowed = self.following((Op::LimitMost(id), limit.span, ty), &allowed)?;
        let used = self.following((Op::LimitUsed(id), limit.span, ty), &[])?;
        let left = self.following((Op::LimitRoom(id), limit.span, ty), &[allowed, used])?;
        Ok((left, RoomStands { most, ty }))
    }

    fn number(&self, step: u32) -> Result<Numbers<'a>, End> {
        Numbers::of(self.sources[step as usize]).ok_or(End::Unknown)
    }
}

/// What a pay line came to, where no row of the award changes that: the values that were recorded then are shown again.
#[derive(Clone, Copy, Debug)]
pub(super) struct KeptLine {
    steps: Kept,
    values: Lasting,
    amounts: [Small; 2],
    share: Option<u32>,
}

/// What a limit allows, where no row of the award changes that.
#[derive(Clone, Copy, Debug)]
pub(super) struct KeptMost {
    steps: Kept,
    /// Those up to what it allows.
    values: Lasting,
    most: Small,
}

impl<'a> Evaluator<'a> {
    /// What the pay line comes to at this row, by its formula. None where the evaluator has to go step by step: where something is
    /// missing, at fault, or more than one machine word.
    #[inline(always)]
    pub(in crate::eval) fn worth(&mut self, (id, award): (AwardId, &'a Award), line: (&'a Pay, u16), at: &Position) -> Option<Worth> {
        let met = self.formulas.lines.get(usize::from(id.0)).and_then(|lines| lines.get(usize::from(line.1)));
        let (formula, known) = match met {
            Some(Met::ByFormula(formula, known)) => (formula, known),
            Some(Met::StepByStep) => return None,
            Some(Met::Never) | None => return self.line_met((id, award), line, at),
        };
        let rows = self.rows_read(formula.reads, at)?;
        match known.get(rows, self.trace.generation()) {
            Some(kept) => {
                let first = self.trace.next();
                let step = self.trace.record_kept(kept.steps, rows, Values::behind(kept.values, 0));
                Some(Worth { amounts: kept.amounts, step, share: kept.share.map(|share| StepId(first + share)) })
            }
            None => {
                // taken apart, so that it goes by memory only from there
                let Worth { amounts, step, share } = self.worth_anew((id, line.1), rows, at)?;
                Some(Worth { amounts, step, share })
            }
        }
    }

    /// The same where it is not known.
    #[inline(never)]
    fn worth_anew(&mut self, (award, line): (AwardId, u16), rows: Rows, at: &Position) -> Option<Worth> {
        let met = self.formulas.lines.get_mut(usize::from(award.0))?.get_mut(usize::from(line))?;
        let Met::ByFormula(formula, known) = met else { return None };
        let (first, from) = (self.trace.next(), self.trace.values().len());
        let (step, (amounts, share, steps)) = formula.record((self.policy, rows, at), &mut self.trace, |end, given, values| {
            let (steps, (amounts, share)) = end.amounts(given, values)?;
            Some((steps, (amounts, share, steps)))
        })?;
        if known.may_keep(rows) {
            let count = self.trace.values().len() - from;
            let (steps, values) = (self.trace.kept(steps), self.trace.lasting(from, count));
            known.keep(rows, self.trace.generation(), KeptLine { steps, values, amounts, share });
        }
        Some(Worth { amounts, step, share: share.map(|share| StepId(first + share)) })
    }

    #[cold]
    fn line_met(&mut self, (id, award): (AwardId, &'a Award), line: (&'a Pay, u16), at: &Position) -> Option<Worth> {
        let met = self.met_whole(Whole::PayLine(award, line));
        let lines = &mut self.formulas.lines;
        lines.resize_with(self.policy.awards.len(), Vec::new);
        let lines = lines.get_mut(usize::from(id.0))?;
        lines.resize_with(award.pays.len(), Met::default);
        *lines.get_mut(usize::from(line.1))? = met;
        self.worth((id, award), line, at)
    }

    /// The step of what is left under the limit and what that is, by its formula. None as for a pay line.
    #[inline(always)]
    pub(in crate::eval) fn room(&mut self, (id, limit): (LimitId, &'a Limit), used: Small, at: &Position) -> Option<(StepId, Small)> {
        let (formula, known) = match self.formulas.rooms.get(usize::from(id.0)) {
            Some(Met::ByFormula(formula, known)) => (formula, known),
            Some(Met::StepByStep) => return None,
            Some(Met::Never) | None => return self.limit_met((id, limit), used, at),
        };
        let rows = self.rows_read(formula.reads, at)?;
        match known.get(rows, self.trace.generation()) {
            Some(kept) => {
                let left = kept.most.minus(used)?.or_zero();
                let values = self.trace.values();
                let from = values.len();
                push_left(&limit.measure, (used, left), values);
                Some((self.trace.record_kept(kept.steps, rows, Values::behind(kept.values, from)), left))
            }
            None => {
                // taken apart for the same reason
                let (step, left) = self.room_anew((id, limit), (used, rows), at)?;
                Some((step, left))
            }
        }
    }

    /// The same where it is not known.
    #[inline(never)]
    fn room_anew(&mut self, (id, limit): (LimitId, &'a Limit), (used, rows): (Small, Rows), at: &Position) -> Option<(StepId, Small)> {
        let Met::ByFormula(formula, known) = self.formulas.rooms.get_mut(usize::from(id.0))? else { return None };
        let from = self.trace.values().len();
        let (step, (most, left, steps)) = formula.record((self.policy, rows, at), &mut self.trace, |end, given, values| {
            let most = end.most(given, values)?;
            let left = most.minus(used)?.or_zero();
            push_left(&limit.measure, (used, left), values);
            Some((&end.steps, (most, left, &end.steps)))
        })?;
        if known.may_keep(rows) {
            let count = self.trace.values().len() - LEFT - from;
            let (steps, values) = (self.trace.kept(steps), self.trace.lasting(from, count));
            known.keep(rows, self.trace.generation(), KeptMost { steps, values, most });
        }
        Some((step, left))
    }

    #[cold]
    fn limit_met(&mut self, (id, limit): (LimitId, &'a Limit), used: Small, at: &Position) -> Option<(StepId, Small)> {
        let met = self.met_whole(Whole::Room(id, limit));
        let rooms = &mut self.formulas.rooms;
        rooms.resize_with(self.policy.limits.len(), Met::default);
        *rooms.get_mut(usize::from(id.0))? = met;
        self.room((id, limit), used, at)
    }

    fn met_whole<T: Copy>(&self, whole: Whole<'a>) -> Met<'a, T> {
        Formula::of(self.policy, self.facts, whole).map_or(Met::StepByStep, |formula| {
            let known = Known::of(&formula);
            Met::ByFormula(formula, known)
        })
    }
}

/// So many values follow what a limit allows.
const LEFT: usize = 2;

/// What is used, and what is left.
#[inline(always)]
fn push_left(measure: &LimitMeasure, left: (Small, Small), values: &mut Vec<Value>) {
    let (used, left) = (left.0.into(), left.1.into());
    if matches!(measure, LimitMeasure::Money(_)) {
        values.push(Value::Money(used));
        values.push(Value::Money(left));
    } else {
        values.push(Value::Number(used));
        values.push(Value::Number(left));
    }
}

/// The steps of a pay line, what it comes to before proration and rounding and after both, and which step is the share that is paid.
type Amounts<'d, 'a> = (&'d Rc<Template<'a>>, ([Small; 2], Option<u32>));

impl<'a> formula::End<'a> {
    #[inline]
    fn amounts(&self, given: &Given, values: &mut Vec<Value<'a>>) -> Option<Amounts<'_, 'a>> {
        let Around::PayLine(line) = &self.around else { return None };
        let full = line.full.small(given, values)?;
        let mut paid = full;
        if let Some((share, _)) = &line.share {
            paid = full.times(share.small(given, values)?)?;
            values.push(Value::Money(paid.into()));
        }
        let share = line.share.as_ref().map(|(_, step)| *step);
        let Some((rounding, with_rounding)) = &line.rounding else { return Some((&self.steps, ([full, paid], share))) };
        if rounding.unit.to_small().is_some_and(|unit| paid.has_digits_of(unit)) {
            return Some((&self.steps, ([full, paid], share)));
        }
        let exact = Number::from(paid);
        let rounded = exact.rounded(*rounding).ok()?;
        if rounded == exact {
            return Some((&self.steps, ([full, paid], share)));
        }
        values.push(Value::Money(rounded));
        Some((with_rounding, ([full, rounded.to_small()?], share)))
    }

    /// What the limit allows.
    #[inline]
    fn most(&self, given: &Given, values: &mut Vec<Value<'a>>) -> Option<Small> {
        let Around::Limit(RoomStands { most, ty }) = &self.around else { return None };
        let most = most.small(given, values)?.or_zero();
        values.push(typed(*ty, most.into()));
        Some(most)
    }
}
