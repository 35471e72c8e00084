//! The workbook for people: results as sheets with filters, formats and live totals. The same run gives the same bytes.

mod about;
mod adjustments;
mod balances;
pub mod exceptions;
mod next;
mod people;
pub mod read_back;
mod rows;
mod sheet;
mod summary;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use super::results::Results;
use super::totals::Totals;
use crate::diagnostic::Diagnostic;
use crate::source::Place;
pub use about::sha256;
use sheet::Formats;

/// Rows of a sheet below its header: Excel has 1,048,576 in all.
pub const MOST_ROWS: usize = 1_048_575;

/// The whole workbook as bytes.
pub fn workbook(results: &Results, totals: &Totals) -> Result<Vec<u8>, Diagnostic> {
    for (sheet, rows) in [("Adjustments", results.adjustments.len()), ("Rows", results.outcomes.len()), ("Next", results.next.len())] {
        if rows > MOST_ROWS {
            return Err(too_many_rows(sheet, rows));
        }
    }
    build(results, totals).map_err(|fault| not_written(&fault))
}

fn not_written(fault: &XlsxError) -> Diagnostic {
    Diagnostic::error("workbook-not-written", Place::Option("--out".into()), format!("the workbook cannot be built: {fault}"))
        .help("write to a .csv file instead")
}

fn too_many_rows(sheet: &str, rows: usize) -> Diagnostic {
    let message = format!("the sheet {sheet} would have {rows} rows, and Excel shows {MOST_ROWS} below a header");
    Diagnostic::error("too-many-rows-for-excel", Place::Option("--out".into()), message)
        .help("write to .csv instead: `--out adjustments.csv --outcomes outcomes.csv`")
}

fn build(results: &Results, totals: &Totals) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let formats = Formats::new();
    book.set_properties(&properties(results)?);
    summary::write(book.add_worksheet(), &formats, results, totals)?;
    adjustments::write(book.add_worksheet(), &formats, results)?;
    people::write(book.add_worksheet(), &formats, results)?;
    if !results.balances.is_empty() {
        balances::write(book.add_worksheet(), &formats, results)?;
    }
    if !results.next.is_empty() {
        next::write(book.add_worksheet(), &formats, results)?;
    }
    rows::write(book.add_worksheet(), &formats, results)?;
    about::write_policy(book.add_worksheet(), &formats, results)?;
    about::write(book.add_worksheet(), &formats, results)?;
    book.save_to_buffer()
}

/// The as-of date stands for the time of writing, so that the bytes do not depend on the clock.
fn properties(results: &Results) -> Result<DocProperties, XlsxError> {
    let date = results.context.as_of;
    let year = u16::try_from(date.year().clamp(1900, 9999)).unwrap_or(1900);
    let created = ExcelDateTime::from_ymd(year, date.month() as u8, date.day() as u8)?;
    Ok(DocProperties::new()
        .set_title(&results.context.policy.name)
        .set_comment(format!("stipend {}, as of {date}", env!("CARGO_PKG_VERSION")))
        .set_creation_datetime(&created))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_rows_point_to_csv() {
        let refusal = too_many_rows("Rows", MOST_ROWS + 1);
        assert_eq!(refusal.code, "too-many-rows-for-excel");
        assert!(refusal.help[0].contains(".csv"));
    }

    #[test]
    fn what_the_writer_refuses_points_to_csv() {
        let refusal = not_written(&XlsxError::RowColumnLimitError);
        assert_eq!(refusal.code, "workbook-not-written");
        assert!(refusal.help[0].contains(".csv"));
    }
}
