//! A claim on a pool in its turn of the queue: what is asked, and, once the pool is divided, the share.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::limit::{Piece, fitted};
use super::verdict::Verdict;
use crate::eval::evaluator::Position;
use crate::eval::everybody::division::{Claimed, Instance};
use crate::eval::everybody::pools::{Share, Shares};
use crate::eval::everybody::sequence::{HeldRequest, Request, UsedBefore};
use crate::eval::expression::operators::number_of;
use crate::eval::history::opening::position;
use crate::eval::history::posted::Stop;
use crate::eval::outcome::{Disposition, Reason};
use crate::eval::person::candidate::Candidate;
use crate::eval::person::timeline::Timeline;
use crate::eval::trace::{Fault, Op, StepId};
use crate::policy::{Amount, Asks, Award, Claim, Expr, Pay, PoolId};
use crate::syntax::ast::CapBasis;
use crate::value::{Date, Number, Period, Rounding, Value};

/// What one person's queue asked of the pools.
#[derive(Debug, Default)]
pub struct Claims<'a> {
    pub claimed: BTreeMap<Instance, Vec<Claimed<'a>>>,
    /// Claims that cannot be decided, as far as their place is known.
    pub held: Vec<HeldClaim>,
    pub paid: Vec<PaidShare>,
    /// What was asked of limits over everybody or a group.
    pub requests: Vec<Request<'a>>,
    pub held_requests: Vec<HeldRequest>,
    pub used_before: Vec<UsedBefore>,
    /// So many requests were made by the person at hand.
    pub asked: usize,
    /// None while claims are collected.
    pub shares: Option<Arc<Shares>>,
}

#[derive(Clone, Debug)]
pub struct HeldClaim {
    pub pool: PoolId,
    pub period: Option<Period>,
    pub group: Option<String>,
}

/// What an earlier run paid out of a pool.
#[derive(Clone, Debug)]
pub struct PaidShare {
    pub pool: PoolId,
    pub period: Option<Period>,
    pub group: Option<String>,
    pub amount: Number,
}

impl<'a> Timeline<'a> {
    #[cold]
    pub(in crate::eval) fn claim(
        &mut self,
        candidate: &Candidate<'a>,
        (award, pay, claim): (&'a Award, (&'a Pay, u16), &'a Claim),
        at: &Position,
    ) -> Result<Verdict, Stop> {
        let (pay, index) = pay;
        let rounding = pay.rounding.as_ref().or(award.rounding.as_ref());
        let (weight, most, step) = self.asked((claim, rounding), at)?;
        if !weight.is_positive() {
            return Ok(Verdict::without_money(Disposition::NotEligible, Reason::NothingToPay));
        }
        let line = self.evaluator.note(Op::PayLine(index), pay.span, &[step], self.evaluator.value(step));
        let placing = candidate.placing.unwrap_or(self.evaluator.as_of);
        let period =
            self.pool_period(claim.pool, placing).map_err(|fault| self.fault_step(Op::PoolAmount(claim.pool), claim.span, fault))?;
        let group = match &claim.group {
            None => String::new(),
            Some(group) => match self.evaluator.result(group, at) {
                (step, Value::Missing) => return Err(Stop::Missing(step)),
                (_, value) => value.to_string(),
            },
        };
        let Some(shares) = self.claims.shares.clone() else {
            let tie = claim.ties.as_ref().map(|ties| Box::new(self.evaluator.peek(ties, at)));
            let (award_id, origin, employee) = (candidate.award, candidate.origin, self.evaluator.employee);
            let tier = self.evaluator.policy.pools[usize::from(claim.pool.0)].tier_of(award_id);
            let place = (employee, award_id, origin);
            let claimed = Claimed { place, tier, placing, tie, weight, most, rounding };
            self.claims.claimed.entry((claim.pool, group, period)).or_default().push(claimed);
            self.take_key(candidate, Ordering::Greater);
            return Ok(Verdict::without_money(Disposition::Paid, Reason::PaidInFull { line: Some(index) }));
        };
        let share = shares.of((self.evaluator.employee, candidate.award, candidate.origin));
        let given = if let Share::Given { amount, .. } = share { amount } else { Number::ZERO };
        self.take_key(candidate, given.sign());
        self.pay_share((candidate, claim), (share, line, index), (weight, most), at)
    }

