//! The one form that cannot be streamed, `.xls`: read whole, and only up to so many bytes and cells.

use std::io::Cursor;

use calamine::{Data, DataRef, Range, Reader, Sheet, Xls};

use super::old_area;
use super::old_area::Scan;
use crate::diagnostic::Diagnostic;
use crate::facts::read::book::notes::SheetNotes;
use crate::facts::read::book::row_maker::{RowMaker, put};
use crate::facts::read::book::sheet_row::Misplaced;
use crate::facts::read::book::workbook::{misplaced, unreadable};
use crate::facts::read::of_file;
use crate::facts::read::sniff::protected;

const BYTES_MOST: usize = 256 << 20;
/// Up to this size a file may not take much more memory than it has bytes (decision 0024).
const SMALL: usize = 25 << 20;
/// Each takes up a hundred bytes while the book is open.
const CELLS_MOST: u64 = 2_000_000;
/// Of a larger file: more than a full sheet has.
const CELLS_MOST_OF_LARGE: u64 = 20_000_000;

type Problem = Box<Diagnostic>;

pub struct OldBook<'a> {
    name: &'a str,
    book: Box<Xls<Cursor<&'a [u8]>>>,
    scan: Scan,
}

impl<'a> OldBook<'a> {
    pub fn open(bytes: &'a [u8], name: &'a str) -> Result<OldBook<'a>, Problem> {
        let refused = |message: String| {
            Err(Box::new(Diagnostic::error("workbook-too-large", of_file(name), message).help("save the sheet as .xlsx or as CSV")))
        };
        if bytes.len() > BYTES_MOST {
            return refused(format!("the file has {} MB; this kind of workbook is read up to {} MB", bytes.len() >> 20, BYTES_MOST >> 20));
        }
        let scan = old_area::scan(bytes);
        if scan.is_broken {
            return Err(unreadable(name, "its pieces do not make a whole, and rows would be lost or read twice"));
        }
        if scan.is_protected {
            return Err(Box::new(protected(name)));
        }
        if scan.is_absurd() {
            return refused("the sheets of the file span far more cells than they hold".to_owned());
        }
        let most = if bytes.len() > SMALL { CELLS_MOST_OF_LARGE } else { CELLS_MOST };
        if scan.written > most {
            return refused(format!("the file has {} cells; this kind of workbook is read up to {most}", scan.written));
        }
        if let Some((row, column)) = scan.twice {
            return Err(misplaced(Misplaced::Twice { row, column }, name));
        }
        let book = Xls::new(Cursor::new(bytes)).map_err(|error| unreadable(name, &error.to_string()))?;
        Ok(OldBook { name, book: Box::new(book), scan })
    }

    pub fn has_1904_epoch(&self) -> bool {
        self.book.has_1904_epoch()
    }

    pub fn sheets(&self) -> &[Sheet] {
        self.book.sheets_metadata()
    }

    pub fn holds_anything(&mut self, sheet: &str) -> bool {
        self.range(sheet).is_ok_and(|range| !range.is_empty())
    }

    /// What the sheet hides and merges.
    pub fn take_notes(&mut self, sheet: &str) -> SheetNotes {
        let place = self.sheets().iter().position(|found| found.name == sheet);
        let mut notes = place.map_or_else(SheetNotes::default, |place| self.scan.take_notes(place));
        for area in self.book.merge_cells_by_sheet_name(sheet).unwrap_or_default() {
            notes.merge(area.start.0, area.end.0);
        }
        notes
    }

    fn range(&mut self, sheet: &str) -> Result<Range<Data>, Problem> {
        self.book.worksheet_range(sheet).map_err(|error| unreadable(self.name, &error.to_string()))
    }

    pub fn read(&mut self, sheet: &str, rows: &mut RowMaker<'_>) -> Result<(), Problem> {
        use crate::facts::read::book::sheet_row::CellKind;
        let name = self.name;
        let (range, formulas) = (self.range(sheet)?, self.book.worksheet_formula(sheet).unwrap_or_default());
        let (first_row, first_column) = range.start().unwrap_or_default();
        for (row, cells) in (first_row..).zip(range.rows()) {
            for (column, value) in (first_column..).zip(cells) {
                let formula = formulas.get_value((row, column)).filter(|formula| !formula.is_empty());
                if *value == Data::Empty && formula.is_none() {
                    continue;
                }
                if !rows.place((row, column), name)? {
                    return Ok(());
                }
                match (value, formula) {
                    (Data::Empty, Some(formula)) => rows.put(CellKind::NoResult, formula),
                    (Data::Float(number), Some(_)) => rows.put_number(CellKind::Computed, *number),
                    (value, _) => put(&borrowed(value), rows),
                }
            }
        }
        rows.hand_on();
        Ok(())
    }
}

fn borrowed(value: &Data) -> DataRef<'_> {
    match value {
        Data::Int(number) => DataRef::Int(*number),
        Data::Float(number) => DataRef::Float(*number),
        Data::String(text) => DataRef::SharedString(text),
        Data::Bool(yes) => DataRef::Bool(*yes),
        Data::DateTime(date) => DataRef::DateTime(*date),
        Data::DateTimeIso(text) => DataRef::DateTimeIso(text.clone()),
        Data::DurationIso(text) => DataRef::DurationIso(text.clone()),
        Data::Error(error) => DataRef::Error(error.clone()),
        Data::Empty => DataRef::Empty,
    }
}
