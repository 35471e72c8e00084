//! Rows of a file on their way into a table: all of them, or the part of them that one thread reads.

use super::builder::TableBuilder;
use super::file::HELP_FOR;
use super::place::Origin;
use super::plan::{Plan, Setting};
use crate::diagnostic::Diagnostic;
use crate::facts::parse::key;
use crate::facts::read::{Cells, Flow, Row, RowSink};
use crate::facts::{RejectedRow, SetAside, SetAsideRow};

/// Takes the rows below the header of one file.
pub struct Part<'a> {
    pub origin: Origin<'a>,
    pub setting: Setting<'a>,
    /// Index of the file.
    pub file: u16,
    pub plan: Plan<'a>,
    pub table: TableBuilder,
    pub rejected: Vec<RejectedRow>,
    pub set_aside: Vec<SetAsideRow>,
    /// Data rows so far.
    pub rows: u32,
}

impl RowSink for Part<'_> {
    fn row(&mut self, row: Row<'_>) -> Flow {
        self.take(row);
        Flow::GoOn
    }
}

impl Part<'_> {
    /// The same without any row.
    pub fn fresh(&self) -> Self {
        Part {
            origin: self.origin.clone(),
            setting: self.setting,
            file: self.file,
            plan: self.plan.fresh(),
            table: self.table.fresh(),
            rejected: Vec::new(),
            set_aside: Vec::new(),
            rows: 0,
        }
    }

    /// Adds the rows of a part that stands behind this one in the file.
    pub fn join(&mut self, other: Self) {
        self.plan.join(other.plan);
        self.table.append(other.table);
        self.rejected.extend(other.rejected);
        self.set_aside.extend(other.set_aside);
        self.rows += other.rows;
    }

    fn take(&mut self, row: Row<'_>) {
        if let Some(reason) = aside(row, &self.plan, self.setting) {
            if matches!(row.cells, Cells::Delimited(_)) || reason != SetAside::Blank {
                self.rows += 1;
                self.set_aside.push(SetAsideRow { file: self.file, row: row.number, reason });
            }
            return;
        }
        self.rows += 1;
        let problems = match whole_row_problem(row, &self.plan, &self.origin) {
            Some(problem) => vec![problem],
            None => match self.plan.read_row(row, &mut self.table, &self.origin) {
                Ok(()) => return,
                Err(problems) => problems,
            },
        };
        let employee = self.plan.employee(row.cells).map(|id| id.as_ref().into());
        let mut rejected = RejectedRow { file: self.file, row: row.number, employee, problems };
        if self.rejected.len() > HELP_FOR {
            rejected.without_help();
        }
        self.rejected.push(rejected);
    }
}

/// Rows that are not data: blank, the header again, a declared footer.
fn aside(row: Row<'_>, plan: &Plan<'_>, setting: Setting<'_>) -> Option<SetAside> {
    if row.cells.is_blank() {
        return Some(SetAside::Blank);
    }
    let headers = &plan.headers.written;
    let repeated =
        || row.cells.width() == headers.len() && (0..headers.len()).all(|column| *row.cells.cell(column).as_written() == *headers[column]);
    if *row.cells.cell(0).as_written() == *headers[0] && repeated() {
        return Some(SetAside::RepeatedHeader);
    }
    let footer = setting.claim.rule.and_then(|rule| rule.footer.as_ref())?;
    let first = first_filled(row.cells)?;
    (key::clean(&first) == key::clean(&footer.first_cell)).then_some(SetAside::Footer)
}

fn first_filled(cells: Cells<'_>) -> Option<String> {
    let mut filled = (0..cells.width()).map(|column| cells.cell(column)).filter(|cell| !cell.is_blank());
    filled.next().map(|cell| cell.as_written().to_string())
}

/// What is wrong with a row as a whole, before its cells are looked at.
fn whole_row_problem(row: Row<'_>, plan: &Plan<'_>, origin: &Origin<'_>) -> Option<Diagnostic> {
    let (cells, headers) = (row.cells.width(), plan.headers.written.len());
    match row.cells {
        Cells::Delimited(_) | Cells::Grid(_) if cells != headers => {
            let message = format!("the row has {cells} cells, the header has {headers}");
            let help = "look for a delimiter inside a cell without quotes, or a cell that is lacking";
            return Some(Diagnostic::error("row-length", origin.row(row.number), message).help(help));
        }
        Cells::Sheet(sheet) => {
            if let Some(error) = sheet.damaged() {
                let message = format!("a cell of this row or the next shows the error `{error}`");
                return Some(
                    Diagnostic::error("error-cell", origin.row(row.number), message)
                        .help("correct the formula in the spreadsheet and save it"),
                );
            }
        }
        Cells::Delimited(_) | Cells::Grid(_) => {}
    }
    let first = row.cells.cell(0).as_written();
    let start = first.get(..16).unwrap_or(first).trim_start();
    let starts_with = |word: &str| start.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    if ["total", "grand total", "subtotal", "sub-total", "sum:"].into_iter().any(starts_with) {
        let message = format!("`{}` looks like a line of totals, not like data", key::clean(first));
        let problem = Diagnostic::error("total-row", origin.row(row.number), message);
        return Some(
            problem.help("if it is one, say so in the mapping:").help(format!("[file.footer] first_cell = \"{}\"", key::clean(first))),
        );
    }
    None
}
