//! The turn of one candidate: what it changes can be taken back, and what it came to is written into its outcome.

use std::borrow::Cow;

use crate::eval::history::posted::Stop;
use crate::eval::outcome::{Disposition, Origin, Outcome, Reason};
use crate::eval::person::candidate::Candidate;
use crate::eval::person::timeline::Timeline;
use crate::eval::turn::verdict::Verdict;
use crate::policy::AwardId;
use crate::value::Number;

/// How things stood when the turn of a candidate began.
struct Turn {
    /// The candidate's outcome.
    index: u32,
    /// Its first step.
    start: u32,
    lines: usize,
    moves: usize,
    requests: usize,
}

impl<'a> Timeline<'a> {
    pub(in crate::eval) fn work(&mut self, candidate: &mut Candidate<'a>) {
        let turn = self.begin_turn(candidate);
        let mut verdict = Verdict::without_money(Disposition::Held, Reason::PersonHeld);
        let is_held = self.person_held && candidate.paid_group.is_none(); // what was paid is never decided again
        if is_held && candidate.carried.is_none() {
            self.hold_claims(candidate);
        }
        let decided = match candidate.carried.as_deref().copied() {
            Some(carried) => self.pay_carried(candidate, carried).map(|carried| verdict = carried),
            None if is_held => {
                self.hold_what_it_uses(candidate.award);
                Ok(())
            }
            None => self.decide(candidate, &mut verdict),
        };
        if candidate.placing.is_none() {
            self.evaluator.lots.take_back(); // it read the balances of the as-of date, which is not its place
        }
        if let Err(stop) = decided {
            verdict = self.undecided(stop, &turn, candidate);
        }
        if let Some(outcome) = self.close(&mut verdict, &turn, candidate) {
            outcome.reason = verdict.reason;
        }
    }

    /// From here on what the candidate changes can be taken back.
    #[inline]
    fn begin_turn(&mut self, candidate: &mut Candidate<'a>) -> Turn {
        let start = self.evaluator.trace.next();
        let index = match candidate.outcome {
            Some(index) => index,
            None => self.begin_outcome(candidate, start),
        };
        candidate.outcome = Some(index);
        self.book.mark();
        let (mut moves, mut requests) = (0, 0);
        if self.has_more {
            self.evaluator.ledger.mark();
            self.evaluator.lots.mark();
            self.paid_for.mark();
            (moves, requests) = (self.evaluator.moves.len(), self.claims.requests.len());
        }
        self.covered.clear();
        self.evaluator.today = candidate.placing.unwrap_or(self.evaluator.as_of);
        (self.unsure, self.evaluator.unsure, self.shared_cut) = (self.opening_unsure, false, None);
        Turn { index, start, lines: self.lines.len(), moves, requests }
    }

    /// Its outcome as far as it is known before anything is decided.
    #[inline]
    fn begin_outcome(&mut self, candidate: &Candidate<'a>, start: u32) -> u32 {
        let index = self.outcomes.len() as u32;
        let Some(begun) = self.outcomes.add(Outcome::blank) else { return index };
        match self.evaluator.record_key(candidate) {
            Cow::Borrowed(text) => begun.record = Cow::Borrowed(text), // as nearly all are: no need to move it
            made => begun.record = made,
        }
        // what became of it is written when its turn closes; until then nothing of it is paid
        (begun.award, begun.origin, begun.provisional, begun.amount) = (candidate.award, candidate.origin, false, Number::ZERO);
        (begun.effective, begun.steps) = (None, start..start);
        index
    }

    /// A part that cannot be decided holds the whole candidate: nothing of it stays posted.
    #[cold]
    fn undecided(&mut self, stop: Stop, turn: &Turn, candidate: &Candidate<'a>) -> Verdict {
        self.book.take_back();
        self.evaluator.ledger.take_back();
        self.queue.take_back();
        self.lines.truncate(turn.lines);
        self.evaluator.moves.truncate(turn.moves);
        self.hold_claims(candidate);
        self.claims.requests.truncate(turn.requests);
        self.evaluator.lots.take_back();
        self.paid_for.take_back();
        self.held(stop, candidate)
    }

    /// Writes all but the reason into its outcome, which it gives where that reason belongs to it.
    #[inline(always)]
    fn close(&mut self, verdict: &mut Verdict, turn: &Turn, candidate: &Candidate<'a>) -> Option<&mut Outcome<'a>> {
        let steps = turn.start..self.evaluator.trace.next();
        if let Some((limit, by)) = self.shared_cut.take().filter(|_| verdict.disposition == Disposition::Paid) {
            (verdict.disposition, verdict.reason) = (Disposition::Reduced, Reason::Cut { limit, by });
        }
        let provisional = std::mem::take(&mut self.provisional_share) || (self.lines.len() > turn.lines && self.is_after_held(candidate));
        let outcome = self.outcomes.get_mut(turn.index as usize)?;
        outcome.provisional |= provisional;
        if candidate.carried.is_some() {
            outcome.amount = outcome.amount.plus(verdict.amount).unwrap_or(outcome.amount);
            self.continued.push((turn.index, steps));
            return None;
        }
        (outcome.disposition, outcome.amount) = (verdict.disposition, verdict.amount);
        (outcome.effective, outcome.steps) = (candidate.moved_to.or(candidate.effective), steps);
        Some(outcome)
    }

    /// Whether something that is held might have changed what the candidate at hand came to.
    fn is_after_held(&self, candidate: &Candidate<'a>) -> bool {
        self.unsure || self.evaluator.unsure || (self.any_limit_held && self.is_under_held_limit(candidate.award))
    }

    #[cold]
    fn is_under_held_limit(&self, award: AwardId) -> bool {
        self.evaluator.policy.award(award).limits.iter().any(|limit| self.held_limits[usize::from(limit.0)])
    }

    /// A held candidate blocks nobody, unless the policy says that it holds the person (DESIGN 1.3).
    fn held(&mut self, stop: Stop, candidate: &Candidate<'a>) -> Verdict {
        let policy = self.evaluator.policy;
        self.person_held |= policy.held_rows_hold_person;
        self.hold_what_it_uses(candidate.award);
        if let (Some(set), Origin::Event { row, .. }) = (policy.award(candidate.award).counts_in, candidate.origin) {
            self.evaluator.sets[usize::from(set.0)].held.push(row);
        }
        let reason = match stop {
            Stop::OpeningStateIncomplete(limit) => Reason::OpeningStateIncomplete { limit },
            Stop::Missing(step) => {
                let cause = self.evaluator.trace.cause_of_missing(step);
                match self.evaluator.trace.fault(cause) {
                    Some(fault) => Reason::Fault { step: cause, fault },
                    None => Reason::Missing { step: cause },
                }
            }
        };
        Verdict::without_money(Disposition::Held, reason)
    }
}
