//! A policy and files worked by the program: what was paid, and what is in the banks.

use std::collections::BTreeMap;

use stipend::cli::pipeline::{Materials, bind};
use stipend::diagnostic::Diagnostics;
use stipend::facts::{Input, Mapping};
use stipend::policy::read_units;
use stipend::report::{excerpt, tables};
use stipend::source::Source;
use stipend::value::{Date, Number};

pub struct Run {
    pub adjustments_csv: String,
    pub balances_csv: String,
    /// Employee, bank, record, category, credited, earned, spent, lost, expired, balance.
    balances: Vec<[String; 10]>,
    /// Employee, award, effective.
    lines: Vec<(String, String, String)>,
}

/// One person's bank, in sixths of a unit, and the days on which units were spent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    pub employee: String,
    pub earned: i64,
    pub spent: i64,
    pub lost: i64,
    pub expired: i64,
    pub left: i64,
    pub awards: Vec<String>,
}

pub fn run(policy: &str, files: &[(&'static str, String)]) -> Run {
    let source = Source::new("policy.pay", policy);
    let mut diagnostics = Diagnostics::new();
    let inputs = files.iter().map(|(record, text)| Input {
        name: format!("{record}.csv"),
        sheet: None,
        record: Some((*record).to_owned()),
        bytes: text.clone().into_bytes(),
        stream: None,
    });
    let as_of = Date::parse_iso("2025-06-30").expect("a day");
    let materials = Materials { policy: source.clone(), inputs: inputs.collect::<Vec<_>>().into(), mapping: Mapping::default(), as_of };
    let bound = bind(materials, &mut diagnostics)
        .unwrap_or_else(|| panic!("{policy}\n{}", excerpt::render_all(&diagnostics.sorted(), Some(&source))));
    let results = bound.results(&|_| {});
    let mut refused = Diagnostics::new();
    let name = |award| results.context.policy.award(award).name.clone();
    let lines = results
        .adjustments
        .iter()
        .map(|line| (results.context.facts.employee(line.employee).to_owned(), name(line.award), line.effective.to_string()));
    Run {
        lines: lines.collect(),
        balances: results.balance_cells().collect(),
        balances_csv: results.balances_csv(&mut refused),
        adjustments_csv: tables::adjustments_csv(&results, &mut refused),
    }
}

impl Run {
    pub fn every_credit_adds_up(&self) -> bool {
        self.balances.iter().all(|row| {
            let units: Vec<i64> = row[5..].iter().map(|cell| sixths(cell)).collect();
            units[0] == units[1..].iter().sum::<i64>() && units.iter().all(|units| *units >= 0)
        })
    }

    pub fn accounts(&self) -> Vec<Account> {
        let mut accounts: BTreeMap<String, Account> = BTreeMap::new();
        for row in &self.balances {
            let account = accounts.entry(row[0].clone()).or_default();
            account.employee = row[0].clone();
            account.earned += sixths(&row[5]);
            account.spent += sixths(&row[6]);
            account.lost += sixths(&row[7]);
            account.expired += sixths(&row[8]);
            account.left += sixths(&row[9]);
        }
        for (employee, _, effective) in &self.lines {
            accounts.entry(employee.clone()).or_default().awards.push(effective.clone());
        }
        accounts.into_values().collect()
    }

    pub fn paid(&self) -> Vec<(String, String, String)> {
        let mut paid = self.lines.clone();
        paid.sort();
        paid
    }
}

/// Every case has units of a half, a third or a whole.
fn sixths(cell: &str) -> i64 {
    let units = read_units(cell).expect("units").times(Number::from_integer(6)).expect("small");
    units.to_integer().unwrap_or_else(|| panic!("{cell} is no number of sixths"))
}
