//! What stands where in sixty-four bytes of a delimited text, one bit for each: found at a glance, without a look at single bytes.

use crate::value::block::{self, Block, Simd};

/// Bytes that one word of marks stands for.
pub(super) const BLOCK: usize = block::BYTES;

/// One bit for each byte of a block.
pub(super) struct Marks {
    /// Delimiters and line feeds outside quotes, and the line feeds among them.
    pub ends: u64,
    pub rows: u64,
    /// Carriage returns.
    pub returns: u64,
    /// Quotes that close a cell without a delimiter in it, which needs none.
    pub needless: u64,
    /// Bytes that no plain row has where they stand.
    pub odd: u64,
}

/// Looks over a text block by block, and carries over what the next block has to know.
pub(super) struct Marker {
    delimiter: u8,
    /// What stood in the block before: its last byte says what the first of the next one may be.
    separators: u64,
    returns: u64,
    closing: u64,
    /// The block ended inside quotes, and inside some in which no delimiter has come yet.
    is_inside: bool,
    is_bare: bool,
}

impl Marker {
    /// At the first byte of a row.
    pub fn new(delimiter: u8) -> Marker {
        Marker { delimiter, separators: 1 << (BLOCK - 1), returns: 0, closing: 0, is_inside: false, is_bare: false }
    }

    /// Looks over a block. A quote opens behind a delimiter or a line feed and closes in front of one; anything else is odd, and so are line
    /// ends inside quotes and carriage returns that stand alone.
    #[inline(always)]
    pub fn marks<S: Simd>(&mut self, simd: S, block: &[u8; BLOCK]) -> Marks {
        let block = Block::of(simd, block);
        let (separators, feeds) = (block.any([self.delimiter, b'\n']), block.any([b'\n']));
        let (returns, quotes) = (block.any([b'\r']), block.any([b'"']));
        let behind = |bits: u64, before: u64| bits << 1 | before >> (BLOCK - 1);
        let begins = behind(separators, self.separators);
        let (opening, closing) = (quotes & begins, quotes & !begins);
        // each closing quote less its opening one: all bits between them, the opening one's too, and no other bit at a quote if they take turns
        let (inside, is_inside) = closing.borrowing_sub(opening, self.is_inside);
        let ends = separators & !inside;
        let rows = feeds & ends;
        let odd = (inside ^ opening) & quotes
            | feeds & inside
            | behind(returns, self.returns) & !rows
            | behind(closing, self.closing) & !(ends | returns);
        // added to the bits of a quoted cell, its opening quote is carried to the closing one unless a delimiter stands between
        let (carried, is_bare) = (inside & !separators).carrying_add(opening, self.is_bare);
        *self = Marker { delimiter: self.delimiter, separators, returns, closing, is_inside, is_bare };
        Marks { ends, rows, returns, needless: carried & closing, odd }
    }
}
