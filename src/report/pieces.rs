//! Comma-separated text, made in pieces side by side: joined in order they are the file.

use std::ops::Range;

use rayon::prelude::*;
use wide::u8x16;

use super::phrases::Phrases;
use super::results::RowPlace;
use super::tables::source;
use super::text::decimal;
use crate::facts::EmployeeId;
use crate::policy::AwardId;
use crate::syntax::ast::PayKind;
use crate::value::digits::{push_cents, push_date, push_label, push_plain, push_whole};
use crate::value::{Date, Number, PeriodLabel};

/// Rows of one piece.
const ROWS: usize = 8192;

/// One row at a time, cell by cell, a comma behind each.
#[derive(Debug, Default)]
pub struct Writer {
    /// The rows, as bytes of UTF-8: texts go in whole, so that nobody has to check them again.
    pub text: Vec<u8>,
    /// Whether the row at hand has a cell that a spreadsheet would run.
    refused: bool,
    /// The last text that was written with [`Writer::often`], if it needed no quotes.
    plain: String,
    head: Head,
    amount: LastAmount,
}

/// Where the last text stands that was written with [`Writer::head`], and whether a spreadsheet would run a cell of it.
#[derive(Debug, Default)]
struct Head {
    of: Option<(EmployeeId, AwardId, PayKind)>,
    written: Range<usize>,
    refused: bool,
}

/// The last amount and its cell: many lines have the amount of the one before.
#[derive(Debug, Default)]
struct LastAmount {
    of: Option<Number>,
    cell: Short,
}

/// A text as it stands in a table, made once for many lines.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    written: Short,
    would_run: bool,
}

impl Cell {
    pub fn of(text: &str) -> Cell {
        let mut writer = Writer::default();
        writer.text(text);
        Cell { written: Short::of(&writer.text), would_run: writer.refused }
    }

    /// What many cells begin with, which go on without a quote, a comma or a line end. None where they stand in quotes.
    pub fn beginning(text: &str) -> Option<Cell> {
        (!asks_for_quotes(text)).then(|| Cell { written: Short::of(text.as_bytes()), would_run: would_run(text) })
    }
}

/// Bytes that are put behind a line; where they are few, without a copy of a length that nobody knows beforehand.
#[derive(Clone, Debug, Default)]
struct Short {
    bytes: Vec<u8>,
    /// The same and zeros behind them, where they fit.
    few: Option<[u8; FEW]>,
}

const FEW: usize = 32;

impl Short {
    fn of(bytes: &[u8]) -> Short {
        let mut short = Short::default();
        short.set(bytes);
        short
    }

    fn set(&mut self, bytes: &[u8]) {
        self.bytes.clear();
        self.bytes.extend_from_slice(bytes);
        let mut few = [0; FEW];
        self.few = few.get_mut(..bytes.len()).map(|few| few.copy_from_slice(bytes)).map(|()| few);
    }

    #[inline]
    fn put(&self, line: &mut Vec<u8>) {
        match &self.few {
            Some(few) => {
                let end = line.len() + self.bytes.len();
                line.extend_from_slice(few);
                line.truncate(end);
            }
            None => line.extend_from_slice(&self.bytes),
        }
    }
}

impl Writer {
    /// A cell of text that was made before.
    #[inline]
    pub fn cell(&mut self, cell: &Cell) {
        self.refused |= cell.would_run;
        cell.written.put(&mut self.text);
    }

    /// Writes one line, and says whether a spreadsheet would run a cell of it.
    pub fn line(&mut self, write: impl FnOnce(&mut Writer)) -> bool {
        self.begin_line();
        write(self);
        self.end_line()
    }

    #[inline]
    pub fn begin_line(&mut self) {
        self.refused = false;
    }

    /// Says whether a spreadsheet would run a cell of the line.
    #[inline]
    pub fn end_line(&mut self) -> bool {
        if let Some(last) = self.text.last_mut() {
            *last = b'\n'; // in place of the comma behind the last cell
        }
        self.refused
    }

