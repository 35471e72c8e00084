//! An expression taken apart once into what is computed of it at each row, and the steps that this leaves (decision 0040).

use std::borrow::Cow;
use std::rc::Rc;

use super::operation::{DayOrder, Numbers, Operation};
use super::operators::{self, truth};
use super::taken_apart::{self, Whole};
use crate::eval::evaluator::Position;
use crate::eval::trace::{Op, Rows, StepId, Template, Trace, Values, Whose};
use crate::facts::{Column, Facts};
use crate::policy::{Expr, Policy};
use crate::syntax::ast::BinaryOp;
use crate::value::{MonthEnd, Rounding, Type, Value};

/// What is computed for a row, value by value. It has no meaning of its own: each operation is the function that the evaluator calls
/// for the same expression, and what it does not know, or cannot compute, is the evaluator's.
#[derive(Debug)]
pub struct Formula<'a> {
    first: Passage<'a>,
    pub reads: Reads,
}

/// Which cells something rests on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    /// Those of the award's row.
    pub event: bool,
    /// Those of the person's row.
    pub person: bool,
    /// A day that the candidate at hand has.
    pub day: bool,
}

impl Reads {
    pub fn of(whose: Whose) -> Reads {
        Reads { event: whose == Whose::Event, person: whose == Whose::Person, day: false }
    }

    /// Those of both.
    pub fn and(self, other: Reads) -> Reads {
        Reads { event: self.event || other.event, person: self.person || other.person, day: self.day || other.day }
    }

    /// Whether it comes to the same at all rows of a person.
    #[inline]
    pub fn is_of_person(self) -> bool {
        !self.event && !self.day
    }
}

/// Operations that are carried out one after the other.
#[derive(Debug)]
pub(super) struct Passage<'a> {
    pub operations: Vec<Operation<'a>>,
    pub then: Then<'a>,
}

/// Where a formula ends.
#[derive(Debug)]
pub struct End<'a> {
    /// Its own among the ends of the formula.
    pub number: u8,
    /// The steps of all that was computed.
    pub steps: Rc<Template<'a>>,
    /// What they come to, where that is not what was computed last.
    pub(super) value: Option<Source<'a>>,
    /// What is computed of them by whoever asks for the formula.
    pub(super) around: Around<'a>,
}

impl<'a> End<'a> {
    /// Of the last of them, with what was computed.
    #[inline(always)]
    pub fn value<'v>(&self, given: &Given<'a, '_>, values: &'v [Value<'a>]) -> Cow<'v, Value<'a>> {
        match self.value {
            None => Cow::Borrowed(values.last().unwrap_or(&Value::Missing)),
            Some(value) => Cow::Owned(value.value(given, values)),
        }
    }
}

#[derive(Debug)]
pub(super) enum Then<'a> {
    Done(End<'a>),
    /// What comes next hangs on a value.
    Parted {
        on: Source<'a>,
        by: By,
        ways: Vec<Passage<'a>>,
    },
    /// Only the evaluator knows.
    Unknown,
}

