//! The record key: how a later run recognises a line that an earlier one paid.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::recur::suffix;
use crate::eval::evaluator::Evaluator;
use crate::eval::expression::calendar;
use crate::eval::history::posted::PostedAward;
use crate::eval::outcome::Origin;
use crate::eval::person::candidate::{Candidate, Key};
use crate::eval::person::timeline::Timeline;
use crate::facts::mapping::hexadecimal;
use crate::policy::{Award, Each, FieldId, Policy, RecordId};
use crate::value::Value;
use crate::value::digits::{push_date, push_whole};

/// The first 16 hexadecimal digits of the hash stand for a row without a key of its own.
const DIGEST_BYTES: usize = 8;

/// Up to so many rows of a person are compared with each other.
const FEW_ROWS: usize = 64;

impl<'a> Evaluator<'a> {
    /// The keys of `once` joined by ` / `; without keys the period's label, or a digest of the row.
    /// The payments of a recurring award are numbered.
    #[inline(always)]
    pub fn record_key(&self, candidate: &Candidate<'a>) -> Cow<'a, str> {
        match candidate.key {
            Key::One(Value::Text(text)) if candidate.block == 0 && candidate.recurrence.is_none() => Cow::Borrowed(text),
            _ => self.made_key(candidate),
        }
    }

    #[cold]
    fn made_key(&self, candidate: &Candidate<'a>) -> Cow<'a, str> {
        match suffix(self.policy.award(candidate.award), candidate) {
            Some(number) => format!("{}{number}", self.own_key(candidate)).into(),
            None => self.own_key(candidate),
        }
    }

    fn own_key(&self, candidate: &Candidate<'a>) -> Cow<'a, str> {
        if let Key::One(Value::Text(text)) = candidate.key {
            return Cow::Borrowed(text);
        }
        if !candidate.key.values().is_empty() {
            return candidate.key.text().into();
        }
        match (candidate.origin, &self.policy.award(candidate.award).each) {
            (Origin::Event { record, row }, _) => self.row_key(record, row).into(),
            (Origin::Period(period), Each::EmployeePeriod(kind)) => calendar::label(self.policy, *kind, period).to_string().into(),
            (Origin::Period(period), Each::Event(_)) => period.start.to_string().into(),
        }
    }

    /// Equal rows of the same person get `-2`, `-3` in file order: which is which makes no difference.
    fn row_key(&self, record: RecordId, row: u32) -> String {
        let table = self.facts.table(record);
        if let Some((_, keys)) = self.row_keys.iter().find(|(of, _)| *of == record)
            && let Some(key) = row.checked_sub(table.rows_of(self.employee).start).and_then(|at| keys.get(at as usize))
        {
            return key.to_string();
        }
        let digest = self.row_digest(record, row);
        let earlier = table.rows_of(self.employee).take_while(|earlier| *earlier < row);
        match earlier.filter(|earlier| table.same_cells(*earlier, row)).count() {
            0 => digest,
            before => format!("{digest}-{}", before + 1),
        }
    }

    /// Of somebody with many rows the keys are made together: each looking at all rows before it would take for ever.
    pub(in crate::eval) fn make_row_keys(&mut self, keyless: &[RecordId]) {
        self.row_keys.clear();
        for record in keyless.iter().copied() {
            let rows = self.facts.table(record).rows_of(self.employee);
            if rows.len() <= FEW_ROWS {
                continue;
            }
            let digests: Vec<String> = rows.map(|row| self.row_digest(record, row)).collect();
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
        let mut text = self.cells.take();
        text.clear();
        for index in 0..self.policy.record(record).fields.len() {
            match self.cell_value(record, row, FieldId(index as u16)) {
                Value::Missing => text.extend_from_slice(b"missing\x1f\x1e"),
                value => {
                    text.extend_from_slice(b"known\x1f");
                    push_value(&mut text, value);
                    text.push(b'\x1e');
                }
            }
        }
        let digest = hexadecimal(&Sha256::digest(&text)[..DIGEST_BYTES]);
        self.cells.replace(text);
        digest
    }
}

/// The value as `Display` writes it; what most cells hold without the machinery of formatting, because every row is written.
fn push_value(text: &mut Vec<u8>, value: Value) {
    match value {
        Value::Text(cell) => text.extend_from_slice(cell.as_bytes()),
        Value::Date(day) => push_date(text, day),
        Value::Number(number) | Value::Percent(number) | Value::Money(number) => match number.to_integer().map(u64::try_from) {
            Some(Ok(whole)) => push_whole(text, whole),
            _ => text.extend_from_slice(number.to_string().as_bytes()),
        },
        other => text.extend_from_slice(other.to_string().as_bytes()),
    }
}

/// The records whose rows some award tells apart by all of their cells.
pub(in crate::eval) fn keyless_records(policy: &Policy) -> Vec<RecordId> {
    let is_keyless = |award: &&Award| award.once.as_ref().is_none_or(|once| once.keys.is_empty());
    let records = policy.awards.iter().filter(is_keyless).filter_map(|award| match award.each {
        Each::Event(record) => Some(record),
        Each::EmployeePeriod(_) => None,
    });
    records.collect::<BTreeSet<_>>().into_iter().collect()
}

impl<'a> Timeline<'a> {
    /// Takes the candidate's key, whether or not anything was paid for it; `paid` is the sign of that.
    #[inline(always)]
    pub(in crate::eval) fn take_key(&mut self, candidate: &Candidate<'a>, paid: Ordering) {
        if let Some(date) = candidate.placing {
            let (paid, outcome) = (paid.is_gt(), candidate.outcome);
            self.book.post(
                candidate.award,
                PostedAward { date, paid, stands: paid, freed: false, outcome },
                (&candidate.key, candidate.mark),
            );
        }
    }
}

/// Marks the record key of a part that a limit cut and that was paid as a stipend.
pub const EXCESS_SUFFIX: &str = " (excess)";

/// The record key without the mark, and whether it had one.
pub fn without_excess(record: &str) -> (&str, bool) {
    record.strip_suffix(EXCESS_SUFFIX).map_or((record, false), |record| (record, true))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Date, Duration, Number, PeriodLabel};

    #[test]
    fn cells_are_hashed_as_they_are_displayed() {
        let numbers = ["0", "7", "-7", "12.50", "100.00", "0.05", "79228162514264337593543950335"].map(|text| Number::parse(text).unwrap());
        let mut values: Vec<Value> = numbers.into_iter().flat_map(|number| [Value::Number(number), Value::Money(number)]).collect();
        values.push(Value::Number(Number::ONE.divided_by(Number::from_integer(3)).unwrap()));
        values.extend([Value::Missing, Value::NotApplicable, Value::YesNo(true), Value::YesNo(false), Value::Text("ä b")]);
        values.push(Value::Date(Date::new(2025, 6, 30).unwrap()));
        values.extend([Value::Label(PeriodLabel::SchoolYear(2024)), Value::Duration(Duration { months: 3, days: 1 })]);
        for value in values {
            let mut text = Vec::new();
            push_value(&mut text, value);
            assert_eq!(text, value.to_string().as_bytes(), "{value:?}");
        }
    }
}
