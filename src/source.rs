//! Where things are: a span of the policy's text, or a cell of somebody's spreadsheet.

mod beside;

use std::sync::Arc;

pub use beside::{Beside, BesideFile};

/// A piece of the policy's text, in bytes from its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub fn new(start: usize, end: usize) -> Span {
        Span { start: start as u32, end: end as u32 }
    }

    /// The smallest span that holds both.
    pub fn to(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// A policy file as it was read. Markdown stays Markdown: spans always count in the whole file.
#[derive(Clone, Debug)]
pub struct Source {
    /// The file's name as the user wrote it on the command line.
    pub name: Arc<str>,
    pub text: Arc<str>,
    /// Files that the policy names. Spans beyond the end of `text` are theirs.
    pub beside: Arc<Beside>,
}

impl Source {
    pub fn new(name: &str, text: &str) -> Source {
        Source { name: name.into(), text: text.into(), beside: Arc::default() }
    }

    /// The same with one more file: the name that the policy has for it, its hash and its bytes.
    pub fn with_file(self, file: (&str, &str, &[u8]), rows: Vec<Vec<Cell>>) -> Source {
        let mut beside = (*self.beside).clone();
        beside.add(file, self.text.len(), rows);
        Source { beside: Arc::new(beside), ..self }
    }

    /// The text that `span` covers; empty when it lies outside the file.
    pub fn slice(&self, span: Span) -> &str {
        let (start, end) = (span.start as usize, span.end as usize);
        match start.checked_sub(self.text.len()) {
            Some(start) => self.beside.text.get(start..end - self.text.len()).unwrap_or(""),
            None => self.text.get(start..end).unwrap_or(""),
        }
    }

    /// The cell of a file that the policy names; none for a span of the policy.
    pub fn cell(&self, span: Span) -> Option<&Cell> {
        if (span.start as usize) < self.text.len() { None } else { self.beside.cell(span) }
    }

    /// Line and column of a byte, both from 1, the column in characters.
    pub fn line_column(&self, at: u32) -> (usize, usize) {
        let before = self.text.get(..at as usize).unwrap_or(&self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.matches('\n').count() + 1;
        let column = before.get(line_start..).map_or(0, |text| text.chars().count()) + 1;
        (line, column)
    }
}

/// A spreadsheet cell, a row (no column) or a sheet (no row), as a person would look it up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    pub file: Arc<str>,
    /// The sheet's name; none for text files.
    pub sheet: Option<Arc<str>>,
    /// The row as the spreadsheet (or, for text files, the editor) numbers it, from 1.
    pub row: Option<u32>,
    /// The column from 1: 1 is A.
    pub column: Option<u32>,
    /// What the header above the cell says.
    pub header: Option<Arc<str>>,
    /// The cell's text exactly as it was found.
    pub raw: Option<Arc<str>>,
}

impl Cell {
    pub fn of_file(file: &str) -> Cell {
        Cell { file: file.into(), sheet: None, row: None, column: None, header: None, raw: None }
    }
}

/// Anything a message can point at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A span of the policy.
    Policy(Span),
    /// A file, sheet, row or cell of data, or a line of a mapping file.
    Cell(Cell),
    /// Something on the command line, such as `--as-of`.
    Option(String),
}

/// The letters of a column: 1 is A, 27 is AA.
pub fn column_letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column;
    while rest > 0 {
        letters.push(char::from(b'A' + ((rest - 1) % 26) as u8));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}
