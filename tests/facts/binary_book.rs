//! A small `.xlsb` written record by record, because nothing here writes one.

use super::books::zipped;

/// One cell of a row.
pub enum BinaryCell {
    Text(&'static str),
    Number(f64),
    /// The code of an error: 0x2A is `#N/A`.
    Error(u8),
}

/// A workbook with one sheet; rows and cells from the top left corner.
pub fn binary_book(rows: &[Vec<BinaryCell>]) -> Vec<u8> {
    let mut sheet = record(0x81, &[]);
    sheet.extend(record(0x94, &[0; 16]));
    sheet.extend(record(0x91, &[]));
    for (number, row) in (0u32..).zip(rows) {
        sheet.extend(record(0x00, &[&number.to_le_bytes()[..], &[0; 13]].concat()));
        for (column, cell) in (0u32..).zip(row) {
            let place = [&column.to_le_bytes()[..], &[0; 4]].concat();
            sheet.extend(match cell {
                BinaryCell::Text(text) => record(0x06, &[place, wide(text)].concat()),
                BinaryCell::Number(number) => record(0x05, &[place, number.to_le_bytes().to_vec()].concat()),
                BinaryCell::Error(code) => record(0x03, &[place, vec![*code]].concat()),
            });
        }
    }
    sheet.extend(record(0x92, &[]));
    let bundle = [&[0; 4][..], &1u32.to_le_bytes(), &wide("rId1"), &wide("Staff")].concat();
    let book = [record(0x99, &[0; 8]), record(0x9c, &bundle), record(0x90, &[]), record(0x9d, &[])].concat();
    let relation = r#"<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.bin"/></Relationships>"#;
    let parts = vec![
        ("xl/workbook.bin", book),
        ("xl/_rels/workbook.bin.rels", relation.into()),
        ("xl/worksheets/sheet1.bin", sheet),
        ("[Content_Types].xml", b"<Types/>".to_vec()),
    ];
    zipped(parts)
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
