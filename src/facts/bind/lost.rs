//! What is said of a row that should be the headers and is not, or whose headers are not those of the record.

use super::header::{Fit, Headers};
use crate::diagnostic::{Diagnostic, nearest};
use crate::facts::parse::{key, shape};
use crate::facts::propose;
use crate::facts::read::Row;
use crate::policy::Record;
use crate::source::Place;

/// Columns that are lacking or there twice.
pub fn column_problems(fit: &Fit, headers: &Headers, record: &Record, place: Place) -> Vec<Diagnostic> {
    let missing = fit.missing.iter().map(|missing| {
        let name = &record.fields[missing.field].name;
        let message = match &missing.named {
            Some(header) => format!("there is no column `{header}`, which the mapping names for `{name}` of `{}`", record.name),
            None => format!("there is no column for `{name}` of `{}`", record.name),
        };
        let wanted = missing.named.as_ref().map_or_else(|| name.clone(), |header| key::fold(header));
        let near = nearest(&wanted, headers.folded.iter().map(String::as_str));
        let near = near.and_then(|near| headers.folded.iter().position(|folded| folded == near)).map(|column| &headers.written[column]);
        let header = near.map_or("ITS HEADER", |near| near.as_str());
        Diagnostic::error("missing-column", place.clone(), message)
            .help(format!("the columns are {}", headers.listed()))
            .help(format!("say in the mapping's [file.columns] which it is: {name} = \"{header}\""))
    });
    let doubled = fit.doubled.iter().map(|field| {
        let name = &record.fields[*field].name;
        let message = format!("several columns could be `{name}` of `{}`", record.name);
        let problem = Diagnostic::error("doubled-column", place.clone(), message).help(format!("the columns are {}", headers.listed()));
        problem.help("rename or take away all but one")
    });
    missing.chain(doubled).collect()
}

/// Columns of no field whose header is nearly the name of an optional field that has none.
pub fn nearly_named(fit: &Fit, headers: &Headers, record: &Record, place: Place) -> Vec<Diagnostic> {
    let unused: Vec<String> = headers.unused(fit).iter().map(|header| key::fold(header)).collect();
    let absent = fit.columns.iter().zip(&record.fields).filter(|(column, _)| column.is_none()).map(|(_, field)| &field.name);
    let near = absent.filter_map(|name| nearest(name, unused.iter().map(String::as_str)).map(|near| (name, near)));
    near.map(|(name, near)| {
        let message = format!("the column `{near}` is not used, and `{name}` has no column: a slip of the keyboard?");
        Diagnostic::warning("column-name-near", place.clone(), message)
            .help(format!("if they are the same, say in the mapping's [file.columns]: {name} = \"{near}\""))
    })
    .collect()
}

/// Where a row comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum File {
    Text,
    Book,
}

/// What is known of the file.
#[derive(Clone, Copy)]
pub struct Said {
    pub file: File,
    pub header_row: Option<u32>,
}

/// What a cell of a first row may be.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// A folded header of the policy or the mapping.
    pub is_header: &'a dyn Fn(&str) -> bool,
    /// A word that the policy or the mapping has for a field's values.
    pub is_word: &'a dyn Fn(&str) -> bool,
}

impl Known<'_> {
    fn has_header(self, cells: &[String]) -> bool {
        cells.iter().take(HEADERS_TRIED).any(|cell| (self.is_header)(&key::fold(cell)) || propose::is_shipped_header(cell))
    }
}

/// What else to say where no header of a first row is known: it may be data of words alone.
pub fn perhaps_data(row: Row<'_>, known: Known<'_>) -> Option<[String; 2]> {
    let cells = row.cells.texts();
    if cells.len() < 2 || known.has_header(&cells) {
        return None;
    }
    let question = format!(
        "if row {} is data already and the file has no headers, say in the mapping how its columns are called, from the left:",
        row.number
    );
    Some([question, named(&cells)])
}

