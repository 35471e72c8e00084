//! Bytes to cells: one row after the other, each with its number, nothing of the file kept.

mod binary;
mod book;
mod ods;
mod sniff;
mod text;
mod xlsx;

use std::sync::Arc;

use super::badge::BadgeBook;
use super::hashing::{hash, hash_more};
use super::mapping::FileRule;
use super::parse::day::Epoch;
use super::parse::key;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{Cell, Place, Span};

pub use book::sheet_row::SheetRow;
pub use text::batch::Batch;
pub use text::fixed::{Fault as LineFault, fault as line_fault, shown as shown_widths};
pub use text::named::ROW as NAMED_ROW;
#[cfg(test)]
pub use text::spot::ends_of;
pub use text::spot::{Head, Several, Spot, Spots, Start, TOGETHER};
pub use text::windows::{Stream, Unfit, Windows};

/// What a cell holds before anybody says what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Raw<'a> {
    Blank,
    Text(&'a str),
    /// A number of a spreadsheet in its shortest decimal form.
    Number(&'a str),
    /// The same, where a formula gave it.
    Computed(&'a str),
    /// What the spreadsheet shows as a date or time: days and parts of days as a number, or the ISO date that an `.ods` has instead.
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
    Delimited(text::record::Fields<'a>),
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

impl Row<'_> {
    /// The first and the last line of a cell; none where the file has no lines.
    pub fn lines_of(self, column: usize) -> Option<(u32, u32)> {
        let Cells::Delimited(fields) = self.cells else { return None };
        let ends = |text: &str| text::seen::line_ends(text.as_bytes());
        let first = self.number + fields.iter().take(column).map(ends).sum::<u32>();
        Some((first, first + ends(fields.get(column)?)))
    }
}

/// Takes the rows of a file as they come.
pub trait RowSink {
    fn row(&mut self, row: Row<'_>) -> Flow;

    /// Rows that stand one behind the other and are written plainly.
    fn rows(&mut self, batch: Batch<'_>) -> Flow {
        each_row(self, batch)
    }

    /// About so many rows will come.
    fn make_room(&mut self, _rows: usize) {}

    /// So many bytes of the file were read, of so many in all.
    fn was_read(&mut self, _read: u64, _all: u64) {}

    /// Whether it had enough before its rows were over.
    fn is_cut_short(&self) -> bool {
        false
    }

    /// The row of the headers, once it was found: what stands above it is no data.
    fn header_row(&self) -> Option<u32> {
        None
    }

    /// A row that its reader cannot hand on, with the reasons. Sinks that only look for something need not know.
    fn refused(&mut self, _number: u32, _problems: Vec<Diagnostic>) {}
}

/// Hands on the rows of a batch one by one.
pub fn each_row<S: RowSink + ?Sized>(sink: &mut S, batch: Batch<'_>) -> Flow {
    let mut rows = (0..batch.len()).map(|row| Row { number: batch.line(row), cells: Cells::Delimited(batch.fields(row)) });
    if rows.all(|row| sink.row(row) == Flow::GoOn) { Flow::GoOn } else { Flow::Stop }
}

/// Takes the rows of a file in parts that are read side by side, once it knows how.
pub trait PartedSink: RowSink + Sync {
    type Part: RowSink + Send;
    /// Whether the rows to come can be taken in parts.
    fn is_ready(&self) -> bool;
    /// An empty part; none before the sink is ready.
    fn part(&self) -> Option<Self::Part>;
    /// A part behind the first is read, and waits until those before it are joined: frees what it needs no more.
    fn set_by(part: &mut Self::Part);
    /// The other parts were made. What it takes itself from now on is the file's, and so is what parts that are made from now on read again.
    fn begin_joining(&mut self);
    /// Takes what a part has taken; parts come in the order of the file.
    fn join(&mut self, part: Self::Part) -> Flow;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    GoOn,
    Stop,
}

/// A file that was recognised and can be read.
pub struct Opened<'a> {
    name: &'a str,
    form: Form<'a>,
    /// The names of its columns, where the mapping gives them.
    names: Option<&'a [String]>,
}

enum Form<'a> {
    Text(text::delimited::Delimited<'a>),
    Fixed(text::fixed::FixedWidth<'a>),
    Book(Box<book::workbook::Book<'a>>),
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
        let widths = with.rule.and_then(|rule| rule.widths.as_deref());
        let form = match (sniff::kind(with.name, bytes), widths) {
            (Ok(sniff::Kind::Text), Some(widths)) => text::fixed::FixedWidth::open(bytes, widths, with).map(Form::Fixed),
            (Ok(sniff::Kind::Text), None) => text::delimited::Delimited::open(bytes, with).map(Form::Text),
            (Ok(kind), _) => book::workbook::Book::open(kind, bytes, with).map(|book| Form::Book(Box::new(book))),
            (Err(problem), _) => Err(problem),
        };
        let names = with.rule.and_then(|rule| rule.headers.as_deref());
        form.map(|form| Opened { name: with.name, form, names }).map_err(|problem| diagnostics.push(*problem)).ok()
    }

    /// Badges, which name their columns themselves.
    pub fn badges(name: &'a str, badges: BadgeBook) -> Opened<'a> {
        Opened { name, form: Form::Badges(badges), names: None }
    }

    pub fn sheet(&self) -> Option<Arc<str>> {
        match &self.form {
            Form::Book(book) => Some(book.sheet.clone()),
            Form::Text(_) | Form::Fixed(_) | Form::Badges(_) => None,
        }
    }

    pub fn epoch(&self) -> Epoch {
        match &self.form {
            Form::Book(book) => book.epoch,
            Form::Text(_) | Form::Fixed(_) | Form::Badges(_) => Epoch::Of1900,
        }
    }

    /// The sign between the cells of a text file.
    pub fn delimiter(&self) -> Option<u8> {
        match &self.form {
            Form::Text(text) => Some(text.delimiter),
            Form::Fixed(_) | Form::Book(_) | Form::Badges(_) => None,
        }
    }

    /// What was assumed or corrected while opening.
    pub fn assumed(&self) -> &[String] {
        match &self.form {
            Form::Text(text) => &text.assumed,
            Form::Fixed(text) => &text.assumed,
            Form::Book(book) => &book.assumed,
            Form::Badges(_) => &[],
        }
    }

    /// Hands every row to the sink. An error is one of the file: what was read before it must not be used.
    pub fn read(&mut self, sink: &mut dyn RowSink) -> Result<Vec<Diagnostic>, Box<Diagnostic>> {
        if self.begin(sink)? == Flow::Stop {
            return Ok(Vec::new());
        }
        match &mut self.form {
            Form::Text(text) => text.read(sink).map(|()| text.warnings()),
            Form::Fixed(text) => text.read(sink).map(|()| text.warnings()),
            Form::Book(book) => match self.names {
                Some(names) => read_named(book, (self.name, names), sink),
                None => book.read(sink),
            },
            Form::Badges(badges) => Ok(badges.read(sink)),
        }
    }

    /// The same, where the sink can take parts of a large text side by side.
    pub fn read_in_parts(&mut self, sink: &mut (impl PartedSink + Send)) -> Result<Vec<Diagnostic>, Box<Diagnostic>> {
        if !matches!(self.form, Form::Text(_)) {
            return self.read(sink);
        }
        let flow = self.begin(sink)?;
        match &self.form {
            Form::Text(text) if flow == Flow::GoOn => text.read_in_parts(sink).map(|()| text.warnings()),
            _ => Ok(Vec::new()),
        }
    }

    /// The same of a file of which only the first window is open.
    pub fn read_in_windows(self, windows: &mut Windows, sink: &mut (impl PartedSink + Send)) -> Result<Vec<Diagnostic>, Unfit> {
        match self.form {
            Form::Text(text) if self.names.is_none() => text.read_in_windows(windows, sink),
            _ => Err(Unfit),
        }
    }

    /// Whether a file that begins so is a text that can be read a window at a time.
    pub fn has_windows(head: &[u8], with: OpenWith<'_>) -> bool {
        let is_plain = with.rule.is_none_or(|rule| rule.widths.is_none() && rule.headers.is_none() && rule.encoding.is_none());
        is_plain && text::encoding::is_utf8_by_mark(head) && matches!(sniff::kind(with.name, head), Ok(sniff::Kind::Text))
    }

    /// Hands on the names that the mapping gives the columns, as the headers of the file.
    fn begin(&self, sink: &mut dyn RowSink) -> Result<Flow, Box<Diagnostic>> {
        let Some(names) = self.names else { return Ok(Flow::GoOn) };
        if let Form::Text(text) = &self.form {
            let mut first = text::named::FirstRow::default();
            text.read(&mut first)?;
            if let Some(row) = first.0.filter(|(_, width)| *width != names.len()) {
                return Err(text::named::miscounted((self.name, names), row));
            }
        }
        Ok(text::named::hand_on(names, sink))
    }
}

/// A sheet whose columns the mapping names: as many as its widest row has.
fn read_named(
    book: &mut book::workbook::Book<'_>,
    (file, names): (&str, &[String]),
    sink: &mut dyn RowSink,
) -> Result<Vec<Diagnostic>, Box<Diagnostic>> {
    let mut widest = text::named::Widest::new(sink);
    let warnings = book.read(&mut widest)?;
    let is_other = !widest.is_stopped && widest.row.1 > 0 && widest.row.1 != names.len();
    if is_other { Err(text::named::miscounted((file, names), widest.row)) } else { Ok(warnings) }
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

    /// Whether it is a line of dashes, drawn from cell to cell.
    pub fn is_ruled(self) -> bool {
        let is_line = |text: &str| text.len() > 1 && text.bytes().all(|byte| matches!(byte, b'-' | b'=' | b'_'));
        let mut cells = (0..self.width()).map(|column| self.cell(column).as_written().trim());
        cells.next().is_some_and(is_line) && cells.all(|text| text.is_empty() || is_line(text))
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
        Ok(kind) => book::workbook::Book::filled_sheets(kind, bytes, name),
    }
}

/// The place of a whole file.
pub(super) fn of_file(file: &str) -> Place {
    Place::Cell(Cell::of_file(file))
}

/// The place of a row of a file; row 0 stands before the first.
pub(super) fn of_row(file: &str, row: u32) -> Place {
    Place::Cell(Cell { row: Some(row).filter(|row| *row > 0), ..Cell::of_file(file) })
}
