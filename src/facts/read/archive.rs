//! The zip around a workbook: what it holds, and how large it really is before anything else may open it.

use std::io::{Cursor, Read};

use super::of_file;
use super::sniff::Kind;
use crate::diagnostic::Diagnostic;

/// A workbook has some dozens of parts; a million rows need no more.
const ENTRIES_MOST: usize = 2_000;
/// No workbook that Excel opens is larger than this inside.
const INFLATED_MOST: u64 = 2 << 30;
/// Up to this size inside, any ratio is harmless.
const INFLATED_HARMLESS: u64 = 64 << 20;
/// Rows of a real export shrink to a tenth or a thirtieth; a bomb to a thousandth.
const RATIO_MOST: u64 = 60;
/// Texts are kept in memory while the sheet is read.
const TEXTS_MOST: u64 = 512 << 20;

/// The kind of workbook in a zip.
pub fn kind(name: &str, bytes: &[u8]) -> Result<Kind, Box<Diagnostic>> {
    let archive = open(name, bytes)?;
    let has = |part: &str| archive.file_names().any(|file| file.is_ok_and(|file| file.eq_ignore_ascii_case(part)));
    let found = [("xl/workbook.xml", Kind::Xlsx), ("xl/workbook.bin", Kind::Xlsb), ("content.xml", Kind::Ods)];
    if let Some((_, kind)) = found.iter().find(|(part, _)| has(part)) {
        return Ok(*kind);
    }
    let what = if has("word/document.xml") {
        "a Word document"
    } else if has("Index/Document.iwa") {
        "a Numbers or Pages document"
    } else {
        "a zip archive without a workbook"
    };
    let help = "take the spreadsheet out of it, save it as .xlsx or as CSV, and use that file";
    Err(Box::new(Diagnostic::error("not-a-table", of_file(name), format!("this file is {what}, not a table")).help(help)))
}

/// Inflates every part without keeping it and refuses what is larger than a workbook can honestly be.
pub fn measure(name: &str, bytes: &[u8]) -> Result<(), Box<Diagnostic>> {
    let mut archive = open(name, bytes)?;
    let allowed = INFLATED_MOST.min(INFLATED_HARMLESS.max(bytes.len() as u64 * RATIO_MOST));
    let mut inflated = 0u64;
    let mut buffer = vec![0u8; 64 << 10];
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(|error| unreadable(name, &error.to_string()))?;
        let texts = part.name().is_ok_and(|part| part.to_lowercase().contains("sharedstrings"));
        let mut size = 0u64;
        loop {
            let read = part.read(&mut buffer).map_err(|error| unreadable(name, &error.to_string()))?;
            if read == 0 {
                break;
            }
            size += read as u64;
            inflated += read as u64;
            if inflated > allowed || (texts && size > TEXTS_MOST) {
                return Err(Box::new(bomb(name, bytes.len(), inflated)));
            }
        }
    }
    Ok(())
}

fn open<'a>(name: &str, bytes: &'a [u8]) -> Result<zip::ZipArchive<Cursor<&'a [u8]>>, Box<Diagnostic>> {
    let archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| unreadable(name, &error.to_string()))?;
    if archive.len() > ENTRIES_MOST {
        let message = format!("the workbook has {} parts, more than the {ENTRIES_MOST} that are read", archive.len());
        return Err(Box::new(
            Diagnostic::error("workbook-too-large", of_file(name), message).help("save the sheet alone as a new .xlsx or as CSV"),
        ));
    }
    Ok(archive)
}

fn bomb(name: &str, size: usize, inflated: u64) -> Diagnostic {
    let message = format!("the file has {size} bytes, but inside it is larger than {inflated}, far more than a sheet of that size needs");
    Diagnostic::error("workbook-too-large", of_file(name), message).help("save the sheet as CSV and use that file")
}

fn unreadable(name: &str, reason: &str) -> Box<Diagnostic> {
    let message = format!("the workbook is damaged: {}", reason.to_lowercase().trim_end_matches('.'));
    Box::new(
        Diagnostic::error("workbook-unreadable", of_file(name), message)
            .help("export it again, or open it in Excel and save it as a new .xlsx"),
    )
}