/// What to do about a first row that looks like data: a value stands in it, and nothing that is known as a header.
pub fn without_headers(row: Row<'_>, said: Said, (known, place): (Known<'_>, Place)) -> Option<Diagnostic> {
    let cells = row.cells.texts();
    let filled = cells.iter().filter(|cell| !key::clean(cell).is_empty()).count();
    let values: Vec<&String> = cells.iter().filter(|cell| shape::is_value(cell) || (known.is_word)(cell)).collect();
    if said.file == File::Text && filled == 1 {
        return by_places(row, (known.is_header, place));
    }
    if values.is_empty() || values.len() * 5 < filled || known.has_header(&cells) {
        return None;
    }
    let shown: Vec<String> = values.iter().take(3).map(|value| format!("`{}`", key::clean(value))).collect();
    let message = format!("row {} looks like data and not like headers: {}", row.number, shown.join(", "));
    let problem = Diagnostic::error("headers-needed", place, message);
    let count = if cells.len() == 1 { "its column".to_owned() } else { format!("all {} of its columns", cells.len()) };
    let problem = match said.header_row {
        Some(said) => {
            problem.help(format!("`header_row = {said}` in the mapping says that it has the headers: correct it, or take it away"))
        }
        None => problem,
    };
    let problem = problem.help(format!("if the file has no headers, say in the mapping how {count} are called, from the left:"));
    let problem = problem.help(named(&cells));
    Some(problem.help("or export it with headers; `stipend map` shows what stands in each column"))
}

/// Names that are written out for a file that has none.
const NAMES_SHOWN: usize = 12;

/// Cells that are compared with everything that is known as a header.
const HEADERS_TRIED: usize = 200;

/// The line to be filled.
fn named(cells: &[String]) -> String {
    let names: Vec<String> = cells.iter().take(NAMES_SHOWN).map(|cell| name_of(cell)).collect();
    format!("headers = [{}{}]", names.join(", "), if cells.len() > NAMES_SHOWN { ", …" } else { "" })
}

/// What stands for a column in a line to be filled; nothing is a name too.
fn name_of(cell: &str) -> String {
    let shown: String = key::clean(cell).chars().filter(|letter| !matches!(letter, '"' | '\\')).take(20).collect();
    if shown.is_empty() { "\"\"".to_owned() } else { format!("\"NAME OF {shown}\"") }
}

/// A line that nothing separates into cells, with gaps as columns at fixed places have them.
fn by_places(row: Row<'_>, (is_known, place): (&dyn Fn(&str) -> bool, Place)) -> Option<Diagnostic> {
    let line = row.cells.first_filled()?.as_written();
    let pieces: Vec<&str> = line.split("  ").map(str::trim).filter(|piece| !piece.is_empty()).collect();
    let words: Vec<&str> = line.split_whitespace().collect();
    let has_header =
        pieces.iter().chain(&words).take(HEADERS_TRIED).any(|piece| is_known(&key::fold(piece)) || propose::is_shipped_header(piece));
    let has_value = words.iter().any(|word| shape::is_value(word));
    let has_sign = [';', '|', '\t'].into_iter().any(|sign| line.contains(sign));
    if words.len() < 2 || has_sign || !has_header && !has_value || pieces.len() < 2 && !has_value {
        return None;
    }
    let length = line.chars().count();
    let message = format!("row {} is one cell of {length} characters, as in a file whose columns have fixed places", row.number);
    let problem = Diagnostic::error("widths-needed", place, message);
    let problem = problem.help("if no sign separates its columns, say in the mapping how many characters each has, from the left:");
    let names = if has_header { "" } else { "     and headers = [\"NAME\", \"NAME\", ...]" };
    let problem = problem.help(format!("widths = [9, 20, 10]{names}"));
    Some(problem.help("`stipend map` proposes them; better is an export with a sign between the cells"))
}
