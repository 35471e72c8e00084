//! The machine files: `adjustments.csv` and `outcomes.csv`, typed and stable, byte for byte the same for the same run.

use std::borrow::Cow;

use super::observed::told;
use super::outcome_lines::OutcomeLines;
use super::outcome_table::OutcomeTable;
use super::pieces::{Cell, Writer, joined, pieces, would_run};
use super::results::{Fate, Results, RowOutcome, RowPlace, Who};
use super::text::decimal;
use super::words::{Context, kind_word};
use super::written::Written;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::eval::{Line, PeriodName};
use crate::facts::EmployeeId;
use crate::policy::AwardId;
use crate::source::Place;
use crate::syntax::ast::PayKind;
use crate::value::{Date, Number};

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
                source(names, line.place),
                line.reason.to_string(),
            ]
        })
    }

    pub fn outcome_cells(&self) -> impl Iterator<Item = [String; 7]> {
        let names = self.source_names();
        self.outcomes.iter().map(move |outcome| {
            [
                source(names, outcome.place),
                outcome.record.to_string(),
                self.context.written_employee(outcome).to_owned(),
                outcome.fate.word().to_owned(),
                outcome.award.map_or(String::new(), |award| self.context.policy.award(award).name.clone()),
                outcome.amount.map_or(String::new(), decimal),
                outcome.reason.to_string(),
            ]
        })
    }

    /// `credentials.csv`, `staff.xlsx#Staff`, by file.
    pub fn source_names(&self) -> &[String] {
        &self.context.phrases.sources.names
    }
}

/// `credentials.csv!12`, `staff.xlsx#Staff!7`
pub fn source(names: &[String], place: RowPlace) -> String {
    format!("{}!{}", names.get(usize::from(place.file)).map_or("", String::as_str), place.row)
}

/// The reason of a line.
pub(super) enum Why<'r> {
    /// As a cell that was made before, of a line that moves and takes back nothing.
    Known(&'r Cell),
    Words(Cow<'r, str>),
}

impl Context<'_> {
    /// The ID of the person whose row it is.
    pub fn who<'r>(&'r self, who: &'r Who) -> &'r str {
        match who {
            Who::Employee(employee) => self.facts.employee(*employee),
            Who::Written(id) => id,
        }
    }

    /// A rejected row's text may be anything, so its employee is left blank where it would run as a formula.
    fn written_employee<'r>(&'r self, outcome: &'r RowOutcome) -> &'r str {
        let employee = self.who(&outcome.who);
        if outcome.fate == Fate::Rejected && would_run(employee) { "" } else { employee }
    }

    /// The cells of an outcome under [`OUTCOME_COLUMNS`].
    fn write_outcome(&self, outcome: &RowOutcome, row: &mut Writer) {
        row.source(&self.phrases.sources, outcome.place);
        self.write_own(outcome, row);
        self.write_tail(outcome, row);
    }

    /// Those that are the row's own.
    pub(super) fn write_own(&self, outcome: &RowOutcome, row: &mut Writer) {
        row.text(&outcome.record);
        row.text(self.written_employee(outcome));
    }

    /// Those behind them: of many rows the same.
    pub(super) fn write_tail(&self, outcome: &RowOutcome, row: &mut Writer) {
        row.word(outcome.fate.word());
        match outcome.award {
            Some(award) => row.cell(self.phrases.award(award)),
            None => row.text(""),
        }
        row.amount(outcome.amount.as_ref());
        row.text(&outcome.reason);
    }

    pub(super) fn tail_of(&self, outcome: &RowOutcome, lines: &mut OutcomeLines) -> (u32, bool) {
        lines.tail(outcome.award, |row| self.write_tail(outcome, row))
    }

    /// A line of `adjustments.csv` while its steps are there.
    pub(super) fn write_adjustment(&self, (employee, line): (EmployeeId, &Line), (place, reason): (RowPlace, Why), written: &mut Written) {
        let row = written.begin_line();
        self.adjustment_head((employee, line.award, line.kind), row);
        self.adjustment_middle((&line.amount, line.effective, line.pay_date), row);
        match &line.period {
            Some(PeriodName::Of(label)) => row.label(*label),
            Some(PeriodName::Given(name)) => row.text(name),
            None => row.text(""),
        }
        row.text(&line.record);
        row.source(&self.phrases.sources, place);
        match reason {
            Why::Known(cell) => row.cell(cell),
            Why::Words(reason) => row.text(&told(line, &reason)),
        }
        written.end_line();
    }

    #[inline(always)]
    fn adjustment_head(&self, (employee, award, kind): (EmployeeId, AwardId, PayKind), row: &mut Writer) {
        let person = |row: &mut Writer| row.text(self.facts.employee(employee));
        let rest = |row: &mut Writer| {
            row.cell(self.phrases.award(award));
            row.word(kind_word(kind));
        };
        row.head((employee, award, kind), (person, rest));
    }

    #[inline(always)]
    fn adjustment_middle(&self, (amount, effective, pay_date): (&Number, Date, Option<Date>), row: &mut Writer) {
        row.amount(Some(amount));
        row.date(Some(effective));
        row.date(pay_date);
    }
}

