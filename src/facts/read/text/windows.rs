//! A large text a window at a time: what is bound is forgotten before the rest is read.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::delimited::{Delimited, Stretch};
use super::encoding;
use crate::diagnostic::Diagnostic;
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

/// The windows of a file, one after the other: each ends behind a line end, the last one where the file ends.
pub struct Windows {
    source: Box<dyn Read + Send>,
    window: usize,
    hash: Sha256,
    /// Bytes so far.
    pub length: u64,
    /// What was read behind the last line end.
    tail: Vec<u8>,
    is_over: bool,
}

impl Windows {
    pub fn of(stream: &Stream) -> Result<Windows, Unfit> {
        let source = stream.open().map_err(|_| Unfit)?;
        Ok(Windows { source, window: stream.window, hash: Sha256::new(), length: 0, tail: Vec::new(), is_over: false })
    }

    /// Whether there is another window.
    pub fn go_on(&self) -> bool {
        !self.is_over || !self.tail.is_empty()
    }

    /// The text of the next one.
    pub fn next(&mut self) -> Result<String, Unfit> {
        let mut bytes = std::mem::take(&mut self.tail);
        let longest = self.window.saturating_mul(RECORD_MOST);
        while !self.is_over {
            let before = bytes.len();
            bytes.reserve(self.window + 64);
            let read = (&mut self.source).take(self.window as u64).read_to_end(&mut bytes).map_err(|_| Unfit)?;
            self.hash.update(&bytes[before..]);
            self.length += read as u64;
            self.is_over = read < self.window;
            let end = memchr::memrchr(b'\n', &bytes[before..]).filter(|_| !self.is_over);
            if let Some(end) = end {
                self.tail = bytes.split_off(before + end + 1);
                break;
            }
            if bytes.len() > longest {
                return Err(Unfit);
            }
        }
        let text = String::from_utf8(bytes).map_err(|_| Unfit)?;
        if memchr::memchr(0, text.as_bytes()).is_some() { Err(Unfit) } else { Ok(text) }
    }

    /// The hash of the file, once its last window was read.
    pub fn sha256(self) -> String {
        hexadecimal(&self.hash.finalize())
    }
}

impl Delimited<'_> {
    /// Reads this text, the first of the windows, and those behind it: the next one is read while one is bound.
    pub(in crate::facts::read) fn read_in_windows<S: PartedSink + Send>(
        self,
        windows: &mut Windows,
        sink: &mut S,
    ) -> Result<Vec<Diagnostic>, Unfit> {
        let longest = windows.window.saturating_mul(RECORD_MOST);
        let (mut window, mut at, mut line) = (Delimited { goes_on: windows.go_on(), ..self }, None, 0);
        let mut warnings = Vec::new();
        loop {
            let from = at.unwrap_or_else(|| window.whole());
            let next = || if window.goes_on { windows.next().map(Some) } else { Ok(None) };
            let (next, end) = rayon::join(next, || window.parts(from, sink));
            let (next, end) = (next?, end.map_err(|_| Unfit)?);
            let (read, rest) = window.text.split_at_checked(end.from).ok_or(Unfit)?;
            if !sink.is_ready() || rest.len() > longest {
                return Err(Unfit);
            }
            if warnings.is_empty() {
                warnings = encoding::warnings(window.name, read, window.first_line + line);
                line += memchr::memchr_iter(b'\n', read.as_bytes()).count() as u32;
            }
            let Some(next) = next else { return if rest.is_empty() { Ok(warnings) } else { Err(Unfit) } };
            // the rest of a record whose quote is still open stands in the next window
            let text = if rest.is_empty() { next } else { rest.to_owned() + &next };
            at = Some(Stretch { from: 0, to: text.len(), line: end.line, lines: 0, width: end.width });
            window = Delimited { text: Cow::Owned(text), goes_on: windows.go_on(), assumed: Vec::new(), ..window };
        }
    }
}
