//! Bytes to cells: one row after the other, each with its number, nothing of the file kept.

mod archive;
mod batch;
mod binary_part;
mod compound;
mod delimited;
mod encoding;
mod notes;
mod old_area;
mod old_book;
mod open_book;
mod open_cell;
mod open_tables;
mod outline;
mod record;
mod sheet_row;
mod sniff;
mod tags;
mod workbook;

use std::sync::Arc;

use super::badge::BadgeBook;
use super::dictionary::{hash, hash_more};
use super::mapping::FileRule;
use super::parse::day::Epoch;
use super::parse::key;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{Cell, Place, Span};

pub use batch::Batch;
pub use sheet_row::SheetRow;

/// What a cell holds before anybody says what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Raw<'a> {
    Blank,
    Text(&'a str),
    /// A number of a spreadsheet in its shortest decimal form.
    Number(&'a str),
    /// The same, where a formula gave it.
    Computed(&'a str),
    /// A number that the spreadsheet shows as a date or time: days and parts of days.
    Serial(&'a str),
    YesNo(bool),
    /// `#N/A` and its like.
    Error(&'a str),
    /// A formula whose result the file does not hold.
    NoResult(&'a str),
}

/// One row of cells, borrowed from its reader.
#[derive(Clone, Copy)]
pub enum Cells<'a> {
    Delimited(record::Fields<'a>),
    Sheet(&'a SheetRow),
    Grid(&'a [(String, Span)]),
}

/// A row as a reader hands it on.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    /// As the spreadsheet (or, for text files, the editor) numbers it.
    pub number: u32,
    pub cells: Cells<'a>,
}

/// Takes the rows of a file as they come.
pub trait RowSink {
    fn row(&mut self, row: Row<'_>) -> Flow;

    /// Rows that stand one behind the other and are written plainly.
    fn rows(&mut self, batch: Batch<'_>) -> Flow {
        let mut rows = (0..batch.len()).map(|row| Row { number: batch.line(row), cells: Cells::Delimited(batch.fields(row)) });
        if rows.all(|row| self.row(row) == Flow::GoOn) { Flow::GoOn } else { Flow::Stop }
    }

    /// About so many rows will come.
    fn make_room(&mut self, _rows: usize) {}

    /// The row of the headers, once it was found: what stands above it is no data.
    fn header_row(&self) -> Option<u32> {
        None
    }

    /// A row that its reader cannot hand on, with the reasons. Sinks that only look for something need not know.
    fn refused(&mut self, _number: u32, _problems: Vec<Diagnostic>) {}
}

/// Takes the rows of a file in parts that are read side by side, once it knows how.
pub trait PartedSink: RowSink + Sync {
    type Part: RowSink + Send;
    /// Whether the rows to come can be taken in parts.
    fn is_ready(&self) -> bool;
    /// An empty part; none before the sink is ready.
    fn part(&self) -> Option<Self::Part>;
    /// Takes what a part has taken; parts come in the order of the file.
    fn join(&mut self, part: Self::Part) -> Flow;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    GoOn,
    Stop,
}

/// A file that was recognised and can be read.
pub enum Opened<'a> {
    Text(delimited::Delimited<'a>),
    Book(Box<workbook::Book<'a>>),
    Badges(BadgeBook),
}

/// What opening a file needs to know.
#[derive(Clone, Copy)]
pub struct OpenWith<'a> {
    pub name: &'a str,
    /// The sheet that the command line or the mapping names.
    pub sheet: Option<&'a str>,
    /// The sheet to take where several could be meant.
    pub preferred: Option<&'a str>,
    pub rule: Option<&'a FileRule>,
}

impl<'a> Opened<'a> {
    /// Recognises the file by what is in it; None where it cannot be used, with the reason.
    pub fn open(bytes: &'a [u8], with: OpenWith<'a>, diagnostics: &mut Diagnostics) -> Option<Opened<'a>> {
        let opened = match sniff::kind(with.name, bytes) {
            Ok(sniff::Kind::Text) => delimited::Delimited::open(bytes, with).map(Opened::Text),
            Ok(kind) => workbook::Book::open(kind, bytes, with).map(|book| Opened::Book(Box::new(book))),
            Err(problem) => Err(problem),
        };
        opened.map_err(|problem| diagnostics.push(*problem)).ok()
    }

    pub fn sheet(&self) -> Option<Arc<str>> {
        match self {
            Opened::Text(_) => None,
            Opened::Book(book) => Some(book.sheet.clone()),
            Opened::Badges(_) => None,
        }
    }

    pub fn epoch(&self) -> Epoch {
        match self {
            Opened::Text(_) => Epoch::Of1900,
            Opened::Book(book) => book.epoch,
            Opened::Badges(_) => Epoch::Of1900,
        }
    }

    /// The sign between the cells of a text file.
    pub fn delimiter(&self) -> Option<u8> {
        match self {
            Opened::Text(text) => Some(text.delimiter),
            Opened::Book(_) | Opened::Badges(_) => None,
        }
    }

    /// What was assumed or corrected while opening.
    pub fn assumed(&self) -> &[String] {
        match self {
            Opened::Text(text) => &text.assumed,
            Opened::Book(book) => &book.assumed,
            Opened::Badges(_) => &[],
        }
    }

    /// Hands every row to the sink. An error is one of the file: what was read before it must not be used.
    pub fn read(&mut self, sink: &mut dyn RowSink) -> Result<Vec<Diagnostic>, Box<Diagnostic>> {
        match self {
            Opened::Text(text) => text.read(sink).map(|()| text.warnings()),
            Opened::Book(book) => book.read(sink),
            Opened::Badges(badges) => Ok(badges.read(sink)),
        }
    }

    /// The same, where the sink can take parts of a large text side by side.
    pub fn read_in_parts(&mut self, sink: &mut impl PartedSink) -> Result<Vec<Diagnostic>, Box<Diagnostic>> {
        match self {
            Opened::Text(text) => text.read_in_parts(sink).map(|()| text.warnings()),
            Opened::Book(book) => book.read(sink),
            Opened::Badges(badges) => Ok(badges.read(sink)),
        }
    }
}

impl<'a> Cells<'a> {
    pub fn width(self) -> usize {
        match self {
            Cells::Delimited(record) => record.len(),
            Cells::Sheet(row) => row.width(),
            Cells::Grid(cells) => cells.len(),
        }
    }

    /// The cell of a column, counted from 0; blank where the row ends before it.
    #[inline]
    pub fn cell(self, column: usize) -> Raw<'a> {
        match self {
            Cells::Delimited(record) => record.get(column).map_or(Raw::Blank, text),
            Cells::Sheet(row) => row.cell(column),
            Cells::Grid(cells) => cells.get(column).map_or(Raw::Blank, |(cell, _)| text(cell)),
        }
    }

    /// The first cell that is not blank.
    pub fn first_filled(self) -> Option<Raw<'a>> {
        match self {
            Cells::Sheet(row) => row.filled().find(|cell| !cell.is_blank()),
            Cells::Delimited(_) | Cells::Grid(_) => (0..self.width()).map(|column| self.cell(column)).find(|cell| !cell.is_blank()),
        }
    }

    pub fn is_blank(self) -> bool {
        match self {
            Cells::Sheet(row) => row.filled().all(Raw::is_blank),
            Cells::Delimited(_) | Cells::Grid(_) => (0..self.width()).all(|column| self.cell(column).is_blank()),
        }
    }

    /// The text of every cell, for headers.
    pub fn texts(self) -> Vec<String> {
        (0..self.width()).map(|column| self.cell(column).as_written().to_string()).collect()
    }

    /// A hash over everything in the row, columns that are not used included.
    pub fn hash(self) -> u64 {
        match self {
            Cells::Delimited(record) => record.hash(),
            Cells::Sheet(row) => row.hash(),
            Cells::Grid(cells) => cells.iter().fold(hash(b""), |state, (cell, _)| hash_more(state, cell.as_bytes())),
        }
    }
}

#[inline]
fn text(text: &str) -> Raw<'_> {
    if text.is_empty() { Raw::Blank } else { Raw::Text(text) }
}

impl<'a> Raw<'a> {
    #[inline]
    pub fn is_blank(self) -> bool {
        match self {
            Raw::Blank => true,
            Raw::Text(text) => key::clean(text).is_empty(),
            Raw::Number(_) | Raw::Computed(_) | Raw::Serial(_) | Raw::YesNo(_) | Raw::Error(_) | Raw::NoResult(_) => false,
        }
    }

    /// The cell's content as it stands in the file.
    #[inline]
    pub fn as_written(self) -> &'a str {
        match self {
            Raw::Blank => "",
            Raw::Text(text) | Raw::Number(text) | Raw::Computed(text) | Raw::Serial(text) | Raw::Error(text) | Raw::NoResult(text) => text,
            Raw::YesNo(true) => "TRUE",
            Raw::YesNo(false) => "FALSE",
        }
    }
}

/// The visible sheets of a workbook that hold anything; none for other files and for those that cannot be read.
pub fn sheets(name: &str, bytes: &[u8]) -> Vec<String> {
    match sniff::kind(name, bytes) {
        Ok(sniff::Kind::Text) | Err(_) => Vec::new(),
        Ok(kind) => workbook::Book::filled_sheets(kind, bytes, name),
    }
}

/// The place of a whole file.
pub(super) fn of_file(file: &str) -> Place {
    Place::Cell(Cell::of_file(file))
}

/// The place of a row of a file.
pub(super) fn of_row(file: &str, row: u32) -> Place {
    Place::Cell(Cell { row: Some(row), ..Cell::of_file(file) })
}
