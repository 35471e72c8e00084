//! What an award is worth: the deciding pay line, the tier, the proration, the rounding, each a step.

use crate::eval::evaluator::Position;
use crate::eval::expression::operators::{number_of, truth};
use crate::eval::history::posted::Stop;
use crate::eval::person::candidate::Candidate;
use crate::eval::person::timeline::Timeline;
use crate::eval::trace::{Fault, Op, StepId, StepPlace};
use crate::policy::{Amount, Award, AwardId, Expr, Pay, Tier, Window};
use crate::source::Span;
use crate::syntax::ast::PayKind;
use crate::value::{Date, Number, Rounding, Value};

/// An amount before any limit.
#[derive(Clone, Copy, Debug)]
pub struct Valued<'a> {
    pub pay: &'a Pay,
    pub pay_index: u16,
    pub kind: PayKind,
    /// Before proration and rounding.
    pub full: Number,
    /// After both.
    pub paid: Number,
    pub proration: Option<Number>,
    pub rounding: Option<Rounding>,
    /// The step whose value is `paid`.
    pub step: StepId,
}

impl<'a> Timeline<'a> {
    /// The first pay line whose `when` holds decides (DESIGN 1.2). None: no line does.
    pub(in crate::eval) fn value_award(
        &mut self,
        award: &'a Award,
        candidate: &Candidate<'a>,
        at: &Position,
    ) -> Result<Option<Valued<'a>>, Stop> {
        let at = &self.valuing(award, candidate, at);
        match self.deciding_line(award, at)? {
            Some(line) => self.value_line(award, line, candidate, at),
            None => Ok(None),
        }
    }

    pub(in crate::eval) fn deciding_line(&mut self, award: &'a Award, at: &Position) -> Result<Option<(&'a Pay, u16)>, Stop> {
        for (index, pay) in award.pays.iter().enumerate() {
            let holds = match &pay.when {
                None => true,
                Some(when) => {
                    let step = self.evaluator.decide(Op::When(index as u16), when, at);
                    truth(self.evaluator.value(step)).ok_or(Stop::Missing(step))?
                }
            };
            if holds {
                return Ok(Some((pay, index as u16)));
            }
        }
        Ok(None)
    }

    /// The amount of one pay line; also computed again when a limit has cut the quantity in `at`.
    pub(in crate::eval) fn value_line(
        &mut self,
        award: &'a Award,
        (pay, pay_index): (&'a Pay, u16),
        candidate: &Candidate<'a>,
        at: &Position,
    ) -> Result<Option<Valued<'a>>, Stop> {
        let at = &self.valuing(award, candidate, at);
        let Some((expr, ordinal)) = self.deciding_amount(pay, candidate, at)? else { return Ok(None) };
        let amount = self.evaluator.evaluate(expr, at);
        let full = number_of(self.evaluator.value(amount)).ok_or(Stop::Missing(amount))?;
        let inputs = [amount, ordinal.unwrap_or(amount)];
        let inputs = if ordinal.is_some() { &inputs[..] } else { &inputs[..1] };
        let line = self.evaluator.note(
            Op::PayLine(pay_index),
            pay.span,
            inputs,
            if award.credits.is_some() { Value::Number(full) } else { Value::Money(full) },
        );
        let (proration, step) = self.prorated(award, full, line, at)?;
        let rounding = pay.rounding.or(award.rounding);
        let (paid, step) = self.rounded(rounding, step, pay.span)?;
        Ok(Some(Valued { pay, pay_index, kind: pay.kind, full, paid, proration, rounding, step }))
    }

    fn prorated(&mut self, award: &'a Award, full: Number, line: StepId, at: &Position) -> Result<(Option<Number>, StepId), Stop> {
        let Some(proration) = &award.proration else { return Ok((None, line)) };
        let share = self.evaluator.evaluate(proration, at);
        let part = number_of(self.evaluator.value(share)).ok_or(Stop::Missing(share))?;
        let result = full.times(part).map(Value::Money).map_err(Fault::from);
        let step = self.evaluator.settle(Op::Prorated, StepPlace::Clause(proration.span), &[line, share], result);
        Ok((Some(part), step))
    }

    pub(in crate::eval) fn rounded(&mut self, rounding: Option<Rounding>, step: StepId, span: Span) -> Result<(Number, StepId), Stop> {
        let amount = number_of(self.evaluator.value(step)).ok_or(Stop::Missing(step))?;
        let Some(rounding) = rounding else { return Ok((amount, step)) };
        match amount.rounded(rounding) {
            Ok(rounded) if rounded == amount => Ok((amount, step)),
            Ok(rounded) => Ok((rounded, self.evaluator.note(Op::Rounded, span, &[step], Value::Money(rounded)))),
            Err(fault) => {
                Err(Stop::Missing(self.evaluator.trace.record_fault(Op::Rounded, StepPlace::Clause(span), &[step], fault.into())))
            }
        }
    }

    /// The amount expression of the line: the plain one, or that of the tier the award's ordinal falls into.
    fn deciding_amount(
        &mut self,
        pay: &'a Pay,
        candidate: &Candidate<'a>,
        at: &Position,
    ) -> Result<Option<(&'a Expr, Option<StepId>)>, Stop> {
        match &pay.amount {
            Amount::Plain(expr) => Ok(Some((expr, None))),
            Amount::Claim(_) => Ok(None), // settled as a claim, before it is valued
            Amount::Tiers { span, window, tiers, rest } => {
                let Some(placing) = candidate.placing else { return Ok(None) };
                let before = self.awards_paid(candidate.award, (window, *span), placing, at)?;
                let ordinal = self.evaluator.note(Op::TierOrdinal, *span, &[], Value::Number(Number::from_integer(before + 1)));
                Ok(tier_of(tiers, rest.as_ref(), before).map(|expr| (expr, Some(ordinal))))
            }
        }
    }

    /// How many awards of the same name were paid to the person in the tier window of `placing`.
    fn awards_paid(&mut self, award: AwardId, (window, span): (&'a Window, Span), placing: Date, at: &Position) -> Result<i64, Stop> {
        let applied = self.evaluator.applied_window(window, placing, at).map_err(Stop::Missing)?;
        let applied = applied.map_err(|fault| self.fault_step(Op::TierOrdinal, span, fault))?;
        let Some(counts) = self.book.counts(award) else { return Ok(0) };
        let used = self.evaluator.used(window, applied, counts, placing).map_err(|fault| self.fault_step(Op::TierOrdinal, span, fault))?;
        Ok(used.amount.to_integer().unwrap_or(i64::MAX - 1))
    }

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
