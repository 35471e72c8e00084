//! Pay lines that are never reached: an earlier line decides first, or the award's conditions exclude them.

use super::Lint;
use super::knowledge::Knowledge;
use crate::diagnostic::Diagnostic;
use crate::policy::{Amount, Award, Constant, Expr, ExprKind, Pay};
use crate::source::{Place, Span};
use crate::syntax::ast::BinaryOp;

impl Lint<'_> {
    /// `known` is what the award's conditions say; none where they contradict each other already.
    pub(super) fn pay_lines(&self, award: &Award, known: Option<&Knowledge>) -> Vec<Diagnostic> {
        let Some(known) = known else { return Vec::new() };
        let lines = award.pays.iter().enumerate();
        lines
            .filter_map(|(index, pay)| self.unreached(pay, &award.pays[..index], known).or_else(|| self.pays_nothing(award, pay)))
            .collect()
    }

    fn unreached(&self, pay: &Pay, earlier: &[Pay], known: &Knowledge) -> Option<Diagnostic> {
        if let Some(earlier) = earlier.iter().find(|earlier| always(earlier)) {
            return Some(unreachable(pay, earlier.span, "this line decides whenever it is reached"));
        }
        let (when, mut here) = (pay.when.as_ref()?, known.clone());
        if let Some(warning) = conjuncts(when).into_iter().find_map(|part| self.contradiction(&mut here, part)) {
            return Some(Diagnostic { code: "unreachable-pay-line", ..warning }.help("change the condition, or remove the line"));
        }
        let earlier = earlier.iter().find(|earlier| self.decides(earlier, &here))?;
        Some(unreachable(pay, earlier.span, "this line decides first whenever the later one could"))
    }

    /// Whether the line's `when` holds wherever everything in `known` does.
    fn decides(&self, pay: &Pay, known: &Knowledge) -> bool {
        let Some(when) = &pay.when else { return true };
        conjuncts(when).into_iter().all(|part| {
            let claim = self.claim(part);
            claim.is_some_and(|claim| known.of(claim.subject).is_some_and(|values| claim.values.covers(&values)))
        })
    }

    fn pays_nothing(&self, award: &Award, pay: &Pay) -> Option<Diagnostic> {
        let Amount::Plain(amount) = &pay.amount else { return None };
        if !award.moves.is_empty() || !award.grants.is_empty() || award.counts_in.is_some() {
            return None;
        }
        let constant = self.constant(amount).filter(|amount| !amount.is_positive())?;
        if constant.is_zero() && !award.spends.is_empty() {
            return Some(spends_nothing(amount.span));
        }
        let (message, help) = if constant.is_zero() {
            ("this line pays nothing", "write an amount, or exclude these rows with a condition")
        } else {
            ("an amount below zero is never paid", "write it positive, `as recovery`")
        };
        Some(Diagnostic::warning("pay-of-nothing", Place::Policy(amount.span), message).help(help))
    }
}

/// An award that is not paid spends nothing (decision 0017), so the units would stay: no warning, an error.
fn spends_nothing(amount: Span) -> Diagnostic {
    let message = "an award that pays nothing spends nothing, so these units would stay";
    Diagnostic::error("spend-of-nothing", Place::Policy(amount), message)
        .help("write an amount; where only units are taken, say what stands for them: `grants \"Day taken\"`")
}

fn always(pay: &Pay) -> bool {
    match &pay.when {
        None => true,
        Some(when) => matches!(when.kind, ExprKind::Constant(Constant::YesNo(true))),
    }
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
