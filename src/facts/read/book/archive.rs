//! The zip around a workbook: what it holds, and how large it really is before anything else may open it.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use super::notes::SheetNotes;
use super::outline::Outline;
use super::tags::{self, Tags};
use super::workbook::misplaced;
use crate::diagnostic::Diagnostic;
use crate::facts::read::binary::binary_cells::CellTable;
use crate::facts::read::binary::binary_part::{self, Records};
use crate::facts::read::ods::open_tables::OpenTables;
use crate::facts::read::of_file;
use crate::facts::read::sniff::Kind;
use crate::facts::read::xlsx::pieces::{Fault, Pieces};
use crate::facts::read::xlsx::sheet_part::CellTables;

/// A workbook has some dozens of parts; a million rows need no more.
const ENTRIES_MOST: usize = 2_000;
/// No workbook that Excel opens is larger than this inside.
const INFLATED_MOST: u64 = 2 << 30;
/// Up to this size inside, any ratio is harmless.
const INFLATED_HARMLESS: u64 = 64 << 20;
/// Rows of a real export shrink to a tenth or a thirtieth; a bomb to a thousandth.
const RATIO_MOST: u64 = 60;
/// So many texts are harmless however few bytes they take; a file can hold one more for each eight of its bytes.
const TEXTS_HARMLESS: u64 = 1_000_000;
const TEXT_BYTES_LEAST: u64 = 8;
/// A cell holds at most 32,767 characters, which take up to six bytes each.
pub const PIECE_MOST: u64 = 1 << 20;
/// Excel itself knows at most 65,490 ways to show a cell, and as many fonts and borders.
const FORMS_MOST: u64 = 300_000;
const FORMS_BYTES_MOST: u64 = 64 << 20;
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
/// or what asks a reader to set aside more than it holds. What the parts show of the sheets comes back.
/// Sheets of an `.xlsx` wait: the one that is wanted is measured while it is read, the others by [`Measured::others`].
pub fn measure(kind: Kind, name: &str, bytes: &[u8]) -> Result<Measured, Box<Diagnostic>> {
    let mut archive = open(name, bytes)?;
    let allowed = INFLATED_MOST.min(INFLATED_HARMLESS.max(bytes.len() as u64 * RATIO_MOST));
    let mut measured = Measured { allowed, ..Measured::default() };
    let mut waiting = Vec::new();
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|error| unreadable(name, &error.to_string()))?;
        let path = part.name().map_or(String::new(), |part| part.to_lowercase().replace('\\', "/"));
        if kind == Kind::Xlsx && Part::of(&path) == Part::Sheet {
            waiting.push((path, index));
        } else {
            measured.admit((name, bytes), part, &path)?;
        }
    }
    let outline = &measured.outline;
    let sheets: Vec<&str> = outline.sheets.iter().filter_map(|sheet| outline.path(sheet)).collect();
    let (sheets, others): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|(path, _)| sheets.contains(&path.as_str()));
    for (path, index) in sheets {
        if measured.sheets.insert(path.clone(), index).is_some() {
            return Err(unreadable(name, &format!("it has its part `{path}` twice")));
        }
    }
    measured.admit_all((name, bytes), &others)?;
    Ok(measured)
}

/// What was seen while a workbook was measured.
#[derive(Default)]
pub struct Measured {
    /// Of an `.xlsx` or `.xlsb`.
    pub outline: Outline,
    /// Of an `.ods`.
    pub tables: OpenTables,
    /// Of an `.xlsx`.
    pub cells: CellTables,
    /// The sheets of an `.xlsx`, which were not measured: the number of each part in the zip, by path.
    sheets: BTreeMap<String, usize>,
    /// How large the parts may be inside, and how large those are that were measured.
    allowed: u64,
    inflated: u64,
}

impl Measured {
    /// Measures the sheets of an `.xlsx` that are not read.
    pub fn others(&mut self, file: (&str, &[u8]), wanted: &str) -> Result<(), Box<Diagnostic>> {
        let own = self.path(wanted).and_then(|path| self.sheets.get(path).copied());
        let others: Vec<(String, usize)> =
            self.sheets.iter().filter(|(_, index)| Some(**index) != own).map(|(path, index)| (path.clone(), *index)).collect();
        self.admit_all(file, &others)
    }

    fn path(&self, sheet: &str) -> Option<&str> {
        let listed = self.outline.sheets.iter().find(|listed| listed.name == sheet)?;
        self.outline.path(listed)
    }

