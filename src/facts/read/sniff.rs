//! What a file really is, by its bytes; its name is only believed when both agree.

use super::super::mapping::base_name;
use super::of_file;
use crate::diagnostic::Diagnostic;
use crate::facts::read::book::archive;

/// The kinds of file that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Xlsx,
    Xlsb,
    Xls,
    Ods,
}

const SAVE_AS: &str = "open it in Excel or LibreOffice, save it as .xlsx or as CSV, and use the new file";

/// The kind of a file, or what it is instead and how to get one that can be read.
pub fn kind(name: &str, bytes: &[u8]) -> Result<Kind, Box<Diagnostic>> {
    let kind = by_content(name, bytes)?;
    let extension = base_name(name).rsplit_once('.').map_or(String::new(), |(_, extension)| extension.to_lowercase());
    let claimed_text = matches!(extension.as_str(), "csv" | "tsv" | "txt" | "tab");
    let claimed_book = matches!(extension.as_str(), "xlsx" | "xlsm" | "xlsb" | "xls" | "ods");
    let right = match kind {
        Kind::Text => "csv",
        Kind::Xlsx => "xlsx",
        Kind::Xlsb => "xlsb",
        Kind::Xls => "xls",
        Kind::Ods => "ods",
    };
    let wrong = match kind {
        Kind::Text => claimed_book,
        Kind::Xlsx => claimed_text || matches!(extension.as_str(), "xlsb" | "xls" | "ods"),
        Kind::Xlsb | Kind::Xls | Kind::Ods => claimed_text || (claimed_book && extension != right),
    };
    if wrong {
        let message = format!("this file is called .{extension}, but it is {}", in_words(kind));
        return Err(Box::new(
            Diagnostic::error("wrong-extension", of_file(name), message).help(format!("rename it to end in .{right}, or save it again")),
        ));
    }
    Ok(kind)
}

fn in_words(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "plain text",
        Kind::Xlsx => "an Excel workbook (.xlsx)",
        Kind::Xlsb => "an Excel binary workbook (.xlsb)",
        Kind::Xls => "an old Excel workbook (.xls)",
        Kind::Ods => "an OpenDocument spreadsheet (.ods)",
    }
}

fn by_content(name: &str, bytes: &[u8]) -> Result<Kind, Box<Diagnostic>> {
    if bytes.is_empty() {
        return Err(Box::new(Diagnostic::error("empty-file", of_file(name), "the file is empty").help("export it again")));
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return archive::kind(name, bytes);
    }
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]) {
        if holds_utf16(bytes, "EncryptedPackage") {
            return Err(Box::new(protected(name)));
        }
        if holds_utf16(bytes, "Workbook") || holds_utf16(bytes, "Book") {
            return Ok(Kind::Xls);
        }
        return Err(Box::new(not_a_table(name, "an old Office document without a workbook")));
    }
    match foreign(bytes) {
        Some(what) => Err(Box::new(not_a_table(name, what))),
        None => Ok(Kind::Text),
    }
}

/// The problem of a workbook with a password.
pub fn protected(name: &str) -> Diagnostic {
    Diagnostic::error("password-protected", of_file(name), "the workbook is protected by a password")
        .help("open it in Excel, remove the password (File, Info, Protect Workbook), save it, and use that file")
}

fn not_a_table(name: &str, what: &str) -> Diagnostic {
    Diagnostic::error("not-a-table", of_file(name), format!("this file is {what}, not a table")).help(SAVE_AS)
}

/// Files that come with a spreadsheet's name and are something else.
fn foreign(bytes: &[u8]) -> Option<&'static str> {
    const MAGIC: [(&[u8], &str); 6] = [
        (b"%PDF", "a PDF"),
        (b"\x1f\x8b", "a gzip archive"),
        (b"{\\rtf", "an RTF document"),
        (b"\x89PNG", "a picture"),
        (b"\xff\xd8\xff", "a picture"),
        (b"7z\xbc\xaf", "a 7-Zip archive"),
    ];
    if let Some((_, what)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Some(what);
    }
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let start: String = start.iter().take(4096).filter(|byte| **byte != 0).map(|byte| char::from(*byte).to_ascii_lowercase()).collect();
    let start = start.trim_start_matches(['\u{ff}', '\u{fe}']).trim_start();
    if start.starts_with("<?xml") && start.contains("urn:schemas-microsoft-com:office:spreadsheet") {
        return Some("an XML Spreadsheet 2003");
    }
    let html = ["<!doctype html", "<html", "<table", "<head", "<body", "<meta", "<style", "<div"];
    if html.iter().any(|tag| start.starts_with(tag)) || (start.starts_with("<?xml") && start.contains("<html")) {
        return Some("a web page (HTML)");
    }
    if start.starts_with("<?xml") {
        return Some("an XML file");
    }
    (start.starts_with('{') || start.starts_with("[{")).then_some("JSON")
}

/// Whether the bytes hold a text in UTF-16, as old Office files name their parts.
fn holds_utf16(bytes: &[u8], text: &str) -> bool {
    let wanted: Vec<u8> = text.bytes().flat_map(|byte| [byte, 0]).collect();
    bytes.windows(wanted.len()).any(|window| window == wanted)
}
