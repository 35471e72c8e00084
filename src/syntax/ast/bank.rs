//! `bank`: units that people earn, keep and spend.

use super::{Expr, Name, Node, Once, PeriodWord};
use crate::source::Span;
use crate::value::{Duration, Number};

/// `bank "Contact units" for each activity` and its clauses.
#[derive(Clone, Debug, PartialEq)]
pub struct Bank {
    pub span: Span,
    pub name: Name,
    pub each: Name,
    pub period: Option<Node<PeriodWord>>,
    pub conditions: Vec<Expr>,
    pub once: Option<Once>,
    /// `earn minutes / 180`
    pub earn: Option<Expr>,
    /// `credited on completed`
    pub credited: Option<Expr>,
    /// `for each course`: further rows that earn, each with its own conditions
    pub more: Vec<BankSource>,
    /// `at most limits[kind] units per kind per spending`
    pub most: Option<BankBound>,
    /// `at least least[kind] units per kind per spending`
    pub least: Option<BankBound>,
    /// `balance at most 1250`
    pub balance: Option<Expr>,
    pub surplus: Option<Node<Surplus>>,
    /// `expires after 5 years`
    pub expires: Option<Node<Duration>>,
    pub cites: Vec<Name>,
}

/// Rows of another record that earn into the same bank.
#[derive(Clone, Debug, PartialEq)]
pub struct BankSource {
    pub span: Span,
    pub each: Name,
    pub period: Option<Node<PeriodWord>>,
    pub conditions: Vec<Expr>,
    pub once: Option<Once>,
    pub earn: Option<Expr>,
    pub credited: Option<Expr>,
}

/// How many units of one category a spending may or must take.
#[derive(Clone, Debug, PartialEq)]
pub struct BankBound {
    pub span: Span,
    pub units: Expr,
    /// The field that says which category a row's units are of.
    pub category: Name,
}

/// What becomes of the units that a spending leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surplus {
    /// `surplus carries`
    Carries,
    /// `surplus carries up to 4 units`
    CarriesUpTo(Number),
    /// `surplus is lost`
    Lost,
}

/// `spend 225 units of "Contact units"`, in an award.
#[derive(Clone, Debug, PartialEq)]
pub struct Spend {
    pub span: Span,
    pub units: Expr,
    pub bank: Name,
}

/// What an expression asks of a bank.
#[derive(Clone, Debug, PartialEq)]
pub enum BankReading {
    /// `balance of "Contact units"`
    Balance,
    /// `earned in "Contact units"`: over all time, spent or not
    Earned,
    /// `date "Contact units" reached 225`: the day on which so much was earned
    DateReached(Box<Expr>),
}