/// What stands around an expression: its steps are among those of the formula, and its values follow those of the formula.
#[derive(Debug)]
pub(super) enum Around<'a> {
    Nothing,
    PayLine(LineStands<'a>),
    Limit(RoomStands<'a>),
}

/// Of a pay line: the values that follow are the share of the amount, where the award is prorated, and the rounded amount, where that differs.
#[derive(Debug)]
pub(super) struct LineStands<'a> {
    pub full: Numbers<'a>,
    /// The share that is paid, and its step among those of the line.
    pub share: Option<(Numbers<'a>, u32)>,
    /// With the steps where rounding changes the amount.
    pub rounding: Option<(Rounding, Rc<Template<'a>>)>,
}

/// Of a limit: the values that follow are what it allows, what is used and what is left.
#[derive(Debug)]
pub(super) struct RoomStands<'a> {
    pub most: Numbers<'a>,
    pub ty: Type,
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
    /// That of an expression that is recorded once more as `decision`.
    pub fn of_decision(policy: &'a Policy, facts: &'a Facts, (decision, expr): (Op, &'a Expr)) -> Option<Formula<'a>> {
        Formula::of(policy, facts, Whole::Decision(decision, expr))
    }

    /// None where only the evaluator knows it.
    pub(super) fn of(policy: &'a Policy, facts: &'a Facts, whole: Whole<'a>) -> Option<Formula<'a>> {
        let mut reads = Reads::default();
        let first = taken_apart::passages((policy, facts), whole, &mut reads)?;
        Some(Formula { first, reads })
    }

    /// Adds what is computed to `values`, and gives the end that was reached. None where the evaluator has to do it, with something of no
    /// meaning among the values.
    #[inline]
    pub fn carry_out(&self, given: &Given<'a, '_>, values: &mut Vec<Value<'a>>) -> Option<&End<'a>> {
        match &self.first.then {
            Then::Done(end) if self.first.operations.is_empty() => Some(end),
            _ => self.carry_out_all(given, values),
        }
    }

    #[inline(never)]
    fn carry_out_all(&self, given: &Given<'a, '_>, values: &mut Vec<Value<'a>>) -> Option<&End<'a>> {
        let mut passage = &self.first;
        loop {
            for operation in &passage.operations {
                operation.carry_out(given, values)?;
            }
            match &passage.then {
                Then::Done(end) => return Some(end),
                Then::Parted { on, by, ways } => passage = &ways[by.way(on.value(given, values))],
                Then::Unknown => return None,
            }
        }
    }

    /// Carries it out and records what `finish` says of the end and what was computed: the steps, and what its caller wants to know of them.
    /// Gives the last of the steps. None, and nothing recorded, where the evaluator has to do it.
    #[inline]
    pub(super) fn record<'f, T>(
        &'f self,
        (policy, rows, at): (&'a Policy, Rows, &Position),
        trace: &mut Trace<'a>,
        finish: impl FnOnce(&'f End<'a>, &Given<'a, '_>, &mut Vec<Value<'a>>) -> Option<(&'f Rc<Template<'a>>, T)>,
    ) -> Option<(StepId, T)> {
        let values = trace.values();
        let given = Given { policy, rows, at, from: values.len() };
        match self.carry_out(&given, values).and_then(|end| finish(end, &given, values)) {
            Some((steps, told)) => Some((trace.record_computed(steps, rows, Values::from(given.from)), told)),
            None => {
                values.truncate(given.from);
                None
            }
        }
    }

    /// The cell that it comes to, where that is all there is to it.
    pub fn cell(&self) -> Option<(Whose, &'a Column)> {
        match &self.first.then {
            Then::Done(End { value: Some(Source::Cell(whose, column)), .. }) if self.first.operations.is_empty() => Some((*whose, column)),
            _ => None,
        }
    }

    /// The condition that it is, where it compares a day with another some time later.
    pub fn day_order(&self) -> Option<DayOrder<'a>> {
        match &self.first.then {
            Then::Done(End { value: None, around: Around::Nothing, .. }) => DayOrder::of(&self.first.operations),
            _ => None,
        }
    }

    /// The columns of the cells of the one row that it looks at, each once.
    pub(super) fn cells_of(&self, whose: Whose) -> Vec<&'a Column> {
        let mut cells = Vec::new();
        self.first.add_cells(whose, &mut cells);
        cells
    }

    /// The numbers of its ends are below this one.
    pub fn ends(&self) -> usize {
        self.first.ends()
    }

    /// The steps of the end that has this number.
    pub fn steps_of(&self, number: u8) -> Option<&Template<'a>> {
        self.first.steps_of(number)
    }
}

impl<'a> Passage<'a> {
    fn ends(&self) -> usize {
        match &self.then {
            Then::Done(end) => usize::from(end.number) + 1,
            Then::Parted { ways, .. } => ways.iter().map(Passage::ends).max().unwrap_or(0),
            Then::Unknown => 0,
        }
    }

    fn add_cells(&self, whose: Whose, cells: &mut Vec<&'a Column>) {
        match &self.then {
            Then::Done(end) => {
                for cell in end.steps.cells_of(whose) {
                    if !cells.iter().any(|other| std::ptr::eq(*other, cell)) {
                        cells.push(cell);
                    }
                }
            }
            Then::Parted { ways, .. } => ways.iter().for_each(|way| way.add_cells(whose, cells)),
            Then::Unknown => {}
        }
    }

    fn steps_of(&self, number: u8) -> Option<&Template<'a>> {
        match &self.then {
            Then::Done(end) => (end.number == number).then_some(&*end.steps),
            Then::Parted { ways, .. } => ways.iter().find_map(|way| way.steps_of(number)),
            Then::Unknown => None,
        }
    }
}
