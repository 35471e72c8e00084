//! Pools as they were written, and what a pay line asks of one.

use super::{Expr, Name, Node, PeriodWord};
use crate::source::Span;
use crate::value::Rounding;

/// `pool "Growth" of $1,000,000 per school year for each campus` and its clauses.
#[derive(Clone, Debug, PartialEq)]
pub struct Pool {
    pub span: Span,
    pub name: Name,
    pub amount: Expr,
    pub period: Option<Node<PeriodWord>>,
    pub group: Option<Expr>,
    pub method: Option<Node<PoolMethod>>,
    /// `tiers "A", "B" and "C"`: awards, the earlier tier before the later.
    pub tiers: Option<Node<Vec<Vec<Name>>>>,
    pub freed: Option<Node<Freed>>,
    pub remainder: Option<Node<Remainder>>,
    pub employer_cost: Option<Node<EmployerCost>>,
    /// `held claims hold the pool`
    pub held_claims_hold_pool: Option<Span>,
    pub cites: Vec<Name>,
}

/// How a pool is divided.
#[derive(Clone, Debug, PartialEq)]
pub enum PoolMethod {
    /// `shares add up exactly, ties by lot`: largest remainder.
    Exactly { ties: Option<PoolTies> },
    /// `rate rounded down to the cent`
    Rate(Rounding),
    /// `first come, ties by lot, whole claims only`
    FirstCome { ties: Option<PoolTies>, last: LastClaim },
}

#[derive(Clone, Debug, PartialEq)]
pub enum PoolTies {
    /// `ties by ID`: the order of the employees' IDs.
    ById,
    By(Expr),
}

/// What the claim gets that is larger than what is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LastClaim {
    /// `the last is paid in part`
    InPart,
    /// `whole claims only`: it is passed over, and a later, smaller one may still fit.
    WholeOnly,
}

/// What becomes of the money that a cap on shares frees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freed {
    Stays,
    SharedAgain,
}

/// What becomes of the money that nobody gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remainder {
    Stays,
    CarriesToNextPeriod,
}

/// `employer cost 7.65 % inside`, `employer cost 7.65 % on top`
#[derive(Clone, Debug, PartialEq)]
pub struct EmployerCost {
    pub rate: Expr,
    pub place: CostPlace,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CostPlace {
    Inside,
    OnTop,
}

/// `share of "Growth" by fte, at most $3,500 after sharing`
#[derive(Clone, Debug, PartialEq)]
pub struct PoolClaim {
    pub span: Span,
    pub pool: Name,
    pub asks: Asks,
    pub cap: Option<(Expr, Option<CapBasis>)>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Asks {
    /// `equal share of "P"`
    EqualShare,
    /// `share of "P" by WEIGHT`
    Share(Expr),
    /// `up to $4,000 from "P"`
    UpTo(Expr),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CapBasis {
    BeforeSharing,
    AfterSharing,
}
