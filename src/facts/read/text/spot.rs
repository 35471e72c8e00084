//! Cells of plain rows where they stand in their text: found by where the cell before ends, and read without being copied.

use std::ops::Range;

use crate::facts::hashing::{KEPT, WORDS, words};
use crate::value::block::{Level, dispatch};

/// A cell (or another piece) in its text. Its bytes can be read together with those behind it, which is quicker than one by one.
#[derive(Clone, Copy, Default)]
pub struct Spot<'a> {
    text: &'a str,
    start: usize,
    end: usize,
}

impl<'a> Spot<'a> {
    /// The cell of a plain row between the sign in front of it and the sign at its end. A quote at its start has its other at its end.
    #[inline(always)]
    pub(super) fn between(text: &'a str, start: usize, end: usize) -> Spot<'a> {
        // no sum of ones: that a cell has no quotes is mostly guessed rightly, and then nothing waits for its first byte
        if text.as_bytes().get(start) == Some(&b'"') {
            Spot { text, start: start.wrapping_add(1), end: end.wrapping_sub(1) }
        } else {
            Spot { text, start, end }
        }
    }

    #[inline]
    pub fn of(text: &'a str, cell: Range<usize>) -> Spot<'a> {
        Spot { text, start: cell.start, end: cell.end }
    }

    #[inline]
    pub fn len(self) -> usize {
        self.end.wrapping_sub(self.start)
    }

    #[inline]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    #[inline]
    pub fn text(self) -> &'a str {
        self.text.get(self.start..self.end).unwrap_or("")
    }

    #[inline]
    pub fn bytes(self) -> &'a [u8] {
        self.text.as_bytes().get(self.start..self.end).unwrap_or(&[])
    }

    /// Its first sixteen bytes as two numbers.
    #[inline]
    pub fn words(self) -> [u64; 2] {
        self.head().words
    }

    #[inline(always)]
    pub fn head(self) -> Head {
        self.start().head()
    }

    #[inline(always)]
    pub fn start(self) -> Start {
        let bytes = self.text.as_bytes().get(self.start..self.start.wrapping_add(WORDS)).and_then(<[u8]>::first_chunk);
        match bytes {
            Some(bytes) => Start::of(bytes, self.len()),
            None => {
                let words = words_at_end(self.bytes());
                Start { length: self.len() as u64, words: [words as u64, (words >> 64) as u64] }
            }
        }
    }
}

/// The first bytes of a cell so close to the end of its text that sixteen cannot be taken at once.
#[cold]
#[inline(never)]
fn words_at_end(cell: &[u8]) -> u128 {
    let [first, last] = words(cell, cell.len());
    u128::from(first) | u128::from(last) << 64
}

/// How long a cell is, and the sixteen bytes from its first on as two numbers. Those behind its end are of what comes next: who asks for
/// few of them need not take the others away.
#[derive(Clone, Copy, Debug)]
pub struct Start {
    pub length: u64,
    pub words: [u64; 2],
}

impl Start {
    /// Of a cell at the beginning of these bytes.
    #[inline(always)]
    fn of(bytes: &[u8; WORDS], length: usize) -> Start {
        let words = u128::from_le_bytes(*bytes);
        Start { length: length as u64, words: [words as u64, (words >> 64) as u64] }
    }

    /// Of a cell of a plain row that stands between two signs; none near the end of the text.
    #[inline(always)]
    fn between(text: &[u8], start: usize, end: usize) -> Option<Start> {
        let bytes: &[u8; WORDS] = text.get(start..start.wrapping_add(WORDS))?.first_chunk()?;
        if bytes[0] != b'"' {
            return Some(Start::of(bytes, end.wrapping_sub(start)));
        }
        let bytes = text.get(start.wrapping_add(1)..start.wrapping_add(1 + WORDS))?.first_chunk()?;
        Some(Start::of(bytes, end.wrapping_sub(start).wrapping_sub(2)))
    }

    #[inline(always)]
    pub fn head(self) -> Head {
        let length = self.length.min(WORDS as u64) as usize;
        Head { length: self.length, words: [self.words[0] & KEPT[length + 8], self.words[1] & KEPT[length]] }
    }
}

impl From<Head> for Start {
    #[inline(always)]
    fn from(head: Head) -> Start {
        Start { length: head.length, words: head.words }
    }
}

/// How long a cell is and how it begins: most cells are no longer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Head {
    pub length: u64,
    /// Its first sixteen bytes as two numbers, zeros behind its end.
    pub words: [u64; 2],
}

impl Head {
    /// Whether the cell is no longer.
    #[inline]
    pub fn is_whole(&self) -> bool {
        self.length <= WORDS as u64
    }
}

/// Cells that are read one behind the other: a bit for each says something about it.
pub const TOGETHER: usize = 64;

/// Several of them, a bit for each.
#[derive(Clone, Copy, Debug, Default)]
pub struct Several(pub u64);

impl Several {
    #[inline(always)]
    pub fn add(&mut self, at: usize) {
        self.0 |= 1u64.wrapping_shl(at as u32);
    }
}

