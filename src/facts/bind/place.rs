//! Places of rows and cells while a file (or an example's grid) is read.

use std::sync::Arc;

use super::header::Headers;
use crate::facts::parse::key::start_of;
use crate::policy::ExampleGrid;
use crate::source::{Cell, Place};

/// Where the rows at hand come from.
#[derive(Clone)]
pub enum Origin<'a> {
    File {
        name: Arc<str>,
        sheet: Option<Arc<str>>,
    },
    /// A file of badges, which have fields and no columns.
    Badge {
        name: Arc<str>,
    },
    Grid(&'a ExampleGrid),
}

/// As much of a cell as a spreadsheet's cell can hold, for the list of exceptions.
const KEPT_MOST: usize = 32_000;

impl Origin<'_> {
    /// The place of a row; row 0 of a grid is its header.
    pub fn row(&self, number: u32) -> Place {
        match self {
            Origin::File { name, sheet } => {
                Place::Cell(Cell { sheet: sheet.clone(), row: Some(number).filter(|row| *row > 0), ..Cell::of_file(name) })
            }
            Origin::Badge { name } => Place::Cell(Cell { row: Some(number).filter(|row| *row > 0), ..Cell::of_file(name) }),
            Origin::Grid(grid) => {
                let row = (number as usize).checked_sub(1).and_then(|index| grid.rows.get(index));
                let cells = row.unwrap_or(&grid.header);
                let spans = cells.first().zip(cells.last());
                Place::Policy(spans.map_or_else(Default::default, |(first, last)| first.1.to(last.1)))
            }
        }
    }

    /// The place of a cell with its header and its text; `column` counts from 0.
    pub fn cell(&self, number: u32, column: usize, headers: &Headers, raw: &str) -> Place {
        match self {
            Origin::File { name, sheet } => Place::Cell(Cell {
                sheet: sheet.clone(),
                row: Some(number),
                column: Some(column as u32 + 1),
                header: headers.written.get(column).map(|header| header.as_str().into()),
                raw: Some(start_of(raw, KEPT_MOST).into()),
                ..Cell::of_file(name)
            }),
            Origin::Badge { name } => Place::Cell(Cell {
                row: Some(number),
                header: headers.written.get(column).map(|header| header.as_str().into()),
                raw: Some(start_of(raw, KEPT_MOST).into()),
                ..Cell::of_file(name)
            }),
            Origin::Grid(grid) => {
                let cell = (number as usize).checked_sub(1).and_then(|index| grid.rows.get(index)).and_then(|row| row.get(column));
                cell.map_or_else(|| self.row(number), |(_, span)| Place::Policy(*span))
            }
        }
    }
}
