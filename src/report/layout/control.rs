//! The control totals beside the payroll files: what the payroll system must show after the import.

use std::collections::{BTreeMap, BTreeSet};

use super::render::PayrollFile;
use crate::facts::EmployeeId;
use crate::report::text::decimal;
use crate::report::workbook::sha256;
use crate::value::Number;

pub const COLUMNS: &str = "file,kind,pay_code,lines,employees,amount,sha256";

/// What is counted of a line.
#[derive(Clone, Debug)]
pub struct Counted {
    pub kinds: String,
    pub pay_code: String,
    pub employee: EmployeeId,
    pub amount: Number,
}

/// A line for each file, kind and pay code, and one for each file as a whole with its hash.
pub fn control(files: &[PayrollFile]) -> String {
    let mut text = format!("{COLUMNS}\r\n");
    for file in files {
        let mut groups: BTreeMap<(&str, &str), Vec<&Counted>> = BTreeMap::new();
        for counted in &file.counted {
            groups.entry((&counted.kinds, &counted.pay_code)).or_default().push(counted);
        }
        for ((kind, code), lines) in groups {
            text.push_str(&line(&file.name, (kind, code), &lines, ""));
        }
        text.push_str(&line(&file.name, ("all", "all"), &file.counted.iter().collect::<Vec<_>>(), &sha256(&file.bytes)));
    }
    text
}

fn line(file: &str, (kind, code): (&str, &str), lines: &[&Counted], hash: &str) -> String {
    let employees: BTreeSet<EmployeeId> = lines.iter().map(|line| line.employee).collect();
    let sum = lines.iter().try_fold(Number::ZERO, |sum, line| sum.plus(line.amount).ok());
    let sum = sum.map_or(String::new(), decimal);
    let cells = [file, kind, code].map(quoted).join(",");
    format!("{cells},{},{},{sum},{hash}\r\n", lines.len(), employees.len())
}

/// RFC 4180: in quotes where it holds a comma or a quote.
fn quoted(cell: &str) -> String {
    if cell.contains([',', '"']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}
