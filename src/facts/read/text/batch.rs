//! Rows that are written plainly, many at a time: where their cells stand, found sixty-four bytes at a glance.

use std::ops::Range;

use wide::u8x32;

use super::record::{Bound, Fields};

/// Text that is looked over at once, so that it is still in the cache when its cells are read.
const GLANCE: usize = 48 << 10;
/// Bytes that one word of marks stands for.
const BLOCK: usize = 64;

/// Rows one behind the other, each with all its cells, in which quotes only stand around whole cells of one line.
#[derive(Clone, Copy)]
pub struct Batch<'a> {
    text: &'a str,
    delimiter: u8,
    width: usize,
    /// The line of the first row.
    line: u32,
    bounds: &'a [Bound],
    rows: &'a [PlainRow],
}

/// A row without its line end.
#[derive(Clone, Copy)]
struct PlainRow {
    start: u32,
    end: u32,
    /// Whether only those cells stand in quotes that need them.
    is_shortest: bool,
}

impl<'a> Batch<'a> {
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Cells of each row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Some of the rows.
    pub fn part(self, rows: Range<usize>) -> Batch<'a> {
        let bounds = &self.bounds[rows.start * self.width..rows.end * self.width];
        Batch { bounds, line: self.line(rows.start), rows: &self.rows[rows], ..self }
    }

    pub fn line(&self, row: usize) -> u32 {
        self.line + row as u32
    }

    /// The cells of a column, row by row.
    #[inline]
    pub fn column(self, column: usize) -> impl ExactSizeIterator<Item = &'a str> {
        let bounds = self.bounds.get(column..).unwrap_or(&[]);
        bounds.iter().step_by(self.width).map(move |bound| bound.of(self.text))
    }

    pub fn fields(self, row: usize) -> Fields<'a> {
        let PlainRow { start, end, is_shortest } = self.rows[row];
        let record = &self.text[start as usize..end as usize];
        let bounds = &self.bounds[row * self.width..(row + 1) * self.width];
        Fields { record, text: self.text, unescaped: "", bounds, delimiter: self.delimiter, is_shortest }
    }
}

/// Finds plain rows; keeps its room from one batch to the next.
pub struct Glance {
    delimiter: u8,
    width: usize,
    bounds: Vec<Bound>,
    rows: Vec<PlainRow>,
}

/// What is carried from one block to the next.
struct Carried {
    /// All ones inside quotes.
    inside: u64,
    /// One where a cell begins with the next block.
    begins: u64,
    /// One where the block ended with a carriage return, or with a closing quote.
    returned: u64,
    closed: u64,
    /// The last delimiter inside quotes; 0 before the first.
    quoted_delimiter: u32,
}

/// The row at hand.
struct Open {
    start: u32,
    /// Where the cell at hand begins.
    cell: u32,
    is_shortest: bool,
}

/// One bit for each byte of a block.
struct Marks {
    feeds: u64,
    /// Delimiters inside quotes.
    quoted: u64,
    /// Delimiters and line feeds outside quotes.
    ends: u64,
    /// Bytes that no plain row has where they stand.
    odd: u64,
}

impl Glance {
    pub fn new(delimiter: u8, width: usize) -> Glance {
        Glance { delimiter, width, bounds: Vec::new(), rows: Vec::new() }
    }

