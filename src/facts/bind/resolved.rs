//! Resolutions that come back: read from an exceptions table, each complete, each for a row that is still as it was.

use super::Input;
use super::header::Headers;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::facts::parse::day::{self, Epoch};
use crate::facts::parse::key;
use crate::facts::read::{Cells, Flow, OpenWith, Opened, Raw, Row, RowSink};
use crate::facts::resolution::{Answer, HEADERS, LEAVE_OUT, Resolution};
use crate::source::{Cell, Place};
use crate::value::Date;

/// The record name of an input with resolutions.
pub const RESOLVED: &str = "resolved";

/// The sheet of our own workbook.
const SHEET: &str = "Exceptions";

/// All resolutions of the inputs that hold some. Lines without a resolution are still open and say nothing.
pub fn read(inputs: &[Input], problems: &mut Diagnostics) -> Vec<Resolution> {
    let mut all = Vec::new();
    for input in inputs.iter().filter(|input| input.record.as_deref() == Some(RESOLVED)) {
        let with = OpenWith { name: &input.name, sheet: input.sheet.as_deref(), preferred: Some(SHEET), rule: None };
        let Some(mut opened) = Opened::open(&input.bytes, with, problems) else { continue };
        let epoch = opened.epoch();
        let mut sink = Lines { name: &input.name, epoch, columns: None, found: Vec::new(), problems: Vec::new() };
        if let Err(problem) = opened.read(&mut sink) {
            problems.push(*problem);
            continue;
        }
        if sink.columns.is_none() {
            let place = Place::Cell(Cell::of_file(&input.name));
            problems.push(incomplete(place, "this is no table of exceptions: its columns are others"));
        }
        sink.problems.into_iter().for_each(|problem| problems.push(problem));
        all.extend(sink.found);
    }
    all
}

/// Resolutions for no row that are told one by one.
const STALE_TOLD: usize = 1_000;

/// A resolution that was for no row of the files: it would be lost without a word.
pub fn report_unused(resolutions: &[Resolution], problems: &mut Diagnostics) {
    let unused: Vec<&Resolution> = resolutions.iter().filter(|resolution| resolution.applied_to.is_none()).collect();
    let told = unused.iter().take(STALE_TOLD).map(|resolution| {
        let message = format!(
            "row {} of {} is no longer as it was when this was decided, or is not among the files",
            resolution.row, resolution.file
        );
        let problem = Diagnostic::error("resolution-stale", Place::Cell(resolution.place.clone()), message);
        problem.help("look at the row again: write the exceptions anew with --exceptions, or take the resolution away")
    });
    let mut told: Vec<Diagnostic> = told.collect();
    let more = unused.len() - told.len();
    if let Some(last) = told.last_mut().filter(|_| more > 0) {
        last.help.push(format!("{more} more resolutions are like this and not listed"));
    }
    told.into_iter().for_each(|problem| problems.push(problem));
}

fn incomplete(place: Place, message: &str) -> Diagnostic {
    Diagnostic::error("resolution-incomplete", place, message.to_owned())
        .help("each resolution has a value or `leave out`, an author, a date such as 2025-07-02 and a reason")
}

struct Lines<'a> {
    name: &'a str,
    epoch: Epoch,
    columns: Option<Vec<usize>>,
    found: Vec<Resolution>,
    problems: Vec<Diagnostic>,
}

impl RowSink for Lines<'_> {
    fn row(&mut self, row: Row<'_>) -> Flow {
        if row.cells.is_blank() {
            return Flow::GoOn;
        }
        let Some(columns) = &self.columns else {
            let headers = Headers::new(row.cells.texts());
            let column = |name: &&str| headers.folded.iter().position(|header| *header == key::fold(name));
            self.columns = HEADERS.iter().map(column).collect();
            return if self.columns.is_some() { Flow::GoOn } else { Flow::Stop };
        };
        let place = Cell { row: Some(row.number), ..Cell::of_file(self.name) };
        match line(row.cells, columns, (place, self.epoch)) {
            Ok(resolution) => self.found.extend(resolution),
            Err(problem) => self.problems.push(*problem),
        }
        Flow::GoOn
    }
}

/// One line; none where nobody has decided yet.
fn line(cells: Cells<'_>, columns: &[usize], (place, epoch): (Cell, Epoch)) -> Result<Option<Resolution>, Box<Diagnostic>> {
    let cell = |name: &str| HEADERS.iter().position(|header| *header == name).map_or(Raw::Blank, |at| cells.cell(columns[at]));
    let text = |name: &str| key::clean(cell(name).as_written()).into_owned();
    let decided = text("Resolution");
    if decided.is_empty() {
        return Ok(None);
    }
    let fault = |message: &str| Box::new(incomplete(Place::Cell(place.clone()), message));
    let (author, reason) = (text("Author"), text("Reason"));
    if author.is_empty() || reason.is_empty() {
        return Err(fault("a resolution has no author or no reason"));
    }
    let date = match cell("Date") {
        Raw::Serial(serial) | Raw::Number(serial) => day::serial(serial, epoch),
        raw => Date::parse_iso(&key::clean(raw.as_written())),
    };
    let date = date.ok_or_else(|| fault("a resolution has no date"))?;
    let row = text("Row").parse().map_err(|_| fault("the number of the row was changed"))?;
    let header = Some(text("Field")).filter(|header| !header.is_empty());
    let answer = if decided.eq_ignore_ascii_case(LEAVE_OUT) { Answer::LeaveOut } else { Answer::Value(decided) };
    if header.is_none() && answer != Answer::LeaveOut {
        return Err(fault("this problem is of the whole row: it can be left out, or corrected in the file itself"));
    }
    Ok(Some(Resolution {
        file: text("File"),
        sheet: Some(text("Sheet")).filter(|sheet| !sheet.is_empty()),
        row,
        header,
        raw: text("Raw value"),
        check: text("Row check"),
        code: text("Code"),
        answer,
        author,
        date,
        reason,
        place,
        employee: None,
        applied_to: None,
    }))
}
