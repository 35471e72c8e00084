//! Legal but suspicious: what a policy says that can never matter. Nothing here is an error.

mod conditions;
mod knowledge;
mod limits;
mod pay_lines;
mod tiers;
mod unused;

use super::{Let, Policy};
use crate::diagnostic::Diagnostic;
use crate::value::Number;

/// Every warning about the policy.
pub(super) fn lint(policy: &Policy) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    found.extend(unused::unused(policy));
    for award in &policy.awards {
        let known = conditions::check(policy, award, &mut found);
        found.extend(pay_lines::check(policy, award, known));
        found.extend(tiers::check(policy, award));
    }
    found.extend(limits::check(policy));
    found
}

/// The amount that the expression always is.
fn constant(policy: &Policy, expr: &super::Expr) -> Option<Number> {
    let let_at = |index: usize| -> Option<&Let> { policy.lets.get(index) };
    super::check::constants::amount(expr, &let_at)
}
