//! One candidate in its turn: qualified, de-duplicated, valued, limited, posted.

use super::amount::Valued;
use super::limit::{Basis, Counts, Cut, Piece, Waits};
use super::parts::is_paid_in_parts;
use super::spending::Spending;
use super::verdict::Verdict;
use crate::eval::evaluator::Position;
use crate::eval::expression::calendar;
use crate::eval::expression::operators::truth;
use crate::eval::history::movement::Moving;
use crate::eval::history::opening::{PaidGroup, position};
use crate::eval::history::posted::{PostedAward, Stop};
use crate::eval::history::uses::Uses;
use crate::eval::history::window::{Applied, Use, from_first};
use crate::eval::outcome::{Disposition, Origin, Reason};
use crate::eval::person::candidate::{Candidate, Carried};
use crate::eval::person::timeline::Timeline;
use crate::eval::trace::{Fault, Op};
use crate::policy::{Amount, Award, Each, Excess, LimitId, Window};
use crate::value::{Date, Number, Value};

impl<'a> Timeline<'a> {
    pub(in crate::eval) fn decide(&mut self, candidate: &mut Candidate<'a>) -> Result<Verdict, Stop> {
        let award = self.evaluator.policy.award(candidate.award);
        if let Some(group) = candidate.paid_group {
            return self.already_paid(group, award, candidate);
        }
        if let Some(verdict) = award.credits.and_then(|bank| self.credited_before(bank, candidate)) {
            return Ok(verdict);
        }
        let mut at = position(candidate);
        if let Some(verdict) = self.qualify(award, candidate, &mut at)? {
            return Ok(*verdict);
        }
        if let Some(set) = award.counts_in {
            return self.count_in_set(set, candidate, &at);
        }
        if let Some(verdict) = self.repeated(award, candidate, &at)? {
            return Ok(*verdict);
        }
        if let Some(reason) = self.too_soon(award, candidate)? {
            return Ok(Verdict::without_money(Disposition::NotEligible, reason));
        }
        let spendings = match self.spendings(award, &at)? {
            Ok(spendings) => spendings,
            Err(reason) => return Ok(Verdict::without_money(Disposition::NotEligible, reason)),
        };
        let moving = match self.moving(award, &at)? {
            Ok(moving) => moving,
            Err(reason) => return Ok(Verdict::without_money(Disposition::NotEligible, reason)),
        };
        if !award.recovers.is_empty() {
            return self.recover(candidate, award, &at);
        }
        let nothing = |valued: &Valued| {
            if moving.is_empty() && award.grants.is_empty() { !valued.paid.is_positive() } else { valued.paid < Number::ZERO }
        };
        let as_of_payment = self.valuing(award, candidate, &at);
        let Some((pay, index)) = self.deciding_line(award, &as_of_payment)? else {
            return Ok(Verdict::without_money(Disposition::NotEligible, Reason::NoPayLine));
        };
        if let Amount::Claim(claim) = &pay.amount {
            return self.claim(candidate, (award, (pay, index), claim), &at);
        }
        let Some(valued) = self.value_line(award, (pay, index), candidate, &at)? else {
            return Ok(Verdict::without_money(Disposition::NotEligible, Reason::NoPayLine));
        };
        if nothing(&valued) {
            return Ok(Verdict::without_money(Disposition::NotEligible, Reason::NothingToPay));
        }
        match self.chosen(candidate, &valued, &at)? {
            Some(verdict) => Ok(*verdict),
            None => self.limit_and_post(award, candidate, (&valued, &moving, &spendings), at),
        }
    }

