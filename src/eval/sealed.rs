//! Steps that were taken long ago, in few bytes: a person with very many rows has very many steps that differ in little.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::mem::discriminant;

use crate::eval::trace::{FEW, Op, Step, StepId, StepPlace};
use crate::value::Value;

/// Steps from the first one on. Each is two numbers, of its shape and of its value: the steps of one row are those of the row before
/// with another row and a few other values.
#[derive(Debug, Default)]
pub struct Sealed<'a> {
    shape_of: Narrow,
    value_of: Narrow,
    shapes: Distinct<Shape>,
    /// Those that are no texts, with even numbers, and texts, with odd ones: of these there may be one for each row.
    values: [Distinct<Value<'a>>; 2],
    /// By shape: the one that came next when it came last, and the value that it had.
    after: Vec<(u32, u32)>,
    /// The shape that came last.
    last: u32,
    /// From which step on cells are those of this row.
    rows: Vec<(u32, u32)>,
    /// The inputs of steps that have many, or some far back.
    far: Vec<(u32, Box<[StepId]>)>,
}

/// A step without its value and its row.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Shape {
    op: Op,
    place: StepPlace,
    inputs: Inputs,
}

#[derive(Clone, Copy, Debug, PartialEq, Hash)]
enum Inputs {
    /// How many there are, and how far each is back.
    Near(u8, [u16; NEAR_MOST]),
    Far,
}

const NEAR_MOST: usize = 6;

impl<'a> Sealed<'a> {
    pub fn len(&self) -> usize {
        self.shape_of.len
    }

    /// Adds the next step.
    pub fn push(&mut self, step: &Step<'a>, inputs: &[StepId]) {
        let id = self.len() as u32;
        let place = match step.place {
            StepPlace::Cell { record, row, field, clause } => {
                if self.rows.last().is_none_or(|(_, last)| *last != row) {
                    self.rows.push((id, row));
                }
                StepPlace::Cell { record, row: 0, field, clause }
            }
            place @ (StepPlace::Clause(_) | StepPlace::Paid(_)) => place,
        };
        let near = near(id, inputs);
        if near == Inputs::Far {
            self.far.push((id, inputs.into()));
        }
        let shape = Shape { op: step.op, place, inputs: near };
        let expected = self.after.get(self.last as usize).map_or(0, |(next, _)| *next);
        let shape = self.shapes.number(shape, expected);
        if let Some((next, _)) = self.after.get_mut(self.last as usize) {
            *next = shape;
        }
        if shape as usize == self.after.len() {
            self.after.push((0, 0));
        }
        let (_, value) = &mut self.after[shape as usize];
        let is_text = usize::from(matches!(step.value, Value::Text(_)));
        *value = self.values[is_text].number(step.value, *value / 2) * 2 + is_text as u32;
        self.shape_of.push(shape);
        self.value_of.push(*value);
        self.last = shape;
    }

    pub fn step(&self, id: StepId) -> Step<'a> {
        let shape = self.shapes.items[self.shape_of.get(id.0)];
        let value = self.value_of.get(id.0);
        let value = self.values[value % 2].items[value / 2];
        let place = match shape.place {
            StepPlace::Cell { record, field, clause, .. } => {
                let run = self.rows.partition_point(|(first, _)| *first <= id.0) - 1;
                StepPlace::Cell { record, row: self.rows[run].1, field, clause }
            }
            place @ (StepPlace::Clause(_) | StepPlace::Paid(_)) => place,
        };
        Step { op: shape.op, place, value, inputs: [StepId(0); FEW], input_count: 0 }
    }

    pub fn inputs_of(&self, id: StepId) -> Vec<StepId> {
        match self.shapes.items[self.shape_of.get(id.0)].inputs {
            Inputs::Near(count, back) => back[..usize::from(count)].iter().map(|back| StepId(id.0 - u32::from(*back))).collect(),
            Inputs::Far => {
                let at = self.far.binary_search_by_key(&id.0, |(step, _)| *step);
                at.map_or_else(|_| Vec::new(), |at| self.far[at].1.to_vec())
            }
        }
    }
}

