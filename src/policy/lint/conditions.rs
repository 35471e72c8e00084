//! Awards that can never pay, because what their conditions ask for contradicts itself.

use super::Lint;
use super::knowledge::{self, Claim, Edge, Knowledge, Subject, Values};
use crate::diagnostic::Diagnostic;
use crate::policy::{Award, Constant, Expr, ExprKind, FieldRole, Policy, Scope};
use crate::source::{Place, Span};

impl Lint<'_> {
    /// Warns of the first contradiction, and returns what the conditions say of the values they name.
    pub(super) fn conditions(&self, award: &Award, found: &mut Vec<Diagnostic>) -> Option<Knowledge> {
        let mut known = self.in_force(award);
        if let Some(warning) = self.out_of_force(award) {
            found.push(warning);
            return None;
        }
        for condition in &award.conditions {
            if let Some(warning) = self.contradiction(&mut known, condition) {
                found.push(warning.help(format!("change one of them; as written, `{}` pays nobody", award.name)));
                return None;
            }
        }
        Some(known)
    }

    /// What the policy's own dates say of the field that is the effective date.
    fn in_force(&self, award: &Award) -> Knowledge {
        let values = in_force(self.policy);
        let subjects = [knowledge::subject(&award.effective), Some(Subject::EffectiveDate)];
        let claims = subjects.into_iter().flatten().map(|subject| Claim { subject, span: award.effective.span, values: values.clone() });
        Knowledge { claims: claims.collect() }
    }

    /// An effective date that is written out, and on which the policy does not hold.
    fn out_of_force(&self, award: &Award) -> Option<Diagnostic> {
        let ExprKind::Constant(Constant::Date(date)) = award.effective.kind else { return None };
        let day = Some(Edge::at(knowledge::day(date)));
        if !in_force(self.policy).and(&Values::Between { low: day, high: day }).is_empty() {
            return None;
        }
        let message = format!("`{}` takes effect on {date}, and the policy holds from {}", award.name, dates(self.policy));
        Some(Diagnostic::warning("never-pays", Place::Policy(award.effective.span), message).help("write a day on which the policy holds"))
    }

    /// Adds the condition to what is known; a warning where nothing can satisfy both.
    pub(super) fn contradiction(&self, known: &mut Knowledge, condition: &Expr) -> Option<Diagnostic> {
        if let Some(warning) = never_missing(self.policy, condition) {
            return Some(warning);
        }
        if let ExprKind::Constant(Constant::YesNo(false)) = condition.kind {
            return Some(Diagnostic::warning("never-pays", Place::Policy(condition.span), "this condition is always no"));
        }
        let claim = self.claim(condition)?;
        if claim.values.is_empty() {
            return Some(Diagnostic::warning("never-pays", Place::Policy(condition.span), "no value satisfies this condition"));
        }
        if let Some(earlier) = known.against(&claim) {
            return Some(both(self.policy, condition.span, earlier));
        }
        known.claims.push(claim);
        None
    }
}

/// The days on which awards may take effect.
fn in_force(policy: &Policy) -> Values {
    let edge = |date| Edge::at(knowledge::day(date));
    Values::Between { low: Some(edge(policy.effective.from)), high: policy.effective.to.map(edge) }
}

fn both(policy: &Policy, span: Span, earlier: &Claim) -> Diagnostic {
    let (this, other) = (policy.source.slice(span), policy.source.slice(earlier.span));
    let message = if is_condition(earlier, policy) {
        format!("`{this}` and `{other}` are never true together")
    } else {
        format!("`{this}` lies outside the policy's own dates, from {}", dates(policy))
    };
    Diagnostic::warning("never-pays", Place::Policy(span), message).label(earlier.span, "the other one")
}

fn dates(policy: &Policy) -> String {
    let range = policy.effective;
    range.to.map_or_else(|| format!("{} on", range.from), |to| format!("{} to {to}", range.from))
}

/// Whether the claim was written as a condition, and does not come from the policy's dates.
fn is_condition(claim: &Claim, policy: &Policy) -> bool {
    !policy.awards.iter().any(|award| award.effective.span == claim.span)
}

/// `x is missing` where rows without x are rejected before any award looks at them.
fn never_missing(policy: &Policy, condition: &Expr) -> Option<Diagnostic> {
    let ExprKind::IsMissing(inner) = &condition.kind else { return None };
    let ExprKind::Field { scope: Scope::Event | Scope::Person, record, field } = inner.kind else { return None };
    let declared = policy.record(record).field(field);
    if declared.optional || declared.role == FieldRole::Person {
        return None;
    }
    let message = format!("`{}` is never missing: rows without it are rejected", declared.name);
    Some(Diagnostic::warning("never-pays", Place::Policy(condition.span), message).label(declared.span, "declared without `optional`"))
}
