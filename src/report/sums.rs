//! Tables added up as who reads the file would: rows and amounts, from the bytes that are written.

use rayon::prelude::*;

use crate::value::Number;
use crate::value::block::{self, Block, Level, Simd, dispatch, odd_up_to};

/// Rows and sum of the column `amount` of a table in pieces, the header in the first: what a reader of the file would add up.
/// None where the text is not such a table.
pub fn sum_of_amounts(pieces: &[impl AsRef<[u8]> + Sync]) -> Option<(usize, Number)> {
    let (header, rows) = pieces.split_first()?;
    sum_of_column(rows, amount_column(header.as_ref())?)
}

/// The position of the column `amount` under a header.
pub fn amount_column(header: &[u8]) -> Option<usize> {
    header.trim_ascii_end().split(|byte| *byte == b',').position(|column| column == b"amount")
}

/// Rows and sum of one column.
pub fn sum_of_column(pieces: &[impl AsRef<[u8]> + Sync], position: usize) -> Option<(usize, Number)> {
    let sums = pieces.par_iter().map(|piece| sum_of_piece(piece.as_ref(), position)).collect::<Vec<_>>();
    sums.into_iter().try_fold((0, Number::ZERO), |(rows, sum), piece| {
        let (more, amount) = piece?;
        Some((rows + more, sum.plus(amount).ok()?))
    })
}

/// The same of one piece.
pub fn sum_of_piece(piece: &[u8], position: usize) -> Option<(usize, Number)> {
    dispatch!(Level::new(), simd => sum_by_blocks(simd, piece, position))
}

#[inline(always)]
fn sum_by_blocks<S: Simd>(simd: S, piece: &[u8], position: usize) -> Option<(usize, Number)> {
    let mut adding = Adding::of(piece, position)?;
    let mut cells = Cells { inside: 0, starts_cell: 1, behind_quote: 0 };
    let (blocks, rest) = piece.as_chunks::<{ block::BYTES }>();
    for (number, block) in blocks.iter().enumerate() {
        adding.take(number * block::BYTES, cells.ends(Block::of(simd, block))?)?;
    }
    let mut last = [0; block::BYTES];
    last[..rest.len()].copy_from_slice(rest);
    adding.take(blocks.len() * block::BYTES, cells.ends(Block::of(simd, &last))?)?;
    adding.finish()
}

/// Where cells end (RFC 4180), looked for in a block at once: what one block leaves to the next.
struct Cells {
    /// All bits where the block begins inside of quotes, none otherwise.
    inside: u64,
    /// The lowest bit where a cell begins with the block.
    starts_cell: u64,
    /// The lowest bit where a quote that closes stands just before the block.
    behind_quote: u64,
}

/// The commas and line ends of a block that end a cell, and those of them that end a row.
struct Ends {
    cells: u64,
    rows: u64,
}

impl Cells {
    /// None where RFC 4180 knows no such cell: quotes stand around the whole of it, and inside of them two for one.
    #[inline(always)]
    fn ends<S: Simd>(&mut self, block: Block<S>) -> Option<Ends> {
        let quotes = block.any([b'"']);
        if quotes | self.inside | self.behind_quote == 0 {
            let rows = block.any([b'\n']);
            let cells = block.any([b',']) | rows;
            self.starts_cell = cells >> 63;
            return Some(Ends { cells, rows });
        }
        let inside = odd_up_to(quotes) ^ self.inside;
        let (opening, closing) = (quotes & inside, quotes & !inside);
        let rows = block.any([b'\n']) & !inside;
        let cells = block.any([b',']) & !inside | rows;
        let (starts_cell, behind_quote) = (cells << 1 | self.starts_cell, closing << 1 | self.behind_quote);
        // of two quotes that stand for one the first closes and the second opens again
        let misplaced = opening & !(starts_cell | behind_quote) | behind_quote & !(cells | opening);
        (self.inside, self.starts_cell, self.behind_quote) = ((inside >> 63).wrapping_neg(), cells >> 63, closing >> 63);
        (misplaced == 0).then_some(Ends { cells, rows })
    }
}

/// A table that is read from one row to the next.
struct Adding<'p> {
    piece: &'p [u8],
    /// How many cells a row has as far as the amount, itself included.
    with_amount: u32,
    /// How many of them have not ended yet in the row at hand; where only the amount has not, where it begins.
    left: u32,
    begins: usize,
    rows: usize,
    /// The sum of the amounts that are written as most are, in cents, and that of the others.
    cents: i64,
    others: Number,
    /// The amount that was read last, and what it is in cents: the next is often the same.
    latest: (Amount, i64),
}

