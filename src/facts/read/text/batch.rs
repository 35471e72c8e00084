//! Rows that are written plainly, many at a time: where their cells end, found sixty-four bytes at a glance.

use std::hint::black_box;
use std::ops::Range;

use super::marks::{BLOCK, Marker, Marks};
use super::record::{Fields, Places};
use super::spot::{FIRST, Spots, TOGETHER, as_it_is, behind, without_return};
use crate::facts::hashing::{SEED, hash_within};
use crate::value::block::{Level, Simd, dispatch};

/// Text that is looked over at once, so that it is still in a core's own cache when its cells are read; and so much that a column of it is
/// worth handing to another thread.
const GLANCE: usize = 192 << 10;
/// Blocks whose ends of cells are looked for before the rows they make are counted: no more are looked over in vain where a row is odd.
const BLOCKS: usize = 64;
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
    /// Whether a carriage return stands in front of some of the line feeds.
    has_returns: bool,
    /// What the processor can.
    level: Level,
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
        let may_return = self.has_returns && column + 1 == self.width;
        Spots::of(self.text, self.ends, (column, self.width, may_return), self.level)
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
    pub fn hashes(self) -> Vec<u64> {
        match (self.needless.is_empty(), self.has_returns) {
            (true, false) => dispatch!(self.level, _ => self.hashes_as_written(as_it_is)),
            (true, true) => dispatch!(self.level, _ => self.hashes_as_written(without_return)),
            (false, _) => (0..self.len()).map(|row| self.fields(row).hash()).collect(),
        }
    }

    /// The same of rows that are written as short as they can be.
    #[inline(always)]
    fn hashes_as_written(self, end_of: impl Fn(&[u8], usize, usize) -> usize) -> Vec<u64> {
        let (text, mut before) = (self.text.as_bytes(), self.ends[0]);
        let mut hashes = vec![0; self.len()];
        let mut at = 0usize;
        for hash in &mut hashes {
            at = at.wrapping_add(self.width);
            let Some(&feed) = self.ends.get(at) else { break };
            let start = behind(before);
            let Some(row) = text.get(start..) else { break };
            *hash = hash_within(SEED, row, end_of(text, start, feed as usize).wrapping_sub(start));
            before = feed;
        }
        hashes
    }

    /// The first row from one on whose first cell begins with one of these signs, in quotes or not: the delimiter and the quote, which are
    /// among them, stand for none.
    pub fn row_with(&self, signs: &[bool; 256], from: usize) -> Option<usize> {
        let text = self.text.as_bytes();
        let sign_at = |at: usize| text.get(at).copied().unwrap_or(self.delimiter);
        let is_odd = |sign: u8| signs[usize::from(sign)];
        let begins = |rows: Range<usize>| {
            let rows = self.ends[rows.start * self.width..rows.end * self.width].chunks_exact(self.width);
            rows.map(|row| behind(row[0]))
        };
        for first in (from..self.len()).step_by(TOGETHER) {
            let some = first..self.len().min(first + TOGETHER);
            // nearly always none of them is, which is seen without a guess about each
            if !begins(some.clone()).fold(false, |odd, start| odd | is_odd(sign_at(start))) {
                continue;
            }
            let row = begins(some).position(|start| match sign_at(start) {
                b'"' => is_odd(sign_at(start.wrapping_add(1))),
                sign => is_odd(sign),
            });
            if let Some(row) = row {
                return Some(first + row);
            }
        }
        None
    }

    pub fn delimiter(&self) -> u8 {
        self.delimiter
    }
}

/// Where a row begins and ends, without its line end.
#[inline(always)]
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
    has_returns: bool,
    /// What the processor can.
    level: Level,
}

impl Glance {
    pub fn new(delimiter: u8, width: usize) -> Glance {
        Glance { level: Level::new(), delimiter, width, at: 0, rows: 0, ends: Vec::new(), needless: Vec::new(), has_returns: false }
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
        let Glance { delimiter, ref needless, has_returns, level, .. } = *self;
        (Batch { text, delimiter, width, line, ends, needless, has_returns, level }, next)
    }

    /// Finds the ends of cells and says how many rows they make.
    #[inline(always)]
    fn find<S: Simd>(&mut self, simd: S, bytes: &[u8]) -> usize {
        // a small file has few cells, and there may be many of them
        self.ends.resize(CELLS.min(bytes.len() + 1) + BLOCK, 0);
        self.ends[0] = FIRST;
        self.needless.clear();
        let (mut marker, mut found) = (Marker::new(self.delimiter), Found::of(self));
        for from in (0..bytes.len()).step_by(BLOCK * BLOCKS) {
            let within = from..bytes.len().min(from + BLOCK * BLOCKS);
            let goes_on = found.cells_within(simd, (bytes, within), &mut marker);
            if !found.count_rows(bytes) || !goes_on {
                break;
            }
        }
        let (rows, returns) = (found.rows, found.returns);
        self.has_returns = returns != 0;
        rows
    }
}