    /// The conditions in the order written, then the dates. Some: the candidate goes no further.
    pub(in crate::eval) fn qualify(
        &mut self,
        award: &'a Award,
        candidate: &mut Candidate<'a>,
        at: &mut Position,
    ) -> Result<Option<Box<Verdict>>, Stop> {
        for (index, condition) in award.conditions.iter().enumerate() {
            let step = self.condition((candidate.award, index as u16), condition, at);
            if !truth(self.evaluator.value(step)).ok_or(Stop::Missing(step))? {
                let reason = Reason::ConditionFailed { condition: index as u16 };
                return Ok(Some(Verdict::stopped(Disposition::NotEligible, reason)));
            }
        }
        let step = self.effective_step(award, candidate, at);
        let Value::Date(effective) = self.evaluator.value(step) else { return Err(Stop::Missing(step)) };
        at.effective = Some(effective);
        let in_force = self.evaluator.policy.effective;
        // what counts in a set may be older than the policy: only awards take effect under it
        if award.counts_in.is_none() && (effective < in_force.from || in_force.to.is_some_and(|to| to < effective)) {
            return Ok(Some(Verdict::stopped(Disposition::NotEligible, Reason::PolicyNotInForce)));
        }
        if effective > self.evaluator.as_of {
            return Ok(Some(Verdict::stopped(Disposition::Waiting, Reason::AfterAsOf)));
        }
        if let Some(reason) = self.is_over(award, effective, at)? {
            return Ok(Some(Verdict::stopped(Disposition::NotEligible, reason)));
        }
        if candidate.placing.is_none() {
            let step = self.evaluator.decide(Op::Placing, &award.placing, at);
            return Err(Stop::Missing(step));
        }
        Ok(None)
    }

    /// Among the qualified the first in the queue wins (DESIGN 1.3, step 2).
    fn repeated(&mut self, award: &'a Award, candidate: &Candidate<'a>, at: &Position) -> Result<Option<Box<Verdict>>, Stop> {
        let Some(taken) = self.taken(award, candidate, at)? else { return Ok(None) };
        if let Some(outcome) = taken.outcome {
            return Ok(Some(Verdict::stopped(Disposition::Repeated, Reason::SameKeyAs { outcome })));
        }
        let key = if candidate.key.values().is_empty() { String::new() } else { self.evaluator.record_key(candidate).into_owned() };
        let unclaimed = |group: &PaidGroup| group.award == candidate.award && group.record == key && !group.recognised;
        if let Some(index) = self.groups.iter().position(unclaimed) {
            return self.already_paid(index, award, candidate).map(|verdict| Some(Box::new(verdict)));
        }
        Ok(Some(Verdict::stopped(Disposition::Repeated, Reason::SameKeyAsPaid)))
    }

