//! How a file lies on its lines: encoding, delimiter and header row, each with what shows it.

use super::{places, read};
use crate::diagnostic::Diagnostic;
use crate::facts::bind::Input;
use crate::facts::mapping::FileRule;
use crate::facts::parse::{amount, key};
use crate::facts::propose::quoted;
use crate::facts::read::{Cells, Flow, Row, RowSink};

/// A line of the mapping that the file needs before its columns can be looked at.
#[derive(Clone, Debug)]
pub struct Setting {
    pub key: &'static str,
    /// As TOML writes it.
    pub value: String,
    pub evidence: String,
}

/// Rows among which the headers are looked for.
const LOOK_AT: usize = 40;

/// Cells of such a row, and letters of such a cell, that are looked at: more than any spreadsheet has.
const CELLS_MOST: usize = 20_000;
const LETTERS_MOST: usize = 40_000;

/// The rule under which the file can be read, and the same as lines of a mapping.
pub fn find(input: &Input, sheet: Option<&str>) -> Result<(FileRule, Vec<Setting>), Box<Diagnostic>> {
    let mut rule = FileRule::default();
    let mut settings = Vec::new();
    let mut rows = first_rows(input, (sheet, &rule));
    for (code, encoding, evidence) in [
        ("encoding-needed", "windows-1252", "the file is not UTF-8; this is what Excel writes instead: look at the accents below"),
        ("null-byte", "utf-16le", "every other byte is empty, as in UTF-16 without its mark"),
    ] {
        if rows.as_ref().is_err_and(|problem| problem.code == code) {
            rule.encoding = Some(encoding.to_owned());
            settings.push(Setting { key: "encoding", value: quoted(encoding), evidence: evidence.to_owned() });
            rows = first_rows(input, (sheet, &rule));
        }
    }
    let mut rows = rows?;
    if let Some(sign) = other_delimiter(&rows) {
        let word = if sign == '\t' { "tab".to_owned() } else { sign.to_string() };
        rule.delimiter = Some(word.clone());
        rows = first_rows(input, (sheet, &rule))?;
        let cells = rows.last().map_or(0, |row| row.cells.len());
        settings.push(Setting { key: "delimiter", value: quoted(&word), evidence: format!("each row then has {cells} cells") });
    }
    if other_delimiter(&rows).is_none()
        && rule.delimiter.is_none()
        && are_single(&rows)
        && let Some(widths) = places::widths(input, &rule)?
    {
        settings.push(places::of_widths(&widths));
        rule.widths = Some(widths);
        rows = first_rows(input, (sheet, &rule))?;
    }
    let (header, above) = match header_row(&rows) {
        Some(found) => found,
        None => {
            let names = places::letters(input, (sheet, &rule))?;
            settings.extend(rows.iter().find(|row| is_full(row, &rows)).map(|first| places::of_names(&names, first)));
            rule.headers = Some(names);
            return Ok((rule, settings));
        }
    };
    rule.header_row = Some(header);
    if above > 0 {
        let first = rows.first().map_or(String::new(), |row| row.cells.iter().find(|cell| !cell.is_empty()).cloned().unwrap_or_default());
        let evidence = format!("above it: {above} other {}, the first `{first}`", if above == 1 { "row" } else { "rows" });
        settings.push(Setting { key: "header_row", value: header.to_string(), evidence });
    }
    Ok((rule, settings))
}

/// Whether a first cell begins a line of totals.
pub fn is_total(first: &str) -> bool {
    let lower = first.to_lowercase();
    ["total", "grand total", "subtotal", "sub-total", "sum:"].iter().any(|word| lower.starts_with(word))
}

pub struct Line {
    pub number: u32,
    pub cells: Vec<String>,
    is_text_file: bool,
}

fn first_rows(input: &Input, with: (Option<&str>, &FileRule)) -> Result<Vec<Line>, Box<Diagnostic>> {
    let mut sink = First(Vec::new());
    read(input, with, &mut sink)?;
    Ok(sink.0)
}

struct First(Vec<Line>);

impl RowSink for First {
    fn row(&mut self, row: Row<'_>) -> Flow {
        if !row.cells.is_blank() {
            let looked_at = 0..row.cells.width().min(CELLS_MOST);
            // tabs that separate nothing yet are no spaces
            let cleaned = |text: &str| if text.contains('\t') { text.trim().to_owned() } else { key::clean(text).into_owned() };
            let cells = looked_at.map(|column| cleaned(key::start_of(row.cells.cell(column).as_written(), LETTERS_MOST))).collect();
            let is_text_file = matches!(row.cells, Cells::Delimited(_));
            self.0.push(Line { number: row.number, cells, is_text_file });
        }
        if self.0.len() >= LOOK_AT { Flow::Stop } else { Flow::GoOn }
    }
}

/// The sign that splits the rows into more cells, the same number in nearly all of them.
fn other_delimiter(rows: &[Line]) -> Option<char> {
    if rows.iter().any(|row| row.cells.len() > 2 || !row.is_text_file) {
        return None;
    }
    let widths = |sign: char| -> Vec<usize> { rows.iter().map(|row| row.cells.join(",").matches(sign).count() + 1).collect() };
    [';', '\t', '|'].into_iter().find(|sign| {
        let widths = widths(*sign);
        let widest = widths.iter().copied().max().unwrap_or(1);
        widest > 1 && widths.iter().filter(|width| **width == widest).count() * 10 >= widths.len() * 7
    })
}

/// Whether most rows of a text are one cell.
fn are_single(rows: &[Line]) -> bool {
    let single = rows.iter().filter(|row| row.cells.len() == 1).count();
    rows.iter().all(|row| row.is_text_file) && single * 10 >= rows.len() * 7
}

fn filled(row: &Line) -> usize {
    row.cells.iter().filter(|cell| !cell.is_empty()).count()
}

/// Whether a row is about as full as the data.
fn is_full(row: &Line, rows: &[Line]) -> bool {
    filled(row) * 10 >= rows.iter().map(filled).max().unwrap_or(0) * 7
}

/// Whether a cell could be a header.
pub fn is_word(cell: &str) -> bool {
    !cell.is_empty() && amount::money(cell).is_err() && !cell.starts_with(|first: char| first.is_ascii_digit())
}

/// The first row that is as full as the data and holds words only, and how many rows stand above it; the first where there is
/// none. None where the data begins with the first full row.
fn header_row(rows: &[Line]) -> Option<(u32, usize)> {
    let full: Vec<usize> = (0..rows.len()).filter(|index| is_full(&rows[*index], rows)).collect();
    let holds_words = |row: &Line| row.cells.iter().filter(|cell| is_word(cell)).count() * 10 >= filled(row) * 8;
    let wordy = full.iter().copied().find(|index| holds_words(&rows[*index]));
    let first = full.first().copied().unwrap_or(0);
    // a row of words below rows of data is data as well
    let above = full.iter().filter(|index| wordy.is_none_or(|wordy| **index < wordy)).count();
    if (above > 1 || wordy.is_none() && rows.len() == 1) && places::begins_with_data(&rows[first..]) {
        return None;
    }
    let index = wordy.unwrap_or(0);
    Some((rows.get(index).map_or(1, |row| row.number), index))
}
