//! Which of a person's rows an aggregate looks at, and how far it counts them.

use super::{Expr, Node};
use crate::value::Number;

/// `latest 3 evaluation by dated where …`: the rows at one end of an order.
#[derive(Clone, Debug, PartialEq)]
pub struct Picked {
    pub side: PickedSide,
    /// How many; one where none is written.
    pub count: Option<Node<Number>>,
    pub by: Expr,
    pub condition: Option<Expr>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PickedSide {
    First,
    Latest,
}

/// What keeps an aggregate from counting everything.
#[derive(Clone, Debug, PartialEq)]
pub enum AggregateBound {
    /// `sum of …, at most 2 per calendar year of earned`: of each key no more than this is added up.
    AtMost { most: Expr, per: Expr },
    /// `consecutive year of … through 2012`: the last of the numbers in a row.
    Through(Expr),
}
