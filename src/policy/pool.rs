//! Pools: a fixed sum, and what pay lines ask of it.

use super::{AwardId, Expr, PeriodKind};
use crate::source::Span;
use crate::syntax::ast::{CapBasis, CostPlace, Freed, LastClaim, Remainder};
use crate::value::{Number, Rounding};

/// Index of a pool in [`Policy::pools`](super::Policy::pools).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PoolId(pub u16);

#[derive(Clone, Debug)]
pub struct Pool {
    pub name: String,
    pub span: Span,
    /// Read once for each period and group, at the first of those who claim.
    pub amount: Expr,
    pub period: Option<PeriodKind>,
    pub method: PoolMethod,
    /// Awards by tier; empty where all claims are served together.
    pub tiers: Vec<Vec<AwardId>>,
    pub freed: Freed,
    pub remainder: Remainder,
    pub employer_cost: Option<(Number, CostPlace)>,
    pub held_claims_hold_pool: bool,
    pub cites: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PoolMethod {
    Exactly,
    Rate(Rounding),
    FirstCome(LastClaim),
}

/// What a pay line asks of a pool. Group and tie-break are the pool's, read at the award's row.
#[derive(Clone, Debug)]
pub struct Claim {
    pub span: Span,
    pub pool: PoolId,
    pub asks: Asks,
    pub cap: Option<(Expr, CapBasis)>,
    pub group: Option<Expr>,
    /// None for the order of IDs.
    pub ties: Option<Expr>,
}

#[derive(Clone, Debug)]
pub enum Asks {
    EqualShare,
    Share(Expr),
    UpTo(Expr),
}

impl Claim {
    /// What is read at the row.
    pub fn parts(&self) -> impl Iterator<Item = &Expr> {
        let asked = match &self.asks {
            Asks::EqualShare => None,
            Asks::Share(value) | Asks::UpTo(value) => Some(value),
        };
        [asked, self.cap.as_ref().map(|(cap, _)| cap), self.group.as_ref(), self.ties.as_ref()].into_iter().flatten()
    }
}

impl Pool {
    /// The tier of an award, from 0.
    pub fn tier_of(&self, award: AwardId) -> usize {
        self.tiers.iter().position(|tier| tier.contains(&award)).unwrap_or(0)
    }
}
