//! One row for each person and bank: opening balance, what was earned, spent, lost and expired in this run, closing balance.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::sheet::{Column, Formats, Sheet};
use super::summary::plain;
use crate::facts::EmployeeId;
use crate::policy::BankId;
use crate::report::banks::Balance;
use crate::report::results::Results;
use crate::report::totals::{Sum, sum};
use crate::value::{Number, Rounding, RoundingMode};

const COLUMNS: [Column; 8] = [
    Column::text("Employee", 12),
    Column::text("Bank", 28),
    Column::other("Opening", 12),
    Column::other("Earned", 12),
    Column::other("Spent", 12),
    Column::other("Lost", 12),
    Column::other("Expired", 12),
    Column::other("Closing", 12),
];

/// The credits of one person in one bank.
fn accounts<'r>(results: &'r Results) -> Vec<(EmployeeId, BankId, Vec<&'r Balance>)> {
    let mut accounts: Vec<(EmployeeId, BankId, Vec<&Balance>)> = Vec::new();
    for person in results.balances.chunk_by(|one, other| one.employee == other.employee) {
        for bank in (0..results.context.policy.banks.len() as u16).map(BankId) {
            let credits: Vec<&Balance> = person.iter().filter(|credit| credit.bank == bank).collect();
            if let Some(first) = credits.first() {
                accounts.push((first.employee, bank, credits));
            }
        }
    }
    accounts
}

pub fn write(sheet: &mut Worksheet, formats: &Formats, results: &Results) -> Result<(), XlsxError> {
    let accounts = accounts(results);
    let mut sheet = Sheet::new(sheet, formats, "Balances")?;
    sheet.table(&COLUMNS, accounts.len())?;
    for (row, (employee, bank, credits)) in (1u32..).zip(&accounts) {
        sheet.text(row, 0, results.context.facts.employee(*employee))?;
        sheet.text(row, 1, &results.context.policy.bank(*bank).name)?;
        for (column, moved) in (2u16..).zip(movements(credits)) {
            let shown = plain(moved);
            // a third is a formula, because no cell holds it as a number
            sheet.formula_styled(row, column, (&format!("={shown}"), &decimal(moved), &formats.units))?;
        }
        let closing = sum(credits.iter().map(|credit| credit.left));
        let formula = format!("=C{0}+D{0}-E{0}-F{0}-G{0}", row + 1);
        sheet.formula_styled(row, 7, (&formula, &decimal(closing), &formats.units))?;
    }
    totals(&mut sheet, formats, &accounts)
}

/// Opening, earned, spent, lost and expired in this run.
fn movements(credits: &[&Balance]) -> [Sum; 5] {
    let total =
        |of: &dyn Fn(&Balance) -> Option<Number>| credits.iter().try_fold(Number::ZERO, |total, credit| total.plus(of(credit)?).ok());
    [
        total(&|credit| Some(credit.opening.as_ref().map_or(Number::ZERO, |opening| opening.left))),
        total(&|credit| Some(if credit.opening.is_some() { Number::ZERO } else { credit.earned })),
        total(&|credit| credit.spent.minus(credit.opening.as_ref().map_or(Number::ZERO, |opening| opening.spent)).ok()),
        total(&|credit| credit.lost.minus(credit.opening.as_ref().map_or(Number::ZERO, |opening| opening.lost)).ok()),
        total(&|credit| credit.expired.minus(credit.opening.as_ref().map_or(Number::ZERO, |opening| opening.expired)).ok()),
    ]
}

/// Sums of the columns, two rows below so that the filter leaves them alone.
fn totals(sheet: &mut Sheet, formats: &Formats, accounts: &[(EmployeeId, BankId, Vec<&Balance>)]) -> Result<(), XlsxError> {
    let last = accounts.len() as u32;
    let row = last + 2;
    sheet.styled(row, 0, ("Everybody", &formats.header))?;
    let all: Vec<&Balance> = accounts.iter().flat_map(|(_, _, credits)| credits.iter().copied()).collect();
    let mut values: Vec<Sum> = movements(&all).to_vec();
    values.push(sum(all.iter().map(|credit| credit.left)));
    for ((column, letter), value) in (2u16..).zip('C'..='H').zip(values) {
        let formula = format!("=SUM({letter}2:{letter}{})", last.max(1) + 1);
        sheet.formula_styled(row, column, (&formula, &decimal(value), &formats.units))?;
    }
    Ok(())
}

/// What a viewer shows that does not calculate: twelve places of what the formula keeps exactly.
fn decimal(value: Sum) -> String {
    let shown = Rounding { mode: RoundingMode::HalfUp, unit: Number::from_scaled(1, 12) };
    plain(value.and_then(|value| if value.to_decimal().is_some() { Some(value) } else { value.rounded(shown).ok() }))
}
