//! Which period holds a date, and the dates that contracts name by the calendar.

use super::operators::Result;
use super::working_day;
use crate::eval::trace::Fault;
use crate::policy::{CalendarDate, Expr, ExprKind, PeriodKind, Policy};
use crate::value::{Date, Period, PeriodLabel, Value, YearStart};

/// The period of this kind that holds `date`. A date in no period of a calendar is a fault (DESIGN 1.1).
pub fn period_of(policy: &Policy, kind: PeriodKind, date: Date) -> Result<Period> {
    let year = |start: Option<YearStart>| start.unwrap_or(YearStart::CALENDAR).year_of(date).ok_or(Fault::DateOutOfRange);
    match kind {
        PeriodKind::FiscalYear => year(policy.fiscal_year),
        PeriodKind::SchoolYear => year(policy.school_year),
        PeriodKind::CalendarYear => year(Some(YearStart::CALENDAR)),
        PeriodKind::Month => Period::month_of(date).ok_or(Fault::DateOutOfRange),
        PeriodKind::Named(id) => {
            let calendar = &policy.calendars[usize::from(id.0)];
            let named = calendar.period_on(date).ok_or(Fault::OutsideEveryPeriod)?;
            Ok(Period { start: named.from, end: named.to.plus_days(1)? })
        }
    }
}

/// The first day of the next period of this kind.
pub fn start_of_next(policy: &Policy, kind: PeriodKind, period: Period) -> Option<Date> {
    let follows_at_once = !matches!(kind, PeriodKind::Named(_)) && period.end.year() < LAST_YEAR;
    if follows_at_once { Some(period.end) } else { next_period(policy, kind, period).ok().map(|next| next.start) }
}

/// The calendar ends with it: a period that begins there has no end.
const LAST_YEAR: i32 = 9999;

/// The first period of this kind that begins after `period`.
pub fn next_period(policy: &Policy, kind: PeriodKind, period: Period) -> Result<Period> {
    match kind {
        PeriodKind::Named(id) => {
            let calendar = &policy.calendars[usize::from(id.0)];
            let next = calendar.next(CalendarDate::Start, period.end).ok_or(Fault::OutsideEveryPeriod)?;
            period_of(policy, kind, next)
        }
        PeriodKind::FiscalYear | PeriodKind::SchoolYear | PeriodKind::CalendarYear | PeriodKind::Month => {
            period_of(policy, kind, period.end)
        }
    }
}

/// The day that a function of the calendar is asked about; none of what is no such function.
pub fn day_asked(kind: &ExprKind) -> Option<&Expr> {
    match kind {
        ExprKind::PeriodLabel(_, day) | ExprKind::PeriodStart(_, day) | ExprKind::PeriodEnd(_, day) => Some(day),
        ExprKind::FirstDayOfMonthAfter(day) | ExprKind::LastDayOfMonthOf(day) => Some(day),
        ExprKind::NextMonthDay { after: day, .. } | ExprKind::WeekdayOfMonth { after: day, .. } => Some(day),
        ExprKind::CalendarDate { day, .. } | ExprKind::WorkingDay { day, .. } => Some(day),
        _ => None,
    }
}

/// What the function of the calendar says of the day.
pub fn of_day<'a>(policy: &'a Policy, kind: &ExprKind, day: Date) -> Result<Value<'a>> {
    let earliest = |same_day_counts: bool| if same_day_counts { Ok(day) } else { day.plus_days(1) };
    Ok(match kind {
        ExprKind::PeriodLabel(kind, _) => label(policy, *kind, period_of(policy, *kind, day)?),
        ExprKind::PeriodStart(kind, _) => Value::Date(period_of(policy, *kind, day)?.start),
        ExprKind::PeriodEnd(kind, _) => Value::Date(period_of(policy, *kind, day)?.last_day()),
        ExprKind::FirstDayOfMonthAfter(_) => Value::Date(period_of(policy, PeriodKind::Month, day)?.end),
        ExprKind::LastDayOfMonthOf(_) => Value::Date(period_of(policy, PeriodKind::Month, day)?.last_day()),
        ExprKind::NextMonthDay { month, day, same_day_counts, .. } => {
            Value::Date(next_month_day(*month, *day, earliest(*same_day_counts)?)?)
        }
        ExprKind::WeekdayOfMonth { nth, weekday, month, same_day_counts, .. } => {
            Value::Date(weekday_of_month((*nth, *weekday, *month), earliest(*same_day_counts)?)?)
        }
        ExprKind::CalendarDate { calendar, date, side, .. } => {
            Value::Date(working_day::calendar_date(&policy.calendars[usize::from(calendar.0)], *date, *side, day)?)
        }
        ExprKind::WorkingDay { which, except, .. } => {
            Value::Date(working_day::working_day(*which, day, except.map(|calendar| &policy.calendars[usize::from(calendar.0)]))?)
        }
        _ => Value::Missing,
    })
}

/// The name of a period: `FY2025`, `2024-25`, `2024`, `2024-07`, or the label in the calendar.
#[inline(always)]
pub fn label<'a>(policy: &'a Policy, kind: PeriodKind, period: Period) -> Value<'a> {
    let start = period.start;
    match kind {
        PeriodKind::FiscalYear => Value::Label(PeriodLabel::FiscalYear(period.last_year())),
        PeriodKind::SchoolYear => Value::Label(PeriodLabel::SchoolYear(start.year())),
        PeriodKind::CalendarYear => Value::Label(PeriodLabel::CalendarYear(start.year())),
        PeriodKind::Month => Value::Label(PeriodLabel::Month(start.year(), start.month())),
        PeriodKind::Named(id) => {
            let named = policy.calendars[usize::from(id.0)].period_on(start);
            named.map_or(Value::Missing, |named| Value::Text(&named.label))
        }
    }
}

/// `next October 1 on or after D`
pub fn next_month_day(month: u32, day: u32, earliest: Date) -> Result<Date> {
    (earliest.year()..=earliest.year() + 8)
        .filter_map(|year| Date::new(year, month, day))
        .find(|date| *date >= earliest)
        .ok_or(Fault::DateOutOfRange)
}

/// The `nth` weekday (1 is Monday; nth -1 is the last) of the month, in the first year where it is late enough.
pub fn weekday_of_month((nth, weekday, month): (i32, u32, u32), earliest: Date) -> Result<Date> {
    for year in earliest.year()..=earliest.year() + 1 {
        let first = Date::new(year, month, 1).ok_or(Fault::DateOutOfRange)?;
        let date = if nth > 0 {
            let skip = (weekday + 7 - first.weekday()) % 7;
            first.plus_days(skip as i32 + (nth - 1) * 7)?
        } else {
            let last = first.plus_days(first.days_in_month() as i32 - 1)?;
            last.plus_days(-(((last.weekday() + 7 - weekday) % 7) as i32))?
        };
        if date >= earliest {
            return Ok(date);
        }
    }
    Err(Fault::DateOutOfRange)
}
