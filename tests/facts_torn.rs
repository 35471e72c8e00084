//! Workbooks in which a byte is wrong where the reader looks for the next row or cell: refused, because what stands behind it would vanish.

#[path = "facts/binary_book.rs"]
mod binary_book;
#[path = "facts/books.rs"]
mod books;
#[path = "catalogue/dress.rs"]
mod dress;
#[path = "catalogue/forms.rs"]
mod forms;
#[path = "catalogue/old_file.rs"]
mod old_file;
#[path = "facts/support.rs"]
mod support;

use binary_book::{BinaryCell, binary_book};
use dress::Dress;
use forms::{Cell, Grid, file};
use stipend::diagnostic::Diagnostics;
use stipend::facts::{Facts, Input, Mapping, bind};

fn grid() -> Grid {
    let row = |cells: [&str; 5]| cells.map(|cell| Cell::Text(cell.to_owned())).to_vec();
    vec![
        row(["employee", "title", "status", "held_on", "hours"]),
        row(["1042", "Reading", "done", "2024-10-01", "3"]),
        row(["1042", "Writing", "done", "2024-10-02", "2"]),
        row(["1042", "Sums", "done", "2024-10-03", "1"]),
    ]
}

fn read(name: &str, bytes: Vec<u8>) -> Result<Facts, Diagnostics> {
    let policy = support::policy_of(&std::fs::read_to_string("tests/errors/workshops.pay").expect("the policy of the error cases"));
    let mut problems = Diagnostics::new();
    let mapping = Mapping::parse("mapping.toml", "", &mut problems).expect("a mapping");
    let input = |name: &str, record: &str, bytes| Input { name: name.into(), record: Some(record.into()), bytes, ..Input::default() };
    let inputs = vec![input("employees.csv", "employee", b"employee\n1042\n".to_vec()), input(name, "workshop", bytes)];
    bind(&policy, inputs, &mapping, &mut problems).ok_or(problems)
}

/// The first place at which the one stands is changed to the other, which is as long.
fn with(mut bytes: Vec<u8>, one: &[u8], other: &[u8]) -> Vec<u8> {
    assert_eq!(one.len(), other.len());
    let at = memchr::memmem::find(&bytes, one).expect("it stands there");
    bytes[at..at + one.len()].copy_from_slice(other);
    bytes
}

/// The same inside a part of a zip.
fn with_part(whole: &[u8], part: &str, one: &str, other: &str) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(whole)).expect("our own archive");
    let parts: Vec<(String, Vec<u8>)> = (0..archive.len())
        .map(|index| {
            let mut found = archive.by_index(index).expect("our own part");
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut found, &mut bytes).expect("our own part");
            (found.name().expect("our own name").into_owned(), bytes)
        })
        .map(|(name, bytes)| {
            let text = || String::from_utf8(bytes.clone()).expect("text");
            let bytes = if name == part { text().replacen(one, other, 1).into_bytes() } else { bytes };
            (name, bytes)
        })
        .collect();
    books::zipped(parts.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect())
}

#[track_caller]
fn is_refused(name: &str, bytes: Vec<u8>) {
    match read(name, bytes) {
        Ok(facts) => panic!("{} rows of 3 were read", facts.files[1].rows),
        Err(problems) => assert_eq!(support::codes(&problems), ["workbook-unreadable"]),
    }
}

fn sound(form: &str) -> Vec<u8> {
    let bytes = file(form, "workshops", &grid(), &Dress::default()).1;
    let facts = read(&format!("workshops.{form}"), bytes.clone()).unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert_eq!((facts.files[1].rows, facts.rejected.len()), (3, 0));
    bytes
}

const SHEET: &str = "xl/worksheets/sheet1.xml";

#[test]
fn an_attribute_without_its_end_swallows_no_rows() {
    // the text between two quotation marks would be everything up to the next cell that has one
    is_refused("workshops.xlsx", with_part(&sound("xlsx"), SHEET, "preserve\">Reading", "preserve>Reading"));
    is_refused("workshops.xlsx", with_part(&sound("xlsx"), SHEET, "<row r=\"3\">", "<row r=\"3>"));
    is_refused("workshops.xlsm", with_part(&sound("xlsm"), SHEET, "</t></is></c></row>", "</t></is</c></row>"));
}

