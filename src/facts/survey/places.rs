//! How the columns of a file are called, or where they stand, when its first row is data already.

use super::layout::{Line, Setting, is_word};
use super::read;
use crate::diagnostic::Diagnostic;
use crate::facts::bind::Input;
use crate::facts::mapping::FileRule;
use crate::facts::parse::shape;
use crate::facts::propose::quoted;
use crate::facts::read::{Cells, Flow, Row, RowSink, shown_widths};
use crate::source::column_letters;

/// Rows that show where columns stand.
const LOOK_AT: usize = 200;
/// A sign that no file has between its cells: each line is one cell.
const NO_SIGN: &str = "\u{1}";

/// Columns at fixed places, where every line has blanks at the same ones.
pub fn widths(input: &Input, rule: &FileRule) -> Result<Option<Vec<usize>>, Box<Diagnostic>> {
    let whole = FileRule { delimiter: Some(NO_SIGN.to_owned()), ..rule.clone() };
    let mut lines = Lines(Vec::new());
    read(input, (None, &whole), &mut lines)?;
    let lines: Vec<&str> = lines.0.iter().map(String::as_str).collect();
    Ok(shown_widths(&lines))
}

/// The line of a mapping that says them.
pub fn of_widths(widths: &[usize]) -> Setting {
    let listed: Vec<String> = widths.iter().map(usize::to_string).collect();
    let evidence = "every line has a blank where one of these columns begins; columns that touch are seen as one: look".to_owned();
    Setting { key: "widths", value: format!("[{}]", listed.join(", ")), evidence }
}

/// Whether the first full row is data: it has a value, and no column has a word there and values below.
pub fn begins_with_data(rows: &[Line]) -> bool {
    let Some((first, rest)) = rows.split_first() else { return false };
    let values = first.cells.iter().filter(|cell| shape::is_value(cell)).count();
    let filled = first.cells.iter().filter(|cell| !cell.is_empty()).count();
    let stands_over_values = |column: usize| {
        let below = rest.iter().filter_map(|row| row.cells.get(column)).filter(|cell| !cell.is_empty());
        let (values, all) = below.fold((0, 0), |(values, all), cell| (values + usize::from(shape::is_value(cell)), all + 1));
        all > 0 && values * 10 >= all * 8
    };
    let is_header = |column: usize| {
        let cell = &first.cells[column];
        is_word(cell) && !shape::is_value(cell) && stands_over_values(column)
    };
    values > 0 && values * 5 >= filled && !(0..first.cells.len()).any(is_header)
}

/// Names for columns that have none: their letters, as a spreadsheet shows them.
pub fn letters(input: &Input, with: (Option<&str>, &FileRule)) -> Result<Vec<String>, Box<Diagnostic>> {
    let mut widest = Widest(0);
    read(input, with, &mut widest)?;
    Ok((1..=widest.0 as u32).map(|column| format!("Column {}", column_letters(column))).collect())
}

/// The line of a mapping that says them.
pub fn of_names(names: &[String], first: &Line) -> Setting {
    let listed: Vec<String> = names.iter().map(|name| quoted(name)).collect();
    let shown: Vec<String> = first.cells.iter().filter(|cell| !cell.is_empty()).take(4).map(|cell| format!("`{cell}`")).collect();
    let evidence = format!("row {} looks like data, not like headers: {}; call the columns what you like", first.number, shown.join(", "));
    Setting { key: "headers", value: format!("[{}]", listed.join(", ")), evidence }
}

struct Lines(Vec<String>);

impl RowSink for Lines {
    fn row(&mut self, row: Row<'_>) -> Flow {
        if !row.cells.is_blank() {
            self.0.push(row.cells.texts().concat());
        }
        if self.0.len() >= LOOK_AT { Flow::Stop } else { Flow::GoOn }
    }
}

/// The most cells that a row has, blank ones at its end apart.
struct Widest(usize);

impl RowSink for Widest {
    fn row(&mut self, row: Row<'_>) -> Flow {
        let cells = row.cells;
        match cells {
            Cells::Delimited(fields) if self.0 == 0 && !cells.is_blank() => {
                self.0 = fields.len(); // text: what the first row has, every row has
                return Flow::Stop;
            }
            _ => {}
        }
        let filled = (0..cells.width()).rev().find(|column| !cells.cell(*column).is_blank()).map_or(0, |column| column + 1);
        self.0 = self.0.max(filled);
        Flow::GoOn
    }
}
