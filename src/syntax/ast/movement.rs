//! `move lane to …`: a field of the person takes another value.

use super::{Expr, Name};
use crate::source::Span;

/// `move FIELD to EXPR`, in an award.
#[derive(Clone, Debug, PartialEq)]
pub struct Move {
    pub span: Span,
    /// A field of the people's record.
    pub field: Name,
    pub to: Expr,
    /// `or stay`: where there is nothing to move to, the award goes on with the value as it is.
    pub or_stay: Option<Span>,
}

/// Which value of a moved field is meant, inside the award that moves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MovedSide {
    /// `old lane`
    Old,
    /// `new lane`
    New,
}
