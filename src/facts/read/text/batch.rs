//! Rows that are written plainly, many at a time: where their cells end, found sixty-four bytes at a glance.

use std::ops::Range;

use super::marks::{BLOCK, Marker, Marks};
use super::record::{Fields, Places};
use super::spot::{FIRST, Spots, behind, without_return};
use crate::facts::hashing::{SEED, hash_within};
use crate::value::block::{Level, Simd, dispatch};

/// Text that is looked over at once, so that it is still in a core's own cache when its cells are read; and so much that a column of it is
/// worth handing to another thread.
const GLANCE: usize = 192 << 10;
/// Cells that are kept of a glance. Most texts have fewer in it: their cells are longer.
const CELLS: usize = 64 << 10;

/// Rows one behind the other, each with all its cells, in which quotes only stand around whole cells of one line.
#[derive(Clone, Copy)]
pub struct Batch<'a> {
    text: &'a str,
    delimiter: u8,
    width: usize,
    /// The line of the first row.
    line: u32,
    /// Where the row before the first ends, then where each cell does: at a delimiter, or at the line feed of its row.
    ends: &'a [u32],
    /// Closing quotes of cells that need none.
    needless: &'a [u32],
}

impl<'a> Batch<'a> {
    #[inline]
    pub fn len(&self) -> usize {
        (self.ends.len() - 1) / self.width
    }

    /// Cells of each row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Some of the rows.
    pub fn part(self, rows: Range<usize>) -> Batch<'a> {
        let ends = &self.ends[rows.start * self.width..=rows.end * self.width];
        Batch { line: self.line(rows.start), ends, ..self }
    }

    pub fn line(&self, row: usize) -> u32 {
        self.line + row as u32
    }

    /// The cells of a column, row by row.
    #[inline]
    pub fn column(self, column: usize) -> Spots<'a> {
        Spots::of(self.text, self.ends, (column, self.width))
    }

    pub fn fields(self, row: usize) -> Fields<'a> {
        let ends = &self.ends[row * self.width..=(row + 1) * self.width];
        let (start, end) = row_between(self.text.as_bytes(), (ends[0], ends[self.width]));
        let record = self.text.get(start..end).unwrap_or("");
        let needless = self.needless.partition_point(|quote| (*quote as usize) < start);
        let is_shortest = self.needless.get(needless).is_none_or(|quote| *quote as usize >= end);
        Fields { record, text: self.text, unescaped: "", places: Places::Ends(ends), delimiter: self.delimiter, is_shortest }
    }

    /// The hash of each row, as [`Fields::hash`] has it.
    pub fn hashes(self) -> impl Iterator<Item = u64> {
        let (text, first) = (self.text.as_bytes(), self.ends.first().copied());
        let mut before = first.unwrap_or(FIRST);
        let rows = self.ends.get(1..).unwrap_or(&[]).chunks_exact(self.width).enumerate();
        rows.map(move |(row, ends)| {
            let feed = ends[self.width - 1];
            let (start, end) = row_between(text, (before, feed));
            before = feed;
            if self.needless.is_empty() { hash_within(SEED, &text[start..], end - start) } else { self.fields(row).hash() }
        })
    }
}

/// Where a row begins and ends, without its line end.
#[inline]
fn row_between(text: &[u8], (before, feed): (u32, u32)) -> (usize, usize) {
    let start = behind(before);
    (start, without_return(text, start, feed as usize))
}

/// What is looked over at once of a text from a byte on.
fn seen_from(text: &str, at: usize) -> &str {
    let mut to = (at + GLANCE).min(text.len());
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    &text[at..to]
}

/// Finds plain rows; keeps its room from one batch to the next.
pub struct Glance {
    delimiter: u8,
    width: usize,
    /// Where in the text was looked, and how many rows were found.
    at: usize,
    rows: usize,
    ends: Vec<u32>,
    needless: Vec<u32>,
    /// What the processor can.
    level: Level,
}

impl Glance {
    pub fn new(delimiter: u8, width: usize) -> Glance {
        Glance { level: Level::new(), delimiter, width, at: 0, rows: 0, ends: Vec::new(), needless: Vec::new() }
    }

    /// Looks for the plain rows of a text from `at` on, up to the first that is not plain. `at` is the first byte of a row.
    pub fn look(&mut self, text: &str, at: usize) {
        let text = seen_from(text, at);
        self.at = at;
        self.rows = if self.width == 0 || matches!(self.delimiter, b'\n' | b'\r') {
            0
        } else {
            dispatch!(self.level, simd => self.find(simd, text.as_bytes()))
        };
    }

