//! The redacted files: the fields that the policy declares and nothing else, with every row that the real files have.

use std::collections::{BTreeMap, BTreeSet};

use super::dates::Move;
use super::faulty::{self, BROKEN};
use super::settings::{CROSSWALK_COLUMNS, Settings};
use super::words::Pseudonyms;
use crate::facts::as_read::{CellAsRead, FileAsRead, RowAsRead, RowKind};
use crate::facts::{Facts, Fault, SetAside};
use crate::policy::{BankField, Field, FieldRole, Policy, RecordId};
use crate::source::Span;

/// A column that no policy has: rows that were different stay different. It stands first, where totals say what they are.
const FIRST_COLUMN: &str = "redacted_row";
/// Which position of a person is the primary one.
pub const POSITION: &str = "redacted_position";
pub const PRIMARY: &str = "Y";
/// The first cell of totals that the mapping knows.
pub const FOOTER: &str = "Footer";
/// The first cell of totals that it does not know.
const TOTAL: &str = "Total";

/// Problems that hang on fields that no rule reads.
const COMPARING: [&str; 3] = ["person-rows-disagree", "key-rows-disagree", "person-twice"];

/// A file to be shared.
#[derive(Clone, Debug, Default)]
pub struct RedactedFile {
    /// Without `.csv`.
    pub stem: String,
    /// The record it holds; `paid` for earlier adjustments.
    pub record: String,
    pub text: String,
    /// What the mapping says about it.
    pub settings: String,
    /// A file that says who the keys of its people are: its name and its text.
    pub crosswalk: Option<(String, String)>,
    pub left_out: Vec<LeftOut>,
}

/// A row that somebody decided to leave out: its number, and a cell by which it is known.
#[derive(Clone, Debug)]
pub struct LeftOut {
    pub row: u32,
    pub column: &'static str,
    pub cell: String,
}

impl RedactedFile {
    pub fn name(&self) -> String {
        format!("{}.csv", self.stem)
    }
}

/// Everything that is redacted.
#[derive(Clone, Copy, Debug)]
pub struct Real<'a> {
    pub policy: &'a Policy,
    pub facts: &'a Facts,
    pub files: &'a [FileAsRead],
}

/// One file for each file of a record; badges become one. None where a date cannot be moved.
pub fn files(real: Real<'_>, (names, by): (&Pseudonyms, Move)) -> Option<Vec<RedactedFile>> {
    let mut files: Vec<FileAsRead> = Vec::new();
    for file in real.files.iter().filter(|file| file.record.is_some()) {
        let earlier = files.iter_mut().find(|earlier| file.is_badges && earlier.is_badges && earlier.record == file.record);
        match earlier {
            Some(earlier) => {
                earlier.rows.extend(file.rows.iter().cloned());
                earlier.columns.iter_mut().zip(&file.columns).for_each(|(column, more)| *column |= more);
            }
            None => files.push(file.clone()),
        }
    }
    let mut of_record: BTreeMap<RecordId, usize> = BTreeMap::new();
    let mut redacted = Vec::new();
    for file in &files {
        let Some(id) = file.record else { continue };
        let number = of_record.entry(id).or_default();
        *number += 1;
        let several = files.iter().filter(|other| other.record == file.record).count() > 1;
        let name = &real.policy.record(id).name;
        let stem = if several { format!("{name}-{number}") } else { name.clone() };
        redacted.push(Writer::new(real, (file, id), names, by).write(stem)?);
    }
    Some(redacted)
}

struct Writer<'a> {
    file: &'a FileAsRead,
    names: &'a Pseudonyms,
    by: Move,
    is_people: bool,
    has_crosswalk: bool,
    has_primary: bool,
    record: &'a str,
    /// Of the opening balances, whose records are named by their keys.
    credits: Option<&'a Policy>,
    shown: Vec<(usize, &'a Field)>,
}

