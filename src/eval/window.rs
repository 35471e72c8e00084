//! How much of something is used in the window that a date falls into.

use super::calendar;
use super::evaluator::{Evaluator, Position};
use super::operators::Result;
use super::trace::{Fault, StepId};
use crate::policy::Window;
use crate::value::{Date, Duration, MonthEnd, Number, Period, Value};

/// Something that was posted on a day: an amount, a count, a quantity.
#[derive(Clone, Copy, Debug)]
pub struct Use {
    pub date: Date,
    pub amount: Number,
}

/// A window as it applies to one placing date.
#[derive(Clone, Copy, Debug)]
pub enum Applied {
    /// From the start up to, not including, the end.
    Period(Period),
    /// The first day of the period after: where a carried or waiting part goes.
    Rolling(Duration),
    FromFirst(Duration),
    Ever,
}

/// What is used, and when that changes next by the passing of time alone.
#[derive(Clone, Copy, Debug)]
pub struct Used {
    pub amount: Number,
    pub changes_on: Option<Date>,
}

impl<'a> Evaluator<'a> {
    /// The window of `date`. Err(step): the anniversary is missing.
    pub fn applied_window(&mut self, window: &'a Window, date: Date, at: &Position) -> std::result::Result<Result<Applied>, StepId> {
        Ok(match window {
            Window::Period(kind) => calendar::period_of(self.policy, *kind, date).map(Applied::Period),
            Window::Rolling(duration) | Window::Every(duration) => Ok(Applied::Rolling(*duration)),
            Window::FromFirstAward(duration) => Ok(Applied::FromFirst(*duration)),
            Window::Ever => Ok(Applied::Ever),
            Window::YearFrom(expr) => {
                let step = self.evaluate(expr, at);
                let Value::Date(anchor) = self.value(step) else { return Err(step) };
                year_from(anchor, date, self.month_end()).map(Applied::Period)
            }
        })
    }

    /// What `uses` (sorted by date) take up for something placed on `date`.
    pub fn used(&self, window: &Window, applied: Applied, uses: &[Use], date: Date) -> Result<Used> {
        match applied {
            Applied::Ever => Ok(Used { amount: sum(uses)?, changes_on: None }),
            Applied::Period(period) => {
                let changes_on = match window {
                    Window::Period(kind) => calendar::next_period(self.policy, *kind, period).ok().map(|next| next.start),
                    _ => Some(period.end),
                };
                Ok(Used { amount: sum(within(uses, period))?, changes_on })
            }
            Applied::FromFirst(duration) => {
                let period = from_first(uses, date, duration, self.month_end())?;
                Ok(Used { amount: sum(within(uses, period))?, changes_on: Some(period.end) })
            }
            Applied::Rolling(duration) => rolling(uses, date, duration, self.month_end()),
        }
    }
}

pub fn sum(uses: &[Use]) -> Result<Number> {
    uses.iter().try_fold(Number::ZERO, |total, used| Ok(total.plus(used.amount)?))
}

fn within(uses: &[Use], period: Period) -> &[Use] {
    let start = uses.partition_point(|used| used.date < period.start);
    let end = uses.partition_point(|used| used.date < period.end);
    uses.get(start..end).unwrap_or(&[])
}

/// The year between two anniversaries of `anchor` that holds `date`.
fn year_from(anchor: Date, date: Date, month_end: MonthEnd) -> Result<Period> {
    let mut years = date.year() - anchor.year();
    if anchor.plus(Duration::years(years), month_end)? > date {
        years -= 1;
    }
    Ok(Period { start: anchor.plus(Duration::years(years), month_end)?, end: anchor.plus(Duration::years(years + 1), month_end)? })
}

/// The window that holds `date` when the first opens with the first use (or `date`, if earlier),
/// and the next one with the first use on or after its end. What comes back (a recovery) opens none.
pub(super) fn from_first(uses: &[Use], date: Date, duration: Duration, month_end: MonthEnd) -> Result<Period> {
    let opening = |from: Option<Date>| uses.iter().find(|used| used.amount.is_positive() && from.is_none_or(|from| used.date >= from));
    let mut start = opening(None).map_or(date, |first| first.date.min(date));
    loop {
        let end = start.plus(duration, month_end)?;
        if date < end || end <= start {
            return Ok(Period { start, end });
        }
        start = opening(Some(end)).map_or(date, |next| next.date.min(date));
    }
}

/// A use on X counts on D while X ≤ D < X + duration. The limit holds in every window, so what is placed on `date` must
/// also fit beside uses after it: the largest sum over `date` and every later use before `date` + duration (DESIGN 1.3).
fn rolling(uses: &[Use], date: Date, duration: Duration, month_end: MonthEnd) -> Result<Used> {
    let end = date.plus(duration, month_end)?;
    let mut most = None;
    let later = uses.iter().map(|used| used.date).filter(|later| *later > date && *later < end);
    for day in std::iter::once(date).chain(later) {
        let amount = active_on(uses, day, duration, month_end)?;
        if most.is_none_or(|most| amount > most) {
            most = Some(amount);
        }
    }
    let mut changes_on = None;
    for used in uses {
        let until = used.date.plus(duration, month_end)?;
        if until > date && changes_on.is_none_or(|earliest| until < earliest) {
            changes_on = Some(until);
        }
    }
    Ok(Used { amount: most.unwrap_or(Number::ZERO), changes_on })
}

fn active_on(uses: &[Use], day: Date, duration: Duration, month_end: MonthEnd) -> Result<Number> {
    let mut total = Number::ZERO;
    for used in uses.iter().rev().skip_while(|used| used.date > day) {
        if used.date.plus(duration, month_end).map_err(Fault::from)? <= day {
            break;
        }
        total = total.plus(used.amount)?;
    }
    Ok(total)
}
