//! Rows of a file on their way into a table: all of them, or the part of them that one thread reads.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::batch::row_of;
use super::builder::TableBuilder;
use super::file::HELP_FOR;
use super::footer::FooterSums;
use super::place::Origin;
use super::plan::{Plan, Setting};
use super::store::Applied;
use crate::diagnostic::Diagnostic;
use crate::facts::parse::key;
use crate::facts::read::{Batch, Cells, Flow, LineFault, Row, RowSink, line_fault};
use crate::facts::resolution::{Answer, Resolution};
use crate::facts::{RejectedRow, SetAside, SetAsideRow};

/// Rows of one record that are rejected for the same reason when all files are read.
pub const REJECTED_MOST: usize = 100_000;
/// Problems of the rows of one file that are kept.
const PROBLEMS_MOST: usize = 100_000;
/// Rows of one file that are not data: a sheet saved as text may end in a million blank lines.
const SET_ASIDE_MOST: usize = 1_100_000;

/// By first byte: whether a row has to be looked at as a whole, because it may be blank or a line of totals.
const SIGNS_OF_ODD_ROWS: [bool; 256] = {
    let mut signs = [true; 256];
    let mut sign = b'!';
    while sign <= b'~' {
        signs[sign as usize] = matches!(sign, b't' | b'T' | b'g' | b'G' | b's' | b'S' | b'-' | b'=' | b'_');
        sign += 1;
    }
    signs
};

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
    pub applied: Vec<Applied>,
    /// By row: the resolutions for it.
    pub corrections: Arc<BTreeMap<u32, Vec<usize>>>,
    pub footer: FooterSums,
    /// Problems in the rows of the whole file so far, those that other parts have found included.
    pub problems: Arc<AtomicUsize>,
    /// Data rows so far.
    pub rows: u32,
    /// It had enough of problems, its own or those of other parts.
    pub is_cut_short: bool,
}