    /// The plain rows from `at` on, up to the first that is not, and where the next row begins. `at` is the first byte of a row.
    pub fn rows<'a>(&'a mut self, text: &'a str, at: usize, line: u32) -> (Batch<'a>, usize) {
        let mut to = (at + GLANCE).min(text.len());
        while !text.is_char_boundary(to) {
            to -= 1;
        }
        let text = &text[at..to];
        let next = at + self.find(text.as_bytes()) as usize;
        let (bounds, rows) = (self.bounds.as_slice(), self.rows.as_slice());
        (Batch { text, delimiter: self.delimiter, width: self.width, line, bounds, rows }, next)
    }

    /// Finds the rows and says where the next one begins.
    fn find(&mut self, bytes: &[u8]) -> u32 {
        self.bounds.clear();
        self.rows.clear();
        let mut open = Open { start: 0, cell: 0, is_shortest: true };
        if self.width == 0 || matches!(self.delimiter, b'\n' | b'\r') {
            return 0;
        }
        let mut carried = Carried { inside: 0, begins: 1, returned: 0, closed: 0, quoted_delimiter: 0 };
        for at in (0..bytes.len()).step_by(BLOCK) {
            let marks = match bytes[at..].first_chunk() {
                Some(block) => marks(block, self.delimiter, &mut carried),
                None => {
                    let mut block = [0; BLOCK];
                    block[..bytes.len() - at].copy_from_slice(&bytes[at..]);
                    marks(&block, self.delimiter, &mut carried)
                }
            };
            let is_plain = self.take((bytes, at as u32), &marks, (&mut open, carried.quoted_delimiter));
            if !is_plain || marks.odd != 0 {
                break;
            }
            if marks.quoted != 0 {
                carried.quoted_delimiter = at as u32 + 63 - marks.quoted.leading_zeros();
            }
        }
        self.bounds.truncate(self.rows.len() * self.width);
        open.start
    }

    /// Takes the cells that end in a block before its first odd byte; false at a row that has not as many cells as the others.
    #[inline]
    fn take(&mut self, (bytes, at): (&[u8], u32), marks: &Marks, (open, quoted_before): (&mut Open, u32)) -> bool {
        let mut ends = marks.ends & marks.odd.wrapping_sub(1) & !marks.odd;
        while ends != 0 {
            let bit = ends.trailing_zeros();
            let end = at + bit;
            let is_line_end = marks.feeds >> bit & 1 == 1;
            let end_of_cell = end - u32::from(is_line_end && end > open.cell && bytes[end as usize - 1] == b'\r');
            if bytes[open.cell as usize] == b'"' {
                let quoted = marks.quoted & ((1 << bit) - 1);
                let last = if quoted == 0 { quoted_before } else { at + 63 - quoted.leading_zeros() };
                open.is_shortest &= last > open.cell;
                self.bounds.push(Bound { start: open.cell + 1, end: end_of_cell - 1 });
            } else {
                self.bounds.push(Bound { start: open.cell, end: end_of_cell });
            }
            open.cell = end + 1;
            if is_line_end {
                // a line of nothing is no row
                if self.bounds.len() != (self.rows.len() + 1) * self.width || end_of_cell == open.start {
                    return false;
                }
                self.rows.push(PlainRow { start: open.start, end: end_of_cell, is_shortest: open.is_shortest });
                *open = Open { start: end + 1, cell: end + 1, is_shortest: true };
            }
            ends &= ends - 1;
        }
        true
    }
}

/// Looks over a block. A quote opens where a cell begins and closes where one ends; anything else is odd, and so are line ends inside
/// quotes and carriage returns that stand alone.
#[inline]
fn marks(block: &[u8; BLOCK], delimiter: u8, carried: &mut Carried) -> Marks {
    let half = |half: Option<&[u8; BLOCK / 2]>| half.map_or(u8x32::ZERO, |half| u8x32::from(*half));
    let (low, high) = (half(block.first_chunk()), half(block.last_chunk()));
    let equal = |sign: u8| {
        let sign = u8x32::splat(sign);
        u64::from(low.simd_eq(sign).to_bitmask()) | u64::from(high.simd_eq(sign).to_bitmask()) << 32
    };
    let (delimiters, feeds, returns, quotes) = (equal(delimiter), equal(b'\n'), equal(b'\r'), equal(b'"'));
    let inside = running(quotes) ^ carried.inside;
    let ends = (delimiters | feeds) & !inside;
    let (opening, closing) = (quotes & inside, quotes & !inside);
    let behind = |bits: u64, before: u64| bits << 1 | before;
    let odd = opening & !behind(ends, carried.begins)
        | (feeds | returns) & inside
        | behind(returns, carried.returned) & !feeds
        | behind(closing, carried.closed) & !(ends | returns);
    let marks = Marks { feeds, quoted: delimiters & inside, ends, odd };
    (carried.inside, carried.begins) = (0u64.wrapping_sub(inside >> 63), ends >> 63);
    (carried.returned, carried.closed) = (returns >> 63, closing >> 63);
    marks
}

/// Each bit says whether an odd number of bits is set up to it.
fn running(bits: u64) -> u64 {
    [1, 2, 4, 8, 16, 32].into_iter().fold(bits, |bits, by| bits ^ bits << by)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::read::text::record::Records;

    /// Reads a text by glances wherever they find rows, and says of each record its line's cells and its hash.
    fn read(text: &str, width: usize) -> Vec<(Vec<String>, u64)> {
        let (mut at, mut all, mut glance) = (0, Vec::new(), Glance::new(b',', width));
        while at < text.len() {
            let (batch, next) = glance.rows(text, at, 1);
            for row in 0..batch.len() {
                let fields = batch.fields(row);
                let cells: Vec<String> = fields.iter().map(str::to_owned).collect();
                assert_eq!(cells, (0..width).map(|column| batch.column(column).nth(row).unwrap().to_owned()).collect::<Vec<_>>());
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
            for _ in 0..below(12) {
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
        let (batch, next) = glance.rows(&text, 0, 7);
        assert_eq!((batch.len(), next, batch.line(10)), (1000, text.len(), 17));
        assert!(batch.column(1).all(|cell| cell == "b, c"));
    }
}