impl Iterator for Several {
    type Item = usize;

    #[inline(always)]
    fn next(&mut self) -> Option<usize> {
        let at = self.0.trailing_zeros();
        self.0 &= self.0.wrapping_sub(1);
        if at < u64::BITS { Some(at as usize) } else { None }
    }
}

/// The cells of one column, row by row.
#[derive(Clone, Copy)]
pub struct Spots<'a> {
    text: &'a str,
    /// Where the row in front of the first ends, then where each cell does.
    ends: &'a [u32],
    /// Which of them stands in front of the next cell, and how many further on the one after it.
    next: u32,
    width: u32,
    /// A carriage return may stand in front of the line end.
    may_return: bool,
    level: Level,
}

impl<'a> Spots<'a> {
    #[inline]
    pub(super) fn of(text: &'a str, ends: &'a [u32], (column, width, may_return): (usize, usize, bool), level: Level) -> Spots<'a> {
        Spots { text, ends, next: column as u32, width: width as u32, may_return, level }
    }

    /// What the processor can.
    pub fn level(&self) -> Level {
        self.level
    }

    /// Reads the next cells, as many as there are places for. Says how many there were, and by a bit for each which of them `quick` says
    /// nothing about: it has to be inlined, so that it is compiled for what the processor can.
    pub fn read<T: Default>(&mut self, places: &mut [T; TOGETHER], quick: &impl Fn(Start) -> Option<T>) -> (usize, u64) {
        dispatch!(self.level, _ => if self.may_return {
            self.read_to(places, quick, without_return)
        } else {
            self.read_to(places, quick, as_it_is)
        })
    }

    #[inline(always)]
    fn read_to<T: Default>(
        &mut self,
        places: &mut [T; TOGETHER],
        quick: &impl Fn(Start) -> Option<T>,
        end_of: impl Fn(&[u8], usize, usize) -> usize,
    ) -> (usize, u64) {
        let Spots { text, ends, width, .. } = *self;
        let (text, mut next, mut odd) = (text.as_bytes(), self.next, 0u64);
        let mut count = 0;
        while count < TOGETHER {
            let Some([before, end]) = ends_at(ends, next) else { break };
            let start = behind(before);
            let value = match Start::between(text, start, end_of(text, start, end as usize)) {
                Some(start) => quick(start),
                None => None,
            };
            if value.is_none() {
                odd |= 1u64.wrapping_shl(count as u32);
            }
            places[count] = value.unwrap_or_default();
            next = next.wrapping_add(width);
            count = count.wrapping_add(1);
        }
        self.next = next;
        (count, odd)
    }

    /// The cell of a row that there is, counted from the next one.
    #[inline]
    pub fn at(self, row: usize) -> Spot<'a> {
        Spots { next: self.next.wrapping_add((row as u32).wrapping_mul(self.width)), ..self }.next().unwrap_or_default()
    }
}

impl<'a> Iterator for Spots<'a> {
    type Item = Spot<'a>;

    #[inline(always)]
    fn next(&mut self) -> Option<Spot<'a>> {
        let [before, end] = ends_at(self.ends, self.next)?;
        self.next = self.next.wrapping_add(self.width);
        let (start, mut end) = (behind(before), end as usize);
        if self.may_return {
            end = without_return(self.text.as_bytes(), start, end);
        }
        Some(Spot::between(self.text, start, end))
    }
}

/// Where the cell in front of another ends, and that one.
#[inline(always)]
fn ends_at(ends: &[u32], at: u32) -> Option<[u32; 2]> {
    // as numbers of 32 bits none of them can be so large that what is added to it makes it small
    ends.get(at as usize..at as usize + 2)?.first_chunk().copied()
}

/// Where what stands between a place and a line feed ends, without the carriage return that may stand in front of that.
#[inline(always)]
pub(super) fn without_return(text: &[u8], start: usize, feed: usize) -> usize {
    let before = feed.wrapping_sub(1);
    if feed > start && text.get(before) == Some(&b'\r') { before } else { feed }
}

/// The same where none stands there.
#[inline(always)]
pub(super) fn as_it_is(_: &[u8], _: usize, end: usize) -> usize {
    end
}

/// Where what stands behind an end begins; [`FIRST`] stands in front of a text.
#[inline(always)]
pub(super) fn behind(end: u32) -> usize {
    end.wrapping_add(1) as usize
}

/// The end in front of the first byte of a text.
pub(super) const FIRST: u32 = u32::MAX;

/// Where the lines of a text end, with the end in front of the first.
#[cfg(test)]
pub fn ends_of(text: &str) -> Vec<u32> {
    std::iter::once(FIRST).chain(text.match_indices('\n').map(|(at, _)| at as u32)).collect()
}

#[cfg(test)]
impl<'a> Spots<'a> {
    /// The lines of a text as the cells of its only column.
    pub fn lines(text: &'a str, ends: &'a [u32]) -> Spots<'a> {
        Spots::of(text, ends, (0, 1, true), Level::new())
    }
}
