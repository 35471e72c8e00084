//! The cells of a sheet of an `.xlsb`, looked through while it is inflated: whether all make sense, and which the reader passes over.

use super::binary_part::{ROW, Records};
use super::compound::word;

const TABLE: u16 = 0x91;
const TABLE_END: u16 = 0x92;
const CELL_OF_FORMULA_ERROR: u16 = 0x0b;
/// Formatted text that stands in the cell itself.
const CELL_OF_FORMATTED_TEXT: u16 = 0x3e;
const ROWS_MOST: u32 = 1 << 20;
/// Each takes some bytes while the book is open.
const PASSED_OVER_MOST: usize = 1 << 20;

/// What was seen of the table of cells so far.
#[derive(Debug, Default)]
pub struct CellTable {
    is_open: bool,
    is_over: bool,
    is_torn: bool,
    row: Option<u32>,
    /// The cells that the reader hands on.
    pub cells: u64,
    /// Those that it passes over in silence.
    pub passed_over: Vec<PassedOver>,
}

/// A cell that the reader does not know: row and column from 0, and what stands in it.
#[derive(Clone, Copy, Debug)]
pub struct PassedOver {
    pub row: u32,
    pub column: u32,
    what: Option<u8>,
}

impl PassedOver {
    pub fn text(self) -> String {
        let error = match self.what {
            None => return "formatted text that cannot be read".to_owned(),
            Some(0x00) => "#NULL!",
            Some(0x07) => "#DIV/0!",
            Some(0x0f) => "#VALUE!",
            Some(0x17) => "#REF!",
            Some(0x1d) => "#NAME?",
            Some(0x24) => "#NUM!",
            Some(0x2a) => "#N/A",
            Some(code) => return format!("error {code}"),
        };
        error.to_owned()
    }
}

impl CellTable {
    pub fn note(&mut self, kind: u16, bytes: &[u8]) {
        match kind {
            TABLE => self.is_open = true,
            TABLE_END => {
                self.is_torn |= self.is_over;
                (self.is_open, self.is_over) = (false, true);
            }
            _ if self.is_open => self.note_cell(kind, bytes),
            ROW..=CELL_OF_FORMULA_ERROR if self.is_over => self.is_torn = true,
            _ => {}
        }
    }

    /// Whether there was a table, and all of it made sense up to the end of the part; nothing to say of a part without one.
    pub fn is_sound(&self, records: &Records) -> bool {
        let has_table = self.is_open || self.is_over;
        !has_table || (self.is_over && !self.is_torn && records.is_whole())
    }

    fn note_cell(&mut self, kind: u16, bytes: &[u8]) {
        let is_long = |length: usize| bytes.len() >= length;
        let makes_sense = match kind {
            ROW => {
                let row = word(bytes, 0);
                let follows = row > self.row || self.row.is_none();
                self.row = row;
                follows && row.is_some_and(|row| row < ROWS_MOST)
            }
            // blank, but shown in some way
            0x01 => is_long(8),
            CELL_OF_FORMULA_ERROR | CELL_OF_FORMATTED_TEXT => self.pass_over(kind, bytes),
            0x02..=0x0a => {
                self.cells += 1;
                self.row.is_some() && is_long(if matches!(kind, 0x05 | 0x09) { 16 } else { 9 })
            }
            // formulas that cells share, what belongs to a cell, and what later versions added
            0x1aa..=0x1ac | 0x31 | 0x32 | 0x23..=0x26 | 0x400.. => true,
            _ => false,
        };
        self.is_torn |= !makes_sense;
    }

    fn pass_over(&mut self, kind: u16, bytes: &[u8]) -> bool {
        let (Some(row), Some(column), Some(code)) = (self.row, word(bytes, 0), bytes.get(8)) else { return false };
        let what = Some(*code).filter(|_| kind == CELL_OF_FORMULA_ERROR);
        self.passed_over.push(PassedOver { row, column, what });
        self.passed_over.len() <= PASSED_OVER_MOST
    }
}
