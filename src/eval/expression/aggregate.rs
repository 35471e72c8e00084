//! Count, sum, any, every, first and latest over the person's rows of a record, or all rows of a look-up record.

use super::operators::{self, both, either, truth, truth_value};
use crate::eval::evaluator::{Evaluator, Position};
use crate::eval::trace::{Fault, Op, StepId, StepPlace};
use crate::policy::{Expr, ExprKind};
use crate::syntax::ast::{AggregateKind, BinaryOp};
use crate::value::{Number, Type, Value};

/// Which rows, and what of them.
#[derive(Clone, Copy)]
pub(in crate::eval) struct Rows<'a> {
    pub kind: AggregateKind,
    pub value: Option<&'a Expr>,
    pub condition: Option<&'a Expr>,
    /// Rows with a missing value are passed over.
    pub of_known: bool,
}

/// One row as an aggregate reads it.
pub(in crate::eval) struct Read<'a> {
    /// Whether it is counted; none where that is missing.
    pub holds: Option<bool>,
    pub value: Value<'a>,
    pub at: Position,
}

impl<'a> Evaluator<'a> {
    /// Missing when a row's condition or value is missing and could change the result, unless the policy says `of known`.
    pub(in crate::eval) fn aggregate(&mut self, expr: &'a Expr, at: &Position) -> StepId {
        let ExprKind::Aggregate { kind, value, record, condition, of_known, picked, bound } = &expr.kind else {
            return self.note(Op::Aggregate, expr.span, &[], Value::Missing);
        };
        let rows = Rows { kind: *kind, value: value.as_deref(), condition: condition.as_deref(), of_known: *of_known };
        let table = self.facts.table(*record);
        self.mind_rejected(*record);
        let own = if self.policy.record(*record).is_look_up { table.all_rows() } else { table.rows_of(self.employee) };
        let mut steps = Vec::new();
        let chosen = match picked {
            Some(picked) => self.pick((picked, rows), own, (at, &mut steps)),
            None => Ok(own.collect()),
        };
        let total = match (chosen, bound.as_deref()) {
            (Err(unknown), _) => unknown,
            (Ok(chosen), None) => self.total(rows, &chosen, (expr, at), &mut steps),
            (Ok(chosen), Some(bound)) => self.bounded((rows, bound), &chosen, (expr, at), &mut steps),
        };
        // A step has few inputs; the rows' own steps stand right before it in the trace.
        let inputs = steps.get(..steps.len().min(usize::from(u16::MAX))).unwrap_or(&[]);
        self.settle(Op::Aggregate, StepPlace::Clause(expr.span), inputs, total)
    }

    fn total(
        &mut self,
        rows: Rows<'a>,
        own: &[u32],
        (expr, at): (&'a Expr, &Position),
        steps: &mut Vec<StepId>,
    ) -> operators::Result<Value<'a>> {
        let mut total = self.start(rows.kind, expr.ty);
        for row in own {
            if let Some(read) = self.read_counted(rows, *row, at, steps) {
                total = self.add(rows.kind, total, (read.holds, read.value), expr.ty)?;
            }
        }
        // the first or latest of no rows
        Ok(if total == Value::NotApplicable { Value::Missing } else { total })
    }

    /// None: the row does not count.
    pub(in crate::eval) fn read_counted(&mut self, rows: Rows<'a>, row: u32, at: &Position, steps: &mut Vec<StepId>) -> Option<Read<'a>> {
        let at = Position { aggregated: Some(row), ..*at };
        let holds = rows.condition.map(|condition| self.evaluate(condition, &at));
        steps.extend(holds);
        let holds = holds.map_or(Some(true), |step| truth(self.value(step)));
        let counts = matches!(rows.kind, AggregateKind::Any | AggregateKind::Every);
        if !counts && holds == Some(false) {
            return None;
        }
        let value = rows.value.map(|value| self.evaluate(value, &at));
        steps.extend(value);
        let value = value.map_or(Value::YesNo(true), |step| self.value(step));
        let passed_over = rows.of_known && (holds.is_none() || value == Value::Missing);
        (!passed_over).then_some(Read { holds, value, at })
    }

    /// What an aggregate over no rows is; not applicable for the first and the latest.
    pub(in crate::eval) fn start(&self, kind: AggregateKind, ty: Type) -> Value<'a> {
        match kind {
            AggregateKind::Count => Value::Number(Number::ZERO),
            AggregateKind::Sum => operators::typed(ty, Number::ZERO),
            AggregateKind::Any => Value::YesNo(false),
            AggregateKind::Every => Value::YesNo(true),
            AggregateKind::Consecutive => Value::Number(Number::ZERO),
            AggregateKind::First | AggregateKind::Latest | AggregateKind::Row => Value::NotApplicable,
        }
    }

    /// The total with one row more.
    pub(in crate::eval) fn add(
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
            AggregateKind::First | AggregateKind::Latest | AggregateKind::Row if total == Value::NotApplicable => Ok(value),
            // rows of the same day agree, or none of them is the one
            AggregateKind::Row if total == value => Ok(total),
            AggregateKind::Row => Err(Fault::TiedRows),
            // counted by `bounded`
            AggregateKind::Consecutive => Ok(total),
            AggregateKind::First => {
                Ok(if operators::compared(value, total).is_some_and(std::cmp::Ordering::is_lt) { value } else { total })
            }
            AggregateKind::Latest => {
                Ok(if operators::compared(value, total).is_some_and(std::cmp::Ordering::is_gt) { value } else { total })
            }
        }
    }
}
