//! A row (or a period) that an award looks at, with its place in the person's queue.

use std::cmp::Ordering;
use std::fmt::Write;

use crate::eval::expression::operators::compared;
use crate::eval::outcome::Origin;
use crate::eval::trace::StepId;
use crate::eval::turn::recur::Recurrence;
use crate::policy::{AwardId, LimitId, RecordId};
use crate::syntax::ast::PayKind;
use crate::value::{Date, Number, Value};

#[derive(Clone, Debug)]
pub struct Candidate<'a> {
    pub award: AwardId,
    /// The award's place among those of one day.
    pub rank: u16,
    pub origin: Origin,
    /// Where it stands in the queue. Unknown dates stand first: such a row may come before any other.
    pub placing: Option<Date>,
    /// Where it first stood, before a limit made it wait or carried a part of it: the older goes first.
    pub first_placing: Option<Date>,
    /// The value of `ties by`; none where the award declares none.
    pub tie: Option<Box<Value<'a>>>,
    pub key: Key<'a>,
    /// The mark of that.
    pub mark: Mark,
    /// The award's own effective date, before any limit moves it.
    pub effective: Option<Date>,
    /// The group of paid lines that is this very award, by its index.
    pub paid_group: Option<u32>,
    /// The day to which a limit moved it; none while the award's own `effective on` counts.
    pub moved_to: Option<Date>,
    /// Which payment of a recurring award it is.
    pub recurrence: Option<Recurrence>,
    /// Which block of units after the first, for an award that comes `for every` so many.
    pub block: u32,
    /// The state in which its row leaves the award's leading conditions; 0 where these were not decided before the queue.
    pub screened: u16,
    /// Its outcome, once it was looked at.
    pub outcome: Option<u32>,
    /// The part of an earlier award that is all this candidate is about.
    pub carried: Option<Box<Carried>>,
}

/// A part that a limit cut in an earlier period.
#[derive(Clone, Copy, Debug)]
pub struct Carried {
    pub amount: Number,
    /// The same before proration.
    pub full: Number,
    pub kind: PayKind,
    /// What its record key ends in.
    pub suffix: &'static str,
    pub proration: Option<Number>,
    pub limit: LimitId,
    /// The step that cut it.
    pub step: StepId,
    /// A held rival might have won the choice that this part's award has won.
    pub unsure: bool,
}