impl RowSink for Part<'_> {
    fn row(&mut self, row: Row<'_>) -> Flow {
        if self.has_enough() {
            return Flow::Stop;
        }
        self.take(row);
        Flow::GoOn
    }

    fn rows(&mut self, batch: Batch<'_>) -> Flow {
        if self.has_enough() {
            return Flow::Stop;
        }
        let mut from = 0;
        if self.takes_batches(batch) {
            let header = self.plan.headers.written[0].clone();
            // most rows begin with a sign that says enough
            let (mut signs, cells) = (SIGNS_OF_ODD_ROWS, batch.column(0));
            [batch.delimiter(), b'"'].into_iter().chain(header.bytes().take(1)).for_each(|sign| signs[usize::from(sign)] = true);
            let mut next = 0;
            while let Some(row) = batch.row_with(&signs, next) {
                next = row + 1;
                let first = cells.at(row);
                let sign = first.bytes().first();
                let may_stand_alone = sign.is_none_or(|sign| SIGNS_OF_ODD_ROWS[usize::from(*sign)])
                    || sign == header.as_bytes().first() && *first.text() == *header;
                if may_stand_alone && self.stands_alone(row_of(batch, row)) {
                    self.take_batch(batch.part(from..row));
                    self.take(row_of(batch, row));
                    from = row + 1;
                }
            }
            self.take_batch(batch.part(from..batch.len()));
        } else {
            (0..batch.len()).for_each(|row| self.take(row_of(batch, row)));
        }
        Flow::GoOn
    }

    fn is_cut_short(&self) -> bool {
        self.is_cut_short
    }

    fn make_room(&mut self, rows: usize) {
        self.table.reserve(rows);
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
            applied: Vec::new(),
            corrections: Arc::clone(&self.corrections),
            footer: self.footer.fresh(),
            problems: Arc::clone(&self.problems),
            rows: 0,
            is_cut_short: false,
        }
    }

    /// Whether there are more problems than anybody will look at: what is kept of each would fill the memory. A part that has none
    /// of them goes on: the first of the file may be in it.
    pub fn is_full(&self) -> bool {
        self.has_many_problems() && !self.rejected.is_empty() || self.set_aside.len() > SET_ASIDE_MOST
    }

    fn has_enough(&mut self) -> bool {
        self.is_cut_short |= self.is_full();
        self.is_cut_short
    }

    /// Forgets the problems of parts that may not be of this file after all; they go on counting theirs together.
    pub fn count_own_problems(&mut self) {
        self.problems = Arc::new(AtomicUsize::new(self.rejected.iter().map(|row| row.problems.len()).sum()));
    }

    fn has_many_problems(&self) -> bool {
        self.problems.load(Ordering::Relaxed) > PROBLEMS_MOST
    }

    /// Why a file with so many problems is refused whole.
    pub fn refusal(&self) -> Option<Diagnostic> {
        let what = match (self.has_many_problems(), self.set_aside.len() > SET_ASIDE_MOST) {
            (true, _) => format!("the rows of the file have more than {PROBLEMS_MOST} problems"),
            (false, true) => format!("more than {SET_ASIDE_MOST} rows of the file are blank or repeated"),
            (false, false) => return None,
        };
        let problem = Diagnostic::error("too-many-rejected", self.origin.row(0), what);
        let first = self.rejected.first().and_then(|row| row.problems.first().map(|problem| (row.row, problem)));
        Some(match first {
            Some((row, first)) => problem.help(format!("the first is row {row}: {} [{}]", first.message, first.code)),
            None => problem.help("export the rows alone, without the empty ones"),
        })
    }

    /// Adds the rows of a part that stands behind this one in the file.
    pub fn join(&mut self, other: Self) {
        self.plan.join(other.plan);
        self.table.append(other.table);
        self.rejected.extend(other.rejected);
        self.set_aside.extend(other.set_aside);
        self.applied.extend(other.applied);
        self.footer.join(other.footer);
        self.rows += other.rows;
        self.count_own_problems();
    }

    fn take(&mut self, row: Row<'_>) {
        if self.corrections.contains_key(&row.number) && self.resolved(row) {
            return;
        }
        if let Some(reason) = aside(row, &self.plan, self.setting) {
            if reason == SetAside::Footer {
                self.footer.shown(row, &self.plan);
            }
            if matches!(row.cells, Cells::Delimited(_)) || reason != SetAside::Blank {
                self.rows += 1;
                self.set_aside.push(SetAsideRow { file: self.file, row: row.number, reason });
            }
            return;
        }
        self.rows += 1;
        if !self.footer.is_empty() {
            self.footer.count(row, &self.plan);
        }
        let problems = match whole_row_problem(row, &self.plan, &self.origin) {
            Some(problem) => vec![problem],
            None => match self.plan.read_row(row, &mut self.table, &self.origin) {
                Ok(()) => return,
                Err(problems) => match cut_off(row, &problems, (&self.plan, &self.origin)) {
                    Some(problem) => vec![problem],
                    None => problems,
                },
            },
        };
        self.reject(row, problems);
    }

    /// Whether the rows can be taken column by column: nothing but their cells decides what becomes of them.
    fn takes_batches(&self, batch: Batch<'_>) -> bool {
        let rule = self.setting.claim.rule;
        let looks_at_rows = rule.is_some_and(|rule| rule.footer.is_some() || rule.positions.is_some());
        let is_whole = batch.width() == self.plan.headers.written.len();
        is_whole && !looks_at_rows && self.corrections.is_empty() && self.footer.is_empty() && self.plan.looks_at_cells_alone()
    }

    fn stands_alone(&self, row: Row<'_>) -> bool {
        aside(row, &self.plan, self.setting).is_some() || whole_row_problem(row, &self.plan, &self.origin).is_some()
    }

    /// Puts a row aside with what is wrong with it.
    pub(super) fn reject(&mut self, row: Row<'_>, problems: Vec<Diagnostic>) {
        let employee = self.plan.employee(row.cells).map(|id| id.as_ref().into());
        let hash = Some(row.cells.hash());
        self.problems.fetch_add(problems.len(), Ordering::Relaxed);
        let mut rejected = RejectedRow { file: self.file, row: row.number, employee, problems, hash };
        if self.rejected.len() > HELP_FOR {
            rejected.without_help();
        }
        self.rejected.push(rejected);
    }
}

impl Part<'_> {
    /// Takes the resolutions for a row that is still as it was; true where it is left out.
    pub(super) fn resolved(&mut self, row: Row<'_>) -> bool {
        let corrections = Arc::clone(&self.corrections);
        let indexes = corrections.get(&row.number).into_iter().flatten().copied();
        let all: &[Resolution] = self.setting.resolutions;
        let fitting: Vec<usize> = indexes.filter(|index| self.plan.is_as_it_was(row.cells, &all[*index])).collect();
        let left_out = fitting.iter().any(|index| all[*index].answer == Answer::LeaveOut);
        self.plan.correct(fitting.iter().map(|index| &all[*index]));
        let employee: Option<Box<str>> = self.plan.employee(row.cells).map(|id| id.as_ref().into());
        let applied =
            fitting.iter().map(|index| Applied { resolution: *index, file: self.file, row: row.number, employee: employee.clone() });
        self.applied.extend(applied);
        if left_out {
            self.rows += 1;
            self.set_aside.push(SetAsideRow { file: self.file, row: row.number, reason: SetAside::Resolved });
        }
        left_out
    }
}

