//! What is told of conditions that failed, by the template of their steps: of all rows that are decided alike it is known beforehand which cells
//! are told, and where these are days, all words between them are ready as bytes of the table.

use super::observed::row_outcome;
use super::outcome_lines::OutcomeLines;
use super::pieces::Writer;
use super::quote::{told_days, told_fields};
use super::results::{PeopleResult, RowOutcome, RowPlace};
use super::worded::Key;
use super::words::Context;
use crate::eval::{Disposition, Op, Origin, Outcome, PersonRun, Reason, StepId, Trace};
use crate::facts::Table;
use crate::policy::{AwardId, FieldId};
use crate::value::Value;

/// By award and template, for the people of one timeline.
#[derive(Debug, Default)]
pub struct ToldOf {
    /// By the number of the template; one gives way to another.
    slots: Vec<Option<((AwardId, u32), Told)>>,
}

const SLOTS: usize = 64;

/// Stands in place of a day where words are made.
const DAY: char = '\0';

/// Of an outcome whose place is not asked for.
const NOWHERE: RowPlace = RowPlace { file: 0, row: 0 };

/// What is told of the rows of a template.
#[derive(Debug)]
pub enum Told {
    /// Days, which are rarely the same.
    Days(Sentence),
    /// These cells of the row.
    Cells(Vec<FieldId>),
    Anything,
}

/// The cells from the outcome on, as they stand in the table.
#[derive(Debug)]
pub struct Sentence {
    /// Each stands before a day, which is the value of a step: its number, counted from the first of the outcome.
    parts: Vec<(Words, u32)>,
    last: Words,
    /// The end of the line.
    tail: (u32, bool),
}

/// Bytes with some behind them, which makes them quick to copy.
#[derive(Debug)]
struct Words {
    bytes: Vec<u8>,
    length: usize,
}

impl Words {
    fn of(text: &[u8]) -> Words {
        let mut bytes = text.to_vec();
        bytes.resize(text.len() + Writer::STRETCH, 0);
        Words { bytes, length: text.len() }
    }

    #[inline]
    fn put(&self, line: &mut Writer) {
        line.stretch((&self.bytes, self.length));
    }
}

impl ToldOf {
    #[inline]
    fn get(&self, of: (AwardId, u32)) -> Option<&Told> {
        self.slots.get(of.1 as usize % SLOTS)?.as_ref().filter(|(known, _)| *known == of).map(|(_, told)| told)
    }

    fn keep(&mut self, of: (AwardId, u32), told: Told) {
        if self.slots.is_empty() {
            self.slots.resize_with(SLOTS, || None);
        }
        self.slots[of.1 as usize % SLOTS] = Some((of, told));
    }
}

impl Sentence {
    #[inline]
    fn write(&self, (trace, first): (&Trace, u32), line: &mut Writer) {
        for (words, step) in &self.parts {
            words.put(line);
            match trace.value(StepId(first + step)) {
                Value::Date(day) => line.day(day),
                _ => line.stretch((b"blank", 5)),
            }
        }
        self.last.put(line);
    }
}

