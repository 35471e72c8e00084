//! What a text shows at one look over all its bytes: how many lines end in it, and whether anything has to be looked at more closely.

use crate::value::block::{self, Block, Level, Simd, dispatch};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Line feeds.
    pub feeds: u32,
    /// Carriage returns without one behind them.
    pub returns: u32,
    /// Bytes that no text has.
    pub has_null: bool,
    /// The first bytes of letters with accents, damaged ones among them.
    pub has_accents: bool,
}

pub const ACCENT: u8 = 0xc3;

impl Seen {
    pub fn of(bytes: &[u8]) -> Seen {
        dispatch!(Level::new(), simd => by_blocks(simd, bytes))
    }

    /// How many lines end, as an editor counts them.
    pub fn line_ends(self) -> u32 {
        self.feeds + self.returns
    }
}

#[inline(always)]
fn by_blocks<S: Simd>(simd: S, bytes: &[u8]) -> Seen {
    let (blocks, rest) = bytes.as_chunks::<{ block::BYTES }>();
    let mut looking = Looking::default();
    for block in blocks {
        looking.block(Block::of(simd, block));
    }
    let mut last = [b' '; block::BYTES];
    last[..rest.len()].copy_from_slice(rest);
    looking.block(Block::of(simd, &last));
    let Looking { feeds, returns, nulls, accents, .. } = looking;
    Seen { feeds: feeds as u32, returns: returns as u32, has_null: nulls != 0, has_accents: accents != 0 }
}

#[derive(Default)]
struct Looking {
    feeds: u64,
    returns: u64,
    nulls: u64,
    accents: u64,
    /// One where the block before ended with a carriage return.
    returned: u64,
}

impl Looking {
    #[inline(always)]
    fn block<S: Simd>(&mut self, block: Block<S>) {
        let (feeds, returns) = (block.any([b'\n']), block.any([b'\r']));
        self.nulls |= block.any([0]);
        self.accents |= block.any([ACCENT]);
        self.feeds = self.feeds.wrapping_add(u64::from(feeds.count_ones()));
        if returns | self.returned != 0 {
            let before_feeds = (returns << 1 | self.returned) & feeds;
            self.returns = self.returns.wrapping_add(u64::from(returns.count_ones())).wrapping_sub(u64::from(before_feeds.count_ones()));
            self.returned = returns >> (block::BYTES - 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_of_three_kinds_are_counted() {
        let ends = |bytes: &[u8]| Seen::of(bytes).line_ends();
        assert_eq!(ends(b"a\nb\r\nc\rd"), 3);
        assert_eq!(ends(&b"x\n".repeat(1000)), 1000);
        for before in 0..200 {
            let text = |end: &str| [&vec![b'x'; before], end.as_bytes()].concat();
            assert_eq!((ends(&text("\r\nx\r")), ends(&text("\r\r\n\n\r"))), (2, 4), "{before}");
            assert_eq!((ends(&text("\r")), ends(&text("\n\r")), ends(&text("\r\n")), ends(&text(""))), (1, 2, 1, 0), "{before}");
        }
    }

    #[test]
    fn every_byte_is_looked_at() {
        for (length, at) in (1..200).flat_map(|length| (0..length).map(move |at| (length, at))) {
            let with = |byte: u8| {
                let mut bytes = vec![b'x'; length];
                bytes[at] = byte;
                Seen::of(&bytes)
            };
            assert_eq!(with(b'x'), Seen::default());
            assert_eq!(with(0), Seen { has_null: true, ..Seen::default() });
            assert_eq!(with(ACCENT), Seen { has_accents: true, ..Seen::default() });
            assert_eq!(with(b'\n'), Seen { feeds: 1, ..Seen::default() });
        }
    }
}
