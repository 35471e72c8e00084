//! What an award has to do with others, as it was written.

use super::{Expr, Name, Node, Once, PeriodWord};
use crate::source::Span;

/// `needs "OTHER" in the same school year`: eligible only where the other was posted with an amount above zero.
#[derive(Clone, Debug, PartialEq)]
pub struct Needs {
    pub span: Span,
    pub award: Name,
    pub period: Option<Node<PeriodWord>>,
}

/// `choose highest of "A", "B"` and its clauses. A clause that is not written is `None`.
#[derive(Clone, Debug, PartialEq)]
pub struct Choose {
    pub span: Span,
    pub by: Node<ChosenBy>,
    pub awards: Vec<Name>,
    /// `per course_id per school year`: what competes with what.
    pub per: Option<Once>,
    /// `at each date`
    pub each_date: Option<Span>,
    pub compare: Option<Node<Compare>>,
    pub ties: Option<Node<ChoiceTies>>,
    pub elected: Option<Expr>,
    pub fallback: Option<Name>,
    pub cites: Vec<Name>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChosenBy {
    Highest,
    /// The award that is named first, of those that qualify.
    FirstNamed,
    /// The first in the person's queue.
    Earliest,
    Elected,
}

/// What `highest` compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    BeforeProration,
    AfterProration,
    /// The amount before proration, for a whole year.
    AnnualRate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChoiceTies {
    FirstNamed,
    Earliest,
}
