//! The redacted files: one for each record, with the fields that the policy declares and nothing else.

use super::dates::Move;
use super::keys::PaidKeys;
use super::words::Pseudonyms;
use crate::facts::{Column, Facts, MovedWords, ReversedWords};
use crate::policy::{AwardId, Field, FieldId, FieldRole, Policy, Record, RecordId};
use crate::report::text::decimal;
use crate::report::words::kind_word;
use crate::source::Span;
use crate::value::{Number, Value};

/// A column that no policy has: rows that were different stay different.
const ROW: &str = "redacted_row";

/// A file to be shared.
#[derive(Clone, Debug)]
pub struct RedactedFile {
    /// The record it holds, which is its name too; `paid` for earlier adjustments.
    pub record: String,
    pub text: String,
}

/// One file for each record that has rows. None where a date cannot be moved.
pub fn files(policy: &Policy, facts: &Facts, (names, by): (&Pseudonyms, Move)) -> Option<Vec<RedactedFile>> {
    let mut files = Vec::new();
    for (index, record) in (0u16..).zip(&policy.records) {
        let table = facts.table(RecordId(index));
        let is_given = facts.files.iter().any(|file| file.record == Some(RecordId(index)));
        if !table.is_empty() || is_given {
            files.push(file((policy, facts), (record, RecordId(index)), names, by)?);
        }
    }
    Some(files)
}

fn file((policy, facts): (&Policy, &Facts), (record, id): (&Record, RecordId), names: &Pseudonyms, by: Move) -> Option<RedactedFile> {
    let table = facts.table(id);
    let is_shown = |(id, field): &(FieldId, &Field)| !matches!(table.column(*id), Column::Absent) && is_read(policy, field);
    let shown: Vec<(FieldId, &Field)> = (0u16..).map(FieldId).zip(&record.fields).filter(is_shown).collect();
    let mut text = shown.iter().map(|(_, field)| field.name.as_str()).chain([ROW]).collect::<Vec<_>>().join(",");
    text.push('\n');
    for row in 0..table.len() as u32 {
        for (field, declared) in &shown {
            let cell = match declared.role {
                FieldRole::Person => names.person(table.people.get(row as usize).copied()?).to_owned(),
                FieldRole::Key => names.text(table.key_of(row)).to_owned(),
                FieldRole::Value(_) => cell(table.column(*field), row, (names, by))?,
            };
            text.push_str(&quoted(&cell));
            text.push(',');
        }
        text.push_str(&format!("{}\n", row + 1));
    }
    Some(RedactedFile { record: record.name.clone(), text })
}

/// False for an optional field that nothing but its declaration and the examples names: nobody's amount needs it.
fn is_read(policy: &Policy, field: &Field) -> bool {
    let text = &*policy.source.text;
    let fields = policy.records.iter().flat_map(|record| &record.fields).map(|field| field.span);
    let declared: Vec<Span> = fields.chain(policy.examples.iter().map(|example| example.span)).collect();
    let is_outside = |at: usize| !declared.iter().any(|span| (span.start as usize..span.end as usize).contains(&at));
    let is_word = |at: usize| {
        let is_part = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
        !is_part(text[..at].chars().next_back()) && !is_part(text[at + field.name.len()..].chars().next())
    };
    let is_named = text.match_indices(field.name.as_str()).any(|(at, _)| is_word(at) && is_outside(at));
    let is_salary = field.name == "base_salary" && text.contains("base salary as of");
    !field.optional || field.dated.is_some() || is_named || is_salary
}

/// A value as the reader of data files takes it without any mapping. None where a date cannot be moved.
fn cell(column: &Column, row: u32, (names, by): (&Pseudonyms, Move)) -> Option<String> {
    let is_text = matches!(column, Column::Text(_));
    match column.value(row) {
        Value::Text(text) if is_text => Some(names.text(text).to_owned()),
        Value::Percent(share) => share.times(Number::from_integer(100)).ok().map(|percent| format!("{percent} %")),
        Value::Date(date) => by.date(date).map(|date| date.to_string()),
        // words of an enumeration are the policy's own
        value => Some(value.to_string()),
    }
}

/// Earlier adjustments, under their new record keys. None where there are none, or where a date cannot be moved.
pub fn paid_file(policy: &Policy, facts: &Facts, (names, by): (&Pseudonyms, Move), keys: &PaidKeys) -> Option<RedactedFile> {
    if facts.paid.is_empty() {
        return None;
    }
    let mut text = String::from("employee,award,kind,amount,effective,record,reason\n");
    for (index, line) in facts.paid.iter().enumerate() {
        let reversed = match &line.reverses {
            Some(words) => Some(reversed(policy, words, (keys, by))?),
            None => None,
        };
        let begins = line.moved.iter().map(|moved| renamed(moved, names).sentence()).chain(reversed);
        let cells = [
            names.person(line.employee).to_owned(),
            policy.award(line.award).name.clone(),
            kind_word(line.kind).to_owned(),
            decimal(line.amount),
            by.date(line.effective)?.to_string(),
            keys.key(index),
            begins.collect::<Vec<_>>().join("; "),
        ];
        text.push_str(&cells.map(|cell| quoted(&cell)).join(","));
        text.push('\n');
    }
    Some(RedactedFile { record: "paid".into(), text })
}

/// A move between texts that may have pseudonyms.
fn renamed(moved: &MovedWords, names: &Pseudonyms) -> MovedWords {
    MovedWords { field: moved.field.clone(), old: names.text(&moved.old).into(), new: names.text(&moved.new).into(), ..moved.clone() }
}

/// What is taken back, under its new record key. None where the date cannot be moved.
fn reversed(policy: &Policy, words: &ReversedWords, (keys, by): (&PaidKeys, Move)) -> Option<String> {
    let award = policy.awards.iter().position(|award| *award.name == *words.award).map_or(0, |award| award as u16);
    let record = keys.key_of(AwardId(award), &words.record).into();
    Some(ReversedWords { award: words.award.clone(), record, effective: by.date(words.effective)? }.sentence())
}

/// RFC 4180.
fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}
