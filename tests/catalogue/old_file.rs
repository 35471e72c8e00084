//! A small `.xls` written record by record into a container of 512-byte sectors, because nothing here writes one.

use super::forms::{Cell, Grid, error_code};

const SECTOR: usize = 512;
const END: u32 = 0xffff_fffe;
const FREE: u32 = 0xffff_ffff;

/// One sheet of one workbook.
pub fn xls(grid: &Grid) -> Vec<u8> {
    let begin = |kind: u16| record(0x0809, &[&0x0600u16.to_le_bytes()[..], &kind.to_le_bytes(), &[0; 12]].concat());
    let sheet_name = [&[6u8, 0][..], b"Sheet1"].concat();
    let bundle = |at: u32| record(0x0085, &[&at.to_le_bytes()[..], &[0, 0], &sheet_name].concat());
    let globals = |at: u32| [begin(0x0005), bundle(at), record(0x000a, &[])].concat();
    let mut book = globals(globals(0).len() as u32);
    let (rows, columns) = (grid.len() as u32, grid.iter().map(Vec::len).max().unwrap_or(0) as u16);
    book.extend(begin(0x0010));
    book.extend(record(0x0200, &[&[0u8; 4][..], &rows.to_le_bytes(), &[0, 0], &columns.to_le_bytes(), &[0, 0]].concat()));
    for (number, row) in (0u16..).zip(grid) {
        for (column, cell) in (0u16..).zip(row) {
            let at = [&number.to_le_bytes()[..], &column.to_le_bytes(), &[0, 0]].concat();
            book.extend(match cell {
                Cell::Text(text) => {
                    let units: Vec<u16> = text.encode_utf16().collect();
                    let bytes: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
                    record(0x0204, &[&at[..], &(units.len() as u16).to_le_bytes(), &[1], &bytes].concat())
                }
                Cell::Number(number) => record(0x0203, &[at, number.to_le_bytes().to_vec()].concat()),
                Cell::YesNo(yes) => record(0x0205, &[at, vec![u8::from(*yes), 0]].concat()),
                Cell::Error(text) => record(0x0205, &[at, vec![error_code(text), 1]].concat()),
                _ => Vec::new(),
            });
        }
    }
    book.extend(record(0x000a, &[]));
    contained(book)
}

fn record(kind: u16, bytes: &[u8]) -> Vec<u8> {
    [&kind.to_le_bytes()[..], &(bytes.len() as u16).to_le_bytes(), bytes].concat()
}

/// The stream `Workbook` in a container: the table in sector 0, the directory in sector 1, the stream behind.
fn contained(mut stream: Vec<u8>) -> Vec<u8> {
    stream.resize(stream.len().max(4096).next_multiple_of(SECTOR), 0);
    let sectors = stream.len() / SECTOR;
    assert!(sectors + 2 <= 128, "one sector of table is enough");
    let mut table = vec![0xffff_fffd, END];
    table.extend((0..sectors as u32).map(|index| if index + 1 == sectors as u32 { END } else { index + 3 }));
    table.resize(128, FREE);
    let mut file = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    file.resize(24, 0);
    for half in [0x003eu16, 3, 0xfffe, 9, 6] {
        file.extend(half.to_le_bytes());
    }
    file.resize(40, 0);
    for word in [0u32, 1, 1, 0, 4096, END, 0, END, 0, 0] {
        file.extend(word.to_le_bytes());
    }
    file.resize(SECTOR, 0xff);
    file.extend(table.iter().flat_map(|word| word.to_le_bytes()));
    file.extend(entry("Root Entry", (5, 1), (END, 0)));
    file.extend(entry("Workbook", (2, FREE), (2, stream.len() as u32)));
    file.resize(3 * SECTOR, 0);
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
