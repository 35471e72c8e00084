//! The cells of an `.xlsb` as calamine's stream hands them on, counted against those that are written.

use calamine::Xlsb;

use crate::facts::read::book::row_maker::{RowMaker, put};
use crate::facts::read::book::sheet_row::CellKind;
use crate::facts::read::book::workbook::{Bytes, Problem, unreadable};

pub fn read_xlsb(book: &mut Xlsb<Bytes<'_>>, name: &str, sheet: &str, rows: &mut RowMaker<'_>) -> Result<(), Problem> {
    let mut cells = book.worksheet_cells_reader(sheet).map_err(|error| unreadable(name, &error.to_string()))?;
    let mut passed_over = std::mem::take(&mut rows.notes.passed_over).into_iter().peekable();
    let mut read = 0;
    loop {
        let cell = match cells.next_cell() {
            Ok(Some(cell)) => Some(cell),
            Ok(None) => None,
            Err(calamine::XlsbError::CellError(code)) => {
                read += 1;
                rows.damage(format!("error {code}"));
                continue;
            }
            Err(error) => return Err(unreadable(name, &error.to_string())),
        };
        let next = cell.as_ref().map_or((u32::MAX, u32::MAX), |cell| cell.get_position());
        while let Some(other) = passed_over.next_if(|other| (other.row, other.column) < next) {
            if !rows.place((other.row, other.column), name)? {
                return Ok(());
            }
            rows.put(CellKind::Error, &other.text());
        }
        let Some(cell) = cell else { break };
        read += 1;
        if !rows.place(cell.get_position(), name)? {
            return Ok(());
        }
        put(cell.get_value(), rows);
    }
    rows.hand_on();
    rows.count(read, name)
}
