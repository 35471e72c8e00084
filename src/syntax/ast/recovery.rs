//! Taking back what another award paid, as it was written.

use super::{Expr, Name};
use crate::source::Span;

/// `recover 75 % of "Reimbursement" for course_id when …`, in an award.
#[derive(Clone, Debug, PartialEq)]
pub struct Recover {
    pub span: Span,
    pub share: RecoverShare,
    /// `every "A"`: whatever the award paid to the person.
    pub every: Option<Span>,
    pub awards: Vec<Name>,
    /// `for course_id`: the key under which the award paid; empty for the same row or period.
    pub keys: Vec<Expr>,
    /// `since D`: what took effect on or after the day; only with `every`.
    pub since: Option<Expr>,
    pub when: Option<Expr>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum RecoverShare {
    All,
    /// A share of what was paid, or an amount of money.
    Of(Expr),
}

/// `reopens the key and what waits`; neither for `reopens nothing`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reopens {
    pub key: bool,
    pub waiting: bool,
}
