//! The values of fields: the cell of a row, what an award moved it to, and the row that holds on a day.

use std::ops::Range;

use super::operators;
use crate::eval::evaluator::{Evaluator, Position};
use crate::eval::trace::{Fault, Op, StepId, StepPlace};
use crate::facts::Column;
use crate::policy::{Expr, FieldId, RecordId, Scope};
use crate::source::Span;
use crate::value::{Date, Value};

/// A row and its value, none where no row holds.
pub(in crate::eval) type DatedValue<'a> = operators::Result<Option<(u32, Value<'a>)>>;

impl<'a> Evaluator<'a> {
    #[inline]
    pub(in crate::eval) fn field_row(&self, scope: Scope, record: RecordId, at: &Position) -> Option<u32> {
        match scope {
            Scope::Event => at.event.map(|(_, row)| row),
            Scope::Aggregated => at.aggregated,
            Scope::Person => self.facts.table(record).first_of(self.employee),
        }
    }

    pub(in crate::eval) fn field_value(&self, (scope, record, field): (Scope, RecordId, FieldId), row: u32) -> Value<'a> {
        if self.cuts.is_empty() {
            return self.cell_value(record, row, field);
        }
        match self.cuts.iter().rfind(|(cut, _)| scope == Scope::Event && *cut == field) {
            Some((_, left)) => Value::Number(*left),
            None => self.cell_value(record, row, field),
        }
    }

    /// The step of a field. A cell of the award's row or of the person's, which no award moved and no limit cut, is by far the most
    /// frequent: it is read and recorded here.
    #[inline(never)]
    pub(super) fn read(&mut self, (scope, record, field): (Scope, RecordId, FieldId), clause: Span, at: &Position) -> StepId {
        let row = match (scope, at.event) {
            (Scope::Event, Some((_, row))) if self.cuts.is_empty() => Some(row),
            (Scope::Person, _) if self.moves.is_empty() => self.field_row(scope, record, at),
            (Scope::Aggregated, _) => at.aggregated,
            (Scope::Event | Scope::Person, _) => None,
        };
        let Some(row) = row else { return self.field((scope, record, field), clause, at) };
        let value = self.cell_value(record, row, field);
        self.trace.record(Op::Field, StepPlace::Cell { record, row, field, clause }, &[], value)
    }

    #[inline(never)]
    pub(in crate::eval) fn field(&mut self, (scope, record, field): (Scope, RecordId, FieldId), clause: Span, at: &Position) -> StepId {
        if scope == Scope::Person
            && !self.moves.is_empty()
            && let Some(step) = self.moved_field(field, clause, None)
        {
            return step;
        }
        if let (Scope::Event, None, Some((known, category))) = (scope, at.event, self.category)
            && known == field
        {
            return self.note(Op::Field, clause, &[], category);
        }
        let row = self.field_row(scope, record, at);
        let Some(row) = row else { return self.note(Op::Field, clause, &[], Value::Missing) };
        let value = self.field_value((scope, record, field), row);
        self.trace.record(Op::Field, StepPlace::Cell { record, row, field, clause }, &[], value)
    }

    #[inline(always)]
    pub(in crate::eval) fn cell_value(&self, record: RecordId, row: u32, field: FieldId) -> Value<'a> {
        match self.facts.table(record).column(field) {
            Column::Person => self.person_of(record, row, field),
            column => column.value(row),
        }
    }

    /// Whose row it is; in a look-up record its key.
    #[inline(never)]
    fn person_of(&self, record: RecordId, row: u32, field: FieldId) -> Value<'a> {
        let (facts, table, declared) = (self.facts, self.facts.table(record), self.policy.record(record));
        match declared.person_field == field {
            true if declared.is_look_up => Value::Text(table.key_of(row)),
            // hardly anybody's row is looked at but one's own
            true if table.rows_of(self.employee).contains(&row) => Value::Text(facts.employee(self.employee)),
            true => Value::Text(facts.employee(table.person_of(row))),
            false => Value::Missing,
        }
    }

    /// The value of the row whose dates hold the day. No such row: missing. Two that differ: a fault.
    pub(in crate::eval) fn dated_field(
        &mut self,
        (record, field): (RecordId, FieldId),
        as_of: &'a Expr,
        clause: Span,
        at: &Position,
    ) -> StepId {
        let day_step = self.evaluate(as_of, at);
        let Value::Date(day) = self.value(day_step) else {
            return self.note(Op::DatedField, clause, &[day_step], Value::Missing);
        };
        if record == self.policy.people
            && let Some(step) = self.moved_field(field, clause, Some((day, day_step)))
        {
            return step;
        }
        let found = self.value_on((record, field), self.facts.table(record).rows_of(self.employee), day);
        self.settle_dated(Op::DatedField, (record, field), (&[day_step], clause), found)
    }

    /// The step of a value that was searched among dated rows.
    pub(in crate::eval) fn settle_dated(
        &mut self,
        op: Op,
        (record, field): (RecordId, FieldId),
        (inputs, clause): (&[StepId], Span),
        found: DatedValue<'a>,
    ) -> StepId {
        let row = found.as_ref().ok().and_then(|found| found.map(|(row, _)| row));
        let place = row.map_or(StepPlace::Clause(clause), |row| StepPlace::Cell { record, row, field, clause });
        self.settle(op, place, inputs, found.map(|found| found.map_or(Value::Missing, |(_, value)| value)))
    }

    /// The first of the rows whose dates hold the day, and its value. A fault where another such row differs.
    pub(in crate::eval) fn value_on(&self, (record, field): (RecordId, FieldId), rows: Range<u32>, day: Date) -> DatedValue<'a> {
        let mut found: Option<(u32, Value<'a>)> = None;
        for row in rows.filter(|row| self.holds_on(record, *row, field, day)) {
            let value = self.cell_value(record, row, field);
            match found {
                Some((_, earlier)) if earlier != value => return Err(Fault::DatedRowsDisagree),
                Some(_) => {}
                None => found = Some((row, value)),
            }
        }
        Ok(found)
    }

    fn holds_on(&self, record: RecordId, row: u32, field: FieldId, day: Date) -> bool {
        let Some((from, to)) = self.policy.record(record).field(field).dated else { return true };
        let edge = |field| match self.cell_value(record, row, field) {
            Value::Date(date) => Some(date),
            _ => None,
        };
        edge(from).is_none_or(|from| from <= day) && edge(to).is_none_or(|to| day <= to)
    }
}
