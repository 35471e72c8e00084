//! The first sheet: the result in one sentence, totals by award and kind, what needs a look, and the control totals.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::sheet::{Formats, Sheet};
use crate::report::results::Results;
use crate::report::summary::sentence;
use crate::report::totals::{Sum, Totals};

pub fn write(sheet: &mut Worksheet, formats: &Formats, results: &Results, totals: &Totals) -> Result<(), XlsxError> {
    let mut sheet = Sheet::new(sheet, formats, "Summary")?;
    sheet.widths(&[44, 18, 14, 18, 14, 14])?;
    let context = &results.context;
    sheet.styled(0, 0, (&context.policy.name, &formats.title))?;
    sheet.text(1, 0, &sentence(totals))?;
    sheet.text(2, 0, &format!("As of {}. The sheet About says what this was computed from.", context.as_of))?;
    let row = awards(&mut sheet, 4, results, totals)?;
    let row = outcomes(&mut sheet, row + 1, totals)?;
    let row = guarantees(&mut sheet, row + 1, results)?;
    let row = files(&mut sheet, row + 1, totals)?;
    control(&mut sheet, row + 1, totals)
}

/// Totals as formulas over the sheet Adjustments, each with its value.
fn awards(sheet: &mut Sheet, start: u32, results: &Results, totals: &Totals) -> Result<u32, XlsxError> {
    header(sheet, start, &["Award", "Kind", "Lines", "Total"])?;
    let last = results.adjustments.len().max(1) + 1;
    let mut row = start + 1;
    for total in &totals.by_award {
        sheet.text(row, 0, &results.context.policy.award(total.award).name)?;
        sheet.text(row, 1, total.kind)?;
        sheet.count(row, 2, total.lines)?;
        let award = super::people::text_criterion(&format!("A{}", row + 1));
        let formula =
            format!("=SUMIFS(Adjustments!$D$2:$D${last},Adjustments!$B$2:$B${last},{award},Adjustments!$C$2:$C${last},B{})", row + 1);
        sheet.formula(row, 3, (&formula, &plain(total.sum)))?;
        row += 1;
    }
    let formats = sheet.formats;
    sheet.styled(row, 0, ("All awards", &formats.header))?;
    sheet.count(row, 2, totals.lines)?;
    sheet.formula_styled(row, 3, (&format!("=SUM(Adjustments!$D$2:$D${last})"), &plain(totals.paid), &formats.total))?;
    Ok(row + 1)
}

fn outcomes(sheet: &mut Sheet, start: u32, totals: &Totals) -> Result<u32, XlsxError> {
    header(sheet, start, &["Outcome", "Rows"])?;
    let mut row = start + 1;
    for (fate, count) in &totals.fates {
        sheet.text(row, 0, fate.word())?;
        sheet.count(row, 1, *count)?;
        row += 1;
    }
    Ok(row)
}

/// Each guarantee, and whether it holds.
fn guarantees(sheet: &mut Sheet, start: u32, results: &Results) -> Result<u32, XlsxError> {
    let policy = results.context.policy;
    if policy.guarantees.is_empty() {
        return Ok(start);
    }
    header(sheet, start, &["Guarantee", "Holds", "Where it does not"])?;
    let broken = crate::report::guarantees::by_guarantee(results);
    let mut row = start + 1;
    for id in (0..policy.guarantees.len() as u16).map(crate::policy::GuaranteeId) {
        let found = broken.iter().find(|(other, _)| *other == id).map_or(&[][..], |(_, list)| list.as_slice());
        sheet.text(row, 0, &crate::report::guarantees::written(policy, id))?;
        sheet.text(row, 1, if found.is_empty() { "yes" } else { "no" })?;
        for words in found {
            let lines: Vec<String> = words.lines.iter().map(|line| line.sentence()).collect();
            sheet.text(row, 2, &format!("{}: {}; {}", words.who, words.how, lines.join("; ")))?;
            row += 1;
        }
        row += u32::from(found.is_empty());
    }
    Ok(row)
}

fn files(sheet: &mut Sheet, start: u32, totals: &Totals) -> Result<u32, XlsxError> {
    header(sheet, start, &["File", "Rows in", "Used", "Not used", "Held", "Rejected"])?;
    let mut row = start + 1;
    for file in &totals.control.files {
        sheet.text(row, 0, &file.name)?;
        for (column, count) in (1u16..).zip([file.rows, file.used, file.not_used, file.held, file.rejected]) {
            sheet.count(row, column, count)?;
        }
        row += 1;
    }
    Ok(row)
}

fn control(sheet: &mut Sheet, start: u32, totals: &Totals) -> Result<(), XlsxError> {
    header(sheet, start, &["Control total", "Amount"])?;
    let control = &totals.control;
    let sums = [
        ("Money in the steps of the computation", control.money_in_trace),
        ("Money in the adjustments", control.money_in_lines),
        ("Money in the outcomes of the rows", control.money_in_outcomes),
    ];
    for (row, (words, sum)) in (start + 1..).zip(sums) {
        sheet.text(row, 0, words)?;
        match sum {
            Some(sum) => sheet.money(row, 1, sum)?,
            None => sheet.text(row, 1, "too large")?,
        }
    }
    let words = if control.agrees() { "All control totals agree." } else { "The control totals do not agree: do not use this workbook." };
    sheet.text(start + 5, 0, words)
}

fn header(sheet: &mut Sheet, row: u32, words: &[&str]) -> Result<(), XlsxError> {
    let formats = sheet.formats;
    for (column, words) in (0u16..).zip(words) {
        sheet.styled(row, column, (words, &formats.header))?;
    }
    Ok(())
}

/// The value as a formula carries it.
pub fn plain(sum: Sum) -> String {
    sum.map_or_else(|| "0".to_owned(), |sum| sum.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_carries_plain_digits() {
        assert_eq!(plain(crate::value::Number::parse("1200.50")), "1200.5");
    }
}