fn near(id: u32, inputs: &[StepId]) -> Inputs {
    let mut back = [0; NEAR_MOST];
    if inputs.len() > NEAR_MOST {
        return Inputs::Far;
    }
    for (back, input) in back.iter_mut().zip(inputs) {
        match id.checked_sub(input.0).map(u16::try_from) {
            Some(Ok(distance)) => *back = distance,
            _ => return Inputs::Far,
        }
    }
    Inputs::Near(inputs.len() as u8, back)
}

/// Numbers that are small but for a few, in pieces: what grows in one piece stands in memory twice whenever it grows.
#[derive(Debug, Default)]
struct Narrow {
    low: Vec<Vec<u16>>,
    len: usize,
    /// Those that do not fit, with their places.
    wide: Vec<(u32, u32)>,
}

/// Numbers in a piece.
const PIECE: usize = 1 << 16;

impl Narrow {
    fn push(&mut self, number: u32) {
        let low = u16::try_from(number).unwrap_or(u16::MAX);
        if low == u16::MAX {
            self.wide.push((self.len as u32, number));
        }
        if self.len.is_multiple_of(PIECE) {
            self.low.push(Vec::with_capacity(PIECE));
        }
        if let Some(piece) = self.low.last_mut() {
            piece.push(low);
            self.len += 1;
        }
    }

    fn get(&self, at: u32) -> usize {
        let low = self.low[at as usize / PIECE][at as usize % PIECE];
        let wide = || self.wide[self.wide.partition_point(|(place, _)| *place < at)].1 as usize;
        if low == u16::MAX { wide() } else { usize::from(low) }
    }
}

/// Things that come again and again, numbered in the order of their first appearance. The hash never shows.
#[derive(Debug)]
struct Distinct<T> {
    items: Vec<T>,
    /// Open addressing: numbers from 1, 0 where a slot is free; the length is a power of two.
    slots: Vec<u32>,
}

impl<T> Default for Distinct<T> {
    fn default() -> Distinct<T> {
        Distinct { items: Vec::new(), slots: Vec::new() }
    }
}

/// What is the same only where nobody can tell it apart.
pub(super) trait Alike: Copy {
    fn is(&self, other: &Self) -> bool;
    /// Alike things have the same.
    fn hash_into(&self, hasher: &mut DefaultHasher);
}

impl<T: Alike> Distinct<T> {
    /// The number of a thing; `expected` is the one that it probably has.
    fn number(&mut self, item: T, expected: u32) -> u32 {
        if self.items.get(expected as usize).is_some_and(|other| other.is(&item)) {
            return expected;
        }
        if self.items.len() * 2 >= self.slots.len() {
            self.grow();
        }
        let at = self.slot(&item);
        if self.slots[at] == 0 {
            self.items.push(item);
            self.slots[at] = self.items.len() as u32;
        }
        self.slots[at] - 1
    }

    /// The slot that holds the thing, or the free one where it belongs.
    fn slot(&self, item: &T) -> usize {
        let mut hasher = DefaultHasher::new();
        item.hash_into(&mut hasher);
        let mask = self.slots.len() - 1;
        let mut at = hasher.finish() as usize & mask;
        while self.slots[at] != 0 && !self.items[self.slots[at] as usize - 1].is(item) {
            at = (at + 1) & mask;
        }
        at
    }

    fn grow(&mut self) {
        self.slots = vec![0; (self.slots.len() * 2).max(64)];
        for (number, item) in (1u32..).zip(&self.items) {
            let at = self.slot(item);
            self.slots[at] = number;
        }
    }
}

impl Alike for Shape {
    fn is(&self, other: &Shape) -> bool {
        self == other
    }

    fn hash_into(&self, hasher: &mut DefaultHasher) {
        discriminant(&self.op).hash(hasher);
        self.inputs.hash(hasher);
        match self.place {
            StepPlace::Clause(span) => span.hash(hasher),
            StepPlace::Cell { field, clause, .. } => (field.0, clause).hash(hasher),
            StepPlace::Paid(line) => line.hash(hasher),
        }
    }
}

