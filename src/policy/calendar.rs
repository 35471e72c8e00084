//! Named periods in order of time, with the further dates that each of them names.

use crate::value::Date;

#[derive(Clone, Debug)]
pub struct Calendar {
    pub name: String,
    /// In order of time, without overlaps; gaps are allowed and hold a row that falls into one. A line that comes every
    /// year is written out for the years 1600 to 2599.
    pub periods: Vec<NamedPeriod>,
    /// The further dates: `effective`, `paid`.
    pub dates: Vec<NamedDates>,
}

#[derive(Clone, Debug)]
pub struct NamedPeriod {
    pub label: String,
    pub from: Date,
    /// Included.
    pub to: Date,
    /// By the index of its name in [`Calendar::dates`].
    pub dates: Vec<Option<Date>>,
}

/// One kind of date, over all periods.
#[derive(Clone, Debug)]
pub struct NamedDates {
    pub name: String,
    /// In order of time.
    pub days: Vec<Date>,
}

/// Which date of a period is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CalendarDate {
    Start,
    End,
    /// By its index in [`Calendar::dates`].
    Named(usize),
}

impl Calendar {
    /// The period that holds the day.
    pub fn period_on(&self, day: Date) -> Option<&NamedPeriod> {
        let after = self.periods.partition_point(|period| period.from <= day);
        self.periods.get(after.checked_sub(1)?).filter(|period| day <= period.to)
    }

    /// The first such date on or after `earliest`.
    pub fn next(&self, date: CalendarDate, earliest: Date) -> Option<Date> {
        let by = |of: fn(&NamedPeriod) -> Date| {
            let at = self.periods.partition_point(|period| of(period) < earliest);
            self.periods.get(at).map(of)
        };
        match date {
            CalendarDate::Start => by(|period| period.from),
            CalendarDate::End => by(|period| period.to),
            CalendarDate::Named(index) => {
                let days = &self.dates.get(index)?.days;
                days.get(days.partition_point(|day| *day < earliest)).copied()
            }
        }
    }
}

impl NamedPeriod {
    pub fn date(&self, date: CalendarDate) -> Option<Date> {
        match date {
            CalendarDate::Start => Some(self.from),
            CalendarDate::End => Some(self.to),
            CalendarDate::Named(index) => self.dates.get(index).copied().flatten(),
        }
    }
}
