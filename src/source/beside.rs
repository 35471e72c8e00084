//! Files that a policy names: their cells stand as text behind the policy's own, so that a cell has a span like any word of it.

use std::sync::Arc;

use super::{Cell, Span};

/// The cells of all files that the policy names.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// Every cell's text, one to a line.
    pub text: String,
    pub files: Vec<BesideFile>,
    /// In the order of their spans.
    cells: Vec<(Span, Cell)>,
}

/// One file by the name that the policy has for it.
#[derive(Clone, Debug)]
pub struct BesideFile {
    pub name: String,
    /// Lower-case hexadecimal, as `sha256sum` prints it.
    pub sha256: String,
    /// Empty where the file could not be read, which is reported.
    pub rows: Vec<Vec<Span>>,
    /// The file itself, for whoever hands it on.
    pub bytes: Arc<[u8]>,
}

impl Beside {
    /// Adds a file; `from` is where the text of files begins.
    pub(super) fn add(&mut self, (name, sha256, bytes): (&str, &str, &[u8]), from: usize, rows: Vec<Vec<Cell>>) {
        let mut spans = Vec::new();
        for row in rows {
            let mut own = Vec::new();
            for cell in row {
                self.text.push('\n');
                let start = from + self.text.len();
                let words = cell.raw.as_deref().unwrap_or("").trim();
                self.text.push_str(words);
                let span = Span::new(start, start + words.len());
                self.cells.push((span, cell));
                own.push(span);
            }
            spans.push(own);
        }
        self.files.push(BesideFile { name: name.to_owned(), sha256: sha256.to_owned(), rows: spans, bytes: bytes.into() });
    }

    /// The cell in which the span begins; none where it is one of the policy.
    pub(super) fn cell(&self, span: Span) -> Option<&Cell> {
        let after = self.cells.partition_point(|(cell, _)| cell.start <= span.start);
        let (found, cell) = self.cells.get(after.checked_sub(1)?)?;
        (span.start <= found.end).then_some(cell)
    }
}
