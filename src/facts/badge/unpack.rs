//! Files to badge texts: single ones, images, and zips of them, everything bounded before it is read.

use std::io::{Cursor, Read};
use std::sync::Arc;

use zip::ZipArchive;
use zip::result::ZipError;

use super::jws::Jws;
use super::limits::{ENTRIES_MOST, FILE_BYTES_MOST, RATIO_FREE, RATIO_MOST, ZIP_BYTES_MOST};
use super::png;
use super::svg;
use super::unbaked::Fault;
use crate::diagnostic::Diagnostic;
use crate::source::{Cell, Place};

/// A file as it was given, with its name.
#[derive(Clone, Copy, Debug)]
pub struct BadgeFile<'a> {
    pub name: &'a str,
    pub bytes: &'a [u8],
}

/// Where a badge was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    pub file: Arc<str>,
    /// The file inside a zip.
    pub entry: Option<Arc<str>>,
    /// The place in a list of badges, from 1.
    pub number: u32,
}

/// A text that should be a badge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unpacked {
    pub spot: Spot,
    pub text: String,
    pub form: Form,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Json,
    Jws,
}

impl Spot {
    pub fn of(file: &str, entry: Option<&str>) -> Spot {
        Spot { file: file.into(), entry: entry.map(Arc::from), number: 1 }
    }

    pub fn cell(&self) -> Cell {
        Cell { sheet: self.entry.clone(), row: Some(self.number), ..Cell::of_file(&self.file) }
    }

    pub fn place(&self) -> Place {
        Place::Cell(self.cell())
    }
}

/// Every badge text of a file, and a message for each part that has none. Of a zip, folders and hidden files are passed over.
pub fn unpack(file: BadgeFile<'_>) -> Vec<Result<Unpacked, (Spot, Diagnostic)>> {
    if !is_zip(file.bytes) {
        return vec![single(Spot::of(file.name, None), file.bytes)];
    }
    let unzipped = unzip(file).into_iter();
    unzipped.map(|entry| entry.and_then(|(name, bytes)| single(Spot::of(file.name, Some(&name)), &bytes))).collect()
}

pub fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// The files in a zip with their names, and a message for each that cannot be read.
pub fn unzip(file: BadgeFile<'_>) -> Vec<Result<(String, Vec<u8>), (Spot, Diagnostic)>> {
    let spot = Spot::of(file.name, None);
    let mut archive = match ZipArchive::new(Cursor::new(file.bytes)) {
        Ok(archive) if archive.len() <= ENTRIES_MOST => archive,
        Ok(archive) => return vec![Err(too_big(spot, format!("the zip holds {} files, {ENTRIES_MOST} at most", archive.len())))],
        Err(fault) => return vec![Err(damaged(spot, format!("the zip cannot be opened: {fault}")))],
    };
    let mut found = Vec::new();
    let mut room = ZIP_BYTES_MOST;
    for index in 0..archive.len() {
        match entry(&mut archive, index, &mut room) {
            Ok(Some(unzipped)) => found.push(Ok(unzipped)),
            Ok(None) => {}
            Err((name, fault)) => {
                let spot = Spot::of(file.name, name.as_deref());
                found.push(Err(match fault {
                    EntryFault::TooBig => too_big(spot, "the zip unpacks to more than badges need".to_owned()),
                    EntryFault::Unreadable(why) => damaged(spot, format!("a file in the zip cannot be read: {why}")),
                }));
            }
        }
        if room == 0 {
            return vec![Err(too_big(Spot::of(file.name, None), "the zip unpacks to more than badges need".to_owned()))];
        }
    }
    found
}

enum EntryFault {
    TooBig,
    Unreadable(String),
}

type Entry = Result<Option<(String, Vec<u8>)>, (Option<String>, EntryFault)>;

