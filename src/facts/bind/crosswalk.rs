//! A file that translates e-mail addresses (or other keys) to employee IDs.

use std::sync::OnceLock;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::facts::Names;
use crate::facts::badge::KnownEmails;
use crate::facts::dictionary::Dictionary;
use crate::facts::mapping::{CrosswalkRule, FileRule};
use crate::facts::parse::fault::Fault;
use crate::facts::parse::key;
use crate::facts::read::{Flow, OpenWith, Opened, Row, RowSink, of_file, of_row};

/// Keys, folded, to IDs.
#[derive(Debug, Default)]
pub struct Crosswalk {
    file: String,
    keys: Dictionary,
    /// By code of `keys`: the ID that was given first.
    ids: Names,
    /// By code of `keys`: whether another one was given too.
    is_ambiguous: Vec<bool>,
    /// The keys as they were written: badges hash them letter by letter.
    written: Names,
    /// The same in order, once a file of badges asks for them.
    known: OnceLock<KnownEmails>,
}

impl Crosswalk {
    /// Whose key it is.
    pub fn employee(&self, written: &str) -> Result<&str, Fault> {
        let code = self.keys.find(&key::fold_key(written)).ok_or_else(|| Fault::UnknownKey { crosswalk: self.file.clone() })?;
        let number = code as usize - 1;
        if self.is_ambiguous[number] { Err(Fault::AmbiguousKey { crosswalk: self.file.clone() }) } else { Ok(&self.ids[number]) }
    }

    pub fn known(&self) -> &KnownEmails {
        self.known.get_or_init(|| KnownEmails::new(self.written.iter()))
    }

    /// Reads the file that a rule names.
    pub fn read(file: &str, bytes: &[u8], rules: (&CrosswalkRule, Option<&FileRule>), diagnostics: &mut Diagnostics) -> Option<Crosswalk> {
        let (rule, own) = rules;
        let sheet = rule.sheet.as_deref().or(own.and_then(|own| own.sheet.as_deref()));
        let mut opened = Opened::open(bytes, OpenWith { name: file, sheet, preferred: None, rule: own }, diagnostics)?;
        let header_row = rule.header_row.or(own.and_then(|own| own.header_row));
        let crosswalk = Crosswalk { file: file.to_string(), ..Crosswalk::default() };
        let width = own.and_then(|own| own.id_width);
        let mut sink = Sink { rule, header_row, width, columns: None, headers: String::new(), crosswalk };
        if let Err(problem) = opened.read(&mut sink) {
            diagnostics.push(*problem);
            return None;
        }
        if sink.columns.is_none() {
            let message = format!("the crosswalk needs the columns `{}` and `{}`", rule.from.list().join("`, `"), rule.to);
            let place = header_row.map_or(of_file(file), |row| of_row(file, row));
            diagnostics.push(Diagnostic::error("crosswalk-column", place, message).help(format!("its columns are {}", sink.headers)));
            return None;
        }
        Some(sink.crosswalk)
    }

    fn add(&mut self, key: &str, id: &str) {
        let number = self.keys.code(key) as usize - 1;
        if number == self.ids.len() {
            self.ids.push(id);
            self.is_ambiguous.push(false);
        } else if self.ids[number] != *id {
            self.is_ambiguous[number] = true;
        }
    }
}

struct Sink<'a> {
    rule: &'a CrosswalkRule,
    header_row: Option<u32>,
    width: Option<usize>,
    columns: Option<(Vec<usize>, usize)>,
    headers: String,
    crosswalk: Crosswalk,
}

impl RowSink for Sink<'_> {
    fn row(&mut self, row: Row<'_>) -> Flow {
        if self.header_row.is_some_and(|header| row.number < header) || row.cells.is_blank() {
            return Flow::GoOn;
        }
        let Some((from, to)) = &self.columns else {
            let headers = super::header::Headers::new(row.cells.texts());
            let column = |name: &str| headers.folded.iter().position(|header| *header == key::fold(name));
            let from: Option<Vec<usize>> = self.rule.from.list().into_iter().map(column).collect();
            self.columns = from.zip(column(&self.rule.to));
            self.headers = headers.listed();
            return if self.columns.is_some() { Flow::GoOn } else { Flow::Stop };
        };
        let id = row.cells.cell(*to).as_written();
        let id = key::clean(key::unwrapped_id(id).unwrap_or(id));
        let id = id.strip_suffix(".0").unwrap_or(&id);
        let written: Vec<&str> =
            from.iter().map(|column| row.cells.cell(*column).as_written()).map(|key| key::unwrapped(key).unwrap_or(key)).collect();
        if let (Some(key_text), false) = (joined(&written), id.is_empty()) {
            self.crosswalk.written.push(&key::clean(written[0]));
            self.crosswalk.add(&key_text, &key::padded(id, self.width));
        }
        Flow::GoOn
    }
}

/// One key out of cells that all have to agree; none where one of them is blank.
pub fn joined(cells: &[&str]) -> Option<String> {
    let folded: Vec<String> = cells.iter().map(|cell| key::fold_key(cell)).collect();
    folded.iter().all(|cell| !cell.is_empty()).then(|| folded.join("\u{1f}"))
}
