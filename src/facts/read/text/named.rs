//! Files without headers: the names that the mapping gives their columns come first, and have to be as many as there are columns.

use crate::diagnostic::Diagnostic;
use crate::facts::read::{Cells, Flow, Row, RowSink, of_file, of_row};
use crate::source::Span;

/// The row in which names of a mapping stand: before the file's first.
pub const ROW: u32 = 0;

/// Hands the names on as the file's headers.
pub fn hand_on(names: &[String], sink: &mut dyn RowSink) -> Flow {
    let cells: Vec<(String, Span)> = names.iter().map(|name| (name.clone(), Span::default())).collect();
    sink.row(Row { number: ROW, cells: Cells::Grid(&cells) })
}

/// Why names cannot be those of the columns.
pub fn miscounted((file, names): (&str, &[String]), (row, width): (u32, usize)) -> Box<Diagnostic> {
    let cells = |count: usize| if count == 1 { "1 cell".to_owned() } else { format!("{count} cells") };
    let columns = if names.len() == 1 { "1 column".to_owned() } else { format!("{} columns", names.len()) };
    let (place, message) = if width > names.len() {
        (of_row(file, row), format!("row {row} has {}, and `headers` in the mapping names {columns}", cells(width)))
    } else if width <= 1 && names.len() > 2 {
        (of_row(file, row), format!("row {row} is one cell, and `headers` in the mapping names {columns}"))
    } else {
        (of_file(file), format!("the rows have {}, and `headers` in the mapping names {columns}", cells(width)))
    };
    let help = "name every column from the left, \"\" for one that is not wanted; look whether the export has lost or gained one";
    Box::new(Diagnostic::error("headers-count", place, message).help(help))
}

/// Takes the first row that is not blank, to see how many cells it has.
#[derive(Default)]
pub struct FirstRow(pub Option<(u32, usize)>);

impl RowSink for FirstRow {
    fn row(&mut self, row: Row<'_>) -> Flow {
        if row.cells.is_blank() {
            return Flow::GoOn;
        }
        self.0 = Some((row.number, row.cells.width()));
        Flow::Stop
    }
}

/// Hands the rows of a sheet on, and remembers the widest: a sheet does not say how many columns it has.
pub struct Widest<'a> {
    sink: &'a mut dyn RowSink,
    /// Its number and its cells up to the last that is filled.
    pub row: (u32, usize),
    pub is_stopped: bool,
}

impl<'a> Widest<'a> {
    pub fn new(sink: &'a mut dyn RowSink) -> Widest<'a> {
        Widest { sink, row: (0, 0), is_stopped: false }
    }
}

impl RowSink for Widest<'_> {
    fn row(&mut self, row: Row<'_>) -> Flow {
        let width = (0..row.cells.width()).rev().find(|column| !row.cells.cell(*column).is_blank()).map_or(0, |column| column + 1);
        if width > self.row.1 {
            self.row = (row.number, width);
        }
        let flow = self.sink.row(row);
        self.is_stopped |= flow == Flow::Stop;
        flow
    }

    fn header_row(&self) -> Option<u32> {
        self.sink.header_row()
    }

    fn refused(&mut self, number: u32, problems: Vec<Diagnostic>) {
        self.sink.refused(number, problems);
    }
}
