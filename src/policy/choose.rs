//! Choices between awards: which of those that compete is paid.

use super::{AwardId, Expr, Window};
use crate::source::Span;
use crate::syntax::ast::{ChoiceTies, Compare};

/// Index of a choice in [`super::Policy::chooses`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChooseId(pub u16);

/// `choose`: of the candidates that compete, one is paid.
#[derive(Clone, Debug)]
pub struct Choose {
    pub span: Span,
    /// In the order named.
    pub awards: Vec<AwardId>,
    pub by: ChooseBy,
    pub compete: Compete,
    pub cites: Vec<String>,
}

#[derive(Clone, Debug)]
pub enum ChooseBy {
    Highest { compare: Compare, ties: ChoiceTies },
    FirstNamed,
    Earliest,
    Elected { by: Expr, fallback: Option<AwardId> },
}

/// What competes with what.
#[derive(Clone, Debug)]
pub enum Compete {
    /// Whatever has the same keys and is placed in the same period.
    Within { keys: Vec<Expr>, window: Window },
    /// Whatever takes effect on the same day.
    EachDate,
}
