//! What can be computed with: exact numbers, dates, periods, and the values a policy handles.

pub mod block;
pub mod date;
pub mod digits;
pub mod number;
pub mod period;

use std::fmt;

pub use date::{Date, DateFault, Duration, MonthEnd};
pub use number::{Number, NumberFault, Rounding, RoundingMode, Small};
pub use period::{Period, PeriodLabel, YearStart};

/// One value during a run. Text is borrowed from the policy or from the data.
///
/// Missing, zero and not applicable are three different things: missing was not supplied, zero was,
/// and not applicable (an `n/a` cell) says that the question does not arise.
// the mark is a whole machine word: with a byte, and seven that mean nothing, a value is copied from its second byte on, across words
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
#[repr(u64)]
pub enum Value<'a> {
    Missing,
    NotApplicable,
    YesNo(bool),
    /// Integers and decimals.
    Number(Number),
    /// 0.05 is five percent.
    Percent(Number),
    /// Dollars.
    Money(Number),
    /// Text, and the words of an enumeration.
    Text(&'a str),
    /// The name of a fiscal, school or calendar year or of a month; text to the policy.
    Label(PeriodLabel),
    Date(Date),
    Duration(Duration),
}

/// Plain and exact, as a key or a machine file needs it: no dollar sign, no separators, ISO dates.
impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Missing => Ok(()),
            Value::NotApplicable => f.write_str("n/a"),
            Value::YesNo(true) => f.write_str("yes"),
            Value::YesNo(false) => f.write_str("no"),
            Value::Number(number) | Value::Percent(number) | Value::Money(number) => number.fmt(f),
            Value::Text(text) => f.write_str(text),
            Value::Label(label) => label.fmt(f),
            Value::Date(date) => date.fmt(f),
            Value::Duration(duration) => duration.fmt(f),
        }
    }
}

/// What a value is before anything runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Type {
    YesNo,
    Integer,
    Number,
    Percent,
    Money,
    Text,
    /// A word of the enumeration that this field declares.
    Choice(ChoiceId),
    Date,
    Duration,
}

/// An enumeration: the `one of …` of a field, numbered in the order of declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChoiceId(pub u16);