impl Results<'_> {
    /// `adjustments.csv` in pieces; lines end with a line feed. A text that a spreadsheet would run is refused and not changed:
    /// a changed ID would name somebody else (docs/decisions, data in the wild E).
    pub fn adjustment_pieces(&self, diagnostics: &mut Diagnostics) -> Vec<Vec<u8>> {
        let context = self.context;
        let (pieces, refused) = pieces(&ADJUSTMENT_COLUMNS, &self.adjustments, |line, row| {
            context.adjustment_head((line.employee, line.award, line.kind), row);
            context.adjustment_middle((&line.amount, line.effective, line.pay_date), row);
            row.text(line.period.as_deref().unwrap_or(""));
            row.text(&line.record);
            row.source(&context.phrases.sources, line.place);
            row.text(&line.reason);
        });
        let cells = if refused.is_empty() { None } else { Some(self.adjustment_cells().enumerate()) };
        for (_, cells) in cells.into_iter().flatten().filter(|(index, _)| refused.binary_search(index).is_ok()) {
            formulas(("adjustments.csv", &ADJUSTMENT_COLUMNS), &cells, diagnostics);
        }
        pieces
    }

    /// `outcomes.csv` in pieces.
    pub fn outcome_pieces(&self, diagnostics: &mut Diagnostics) -> Vec<Vec<u8>> {
        let (pieces, refused) = pieces(&OUTCOME_COLUMNS, &self.outcomes, |outcome, row| self.context.write_outcome(outcome, row));
        let cells = if refused.is_empty() { None } else { Some(self.outcome_cells().enumerate()) };
        for (_, cells) in cells.into_iter().flatten().filter(|(index, _)| refused.binary_search(index).is_ok()) {
            formulas(("outcomes.csv", &OUTCOME_COLUMNS), &cells, diagnostics);
        }
        pieces
    }
}

pub fn adjustments_csv(results: &Results, diagnostics: &mut Diagnostics) -> String {
    joined(&results.adjustment_pieces(diagnostics))
}

pub fn outcomes_csv(results: &Results, diagnostics: &mut Diagnostics) -> String {
    joined(&results.outcome_pieces(diagnostics))
}

/// What is said where a line of `adjustments.csv` has a cell that a spreadsheet would run.
pub fn refused_adjustment(written: &Written) -> Option<Diagnostic> {
    first_refused(("adjustments.csv", &ADJUSTMENT_COLUMNS), written.refused())
}

/// The same of `outcomes.csv`.
pub fn refused_outcome(table: &OutcomeTable) -> Option<Diagnostic> {
    first_refused(("outcomes.csv", &OUTCOME_COLUMNS), table.refused())
}

fn first_refused(table: (&str, &[&str]), mut refused: impl Iterator<Item = Vec<String>>) -> Option<Diagnostic> {
    let mut diagnostics = Diagnostics::new();
    formulas(table, &refused.next()?, &mut diagnostics);
    diagnostics.iter().next().cloned()
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