#[test]
fn a_cell_under_another_name_is_not_left_out() {
    is_refused("workshops.xlsx", with_part(&sound("xlsx"), SHEET, "<c r=\"E2\"", "<d r=\"E2\""));
    is_refused("workshops.ods", with_part(&sound("ods"), "content.xml", "<table:table-row>", "<table:table-low>"));
    is_refused("workshops.ods", with_part(&sound("ods"), "content.xml", "</table:table-cell>", "</table:table-well>"));
}

/// Sound XML, but an attribute that says where or what a cell is has lost its name or its sense.
#[test]
fn damaged_attributes_of_open_sheets_lose_no_cells() {
    let content = |from: &str, to: &str| with_part(&sound("ods"), "content.xml", from, to);
    for (from, to) in [
        ("<table:table-cell office:value-type=\"string\">", "<table:table-cell office:value-tipe=\"string\">"),
        ("<table:table-cell office:value-type=\"string\">", "<table:table-cell office:value-type=\"strong\">"),
        (
            "<table:table-cell office:value-type=\"string\">",
            "<table:table-cell table:number-columns-repeated=\"x\" office:value-type=\"string\">",
        ),
        (
            "<table:table-cell office:value-type=\"string\">",
            "<table:table-cell table:number-columns-repeated=\"0\" office:value-type=\"string\">",
        ),
        ("<table:table-row>", "<table:table-row table:number-rows-repeated=\"1x\">"),
    ] {
        is_refused("workshops.ods", content(from, to));
    }
}

#[test]
fn a_cell_that_the_reader_does_not_see_is_counted() {
    // sound XML, but a cell in a cell
    let cell = "<c r=\"E2\" t=\"inlineStr\"><is><t xml:space=\"preserve\">3</t></is></c>";
    let nested = format!("<c r=\"E2\" t=\"inlineStr\"><is><t xml:space=\"preserve\">3</t>{cell}</is></c>");
    is_refused("workshops.xlsx", with_part(&sound("xlsx"), SHEET, cell, &nested));
}

#[test]
fn what_is_torn_behind_the_last_row_refuses_all_before_it() {
    is_refused("workshops.xlsx", with_part(&sound("xlsx"), SHEET, "</worksheet>", "</worksheep>"));
    is_refused("workshops.xlsx", with_part(&sound("xlsx"), SHEET, "</worksheet>", "<a></worksheet>"));
    // some thousand rows were handed on by then
    let row = |title: usize| ["1042", &format!("W{title}"), "done", "2024-10-01", "3"].map(|cell| Cell::Text(cell.to_owned())).to_vec();
    let long: Grid = grid().into_iter().take(1).chain((0..3_000).map(row)).collect();
    let bytes = file("xlsx", "workshops", &long, &Dress::default()).1;
    assert_eq!(read("workshops.xlsx", bytes.clone()).map(|facts| facts.files[1].rows).ok(), Some(3_000));
    is_refused("workshops.xlsx", with_part(&bytes, SHEET, "</worksheet>", "</worksheep>"));
    is_refused("workshops.xlsx", with_part(&bytes, SHEET, "</sheetData>", ""));
    // the sum of all its bytes is wrong
    let mut other = bytes.clone();
    let entry = memchr::memmem::rfind(&other, SHEET.as_bytes()).expect("the list of parts") - 46;
    other[entry + 16] ^= 1;
    is_refused("workshops.xlsx", other);
    // the file ends before it
    is_refused("workshops.xlsx", bytes[..bytes.len() / 2].to_vec());
}

#[test]
fn a_tag_that_became_text_is_missed() {
    // an element without an end of its own leaves sound XML behind
    let formula = "<c r=\"E2\"><f t=\"shared\" si=\"0\"/></c>";
    let cell = "<c r=\"E2\" t=\"inlineStr\"><is><t xml:space=\"preserve\">3</t></is></c>";
    let with_formula = with_part(&sound("xlsx"), SHEET, cell, formula);
    let facts = read("workshops.xlsx", with_formula.clone()).unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert_eq!(support::rejected(&facts), [(2, vec!["formula-without-value"])]);
    for torn in ["&f", "xf", "&amp;f"] {
        is_refused("workshops.xlsx", with_part(&with_formula, SHEET, "<f", torn));
    }
    is_refused("workshops.xlsx", with_part(&sound("xlsx"), SHEET, cell, "&c r=\"E2\"/>"));
}