/// One file of a zip, by its real bytes: what the zip says of its sizes is not believed.
fn entry(archive: &mut ZipArchive<Cursor<&[u8]>>, index: usize, room: &mut usize) -> Entry {
    let mut entry = archive.by_index(index).map_err(|fault| {
        let why = if matches!(fault, ZipError::UnsupportedArchive(_)) {
            "it is locked or packed in a way that is not known".to_owned()
        } else {
            fault.to_string()
        };
        (None, EntryFault::Unreadable(why))
    })?;
    let name = entry.name().map_err(|fault| (None, EntryFault::Unreadable(fault.to_string())))?.into_owned();
    let hidden = name.split(['/', '\\']).any(|part| part.starts_with('.') || part == "__MACOSX");
    if entry.is_dir() || hidden {
        return Ok(None);
    }
    let by_ratio = RATIO_FREE.max(entry.compressed_size().saturating_mul(RATIO_MOST));
    let most = usize::try_from(by_ratio).unwrap_or(usize::MAX).min(FILE_BYTES_MOST).min(*room);
    let mut bytes = Vec::new();
    let read = entry.by_ref().take(most as u64 + 1).read_to_end(&mut bytes);
    *room = room.saturating_sub(bytes.len());
    match read {
        Err(fault) => Err((Some(name), EntryFault::Unreadable(fault.to_string()))),
        Ok(length) if length > most => Err((Some(name), EntryFault::TooBig)),
        Ok(_) => Ok(Some((name, bytes))),
    }
}

/// One file that is not a zip, by what is in it.
fn single(spot: Spot, bytes: &[u8]) -> Result<Unpacked, (Spot, Diagnostic)> {
    if bytes.len() > FILE_BYTES_MOST {
        return Err(too_big(spot, format!("the file has {} bytes, {FILE_BYTES_MOST} at most", bytes.len())));
    }
    if bytes.starts_with(png::SIGNATURE) {
        let baked = png::unbake(bytes);
        return text_of(spot, baked.map(|baked| baked.text), "PNG image");
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Err(nothing(spot, "a zip inside a zip is not opened", "unpack it and give the files themselves"));
    }
    let text = String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes));
    if matches!(text, std::borrow::Cow::Owned(_)) {
        return Err(nothing(
            spot,
            "this is neither a text nor a PNG image",
            "badges are .json, .jws, .png or .svg files, or a zip of them",
        ));
    }
    if text.trim_start().starts_with('<') {
        return text_of(spot, svg::unbake(&text).map(|baked| baked.text), "SVG image");
    }
    text_of(spot, Ok(text.trim().to_owned()), "file")
}

/// A text out of a file or an image.
fn text_of(spot: Spot, text: Result<String, Fault>, what: &str) -> Result<Unpacked, (Spot, Diagnostic)> {
    let again = "download the badge again from where it was issued";
    let text = match text {
        Ok(text) => text,
        Err(Fault::Nothing) => {
            return Err(nothing(
                spot,
                &format!("there is no badge in this {what}"),
                "a plain picture of a badge proves nothing; download the badge itself",
            ));
        }
        Err(Fault::Damaged(why)) => return Err(damaged(spot, format!("the {what} is damaged: {why}"))),
        Err(Fault::Compressed) => {
            let message = format!("the badge in the {what} is compressed, which the standard forbids");
            let place = spot.place();
            return Err((spot, Diagnostic::error("badge-compressed", place, message).help(again)));
        }
        Err(Fault::Twice) => {
            let message = format!("the {what} holds two badges, and nothing says which one counts");
            let place = spot.place();
            return Err((spot, Diagnostic::error("badge-baked-twice", place, message).help(again)));
        }
        Err(Fault::TooLong) => return Err(too_big(spot, format!("the badge in the {what} is longer than badges are"))),
    };
    let text = text.trim();
    if text.starts_with("http://") || text.starts_with("https://") {
        let place = spot.place();
        let message =
            format!("the {what} holds only the address of a badge, `{}`, which is not fetched", text.lines().next().unwrap_or(""));
        return Err((
            spot,
            Diagnostic::error("badge-elsewhere", place, message).help("open the address, save what it shows as a .json file and give that"),
        ));
    }
    let form = match text.chars().next() {
        Some('{' | '[') => Form::Json,
        _ if Jws::is_like(text) => Form::Jws,
        _ => {
            return Err(nothing(
                spot,
                &format!("there is no badge in this {what}"),
                "badges are .json, .jws, .png or .svg files, or a zip of them",
            ));
        }
    };
    Ok(Unpacked { spot, text: text.to_owned(), form })
}

fn nothing(spot: Spot, message: &str, help: &str) -> (Spot, Diagnostic) {
    let place = spot.place();
    (spot, Diagnostic::error("badge-not-found", place, message).help(help))
}

fn damaged(spot: Spot, message: String) -> (Spot, Diagnostic) {
    let place = spot.place();
    (spot, Diagnostic::error("badge-damaged", place, message).help("download the badge again from where it was issued"))
}

fn too_big(spot: Spot, message: String) -> (Spot, Diagnostic) {
    let place = spot.place();
    (spot, Diagnostic::error("badge-too-big", place, message).help("give the badges in smaller parts"))
}
