//! One candidate in its turn: qualified, de-duplicated, valued, limited, posted.

use std::cmp::Ordering;

use super::beside::Beside;
use super::limit::{Basis, Counts, Piece, Waits};
use super::parts::is_paid_in_parts;
use super::verdict::Verdict;
use crate::eval::evaluator::{Evaluator, Position};
use crate::eval::expression::calendar;
use crate::eval::history::movement::Moving;
use crate::eval::history::opening::position;
use crate::eval::history::posted::Stop;
use crate::eval::outcome::{Disposition, Origin, PeriodName, Reason};
use crate::eval::person::candidate::{Candidate, Carried};
use crate::eval::person::timeline::Timeline;
use crate::eval::trace::Op;
use crate::policy::{Amount, Award, Each, Excess, LimitId, PeriodKind, Policy, Window};
use crate::value::{Date, Number, Value};

/// The kind of period that a line of the award is told with, unless the award itself is for one: that of the first window that names one.
pub(in crate::eval) fn named_period(policy: &Policy, award: &Award) -> Option<PeriodKind> {
    let named = |window: &Window| if let Window::Period(kind) = window { Some(*kind) } else { None };
    let of_once = award.once.as_ref().and_then(|once| named(&once.window));
    of_once.or_else(|| award.limits.iter().find_map(|id| named(&policy.limit(*id).window)))
}

impl<'a> Timeline<'a> {
    /// Writes what becomes of the candidate into `verdict`. Err: it cannot be decided.
    pub(in crate::eval) fn decide(&mut self, candidate: &mut Candidate<'a>, verdict: &mut Verdict) -> Result<(), Stop> {
        let award = self.evaluator.policy.award(candidate.award);
        if let Some(group) = candidate.paid_group {
            return verdict.becomes(self.already_paid(group as usize, award, candidate)?);
        }
        if let Some(before) = award.credits.and_then(|bank| self.credited_before(bank, candidate)) {
            return verdict.becomes(before);
        }
        let mut at = position(candidate);
        let mut decided = 0;
        if let Some(stopped) = self.qualify(award, candidate, (&mut at, &mut decided))? {
            return verdict.becomes(*stopped);
        }
        if let Some(set) = award.counts_in {
            return verdict.becomes(self.count_in_set(set, candidate, &at)?);
        }
        if let Some(stopped) = self.repeated((award, decided), candidate, &at)? {
            return verdict.becomes(*stopped);
        }
        if let Some(stopped) = self.too_soon(award, candidate)? {
            return verdict.becomes(*stopped);
        }
        let beside = match self.beside(award, &at)? {
            Ok(beside) => beside,
            Err(stopped) => return verdict.becomes(*stopped),
        };
        if !award.recovers.is_empty() {
            return verdict.becomes(self.recover(candidate, award, &at)?);
        }
        self.pay(candidate, (award, beside.as_deref()), &at, verdict)
    }

    /// The amount, the choice and the limits.
    #[inline]
    fn pay(
        &mut self,
        candidate: &mut Candidate<'a>,
        (award, beside): (&'a Award, Option<&Beside<'a>>),
        at: &Position,
        verdict: &mut Verdict,
    ) -> Result<(), Stop> {
        let Some((pay, index)) = self.deciding_line(award, candidate, at)? else {
            return verdict.becomes(Verdict::without_money(Disposition::NotEligible, Reason::NoPayLine));
        };
        if let Amount::Claim(claim) = &pay.amount {
            return verdict.becomes(self.claim(candidate, (award, (pay, index), claim), at)?);
        }
        let mut piece = Piece::of((pay, index));
        if !self.value_line((award, (pay, index)), (candidate, at), &mut piece)? {
            return verdict.becomes(Verdict::without_money(Disposition::NotEligible, Reason::NoPayLine));
        }
        if beside.is_some_and(Beside::is_moving) || !award.grants.is_empty() {
            piece.counts = Counts::AsMove;
        }
        let is_nothing = if piece.counts == Counts::AsMove { piece.paid < Number::ZERO } else { !piece.paid.is_positive() };
        if is_nothing {
            return verdict.becomes(Verdict::without_money(Disposition::NotEligible, Reason::NothingToPay));
        }
        match self.chosen((candidate, award), &piece, at)? {
            Some(stopped) => verdict.becomes(*stopped),
            None => self.limit_and_post((candidate, award), (&mut piece, beside), at, verdict),
        }
    }

