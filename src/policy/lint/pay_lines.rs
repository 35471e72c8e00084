//! Pay lines that are never reached: an earlier line decides first, or the award's conditions exclude them.

use super::conditions;
use super::knowledge::{self, Knowledge};
use crate::diagnostic::Diagnostic;
use crate::policy::{Award, Constant, Expr, ExprKind, Pay, Policy};
use crate::source::{Place, Span};
use crate::syntax::ast::BinaryOp;

/// `known` is what the award's conditions say; none where they contradict each other already.
pub(super) fn check(policy: &Policy, award: &Award, known: Option<Knowledge>) -> Vec<Diagnostic> {
    let Some(known) = known else { return Vec::new() };
    let mut found = Vec::new();
    for (index, pay) in award.pays.iter().enumerate() {
        if let Some(earlier) = award.pays[..index].iter().find(|earlier| always(earlier)) {
            found.push(unreachable(pay, earlier.span, "this line decides whenever it is reached"));
            continue;
        }
        let (Some(when), mut here) = (&pay.when, known.clone()) else { continue };
        if let Some(warning) = conjuncts(when).into_iter().find_map(|part| conditions::contradiction(policy, &mut here, part)) {
            found.push(Diagnostic { code: "unreachable-pay-line", ..warning }.help("change the condition, or remove the line"));
        } else if let Some(earlier) = award.pays[..index].iter().find(|earlier| decides(policy, earlier, &here)) {
            found.push(unreachable(pay, earlier.span, "this line decides first whenever the later one could"));
        }
    }
    found
}

fn always(pay: &Pay) -> bool {
    match &pay.when {
        None => true,
        Some(when) => matches!(when.kind, ExprKind::Constant(Constant::YesNo(true))),
    }
}

/// Whether the line's `when` holds wherever everything in `known` does.
fn decides(policy: &Policy, pay: &Pay, known: &Knowledge) -> bool {
    let Some(when) = &pay.when else { return true };
    conjuncts(when).into_iter().all(|part| {
        let claim = knowledge::claim(policy, part);
        claim.is_some_and(|claim| known.of(claim.subject).is_some_and(|values| claim.values.covers(&values)))
    })
}

fn conjuncts(condition: &Expr) -> Vec<&Expr> {
    match &condition.kind {
        ExprKind::Binary(BinaryOp::And, left, right) => [conjuncts(left), conjuncts(right)].concat(),
        _ => vec![condition],
    }
}

fn unreachable(pay: &Pay, earlier: Span, words: &str) -> Diagnostic {
    Diagnostic::warning("unreachable-pay-line", Place::Policy(pay.span), "this line is never reached: an earlier one decides")
        .label(earlier, words)
        .help("the first `pay` line whose `when` holds decides: write the narrowest condition first, the line without `when` last")
}
