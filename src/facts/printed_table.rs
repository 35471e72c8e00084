//! A table's file as cells with their places: what a policy looks up in it is read by the policy's own rules.

use std::sync::Arc;

use super::read::{Flow, OpenWith, Opened, Raw, Row, RowSink};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{Cell, Place};

/// More cells than any printed schedule has.
const CELLS_MOST: usize = 100_000;

struct Sink {
    file: Arc<str>,
    sheet: Option<Arc<str>>,
    rows: Vec<Vec<Cell>>,
    cells: usize,
    problems: Vec<Diagnostic>,
}

impl RowSink for Sink {
    fn row(&mut self, row: Row<'_>) -> Flow {
        if row.cells.is_blank() {
            return Flow::GoOn;
        }
        let mut cells = Vec::new();
        for column in 0..row.cells.width() {
            let raw = row.cells.cell(column);
            let cell = Cell {
                file: self.file.clone(),
                sheet: self.sheet.clone(),
                row: Some(row.number),
                column: Some(column as u32 + 1),
                header: None,
                raw: Some(raw.as_written().into()),
            };
            let wrong = match raw {
                Raw::Error(_) => Some("this cell holds an error of the spreadsheet"),
                Raw::NoResult(_) => Some("this formula has no result in the file"),
                Raw::Serial(_) => Some("the spreadsheet shows this number as a date or time"),
                Raw::Blank | Raw::Text(_) | Raw::Number(_) | Raw::Computed(_) | Raw::YesNo(_) => None,
            };
            if let Some(message) = wrong {
                let help = "write the value itself into the cell, and save the file";
                self.problems.push(Diagnostic::error("table-file-cell", Place::Cell(cell.clone()), message).help(help));
            }
            cells.push(cell);
        }
        self.cells += cells.len();
        self.rows.push(cells);
        if self.cells > CELLS_MOST { Flow::Stop } else { Flow::GoOn }
    }

    fn refused(&mut self, _number: u32, problems: Vec<Diagnostic>) {
        self.problems.extend(problems);
    }
}

/// Every row that is not blank; None where the file or a cell of it cannot be used.
pub fn printed_table((name, bytes): (&str, &[u8]), sheet: Option<&str>, diagnostics: &mut Diagnostics) -> Option<Vec<Vec<Cell>>> {
    let mut opened = Opened::open(bytes, OpenWith { name, sheet, preferred: None, rule: None }, diagnostics)?;
    let mut sink = Sink { file: name.into(), sheet: opened.sheet(), rows: Vec::new(), cells: 0, problems: Vec::new() };
    opened.read(&mut sink).map_err(|problem| diagnostics.push(*problem)).ok()?;
    if sink.cells > CELLS_MOST {
        let message = format!("this table has more than {CELLS_MOST} cells");
        sink.problems.push(
            Diagnostic::error("table-file", Place::Cell(Cell::of_file(name)), message).help("keep the schedule alone in its file or sheet"),
        );
    }
    let usable = sink.problems.is_empty();
    sink.problems.into_iter().for_each(|problem| diagnostics.push(problem));
    usable.then_some(sink.rows)
}