    /// Reads the part of a sheet of an `.xlsx`, which may be as large as what was measured leaves over.
    pub fn read_sheet<T>(
        &self,
        (name, bytes): (&str, &[u8]),
        sheet: &str,
        work: impl FnOnce(SheetPieces<'_>) -> Result<T, Fault>,
    ) -> Result<T, Box<Diagnostic>> {
        let path = self.path(sheet).ok_or_else(|| unreadable(name, &format!("nothing leads to its sheet `{sheet}`")))?;
        let index = self.sheets.get(path).ok_or_else(|| unreadable(name, &format!("its part `{path}` is not there")))?;
        let mut archive = open(name, bytes)?;
        let part = archive.by_index(*index).map_err(|error| unreadable(name, &error.to_string()))?;
        let read = work(Pieces::new(part, self.allowed - self.inflated));
        read.map_err(|fault| refusal((name, bytes), (path, self.allowed), fault))
    }

    fn admit_all(&mut self, (name, bytes): (&str, &[u8]), parts: &[(String, usize)]) -> Result<(), Box<Diagnostic>> {
        let mut archive = open(name, bytes)?;
        for (path, index) in parts {
            let part = archive.by_index(*index).map_err(|error| unreadable(name, &error.to_string()))?;
            self.admit((name, bytes), part, path)?;
        }
        Ok(())
    }

    fn admit(&mut self, file: (&str, &[u8]), part: impl Read, path: &str) -> Result<(), Box<Diagnostic>> {
        let most = self.allowed - self.inflated;
        let texts_most = TEXTS_HARMLESS + file.1.len() as u64 / TEXT_BYTES_LEAST;
        let (read, size) = match Part::of(path) {
            Part::Texts => {
                let mut pieces = Pieces::new(part, most.min(TEXTS_MOST));
                (self.cells.texts.read(&mut pieces, texts_most), pieces.size)
            }
            Part::Forms => {
                let mut pieces = Pieces::new(part, most.min(FORMS_BYTES_MOST));
                let read = self.cells.forms.read(&mut pieces, FORMS_MOST);
                (read.map_err(|fault| if pieces.size > FORMS_BYTES_MOST { Fault::Forms } else { fault }), pieces.size)
            }
            kind => {
                let mut seen = Seen::default();
                (self.look_through((kind, path), part, (&mut seen, texts_most)), seen.size)
            }
        };
        self.inflated += size;
        read.map_err(|fault| refusal(file, (path, self.inflated), fault))
    }
}

/// The problem that a part has; so much was inflated when it was found.
fn refusal((name, bytes): (&str, &[u8]), (path, inflated): (&str, u64), fault: Fault) -> Box<Diagnostic> {
    match fault {
        Fault::Size => Box::new(bomb(name, bytes.len(), inflated)),
        Fault::Length => too_long(name),
        Fault::Forms => too_many_forms(name),
        Fault::Torn => torn(name, path),
        Fault::Misplaced(fault) => misplaced(fault, name),
        Fault::Damaged(reason) => unreadable(name, &reason),
    }
}

/// A sheet of an `.xlsx` while it is inflated.
pub type SheetPieces<'a> = Pieces<zip::read::ZipFile<'a, Cursor<&'a [u8]>>>;

/// What a part is looked at for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// The texts of an `.xlsx`, whose number it declares.
    Texts,
    /// How cells are shown, which a reader keeps whole.
    Forms,
    /// The list of sheets and where they are.
    Book,
    Relations,
    /// A sheet, by all appearance.
    Sheet,
    BinaryBook,
    BinaryTexts,
    BinaryForms,
    BinarySheet,
    /// All sheets of an `.ods`.
    OpenSheets,
    OpenManifest,
    Other,
}

impl Part {
    fn of(path: &str) -> Part {
        match path {
            "content.xml" => Part::OpenSheets,
            "meta-inf/manifest.xml" => Part::OpenManifest,
            "xl/workbook.xml" => Part::Book,
            "xl/workbook.bin" => Part::BinaryBook,
            "xl/_rels/workbook.xml.rels" | "xl/_rels/workbook.bin.rels" => Part::Relations,
            path if path.contains("sharedstrings") => {
                if path.ends_with(".bin") {
                    Part::BinaryTexts
                } else {
                    Part::Texts
                }
            }
            "xl/styles.xml" => Part::Forms,
            "xl/styles.bin" => Part::BinaryForms,
            path if path.starts_with("xl/") && path.ends_with(".xml") => Part::Sheet,
            path if path.starts_with("xl/") && path.ends_with(".bin") => Part::BinarySheet,
            _ => Part::Other,
        }
    }

    /// Whether the whole book waits for this part, so that one long piece of it fills the memory.
    fn is_kept(self) -> bool {
        matches!(self, Part::Book | Part::Relations | Part::OpenSheets)
    }
}

/// What a part has shown so far.
#[derive(Default)]
struct Seen {
    size: u64,
    /// The texts that are there.
    written: u64,
    notes: SheetNotes,
    tags: Tags,
    records: Records,
    table: CellTable,
}

