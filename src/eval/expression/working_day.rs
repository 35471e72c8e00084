//! The further dates of a calendar's periods, working days, and the days of a span within a period.

use super::calendar;
use super::operators::Result;
use crate::eval::evaluator::{Evaluator, Position};
use crate::eval::trace::{Fault, Op, StepId, StepPlace};
use crate::policy::{Calendar, CalendarDate, Expr, PeriodKind};
use crate::source::Span;
use crate::syntax::ast::{CalendarSide, WorkingDay};
use crate::value::{Date, Number, Period, Value};

/// The most days that are looked through for a working day.
const DAYS_MOST: u32 = 4_000;

/// `filing.effective of D`, `next filing.paid after D`
pub fn calendar_date(calendar: &Calendar, date: CalendarDate, side: CalendarSide, day: Date) -> Result<Date> {
    let found = match side {
        CalendarSide::Holding => calendar.period_on(day).and_then(|period| period.date(date)),
        CalendarSide::NextOnOrAfter => calendar.next(date, day),
        CalendarSide::NextAfter => calendar.next(date, day.plus_days(1)?),
    };
    found.ok_or(Fault::OutsideEveryPeriod)
}

/// Monday to Friday, without the days of the calendar.
pub fn working_day(which: WorkingDay, day: Date, except: Option<&Calendar>) -> Result<Date> {
    match which {
        WorkingDay::After(days) => walk((day.plus_days(1)?, 1), days, except),
        WorkingDay::Before(days) => walk((day.plus_days(-1)?, -1), days, except),
        WorkingDay::FirstOnOrAfter => walk((day, 1), 1, except),
        WorkingDay::LastOnOrBefore => walk((day, -1), 1, except),
        WorkingDay::LastOfMonth => {
            let month = Period::month_of(day).ok_or(Fault::DateOutOfRange)?;
            walk((month.last_day(), -1), 1, except)
        }
    }
}

/// The working day with that number, counted from `start` on in steps of a day.
fn walk((start, step): (Date, i32), number: u32, except: Option<&Calendar>) -> Result<Date> {
    let works = |day: Date| day.weekday() <= 5 && except.is_none_or(|calendar| calendar.period_on(day).is_none());
    let (mut day, mut found) = (start, 0);
    for _ in 0..DAYS_MOST {
        found += u32::from(works(day));
        if found == number {
            return Ok(day);
        }
        day = day.plus_days(step)?;
    }
    Err(Fault::DateOutOfRange)
}

impl<'a> Evaluator<'a> {
    /// How many days from one date to the other, both included, lie in the period that holds the day.
    pub(in crate::eval) fn days_within(&mut self, kind: PeriodKind, parts: [&'a Expr; 3], span: Span, at: &Position) -> StepId {
        let steps = parts.map(|part| self.evaluate(part, at));
        let result = match steps.map(|step| self.value(step)) {
            [Value::Date(day), Value::Date(from), Value::Date(to)] => calendar::period_of(self.policy, kind, day).map(|period| {
                let (first, last) = (from.max(period.start), to.min(period.last_day()));
                Value::Number(Number::from_integer(i64::from((last.days_since(first) + 1).max(0))))
            }),
            _ => Ok(Value::Missing),
        };
        self.settle(Op::Calendar, StepPlace::Clause(span), &steps, result)
    }
}
