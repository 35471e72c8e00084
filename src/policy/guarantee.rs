//! Sentences that must hold for every run.

use super::{AwardId, Expr, Window};
use crate::source::Span;
use crate::syntax::ast::{GuaranteeBound, PayKind};

/// Index of a guarantee in [`Policy::guarantees`](super::Policy::guarantees).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GuaranteeId(pub u16);

#[derive(Clone, Debug)]
pub struct Guarantee {
    pub span: Span,
    pub says: Guaranteed,
    pub cites: Vec<String>,
}

#[derive(Clone, Debug)]
pub enum Guaranteed {
    /// The condition holds for every line that one of the awards paid.
    Lines {
        awards: Vec<AwardId>,
        condition: Expr,
    },
    Sums(GuaranteedSums),
}

/// What somebody receives in any window is at most, or at least, so much.
#[derive(Clone, Debug)]
pub struct GuaranteedSums {
    pub over: Over,
    pub bound: GuaranteeBound,
    pub measure: GuaranteeMeasure,
    /// Empty for all awards.
    pub awards: Vec<AwardId>,
    pub kind: Option<PayKind>,
    /// A period, a rolling window, or ever.
    pub window: Window,
    /// About the person.
    pub condition: Option<Expr>,
}

#[derive(Clone, Debug)]
pub enum GuaranteeMeasure {
    Money(Expr),
    /// Awards with an amount above zero that were not taken back in full.
    Awards(u32),
}

/// Whose awards count together.
#[derive(Clone, Debug)]
pub enum Over {
    Employee,
    Everybody,
    Group(Expr),
}
