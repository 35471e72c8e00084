//! Steps that are recorded again for other rows: the same operations in the same places, with the row's own cells (decision 0033).

use std::ops::{ControlFlow, Range};
use std::rc::Rc;

use super::{FEW, Mark, Op, Step, StepId, StepPlace, Tail, Trace, inputs_in};
use crate::eval::sealed::Alike;
use crate::facts::{Column, Facts};

/// Steps that rest on one row and on nothing before them, numbered from 0. What stands in their cells is read where somebody looks.
#[derive(Debug, Default)]
pub struct Template<'a> {
    steps: Vec<Step<'a>>,
    /// The inputs of those that have many, one after the other.
    inputs: Vec<StepId>,
    /// By step: its column, where it is a cell.
    columns: Vec<Option<&'a Column>>,
}

/// The steps of a template at one row. They are not written out: who looks at one finds it here.
#[derive(Debug)]
pub struct Passage<'a> {
    template: Rc<Template<'a>>,
    row: u32,
    /// The number of its first step.
    first: u32,
    /// How many more steps are recorded than written out, with its own.
    lead: u32,
}

impl<'a> Template<'a> {
    /// These steps and then those of another template of the same row.
    pub fn followed_by(&self, next: &Template<'a>) -> Template<'a> {
        let (steps, inputs) = (self.steps.len() as u32, self.inputs.len() as u32);
        let moved = |step: &Step<'a>| {
            let mut moved = *step;
            let count = usize::from(step.input_count);
            if count > FEW {
                moved.inputs[0].0 += inputs;
            } else {
                moved.inputs.iter_mut().take(count).for_each(|input| input.0 += steps);
            }
            moved
        };
        Template {
            steps: self.steps.iter().copied().chain(next.steps.iter().map(moved)).collect(),
            inputs: self.inputs.iter().copied().chain(next.inputs.iter().map(|input| StepId(input.0 + steps))).collect(),
            columns: self.columns.iter().chain(&next.columns).copied().collect(),
        }
    }
}

impl<'a> Passage<'a> {
    fn step(&self, at: usize) -> Step<'a> {
        let mut step = self.template.steps[at];
        if let (StepPlace::Cell { row, .. }, Some(column)) = (&mut step.place, self.template.columns[at]) {
            *row = self.row;
            step.value = column.value(self.row);
        }
        step
    }

    pub(super) fn inputs_of(&self, at: usize) -> Vec<StepId> {
        let inputs = inputs_in(&self.template.steps[at], &self.template.inputs);
        inputs.iter().map(|input| StepId(input.0 + self.first)).collect()
    }

    /// Where the steps behind it begin.
    pub(super) fn tail(&self) -> Tail {
        Tail { id: self.first + self.template.steps.len() as u32, lead: self.lead }
    }
}

impl<'a> Trace<'a> {
    /// The steps since the mark, where they rest on nothing before it and none is at fault.
    pub fn since(&self, mark: Mark, facts: &'a Facts) -> Option<Template<'a>> {
        if (self.faults.len(), self.passages.len()) != (mark.faults, mark.passages) {
            return None;
        }
        let steps = &self.steps[mark.steps..];
        let before = self.next() - steps.len() as u32;
        let own = |input: &StepId| input.0.checked_sub(before).map(StepId);
        let of_template = |step: &Step<'a>| {
            let mut step = *step;
            let count = usize::from(step.input_count);
            if count > FEW {
                step.inputs[0].0 -= mark.inputs as u32;
            } else {
                for input in step.inputs.iter_mut().take(count) {
                    *input = own(input)?;
                }
            }
            Some(step)
        };
        let column = |step: &Step| match step.place {
            StepPlace::Cell { record, field, .. } => Some(facts.table(record).column(field)),
            StepPlace::Clause(_) | StepPlace::Paid(_) => None,
        };
        Some(Template {
            steps: steps.iter().map(of_template).collect::<Option<_>>()?,
            inputs: self.inputs[mark.inputs..].iter().map(own).collect::<Option<_>>()?,
            columns: steps.iter().map(column).collect(),
        })
    }

