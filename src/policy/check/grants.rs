//! `grants` and `wait`: what an award gives besides money, and how long after the one before it may come.

use super::context::Context;
use super::{Checker, at};
use crate::diagnostic::Diagnostic;
use crate::policy::{Grant, Wait};
use crate::syntax::ast;

impl Checker<'_> {
    pub(super) fn grants(&mut self, context: &mut Context, written: &[ast::Grant]) -> Option<Vec<Grant>> {
        let mut grants = Vec::new();
        for (index, grant) in written.iter().enumerate() {
            if let Some(first) = written.iter().take(index).find(|first| first.role.kind == grant.role.kind) {
                let message = format!("the award grants `{}` twice", grant.role.kind);
                let twice = Diagnostic::error("clause-twice", at(grant.span), message).label(first.span, "the first");
                self.report(twice.help("keep one of the two lines"));
            }
            let until = grant.until.as_ref().map(|until| {
                let until = self.expr(context, until);
                self.date(until, "the last day of a role")
            });
            grants.push(super::sets::all_or_none(until).map(|until| Grant {
                span: grant.span,
                role: grant.role.kind.clone(),
                until,
                if_known: grant.if_known,
            }));
        }
        grants.into_iter().collect()
    }

    pub(super) fn wait(&mut self, wait: &ast::Wait) -> Wait {
        self.month_additions.extend(wait.times.iter().filter(|time| time.kind.months != 0).map(|time| time.span));
        Wait { span: wait.span, times: wait.times.iter().map(|time| time.kind).collect() }
    }
}
