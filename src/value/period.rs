//! Named stretches of time: fiscal, school and calendar years, months. Half-open: the end is the first day after.

use std::fmt;

use super::date::Date;

/// A stretch of time from `start` up to, not including, `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    pub start: Date,
    pub end: Date,
}

/// The month and day on which a year begins, such as July 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct YearStart {
    pub month: u32,
    pub day: u32,
}

/// The name of a period that the calendar itself names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PeriodLabel {
    /// `FY2025`: by the year of its last day.
    FiscalYear(i32),
    /// `2024-25`: by the years it begins and ends in.
    SchoolYear(i32),
    /// `2024`
    CalendarYear(i32),
    /// `2024-07`
    Month(i32, u32),
}

impl fmt::Display for PeriodLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PeriodLabel::FiscalYear(year) => write!(f, "FY{year}"),
            PeriodLabel::SchoolYear(year) => write!(f, "{year}-{:02}", (year + 1).rem_euclid(100)),
            PeriodLabel::CalendarYear(year) => write!(f, "{year}"),
            PeriodLabel::Month(year, month) => write!(f, "{year}-{month:02}"),
        }
    }
}

impl YearStart {
    pub const CALENDAR: YearStart = YearStart { month: 1, day: 1 };

    /// The year that holds `date`. None at the edge of the calendar, or when the start is 29 February.
    pub fn year_of(self, date: Date) -> Option<Period> {
        let has_begun = (self.month, self.day) <= (date.month(), date.day());
        let year = if has_begun { date.year() } else { date.year() - 1 };
        Some(Period { start: Date::new(year, self.month, self.day)?, end: Date::new(year + 1, self.month, self.day)? })
    }
}

impl Period {
    #[inline]
    pub fn contains(self, date: Date) -> bool {
        self.start <= date && date < self.end
    }

    /// The month that holds `date`.
    pub fn month_of(date: Date) -> Option<Period> {
        let start = Date::new(date.year(), date.month(), 1)?;
        Some(Period { start, end: start.next_month()? })
    }

    /// The year of its last day.
    #[inline]
    pub fn last_year(self) -> i32 {
        let begins_year = (self.end.month(), self.end.day()) == (1, 1) && self.end.year() > 1;
        if begins_year { self.end.year() - 1 } else { self.end.year() }
    }

    /// The last day that belongs to the period.
    #[inline]
    pub fn last_day(self) -> Date {
        self.end.plus_days(-1).unwrap_or(self.start)
    }
}
