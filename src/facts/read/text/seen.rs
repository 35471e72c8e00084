//! What a text shows at one look over all its bytes: how many lines end in it, and whether anything has to be looked at more closely.

use crate::value::block::{self, Block, Level, Simd, dispatch};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Line feeds.
    pub feeds: u32,
    /// Bytes that no text has.
    pub has_null: bool,
    /// The first bytes of letters with accents, damaged ones among them.
    pub has_accents: bool,
}

pub const ACCENT: u8 = 0xc3;

impl Seen {
    pub fn of(bytes: &[u8]) -> Seen {
        dispatch!(Level::new(), simd => {
            let (mut feeds, mut ascii) = (0u64, u64::MAX);
            each_block(simd, bytes, #[inline(always)] |block| {
                feeds = feeds.wrapping_add(u64::from(block.any([b'\n']).count_ones()));
                ascii &= block.ascii();
            });
            // most texts are nothing else, and have no second look
            let has = |sign: u8| ascii != u64::MAX && memchr::memchr(sign, bytes).is_some();
            Seen { feeds: feeds as u32, has_null: has(0), has_accents: has(ACCENT) }
        })
    }
}

/// How many lines end in a text, as an editor counts: line feeds, and carriage returns that stand alone.
pub fn line_ends(bytes: &[u8]) -> u32 {
    dispatch!(Level::new(), simd => {
        // whether the block before ended with a carriage return
        let (mut ends, mut returned) = (0u64, 0);
        each_block(simd, bytes, #[inline(always)] |block| {
            let (feeds, returns) = (block.any([b'\n']), block.any([b'\r']));
            let of_both = (returns << 1 | returned) & feeds;
            ends = ends.wrapping_add(u64::from(feeds.count_ones()));
            if returns | returned != 0 {
                ends = ends.wrapping_add(u64::from(returns.count_ones())).wrapping_sub(u64::from(of_both.count_ones()));
            }
            returned = returns >> (block::BYTES - 1);
        });
        ends as u32
    })
}

/// Looks at every block of a text, the last one filled up with blanks.
#[inline(always)]
fn each_block<S: Simd>(simd: S, bytes: &[u8], mut look: impl FnMut(Block<S>)) {
    let (blocks, rest) = bytes.as_chunks::<{ block::BYTES }>();
    for block in blocks {
        look(Block::of(simd, block));
    }
    let mut last = [b' '; block::BYTES];
    last[..rest.len()].copy_from_slice(rest);
    look(Block::of(simd, &last));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_of_three_kinds_are_counted() {
        assert_eq!(line_ends(b"a\nb\r\nc\rd"), 3);
        assert_eq!(line_ends(&b"x\n".repeat(1000)), 1000);
        for before in 0..200 {
            let text = |end: &str| [&vec![b'x'; before], end.as_bytes()].concat();
            assert_eq!((line_ends(&text("\r\nx\r")), line_ends(&text("\r\r\n\n\r"))), (2, 4), "{before}");
            assert_eq!(
                (line_ends(&text("\r")), line_ends(&text("\n\r")), line_ends(&text("\r\n")), line_ends(&text(""))),
                (1, 2, 1, 0),
                "{before}"
            );
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
