//! What the tags of a sheet of an `.xlsx` say: of its columns, its rows and its cells.

use super::pieces::{Fault, Tag};
use crate::facts::read::book::notes::SheetNotes;

/// A tag of a sheet of an `.xlsx` that is neither a row nor a cell.
pub fn note_tag(tag: Tag<'_>, notes: &mut SheetNotes) -> Result<(), Fault> {
    match tag.name {
        b"col" => {
            let (mut first, mut last, mut is_hidden) = (None, None, false);
            let bound = |column: &[u8]| std::str::from_utf8(column).ok()?.parse::<u32>().ok()?.checked_sub(1);
            for attribute in tag.each() {
                match attribute? {
                    (b"min", column) => first = bound(column),
                    (b"max", column) => last = bound(column),
                    (b"hidden", hidden) => is_hidden |= matches!(hidden, b"1" | b"true"),
                    (b"width", size) => is_hidden |= is_nothing(size),
                    _ => {}
                }
            }
            if let (true, Some(first), Some(last)) = (is_hidden, first, last) {
                notes.hide_columns(first, last);
            }
        }
        b"filterColumn" => notes.is_filtered = true,
        b"mergeCell" => {
            let area = tag.value("ref")?.and_then(|area| std::str::from_utf8(area).ok());
            if let Some((first, last)) = area.and_then(rows_of) {
                notes.merge(first, last);
            }
        }
        _ => {}
    }
    Ok(())
}

/// Whether a height or a width is none at all, which looks like a row or a column that is hidden.
fn is_nothing(size: &[u8]) -> bool {
    !size.is_empty() && size.iter().all(|digit| matches!(digit, b'0' | b'.'))
}

/// The number of a row, from 0; one that does not say it follows the one before.
pub fn begin_row(tag: Tag<'_>, next: u32, notes: &mut SheetNotes) -> Result<u32, Fault> {
    let (mut row, mut is_hidden) = (next, false);
    for attribute in tag.each() {
        match attribute? {
            (b"r", place) => row = of_cell(place)?.0,
            (b"hidden", hidden) => is_hidden |= matches!(hidden, b"1" | b"true"),
            (b"ht", size) => is_hidden |= is_nothing(size),
            _ => {}
        }
    }
    if is_hidden {
        notes.hide(row, row);
    }
    Ok(row)
}

/// Whether a formula is only named, and written in another cell.
pub fn is_of_others(tag: Tag<'_>) -> Result<bool, Fault> {
    if tag.value("t")? != Some(b"shared") {
        return Ok(false);
    }
    let number = tag.value("si")?.filter(|number| !number.is_empty() && number.iter().all(u8::is_ascii_digit));
    if number.is_none() {
        return Err(Fault::Damaged("a formula of several cells has no number".to_owned()));
    }
    Ok(tag.value("ref")?.is_none())
}

/// The begin of a cell: where it stands (from 0), how it is shown, and what it says it holds.
#[derive(Clone, Copy)]
pub struct Head {
    pub row: u32,
    pub column: u32,
    pub style: Option<usize>,
    pub kind: CellType,
}

impl Head {
    /// A cell that does not say its place stands at the next one.
    pub fn of(tag: Tag<'_>, next: (u32, u32)) -> Result<Head, Fault> {
        let (mut place, mut style, mut kind) = (None, None, None);
        for attribute in tag.each() {
            let is_again = match attribute? {
                (b"r", value) => place.replace(place_of(value)?).is_some(),
                (b"s", value) => style.replace(style_of(value)?).is_some(),
                (b"t", value) => kind.replace(CellType::of(value)?).is_some(),
                _ => false,
            };
            if is_again {
                return Err(Fault::Damaged("a cell says the same thing twice".to_owned()));
            }
        }
        let (row, column) = place.unwrap_or(next);
        Ok(Head { row, column, style, kind: kind.unwrap_or(CellType::Untyped) })
    }
}

fn place_of(place: &[u8]) -> Result<(u32, u32), Fault> {
    let (row, column) = of_cell(place)?;
    Ok((row, column.ok_or_else(|| no_place(place))?))
}

fn style_of(style: &[u8]) -> Result<usize, Fault> {
    let number = std::str::from_utf8(style).ok().and_then(|style| style.parse().ok());
    number.ok_or_else(|| Fault::Damaged("a cell is shown in a way that is no number".to_owned()))
}

/// Row and column of `B7`, from 0; of a row alone (`7`) there is no column.
pub fn of_cell(place: &[u8]) -> Result<(u32, Option<u32>), Fault> {
    let letters = place.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let (letters, digits) = place.split_at(letters);
    let add = |number: u32, base: u32, digit: u8| number.saturating_mul(base).saturating_add(u32::from(digit));
    let column = letters.iter().fold(0, |column, letter| add(column, 26, letter.to_ascii_uppercase() - b'A' + 1));
    let is_number = digits.iter().all(u8::is_ascii_digit);
    let row = digits.iter().fold(0, |row, digit| add(row, 10, digit.wrapping_sub(b'0')));
    let row = row.checked_sub(1).filter(|_| is_number).ok_or_else(|| no_place(place))?;
    Ok((row, column.checked_sub(1)))
}

fn no_place(place: &[u8]) -> Fault {
    let shown: String = String::from_utf8_lossy(place).chars().take(20).collect();
    Fault::Damaged(format!("`{shown}` is no place of a cell"))
}

/// What a cell says its value is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum CellType {
    Untyped,
    Number,
    Shared,
    Text,
    Inline,
    YesNo,
    Error,
    Iso,
}

impl CellType {
    pub fn of(name: &[u8]) -> Result<CellType, Fault> {
        match name {
            b"n" => Ok(CellType::Number),
            b"s" => Ok(CellType::Shared),
            b"str" => Ok(CellType::Text),
            b"inlineStr" | b"is" => Ok(CellType::Inline),
            b"b" => Ok(CellType::YesNo),
            b"e" => Ok(CellType::Error),
            b"d" => Ok(CellType::Iso),
            _ => Err(Fault::Damaged(format!("a cell is of type `{}`, which there is not", shown(&String::from_utf8_lossy(name))))),
        }
    }
}

/// The first of a long text.
pub fn shown(text: &str) -> String {
    text.chars().take(40).collect()
}

/// The first and the last row of `A2:B7`, from 0.
fn rows_of(area: &str) -> Option<(u32, u32)> {
    let row = |cell: &str| {
        cell.trim_start_matches(|letter: char| letter == '$' || letter.is_ascii_alphabetic()).parse::<u32>().ok()?.checked_sub(1)
    };
    let (first, last) = area.split_once(':').unwrap_or((area, area));
    Some((row(first)?, row(last)?))
}
