//! Steps that are recorded again for other rows: the same operations in the same places, with the row's own cells (decision 0033).

use std::cell::Cell;
use std::ops::{ControlFlow, Range};
use std::rc::Rc;

use super::computed::{Rows, Stands, Values, Whose};
use super::{FEW, Mark, Op, Step, StepId, StepPlace, Tail, Trace};
use crate::eval::sealed::Alike;
use crate::facts::{Column, Facts};
use crate::value::Value;

/// Steps that rest on one row and its person's and on nothing before them, numbered from 0. What stands in their cells is read where somebody looks.
#[derive(Clone, Debug, Default)]
pub struct Template<'a> {
    pub(super) steps: Vec<Step<'a>>,
    /// The inputs of those that have many, one after the other.
    pub(super) inputs: Vec<StepId>,
    /// By step: where its value stands.
    pub(super) values: Vec<Stands<'a>>,
    /// How many values are computed for its steps.
    pub(super) computed: u32,
    /// Where it was given one: no other that is recorded in the same trace has this number.
    pub(super) number: Option<Number<'a>>,
    /// Where the trace keeps it that recorded it last, from 1.
    pub(super) kept: Cell<u32>,
}

#[derive(Clone, Debug)]
pub(super) struct Number<'a> {
    number: u32,
    /// The columns of the cells that are read anew; none where more than cells of the award's row differs.
    columns: Option<Vec<&'a Column>>,
}

/// The steps of a template at one row. They are not written out: who looks at one finds it here.
#[derive(Clone, Copy, Debug)]
pub struct Passage {
    /// The place of the template among those that the trace keeps.
    pub(super) template: u32,
    pub(super) rows: Rows,
    pub(super) values: Values,
    /// The number of its first step, and of the one behind its last.
    pub(super) first: u32,
    pub(super) end: u32,
    /// How many more steps are recorded than written out, with its own.
    pub(super) lead: u32,
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
        let behind = |stands: &Stands<'a>| match stands {
            Stands::Computed(number) => Stands::Computed(number + self.computed),
            Stands::Here | Stands::InCell(..) => *stands,
        };
        Template {
            steps: self.steps.iter().copied().chain(next.steps.iter().map(moved)).collect(),
            inputs: self.inputs.iter().copied().chain(next.inputs.iter().map(|input| StepId(input.0 + steps))).collect(),
            values: self.values.iter().copied().chain(next.values.iter().map(behind)).collect(),
            computed: self.computed + next.computed,
            ..Template::default()
        }
    }

    /// The columns of the cells of the one row that are read.
    pub fn cells_of(&self, whose: Whose) -> impl Iterator<Item = &'a Column> {
        self.values.iter().filter_map(move |stands| match stands {
            Stands::InCell(of, column) if *of == whose => Some(*column),
            Stands::InCell(..) | Stands::Here | Stands::Computed(_) => None,
        })
    }

    /// What tells its steps apart wherever they are recorded again: its number, and the columns of the cells that are read anew. None where it
    /// was given no number, or where more than cells of the award's row differs.
    #[inline]
    pub fn read_anew(&self) -> Option<(u32, &[&'a Column])> {
        self.number.as_ref().and_then(|Number { number, columns }| Some((*number, columns.as_deref()?)))
    }

    /// What tells it from others that are recorded in the same trace, where it was given a number.
    #[inline]
    pub fn number(&self) -> Option<u32> {
        self.number.as_ref().map(|number| number.number)
    }
}

impl Passage {
    /// Where the steps behind it begin.
    pub(super) fn tail(&self) -> Tail {
        Tail { id: self.end, lead: self.lead }
    }
}

