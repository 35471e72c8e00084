//! A large text a window at a time: what is bound is forgotten before the rest is read.

use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::delimited::{Delimited, Stretch};
use super::encoding;
use super::seen::Seen;
use crate::diagnostic::Diagnostic;
use crate::facts::Hashes;
use crate::facts::mapping::hexadecimal;
use crate::facts::read::PartedSink;

/// A file that can be read from its beginning as often as it is opened.
#[derive(Clone)]
pub struct Stream {
    /// In bytes.
    pub length: u64,
    /// How many bytes are read at a time.
    pub window: usize,
    open: Arc<Open>,
}

type Open = dyn Fn() -> io::Result<Box<dyn Read + Send>> + Send + Sync;

impl Stream {
    pub fn new(length: u64, window: usize, open: impl Fn() -> io::Result<Box<dyn Read + Send>> + Send + Sync + 'static) -> Stream {
        Stream { length, window, open: Arc::new(open) }
    }

    pub fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        (self.open)()
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Stream({} bytes)", self.length)
    }
}

/// The file cannot be read a window at a time. Why, is said when it is read whole.
#[derive(Debug)]
pub struct Unfit;

/// As many windows a record may be long.
const RECORD_MOST: usize = 4;

/// So many times smaller than the others is the first window.
const SMALLER: usize = 8;
/// What stands above the rows of a file is in its first window.
const FIRST_LEAST: usize = 4096;

/// Bytes that are read and looked at together.
const PIECE: usize = 256 << 10;

/// The windows of a file, one after the other: each ends behind a line end, the last one where the file ends.
pub struct Windows {
    source: Box<dyn Read + Send>,
    window: usize,
    /// None where nobody is told the hash.
    hash: Option<Sha256>,
    /// Bytes so far.
    pub length: u64,
    /// Those of them that are bound, and those that the file has.
    bound: u64,
    all: u64,
    /// What was read behind the last line end.
    tail: Vec<u8>,
    /// What was seen of the last window while it was read.
    seen: Seen,
    is_over: bool,
}

impl Windows {
    pub fn of(stream: &Stream, hashes: Hashes) -> Result<Windows, Unfit> {
        let source = stream.open().map_err(|_| Unfit)?;
        Ok(Windows {
            source,
            window: stream.window,
            hash: (hashes == Hashes::Told).then(Sha256::new),
            length: 0,
            bound: 0,
            all: stream.length,
            tail: Vec::new(),
            seen: Seen::default(),
            is_over: false,
        })
    }

    /// Whether there is another window.
    pub fn go_on(&self) -> bool {
        !self.is_over || !self.tail.is_empty()
    }

    /// The bytes of the next one, in the room of one that was bound: what stands there is written over.
    pub fn next(&mut self, room: Vec<u8>) -> Result<Vec<u8>, Unfit> {
        let (mut bytes, mut end) = (room, self.tail.len());
        at_least(&mut bytes, end).copy_from_slice(&self.tail); // no line ends in it
        self.seen = Seen::of(&self.tail);
        self.tail.clear();
        let longest = self.window.saturating_mul(RECORD_MOST);
        while !self.is_over {
            let before = end;
            bytes.reserve((before + self.window + 64).saturating_sub(bytes.len()));
            end = self.read((&mut bytes, before))?;
            let feed = memchr::memrchr(b'\n', &bytes[before..end]).filter(|_| !self.is_over);
            if let Some(feed) = feed {
                self.tail.extend_from_slice(&bytes[before + feed + 1..end]);
                end = before + feed + 1;
                break;
            }
            if end > longest {
                return Err(Unfit);
            }
        }
        bytes.truncate(end);
        Ok(bytes)
    }

    /// Reads as many bytes as a window has behind the first ones, and looks at each piece while it is in the cache. Says where they end.
    fn read(&mut self, (bytes, mut from): (&mut Vec<u8>, usize)) -> Result<usize, Unfit> {
        // the first ones are small, and grow: nobody has anything to bind until one was read
        let least = (self.window / SMALLER).max(FIRST_LEAST).min(self.window);
        let size = (self.length as usize).clamp(least, self.window);
        let end = from + size;
        while from < end && !self.is_over {
            let wanted = PIECE.min(end - from);
            let room = &mut at_least(bytes, from + wanted)[from..];
            let read = fill(&mut self.source, room).map_err(|_| Unfit)?;
            let piece = &room[..read];
            if let Some(hash) = &mut self.hash {
                hash.update(piece);
            }
            self.length += read as u64;
            self.is_over = read < wanted;
            let seen = Seen::of(piece);
            if seen.has_null {
                return Err(Unfit);
            }
            self.seen.feeds += seen.feeds;
            self.seen.has_accents |= seen.has_accents;
            from += read;
        }
        Ok(from)
    }

