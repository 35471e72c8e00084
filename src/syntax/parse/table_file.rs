//! The rows of a table that stand in a file: the header with the keys' names, and cells of the declared type.

use super::reader::Reader;
use crate::diagnostic::Diagnostic;
use crate::source::{Place, Span};
use crate::syntax::ast::{Entry, EntryKind, ExprKind, FieldKind, Name, Node, TableVersion};
use crate::value::{Date, Number};

/// What people write where there is no value.
const NOT_APPLICABLE: [&str; 4] = ["n/a", "N/A", "n.a.", "NA"];

impl Reader<'_> {
    /// Fills a version from its file, as far as the file was read.
    pub fn table_from_file(&mut self, version: &mut TableVersion, keys: &[Name]) {
        let Some(file) = version.file.clone() else { return };
        let rows = self.files.iter().find(|known| known.name == file.name.kind).map(|known| known.rows.clone()).unwrap_or_default();
        let first_key = keys.first().map_or("", |key| key.kind.as_str());
        // a title may stand above the header
        let header = rows.iter().position(|row| row.first().is_some_and(|cell| is_key(self.slice(*cell), first_key))).unwrap_or(0);
        let mut rows = rows.into_iter().skip(header);
        let Some(header) = rows.next() else { return };
        let width = header.iter().rposition(|cell| !self.slice(*cell).is_empty()).map_or(0, |last| last + 1);
        let named = header.iter().zip(keys).take_while(|(cell, key)| is_key(self.slice(**cell), &key.kind)).count();
        version.header = header.iter().take(width).enumerate().map(|(column, cell)| self.header_entry(*cell, keys.get(column))).collect();
        for row in rows {
            let beyond = row.iter().skip(width).find(|cell| !self.slice(**cell).is_empty()).copied();
            if let Some(cell) = beyond {
                let message = "this cell stands below no header";
                self.report(
                    Diagnostic::error("uneven-grid-row", Place::Policy(cell), message).help("write a label above it, or empty the cell"),
                );
                continue;
            }
            let nowhere = row.last().map_or(file.span, |last| Span { start: last.end, end: last.end });
            let cells = (0..width).map(|column| row.get(column).copied().unwrap_or(nowhere));
            let entries = cells.enumerate().map(|(column, cell)| match column < named {
                true => self.label_entry(cell),
                false => self.typed_entry(cell, &file.cells.kind),
            });
            version.rows.push(entries.collect());
        }
    }

    /// A key's name as the policy writes it, or a label.
    fn header_entry(&mut self, cell: Span, key: Option<&Name>) -> Entry {
        match key.filter(|key| is_key(self.slice(cell), &key.kind)) {
            Some(key) => {
                let text = key.kind.clone();
                Entry { span: cell, kind: EntryKind::Value(Node { kind: ExprKind::Text(text.clone()), span: cell }), text }
            }
            None => self.label_entry(cell),
        }
    }

    fn label_entry(&mut self, cell: Span) -> Entry {
        let text = self.slice(cell).to_owned();
        self.entry(Node { kind: text, span: cell })
    }

    fn typed_entry(&mut self, cell: Span, wanted: &FieldKind) -> Entry {
        let text = self.slice(cell).to_owned();
        if text.is_empty() || NOT_APPLICABLE.contains(&text.as_str()) {
            let kind = if text.is_empty() { EntryKind::Blank } else { EntryKind::NotApplicable };
            return Entry { span: cell, text, kind };
        }
        let (value, words) = match wanted {
            FieldKind::Money => {
                (amount(text.strip_prefix('$').unwrap_or(&text)).map(ExprKind::Money), "an amount such as 40732 or $40,732.00")
            }
            FieldKind::Number => (amount(&text).map(ExprKind::Number), "a number such as 1.0390"),
            FieldKind::Percent => (text.strip_suffix('%').and_then(share).map(ExprKind::Percent), "a percentage such as 5 %"),
            FieldKind::Date => (Date::parse_iso(&text).map(ExprKind::Date), "a date such as 2025-06-30"),
            _ => (Some(ExprKind::Text(text.clone())), "a text"),
        };
        let Some(value) = value else {
            let message = format!("`{text}` is not {words}");
            let help = "correct the cell; one without a value is left empty or holds `n/a`";
            self.report(Diagnostic::error("table-file-cell", Place::Policy(cell), message).help(help));
            return Entry { span: cell, text, kind: EntryKind::Blank };
        };
        Entry { span: cell, text, kind: EntryKind::Value(Node { kind: value, span: cell }) }
    }
}

/// `Step` is the key `step`, `Pay grade` is `pay_grade`.
fn is_key(written: &str, key: &str) -> bool {
    written.to_lowercase().split_whitespace().collect::<Vec<_>>().join("_") == key
}

/// Digits, with commas only where they part thousands.
fn amount(text: &str) -> Option<Number> {
    let text = text.trim();
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let mut groups = whole.split(',');
    let first = groups.next().filter(|first| digits(first))?;
    let grouped = whole.contains(',');
    if !groups.all(|group| group.len() == 3 && digits(group)) || (grouped && first.len() > 3) || (rest.len() == 1) {
        return None;
    }
    if !rest.is_empty() && !digits(&rest[1..]) {
        return None;
    }
    Number::parse(&text.replace(',', ""))
}

fn share(text: &str) -> Option<Number> {
    amount(text)?.times(Number::CENT).ok()
}
