//! `.xlsx`: its sheets, and the rows of one of them.

use calamine::{Sheet, SheetType, SheetVisible};

use super::sheet_part::SheetPart;
use crate::facts::read::Raw;
use crate::facts::read::book::archive::Measured;
use crate::facts::read::book::notes::SheetNotes;
use crate::facts::read::book::row_maker::{RowMaker, RowTaker, Taken};
use crate::facts::read::book::sheet_row::SheetRow;
use crate::facts::read::book::workbook::{Problem, unreadable};

pub struct SheetBook<'a> {
    file: (&'a str, &'a [u8]),
    measured: Measured,
    pub sheets: Vec<Sheet>,
}

impl<'a> SheetBook<'a> {
    pub fn open(file: (&'a str, &'a [u8]), measured: Measured) -> Result<SheetBook<'a>, Problem> {
        let mut sheets = Vec::new();
        for listed in &measured.outline.sheets {
            let visible = match listed.state.as_str() {
                "visible" => SheetVisible::Visible,
                "hidden" => SheetVisible::Hidden,
                "veryHidden" => SheetVisible::VeryHidden,
                _ => return Err(unreadable(file.0, &format!("nobody can say whether its sheet `{}` is shown", listed.name))),
            };
            if measured.outline.path(listed).is_none() {
                return Err(unreadable(file.0, &format!("nothing leads to its sheet `{}`", listed.name)));
            }
            let typ = if measured.outline.has_cells(listed) { SheetType::WorkSheet } else { SheetType::ChartSheet };
            sheets.push(Sheet { name: listed.name.clone(), typ, visible });
        }
        Ok(SheetBook { file, measured, sheets })
    }

    pub fn counts_from_1904(&self) -> bool {
        self.measured.outline.counts_from_1904
    }

    /// Whether a sheet has a cell with a value in it.
    pub fn holds_anything(&self, sheet: &str) -> Result<bool, Problem> {
        let mut first = FirstValue(false);
        self.read(sheet, RowMaker::new(&mut first, SheetNotes::default()))?;
        Ok(first.0)
    }

    /// Measures the sheets that are not read.
    pub fn measure_others(&mut self, wanted: &str) -> Result<(), Problem> {
        self.measured.others(self.file, wanted)
    }

    /// Hands the rows of a sheet on.
    pub fn read(&self, sheet: &str, rows: RowMaker<'_>) -> Result<SheetNotes, Problem> {
        let tables = &self.measured.cells;
        self.measured.read_sheet(self.file, sheet, |pieces| SheetPart::new(pieces, tables, rows).read())
    }
}

/// Looks for a row with a value.
struct FirstValue(bool);

impl RowTaker for FirstValue {
    fn row(&mut self, row: &mut SheetRow) -> Taken {
        self.0 = row.filled().any(|cell| !matches!(cell, Raw::NoResult(_)));
        if self.0 { Taken::Leave } else { Taken::GoOn }
    }
}
