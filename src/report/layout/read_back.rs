//! A written file read again, by the reader of data files and not by what wrote it, and compared line by line and in sum.

use super::amount;
use super::render::PayrollFile;
use super::written::{Encoding, FileLayout, Form, Header};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::facts;
use crate::source::{Cell, Place};
use crate::value::Number;

/// Whether the bytes that stand in the file are the lines that were computed.
pub fn expect_same(file: &PayrollFile, found: &[u8]) -> Result<(), Diagnostic> {
    let Some(layout) = &file.layout else { return if found == file.bytes { Ok(()) } else { Err(differs(file)) } };
    let cells = read(layout, file, found).ok_or_else(|| differs(file))?;
    let same_sum = total(layout, &cells).is_none_or(|total| Some(total) == file.total());
    if cells == file.cells && same_sum { Ok(()) } else { Err(differs(file)) }
}

fn differs(file: &PayrollFile) -> Diagnostic {
    let place = Place::Cell(Cell::of_file(&file.name));
    Diagnostic::error("output-differs", place, "what stands in the written file is not what was computed")
        .help("nothing was kept of it; check the disk and write it again")
}

fn read(layout: &FileLayout, file: &PayrollFile, found: &[u8]) -> Option<Vec<Vec<String>>> {
    let encoding = match layout.encoding {
        Encoding::Windows1252 => "windows-1252",
        Encoding::Utf8 | Encoding::Ascii => "utf-8",
    };
    match layout.form {
        Form::Delimited => {
            let rule = facts::mapping::FileRule {
                delimiter: Some(if layout.delimiter == "tab" { "tab".into() } else { layout.delimiter.clone() }),
                encoding: Some(encoding.into()),
                ..facts::mapping::FileRule::default()
            };
            facts::grid((&file.name, found), None, Some(&rule), &mut Diagnostics::new())
        }
        Form::FixedWidth => {
            let text = encoding_rs::Encoding::for_label(encoding.as_bytes())?.decode_without_bom_handling(found).0;
            text.lines()
                .zip(&file.cells)
                .map(|(line, wanted)| cut(line, wanted))
                .collect::<Option<Vec<_>>>()
                .filter(|cells| cells.len() == file.cells.len() && text.lines().count() == cells.len())
        }
    }
}

/// A line cut where the columns end.
fn cut(line: &str, wanted: &[String]) -> Option<Vec<String>> {
    let characters: Vec<char> = line.chars().collect();
    let mut cells = Vec::new();
    let mut start = 0;
    for width in wanted.iter().map(|cell| cell.chars().count()) {
        cells.push(characters.get(start..start + width)?.iter().collect());
        start += width;
    }
    (start == characters.len()).then_some(cells)
}

/// The sum of the column with the amounts, as the payroll system would add it up; None where there is no such column.
fn total(layout: &FileLayout, cells: &[Vec<String>]) -> Option<Number> {
    let at = layout.column.iter().position(|column| column.value == "{amount}")?;
    let header = usize::from(layout.header == Header::Yes && layout.form == Form::Delimited);
    let above = header + usize::from(!layout.first.is_empty());
    let lines = cells.len().checked_sub(above + usize::from(!layout.last.is_empty()))?;
    let form = &layout.column.get(at)?.amount;
    // an amount that cannot be read is a sum that cannot be right
    let mut amounts = cells.iter().skip(above).take(lines).map(|row| row.get(at).and_then(|cell| amount::read(cell, form)));
    amounts.try_fold(Number::ZERO, |sum, amount| amount.and_then(|amount| sum.plus(amount).ok())).or(Some(Number::from_integer(i64::MIN)))
}