    /// Never decided again. Where a limit carries its excess, what is still owed goes on to the next period.
    #[cold]
    pub(super) fn already_paid(&mut self, group: usize, award: &'a Award, candidate: &Candidate<'a>) -> Result<Verdict, Stop> {
        let Some(group) = self.groups.get_mut(group) else {
            return Ok(Verdict::without_money(Disposition::AlreadyPaid, Reason::SameKeyAsPaid));
        };
        group.recognised = true;
        let (net, line) = (group.net, group.lines.first().copied().unwrap_or_default());
        let last = group.lines.last().copied().unwrap_or(line);
        let verdict = Verdict::without_money(Disposition::AlreadyPaid, Reason::PaidBefore { line });
        self.spend_again(award, candidate)?;
        self.next_block(award, candidate);
        let policy = self.evaluator.policy;
        let carrying = award.limits.iter().find(|id| matches!(policy.limit(**id).excess, Excess::CarriedToNextPeriod));
        let (Some(limit), Some(last)) = (carrying, self.evaluator.facts.paid.get(last as usize)) else { return Ok(verdict) };
        self.carry_rest(award, candidate, (*limit, net, last.effective))?;
        Ok(verdict)
    }

    fn carry_rest(&mut self, award: &'a Award, candidate: &Candidate<'a>, (limit, net, last): (LimitId, Number, Date)) -> Result<(), Stop> {
        let at = position(candidate);
        let Some(valued) = self.value_award(award, candidate, &at)? else { return Ok(()) };
        let rest = valued.paid.minus(net).unwrap_or(Number::ZERO);
        if !rest.is_positive() {
            return Ok(());
        }
        let window = &self.evaluator.policy.limit(limit).window;
        let applied = self.evaluator.applied_window(window, last, &at).map_err(Stop::Missing)?;
        let uses = self.book.uses(limit);
        let day = applied.and_then(|applied| {
            self.evaluator.used(applied, uses, last)?;
            Ok(self.evaluator.changes_on((window, applied), uses, last))
        });
        let day = day.map_err(|fault| self.fault_step(Op::LimitUsed(limit), self.evaluator.policy.limit(limit).span, fault))?;
        let proration = self.share_of(&valued);
        let full = proration.and_then(|share| rest.divided_by(share).ok()).unwrap_or(rest);
        let (kind, step) = (valued.kind, valued.step);
        let carried = Carried { amount: rest, full, kind, suffix: "", proration, limit, step, unsure: false };
        self.carry(candidate, carried, day);
        Ok(())
    }

    #[inline(always)]
    fn limit_and_post(
        &mut self,
        (candidate, award): (&mut Candidate<'a>, &'a Award),
        (piece, beside): (&mut Piece<'a>, Option<&Beside<'a>>),
        at: &Position,
        verdict: &mut Verdict,
    ) -> Result<(), Stop> {
        let basis = Basis { award, candidate, at, proration: None };
        if let Some(waits) = self.limit_piece(piece, &basis)? {
            return verdict.becomes(self.wait(candidate, waits, at)?);
        }
        let is_move = piece.counts == Counts::AsMove;
        self.post((candidate, award), (piece, beside), (at, verdict))?;
        // an award that is not paid spends nothing; one that is paid in parts spends where it stands (decision 0017)
        if is_move || is_paid_in_parts(verdict) {
            beside.map_or(Ok(()), |beside| self.spend(&beside.spendings))?;
            self.next_block(award, candidate);
        }
        Ok(())
    }

