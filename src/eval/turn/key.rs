//! The record key: how a later run recognises a line that an earlier one paid.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write;

use sha2::{Digest, Sha256};

use crate::eval::evaluator::Evaluator;
use crate::eval::expression::calendar;
use crate::eval::history::posted::PostedAward;
use crate::eval::outcome::Origin;
use crate::eval::person::candidate::{Candidate, Key};
use crate::eval::person::timeline::Timeline;
use crate::policy::{Award, Each, FieldId, RecordId};
use crate::value::{Number, Value};

/// The first 16 hexadecimal digits of the hash stand for a row without a key of its own.
const DIGEST_BYTES: usize = 8;

/// Up to so many rows of a person are compared with each other.
const FEW_ROWS: usize = 64;

impl<'a> Evaluator<'a> {
    /// The keys of `once` joined by ` / `; without keys the period's label, or a digest of the row.
    /// The payments of a recurring award are numbered.
    pub fn record_key(&self, candidate: &Candidate<'a>) -> Cow<'a, str> {
        match super::recur::suffix(self.policy.award(candidate.award), candidate) {
            Some(number) => format!("{}{number}", self.own_key(candidate)).into(),
            None => self.own_key(candidate),
        }
    }

    fn own_key(&self, candidate: &Candidate<'a>) -> Cow<'a, str> {
        if let Key::One(Value::Text(text)) = candidate.key {
            return Cow::Borrowed(text);
        }
        self.made_key(candidate).into()
    }

    fn made_key(&self, candidate: &Candidate<'a>) -> String {
        if !candidate.key.values().is_empty() {
            return candidate.key.text();
        }
        match (candidate.origin, &self.policy.award(candidate.award).each) {
            (Origin::Event { record, row }, _) => self.row_key(record, row),
            (Origin::Period(period), Each::EmployeePeriod(kind)) => calendar::label(self.policy, *kind, period).to_string(),
            (Origin::Period(period), Each::Event(_)) => period.start.to_string(),
        }
    }

    /// Equal rows of the same person get `-2`, `-3` in file order: which is which makes no difference.
    fn row_key(&self, record: RecordId, row: u32) -> String {
        let table = self.facts.table(record);
        if let Some((_, keys)) = self.row_keys.iter().find(|(of, _)| *of == record)
            && let Some(key) = table.rows_of(self.employee).binary_search(&row).ok().and_then(|at| keys.get(at))
        {
            return key.to_string();
        }
        let digest = self.row_digest(record, row);
        let earlier = table.rows_of(self.employee).iter().take_while(|earlier| **earlier < row);
        match earlier.filter(|earlier| table.same_cells(**earlier, row)).count() {
            0 => digest,
            before => format!("{digest}-{}", before + 1),
        }
    }

    /// Of somebody with many rows the keys are made together: each looking at all rows before it would take for ever.
    pub(in crate::eval) fn make_row_keys(&mut self) {
        self.row_keys.clear();
        for (index, table) in (0u16..).zip(&self.facts.tables) {
            let record = RecordId(index);
            let keyless = |award: &Award| {
                matches!(award.each, Each::Event(each) if each == record) && award.once.as_ref().is_none_or(|once| once.keys.is_empty())
            };
            let rows = table.rows_of(self.employee);
            if rows.len() <= FEW_ROWS || !self.policy.awards.iter().any(keyless) {
                continue;
            }
            let digests: Vec<String> = rows.iter().map(|row| self.row_digest(record, *row)).collect();
            let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
            let keys = digests.iter().map(|digest| {
                let times = seen.entry(digest).or_default();
                *times += 1;
                if *times == 1 { digest.as_str().into() } else { format!("{digest}-{times}").into() }
            });
            self.row_keys.push((record, keys.collect()));
        }
    }

    fn row_digest(&self, record: RecordId, row: u32) -> String {
        let mut text = String::with_capacity(128);
        for index in 0..self.policy.record(record).fields.len() {
            let value = self.cell_value(record, row, FieldId(index as u16));
            let kind = if value == Value::Missing { "missing" } else { "known" };
            let _ = write!(text, "{kind}\u{1f}{value}\u{1e}"); // a String takes everything
        }
        let digest = Sha256::digest(text.as_bytes());
        let digits = digest.iter().take(DIGEST_BYTES).flat_map(|byte| [byte >> 4, byte & 15]);
        digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect()
    }
}

impl<'a> Timeline<'a> {
    /// Takes the candidate's key, whether or not anything was paid for it.
    pub(in crate::eval) fn take_key(&mut self, candidate: &Candidate<'a>, paid: Number) {
        if let Some(date) = candidate.placing {
            let posted = PostedAward {
                date,
                key: candidate.key.clone(),
                paid: paid.is_positive(),
                stands: paid.is_positive(),
                freed: false,
                outcome: candidate.outcome,
            };
            self.book.post(candidate.award, posted);
        }
    }
}

/// Marks the record key of a part that a limit cut and that was paid as a stipend.
pub const EXCESS_SUFFIX: &str = " (excess)";

/// The record key without the mark, and whether it had one.
pub fn without_excess(record: &str) -> (&str, bool) {
    record.strip_suffix(EXCESS_SUFFIX).map_or((record, false), |record| (record, true))
}
