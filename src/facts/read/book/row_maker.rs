//! Puts the cells of a sheet together to rows, on the side of the thread that reads them; calamine's values become cells here.

use calamine::DataRef;

use super::notes::SheetNotes;
use super::sheet_row::{CellKind, Misplaced, SheetRow};
use super::workbook::{Problem, misplaced, unreadable};

/// Takes the rows of a sheet.
pub trait RowTaker {
    /// The rows begin; what stands before them is known.
    fn begin(&mut self, _notes: &SheetNotes) {}
    /// A row with something in it, whose cells may be taken out of it.
    fn row(&mut self, row: &mut SheetRow) -> Taken;
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    GoOn,
    /// No more rows are wanted. The rest of the sheet may still be checked.
    Enough,
    /// Nobody asks for the rest of the sheet.
    Leave,
}

pub struct RowMaker<'t> {
    taker: &'t mut dyn RowTaker,
    pub taken: Taken,
    has_begun: bool,
    pub row: SheetRow,
    pub notes: SheetNotes,
}

impl<'t> RowMaker<'t> {
    pub fn new(taker: &'t mut dyn RowTaker, notes: SheetNotes) -> RowMaker<'t> {
        RowMaker { taker, taken: Taken::GoOn, has_begun: false, row: SheetRow::default(), notes }
    }

    /// Begins a cell; false where nobody wants it.
    pub fn place(&mut self, place: (u32, u32), name: &str) -> Result<bool, Problem> {
        self.place_at(place).map_err(|fault| misplaced(fault, name))
    }

    pub fn place_at(&mut self, (row, column): (u32, u32)) -> Result<bool, Misplaced> {
        if row != self.row.index() {
            self.hand_on();
        }
        if self.taken == Taken::GoOn {
            self.row.place(row, column)?;
        }
        Ok(self.taken == Taken::GoOn)
    }

    pub fn put(&mut self, kind: CellKind, text: &str) {
        self.row.put(kind, text);
    }

    #[expect(clippy::disallowed_types, reason = "Excel stores numbers as floats")]
    pub fn put_number(&mut self, kind: CellKind, number: f64) {
        put_number(&mut self.row, kind, number);
    }

    /// A cell that calamine could not tell the place of: it stands in the row at hand or in the next.
    pub fn damage(&mut self, text: String) {
        self.row.damage(text);
    }

    /// The same for the digits of a number in a text.
    pub fn put_digits(&mut self, kind: CellKind, digits: &str) {
        if !put_digits(&mut self.row, kind, digits.trim()) {
            self.row.put(CellKind::Error, digits);
        }
    }

    /// The reader saw every cell that was counted while the file was measured.
    pub fn count(&self, read: u64, name: &str) -> Result<(), Problem> {
        let written = self.notes.cells;
        if !self.notes.is_counted || self.is_stopped() || written == read {
            return Ok(());
        }
        Err(unreadable(name, &format!("{written} cells are written in the sheet, and {read} of them could be found")))
    }

    pub fn is_stopped(&self) -> bool {
        self.taken != Taken::GoOn
    }

    /// Ends the row at hand.
    pub fn hand_on(&mut self) {
        if !self.is_stopped() && self.row.holds_anything() {
            if !self.has_begun {
                self.notes.settle();
                self.taker.begin(&self.notes);
                self.has_begun = true;
            }
            if self.notes.is_hidden(self.row.index()) {
                self.row.hide();
            }
            self.taken = self.taker.row(&mut self.row);
        }
        self.row.clear();
    }
}

/// The one place where a spreadsheet's binary number is touched: it becomes its shortest decimal, without an exponent.
#[expect(clippy::disallowed_types, reason = "Excel stores numbers as floats")]
fn put_number(row: &mut SheetRow, kind: CellKind, number: f64) {
    match number.is_finite() {
        true if number == 0.0 => row.put(kind, "0"),
        true => row.put(kind, &number.to_string()),
        false => row.put(CellKind::Error, "not a number"),
    }
}

/// The same for the digits of a number in a text; false where they are none.
#[expect(clippy::disallowed_types, reason = "spreadsheets count in floats, and write them so")]
pub fn put_digits(row: &mut SheetRow, kind: CellKind, digits: &str) -> bool {
    if is_shortest(digits) {
        row.put(kind, digits);
        return true;
    }
    let number = digits.parse::<f64>();
    number.iter().for_each(|number| put_number(row, kind, *number));
    number.is_ok()
}

/// Whether the digits are their own shortest decimal: every decimal of up to fifteen digits is the only one so short near its binary number.
fn is_shortest(digits: &str) -> bool {
    let digits = digits.strip_prefix('-').filter(|digits| *digits != "0").unwrap_or(digits).as_bytes();
    let whole = digits.iter().take_while(|digit| digit.is_ascii_digit()).count();
    let is_plain = |whole: &[u8]| !whole.is_empty() && (whole.len() == 1 || whole[0] != b'0');
    let is_fraction = |fraction: &[u8]| match fraction {
        [] => true,
        [b'.', digits @ .., last @ b'1'..=b'9'] => last.is_ascii_digit() && digits.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    digits.len() <= 15 && is_plain(&digits[..whole]) && is_fraction(&digits[whole..])
}

pub fn put(value: &DataRef<'_>, rows: &mut RowMaker<'_>) {
    match value {
        DataRef::Empty => {}
        DataRef::Int(number) => rows.put(CellKind::Number, &number.to_string()),
        DataRef::Float(number) => rows.put_number(CellKind::Number, *number),
        DataRef::String(text) => rows.put(CellKind::Text, text),
        DataRef::SharedString(text) => rows.put(CellKind::Text, text),
        DataRef::Bool(true) => rows.put(CellKind::Yes, ""),
        DataRef::Bool(false) => rows.put(CellKind::No, ""),
        // a length of time is counted in days as well: 2:30 hours are 0.104166666666667, and no number of hours
        DataRef::DateTime(date) => rows.put_number(CellKind::Serial, date.as_f64()),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => rows.put(CellKind::Serial, text),
        DataRef::Error(error) => rows.put(CellKind::Error, &error.to_string()),
    }
}
