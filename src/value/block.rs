//! Sixty-four bytes that are looked at at once, on every processor: which of them are certain signs, one bit for each.

use wide::u8x32;

/// The bytes of a block.
#[derive(Clone, Copy, Debug)]
pub struct Block {
    low: u8x32,
    high: u8x32,
}

impl Block {
    /// So many bytes it has.
    pub const BYTES: usize = 64;

    #[inline]
    pub fn of(bytes: &[u8; Block::BYTES]) -> Block {
        let half = |half: Option<&[u8; Block::BYTES / 2]>| half.map_or(u8x32::ZERO, |half| u8x32::from(*half));
        Block { low: half(bytes.first_chunk()), high: half(bytes.last_chunk()) }
    }

    /// Where one of the signs stands: the lowest bit is for the first byte.
    #[inline]
    pub fn any<const N: usize>(self, signs: [u8; N]) -> u64 {
        let in_half = |half: u8x32| {
            let found = signs.into_iter().fold(u8x32::ZERO, |found, sign| found | half.simd_eq(u8x32::splat(sign)));
            u64::from(found.to_bitmask())
        };
        in_half(self.low) | in_half(self.high) << (Block::BYTES / 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_its_bit() {
        for at in 0..Block::BYTES {
            let mut bytes = [b'a'; Block::BYTES];
            (bytes[at], bytes[(at + 7) % Block::BYTES]) = (b',', b'"');
            let block = Block::of(&bytes);
            assert_eq!((block.any([b',']), block.any([b'x'])), (1 << at, 0));
            assert_eq!(block.any([b',', b'"']), 1 << at | 1 << ((at + 7) % Block::BYTES));
        }
    }
}
