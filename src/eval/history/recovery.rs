//! What was paid and may come back, and an award that takes some of it back (decision 0016).

use std::borrow::Cow;

use super::movement::Moving;
use super::posted::Stop;
use super::window::Use;
use crate::eval::evaluator::Position;
use crate::eval::expression::operators::{number_of, truth};
use crate::eval::outcome::{Disposition, Origin, Reason};
use crate::eval::person::candidate::{Candidate, Key};
use crate::eval::person::timeline::Timeline;
use crate::eval::trace::{Op, StepId, StepPlace};
use crate::eval::turn::limit::Piece;
use crate::eval::turn::verdict::Verdict;
use crate::policy::{Award, AwardId, FieldId, LimitId, Recover, RecoverShare, Recovered};
use crate::syntax::ast::PayKind;
use crate::value::{Date, Number, Value};

/// One payment of an award that another award may take back, with its parts by kind.
#[derive(Clone, Debug)]
pub struct PaidFor<'a> {
    pub award: AwardId,
    pub rank: u16,
    /// The row or the period; none for a line of the opening state whose row is not in the data.
    pub origin: Option<Origin>,
    pub key: Key<'a>,
    pub record: Cow<'a, str>,
    pub placed: Date,
    pub effective: Date,
    pub parts: Vec<Part>,
    /// What it used of limits.
    pub uses: Vec<(LimitId, Use)>,
    /// The fields that it moved, with the value before and the one after.
    pub moves: Vec<(FieldId, Value<'a>, Value<'a>)>,
    pub outcome: Option<u32>,
    /// The line of the opening state.
    pub line: Option<u32>,
}

/// The money of one kind.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    pub kind: PayKind,
    pub paid: Number,
    pub taken_back: Number,
}

impl Part {
    pub fn left(&self) -> Number {
        self.paid.minus(self.taken_back).unwrap_or(Number::ZERO).max(Number::ZERO)
    }
}

impl PaidFor<'_> {
    /// Whether anything of it stands.
    pub fn is_left(&self) -> bool {
        !self.moves.is_empty() || self.parts.iter().any(|part| part.left().is_positive())
    }

    pub fn add(&mut self, kind: PayKind, amount: Number) {
        match self.parts.iter_mut().find(|part| part.kind == kind) {
            Some(part) => part.paid = part.paid.plus(amount).unwrap_or(part.paid),
            None => self.parts.push(Part { kind, paid: amount, taken_back: Number::ZERO }),
        }
    }
}

/// What is taken back of one part of one payment.
#[derive(Clone, Copy, Debug)]
pub struct Taken {
    /// The payment, and its part.
    pub payment: usize,
    pub part: usize,
    pub amount: Number,
    pub step: StepId,
}