#[test]
fn a_sheet_that_is_not_read_is_looked_through() {
    let dress = Dress { sheets: vec![("Archive".to_owned(), true)], ..Dress::default() };
    let bytes = file("xlsx", "workshops", &grid(), &dress).1;
    is_refused("workshops.xlsx", with_part(&bytes, "xl/worksheets/sheet2.xml", "</sheetData>", "</sheetDato>"));
}

#[test]
fn the_records_of_a_binary_sheet_lead_to_its_end() {
    let parts = |change: &dyn Fn(Vec<u8>) -> Vec<u8>| {
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(sound("xlsb"))).expect("our own archive");
        let parts: Vec<(String, Vec<u8>)> = (0..archive.len())
            .map(|index| {
                let mut found = archive.by_index(index).expect("our own part");
                let mut bytes = Vec::new();
                std::io::Read::read_to_end(&mut found, &mut bytes).expect("our own part");
                let name = found.name().expect("our own name").into_owned();
                let bytes = if name.ends_with("sheet1.bin") { change(bytes) } else { bytes };
                (name, bytes)
            })
            .collect();
        books::zipped(parts.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect())
    };
    // the head of a row: its kind, its length, its number
    let head = |row: u8| [0x00, 17, row, 0, 0, 0];
    // far beyond the last row that a sheet has, where the reader stops without a word
    is_refused("workshops.xlsb", parts(&|bytes| with(bytes, &head(2), &[0x00, 17, 2, 0, 0x7f, 0])));
    // a kind that there is not
    is_refused("workshops.xlsb", parts(&|bytes| with(bytes, &head(2), &[0x60, 17, 2, 0, 0, 0])));
    // a length that is too long, so that a cell is taken for a part of the head
    is_refused("workshops.xlsb", parts(&|bytes| with(bytes, &head(2), &[0x00, 18, 2, 0, 0, 0])));
    // the end of the table before its time
    is_refused("workshops.xlsb", parts(&|bytes| [&bytes[..60], &[0x92, 0x01, 0x00], &bytes[60..]].concat()));
}

#[test]
fn cells_that_the_reader_of_binary_sheets_passes_over_are_no_blank_ones() {
    use BinaryCell::{Formatted, FormulaError, Number, Text};
    let header = ["employee", "title", "status", "held_on", "hours"].map(Text).to_vec();
    let row = |title, hours| vec![Number(1042.0), title, Text("done"), Text("2024-10-01"), hours];
    let rows = vec![
        header,
        row(Text("Reading"), Number(3.0)),
        row(Text("Writing"), FormulaError(0x2a)),
        row(Formatted("Sums"), Number(1.0)),
        row(Text("Spelling"), Number(2.0)),
    ];
    let facts = read("workshops.xlsb", binary_book(&rows)).unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert_eq!(facts.files[1].rows, 4);
    assert_eq!(support::rejected(&facts), [(3, vec!["error-cell"]), (4, vec!["error-cell"])]);
    let said = |row: usize| facts.rejected[row].problems[0].message.clone();
    assert!(said(0).contains("#N/A"), "{}", said(0));
    assert!(said(1).contains("formatted text"), "{}", said(1));
}

#[test]
fn the_records_of_an_old_sheet_lead_to_its_end() {
    // a text's kind and length, and its row and column
    let label = |row: u8, column: u8, length: u8| [0x04, 0x02, length, 0, row, 0, column, 0];
    let bytes = sound("xls");
    let length = 9 + 2 * "Writing".len() as u8;
    // the end of the sheet in the middle of it
    is_refused("workshops.xls", with(bytes.clone(), &label(2, 1, length), &[0x0a, 0x00, length, 0, 2, 0, 1, 0]));
    // the begin of a chart, which the reader passes over up to its end
    is_refused("workshops.xls", with(bytes.clone(), &label(2, 1, length), &[0x09, 0x08, length, 0, 2, 0, 1, 0]));
    // a kind that there is not
    is_refused("workshops.xls", with(bytes.clone(), &label(2, 1, length), &[0x04, 0x22, length, 0, 2, 0, 1, 0]));
    // a length behind which no record begins
    is_refused("workshops.xls", with(bytes, &label(2, 1, length), &label(2, 1, length - 1)));
}
