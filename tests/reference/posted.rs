//! What is posted so far, as later candidates read it, and who stands before whom on one day for it.

use std::rc::Rc;

use stipend::syntax::ast::{Expr, Needs, PeriodWord};

use super::days::Day;
use super::expressions::Scope;
use super::periods::holds;
use super::program::Program;
use super::ratio::{Ratio, ZERO};
use super::world::Val;

/// One line, by this run or an earlier one.
#[derive(Clone, Debug)]
pub struct SoFar {
    pub award: String,
    pub to_base_salary: bool,
    pub placed: Day,
    pub effective: Day,
    pub amount: Ratio,
    /// Of a line of an earlier run, which may stand behind the place at hand: the award's rank.
    pub rank: Option<usize>,
}

pub type Ledger = Rc<Vec<SoFar>>;

impl<'a> Scope<'a> {
    pub fn amount_of(&self, award: &str, period: Option<&'a (PeriodWord, Box<Expr>)>) -> Val {
        match period {
            None => self.posted(award, |_| true),
            Some((word, day)) => {
                self.on_day(day, |day| self.program.period_of(word, day).map(|stretch| self.posted(award, |placed| holds(stretch, placed))))
            }
        }
    }

    /// What stands before the place in the queue.
    fn lines_so_far(&self) -> impl Iterator<Item = &SoFar> {
        let stands_before = |line: &&SoFar| match (line.rank, self.place) {
            (Some(rank), Some(place)) => (line.placed, rank) <= place,
            _ => true,
        };
        self.so_far.iter().filter(stands_before)
    }

    fn posted(&self, award: &str, counts: impl Fn(Day) -> bool) -> Val {
        let lines = self.lines_so_far().filter(|line| line.award == award && counts(line.placed));
        Val::Num(lines.fold(ZERO, |sum, line| sum.plus(line.amount)))
    }

    pub fn base_salary(&self, day: Val) -> Val {
        let opening = self.of_person("base_salary");
        let (Some(number), Val::Date(day)) = (opening.num(), &day) else {
            return super::expressions::gap(&[opening, day]).expect("a salary and a day");
        };
        let changes = self.lines_so_far().filter(|line| line.to_base_salary && line.effective <= *day);
        Val::Num(changes.fold(number, |sum, line| sum.plus(line.amount)))
    }

    /// `needs "OTHER" in the same PERIOD`
    pub fn is_met(&self, needs: &Needs) -> Val {
        let amount = match &needs.period {
            None => self.posted(&needs.award.kind, |_| true),
            Some(period) => match &self.effective {
                Val::Date(day) => match self.program.period_of(&period.kind, *day) {
                    Some(stretch) => self.posted(&needs.award.kind, |placed| holds(stretch, placed)),
                    None => Val::Unknown,
                },
                unknown => unknown.clone(),
            },
        };
        amount.num().map_or(amount.clone(), |amount| Val::YesNo(amount.is_positive()))
    }
}

impl Program<'_> {
    /// The places of the awards on one day: as written, but each behind those whose amounts it reads.
    pub fn ranks(&self) -> Vec<usize> {
        let reads = |award: usize, other: usize| {
            let name = &self.awards[other].name.kind;
            let reading = format!("award: Node {{ kind: {name:?}");
            let own = self.awards[award];
            let asks = self.counts_in(other).is_some() && format!("{own:?}").contains(&format!("Node {{ kind: {name:?}"));
            let limits = self.limits.iter().filter(|limit| limit.awards.iter().any(|award| award.kind == own.name.kind));
            let text: String = limits.map(|limit| format!("{:?}", limit.measure)).chain([format!("{own:?}")]).collect();
            let takes_back = own.recovers.iter().any(|recover| recover.awards.iter().any(|award| award.kind == *name));
            award != other && (asks || takes_back || text.contains(&reading))
        };
        let mut order: Vec<usize> = Vec::new();
        while order.len() < self.awards.len() {
            let ready = |award: &usize| {
                !order.contains(award) && (0..self.awards.len()).all(|other| !reads(*award, other) || order.contains(&other))
            };
            order.push((0..self.awards.len()).find(ready).expect("the checker refuses circles"));
        }
        (0..self.awards.len()).map(|award| order.iter().position(|other| *other == award).expect("every award has a place")).collect()
    }
}
