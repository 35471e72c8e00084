//! Comma-separated text, made in pieces side by side: joined in order they are the file.

use rayon::prelude::*;

use super::phrases::Phrases;
use super::results::RowPlace;
use super::tables::source;
use super::text::decimal;
use crate::value::digits::{push_cents, push_date, push_label, push_whole};
use crate::value::{Date, Number, PeriodLabel};

/// Rows of one piece.
const ROWS: usize = 8192;

/// One row at a time, cell by cell.
#[derive(Debug, Default)]
pub struct Writer {
    pub text: String,
    /// The row at hand.
    line: Vec<u8>,
    /// Whether the row at hand has a cell that a spreadsheet would run.
    refused: bool,
    starts_row: bool,
    /// The last text that was written with [`Writer::often`], if it needed no quotes.
    plain: String,
}

/// A text as it stands in a table, made once for many lines.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    written: Vec<u8>,
    would_run: bool,
}

impl Cell {
    pub fn of(text: &str) -> Cell {
        let mut writer = Writer { starts_row: true, ..Writer::default() };
        writer.text(text);
        Cell { written: writer.line, would_run: writer.refused }
    }
}

impl Writer {
    /// A cell of text that was made before.
    #[inline]
    pub fn cell(&mut self, cell: &Cell) {
        self.refused |= cell.would_run;
        self.separate();
        self.line.extend_from_slice(&cell.written);
    }

    /// Writes one line, and says whether a spreadsheet would run a cell of it.
    pub fn line(&mut self, write: impl FnOnce(&mut Writer)) -> bool {
        (self.refused, self.starts_row) = (false, true);
        self.line.clear();
        write(self);
        self.line.push(b'\n');
        match std::str::from_utf8(&self.line) {
            Ok(line) => self.text.push_str(line),
            Err(_) => self.text.push_str(&String::from_utf8_lossy(&self.line)), // the file is compared with the text and would differ
        }
        self.refused
    }

    /// A cell of text, in quotes where RFC 4180 asks for them.
    pub fn text(&mut self, cell: &str) {
        self.refused |= would_run(cell);
        self.separate();
        if !asks_for_quotes(cell) {
            return self.line.extend_from_slice(cell.as_bytes());
        }
        self.line.push(b'"');
        for (index, piece) in cell.split('"').enumerate() {
            self.line.extend_from_slice(if index == 0 { b"" } else { b"\"\"" });
            self.line.extend_from_slice(piece.as_bytes());
        }
        self.line.push(b'"');
    }

    /// The same for a text that is often the one of the row before.
    pub fn often(&mut self, cell: &str) {
        if cell == self.plain && !cell.is_empty() {
            self.separate();
            return self.line.extend_from_slice(cell.as_bytes());
        }
        if !asks_for_quotes(cell) && !would_run(cell) {
            self.plain.clear();
            self.plain.push_str(cell);
        }
        self.text(cell);
    }

    /// A day; nothing where there is none.
    pub fn date(&mut self, date: Option<Date>) {
        self.separate();
        if let Some(date) = date {
            push_date(&mut self.line, date);
        }
    }

    /// The name of a period, as the calendar itself has it.
    pub fn label(&mut self, label: PeriodLabel) {
        self.separate();
        push_label(&mut self.line, label);
    }

    /// `-200.00`: at least two decimals.
    pub fn amount(&mut self, amount: Option<Number>) {
        self.separate();
        let Some(amount) = amount else { return };
        if !push_cents(&mut self.line, amount) {
            self.line.extend_from_slice(decimal(amount).as_bytes());
        }
    }

    /// `credentials.csv!12`
    pub fn source(&mut self, phrases: &Phrases, place: RowPlace) {
        match phrases.source(place.file) {
            Some(name) if name.written.first() != Some(&b'"') => {
                self.cell(name);
                self.line.push(b'!');
                push_whole(&mut self.line, u64::from(place.row));
            }
            _ => self.text(&source(&phrases.sources, place)),
        }
    }

    #[inline]
    fn separate(&mut self) {
        if !self.starts_row {
            self.line.push(b',');
        }
        self.starts_row = false;
    }
}

/// The pieces of a table, and the rows (by index) with a cell that a spreadsheet would run.
pub fn pieces<T: Sync>(columns: &[&str], rows: &[T], write: impl Fn(&T, &mut Writer) + Sync) -> (Vec<String>, Vec<usize>) {
    let header = format!("{}\n", columns.join(","));
    let made = rows.par_chunks(ROWS).enumerate().map(|(piece, rows)| {
        let mut writer = Writer { text: String::with_capacity(rows.len() * 128), ..Writer::default() };
        let mut refused = Vec::new();
        for (index, row) in rows.iter().enumerate() {
            if writer.line(|writer| write(row, writer)) {
                refused.push(piece * ROWS + index);
            }
        }
        (writer.text, refused)
    });
    let made: Vec<(String, Vec<usize>)> = made.collect();
    let (texts, refused): (Vec<String>, Vec<Vec<usize>>) = made.into_iter().unzip();
    (std::iter::once(header).chain(texts).collect(), refused.concat())
}

