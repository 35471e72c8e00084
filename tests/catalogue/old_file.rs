//! A small `.xls` written record by record into a container of 512-byte sectors, because nothing here writes one.

use super::dress::Dress;
use super::forms::{Cell, Grid, error_code};

const SECTOR: usize = 512;
const END: u32 = 0xffff_fffe;
const FREE: u32 = 0xffff_ffff;

/// A workbook of old form.
pub fn xls(grid: &Grid, dress: &Dress) -> Vec<u8> {
    let begin = |kind: u16| record(0x0809, &[&0x0600u16.to_le_bytes()[..], &kind.to_le_bytes(), &[0; 12]].concat());
    let own = [("Sheet1".to_owned(), false)];
    let names: Vec<&(String, bool)> = own.iter().chain(&dress.sheets).collect();
    let bundle = |at: u32, (name, hidden): &(String, bool)| {
        record(0x0085, &[&at.to_le_bytes()[..], &[u8::from(*hidden), 0, name.len() as u8, 0], name.as_bytes()].concat())
    };
    let password = if dress.has_password { record(0x002f, &[0; 6]) } else { Vec::new() };
    let days = if dress.from_1904 { record(0x0022, &[1, 0]) } else { Vec::new() };
    let sheet = [begin(0x0010), sheet(grid, dress)].concat();
    let globals = |start: u32| {
        let listed = (0u32..).zip(&names).flat_map(|(place, name)| bundle(start + place * sheet.len() as u32, name));
        [begin(0x0005), password.clone(), days.clone(), styles(), listed.collect(), record(0x000a, &[])].concat()
    };
    let start = globals(0).len() as u32;
    contained([globals(start), sheet.repeat(names.len())].concat())
}

/// Numbers, dates (format 14) and lengths of time (format 46).
fn styles() -> Vec<u8> {
    [0u16, 14, 46].into_iter().flat_map(|format| record(0x00e0, &[&[0, 0][..], &format.to_le_bytes(), &[0; 16]].concat())).collect()
}

fn sheet(grid: &Grid, dress: &Dress) -> Vec<u8> {
    let (rows, columns) = (grid.len() as u32, grid.iter().map(Vec::len).max().unwrap_or(0) as u16);
    let mut sheet = record(0x0200, &[&[0u8; 4][..], &rows.to_le_bytes(), &[0, 0], &columns.to_le_bytes(), &[0, 0]].concat());
    for row in dress.hidden_from_0() {
        sheet.extend(record(0x0208, &[&(row as u16).to_le_bytes()[..], &[0; 10], &[0x20, 0], &[0; 2]].concat()));
    }
    let hidden = dress.hidden_columns_from_0().into_iter().map(|column| (column, 2304u16, 1));
    for (column, width, flags) in hidden.chain(dress.narrow_columns_from_0().into_iter().map(|column| (column, 0, 0))) {
        let column = (column as u16).to_le_bytes();
        sheet.extend(record(0x007d, &[&column[..], &column, &width.to_le_bytes(), &[0; 2], &[flags, 0], &[0; 2]].concat()));
    }
    for (number, row) in (0u16..).zip(grid) {
        for (column, cell) in (0u16..).zip(row) {
            let at = [&number.to_le_bytes()[..], &column.to_le_bytes(), &[0, 0]].concat();
            let cell = match cell {
                Cell::Text(text) => {
                    let units: Vec<u16> = text.encode_utf16().collect();
                    let bytes: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
                    record(0x0204, &[&at[..], &(units.len() as u16).to_le_bytes(), &[1], &bytes].concat())
                }
                Cell::Number(number) => record(0x0203, &[at, number.to_le_bytes().to_vec()].concat()),
                Cell::Serial(number) => record(0x0203, &[&at[..4], &[1, 0], &number.to_le_bytes()].concat()),
                Cell::Time(number) => record(0x0203, &[&at[..4], &[2, 0], &number.to_le_bytes()].concat()),
                Cell::YesNo(yes) => record(0x0205, &[at, vec![u8::from(*yes), 0]].concat()),
                Cell::Error(text) => record(0x0205, &[at, vec![error_code(text), 1]].concat()),
                _ => Vec::new(),
            };
            let times = if dress.has_twice && (number, column) == (1, 1) { 2 } else { 1 };
            sheet.extend(cell.repeat(times));
        }
    }
    if dress.is_filtered {
        sheet.extend(record(0x009b, &[]));
    }
    let merged = dress.merged_from_0();
    if !merged.is_empty() {
        let areas = merged.iter().flat_map(|(first, last)| [*first as u16, *last as u16, 1, 1].map(u16::to_le_bytes).concat());
        sheet.extend(record(0x00e5, &[&(merged.len() as u16).to_le_bytes()[..], &areas.collect::<Vec<u8>>()].concat()));
    }
    sheet.extend(record(0x000a, &[]));
    sheet
}

fn record(kind: u16, bytes: &[u8]) -> Vec<u8> {
    [&kind.to_le_bytes()[..], &(bytes.len() as u16).to_le_bytes(), bytes].concat()
}

/// The stream `Workbook` in a container: the table in the first sectors, then the directory, then the stream.
fn contained(mut stream: Vec<u8>) -> Vec<u8> {
    stream.resize(stream.len().max(4096).next_multiple_of(SECTOR), 0);
    let sectors = (stream.len() / SECTOR) as u32;
    let tables = (1..).find(|tables| tables + 1 + sectors <= tables * 128).expect("the table grows faster");
    assert!(tables <= 109, "the header lists no more");
    let begin = tables + 1;
    let mut table = vec![0xffff_fffd; tables as usize];
    table.push(END);
    table.extend((0..sectors).map(|index| if index + 1 == sectors { END } else { begin + index + 1 }));
    table.resize(tables as usize * 128, FREE);
    let mut file = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    file.resize(24, 0);
    for half in [0x003eu16, 3, 0xfffe, 9, 6] {
        file.extend(half.to_le_bytes());
    }
    file.resize(40, 0);
    for word in [0, tables, tables, 0, 4096, END, 0, END, 0] {
        file.extend(word.to_le_bytes());
    }
    file.extend((0..tables).flat_map(u32::to_le_bytes));
    file.resize(SECTOR, 0xff);
    file.extend(table.iter().flat_map(|word| word.to_le_bytes()));
    file.extend(entry("Root Entry", (5, 1), (END, 0)));
    file.extend(entry("Workbook", (2, FREE), (begin, stream.len() as u32)));
    file.resize((tables as usize + 2) * SECTOR, 0);
    file.extend(stream);
    file
}

fn entry(name: &str, (kind, child): (u8, u32), (start, length): (u32, u32)) -> Vec<u8> {
    let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    entry.resize(64, 0);
    entry.extend(((name.len() as u16 + 1) * 2).to_le_bytes());
    entry.extend([kind, 1]);
    for word in [FREE, FREE, child] {
        entry.extend(word.to_le_bytes());
    }
    entry.resize(116, 0);
    entry.extend(start.to_le_bytes());
    entry.extend(length.to_le_bytes());
    entry.resize(128, 0);
    entry
}
