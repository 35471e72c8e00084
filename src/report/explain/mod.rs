//! One person's pay, row by row: every amount and every refusal with its clause, its numbers and its cells, as told by the steps.

mod choices;
mod statements;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::Diagnostic;
use crate::eval::{Line, Origin, Outcome, PersonRun};
use crate::facts::{EmployeeId, SetAside};
use crate::policy::RecordId;
use crate::report::quote::Fact;
use crate::report::text::{cell_place, count, money};
use crate::report::totals::sum;
use crate::report::words::{Context, disposition_word, kind_phrase, kind_word, set_aside_words};
use crate::source::Cell;
use crate::syntax::ast::PayKind;
use crate::value::Number;

const KINDS: [PayKind; 3] = [PayKind::BaseSalary, PayKind::Stipend, PayKind::Recovery];

/// Everything there is to say about one person.
#[derive(Clone, Debug)]
pub struct Explanation {
    pub employee: String,
    /// The person's own rows: where they stand.
    pub people_rows: Vec<Cell>,
    /// What this run pays, one sentence for each kind.
    pub paid_now: Vec<String>,
    /// In the order of the person's queue.
    pub rows: Vec<ExplainedRow>,
    pub rejected: Vec<RejectedWords>,
    /// Copies of the person's rows, one sentence each.
    pub set_aside: Vec<String>,
    /// Rows of the person that no award decides about: where they stand.
    pub looked_up: Vec<Cell>,
    /// What earlier runs paid, one sentence each.
    pub paid_before: Vec<String>,
    /// Guarantees about this person that do not hold, one sentence each, with the lines that show it.
    pub broken: Vec<String>,
    /// What the person has in each bank, one sentence each.
    pub balances: Vec<String>,
    /// What comes next, one sentence each.
    pub next: Vec<String>,
}

/// What one award made of one row.
#[derive(Clone, Debug)]
pub struct ExplainedRow {
    pub place: Cell,
    pub award: String,
    pub record: String,
    /// Only for awards by period: the period.
    pub period: Option<String>,
    pub outcome: &'static str,
    /// `$200.00 to base salary`, one for each line.
    pub paid: Vec<String>,
    pub reason: String,
    pub statements: Vec<Statement>,
}

/// One step, told.
#[derive(Clone, Debug)]
pub struct Statement {
    pub words: String,
    /// The values it rests on.
    pub facts: Vec<Fact>,
}

/// A row of the person that could not be used.
#[derive(Clone, Debug)]
pub struct RejectedWords {
    pub source: String,
    pub problems: Vec<Diagnostic>,
}

