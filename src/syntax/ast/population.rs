//! Values over everybody as they were written: whose rows a let counts, and a place among them.

use super::{Expr, Name};

/// Whose rows the aggregates of a let look at.
#[derive(Clone, Debug, PartialEq)]
pub enum Over {
    /// The rows of the person at hand.
    Person,
    /// `for everybody`
    Everybody,
    /// `for each school`: the rows of everybody with the same value.
    Group(Expr),
}

/// `rank of growth among employee where grade is 3, highest first, ties share`
#[derive(Clone, Debug, PartialEq)]
pub struct Rank {
    pub value: Expr,
    pub record: Name,
    pub condition: Option<Expr>,
    /// `among known`: rows with a missing value are passed over.
    pub of_known: bool,
    pub order: RankOrder,
    /// `ties by EXPR`, the lowest first; none for `ties share`.
    pub ties: Option<Expr>,
}

/// Which end of the values has rank 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RankOrder {
    HighestFirst,
    LowestFirst,
}
