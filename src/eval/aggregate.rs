//! Count, sum, any, every, first and latest over the person's rows of a record, or all rows of a look-up record.

use super::evaluator::{Evaluator, Position};
use super::operators::{self, both, either, truth, truth_value};
use super::trace::{Op, StepId, StepPlace};
use crate::policy::{Expr, RecordId};
use crate::syntax::ast::{AggregateKind, BinaryOp};
use crate::value::{Number, Type, Value};

/// Which rows, and what of them.
#[derive(Clone, Copy)]
pub struct Rows<'a> {
    pub kind: AggregateKind,
    pub value: Option<&'a Expr>,
    pub record: RecordId,
    pub condition: Option<&'a Expr>,
    /// Rows with a missing value are passed over.
    pub of_known: bool,
}

impl<'a> Evaluator<'a> {
    /// Missing when a row's condition or value is missing and could change the result, unless the policy says `of known`.
    pub(super) fn aggregate(&mut self, rows: Rows<'a>, expr: &'a Expr, at: &Position) -> StepId {
        let facts = self.facts;
        let mut steps = Vec::new();
        let mut total = self.start(rows.kind, expr.ty);
        let table = facts.table(rows.record);
        let own = if self.policy.record(rows.record).is_look_up { &table.grouped[..] } else { table.rows_of(self.employee) };
        for row in own {
            let at = Position { aggregated: Some(*row), ..*at };
            let holds = rows.condition.map(|condition| self.evaluate(condition, &at));
            steps.extend(holds);
            let holds = holds.map_or(Some(true), |step| truth(self.value(step)));
            let counts = matches!(rows.kind, AggregateKind::Any | AggregateKind::Every);
            if !counts && holds == Some(false) {
                continue;
            }
            let value = rows.value.map(|value| self.evaluate(value, &at));
            steps.extend(value);
            let value = value.map_or(Value::YesNo(true), |step| self.value(step));
            if rows.of_known && (holds.is_none() || value == Value::Missing) {
                continue;
            }
            total = match self.add(rows.kind, total, (holds, value), expr.ty) {
                Ok(total) => total,
                Err(fault) => return self.trace.record_fault(Op::Aggregate, StepPlace::Clause(expr.span), &[], fault),
            };
        }
        if total == Value::NotApplicable {
            total = Value::Missing; // the first or latest of no rows
        }
        // A step has few inputs; the rows' own steps stand right before it in the trace.
        let inputs = steps.get(..steps.len().min(usize::from(u16::MAX))).unwrap_or(&[]);
        self.trace.record(Op::Aggregate, StepPlace::Clause(expr.span), inputs, total)
    }

    /// What an aggregate over no rows is; not applicable for the first and the latest.
    pub(super) fn start(&self, kind: AggregateKind, ty: Type) -> Value<'a> {
        match kind {
            AggregateKind::Count => Value::Number(Number::ZERO),
            AggregateKind::Sum => operators::typed(ty, Number::ZERO),
            AggregateKind::Any => Value::YesNo(false),
            AggregateKind::Every => Value::YesNo(true),
            AggregateKind::First | AggregateKind::Latest => Value::NotApplicable,
        }
    }

    /// The total with one row more.
    pub(super) fn add(
        &self,
        kind: AggregateKind,
        total: Value<'a>,
        (holds, value): (Option<bool>, Value<'a>),
        ty: Type,
    ) -> operators::Result<Value<'a>> {
        let unsure = holds.is_none() || value == Value::Missing || total == Value::Missing;
        match kind {
            AggregateKind::Any => Ok(truth_value(either(truth(total), holds))),
            AggregateKind::Every => Ok(truth_value(both(truth(total), holds))),
            _ if unsure => Ok(Value::Missing),
            AggregateKind::Count => Ok(Value::Number(operators::number_of(total).unwrap_or(Number::ZERO).plus(Number::ONE)?)),
            AggregateKind::Sum => operators::arithmetic(BinaryOp::Add, (total, value), ty, self.month_end()),
            AggregateKind::First | AggregateKind::Latest if total == Value::NotApplicable => Ok(value),
            AggregateKind::First => {
                Ok(if operators::compared(value, total).is_some_and(std::cmp::Ordering::is_lt) { value } else { total })
            }
            AggregateKind::Latest => {
                Ok(if operators::compared(value, total).is_some_and(std::cmp::Ordering::is_gt) { value } else { total })
            }
        }
    }
}
