//! Legal but suspicious: what a policy says that can never matter. Nothing here is an error.

mod conditions;
mod knowledge;
mod limits;
mod pay_lines;
mod tiers;
mod unused;

use super::{Expr, Policy};
use crate::diagnostic::Diagnostic;
use crate::value::Number;

/// A policy, and what its lets always are.
#[derive(Clone, Copy)]
struct Lint<'p> {
    policy: &'p Policy,
    amounts: &'p [Option<Number>],
}

/// Every warning about the policy; `amounts` says for each let what it always is.
pub(super) fn lint(policy: &Policy, amounts: &[Option<Number>]) -> Vec<Diagnostic> {
    let lint = Lint { policy, amounts };
    let mut found = unused::unused(policy);
    for award in &policy.awards {
        let known = lint.conditions(award, &mut found);
        found.extend(lint.pay_lines(award, known.as_ref()));
        found.extend(tiers::check(policy, award));
        found.extend(lint.limit_conditions(award, known.as_ref()));
    }
    found.extend(lint.limits());
    found
}

impl Lint<'_> {
    /// The amount that the expression always is.
    fn constant(&self, expr: &Expr) -> Option<Number> {
        super::check::constants::amount(expr, &|index| *self.amounts.get(index)?)
    }
}
