//! One row for each line of money, with the base salary before and after it where the data has one.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::sheet::{Column, Formats, Sheet};
use crate::report::results::Results;

const COLUMNS: [Column; 13] = [
    Column::text("Employee", 12),
    Column::text("Award", 24),
    Column::text("Kind", 12),
    Column::other("Amount", 13),
    Column::other("Effective", 12),
    Column::other("Pay date", 12),
    Column::text("Period", 12),
    Column::text("Record", 20),
    Column::other("Old base salary", 16),
    Column::other("Increase", 13),
    Column::other("New base salary", 16),
    Column::text("Source", 30),
    Column::text("Reason", 70),
];

pub fn write(sheet: &mut Worksheet, formats: &Formats, results: &Results) -> Result<(), XlsxError> {
    let mut sheet = Sheet::new(sheet, formats, "Adjustments")?;
    sheet.table(&COLUMNS, results.adjustments.len())?;
    for (row, (line, cells)) in (1u32..).zip(results.adjustments.iter().zip(results.adjustment_cells())) {
        let [employee, award, kind, _, _, _, period, record, source, reason] = &cells;
        for (column, text) in [(0, employee), (1, award), (2, kind), (6, period), (7, record), (11, source), (12, reason)] {
            sheet.text(row, column, text)?;
        }
        sheet.money(row, 3, line.amount)?;
        sheet.date(row, 4, line.effective)?;
        if let Some(pay_date) = line.pay_date {
            sheet.date(row, 5, pay_date)?;
        }
        if let Some(old) = line.old_base
            && let Ok(new) = old.plus(line.amount)
        {
            let excel_row = row + 1;
            sheet.money(row, 8, old)?;
            sheet.formula(row, 9, (&format!("=D{excel_row}"), &line.amount.to_string()))?;
            sheet.formula(row, 10, (&format!("=I{excel_row}+J{excel_row}"), &new.to_string()))?;
        }
    }
    Ok(())
}