/// How much of a text was found to be plain.
struct Found<'g> {
    width: usize,
    ends: &'g mut [u32],
    needless: &'g mut Vec<u32>,
    cells: usize,
    /// How many of them end with a line feed.
    feeds: usize,
    rows: usize,
    /// The marks of all carriage returns, one block's on top of the other's.
    returns: u64,
}

impl<'g> Found<'g> {
    fn of(Glance { width, ends, needless, .. }: &'g mut Glance) -> Found<'g> {
        Found { width: *width, ends, needless, cells: 0, feeds: 0, rows: 0, returns: 0 }
    }

    /// Takes the cells that end within some blocks; false where no more are looked for: behind an odd byte, and where there is no room.
    #[inline(always)]
    fn cells_within<S: Simd>(&mut self, simd: S, (bytes, within): (&[u8], Range<usize>), marker: &mut Marker) -> bool {
        let (blocks, rest) = bytes[within.clone()].as_chunks::<BLOCK>();
        let mut at = within.start as u32;
        for block in blocks {
            if !self.take(&marker.marks(simd, block), at) {
                return false;
            }
            at = at.wrapping_add(BLOCK as u32);
        }
        let mut last = [0; BLOCK];
        last[..rest.len()].copy_from_slice(rest);
        rest.is_empty() || self.take(&marker.marks(simd, &last), at)
    }

    /// Takes the cells that end in a block before its first odd byte; false where it has one, and where there is no room.
    #[inline(always)]
    fn take(&mut self, marks: &Marks, at: u32) -> bool {
        let sound = marks.odd.wrapping_sub(1) & !marks.odd;
        let Some(room) = self.ends.get_mut(self.cells.wrapping_add(1)..).and_then(|room| room.first_chunk_mut::<BLOCK>()) else {
            return false;
        };
        self.returns |= marks.returns;
        let mut ends = marks.ends & sound;
        self.cells = self.cells.wrapping_add(ends.count_ones() as usize);
        self.feeds = self.feeds.wrapping_add((marks.rows & ends).count_ones() as usize);
        // eight at a time, whether there are as many or not: what is too much is written over, and a guess about their number costs more
        for places in room.as_chunks_mut::<8>().0 {
            for [first, second, third, last] in places.as_chunks_mut::<4>().0 {
                let mut next = || {
                    let end = at.wrapping_add(ends.trailing_zeros());
                    ends &= ends.wrapping_sub(1);
                    end
                };
                (*first, *second, *third) = (next(), next(), next());
                // by itself: four or eight would be gathered into one register first, which takes twice as long
                *last = black_box(next());
            }
            if ends == 0 {
                break;
            }
        }
        let mut needless = marks.needless & sound;
        while needless != 0 {
            self.needless.push(at.wrapping_add(needless.trailing_zeros()));
            needless &= needless - 1;
        }
        marks.odd == 0
    }

    /// Counts the rows that the cells make; false at one that has not as many as the others.
    #[inline(always)]
    fn count_rows(&mut self, bytes: &[u8]) -> bool {
        let is_feed = |end: &u32| bytes.get(*end as usize) == Some(&b'\n');
        let (width, rows) = (self.width, self.cells / self.width);
        let cells = &self.ends[self.rows * width..=self.cells];
        let mut ends = cells[1..].chunks_exact(width).filter_map(<[u32]>::last);
        // where each row ends with a line feed, and there are no others, none has more cells or fewer
        if width > 1 && self.feeds == rows && ends.all(is_feed) {
            self.rows = rows;
            return true;
        }
        let is_blank = |row: &[u32]| width == 1 && matches!(row_between(bytes, (row[0], row[1])), (start, end) if start == end);
        let is_row = |row: &&[u32]| is_feed(&row[width]) && !row[1..width].iter().any(is_feed) && !is_blank(row);
        let counted = cells.windows(width + 1).step_by(width).take_while(is_row).count();
        self.rows += counted;
        !cells[counted * width + 1..].iter().any(is_feed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::dice::Dice;
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
        let cells =
            ["a", "", "bcdefghijklm", "\"x\"", "\"x,y\"", "\"x,\"", "\"x\ny\"", "\"say \"\"hi\"\"\"", "\"\"", "5\" pipe", "é", "\"x\"y"];
        let ends = ["\n", "\n", "\n", "\r\n", "\r\n", "\r", "\n\n"];
        let mut dice = Dice(11);
        let mut below = |most: usize| dice.roll(most);
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
