//! Comma-separated text, made in pieces side by side: joined in order they are the file.

use rayon::prelude::*;

use super::phrases::Sources;
use super::results::RowPlace;
use super::room::{Room, Short};
use super::signs::{asks_for_quotes, is_harmless};
use super::tables::source;
use super::text::decimal;
use crate::facts::EmployeeId;
use crate::policy::AwardId;
use crate::syntax::ast::PayKind;
use crate::value::digits::push_cents;
use crate::value::{Date, Number, PeriodLabel, Small};

pub use super::signs::would_run;

/// Rows of one piece.
const ROWS: usize = 8192;

/// One row at a time, cell by cell, a comma behind each.
#[derive(Debug, Default)]
pub struct Writer {
    /// The rows, as bytes of UTF-8: texts go in whole, so that nobody has to check them again.
    text: Room,
    /// Whether the row at hand has a cell that a spreadsheet would run.
    refused: bool,
    head: Head,
    amount: LastAmount,
}

/// What was written last with [`Writer::head`].
#[derive(Debug, Default)]
struct Head {
    of: Option<(EmployeeId, AwardId, PayKind)>,
    all: Cells,
    /// The cells behind that of the person, which are the same for many people.
    rest: Cells,
}

/// Cells that were written, and whether a spreadsheet would run one of them.
#[derive(Debug, Default)]
struct Cells {
    written: Short<64>,
    refused: bool,
}

/// The cell of an amount, by the amount as it is kept: many lines have that of the one before.
#[derive(Debug)]
struct LastAmount {
    of: Option<Small>,
    cell: Short<16>,
}

impl Default for LastAmount {
    fn default() -> LastAmount {
        LastAmount { of: Some(Small::ZERO), cell: Short::of(b"0.00,") }
    }
}

impl LastAmount {
    #[inline(never)]
    fn of(amount: &Number) -> LastAmount {
        let mut cell = Vec::new();
        if !push_cents(&mut cell, *amount) {
            cell.extend_from_slice(decimal(*amount).as_bytes());
        }
        cell.push(b',');
        LastAmount { of: amount.to_small(), cell: Short::of(&cell) }
    }
}

/// A text as it stands in a table, made once for many lines.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    written: Short<64>,
    would_run: bool,
}

impl Cell {
    pub fn of(text: &str) -> Cell {
        let short = Short::with(text.as_bytes(), b',');
        if let (Some(written), true) = (short, is_harmless(text) && !asks_for_quotes(text)) {
            return Cell { written, would_run: false };
        }
        let mut writer = Writer::default();
        writer.text(text);
        Cell { written: writer.text.since(0), would_run: writer.refused }
    }

    #[inline]
    pub fn length(&self) -> usize {
        self.written.length()
    }

    /// What many cells begin with, which go on without a quote, a comma or a line end. None where they stand in quotes.
    pub fn beginning(text: &str) -> Option<Cell> {
        (!asks_for_quotes(text)).then(|| Cell { written: Short::of(text.as_bytes()), would_run: would_run(text) })
    }
}

/// The cell of the place of a row, made from that of the row before it.
#[derive(Debug, Default)]
pub struct Place {
    of: Option<RowPlace>,
    cell: Short<64>,
}

impl Place {
    #[inline]
    pub fn goes_to(&mut self, sources: &Sources, place: RowPlace) {
        let before = place.row.checked_sub(1).map(|row| RowPlace { row, ..place });
        if before.is_none() || self.of != before || !self.cell.count_up() {
            self.make(sources, place);
        }
        self.of = Some(place);
    }

    #[inline(never)]
    fn make(&mut self, sources: &Sources, place: RowPlace) {
        let mut writer = Writer::default();
        writer.source(sources, place);
        self.cell = writer.text.since(0);
    }
}

impl Writer {
    /// To write many lines.
    pub fn for_many() -> Writer {
        Writer { text: Room::large(), ..Writer::default() }
    }

