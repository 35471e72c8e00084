//! Calendars and the words that count by them, as text.

use super::expression::closed;
use super::lines;
use super::words::{date_range, month_day, period_word, quoted};
use crate::syntax::ast::{Calendar, CalendarLine, CalendarSide, ExprKind, LineDay, LineSpan, WorkingDay};

pub fn calendar(calendar: &Calendar) -> String {
    lines(format!("calendar {}", calendar.name.kind), calendar.periods.iter().map(line))
}

fn line(line: &CalendarLine) -> String {
    let when = match line.when.kind {
        LineSpan::Dates(range) if range.to == Some(range.from) => format!("on {}", range.from),
        LineSpan::Dates(range) => date_range(range),
        LineSpan::EveryYear(first, last) if first == last => format!("every year on {}", month_day(first)),
        LineSpan::EveryYear(first, last) => format!("every year from {} to {}", month_day(first), month_day(last)),
    };
    let dates: Vec<String> = line.dates.iter().map(|date| format!(", {} {}", date.name.kind, line_day(date.day.kind))).collect();
    format!("{} {when}{}", quoted(&line.label), dates.concat())
}

fn line_day(day: LineDay) -> String {
    match day {
        LineDay::On(day) => day.to_string(),
        LineDay::Next(day) => format!("next {}", month_day(day)),
        LineDay::Last(day) => format!("last {}", month_day(day)),
    }
}

/// The phrases that name a calendar; none of another kind.
pub fn phrase(kind: &ExprKind) -> Option<String> {
    Some(match kind {
        ExprKind::CalendarDate { calendar, date, side, day } => {
            let name = format!("{}.{}", calendar.kind, date.kind);
            match side {
                CalendarSide::Holding => format!("{name} of {}", closed(day)),
                CalendarSide::NextOnOrAfter => format!("next {name} on or after {}", closed(day)),
                CalendarSide::NextAfter => format!("next {name} after {}", closed(day)),
            }
        }
        ExprKind::WorkingDay { which, day, except } => {
            let except = except.as_ref().map_or(String::new(), |calendar| format!(" except {}", calendar.kind));
            let words = match which {
                WorkingDay::After(days) => format!("{days} working {} after", days_word(*days)),
                WorkingDay::Before(days) => format!("{days} working {} before", days_word(*days)),
                WorkingDay::FirstOnOrAfter => "first working day on or after".to_owned(),
                WorkingDay::LastOnOrBefore => "last working day on or before".to_owned(),
                WorkingDay::LastOfMonth => "last working day of month of".to_owned(),
            };
            format!("{words} {}{except}", closed(day))
        }
        ExprKind::DaysWithin { period, day, from, to } => {
            format!("days of {} of {} from {} to {}", period_word(period), closed(day), closed(from), closed(to))
        }
        _ => return None,
    })
}

fn days_word(days: u32) -> &'static str {
    if days == 1 { "day" } else { "days" }
}
