//! The tables of an `.ods`, gathered while it is measured: their names, whether they are shown, whether anything is in them.

use std::collections::BTreeSet;

use calamine::{Sheet, SheetType, SheetVisible};

use crate::facts::read::book::outline::unescaped;
use crate::facts::read::book::tags::{attribute, local_name};

#[derive(Debug, Default)]
pub struct OpenTables {
    tables: Vec<OpenTable>,
    /// The day from which the document counts days, where it does.
    pub counts_from_1904: bool,
    pub is_encrypted: bool,
    /// Whether a tag has no end; what is encrypted is no text at all.
    pub is_torn: bool,
    /// Styles of tables that are not shown.
    hidden: BTreeSet<String>,
    /// Styles of columns without width, and of rows without height.
    narrow: BTreeSet<String>,
    flat: BTreeSet<String>,
    style: String,
    /// Names of tables in which something was seen, and whether the last one is among them.
    filled: BTreeSet<String>,
    is_filled: bool,
}

#[derive(Clone, Debug)]
struct OpenTable {
    name: String,
    is_visible: bool,
}

impl OpenTables {
    pub fn sheets(&self) -> Vec<Sheet> {
        let visible = |table: &OpenTable| if table.is_visible { SheetVisible::Visible } else { SheetVisible::Hidden };
        let sheet = |table: &OpenTable| Sheet { name: table.name.clone(), typ: SheetType::WorkSheet, visible: visible(table) };
        self.tables.iter().map(sheet).collect()
    }

    pub fn holds_anything(&self, name: &str) -> bool {
        self.filled.contains(name)
    }

    /// Whether something was seen in the last table.
    pub fn is_filled(&self) -> bool {
        self.is_filled
    }

    /// Whether columns of this style have no width.
    pub fn is_narrow(&self, style: &str) -> bool {
        self.narrow.contains(style)
    }

    /// Whether rows of this style have no height.
    pub fn is_flat(&self, style: &str) -> bool {
        self.flat.contains(style)
    }

    /// Whether a tag with this name says anything of the tables.
    pub fn wants(name: &[u8]) -> bool {
        matches!(name, b"table" | b"style" | b"null-date" | b"table-properties" | b"table-column-properties" | b"table-row-properties")
    }

    /// Whether it is a cell, which is looked at until one of the table holds something.
    pub fn is_cell(name: &[u8]) -> bool {
        matches!(name, b"table-cell" | b"covered-table-cell")
    }

    pub fn note(&mut self, tag: &[u8]) {
        match local_name(tag) {
            b"table-cell" | b"covered-table-cell" => {
                let holds = || !tag.ends_with(b"/") || tag.windows(12).any(|window| window == b"office:value");
                if let Some(table) = self.tables.last().filter(|_| !self.is_filled && holds()) {
                    self.filled.insert(table.name.clone());
                    self.is_filled = true;
                }
            }
            b"table" => {
                let tag = String::from_utf8_lossy(tag);
                let Some(name) = attribute(&tag, "table:name") else { return };
                let is_visible = attribute(&tag, "table:style-name").is_none_or(|style| !self.hidden.contains(style));
                self.tables.push(OpenTable { name: unescaped(name), is_visible });
                self.is_filled = false;
            }
            b"null-date" => {
                let tag = String::from_utf8_lossy(tag);
                self.counts_from_1904 = attribute(&tag, "table:date-value").is_some_and(|day| day.starts_with("1904"));
            }
            b"style" => self.style = attribute(&String::from_utf8_lossy(tag), "style:name").unwrap_or("").to_owned(),
            b"table-properties" if attribute(&String::from_utf8_lossy(tag), "table:display") == Some("false") => {
                self.hidden.insert(self.style.clone());
            }
            b"table-column-properties" if is_nothing(&String::from_utf8_lossy(tag), "style:column-width") => {
                self.narrow.insert(self.style.clone());
            }
            b"table-row-properties" if is_nothing(&String::from_utf8_lossy(tag), "style:row-height") => {
                self.flat.insert(self.style.clone());
            }
            _ => {}
        }
    }
}

/// Whether a length such as `0in` is none at all.
fn is_nothing(tag: &str, name: &str) -> bool {
    let number = attribute(tag, name).map(|length| length.trim_end_matches(|letter: char| letter.is_ascii_alphabetic()));
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|digit| matches!(digit, b'0' | b'.')))
}
