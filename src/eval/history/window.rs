//! How much of something is used in the window that a date falls into.

use super::uses::Uses;
use crate::eval::evaluator::{Evaluator, Position};
use crate::eval::expression::calendar;
use crate::eval::expression::operators::Result;
use crate::eval::trace::StepId;
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
            Window::Period(kind) => self.period_of(*kind, date).map(Applied::Period),
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

    /// What `uses` take up for something placed on `date`.
    pub fn used(&self, window: &Window, applied: Applied, uses: &Uses, date: Date) -> Result<Used> {
        match applied {
            Applied::Ever => Ok(Used { amount: uses.sum(0, uses.list().len())?, changes_on: None }),
            Applied::Period(period) => {
                let changes_on = match window {
                    Window::Period(kind) => calendar::start_of_next(self.policy, *kind, period),
                    _ => Some(period.end),
                };
                Ok(Used { amount: within(uses, period)?, changes_on })
            }
            Applied::FromFirst(duration) => {
                let period = from_first(uses, date, duration, self.month_end())?;
                Ok(Used { amount: within(uses, period)?, changes_on: Some(period.end) })
            }
            Applied::Rolling(duration) => rolling(uses, date, duration, self.month_end()),
        }
    }
}

fn within(uses: &Uses, period: Period) -> Result<Number> {
    uses.sum(uses.before(period.start), uses.before(period.end))
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
pub(in crate::eval) fn from_first(uses: &Uses, date: Date, duration: Duration, month_end: MonthEnd) -> Result<Period> {
    let opening = |first: usize| uses.list()[first..].iter().find(|used| used.amount.is_positive());
    let mut start = opening(0).map_or(date, |first| first.date.min(date));
    loop {
        let end = start.plus(duration, month_end)?;
        if date < end || end <= start {
            return Ok(Period { start, end });
        }
        start = opening(uses.before(end)).map_or(date, |next| next.date.min(date));
    }
}

/// A use on X counts on D while X ≤ D < X + duration. The limit holds in every window, so what is placed on `date` must
/// also fit beside uses after it: the largest sum over `date` and every later use before `date` + duration (DESIGN 1.3).
fn rolling(uses: &Uses, date: Date, duration: Duration, month_end: MonthEnd) -> Result<Used> {
    let end = date.plus(duration, month_end)?;
    let last_day = |used: &Use| used.date.plus(duration, month_end);
    // a later use never ends earlier; under `month end refuse` any may end on a day that is none, so all are asked
    let asked = if month_end == MonthEnd::Refuse { uses.list() } else { uses.list().last().map_or(&[][..], std::slice::from_ref) };
    asked.iter().try_for_each(|used| last_day(used).map(|_| ()))?;
    let over_by = |day: Date| uses.list().partition_point(|used| last_day(used).is_ok_and(|until| until <= day));
    let over = over_by(date);
    let mut amount = uses.sum(over, uses.up_to(date))?;
    for later in &uses.list()[uses.up_to(date)..uses.before(end)] {
        amount = amount.max(uses.sum(over_by(later.date), uses.up_to(later.date))?);
    }
    // a day of which everything was taken back gives no room by its end
    let stands = |used: &&Use| !uses.sum(uses.before(used.date), uses.up_to(used.date)).is_ok_and(|sum| sum.is_zero());
    let changes_on = uses.list()[over..].iter().find(stands).map(last_day).transpose()?;
    Ok(Used { amount, changes_on })
}
