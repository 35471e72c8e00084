//! The workbook read again by the reader of data files: how many lines it has and what their amounts add up to.

use crate::diagnostic::Diagnostics;
use crate::facts;
use crate::value::Number;

/// Rows and sum of the sheets Adjustments and Rows; None where something in them is no amount.
pub fn totals(bytes: &[u8]) -> Option<[(usize, Number); 2]> {
    Some([of_sheet(bytes, "Adjustments")?, of_sheet(bytes, "Rows")?])
}

fn of_sheet(bytes: &[u8], sheet: &str) -> Option<(usize, Number)> {
    let rows = facts::grid(("written.xlsx", bytes), Some(sheet), None, &mut Diagnostics::new())?;
    let (header, rows) = rows.split_first()?;
    let at = header.iter().position(|name| name == "Amount")?;
    let sum = rows.iter().filter_map(|row| row.get(at)).filter(|cell| !cell.is_empty()).try_fold(Number::ZERO, |sum, cell| {
        let amount = match cell.split_once('/') {
            Some((top, bottom)) => Number::parse(top)?.divided_by(Number::parse(bottom)?).ok()?,
            None => Number::parse(cell)?,
        };
        sum.plus(amount).ok()
    })?;
    Some((rows.len(), sum))
}
