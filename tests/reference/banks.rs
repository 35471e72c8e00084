//! Banks: what each row earned, and what spending, loss and time have left of it.

use std::rc::Rc;

use stipend::syntax::ast::{
    Amount, Award, Bank, BankBound, BankReading, BankSource, FieldKind, Name, Node, Pay, PayKind, Proration, Spend, Surplus, Trigger,
};

use super::days::Day;
use super::expressions::Scope;
use super::limits::Settled;
use super::program::{Program, ratio};
use super::ratio::{Ratio, ZERO};
use super::timeline::{Candidate, Stop, Timeline, held, stop};
use super::world::{Became, Origin, Row, Val};

/// One credit.
#[derive(Clone, Debug, PartialEq)]
pub struct Lot {
    pub bank: String,
    pub category: Val,
    pub credited: Day,
    pub earned: Ratio,
    pub spent: Ratio,
    pub lost: Ratio,
}

pub type Lots = Rc<Vec<Lot>>;

/// By credit, its place among the lots and the units taken of it.
pub type Taken = Vec<(usize, Ratio)>;

/// A bank earns like an award, one for each record that feeds it: its credits stand in the queue before all awards.
pub fn as_awards(bank: &Bank) -> Vec<&'static Award> {
    let first = BankSource {
        span: bank.span,
        each: bank.each.clone(),
        period: bank.period.clone(),
        conditions: bank.conditions.clone(),
        once: bank.once.clone(),
        earn: bank.earn.clone(),
        credited: bank.credited.clone(),
    };
    [first].iter().chain(&bank.more).map(|source| as_award(bank, source)).collect()
}

fn as_award(bank: &Bank, source: &BankSource) -> &'static Award {
    let kind = Node { kind: PayKind::Stipend, span: bank.span };
    let amount = Amount::Plain(source.earn.clone().expect("what it earns"));
    Box::leak(Box::new(Award {
        span: bank.span,
        name: bank.name.clone(),
        each: source.each.clone(),
        period: source.period.clone(),
        trigger: Trigger::Rows,
        wait: None,
        grants: Vec::new(),
        conditions: source.conditions.clone(),
        needs: Vec::new(),
        once: source.once.clone(),
        by: None,
        ties: None,
        spends: Vec::new(),
        moves: Vec::new(),
        pays: vec![Pay { span: bank.span, amount, kind, round: None, when: None }],
        recovers: Vec::new(),
        reopens: None,
        proration: Some(Node { kind: Proration::Not, span: bank.span }),
        round: None,
        effective: source.credited.clone(),
        paid_on: None,
        instalments: None,
        recurs: None,
        cites: Vec::new(),
    }))
}

impl<'a> Program<'a> {
    pub fn bank(&self, name: &str) -> &'a Bank {
        self.banks.iter().copied().find(|bank| bank.name.kind == name).expect("a bank")
    }

    /// The bank whose credits the award's rows are.
    pub fn credits(&self, award: usize) -> Option<&'a Bank> {
        self.credited_by.get(award).copied()
    }
}

impl<'a> Scope<'a> {
    /// What is left of each of the bank's credits on the day at hand; an error where its last day cannot be told.
    fn left(&self, bank: &str) -> Result<Vec<Ratio>, Val> {
        let expires = self.program.bank(bank).expires.as_ref().map(|length| length.kind);
        let mut left = Vec::new();
        for lot in self.lots.iter() {
            let end = match expires.filter(|_| lot.bank == bank) {
                Some(length) => {
                    Some(lot.credited.plus(length.months.into(), length.days.into(), self.program.month_end()).map_err(|_| Val::Unknown)?)
                }
                None => None,
            };
            let is_open = lot.bank == bank && end.is_none_or(|end| self.today < end);
            left.push(if is_open { lot.earned.minus(lot.spent).minus(lot.lost) } else { ZERO });
        }
        Ok(left)
    }

    /// A held row may still change what is read of its bank.
    fn ask(&self, bank: &str) {
        self.asked_unsure.set(self.asked_unsure.get() || self.held_banks.contains(bank));
    }