impl Context<'_> {
    /// Writes the line of a failed condition of which only days are told; else gives what its words hang on, where that is little.
    #[inline]
    pub(super) fn told_line(
        &self,
        (run, outcome): (&PersonRun, &Outcome),
        place: RowPlace,
        people: &mut PeopleResult,
    ) -> Option<Option<Key>> {
        let Some(((table, row), of)) = self.template_of(run, outcome) else { return Some(self.key(run, outcome)) };
        if people.told.get(of).is_none() {
            let told = self.told_of((run, outcome), &mut people.outcome_lines);
            people.told.keep(of, told);
        }
        match people.told.get(of) {
            Some(Told::Days(sentence)) => {
                #[cfg(debug_assertions)]
                self.expect_words((run, outcome), |line| sentence.write((run.trace, outcome.steps.start), line));
                let person = &people.person;
                people.outcome_lines.line(place, sentence.tail, |line| {
                    line.text(&outcome.record);
                    line.cell(person);
                    sentence.write((run.trace, outcome.steps.start), line);
                });
                None
            }
            Some(Told::Cells(fields)) => Some(Key::of_cells(outcome, of.1, fields.iter().map(|field| (table.column(*field), row)))),
            _ => Some(self.key(run, outcome)),
        }
    }

    /// The award's row, and the template of the steps of a condition that failed, where nothing stands behind the reason itself.
    #[inline]
    fn template_of(&self, run: &PersonRun, outcome: &Outcome) -> Option<((&Table, u32), (AwardId, u32))> {
        let (Reason::ConditionFailed { .. }, Disposition::NotEligible) = (&outcome.reason, outcome.disposition) else { return None };
        let Origin::Event { record, row } = outcome.origin else { return None };
        if self.has_doubts(outcome) || !outcome.amount.is_zero() {
            return None;
        }
        let (template, _) = run.trace.recorded_again(outcome.steps.clone())?;
        Some(((self.facts.table(record), row), (outcome.award, template.number()?)))
    }

    #[cold]
    fn told_of(&self, (run, outcome): (&PersonRun, &Outcome), lines: &mut OutcomeLines) -> Told {
        let (&Reason::ConditionFailed { condition }, Origin::Event { record, row }) = (&outcome.reason, outcome.origin) else {
            return Told::Anything;
        };
        if self.completed((outcome.award, condition)).is_some() {
            return Told::Anything;
        }
        let step = run.trace.last(outcome.steps.clone(), |op| (op == Op::Condition(condition)).then_some(()));
        let Some((step, ())) = step else { return Told::Anything };
        let days = told_days((self.policy, self.facts), run.trace, step).unwrap_or_default();
        let from_first = |(_, step): &(_, StepId)| step.0.checked_sub(outcome.steps.start);
        if let Some(steps) = days.iter().map(from_first).collect::<Option<Vec<u32>>>().filter(|steps| !steps.is_empty()) {
            let days: Vec<String> = days.iter().map(|(name, _)| format!("{name} is {DAY}")).collect();
            let reason = self.does_not_hold((outcome.award, condition), &format!(": {}", days.join(", ")));
            let sentence = self.sentence(&row_outcome((run.employee, NOWHERE), outcome, reason.into()), &steps, lines);
            return sentence.map_or(Told::Anything, Told::Days);
        }
        let fields = told_fields((self.policy, self.facts), (run.trace, step), (record, row));
        fields.map_or(Told::Anything, Told::Cells)
    }

    /// None where something else stands in the words than a day was put there for.
    fn sentence(&self, outcome: &RowOutcome, steps: &[u32], lines: &mut OutcomeLines) -> Option<Sentence> {
        let mut writer = Writer::default();
        let is_refused = writer.line(|row| self.write_tail(outcome, row));
        let (_, text) = writer.written().split_last()?;
        let mut words: Vec<Words> = text.split(|byte| char::from(*byte) == DAY).map(Words::of).collect();
        let last = words.pop().filter(|_| words.len() == steps.len())?;
        let (tail, _) = lines.tail(outcome.award, |row| row.text(""));
        Some(Sentence { parts: words.into_iter().zip(steps.iter().copied()).collect(), last, tail: (tail, is_refused) })
    }

    /// Debug builds make the words of each row anew: they must be those that were ready.
    #[cfg(debug_assertions)]
    fn expect_words(&self, (run, outcome): (&PersonRun, &Outcome), write: impl FnOnce(&mut Writer)) {
        let (mut ready, mut anew) = (Writer::default(), Writer::default());
        ready.line(|line| {
            write(line);
            line.text("");
        });
        let reason = self.reason(run, outcome);
        anew.line(|line| self.write_tail(&row_outcome((run.employee, NOWHERE), outcome, reason), line));
        assert_eq!(String::from_utf8_lossy(ready.written()), String::from_utf8_lossy(anew.written()));
    }
}
