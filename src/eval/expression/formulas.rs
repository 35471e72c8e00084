//! What an expression comes to where it stands by itself: by its formula, or step by step where there is none or a row is not regular.

use std::rc::Rc;

use super::expr::constant_value;
use super::formula::{Formula, Reads};
use super::known::Known;
use super::money::{KeptLine, KeptMost};
use super::taken_apart::Whole;
use crate::eval::evaluator::{Evaluator, Position};
use crate::eval::trace::{Op, Rows, StepId};
use crate::policy::{Expr, ExprKind};
use crate::value::Value;

/// The formulas of the expressions that were met, found by where these stand in memory; what comes of it is the same wherever that is.
#[derive(Debug, Default)]
pub struct Formulas<'a> {
    /// A power of two, and more than are taken.
    slots: Vec<Option<Slot<'a>>>,
    taken: usize,
    /// Those of pay lines, by award and line.
    pub(super) lines: Vec<Vec<Met<'a, KeptLine>>>,
    /// Those of what limits leave, by limit.
    pub(super) rooms: Vec<Met<'a, KeptMost>>,
}

/// What is known of a pay line or a limit.
// the mark is not one of those of the formula, which would have to be taken apart
#[derive(Debug, Default)]
#[repr(u8)]
pub(super) enum Met<'a, T> {
    #[default]
    Never,
    /// It has no formula.
    StepByStep,
    /// With what it came to before, where it comes to the same at all rows of a person.
    ByFormula(Formula<'a>, Known<'a, T>),
}

#[derive(Clone, Debug)]
struct Slot<'a> {
    expr: &'a Expr,
    decision: Option<Op>,
    /// None where only the evaluator knows the expression.
    formula: Option<Rc<Formula<'a>>>,
}

impl<'a> Formulas<'a> {
    /// Where the formula of the expression stands, or could.
    #[inline]
    fn slot(&self, expr: &Expr, decision: Option<Op>) -> Option<usize> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut at = (std::ptr::from_ref(expr).addr() / size_of::<usize>()) & mask;
        while let Some(slot) = &self.slots[at] {
            if std::ptr::eq(slot.expr, expr) && slot.decision == decision {
                break;
            }
            at = (at + 1) & mask;
        }
        Some(at)
    }

    #[cold]
    fn insert(&mut self, slot: Slot<'a>) {
        if self.taken * 2 >= self.slots.len() {
            let size = (self.slots.len() * 2).max(64);
            let before = std::mem::replace(&mut self.slots, vec![None; size]);
            self.taken = 0;
            before.into_iter().flatten().for_each(|slot| self.insert(slot));
        }
        if let Some(at) = self.slot(slot.expr, slot.decision) {
            self.slots[at] = Some(slot);
            self.taken += 1;
        }
    }
}

impl<'a> Evaluator<'a> {
    /// The step that holds the value of `expr`, and the value where it stands: it is large.
    #[inline]
    pub(in crate::eval) fn result(&mut self, expr: &'a Expr, at: &Position) -> (StepId, &Value<'a>) {
        // of so few steps each is as quickly written out
        let step = match &expr.kind {
            ExprKind::Field { scope, record, field } => self.read((*scope, *record, *field), expr.span, at),
            ExprKind::Constant(constant) => self.note(Op::Constant, expr.span, &[], constant_value(constant)),
            _ => match self.by_formula(None, expr, at) {
                Some(step) => return (step, self.trace.computed()),
                None => self.evaluate(expr, at),
            },
        };
        self.with_value(step)
    }

    /// The same, recorded once more as a decision of its own.
    #[inline]
    pub(in crate::eval) fn decided(&mut self, op: Op, expr: &'a Expr, at: &Position) -> (StepId, &Value<'a>) {
        if let ExprKind::Field { scope, record, field } = expr.kind {
            let step = self.read((scope, record, field), expr.span, at);
            let value = self.value(step);
            let step = self.note(op, expr.span, &[step], value);
            return self.with_value(step);
        }
        if let Some(step) = self.by_formula(Some(op), expr, at) {
            return (step, self.trace.computed());
        }
        let step = self.decide(op, expr, at);
        self.with_value(step)
    }

    #[inline]
    fn with_value(&mut self, step: StepId) -> (StepId, &Value<'a>) {
        if self.trace.is_written(step) {
            return (step, self.trace.written_value(step));
        }
        self.looked_at = self.value(step);
        (step, &self.looked_at)
    }

    /// The step of its value, by its formula; the value is the last that was computed. None where the evaluator has to go step by step.
    #[inline(never)]
    fn by_formula(&mut self, decision: Option<Op>, expr: &'a Expr, at: &Position) -> Option<StepId> {
        let slot = self.formulas.slot(expr, decision).and_then(|slot| self.formulas.slots[slot].as_ref());
        let Some(slot) = slot else { return self.met(decision, expr, at) };
        let formula = slot.formula.as_ref()?;
        let rows = self.rows_read(formula.reads, at)?;
        let first = self.trace.next();
        let (step, ()) = formula.record((self.policy, rows, at), &mut self.trace, |end, given, values| {
            if let Some(value) = end.value {
                values.push(value.value(given, values));
            }
            Some((&end.steps, ()))
        })?;
        if cfg!(debug_assertions) {
            self.compare(first, (decision, expr), at);
        }
        Some(step)
    }

    /// An expression that was not met before.
    #[cold]
    fn met(&mut self, decision: Option<Op>, expr: &'a Expr, at: &Position) -> Option<StepId> {
        let whole = decision.map_or(Whole::Value(expr), |op| Whole::Decision(op, expr));
        let formula = Formula::of(self.policy, self.facts, whole).map(Rc::new);
        self.formulas.insert(Slot { expr, decision, formula });
        self.by_formula(decision, expr, at)
    }

    /// The rows that are read; none where something else stands in a cell, or in the place of a row.
    #[inline]
    pub(in crate::eval) fn rows_read(&self, reads: Reads, at: &Position) -> Option<Rows> {
        match (at.event, self.own_row) {
            (Some((_, event)), Some(person)) if self.cuts.is_empty() && self.moves.is_empty() => Some(Rows { event, person }),
            _ => self.rows_left(reads, at),
        }
    }

    /// The same where not every cell may be read.
    #[cold]
    fn rows_left(&self, reads: Reads, at: &Position) -> Option<Rows> {
        let mut rows = Rows::default();
        if reads.event {
            rows.event = at.event.filter(|_| self.cuts.is_empty())?.1;
        }
        if reads.person {
            rows.person = self.own_row.filter(|_| self.moves.is_empty())?;
        }
        Some(rows)
    }

    /// Debug builds go step by step each time as well: both leave the same.
    fn compare(&mut self, first: u32, (decision, expr): (Option<Op>, &'a Expr), at: &Position) {
        let (mark, second) = (self.trace.mark(), self.trace.next());
        match decision {
            Some(op) => self.decide(op, expr, at),
            None => self.evaluate(expr, at),
        };
        self.trace.expect_twice((first, second), mark, expr);
    }
}
