//! Distinct texts numbered in the order of their first appearance, so that a column keeps each text once.

use rayon::prelude::*;

use super::Names;

/// Numbers texts from 1; 0 is left free for missing. Found by hash, numbered by appearance: the hash never shows.
#[derive(Clone, Debug, Default)]
pub struct Dictionary {
    /// By code, from 1.
    texts: Names,
    /// Open addressing; some are always free.
    slots: Vec<Slot>,
}

/// A text of up to 11 bytes is whole in its slot, so that finding it is one walk to memory. Four slots lie in one line of the
/// processor's cache: they are most of what a dictionary takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Key {
    first: u64,
    /// The bytes from the eighth on, and above them the length; [`LONG`] for a text that does not fit, whose hash is in `first`.
    last: u32,
}

#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    first: u64,
    last: u32,
    /// 0: the slot is free.
    code: u32,
}

impl Slot {
    fn of(key: Key, code: u32) -> Slot {
        Slot { first: key.first, last: key.last, code }
    }

    #[inline]
    fn key(self) -> Key {
        Key { first: self.first, last: self.last }
    }
}

/// Texts that one thread looks for at a time.
const SEARCHED_TOGETHER: usize = 1 << 12;

const LONG: u32 = u32::MAX;

/// So many slots are made half as many again, and not twice as many, where they are not enough.
const MANY: usize = 1 << 20;

impl Key {
    #[inline]
    fn of(text: &str) -> Key {
        let bytes = text.as_bytes();
        let length = bytes.len();
        let (first, behind) = match length {
            0 => (0, 0),
            1..4 => (u64::from(bytes[0]) | u64::from(bytes[length / 2]) << 8 | u64::from(bytes[length - 1]) << 16, 0),
            4..8 => (u64::from(four(bytes.first_chunk())) | u64::from(four(bytes.last_chunk())) << 32, 0),
            8..=11 => (eight(bytes.first_chunk()), u64::from(four(bytes.last_chunk())) >> (8 * (12 - length))),
            _ => return Key { first: hash(bytes), last: LONG },
        };
        Key { first, last: behind as u32 | (length as u32) << 24 }
    }

    #[inline]
    fn hash(self) -> u64 {
        mix(mix(self.first) ^ u64::from(self.last))
    }
}

#[inline]
pub fn four(bytes: Option<&[u8; 4]>) -> u32 {
    bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

#[inline]
pub fn eight(bytes: Option<&[u8; 8]>) -> u64 {
    bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

impl Dictionary {
    /// The text's code, a new one where it was not seen before.
    #[inline]
    pub fn code(&mut self, text: &str) -> u32 {
        self.make_room(1);
        let key = Key::of(text);
        let slot = self.slot(text, key);
        if self.slots[slot].code == 0 {
            self.texts.push(text);
            self.slots[slot] = Slot::of(key, self.texts.len() as u32);
        }
        self.slots[slot].code
    }

    /// By code of another dictionary (0 is missing in both): the code of the same text here.
    pub fn codes_of(&mut self, other: &Dictionary) -> Vec<u32> {
        // each search is a walk to memory: those are made side by side, and only new texts one after the other
        let known = (0..other.len() as u32 + 1).into_par_iter().with_min_len(SEARCHED_TOGETHER);
        let mut codes: Vec<u32> = known.map(|code| if code == 0 { 0 } else { self.find(other.text(code)).unwrap_or(0) }).collect();
        self.make_room(codes.iter().skip(1).filter(|code| **code == 0).count());
        for (code, own) in (0..).zip(&mut codes).skip(1).filter(|(_, own)| **own == 0) {
            *own = self.code(other.text(code));
        }
        codes
    }

    /// The text's code where it was seen before.
    #[inline]
    pub fn find(&self, text: &str) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        let slot = self.slots[self.slot(text, Key::of(text))];
        Some(slot.code).filter(|code| *code != 0)
    }

    /// The text of a code from [`Dictionary::code`].
    #[inline]
    pub fn text(&self, code: u32) -> &str {
        &self.texts[code as usize - 1]
    }

    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// The texts by code: code 1 comes first.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.texts.iter()
    }

    /// Forgets how to find texts by hash: what was read keeps its codes. It is worked out again where another text comes.
    pub fn forget_slots(&mut self) {
        self.slots = Vec::new();
    }

    /// Whether texts are found without working the slots out again.
    pub fn has_slots(&self) -> bool {
        !self.slots.is_empty()
    }

    /// The slot that holds the text, or the free one where it belongs.
    #[inline]
    fn slot(&self, text: &str, key: Key) -> usize {
        let mut at = self.home(key);
        loop {
            let slot = self.slots[at];
            if slot.code == 0 || slot.key() == key && (key.last != LONG || *self.text(slot.code) == *text) {
                return at;
            }
            at = self.behind(at);
        }
    }

    /// The slot where a text is looked for first: any number of slots is used evenly.
    #[inline]
    fn home(&self, key: Key) -> usize {
        ((u128::from(key.hash()) * self.slots.len() as u128) >> 64) as usize
    }

    #[inline]
    fn behind(&self, at: usize) -> usize {
        if at + 1 == self.slots.len() { 0 } else { at + 1 }
    }

    /// Slots for so many more texts.
    #[inline]
    fn make_room(&mut self, more: usize) {
        let wanted = (self.len() + more) * 8;
        if wanted > self.slots.len() * 7 {
            let halves = if self.slots.len() < MANY { 4 } else { 3 };
            self.grow((wanted / 7 + 1).max(self.slots.len() / 2 * halves).max(16));
        }
    }

    fn grow(&mut self, size: usize) {
        // from the texts and not from the old slots, which are gone before the new ones are made
        self.slots = Vec::new();
        self.slots = vec![Slot::default(); size];
        (1..=self.len() as u32).for_each(|code| self.put(Slot::of(Key::of(self.text(code)), code)));
    }

    /// Puts a text where it is found. Every text is there once: no two need comparing.
    #[inline]
    fn put(&mut self, slot: Slot) {
        let mut at = self.home(slot.key());
        while self.slots[at].code != 0 {
            at = self.behind(at);
        }
        self.slots[at] = slot;
    }
}