impl<'a> Trace<'a> {
    fn template(&self, passage: &Passage) -> &Template<'a> {
        &self.kept[passage.template as usize]
    }

    pub(super) fn value_in(&self, passage: &Passage, at: usize) -> Value<'a> {
        let template = self.template(passage);
        match template.values[at] {
            Stands::Here => template.steps[at].value,
            Stands::InCell(whose, column) => column.value(passage.rows.of(whose)),
            Stands::Computed(number) => self.value_at(passage.values, number),
        }
    }

    pub(super) fn step_in(&self, passage: &Passage, at: usize) -> Step<'a> {
        let template = self.template(passage);
        let mut step = Step { value: self.value_in(passage, at), ..template.steps[at] };
        if let (StepPlace::Cell { row, .. }, Stands::InCell(whose, _)) = (&mut step.place, template.values[at]) {
            *row = passage.rows.of(whose);
        }
        step
    }

    pub(super) fn inputs_in_passage(&self, passage: &Passage, at: usize) -> Vec<StepId> {
        let template = self.template(passage);
        let inputs = inputs_in(&template.steps[at], &template.inputs);
        inputs.iter().map(|input| StepId(input.0 + passage.first)).collect()
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
            values: steps.iter().map(|step| column(step).map_or(Stands::Here, |column| Stands::InCell(Whose::Event, column))).collect(),
            ..Template::default()
        })
    }

    /// Gives a template its number.
    pub fn numbered(&mut self, template: Template<'a>) -> Rc<Template<'a>> {
        let cell = |stands: &Stands<'a>| match stands {
            Stands::Here => Some(None),
            Stands::InCell(Whose::Event, column) => Some(Some(*column)),
            Stands::InCell(Whose::Person, _) | Stands::Computed(_) => None,
        };
        let cells: Option<Vec<Option<&Column>>> = template.values.iter().map(cell).collect();
        self.templates += 1;
        let columns = cells.map(|cells| cells.into_iter().flatten().collect());
        Rc::new(Template { number: Some(Number { number: self.templates, columns }), ..template })
    }

    /// The template and the row of these steps, where they were recorded again at once.
    #[inline]
    pub fn recorded_again(&self, steps: Range<u32>) -> Option<(&Template<'a>, u32)> {
        let passage = self.before(StepId(steps.start))?;
        ((passage.first..passage.tail().id) == steps).then_some((self.template(passage), passage.rows.event))
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

    /// The last passage that begins with the step or before it.
    fn before(&self, id: StepId) -> Option<&Passage> {
        let behind = self.passages.partition_point(|passage| passage.first <= id.0);
        self.passages[..behind].last()
    }

    /// The passage that holds a step that is not sealed, and the step's place in it; where none does, its place among those written out.
    pub(super) fn passage(&self, id: StepId) -> Result<(&Passage, usize), usize> {
        self.within(self.before(id), id)
    }

    /// The same where it is known which passage is the last that begins with the step or before it.
    #[inline]
    pub(super) fn within<'t>(&'t self, before: Option<&'t Passage>, id: StepId) -> Result<(&'t Passage, usize), usize> {
        match before {
            None => Err((id.0 - self.sealed_len) as usize),
            Some(passage) if id.0 < passage.tail().id => Ok((passage, (id.0 - passage.first) as usize)),
            Some(passage) => Err((id.0 - passage.lead) as usize),
        }
    }

    /// Goes through the steps that are not sealed, from the last of a range to its first: those that stand together, the number of the
    /// first of them, and the passage that holds them, where one does. What stands in cells is not read.
    #[inline(always)]
    fn each_run<'t, T>(
        &'t self,
        steps: Range<u32>,
        mut visit: impl FnMut(u32, &'t [Step<'a>], Option<&'t Passage>) -> ControlFlow<T>,
    ) -> ControlFlow<T> {
        let (start, mut end) = (steps.start.max(self.sealed_len), steps.end);
        let before = self.passages.partition_point(|passage| passage.first < end);
        for passage in self.passages[..before].iter().rev() {
            let tail = passage.tail();
            if end > tail.id {
                let first = tail.id.max(start);
                visit(first, self.written_between(first..end, tail.lead), None)?;
                end = first;
            }
            if end <= start {
                return ControlFlow::Continue(());
            }
            let first = passage.first.max(start);
            visit(first, &self.template(passage).steps[(first - passage.first) as usize..(end - passage.first) as usize], Some(passage))?;
            end = first;
        }
        if end > start { visit(start, self.written_between(start..end, self.sealed_len), None) } else { ControlFlow::Continue(()) }
    }

    /// Shows the steps from the last to the first, each with the number of its inputs, until `visit` has what it wants.
    pub fn back<T>(&self, steps: Range<u32>, mut visit: impl FnMut(&Step<'a>, usize) -> ControlFlow<T>) -> Option<T> {
        let open = self.each_run(steps.clone(), |first, run, passage| {
            run.iter().enumerate().rev().try_for_each(|(at, step)| {
                let step = passage.map_or(*step, |passage| self.step_in(passage, (first - passage.first) as usize + at));
                visit(&step, usize::from(step.input_count))
            })
        });
        let all = open
            .is_continue()
            .then(|| self.sealed_of(steps).try_for_each(|id| visit(&self.sealed.step(id), self.sealed.inputs_of(id).len())));
        open.break_value().or(all.and_then(ControlFlow::break_value))
    }

    /// The last of an outcome's steps that is wanted, and what was wanted of it.
    pub fn last<T>(&self, steps: Range<u32>, wanted: impl Fn(Op) -> Option<T>) -> Option<(StepId, T)> {
        let open = self.each_run(steps.clone(), |first, run, _| {
            for (at, step) in run.iter().enumerate().rev() {
                if let Some(found) = wanted(step.op) {
                    return ControlFlow::Break((StepId(first + at as u32), found));
                }
            }
            ControlFlow::Continue(())
        });
        let sealed = || self.sealed_of(steps).find_map(|id| wanted(self.sealed.step(id).op).map(|found| (id, found)));
        open.break_value().or_else(sealed)
    }
}