    pub fn bank_reading(&self, reading: &'a BankReading, bank: &Name) -> Val {
        self.ask(&bank.kind);
        let own = || self.lots.iter().filter(|lot| lot.bank == bank.kind && lot.credited <= self.today);
        match reading {
            BankReading::Balance => self.left(&bank.kind).map_or_else(|gap| gap, |left| Val::Num(left.into_iter().fold(ZERO, Ratio::plus))),
            BankReading::Earned => Val::Num(own().fold(ZERO, |sum, lot| sum.plus(lot.earned))),
            BankReading::DateReached(units) => {
                let units = self.value(units);
                let Val::Num(wanted) = units else { return units };
                let mut lots: Vec<&Lot> = own().collect();
                lots.sort_by_key(|lot| lot.credited);
                let mut sum = ZERO;
                for lot in lots {
                    sum = sum.plus(lot.earned);
                    if sum >= wanted {
                        return Val::Date(lot.credited);
                    }
                }
                Val::Missing
            }
        }
    }

    /// The units that an award takes, the oldest first within the bounds of each category.
    pub fn spending(&self, spend: &'a Spend) -> Result<Taken, Stop> {
        self.ask(&spend.bank.kind);
        let need = self.value(&spend.units).num().ok_or_else(|| held("how much it spends is missing"))?;
        let bank = self.program.bank(&spend.bank.kind);
        let left = self.left(&bank.name.kind).map_err(|_| held("a credit has no last day"))?;
        let mut order: Vec<usize> = (0..self.lots.len()).filter(|at| left[*at].is_positive()).collect();
        order.sort_by_key(|at| self.lots[*at].credited);
        let mut words = self.declared_categories(bank);
        for at in &order {
            if !words.contains(&self.lots[*at].category) {
                words.push(self.lots[*at].category.clone());
            }
        }
        // what may still be taken of each category, and what must be
        let mut rooms = Vec::new();
        for word in &words {
            let there = order.iter().filter(|at| self.lots[**at].category == *word).fold(ZERO, |sum, at| sum.plus(left[*at]));
            let most = self.bound(bank.most.as_ref(), word)?.map_or(there, |most| there.min(most));
            rooms.push((most, self.bound(bank.least.as_ref(), word)?.unwrap_or(ZERO)));
        }
        if rooms.iter().any(|(most, least)| least > most) {
            return Err(stop(Became::NotEligible, "too few units of a category"));
        }
        let (mut open, mut taken) = (need, Taken::new());
        for at in order {
            let own = words.iter().position(|word| *word == self.lots[at].category).expect("its category");
            let for_others = rooms.iter().enumerate().filter(|(other, _)| *other != own).fold(ZERO, |sum, (_, room)| sum.plus(room.1));
            let units = left[at].min(rooms[own].0).min(open.minus(for_others));
            if units.is_positive() {
                rooms[own] = (rooms[own].0.minus(units), rooms[own].1.minus(units).max(ZERO));
                open = open.minus(units);
                taken.push((at, units));
            }
        }
        if open.is_positive() { Err(stop(Became::NotEligible, "too few units")) } else { Ok(taken) }
    }

    /// The words of the field that tells categories apart: one that is absent can fail a minimum.
    fn declared_categories(&self, bank: &'a Bank) -> Vec<Val> {
        let Some(category) = [&bank.most, &bank.least].into_iter().flatten().map(|bound| &bound.category).next() else { return Vec::new() };
        match self.program.field(&bank.each.kind, &category.kind).map(|field| &field.kind.kind) {
            Some(FieldKind::OneOf(words)) => words.iter().map(|word| Val::Text(word.kind.clone())).collect(),
            _ => Vec::new(),
        }
    }

    fn bound(&self, bound: Option<&'a BankBound>, word: &Val) -> Result<Option<Ratio>, Stop> {
        let Some(bound) = bound else { return Ok(None) };
        let row: &'static Row = Box::leak(Box::new(Row::from([(bound.category.kind.clone(), word.clone())])));
        let record = self.program.records.iter().find(|record| self.program.field(&record.name.kind, &bound.category.kind).is_some());
        let scope = Scope { event: record.map(|record| (record.name.kind.as_str(), row)), ..self.clone() };
        match scope.value(&bound.units) {
            Val::NotApplicable => Ok(None),
            value => value.num().map(Some).ok_or_else(|| held("a bound is missing")),
        }
    }
}

