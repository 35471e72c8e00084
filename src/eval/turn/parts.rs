//! What becomes of what a limit cuts: lost, paid as a stipend, or carried to the next period (decisions 0002 and 0017).

use super::key::EXCESS_SUFFIX;
use super::limit::{Basis, Counts, Cut, Piece, before_proration};
use super::verdict::Verdict;
use crate::eval::evaluator::Position;
use crate::eval::history::opening::position;
use crate::eval::history::posted::Stop;
use crate::eval::outcome::{Disposition, Reason};
use crate::eval::person::candidate::{Candidate, Carried};
use crate::eval::person::timeline::Timeline;
use crate::eval::trace::Op;
use crate::policy::Excess;
use crate::syntax::ast::PayKind;
use crate::value::{Number, Value};

impl<'a> Timeline<'a> {
    /// What becomes of the parts that were cut: lost, paid as a stipend, or carried.
    #[inline(never)]
    pub(in crate::eval) fn settle_cuts(
        &mut self,
        (candidate, at): (&Candidate<'a>, &Position),
        cuts: &[Cut],
        proration: Option<Number>,
        verdict: &mut Verdict,
    ) -> Result<(), Stop> {
        let policy = self.evaluator.policy;
        // the award's own parts first, then those of the stipends made of them
        let (mut of_stipends, mut at_hand) = (Vec::new(), 0);
        while let Some(cut) = cuts.iter().chain(&of_stipends).nth(at_hand).copied() {
            at_hand += 1;
            if verdict.disposition == Disposition::Paid {
                verdict.disposition = Disposition::Reduced;
                verdict.reason = Reason::Cut { limit: cut.limit, by: cut.amount };
            }
            match &policy.limit(cut.limit).excess {
                Excess::Lost | Excess::Waits { .. } => {}
                // rounding may leave the whole amount although the full one was cut
                Excess::CarriedToNextPeriod | Excess::PaidAsStipend if !cut.amount.is_positive() => {}
                Excess::CarriedToNextPeriod => {
                    verdict.disposition = Disposition::Carried;
                    let (kind, suffix) = (cut.kind, cut.suffix);
                    let (amount, full) = (cut.amount, before_proration(cut.amount, proration));
                    let (limit, step, unsure) = (cut.limit, cut.step, self.unsure || self.evaluator.unsure);
                    let carried = Carried { amount, full, kind, suffix, proration, limit, step, unsure };
                    self.carry(candidate, carried, cut.next_period);
                }
                Excess::PaidAsStipend => {
                    let counts = self.counts_beside(candidate, verdict.amount);
                    let (amount, more) = self.pay_excess((candidate, at), &cut, (proration, counts))?;
                    verdict.amount = verdict.amount.plus(amount).unwrap_or(verdict.amount);
                    of_stipends.extend(more);
                }
            }
        }
        Ok(())
    }

    /// A part is an award of its own under a limit on awards only where nothing of its candidate was paid before it.
    fn counts_beside(&self, candidate: &Candidate<'a>, paid_now: Number) -> Counts {
        let outcome = candidate.outcome.and_then(|index| self.outcomes.get(index as usize));
        let is_another = paid_now.is_positive() || outcome.is_some_and(|whole| whole.amount.is_positive());
        if is_another { Counts::WithAnother } else { Counts::AsAward }
    }

    fn pay_excess(
        &mut self,
        (candidate, at): (&Candidate<'a>, &Position),
        cut: &Cut,
        (proration, counts): (Option<Number>, Counts),
    ) -> Result<(Number, Vec<Cut>), Stop> {
        let policy = self.evaluator.policy;
        let award = policy.award(candidate.award);
        let span = policy.limit(cut.limit).span;
        let step = self.evaluator.note(Op::ExcessAsStipend(cut.limit), span, &[cut.step], Value::Money(cut.amount));
        let mut piece = Piece::new(PayKind::Stipend, (before_proration(cut.amount, proration), cut.amount), step);
        (piece.first_limit, piece.counts, piece.suffix) = (cut.index + 1, counts, EXCESS_SUFFIX);
        let basis = Basis { award, candidate, at, proration };
        match self.limit_piece(&mut piece, &basis)? {
            None => {
                self.pay_piece((candidate, award), &mut piece, at)?;
                Ok((piece.paid, piece.cuts().to_vec()))
            }
            Some(_) => Ok((Number::ZERO, Vec::new())),
        }
    }

    /// A part carried from an earlier period: a fixed amount under all limits of its award.
    #[cold]
    pub(in crate::eval) fn pay_carried(&mut self, candidate: &Candidate<'a>, carried: Carried) -> Result<Verdict, Stop> {
        let policy = self.evaluator.policy;
        let award = policy.award(candidate.award);
        let waiting = Verdict::without_money(Disposition::Carried, Reason::Cut { limit: carried.limit, by: carried.amount });
        if candidate.placing.is_none_or(|day| day > self.evaluator.as_of) {
            return Ok(waiting);
        }
        let at = position(candidate);
        let span = policy.limit(carried.limit).span;
        let step = self.evaluator.note(Op::CarriedIn(carried.limit), span, &[carried.step], Value::Money(carried.amount));
        let counts = self.counts_beside(candidate, Number::ZERO);
        let mut piece = Piece::new(carried.kind, (carried.full, carried.amount), step);
        (piece.counts, piece.suffix) = (counts, carried.suffix);
        self.unsure = carried.unsure;
        let basis = Basis { award, candidate, at: &at, proration: carried.proration };
        if self.limit_piece(&mut piece, &basis)?.is_some() {
            return Ok(waiting);
        }
        self.pay_piece((candidate, award), &mut piece, &at)?;
        let mut verdict = Verdict { amount: piece.paid, ..waiting };
        self.settle_cuts((candidate, &at), piece.cuts(), carried.proration, &mut verdict)?;
        Ok(verdict)
    }
}

/// Whether something of an award is paid that was cut to nothing at its own place.
#[inline(always)]
pub(in crate::eval) fn is_paid_in_parts(verdict: &Verdict) -> bool {
    verdict.amount.is_positive() || verdict.disposition == Disposition::Carried
}