    /// Whether a spreadsheet would run a cell of the line at hand.
    #[inline]
    pub fn is_refused(&self) -> bool {
        self.refused
    }

    /// A cell with a word of the program's own: letters and spaces.
    #[inline]
    pub fn word(&mut self, word: &'static str) {
        self.text.extend_from_slice(word.as_bytes());
        self.end_cell();
    }

    /// A cell of text, in quotes where RFC 4180 asks for them.
    #[inline]
    pub fn text(&mut self, cell: &str) {
        if is_harmless(cell) && push_plain(&mut self.text, cell.as_bytes()) {
            return self.end_cell();
        }
        self.any_text(cell);
    }

    #[inline(never)]
    fn any_text(&mut self, cell: &str) {
        self.refused |= would_run(cell);
        if !asks_for_quotes(cell) {
            self.text.extend_from_slice(cell.as_bytes());
            return self.end_cell();
        }
        self.text.push(b'"');
        for (index, piece) in cell.split('"').enumerate() {
            self.text.extend_from_slice(if index == 0 { b"" } else { b"\"\"" });
            self.text.extend_from_slice(piece.as_bytes());
        }
        self.text.push(b'"');
        self.end_cell();
    }

    /// The same for a text that is often the one of the row before.
    pub fn often(&mut self, cell: &str) {
        if cell == self.plain && !cell.is_empty() {
            self.text.extend_from_slice(cell.as_bytes());
            return self.end_cell();
        }
        if !asks_for_quotes(cell) && !would_run(cell) {
            self.plain.clear();
            self.plain.push_str(cell);
        }
        self.text(cell);
    }

    /// The first cells of a row, which nearly always are those of the row before: made once for lines of the same person, award and kind.
    #[inline]
    pub fn head(&mut self, of: (EmployeeId, AwardId, PayKind), write: impl FnOnce(&mut Writer)) {
        if self.head.of == Some(of) {
            self.text.extend_from_within(self.head.written.clone());
            self.refused = self.head.refused;
            return;
        }
        let start = self.text.len();
        write(self);
        self.head = Head { of: Some(of), written: start..self.text.len(), refused: self.refused };
    }

    /// A day; nothing where there is none.
    #[inline]
    pub fn date(&mut self, date: Option<Date>) {
        if let Some(date) = date {
            push_date(&mut self.text, date);
        }
        self.end_cell();
    }

    /// The name of a period, as the calendar itself has it.
    pub fn label(&mut self, label: PeriodLabel) {
        push_label(&mut self.text, label);
        self.end_cell();
    }

    /// `-200.00`: at least two decimals.
    #[inline]
    pub fn amount(&mut self, amount: Option<Number>) {
        match amount {
            None => self.end_cell(),
            Some(amount) if self.amount.of == Some(amount) => self.amount.cell.put(&mut self.text),
            Some(amount) => self.other_amount(amount),
        }
    }

    #[inline(never)]
    fn other_amount(&mut self, amount: Number) {
        let start = self.text.len();
        if !push_cents(&mut self.text, amount) {
            self.text.extend_from_slice(decimal(amount).as_bytes());
        }
        self.end_cell();
        self.amount.of = Some(amount);
        self.amount.cell.set(&self.text[start..]);
    }

    /// `credentials.csv!12`
    pub fn source(&mut self, phrases: &Phrases, place: RowPlace) {
        match phrases.source(place.file) {
            Some(name) => {
                self.cell(name);
                push_whole(&mut self.text, u64::from(place.row));
                self.end_cell();
            }
            None => self.text(&source(&phrases.sources, place)),
        }
    }

    #[inline]
    fn end_cell(&mut self) {
        self.text.push(b',');
    }
}