    /// What has taken the candidate's key in its window.
    pub(in crate::eval) fn taken(
        &mut self,
        award: &'a Award,
        candidate: &Candidate<'a>,
        at: &Position,
    ) -> Result<Option<PostedAward<'a>>, Stop> {
        let (Some(once), Some(placing)) = (&award.once, candidate.placing) else { return Ok(None) };
        for key in &once.keys {
            let step = self.evaluator.decide(Op::Key, key, at);
            if self.evaluator.value(step) == Value::Missing {
                return Err(Stop::Missing(step));
            }
        }
        let applied = self.evaluator.applied_window(&once.window, placing, at).map_err(Stop::Missing)?;
        let applied = applied.map_err(|fault| self.fault_step(Op::Key, once.span, fault))?;
        let same = self.book.same_key(candidate.award, &candidate.key);
        let blocking = if same.is_empty() { Ok(None) } else { self.taken_in(applied, &same, placing).map(|taken| taken.cloned()) };
        blocking.map_err(|fault| self.fault_step(Op::Key, once.span, fault))
    }

    /// The earlier award with the same key whose window holds `placing`.
    fn taken_in<'p>(&self, applied: Applied, same: &[&'p PostedAward<'a>], placing: Date) -> Result<Option<&'p PostedAward<'a>>, Fault> {
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

    /// Never decided again. Where a limit carries its excess, what is still owed goes on to the next period.
    fn already_paid(&mut self, group: usize, award: &'a Award, candidate: &Candidate<'a>) -> Result<Verdict, Stop> {
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
        let used = applied.and_then(|applied| self.evaluator.used(window, applied, self.book.uses(limit), last));
        let used = used.map_err(|fault| self.fault_step(Op::LimitUsed(limit), self.evaluator.policy.limit(limit).span, fault))?;
        let day = used.changes_on;
        let full = valued.proration.and_then(|share| rest.divided_by(share).ok()).unwrap_or(rest);
        let (kind, proration) = (valued.kind, valued.proration);
        let carried = Carried { amount: rest, full, kind, suffix: "", proration, limit, step: valued.step, unsure: false };
        self.carry(candidate, carried, day);
        Ok(())
    }

    fn limit_and_post(
        &mut self,
        award: &'a Award,
        candidate: &mut Candidate<'a>,
        (valued, moving, spendings): (&Valued<'a>, &Moving<'a>, &[Spending]),
        at: Position,
    ) -> Result<Verdict, Stop> {
        let counts = if moving.is_empty() && award.grants.is_empty() { Counts::AsAward } else { Counts::AsMove };
        let whole = Piece::new(valued.kind, (valued.full, valued.paid), valued.step);
        let (mut piece, mut cuts) = (Piece { counts, rounding: valued.rounding, ..whole }, Vec::new());
        let basis = Basis { award, candidate, at, valued: Some(valued), proration: valued.proration };
        if let Some(waits) = self.limit_piece((&mut piece, &mut cuts), &basis)? {
            return self.wait(candidate, waits, &at);
        }
        let is_move = piece.counts == Counts::AsMove;
        let posted = self.post(candidate, (&mut piece, cuts), (valued, moving), at);
        // an award that is not paid spends nothing; one that is paid in parts spends where it stands (decision 0017)
        if posted.as_ref().is_ok_and(|verdict| is_move || is_paid_in_parts(verdict)) {
            self.spend(spendings)?;
            self.next_block(award, candidate);
        }
        posted
    }

    /// Re-dates the whole candidate to the next day on which the limit's room changes; there it is read anew.
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
                self.take_key(candidate, Number::ZERO);
                Ok(Verdict::without_money(Disposition::Reduced, Reason::Expired { limit }))
            }
            _ => {
                self.waiting.push(candidate.clone());
                Ok(Verdict::without_money(Disposition::Waiting, Reason::WaitsFor { limit, until }))
            }
        }
    }

    fn post(
        &mut self,
        candidate: &Candidate<'a>,
        (piece, cuts): (&mut Piece, Vec<Cut>),
        (valued, moving): (&Valued<'a>, &Moving<'a>),
        at: Position,
    ) -> Result<Verdict, Stop> {
        let full = valued.paid;
        let paid = piece.paid;
        if let Some(bank) = self.evaluator.policy.award(candidate.award).credits {
            return self.post_credit(candidate, (piece, cuts), bank, &at);
        }
        let grants = !self.evaluator.policy.award(candidate.award).grants.is_empty();
        let stands = (grants || !moving.is_empty()) && cuts.is_empty();
        if stands {
            let pay_date = self.pay_date(self.evaluator.policy.award(candidate.award), &at)?;
            self.post_moves(candidate, moving, (&at, pay_date));
            self.post_grants(candidate, &at, pay_date)?;
            self.remember_moves((candidate, &at), moving);
            if let (true, Some(date)) = (piece.paid.is_zero(), candidate.placing) {
                self.use_limits(piece, date);
                self.remember_paid((candidate, &at), piece);
            }
        }
        let covered = piece.covered;
        let amount = self.pay_piece(candidate, piece, &at)?;
        self.take_key(candidate, paid);
        if stands {
            self.book.stands(candidate.award);
        }
        let mut verdict = Verdict { disposition: Disposition::Paid, reason: Reason::PaidInFull, amount, full_amount: Some(full) };
        self.settle_cuts((candidate, at), cuts, valued.proration, &mut verdict)?;
        if let (true, Some(date)) = (paid.is_zero() && is_paid_in_parts(&verdict), candidate.placing) {
            self.use_quantities(covered, date);
            self.book.stands(candidate.award);
        }
        Ok(verdict)
    }

    /// The period the award is for, else that of the first window that names one.
    pub(in crate::eval) fn period_label(&self, award: &Award, candidate: &Candidate<'a>) -> Option<Value<'a>> {
        let policy = self.evaluator.policy;
        if let (Each::EmployeePeriod(kind), Origin::Period(period)) = (&award.each, candidate.origin) {
            return Some(calendar::label(policy, *kind, period));
        }
        let once = award.once.iter().map(|once| &once.window);
        let limits = award.limits.iter().map(|id| &policy.limit(*id).window);
        let named = once.chain(limits).find_map(|window| match window {
            Window::Period(kind) => Some(*kind),
            Window::Rolling(_) | Window::FromFirstAward(_) | Window::YearFrom(_) | Window::Every(_) | Window::Ever => None,
        })?;
        let period = self.evaluator.period_of(named, candidate.placing?).ok()?;
        Some(calendar::label(policy, named, period))
    }
}