impl<'a> Timeline<'a> {
    /// The row's units go in, as far as the balance may rise.
    pub fn credit(&mut self, bank: &'a Bank, (candidate, scope): (&Candidate, &Scope<'a>), units: Ratio) -> Result<(), Stop> {
        let mut lost = ZERO;
        if let Some(most) = &bank.balance {
            let most = scope.value(most).num().ok_or_else(|| held("the highest balance is missing"))?;
            let left = scope.left(&bank.name.kind).map_err(|_| held("a credit has no last day"))?;
            let balance = left.into_iter().fold(ZERO, Ratio::plus);
            lost = balance.plus(units).minus(most).max(ZERO).min(units);
        }
        let category = [&bank.most, &bank.least].into_iter().flatten().map(|bound| bound.category.kind.clone()).next();
        let category = match (&candidate.origin, category) {
            (Origin::Event(..), Some(field)) => scope.named(&field),
            _ => Val::Missing,
        };
        let credited = candidate.placing.expect("the day of the credit");
        let lot = Lot { bank: bank.name.kind.clone(), category, credited, earned: units, spent: ZERO, lost };
        Rc::make_mut(&mut self.lots).push(lot);
        Ok(())
    }

    /// The units are in; what a limit took of them is nobody's.
    pub fn post_credit(&mut self, candidate: &Candidate, settled: Settled) {
        let decided = self.verdict.decided.last_mut().expect("it was decided");
        decided.became = if settled.pays() { Became::Credited } else { Became::Reduced };
        self.book(candidate, settled);
    }

    /// What became of each credit up to the as-of date.
    pub fn closing_credits(&self) -> Vec<String> {
        let scope = Scope { lots: self.lots.clone(), today: self.as_of, ..Scope::of_facts(self.program, self.people, self.person) };
        let left = |at: usize| scope.left(&self.lots[at].bank).map_or_else(|_| "unknown".into(), |left| left[at].to_string());
        let words = |(at, lot): (usize, &Lot)| {
            let (earned, spent, lost) = (lot.earned, lot.spent, lot.lost);
            format!("{}, credit of {}: {earned} earned, {spent} spent, {lost} lost, {} left", lot.bank, lot.credited, left(at))
        };
        self.lots.iter().enumerate().map(words).collect()
    }

    /// What the award spends, before it is known whether it is paid.
    pub fn spendings(&self, award: &'a Award, scope: &Scope<'a>) -> Result<Vec<Taken>, Stop> {
        award.spends.iter().map(|spend| scope.spending(spend)).collect()
    }

    /// Takes the units, and settles what the spending leaves: the oldest beyond what is kept are lost.
    pub fn spend(&mut self, award: &'a Award, (candidate, taken): (&Candidate, Vec<Taken>)) {
        for (spend, taken) in award.spends.iter().zip(taken) {
            for (at, units) in taken {
                let lot = &mut Rc::make_mut(&mut self.lots)[at];
                lot.spent = lot.spent.plus(units);
            }
            let bank = self.program.bank(&spend.bank.kind);
            let kept = match bank.surplus.as_ref().map(|surplus| surplus.kind) {
                Some(Surplus::Lost) => ZERO,
                Some(Surplus::CarriesUpTo(units)) => ratio(units),
                Some(Surplus::Carries) | None => continue,
            };
            let left = self.scope(candidate).left(&bank.name.kind).expect("it was read before");
            let mut surplus = left.iter().fold(ZERO, |sum, units| sum.plus(*units)).minus(kept);
            let mut order: Vec<usize> = (0..left.len()).collect();
            order.sort_by_key(|at| self.lots[*at].credited);
            for at in order {
                let units = left[at].min(surplus).max(ZERO);
                surplus = surplus.minus(units);
                let lot = &mut Rc::make_mut(&mut self.lots)[at];
                lot.lost = lot.lost.plus(units);
            }
        }
    }
}
