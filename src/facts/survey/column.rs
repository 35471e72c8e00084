//! The values of one column, each once, with how often and where it was first seen.

use std::collections::BTreeMap;

use crate::facts::parse::key;
use crate::facts::read::Raw;

/// Different values of a column that are kept; more are counted.
const VALUES_MOST: usize = 20_000;
/// Characters of a value that are kept.
const CHARACTERS_MOST: usize = 120;

/// A cell's content, kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seen {
    Text(String),
    Number(String),
    Serial(String),
    YesNo(bool),
    /// An error, or a formula without its result.
    Damaged(String),
}

#[derive(Clone, Debug, Default)]
pub struct SeenColumn {
    pub header: String,
    pub blank: u32,
    pub filled: u32,
    /// Each value once: how often, and the first row that has it.
    pub values: BTreeMap<Seen, (u32, u32)>,
    /// Values that were not kept, because there are so many.
    pub more: u32,
}

impl Seen {
    pub fn raw(&self) -> Raw<'_> {
        match self {
            Seen::Text(text) => Raw::Text(text),
            Seen::Number(text) => Raw::Number(text),
            Seen::Serial(text) => Raw::Serial(text),
            Seen::YesNo(yes) => Raw::YesNo(*yes),
            Seen::Damaged(text) => Raw::Error(text),
        }
    }

    pub fn text(&self) -> &str {
        self.raw().as_written()
    }
}

impl SeenColumn {
    pub(super) fn note(&mut self, raw: Raw<'_>, row: u32) {
        if raw.is_blank() {
            self.blank += 1;
            return;
        }
        self.filled += 1;
        let written = raw.as_written();
        let text = || key::clean(key::unwrapped_id(written).unwrap_or(written)).chars().take(CHARACTERS_MOST).collect::<String>();
        let seen = match raw {
            Raw::Number(_) | Raw::Computed(_) => Seen::Number(text()),
            Raw::Serial(_) => Seen::Serial(text()),
            Raw::YesNo(yes) => Seen::YesNo(yes),
            Raw::Error(_) | Raw::NoResult(_) => Seen::Damaged(text()),
            Raw::Blank | Raw::Text(_) => Seen::Text(text()),
        };
        if self.values.len() >= VALUES_MOST && !self.values.contains_key(&seen) {
            self.more += 1;
            return;
        }
        self.values.entry(seen).or_insert((0, row)).0 += 1;
    }

    /// The values as text.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(Seen::text)
    }

    /// The values that occur most, the first seen first among equals.
    pub fn commonest(&self, most: usize) -> Vec<(&str, u32)> {
        let mut list: Vec<(&Seen, &(u32, u32))> = self.values.iter().collect();
        list.sort_by_key(|(_, (count, row))| (u32::MAX - count, *row));
        list.into_iter().take(most).map(|(seen, (count, _))| (seen.text(), *count)).collect()
    }

    /// Values that hold in a test, and all that are known.
    pub fn share(&self, holds: impl Fn(&Seen) -> bool) -> (usize, usize) {
        (self.values.keys().filter(|seen| holds(seen)).count(), self.values.len())
    }

    /// Whether most of the values are e-mail addresses.
    pub fn holds_addresses(&self) -> bool {
        let (addresses, all) = self.share(|seen| seen.text().split_once('@').is_some_and(|(_, place)| place.contains('.')));
        addresses * 2 > all
    }
}
