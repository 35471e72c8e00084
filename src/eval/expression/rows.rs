//! Which rows an aggregate looks at (the latest few), and how far it counts (so much of each key, numbers in a row).

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::aggregate::Rows;
use super::operators::{self, compared, number_of, truth};
use crate::eval::evaluator::{Evaluator, Position};
use crate::eval::trace::{Fault, StepId};
use crate::policy::{AggregateBound, Expr, Picked};
use crate::syntax::ast::{AggregateKind, BinaryOp, PickedSide};
use crate::value::{Number, Value};

/// A row that may be picked.
struct Candidate<'a> {
    row: u32,
    by: Value<'a>,
    holds: Option<bool>,
}

impl<'a> Evaluator<'a> {
    /// The rows at one end of the order. Err: what the aggregate is where they cannot be told, missing or a fault.
    pub(in crate::eval) fn pick(
        &mut self,
        (picked, rows): (&'a Picked, Rows<'a>),
        own: Range<u32>,
        (at, steps): (&Position, &mut Vec<StepId>),
    ) -> Result<Vec<u32>, operators::Result<Value<'a>>> {
        let mut found = Vec::new();
        for row in own {
            let at = Position { aggregated: Some(row), ..*at };
            let holds = picked.condition.as_ref().map(|condition| self.evaluate(condition, &at));
            steps.extend(holds);
            let holds = holds.map_or(Some(true), |step| truth(self.value(step)));
            if holds == Some(false) {
                continue;
            }
            let by = self.evaluate(&picked.by, &at);
            steps.push(by);
            let by = self.value(by);
            if rows.of_known && (by == Value::Missing || holds.is_none()) {
                continue;
            }
            if by == Value::Missing {
                return Err(Ok(Value::Missing));
            }
            if rows.of_known && rows.kind == AggregateKind::Row && self.read_counted(rows, row, &at, steps).is_none() {
                continue;
            }
            found.push(Candidate { row, by, holds });
        }
        let order = |left: &Candidate, right: &Candidate| compared(left.by, right.by).unwrap_or(Ordering::Equal);
        match picked.side {
            PickedSide::First => found.sort_by(order),
            PickedSide::Latest => found.sort_by(|left, right| order(right, left)),
        }
        let mut wanted = (picked.count as usize).min(found.len());
        let is_tied = |at: usize| match (at.checked_sub(1).and_then(|last| found.get(last)), found.get(at)) {
            (Some(last), Some(next)) => order(last, next) == Ordering::Equal,
            _ => false,
        };
        if is_tied(wanted) && rows.kind != AggregateKind::Row {
            return Err(Err(Fault::TiedRows));
        }
        while is_tied(wanted) {
            wanted += 1; // rows of the same day may still agree on the value
        }
        let chosen = found.get(..wanted).unwrap_or(&[]);
        if chosen.iter().any(|candidate| candidate.holds.is_none()) {
            return Err(Ok(Value::Missing));
        }
        Ok(chosen.iter().map(|candidate| candidate.row).collect())
    }

    pub(in crate::eval) fn bounded(
        &mut self,
        (rows, bound): (Rows<'a>, &'a AggregateBound),
        own: &[u32],
        (expr, at): (&'a Expr, &Position),
        steps: &mut Vec<StepId>,
    ) -> operators::Result<Value<'a>> {
        match bound {
            AggregateBound::AtMost { most, per } => {
                let most = self.evaluate(most, at);
                steps.push(most);
                let most = self.value(most);
                self.cut_off((rows, (most, per)), own, (expr, at), steps)
            }
            AggregateBound::Through(last) => {
                let last = self.evaluate(last, at);
                steps.push(last);
                let last = number_of(self.value(last)).and_then(|last| last.to_integer());
                Ok(self.in_a_row((rows, last), own, at, steps))
            }
        }
    }

    /// The rows' sums by key, each cut off, added up.
    fn cut_off(
        &mut self,
        (rows, (most, per)): (Rows<'a>, (Value<'a>, &'a Expr)),
        own: &[u32],
        (expr, at): (&'a Expr, &Position),
        steps: &mut Vec<StepId>,
    ) -> operators::Result<Value<'a>> {
        let nothing = self.start(AggregateKind::Sum, expr.ty);
        let mut sums: BTreeMap<String, Value<'a>> = BTreeMap::new();
        let mut unsure = most == Value::Missing;
        for row in own {
            let Some(read) = self.read_counted(rows, *row, at, steps) else { continue };
            let key = self.evaluate(per, &read.at);
            steps.push(key);
            let key = self.value(key);
            if key == Value::Missing && rows.of_known {
                continue;
            }
            unsure |= key == Value::Missing || read.holds.is_none() || read.value == Value::Missing;
            let sum = sums.entry(key.to_string()).or_insert(nothing);
            *sum = self.add(AggregateKind::Sum, *sum, (read.holds, read.value), expr.ty)?;
        }
        if unsure {
            return Ok(Value::Missing);
        }
        let mut total = nothing;
        for sum in sums.into_values() {
            let part = if compared(sum, most) == Some(Ordering::Greater) { most } else { sum };
            total = operators::arithmetic(BinaryOp::Add, (total, part), expr.ty, self.month_end())?;
        }
        Ok(total)
    }

    /// How many whole numbers in a row the rows have, back from the last. Missing where a missing value could make it longer.
    fn in_a_row(&mut self, (rows, last): (Rows<'a>, Option<i64>), own: &[u32], at: &Position, steps: &mut Vec<StepId>) -> Value<'a> {
        let (mut certain, mut possible) = (BTreeSet::new(), BTreeSet::new());
        let mut unsure = false;
        for row in own {
            let Some(read) = self.read_counted(rows, *row, at, steps) else { continue };
            match number_of(read.value).and_then(|number| number.to_integer()) {
                Some(number) => {
                    possible.insert(number);
                    if read.holds == Some(true) {
                        certain.insert(number);
                    }
                }
                None => unsure = true,
            }
        }
        let Some(last) = last.filter(|_| !unsure) else { return Value::Missing };
        let run = |numbers: &BTreeSet<i64>| {
            (0..).take_while(|back| last.checked_sub(*back).is_some_and(|number| numbers.contains(&number))).count()
        };
        let (least, most) = (run(&certain), run(&possible));
        if least == most { Value::Number(Number::from_integer(least as i64)) } else { Value::Missing }
    }
}
