//! Reads a file with the library that reads it best and does nothing with it: `plain read FILE`, and `plain sheet FROM.csv TO.xlsx` makes one.

use std::error::Error;
use std::fs::File;
use std::io::BufReader;

use calamine::{DataRef, Reader, Xlsx};
use rust_xlsxwriter::Workbook;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let words: Vec<&str> = arguments.iter().skip(1).map(String::as_str).collect();
    let cells = match words.as_slice() {
        ["read", path] if path.ends_with(".xlsx") => read_sheet(path)?,
        ["read", path] => read_text(path)?,
        ["sheet", from, to] => make_sheet(from, to)?,
        _ => panic!("plain read FILE, or plain sheet FROM.csv TO.xlsx"),
    };
    println!("{cells} cells");
    Ok(())
}

fn read_text(path: &str) -> Result<usize, Box<dyn Error>> {
    let mut reader = csv::Reader::from_path(path)?;
    let (mut record, mut cells) = (csv::ByteRecord::new(), 0);
    while reader.read_byte_record(&mut record)? {
        cells += record.len();
    }
    Ok(cells)
}

/// Cell by cell, as calamine streams them.
fn read_sheet(path: &str) -> Result<usize, Box<dyn Error>> {
    let mut book: Xlsx<_> = Xlsx::new(BufReader::new(File::open(path)?))?;
    let names = book.sheet_names();
    let mut reader = book.worksheet_cells_reader(&names[0])?;
    let mut cells = 0;
    while let Some(cell) = reader.next_cell()? {
        cells += usize::from(!matches!(cell.get_value(), DataRef::Empty));
    }
    Ok(cells)
}

fn make_sheet(from: &str, to: &str) -> Result<usize, Box<dyn Error>> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(from)?;
    let mut cells = 0;
    for (row, record) in (0u32..).zip(reader.records()) {
        for (column, cell) in (0u16..).zip(&record?) {
            match cell.parse::<u32>() {
                Ok(number) => sheet.write_number(row, column, number)?,
                Err(_) => sheet.write_string(row, column, cell)?,
            };
            cells += 1;
        }
    }
    book.save(to)?;
    Ok(cells)
}
