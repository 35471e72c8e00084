//! Record keys of earlier payments in the words of the redacted files.

use std::collections::{BTreeMap, BTreeSet};

use super::dates::{Move, moved_policy};
use super::same::Records;
use super::tables::Real;
use super::words::Pseudonyms;
use crate::facts::Facts;
use crate::facts::as_read::CellAsRead;
use crate::policy::AwardId;
use crate::value::{Date, Number};

/// Which field of what was paid the key is.
const RECORD: usize = 5;

/// The new key of each earlier payment.
#[derive(Clone, Debug)]
pub struct PaidKeys<'a> {
    facts: &'a Facts,
    known: BTreeMap<(AwardId, Box<str>), Box<str>>,
    unknown: Vec<String>,
    names: &'a Pseudonyms,
    by: Move,
}

impl<'a> PaidKeys<'a> {
    /// `before` and `after` are the keys that both runs found for the same rows.
    pub fn of(real: Real<'a>, (names, by): (&'a Pseudonyms, Move), (before, after): (&Records, &Records)) -> PaidKeys<'a> {
        let facts = real.facts;
        let rows = real.files.iter().filter(|file| file.record.is_none()).flat_map(|file| &file.rows);
        let written = rows.filter_map(|row| match row.cells.get(RECORD) {
            Some(CellAsRead::Text(text)) => Some(text.as_str()),
            _ => None,
        });
        let taken_back = facts.paid.iter().filter_map(|line| line.reverses.as_ref()).map(|words| &*words.record);
        let pieces =
            written.chain(taken_back).flat_map(|record| record.split(" / ")).filter(|piece| !names.has(piece) && !is_harmless(piece));
        let unknown: BTreeSet<String> = pieces.map(str::to_owned).collect();
        PaidKeys { facts, known: before.to(after), unknown: unknown.into_iter().collect(), names, by }
    }

    /// The key that an award found for the same row, or the old one piece by piece.
    pub fn key(&self, line: usize) -> String {
        self.facts.paid.get(line).map_or(String::new(), |line| self.key_of(line.award, &line.record))
    }

    /// The same for a key that a line names.
    pub fn key_of(&self, award: AwardId, record: &str) -> String {
        match self.known.get(&(award, record.into())) {
            Some(known) => known.to_string(),
            None => record.split(" / ").map(|piece| self.piece(piece)).collect::<Vec<_>>().join(" / "),
        }
    }

    fn piece(&self, piece: &str) -> String {
        if let Ok(number) = self.unknown.binary_search_by(|known| known.as_str().cmp(piece)) {
            return format!("K{:04}", number + 1);
        }
        if self.names.has(piece) { self.names.text(piece).to_owned() } else { moved_policy(("", piece), self.by) }
    }
}

/// Numbers, dates and the labels of periods say nothing about a person.
fn is_harmless(piece: &str) -> bool {
    let years = piece.strip_prefix("FY").unwrap_or(piece);
    let is_label = years.len() <= 7 && years.split('-').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    piece.is_empty() || is_label || Date::parse_iso(piece).is_some() || (piece.len() <= 4 && Number::parse(piece).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_harmless_and_ids_are_not() {
        assert!(["FY2025", "2024-25", "2025", "2024-07-01", ""].into_iter().all(is_harmless));
        assert!(!["MC-104", "123456789", "Maria"].into_iter().any(is_harmless));
    }
}
