//! Aggregates: one value from the person's rows of a record.

use super::context::{Context, Counting};
use super::{Checker, at, types};
use crate::diagnostic::Diagnostic;
use crate::policy::{Expr, ExprKind};
use crate::source::Span;
use crate::syntax::ast::{self, AggregateKind, ExprKind as Written};
use crate::value::Type;

impl Checker<'_> {
    pub(super) fn aggregate(&mut self, context: &mut Context, written: &ast::Expr) -> Option<(ExprKind, Type)> {
        let Written::Aggregate { kind, value, record, condition, of_known } = &written.kind else { return None };
        if context.aggregated.is_some() {
            self.report(nested(written.span));
            return None;
        }
        let record = self.known_record(record)?;
        // a look-up has the same rows for everybody
        if context.counting == Counting::Everybody && !self.is_look_up(record) {
            return self.population(context, written);
        }
        let mut inside = Context { aggregated: Some(record), ..*context };
        let value = value.as_ref().map(|value| self.expr(&mut inside, value));
        let condition = condition.as_ref().map(|condition| {
            let condition = self.expr(&mut inside, condition);
            self.condition(condition)
        });
        context.event = inside.event;
        let ty = match &value {
            None => {
                if *kind == AggregateKind::Count {
                    Type::Integer
                } else {
                    Type::YesNo
                }
            }
            Some(value) => self.aggregated_type(*kind, value.as_ref()?)?,
        };
        let value = match value {
            Some(value) => Some(Box::new(value?)),
            None => None,
        };
        let condition = match condition {
            Some(condition) => Some(Box::new(condition?)),
            None => None,
        };
        Some((ExprKind::Aggregate { kind: *kind, value, record, condition, of_known: *of_known }, ty))
    }

    pub(super) fn aggregated_type(&mut self, kind: AggregateKind, value: &Expr) -> Option<Type> {
        let (fits, wanted) = match kind {
            AggregateKind::Count | AggregateKind::Any | AggregateKind::Every => (true, ""),
            AggregateKind::Sum => (types::is_amount(value.ty), "`sum of` adds amounts"),
            AggregateKind::First | AggregateKind::Latest => {
                (types::is_amount(value.ty) || value.ty == Type::Date, "`first` and `latest` compare dates or amounts")
            }
        };
        if fits {
            return Some(match kind {
                AggregateKind::Count => Type::Integer,
                AggregateKind::Any | AggregateKind::Every => Type::YesNo,
                AggregateKind::Sum | AggregateKind::First | AggregateKind::Latest => value.ty,
            });
        }
        let message = format!("{wanted}, and this is {}", self.type_words(value.ty));
        let help = "name a field that holds amounts, or count the rows with `count of … where …`";
        self.report(Diagnostic::error("cannot-be-aggregated", at(value.span), message).help(help));
        None
    }
}

pub(super) fn nested(span: Span) -> Diagnostic {
    Diagnostic::error("aggregate-inside-aggregate", at(span), "rows cannot be counted inside the counting of rows")
        .help("compare with a value of the row that is looked at, or move the inner one into a condition of its own")
}
