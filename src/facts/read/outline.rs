//! What the parts of a workbook in a zip say about its sheets, gathered while they are measured.

use std::collections::BTreeMap;

use super::notes::SheetNotes;
use super::tags::{attribute, local_name};

/// The sheets of a workbook and what each part showed.
#[derive(Debug, Default)]
pub struct Outline {
    /// The name of each sheet and the relation that leads to its part.
    pub sheets: Vec<(String, String)>,
    /// By relation: the path of the part.
    pub targets: BTreeMap<String, String>,
    /// By path.
    pub notes: BTreeMap<String, SheetNotes>,
}

impl Outline {
    /// Notes of a sheet; empty ones where its part is not found.
    pub fn take_notes(&mut self, sheet: &str) -> SheetNotes {
        let relation = self.sheets.iter().find(|(name, _)| name == sheet).map(|(_, relation)| relation);
        let target = relation.and_then(|relation| self.targets.get(relation));
        let path = target.map(|target| match target.strip_prefix('/') {
            Some(absolute) => absolute.to_lowercase(),
            None => format!("xl/{}", target.trim_start_matches("./")).to_lowercase(),
        });
        let mut notes = path.and_then(|path| self.notes.remove(&path)).unwrap_or_default();
        notes.settle();
        notes
    }

    /// A tag of the book's own part.
    pub fn note_sheet(&mut self, tag: &[u8]) {
        if local_name(tag) != b"sheet" {
            return;
        }
        let tag = String::from_utf8_lossy(tag);
        let relation = attribute(&tag, "r:id").or_else(|| {
            let named = tag.split_whitespace().find(|piece| piece.contains(":id="))?;
            attribute(&tag, named.split('=').next()?)
        });
        if let (Some(name), Some(relation)) = (attribute(&tag, "name"), relation) {
            self.sheets.push((unescaped(name), relation.to_owned()));
        }
    }

    /// A tag of the part that says where the others are.
    pub fn note_target(&mut self, tag: &[u8]) {
        if local_name(tag) != b"Relationship" {
            return;
        }
        let tag = String::from_utf8_lossy(tag);
        if let (Some(id), Some(target)) = (attribute(&tag, "Id"), attribute(&tag, "Target")) {
            self.targets.insert(id.to_owned(), unescaped(target));
        }
    }
}

pub fn unescaped(text: &str) -> String {
    quick_xml::escape::unescape(text).map_or_else(|_| text.to_owned(), |text| text.into_owned())
}

/// A tag of a sheet of an `.xlsx`; rows that do not say their number follow the one before.
pub fn note_row(tag: &[u8], next_row: &mut u32, notes: &mut SheetNotes) {
    match local_name(tag) {
        b"c" => notes.cells += 1,
        b"row" => {
            let tag = String::from_utf8_lossy(tag);
            let row = attribute(&tag, "r").and_then(|row| row.parse::<u32>().ok()).and_then(|row| row.checked_sub(1)).unwrap_or(*next_row);
            if is_hidden(&tag, "ht") {
                notes.hide(row, row);
            }
            *next_row = row.saturating_add(1);
        }
        b"col" => {
            let tag = String::from_utf8_lossy(tag);
            let bound =
                |name: &str| attribute(&tag, name).and_then(|column| column.parse::<u32>().ok()).and_then(|column| column.checked_sub(1));
            if let (true, Some(first), Some(last)) = (is_hidden(&tag, "width"), bound("min"), bound("max")) {
                notes.hide_columns(first, last);
            }
        }
        b"filterColumn" => notes.is_filtered = true,
        b"mergeCell" => {
            let tag = String::from_utf8_lossy(tag);
            if let Some((first, last)) = attribute(&tag, "ref").and_then(rows_of) {
                notes.merge(first, last);
            }
        }
        _ => {}
    }
}

/// Whether a row or a column is hidden, or has no height or width, which looks the same.
fn is_hidden(tag: &str, size: &str) -> bool {
    let is_nothing = |size: &str| !size.is_empty() && size.bytes().all(|digit| matches!(digit, b'0' | b'.'));
    attribute(tag, "hidden").is_some_and(|hidden| matches!(hidden, "1" | "true")) || attribute(tag, size).is_some_and(is_nothing)
}

/// The first and the last row of `A2:B7`, from 0.
fn rows_of(area: &str) -> Option<(u32, u32)> {
    let row = |cell: &str| {
        cell.trim_start_matches(|letter: char| letter == '$' || letter.is_ascii_alphabetic()).parse::<u32>().ok()?.checked_sub(1)
    };
    let (first, last) = area.split_once(':').unwrap_or((area, area));
    Some((row(first)?, row(last)?))
}
