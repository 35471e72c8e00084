//! What an award takes back of what others paid.

use super::{AwardId, Expr};
use crate::source::Span;

/// One `recover` line.
#[derive(Clone, Debug)]
pub struct Recover {
    pub span: Span,
    pub share: RecoverShare,
    pub awards: Vec<AwardId>,
    pub which: Recovered,
    pub when: Option<Expr>,
}

#[derive(Clone, Debug)]
pub enum RecoverShare {
    All,
    /// A number or a percentage of what was paid.
    Part(Expr),
    /// So much money, whatever was paid.
    Money(Expr),
}

/// Which payments of the awards are meant.
#[derive(Clone, Debug)]
pub enum Recovered {
    /// What was paid for the same row, or for the same period.
    SameRow,
    /// What was paid under this key of the awards' `once`.
    Key(Vec<Expr>),
    /// Whatever was paid to the person, with an effective date on or after the day.
    Every { since: Option<Expr> },
}

impl Recover {
    /// What is read at the row.
    pub fn parts(&self) -> impl Iterator<Item = &Expr> {
        let share = match &self.share {
            RecoverShare::All => None,
            RecoverShare::Part(share) | RecoverShare::Money(share) => Some(share),
        };
        let (keys, since): (&[Expr], Option<&Expr>) = match &self.which {
            Recovered::SameRow => (&[], None),
            Recovered::Key(keys) => (keys, None),
            Recovered::Every { since } => (&[], since.as_ref()),
        };
        share.into_iter().chain(keys).chain(since).chain(&self.when)
    }
}
