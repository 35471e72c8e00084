//! Distinct texts numbered in the order of their first appearance, so that a column keeps each text once.

use rayon::prelude::*;

use super::Names;
use super::parse::plain::is_own_id;
use super::read::Spot;

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
pub struct Key {
    first: u64,
    /// The bytes from the eighth on, and above them the length and one more, so that no key is that of a free slot; [`LONG`] for a text that does not fit, whose hash is in `first`.
    last: u32,
}

#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    first: u64,
    last: u32,
    /// 0: the slot is free. [`OWN`] is set where a cell with this text stands for itself.
    code: u32,
}

impl Slot {
    fn of(text: &str, key: Key, code: u32) -> Slot {
        Slot { first: key.first, last: key.last, code: if is_own_id(text) { code | OWN } else { code } }
    }

    /// Whether a text with this key has taken it.
    #[inline]
    fn holds(&self, key: Key) -> bool {
        (self.first ^ key.first) | u64::from(self.last ^ key.last) == 0
    }

    #[inline]
    fn code(self) -> u32 {
        self.code & !OWN
    }
}

/// Texts that one thread looks for at a time.
const SEARCHED_TOGETHER: usize = 1 << 12;

const LONG: u32 = u32::MAX;

/// No file has as many texts.
const OWN: u32 = 1 << 31;

/// So many slots are made half as many again, and not twice as many, where they are not enough, and filled further.
const MANY: usize = 1 << 20;

/// Texts longer than this do not fit their slot, and longer than that are hashed as a whole.
const SHORT: usize = 11;
const WORDS: usize = 16;

impl Key {
    #[inline]
    fn of(text: &str) -> Key {
        let bytes = text.as_bytes();
        let (first, last) = bytes.split_at(bytes.len().min(8));
        Key::of_words((bytes.len(), [padded(first), padded(&last[..last.len().min(8)])]), || bytes)
    }

    /// Of a text whose first sixteen bytes are known as numbers.
    #[inline]
    fn of_words<'b>((length, [first, last]): (usize, [u64; 2]), bytes: impl Fn() -> &'b [u8]) -> Key {
        match length {
            ..=SHORT => Key { first, last: last as u32 | (length as u32 + 1) << 24 },
            ..=WORDS => Key { first: multiplied(first ^ SALT, last ^ length as u64), last: LONG },
            _ => Key { first: hash(bytes()), last: LONG },
        }
    }

    #[inline]
    fn hash(self) -> u64 {
        multiplied(self.first ^ SALT, u64::from(self.last) ^ PEPPER)
    }
}

/// The first sixteen bytes of a text as two numbers, zeros behind its end. `bytes` begins with the text and may go on behind it.
#[inline]
pub fn words(bytes: &[u8], length: usize) -> [u64; 2] {
    let length = length.min(WORDS);
    match bytes.first_chunk::<WORDS>() {
        Some(chunk) => [eight(chunk.first_chunk()) & KEPT[length + 8], eight(chunk.last_chunk()) & KEPT[length]],
        None => {
            let mut chunk = [0; WORDS];
            chunk[..length].copy_from_slice(&bytes[..length]);
            [eight(chunk.first_chunk()), eight(chunk.last_chunk())]
        }
    }
}

