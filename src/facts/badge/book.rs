//! A file of badges as a table with one header, handed on row by row like any other.

use std::collections::BTreeMap;
use std::io::Cursor;

use super::jws::Jws;
use super::recipient::KnownEmails;
use super::row::{BadgeRow, Column};
use super::rules::BadgeRules;
use super::unpack::BadgeFile;
use super::{BadgeSheet, png, read_badges};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::facts::read::{Cells, Flow, Row, RowSink};
use crate::source::Span;

/// Files that a workbook or a document has, so that its zip is not one of badges.
const OFFICE_PARTS: [&str; 5] = ["xl/workbook.xml", "xl/workbook.bin", "content.xml", "word/document.xml", "index/document.iwa"];
/// Endings of badges in a zip.
const BADGE_ENDINGS: [&str; 5] = [".json", ".jws", ".jwt", ".png", ".svg"];

/// A file of badges that was read.
#[derive(Clone, Debug)]
pub struct BadgeBook {
    sheet: BadgeSheet,
}

/// Whether a file is one of badges, or could be nothing else: an image, JSON, a signature, or a zip of these.
pub fn is_badges(bytes: &[u8]) -> bool {
    if bytes.starts_with(b"PK\x03\x04") {
        return is_badge_zip(bytes);
    }
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let head = String::from_utf8_lossy(&text[..text.len().min(4096)]);
    let list = text.strip_prefix(b"[").map(<[u8]>::trim_ascii_start);
    let drawing = head.starts_with("<svg") || (head.starts_with("<?xml") && head.contains("<svg"));
    let start = head.trim_start();
    let may_be_signed = start.len() < 2 || start.starts_with("ey");
    let signature = || may_be_signed && std::str::from_utf8(text).is_ok_and(|text| Jws::is_like(text.trim()));
    bytes.starts_with(png::SIGNATURE)
        || (text.starts_with(b"{") && !text.starts_with(b"{\\rtf"))
        || list.is_some_and(|list| list.starts_with(b"{") || list.starts_with(b"\"ey"))
        || drawing
        || signature()
}

pub fn is_badge_zip(bytes: &[u8]) -> bool {
    let Ok(archive) = zip::ZipArchive::new(Cursor::new(bytes)) else { return false };
    let names: Vec<String> = archive.file_names().flatten().map(|name| name.to_lowercase()).collect();
    let office = names.iter().any(|name| OFFICE_PARTS.contains(&name.as_str()));
    !office && names.iter().any(|name| BADGE_ENDINGS.iter().any(|ending| name.ends_with(ending)))
}

impl BadgeBook {
    pub fn read_all(file: BadgeFile<'_>, rules: &BadgeRules, known: &KnownEmails) -> BadgeBook {
        BadgeBook { sheet: read_badges(&[file], rules, known) }
    }

    /// The header, then every badge; returns what is said of those that can be used.
    pub fn read(&self, sink: &mut dyn RowSink) -> Vec<Diagnostic> {
        let header: Vec<(String, Span)> = Column::ALL.iter().map(|column| (column.name().to_owned(), Span::default())).collect();
        let mut flow = sink.row(Row { number: 0, cells: Cells::Grid(&header) });
        for (number, row) in (1..).zip(&self.sheet.rows) {
            if flow == Flow::Stop {
                break;
            }
            if row.is_rejected() {
                sink.refused(number, errors(row));
                continue;
            }
            let cells: Vec<(String, Span)> = row.cells().iter().map(|cell| (cell.clone(), Span::default())).collect();
            flow = sink.row(Row { number, cells: Cells::Grid(&cells) });
        }
        let used = self.sheet.rows.iter().filter(|row| !row.is_rejected());
        self.sheet.asked.iter().cloned().chain(used.flat_map(|row| row.said.iter().cloned())).collect()
    }
}

fn errors(row: &BadgeRow) -> Vec<Diagnostic> {
    row.said.iter().filter(|problem| problem.severity == Severity::Error).cloned().collect()
}

/// A folder holds hundreds of badges, each a file: what is said of them in the same words is told of the first, with the
/// number of the others. Their rows say it too, in their cells.
pub fn told_once(said: &Diagnostics) -> Diagnostics {
    let mut others: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let of_badges = said.iter().filter(|problem| problem.code.starts_with("badge-"));
    of_badges.for_each(|problem| *others.entry((problem.code, problem.message.as_str())).or_default() += 1);
    let mut told = Diagnostics::new();
    for problem in said.iter() {
        match others.remove(&(problem.code, problem.message.as_str())) {
            Some(count) if count > 1 => {
                let message = format!("{} ({} more like it)", problem.message, count - 1);
                told.push(Diagnostic { message, ..problem.clone() });
            }
            None if problem.code.starts_with("badge-") => {}
            Some(_) | None => told.push(problem.clone()),
        }
    }
    told
}
