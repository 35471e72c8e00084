//! Calendars as they were written, and the words that count by them.

use super::{DateRange, Name, Node};
use crate::source::Span;
use crate::value::{Date, YearStart};

/// `calendar semester` and its lines.
#[derive(Clone, Debug, PartialEq)]
pub struct Calendar {
    pub span: Span,
    pub name: Name,
    pub periods: Vec<CalendarLine>,
}

/// `"cycle 1" every year from August 1 to September 15, effective next November 1, paid next November 15`
#[derive(Clone, Debug, PartialEq)]
pub struct CalendarLine {
    pub label: Name,
    pub when: Node<LineSpan>,
    pub dates: Vec<LineDate>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineSpan {
    /// `from D to D`, `on D`
    Dates(DateRange),
    /// `every year from August 1 to September 15`, `every year on July 4`; both days are included
    EveryYear(YearStart, YearStart),
}

/// `effective next November 1`: a further date of the line.
#[derive(Clone, Debug, PartialEq)]
pub struct LineDate {
    pub name: Name,
    pub day: Node<LineDay>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineDay {
    On(Date),
    /// The first after the line's last day.
    Next(YearStart),
    /// The latest on or before the line's last day.
    Last(YearStart),
}

/// Which of a calendar's dates `filing.effective of D` and `next filing.paid after D` want.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CalendarSide {
    /// That of the period that holds the day.
    Holding,
    /// The first on or after the day.
    NextOnOrAfter,
    NextAfter,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkingDay {
    /// `2 working days after D`
    After(u32),
    Before(u32),
    /// `first working day on or after D`
    FirstOnOrAfter,
    /// `last working day on or before D`
    LastOnOrBefore,
    /// `last working day of month of D`
    LastOfMonth,
}
