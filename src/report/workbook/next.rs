//! One row for each person and set or bank in which something is missing: what comes next, and who lacks what.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::sheet::{Column, Formats, Sheet};
use crate::policy::units;
use crate::report::results::Results;

const COLUMNS: [Column; 9] = [
    Column::text("Employee", 12),
    Column::text("What", 8),
    Column::text("Name", 28),
    Column::text("Status", 16),
    Column::text("Have", 8),
    Column::text("Need", 8),
    Column::text("Missing", 50),
    Column::other("By", 12),
    Column::text("Then", 60),
];

pub fn write(sheet: &mut Worksheet, formats: &Formats, results: &Results) -> Result<(), XlsxError> {
    let mut sheet = Sheet::new(sheet, formats, "Next")?;
    sheet.table(&COLUMNS, results.next.len())?;
    for (row, line) in (1u32..).zip(&results.next) {
        let (have, need) = (units(line.have), units(line.need));
        let employee = results.context.facts.employee(line.employee);
        let texts =
            [(0, employee), (1, line.what), (2, &line.name), (3, line.status), (4, &have), (5, &need), (6, &line.missing), (8, &line.then)];
        for (column, text) in texts {
            sheet.text(row, column, text)?;
        }
        if let Some(by) = line.by {
            sheet.date(row, 7, by)?;
        }
    }
    Ok(())
}