impl<'a> Writer<'a> {
    fn new(real: Real<'a>, (file, id): (&'a FileAsRead, RecordId), names: &'a Pseudonyms, by: Move) -> Writer<'a> {
        let record = real.policy.record(id);
        let disagree = real.facts.rejected.iter().any(|row| {
            let own = real.facts.files.get(usize::from(row.file)).and_then(|file| file.record) == Some(id);
            own && row.problems.iter().any(|problem| COMPARING.contains(&problem.code))
        });
        let rule = file.rule.as_ref();
        let is_added = |field: &Field| {
            let sums = rule.and_then(|rule| rule.footer.as_ref()).is_some_and(|footer| footer.sums.contains(&field.name));
            sums || rule.and_then(|rule| rule.positions.as_ref()).is_some_and(|positions| positions.add.contains(&field.name))
        };
        let is_wrong = |index: usize| {
            file.rows.iter().any(|row| matches!(row.cells.get(index), Some(CellAsRead::Faulty { .. })) && row.kind == RowKind::Data)
        };
        // opening balances are checked whole
        let is_balances = real.policy.balances == Some(id);
        let is_shown = |(index, field): &(usize, &Field)| {
            let has_column = file.columns.get(*index).copied().unwrap_or(false);
            has_column && (is_balances || disagree || is_read(real.policy, field) || is_added(field) || is_wrong(*index))
        };
        let is_key =
            |cell: &CellAsRead| matches!(cell, CellAsRead::Faulty { fault: Fault::UnknownKey { .. } | Fault::AmbiguousKey { .. }, .. });
        Writer {
            file,
            names,
            by,
            is_people: id == real.policy.people,
            has_crosswalk: file.rows.iter().flat_map(|row| &row.cells).any(is_key),
            has_primary: rule.and_then(|rule| rule.positions.as_ref()).is_some_and(|positions| positions.primary.is_some()),
            record: &record.name,
            credits: is_balances.then_some(real.policy),
            shown: record.fields.iter().enumerate().filter(is_shown).collect(),
        }
    }

    /// None where a date cannot be moved.
    fn write(&self, stem: String) -> Option<RedactedFile> {
        let header: Vec<&str> = [FIRST_COLUMN]
            .into_iter()
            .chain(self.has_primary.then_some(POSITION))
            .chain(self.shown.iter().map(|(_, field)| field.name.as_str()))
            .collect();
        let mut text = line(&header);
        let mut first: BTreeMap<u64, usize> = BTreeMap::new();
        let mut left_out = Vec::new();
        let mut lines = 1;
        for (index, row) in self.file.rows.iter().enumerate() {
            // rows of two files of badges are never copies of each other
            let number = if self.file.is_badges { index } else { *first.entry(row.hash).or_insert(index) };
            let own = (number + 1).to_string();
            if row.kind == RowKind::Aside(SetAside::Resolved) {
                left_out.push(LeftOut { row: lines + 1, column: FIRST_COLUMN, cell: own.clone() });
            }
            let cells = self.cells(row, own)?;
            let written = if row.kind == RowKind::Aside(SetAside::RepeatedHeader) { line(&header) } else { line(&cells) };
            lines += written.matches('\n').count() as u32;
            text.push_str(&written);
        }
        let crosswalk = self.has_crosswalk.then(|| (format!("{stem}-people.csv"), self.crosswalk()));
        let has_padded_ids = self.is_people && self.names.has_padded();
        let name = format!("{stem}.csv");
        let settings = Settings {
            name: &name,
            file: self.file,
            shown: &self.shown,
            has_padded_ids,
            crosswalk: crosswalk.as_ref().map(|(name, _)| name.as_str()),
        };
        let settings = settings.text();
        Some(RedactedFile { stem, record: self.record.to_owned(), text, settings, crosswalk, left_out })
    }