    /// Re-dates the whole candidate to the next day on which the limit's room changes; there it is read anew.
    #[cold]
    fn wait(&mut self, candidate: &mut Candidate<'a>, Waits { limit, until }: Waits, at: &Position) -> Result<Verdict, Stop> {
        let policy = self.evaluator.policy;
        let mut bound = None;
        if let Excess::Waits { until: last, expires } = &policy.limit(limit).excess {
            if let Some(last) = last {
                let step = self.evaluator.evaluate(last, at);
                let Value::Date(last) = self.evaluator.value(step) else { return Err(Stop::Missing(step)) };
                bound = Some(last);
            }
            if let (Some(expires), Some(first)) = (expires, candidate.first_placing) {
                let end = first.plus(*expires, self.evaluator.month_end());
                let end = end.map_err(|fault| self.fault_step(Op::LimitApplied(limit), policy.limit(limit).span, fault.into()))?;
                bound = Some(bound.map_or(end, |bound: Date| bound.min(end)));
            }
        }
        match until {
            Some(day) if bound.is_none_or(|bound| day <= bound) && day <= self.evaluator.as_of => {
                self.queue.enqueue(Candidate { placing: Some(day), moved_to: Some(day), ..candidate.clone() });
                Ok(Verdict::without_money(Disposition::Waiting, Reason::WaitsFor { limit, until }))
            }
            Some(day) if bound.is_some_and(|bound| bound < day) => {
                self.take_key(candidate, Ordering::Equal);
                Ok(Verdict::without_money(Disposition::Reduced, Reason::Expired { limit }))
            }
            _ => {
                self.waiting.push(candidate.clone());
                Ok(Verdict::without_money(Disposition::Waiting, Reason::WaitsFor { limit, until }))
            }
        }
    }

    #[inline(always)]
    fn post(
        &mut self,
        (candidate, award): (&Candidate<'a>, &'a Award),
        (piece, beside): (&mut Piece<'a>, Option<&Beside<'a>>),
        (at, verdict): (&Position, &mut Verdict),
    ) -> Result<(), Stop> {
        if let Some(bank) = award.credits {
            return verdict.becomes(self.post_credit(candidate, piece, bank, at)?);
        }
        let stands = piece.counts == Counts::AsMove; // a move that a limit cuts counts as none
        if stands {
            let moving = beside.map(|beside| &beside.moving).filter(|moving| !moving.is_empty());
            self.post_changes(candidate, piece, moving, at)?;
        }
        let paid = piece.paid.sign();
        self.pay_piece((candidate, award), piece, at)?;
        verdict.amount = piece.paid;
        self.take_key(candidate, paid);
        if stands {
            self.book.stands(candidate.award);
        }
        (verdict.disposition, verdict.reason) = (Disposition::Paid, Reason::PaidInFull { line: piece.line.map(|(_, index)| index) });
        if piece.is_cut() { self.post_cut(candidate, piece, at, (paid, verdict)) } else { Ok(()) }
    }

    #[inline(never)]
    fn post_cut(
        &mut self,
        candidate: &Candidate<'a>,
        piece: &Piece<'a>,
        at: &Position,
        (paid, verdict): (Ordering, &mut Verdict),
    ) -> Result<(), Stop> {
        self.settle_cuts((candidate, at), piece.cuts(), piece.share(), verdict)?;
        if let (true, Some(date)) = (paid.is_eq() && is_paid_in_parts(verdict), candidate.placing) {
            self.use_quantities(piece.covered, date);
            self.book.stands(candidate.award);
        }
        Ok(())
    }

    /// The fields that move and the roles that are granted.
    #[cold]
    fn post_changes(
        &mut self,
        candidate: &Candidate<'a>,
        piece: &Piece<'a>,
        moving: Option<&Moving<'a>>,
        at: &Position,
    ) -> Result<(), Stop> {
        let pay_date = self.pay_date(self.evaluator.policy.award(candidate.award), at)?;
        moving.into_iter().for_each(|moving| self.post_moves(candidate, moving, (at, pay_date)));
        self.post_grants(candidate, at, pay_date)?;
        moving.into_iter().for_each(|moving| self.remember_moves((candidate, at), moving));
        if let (true, Some(date)) = (piece.paid.is_zero(), candidate.placing) {
            self.use_limits(piece, date);
            if self.evaluator.policy.award(candidate.award).recovered.is_some() {
                self.remember_paid((candidate, at), piece);
            }
        }
        Ok(())
    }
}

impl<'a> Evaluator<'a> {
    /// The period the award is for, else that of the first window that names one.
    #[inline(always)]
    pub(in crate::eval) fn period_name(
        &self,
        (award, named): (&Award, Option<PeriodKind>),
        candidate: &Candidate<'a>,
    ) -> Option<PeriodName<'a>> {
        if let (Each::EmployeePeriod(kind), Origin::Period(period)) = (&award.each, candidate.origin) {
            return Some(PeriodName::from(calendar::label(self.policy, *kind, period)));
        }
        let named = named?;
        let period = self.period_of(named, candidate.placing?).ok()?;
        Some(PeriodName::from(calendar::label(self.policy, named, period)))
    }
}