    /// Whether the steps since the mark are those of the template but for the row and what stands in its cells.
    pub fn repeats(&self, template: &Template<'a>, mark: Mark) -> bool {
        if (self.faults.len(), self.passages.len()) != (mark.faults, mark.passages) {
            return false;
        }
        let steps = &self.steps[mark.steps..];
        let before = self.next() - steps.len() as u32;
        let alike = |(own, other): (&Step<'a>, &Step<'a>)| {
            let same_place = match (own.place, other.place) {
                (
                    StepPlace::Cell { record, field, clause, .. },
                    StepPlace::Cell { record: records, field: fields, clause: clauses, .. },
                ) => (record, field, clause) == (records, fields, clauses),
                (own_place, others) => own_place == others && own.value.is(&other.value),
            };
            let (inputs, others) = (inputs_in(own, &self.inputs), inputs_in(other, &template.inputs));
            let same = |(own, other): (&StepId, &StepId)| own.0 == other.0 + before;
            own.op == other.op && same_place && inputs.len() == others.len() && inputs.iter().zip(others).all(same)
        };
        steps.len() == template.steps.len() && steps.iter().zip(&template.steps).all(alike)
    }

    /// Records the steps once more, for another row. Returns the last of them.
    #[inline]
    pub fn record_again(&mut self, template: &Rc<Template<'a>>, row: u32) -> StepId {
        let lead = self.tail.lead + template.steps.len() as u32;
        let passage = Passage { template: Rc::clone(template), row, first: self.next(), lead };
        self.tail = passage.tail();
        self.passages.push(passage);
        StepId(self.tail.id.saturating_sub(1))
    }

