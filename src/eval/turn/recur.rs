//! Awards that come again: one candidate for each payment, with a date and a key of its own.

use crate::eval::evaluator::Position;
use crate::eval::history::opening::position;
use crate::eval::history::posted::Stop;
use crate::eval::outcome::Reason;
use crate::eval::person::candidate::{Candidate, Key};
use crate::eval::person::timeline::Timeline;
use crate::eval::trace::{Op, StepId};
use crate::policy::{Award, Recurs, Window};
use crate::syntax::ast::{RecursAmount, RecursEnd};
use crate::value::{Date, Duration, Number, Value};

/// Which payment of a recurring award it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recurrence {
    /// From 1.
    pub number: u32,
    /// The award's own effective date.
    pub first: Date,
}

impl<'a> Timeline<'a> {
    /// The first payment with its number, and all later ones up to the declared end or the as-of date.
    #[cold]
    pub(in crate::eval) fn recur(&mut self, (award, recurs): (&'a Award, &'a Recurs), mut candidate: Candidate<'a>) {
        let Some(first) = candidate.effective else {
            self.queue.push(candidate);
            return;
        };
        let last = self.last_recurrence(award, &candidate, first);
        let start = self.evaluator.policy.effective.from;
        candidate.recurrence = Some(Recurrence { number: 1, first });
        self.place_recurrence(award, candidate.clone(), first);
        for number in 1u32.. {
            let months = (number as i32).saturating_mul(recurs.months());
            let Ok(day) = first.plus(Duration { months, days: 0 }, self.evaluator.month_end()) else { return };
            if day > last {
                return;
            }
            if day >= start {
                let recurrence = Some(Recurrence { number: number + 1, first });
                self.place_recurrence(award, Candidate { recurrence, ..candidate.clone() }, day);
            }
        }
    }

    fn last_recurrence(&mut self, award: &'a Award, candidate: &Candidate<'a>, first: Date) -> Date {
        let as_of = self.evaluator.as_of;
        let in_force = self.evaluator.policy.effective.to.map_or(as_of, |to| to.min(as_of));
        let end = match award.recurs.as_ref().and_then(|recurs| recurs.end.as_ref()) {
            Some(RecursEnd::For(length)) => first.plus(*length, self.evaluator.month_end()).and_then(|end| end.plus_days(-1)).ok(),
            Some(RecursEnd::Until { last, if_known }) => match self.evaluator.peek(last, &position(candidate)) {
                Value::Date(last) => Some(last),
                // without its end the first payment is held, and no other is known
                _ if *if_known => None,
                _ => Some(first),
            },
            None => None,
        };
        end.map_or(in_force, |end| end.min(in_force))
    }

    fn place_recurrence(&mut self, award: &'a Award, mut candidate: Candidate<'a>, day: Date) {
        candidate.effective = Some(day);
        self.place(&mut candidate);
        candidate.key = numbered(award, &candidate);
        candidate.mark = candidate.key.mark();
        self.queue.push(candidate);
    }

    /// The effective date of the payment at hand, from that of the first.
    #[inline]
    pub(in crate::eval) fn recurrence_step(&mut self, award: &'a Award, candidate: &Candidate<'a>, first: StepId) -> StepId {
        match (&award.recurs, candidate.recurrence, candidate.effective) {
            (Some(recurs), Some(recurrence), Some(day)) if recurrence.number > 1 => {
                self.evaluator.note(Op::Recurs(recurrence.number), recurs.span, &[first], Value::Date(day))
            }
            _ => first,
        }
    }

    /// Whether the payment lies behind the declared end.
    #[inline]
    pub(in crate::eval) fn is_over(&mut self, recurs: &'a Recurs, effective: Date, at: &Position) -> Result<Option<Reason>, Stop> {
        let Some(RecursEnd::Until { last, if_known }) = &recurs.end else { return Ok(None) };
        let step = self.evaluator.decide(Op::Until, last, at);
        match self.evaluator.value(step) {
            Value::Date(last) if effective > last => Ok(Some(Reason::RecurrenceEnded { last })),
            Value::Date(_) => Ok(None),
            Value::Missing if *if_known && self.evaluator.trace.fault(self.evaluator.trace.cause_of_missing(step)).is_none() => Ok(None),
            _ => Err(Stop::Missing(step)),
        }
    }
}

/// Under `fixed` what is read as of the effective date is read as of the first; none where `at` says it already.
#[inline]
pub(in crate::eval) fn fixed_position(award: &Award, candidate: &Candidate, at: &Position) -> Option<Position> {
    let recurrence = candidate.recurrence?;
    let is_fixed = award.recurs.as_ref().is_some_and(|recurs| recurs.amount == RecursAmount::Fixed);
    is_fixed.then_some(Position { effective: Some(recurrence.first), ..*at })
}

/// The number of the payment belongs to a key that is taken for ever; a window of time tells payments apart by itself.
fn numbered<'a>(award: &Award, candidate: &Candidate<'a>) -> Key<'a> {
    let number = candidate.recurrence.map_or(0, |recurrence| i64::from(recurrence.number));
    let is_for_ever = award.once.as_ref().is_some_and(|once| matches!(once.window, Window::Ever));
    if !is_for_ever {
        return candidate.key.clone();
    }
    let mut values = candidate.key.values().to_vec();
    values.push(Value::Number(Number::from_integer(number)));
    Key::Many(values)
}

/// What a recurrence adds to the record key, unless the key of `once` has it already.
#[inline]
pub fn suffix(award: &Award, candidate: &Candidate) -> Option<String> {
    if candidate.block == 0 && candidate.recurrence.is_none() { None } else { number_of_payment(award, candidate) }
}

#[inline(never)]
fn number_of_payment(award: &Award, candidate: &Candidate) -> Option<String> {
    if candidate.block > 0 {
        return Some(format!("{SEPARATOR}{}", candidate.block + 1));
    }
    let recurrence = candidate.recurrence?;
    let is_for_ever = award.once.as_ref().is_some_and(|once| matches!(once.window, Window::Ever));
    (!is_for_ever).then(|| format!("{SEPARATOR}{}", recurrence.number))
}

/// The key of a paid line without the number of its payment, where the number is no part of the key.
pub fn without_number<'r>(award: &Award, record: &'r str) -> &'r str {
    let is_for_ever = award.once.as_ref().is_some_and(|once| matches!(once.window, Window::Ever));
    match (&award.recurs, is_for_ever) {
        (Some(_), false) => record.rsplit_once(SEPARATOR).map_or(record, |(key, _)| key),
        _ => record,
    }
}

const SEPARATOR: &str = " / ";
