//! One row of a sheet while it is put together: its cells in one text, without an allocation per cell.

use crate::facts::hashing::hash_more;
use crate::facts::read::Raw;

/// The last row and column that a sheet has (Excel's own limits).
const ROWS_MOST: u32 = 1_048_576;
const COLUMNS_MOST: u32 = 16_384;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellKind {
    Text,
    Number,
    Computed,
    Serial,
    Yes,
    No,
    Error,
    NoResult,
}

/// The cells of one row so far.
#[derive(Debug, Default)]
pub struct SheetRow {
    /// From 0.
    index: u32,
    /// The column of the last cell and one more; 0 where the row has none yet.
    next: u32,
    /// The filled cells by column: a row costs what is written in it, however far to the right that stands.
    cells: Vec<Filled>,
    text: String,
    /// The text of an error cell whose place is not known, in this row.
    damaged: Option<String>,
    /// The same, but it may also stand in the row that comes next.
    carried: Option<String>,
    /// Whether the spreadsheet does not show it.
    is_hidden: bool,
}

/// A cell with something in it.
#[derive(Clone, Copy, Debug)]
struct Filled {
    column: u32,
    kind: CellKind,
    start: u32,
    end: u32,
}

/// A cell where no cell can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misplaced {
    Beyond { row: u64, column: u64 },
    Twice { row: u32, column: u32 },
    Backwards { row: u32 },
}

impl SheetRow {
    pub fn index(&self) -> u32 {
        self.index
    }

    pub fn width(&self) -> usize {
        self.cells.last().map_or(0, |cell| cell.column as usize + 1)
    }

    pub fn holds_anything(&self) -> bool {
        self.damaged.is_some() || !self.cells.is_empty()
    }

    /// The cells that hold something, from left to right.
    pub fn filled(&self) -> impl Iterator<Item = Raw<'_>> {
        self.cells.iter().map(|cell| self.raw(*cell))
    }

    /// The error text of a cell somewhere in this row, where its place is not known.
    pub fn damaged(&self) -> Option<&str> {
        self.damaged.as_deref()
    }

    #[inline]
    pub fn cell(&self, column: usize) -> Raw<'_> {
        // most rows are filled from the left without a gap
        if let Some(cell) = self.cells.get(column).filter(|cell| cell.column as usize == column) {
            return self.raw(*cell);
        }
        let found = self.cells.binary_search_by_key(&column, |cell| cell.column as usize);
        found.map_or(Raw::Blank, |index| self.raw(self.cells[index]))
    }

    fn raw(&self, cell: Filled) -> Raw<'_> {
        let text = self.text.get(cell.start as usize..cell.end as usize).unwrap_or("");
        match cell.kind {
            CellKind::Text if text.is_empty() => Raw::Blank,
            CellKind::Text => Raw::Text(text),
            CellKind::Number => Raw::Number(text),
            CellKind::Computed => Raw::Computed(text),
            CellKind::Serial => Raw::Serial(text),
            CellKind::Yes => Raw::YesNo(true),
            CellKind::No => Raw::YesNo(false),
            CellKind::Error => Raw::Error(text),
            CellKind::NoResult => Raw::NoResult(text),
        }
    }

    pub fn hash(&self) -> u64 {
        let shape = self.cells.iter().fold(0u64, |shape, cell| {
            let piece = (u64::from(cell.end - cell.start) << 18) + (u64::from(cell.column) << 4) + cell.kind as u64 + 1;
            shape.wrapping_mul(31).wrapping_add(piece)
        });
        hash_more(shape, self.text.as_bytes())
    }

    /// Begins the cell at a place (from 0). Cells come row by row, left to right, each once.
    pub fn place(&mut self, row: u32, column: u32) -> Result<(), Misplaced> {
        if row >= ROWS_MOST || column >= COLUMNS_MOST {
            return Err(Misplaced::Beyond { row: u64::from(row) + 1, column: u64::from(column) + 1 });
        }
        if row < self.index {
            return Err(Misplaced::Backwards { row: row + 1 });
        }
        if row == self.index && column + 1 == self.next {
            return Err(Misplaced::Twice { row: row + 1, column: column + 1 });
        }
        if row == self.index && column < self.next {
            return Err(Misplaced::Backwards { row: row + 1 });
        }
        if row == self.index {
            self.carried = None;
        }
        (self.index, self.next) = (row, column + 1);
        Ok(())
    }

    /// Fills the cell that was begun.
    pub fn put(&mut self, kind: CellKind, text: &str) {
        let start = self.text.len() as u32;
        self.text.push_str(text);
        self.cells.push(Filled { column: self.next.saturating_sub(1), kind, start, end: self.text.len() as u32 });
    }

    pub fn damage(&mut self, text: String) {
        if self.next > 0 {
            self.damaged = Some(text.clone());
        }
        self.carried = Some(text);
    }

    pub fn hide(&mut self) {
        self.is_hidden = true;
    }

    pub fn is_hidden(&self) -> bool {
        self.is_hidden
    }

    /// Moves what the row holds into another, which lends its room; this one is to be emptied then.
    pub fn move_into(&mut self, other: &mut SheetRow) {
        let (index, carried) = (self.index, self.carried.take());
        std::mem::swap(self, other);
        (self.index, self.carried) = (index, carried);
    }

    /// Empties the row; an error of unknown place may belong to the next row as well.
    pub fn clear(&mut self) {
        self.cells.clear();
        self.text.clear();
        (self.next, self.is_hidden) = (0, false);
        self.damaged = self.carried.take();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_have_one_place_each() {
        let mut row = SheetRow::default();
        assert_eq!(row.place(4, 1), Ok(()));
        row.put(CellKind::Text, "a");
        assert_eq!(row.place(4, 1), Err(Misplaced::Twice { row: 5, column: 2 }));
        assert_eq!(row.place(4, 0), Err(Misplaced::Backwards { row: 5 }));
        assert_eq!(row.place(3, 7), Err(Misplaced::Backwards { row: 4 }));
        assert_eq!(row.place(u32::MAX, 0), Err(Misplaced::Beyond { row: 4294967296, column: 1 }));
        assert_eq!(row.place(4, 16_383), Ok(()));
        row.put(CellKind::Number, "200.00000000000003");
        assert_eq!(row.cell(1), Raw::Text("a"));
        assert_eq!(row.cell(16_383), Raw::Number("200.00000000000003"));
        assert_eq!(row.cell(0), Raw::Blank);
    }
}
