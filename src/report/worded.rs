//! Reasons of failed conditions, put into words once for all rows that fail alike.

use std::ops::ControlFlow;

use xxhash_rust::xxh3::xxh3_64;

use crate::eval::{Op, Outcome, PersonRun, Step, StepPlace};
use crate::facts::Column;
use crate::source::Span;
use crate::value::Value;

/// The reasons of some people's rows by what the words are made of: the steps of the condition without the row they looked at. The people are
/// worked by one timeline, in whose trace each template has a number of its own.
#[derive(Debug, Default)]
pub struct Worded {
    /// By a hash of the key; a reason gives way to another with the same.
    slots: Vec<Option<(Vec<u8>, String)>>,
    key: Vec<u8>,
}

/// People have few ways to fail a condition; what differs in each row, such as two dates, only passes through.
const SLOTS: usize = 256;

impl Worded {
    /// The reason of an outcome whose condition failed: `words` says it where none like it was said before.
    pub fn failed_condition(&mut self, (run, outcome): (&PersonRun, &Outcome), words: impl FnOnce() -> String) -> Result<&str, String> {
        self.key.clear();
        if write_short_key(run, outcome, &mut self.key).is_none() {
            self.key.clear();
            if write_key(run, outcome, &mut self.key).is_none() {
                return Err(words());
            }
        }
        if self.slots.is_empty() {
            self.slots.resize(SLOTS, None);
        }
        let slot = &mut self.slots[xxh3_64(&self.key) as usize % SLOTS];
        if slot.as_ref().is_some_and(|(key, _)| *key != self.key) {
            *slot = None;
        }
        let (_, reason) = slot.get_or_insert_with(|| (self.key.clone(), words()));
        Ok(reason)
    }
}

/// Where all steps were recorded again at once: their template, and what stands in the cells. None where they were not.
fn write_short_key(run: &PersonRun, outcome: &Outcome, key: &mut Vec<u8>) -> Option<()> {
    let (template, row) = run.trace.recorded_again(outcome.steps.clone())?;
    let (number, columns) = template.read_anew()?;
    key.push(1); // no long key begins so
    key.extend_from_slice(&outcome.award.0.to_le_bytes());
    key.extend_from_slice(&number.to_le_bytes());
    for column in columns {
        match column {
            Column::Text(texts) => key.extend_from_slice(&texts.code(row).to_le_bytes()),
            other => write_value(other.value(row), key)?,
        }
    }
    Some(())
}

/// The last condition of the outcome, its steps in the order computed. None where the words hang on more than is written here.
fn write_key(run: &PersonRun, outcome: &Outcome, key: &mut Vec<u8>) -> Option<()> {
    key.push(0);
    key.extend_from_slice(&outcome.award.0.to_le_bytes());
    let mut conditions = 0;
    let left = |written: Option<()>| if written.is_some() { ControlFlow::Continue(()) } else { ControlFlow::Break(None) };
    let ended = run.trace.back(outcome.steps.clone(), |step, inputs| match (step.op, conditions) {
        (Op::Condition(condition), 0) => {
            conditions += 1;
            key.extend_from_slice(&condition.to_le_bytes());
            left(write_value(step.value, key))
        }
        (_, 0) => ControlFlow::Break(None),
        (Op::Condition(_), _) => ControlFlow::Break(Some(())),
        _ => left(write_step(step, inputs, key)),
    });
    ended.unwrap_or((conditions > 0).then_some(()))
}

fn write_step(step: &Step, inputs: usize, key: &mut Vec<u8>) -> Option<()> {
    let op = match step.op {
        Op::Constant => 0,
        Op::Field => 1,
        Op::Not => 2,
        Op::Between => 3,
        Op::OneOf => 4,
        Op::IsMissing => 5,
        Op::IsKnown => 6,
        Op::Binary(op) => 7 + op as u8,
        _ => return None,
    };
    key.extend_from_slice(&[op, inputs as u8]);
    match step.place {
        StepPlace::Clause(span) => write_span(span, key),
        StepPlace::Cell { record, field, clause, .. } => {
            key.extend_from_slice(&record.0.to_le_bytes());
            key.extend_from_slice(&field.0.to_le_bytes());
            write_span(clause, key);
        }
        StepPlace::Paid(_) => return None,
    }
    write_value(step.value, key)
}

fn write_span(span: Span, key: &mut Vec<u8>) {
    key.extend_from_slice(&span.start.to_le_bytes());
    key.extend_from_slice(&span.end.to_le_bytes());
}

/// A value by its bytes; the kind goes before it, so that no two values have the same.
fn write_value(value: Value, key: &mut Vec<u8>) -> Option<()> {
    match value {
        Value::Missing => key.push(0),
        Value::NotApplicable => key.push(1),
        Value::YesNo(yes) => key.extend_from_slice(&[2, u8::from(yes)]),
        Value::Number(number) | Value::Percent(number) | Value::Money(number) => {
            key.push(match value {
                Value::Number(_) => 3,
                Value::Percent(_) => 4,
                _ => 5,
            });
            number.bits().iter().for_each(|word| key.extend_from_slice(&word.to_le_bytes()));
        }
        Value::Text(text) => {
            key.push(6);
            key.extend_from_slice(&text.len().to_le_bytes());
            key.extend_from_slice(text.as_bytes());
        }
        Value::Date(date) => {
            key.push(7);
            for part in [date.year().unsigned_abs(), date.month(), date.day()] {
                key.extend_from_slice(&part.to_le_bytes());
            }
        }
        Value::Duration(duration) => {
            key.push(8);
            key.extend_from_slice(&duration.months.to_le_bytes());
            key.extend_from_slice(&duration.days.to_le_bytes());
        }
        Value::Label(_) => return None,
    }
    Some(())
}