impl<'a> Timeline<'a> {
    /// Keeps what was paid, where some award may take it back.
    #[cold]
    pub(in crate::eval) fn remember_paid(&mut self, (candidate, at): (&Candidate<'a>, &Position), piece: &Piece<'a>) {
        let uses = candidate.placing.map_or(Vec::new(), |date| self.uses_of(piece, date));
        let Some(payment) = self.payment_of(candidate, at) else { return };
        if !piece.paid.is_zero() {
            payment.add(piece.kind, piece.paid);
        }
        payment.uses.extend(uses);
    }

    pub(in crate::eval) fn remember_moves(&mut self, (candidate, at): (&Candidate<'a>, &Position), moving: &Moving<'a>) {
        if self.evaluator.policy.award(candidate.award).recovered.is_none() {
            return;
        }
        let changes: Vec<_> = moving.changes().map(|(field, old, step)| (field, old, self.evaluator.value(step))).collect();
        let Some(payment) = self.payment_of(candidate, at) else { return };
        payment.moves.extend(changes.into_iter().filter(|(_, old, new)| !super::movement::same(*old, *new)));
    }

    /// The payment of the candidate at hand; parts that come later belong to the same one.
    fn payment_of(&mut self, candidate: &Candidate<'a>, at: &Position) -> Option<&mut PaidFor<'a>> {
        let (placed, effective) = (candidate.placing?, at.effective?);
        let found = self.paid_for.iter().position(|payment| payment.outcome.is_some() && payment.outcome == candidate.outcome);
        let index = found.unwrap_or_else(|| {
            self.paid_for.push(PaidFor {
                award: candidate.award,
                rank: candidate.rank,
                origin: Some(candidate.origin),
                key: candidate.key.clone(),
                record: self.evaluator.record_key(candidate),
                placed,
                effective,
                parts: Vec::new(),
                uses: Vec::new(),
                moves: Vec::new(),
                outcome: candidate.outcome,
                line: None,
            });
            self.paid_for.len() - 1
        });
        self.paid_for.change(index)
    }

    /// An award that takes back: the first line whose `when` holds decides which payments, and how much of each.
    #[cold]
    pub(in crate::eval) fn recover(&mut self, candidate: &Candidate<'a>, award: &'a Award, at: &Position) -> Result<Verdict, Stop> {
        let Some((recover, index)) = self.deciding_recovery(award, at)? else {
            return Ok(Verdict::without_money(Disposition::NotEligible, Reason::NoPayLine));
        };
        let mut payments = self.payments_meant(recover, candidate, at)?;
        payments.retain(|payment| self.paid_for.get(*payment).is_some_and(PaidFor::is_left));
        if payments.is_empty() {
            return Ok(Verdict::without_money(Disposition::NotEligible, Reason::NothingToTakeBack));
        }
        let share = match &recover.share {
            RecoverShare::All => None,
            RecoverShare::Part(share) | RecoverShare::Money(share) => {
                let step = self.evaluator.evaluate(share, at);
                Some((number_of(self.evaluator.value(step)).ok_or(Stop::Missing(step))?, step))
            }
        };
        let (taken, wanted) = self.valued_recovery(award, (recover, index), &payments, share)?;
        let total = taken.iter().try_fold(Number::ZERO, |sum, taken| sum.plus(taken.amount));
        let total = total.map_err(|fault| self.fault_step(Op::TakeBack(index), recover.span, fault.into()))?;
        let moves_back = matches!(recover.share, RecoverShare::All) && payments.iter().any(|at| !self.paid_for[*at].moves.is_empty());
        if !total.is_positive() && !moves_back {
            return Ok(Verdict::without_money(Disposition::NotEligible, Reason::NothingToPay));
        }
        self.reverse((candidate, award), (&taken, &payments, moves_back.then_some(recover.span)), at)?;
        self.take_key(candidate, total.sign());
        let by = wanted.minus(total).unwrap_or(Number::ZERO);
        let verdict = Verdict { disposition: Disposition::Paid, reason: Reason::PaidInFull { line: None }, amount: total.negated() };
        Ok(if by.is_positive() {
            Verdict { disposition: Disposition::Reduced, reason: Reason::OnlyLeft { by }, ..verdict }
        } else {
            verdict
        })
    }

    fn deciding_recovery(&mut self, award: &'a Award, at: &Position) -> Result<Option<(&'a Recover, u16)>, Stop> {
        for (index, recover) in (0u16..).zip(&award.recovers) {
            let holds = match &recover.when {
                None => true,
                Some(when) => {
                    let step = self.evaluator.decide(Op::When(index), when, at);
                    truth(self.evaluator.value(step)).ok_or(Stop::Missing(step))?
                }
            };
            if holds {
                return Ok(Some((recover, index)));
            }
        }
        Ok(None)
    }

    /// The payments that the line means and that stand before the candidate, in the order posted.
    fn payments_meant(&mut self, recover: &'a Recover, candidate: &Candidate<'a>, at: &Position) -> Result<Vec<usize>, Stop> {
        let meant = self.meant(recover, candidate, at)?;
        let before = |payment: &PaidFor| payment.outcome.is_some() || at.place.is_none_or(|place| (payment.placed, payment.rank) <= place);
        let own = self.paid_for.iter().enumerate().filter(|(_, payment)| recover.awards.contains(&payment.award) && before(payment));
        let found = own.filter(|(_, payment)| match &meant {
            Meant::Origin(origin, keys) => match payment.origin {
                Some(own) => own == *origin,
                None => keys.iter().any(|(award, key)| *award == payment.award && is_key_of(key, &payment.record)),
            },
            Meant::Key(values, text) => match &payment.key {
                Key::Paid(record) => is_key_of(text, record),
                key => key.values().get(..values.len()).is_some_and(|own| own == values.as_slice()),
            },
            Meant::Since(day) => day.is_none_or(|day| payment.effective >= day),
        });
        Ok(found.map(|(index, _)| index).collect())
    }

    fn meant(&mut self, recover: &'a Recover, candidate: &Candidate<'a>, at: &Position) -> Result<Meant<'a>, Stop> {
        match &recover.which {
            Recovered::SameRow => {
                let keys = recover.awards.iter().map(|award| (*award, self.record_of(*award, candidate.origin))).collect();
                Ok(Meant::Origin(candidate.origin, keys))
            }
            Recovered::Key(keys) => {
                let mut values = Vec::new();
                for key in keys {
                    let step = self.evaluator.decide(Op::Key, key, at);
                    match self.evaluator.value(step) {
                        Value::Missing => return Err(Stop::Missing(step)),
                        value => values.push(value),
                    }
                }
                let text = values.iter().map(Value::to_string).collect::<Vec<_>>().join(" / ");
                Ok(Meant::Key(values, text))
            }
            Recovered::Every { since: None } => Ok(Meant::Since(None)),
            Recovered::Every { since: Some(since) } => {
                let step = self.evaluator.evaluate(since, at);
                let Value::Date(day) = self.evaluator.value(step) else { return Err(Stop::Missing(step)) };
                Ok(Meant::Since(Some(day)))
            }
        }
    }

    /// The record key that another award has for the same row.
    fn record_of(&mut self, award: AwardId, origin: Origin) -> String {
        let declared = self.evaluator.policy.award(award);
        let mut other = Candidate { award, rank: declared.rank, origin, ..Candidate::blank() };
        other.key = self.key_of(&other);
        self.evaluator.record_key(&other).into_owned()
    }

    /// What is taken back of each part, and what it would be if enough were left.
    fn valued_recovery(
        &mut self,
        award: &'a Award,
        (recover, index): (&'a Recover, u16),
        payments: &[usize],
        share: Option<(Number, StepId)>,
    ) -> Result<(Vec<Taken>, Number), Stop> {
        let mut taken = Vec::new();
        let mut wanted = Number::ZERO;
        // an amount of money is taken from the payments one after the other
        let mut money = share.map_or(Number::ZERO, |(amount, _)| amount);
        for payment in payments {
            for part in 0..self.paid_for[*payment].parts.len() {
                let here = self.paid_for[*payment].parts[part];
                let paid = self.paid_step(*payment, recover, here);
                let left = here.left();
                let asked = match (&recover.share, share) {
                    (RecoverShare::Part(_), Some((part, _))) => here.paid.times(part),
                    (RecoverShare::Money(_), Some(_)) => Ok(money.min(left)),
                    _ => Ok(left),
                };
                let asked = asked.map_err(|fault| self.fault_step(Op::TakeBack(index), recover.span, fault.into()))?;
                let inputs = [paid, share.map_or(paid, |(_, step)| step)];
                let inputs = if share.is_some() { &inputs[..] } else { &inputs[..1] };
                let step = self.evaluator.note(Op::TakeBack(index), recover.span, inputs, Value::Money(asked));
                let (asked, step) = match &award.rounding {
                    Some(rounding) => self.rounded((asked, step), rounding, recover.span)?,
                    None => (asked, step),
                };
                wanted = wanted.plus(asked).unwrap_or(wanted);
                let amount = asked.min(left).max(Number::ZERO);
                let step = if asked > left { self.evaluator.note(Op::OnlyLeft, recover.span, &[step], Value::Money(left)) } else { step };
                money = money.minus(amount).unwrap_or(Number::ZERO);
                if amount.is_positive() {
                    taken.push(Taken { payment: *payment, part, amount, step });
                }
            }
        }
        if let (RecoverShare::Money(_), Some((all, _))) = (&recover.share, share) {
            wanted = all;
        }
        Ok((taken, wanted))
    }

    /// What was paid, and what earlier recoveries took back of it.
    fn paid_step(&mut self, payment: usize, recover: &Recover, part: Part) -> StepId {
        let (award, line) = (self.paid_for[payment].award, self.paid_for[payment].line);
        let place = line.map_or(StepPlace::Clause(recover.span), StepPlace::Paid);
        let told = self.evaluator.trace.record(Op::PaidFor(award), place, &[], Value::Money(part.paid));
        if part.taken_back.is_zero() {
            return told;
        }
        self.evaluator.note(Op::TakenBackBefore(award), recover.span, &[told], Value::Money(part.taken_back))
    }
}

/// Which payments a line means, read at the row.
enum Meant<'a> {
    /// Those of the row, and the keys under which earlier runs paid for it.
    Origin(Origin, Vec<(AwardId, String)>),
    Key(Vec<Value<'a>>, String),
    Since(Option<Date>),
}

/// Whether a record key is the key, perhaps with the number of a payment behind it.
fn is_key_of(key: &str, record: &str) -> bool {
    record.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with(" / "))
}
