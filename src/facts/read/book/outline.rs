//! What the parts of a workbook in a zip say about its sheets, gathered while they are measured.

use std::collections::BTreeMap;

use super::notes::SheetNotes;
use super::tags::{attribute, local_name};

/// The sheets of a workbook and what each part showed.
#[derive(Debug, Default)]
pub struct Outline {
    pub sheets: Vec<ListedSheet>,
    /// By relation.
    pub targets: BTreeMap<String, Target>,
    /// Whether the book counts days from 1904.
    pub counts_from_1904: bool,
    /// By path.
    pub notes: BTreeMap<String, SheetNotes>,
}

/// A sheet as the book lists it.
#[derive(Debug)]
pub struct ListedSheet {
    pub name: String,
    /// What leads to its part.
    relation: String,
    /// `visible` where the book says nothing.
    pub state: String,
}

/// Where a part of the book is, and what it is.
#[derive(Debug)]
pub struct Target {
    /// In small letters.
    path: String,
    kind: String,
}

impl ListedSheet {
    pub fn new(name: String, relation: String) -> ListedSheet {
        ListedSheet { name, relation, state: "visible".to_owned() }
    }
}

impl Outline {
    /// Notes of a sheet; empty ones where its part is not found.
    pub fn take_notes(&mut self, sheet: &str) -> SheetNotes {
        let path = self.sheets.iter().find(|listed| listed.name == sheet).and_then(|listed| self.path(listed)).map(str::to_owned);
        let mut notes = path.and_then(|path| self.notes.remove(&path)).unwrap_or_default();
        notes.settle();
        notes
    }

    /// The path of a sheet's part, in small letters.
    pub fn path(&self, sheet: &ListedSheet) -> Option<&str> {
        self.targets.get(&sheet.relation).map(|target| target.path.as_str())
    }

    /// Whether it is a sheet of cells, and no chart or macro.
    pub fn has_cells(&self, sheet: &ListedSheet) -> bool {
        self.targets.get(&sheet.relation).is_some_and(|target| target.kind.ends_with("/worksheet"))
    }

    /// A tag of the book's own part.
    pub fn note_sheet(&mut self, tag: &[u8]) {
        let (name, tag) = (local_name(tag), String::from_utf8_lossy(tag));
        if name == b"workbookPr"
            && let Some(counts) = attribute(&tag, "date1904")
        {
            self.counts_from_1904 = matches!(counts, "1" | "true");
        }
        if name != b"sheet" {
            return;
        }
        let relation = attribute(&tag, "r:id").or_else(|| {
            let named = tag.split_whitespace().find(|piece| piece.contains(":id="))?;
            attribute(&tag, named.split('=').next()?)
        });
        if let (Some(name), Some(relation)) = (attribute(&tag, "name"), relation) {
            let state = attribute(&tag, "state").unwrap_or("visible").to_owned();
            self.sheets.push(ListedSheet { state, ..ListedSheet::new(unescaped(name), relation.to_owned()) });
        }
    }

    /// A tag of the part that says where the others are.
    pub fn note_target(&mut self, tag: &[u8]) {
        if local_name(tag) != b"Relationship" {
            return;
        }
        let tag = String::from_utf8_lossy(tag);
        if let (Some(id), Some(target)) = (attribute(&tag, "Id"), attribute(&tag, "Target")) {
            let path = match unescaped(target) {
                target if target.starts_with('/') => target[1..].to_lowercase(),
                target => format!("xl/{}", target.trim_start_matches("./")).to_lowercase(),
            };
            self.targets.insert(id.to_owned(), Target { path, kind: attribute(&tag, "Type").unwrap_or("").to_owned() });
        }
    }
}

pub fn unescaped(text: &str) -> String {
    quick_xml::escape::unescape(text).map_or_else(|_| text.to_owned(), |text| text.into_owned())
}
