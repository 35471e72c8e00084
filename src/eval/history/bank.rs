//! A person's credits: what each earned, and what was spent, lost or expired of it since.

use std::borrow::Cow;

use crate::eval::evaluator::{Evaluator, Position};
use crate::eval::expression::operators::{Result, number_of};
use crate::eval::trace::{Op, StepId, StepPlace};
use crate::policy::{BankId, Expr, ExprKind};
use crate::value::{Date, Number, Value};

/// One credit. Earned is always spent plus lost plus expired plus what is left.
#[derive(Clone, Debug)]
pub struct Lot<'a> {
    pub bank: BankId,
    /// The record key under which a later run recognises the credit.
    pub record: Cow<'a, str>,
    pub category: Value<'a>,
    pub credited: Date,
    pub earned: Number,
    pub spent: Number,
    pub lost: Number,
    pub expired: Number,
    /// The row of the opening balances that says so.
    pub opening: Option<u32>,
    /// What the opening balances say of it.
    pub opened: Option<Box<Opened>>,
}

/// How a credit stood before the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opened {
    pub spent: Number,
    pub lost: Number,
    pub expired: Number,
    pub left: Number,
}

impl Lot<'_> {
    pub fn left(&self) -> Result<Number> {
        let mut left = self.earned;
        for gone in [&self.spent, &self.lost, &self.expired] {
            if !gone.is_zero() {
                left = left.minus(*gone)?;
            }
        }
        Ok(left)
    }
}

/// A credit that has something left: its place among the person's credits, and how much.
#[derive(Clone, Copy, Debug)]
pub struct OpenLot {
    pub at: usize,
    pub left: Number,
}

/// What is left of them in all.
pub(in crate::eval) fn total(open: &[OpenLot]) -> Result<Number> {
    open.iter().try_fold(Number::ZERO, |sum, open| Ok(sum.plus(open.left)?))
}

impl<'a> Evaluator<'a> {
    /// Marks what has expired by `day`: a credit counts on the days before its own day plus the bank's time.
    pub(in crate::eval) fn expire(&mut self, bank: BankId, day: Date) -> Result<()> {
        let Some(after) = self.policy.bank(bank).expires else { return Ok(()) };
        let month_end = self.month_end();
        for index in 0..self.lots.len() {
            let lot = &self.lots[index];
            if lot.bank != bank || lot.credited.plus(after, month_end)? > day {
                continue;
            }
            let left = lot.left()?;
            if !left.is_zero()
                && let Some(lot) = self.lots.change(index)
            {
                lot.expired = lot.expired.plus(left)?;
            }
        }
        Ok(())
    }

    /// The credits of a bank that have something left on `day`, the oldest first. What is looked at after the as-of date marks nothing: the
    /// balances close on that date.
    pub(in crate::eval) fn open_lots(&mut self, bank: BankId, day: Date) -> Result<Vec<OpenLot>> {
        self.expire(bank, day.min(self.as_of))?;
        let (expires, month_end) = (self.policy.bank(bank).expires.filter(|_| day > self.as_of), self.month_end());
        let mut open = Vec::with_capacity(self.lots.len());
        for (index, lot) in self.lots.iter().enumerate().filter(|(_, lot)| lot.bank == bank && lot.credited <= day) {
            let is_over = match expires {
                Some(after) => lot.credited.plus(after, month_end)? <= day,
                None => false,
            };
            if is_over {
                continue;
            }
            let left = lot.left()?;
            if left.is_positive() {
                open.push(OpenLot { at: index, left });
            }
        }
        open.sort_by_key(|open| self.lots[open.at].credited);
        Ok(open)
    }

    pub(in crate::eval) fn balance(&mut self, bank: BankId, day: Date) -> Result<Number> {
        total(&self.open_lots(bank, day)?)
    }

    /// `balance of …`, `earned in …`, `date … reached N`, and what is asked of a set.
    pub(in crate::eval) fn bank_value(&mut self, expr: &'a Expr, at: &Position) -> StepId {
        if let ExprKind::Set(set, question) = &expr.kind {
            return self.set_value((*set, *question), expr.span, at);
        }
        let today = self.today;
        if let ExprKind::Balance(bank) | ExprKind::Earned(bank) | ExprKind::DateReached(bank, _) = &expr.kind {
            self.mind_held(*bank);
        }
        let (inputs, result) = match &expr.kind {
            ExprKind::Balance(bank) => (Vec::new(), self.balance(*bank, today).map(Value::Number)),
            ExprKind::Earned(bank) => (Vec::new(), self.earned(*bank, today).map(Value::Number)),
            ExprKind::DateReached(bank, units) => {
                let step = self.evaluate(units, at);
                let reached = number_of(self.value(step)).map(|units| self.reached(*bank, units));
                (vec![step], reached.unwrap_or(Ok(Value::Missing)))
            }
            _ => (Vec::new(), Ok(Value::Missing)),
        };
        self.settle(Op::Balance, StepPlace::Clause(expr.span), &inputs, result)
    }

    /// What is read of a bank that a held candidate feeds or spends from may change: what is paid by it is provisional.
    pub(in crate::eval) fn mind_held(&mut self, bank: BankId) {
        self.unsure |= self.held_banks.contains(&bank);
    }

    fn earned(&self, bank: BankId, day: Date) -> Result<Number> {
        let lots = self.lots.iter().filter(|lot| lot.bank == bank && lot.credited <= day);
        lots.map(|lot| lot.earned).try_fold(Number::ZERO, |sum, units| Ok(sum.plus(units)?))
    }

    /// The day on which so much had been earned in all; missing before it comes.
    fn reached(&self, bank: BankId, units: Number) -> Result<Value<'a>> {
        let mut lots: Vec<&Lot> = self.lots.iter().filter(|lot| lot.bank == bank && lot.credited <= self.today).collect();
        lots.sort_by_key(|lot| lot.credited);
        let mut earned = Number::ZERO;
        for lot in lots {
            earned = earned.plus(lot.earned)?;
            if earned >= units {
                return Ok(Value::Date(lot.credited));
            }
        }
        Ok(Value::Missing)
    }
}