/// The inputs of a step; of those that have many they stand in a list of their own.
pub(super) fn inputs_in<'s>(step: &'s Step, many: &'s [StepId]) -> &'s [StepId] {
    let count = usize::from(step.input_count);
    if count <= FEW {
        return &step.inputs[..count];
    }
    let first = step.inputs[0].0 as usize;
    &many[first..first + count]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Column, Table};
    use crate::policy::{FieldId, RecordId};
    use crate::source::Span;
    use crate::value::{Date, Number};

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

    fn of_row(event: u32) -> Rows {
        Rows { event, person: 0 }
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
        let none = Values::from(0);
        again.record_computed(&once, of_row(2), none);
        again.record_computed(&twice, of_row(7), none);
        record(&mut again, 4);
        let before = again.mark();
        again.record_computed(&once, of_row(3), none);
        again.rewind(before);
        again.record_computed(&twice, of_row(9), none);
        assert_eq!(shown(&again), shown(&written));
        // templates that another trace recorded meanwhile
        let mut third = Trace::default();
        [(&twice, 4), (&once, 4)].into_iter().for_each(|(template, row)| _ = third.record_computed(template, of_row(row), none));
        let last = again.record_computed(&twice, of_row(1), none);
        [1, 1].into_iter().for_each(|row| record(&mut written, row));
        let mut reading = again.reading();
        for id in (0..again.next()).chain((0..again.next()).rev().step_by(5)).map(StepId) {
            assert!(reading.value(id).is(&written.value(id)), "{id:?}");
        }
        assert_eq!(last, StepId(written.next() - 1));
        assert_eq!(shown_back(&again), shown_back(&written));
        again.seal();
        written.seal();
        assert_eq!(shown(&again), shown(&written));
        record(&mut written, 1);
        again.record_computed(&once, of_row(1), none);
        assert_eq!(shown_back(&again), shown_back(&written));
    }
}
