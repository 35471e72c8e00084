//! Look-ups in tables: a cell by its keys, the first, last or lowest cell that fits, a neighbouring label.

use super::expr::constant_value;
use super::operators::compared;
use crate::eval::evaluator::{Evaluator, Position};
use crate::eval::trace::{Fault, Op, StepId, StepPlace};
use crate::policy::{Constant, Expr, Label, Table, TableCell, TableId, TableSearch, TableVersion, TableWanted};
use crate::source::Span;
use crate::value::{Date, Value};

impl<'a> Evaluator<'a> {
    /// `salary[step, lane] as of D`. Outside the table is a fault; `n/a` is a value of its own (DESIGN 1.1).
    pub(in crate::eval) fn table_cell(
        &mut self,
        (id, keys): (TableId, &'a [Expr]),
        as_of: Option<&'a Expr>,
        span: Span,
        at: &Position,
    ) -> StepId {
        let mut steps: Vec<StepId> = keys.iter().map(|key| self.evaluate(key, at)).collect();
        let version = self.table_version(id, as_of, &mut steps, at);
        let keys: Vec<Value<'a>> = steps.iter().take(keys.len()).map(|step| self.value(*step)).collect();
        if steps.iter().any(|step| self.value(*step) == Value::Missing) {
            return self.note(Op::TableCell, span, &steps, Value::Missing);
        }
        let positions: Option<Vec<usize>> =
            version.and_then(|version| keys.iter().enumerate().map(|(key, value)| position(version, key, *value)).collect());
        match version.zip(positions).map(|(version, positions)| version.cell(&positions)) {
            Some(TableCell::Value { value, span: cell }) => self.cell_step(Op::TableCell, (span, *cell), steps, constant_value(value)),
            Some(TableCell::NotApplicable(cell)) => self.cell_step(Op::TableCell, (span, *cell), steps, Value::NotApplicable),
            Some(TableCell::Outside) | None => self.trace.record_fault(Op::TableCell, StepPlace::Clause(span), &steps, Fault::OutsideTable),
        }
    }

    /// The printed cell as a step of its own, so that an auditor finds its line, and the look-up that chose it.
    fn cell_step(&mut self, op: Op, (look_up, cell): (Span, Span), mut inputs: Vec<StepId>, value: Value<'a>) -> StepId {
        inputs.push(self.note(Op::Constant, cell, &[], value));
        self.note(op, look_up, &inputs, value)
    }

    /// The version in force; none (a fault of the caller) where no version is. The day's step joins `steps`.
    fn table_version(&mut self, id: TableId, as_of: Option<&'a Expr>, steps: &mut Vec<StepId>, at: &Position) -> Option<&'a TableVersion> {
        let policy = self.policy;
        let day = as_of.map(|as_of| {
            let step = self.evaluate(as_of, at);
            steps.push(step);
            self.value(step)
        });
        let day: Option<Date> = match day {
            Some(Value::Date(day)) => Some(day),
            _ => None,
        };
        policy.table(id).version_on(day)
    }

    /// `lowest cell of salary[any, lane] at least X`, `first cell of …`, `last cell of …`, or the key of such a cell.
    pub(in crate::eval) fn table_search(&mut self, search: &'a TableSearch, span: Span, at: &Position) -> StepId {
        let mut steps: Vec<StepId> = search.keys.iter().flatten().map(|key| self.evaluate(key, at)).collect();
        let given: Vec<Value<'a>> = steps.iter().map(|step| self.value(*step)).collect();
        let version = self.table_version(search.table, search.as_of.as_deref(), &mut steps, at);
        let least = match &search.wanted {
            TableWanted::LowestAtLeast(least) => {
                let step = self.evaluate(least, at);
                steps.push(step);
                Some(self.value(step))
            }
            TableWanted::First | TableWanted::Last => None,
        };
        if steps.iter().any(|step| self.value(*step) == Value::Missing) {
            return self.note(Op::TableSearch, span, &steps, Value::Missing);
        }
        let found = version.and_then(|version| found(version, search, &given, least).map(|found| (version, found)));
        let Some((version, (searched, position, cell))) = found else {
            return self.trace.record_fault(Op::TableSearch, StepPlace::Clause(span), &steps, Fault::OutsideTable);
        };
        let TableCell::Value { value, span: cell } = cell else {
            return self.trace.record_fault(Op::TableSearch, StepPlace::Clause(span), &steps, Fault::OutsideTable);
        };
        let value = constant_value(value);
        let cell_step = self.cell_step(Op::TableSearch, (span, *cell), steps, value);
        if !search.key_wanted {
            return cell_step;
        }
        let label = version.labels.get(searched).and_then(|labels| labels.get(position)).and_then(exact);
        self.note(Op::TableSearch, span, &[cell_step], label.map_or(Value::Missing, constant_value))
    }

    /// `lane 1 after lane in salary`: a label by its distance from another; not applicable beyond the ends.
    pub(in crate::eval) fn table_neighbour(
        &mut self,
        (id, key, distance): (TableId, usize, i32),
        from: &'a Expr,
        span: Span,
        at: &Position,
    ) -> StepId {
        let step = self.evaluate(from, at);
        let value = self.value(step);
        let table: &'a Table = self.policy.table(id);
        let Some(version) = table.versions.last().filter(|_| value != Value::Missing) else {
            return self.note(Op::TableNeighbour, span, &[step], Value::Missing);
        };
        let Some(position) = position(version, key, value) else {
            return self.trace.record_fault(Op::TableNeighbour, StepPlace::Clause(span), &[step], Fault::OutsideTable);
        };
        let moved = usize::try_from(position as i64 + i64::from(distance)).ok();
        let label = moved.and_then(|moved| version.labels.get(key)?.get(moved)).and_then(exact);
        self.note(Op::TableNeighbour, span, &[step], label.map_or(Value::NotApplicable, constant_value))
    }
}

fn exact(label: &Label) -> Option<&Constant> {
    match label {
        Label::Exactly(constant) => Some(constant),
        Label::Bracket { .. } | Label::Otherwise => None,
    }
}

fn position(version: &TableVersion, key: usize, value: Value) -> Option<usize> {
    version.position(key, |constant| compared(constant_value(constant), value))
}

/// The searched key, the position along it, and the cell.
fn found<'a>(
    version: &'a TableVersion,
    search: &TableSearch,
    given: &[Value],
    least: Option<Value>,
) -> Option<(usize, usize, &'a TableCell)> {
    let searched = search.keys.iter().position(Option::is_none)?;
    let mut given = given.iter();
    let mut positions = Vec::new();
    for (key, expr) in search.keys.iter().enumerate() {
        positions.push(match expr {
            None => 0,
            Some(_) => position(version, key, *given.next()?)?,
        });
    }
    let mut best: Option<(usize, usize, &'a TableCell)> = None;
    for along in 0..version.labels.get(searched)?.len() {
        if let Some(place) = positions.get_mut(searched) {
            *place = along;
        }
        let cell = version.cell(&positions);
        let TableCell::Value { value, .. } = cell else { continue };
        let fits = match &search.wanted {
            TableWanted::First => best.is_none(),
            TableWanted::Last => true,
            TableWanted::LowestAtLeast(_) => {
                let value = constant_value(value);
                let enough = least.and_then(|least| compared(value, least)).is_some_and(std::cmp::Ordering::is_ge);
                enough && best.is_none_or(|(_, _, best)| lower(value, best))
            }
        };
        if fits {
            best = Some((searched, along, cell));
        }
    }
    best
}

fn lower(value: Value, best: &TableCell) -> bool {
    match best {
        TableCell::Value { value: best, .. } => compared(value, constant_value(best)).is_some_and(std::cmp::Ordering::is_lt),
        TableCell::NotApplicable(_) | TableCell::Outside => true,
    }
}
