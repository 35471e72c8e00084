//! Distinct texts numbered in the order of their first appearance, so that a column keeps each text once.

/// Numbers texts from 1; 0 is left free for missing. Found by hash, numbered by appearance: the hash never shows.
#[derive(Clone, Debug, Default)]
pub struct Dictionary {
    texts: Vec<Box<str>>,
    /// Codes by hash with open addressing, 0 is a free slot; the length is a power of two.
    slots: Vec<Slot>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    /// The upper half of the text's hash: most texts that differ, differ here.
    tag: u32,
    code: u32,
}

impl Dictionary {
    /// The text's code, a new one where it was not seen before.
    pub fn code(&mut self, text: &str) -> u32 {
        if self.texts.len() * 2 >= self.slots.len() {
            self.grow();
        }
        let (slot, tag) = self.slot(text);
        if self.slots[slot].code == 0 {
            self.texts.push(text.into());
            self.slots[slot] = Slot { tag, code: self.texts.len() as u32 };
        }
        self.slots[slot].code
    }

    /// By code of another dictionary (0 is missing in both): the code of the same text here.
    pub fn codes_of(&mut self, other: &Dictionary) -> Vec<u32> {
        std::iter::once(0).chain(other.texts.iter().map(|text| self.code(text))).collect()
    }

    /// The text's code where it was seen before.
    pub fn find(&self, text: &str) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        Some(self.slots[self.slot(text).0].code).filter(|code| *code != 0)
    }

    /// The text of a code from [`Dictionary::code`].
    pub fn text(&self, code: u32) -> &str {
        &self.texts[code as usize - 1]
    }

    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// The texts by code: code 1 comes first.
    pub fn texts(&self) -> &[Box<str>] {
        &self.texts
    }

    pub fn into_texts(self) -> Vec<Box<str>> {
        self.texts
    }

    /// The slot that holds the text, or the free one where it belongs, and the tag to keep there.
    fn slot(&self, text: &str) -> (usize, u32) {
        let mask = self.slots.len() - 1;
        let hash = hash(text.as_bytes());
        let tag = (hash >> 32) as u32;
        let mut at = hash as usize & mask;
        loop {
            let slot = self.slots[at];
            if slot.code == 0 || (slot.tag == tag && *self.texts[slot.code as usize - 1] == *text) {
                return (at, tag);
            }
            at = (at + 1) & mask;
        }
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(16);
        let old = std::mem::replace(&mut self.slots, vec![Slot::default(); size]);
        for slot in old.into_iter().filter(|slot| slot.code != 0) {
            let (at, tag) = self.slot(&self.texts[slot.code as usize - 1]);
            self.slots[at] = Slot { tag, code: slot.code };
        }
    }
}

/// A quick 64-bit hash with fixed constants: the same on every machine and in every run.
pub fn hash(bytes: &[u8]) -> u64 {
    hash_more(0x9e37_79b9_7f4a_7c15, bytes)
}

/// Goes on from an earlier hash, so that several pieces can be hashed as one.
pub fn hash_more(seed: u64, bytes: &[u8]) -> u64 {
    let mut state = mix(seed ^ bytes.len() as u64);
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        let mut word = [0u8; 8];
        word.copy_from_slice(chunk);
        state = mix(state ^ u64::from_le_bytes(word));
    }
    let mut word = [0u8; 8];
    let rest = chunks.remainder();
    word[..rest.len()].copy_from_slice(rest);
    mix(state ^ u64::from_le_bytes(word))
}

fn mix(word: u64) -> u64 {
    let product = u128::from(word ^ 0xa076_1d64_78bd_642f) * 0xe703_7ed1_a0b4_28db;
    (product as u64) ^ ((product >> 64) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