/// Whether RFC 4180 asks for quotes around the cell.
#[inline]
fn asks_for_quotes(cell: &str) -> bool {
    cell.bytes().fold(false, |asked, byte| asked | ASKS_FOR_QUOTES[usize::from(byte)])
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
    if cell.as_bytes().first().is_some_and(|first| first.is_ascii_alphanumeric()) {
        return false;
    }
    let first = cell.trim_start_matches(' ').chars().next();
    matches!(first, Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\0' | '＝' | '＋' | '－' | '＠'))
}

/// Rows and sum of the column `amount` of a table in pieces, the header in the first: what a reader of the file would add up.
/// None where the text is not such a table.
pub fn sum_of_amounts(pieces: &[impl AsRef<str> + Sync]) -> Option<(usize, Number)> {
    let (header, rows) = pieces.split_first()?;
    sum_of_column(rows, amount_column(header.as_ref())?)
}

/// The position of the column `amount` under a header.
pub fn amount_column(header: &str) -> Option<usize> {
    header.trim_end().split(',').position(|column| column == "amount")
}

/// Rows and sum of one column.
pub fn sum_of_column(pieces: &[impl AsRef<str> + Sync], position: usize) -> Option<(usize, Number)> {
    let sums = pieces.par_iter().map(|piece| sum_of_piece(piece.as_ref(), position)).collect::<Vec<_>>();
    sums.into_iter().try_fold((0, Number::ZERO), |(rows, sum), piece| {
        let (more, amount) = piece?;
        Some((rows + more, sum.plus(amount).ok()?))
    })
}

fn sum_of_piece(piece: &str, position: usize) -> Option<(usize, Number)> {
    let (mut rest, mut rows, mut sum) = (piece, 0, Number::ZERO);
    while !rest.is_empty() {
        if let Some((row, behind)) = row_without_quotes(rest) {
            let cell = cell_of(row, position)?;
            if !cell.is_empty() {
                sum = sum.plus(amount_of(cell)?).ok()?;
            }
            (rest, rows) = (behind, rows + 1);
            continue;
        }
        let mut column = 0;
        loop {
            let (cell, end, behind) = first_cell(rest)?;
            rest = behind;
            if column == position && !cell.is_empty() {
                sum = sum.plus(amount_of(cell)?).ok()?;
            }
            column += 1;
            if end == End::Row {
                break;
            }
        }
        if column <= position {
            return None;
        }
        rows += 1;
    }
    Some((rows, sum))
}

/// The first row and what is behind it, where the row has no quotes: then every comma ends a cell.
fn row_without_quotes(text: &str) -> Option<(&str, &str)> {
    let end = memchr::memchr2(b'\n', b'"', text.as_bytes())?;
    let (row, behind) = text.split_at(end);
    behind.strip_prefix('\n').map(|behind| (row, behind))
}

/// One cell of a row without quotes.
fn cell_of(row: &str, position: usize) -> Option<&str> {
    let mut commas = memchr::memchr_iter(b',', row.as_bytes());
    let start = match position.checked_sub(1) {
        Some(before) => commas.nth(before)? + 1,
        None => 0,
    };
    row.get(start..commas.next().unwrap_or(row.len()))
}

/// What stands behind a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Cell,
    Row,
}

/// The first cell as it is written, without the quotes around it, and what is behind it; none where RFC 4180 knows no such cell.
fn first_cell(text: &str) -> Option<(&str, End, &str)> {
    let bytes = text.as_bytes();
    let (inside, end) = match bytes.first() {
        Some(b'"') => {
            let mut at = 1;
            loop {
                at += memchr::memchr(b'"', bytes.get(at..)?)?;
                match bytes.get(at + 1) {
                    Some(b'"') => at += 2, // a quote inside
                    _ => break (1..at, at + 1),
                }
            }
        }
        _ => {
            let end = memchr::memchr3(b',', b'\n', b'"', bytes).filter(|end| bytes[*end] != b'"')?;
            (0..end, end)
        }
    };
    let cell = text.get(inside)?;
    match bytes.get(end)? {
        b',' => Some((cell, End::Cell, text.get(end + 1..)?)),
        b'\n' => Some((cell, End::Row, text.get(end + 1..)?)),
        _ => None,
    }
}

/// A decimal, or a fraction as it is written where an amount has no end.
fn amount_of(cell: &str) -> Option<Number> {
    Number::parse(cell).or_else(|| {
        let (top, bottom) = cell.split_once('/')?;
        Number::parse(top)?.divided_by(Number::parse(bottom)?).ok()
    })
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
        assert_eq!(pieces.concat(), "text,amount\n\"a,b\",-200.50\n\"say \"\"x\"\"\",-200.50\nplain,-200.50\n=1,-200.50\n");
        assert_eq!(refused, [3]);
    }

    #[test]
    fn amounts_are_added_as_read_back() {
        let pieces = ["employee,amount\n".to_owned(), "1042,200.00\n\"a,b\",-0.50\n".to_owned(), "7,\n".to_owned()];
        assert_eq!(sum_of_amounts(&pieces), Some((3, Number::from_scaled(19950, 2))));
        assert_eq!(sum_of_amounts(&["employee\n".to_owned()]), None);
        let rows = |text: &str| sum_of_amounts(&["reason,amount\n", text]).map(|(rows, sum)| (rows, sum.to_string()));
        assert_eq!(rows("\"say \"\"1,2\"\",\nand\",3\n\"\",0.5\n"), Some((2, "3.5".to_owned())));
        for broken in ["a\n", "a,1", "a\"b,1\n", "\"a\"b,1\n", "\"a,1\n", "a,x\n"] {
            assert_eq!(rows(broken), None, "{broken}");
        }
    }
}