    /// The last passage that begins with the step or before it.
    fn before(&self, id: StepId) -> Option<&Passage<'a>> {
        let behind = self.passages.partition_point(|passage| passage.first <= id.0);
        self.passages[..behind].last()
    }

    /// The passage that holds a step that is not sealed, and the step's place in it; where none does, its place among those written out.
    pub(super) fn passage(&self, id: StepId) -> Result<(&Passage<'a>, usize), usize> {
        match self.before(id) {
            None => Err((id.0 - self.sealed_len) as usize),
            Some(passage) if id.0 < passage.tail().id => Ok((passage, (id.0 - passage.first) as usize)),
            Some(passage) => Err((id.0 - passage.lead) as usize),
        }
    }

    /// The steps that stand together up to this one, which is not sealed, and the number of the first. What stands in their cells is not read.
    fn run_to(&self, id: StepId) -> (u32, &[Step<'a>]) {
        let written = |first: u32, lead: u32| (first, &self.steps[(first - lead) as usize..=(id.0 - lead) as usize]);
        match self.before(id) {
            None => written(self.sealed_len, self.sealed_len),
            Some(passage) if id.0 < passage.tail().id => (passage.first, &passage.template.steps[..=(id.0 - passage.first) as usize]),
            Some(passage) => written(passage.tail().id, passage.lead),
        }
    }

    /// Shows the steps from the last to the first, each with the number of its inputs, until `visit` has what it wants.
    pub fn back<T>(&self, steps: Range<u32>, mut visit: impl FnMut(&Step<'a>, usize) -> ControlFlow<T>) -> Option<T> {
        let mut end = steps.end;
        while end > steps.start {
            let id = StepId(end - 1);
            if end <= self.sealed_len {
                if let ControlFlow::Break(found) = visit(&self.sealed.step(id), self.sealed.inputs_of(id).len()) {
                    return Some(found);
                }
                end -= 1;
                continue;
            }
            let passage = self.before(id).filter(|passage| id.0 < passage.tail().id);
            let (first, run) = self.run_to(id);
            for at in (steps.start.max(first)..end).rev().map(|id| (id - first) as usize) {
                let step = passage.map_or(run[at], |passage| passage.step(at));
                if let ControlFlow::Break(found) = visit(&step, usize::from(step.input_count)) {
                    return Some(found);
                }
            }
            end = first;
        }
        None
    }

    /// The last of an outcome's steps that is wanted, and what was wanted of it.
    pub fn last<T>(&self, steps: Range<u32>, wanted: impl Fn(Op) -> Option<T>) -> Option<(StepId, T)> {
        let mut end = steps.end;
        while end > steps.start {
            let sealed;
            let (first, run) = if end > self.sealed_len {
                self.run_to(StepId(end - 1))
            } else {
                sealed = self.sealed.step(StepId(end - 1));
                (end - 1, std::slice::from_ref(&sealed))
            };
            let found = (first..end).zip(run).rev().find_map(|(id, step)| wanted(step.op).map(|found| (StepId(id), found)));
            if found.is_some() {
                return found.filter(|(id, _)| id.0 >= steps.start);
            }
            end = first;
        }
        None
    }

    /// A step before the last passage, or one that is sealed.
    #[cold]
    pub(super) fn earlier(&self, id: StepId) -> Step<'a> {
        if id.0 < self.sealed_len {
            return self.sealed.step(id);
        }
        match self.passage(id) {
            Ok((passage, at)) => passage.step(at),
            Err(at) => self.steps[at],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Table;
    use crate::policy::{FieldId, RecordId};
    use crate::source::Span;
    use crate::value::{Date, Number, Value};

    /// A cell, four constants, a step that rests on all of them, and one that rests on that: few inputs and many.
    fn record(trace: &mut Trace<'_>, row: u32) {
        let clause = Span { start: 3, end: 4 };
        let cell = StepPlace::Cell { record: RecordId(0), row, field: FieldId(1), clause };
        let number = |number| Value::Number(Number::from_integer(number));
        let mut inputs = vec![trace.record(Op::Field, cell, &[], Value::Date(day(row)))];
        inputs.extend((0..4).map(|of| trace.record(Op::Constant, StepPlace::Clause(clause), &[], number(of))));
        let all = trace.record(Op::OneOf, StepPlace::Clause(clause), &inputs, Value::YesNo(false));
        trace.record(Op::Condition(0), StepPlace::Clause(clause), &[all], Value::YesNo(false));
    }

    fn day(row: u32) -> Date {
        Date::new(2025, 3, row + 1).unwrap()
    }

    fn shown(trace: &Trace) -> Vec<String> {
        let step = |id| {
            let Step { op, place, value, .. } = trace.step(id);
            format!("{op:?} {place:?} {:?} {value:?}", trace.inputs_of(id))
        };
        (0..trace.next()).map(StepId).map(step).collect()
    }

    /// All but the first two, from the last on; those of one row come together.
    fn shown_back(trace: &Trace) -> Vec<String> {
        let mut shown = Vec::new();
        let all = trace.back(2..trace.next(), |step, inputs| {
            shown.push(format!("{:?} {:?} {inputs} {:?}", step.op, step.place, step.value));
            ControlFlow::<()>::Continue(())
        });
        assert!(all.is_none() && shown.len() as u32 + 2 == trace.next());
        shown
    }

    #[test]
    fn steps_recorded_again_are_those_that_are_recorded() {
        let days = Column::Date((0..10).map(|row| Some(day(row))).collect());
        let facts = Facts { tables: vec![Table { columns: vec![Column::Absent, days], ..Table::default() }], ..Facts::default() };
        let (mut written, mut again, mut other) = (Trace::default(), Trace::default(), Trace::default());
        record(&mut other, 5);
        let template = other.since(Mark::default(), &facts).unwrap();
        assert!(other.repeats(&template, Mark::default()));
        let twice = Rc::new(template.followed_by(&template));
        assert!(!other.repeats(&twice, Mark::default()));
        let once = Rc::new(template);
        for row in [2, 2, 7, 7, 4, 9, 9] {
            record(&mut written, row);
        }
        record(&mut again, 2);
        again.record_again(&once, 2);
        again.record_again(&twice, 7);
        record(&mut again, 4);
        let before = again.mark();
        again.record_again(&once, 3);
        again.rewind(before);
        let last = again.record_again(&twice, 9);
        assert_eq!(shown(&again), shown(&written));
        assert_eq!(last, StepId(written.next() - 1));
        assert_eq!(shown_back(&again), shown_back(&written));
        again.seal();
        written.seal();
        assert_eq!(shown(&again), shown(&written));
        record(&mut written, 1);
        again.record_again(&once, 1);
        assert_eq!(shown_back(&again), shown_back(&written));
    }
}
