//! Money in several payments, as it was written.

use super::{Expr, Node};
use crate::source::Span;
use crate::value::{Duration, Number};

/// `paid in 3 instalments on D1, D2, D3, remainder in the last`
#[derive(Clone, Debug, PartialEq)]
pub struct Instalments {
    pub span: Span,
    pub count: Node<Number>,
    pub days: InstalmentDays<Expr>,
    pub remainder: Option<RestIn>,
}

/// When instalments are paid.
#[derive(Clone, Debug, PartialEq)]
pub enum InstalmentDays<E> {
    On(Vec<E>),
    /// `monthly instalments from D`
    Monthly(E),
}

/// Which instalment takes the cents that do not divide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RestIn {
    Last,
    First,
}

/// `yearly for 5 years, fixed`, `monthly until expires, recalculated`
#[derive(Clone, Debug, PartialEq)]
pub struct Recurs {
    pub span: Span,
    pub every: Every,
    pub end: Option<RecursEnd<Expr>>,
    pub amount: Option<RecursAmount>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Every {
    Month,
    Year,
}

#[derive(Clone, Debug, PartialEq)]
pub enum RecursEnd<E> {
    For(Duration),
    /// The last day, included.
    Until {
        last: E,
        /// A missing day is no end.
        if_known: bool,
    },
}

/// What a payment after the first comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecursAmount {
    /// What is read as of the effective date is read as of the first.
    Fixed,
    Recalculated,
}
