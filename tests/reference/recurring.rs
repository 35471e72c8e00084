//! Awards that come again, and awards in instalments.

use stipend::syntax::ast::{Award, Every, Expr, InstalmentDays, RecursAmount, RecursEnd, RestIn, Window};

use super::days::Day;
use super::expressions::Scope;
use super::ratio::{Mode, Ratio};
use super::timeline::{Candidate, Stop, Timeline, held, stop};
use super::world::{Became, Val};

/// Which payment of a recurring award a candidate is.
#[derive(Clone, Debug)]
pub struct Recurrence {
    pub number: i64,
    pub first: Day,
    pub day: Day,
}

impl<'a> Timeline<'a> {
    /// The first payment, and every later one up to the end, the as-of date and the policy's last day.
    pub fn recurrences(&self, award: &'a Award, scope: &Scope<'a>) -> Vec<Option<Recurrence>> {
        let (Some(recurs), Some(first)) = (&award.recurs, scope.effective.date()) else { return vec![None] };
        let months = if recurs.every == Every::Month { 1 } else { 12 };
        let (starts, ends) = self.program.in_force();
        let mut last = ends.map_or(self.as_of, |ends| ends.min(self.as_of));
        match &recurs.end {
            Some(RecursEnd::For(length)) => last = self.later(first, *length).map_or(last, |end| last.min(Day(end.0 - 1))),
            Some(RecursEnd::Until { last: until, if_known }) => match scope.value(until) {
                Val::Date(until) => last = last.min(until),
                _ if *if_known => {}
                _ => last = last.min(first),
            },
            None => {}
        }
        let day = |number: i64| first.plus(months * (number - 1), 0, self.program.month_end()).ok();
        let later = (2..).map_while(|number| day(number).filter(|day| *day <= last).map(|day| Recurrence { number, first, day }));
        let later = later.filter(|later| later.day >= starts);
        [Recurrence { number: 1, first, day: first }].into_iter().chain(later).map(Some).collect()
    }

    /// The declared end, read at the payment at hand.
    pub fn is_not_over(&self, award: &'a Award, scope: &Scope<'a>, effective: Day) -> Result<(), Stop> {
        let Some(RecursEnd::Until { last, if_known }) = award.recurs.as_ref().and_then(|recurs| recurs.end.as_ref()) else { return Ok(()) };
        match scope.value(last) {
            Val::Date(last) if effective > last => Err(stop(Became::NotEligible, "the payments are over")),
            Val::Date(_) => Ok(()),
            Val::Missing if *if_known => Ok(()),
            _ => Err(held("the last day is missing")),
        }
    }

    /// Under `fixed` the amount is read as of the first payment.
    pub fn valuing(&self, candidate: &Candidate, scope: &Scope<'a>) -> Scope<'a> {
        let recurs = self.program.awards[candidate.award].recurs.as_ref();
        let is_fixed = recurs.is_some_and(|recurs| recurs.amount == Some(RecursAmount::Fixed));
        match &candidate.recurrence {
            Some(recurrence) if is_fixed => Scope { effective: Val::Date(recurrence.first), ..scope.clone() },
            _ => scope.clone(),
        }
    }

    pub fn known_day(&self, scope: &Scope<'a>, day: &'a Expr) -> Result<Day, Stop> {
        scope.value(day).date().ok_or_else(|| held("a pay date is missing"))
    }

    /// The days of payment; a day that cannot be told holds what would be paid on it.
    pub fn payment_days(&self, award: &'a Award, scope: &Scope<'a>) -> Result<Vec<Day>, Stop> {
        let known = |expr| self.known_day(scope, expr);
        let Some(instalments) = &award.instalments else { return award.paid_on.iter().map(known).collect() };
        match &instalments.days {
            InstalmentDays::On(days) => days.iter().map(known).collect(),
            InstalmentDays::Monthly(first) => {
                let (first, count) = (known(first)?, instalments.count.kind.to_integer().expect("a count"));
                let day = |month: i64| first.plus(month, 0, self.program.month_end());
                (0..count).map(|month| day(month).map_err(|_| held("the month has no such day"))).collect()
            }
        }
    }

    /// The days of payment, each with its part.
    pub fn payments(&self, award: &'a Award, scope: &Scope<'a>, amount: Ratio) -> Vec<(Option<Day>, Ratio)> {
        let days = self.payment_days(award, scope).expect("days, or nothing is paid");
        let Some(instalments) = &award.instalments else { return vec![(days.first().copied(), amount)] };
        let count: i64 = instalments.count.kind.to_integer().expect("a count");
        let part = amount.over(Ratio::whole(count.into())).rounded(Mode::Down, Ratio::read("0.01"));
        let rest = amount.minus(part.times(Ratio::whole(i128::from(count) - 1)));
        let taker = if instalments.remainder == Some(RestIn::First) { 0 } else { days.len() - 1 };
        let parts = days.into_iter().enumerate().map(|(at, day)| (Some(day), if at == taker { rest } else { part }));
        parts.filter(|(_, part)| !part.is_zero()).collect()
    }
}

/// A key that is taken for ever has the number of its payment.
pub fn numbered(award: &Award, key: Option<String>, recurrence: Option<&Recurrence>) -> Option<String> {
    let window = award.once.as_ref().map(|once| once.window.as_ref().map(|window| &window.kind));
    match (window, recurrence) {
        (Some(None | Some(Window::Ever)), Some(recurrence)) => key.map(|key| format!("{key} / {}", recurrence.number)),
        _ => key,
    }
}

/// The key and the number of the payment in it: numbers stand in the order of numbers, not of texts.
pub fn in_order(candidate: &Candidate) -> (Option<String>, i64) {
    let number = candidate.recurrence.as_ref().map_or(0, |recurrence| recurrence.number);
    let bare = candidate.key.as_ref().and_then(|key| key.strip_suffix(&format!(" / {number}")));
    bare.map_or_else(|| (candidate.key.clone(), 0), |bare| (Some(bare.to_string()), number))
}