/// A quick 64-bit hash with fixed constants: the same on every machine and in every run.
#[inline]
pub fn hash(bytes: &[u8]) -> u64 {
    hash_more(0x9e37_79b9_7f4a_7c15, bytes)
}

/// Goes on from an earlier hash, so that several pieces can be hashed as one.
#[inline]
pub fn hash_more(seed: u64, bytes: &[u8]) -> u64 {
    let mut state = mix(seed ^ bytes.len() as u64);
    let mut pairs = bytes.chunks_exact(16);
    for pair in &mut pairs {
        state = multiplied(eight(pair.first_chunk()) ^ SALT, eight(pair.last_chunk()) ^ state);
    }
    let rest = pairs.remainder();
    let (first, last) = rest.split_at(rest.len().min(8));
    multiplied(padded(first) ^ SALT, padded(last) ^ state)
}

const SALT: u64 = 0xa076_1d64_78bd_642f;

/// Up to eight bytes as a word, with zeros behind.
#[inline]
fn padded(bytes: &[u8]) -> u64 {
    let mut word = [0u8; 8];
    word[..bytes.len()].copy_from_slice(bytes);
    u64::from_le_bytes(word)
}

#[inline]
fn mix(word: u64) -> u64 {
    multiplied(word ^ SALT, 0xe703_7ed1_a0b4_28db)
}

#[inline]
fn multiplied(left: u64, right: u64) -> u64 {
    let product = u128::from(left) * u128::from(right);
    (product as u64) ^ ((product >> 64) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_every_length_are_told_apart() {
        let mut dictionary = Dictionary::default();
        let mut texts: Vec<String> = Vec::new();
        for length in 0..40 {
            let plain = "a".repeat(length);
            texts.extend((0..length).map(|at| format!("{}b{}", &plain[..at], &plain[at + 1..])));
            texts.push(plain);
        }
        for round in 0..2 {
            for (number, text) in (1u32..).zip(&texts) {
                assert_eq!(dictionary.code(text), number, "{round} {text}");
                assert_eq!((dictionary.find(text), dictionary.text(number)), (Some(number), text.as_str()));
            }
        }
        assert_eq!(dictionary.find("c"), None);
    }

    #[test]
    fn hashes_depend_on_every_byte() {
        let bytes: Vec<u8> = (0..50).collect();
        for length in 0..50 {
            for changed in 0..length {
                let mut other = bytes[..length].to_vec();
                other[changed] ^= 1;
                assert_ne!(hash(&other), hash(&bytes[..length]), "{length} {changed}");
            }
            assert_ne!(hash(&bytes[..length]), hash(&bytes[..length + 1]));
        }
    }

    #[test]
    fn texts_are_numbered_by_appearance() {
        let mut dictionary = Dictionary::default();
        for number in 0..1000u32 {
            assert_eq!(dictionary.code(&number.to_string()), number + 1);
        }
        assert_eq!(dictionary.code("7"), 8);
        assert_eq!(dictionary.find("999"), Some(1000));
        assert_eq!(dictionary.find("x"), None);
        assert_eq!(dictionary.text(8), "7");
    }

    #[test]
    fn what_was_forgotten_is_found_again() {
        let (mut dictionary, mut other) = (Dictionary::default(), Dictionary::default());
        (0..1000u32).for_each(|number| _ = dictionary.code(&number.to_string()));
        (500..2000u32).for_each(|number| _ = other.code(&format!("{number}")));
        let long = "a text that does not fit into its slot";
        let code = dictionary.code(long);
        dictionary.forget_slots();
        other.forget_slots();
        assert_eq!((dictionary.code("7"), dictionary.code(long), dictionary.len()), (8, code, 1001));
        dictionary.forget_slots();
        let codes = dictionary.codes_of(&other);
        assert_eq!((codes[0], codes[1], codes[500], codes[501]), (0, 501, 1000, 1002));
        assert_eq!((dictionary.len(), dictionary.find("1999")), (2001, Some(codes[1500])));
    }
}
