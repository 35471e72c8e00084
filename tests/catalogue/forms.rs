//! One small grid in every form that files come in.

use super::binary_book::{BinaryCell, binary_book};
use super::books::{self, zipped};

/// A cell before anybody writes it.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Blank,
    Text(String),
    Number(f64),
    /// A number that is shown as a date.
    Serial(f64),
    YesNo(bool),
    Error(String),
    /// A formula without its result.
    NoResult(String),
}

/// `#N/A`, `n:200.5`, `d:45567`, `b:TRUE`, `f:A1+1`; anything else is text.
pub fn cell(text: &str) -> Cell {
    match text.split_once(':') {
        _ if text.is_empty() => Cell::Blank,
        _ if text.starts_with('#') => Cell::Error(text.to_owned()),
        Some(("n", number)) => Cell::Number(number.parse().expect("a number")),
        Some(("d", number)) => Cell::Serial(number.parse().expect("a number")),
        Some(("b", yes)) => Cell::YesNo(yes == "TRUE"),
        Some(("f", formula)) => Cell::NoResult(formula.to_owned()),
        _ => Cell::Text(text.to_owned()),
    }
}

pub type Grid = Vec<Vec<Cell>>;

/// The forms by name, which is also the ending but for text files.
pub const TEXTS: [&str; 4] = ["csv", "tsv", "utf16", "cp1252"];
pub const BOOKS: [&str; 5] = ["xlsx", "xlsm", "xlsb", "xls", "ods"];

/// The file's name and bytes; `name` has no ending.
pub fn file(form: &str, name: &str, grid: &Grid) -> (String, Vec<u8>) {
    let ending = match form {
        "utf16" | "cp1252" => "csv",
        other => other,
    };
    let bytes = match form {
        "csv" => text(grid, ',').into_bytes(),
        "tsv" => text(grid, '\t').into_bytes(),
        "utf16" => [vec![0xff, 0xfe], text(grid, '\t').encode_utf16().flat_map(u16::to_le_bytes).collect()].concat(),
        "cp1252" => encoding_rs::WINDOWS_1252.encode(&text(grid, ',')).0.into_owned(),
        "xlsx" | "xlsm" => xlsx(grid),
        "xlsb" => xlsb(grid),
        "xls" => super::old_file::xls(grid),
        "ods" => ods(grid),
        other => panic!("there is no form {other}"),
    };
    (format!("{name}.{ending}"), bytes)
}

/// Whether a form can hold every cell of a grid.
pub fn holds(form: &str, grid: &Grid) -> bool {
    let special = |cell: &Cell| matches!(cell, Cell::Serial(_) | Cell::NoResult(_) | Cell::YesNo(_) | Cell::Number(_));
    let any = |test: &dyn Fn(&Cell) -> bool| grid.iter().flatten().any(test);
    let foreign = |cell: &Cell| matches!(cell, Cell::Text(text) if encoding_rs::WINDOWS_1252.encode(text).2);
    match form {
        "cp1252" if any(&foreign) => false,
        "csv" | "tsv" | "utf16" | "cp1252" => !any(&special),
        "xlsb" => {
            !any(&|cell| matches!(cell, Cell::Serial(_) | Cell::NoResult(_) | Cell::YesNo(_)))
                && !any(&|cell| matches!(cell, Cell::Error(text) if code(text).is_none()))
        }
        "xls" => {
            !any(&|cell| matches!(cell, Cell::Serial(_) | Cell::NoResult(_)))
                && !any(&|cell| matches!(cell, Cell::Error(text) if code(text).is_none()))
        }
        "ods" => !any(&|cell| matches!(cell, Cell::Serial(_) | Cell::NoResult(_))),
        _ => true,
    }
}