impl Context<'_> {
    pub fn explain(&self, run: &PersonRun) -> Explanation {
        let employee = self.facts.employee(run.employee);
        let people = self.policy.people;
        let people_rows = self.facts.table(people).rows_of(run.employee);
        let mut lines: BTreeMap<u32, Vec<&Line>> = BTreeMap::new();
        for line in run.lines {
            lines.entry(line.outcome).or_default().push(line);
        }
        Explanation {
            employee: employee.to_owned(),
            people_rows: people_rows.map(|row| self.facts.row_place(people, row)).collect(),
            paid_now: KINDS.iter().filter_map(|kind| paid_as(run, *kind)).collect(),
            rows: (0..).zip(run.outcomes).map(|(index, outcome)| self.explained_row((run, &lines), index, outcome)).collect(),
            rejected: self.rejected_rows(employee),
            set_aside: self.copies(run.employee),
            looked_up: self.looked_up(run.employee),
            broken: run.broken.iter().map(|broken| self.broken_sentence(broken, run)).collect(),
            balances: self.balances(run.lots),
            next: self.next_words(run),
            paid_before: self.facts.paid_to(run.employee).iter().map(|line| self.paid_sentence(line)).collect(),
        }
    }

    fn explained_row(&self, (run, lines): (&PersonRun, &BTreeMap<u32, Vec<&Line>>), index: u32, outcome: &Outcome) -> ExplainedRow {
        let (place, period) = match outcome.origin {
            Origin::Event { record, row } => (self.facts.row_place(record, row), None),
            Origin::Period(period) => {
                let people = self.policy.people;
                let row = self.facts.table(people).first_of(run.employee);
                let place = row.map_or_else(|| Cell::of_file("no row"), |row| self.facts.row_place(people, row));
                (place, Some(format!("{} to {}", period.start, period.last_day())))
            }
        };
        let lines = lines.get(&index).into_iter().flatten();
        let paid = lines.map(|line| {
            let pay_date = line.pay_date.map_or(String::new(), |date| format!(", paid on {date}"));
            match &line.moved {
                Some(moved) => format!("{}, effective {}{pay_date}", moved.sentence(), line.effective),
                None => format!("{} {}, effective {}{pay_date}", money(line.amount), kind_phrase(line.kind), line.effective),
            }
        });
        ExplainedRow {
            place,
            award: self.policy.award(outcome.award).name.clone(),
            record: outcome.record.to_string(),
            period,
            outcome: disposition_word(outcome.disposition),
            paid: paid.collect(),
            reason: self.reason(run, outcome).into_owned(),
            statements: self.statements(run, index, outcome),
        }
    }

    fn broken_sentence(&self, broken: &crate::eval::Broken, run: &PersonRun) -> String {
        let words = self.broken(broken, Some(run));
        let lines: Vec<String> = words.lines.iter().map(|line| line.sentence()).collect();
        let lines = if lines.is_empty() { String::new() } else { format!(" ({})", lines.join("; ")) };
        format!("{}: {}{lines}", crate::report::guarantees::written(self.policy, words.guarantee), words.how)
    }

    fn rejected_rows(&self, employee: &str) -> Vec<RejectedWords> {
        let rows = self.facts.rejected.iter().filter(|row| row.employee.as_deref() == Some(employee));
        rows.map(|row| RejectedWords { source: self.row_words(row.file, row.row), problems: row.problems.clone() }).collect()
    }

    /// Rows that repeat one of the person's: nobody decides about them, and they are accounted for.
    fn copies(&self, employee: EmployeeId) -> Vec<String> {
        let tables = self.facts.tables.iter().zip(&self.policy.records).filter(|(_, record)| !record.is_look_up);
        let own: BTreeSet<(u16, u32)> = tables.flat_map(|(table, _)| table.rows_of(employee).map(|row| table.position(row))).collect();
        let copies = self.facts.set_aside.iter().filter(|row| match row.reason {
            SetAside::DuplicateOf(first) => own.contains(&(row.file, first)),
            SetAside::AddedTo(first) => own.contains(&(row.file, first)),
            SetAside::RepeatedHeader | SetAside::Footer | SetAside::Blank | SetAside::Ruled => false,
            SetAside::OtherPosition | SetAside::Resolved => false,
        });
        copies.map(|row| format!("{}: {}", self.row_words(row.file, row.row), set_aside_words(row.reason))).collect()
    }

    /// Rows of records that no award is for.
    fn looked_up(&self, employee: EmployeeId) -> Vec<Cell> {
        let records = (0u16..self.policy.records.len() as u16).map(RecordId);
        let read =
            records.filter(|record| *record != self.policy.people && !self.policy.record(*record).is_look_up && !self.has_award(*record));
        read.flat_map(|record| self.facts.table(record).rows_of(employee).map(move |row| self.facts.row_place(record, row))).collect()
    }

    fn row_words(&self, file: u16, row: u32) -> String {
        self.facts
            .files
            .get(usize::from(file))
            .map_or(String::new(), |file| cell_place(&Cell { sheet: file.sheet.clone(), row: Some(row), ..Cell::of_file(&file.name) }))
    }

    fn paid_sentence(&self, line: &crate::facts::PaidLine) -> String {
        let award = &self.policy.award(line.award).name;
        let kind = kind_word(line.kind);
        if let Some(moved) = &line.moved {
            let place = cell_place(&line.place);
            return format!("{} for {award}, record {}, effective {} ({place})", moved.sentence(), line.record, line.effective);
        }
        format!(
            "{} {kind} for {award}, record {}, effective {} ({})",
            money(line.amount),
            line.record,
            line.effective,
            cell_place(&line.place)
        )
    }
}

/// `$600.00 to base salary in 3 lines`
fn paid_as(run: &PersonRun, kind: PayKind) -> Option<String> {
    let amounts: Vec<Number> = run.lines.iter().filter(|line| line.kind == kind).map(|line| line.amount).collect();
    let lines = count(amounts.len(), "line");
    let total = sum(amounts).filter(|_| lines != "0 lines")?;
    Some(format!("{} {} in {lines}", money(total), kind_phrase(kind)))
}
