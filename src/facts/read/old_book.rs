//! The two forms that cannot be streamed, `.xls` and `.ods`: read whole, and only up to 25 MB.

use std::io::Cursor;

use calamine::{Data, DataRef, Ods, Range, Reader, Sheet, Xls};

use super::sniff::Kind;
use super::workbook::{Rows, put, unreadable};
use super::{of_file, old_area};
use crate::diagnostic::Diagnostic;

const BYTES_MOST: usize = 25 << 20;

type Problem = Box<Diagnostic>;

pub struct OldBook<'a> {
    name: &'a str,
    form: Form<'a>,
}

enum Form<'a> {
    Xls(Box<Xls<Cursor<&'a [u8]>>>),
    Ods(Box<Ods<Cursor<&'a [u8]>>>),
}

impl<'a> OldBook<'a> {
    pub fn open(kind: Kind, bytes: &'a [u8], name: &'a str) -> Result<OldBook<'a>, Problem> {
        if bytes.len() > BYTES_MOST {
            let message = format!("the file has {} MB; this kind of workbook is read up to 25 MB", bytes.len() >> 20);
            return Err(Box::new(Diagnostic::error("workbook-too-large", of_file(name), message).help("save it as .xlsx or as CSV")));
        }
        if kind == Kind::Xls && old_area::is_absurd(bytes) {
            let message = "the sheets of the file span far more cells than they hold";
            return Err(Box::new(
                Diagnostic::error("workbook-too-large", of_file(name), message).help("save the sheet as .xlsx or as CSV"),
            ));
        }
        let cursor = Cursor::new(bytes);
        let form = match kind {
            Kind::Ods => Ods::new(cursor).map(|book| Form::Ods(Box::new(book))).map_err(|error| unreadable(name, &error.to_string()))?,
            Kind::Xls | Kind::Text | Kind::Xlsx | Kind::Xlsb => {
                Xls::new(cursor).map(|book| Form::Xls(Box::new(book))).map_err(|error| unreadable(name, &error.to_string()))?
            }
        };
        Ok(OldBook { name, form })
    }

    pub fn has_1904_epoch(&self) -> bool {
        match &self.form {
            Form::Xls(book) => book.has_1904_epoch(),
            Form::Ods(_) => false,
        }
    }

    pub fn sheets(&self) -> &[Sheet] {
        match &self.form {
            Form::Xls(book) => book.sheets_metadata(),
            Form::Ods(book) => book.sheets_metadata(),
        }
    }

    pub fn holds_anything(&mut self, sheet: &str) -> bool {
        self.range(sheet).is_ok_and(|range| !range.is_empty())
    }

    fn range(&mut self, sheet: &str) -> Result<Range<Data>, Problem> {
        match &mut self.form {
            Form::Xls(book) => book.worksheet_range(sheet).map_err(|error| unreadable(self.name, &error.to_string())),
            Form::Ods(book) => book.worksheet_range(sheet).map_err(|error| unreadable(self.name, &error.to_string())),
        }
    }

    fn formulas(&mut self, sheet: &str) -> Range<String> {
        match &mut self.form {
            Form::Xls(book) => book.worksheet_formula(sheet).unwrap_or_default(),
            Form::Ods(book) => book.worksheet_formula(sheet).unwrap_or_default(),
        }
    }

    pub fn read(&mut self, sheet: &str, rows: &mut Rows<'_>) -> Result<Vec<Diagnostic>, Problem> {
        use super::sheet_row::CellKind;
        let (range, formulas, name) = (self.range(sheet)?, self.formulas(sheet), self.name);
        let (first_row, first_column) = range.start().unwrap_or_default();
        for (row, cells) in (first_row..).zip(range.rows()) {
            for (column, value) in (first_column..).zip(cells) {
                let formula = formulas.get_value((row, column)).filter(|formula| !formula.is_empty());
                if *value == Data::Empty && formula.is_none() {
                    continue;
                }
                if !rows.place((row, column), name)? {
                    return Ok(Vec::new());
                }
                match (value, formula) {
                    (Data::Empty, Some(formula)) => rows.put(CellKind::NoResult, formula),
                    (Data::Float(number), Some(_)) => rows.put_number(CellKind::Computed, *number),
                    (value, _) => put(&borrowed(value), rows),
                }
            }
        }
        rows.hand_on();
        let merged = match &self.form {
            Form::Xls(book) => book.merge_cells_by_sheet_name(sheet).unwrap_or_default(),
            Form::Ods(_) => Vec::new(),
        };
        Ok(rows.merged_warning(name, sheet, &merged).into_iter().collect())
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