    fn cells(&self, row: &RowAsRead, own: String) -> Option<Vec<String>> {
        let (first, position) = match row.kind {
            RowKind::Aside(SetAside::Blank) => (String::new(), ""),
            RowKind::Aside(SetAside::Ruled) => ("--".to_owned(), ""),
            RowKind::Aside(SetAside::Footer) => (FOOTER.to_owned(), PRIMARY),
            RowKind::Aside(SetAside::OtherPosition) => (own, "N"),
            RowKind::Whole { code: "total-row", .. } => (TOTAL.to_owned(), PRIMARY),
            _ => (own, PRIMARY),
        };
        let mut cells: Vec<String> = [first].into_iter().chain(self.has_primary.then(|| position.to_owned())).collect();
        let leading = cells.len();
        for (index, field) in &self.shown {
            let cell = row.cells.get(*index)?;
            let is_blank = matches!(row.kind, RowKind::Aside(SetAside::Blank | SetAside::Ruled));
            cells.push(if is_blank { String::new() } else { self.cell(cell, field, &row.kind)? });
        }
        let person = self.shown.iter().position(|(_, field)| field.role == FieldRole::Person).map(|at| at + leading);
        match row.kind {
            RowKind::Whole { code: "row-length", lacks_cells: true } => drop(cells.pop()),
            RowKind::Whole { code: "row-length", .. } => cells.push("more".to_owned()),
            RowKind::Whole { code: "line-break-in-value", .. } => cells[person.unwrap_or(leading)] = BROKEN.to_owned(),
            RowKind::Whole { code: "error-cell", .. } => {
                let other = (leading..cells.len()).find(|at| Some(*at) != person);
                cells[other.unwrap_or(leading)] = faulty::cell(&Fault::ErrorCell, "", FieldRole::Person);
            }
            _ => {}
        }
        Some(cells)
    }

    /// A value as the reader of data files takes it without any mapping. None where a date cannot be moved.
    fn cell(&self, cell: &CellAsRead, field: &Field, kind: &RowKind) -> Option<String> {
        Some(match cell {
            CellAsRead::Missing => String::new(),
            CellAsRead::Person { id, written } if self.is_people => self.names.written(id, written.as_deref().unwrap_or(id)),
            CellAsRead::Person { id, .. } => self.names.who(id).to_owned(),
            CellAsRead::Key(text) | CellAsRead::Text(text) => match self.credits {
                Some(policy) if field.name == BankField::Record.name() => self.names.credit(policy, text),
                _ => self.names.text(text).to_owned(),
            },
            CellAsRead::Date(date) => self.by.date(*date)?.to_string(),
            CellAsRead::Plain(plain) => plain.clone(),
            CellAsRead::Faulty { fault: Fault::UnknownKey { .. } | Fault::AmbiguousKey { .. }, raw } => self.names.who(raw).to_owned(),
            // what is wrong with the row as a whole was found first
            CellAsRead::Faulty { .. } if *kind != RowKind::Data => String::new(),
            CellAsRead::Faulty { fault, raw } => faulty::cell(fault, raw, field.role),
        })
    }

    /// Everybody who is found in the file, under the pseudonym, and keys that stand for several twice.
    fn crosswalk(&self) -> String {
        let mut lines: BTreeSet<[&str; 2]> = BTreeSet::new();
        for cell in self.file.rows.iter().flat_map(|row| &row.cells) {
            match cell {
                CellAsRead::Person { id, .. } => drop(lines.insert([self.names.who(id); 2])),
                CellAsRead::Faulty { fault: Fault::AmbiguousKey { .. }, raw } => {
                    lines.extend(["1", "2"].map(|id| [self.names.who(raw), id]));
                }
                _ => {}
            }
        }
        [CROSSWALK_COLUMNS].iter().chain(&lines).map(|cells| line(cells)).collect()
    }
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

/// One line of cells as RFC 4180 has it.
pub fn line<T: AsRef<str>>(cells: &[T]) -> String {
    let quoted = |cell: &T| {
        let cell = cell.as_ref();
        if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
    };
    format!("{}\n", cells.iter().map(quoted).collect::<Vec<_>>().join(","))
}
