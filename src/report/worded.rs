//! What is said of rows in the same words, kept for all that are decided alike.

use std::ops::Range;

use crate::eval::{Outcome, PersonRun, Reason};
use crate::facts::Column;
use crate::value::{Number, Value};

/// By what the words of an outcome are made of: what was kept of them. The people are worked by one timeline, in whose trace each template has a
/// number of its own.
#[derive(Debug)]
pub struct Worded<T> {
    /// By a hash of the key some side by side, of which one gives way to another with the same.
    slots: Vec<Option<(Key, T)>>,
}

/// All that the words of an outcome hang on; zeros behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key([u64; WORDS]);

const WORDS: usize = 6;

/// People have few ways to come to nothing.
const SLOTS: usize = 256;
/// So many stand side by side.
const BESIDE: usize = 4;

impl<T> Default for Worded<T> {
    fn default() -> Worded<T> {
        Worded { slots: Vec::new() }
    }
}

impl<T: Clone> Worded<T> {
    #[inline]
    pub fn get(&self, key: &Key) -> Option<&T> {
        let slots = self.slots.get(key.slots())?;
        slots.iter().map_while(Option::as_ref).find(|(known, _)| known == key).map(|(_, kept)| kept)
    }

    pub fn keep(&mut self, key: Key, said: T) {
        if self.slots.is_empty() {
            self.slots.resize(SLOTS, None);
        }
        let slots = &mut self.slots[key.slots()];
        let at = slots.iter().position(Option::is_none).unwrap_or(key.mixed() as usize % BESIDE);
        slots[at] = Some((key, said));
    }
}

impl Key {
    /// None where the words hang on more than a few numbers.
    #[inline]
    pub fn of(run: &PersonRun, outcome: &Outcome) -> Option<Key> {
        match outcome.reason {
            Reason::PaidInFull { line: Some(line) } => of_numbers(outcome, (0, u32::from(line)), [&outcome.amount]),
            Reason::Cut { limit, ref by } => of_numbers(outcome, (2, u32::from(limit.0)), [&outcome.amount, by]),
            Reason::ConditionFailed { .. } if outcome.amount.is_zero() => failed_condition(run, outcome),
            Reason::Credited { bank, ref units } => of_numbers(outcome, (4, u32::from(bank.0)), [&outcome.amount, units]),
            Reason::CreditedBefore { bank, .. } => of_numbers(outcome, (5, u32::from(bank.0)), [&outcome.amount]),
            Reason::ShortOfUnits { bank, ref short } if outcome.amount.is_zero() => {
                of_numbers(outcome, (6, u32::from(bank.0)), [&short.have, &short.need])
            }
            Reason::ShortOfCategory { bank, category, ref short } if outcome.amount.is_zero() => {
                of_numbers(outcome, (7, u32::from(bank.0) << 16 | u32::from(category)), [&short.have, &short.need])
            }
            Reason::SameKeyAsPaid => of_numbers(outcome, (8, 0), [&outcome.amount]),
            _ => None,
        }
    }

    /// Where of these cells of a row is told, by the number of the template of the steps.
    #[inline]
    pub fn of_cells<'c>(outcome: &Outcome, number: u32, cells: impl Iterator<Item = (&'c Column, u32)>) -> Option<Key> {
        let mut key = Writing::of(outcome, (3, number));
        for cell in cells {
            key.cell(cell)?;
        }
        Some(key.key)
    }

    #[inline]
    fn slots(&self) -> Range<usize> {
        let first = self.mixed() as usize / BESIDE % (SLOTS / BESIDE) * BESIDE;
        first..first + BESIDE
    }

    #[inline]
    fn mixed(&self) -> u64 {
        self.0.iter().fold(0u64, |mixed, word| (mixed ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29))
    }
}

/// Where words hang on a few numbers besides what `kind` says.
#[inline]
fn of_numbers<const N: usize>(outcome: &Outcome, kind: (u64, u32), numbers: [&Number; N]) -> Option<Key> {
    let mut key = Writing::of(outcome, kind);
    for number in numbers {
        key.number(number)?;
    }
    Some(key.key)
}

/// Where all steps were recorded again at once: their template, and what stands in the cells. None where they were not.
fn failed_condition(run: &PersonRun, outcome: &Outcome) -> Option<Key> {
    let (template, row) = run.trace.recorded_again(outcome.steps.clone())?;
    let (number, columns) = template.read_anew()?;
    let mut key = Writing::of(outcome, (1, number));
    for column in columns {
        key.cell((column, row))?;
    }
    Some(key.key)
}

/// A key that is written word by word.
struct Writing {
    key: Key,
    next: usize,
}

impl Writing {
    /// Of so many of a kind.
    #[inline]
    fn of(outcome: &Outcome, (kind, number): (u64, u32)) -> Writing {
        let first = outcome.disposition as u64 | kind << 8 | u64::from(outcome.award.0) << 16 | u64::from(number) << 32;
        Writing { key: Key([first, 0, 0, 0, 0, 0]), next: 1 }
    }

    /// None where no more words fit.
    #[inline]
    fn word(&mut self, word: u64) -> Option<()> {
        *self.key.0.get_mut(self.next)? = word;
        self.next += 1;
        Some(())
    }

    #[inline]
    fn number(&mut self, number: &Number) -> Option<()> {
        number.to_small()?;
        let [mantissa, .., tag] = number.bits();
        self.word(mantissa)?;
        self.word(tag)
    }

    #[inline]
    fn cell(&mut self, (column, row): (&Column, u32)) -> Option<()> {
        match column {
            Column::Text(texts) => self.word(u64::from(texts.code(row))),
            Column::Choice { codes, .. } => self.word(codes.get(row as usize)?.map_or(0, |code| u64::from(code) + 1)),
            other => self.value(other.value(row)),
        }
    }

    /// A value with its kind, so that no two have the same words.
    fn value(&mut self, value: Value) -> Option<()> {
        match value {
            Value::Missing => self.word(1),
            Value::NotApplicable => self.word(2),
            Value::YesNo(yes) => self.word(3 | u64::from(yes) << 8),
            Value::Date(date) => self.word(4 | u64::from(date.ordinal()) << 8),
            Value::Number(number) => self.word(5).and_then(|()| self.number(&number)),
            Value::Percent(number) => self.word(6).and_then(|()| self.number(&number)),
            Value::Money(number) => self.word(7).and_then(|()| self.number(&number)),
            Value::Duration(_) | Value::Text(_) | Value::Label(_) => None,
        }
    }
}
