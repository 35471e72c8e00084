//! Credits and spendings: units go into a bank with a row, and out of it with an award that is paid (DESIGN 1.4).

use super::limit::Piece;
use super::verdict::Verdict;
use crate::eval::evaluator::Position;
use crate::eval::expression::operators::{Result as Exact, number_of};
use crate::eval::history::bank::{Lot, OpenLot, total};
use crate::eval::history::opening::position;
use crate::eval::history::posted::Stop;
use crate::eval::outcome::{Disposition, Origin, Reason, Short};
use crate::eval::person::candidate::Candidate;
use crate::eval::person::timeline::Timeline;
use crate::eval::trace::{Fault, Op, StepId, StepPlace};
use crate::policy::{Award, AwardId, Bank, BankId, Expr, Spend};
use crate::source::Span;
use crate::syntax::ast::Surplus;
use crate::value::{Date, Number, Value};

/// Units to be taken from one bank, found to be there.
#[derive(Debug)]
pub struct Spending {
    bank: BankId,
    span: Span,
    /// By credit: its place among the person's credits, and how many units it gives.
    taken: Vec<(usize, Number)>,
    step: StepId,
}

/// One category on the way to a spending.
struct Category<'a> {
    word: Value<'a>,
    /// What may still be taken of it.
    room: Number,
    /// What must still be taken of it.
    need: Number,
}

impl<'a> Timeline<'a> {
    /// A candidate that is held might use the limits of its award, and feed or empty its banks, before what is paid from here on.
    #[cold]
    pub(in crate::eval) fn hold_what_it_uses(&mut self, award: AwardId) {
        let award = self.evaluator.policy.award(award);
        for limit in &award.limits {
            (self.held_limits[usize::from(limit.0)], self.any_limit_held) = (true, true);
        }
        self.evaluator.held_banks.extend(award.credits.into_iter().chain(award.spends.iter().map(|spend| spend.bank)));
    }

    /// What the award spends, if the banks have it. Err(reason): they do not.
    pub(in crate::eval) fn spendings(&mut self, award: &'a Award, at: &Position) -> Result<Result<Vec<Spending>, Reason>, Stop> {
        let mut spendings = Vec::new();
        for spend in &award.spends {
            let (units, need) = self.evaluator.result(&spend.units, at);
            let need = number_of(*need).ok_or(Stop::Missing(units))?;
            match self.spending(spend, (need, units), at)? {
                Ok(spending) => spendings.push(spending),
                Err(reason) => return Ok(Err(reason)),
            }
        }
        Ok(Ok(spendings))
    }

    fn spending(&mut self, spend: &'a Spend, (need, units): (Number, StepId), at: &Position) -> Result<Result<Spending, Reason>, Stop> {
        let day = self.evaluator.today;
        self.evaluator.mind_held(spend.bank);
        let open = self.evaluator.open_lots(spend.bank, day).map_err(|fault| self.bank_fault(spend.span, fault))?;
        let balance = total(&open).map_err(|fault| self.bank_fault(spend.span, fault))?;
        let balance_step = self.evaluator.note(Op::Balance, spend.span, &[], Value::Number(balance));
        let categories = self.categories(spend.bank, &open, at)?;
        for (number, category) in (0u16..).zip(&categories) {
            if category.need > category.room {
                let short = Box::new(Short { have: category.room, need: category.need });
                return Ok(Err(Reason::ShortOfCategory { bank: spend.bank, category: number, short }));
            }
        }
        let taken = self.oldest_first(&open, categories, need).map_err(|fault| self.bank_fault(spend.span, fault))?;
        match taken {
            Ok(taken) => {
                let step = self.evaluator.note(Op::Spent, spend.span, &[units, balance_step], Value::Number(need));
                Ok(Ok(Spending { bank: spend.bank, span: spend.span, taken, step }))
            }
            Err(have) => Ok(Err(Reason::ShortOfUnits { bank: spend.bank, short: Box::new(Short { have, need }) })),
        }
    }

