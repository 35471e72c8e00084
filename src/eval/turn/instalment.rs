//! The lines of what is paid: one, or instalments whose cents add up.

use std::borrow::Cow;

use super::limit::Piece;
use crate::eval::evaluator::Position;
use crate::eval::history::ledger::Posting;
use crate::eval::history::posted::Stop;
use crate::eval::outcome::Line;
use crate::eval::person::candidate::Candidate;
use crate::eval::person::timeline::Timeline;
use crate::eval::trace::{Fault, Op, StepId};
use crate::policy::{Award, Instalments};
use crate::syntax::ast::{InstalmentDays, PayKind, RestIn};
use crate::value::{Date, Duration, Number, Rounding, RoundingMode, Value};

impl<'a> Timeline<'a> {
    /// The pay dates with the part of the amount that each takes; none where the award names no pay date.
    #[inline]
    pub(in crate::eval) fn payments(
        &mut self,
        award: &'a Award,
        at: &Position,
        (amount, step): (&Number, StepId),
    ) -> Result<Payments, Stop> {
        match &award.instalments {
            Some(instalments) => self.in_parts(instalments, at, (*amount, step)),
            None => Ok(Payments::One(self.pay_date(award, at)?)),
        }
    }

    #[cold]
    fn in_parts(&mut self, instalments: &'a Instalments, at: &Position, (amount, step): (Number, StepId)) -> Result<Payments, Stop> {
        let days = self.instalment_days(instalments, at)?;
        let parts =
            parts(amount, days.len(), instalments.remainder).map_err(|fault| self.fault_step(Op::Instalment, instalments.span, fault))?;
        let mut payments = Vec::new();
        for (day, amount) in days.into_iter().zip(parts).filter(|(_, amount)| !amount.is_zero()) {
            let step = self.evaluator.note(Op::Instalment, instalments.span, &[step], Value::Money(amount));
            payments.push(Payment { day, amount, step });
        }
        Ok(Payments::Many(payments))
    }

    /// Writes the line and books what it uses. What the piece pays is then the signed amount.
    pub(in crate::eval) fn pay_piece(
        &mut self,
        (candidate, award): (&Candidate<'a>, &'a Award),
        piece: &mut Piece<'a>,
        at: &Position,
    ) -> Result<(), Stop> {
        let recovery = piece.kind == PayKind::Recovery;
        if recovery {
            (piece.paid, piece.full) = (piece.paid.negated(), piece.full.negated());
        }
        if piece.paid.is_zero() {
            piece.paid = Number::ZERO;
            return Ok(());
        }
        let dates = match (candidate.placing, at.effective) {
            (Some(placed), Some(effective)) => Some((placed, effective)),
            _ => None,
        };
        if let Some((placed, _)) = dates {
            self.use_limits(piece, placed);
        }
        // what the sequence over all takes away stays used here: nothing in the queue knows of it
        if !award.shared_limits.is_empty() {
            self.share_limits(candidate, piece, at)?;
            if piece.paid.is_zero() {
                piece.paid = Number::ZERO;
                return Ok(());
            }
        }
        let payments = self.payments(award, at, (&piece.paid, piece.step))?;
        if let Some((placed, effective)) = dates {
            // rank 0: what this run has posted stands before whatever is worked now; only earlier runs can have posted behind it
            let (id, rank, kind, amount) = (candidate.award, 0, piece.kind, piece.paid);
            self.evaluator.ledger.post(Posting { award: id, rank, kind, placed, effective, amount, reverses: None });
            if award.recovered.is_some() {
                self.remember_paid((candidate, at), piece);
            }
        }
        let step = self.evaluator.note(Op::Posted, award.span, &[piece.step], Value::Money(piece.paid));
        self.push_lines((candidate, award), (piece.kind, &piece.paid, &payments), (step, piece.suffix), at);
        Ok(())
    }

    fn instalment_days(&mut self, instalments: &'a Instalments, at: &Position) -> Result<Vec<Date>, Stop> {
        let mut days = Vec::new();
        for day in instalments.days() {
            match self.evaluator.decided(Op::PayDate, day, at) {
                (_, Value::Date(date)) => days.push(*date),
                (step, _) => return Err(Stop::Missing(step)),
            }
        }
        if let (InstalmentDays::Monthly(_), Some(first)) = (&instalments.days, days.first().copied()) {
            for month in 1..instalments.count {
                let later = first.plus(Duration { months: month as i32, days: 0 }, self.evaluator.month_end());
                days.push(later.map_err(|fault| self.fault_step(Op::Instalment, instalments.span, fault.into()))?);
            }
        }
        Ok(days)
    }

