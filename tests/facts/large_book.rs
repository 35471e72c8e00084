//! Workbooks of many rows, written row by row so that the sheet is never whole in memory.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A cell: a text that stands in it, or the number of one that is shared.
pub enum LargeCell<'a> {
    Own(&'a str),
    Shared(usize),
}

/// A book with one sheet; `shared` are the texts that cells name by number.
pub fn large_book<'a>(rows: impl Iterator<Item = Vec<LargeCell<'a>>>, shared: &[String]) -> Vec<u8> {
    let mut book = ZipWriter::new(Cursor::new(Vec::new()));
    let relation = |kind: &str, target: &str| {
        format!(r#"<Relationships><Relationship Id="r1" Type="{OFFICE}/{kind}" Target="{target}"/></Relationships>"#)
    };
    part(&mut book, "_rels/.rels", &relation("officeDocument", "xl/workbook.xml"));
    part(&mut book, "xl/_rels/workbook.xml.rels", &relation("worksheet", "worksheets/sheet1.xml"));
    part(&mut book, "xl/workbook.xml", r#"<workbook><sheets><sheet name="Sheet1" sheetId="1" r:id="r1"/></sheets></workbook>"#);
    part(&mut book, "xl/worksheets/sheet1.xml", "<worksheet><sheetData>");
    for (number, cells) in (1..).zip(rows) {
        let cell = |(letter, cell): (char, &LargeCell<'_>)| match cell {
            LargeCell::Own(text) => format!(r#"<c r="{letter}{number}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>"#),
            LargeCell::Shared(text) => format!(r#"<c r="{letter}{number}" t="s"><v>{text}</v></c>"#),
        };
        let cells: String = ('A'..).zip(&cells).map(cell).collect();
        write!(book, r#"<row r="{number}">{cells}</row>"#).expect("a row can be written");
    }
    write!(book, "</sheetData></worksheet>").expect("the end can be written");
    part(&mut book, "xl/sharedStrings.xml", &format!("<sst uniqueCount=\"{}\">", shared.len()));
    shared.iter().for_each(|text| write!(book, "<si><t>{text}</t></si>").expect("a text can be written"));
    write!(book, "</sst>").expect("the end can be written");
    book.finish().expect("the archive can be finished").into_inner()
}

fn part(book: &mut ZipWriter<Cursor<Vec<u8>>>, name: &str, text: &str) {
    book.start_file(name, SimpleFileOptions::default()).expect("a part can be begun");
    book.write_all(text.as_bytes()).expect("a part can be written");
}