/// The pieces of a table, and the rows (by index) with a cell that a spreadsheet would run.
pub fn pieces<T: Sync>(columns: &[&str], rows: &[T], write: impl Fn(&T, &mut Writer) + Sync) -> (Vec<Vec<u8>>, Vec<usize>) {
    let header = header(columns);
    let made = rows.par_chunks(ROWS).enumerate().map(|(piece, rows)| {
        let mut writer = Writer { text: Vec::with_capacity(rows.len() * 128), ..Writer::default() };
        let mut refused = Vec::new();
        for (index, row) in rows.iter().enumerate() {
            if writer.line(|writer| write(row, writer)) {
                refused.push(piece * ROWS + index);
            }
        }
        (writer.text, refused)
    });
    let made: Vec<(Vec<u8>, Vec<usize>)> = made.collect();
    let (texts, refused): (Vec<Vec<u8>>, Vec<Vec<usize>>) = made.into_iter().unzip();
    (std::iter::once(header).chain(texts).collect(), refused.concat())
}

/// The names of the columns as the first row of a table.
pub fn header(columns: &[&str]) -> Vec<u8> {
    format!("{}\n", columns.join(",")).into_bytes()
}

/// The text of a table in pieces.
pub fn joined(pieces: &[Vec<u8>]) -> String {
    String::from_utf8(pieces.concat()).unwrap_or_else(|fault| String::from_utf8_lossy(fault.as_bytes()).into_owned())
}

/// Whether RFC 4180 asks for quotes around the cell.
#[inline]
fn asks_for_quotes(cell: &str) -> bool {
    let bytes = cell.as_bytes();
    let Some(last) = bytes.last_chunk::<16>() else {
        return bytes.iter().fold(false, |asked, byte| asked | ASKS_FOR_QUOTES[usize::from(*byte)]);
    };
    // sixteen bytes at a glance; the last of them may have been looked at before
    let asks = |chunk: &[u8; 16]| {
        let chunk = u8x16::from(*chunk);
        let equal = |sign: u8| chunk.simd_eq(u8x16::splat(sign));
        equal(b',') | equal(b'"') | equal(b'\n') | equal(b'\r')
    };
    let (chunks, _) = bytes.as_chunks::<16>();
    chunks.iter().fold(asks(last), |asked, chunk| asked | asks(chunk)).any()
}

/// By byte: a comma, a quote, the end of a line.
const ASKS_FOR_QUOTES: [bool; 256] = {
    let mut asks = [false; 256];
    asks[b',' as usize] = true;
    asks[b'"' as usize] = true;
    asks[b'\n' as usize] = true;
    asks[b'\r' as usize] = true;
    asks
};

/// True for a text that a spreadsheet may take for a formula when it opens a CSV file (OWASP ASVS 1.2.10).
#[inline]
pub fn would_run(cell: &str) -> bool {
    if is_harmless(cell) {
        return false;
    }
    let first = cell.trim_start_matches(' ').chars().next();
    matches!(first, Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\0' | '＝' | '＋' | '－' | '＠'))
}

/// Whether the text begins as no formula does.
#[inline]
fn is_harmless(cell: &str) -> bool {
    cell.as_bytes().first().is_some_and(|first| first.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_recognised_behind_spaces_and_in_full_width() {
        for text in ["=1", " =1", "+1", "-KjX", "@a", "\t=1", "＝1"] {
            assert!(would_run(text), "{text}");
        }
        for text in ["", "1042", "A-1", "a=1"] {
            assert!(!would_run(text), "{text}");
        }
    }

    #[test]
    fn cells_are_quoted_where_needed() {
        let rows = ["a,b", "say \"x\"", "plain", "=1"];
        let (pieces, refused) = pieces(&["text", "amount"], &rows, |row, writer| {
            writer.text(row);
            writer.amount(Number::parse("-200.5"));
        });
        assert_eq!(joined(&pieces), "text,amount\n\"a,b\",-200.50\n\"say \"\"x\"\"\",-200.50\nplain,-200.50\n=1,-200.50\n");
        assert_eq!(refused, [3]);
    }
}