    #[inline]
    pub(in crate::eval) fn pay_date(&mut self, award: &'a Award, at: &Position) -> Result<Option<Date>, Stop> {
        let Some(paid_on) = &award.paid_on else { return Ok(None) };
        match self.evaluator.decided(Op::PayDate, paid_on, at) {
            (_, Value::Date(date)) => Ok(Some(*date)),
            (step, _) => Err(Stop::Missing(step)),
        }
    }

    #[inline(always)]
    pub(in crate::eval) fn push_lines(
        &mut self,
        (candidate, award): (&Candidate<'a>, &'a Award),
        (kind, amount, payments): (PayKind, &Number, &Payments),
        (step, suffix): (StepId, &str),
        at: &Position,
    ) {
        let Some(effective) = at.effective else { return };
        let Some(line) = self.lines.add(|| Line::blank(effective)) else { return };
        (line.outcome, line.award, line.kind) = (candidate.outcome.unwrap_or_default(), candidate.award, kind);
        (line.amount, line.effective, line.step) = (*amount, effective, step);
        line.period = self.evaluator.period_name((award, self.named_periods[usize::from(candidate.award.0)]), candidate);
        match candidate.outcome.and_then(|index| self.outcomes.get(index as usize)).map(|outcome| &outcome.record) {
            Some(Cow::Borrowed(record)) if suffix.is_empty() => line.record = Cow::Borrowed(record), // as nearly all are
            record => line.record = with_suffix(record, suffix),
        }
        (line.moved, line.reverses) = (None, None);
        match payments {
            Payments::One(pay_date) => line.pay_date = *pay_date,
            Payments::Many(payments) => self.divide_line(payments),
        }
    }

    /// Puts the lines of its parts in the place of the last line.
    #[cold]
    fn divide_line(&mut self, payments: &[Payment]) {
        let Some(whole) = self.lines.last().cloned() else { return };
        self.lines.truncate(self.lines.len() - 1);
        for Payment { day, amount, step } in payments.iter().copied() {
            self.lines.push(Line { pay_date: Some(day), amount, step, ..whole.clone() });
        }
    }
}

#[cold]
fn with_suffix<'a>(record: Option<&Cow<'a, str>>, suffix: &str) -> Cow<'a, str> {
    format!("{}{suffix}", record.map_or("", |record| record)).into()
}

/// One line's share of what is paid.
#[derive(Clone, Copy, Debug)]
pub struct Payment {
    day: Date,
    amount: Number,
    step: StepId,
}

/// Nearly always one.
#[derive(Debug)]
pub enum Payments {
    /// All of it, on its pay date where it has one.
    One(Option<Date>),
    Many(Vec<Payment>),
}

/// Equal parts in whole cents; the first or the last takes what does not divide.
fn parts(amount: Number, count: usize, remainder: RestIn) -> Result<Vec<Number>, Fault> {
    let cents = Rounding { mode: RoundingMode::Down, unit: Number::CENT };
    let part = amount.divided_by(Number::from_integer(count as i64))?.rounded(cents)?;
    let others = part.times(Number::from_integer(count as i64 - 1))?;
    let rest = amount.minus(others)?;
    let mut parts = vec![part; count];
    let taker = match remainder {
        RestIn::Last => parts.last_mut(),
        RestIn::First => parts.first_mut(),
    };
    if let Some(taker) = taker {
        *taker = rest;
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cents_add_up() {
        let money = |cents: i64| Number::from_scaled(cents, 2);
        assert_eq!(parts(money(10_000), 3, RestIn::Last), Ok(vec![money(3333), money(3333), money(3334)]));
        assert_eq!(parts(money(10_000), 3, RestIn::First), Ok(vec![money(3334), money(3333), money(3333)]));
        assert_eq!(parts(money(-10_000), 3, RestIn::Last), Ok(vec![money(-3333), money(-3333), money(-3334)]));
        assert_eq!(parts(money(1), 2, RestIn::Last), Ok(vec![money(0), money(1)]));
    }
}
