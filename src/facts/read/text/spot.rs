//! Cells of plain rows where they stand in their text: found by where the cell before ends, and read without being copied.

use std::ops::Range;

use crate::facts::hashing::{WORDS, words};

/// A cell (or another piece) in its text. Its bytes can be read together with those behind it, which is quicker than one by one.
#[derive(Clone, Copy, Default)]
pub struct Spot<'a> {
    text: &'a str,
    start: usize,
    end: usize,
}

impl<'a> Spot<'a> {
    /// The cell of a plain row between the sign in front of it and the sign at its end. A quote at its start has its other at its end.
    #[inline]
    pub(super) fn between(text: &'a str, start: usize, end: usize) -> Spot<'a> {
        let is_quoted = text.as_bytes().get(start) == Some(&b'"');
        Spot { text, start: start.wrapping_add(usize::from(is_quoted)), end: end.wrapping_sub(usize::from(is_quoted)) }
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
        match self.text.as_bytes().get(self.start..self.start.wrapping_add(WORDS)) {
            Some(bytes) => words(bytes, self.len()),
            None => words(self.bytes(), self.len()),
        }
    }

    #[inline]
    pub fn head(self) -> Head {
        Head { length: self.len() as u64, words: self.words() }
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

    /// Of a cell at the beginning of these bytes.
    #[inline]
    fn of(bytes: &[u8; WORDS], length: usize) -> Head {
        Head { length: length as u64, words: words(bytes, length) }
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
    is_last: bool,
}

impl<'a> Spots<'a> {
    #[inline]
    pub(super) fn of(text: &'a str, ends: &'a [u32], (column, width): (usize, usize)) -> Spots<'a> {
        Spots { text, ends, next: column as u32, width: width as u32, is_last: column + 1 == width }
    }

    /// The heads of the next cells, as many as there is room for; says how many there were.
    #[inline(never)]
    pub fn heads(&mut self, heads: &mut [Head]) -> usize {
        let (text, ends, mut next, mut count) = (self.text.as_bytes(), self.ends, self.next, 0);
        for head in heads {
            // as numbers of 32 bits none of them can be so large that what is added to it makes it small
            let Some(&[before, end]) = ends.get(next as usize..next as usize + 2).and_then(<[u32]>::first_chunk) else { break };
            let (start, mut end) = (behind(before), end as usize);
            if self.is_last {
                end = without_return(text, start, end);
            }
            *head = match text.get(start..start + WORDS).and_then(<[u8]>::first_chunk) {
                Some(bytes) if bytes[0] != b'"' => Head::of(bytes, end.wrapping_sub(start)),
                _ => Spot::between(self.text, start, end).head(),
            };
            next = next.wrapping_add(self.width);
            count += 1;
        }
        self.next = next;
        count
    }

    /// The cell of a row that there is, counted from the next one.
    pub fn at(self, row: usize) -> Spot<'a> {
        Spots { next: self.next + row as u32 * self.width, ..self }.next().unwrap_or_default()
    }
}

impl<'a> Iterator for Spots<'a> {
    type Item = Spot<'a>;

    #[inline]
    fn next(&mut self) -> Option<Spot<'a>> {
        let [before, end] = *self.ends.get(self.next as usize..)?.first_chunk()?;
        self.next = self.next.wrapping_add(self.width);
        let (start, mut end) = (behind(before), end as usize);
        if self.is_last {
            end = without_return(self.text.as_bytes(), start, end);
        }
        Some(Spot::between(self.text, start, end))
    }
}

/// Where what stands between a place and a line feed ends, without the carriage return that may stand in front of that.
#[inline]
pub(super) fn without_return(text: &[u8], start: usize, feed: usize) -> usize {
    let before = feed.wrapping_sub(1);
    if feed > start && text.get(before) == Some(&b'\r') { before } else { feed }
}

/// Where what stands behind an end begins; [`FIRST`] stands in front of a text.
#[inline]
pub(super) fn behind(end: u32) -> usize {
    end.wrapping_add(1) as usize
}

/// The end in front of the first byte of a text.
pub(super) const FIRST: u32 = u32::MAX;
