//! How much of something is used in the window that a date falls into.

use super::uses::Uses;
use crate::eval::evaluator::{Evaluator, Position};
use crate::eval::expression::calendar;
use crate::eval::expression::operators::Result;
use crate::eval::trace::StepId;
use crate::policy::{Expr, Window};
use crate::value::{Date, Duration, MonthEnd, Number, Period, Small, Value};

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

impl<'a> Evaluator<'a> {
    /// The window of `date`. Err(step): the anniversary is missing.
    #[inline]
    pub fn applied_window(&mut self, window: &'a Window, date: Date, at: &Position) -> std::result::Result<Result<Applied>, StepId> {
        match window {
            Window::YearFrom(expr) => self.anniversaries(expr, date, at),
            _ => Ok(self.window_of(window, date).unwrap_or(Ok(Applied::Ever))),
        }
    }

    /// The same where it hangs on nothing but the date.
    #[inline(always)]
    pub fn window_of(&self, window: &Window, date: Date) -> Option<Result<Applied>> {
        Some(match window {
            Window::Period(kind) => self.period_of(*kind, date).map(Applied::Period),
            Window::Rolling(duration) | Window::Every(duration) => Ok(Applied::Rolling(*duration)),
            Window::FromFirstAward(duration) => Ok(Applied::FromFirst(*duration)),
            Window::Ever => Ok(Applied::Ever),
            Window::YearFrom(_) => return None,
        })
    }

    fn anniversaries(&mut self, expr: &'a Expr, date: Date, at: &Position) -> std::result::Result<Result<Applied>, StepId> {
        let step = self.evaluate(expr, at);
        let Value::Date(anchor) = self.value(step) else { return Err(step) };
        Ok(year_from(anchor, date, self.month_end()).map(Applied::Period))
    }

    /// What `uses` take up for something placed on `date`.
    #[inline]
    pub fn used(&self, applied: Applied, uses: &Uses, date: Date) -> Result<Number> {
        match applied {
            Applied::Period(period) => uses.within(period),
            Applied::Ever => uses.sum(0, uses.list().len()),
            Applied::FromFirst(duration) => uses.within(from_first(uses, date, duration, self.month_end())?),
            Applied::Rolling(duration) => rolling(uses, date, duration, self.month_end()),
        }
    }

    /// The same where it is a decimal of one machine word; none says nothing.
    #[inline]
    pub fn used_small(&self, applied: Applied, uses: &Uses, date: Date) -> Option<Small> {
        match applied {
            Applied::Period(period) => uses.small_within(period),
            // nearly always nothing stands behind the day
            Applied::Rolling(duration) if uses.up_to(date) == uses.list().len() => {
                let rolling = (duration, self.month_end());
                ends(uses, date, rolling).ok()?;
                uses.small_sum(counting_on(uses, date, rolling))
            }
            Applied::Ever | Applied::FromFirst(_) | Applied::Rolling(_) => self.used(applied, uses, date).ok()?.to_small(),
        }
    }

    /// The next day on which what is used changes by the passing of time alone, where [`Evaluator::used`] is known. Only what a limit
    /// cuts asks for it.
    pub fn changes_on(&self, (window, applied): (&Window, Applied), uses: &Uses, date: Date) -> Option<Date> {
        match applied {
            Applied::Ever => None,
            Applied::Period(period) => match window {
                Window::Period(kind) => calendar::start_of_next(self.policy, *kind, period),
                _ => Some(period.end),
            },
            Applied::FromFirst(duration) => from_first(uses, date, duration, self.month_end()).ok().map(|period| period.end),
            Applied::Rolling(duration) => next_to_end(uses, date, duration, self.month_end()),
        }
    }
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
fn rolling(uses: &Uses, date: Date, duration: Duration, month_end: MonthEnd) -> Result<Number> {
    let rolling = (duration, month_end);
    let end = ends(uses, date, rolling)?;
    let (from, up_to) = counting_on(uses, date, rolling);
    let mut amount = uses.sum(from, up_to)?;
    for later in uses.list()[up_to..].iter().take_while(|later| later.date < end) {
        let (from, to) = counting_on(uses, later.date, rolling);
        amount = amount.max(uses.sum(from, to)?);
    }
    Ok(amount)
}

/// The day on which what is placed on `date` no longer counts, where there is such a day, and one for each use.
fn ends(uses: &Uses, date: Date, (duration, month_end): (Duration, MonthEnd)) -> Result<Date> {
    let end = date.plus(duration, month_end)?;
    // a later use never ends earlier; under `month end refuse` any may end on a day that is none, so all are asked
    let asked = if month_end == MonthEnd::Refuse { uses.list() } else { uses.list().last().map_or(&[][..], std::slice::from_ref) };
    asked.iter().try_for_each(|used| used.date.plus(duration, month_end).map(|_| ()))?;
    Ok(end)
}

/// The uses that count on a day: from one to (not including) another.
#[inline]
fn counting_on(uses: &Uses, day: Date, rolling: (Duration, MonthEnd)) -> (usize, usize) {
    (over_by(uses, day, rolling), uses.up_to(day))
}

/// How many uses no longer count on the day.
#[inline]
fn over_by(uses: &Uses, day: Date, (duration, month_end): (Duration, MonthEnd)) -> usize {
    uses.first_not(|used| used.date.plus(duration, month_end).is_ok_and(|until| until <= day))
}

/// The day on which the first use that counts on `date` ends. A day of which everything was taken back gives no room by its end.
fn next_to_end(uses: &Uses, date: Date, duration: Duration, month_end: MonthEnd) -> Option<Date> {
    let stands = |used: &&Use| !uses.sum(uses.before(used.date), uses.up_to(used.date)).is_ok_and(|sum| sum.is_zero());
    let first = uses.list()[over_by(uses, date, (duration, month_end))..].iter().find(stands)?;
    first.date.plus(duration, month_end).ok()
}
