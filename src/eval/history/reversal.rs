//! Taking back: the lines, the room of the limits, the fields that moved, and what is open again (decision 0016).

use std::cmp::Reverse;

use super::ledger::Posting;
use super::movement::{Moved, same};
use super::posted::Stop;
use super::recovery::{PaidFor, Part, Taken};
use super::window::Use;
use crate::eval::evaluator::Position;
use crate::eval::outcome::{Line, Outcome, Reason};
use crate::eval::person::candidate::{Candidate, Key};
use crate::eval::person::timeline::Timeline;
use crate::eval::trace::{Fault, Op};
use crate::eval::turn::instalment::Payments;
use crate::eval::turn::recur;
use crate::facts::{MovedWords, PaidLine, ReversedWords};
use crate::policy::{Award, AwardId, FieldId, LimitId, LimitMeasure};
use crate::source::Span;
use crate::syntax::ast::{PayKind, Reopens};
use crate::value::{Date, Number, Value};

impl<'a> Timeline<'a> {
    /// Writes what comes back and gives back what it had used; what comes later in the queue sees it.
    pub(in crate::eval) fn reverse(
        &mut self,
        (candidate, award): (&Candidate<'a>, &'a Award),
        (taken, payments, moves_back): (&[Taken], &[usize], Option<Span>),
        at: &Position,
    ) -> Result<(), Stop> {
        if let Some(clause) = moves_back {
            for payment in payments {
                self.move_back((candidate, award), (*payment, clause), at)?;
            }
        }
        for taken in taken {
            self.pay_back((candidate, award), *taken, at)?;
        }
        let Some(day) = candidate.placing else { return Ok(()) };
        for payment in payments {
            self.reopen(*payment, award.reopens, day);
        }
        Ok(())
    }

    /// One line (or its instalments) for one part of a payment.
    fn pay_back(&mut self, (candidate, award): (&Candidate<'a>, &'a Award), taken: Taken, at: &Position) -> Result<(), Stop> {
        let kind = self.paid_for[taken.payment].parts[taken.part].kind;
        let amount = taken.amount.negated();
        let kind = if kind == PayKind::BaseSalary { kind } else { PayKind::Recovery };
        let payments = match kind {
            // a salary goes back on one day, however what was paid comes back
            PayKind::BaseSalary => Payments::One(None),
            _ => self.payments(award, at, (&amount, taken.step))?,
        };
        let step = self.evaluator.note(Op::Posted, award.span, &[taken.step], Value::Money(amount));
        let (Some(placed), Some(effective)) = (candidate.placing, at.effective) else { return Ok(()) };
        let reversed = &self.paid_for[taken.payment];
        let reverses = Some((reversed.award, reversed.placed));
        let (award_id, rank) = (candidate.award, 0);
        self.evaluator.ledger.post(Posting { award: award_id, rank, kind, placed, effective, amount, reverses });
        let before = self.lines.len();
        self.push_lines((candidate, award), (kind, &amount, &payments), (step, ""), at);
        let words = self.reversed_words(taken.payment);
        self.lines.iter_mut().skip(before).for_each(|line| line.reverses = Some(Box::new(words.clone())));
        for (limit, room) in self.take_off((taken.payment, taken.part), taken.amount) {
            self.book.use_limit(limit, (room.date, &room.amount));
        }
        Ok(())
    }

    fn reversed_words(&self, payment: usize) -> ReversedWords {
        let payment = &self.paid_for[payment];
        let award = self.evaluator.policy.award(payment.award).name.as_str().into();
        ReversedWords { award, record: payment.record.as_ref().into(), effective: payment.effective }
    }

    /// Books it. Returns the room that comes back: money in proportion, awards and quantities once nothing is left.
    fn take_off(&mut self, (payment, part): (usize, usize), amount: Number) -> Vec<(LimitId, Use)> {
        let policy = self.evaluator.policy;
        let Some(here) = self.paid_for.change(payment) else { return Vec::new() };
        let before = here.is_left();
        let part = &mut here.parts[part];
        part.taken_back = part.taken_back.plus(amount).unwrap_or(part.taken_back);
        let ended = before && !here.is_left();
        let paid = here.parts.iter().map(|part| part.paid).try_fold(Number::ZERO, Number::plus).unwrap_or(Number::ZERO);
        here.uses
            .iter()
            .filter_map(|(id, used)| {
                let amount = match policy.limit(*id).measure {
                    LimitMeasure::Money(_) => used.amount.times(amount).and_then(|amount| amount.divided_by(paid)).ok()?,
                    LimitMeasure::Awards(_) | LimitMeasure::Quantity { .. } if ended => used.amount,
                    LimitMeasure::Awards(_) | LimitMeasure::Quantity { .. } => return None,
                };
                Some((*id, Use { date: used.date, amount: amount.negated() }))
            })
            .collect()
    }

