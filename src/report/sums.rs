//! Tables added up as who reads the file would: rows and amounts, from the bytes that are written.

use rayon::prelude::*;

use crate::value::Number;
use crate::value::block::Block;

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
    let mut adding = Adding { piece, position, column: 0, begins: 0, quotes: Quotes::None, rows: 0, sum: Number::ZERO };
    let (blocks, rest) = piece.as_chunks::<{ Block::BYTES }>();
    for (number, block) in blocks.iter().enumerate() {
        adding.marks(number * Block::BYTES, block)?;
    }
    let mut last = [0; Block::BYTES];
    last[..rest.len()].copy_from_slice(rest);
    adding.marks(blocks.len() * Block::BYTES, &last)?;
    (adding.begins == piece.len() && adding.column == 0).then_some((adding.rows, adding.sum))
}

/// A table that is read from one comma, quote or line end to the next (RFC 4180).
struct Adding<'p> {
    piece: &'p [u8],
    position: usize,
    /// Of the cell at hand, and where it begins.
    column: usize,
    begins: usize,
    quotes: Quotes,
    rows: usize,
    sum: Number,
}

/// The quotes around the cell at hand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quotes {
    None,
    Open,
    /// The first of two that stand for one stood just before.
    Twice,
    Closed,
}

impl Adding<'_> {
    #[inline]
    fn marks(&mut self, first: usize, block: &[u8; Block::BYTES]) -> Option<()> {
        let mut marks = Block::of(block).any([b',', b'"', b'\n']);
        while marks != 0 {
            let at = marks.trailing_zeros() as usize;
            marks &= marks - 1;
            self.mark(first + at, block[at])?;
        }
        Some(())
    }

    /// None where RFC 4180 knows no such cell.
    #[inline]
    fn mark(&mut self, at: usize, sign: u8) -> Option<()> {
        match (self.quotes, sign) {
            (Quotes::Twice, _) => self.quotes = Quotes::Open,
            (Quotes::Open, b'"') => {
                self.quotes = match self.piece.get(at + 1)? {
                    b'"' => Quotes::Twice,
                    b',' | b'\n' => Quotes::Closed,
                    _ => return None,
                }
            }
            (Quotes::Open, _) => {}
            (Quotes::None, b'"') if at == self.begins => self.quotes = Quotes::Open,
            (_, b'"') => return None,
            (quotes, _) => {
                let around = usize::from(quotes == Quotes::Closed);
                if self.column == self.position {
                    self.add(self.piece.get(self.begins + around..at - around)?)?;
                }
                (self.column, self.begins, self.quotes) = (self.column + 1, at + 1, Quotes::None);
                if sign == b'\n' {
                    self.end_row()?;
                }
            }
        }
        Some(())
    }

    fn add(&mut self, cell: &[u8]) -> Option<()> {
        if !cell.is_empty() {
            self.sum = self.sum.plus(amount_of(cell)?).ok()?;
        }
        Some(())
    }

    /// None where the row has no such cell.
    fn end_row(&mut self) -> Option<()> {
        if self.column <= self.position {
            return None;
        }
        (self.column, self.rows) = (0, self.rows + 1);
        Some(())
    }
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
        for broken in ["a\n", "a,1", "a\"b,1\n", "\"a\"b,1\n", "\"a,1\n", "a,x\n"] {
            assert_eq!(rows(broken), None, "{broken}");
        }
    }
}
