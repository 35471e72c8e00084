//! The only place that opens files: whole files in, whole files out.

use std::fs::{self, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::stopped;
use crate::diagnostic::Diagnostic;
use crate::facts::Stream;
use crate::source::{Cell, Place};

/// Data larger than this is no export of a district.
const MOST_BYTES: u64 = 2 << 30;

/// Files of one folder that are read in one run.
const FILES_MOST: usize = 20_000;

fn place(path: &Path) -> Place {
    Place::Cell(Cell::of_file(&path.to_string_lossy()))
}

/// A mapping or a layout that is larger was not written by people.
const SETTINGS_MOST: u64 = 1 << 20;

pub fn read(path: &Path) -> Result<Vec<u8>, Diagnostic> {
    read_at_most(path, (MOST_BYTES, "split the file by employee"))
}

fn read_at_most(path: &Path, (most, help): (u64, &str)) -> Result<Vec<u8>, Diagnostic> {
    let unreadable = |fault: std::io::Error| {
        Diagnostic::error("unreadable-file", place(path), format!("this file cannot be read: {}", reason(&fault)))
            .help("check the spelling of the path, and that the file is not open elsewhere")
    };
    let size = fs::metadata(path).map_err(unreadable)?.len();
    if size > most {
        let message = format!("this file has {size} bytes, more than the {most} that are read");
        return Err(Diagnostic::error("file-too-large", place(path), message).help(help));
    }
    fs::read(path).map_err(unreadable)
}

/// Files larger than this are read a window at a time, where they are plain text.
const WHOLE_MOST: u64 = 4 << 20;

/// Bytes that are read and bound at a time.
const WINDOW: usize = 2 << 20;

/// The first bytes of a large file by which it is seen what it is.
const HEAD: u64 = 64 << 10;

/// All bytes of a file, or those of its head and how to read it.
pub fn read_or_stream(path: &Path) -> Result<(Vec<u8>, Option<Stream>), Diagnostic> {
    let length = fs::metadata(path).map_or(0, |found| found.len());
    let mut head = Vec::new();
    let is_large = length > WHOLE_MOST && length <= MOST_BYTES && path.is_file();
    let is_read = is_large && fs::File::open(path).is_ok_and(|file| file.take(HEAD).read_to_end(&mut head).is_ok());
    // packed files are opened from their end
    if !is_read || head.starts_with(b"PK") {
        return read(path).map(|bytes| (bytes, None));
    }
    let path = path.to_owned();
    let stream = Stream::new(length, WINDOW, move || Ok(Box::new(fs::File::open(&path)?)));
    Ok((head, Some(stream)))
}

/// The same problem, naming the file as it was written and not as it was found.
pub fn named(problem: Diagnostic, name: &str) -> Diagnostic {
    match problem.place {
        Place::Cell(cell) => Diagnostic { place: Place::Cell(Cell { file: name.into(), ..cell }), ..problem },
        Place::Policy(_) | Place::Option(_) => problem,
    }
}

/// The files in a folder and the folders in it, by name, relative to it; hidden ones are not looked at.
pub fn below(folder: &Path) -> Result<Vec<PathBuf>, Diagnostic> {
    let unreadable = |fault: std::io::Error| {
        Diagnostic::error("unreadable-file", place(folder), format!("this folder cannot be read: {}", reason(&fault)))
            .help("check the spelling of the path, and that you may read the folder")
    };
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = PathBuf::from(entry.file_name());
        // a link to a folder is not followed: it could lead back here
        match entry.file_type().map_err(unreadable)?.is_dir() {
            _ if name.to_string_lossy().starts_with('.') => {}
            true => found.extend(below(&entry.path())?.into_iter().map(|deeper| name.join(deeper))),
            false => found.push(name),
        }
    }
    found.sort();
    if found.len() > FILES_MOST {
        let message = format!("there are more than {FILES_MOST} files in this folder");
        return Err(Diagnostic::error("unreadable-file", place(folder), message).help("give them in smaller folders, or as zips"));
    }
    Ok(found)
}

/// The text of a mapping or a layout.
pub fn read_settings(path: &Path) -> Result<String, Diagnostic> {
    text(path, read_at_most(path, (SETTINGS_MOST, "a mapping or a layout is text written by people: check that this is the right file"))?)
}

pub fn read_text(path: &Path) -> Result<String, Diagnostic> {
    text(path, read(path)?)
}

fn text(path: &Path, bytes: Vec<u8>) -> Result<String, Diagnostic> {
    String::from_utf8(bytes).map_err(|fault| {
        let message = format!("this file is not UTF-8 text (byte {})", fault.utf8_error().valid_up_to());
        Diagnostic::error("not-utf8", place(path), message).help("save it as UTF-8")
    })
}

/// Whether two paths lead to one file, be it there or not.
pub fn is_same(left: &Path, right: &Path) -> bool {
    let found = |path: &Path| {
        let folder = fs::canonicalize(folder_of(path)).unwrap_or_else(|_| folder_of(path));
        fs::canonicalize(path).unwrap_or_else(|_| path.file_name().map_or_else(|| folder.clone(), |name| folder.join(name)))
    };
    found(left) == found(right)
}

/// What happens to a file that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    Keep,
    Replace,
}

/// Refuses a path that cannot be written, before anything is computed.
pub fn expect_writable(path: &Path, existing: Existing) -> Result<(), Diagnostic> {
    if path.is_dir() {
        return Err(Diagnostic::error("output-is-folder", place(path), "this is a folder").help("name a file in it"));
    }
    if existing == Existing::Keep && path.exists() {
        return Err(Diagnostic::error("output-exists", place(path), "this file is there already, and is kept")
            .help("name another file, or add `--force` to replace it"));
    }
    if !folder_of(path).is_dir() {
        return Err(
            Diagnostic::error("no-such-folder", place(path), "the folder of this file does not exist").help("make the folder first")
        );
    }
    Ok(())
}