impl Seen {
    fn look(&mut self, kind: Part, chunk: &[u8], measured: &mut Measured) {
        let Seen { written, notes, tags, records, table, .. } = self;
        match kind {
            Part::Book => tags.feed(chunk, wants(&[b"sheet", b"workbookPr"]), |tag| measured.outline.note_sheet(tag)),
            Part::Relations => tags.feed(chunk, wants(&[b"Relationship"]), |tag| measured.outline.note_target(tag)),
            Part::Sheet => tags.feed(chunk, |_| false, |_| {}),
            Part::BinaryBook => records.feed(chunk, |kind, bytes| binary_part::note_sheet(kind, bytes, &mut measured.outline)),
            Part::BinaryTexts => records.feed(chunk, |kind, _| *written += u64::from(kind == binary_part::TEXT)),
            Part::BinarySheet => records.feed(chunk, |kind, bytes| {
                binary_part::note(kind, bytes, notes);
                table.note(kind, bytes);
            }),
            Part::OpenSheets => {
                let tables = &mut measured.tables;
                let is_filled = Cell::new(tables.is_filled());
                let wanted = |name: &[u8]| OpenTables::wants(name) || (!is_filled.get() && OpenTables::is_cell(name));
                tags.feed(chunk, wanted, |tag| {
                    tables.note(tag);
                    is_filled.set(tables.is_filled());
                });
            }
            Part::OpenManifest => {
                tags.feed(chunk, wants(&[b"encryption-data"]), |tag| {
                    measured.tables.is_encrypted |= tags::local_name(tag) == b"encryption-data";
                });
            }
            Part::Texts | Part::Forms | Part::BinaryForms | Part::Other => {}
        }
    }
}

/// Whether a tag has one of the names.
fn wants<'n>(names: &'n [&'n [u8]]) -> impl Fn(&[u8]) -> bool + 'n {
    move |name| names.contains(&name)
}

impl Measured {
    /// Reads a part to its end, or to where it is too much.
    fn look_through(&mut self, (kind, path): (Part, &str), mut part: impl Read, (seen, texts_most): (&mut Seen, u64)) -> Result<(), Fault> {
        let most = self.allowed - self.inflated;
        let mut buffer = vec![0u8; 64 << 10];
        loop {
            let read = part.read(&mut buffer).map_err(|error| Fault::Damaged(error.to_string()))?;
            if read == 0 {
                break;
            }
            seen.size += read as u64;
            seen.look(kind, &buffer[..read], self);
            if seen.size > most || (kind == Part::BinaryTexts && seen.size > TEXTS_MOST) || seen.written > texts_most {
                return Err(Fault::Size);
            }
            if kind.is_kept() && seen.tags.longest > PIECE_MOST {
                return Err(Fault::Length);
            }
            if kind == Part::BinaryForms && seen.size > FORMS_BYTES_MOST {
                return Err(Fault::Forms);
            }
        }
        if kind == Part::BinarySheet {
            (seen.notes.cells, seen.notes.passed_over) = (seen.table.cells, std::mem::take(&mut seen.table.passed_over));
            seen.notes.is_counted = true;
            self.outline.notes.insert(path.to_owned(), std::mem::take(&mut seen.notes));
        }
        let is_sound = seen.tags.is_sound() && seen.table.is_sound(&seen.records);
        if kind == Part::OpenSheets {
            self.tables.is_torn = !is_sound;
        } else if !is_sound {
            return Err(Fault::Torn);
        }
        Ok(())
    }
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

/// One piece of text or one tag that no spreadsheet writes.
pub fn too_long(name: &str) -> Box<Diagnostic> {
    let message = "the file has a text of more than a million characters; a cell holds at most 32,767";
    Box::new(
        Diagnostic::error("workbook-too-large", of_file(name), message)
            .help("open it in Excel or LibreOffice, look for that cell, and save the sheet as CSV"),
    )
}

fn too_many_forms(name: &str) -> Box<Diagnostic> {
    let message = format!("the workbook describes more than {FORMS_MOST} ways to show a cell, far more than Excel itself allows");
    Box::new(
        Diagnostic::error("workbook-too-large", of_file(name), message)
            .help("copy the rows into a new workbook as values, or save the sheet as CSV"),
    )
}

/// A part that a reader would not see the whole of.
pub fn torn(name: &str, path: &str) -> Box<Diagnostic> {
    unreadable(name, &format!("its part `{path}` makes no sense somewhere, and rows would be lost behind that place"))
}

fn unreadable(name: &str, reason: &str) -> Box<Diagnostic> {
    let message = format!("the workbook is damaged: {}", reason.to_lowercase().trim_end_matches('.'));
    Box::new(
        Diagnostic::error("workbook-unreadable", of_file(name), message)
            .help("export it again, or open it in Excel and save it as a new .xlsx"),
    )
}
