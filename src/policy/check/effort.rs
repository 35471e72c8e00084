//! How much work a value is once its lets are written out: bounded, so that no policy can run for ever or exhaust the stack.

use super::{Checker, at};
use crate::diagnostic::Diagnostic;
use crate::policy::walk::each_child;
use crate::policy::{Expr, ExprKind, Let, LetBody};
use crate::syntax::ast::Name;

/// The most steps of one value, its lets written out.
const STEPS_MAX: u64 = 10_000;
/// The most levels of one value, its lets written out.
const LEVELS_MAX: u64 = 200;

/// What evaluating a value once takes at most, the rows of aggregates aside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Effort {
    steps: u64,
    levels: u64,
}

impl Effort {
    /// One part beside another: their steps add up.
    fn beside(self, other: Effort) -> Effort {
        Effort { steps: self.steps.saturating_add(other.steps), levels: self.levels.max(other.levels) }
    }

    /// What holds these parts: one step and one level more.
    fn around(self) -> Effort {
        Effort { steps: self.steps.saturating_add(1), levels: self.levels.saturating_add(1) }
    }
}

impl Checker<'_> {
    /// The effort of a let; reported where it is too much.
    pub(super) fn let_effort(&mut self, name: &Name, body: &Let) -> Option<Effort> {
        let effort = match &body.body {
            LetBody::Plain(value) => self.effort(value),
            LetBody::Dated { by, cases } => cases.iter().map(|(_, value)| self.effort(value)).fold(self.effort(by), Effort::beside),
        };
        let effort = effort.around();
        if effort.steps <= STEPS_MAX && effort.levels <= LEVELS_MAX {
            return Some(effort);
        }
        let message = if effort.steps > STEPS_MAX {
            format!("`{}` takes {} steps each time it is used, and at most {STEPS_MAX} fit", name.kind, effort.steps)
        } else {
            format!("`{}` goes through {} values in values, and at most {LEVELS_MAX} fit", name.kind, effort.levels)
        };
        let help = "use fewer lets within lets, or name the one that is used many times only once";
        self.report(Diagnostic::error("too-many", at(name.span), message).help(help));
        None
    }

    fn effort(&self, expr: &Expr) -> Effort {
        if let ExprKind::Let(id) = expr.kind {
            return self.lets.get(usize::from(id.0)).map(|entry| entry.effort).unwrap_or_default().around();
        }
        let mut parts = Effort::default();
        if let ExprKind::Population { id, .. } = &expr.kind {
            let population = self.populations.get(usize::from(id.0));
            population.iter().flat_map(|population| population.parts()).for_each(|part| parts = parts.beside(self.effort(part)));
        }
        each_child(expr, &mut |part| parts = parts.beside(self.effort(part)));
        parts.around()
    }
}