    /// What was written.
    pub fn written(&self) -> &[u8] {
        self.text.text()
    }

    pub fn into_written(self) -> Vec<u8> {
        self.text.into_text()
    }

    /// What was written, where much was: then it begins anew.
    #[inline]
    pub fn take_full(&mut self) -> Option<Vec<u8>> {
        self.text.is_full().then(|| std::mem::replace(&mut self.text, Room::large()).into_text())
    }

    /// How many bytes were written.
    #[inline]
    pub fn length(&self) -> usize {
        self.text.length()
    }

    /// A cell of text that was made before.
    #[inline]
    pub fn cell(&mut self, cell: &Cell) {
        self.refused |= cell.would_run;
        cell.written.put(&mut self.text);
    }

    /// With so many bytes behind it a text is quick to copy.
    pub const STRETCH: usize = 128;

    /// The first bytes of a text, as many as are said; what stands behind them is of use where they are few.
    #[inline]
    pub fn stretch(&mut self, (text, length): (&[u8], usize)) {
        self.text.put_first(text, length);
    }

    /// Puts the length of what was written since then before it.
    pub fn put_length(&mut self, start: usize) {
        let written = self.text.text()[start..].to_vec();
        self.text.truncate(start);
        self.text.put(&(written.len() as u64).to_le_bytes(), 8);
        self.text.put_any(&written);
    }

    /// Begins anew in the same room.
    pub fn clear(&mut self) {
        self.text.truncate(0);
    }

    /// Writes one line, and says whether a spreadsheet would run a cell of it.
    #[inline]
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
        self.text.end_line(); // in place of the comma behind the last cell
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
        if !self.text.put_plain(word.as_bytes(), b',') {
            self.text.put_any(word.as_bytes());
            self.end_cell();
        }
    }

    /// A cell of text, in quotes where RFC 4180 asks for them.
    #[inline]
    pub fn text(&mut self, cell: &str) {
        if !(is_harmless(cell) && self.text.put_plain(cell.as_bytes(), b',')) {
            self.any_text(cell);
        }
    }

    #[inline(never)]
    fn any_text(&mut self, cell: &str) {
        if cell.is_empty() {
            return self.end_cell();
        }
        self.refused |= would_run(cell);
        if !asks_for_quotes(cell) {
            self.text.put_any(cell.as_bytes());
            return self.end_cell();
        }
        self.text.put(b"\"", 1);
        for (index, piece) in cell.split('"').enumerate() {
            self.text.put(b"\"\"", if index == 0 { 0 } else { 2 });
            self.text.put_any(piece.as_bytes());
        }
        self.text.put(b"\",", 2);
    }

    /// The first cells of a row, which nearly always are those of the row before: made once for lines of the same person, award and kind, and
    /// those behind that of the person once for all of the same award and kind.
    #[inline(always)]
    pub fn head(&mut self, of: (EmployeeId, AwardId, PayKind), (person, rest): (impl FnOnce(&mut Writer), impl FnOnce(&mut Writer))) {
        if self.head.of == Some(of) {
            self.head.all.written.put(&mut self.text);
            self.refused = self.head.all.refused;
        } else {
            self.make_head(of, (person, rest));
        }
    }

    #[inline(never)]
    fn make_head(&mut self, of: (EmployeeId, AwardId, PayKind), (person, rest): (impl FnOnce(&mut Writer), impl FnOnce(&mut Writer))) {
        let start = self.text.length();
        person(self);
        let person_refused = std::mem::take(&mut self.refused);
        if self.head.of.is_some_and(|(_, award, kind)| (award, kind) == (of.1, of.2)) {
            self.head.rest.written.put(&mut self.text);
        } else {
            let start = self.text.length();
            rest(self);
            self.text.keep(start, &mut self.head.rest.written);
            self.head.rest.refused = self.refused;
        }
        self.refused = person_refused | self.head.rest.refused;
        self.head.of = Some(of);
        self.text.keep(start, &mut self.head.all.written);
        self.head.all.refused = self.refused;
    }

    /// A day; nothing where there is none.
    #[inline(always)]
    pub fn date(&mut self, date: Option<Date>) {
        match date {
            Some(date) => self.text.put_date(date, b','),
            None => self.end_cell(),
        }
    }

    /// A day within a cell.
    #[inline]
    pub fn day(&mut self, day: Date) {
        self.text.put_day(day);
    }

    /// The name of a period, as the calendar itself has it.
    #[inline(always)]
    pub fn label(&mut self, label: PeriodLabel) {
        self.text.put_label(label, b',');
    }

    /// `-200.00`: at least two decimals.
    #[inline(always)]
    pub fn amount(&mut self, amount: Option<&Number>) {
        let Some(amount) = amount else { return self.end_cell() };
        let is_last = match (amount.to_small(), self.amount.of) {
            (Some(amount), Some(last)) => amount.is(last),
            _ => false,
        };
        if !is_last {
            self.amount = LastAmount::of(amount);
        }
        self.amount.cell.put(&mut self.text);
    }

    /// `credentials.csv!12`
    #[inline(always)]
    pub fn source(&mut self, sources: &Sources, place: RowPlace) {
        match sources.beginning(place.file) {
            Some(name) => {
                self.cell(name);
                self.text.put_whole(place.row, b',');
            }
            None => self.text(&source(&sources.names, place)),
        }
    }

    /// The same, made before, and two stretches behind it.
    #[inline]
    pub fn place(&mut self, place: &Place, own: (&[u8], usize), tail: (&[u8], usize)) {
        if !self.text.put_three(&place.cell, own, tail) {
            place.cell.put(&mut self.text);
            self.stretch(own);
            self.stretch(tail);
        }
    }

    #[inline]
    fn end_cell(&mut self) {
        self.text.put(b",", 1);
    }
}

