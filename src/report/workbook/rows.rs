//! One row for each row of the data and each award that read it, with what became of it and why.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::sheet::{Column, Formats, Sheet};
use crate::report::results::Results;

const COLUMNS: [Column; 9] = [
    Column::text("File", 30),
    Column::other("Row", 8),
    Column::text("Employee", 12),
    Column::text("Record", 20),
    Column::text("Award", 24),
    Column::text("Outcome", 14),
    Column::other("Amount", 13),
    Column::text("Provisional", 12),
    Column::text("Reason", 90),
];

pub fn write(sheet: &mut Worksheet, formats: &Formats, results: &Results) -> Result<(), XlsxError> {
    let mut sheet = Sheet::new(sheet, formats, "Rows")?;
    sheet.table(&COLUMNS, results.outcomes.len())?;
    let names = results.source_names();
    for (row, outcome) in (1u32..).zip(&results.outcomes) {
        let award = outcome.award.map_or("", |award| &results.context.policy.award(award).name);
        let file = names.get(usize::from(outcome.place.file)).map_or("", String::as_str);
        let provisional = if outcome.provisional { "provisional" } else { "" };
        let texts = [
            (0, file),
            (2, results.employee(&outcome.who)),
            (3, &outcome.record),
            (4, award),
            (5, outcome.fate.word()),
            (7, provisional),
            (8, &outcome.reason),
        ];
        for (column, text) in texts {
            sheet.text(row, column, text)?;
        }
        sheet.count(row, 1, outcome.place.row as usize)?;
        if let Some(amount) = outcome.amount {
            sheet.money(row, 6, amount)?;
        }
    }
    Ok(())
}
