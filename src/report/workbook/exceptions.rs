//! The exceptions as a workbook to work through: one line per problem, with room for who decided what, when and why.

use rust_xlsxwriter::{Workbook, XlsxError};

use super::sheet::{Column, Formats, Sheet};
use super::{MOST_ROWS, not_written, too_many_rows};
use crate::diagnostic::Diagnostic;
use crate::eval::Disposition;
use crate::facts::resolution::{Answer, HEADERS, LEAVE_OUT, Resolution};
use crate::facts::{DataFile, RejectedRow};
use crate::report::results::{Fate, Results, RowOutcome};
use crate::source::{Place, column_letters};

const WIDTHS: [u32; 16] = [22, 24, 14, 7, 7, 18, 22, 12, 60, 60, 26, 22, 16, 12, 30, 20];

/// What to do with the sheet, in words.
const HOW_TO: [&str; 6] = [
    "Each line of the sheet Exceptions is one problem. Correct it in the file it comes from, or decide it here.",
    "Resolution: the value to read instead of the raw value (an employee's ID stands for itself), or: leave out",
    "Author, Date and Reason: who decided it, when (2025-07-02), and why. All three are needed; they follow the amount.",
    "Then run again with --resolved and this file. Lines without a resolution stay open.",
    "A resolution is for the row as it is now: if the file changes there, the run stops and says so.",
    "Lines that were decided before stand in the sheet with their resolution, so that this one file is enough next time.",
];

/// The workbook's bytes, and how many lines it has.
pub fn exceptions(results: &Results) -> Result<(Vec<u8>, usize), Diagnostic> {
    let lines = lines(results);
    if lines.len() > MOST_ROWS {
        return Err(too_many_rows("Exceptions", lines.len()));
    }
    build(&lines).map(|bytes| (bytes, lines.len())).map_err(|fault| not_written(&fault))
}

fn build(lines: &[[String; 16]]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let formats = Formats::new();
    let mut sheet = Sheet::new(book.add_worksheet(), &formats, "Exceptions")?;
    let columns: Vec<Column> = HEADERS.iter().zip(WIDTHS).map(|(header, width)| Column::text(header, width)).collect();
    sheet.table(&columns, lines.len())?;
    for (row, line) in (1u32..).zip(lines) {
        for (column, text) in (0u16..).zip(line) {
            sheet.text(row, column, text)?;
        }
    }
    let mut sheet = Sheet::new(book.add_worksheet(), &formats, "How to")?;
    sheet.widths(&[110])?;
    for (row, words) in (0u32..).zip(HOW_TO) {
        sheet.styled(row, 0, (words, &formats.wrapped))?;
    }
    book.save_to_buffer()
}

fn lines(results: &Results) -> Vec<[String; 16]> {
    let facts = results.context.facts;
    let rejected = facts.rejected.iter().flat_map(|row| of_rejected(results, row));
    let held = results.outcomes.iter().filter(|outcome| outcome.fate == Fate::Decided(Disposition::Held));
    let held = held.map(|outcome| of_held(results, outcome));
    rejected.chain(held).chain(facts.resolutions.iter().map(of_resolution)).collect()
}

/// Name and sheet of a file: with as many of its folders as tell it from the others.
fn names(results: &Results, file: Option<&DataFile>) -> (String, String) {
    let name = file.map_or(String::new(), |file| results.context.names.short(&file.name).to_owned());
    (name, file.and_then(|file| file.sheet.as_deref()).unwrap_or("").to_owned())
}

fn of_rejected(results: &Results, row: &RejectedRow) -> Vec<[String; 16]> {
    let file = results.context.facts.files.get(usize::from(row.file));
    let (name, sheet) = names(results, file);
    let of_problem = |problem: &Diagnostic| {
        let (cell, header, raw) = match &problem.place {
            Place::Cell(cell) => {
                let at = cell.column.map_or(String::new(), |column| format!("{}{}", column_letters(column), row.row));
                (at, cell.header.as_deref().unwrap_or("").trim().to_owned(), cell.raw.as_deref().unwrap_or("").to_owned())
            }
            Place::Policy(_) | Place::Option(_) => (String::new(), String::new(), String::new()),
        };
        [
            problem.code.to_owned(),
            name.clone(),
            sheet.clone(),
            row.row.to_string(),
            cell,
            header,
            raw,
            row.employee.as_deref().unwrap_or("").to_owned(),
            problem.message.clone(),
            problem.help.join("; "),
            owner(results, (problem.code, file)),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
            row.hash.map_or(String::new(), Resolution::check_of),
        ]
    };
    row.problems.iter().map(of_problem).collect()
}

fn of_held(results: &Results, outcome: &RowOutcome) -> [String; 16] {
    let file = results.context.facts.files.get(usize::from(outcome.place.file));
    let (name, sheet) = names(results, file);
    let mut line: [String; 16] = Default::default();
    line[0] = "held".to_owned();
    (line[1], line[2], line[3]) = (name, sheet, outcome.place.row.to_string());
    line[7] = results.employee(&outcome.who).to_owned();
    line[8] = outcome.reason.to_string();
    line[9] = "fill what is missing in the file; or name its column under Field, and the value under Resolution".to_owned();
    line[10] = owner(results, ("held", file));
    line
}

/// A decision that was made before, so that the file is complete.
fn of_resolution(resolution: &Resolution) -> [String; 16] {
    let answer = match &resolution.answer {
        Answer::Value(value) => value.clone(),
        Answer::LeaveOut => LEAVE_OUT.to_owned(),
    };
    [
        resolution.code.clone(),
        resolution.file.clone(),
        resolution.sheet.clone().unwrap_or_default(),
        resolution.row.to_string(),
        String::new(),
        resolution.header.clone().unwrap_or_default(),
        resolution.raw.clone(),
        resolution.employee.as_deref().unwrap_or("").to_owned(),
        "decided before".to_owned(),
        String::new(),
        String::new(),
        answer,
        resolution.author.clone(),
        resolution.date.to_string(),
        resolution.reason.clone(),
        resolution.check.clone(),
    ]
}

/// Who can put a problem right.
fn owner(results: &Results, (code, file): (&str, Option<&DataFile>)) -> String {
    const OF_PEOPLE: [&str; 6] =
        ["unknown-employee", "ambiguous-key", "ids-collide", "ids-look-alike", "person-twice", "person-rows-disagree"];
    let policy = results.context.policy;
    if OF_PEOPLE.contains(&code) || file.is_some_and(|file| file.record == Some(policy.people)) {
        return format!("HR, who keeps {}", policy.record(policy.people).name);
    }
    match (code, file) {
        ("unlisted-word" | "percent-form-needed" | "share-out-of-range", _) => "whoever keeps mapping.toml".to_owned(),
        (_, Some(file)) => format!("whoever exports {}", results.context.names.short(&file.name)),
        (_, None) => String::new(),
    }
}