/// What goes into a file, piece by piece, as often as it is asked for.
pub trait Pieces {
    fn each(&self, take: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()>;
}

impl<const N: usize> Pieces for [&[u8]; N] {
    fn each(&self, take: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        self.iter().try_for_each(|piece| take(piece))
    }
}

/// A written file that is read again, to compare it with what was to stand in it.
#[derive(Debug)]
struct Reread {
    file: fs::File,
    buffer: Vec<u8>,
}

impl Reread {
    fn open(path: &Path) -> io::Result<Reread> {
        Ok(Reread { file: fs::File::open(path)?, buffer: vec![0; 1 << 18] })
    }

    /// An error where something else comes next.
    fn compare(&mut self, piece: &[u8]) -> io::Result<()> {
        for chunk in piece.chunks(self.buffer.len()) {
            let read = &mut self.buffer[..chunk.len()];
            self.file.read_exact(read)?;
            if read != chunk {
                return Err(io::ErrorKind::InvalidData.into());
            }
        }
        Ok(())
    }

    /// An error where there is more.
    fn expect_end(mut self) -> io::Result<()> {
        if self.file.read(&mut self.buffer)? == 0 { Ok(()) } else { Err(io::ErrorKind::InvalidData.into()) }
    }
}

/// Whether a written file is this and nothing else.
pub fn holds(path: &Path, pieces: &dyn Pieces) -> io::Result<()> {
    let mut file = Reread::open(path)?;
    pieces.each(&mut |piece| file.compare(piece))?;
    file.expect_end()
}

/// What is said of a file in which something else stands than was written.
pub fn differs(path: &Path) -> Diagnostic {
    Diagnostic::error("output-differs", place(path), "what stands in the written file is not what was to be written")
        .help("nothing was kept of it; check the disk and write it again")
}

/// Writes a temporary file that only its owner can read, beside the target, reads it back and renames it: the target is whole or untouched.
pub fn write(path: &Path, bytes: &[u8], existing: Existing) -> Result<(), Diagnostic> {
    expect_writable(path, existing)?;
    let temporary = temporary(path, "tmp");
    write_temporary((path, &temporary), &[bytes])?;
    let written = holds(&temporary, &[bytes]).map_err(|_| differs(path)).and_then(|()| {
        let _stops_wait = stopped::unfinished();
        fs::rename(&temporary, path).map_err(|fault| unwritable(path, &fault))
    });
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    stopped::end(&[temporary]);
    written
}

/// A hidden name beside the file, which no other run has.
pub fn temporary(path: &Path, ending: &str) -> PathBuf {
    let name = path.file_name().map_or_else(|| "output".to_owned(), |name| name.to_string_lossy().into_owned());
    folder_of(path).join(format!(".{name}.{}.{ending}", std::process::id()))
}

/// Writes what is to become a file under its temporary name; nothing is left of it where that fails.
pub fn write_temporary((path, temporary): (&Path, &Path), pieces: &dyn Pieces) -> Result<(), Diagnostic> {
    let mut file = begin_temporary((path, temporary))?;
    let written = pieces.each(&mut |piece| file.write_all(piece)).and_then(|()| file.sync_all());
    written.map_err(|fault| nothing_left((path, temporary), &fault))?;
    #[cfg(test)]
    super::damaged::befall(temporary);
    Ok(())
}

/// An empty temporary file that only its owner can read and that is to become a file; nothing is left of it where that fails.
pub fn begin_temporary((path, temporary): (&Path, &Path)) -> Result<fs::File, Diagnostic> {
    stopped::begin(temporary);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(temporary).map_err(|fault| nothing_left((path, temporary), &fault))
}

fn nothing_left((path, temporary): (&Path, &Path), fault: &io::Error) -> Diagnostic {
    let _ = fs::remove_file(temporary);
    stopped::end(&[temporary.to_owned()]);
    unwritable(path, fault)
}

pub fn unwritable(path: &Path, fault: &std::io::Error) -> Diagnostic {
    Diagnostic::error("unwritable-file", place(path), format!("this file cannot be written: {}", reason(fault)))
        .help("check that the folder can be written to and that the file is not open elsewhere")
}

/// A folder in one that is there.
pub fn make_folder(path: &Path) -> Result<(), Diagnostic> {
    fs::create_dir(path).map_err(|fault| {
        let message = format!("this folder cannot be made: {}", reason(&fault));
        Diagnostic::error("no-such-folder", place(path), message).help("make the folder first, or name another")
    })
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// The same words on every system for what happens most.
fn reason(fault: &std::io::Error) -> String {
    match fault.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        std::io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        std::io::ErrorKind::AlreadyExists => "a temporary file is in the way".to_owned(),
        _ => fault.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("stipend-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn what_cannot_be_written_leaves_nothing_behind() {
        let folder = folder("unwritable");
        let problem = write(&folder.join("x".repeat(300)), b"1", Existing::Keep).unwrap_err();
        assert_eq!(problem.code, "unwritable-file");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn an_existing_file_is_kept_and_replaced_only_when_asked() {
        let folder = folder("existing");
        let path = folder.join("a.csv");
        write(&path, b"1", Existing::Keep).unwrap();
        assert_eq!(write(&path, b"2", Existing::Keep).unwrap_err().code, "output-exists");
        assert_eq!(fs::read(&path).unwrap(), b"1");
        write(&path, b"2", Existing::Replace).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"2");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        fs::remove_dir_all(&folder).unwrap();
    }
}
