//! One row for each employee who gets money: totals by kind as live formulas over the sheet Adjustments.

use std::collections::BTreeMap;

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::sheet::{Column, Formats, Sheet};
use super::summary::plain;
use crate::report::results::{Adjustment, Results};
use crate::report::totals::sum;
use crate::report::words::kind_word;
use crate::syntax::ast::PayKind;

const COLUMNS: [Column; 6] = [
    Column::text("Employee", 12),
    Column::other("Lines", 8),
    Column::other("Base salary", 14),
    Column::other("Stipend", 14),
    Column::other("Recovery", 14),
    Column::other("Total", 14),
];
const KINDS: [PayKind; 3] = [PayKind::BaseSalary, PayKind::Stipend, PayKind::Recovery];
/// Cell comparisons that a spreadsheet makes in a moment when it opens the workbook.
const MOST_COMPARISONS: usize = 100_000_000;

/// How a total finds an employee's lines.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Finding {
    /// By the ID, wherever the lines stand.
    Id,
    /// By the ID, letter for letter: `SUMIFS` would take another ID for the same.
    ExactId,
    /// By the rows they stand in, because so many comparisons would take minutes.
    Rows { first: usize, last: usize },
}

pub fn write(sheet: &mut Worksheet, formats: &Formats, results: &Results) -> Result<(), XlsxError> {
    let people: Vec<&[Adjustment]> = results.adjustments.chunk_by(|a, b| a.employee == b.employee).collect();
    let mut sheet = Sheet::new(sheet, formats, "People")?;
    sheet.table(&COLUMNS, people.len())?;
    let is_large = people.len().saturating_mul(results.adjustments.len()) > MOST_COMPARISONS;
    let alike = alike(&people, results);
    let last = results.adjustments.len() + 1;
    let mut first = 2;
    for (row, lines) in (1u32..).zip(&people) {
        let Some(employee) = lines.first().map(|line| results.context.facts.employee(line.employee)) else { continue };
        let finding = if is_large {
            Finding::Rows { first, last: first + lines.len() - 1 }
        } else if is_plain(employee) && alike.get(&loose(employee)) == Some(&1) {
            Finding::Id
        } else {
            Finding::ExactId
        };
        first += lines.len();
        sheet.text(row, 0, employee)?;
        sheet.count(row, 1, lines.len())?;
        for (column, kind) in (2u16..).zip(KINDS) {
            let value = sum(lines.iter().filter(|line| line.kind == kind).map(|line| line.amount));
            sheet.formula(row, column, (&kind_formula(finding, row + 1, kind, last), &plain(value)))?;
        }
        let total = sum(lines.iter().map(|line| line.amount));
        sheet.formula(row, 5, (&format!("=SUM(C{0}:E{0})", row + 1), &plain(total)))?;
    }
    totals(&mut sheet, people.len() as u32, results)
}

/// Sums of the columns, two rows below the people so that the filter leaves them alone.
fn totals(sheet: &mut Sheet, people: u32, results: &Results) -> Result<(), XlsxError> {
    let formats = sheet.formats;
    let row = people + 2;
    sheet.styled(row, 0, ("Everybody", &formats.header))?;
    sheet.count(row, 1, results.adjustments.len())?;
    for (column, letter, kind) in [(2u16, 'C', Some(KINDS[0])), (3, 'D', Some(KINDS[1])), (4, 'E', Some(KINDS[2])), (5, 'F', None)] {
        let lines = results.adjustments.iter().filter(|line| kind.is_none_or(|kind| line.kind == kind));
        let value = plain(sum(lines.map(|line| line.amount)));
        let formula = format!("=SUM({letter}2:{letter}{})", people.max(1) + 1);
        sheet.formula_styled(row, column, (&formula, &value, &formats.total))?;
    }
    Ok(())
}

fn kind_formula(finding: Finding, row: u32, kind: PayKind, last: usize) -> String {
    let kind = kind_word(kind);
    match finding {
        Finding::Id => format!(
            "=SUMIFS(Adjustments!$D$2:$D${last},Adjustments!$A$2:$A${last},{},Adjustments!$C$2:$C${last},\"{kind}\")",
            text_criterion(&format!("$A{row}"))
        ),
        Finding::ExactId => format!(
            "=SUMPRODUCT(EXACT(Adjustments!$A$2:$A${last},$A{row})*(Adjustments!$C$2:$C${last}=\"{kind}\")*Adjustments!$D$2:$D${last})"
        ),
        Finding::Rows { first, last } => {
            format!("=SUMIFS(Adjustments!$D${first}:$D${last},Adjustments!$C${first}:$C${last},\"{kind}\")")
        }
    }
}

/// A criterion that asks for the text of a cell, even where that text starts with a comparison sign.
pub fn text_criterion(cell: &str) -> String {
    format!("\"=\"&{cell}")
}

/// Free of what `SUMIFS` reads as a pattern.
fn is_plain(id: &str) -> bool {
    !id.contains(['*', '?', '~'])
}

/// How many employees have an ID that `SUMIFS` takes for the same: it ignores capitals and reads `00123` as the number 123.
fn alike(people: &[&[Adjustment]], results: &Results) -> BTreeMap<String, usize> {
    let mut alike = BTreeMap::new();
    for line in people.iter().filter_map(|lines| lines.first()) {
        *alike.entry(loose(results.context.facts.employee(line.employee))).or_default() += 1;
    }
    alike
}

fn loose(id: &str) -> String {
    let lower = id.trim().to_lowercase();
    let is_number_like = lower.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '+' | '-' | '.' | '$' | '('));
    if is_number_like {
        format!("number {}", lower.chars().filter(char::is_ascii_digit).collect::<String>().trim_start_matches('0'))
    } else {
        lower
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_excel_takes_for_the_same_are_alike() {
        assert_eq!(loose("00123"), loose("123"));
        assert_eq!(loose("Ab1"), loose("aB1"));
        assert_ne!(loose("1042"), loose("1043"));
        assert!(!is_plain("A*"));
    }
}
