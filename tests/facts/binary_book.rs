//! A small `.xlsb` written record by record, because nothing here writes one.

#![allow(dead_code, reason = "shared by several test programs")]

use super::books::zipped;

/// One cell of a row.
#[derive(Clone)]
pub enum BinaryCell {
    Text(&'static str),
    Number(f64),
    /// A number in a style: 1 is shown as a date, 2 as a length of time.
    Styled(f64, u32),
    /// The code of an error: 0x2A is `#N/A`.
    Error(u8),
    /// The same as the result of a formula.
    FormulaError(u8),
    /// Text that is formatted inside the cell, as some programs write it.
    Formatted(&'static str),
}

/// What a binary workbook has beside its cells.
#[derive(Clone, Copy, Default)]
pub struct BinaryExtras<'a> {
    /// Rows that are hidden, from 0.
    pub hidden: &'a [u32],
    /// Columns that are hidden, from 0.
    pub hidden_columns: &'a [u32],
    /// Columns without width, from 0.
    pub narrow_columns: &'a [u32],
    pub is_filtered: bool,
    /// The first and the last row of merged areas, from 0.
    pub merged: &'a [(u32, u32)],
    pub from_1904: bool,
    /// Further sheets with the same rows, and whether each is hidden.
    pub sheets: &'a [(String, bool)],
    /// A cell that is written twice: row and column.
    pub twice: Option<(u32, u32)>,
}

/// A workbook with one sheet; rows and cells from the top left corner.
pub fn binary_book(rows: &[Vec<BinaryCell>]) -> Vec<u8> {
    binary_book_with(rows, BinaryExtras::default())
}

pub fn binary_book_with(rows: &[Vec<BinaryCell>], extras: BinaryExtras<'_>) -> Vec<u8> {
    let own = [("Staff".to_owned(), false)];
    let (mut listed, mut related) = (Vec::new(), String::new());
    let mut parts = Vec::new();
    for (number, (name, hidden)) in (1u32..).zip(own.iter().chain(extras.sheets)) {
        let state = u32::from(*hidden).to_le_bytes();
        listed.extend(record(0x9c, &[&state[..], &number.to_le_bytes(), &wide(&format!("rId{number}")), &wide(name)].concat()));
        related += &format!(r#"<Relationship Id="rId{number}" Target="worksheets/sheet{number}.bin"/>"#);
        parts.push((format!("xl/worksheets/sheet{number}.bin"), sheet(rows, extras)));
    }
    let mut properties = [0; 8];
    properties[0] = u8::from(extras.from_1904);
    parts.push(("xl/workbook.bin".to_owned(), [record(0x99, &properties), listed, record(0x90, &[]), record(0x9d, &[])].concat()));
    parts.push(("xl/_rels/workbook.bin.rels".to_owned(), format!("<Relationships>{related}</Relationships>").into_bytes()));
    parts.push(("xl/styles.bin".to_owned(), styles()));
    parts.push(("[Content_Types].xml".to_owned(), b"<Types/>".to_vec()));
    zipped(parts.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect())
}

/// Numbers, dates (format 14) and lengths of time (format 46).
fn styles() -> Vec<u8> {
    let one = |format: u16| record(0x2f, &[&[0, 0][..], &format.to_le_bytes(), &[0; 12]].concat());
    [record(0x269, &3u32.to_le_bytes()), one(0), one(14), one(46), record(0x26a, &[])].concat()
}

fn sheet(rows: &[Vec<BinaryCell>], extras: BinaryExtras<'_>) -> Vec<u8> {
    let mut sheet = record(0x81, &[]);
    sheet.extend(record(0x94, &[0; 16]));
    let hidden = extras.hidden_columns.iter().map(|column| (column, 2304u32, 1));
    for (column, width, flags) in hidden.chain(extras.narrow_columns.iter().map(|column| (column, 0, 0))) {
        let run = [column.to_le_bytes(), column.to_le_bytes(), width.to_le_bytes(), [0; 4]].concat();
        sheet.extend(record(0x3c, &[&run[..], &[flags, 0]].concat()));
    }
    sheet.extend(record(0x91, &[]));
    for (number, row) in (0u32..).zip(rows) {
        let mut head = [&number.to_le_bytes()[..], &[0; 13]].concat();
        head[11] = if extras.hidden.contains(&number) { 0x10 } else { 0 };
        sheet.extend(record(0x00, &head));
        for (column, cell) in (0u32..).zip(row) {
            let place = [&column.to_le_bytes()[..], &[0; 4]].concat();
            let cell = match cell {
                BinaryCell::Text(text) => record(0x06, &[place, wide(text)].concat()),
                BinaryCell::Number(number) => record(0x05, &[place, number.to_le_bytes().to_vec()].concat()),
                BinaryCell::Styled(number, style) => {
                    let place = [column.to_le_bytes(), style.to_le_bytes()].concat();
                    record(0x05, &[place, number.to_le_bytes().to_vec()].concat())
                }
                BinaryCell::Error(code) => record(0x03, &[place, vec![*code]].concat()),
                BinaryCell::FormulaError(code) => record(0x0b, &[place, vec![*code], vec![0; 6]].concat()),
                BinaryCell::Formatted(text) => record(0x3e, &[place, vec![0], wide(text)].concat()),
            };
            let times = if extras.twice == Some((number, column)) { 2 } else { 1 };
            sheet.extend(cell.repeat(times));
        }
    }
    sheet.extend(record(0x92, &[]));
    if extras.is_filtered {
        sheet.extend(record(0xa1, &[0; 16]));
        sheet.extend(record(0xa3, &[0; 6]));
    }
    for (first, last) in extras.merged {
        sheet.extend(record(0xb0, &[first.to_le_bytes(), last.to_le_bytes(), [0; 4], [0; 4]].concat()));
    }
    sheet.extend(record(0x82, &[]));
    sheet
}

fn record(kind: u16, bytes: &[u8]) -> Vec<u8> {
    let mut record = if kind < 0x80 { vec![kind as u8] } else { vec![(kind & 0x7f) as u8 | 0x80, (kind >> 7) as u8] };
    let mut length = bytes.len();
    while length >= 0x80 {
        record.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    record.push(length as u8);
    record.extend(bytes);
    record
}

fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    [&(text.chars().count() as u32).to_le_bytes()[..], &units].concat()
}
