//! What a dictionary finds a text by.

use super::hashing::{PEPPER, SALT, WORDS, hash, multiplied};
use super::read::Head;

/// A text of up to 11 bytes is whole in its slot, so that finding it is one walk to memory. Four slots lie in one line of the
/// processor's cache: they are most of what a dictionary takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Key {
    pub first: u64,
    /// The bytes from the eighth on, and above them the length and one more, so that no key is that of a free slot; [`LONG`] for a text that does not fit, whose hash is in `first`.
    pub last: u32,
}

pub const LONG: u32 = u32::MAX;

/// Texts longer than this do not fit their slot, and longer than that are hashed as a whole.
const SHORT: u64 = 11;

impl Key {
    #[inline(always)]
    pub fn of_head<'b>(head: &Head, bytes: impl FnOnce() -> &'b [u8]) -> Key {
        let Head { length, words: [first, last] } = *head;
        if length <= SHORT {
            return Key { first, last: last as u32 | (length as u32).wrapping_add(1) << 24 };
        }
        let first = if length <= WORDS as u64 { multiplied(first ^ SALT, last ^ length) } else { hash_of_long(bytes()) };
        Key { first, last: LONG }
    }

    #[inline(always)]
    pub fn hash(self) -> u64 {
        multiplied(self.first ^ SALT, u64::from(self.last) ^ PEPPER)
    }
}

/// Out of the way of what is done with most texts.
#[inline(never)]
fn hash_of_long(bytes: &[u8]) -> u64 {
    hash(bytes)
}
