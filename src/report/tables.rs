//! The machine files: `adjustments.csv` and `outcomes.csv`, typed and stable, byte for byte the same for the same run.

use super::pieces::{pieces, would_run};
use super::results::{Fate, Results, RowOutcome, RowPlace};
use super::text::decimal;
use super::words::kind_word;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::facts::DataFile;
use crate::source::Place;

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
                self.written_employee(outcome).to_owned(),
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

impl Results<'_> {
    /// A rejected row's text may be anything, so its employee is left blank where it would run as a formula.
    fn written_employee<'r>(&'r self, outcome: &'r RowOutcome) -> &'r str {
        let employee = self.employee(&outcome.who);
        if outcome.fate == Fate::Rejected && would_run(employee) { "" } else { employee }
    }

    /// `adjustments.csv` in pieces; lines end with a line feed. A text that a spreadsheet would run is refused and not changed:
    /// a changed ID would name somebody else (docs/decisions, data in the wild E).
    pub fn adjustment_pieces(&self, diagnostics: &mut Diagnostics) -> Vec<String> {
        let (names, facts, policy) = (self.source_names(), self.context.facts, self.context.policy);
        let (pieces, refused) = pieces(&ADJUSTMENT_COLUMNS, &self.adjustments, |line, row| {
            row.text(facts.employee(line.employee));
            row.text(&policy.award(line.award).name);
            row.text(kind_word(line.kind));
            row.amount(Some(line.amount));
            row.plain(Some(line.effective));
            row.plain(line.pay_date);
            row.text(line.period.as_deref().unwrap_or(""));
            row.text(&line.record);
            row.source(&names, line.place);
            row.text(&line.reason);
        });
        let cells = if refused.is_empty() { None } else { Some(self.adjustment_cells().enumerate()) };
        for (_, cells) in cells.into_iter().flatten().filter(|(index, _)| refused.binary_search(index).is_ok()) {
            formulas(("adjustments.csv", &ADJUSTMENT_COLUMNS), &cells, diagnostics);
        }
        pieces
    }

    /// `outcomes.csv` in pieces.
    pub fn outcome_pieces(&self, diagnostics: &mut Diagnostics) -> Vec<String> {
        let (names, policy) = (self.source_names(), self.context.policy);
        let (pieces, refused) = pieces(&OUTCOME_COLUMNS, &self.outcomes, |outcome, row| {
            row.source(&names, outcome.place);
            row.text(&outcome.record);
            row.text(self.written_employee(outcome));
            row.text(outcome.fate.word());
            row.text(outcome.award.map_or("", |award| &policy.award(award).name));
            row.amount(outcome.amount);
            row.text(&outcome.reason);
        });
        let cells = if refused.is_empty() { None } else { Some(self.outcome_cells().enumerate()) };
        for (_, cells) in cells.into_iter().flatten().filter(|(index, _)| refused.binary_search(index).is_ok()) {
            formulas(("outcomes.csv", &OUTCOME_COLUMNS), &cells, diagnostics);
        }
        pieces
    }
}

pub fn adjustments_csv(results: &Results, diagnostics: &mut Diagnostics) -> String {
    results.adjustment_pieces(diagnostics).concat()
}

pub fn outcomes_csv(results: &Results, diagnostics: &mut Diagnostics) -> String {
    results.outcome_pieces(diagnostics).concat()
}

/// Says which cells of a row a spreadsheet would run.
fn formulas((table, columns): (&str, &[&str]), cells: &[String], diagnostics: &mut Diagnostics) {
    let source = columns.iter().position(|column| *column == "source").and_then(|column| cells.get(column));
    let refused = columns.iter().zip(cells).filter(|(column, cell)| **column != "amount" && would_run(cell));
    for (column, cell) in refused {
        let place = Place::Option(format!("{table}, column {column}, from {}", source.map_or("", String::as_str)));
        diagnostics.push(
            Diagnostic::error("formula-in-table", place, format!("a spreadsheet would run `{cell}` as a formula"))
                .help("correct the text in the file it came from, or write to .xlsx or .json, where text stays text"),
        );
    }
}
