//! Banks in words, and `balances.csv`: every credit with what became of it, which the next run reads.

use super::pieces::{joined, pieces, would_run};
use super::results::Results;
use super::words::Context;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::eval::{Lot, Opened, Reason};
use crate::facts::EmployeeId;
use crate::policy::{BankField, BankId, units};
use crate::source::Place;
use crate::value::{Date, Number, Value};

/// One line of `balances.csv`.
#[derive(Clone, Debug)]
pub struct Balance {
    pub employee: EmployeeId,
    pub bank: BankId,
    pub record: Box<str>,
    pub category: Box<str>,
    pub credited: Date,
    pub earned: Number,
    pub spent: Number,
    pub lost: Number,
    pub expired: Number,
    pub left: Number,
    /// How it stood in the opening balances; in a box, because there may be a million credits and few of them are so old.
    pub opening: Option<Box<Opened>>,
}

impl Balance {
    pub fn of(employee: EmployeeId, lot: &Lot) -> Balance {
        let category = if lot.category == Value::Missing { String::new() } else { lot.category.to_string() };
        Balance {
            employee,
            bank: lot.bank,
            record: lot.record.as_ref().into(),
            category: category.into(),
            credited: lot.credited,
            earned: lot.earned,
            spent: lot.spent,
            lost: lot.lost,
            expired: lot.expired,
            left: lot.left().unwrap_or(Number::ZERO),
            opening: lot.opened.clone(),
        }
    }
}

impl Results<'_> {
    /// The columns of `balances.csv`.
    pub fn balance_columns() -> [&'static str; 10] {
        BankField::ALL.map(BankField::name)
    }

    /// `balances.csv`: the layout in which the next run reads it.
    pub fn balances_csv(&self, diagnostics: &mut Diagnostics) -> String {
        let columns = Self::balance_columns();
        let rows: Vec<[String; 10]> = self.balance_cells().collect();
        let (pieces, refused) = pieces(&columns, &rows, |row, writer| row.iter().for_each(|cell| writer.text(cell)));
        for (column, cell) in refused.iter().filter_map(|row| rows.get(*row)).flat_map(|row| columns.iter().zip(row)) {
            if would_run(cell) {
                let place = Place::Option(format!("balances.csv, column {column}"));
                let message = format!("a spreadsheet would run `{cell}` as a formula");
                diagnostics.push(Diagnostic::error("formula-in-table", place, message).help("correct the text in the file it came from"));
            }
        }
        joined(&pieces)
    }

    pub fn balance_cells(&self) -> impl Iterator<Item = [String; 10]> {
        self.balances.iter().map(|line| {
            BankField::ALL.map(|field| match field {
                BankField::Employee => self.context.facts.employee(line.employee).to_owned(),
                BankField::Bank => self.context.policy.bank(line.bank).name.clone(),
                BankField::Record => line.record.to_string(),
                BankField::Category => line.category.to_string(),
                BankField::Credited => line.credited.to_string(),
                BankField::Earned => units(line.earned),
                BankField::Spent => units(line.spent),
                BankField::Lost => units(line.lost),
                BankField::Expired => units(line.expired),
                BankField::Balance => units(line.left),
            })
        })
    }
}

impl Context<'_> {
    pub(super) fn bank_reason(&self, reason: &Reason) -> String {
        let bank = |id: BankId| format!("`{}`", self.policy.bank(id).name);
        match *reason {
            Reason::Credited { bank: id, units: credited } => format!("{} units go into {}", units(credited), bank(id)),
            Reason::CreditedBefore { bank: id, .. } => format!("credited by an earlier run: it stands in the balances of {}", bank(id)),
            Reason::ShortOfUnits { bank: id, ref short } => format!("{} of {} units in {}", units(short.have), units(short.need), bank(id)),
            Reason::ShortOfCategory { bank: id, category, ref short } => {
                let words = &self.policy.bank(id).categories;
                let word = words.get(usize::from(category)).map_or("one category", String::as_str);
                format!("{} of at least {} units of `{word}` in {}", units(short.have), units(short.need), bank(id))
            }
            _ => String::new(),
        }
    }

    /// What a person has in each bank on the as-of date, one sentence each.
    pub(super) fn balances(&self, lots: &[Lot]) -> Vec<String> {
        let banks = (0u16..).zip(&self.policy.banks).map(|(index, bank)| (BankId(index), bank));
        let sum = |id: BankId, of: fn(&Lot) -> Number| {
            lots.iter().filter(|lot| lot.bank == id).try_fold(Number::ZERO, |sum, lot| sum.plus(of(lot)).ok()).map_or("?".into(), units)
        };
        let told = banks.map(|(id, bank)| {
            let left = sum(id, |lot| lot.left().unwrap_or(Number::ZERO));
            let rest = [(sum(id, |lot| lot.spent), "spent"), (sum(id, |lot| lot.lost), "lost"), (sum(id, |lot| lot.expired), "expired")];
            let rest: Vec<String> = rest.iter().filter(|(units, _)| units != "0").map(|(units, word)| format!("{units} {word}")).collect();
            let rest = if rest.is_empty() { String::new() } else { format!(", {}", rest.join(", ")) };
            format!("{left} units in {}: {} earned{rest}", bank.name, sum(id, |lot| lot.earned))
        });
        told.collect()
    }
}