/// The values of `once per …`.
#[derive(Clone, Debug)]
pub enum Key<'a> {
    /// The award has no keys: the row itself, or the period.
    None,
    One(Value<'a>),
    Many(Vec<Value<'a>>),
    /// The record key of a line of the opening state.
    Paid(&'a str),
}

impl<'a> Key<'a> {
    pub fn values(&self) -> &[Value<'a>] {
        match self {
            Key::None | Key::Paid(_) => &[],
            Key::One(value) => std::slice::from_ref(value),
            Key::Many(values) => values,
        }
    }

    /// The key as it stands in the column `record`: the values joined by ` / `.
    pub fn text(&self) -> String {
        match self {
            Key::Paid(record) => (*record).to_string(),
            Key::None | Key::One(_) | Key::Many(_) => self.values().iter().map(Value::to_string).collect::<Vec<_>>().join(" / "),
        }
    }

    /// A hash of the key's text: equal keys have equal ones.
    pub fn hash(&self) -> u64 {
        let mut hasher = TextHash(0xcbf2_9ce4_8422_2325);
        let written = match self {
            Key::Paid(record) => hasher.write_str(record),
            Key::None => Ok(()),
            Key::One(value) => write!(hasher, "{value}"),
            Key::Many(values) => values.iter().enumerate().try_for_each(|(index, value)| {
                let joint = if index == 0 { "" } else { " / " };
                write!(hasher, "{joint}{value}")
            }),
        };
        debug_assert!(written.is_ok(), "every text has a hash");
        hasher.0
    }

    /// Equal keys have equal marks, as far as these say anything.
    #[inline(always)]
    pub fn mark(&self) -> Mark {
        let text = match self {
            Key::One(Value::Text(text)) => Some(*text), // as nearly all are
            other => other.paid_text(),
        };
        text.map_or(Mark::SAYS_NOTHING, Mark::of)
    }

    #[cold]
    fn paid_text(&self) -> Option<&'a str> {
        if let Key::Paid(text) = self { Some(text) } else { None }
    }

    #[inline]
    pub fn same_as(&self, other: &Key<'a>) -> bool {
        match (self, other) {
            (Key::One(Value::Text(own)), Key::One(Value::Text(other))) => own == other, // as nearly all keys are
            (Key::Paid(_), _) | (_, Key::Paid(_)) => self.text() == other.text(),
            (Key::None, Key::None) => true,
            (Key::None | Key::One(_) | Key::Many(_), Key::None | Key::One(_) | Key::Many(_)) => self.values() == other.values(),
        }
    }
}

/// A few letters of a key: most keys that differ are told apart by them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark(u32);

impl Mark {
    pub const SAYS_NOTHING: Mark = Mark(0);

    #[inline]
    fn of(text: &str) -> Mark {
        let end = text.as_bytes().last_chunk().map_or(0, |end| u32::from_le_bytes(*end));
        Mark(end.rotate_left(4).wrapping_add(text.len() as u32) | 1)
    }
}

/// The hash of what is written to it (FNV-1a), the same in every run.
struct TextHash(u64);

impl Write for TextHash {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        text.bytes().for_each(|byte| self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        Ok(())
    }
}

impl<'a> Candidate<'a> {
    /// Nothing is known of it.
    pub fn blank() -> Candidate<'a> {
        Candidate {
            award: AwardId(0),
            rank: 0,
            origin: Origin::Event { record: RecordId(0), row: 0 },
            placing: None,
            first_placing: None,
            tie: None,
            key: Key::None,
            mark: Mark::SAYS_NOTHING,
            effective: None,
            paid_group: None,
            moved_to: None,
            recurrence: None,
            block: 0,
            screened: 0,
            outcome: None,
            carried: None,
        }
    }

    /// Nothing is known of it yet but what it looks at; its place, its tie-break and its key are still to be written. What stood here is written
    /// over field by field: another is nowhere built to be moved.
    #[inline(always)]
    pub fn begin(&mut self, (award, rank): (AwardId, u16), origin: Origin) {
        (self.award, self.rank, self.origin) = (award, rank, origin);
        (self.placing, self.first_placing, self.effective, self.moved_to) = (None, None, None, None);
        (self.carried, self.paid_group, self.recurrence, self.outcome) = (None, None, None, None);
        (self.block, self.screened) = (0, 0);
    }
}

impl Candidate<'_> {
    /// The order of the queue (DESIGN 1.3, decision 0003): placing date, the older first, award as written
    /// (behind those it reads),
    /// declared tie-break, key, record, row.
    #[inline]
    pub fn order(&self, other: &Self) -> Ordering {
        match self.placing.cmp(&other.placing) {
            Ordering::Equal => self.order_of_day(other),
            different => different,
        }
    }

    /// Of two that stand on the same day.
    #[inline(never)]
    fn order_of_day(&self, other: &Self) -> Ordering {
        (self.first_placing, self.rank)
            .cmp(&(other.first_placing, other.rank))
            .then_with(|| {
                by_values(self.tie.as_deref().map_or(&[], std::slice::from_ref), other.tie.as_deref().map_or(&[], std::slice::from_ref))
            })
            .then_with(|| by_values(self.key.values(), other.key.values()))
            .then_with(|| self.origin.cmp(&other.origin))
            .then_with(|| self.recurrence.map(|own| own.number).cmp(&other.recurrence.map(|other| other.number)))
    }
}

/// Missing values come last.
fn by_value(left: &Value, right: &Value) -> Ordering {
    let missing = |value: &Value| matches!(value, Value::Missing | Value::NotApplicable);
    missing(left).cmp(&missing(right)).then_with(|| compared(*left, *right).unwrap_or(Ordering::Equal))
}

fn by_values(left: &[Value], right: &[Value]) -> Ordering {
    let different = left.iter().zip(right).map(|(left, right)| by_value(left, right)).find(|order| order.is_ne());
    different.unwrap_or_else(|| left.len().cmp(&right.len()))
}