    /// The fields take the values they had, unless they have moved on.
    fn move_back(
        &mut self,
        (candidate, award): (&Candidate<'a>, &'a Award),
        (payment, clause): (usize, Span),
        at: &Position,
    ) -> Result<(), Stop> {
        let moves = self.paid_for[payment].moves.clone();
        let Some(effective) = at.effective else { return Ok(()) };
        let pay_date = if award.instalments.is_none() { self.pay_date(award, at)? } else { None };
        for (field, old, new) in moves.into_iter().rev() {
            let has = self.evaluator.value_of_field(field);
            if !same(has, new) {
                return Err(self.fault_step(Op::Constant, clause, Fault::MovedSince));
            }
            let step = self.evaluator.note(Op::Move, clause, &[], old);
            self.evaluator.moves.push(Moved { field, from: Some(effective), value: old, paid: None });
            let words = self.words_of_move(field, new, old);
            let line = self.line_without_money((candidate, award), words, (effective, pay_date, step));
            self.lines.push(Line { reverses: Some(Box::new(self.reversed_words(payment))), ..line });
        }
        let Some(payment) = self.paid_for.change(payment) else { return Ok(()) };
        payment.moves.clear();
        let ended = !payment.is_left();
        // a move that paid nothing had used limits on the number of awards all the same
        if ended && payment.parts.is_empty() {
            let back: Vec<(LimitId, Use)> = payment.uses.clone();
            for (id, used) in back {
                self.book.use_limit(id, (used.date, &used.amount.negated()));
            }
        }
        Ok(())
    }

    /// Once nothing is left of a payment its key may be free again; what waits under its limits may be tried at once.
    fn reopen(&mut self, payment: usize, reopens: Reopens, day: Date) {
        if reopens.key && !self.paid_for[payment].is_left() {
            self.free_key(payment);
        }
        if reopens.waiting {
            let limits: Vec<LimitId> = self.paid_for[payment].uses.iter().map(|(id, _)| *id).collect();
            self.wake(&limits, day);
        }
    }

    fn free_key(&mut self, payment: usize) {
        let here = &self.paid_for[payment];
        let (award, key, placed, outcome) = (here.award, here.key.clone(), here.placed, here.outcome);
        self.book.free(award, &|posted, other| posted.outcome == outcome && posted.date == placed && other.same_as(&key));
    }