fn text(grid: &Grid, delimiter: char) -> String {
    let quoted = |cell: &Cell| match cell {
        Cell::Text(text) if text.contains([delimiter, '"', '\n', '\r']) => format!("\"{}\"", text.replace('"', "\"\"")),
        Cell::Text(text) | Cell::Error(text) => text.clone(),
        _ => String::new(),
    };
    let line = |row: &Vec<Cell>| row.iter().map(quoted).collect::<Vec<_>>().join(&delimiter.to_string()) + "\n";
    grid.iter().map(line).collect()
}

fn place(row: usize, column: usize) -> String {
    format!("{}{}", char::from(b'A' + column as u8), row + 1)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn xlsx(grid: &Grid) -> Vec<u8> {
    let one = |row: usize, column: usize, cell: &Cell| {
        let at = place(row, column);
        match cell {
            Cell::Blank => String::new(),
            Cell::Text(text) => format!(r#"<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{}</t></is></c>"#, escaped(text)),
            Cell::Number(number) => format!(r#"<c r="{at}"><v>{number}</v></c>"#),
            Cell::Serial(number) => format!(r#"<c r="{at}" s="1"><v>{number}</v></c>"#),
            Cell::YesNo(yes) => format!(r#"<c r="{at}" t="b"><v>{}</v></c>"#, u8::from(*yes)),
            Cell::Error(text) => format!(r#"<c r="{at}" t="e"><v>{text}</v></c>"#),
            Cell::NoResult(formula) => format!(r#"<c r="{at}"><f>{formula}</f></c>"#),
        }
    };
    let rows: String = grid
        .iter()
        .enumerate()
        .map(|(row, cells)| {
            let cells: String = cells.iter().enumerate().map(|(column, cell)| one(row, column, cell)).collect();
            format!(r#"<row r="{}">{cells}</row>"#, row + 1)
        })
        .collect();
    books::dated_sheet(&rows)
}

fn code(error: &str) -> Option<u8> {
    let codes =
        [("#NULL!", 0x00), ("#DIV/0!", 0x07), ("#VALUE!", 0x0f), ("#REF!", 0x17), ("#NAME?", 0x1d), ("#NUM!", 0x24), ("#N/A", 0x2a)];
    codes.iter().find(|(text, _)| *text == error).map(|(_, code)| *code)
}

/// The code of an error cell in old and binary workbooks.
pub fn error_code(error: &str) -> u8 {
    code(error).expect("an error that workbooks have a code for")
}

fn xlsb(grid: &Grid) -> Vec<u8> {
    let one = |cell: &Cell| match cell {
        Cell::Text(text) => BinaryCell::Text(Box::leak(text.clone().into_boxed_str())),
        Cell::Number(number) => BinaryCell::Number(*number),
        Cell::Error(text) => BinaryCell::Error(error_code(text)),
        _ => BinaryCell::Text(""),
    };
    binary_book(&grid.iter().map(|row| row.iter().map(one).collect()).collect::<Vec<_>>())
}

fn ods(grid: &Grid) -> Vec<u8> {
    let one = |cell: &Cell| match cell {
        Cell::Text(text) | Cell::Error(text) => {
            format!(r#"<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>"#, escaped(text))
        }
        Cell::Number(number) => {
            format!(r#"<table:table-cell office:value-type="float" office:value="{number}"><text:p>{number}</text:p></table:table-cell>"#)
        }
        Cell::YesNo(yes) => format!(
            r#"<table:table-cell office:value-type="boolean" office:boolean-value="{yes}"><text:p>{yes}</text:p></table:table-cell>"#
        ),
        _ => "<table:table-cell/>".to_owned(),
    };
    let rows: String =
        grid.iter().map(|row| format!("<table:table-row>{}</table:table-row>", row.iter().map(one).collect::<String>())).collect();
    let spaces = r#"xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0""#;
    let content = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name="Sheet1">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"#
    );
    let manifest = r#"<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"></manifest:manifest>"#;
    zipped(vec![
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet".to_vec()),
        ("content.xml", content.into_bytes()),
        ("META-INF/manifest.xml", manifest.into()),
    ])
}