/// The pieces of a table, and the rows (by index) with a cell that a spreadsheet would run.
pub fn pieces<T: Sync>(columns: &[&str], rows: &[T], write: impl Fn(&T, &mut Writer) + Sync) -> (Vec<Vec<u8>>, Vec<usize>) {
    let header = header(columns);
    let made = rows.par_chunks(ROWS).enumerate().map(|(piece, rows)| {
        let mut writer = Writer::for_many();
        let mut refused = Vec::new();
        for (index, row) in rows.iter().enumerate() {
            if writer.line(|writer| write(row, writer)) {
                refused.push(piece * ROWS + index);
            }
        }
        (writer.into_written(), refused)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_the_next_row_is_made_from_that_before() {
        let long = "x".repeat(70);
        let sources = Sources::of(["b2.csv", "say \"x\"", &long].map(str::to_owned).to_vec());
        let mut place = Place::default();
        for (file, row) in (0..3).flat_map(|file| (0..1200).chain([5000, 5001, 99_999_999, 100_000_000]).map(move |row| (file, row))) {
            let (mut made, mut anew) = (Writer::default(), Writer::default());
            place.goes_to(&sources, RowPlace { file, row });
            made.place(&place, (b"", 0), (b"", 0));
            anew.source(&sources, RowPlace { file, row });
            assert_eq!(made.written(), anew.written(), "{file} {row}");
        }
    }

    #[test]
    fn cells_are_quoted_where_needed() {
        let rows = ["a,b", "say \"x\"", "plain", "=1"];
        let (pieces, refused) = pieces(&["text", "amount"], &rows, |row, writer| {
            writer.text(row);
            writer.amount(Number::parse("-200.5").as_ref());
        });
        assert_eq!(joined(&pieces), "text,amount\n\"a,b\",-200.50\n\"say \"\"x\"\"\",-200.50\nplain,-200.50\n=1,-200.50\n");
        assert_eq!(refused, [3]);
    }
}
