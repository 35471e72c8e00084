//! Sixty-four bytes that are looked at at once, on every processor: which of them are certain signs, one bit for each.

use fearless_simd::prelude::*;
use fearless_simd::{i8x64, u8x64};

pub use fearless_simd::{Level, Simd, dispatch};

/// The bytes of a block, in registers of the kind that `S` says. What works on blocks is compiled once for each kind, and [`dispatch`]
/// picks the widest that the processor has; all find the same.
#[derive(Clone, Copy)]
pub struct Block<S: Simd>(S, u8x64<S>);

/// So many bytes a block has.
pub const BYTES: usize = 64;

impl<S: Simd> Block<S> {
    #[inline(always)]
    pub fn of(simd: S, bytes: &[u8; BYTES]) -> Block<S> {
        Block(simd, u8x64::simd_from(simd, *bytes))
    }

    /// Where one of the signs stands: the lowest bit is for the first byte.
    #[inline(always)]
    pub fn any<const N: usize>(self, signs: [u8; N]) -> u64 {
        signs.into_iter().fold(0, |found, sign| found | self.1.simd_eq(u8x64::splat(self.0, sign)).to_bitmask())
    }

    /// Where ASCII stands, and no zero.
    #[inline(always)]
    pub fn ascii(self) -> u64 {
        // with a sign these are the numbers above zero
        i8x64::from_bytes(self.1).simd_gt(i8x64::splat(self.0, 0)).to_bitmask()
    }
}

/// Each bit says whether an odd number of bits is set up to it, itself included: with the quotes of a text, whether its byte stands inside of some.
#[inline(always)]
pub fn odd_up_to(bits: u64) -> u64 {
    [1, 2, 4, 8, 16, 32].into_iter().fold(bits, |odd, distance| odd ^ odd << distance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[inline(always)]
    fn places<S: Simd>(simd: S, bytes: &[u8; BYTES]) -> [u64; 4] {
        let block = Block::of(simd, bytes);
        [block.any([b',']), block.any([b'x']), block.any([b',', b'"']), !block.ascii()]
    }

    #[test]
    fn every_byte_has_its_bit_whatever_the_processor() {
        for at in 0..BYTES {
            let mut bytes = [b'a'; BYTES];
            (bytes[at], bytes[(at + 7) % BYTES]) = (b',', b'"');
            let found = [1 << at, 0, 1 << at | 1 << ((at + 7) % BYTES), 0];
            assert_eq!(dispatch!(Level::new(), simd => places(simd, &bytes)), found);
            assert_eq!(dispatch!(Level::baseline(), simd => places(simd, &bytes)), found);
            for byte in 0..=u8::MAX {
                bytes[at] = byte;
                let odd = if byte == 0 || byte > 127 { 1 << at } else { 0 };
                assert_eq!([Level::new(), Level::baseline()].map(|level| dispatch!(level, simd => places(simd, &bytes))[3]), [odd; 2]);
            }
        }
    }
}
