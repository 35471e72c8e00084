//! A file as rows of text, whatever it is for: how what this program wrote is read again.

use super::mapping::FileRule;
use super::read::{Flow, OpenWith, Opened, Row, RowSink};
use crate::diagnostic::Diagnostics;

struct Grid {
    rows: Vec<Vec<String>>,
    refused: usize,
}

impl RowSink for Grid {
    fn row(&mut self, row: Row<'_>) -> Flow {
        self.rows.push(row.cells.texts());
        Flow::GoOn
    }

    fn refused(&mut self, _number: u32, _problems: Vec<crate::diagnostic::Diagnostic>) {
        self.refused += 1;
    }
}

/// Every row of a text file or of a sheet; None where the file or one of its rows cannot be read.
pub fn grid(
    (name, bytes): (&str, &[u8]),
    sheet: Option<&str>,
    rule: Option<&FileRule>,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<Vec<String>>> {
    let mut grid = Grid { rows: Vec::new(), refused: 0 };
    let mut opened = Opened::open(bytes, OpenWith { name, sheet, preferred: None, rule }, diagnostics)?;
    opened.read(&mut grid).map_err(|problem| diagnostics.push(*problem)).ok()?;
    (grid.refused == 0).then_some(grid.rows)
}
