//! What can be computed with: exact numbers, dates, periods, and the values a policy handles.

pub mod date;
pub mod number;
pub mod period;

pub use date::{Date, DateFault, Duration, MonthEnd};
pub use number::{Number, NumberFault, Rounding, RoundingMode};
pub use period::{Period, YearStart};

/// One value during a run. Text is borrowed from the policy or from the data.
///
/// Missing, zero and not applicable are three different things: missing was not supplied, zero was,
/// and not applicable (an `n/a` cell) says that the question does not arise.
#[derive(Clone, Copy, Debug, PartialEq)]
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
    Date(Date),
    Duration(Duration),
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
