//! What the reference evaluator looks at: plain values in plain rows, and what it decides.

use std::collections::BTreeMap;
use std::fmt;

use super::days::Day;
use super::ratio::Ratio;

/// One value. Numbers, percents and money are one thing here: the checker keeps them apart, not the reference.
#[derive(Clone, Debug, PartialEq)]
pub enum Val {
    /// Not supplied.
    Missing,
    /// Cannot be told: a date in no period, a day that does not exist, a division by zero.
    Unknown,
    /// `n/a` in a table, or nothing beyond its end.
    NotApplicable,
    YesNo(bool),
    Num(Ratio),
    Text(String),
    Date(Day),
    Span {
        months: i64,
        days: i64,
    },
}

/// One row: field name to value. A field that is not there is missing.
pub type Row = BTreeMap<String, Val>;

/// The rows of one person by record name, in the order of the file.
#[derive(Clone, Debug, Default)]
pub struct Person {
    /// Row number in the record's table, and the row.
    pub rows: BTreeMap<String, Vec<(usize, Row)>>,
    pub paid: Vec<PaidBefore>,
    /// The records of the rows that were rejected, once for each; `paid` for lines of an earlier run.
    pub rejected: Vec<String>,
}

/// A line of an earlier run.
#[derive(Clone, Debug)]
pub struct PaidBefore {
    pub award: String,
    pub kind: &'static str,
    pub amount: Ratio,
    pub effective: Day,
    pub record: String,
    /// Award, record key and effective date of what it took back.
    pub reverses: Option<(String, String, Day)>,
}

/// What an award looked at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Record name and row number.
    Event(String, usize),
    /// First day of the period.
    Period(Day),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Became {
    Paid,
    Credited,
    /// In a set.
    Counted,
    Reduced,
    Carried,
    Waiting,
    Repeated,
    NotChosen,
    NotEligible,
    AlreadyPaid,
    Held,
}

#[derive(Clone, Debug)]
pub struct Decided {
    /// Position of the award among the policy's awards.
    pub award: usize,
    pub origin: Origin,
    pub became: Became,
    /// The condition that decided, where one did.
    pub condition: Option<usize>,
    /// For people.
    pub why: String,
    pub amount: Ratio,
    pub provisional: bool,
    /// Its amount is a share of a pool.
    pub is_share: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Paid {
    pub award: usize,
    pub origin: Origin,
    /// `base salary`, `stipend`, `recovery`, `move` or `role`.
    pub kind: &'static str,
    pub amount: Ratio,
    pub effective: Day,
    pub pay_date: Option<Day>,
}

/// Everything that was decided about one person.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    pub decided: Vec<Decided>,
    pub lines: Vec<Paid>,
    /// What moved, in words.
    pub moves: Vec<String>,
    /// The closing balances, credit by credit, in words.
    pub credits: Vec<String>,
    /// How the sets stand on the as-of date, in words.
    pub sets: Vec<String>,
    /// What is asked of the pools.
    pub claims: super::pools::Claims,
    /// What is asked of the limits over several people.
    pub asked: super::together::AskedOfAll,
}

impl Val {
    pub fn is_known(&self) -> bool {
        !matches!(self, Val::Missing | Val::Unknown | Val::NotApplicable)
    }

    pub fn date(&self) -> Option<Day> {
        match self {
            Val::Date(day) => Some(*day),
            _ => None,
        }
    }

    pub fn num(&self) -> Option<Ratio> {
        match self {
            Val::Num(number) => Some(*number),
            _ => None,
        }
    }
}

/// As in a record key.
impl fmt::Display for Val {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Val::Missing => write!(f, "missing"),
            Val::Unknown => write!(f, "unknown"),
            Val::NotApplicable => write!(f, "n/a"),
            Val::YesNo(true) => write!(f, "yes"),
            Val::YesNo(false) => write!(f, "no"),
            Val::Num(number) => write!(f, "{number}"),
            Val::Text(text) => write!(f, "{text}"),
            Val::Date(day) => write!(f, "{day}"),
            Val::Span { months, days } => write!(f, "{months} months {days} days"),
        }
    }
}
