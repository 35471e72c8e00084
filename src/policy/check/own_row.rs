//! `own NAME`: inside the counting of rows, what the award's own row says, next to the row that is looked at.

use super::context::{Context, Counting, EventRow};
use super::{Checker, aggregates, at};
use crate::diagnostic::Diagnostic;
use crate::policy::{Expr, ExprKind, FieldRole, LetId, RecordId};
use crate::syntax::ast::Name;

impl Checker<'_> {
    pub(super) fn own_name(&mut self, context: &mut Context, name: &Name) -> Option<Expr> {
        if context.counting == Counting::Everybody {
            let message = "a value over everybody belongs to no award, and so has no row of its own";
            let help = "to count rows with the same value, write `let … for each` and the field";
            self.report(Diagnostic::error("own-row-missing", at(name.span), message).help(help));
            return None;
        }
        let Some(counted) = context.aggregated else {
            let message = "`own` tells the award's row from rows that are counted, and nothing is counted here";
            self.report(Diagnostic::error("own-row-missing", at(name.span), message).help(format!("write `{}`", name.kind)));
            return None;
        };
        let mut outside = Context { aggregated: None, event: self.own_event(context.event, counted, name), ..*context };
        let own = self.bare_name(&mut outside, name);
        context.event = outside.event;
        let own = own?;
        if let ExprKind::Let(LetId(index)) = own.kind
            && self.uses_of(usize::from(index)).aggregate
        {
            self.report(aggregates::nested(name.span));
            return None;
        }
        Some(own)
    }

    /// In a let whose record is not known yet, `own` is first of all a row of the record that is counted.
    fn own_event(&self, event: EventRow, counted: RecordId, name: &Name) -> EventRow {
        let has_field = self.field_named(counted, &name.kind).is_some_and(|field| self.role_of(counted, field) != Some(FieldRole::Person));
        match event {
            EventRow::Inferred(None) if has_field && Some(counted) != self.people && !self.is_look_up(counted) => {
                EventRow::Inferred(Some(counted))
            }
            EventRow::Of(_) | EventRow::Inferred(_) | EventRow::None => event,
        }
    }

    fn role_of(&self, record: RecordId, field: crate::policy::FieldId) -> Option<FieldRole> {
        Some(self.records.get(usize::from(record.0))?.fields.get(usize::from(field.0))?.role)
    }
}
