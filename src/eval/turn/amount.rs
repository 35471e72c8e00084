//! What an award is worth: the deciding pay line, the tier, the proration, the rounding, each a step.

use super::limit::Piece;
use super::recur::fixed_position;
use crate::eval::evaluator::Position;
use crate::eval::expression::money::Worth;
use crate::eval::expression::operators::{number_of, truth};
use crate::eval::history::posted::Stop;
use crate::eval::person::candidate::Candidate;
use crate::eval::person::timeline::Timeline;
use crate::eval::trace::{Fault, Op, StepId, StepPlace};
use crate::policy::{Amount, Award, AwardId, Expr, Pay, Tier, Window};
use crate::source::Span;
use crate::value::{Date, Number, Rounding, Value};

impl<'a> Timeline<'a> {
    /// The first pay line whose `when` holds decides (DESIGN 1.2). None: no line does.
    pub(in crate::eval) fn value_award(
        &mut self,
        award: &'a Award,
        candidate: &Candidate<'a>,
        at: &Position,
    ) -> Result<Option<Piece<'a>>, Stop> {
        let Some(line) = self.deciding_line(award, candidate, at)? else { return Ok(None) };
        let mut piece = Piece::of(line);
        Ok(if self.value_line((award, line), (candidate, at), &mut piece)? { Some(piece) } else { None })
    }

    #[inline]
    pub(in crate::eval) fn deciding_line(
        &mut self,
        award: &'a Award,
        candidate: &Candidate<'a>,
        at: &Position,
    ) -> Result<Option<(&'a Pay, u16)>, Stop> {
        match award.pays.first() {
            Some(pay) if pay.when.is_none() => Ok(Some((pay, 0))),
            _ => self.first_that_holds(award, fixed_position(award, candidate, at).as_ref().unwrap_or(at)),
        }
    }

    #[cold]
    fn first_that_holds(&mut self, award: &'a Award, at: &Position) -> Result<Option<(&'a Pay, u16)>, Stop> {
        for (index, pay) in award.pays.iter().enumerate() {
            let holds = match &pay.when {
                None => true,
                Some(when) => {
                    let (step, value) = self.evaluator.decided(Op::When(index as u16), when, at);
                    truth(*value).ok_or(Stop::Missing(step))?
                }
            };
            if holds {
                return Ok(Some((pay, index as u16)));
            }
        }
        Ok(None)
    }

    /// Writes what one pay line comes to into the piece, where it is large enough to stay; also computed again when a limit has cut the
    /// quantity in `at`. False where the line pays nothing.
    #[inline(always)]
    pub(in crate::eval) fn value_line(
        &mut self,
        (award, (pay, pay_index)): (&'a Award, (&'a Pay, u16)),
        (candidate, at): (&Candidate<'a>, &Position),
        piece: &mut Piece<'a>,
    ) -> Result<bool, Stop> {
        let fixed = fixed_position(award, candidate, at);
        let at = fixed.as_ref().unwrap_or(at);
        let first = self.evaluator.trace.next();
        if let Some(Worth { amounts: [full, paid], step, share }) = self.evaluator.worth((candidate.award, award), (pay, pay_index), at) {
            piece.comes_to((full.into(), paid.into()), (step, share));
            if cfg!(debug_assertions) {
                self.compare_line(first, (award, (pay, pay_index)), (candidate, at), piece);
            }
            return Ok(true);
        }
        self.line_by_steps((award, (pay, pay_index)), (candidate, at), piece)
    }

    /// The same step by step.
    #[cold]
    fn line_by_steps(
        &mut self,
        (award, (pay, pay_index)): (&'a Award, (&'a Pay, u16)),
        (candidate, at): (&Candidate<'a>, &Position),
        piece: &mut Piece<'a>,
    ) -> Result<bool, Stop> {
        let (expr, ordinal) = match &pay.amount {
            Amount::Plain(expr) => (expr, None),
            Amount::Claim(_) => return Ok(false), // settled as a claim, before it is valued
            Amount::Tiers { span, window, tiers, rest } => {
                let ordinal = self.ordinal(candidate, (window, *span), at)?;
                let Some((before, ordinal)) = ordinal else { return Ok(false) };
                let Some(expr) = tier_of(tiers, rest.as_ref(), before) else { return Ok(false) };
                (expr, Some(ordinal))
            }
        };
        let (amount, full) = self.evaluator.result(expr, at);
        let full = number_of(*full).ok_or(Stop::Missing(amount))?;
        let value = if award.credits.is_some() { Value::Number(full) } else { Value::Money(full) };
        let line = match ordinal {
            None => self.evaluator.note(Op::PayLine(pay_index), pay.span, &[amount], value),
            Some(ordinal) => self.evaluator.note(Op::PayLine(pay_index), pay.span, &[amount, ordinal], value),
        };
        let (mut paid, mut step) = (full, line);
        let mut share = None;
        if let Some(expr) = &award.proration {
            let (share_step, part) = self.evaluator.result(expr, at);
            let part = number_of(*part).ok_or(Stop::Missing(share_step))?;
            (paid, step) = self.prorated((full, part), [step, share_step], expr.span)?;
            share = Some(share_step);
        }
        if let Some(rounding) = pay.rounding.as_ref().or(award.rounding.as_ref()) {
            (paid, step) = self.rounded((paid, step), rounding, pay.span)?;
        }
        piece.comes_to((full, paid), (step, share));
        Ok(true)
    }

    /// Debug builds go step by step each time as well: both leave the same.
    fn compare_line(
        &mut self,
        first: u32,
        (award, line): (&'a Award, (&'a Pay, u16)),
        (candidate, at): (&Candidate<'a>, &Position),
        piece: &Piece<'a>,
    ) {
        let (mark, second) = (self.evaluator.trace.mark(), self.evaluator.trace.next());
        let mut again = Piece::of(line);
        let pays = self.line_by_steps((award, line), (candidate, at), &mut again);
        let is_same = matches!(pays, Ok(true)) && (again.full, again.paid) == (piece.full, piece.paid);
        assert!(is_same, "a pay line comes to the same step by step: {pays:?}, {again:?}, {piece:?}");
        self.evaluator.trace.expect_twice((first, second), mark, &line);
    }

    /// The share that is paid, where the award is prorated.
    pub(in crate::eval) fn share_of(&self, piece: &Piece<'a>) -> Option<Number> {
        piece.share_step.and_then(|step| number_of(self.evaluator.value(step)))
    }

    #[inline]
    fn prorated(&mut self, (full, part): (Number, Number), inputs: [StepId; 2], span: Span) -> Result<(Number, StepId), Stop> {
        match full.times(part) {
            Ok(paid) => Ok((paid, self.evaluator.note(Op::Prorated, span, &inputs, Value::Money(paid)))),
            Err(fault) => {
                Err(Stop::Missing(self.evaluator.trace.record_fault(Op::Prorated, StepPlace::Clause(span), &inputs, fault.into())))
            }
        }
    }

    /// The amount and its step; a step of its own where rounding changes anything.
    #[inline]
    pub(in crate::eval) fn rounded(
        &mut self,
        (amount, step): (Number, StepId),
        rounding: &Rounding,
        span: Span,
    ) -> Result<(Number, StepId), Stop> {
        if amount.has_digits_of(&rounding.unit) { Ok((amount, step)) } else { self.rounded_to_unit((amount, step), rounding, span) }
    }

    #[inline(never)]
    fn rounded_to_unit(&mut self, (amount, step): (Number, StepId), rounding: &Rounding, span: Span) -> Result<(Number, StepId), Stop> {
        match amount.rounded(*rounding) {
            Ok(rounded) if rounded == amount => Ok((amount, step)),
            Ok(rounded) => Ok((rounded, self.evaluator.note(Op::Rounded, span, &[step], Value::Money(rounded)))),
            Err(fault) => {
                Err(Stop::Missing(self.evaluator.trace.record_fault(Op::Rounded, StepPlace::Clause(span), &[step], fault.into())))
            }
        }
    }

    /// How many awards stand before it in the tier window, and the step of its own number; none where its place is not known.
    #[cold]
    fn ordinal(
        &mut self,
        candidate: &Candidate<'a>,
        (window, span): (&'a Window, Span),
        at: &Position,
    ) -> Result<Option<(i64, StepId)>, Stop> {
        let Some(placing) = candidate.placing else { return Ok(None) };
        let before = self.awards_paid(candidate.award, (window, span), placing, at)?;
        let step = self.evaluator.note(Op::TierOrdinal, span, &[], Value::Number(Number::from_integer(before + 1)));
        Ok(Some((before, step)))
    }

    /// How many awards of the same name were paid to the person in the tier window of `placing`.
    fn awards_paid(&mut self, award: AwardId, (window, span): (&'a Window, Span), placing: Date, at: &Position) -> Result<i64, Stop> {
        let applied = self.evaluator.applied_window(window, placing, at).map_err(Stop::Missing)?;
        let applied = applied.map_err(|fault| self.fault_step(Op::TierOrdinal, span, fault))?;
        let Some(counts) = self.book.counts(award) else { return Ok(0) };
        let used = self.evaluator.used(applied, counts, placing).map_err(|fault| self.fault_step(Op::TierOrdinal, span, fault))?;
        Ok(used.to_integer().unwrap_or(i64::MAX - 1))
    }

    #[cold]
    pub(in crate::eval) fn fault_step(&mut self, op: Op, span: Span, fault: Fault) -> Stop {
        Stop::Missing(self.evaluator.trace.record_fault(op, StepPlace::Clause(span), &[], fault))
    }
}

fn tier_of<'a>(tiers: &'a [Tier], rest: Option<&'a Expr>, before: i64) -> Option<&'a Expr> {
    let mut passed = 0;
    for tier in tiers {
        passed += i64::from(tier.count);
        if before < passed {
            return Some(&tier.amount);
        }
    }
    rest
}
