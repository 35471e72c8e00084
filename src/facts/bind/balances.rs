//! Opening balances: a row whose units do not add up is nobody's balance.

use super::people;
use super::store::Store;
use crate::diagnostic::Diagnostic;
use crate::facts::DataFile;
use crate::policy::{BankField, Policy, read_units};
use crate::source::Place;
use crate::value::{Number, Value};

/// Rejects the rows of the opening balances that do not add up.
pub fn reject_wrong(policy: &Policy, store: &mut Store, files: &[DataFile]) {
    let Some(record) = policy.balances.map(|record| usize::from(record.0)) else { return };
    let Some(table) = store.tables.get_mut(record) else { return };
    table.take_out();
    let table = &*table;
    let place = |row: u32, field: BankField| Place::Cell(table.rows.cell(files, row, Some(field.id())));
    let text = |row: u32, field: BankField| match table.columns[usize::from(field.id().0)].value(row) {
        Value::Text(text) => Some(text),
        _ => None,
    };
    let mut found: Vec<(u32, Diagnostic)> = Vec::new();
    for row in 0..table.len() as u32 {
        let mut units = [Number::ZERO; 5];
        let fields = [BankField::Earned, BankField::Spent, BankField::Lost, BankField::Expired, BankField::Balance];
        let mut readable = true;
        for (units, field) in units.iter_mut().zip(fields) {
            let Some(written) = text(row, field) else { continue };
            match read_units(written).filter(|units| *units >= Number::ZERO) {
                Some(read) => *units = read,
                None => {
                    found.push((row, unreadable(written, place(row, field))));
                    readable = false;
                }
            }
        }
        let [earned, spent, lost, expired, balance] = units;
        let left = earned.minus(spent).and_then(|left| left.minus(lost)).and_then(|left| left.minus(expired));
        let agrees = left.is_ok_and(|left| left >= Number::ZERO && (text(row, BankField::Balance).is_none() || left == balance));
        if readable && !agrees {
            found.push((row, differs(place(row, BankField::Balance))));
        }
    }
    people::reject(store, record, found);
}

fn unreadable(written: &str, place: Place) -> Diagnostic {
    Diagnostic::error("not-a-number", place, format!("`{written}` is no number of units")).help("write a number such as 10, 2.5 or 1÷3")
}

fn differs(place: Place) -> Diagnostic {
    Diagnostic::error("balance-differs", place, "earned is not spent, lost, expired and balance together")
        .help("correct the row, or leave the balance blank: it is computed")
}