    /// The weight, the most that is paid for it, and the step of the weight. A cap is rounded down to the unit, so that it holds (decision 0002).
    fn asked(
        &mut self,
        (claim, rounding): (&'a Claim, Option<&Rounding>),
        at: &Position,
    ) -> Result<(Number, Option<Number>, StepId), Stop> {
        let (mut weight, mut most, step) = match &claim.asks {
            Asks::EqualShare => (Number::ONE, None, self.evaluator.note(Op::Constant, claim.span, &[], Value::Number(Number::ONE))),
            Asks::Share(expr) => {
                let (weight, step) = self.number(expr, at)?;
                (weight, None, step)
            }
            Asks::UpTo(expr) => {
                let (weight, step) = self.number(expr, at)?;
                (weight, Some(weight), step)
            }
        };
        if let Some((cap, basis)) = &claim.cap {
            let (cap, _) = self.number(cap, at)?;
            let is_weight = *basis == CapBasis::BeforeSharing && !matches!(claim.asks, Asks::UpTo(_));
            let fitted = if is_weight { Ok(cap) } else { fitted(cap, rounding.copied()) };
            let cap = fitted.map_err(|fault| self.fault_step(Op::PoolShare(claim.pool), claim.span, fault))?;
            match basis {
                CapBasis::BeforeSharing => {
                    weight = weight.min(cap);
                    most = most.map(|most| most.min(cap));
                }
                CapBasis::AfterSharing => most = Some(most.map_or(cap, |most| most.min(cap))),
            }
        }
        Ok((weight, most, step))
    }

    fn number(&mut self, expr: &'a Expr, at: &Position) -> Result<(Number, StepId), Stop> {
        let (step, number) = self.evaluator.result(expr, at);
        let number = number_of(*number).ok_or(Stop::Missing(step))?;
        Ok((number, step))
    }

    fn pool_period(&self, pool: PoolId, day: Date) -> Result<Option<Period>, Fault> {
        let policy = self.evaluator.policy;
        let kind = policy.pools[usize::from(pool.0)].period;
        kind.map(|kind| self.evaluator.period_of(kind, day)).transpose()
    }

    fn pay_share(
        &mut self,
        (candidate, claim): (&Candidate<'a>, &'a Claim),
        (share, line, index): (Share, StepId, u16),
        (weight, most): (Number, Option<Number>),
        at: &Position,
    ) -> Result<Verdict, Stop> {
        let pool = claim.pool;
        let span = self.evaluator.policy.pools[usize::from(pool.0)].span;
        let (amount, money, weights, rate) = match share {
            Share::Given { amount, money, weights, rate, claims, provisional } => {
                self.provisional_share |= provisional;
                let money = self.evaluator.note(Op::PoolAmount(pool), span, &[], Value::Money(money));
                let weights = self.evaluator.note(Op::PoolWeights { claims }, span, &[], Value::Number(weights));
                let rate = rate.map(|rate| self.evaluator.note(Op::PoolRate(pool), span, &[money, weights], Value::Money(rate)));
                (amount, money, weights, rate)
            }
            Share::HeldByAnother => return Ok(Verdict::without_money(Disposition::Held, Reason::PoolHeld { pool })),
            Share::AmountUnknown => {
                return Err(self.fault_step(Op::PoolAmount(pool), span, Fault::PoolUnknown));
            }
        };
        let (op, value) = (Op::PoolShare(pool), Value::Money(amount));
        let step = match rate {
            None => self.evaluator.note(op, claim.span, &[line, money, weights], value),
            Some(rate) => self.evaluator.note(op, claim.span, &[line, money, weights, rate], value),
        };
        let wanted = most.filter(|_| matches!(claim.asks, Asks::UpTo(_)) || claim.cap.is_some());
        let cut = wanted.and_then(|_| if matches!(claim.asks, Asks::UpTo(_)) { weight.minus(amount).ok() } else { None });
        let mut piece = Piece::new(crate::syntax::ast::PayKind::Stipend, (amount, amount), step);
        self.pay_piece((candidate, self.evaluator.policy.award(candidate.award)), &mut piece, at)?;
        let verdict = Verdict { disposition: Disposition::Paid, reason: Reason::PaidInFull { line: Some(index) }, amount };
        Ok(match cut {
            Some(by) if by.is_positive() => {
                let is_cap = most == Some(amount);
                let reason = if is_cap { Reason::ShareCapped { pool, by } } else { Reason::PoolShort { pool, by } };
                Verdict { disposition: Disposition::Reduced, reason, ..verdict }
            }
            _ if !amount.is_positive() => {
                Verdict { disposition: Disposition::Reduced, reason: Reason::PoolShort { pool, by: Number::ZERO }, ..verdict }
            }
            _ => verdict,
        })
    }

    /// A held candidate may claim any pool of its award: where that is, as far as it is known.
    #[cold]
    pub(in crate::eval) fn hold_claims(&mut self, candidate: &Candidate<'a>) {
        if self.claims.shares.is_some() {
            return;
        }
        self.hold_shared(candidate);
        let policy = self.evaluator.policy;
        let at = position(candidate);
        for pay in &policy.award(candidate.award).pays {
            let Amount::Claim(claim) = &pay.amount else { continue };
            let period = candidate.placing.and_then(|day| self.pool_period(claim.pool, day).ok().flatten());
            let group = self.group_or_none(claim, &at);
            self.claims.held.push(HeldClaim { pool: claim.pool, period, group });
        }
    }

    pub(in crate::eval) fn group_or_none(&mut self, claim: &'a Claim, at: &Position) -> Option<String> {
        let Some(group) = &claim.group else { return Some(String::new()) };
        match self.evaluator.peek(group, at) {
            Value::Missing => None,
            value => Some(value.to_string()),
        }
    }

    /// What earlier runs paid out of the pools is taken out of them before they are divided.
    #[cold]
    pub(in crate::eval) fn claims_paid_before(&mut self) {
        if self.groups.is_empty() {
            return;
        }
        let policy = self.evaluator.policy;
        let paid: Vec<_> = self.groups.iter().map(|group| (group.award, group.effective, group.net)).collect();
        for (award, day, amount) in paid {
            let claims =
                policy.award(award).pays.iter().filter_map(|pay| if let Amount::Claim(claim) = &pay.amount { Some(claim) } else { None });
            let Some(claim) = claims.into_iter().next() else { continue };
            let period = self.pool_period(claim.pool, day).ok().flatten();
            let at = Position { effective: Some(day), ..Position::default() };
            let group = self.group_or_none(claim, &at);
            self.claims.paid.push(PaidShare { pool: claim.pool, period, group, amount });
        }
    }
}
