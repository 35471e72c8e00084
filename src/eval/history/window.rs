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
            // nearly always nothing stands behind the day, and then each use ends where the day itself does
            Applied::Rolling(duration) if self.month_end() != MonthEnd::Refuse && uses.is_up_to(date) => {
                date.plus(duration, self.month_end()).ok()?;
                uses.small_sum((over_by(uses, date, (duration, self.month_end())), uses.list().len()))
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

/// How many uses no longer count on the day, where each of them ends.
#[inline]
fn over_by(uses: &Uses, day: Date, rolling: (Duration, MonthEnd)) -> usize {
    last_over(day, rolling).map_or(0, |last| uses.up_to(last))
}

/// The last day of which a use no longer counts on `day`, as none of an earlier day does; under `month end refuse`, of those that end.
#[inline]
fn last_over(day: Date, (duration, month_end): (Duration, MonthEnd)) -> Option<Date> {
    // what begins on 29 February is over by 1 March, as what begins on any day before is
    let same_day = day.years_later(duration.negated());
    if same_day.is_some() { same_day } else { last_over_near(day, (duration, month_end)) }
}

/// The same of any duration, looked for from a day that is at most a few days off.
#[inline(never)]
fn last_over_near(day: Date, (duration, month_end): (Duration, MonthEnd)) -> Option<Date> {
    let near = day.plus(duration.negated(), MonthEnd::LastDay).unwrap_or(Date::FIRST);
    let month_end = if month_end == MonthEnd::Refuse { MonthEnd::LastDay } else { month_end };
    let is_over = |last: &Date| last.plus(duration, month_end).is_ok_and(|until| until <= day);
    let days = |from: Date, days: i32| std::iter::successors(Some(from), move |from| from.plus_days(days).ok());
    let over = days(near, -1).find(is_over)?;
    days(over, 1).take_while(is_over).last()
}

/// The day on which the first use that counts on `date` ends. A day of which everything was taken back gives no room by its end.
fn next_to_end(uses: &Uses, date: Date, duration: Duration, month_end: MonthEnd) -> Option<Date> {
    let stands = |used: &&Use| !uses.sum(uses.before(used.date), uses.up_to(used.date)).is_ok_and(|sum| sum.is_zero());
    let first = uses.list()[over_by(uses, date, (duration, month_end))..].iter().find(stands)?;
    first.date.plus(duration, month_end).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_use_is_over_when_its_day_and_the_duration_are() {
        let days = |(year, first), count| {
            let first = Date::new(year, first, 1).unwrap();
            (0..count).filter_map(move |days| first.plus_days(days).ok())
        };
        let uses: Vec<Date> = days((2019, 1), 450).chain(days((2023, 12), 100)).collect();
        let months = [1, 11, 12, 18, 24, 48].map(Duration::months);
        for (duration, extra) in
            months.into_iter().flat_map(|duration| [0, 1, 30].map(|days| (duration, days))).chain([(Duration::days(90), 0)])
        {
            for month_end in [MonthEnd::LastDay, MonthEnd::NextDay, MonthEnd::Refuse] {
                let duration = Duration { days: duration.days + extra, ..duration };
                let ends = |used: &Date| used.plus(duration, month_end).ok();
                for day in days((2020, 2), 35).chain(days((2021, 2), 35)).chain(days((2024, 2), 35)) {
                    let over = uses.iter().rfind(|used| ends(used).is_some_and(|until| until <= day));
                    let last = last_over(day, (duration, month_end));
                    let count = |last: Option<Date>| uses.iter().filter(|used| ends(used).is_some() && Some(**used) <= last).count();
                    assert_eq!(count(last), count(over.copied()), "{duration} {month_end:?} {day}: {last:?} {over:?}");
                }
            }
        }
    }

    #[test]
    fn nothing_is_over_before_the_first_days_end() {
        let second = Date::FIRST.plus_days(30).unwrap();
        for (day, last) in [(second, None), (second.plus_days(1).unwrap(), Some(Date::FIRST))] {
            assert_eq!(last_over(day, (Duration::months(1), MonthEnd::LastDay)), last);
            assert_eq!(last_over(day, (Duration::days(31), MonthEnd::LastDay)), last);
        }
    }
}