/// Rows that are not data: blank, the header again, a declared footer.
pub(super) fn aside(row: Row<'_>, plan: &Plan<'_>, setting: Setting<'_>) -> Option<SetAside> {
    if row.cells.is_blank() {
        return Some(SetAside::Blank);
    }
    if row.cells.is_ruled() {
        return Some(SetAside::Ruled);
    }
    let headers = &plan.headers.written;
    let repeated =
        || row.cells.width() == headers.len() && (0..headers.len()).all(|column| *row.cells.cell(column).as_written() == *headers[column]);
    if *row.cells.cell(0).as_written() == *headers[0] && repeated() {
        return Some(SetAside::RepeatedHeader);
    }
    if !plan.is_primary(row.cells) && setting.claim.rule.and_then(|rule| rule.positions.as_ref()).is_some() && !is_footer(row, setting) {
        return Some(SetAside::OtherPosition);
    }
    is_footer(row, setting).then_some(SetAside::Footer)
}

fn is_footer(row: Row<'_>, setting: Setting<'_>) -> bool {
    let Some(footer) = setting.claim.rule.and_then(|rule| rule.footer.as_ref()) else { return false };
    first_filled(row.cells).is_some_and(|first| key::clean(&first) == key::clean(&footer.first_cell))
}

fn first_filled(cells: Cells<'_>) -> Option<String> {
    cells.first_filled().map(|cell| cell.as_written().to_string())
}

/// What is wrong with a row as a whole, before its cells are looked at.
pub(super) fn whole_row_problem(row: Row<'_>, plan: &Plan<'_>, origin: &Origin<'_>) -> Option<Diagnostic> {
    let (cells, headers) = (row.cells.width(), plan.headers.written.len());
    match row.cells {
        Cells::Delimited(line) if plan.widths.is_some() => {
            // a line that its reader could cut has as many cells as there are columns
            let fault = plan.widths.filter(|_| cells != headers).and_then(|widths| line_fault(line.line(), widths));
            if let Some(problem) = fault.map(|fault| misfit(fault, row, (plan, origin))) {
                return Some(problem);
            }
        }
        Cells::Delimited(_) | Cells::Grid(_) if cells != headers => {
            let message = format!("the row has {cells} cells, the header has {headers}");
            let help = "look for a delimiter inside a cell without quotes, or a cell that is lacking";
            let problem = Diagnostic::error("row-length", origin.row(row.number), message).help(help);
            let ends_blank = cells == headers + 1 && row.cells.cell(headers).is_blank();
            let ending = "if every row has one blank cell more at its end, the line of headers lacks its last delimiter: put it there";
            return Some(if ends_blank { problem.help(ending) } else { problem });
        }
        Cells::Delimited(fields) if fields.may_be_two_rows() && !plan.has_one_line(0) => {
            let (first, last) = row.lines_of(0).unwrap_or_default();
            let message = format!("the first cell opens in line {first} and closes in line {last}, and may be two rows");
            let help =
                format!("look for quotes in lines {first} and {last} that should not be there; if it is one cell, write it in one line");
            return Some(Diagnostic::error("line-break-in-value", origin.row(row.number), message).help(help));
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

/// A line that ends before a column that the policy needs has lost more than blanks.
fn cut_off(row: Row<'_>, problems: &[Diagnostic], (plan, origin): (&Plan<'_>, &Origin<'_>)) -> Option<Diagnostic> {
    let (Cells::Delimited(line), Some(widths)) = (row.cells, plan.widths) else { return None };
    problems.iter().find(|problem| problem.code == "required-blank")?;
    line_fault(line.line(), widths).map(|fault| misfit(fault, row, (plan, origin)))
}

/// A line whose columns do not stand where the mapping says.
fn misfit(fault: LineFault, row: Row<'_>, (plan, origin): (&Plan<'_>, &Origin<'_>)) -> Diagnostic {
    let header = fault.column.and_then(|column| plan.headers.written.get(column)).map(|header| key::clean(header));
    let message = match (fault.column, header) {
        (Some(column), Some(header)) => format!("{}: it ends in column {} (`{header}`)", fault.message, column + 1),
        _ => fault.message,
    };
    Diagnostic::error("line-length", origin.row(row.number), message).help(fault.help)
}