    /// The rows that were found in the text, of which the first is on a line, and where the next row begins.
    pub fn rows<'a>(&'a self, text: &'a str, line: u32) -> (Batch<'a>, usize) {
        let ends = self.ends.get(..=self.rows * self.width).unwrap_or(&[FIRST]);
        let next = self.at + ends.last().map_or(0, |end| behind(*end));
        let (text, width) = (seen_from(text, self.at), self.width.max(1));
        (Batch { text, delimiter: self.delimiter, width, line, ends, needless: &self.needless }, next)
    }

    /// Finds the ends of cells and says how many rows they make.
    #[inline(always)]
    fn find<S: Simd>(&mut self, simd: S, bytes: &[u8]) -> usize {
        // a small file has few cells, and there may be many of them
        self.ends.resize(CELLS.min(bytes.len() + 1) + BLOCK, 0);
        self.ends[0] = FIRST;
        self.needless.clear();
        let mut found = Found { cells: 0, rows: 0 };
        let mut marker = Marker::new(self.delimiter);
        for at in (0..bytes.len()).step_by(BLOCK) {
            let marks = match bytes[at..].first_chunk() {
                Some(block) => marker.marks(simd, block),
                None => {
                    let mut block = [0; BLOCK];
                    block[..bytes.len() - at].copy_from_slice(&bytes[at..]);
                    marker.marks(simd, &block)
                }
            };
            if !self.take((bytes, at as u32), &marks, &mut found) || marks.odd != 0 {
                break;
            }
        }
        found.rows
    }

    /// Takes the cells that end in a block before its first odd byte; false where no more are looked for: at a row that has not as many
    /// cells as the others, and where there is no room.
    #[inline(always)]
    fn take(&mut self, (bytes, at): (&[u8], u32), marks: &Marks, found: &mut Found) -> bool {
        let sound = marks.odd.wrapping_sub(1) & !marks.odd;
        let Some(room) = self.ends.get_mut(found.cells + 1..).and_then(|room| room.first_chunk_mut::<BLOCK>()) else { return false };
        let mut ends = marks.ends & sound;
        found.cells += ends.count_ones() as usize;
        // eight at a time, whether there are as many or not: what is too much is written over, and a guess about their number costs more
        for places in room.as_chunks_mut::<8>().0 {
            for place in places {
                *place = at.wrapping_add(ends.trailing_zeros());
                ends &= ends.wrapping_sub(1);
            }
            if ends == 0 {
                break;
            }
        }
        let mut needless = marks.needless & sound;
        while needless != 0 {
            self.needless.push(at + needless.trailing_zeros());
            needless &= needless - 1;
        }
        let mut feeds = marks.feeds & marks.ends & sound;
        while feeds != 0 {
            let (row, feed) = (found.rows * self.width, at + feeds.trailing_zeros());
            // where each line feed stands behind as many cells, no row has more or fewer
            if row + self.width > found.cells || self.ends[row + self.width] != feed || self.is_blank(bytes, (self.ends[row], feed)) {
                return false;
            }
            found.rows += 1;
            feeds &= feeds - 1;
        }
        true
    }

    /// A line of nothing is no row.
    fn is_blank(&self, bytes: &[u8], row: (u32, u32)) -> bool {
        self.width == 1 && {
            let (start, end) = row_between(bytes, row);
            start == end
        }
    }
}

/// How much of a text was found to be plain.
struct Found {
    cells: usize,
    rows: usize,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::read::text::record::Records;

    /// Reads a text by glances wherever they find rows, and says of each record its line's cells and its hash.
    fn read(text: &str, width: usize) -> Vec<(Vec<String>, u64)> {
        let (mut at, mut all, mut glance) = (0, Vec::new(), Glance::new(b',', width));
        while at < text.len() {
            glance.look(text, at);
            let (batch, next) = glance.rows(text, 1);
            for row in 0..batch.len() {
                let fields = batch.fields(row);
                let cells: Vec<String> = fields.iter().map(str::to_owned).collect();
                assert_eq!(cells, (0..width).map(|column| batch.column(column).nth(row).unwrap().text().to_owned()).collect::<Vec<_>>());
                all.push((cells, fields.hash()));
            }
            at = next;
            let mut records = Records::new(text, b',').starting_at(at);
            records.width = width;
            let Some(found) = records.find() else { break };
            if found.start < found.end {
                all.push((records.fields(found).iter().map(str::to_owned).collect(), records.fields(found).hash()));
            }
            at = records.at();
        }
        all
    }

    #[test]
    fn plain_rows_are_those_that_are_found_one_by_one() {
        let cells = ["a", "", "bcdefghijklm", "\"x\"", "\"x,y\"", "\"x\ny\"", "\"say \"\"hi\"\"\"", "\"\"", "5\" pipe", "é", "\"x\"y"];
        let ends = ["\n", "\n", "\n", "\r\n", "\r\n", "\r", "\n\n"];
        let mut state = 11u64;
        let mut below = |most: usize| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 33) as usize % most
        };
        for round in 0..20_000 {
            let (width, kinds) = (1 + below(4), if round % 2 == 0 { 5 } else { cells.len() });
            let mut text = String::new();
            for _ in 0..below(40) {
                let own = if below(8) == 0 { 1 + below(5) } else { width };
                let row: Vec<&str> = (0..own).map(|_| cells[below(kinds)]).collect();
                text.extend([row.join(",").as_str(), ends[below(if round % 3 == 0 { ends.len() } else { 3 })]]);
            }
            let mut records = Records::new(&text, b',');
            records.width = width;
            let mut single = Vec::new();
            while let Some(found) = records.find() {
                if found.start < found.end {
                    single.push((records.fields(found).iter().map(str::to_owned).collect(), records.fields(found).hash()));
                }
            }
            assert_eq!(read(&text, width), single, "{text:?}");
        }
    }

    #[test]
    fn plain_rows_are_found_at_a_glance() {
        let text = "a,\"b, c\",d\r\n".repeat(1000);
        let mut glance = Glance::new(b',', 3);
        glance.look(&text, 0);
        let (batch, next) = glance.rows(&text, 7);
        assert_eq!((batch.len(), next, batch.line(10)), (1000, text.len(), 17));
        assert!(batch.column(1).all(|cell| cell.text() == "b, c"));
    }
}