impl<'p> Adding<'p> {
    fn of(piece: &'p [u8], position: usize) -> Option<Adding<'p>> {
        let with_amount = u32::try_from(position).ok()?.checked_add(1)?;
        Some(Adding {
            piece,
            with_amount,
            left: with_amount,
            begins: 0,
            rows: 0,
            cents: 0,
            others: Number::ZERO,
            latest: (Amount::NONE, 0),
        })
    }

    /// None where a row has no such cell, or no amount in it.
    #[inline(always)]
    fn take(&mut self, first: usize, Ends { mut cells, mut rows }: Ends) -> Option<()> {
        while rows != 0 {
            let row_end = lowest(rows);
            let own = cells & (row_end | (row_end - 1));
            self.take_some(first, own)?;
            if self.left > 0 {
                return None;
            }
            (cells, rows, self.rows) = (cells ^ own, rows ^ row_end, self.rows + 1);
            (self.left, self.begins) = (self.with_amount, first + row_end.trailing_zeros() as usize + 1);
        }
        self.take_some(first, cells)
    }

    /// The ends of cells of one row.
    #[inline(always)]
    fn take_some(&mut self, first: usize, mut ends: u64) -> Option<()> {
        let count = ends.count_ones();
        if count < self.left {
            self.left -= count;
            if ends != 0 {
                self.begins = first + block::BYTES - ends.leading_zeros() as usize;
            }
            return Some(());
        }
        if self.left > 0 {
            // all but the last two of those that the amount needs are passed over
            for _ in 2..self.left {
                ends &= ends - 1;
            }
            if self.left > 1 {
                self.begins = first + ends.trailing_zeros() as usize + 1;
                ends &= ends - 1;
            }
            self.left = 0;
            self.add(first + ends.trailing_zeros() as usize)?;
        }
        Some(())
    }

    /// Adds the amount that ends here.
    #[inline(always)]
    fn add(&mut self, end: usize) -> Option<()> {
        if let Some(amount) = Amount::at(self.piece, self.begins, end)
            && (amount == self.latest.0 || self.reads(amount))
        {
            self.cents += self.latest.1; // of less than eight digits each: no piece of a file has so many
            return Some(());
        }
        if end > self.begins {
            self.others = plus_any(self.others, self.piece.get(self.begins..end)?)?;
        }
        Some(())
    }

    #[inline(never)]
    fn reads(&mut self, amount: Amount) -> bool {
        amount.cents().map(|cents| self.latest = (amount, cents)).is_some()
    }

    /// None where the last row has no end.
    fn finish(self) -> Option<(usize, Number)> {
        let is_whole = self.begins == self.piece.len() && self.left == self.with_amount;
        Some((self.rows, self.others.plus(Number::from_scaled(self.cents, 2)).ok()?)).filter(|_| is_whole)
    }
}

/// The lowest of the bits alone.
#[inline]
fn lowest(bits: u64) -> u64 {
    bits & bits.wrapping_neg()
}

/// A cell that may be `-12345.00`: at most five digits, a point and two digits.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Amount {
    is_negative: bool,
    /// How long it is without the sign.
    length: usize,
    /// Its bytes, the last one highest.
    bytes: u64,
}

impl Amount {
    const NONE: Amount = Amount { is_negative: false, length: 0, bytes: 0 };

    /// It stands in the eight bytes before the end of the cell. None says nothing about the cell.
    #[inline(always)]
    fn at(piece: &[u8], begins: usize, end: usize) -> Option<Amount> {
        let is_negative = *piece.get(begins)? == b'-';
        let length = end.checked_sub(begins + usize::from(is_negative))?;
        let before: &[u8; 8] = piece.get(end.checked_sub(8)?..end)?.try_into().ok()?;
        // what stands before the cell is shifted out
        (4..=8).contains(&length).then(|| {
            let others = 64 - 8 * length;
            Amount { is_negative, length, bytes: u64::from_le_bytes(*before) >> others << others }
        })
    }

    /// None says nothing about the cell.
    fn cents(self) -> Option<i64> {
        // a digit becomes its value and the point nothing
        let others = 64 - 8 * self.length;
        let cell = self.bytes ^ u64::from_le_bytes(*b"00000.00") >> others << others;
        if (cell | cell.wrapping_add(0x7676_7f76_7676_7676)) & 0x8080_8080_8080_8080 != 0 {
            return None;
        }
        let digits = (cell & 0xff_ffff_ffff) << 8 | cell & 0xffff_0000_0000_0000;
        // two digits become one number in each other byte, then all four of these one number
        let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
        let pair = 0x0000_00ff_0000_00ff;
        let (first, second) = ((pairs & pair).wrapping_mul(100 | 1_000_000 << 32), (pairs >> 16 & pair).wrapping_mul(1 | 10_000 << 32));
        let cents = (first.wrapping_add(second) >> 32) as i64;
        Some(if self.is_negative { -cents } else { cents })
    }
}