/// By how many bytes more than eight are kept, counted from none: the bits of so many bytes.
const KEPT: [u64; WORDS + 9] = {
    let mut kept = [0; WORDS + 9];
    let mut length = 9;
    while length < kept.len() {
        kept[length] = if length < WORDS { (1 << (8 * (length - 8))) - 1 } else { u64::MAX };
        length += 1;
    }
    kept
};

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
        let at = self.place(key, || text.as_bytes());
        if self.slots[at].code == 0 {
            self.texts.push(text);
            self.slots[at] = Slot::of(text, key, self.texts.len() as u32);
        }
        self.slots[at].code()
    }

    /// Looks where a cell's text would be without waiting for what stands there, so that the walks to the texts of several cells are made
    /// side by side.
    #[inline]
    pub fn ahead(&self, cell: Spot<'_>) -> Key {
        let key = Key::of_words((cell.len(), cell.words()), || cell.bytes());
        std::hint::black_box(self.slots.get(self.home(key)).map_or(0, |slot| slot.code));
        key
    }

    /// The code of a cell whose text was seen before and stands for itself, whether as an ID or as a text.
    #[inline]
    pub fn own(&self, cell: Spot<'_>, key: Key) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        let slot = self.slots[self.place(key, || cell.bytes())];
        (slot.code & OWN != 0).then_some(slot.code())
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
        let slot = self.slots[self.place(Key::of(text), || text.as_bytes())];
        Some(slot.code()).filter(|code| *code != 0)
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

    /// The slot that holds the text, or the free one where it belongs. There have to be slots. The bytes are asked for where the key does
    /// not say enough.
    #[inline]
    fn place<'b>(&self, key: Key, bytes: impl Fn() -> &'b [u8]) -> usize {
        let mut at = self.home(key);
        loop {
            let slot = &self.slots[at];
            let is_free = slot.code == 0;
            if is_free || slot.holds(key) && (key.last != LONG || *self.text(slot.code()).as_bytes() == *bytes()) {
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
        let next = at.wrapping_add(1);
        if next == self.slots.len() { 0 } else { next }
    }

    /// Slots for so many more texts: three of four are taken, or seven of eight where there are many.
    #[inline]
    fn make_room(&mut self, more: usize) {
        let (wanted, own) = (self.len() + more, self.slots.len());
        let most = if own < MANY { own / 4 * 3 } else { own / 8 * 7 };
        if wanted > most {
            let halves = if own < MANY { 4 } else { 3 };
            self.grow((wanted / 3 * 4 + 4).max(own / 2 * halves).max(16));
        }
    }

    fn grow(&mut self, size: usize) {
        // from the texts and not from the old slots, which are gone before the new ones are made
        self.slots = Vec::new();
        self.slots = vec![Slot::default(); size];
        for code in 1..=self.len() as u32 {
            let text = self.text(code);
            let key = Key::of(text);
            let (slot, mut at) = (Slot::of(text, key, code), self.home(key));
            // every text is there once: no two need comparing
            while self.slots[at].code != 0 {
                at = self.behind(at);
            }
            self.slots[at] = slot;
        }
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
const PEPPER: u64 = 0xe703_7ed1_a0b4_28db;

/// Up to eight bytes as a word, with zeros behind.
#[inline]
fn padded(bytes: &[u8]) -> u64 {
    let behind = |from: usize| (from as u32).wrapping_mul(8);
    match bytes.len() {
        0 => 0,
        length @ 1..4 => {
            let (middle, last) = (length / 2, length - 1);
            u64::from(bytes[0]) | u64::from(bytes[middle]) << behind(middle) | u64::from(bytes[last]) << behind(last)
        }
        length @ 4..8 => u64::from(four(bytes.first_chunk())) | u64::from(four(bytes.last_chunk())) << behind(length - 4),
        _ => eight(bytes.first_chunk()),
    }
}

#[inline]
fn mix(word: u64) -> u64 {
    multiplied(word ^ SALT, PEPPER)
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
    fn cells_that_stand_for_themselves_are_found_where_they_stand() {
        let mut dictionary = Dictionary::default();
        let texts =
            ["", "a", "E0105417", "eleven byte", "sixteen bytes of", "more than sixteen bytes", " a", "a+b", "=a", "12.0", "#N/A", "ä"];
        let own = |dictionary: &Dictionary, text: &str| {
            let behind = format!("{text},and what stands behind it");
            let find = |cell| dictionary.own(cell, dictionary.ahead(cell));
            let found = find(Spot::of(&behind, 0..text.len()));
            assert_eq!(find(Spot::of(text, 0..text.len())), found, "{text}");
            found
        };
        assert!(texts.iter().all(|text| own(&dictionary, text).is_none()));
        texts.iter().for_each(|text| _ = dictionary.code(text));
        let found: Vec<Option<u32>> = texts.iter().map(|text| own(&dictionary, text)).collect();
        assert_eq!(found[..6], [None, Some(2), Some(3), Some(4), Some(5), Some(6)]);
        assert!(found[6..].iter().all(Option::is_none));
        assert_eq!((dictionary.find("ä"), own(&dictionary, "b")), (Some(12), None));
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
