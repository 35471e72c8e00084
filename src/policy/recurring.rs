//! Money in several payments: one award in instalments, and awards that come again.

use super::Expr;
use crate::source::Span;
use crate::syntax::ast::{Every, InstalmentDays, RecursAmount, RecursEnd, RestIn};

/// Several lines whose cents add up to the award.
#[derive(Clone, Debug)]
pub struct Instalments {
    pub span: Span,
    pub count: u32,
    pub days: InstalmentDays<Expr>,
    pub remainder: RestIn,
}

/// One candidate for each payment, from the effective date on.
#[derive(Clone, Debug)]
pub struct Recurs {
    pub span: Span,
    pub every: Every,
    pub end: Option<RecursEnd<Expr>>,
    pub amount: RecursAmount,
}

impl Instalments {
    pub fn days(&self) -> &[Expr] {
        match &self.days {
            InstalmentDays::On(days) => days,
            InstalmentDays::Monthly(first) => std::slice::from_ref(first),
        }
    }
}

impl Recurs {
    /// The declared last day.
    pub fn until(&self) -> Option<&Expr> {
        match &self.end {
            Some(RecursEnd::Until { last, .. }) => Some(last),
            Some(RecursEnd::For(_)) | None => None,
        }
    }

    /// The months between two payments.
    pub fn months(&self) -> i32 {
        match self.every {
            Every::Month => 1,
            Every::Year => 12,
        }
    }
}
