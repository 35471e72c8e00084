//! An expression taken apart once into what is computed of it at each row, and the steps that this leaves (decision 0040).

use std::rc::Rc;

use super::operation::Operation;
use super::operators::{self, truth};
use super::taken_apart;
use crate::eval::evaluator::Position;
use crate::eval::trace::{Op, Rows, Template, Whose};
use crate::facts::{Column, Facts};
use crate::policy::{Expr, Policy};
use crate::syntax::ast::BinaryOp;
use crate::value::{MonthEnd, Value};

/// What is computed for a row, value by value. It has no meaning of its own: each operation is the function that the evaluator calls
/// for the same expression, and what it does not know, or cannot compute, is the evaluator's.
#[derive(Debug)]
pub struct Formula<'a> {
    first: Passage<'a>,
    /// It rests on cells of the award's row.
    pub reads_event: bool,
    /// It rests on cells of the person's row.
    pub reads_person: bool,
}

/// Operations that are carried out one after the other.
#[derive(Debug)]
pub(super) struct Passage<'a> {
    pub operations: Vec<Operation<'a>>,
    pub then: Then<'a>,
}

#[derive(Debug)]
pub(super) enum Then<'a> {
    /// The steps of all that was computed, and what they come to, where that is not what was computed last.
    Done(Rc<Template<'a>>, Option<Source<'a>>),
    /// What comes next hangs on a value.
    Parted { on: Source<'a>, by: By, ways: Vec<Passage<'a>> },
    /// Only the evaluator knows.
    Unknown,
}

/// How a value decides which way comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// Yes, no, missing.
    Truth,
    /// It decides `and` or `or` by itself, or not.
    Deciding(BinaryOp),
}

impl By {
    pub fn ways(self) -> usize {
        match self {
            By::Truth => 3,
            By::Deciding(_) => 2,
        }
    }

    fn way(self, value: Value) -> usize {
        match self {
            By::Truth => truth(value).map_or(2, |holds| usize::from(!holds)),
            By::Deciding(op) => usize::from(!operators::decides(op, value)),
        }
    }
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source<'a> {
    Constant(Value<'a>),
    Cell(Whose, &'a Column),
    /// It was computed: its number among all that were.
    Computed(u32),
}

impl<'a> Source<'a> {
    #[inline(always)]
    pub fn value(self, given: &Given<'a, '_>, values: &[Value<'a>]) -> Value<'a> {
        match self {
            Source::Constant(value) => value,
            Source::Cell(whose, column) => column.value(given.rows.of(whose)),
            Source::Computed(at) => values[given.from + at as usize],
        }
    }
}

/// What a formula rests on at one row.
#[derive(Clone, Copy, Debug)]
pub struct Given<'a, 'g> {
    pub policy: &'a Policy,
    pub rows: Rows,
    pub at: &'g Position,
    /// Where the values begin that it computes.
    pub from: usize,
}

impl Given<'_, '_> {
    /// The policy's rule; a policy that adds months without one does not compile.
    #[inline]
    pub fn month_end(&self) -> MonthEnd {
        self.policy.month_end.unwrap_or(MonthEnd::Refuse)
    }
}

impl<'a> Formula<'a> {
    /// The formula of an expression, recorded once more as `decision` where there is one. None where only the evaluator knows it.
    pub fn of(policy: &'a Policy, facts: &'a Facts, (decision, expr): (Option<Op>, &'a Expr)) -> Option<Formula<'a>> {
        let mut read = [false; 2];
        let first = taken_apart::passages((policy, facts), (decision, expr), &mut read)?;
        let [reads_event, reads_person] = read;
        Some(Formula { first, reads_event, reads_person })
    }

    /// Adds what is computed to `values`, as the last one what the expression comes to, and gives all steps. None where the evaluator has
    /// to do it, with something of no meaning among the values.
    #[inline]
    pub fn carry_out(&self, given: &Given<'a, '_>, values: &mut Vec<Value<'a>>) -> Option<&Rc<Template<'a>>> {
        let mut passage = &self.first;
        loop {
            for operation in &passage.operations {
                operation.carry_out(given, values)?;
            }
            match &passage.then {
                Then::Done(template, None) => return Some(template),
                Then::Done(template, Some(last)) => {
                    values.push(last.value(given, values));
                    return Some(template);
                }
                Then::Parted { on, by, ways } => passage = &ways[by.way(on.value(given, values))],
                Then::Unknown => return None,
            }
        }
    }
}