impl Alike for Value<'_> {
    /// Numbers may be equal and be kept with other digits.
    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Value::Number(one), Value::Number(other))
            | (Value::Money(one), Value::Money(other))
            | (Value::Percent(one), Value::Percent(other)) => one.bits() == other.bits(),
            (Value::Number(_) | Value::Money(_) | Value::Percent(_), _) => false,
            _ => self == other,
        }
    }

    fn hash_into(&self, hasher: &mut DefaultHasher) {
        discriminant(self).hash(hasher);
        match self {
            Value::Number(number) | Value::Money(number) | Value::Percent(number) => number.bits().hash(hasher),
            Value::Text(text) => text.hash(hasher),
            Value::Date(date) => date.hash(hasher),
            Value::Duration(duration) => duration.hash(hasher),
            Value::YesNo(yes) => yes.hash(hasher),
            Value::Missing | Value::NotApplicable | Value::Label(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::Trace;
    use crate::eval::trace::Fault;
    use crate::policy::{FieldId, RecordId};
    use crate::source::Span;
    use crate::value::{Date, Number};

    /// Steps of all kinds: those of one row like those of another, cells of several rows, inputs that are near, far, and many.
    fn record(trace: &mut Trace<'_>, number: u32) {
        let value = match number % 7 {
            0 => Value::Date(Date::new(2020, 1, 1).unwrap().plus_days((number % 40) as i32).unwrap()),
            1 => Value::Money(Number::parse("1").unwrap()),
            2 => Value::Money(Number::parse("1.00").unwrap()),
            3 => Value::Number(Number::from_integer(i64::from(number))),
            4 => Value::Text(if number.is_multiple_of(3) { "a" } else { "b" }),
            5 => Value::YesNo(number.is_multiple_of(2)),
            _ => Value::Percent(Number::parse("1").unwrap()),
        };
        let span = Span { start: number % 11, end: 20 };
        let place = match number % 5 {
            0 => StepPlace::Paid(number / 100),
            1 | 2 => StepPlace::Cell { record: RecordId(0), row: number / 20 * 3 % 17, field: FieldId((number % 4) as u16), clause: span },
            _ => StepPlace::Clause(span),
        };
        let back = |distance: u32| number.checked_sub(distance).map(StepId);
        let inputs: Vec<StepId> = match number % 13 {
            0 => (1..10).filter_map(back).collect(),
            1 => back(70_000).into_iter().chain(back(1)).collect(),
            kind => (1..kind % 4).filter_map(back).collect(),
        };
        let op = if number.is_multiple_of(2) { Op::Condition((number % 3) as u16) } else { Op::Population { rows: number % 9 } };
        if number.is_multiple_of(101) {
            trace.record_fault(op, place, &inputs, Fault::DivisionByZero);
        } else {
            trace.record(op, place, &inputs, value);
        }
    }

    #[test]
    fn wide_numbers_come_back() {
        let mut narrow = Narrow::default();
        let all = [0, 65_534, 65_535, 65_536, 7, 1 << 20];
        all.into_iter().for_each(|number| narrow.push(number));
        assert_eq!((0..).zip(all).map(|(at, _)| narrow.get(at) as u32).collect::<Vec<_>>(), all);
    }

    #[test]
    fn sealed_steps_are_the_same() {
        const STEPS: u32 = 100_000;
        let (mut open, mut sealed) = (Trace::default(), Trace::default());
        for number in 0..STEPS {
            record(&mut open, number);
            record(&mut sealed, number);
            if number % 977 == 5 {
                sealed.seal();
                let mark = sealed.mark();
                record(&mut sealed, number + 1);
                sealed.rewind(mark);
            }
        }
        assert_eq!((sealed.next(), open.next()), (STEPS, STEPS));
        for id in (0..STEPS).map(StepId) {
            let (one, other) = (open.step(id), sealed.step(id));
            assert_eq!(format!("{:?}", (one.op, one.place, one.value)), format!("{:?}", (other.op, other.place, other.value)));
            assert!(one.value.is(&other.value), "{id:?}");
            assert_eq!(open.inputs_of(id), sealed.inputs_of(id));
            assert_eq!((open.fault(id), open.cause_of_missing(id)), (sealed.fault(id), sealed.cause_of_missing(id)));
        }
        sealed.clear();
        record(&mut sealed, 3);
        assert_eq!((sealed.next(), sealed.step(StepId(0)).op), (1, open.step(StepId(3)).op));
    }
}
