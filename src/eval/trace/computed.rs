//! Steps whose operations, places and inputs are known before: only what was computed is kept, one value behind the other (decision 0040).

use std::fmt::Debug;

use super::template::Template;
use super::{FEW, Mark, Op, Step, StepId, StepPlace, Trace};
use crate::eval::sealed::Alike;
use crate::facts::Column;
use crate::value::Value;

/// The rows that a passage rests on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rows {
    /// That of the award.
    pub event: u32,
    /// That of the person.
    pub person: u32,
}

/// Where the values of a passage stand that were computed.
#[derive(Clone, Copy, Debug)]
pub struct Values {
    /// So many of the first are among those that last, from this one on.
    lasting: u32,
    at: u32,
    /// Where the others begin among those of the person.
    from: u32,
}

/// How often the values that last were taken away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Generation(u32);

impl Generation {
    pub fn next(self) -> Generation {
        Generation(self.0 + 1)
    }
}

/// Computed values that are shown again for others, among those that the trace keeps so.
#[derive(Clone, Copy, Debug)]
pub struct Lasting {
    count: u32,
    at: u32,
}

impl Values {
    /// All of them one behind the other.
    #[inline]
    pub fn from(from: usize) -> Values {
        Values { lasting: 0, at: 0, from: from as u32 }
    }

    /// The first of them last, the others follow one behind the other.
    #[inline]
    pub fn behind(lasting: Lasting, from: usize) -> Values {
        Values { lasting: lasting.count, at: lasting.at, from: from as u32 }
    }
}

/// Which of the two rows a cell is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    Event,
    Person,
}

/// Where the value of a step stands.
#[derive(Clone, Copy, Debug)]
pub enum Stands<'a> {
    /// In the step, for all rows.
    Here,
    InCell(Whose, &'a Column),
    /// It was computed: its number among the values of the passage.
    Computed(u32),
}

impl Rows {
    #[inline]
    pub fn of(self, whose: Whose) -> u32 {
        match whose {
            Whose::Event => self.event,
            Whose::Person => self.person,
        }
    }
}

/// Steps on the way to be a template.
#[derive(Clone, Debug, Default)]
pub struct Making<'a>(Template<'a>);

impl<'a> Making<'a> {
    /// Adds a step; its inputs, like what is given back, are numbers of steps from 0.
    pub fn add(&mut self, (op, place): (Op, StepPlace), inputs: &[u32], (stands, value): (Stands<'a>, Value<'a>)) -> u32 {
        let template = &mut self.0;
        let mut few = [StepId(0); FEW];
        if inputs.len() > FEW {
            few[0] = StepId(template.inputs.len() as u32);
            template.inputs.extend(inputs.iter().copied().map(StepId));
        } else {
            few.iter_mut().zip(inputs).for_each(|(few, input)| *few = StepId(*input));
        }
        template.steps.push(Step { op, place, inputs: few, input_count: inputs.len() as u16, value });
        template.values.push(stands);
        template.steps.len() as u32 - 1
    }

    /// With so many computed values.
    pub fn made(self, computed: u32) -> Template<'a> {
        Template { computed, ..self.0 }
    }
}

impl<'a> Trace<'a> {
    /// Where values are added that are about to be recorded.
    #[inline]
    pub fn values(&mut self) -> &mut Vec<Value<'a>> {
        &mut self.values
    }

    /// So many values from one on are kept for others.
    pub fn lasting(&mut self, from: usize, count: usize) -> Lasting {
        let at = self.lasting.len() as u32;
        self.lasting.extend(self.values.iter().skip(from).take(count));
        Lasting { count: count as u32, at }
    }

    /// Values that last stand where they were put in the same generation.
    #[inline]
    pub fn generation(&self) -> Generation {
        self.generation
    }

    /// Takes away the values that last.
    #[cold]
    pub(super) fn forget_lasting(&mut self) {
        self.lasting.clear();
        self.generation = self.generation.next();
    }

    pub(super) fn value_at(&self, values: Values, number: u32) -> Value<'a> {
        match number.checked_sub(values.lasting) {
            None => self.lasting[(values.at + number) as usize],
            Some(behind) => self.values[(values.from + behind) as usize],
        }
    }

    /// The value that was computed last.
    #[inline]
    pub fn computed(&self) -> &Value<'a> {
        self.values.last().unwrap_or(&Value::Missing)
    }

    /// Whether the step is one of those that are written out behind all passages.
    #[inline]
    pub fn is_written(&self, id: StepId) -> bool {
        id.0 >= self.tail.id
    }

    /// The value of such a step, where it stands.
    #[inline]
    pub fn written_value(&self, id: StepId) -> &Value<'a> {
        self.written(id).map_or(&Value::Missing, |step| &step.value)
    }

    /// Takes back the steps from `second` on, since the mark, which debug builds record step by step as well: they must be those from `first` to there.
    pub fn expect_twice(&mut self, (first, second): (u32, u32), mark: Mark, what: &dyn Debug) {
        assert!(self.is_twice(first, second), "step by step the same steps are left: {what:?}");
        self.rewind(mark);
    }

    fn is_twice(&self, first: u32, second: u32) -> bool {
        let alike = |at: u32| {
            let (one, other) = (StepId(first + at), StepId(second + at));
            let (step, again) = (self.step(one), self.step(other));
            let moved = self.inputs_of(one).iter().map(|input| StepId(input.0 + second - first)).collect::<Vec<_>>();
            let same_value = step.value.is(&again.value);
            step.op == again.op && step.place == again.place && same_value && moved == *self.inputs_of(other)
        };
        self.next() - second == second - first && (0..second - first).all(alike)
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::source::Span;
    use crate::value::Number;

    #[test]
    fn values_stand_where_they_were_computed() {
        let mut making = Making::default();
        let clause = StepPlace::Clause(Span { start: 3, end: 4 });
        (0..4).for_each(|number| _ = making.add((Op::Constant, clause), &[], (Stands::Computed(number), Value::Missing)));
        let template = Rc::new(making.made(4));
        let mut trace = Trace::default();
        trace.values().extend((1..10).map(|number| Value::Number(Number::from_integer(number))));
        trace.record_computed(&template, Rows::default(), Values::from(2));
        let lasting = trace.lasting(0, 3);
        trace.record_computed(&template, Rows::default(), Values::behind(lasting, 8));
        let values: Vec<String> = (0..8).map(|step| trace.value(StepId(step)).to_string()).collect();
        assert_eq!(values, ["3", "4", "5", "6", "1", "2", "3", "9"]);
    }
}
