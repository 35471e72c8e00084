//! The lines of a calendar written out: those that come every year once for each year.

use crate::policy::{Calendar, NamedDates, NamedPeriod};
use crate::syntax::ast::{self, CalendarLine, LineDay, LineSpan};
use crate::value::{Date, YearStart};

/// The years for which lines that come every year are written out.
const YEARS: std::ops::RangeInclusive<i32> = 1600..=2599;

/// One period of a calendar.
pub(super) struct Occurrence {
    /// The line's place in the calendar.
    pub(super) line: usize,
    pub(super) from: Date,
    /// Included.
    pub(super) to: Date,
    label: String,
}

/// Every period, in order of time.
pub(super) fn of(calendar: &ast::Calendar) -> Vec<Occurrence> {
    let mut all: Vec<Occurrence> = calendar.periods.iter().enumerate().flat_map(|(index, line)| of_line(index, line)).collect();
    all.sort_by_key(|it| (it.from, it.to, it.line));
    all
}

fn of_line(index: usize, line: &CalendarLine) -> Vec<Occurrence> {
    match line.when.kind {
        LineSpan::Dates(range) => {
            let once = |to| Occurrence { line: index, from: range.from, to, label: line.label.kind.clone() };
            range.to.map(once).into_iter().collect()
        }
        LineSpan::EveryYear(first, last) => YEARS.filter_map(|year| in_year(index, line, (first, last), year)).collect(),
    }
}

fn in_year(index: usize, line: &CalendarLine, (first, last): (YearStart, YearStart), year: i32) -> Option<Occurrence> {
    let from = on(first, year)?;
    let to = on(last, year).filter(|to| from <= *to).or_else(|| on(last, year + 1))?;
    let label = match to.year() == year {
        true => format!("{} {year}", line.label.kind),
        false => format!("{} {year}-{:02}", line.label.kind, to.year().rem_euclid(100)),
    };
    Some(Occurrence { line: index, from, to, label })
}

fn on(day: YearStart, year: i32) -> Option<Date> {
    Date::new(year, day.month, day.day)
}

/// The calendar with its dates.
pub(super) fn calendar(written: &ast::Calendar, occurrences: Vec<Occurrence>) -> Calendar {
    let mut names: Vec<String> = Vec::new();
    for date in written.periods.iter().flat_map(|line| &line.dates) {
        if !names.contains(&date.name.kind) {
            names.push(date.name.kind.clone());
        }
    }
    let period = |it: Occurrence| {
        let line = written.periods.get(it.line);
        let day_of = |name: &String| {
            let date = line?.dates.iter().find(|date| date.name.kind == *name)?;
            line_day(date.day.kind, it.to)
        };
        NamedPeriod { dates: names.iter().map(day_of).collect(), label: it.label, from: it.from, to: it.to }
    };
    let periods: Vec<NamedPeriod> = occurrences.into_iter().map(period).collect();
    let dates = names.iter().enumerate().map(|(index, name)| {
        let mut days: Vec<Date> = periods.iter().filter_map(|period| period.dates.get(index).copied().flatten()).collect();
        days.sort();
        NamedDates { name: name.clone(), days }
    });
    Calendar { name: written.name.kind.clone(), dates: dates.collect(), periods }
}

/// A further date of a line whose last day is `last`.
fn line_day(day: LineDay, last: Date) -> Option<Date> {
    match day {
        LineDay::On(day) => Some(day),
        LineDay::Next(day) => on(day, last.year()).filter(|date| *date > last).or_else(|| on(day, last.year() + 1)),
        LineDay::Last(day) => on(day, last.year()).filter(|date| *date <= last).or_else(|| on(day, last.year() - 1)),
    }
}
