//! What stands where in sixty-four bytes of a delimited text, one bit for each: found at a glance, without a look at single bytes.

use crate::value::block::{self, Block, Simd, odd_up_to};

/// Bytes that one word of marks stands for.
pub(super) const BLOCK: usize = block::BYTES;

/// One bit for each byte of a block.
pub(super) struct Marks {
    pub feeds: u64,
    /// Delimiters and line feeds outside quotes.
    pub ends: u64,
    /// Quotes that close a cell without a delimiter in it, which needs none.
    pub needless: u64,
    /// Bytes that no plain row has where they stand.
    pub odd: u64,
}

/// Looks over a text block by block, and carries over what the next block has to know.
pub(super) struct Marker {
    delimiter: u8,
    /// All ones inside quotes.
    inside: u64,
    /// One where a cell begins with the next block.
    begins: u64,
    /// One where the block ended with a carriage return, or with a closing quote.
    returned: u64,
    closed: u64,
    /// One inside quotes in which no delimiter has come yet.
    bare: u64,
}

impl Marker {
    /// At the first byte of a row.
    pub fn new(delimiter: u8) -> Marker {
        Marker { delimiter, inside: 0, begins: 1, returned: 0, closed: 0, bare: 0 }
    }

    /// Looks over a block. A quote opens where a cell begins and closes where one ends; anything else is odd, and so are line ends inside
    /// quotes and carriage returns that stand alone.
    #[inline(always)]
    pub fn marks<S: Simd>(&mut self, simd: S, block: &[u8; BLOCK]) -> Marks {
        let block = Block::of(simd, block);
        let equal = |sign: u8| block.any([sign]);
        let (delimiters, feeds, returns, quotes) = (equal(self.delimiter), equal(b'\n'), equal(b'\r'), equal(b'"'));
        let inside = odd_up_to(quotes) ^ self.inside;
        let ends = (delimiters | feeds) & !inside;
        let (opening, closing) = (quotes & inside, quotes & !inside);
        let behind = |bits: u64, before: u64| bits << 1 | before;
        let odd = opening & !behind(ends, self.begins)
            | (feeds | returns) & inside
            | behind(returns, self.returned) & !feeds
            | behind(closing, self.closed) & !(ends | returns);
        // added to the bits of a quoted cell, its opening quote is carried to the closing one unless a delimiter stands between
        let (carried, bare) = (inside & !delimiters).overflowing_add(opening | self.bare);
        self.bare = u64::from(bare);
        (self.inside, self.begins) = (0u64.wrapping_sub(inside >> 63), ends >> 63);
        (self.returned, self.closed) = (returns >> 63, closing >> 63);
        Marks { feeds, ends, needless: carried & closing, odd }
    }
}
