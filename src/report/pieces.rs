//! Comma-separated text, made in pieces side by side: joined in order they are the file.

use std::fmt::Write;

use rayon::prelude::*;

use super::results::RowPlace;
use super::tables::source;
use crate::value::digits::{push_cents, push_date, push_label, push_whole};
use crate::value::{Date, Number, PeriodLabel};

/// Rows of one piece.
const ROWS: usize = 8192;

/// One row at a time, cell by cell.
#[derive(Debug, Default)]
pub struct Writer {
    pub text: String,
    /// Whether the row at hand has a cell that a spreadsheet would run.
    refused: bool,
    starts_row: bool,
}

impl Writer {
    /// Writes one line, and says whether a spreadsheet would run a cell of it.
    pub fn line(&mut self, write: impl FnOnce(&mut Writer)) -> bool {
        (self.refused, self.starts_row) = (false, true);
        write(self);
        self.text.push('\n');
        self.refused
    }

    /// A cell of text, in quotes where RFC 4180 asks for them.
    pub fn text(&mut self, cell: &str) {
        self.refused |= would_run(cell);
        self.separate();
        if marks_of(cell) & ASKS_FOR_QUOTES != 0 {
            self.text.push('"');
            for (index, piece) in cell.split('"').enumerate() {
                self.text.push_str(if index == 0 { "" } else { "\"\"" });
                self.text.push_str(piece);
            }
            self.text.push('"');
        } else {
            self.text.push_str(cell);
        }
    }

    /// A day; nothing where there is none.
    pub fn date(&mut self, date: Option<Date>) {
        self.separate();
        if let Some(date) = date {
            push_date(&mut self.text, date);
        }
    }

    /// The name of a period, as the calendar itself has it.
    pub fn label(&mut self, label: PeriodLabel) {
        self.separate();
        push_label(&mut self.text, label);
    }

    /// `-200.00`: at least two decimals.
    pub fn amount(&mut self, amount: Option<Number>) {
        self.separate();
        let Some(amount) = amount else { return };
        if push_cents(&mut self.text, amount) {
            return;
        }
        let start = self.text.len();
        let _ = write!(self.text, "{amount}");
        let written = &self.text[start..];
        if written.contains('/') {
            return;
        }
        match written.len() - written.find('.').unwrap_or(written.len()) {
            0 => self.text.push_str(".00"),
            2 => self.text.push('0'),
            _ => {}
        }
    }

    /// `credentials.csv!12`
    pub fn source(&mut self, names: &[String], place: RowPlace) {
        let name = names.get(usize::from(place.file)).map_or("", String::as_str);
        if marks_of(name) & NOT_OF_A_PLAIN_NAME == 0 && !would_run(name) {
            self.separate();
            self.text.push_str(name);
            self.text.push('!');
            push_whole(&mut self.text, u64::from(place.row));
        } else {
            self.text(&source(names, place));
        }
    }

    fn separate(&mut self) {
        if !self.starts_row {
            self.text.push(',');
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

/// RFC 4180 asks for quotes around a cell with such a character.
const ASKS_FOR_QUOTES: u8 = 1;
const NOT_OF_A_PLAIN_NAME: u8 = 2;

/// By byte: the marks above.
const MARKS: [u8; 256] = {
    let mut marks = [0; 256];
    let mut at = 0;
    while at < marks.len() {
        let byte = at as u8;
        let plain = byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'/' | b'#' | b' ');
        marks[at] = if matches!(byte, b',' | b'"' | b'\n' | b'\r') {
            ASKS_FOR_QUOTES | NOT_OF_A_PLAIN_NAME
        } else if plain {
            0
        } else {
            NOT_OF_A_PLAIN_NAME
        };
        at += 1;
    }
    marks
};

/// All marks that a character of the cell has.
#[inline]
fn marks_of(cell: &str) -> u8 {
    cell.bytes().fold(0, |marks, byte| marks | MARKS[usize::from(byte)])
}

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
            let cell = row.split(',').nth(position)?;
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
    match cell.split_once('/') {
        Some((top, bottom)) => Number::parse(top)?.divided_by(Number::parse(bottom)?).ok(),
        None => Number::parse(cell),
    }
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