/// Adds what stands in a cell, however it is written. All else that is added to stays in registers.
#[inline(never)]
fn plus_any(sum: Number, cell: &[u8]) -> Option<Number> {
    let cell = cell.strip_prefix(b"\"").map_or(Some(cell), |cell| cell.strip_suffix(b"\""))?;
    if cell.is_empty() { Some(sum) } else { sum.plus(amount_of(cell)?).ok() }
}

/// A decimal, or a fraction as it is written where an amount has no end.
fn amount_of(cell: &[u8]) -> Option<Number> {
    if let Some(short) = Number::parse_short(cell) {
        return Some(short);
    }
    let cell = std::str::from_utf8(cell).ok()?;
    Number::parse(cell).or_else(|| {
        let (top, bottom) = cell.split_once('/')?;
        Number::parse(top)?.divided_by(Number::parse(bottom)?).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_added_as_read_back() {
        let pieces = ["employee,amount\n", "1042,200.00\n\"a,b\",-0.50\n", "7,\n"];
        assert_eq!(sum_of_amounts(&pieces), Some((3, Number::from_scaled(19950, 2))));
        assert_eq!(sum_of_amounts(&["employee\n"]), None);
        let rows = |text: &str| sum_of_amounts(&["reason,amount\n", text]).map(|(rows, sum)| (rows, sum.to_string()));
        assert_eq!(rows("\"say \"\"1,2\"\",\nand\",3\n\"\",0.5\n"), Some((2, "3.5".to_owned())));
        assert_eq!(rows("a,1\n\"b\",2\n"), Some((2, "3".to_owned())));
        for broken in ["a\n", "a,1", "a\"b,1\n", "\"a\"b,1\n", "\"a,1\n", "a,x\n", "a,\"1", "a,1\"", "a,1\nb"] {
            assert_eq!(rows(broken), None, "{broken}");
        }
    }

    /// Sign by sign: the cells of each row. None where RFC 4180 knows no such text.
    fn rows_of(text: &[u8]) -> Option<Vec<Vec<Vec<u8>>>> {
        let (mut rows, mut row, mut at) = (Vec::new(), Vec::new(), 0);
        while at < text.len() {
            let mut cell = Vec::new();
            if text[at] == b'"' {
                at += 1;
                while text.get(at..at + 2).is_some_and(|two| two == b"\"\"") || *text.get(at)? != b'"' {
                    at += usize::from(text[at] == b'"');
                    cell.push(text[at]);
                    at += 1;
                }
                at += 1;
            } else {
                while !matches!(text.get(at)?, b',' | b'\n' | b'"') {
                    cell.push(text[at]);
                    at += 1;
                }
            }
            row.push(cell);
            match text.get(at)? {
                b'\n' => rows.push(std::mem::take(&mut row)),
                b',' => {}
                _ => return None,
            }
            at += 1;
        }
        row.is_empty().then_some(rows)
    }

    #[test]
    fn random_tables_add_up_as_they_do_sign_by_sign() {
        let mut state = 1u64;
        let mut below = |bound: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % bound
        };
        let texts =
            ["", "a", "\"b,c\"", "\"d\"\"e\"", "\"\"\"\"", "\"\n\"", "a text that is longer than a block, and, as here, has, no, quotes"];
        let amounts = [
            "",
            "1",
            "22.50",
            "\"3\"",
            "-200.00",
            "99999.99",
            "-123456.78",
            "0.05",
            "1.234",
            "-.50",
            "2.5",
            "1/3",
            "-1.00/3",
            "7.0",
            "00.00",
        ];
        let (mut sound, mut broken) = (0, 0);
        for _ in 0..4000 {
            let mut text = Vec::new();
            for _ in 0..below(12) {
                let cells = [texts[below(6)], amounts[below(amounts.len())], texts[below(texts.len())]];
                text.extend_from_slice(format!("{}\n", cells.join(",")).as_bytes());
            }
            match below(4) {
                0 if !text.is_empty() => _ = text.remove(below(text.len())),
                1 => text.insert(below(text.len() + 1), b",\"\n5"[below(4)]),
                _ => {}
            }
            let expected = rows_of(&text).and_then(|rows| {
                let amounts = rows.iter().map(|row| row.get(1)).collect::<Option<Vec<_>>>()?;
                let given = amounts.into_iter().filter(|cell| !cell.is_empty());
                let sum = given.map(|cell| amount_of(cell)).try_fold(Number::ZERO, |sum, amount| sum.plus(amount?).ok())?;
                Some((rows.len(), sum))
            });
            assert_eq!(sum_of_piece(&text, 1), expected, "{}", String::from_utf8_lossy(&text));
            *(if expected.is_some() { &mut sound } else { &mut broken }) += 1;
        }
        assert!(sound > 1000 && broken > 300, "{sound} {broken}");
    }
}
