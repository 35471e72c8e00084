//! Sentences that must hold for every run, as they were written.

use super::{Expr, LimitMeasure, Name, Node, PayKind, PeriodWord};
use crate::source::Span;
use crate::value::Duration;

/// `guarantee each employee receives at most $600 from "A" in any 1 year`, `guarantee every "A" has …`
#[derive(Clone, Debug, PartialEq)]
pub struct Guarantee {
    pub span: Span,
    pub says: Guaranteed,
    pub cites: Vec<Name>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Guaranteed {
    Lines { awards: Vec<Name>, condition: Expr },
    Sums(Box<GuaranteedSums>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct GuaranteedSums {
    pub over: GuaranteeOver,
    pub bound: GuaranteeBound,
    /// `N awards` or money.
    pub most: LimitMeasure,
    /// Empty for all awards.
    pub awards: Vec<Name>,
    pub kind: Option<Node<PayKind>>,
    pub window: Option<Node<GuaranteeWindow>>,
    pub condition: Option<Expr>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum GuaranteeOver {
    /// `everybody together`
    Everybody,
    /// `each employee`, or `each campus`
    Each(Expr),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuaranteeBound {
    AtMost,
    AtLeast,
}

#[derive(Clone, Debug, PartialEq)]
pub enum GuaranteeWindow {
    /// `in any fiscal year`
    Period(PeriodWord),
    /// `in any 1 year`: any stretch that long
    Rolling(Duration),
    Ever,
}

impl Guarantee {
    /// The awards that it names; none for all.
    pub fn awards(&self) -> &[Name] {
        match &self.says {
            Guaranteed::Lines { awards, .. } => awards,
            Guaranteed::Sums(sums) => &sums.awards,
        }
    }
}