    /// Those that wait under one of the limits stand at the day of the recovery.
    fn wake(&mut self, limits: &[LimitId], day: Date) {
        let waits_here = |outcomes: &[Outcome], candidate: &Candidate| {
            let outcome = candidate.outcome.and_then(|outcome| outcomes.get(outcome as usize));
            outcome.is_some_and(|outcome| matches!(&outcome.reason, Reason::WaitsFor { limit, .. } if limits.contains(limit)))
        };
        let outcomes = &self.outcomes;
        let woken = self.queue.take_waiting(&|candidate| candidate.carried.is_none() && waits_here(outcomes, candidate));
        let (ready, others): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.waiting).into_iter().partition(|candidate| waits_here(&self.outcomes, candidate));
        self.waiting = others;
        for candidate in woken.into_iter().chain(ready) {
            self.queue.enqueue(Candidate { placing: Some(day), moved_to: Some(day), ..candidate });
        }
    }

    /// What an earlier run paid, as it may be taken back.
    pub(in crate::eval) fn remember_group(&mut self, index: usize, (placing, candidate): (Option<Date>, Option<&Candidate<'a>>)) {
        let Some(group) = self.groups.get(index) else { return };
        let award = self.evaluator.policy.award(group.award);
        if award.recovered.is_none() {
            return;
        }
        let facts = self.evaluator.facts;
        let mut payment = PaidFor {
            award: group.award,
            rank: award.rank,
            origin: candidate.map(|candidate| candidate.origin),
            key: Key::Paid(recur::without_number(award, group.record)),
            record: group.record.into(),
            placed: placing.unwrap_or(group.effective),
            effective: group.effective,
            parts: Vec::new(),
            uses: Vec::new(),
            moves: Vec::new(),
            outcome: None,
            line: group.lines.first().copied(),
        };
        for line in group.lines.iter().filter_map(|line| facts.paid.get(*line as usize)) {
            match &line.moved {
                Some(words) => payment.moves.extend(self.moved_before(words)),
                None => payment.add(line.kind, line.amount),
            }
        }
        self.paid_for.push(payment);
    }

    fn moved_before(&self, words: &'a MovedWords) -> Option<(FieldId, Value<'a>, Value<'a>)> {
        let policy = self.evaluator.policy;
        let fields = &policy.record(policy.people).fields;
        let field = FieldId(fields.iter().position(|field| *field.name == *words.field)? as u16);
        Some((field, self.evaluator.read_back(field, &words.old)?, self.evaluator.read_back(field, &words.new)?))
    }

    pub(in crate::eval) fn remember_use(&mut self, award: AwardId, used: (LimitId, Use)) {
        if self.evaluator.policy.award(award).recovered.is_some()
            && let Some(payment) = self.paid_for.len().checked_sub(1).and_then(|last| self.paid_for.change(last))
        {
            payment.uses.push(used);
        }
    }

    /// What earlier runs took back is never taken twice. The room and the key come back where it was taken, not before:
    /// rows that stand before the recovery are not looked at again, in one run or in several (decision 0016).
    pub(in crate::eval) fn reverse_paid_lines(&mut self) {
        let mut lines: Vec<&'a PaidLine> = self.paid_lines.iter().filter(|line| line.reverses.is_some()).collect();
        lines.sort_by_key(|line| line.effective);
        for line in lines {
            let Some(words) = &line.reverses else { continue };
            let policy = self.evaluator.policy;
            let is_meant = |payment: &PaidFor| {
                *policy.award(payment.award).name == *words.award && payment.record == *words.record && payment.effective == words.effective
            };
            let Some(payment) = self.paid_for.iter().position(is_meant) else { continue };
            self.reverse_line(payment, line);
        }
        self.given_back.sort_by_key(|given| Reverse(given.place));
    }

    fn reverse_line(&mut self, payment: usize, line: &'a PaidLine) {
        let award = self.evaluator.policy.award(line.award);
        let mut room = Vec::new();
        match line.kind {
            PayKind::Move => self.paid_for.change(payment).into_iter().for_each(|payment| payment.moves.clear()),
            kind => {
                let is_part = |part: &Part| (part.kind == PayKind::BaseSalary) == (kind == PayKind::BaseSalary);
                if let Some(part) = self.paid_for[payment].parts.iter().position(is_part) {
                    room = self.take_off((payment, part), line.amount.negated());
                }
                let counts = (self.paid_for[payment].award, self.paid_for[payment].placed);
                self.evaluator.ledger.reverses((line.award, line.effective, line.amount), counts);
            }
        }
        let frees_key = award.reopens.key && !self.paid_for[payment].is_left();
        self.given_back.push(GivenBack { place: (line.effective, award.rank), room, freed: frees_key.then_some(payment) });
    }

    /// Gives back what earlier recoveries took before the candidate's place.
    #[inline]
    pub(in crate::eval) fn give_back_before(&mut self, candidate: &Candidate<'a>) {
        if self.given_back.is_empty() {
            return;
        }
        let Some(day) = candidate.placing else { return };
        while let Some(given) = self.given_back.pop_if(|given| given.place <= (day, candidate.rank)) {
            self.give_back(given);
        }
    }

    pub(in crate::eval) fn give_back_rest(&mut self) {
        while let Some(given) = self.given_back.pop() {
            self.give_back(given);
        }
    }

    #[inline(never)]
    fn give_back(&mut self, given: GivenBack) {
        for (limit, room) in given.room {
            self.book.use_limit(limit, (room.date, &room.amount));
        }
        if let Some(payment) = given.freed {
            self.free_key(payment);
        }
    }
}

/// What a recovery of an earlier run gave back, at its place in the queue.
#[derive(Debug)]
pub struct GivenBack {
    place: (Date, u16),
    room: Vec<(LimitId, Use)>,
    /// The payment whose key is free again.
    freed: Option<usize>,
}