    /// The hash of the file, once its last window was read; none where nobody is told it.
    pub fn sha256(self) -> Option<String> {
        self.hash.map(|hash| hexadecimal(&hash.finalize()))
    }
}

/// The first so many bytes, zeros where there were fewer.
fn at_least(bytes: &mut Vec<u8>, length: usize) -> &mut [u8] {
    if bytes.len() < length {
        bytes.resize(length, 0);
    }
    &mut bytes[..length]
}

/// Reads until the room is full or the file ends, and says how many bytes came.
fn fill(source: &mut dyn Read, room: &mut [u8]) -> io::Result<usize> {
    let mut read = 0;
    while read < room.len() {
        match source.read(&mut room[read..]) {
            Ok(0) => break,
            Ok(more) => read += more,
            Err(fault) if fault.kind() == io::ErrorKind::Interrupted => {}
            Err(fault) => return Err(fault),
        }
    }
    Ok(read)
}

/// What is odd about a text, and where what was not looked at yet begins.
#[derive(Default)]
struct Odd {
    warnings: Vec<Diagnostic>,
    /// Line feeds in front of it.
    lines: u32,
    /// What the rest of a window brings into the next one.
    rest: Seen,
}

impl Delimited<'_> {
    /// Reads this text, the first of the windows, and those behind it.
    pub(in crate::facts::read) fn read_in_windows<S: PartedSink + Send>(
        self,
        windows: &mut Windows,
        sink: &mut S,
    ) -> Result<Vec<Diagnostic>, Unfit> {
        let Delimited { name, delimiter, first_line, .. } = self;
        let (mut odd, mut room, goes_on) = (Odd::default(), Vec::new(), windows.go_on());
        let (from, first) = (self.whole(), Delimited { goes_on, ..self });
        let mut next = bind_window((|| Some(first), from), (windows, Vec::new()), (sink, &mut odd))?;
        while let Some((bytes, from)) = next {
            let goes_on = windows.go_on();
            let window = || Some(Delimited { name, delimiter, first_line, goes_on, text: encoding::valid(&bytes)?, assumed: Vec::new() });
            next = bind_window((window, from), (windows, std::mem::take(&mut room)), (sink, &mut odd))?;
            room = bytes;
        }
        Ok(odd.warnings)
    }
}

/// Binds a window while the next one is read into the room of the one before; says what the next one is and where it begins.
fn bind_window<'t, S: PartedSink + Send>(
    (window, from): (impl FnOnce() -> Option<Delimited<'t>> + Send, Stretch),
    (windows, room): (&mut Windows, Vec<u8>),
    (sink, odd): (&mut S, &mut Odd),
) -> Result<Option<(Vec<u8>, Stretch)>, Unfit> {
    let (longest, seen) = (windows.window.saturating_mul(RECORD_MOST), windows.seen);
    let next = || if windows.go_on() { windows.next(room).map(Some) } else { Ok(None) };
    // whether a window is text is looked at by whoever binds it: who reads has enough to do
    let bind = || {
        let window = window().ok_or(Unfit)?;
        let end = window.parts(from, sink).map_err(|_| Unfit)?;
        Ok((window, end))
    };
    let (next, bound) = rayon::join(next, bind);
    let (next, (window, end)) = (next?, bound?);
    windows.bound += end.from as u64;
    sink.was_read(windows.bound, windows.all);
    window.behind((next, end), (seen, longest), (&*sink, odd))
}

impl Delimited<'_> {
    /// What stands behind a window that was bound, and what is odd about it.
    fn behind<S: PartedSink>(
        &self,
        (next, end): (Option<Vec<u8>>, Stretch),
        (seen, longest): (Seen, usize),
        (sink, odd): (&S, &mut Odd),
    ) -> Result<Option<(Vec<u8>, Stretch)>, Unfit> {
        let (read, rest) = self.text.split_at_checked(end.from).ok_or(Unfit)?;
        if !sink.is_ready() || rest.len() > longest {
            return Err(Unfit);
        }
        if odd.warnings.is_empty() && (seen.has_accents || odd.rest.has_accents) {
            odd.warnings = encoding::warnings(self.name, read, self.first_line + odd.lines);
        }
        let behind = Seen::of(rest.as_bytes());
        odd.lines += odd.rest.feeds + seen.feeds - behind.feeds;
        odd.rest = behind;
        let Some(next) = next else { return if rest.is_empty() { Ok(None) } else { Err(Unfit) } };
        // the rest of a record whose quote is still open stands in the next window
        let bytes = if rest.is_empty() { next } else { [rest.as_bytes(), &next].concat() };
        let at = Stretch { from: 0, to: bytes.len(), line: end.line, lines: 0, width: end.width };
        Ok(Some((bytes, at)))
    }
}
