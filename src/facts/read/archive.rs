//! The zip around a workbook: what it holds, and how large it really is before anything else may open it.

use std::io::{Cursor, Read};

use super::of_file;
use super::sniff::Kind;
use super::tags::{self, OpenArea, Tags};
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

/// Inflates every part without keeping it and refuses what is larger than a workbook can honestly be,
/// or what asks a reader to set aside more than it holds.
pub fn measure(name: &str, bytes: &[u8]) -> Result<(), Box<Diagnostic>> {
    let mut archive = open(name, bytes)?;
    let mut budget = Budget { allowed: INFLATED_MOST.min(INFLATED_HARMLESS.max(bytes.len() as u64 * RATIO_MOST)), inflated: 0 };
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|error| unreadable(name, &error.to_string()))?;
        let kind = part.name().map_or(Part::Other, |part| Part::of(&part.to_lowercase()));
        if !budget.admits(part, kind).map_err(|error| unreadable(name, &error.to_string()))? {
            return Err(Box::new(bomb(name, bytes.len(), budget.inflated)));
        }
    }
    Ok(())
}

struct Budget {
    allowed: u64,
    inflated: u64,
}

/// The parts that say how much room a reader should set aside.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// The texts of an .xlsx, whose number it declares.
    Texts,
    /// The sheets of an .ods, whose cells it repeats by number.
    OpenSheets,
    Other,
}

impl Part {
    fn of(name: &str) -> Part {
        match name {
            name if name.contains("sharedstrings") => Part::Texts,
            "content.xml" => Part::OpenSheets,
            _ => Part::Other,
        }
    }
}

impl Budget {
    /// Reads a part to its end, or to where it is too much.
    fn admits(&mut self, mut part: impl Read, kind: Part) -> std::io::Result<bool> {
        let mut buffer = vec![0u8; 64 << 10];
        let (mut size, mut texts, mut tags, mut area) = (0u64, 0u64, Tags::default(), OpenArea::default());
        loop {
            let read = part.read(&mut buffer)?;
            if read == 0 {
                // a text takes at least `<si/>`
                return Ok(texts <= size / 5 && !area.is_absurd());
            }
            size += read as u64;
            self.inflated += read as u64;
            match kind {
                Part::Texts if texts == 0 => tags.feed(&buffer[..read], |tag| texts = texts.max(declared_texts(tag))),
                Part::OpenSheets => tags.feed(&buffer[..read], |tag| area.note(tag)),
                Part::Texts | Part::Other => {}
            }
            if self.inflated > self.allowed || (kind == Part::Texts && size > TEXTS_MOST) {
                return Ok(false);
            }
        }
    }
}

fn declared_texts(tag: &str) -> u64 {
    let name = tag.split_whitespace().next().unwrap_or("");
    let is_list = name.rsplit(':').next() == Some("sst");
    if is_list && tags::attribute(tag, "uniqueCount").is_some() { tags::count(tag, "uniqueCount") } else { 0 }
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
