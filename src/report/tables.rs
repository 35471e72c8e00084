//! The machine files: `adjustments.csv` and `outcomes.csv`, typed and stable, byte for byte the same for the same run.

use super::results::{Results, RowPlace};
use super::text::decimal;
use super::words::kind_word;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::facts::DataFile;
use crate::source::Place;
use crate::value::Number;

pub const ADJUSTMENT_COLUMNS: [&str; 10] =
    ["employee", "award", "kind", "amount", "effective", "pay_date", "period", "record", "source", "reason"];
pub const OUTCOME_COLUMNS: [&str; 7] = ["source", "record", "employee", "outcome", "award", "amount", "reason"];

/// The cells of one adjustment, as they stand under [`ADJUSTMENT_COLUMNS`].
pub type AdjustmentCells = [String; 10];

impl Results<'_> {
    pub fn adjustment_cells(&self) -> impl Iterator<Item = AdjustmentCells> {
        let names = self.source_names();
        self.adjustments.iter().map(move |line| {
            [
                self.context.facts.employee(line.employee).to_owned(),
                self.context.policy.award(line.award).name.clone(),
                kind_word(line.kind).to_owned(),
                decimal(line.amount),
                line.effective.to_string(),
                line.pay_date.map_or(String::new(), |date| date.to_string()),
                line.period.as_deref().unwrap_or("").to_owned(),
                line.record.to_string(),
                source(&names, line.place),
                line.reason.to_string(),
            ]
        })
    }

    pub fn outcome_cells(&self) -> impl Iterator<Item = [String; 7]> {
        let names = self.source_names();
        self.outcomes.iter().map(move |outcome| {
            [
                source(&names, outcome.place),
                outcome.record.to_string(),
                outcome.employee.to_string(),
                outcome.fate.word().to_owned(),
                outcome.award.map_or(String::new(), |award| self.context.policy.award(award).name.clone()),
                outcome.amount.map_or(String::new(), decimal),
                outcome.reason.to_string(),
            ]
        })
    }

    /// `credentials.csv`, `staff.xlsx#Staff`, by file.
    pub fn source_names(&self) -> Vec<String> {
        let named = |file: &DataFile| match (self.context.names.short(&file.name), &file.sheet) {
            (name, Some(sheet)) => format!("{name}#{sheet}"),
            (name, None) => name.to_owned(),
        };
        self.context.facts.files.iter().map(named).collect()
    }
}

/// `credentials.csv!12`, `staff.xlsx#Staff!7`
pub fn source(names: &[String], place: RowPlace) -> String {
    format!("{}!{}", names.get(usize::from(place.file)).map_or("", String::as_str), place.row)
}

pub fn adjustments_csv(results: &Results, diagnostics: &mut Diagnostics) -> String {
    table("adjustments.csv", &ADJUSTMENT_COLUMNS, results.adjustment_cells(), diagnostics)
}

/// A rejected row's text may be anything, so its employee is left blank where it would run as a formula.
pub fn outcomes_csv(results: &Results, diagnostics: &mut Diagnostics) -> String {
    let cells = results.outcome_cells().map(|mut cells| {
        if cells[3] == "rejected" && would_run(&cells[2]) {
            cells[2].clear();
        }
        cells
    });
    table("outcomes.csv", &OUTCOME_COLUMNS, cells, diagnostics)
}

/// Comma-separated, quoted where needed, lines end with a line feed. A text that a spreadsheet would run is refused and not
/// changed: a changed ID would name somebody else (docs/decisions, data in the wild E).
fn table<const N: usize>(
    name: &str,
    columns: &[&str; N],
    rows: impl Iterator<Item = [String; N]>,
    diagnostics: &mut Diagnostics,
) -> String {
    let mut text = columns.join(",");
    text.push('\n');
    let source = columns.iter().position(|column| *column == "source").unwrap_or(0);
    for row in rows {
        let refused = columns.iter().zip(&row).filter(|(column, cell)| **column != "amount" && would_run(cell));
        refused.for_each(|(column, cell)| diagnostics.push(formula_in_table((name, column), cell, &row[source])));
        text.push_str(&row.map(|cell| quoted(&cell)).join(","));
        text.push('\n');
    }
    text
}

fn formula_in_table((table, column): (&str, &str), cell: &str, source: &str) -> Diagnostic {
    let place = Place::Option(format!("{table}, column {column}, from {source}"));
    Diagnostic::error("formula-in-table", place, format!("a spreadsheet would run `{cell}` as a formula"))
        .help("correct the text in the file it came from, or write to .xlsx or .json, where text stays text")
}

/// True for a text that a spreadsheet may take for a formula when it opens a CSV file (OWASP ASVS 1.2.10).
fn would_run(cell: &str) -> bool {
    let first = cell.trim_start_matches(' ').chars().next();
    matches!(first, Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\0' | '＝' | '＋' | '－' | '＠'))
}

/// RFC 4180: in quotes where it holds a comma, a quote or a line end.
fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

/// The sum of the column `amount` of a table that was written: what a reader of the file would add up.
/// None where the text is not such a table.
pub fn sum_of_amounts(text: &str) -> Option<(usize, Number)> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let position = reader.headers().ok()?.iter().position(|column| column == "amount")?;
    let (mut rows, mut sum) = (0, Number::ZERO);
    for record in reader.records() {
        let record = record.ok()?;
        let cell = record.get(position)?;
        if !cell.is_empty() {
            sum = sum.plus(Number::parse(cell)?).ok()?;
        }
        rows += 1;
    }
    Some((rows, sum))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_recognised_behind_spaces_and_in_full_width() {
        for text in ["=1", " =1", "+1", "-KjX", "@a", "\t=1", "＝1"] {
            assert!(would_run(text), "{text}");
        }
        for text in ["", "1042", "A-1", "a=1"] {
            assert!(!would_run(text), "{text}");
        }
    }

    #[test]
    fn cells_are_quoted_where_needed() {
        assert_eq!(quoted("a,b"), "\"a,b\"");
        assert_eq!(quoted("say \"x\""), "\"say \"\"x\"\"\"");
        assert_eq!(quoted("plain"), "plain");
    }

    #[test]
    fn amounts_are_added_as_read_back() {
        assert_eq!(sum_of_amounts("a,amount\nx,-200.00\ny,\nz,0.05\n"), Some((3, Number::parse("-199.95").unwrap())));
        assert_eq!(sum_of_amounts("a\nx\n"), None);
    }
}
