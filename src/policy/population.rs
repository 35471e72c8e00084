//! Values over everybody: computed once, before anybody's queue, from facts alone.

use super::{Expr, RecordId};
use crate::source::Span;
use crate::syntax::ast::{AggregateKind, RankOrder};
use crate::value::Type;

/// Index of a population value in [`Policy::populations`](super::Policy::populations); what it needs comes before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PopulationId(pub u16);

/// One aggregate of a let `for everybody` or `for each GROUP`. Its expressions are read at each row of the record, as in
/// an award for that row; the people's record has one row for each person.
#[derive(Clone, Debug)]
pub struct Population {
    pub span: Span,
    pub measure: Measure,
    pub record: RecordId,
    pub condition: Option<Expr>,
    /// Rows with a missing value are passed over.
    pub of_known: bool,
    /// What the rows of one group have in common; none for everybody.
    pub group: Option<Expr>,
    pub ty: Type,
}

/// What is made of the rows.
#[derive(Clone, Debug)]
pub enum Measure {
    Aggregate {
        kind: AggregateKind,
        value: Option<Expr>,
    },
    /// The place of each row's value among all of them, from 1.
    Rank {
        value: Expr,
        order: RankOrder,
        /// The lowest first; none where equal values share the better place.
        ties: Option<Expr>,
    },
}

impl Population {
    /// What is read at each row.
    pub fn parts(&self) -> impl Iterator<Item = &Expr> {
        let (value, ties) = match &self.measure {
            Measure::Aggregate { value, .. } => (value.as_ref(), None),
            Measure::Rank { value, ties, .. } => (Some(value), ties.as_ref()),
        };
        [self.condition.as_ref(), value, ties, self.group.as_ref()].into_iter().flatten()
    }
}
