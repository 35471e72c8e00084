//! One small grid in every form that files come in.
#![allow(dead_code, reason = "shared by several test programs")]

use super::binary_book::{BinaryCell, BinaryExtras, binary_book_with};
use super::books::{self, zipped};
use super::dress::{Dress, encrypted_package};
use stipend::value::Date;

/// A cell before anybody writes it.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Blank,
    Text(String),
    Number(f64),
    /// A number that is shown as a date.
    Serial(f64),
    /// A number that is shown as a length of time.
    Time(f64),
    YesNo(bool),
    Error(String),
    /// A formula without its result.
    NoResult(String),
}

/// `#N/A`, `n:200.5`, `d:45567`, `t:0.5`, `b:TRUE`, `f:A1+1`; anything else is text.
pub fn cell(text: &str) -> Cell {
    match text.split_once(':') {
        _ if text.is_empty() => Cell::Blank,
        _ if text.starts_with('#') => Cell::Error(text.to_owned()),
        Some(("n", number)) => Cell::Number(number.parse().expect("a number")),
        Some(("d", number)) => Cell::Serial(number.parse().expect("a number")),
        Some(("t", number)) => Cell::Time(number.parse().expect("a number")),
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
pub fn file(form: &str, name: &str, grid: &Grid, dress: &Dress) -> (String, Vec<u8>) {
    let ending = match form {
        "utf16" | "cp1252" => "csv",
        other => other,
    };
    let bytes = match form {
        "csv" => text(grid, ',').into_bytes(),
        "tsv" => text(grid, '\t').into_bytes(),
        "utf16" => [vec![0xff, 0xfe], text(grid, '\t').encode_utf16().flat_map(u16::to_le_bytes).collect()].concat(),
        "cp1252" => encoding_rs::WINDOWS_1252.encode(&text(grid, ',')).0.into_owned(),
        "xlsx" | "xlsm" | "xlsb" if dress.has_password => encrypted_package(),
        "xlsx" | "xlsm" => xlsx(grid, dress),
        "xlsb" => xlsb(grid, dress),
        "xls" => super::old_file::xls(grid, dress),
        "ods" => ods(grid, dress),
        other => panic!("there is no form {other}"),
    };
    (format!("{name}.{ending}"), bytes)
}

/// Whether a form can hold every cell of a grid.
pub fn holds(form: &str, grid: &Grid) -> bool {
    let special = |cell: &Cell| matches!(cell, Cell::Serial(_) | Cell::Time(_) | Cell::NoResult(_) | Cell::YesNo(_) | Cell::Number(_));
    let any = |test: &dyn Fn(&Cell) -> bool| grid.iter().flatten().any(test);
    let foreign = |cell: &Cell| matches!(cell, Cell::Text(text) if encoding_rs::WINDOWS_1252.encode(text).2);
    match form {
        "cp1252" if any(&foreign) => false,
        "csv" | "tsv" | "utf16" | "cp1252" => !any(&special),
        "xlsb" => {
            !any(&|cell| matches!(cell, Cell::NoResult(_) | Cell::YesNo(_)))
                && !any(&|cell| matches!(cell, Cell::Error(text) if code(text).is_none()))
        }
        "xls" => !any(&|cell| matches!(cell, Cell::NoResult(_))) && !any(&|cell| matches!(cell, Cell::Error(text) if code(text).is_none())),
        // dates that no calendar has cannot be written
        "ods" => !any(&|cell| matches!(cell, Cell::Serial(days) if !(-100_000.0..1_000_000.0).contains(days))),
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

fn xlsx(grid: &Grid, dress: &Dress) -> Vec<u8> {
    let one = |row: usize, column: usize, cell: &Cell| {
        let at = place(row, column);
        match cell {
            Cell::Blank => String::new(),
            Cell::Text(text) => format!(r#"<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{}</t></is></c>"#, escaped(text)),
            Cell::Number(number) => format!(r#"<c r="{at}"><v>{number}</v></c>"#),
            Cell::Serial(number) => format!(r#"<c r="{at}" s="1"><v>{number}</v></c>"#),
            Cell::Time(number) => format!(r#"<c r="{at}" s="2"><v>{number}</v></c>"#),
            Cell::YesNo(yes) => format!(r#"<c r="{at}" t="b"><v>{}</v></c>"#, u8::from(*yes)),
            Cell::Error(text) => format!(r#"<c r="{at}" t="e"><v>{text}</v></c>"#),
            Cell::NoResult(formula) => format!(r#"<c r="{at}"><f>{formula}</f></c>"#),
        }
    };
    let rows: String = grid
        .iter()
        .enumerate()
        .map(|(row, cells)| {
            let twice = |column: usize| if dress.has_twice && (row, column) == (1, 1) { 2 } else { 1 };
            let cells: String = cells.iter().enumerate().map(|(column, cell)| one(row, column, cell).repeat(twice(column))).collect();
            let hidden = if dress.hidden.contains(&(row as u32 + 1)) { r#" hidden="1""# } else { "" };
            let hidden = if dress.flat.contains(&(row as u32 + 1)) { r#" ht="0" customHeight="1""# } else { hidden };
            format!(r#"<row r="{}"{hidden}>{cells}</row>"#, row + 1)
        })
        .collect();
    let rows = format!("{}{rows}{}", dress.xlsx_columns(), dress.xlsx_tail());
    let others = dress.sheets.iter().map(|(name, hidden)| (name.as_str(), if *hidden { "hidden" } else { "" }, rows.as_str()));
    let sheets: Vec<(&str, &str, &str)> = [("Sheet1", "", rows.as_str())].into_iter().chain(others).collect();
    books::dated(books::sheets(&sheets, if dress.from_1904 { r#"date1904="1""# } else { "" }))
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

fn xlsb(grid: &Grid, dress: &Dress) -> Vec<u8> {
    let one = |cell: &Cell| match cell {
        Cell::Text(text) => BinaryCell::Text(Box::leak(text.clone().into_boxed_str())),
        Cell::Number(number) => BinaryCell::Number(*number),
        Cell::Serial(number) => BinaryCell::Styled(*number, 1),
        Cell::Time(number) => BinaryCell::Styled(*number, 2),
        Cell::Error(text) => BinaryCell::Error(error_code(text)),
        _ => BinaryCell::Text(""),
    };
    let (hidden, merged, columns) = (dress.hidden_from_0(), dress.merged_from_0(), dress.hidden_columns_from_0());
    let narrow = dress.narrow_columns_from_0();
    let extras = BinaryExtras {
        hidden: &hidden,
        hidden_columns: &columns,
        narrow_columns: &narrow,
        is_filtered: dress.is_filtered,
        merged: &merged,
        from_1904: dress.from_1904,
        sheets: &dress.sheets,
        twice: dress.has_twice.then_some((1, 1)),
    };
    binary_book_with(&grid.iter().map(|row| row.iter().map(one).collect()).collect::<Vec<_>>(), extras)
}

/// As an `.ods` writes what other workbooks count in days.
fn iso(days: f64, from_1904: bool) -> String {
    let first = if from_1904 { Date::new(1904, 1, 1) } else { Date::new(1899, 12, 30) }.expect("a date");
    let date = first.plus_days(days.floor() as i32).expect("a date");
    let minutes = (days.fract() * 1440.0).round() as u64;
    if minutes == 0 { date.to_string() } else { format!("{date}T{:02}:{:02}:00", minutes / 60, minutes % 60) }
}

fn ods(grid: &Grid, dress: &Dress) -> Vec<u8> {
    let one = |(column, cell): (usize, &Cell), row: u32| {
        let span = if column == 1 { dress.open_cell(row) } else { String::new() };
        match cell {
            Cell::Text(text) | Cell::Error(text) => {
                format!(r#"<table:table-cell{span} office:value-type="string"><text:p>{}</text:p></table:table-cell>"#, escaped(text))
            }
            Cell::Number(number) => {
                format!(
                    r#"<table:table-cell office:value-type="float" office:value="{number}"><text:p>{number}</text:p></table:table-cell>"#
                )
            }
            Cell::Serial(days) => {
                let date = iso(*days, dress.from_1904);
                format!(
                    r#"<table:table-cell office:value-type="date" office:date-value="{date}"><text:p>{date}</text:p></table:table-cell>"#
                )
            }
            Cell::Time(days) => {
                let minutes = (days * 1440.0).round() as u64;
                let time = format!("PT{:02}H{:02}M00S", minutes / 60, minutes % 60);
                format!(
                    r#"<table:table-cell office:value-type="time" office:time-value="{time}"><text:p>{time}</text:p></table:table-cell>"#
                )
            }
            Cell::YesNo(yes) => format!(
                r#"<table:table-cell office:value-type="boolean" office:boolean-value="{yes}"><text:p>{yes}</text:p></table:table-cell>"#
            ),
            Cell::NoResult(formula) => format!(r#"<table:table-cell table:formula="of:={formula}"/>"#),
            _ => "<table:table-cell/>".to_owned(),
        }
    };
    let row = |(number, row): (u32, &Vec<Cell>)| {
        let cells: String = row.iter().enumerate().map(|cell| one(cell, number)).collect();
        let row = format!("<table:table-row{}>{cells}</table:table-row>", dress.open_row(number));
        match dress.folded.contains(&number) {
            true => format!(r#"<table:table-row-group table:display="false">{row}</table:table-row-group>"#),
            false => row,
        }
    };
    let rows: String = (1..).zip(grid).map(row).collect();
    let rows = format!("{}{rows}", dress.open_columns());
    let own = [("Sheet1".to_owned(), false)];
    let tables = own.iter().chain(&dress.sheets).map(|(name, hidden)| {
        let style = if *hidden { "away" } else { "here" };
        format!(r#"<table:table table:name="{name}" table:style-name="{style}">{rows}</table:table>"#)
    });
    let tables: String = tables.collect();
    let styles = r#"<office:automatic-styles><style:style style:name="here"><style:table-properties table:display="true"/></style:style><style:style style:name="away"><style:table-properties table:display="false"/></style:style><style:style style:name="narrow" style:family="table-column"><style:table-column-properties style:column-width="0in"/></style:style><style:style style:name="wide" style:family="table-column"><style:table-column-properties style:column-width="0.8in"/></style:style><style:style style:name="flat" style:family="table-row"><style:table-row-properties style:row-height="0.00cm"/></style:style></office:automatic-styles>"#;
    let days = if dress.from_1904 {
        r#"<table:calculation-settings><table:null-date table:date-value="1904-01-01"/></table:calculation-settings>"#
    } else {
        ""
    };
    let body = format!("{styles}<office:body><office:spreadsheet>{days}{tables}</office:spreadsheet></office:body>");
    if dress.has_password {
        let manifest = r#"<manifest:manifest><manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry></manifest:manifest>"#;
        let kind = b"application/vnd.oasis.opendocument.spreadsheet".to_vec();
        return zipped(vec![("mimetype", kind), ("content.xml", vec![0x17, 0x3c, 0x99]), ("META-INF/manifest.xml", manifest.into())]);
    }
    books::open_document(&body)
}
