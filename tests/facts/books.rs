//! Workbooks written part by part, so that they can be as wrong as no spreadsheet program would make them.
#![allow(dead_code, reason = "shared by several test programs")]

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;

pub const HEADER: &str =
    r#"<row r="1"><c r="A1" t="inlineStr"><is><t>employee</t></is></c><c r="B1" t="inlineStr"><is><t>base_salary</t></is></c></row>"#;

/// A workbook with one sheet whose rows are given as XML, below the headers `employee` and `base_salary`.
pub fn book(rows: &str) -> Vec<u8> {
    sheets(&[("Sheet1", "", &format!("{HEADER}{rows}"))], "")
}

/// Sheets by name, state (`hidden` or nothing) and rows; `properties` goes into `workbookPr`.
pub fn sheets(sheets: &[(&str, &str, &str)], properties: &str) -> Vec<u8> {
    let mut listed = String::new();
    let mut related = String::new();
    let mut parts = Vec::new();
    for (number, (name, state, rows)) in (1..).zip(sheets) {
        let state = if state.is_empty() { String::new() } else { format!(r#" state="{state}""#) };
        listed += &format!(r#"<sheet name="{name}" sheetId="{number}"{state} r:id="rId{number}"/>"#);
        related += &format!(
            r#"<Relationship Id="rId{number}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet{number}.xml"/>"#
        );
        parts.push((format!("xl/worksheets/sheet{number}.xml"), worksheet(rows)));
    }
    let main = r#"xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships""#;
    parts.push(("xl/workbook.xml".into(), format!("<workbook {main}><workbookPr {properties}/><sheets>{listed}</sheets></workbook>")));
    parts.push(("xl/_rels/workbook.xml.rels".into(), relationships(&related)));
    let office = r#"<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/>"#;
    parts.push(("_rels/.rels".into(), relationships(office)));
    parts.push(("[Content_Types].xml".into(), r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#.into()));
    zipped(parts.iter().map(|(name, text)| (name.as_str(), text.as_bytes().to_vec())).collect())
}

fn worksheet(rows: &str) -> String {
    let (before, rows) = rows.split_once("<!--before-->").unwrap_or(("", rows));
    let (rows, after) = rows.split_once("<!--after-->").unwrap_or((rows, ""));
    format!(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{before}<sheetData>{rows}</sheetData>{after}</worksheet>"#
    )
}

fn relationships(list: &str) -> String {
    format!(r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{list}</Relationships>"#)
}

pub fn zipped(parts: Vec<(&str, Vec<u8>)>) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer.start_file(name, SimpleFileOptions::default()).expect("a part can be begun");
        writer.write_all(&bytes).expect("a part can be written");
    }
    writer.finish().expect("the archive can be finished").into_inner()
}

/// A cell of text.
pub fn text(at: &str, text: &str) -> String {
    format!(r#"<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

/// A cell with a number.
pub fn number(at: &str, number: &str) -> String {
    format!(r#"<c r="{at}"><v>{number}</v></c>"#)
}

/// A row of cells.
pub fn row(number: u32, cells: &[String]) -> String {
    format!(r#"<row r="{number}">{}</row>"#, cells.concat())
}

/// The same workbook, in which style 1 is a date.
pub fn dated(sound: Vec<u8>) -> Vec<u8> {
    let styles = r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="46"/></cellXfs></styleSheet>"#;
    let mut archive = zip::ZipArchive::new(Cursor::new(sound)).expect("our own archive");
    let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).expect("our own part");
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut part, &mut bytes).expect("our own part");
        let relation = r#"<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;
        let name = part.name().expect("our own name").into_owned();
        if name == "xl/_rels/workbook.xml.rels" {
            bytes = String::from_utf8(bytes).expect("text").replace("</Relationships>", relation).into_bytes();
        }
        parts.push((name, bytes));
    }
    parts.push(("xl/styles.xml".to_owned(), styles.into()));
    zipped(parts.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect())
}

/// An `.ods` with these tables.
pub fn open_document(tables: &str) -> Vec<u8> {
    let spaces = r#"xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0""#;
    let content = format!(r#"<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}>{tables}</office:document-content>"#);
    let manifest = r#"<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"></manifest:manifest>"#;
    zipped(vec![
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet".to_vec()),
        ("content.xml", content.into_bytes()),
        ("META-INF/manifest.xml", manifest.into()),
    ])
}
