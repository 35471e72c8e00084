//! A condition that looks at one column: its values by kind. Values of one kind leave the same steps but for the cell that is read.

use crate::eval::evaluator::{Evaluator, Position};
use crate::eval::expression::operators::truth;
use crate::eval::trace::{Mark, Op, Template};
use crate::facts::column::{NO_NUMBER, day_number};
use crate::facts::{Column, NumberColumn, TextColumn};
use crate::policy::{Expr, RecordId};
use crate::value::{Date, Value};

#[derive(Debug)]
pub struct Check<'a> {
    /// Its place among the award's conditions.
    index: u16,
    condition: &'a Expr,
    pub values: Values<'a>,
    /// By the value's number in its column: its kind, from 1; 0 where it was not met.
    kind_of: Vec<u8>,
    kinds: Vec<Kind<'a>>,
}

/// The column, as its values are told apart.
#[derive(Clone, Copy, Debug)]
pub enum Values<'a> {
    Text(&'a TextColumn),
    Choice(&'a [Option<u8>]),
    Number(&'a NumberColumn),
    Date(&'a [Option<Date>]),
    /// Whether there is a date.
    Dated(&'a [Option<Date>]),
    /// Whether there is a value.
    Known(&'a Column),
    Other(&'a Column),
}

/// What a condition wants to know of its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// Which value stands there.
    Value,
    /// Whether one does: all that are known are of one kind.
    WhetherKnown,
}

#[derive(Debug)]
struct Kind<'a> {
    decided: Decided,
    /// None where they cannot be recorded again.
    steps: Option<Template<'a>>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Decided {
    #[default]
    Holds,
    Fails,
    Missing,
}

impl Decided {
    #[inline]
    pub fn of(value: Value) -> Decided {
        match truth(value) {
            Some(true) => Decided::Holds,
            Some(false) => Decided::Fails,
            None => Decided::Missing,
        }
    }
}

/// Columns with more distinct values are looked at row by row.
pub const VALUES_MOST: usize = 1 << 17;

/// Of so many kinds the steps are kept: more come only of what is computed from the value before it is compared.
const KINDS_MOST: usize = 200;

impl<'a> Check<'a> {
    pub fn new(index: u16, condition: &'a Expr, (column, asks): (&'a Column, Asks)) -> Check<'a> {
        let values = match (asks, column) {
            (Asks::WhetherKnown, Column::Date(days)) => Values::Dated(days),
            (Asks::WhetherKnown, column) => Values::Known(column),
            (Asks::Value, Column::Text(texts)) => Values::Text(texts),
            (Asks::Value, Column::Choice { codes, .. }) => Values::Choice(codes),
            (Asks::Value, Column::Number(numbers) | Column::Percent(numbers) | Column::Money(numbers)) => Values::Number(numbers),
            (Asks::Value, Column::Date(days)) => Values::Date(days),
            (Asks::Value, column) => Values::Other(column),
        };
        Check { index, condition, values, kind_of: Vec::new(), kinds: Vec::new() }
    }

    /// The kind of the value with this number, where it was met before.
    #[inline]
    pub fn known_kind(&self, number: usize) -> Option<u8> {
        self.kind_of.get(number).copied().filter(|kind| *kind > 0)
    }

    /// The kind of the row's value, decided now if the value is met for the first time. None where there would be too many.
    pub fn kind(&mut self, event: (RecordId, u32), evaluator: &mut Evaluator<'a>) -> Option<u8> {
        let number = self.values.number_of(event.1);
        if let Some(known) = self.known_kind(number) {
            return Some(known);
        }
        if number > VALUES_MOST {
            return None;
        }
        let mark = evaluator.trace.mark();
        let at = Position { event: Some(event), ..Position::default() };
        let decided = self.evaluate(&at, evaluator);
        let at = self.kind_since(mark, decided, evaluator);
        evaluator.trace.rewind(mark); // the steps come again in their own turn
        let kind = u8::try_from(at? + 1).ok()?;
        put(&mut self.kind_of, number, kind);
        Some(kind)
    }

    /// The kind of values that leave the steps that stand since the mark.
    fn kind_since(&mut self, mark: Mark, decided: Decided, evaluator: &Evaluator<'a>) -> Option<usize> {
        let repeated = |kind: &Kind<'a>| kind.steps.as_ref().is_some_and(|steps| evaluator.trace.repeats(steps, mark));
        if let Some(at) = self.kinds.iter().position(repeated) {
            return Some(at);
        }
        let steps = evaluator.trace.since(mark, evaluator.facts);
        if steps.is_none()
            && let Some(at) = self.kinds.iter().position(|kind| kind.steps.is_none() && kind.decided == decided)
        {
            return Some(at);
        }
        if self.kinds.len() == KINDS_MOST {
            return None;
        }
        self.kinds.push(Kind { decided, steps });
        Some(self.kinds.len() - 1)
    }

    /// What values of the kind decide, and their steps.
    pub fn of_kind(&self, kind: u8) -> (Decided, Option<&Template<'a>>) {
        let kind = &self.kinds[usize::from(kind) - 1];
        (kind.decided, kind.steps.as_ref())
    }

    /// Decides the condition for a row by itself.
    pub fn decide(&self, at: &Position, evaluator: &mut Evaluator<'a>) -> Decided {
        let mark = evaluator.trace.mark();
        let decided = self.evaluate(at, evaluator);
        evaluator.trace.rewind(mark);
        decided
    }

    fn evaluate(&self, at: &Position, evaluator: &mut Evaluator<'a>) -> Decided {
        let step = evaluator.decide(Op::Condition(self.index), self.condition, at);
        Decided::of(evaluator.value(step))
    }
}

impl Values<'_> {
    /// The number of the row's value among those that the condition tells apart, 0 for missing; [`NO_NUMBER`] for a value beyond those that are
    /// numbered.
    #[inline(always)]
    pub fn number_of(&self, row: u32) -> usize {
        let at = row as usize;
        match self {
            Values::Text(texts) => texts.code(row) as usize,
            Values::Choice(codes) => codes[at].map_or(0, |code| 1 + usize::from(code)),
            Values::Number(numbers) => numbers.code(row),
            Values::Date(days) => day_number(days[at]),
            Values::Dated(days) => usize::from(days[at].is_some()),
            Values::Known(column) => usize::from(column.number(row) != 0),
            Values::Other(column) => column.number(row),
        }
    }

    /// The numbers of all values are below this one, as far as that is known.
    pub fn numbers(&self) -> usize {
        match self {
            Values::Text(texts) => texts.distinct() + 1,
            Values::Dated(_) | Values::Known(_) => 2,
            Values::Choice(_) | Values::Number(_) | Values::Date(_) | Values::Other(_) => NO_NUMBER,
        }
    }
}

/// Puts an item at its place in a list, which grows as far as that.
pub fn put<T: Clone + Default>(list: &mut Vec<T>, place: usize, item: T) {
    if place >= list.len() {
        list.resize(place + 1, T::default());
    }
    list[place] = item;
}