    /// The categories that a spending may or must take, the bank's own list first: one that is absent can fail a minimum. None where no
    /// bound is declared: then all units are alike.
    fn categories(&mut self, bank: BankId, open: &[OpenLot], at: &Position) -> Result<Vec<Category<'a>>, Stop> {
        let policy = self.evaluator.policy;
        let declared = policy.bank(bank);
        if declared.category.is_empty() || (declared.most.is_none() && declared.least.is_none()) {
            return Ok(Vec::new());
        }
        let mut words: Vec<Value<'a>> = declared.categories.iter().map(|word| Value::Text(word)).collect();
        for open in open {
            let word = self.evaluator.lots[open.at].category;
            if !words.contains(&word) {
                words.push(word);
            }
        }
        let mut categories = Vec::new();
        for word in words {
            let held = self.held_of(open, word).map_err(|fault| self.bank_fault(declared.span, fault))?;
            let most = self.bound(declared, declared.most.as_ref(), word, at)?;
            let least = self.bound(declared, declared.least.as_ref(), word, at)?;
            let need = least.unwrap_or(Number::ZERO);
            categories.push(Category { word, room: most.map_or(held, |most| held.min(most)), need });
        }
        Ok(categories)
    }

    fn held_of(&self, open: &[OpenLot], word: Value) -> Exact<Number> {
        let mut held = Number::ZERO;
        for open in open.iter().filter(|open| self.evaluator.lots[open.at].category == word) {
            held = held.plus(open.left)?;
        }
        Ok(held)
    }

    /// The bound for one category; none where it is not applicable.
    fn bound(&mut self, bank: &'a Bank, bound: Option<&'a Expr>, word: Value<'a>, at: &Position) -> Result<Option<Number>, Stop> {
        let (Some(bound), Some((_, field))) = (bound, bank.category.first().copied()) else { return Ok(None) };
        self.evaluator.category = Some((field, word));
        let step = self.evaluator.evaluate(bound, &Position { event: None, ..*at });
        self.evaluator.category = None;
        match self.evaluator.value(step) {
            Value::NotApplicable => Ok(None),
            value => number_of(value).map(Some).ok_or(Stop::Missing(step)),
        }
    }

    /// Oldest first within the bounds, keeping back what other categories must still give. Err: how many there are.
    fn oldest_first(
        &self,
        open: &[OpenLot],
        mut categories: Vec<Category<'a>>,
        need: Number,
    ) -> Exact<Result<Vec<(usize, Number)>, Number>> {
        let mut left = need;
        let mut taken = Vec::new();
        for open in open {
            if !left.is_positive() {
                break;
            }
            let lot = &self.evaluator.lots[open.at];
            let mut kept = Number::ZERO;
            for other in categories.iter().filter(|other| other.word != lot.category) {
                kept = kept.plus(other.need)?;
            }
            let own = categories.iter_mut().find(|own| own.word == lot.category);
            let units = own.as_ref().map_or(open.left, |own| open.left.min(own.room)).min(left.minus(kept)?);
            if units.is_positive() {
                if let Some(own) = own {
                    own.room = own.room.minus(units)?;
                    own.need = own.need.minus(units)?.max(Number::ZERO);
                }
                left = left.minus(units)?;
                taken.push((open.at, units));
            }
        }
        Ok(if left.is_positive() { Err(need.minus(left)?) } else { Ok(taken) })
    }

    /// Takes the units, and settles what the spending leaves.
    #[cold]
    pub(in crate::eval) fn spend(&mut self, spendings: &[Spending]) -> Result<(), Stop> {
        let policy = self.evaluator.policy;
        for spending in spendings {
            for (index, units) in &spending.taken {
                if let Some(lot) = self.evaluator.lots.change(*index) {
                    lot.spent = lot.spent.plus(*units).unwrap_or(lot.spent);
                }
            }
            let kept = match policy.bank(spending.bank).surplus {
                Surplus::Carries => continue,
                Surplus::Lost => Number::ZERO,
                Surplus::CarriesUpTo(units) => units,
            };
            let lost = self.lose(spending.bank, kept).map_err(|fault| self.bank_fault(spending.span, fault))?;
            if lost.is_positive() {
                self.evaluator.note(Op::SurplusLost, policy.bank(spending.bank).span, &[spending.step], Value::Number(lost));
            }
        }
        Ok(())
    }

    /// What is there beyond `kept` is lost, the oldest first.
    fn lose(&mut self, bank: BankId, kept: Number) -> Exact<Number> {
        let day = self.evaluator.today;
        let open = self.evaluator.open_lots(bank, day)?;
        let lost = total(&open)?.minus(kept)?.max(Number::ZERO);
        let mut left = lost;
        for open in open {
            if !left.is_positive() {
                break;
            }
            if let Some(lot) = self.evaluator.lots.change(open.at) {
                let units = open.left.min(left);
                lot.lost = lot.lost.plus(units)?;
                left = left.minus(units)?;
            }
        }
        Ok(lost)
    }

    /// Without opening balances the credits are all there again, and what earlier runs paid has spent its units.
    pub(in crate::eval) fn spend_again(&mut self, award: &'a Award, candidate: &Candidate<'a>) -> Result<(), Stop> {
        if award.spends.is_empty() || self.has_opening() {
            return Ok(());
        }
        match self.spendings(award, &position(candidate))? {
            Ok(spendings) => self.spend(&spendings),
            Err(_) => Ok(()),
        }
    }

    #[cold]
    pub(in crate::eval) fn post_credit(
        &mut self,
        candidate: &Candidate<'a>,
        piece: &Piece,
        bank: BankId,
        at: &Position,
    ) -> Result<Verdict, Stop> {
        self.take_key(candidate, piece.paid.sign());
        if let (false, Some(cut)) = (piece.paid.is_positive(), piece.cuts().first()) {
            let reason = Reason::Cut { limit: cut.limit, by: cut.amount };
            return Ok(Verdict::without_money(Disposition::Reduced, reason));
        }
        if let Some(date) = candidate.placing {
            self.use_limits(piece, date);
        }
        self.credit(candidate, (bank, piece.paid), at)
    }

    /// The row's units go into the bank, as far as its balance may rise.
    pub(in crate::eval) fn credit(
        &mut self,
        candidate: &Candidate<'a>,
        (bank, units): (BankId, Number),
        at: &Position,
    ) -> Result<Verdict, Stop> {
        let policy = self.evaluator.policy;
        let declared = policy.bank(bank);
        let Some(credited) = candidate.placing else { return Err(Stop::Missing(StepId(self.evaluator.trace.next().saturating_sub(1)))) };
        let mut lost = Number::ZERO;
        if let Some(most) = &declared.balance {
            let step = self.evaluator.evaluate(most, at);
            let most = number_of(self.evaluator.value(step)).ok_or(Stop::Missing(step))?;
            let balance = self.evaluator.balance(bank, credited).map_err(|fault| self.bank_fault(declared.span, fault))?;
            let above = balance.plus(units).and_then(|sum| sum.minus(most));
            lost = above.map_err(|fault| self.bank_fault(declared.span, fault.into()))?.max(Number::ZERO).min(units);
        }
        let category = match candidate.origin {
            Origin::Event { record, row } => {
                let field = declared.category.iter().find(|(of, _)| *of == record).map(|(_, field)| *field);
                field.map_or(Value::Missing, |field| self.evaluator.cell_value(record, row, field))
            }
            Origin::Period(_) => Value::Missing,
        };
        let record = self.credit_key(declared, candidate);
        let zero = Number::ZERO;
        self.evaluator.lots.push(Lot {
            bank,
            record,
            category,
            credited,
            earned: units,
            spent: zero,
            lost,
            expired: zero,
            opening: None,
            opened: None,
        });
        let kept = units.minus(lost).unwrap_or(zero);
        self.evaluator.note(Op::Credited, declared.span, &[], Value::Number(kept));
        Ok(Verdict::without_money(Disposition::Credited, Reason::Credited { bank, units: kept }))
    }

    pub(in crate::eval) fn bank_fault(&mut self, span: Span, fault: Fault) -> Stop {
        Stop::Missing(self.evaluator.trace.record_fault(Op::Balance, StepPlace::Clause(span), &[], fault))
    }

    /// What is left on the as-of date.
    pub(in crate::eval) fn close_banks(&mut self, as_of: Date) {
        for index in 0..self.evaluator.policy.banks.len() {
            // a date beyond the calendar leaves the credit as it is
            let _ = self.evaluator.expire(BankId(index as u16), as_of);
        }
    }
}
