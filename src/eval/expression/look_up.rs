//! Reading through a key: a field of the row of a look-up record.

use crate::eval::evaluator::{Evaluator, Position};
use crate::eval::trace::{Fault, Op, StepId, StepPlace};
use crate::policy::{Expr, FieldId, RecordId};
use crate::source::Span;
use crate::value::Value;

impl<'a> Evaluator<'a> {
    /// A blank key gives a blank; a key that no row has holds the row.
    pub(in crate::eval) fn looked_up(
        &mut self,
        (key, as_of): (&'a Expr, Option<&'a Expr>),
        (record, field): (RecordId, FieldId),
        clause: Span,
        at: &Position,
    ) -> StepId {
        let key_step = self.evaluate(key, at);
        let day_step = as_of.map(|day| self.evaluate(day, at));
        let inputs: Vec<StepId> = [Some(key_step), day_step].into_iter().flatten().collect();
        let Value::Text(key) = self.value(key_step) else { return self.note(Op::LookedUp, clause, &inputs, Value::Missing) };
        let table = self.facts.table(record);
        let rows = table.rows_with_key(key);
        let Some(first) = rows.clone().next() else {
            return self.trace.record_fault(Op::LookedUp, StepPlace::Clause(clause), &inputs, Fault::UnknownKey);
        };
        let found = match day_step.map(|step| self.value(step)) {
            None => Ok(Some((first, self.cell_value(record, first, field)))),
            Some(Value::Date(day)) => self.value_on((record, field), rows, day),
            Some(_) => return self.note(Op::LookedUp, clause, &inputs, Value::Missing),
        };
        self.settle_dated(Op::LookedUp, (record, field), (&inputs, clause), found)
    }
}
