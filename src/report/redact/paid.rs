//! Earlier adjustments for a redacted run: each line under its new record key, rejected ones among them.

use std::collections::BTreeMap;

use super::dates::Move;
use super::faulty;
use super::keys::PaidKeys;
use super::settings::Settings;
use super::tables::{LeftOut, Real, RedactedFile, line};
use super::words::Pseudonyms;
use crate::facts::as_read::{CellAsRead, FileAsRead, RowAsRead, RowKind};
use crate::facts::{MovedWords, PaidLine, ReversedWords, SetAside};
use crate::policy::{AwardId, FieldRole, Policy};
use crate::report::text::decimal;
use crate::report::words::kind_word;

const COLUMNS: [&str; 7] = ["employee", "award", "kind", "amount", "effective", "record", "reason"];
/// An award that no policy has.
const NO_AWARD: &str = "an award that the policy does not have";

/// One file for each that the run was given. None where a date cannot be moved.
pub fn files(real: Real<'_>, (names, by): (&Pseudonyms, Move), keys: &PaidKeys) -> Option<Vec<RedactedFile>> {
    let given: Vec<&FileAsRead> = real.files.iter().filter(|file| file.record.is_none()).collect();
    let stem = |number: usize| if given.len() > 1 { format!("paid-{number}") } else { "paid".to_owned() };
    let writer = |file| Writer { policy: real.policy, names, by, keys, lines: lines_of(real, file) };
    (1..).zip(&given).map(|(number, file)| writer(file).file(file, stem(number))).collect()
}

/// By row: the place of its line among all.
fn lines_of<'a>(real: Real<'a>, file: &FileAsRead) -> BTreeMap<u32, (usize, &'a PaidLine)> {
    let own = real.facts.paid.iter().enumerate().filter(|(_, line)| *line.place.file == *file.name);
    own.filter_map(|(index, line)| Some((line.place.row?, (index, line)))).collect()
}

struct Writer<'a> {
    policy: &'a Policy,
    names: &'a Pseudonyms,
    by: Move,
    keys: &'a PaidKeys<'a>,
    lines: BTreeMap<u32, (usize, &'a PaidLine)>,
}

impl Writer<'_> {
    fn file(&self, file: &FileAsRead, stem: String) -> Option<RedactedFile> {
        let mut text = line(&COLUMNS);
        let mut left_out = Vec::new();
        let mut lines = 1;
        for row in &file.rows {
            let written = self.row(row)?;
            if row.kind == RowKind::Aside(SetAside::Resolved) {
                let first = self.rejected(row)?.swap_remove(0);
                left_out.push(LeftOut { row: lines + 1, column: COLUMNS[0], cell: first });
            }
            lines += written.matches('\n').count() as u32;
            text.push_str(&written);
        }
        let name = format!("{stem}.csv");
        let settings = Settings { name: &name, file, shown: &[], has_padded_ids: false, crosswalk: None }.text();
        Some(RedactedFile { stem, record: "paid".to_owned(), text, settings, left_out, ..RedactedFile::default() })
    }

    fn row(&self, row: &RowAsRead) -> Option<String> {
        match row.kind {
            RowKind::Aside(SetAside::RepeatedHeader) => return Some(line(&COLUMNS)),
            RowKind::Aside(SetAside::Ruled) => return Some(line(&["--"; 7])),
            RowKind::Aside(SetAside::Blank) => return Some(line(&[""; 7])),
            _ => {}
        }
        let mut cells = match self.lines.get(&row.number) {
            Some((index, paid)) => self.paid(*index, paid)?,
            None => self.rejected(row)?,
        };
        match row.kind {
            RowKind::Whole { code: "row-length", lacks_cells: true } => drop(cells.pop()),
            RowKind::Whole { code: "row-length", .. } => cells.push("more".to_owned()),
            RowKind::Whole { code: "total-row", .. } => cells[0] = "Total".to_owned(),
            RowKind::Whole { code: "line-break-in-value", .. } => cells[0] = faulty::BROKEN.to_owned(),
            RowKind::Whole { code: "error-cell", .. } => cells[3] = "#N/A".to_owned(),
            _ => {}
        }
        Some(line(&cells))
    }

    fn paid(&self, index: usize, paid: &PaidLine) -> Option<Vec<String>> {
        let reversed = match &paid.reverses {
            Some(words) => Some(self.reversed(words)?),
            None => None,
        };
        let begins = paid.moved.iter().map(|moved| self.renamed(moved)).chain(reversed);
        Some(vec![
            self.names.person(paid.employee).to_owned(),
            self.policy.award(paid.award).name.clone(),
            kind_word(paid.kind).to_owned(),
            decimal(paid.amount),
            self.by.date(paid.effective)?.to_string(),
            self.keys.key(index),
            begins.collect::<Vec<_>>().join("; "),
        ])
    }

    /// A line that is no payment: what could be read of it stays.
    fn rejected(&self, row: &RowAsRead) -> Option<Vec<String>> {
        let award = |name: &str| self.policy.awards.iter().position(|award| *award.name == *name);
        let text = |at: usize| match row.cells.get(at) {
            Some(CellAsRead::Text(text)) => text.as_str(),
            _ => "",
        };
        let cell = |(at, name): (usize, &&str)| -> Option<String> {
            Some(match row.cells.get(at)? {
                CellAsRead::Missing => String::new(),
                CellAsRead::Person { id, .. } => self.names.who(id).to_owned(),
                CellAsRead::Date(date) => self.by.date(*date)?.to_string(),
                CellAsRead::Plain(plain) => plain.clone(),
                CellAsRead::Faulty { .. } if row.kind != RowKind::Data => String::new(),
                CellAsRead::Faulty { fault, raw } => faulty::cell(fault, raw, FieldRole::Key),
                CellAsRead::Key(_) | CellAsRead::Text(_) => match *name {
                    "award" if award(text(at)).is_some() => text(at).to_owned(),
                    "award" => NO_AWARD.to_owned(),
                    "record" => self.keys.key_of(AwardId(award(text(1)).unwrap_or(0) as u16), text(at)),
                    _ => MovedWords::read(text(at)).map_or(String::new(), |moved| self.renamed(&moved)),
                },
            })
        };
        COLUMNS.iter().enumerate().map(cell).collect()
    }

    /// A move between texts that may have pseudonyms, or dates.
    fn renamed(&self, moved: &MovedWords) -> String {
        let named = |text: &str| {
            if self.names.has(text) { self.names.text(text).into() } else { super::dates::moved_policy(("", text), self.by).into() }
        };
        MovedWords { field: moved.field.clone(), old: named(&moved.old), new: named(&moved.new), ..moved.clone() }.sentence()
    }

    /// What is taken back, under its new record key. None where the date cannot be moved.
    fn reversed(&self, words: &ReversedWords) -> Option<String> {
        let award = self.policy.awards.iter().position(|award| *award.name == *words.award).map_or(0, |award| award as u16);
        let record = self.keys.key_of(AwardId(award), &words.record).into();
        Some(ReversedWords { award: words.award.clone(), record, effective: self.by.date(words.effective)? }.sentence())
    }
}
