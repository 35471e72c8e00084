//! Distinct texts numbered in the order of their first appearance, so that a column keeps each text once.

/// Numbers texts from 1; 0 is left free for missing. Found by hash, numbered by appearance: the hash never shows.
#[derive(Clone, Debug, Default)]
pub struct Dictionary {
    /// All texts, one behind the other.
    text: String,
    /// By code, from 1: where the text ends.
    ends: Vec<usize>,
    /// Open addressing, 0 is a free slot: the upper half of the hash, then the code. The length is a power of two.
    slots: Vec<u64>,
}

const CODE: u64 = u32::MAX as u64;

impl Dictionary {
    pub fn with_capacity(texts: usize) -> Dictionary {
        let slots = vec![0; (texts * 2 + 1).next_power_of_two().max(16)];
        Dictionary { text: String::new(), ends: Vec::with_capacity(texts), slots }
    }

    /// The text's code, a new one where it was not seen before.
    #[inline]
    pub fn code(&mut self, text: &str) -> u32 {
        if (self.ends.len() + 1) * 2 > self.slots.len() {
            self.grow();
        }
        let hash = hash(text.as_bytes());
        let slot = self.slot(text, hash);
        if self.slots[slot] == 0 {
            self.text.push_str(text);
            self.ends.push(self.text.len());
            self.slots[slot] = (hash & !CODE) | self.ends.len() as u64;
        }
        (self.slots[slot] & CODE) as u32
    }

    /// By code of another dictionary (0 is missing in both): the code of the same text here.
    pub fn codes_of(&mut self, other: &Dictionary) -> Vec<u32> {
        std::iter::once(0).chain(other.texts().map(|text| self.code(text))).collect()
    }

    /// The text's code where it was seen before.
    #[inline]
    pub fn find(&self, text: &str) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        let slot = self.slots[self.slot(text, hash(text.as_bytes()))];
        Some((slot & CODE) as u32).filter(|code| *code != 0)
    }

    /// The text of a code from [`Dictionary::code`].
    #[inline]
    pub fn text(&self, code: u32) -> &str {
        let code = code as usize;
        let start = if code > 1 { self.ends[code - 2] } else { 0 };
        &self.text[start..self.ends[code - 1]]
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The texts by code: code 1 comes first.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        (1..=self.len() as u32).map(|code| self.text(code))
    }

    /// Forgets how to find texts by hash: what was read keeps its codes.
    pub fn forget_slots(&mut self) {
        self.slots = Vec::new();
    }

    /// The slot that holds the text, or the free one where it belongs.
    #[inline]
    fn slot(&self, text: &str, hash: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        loop {
            let found = self.slots[slot];
            if found == 0 || (found ^ hash) & !CODE == 0 && *self.text((found & CODE) as u32) == *text {
                return slot;
            }
            slot = (slot + 1) & mask;
        }
    }

    fn grow(&mut self) {
        self.slots = vec![0; (self.slots.len() * 2).max(16)];
        let mask = self.slots.len() - 1;
        for code in 1..=self.len() as u32 {
            let hash = hash(self.text(code).as_bytes());
            let mut slot = hash as usize & mask;
            while self.slots[slot] != 0 {
                slot = (slot + 1) & mask; // every text is there once: no two need comparing
            }
            self.slots[slot] = (hash & !CODE) | u64::from(code);
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

#[inline]
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
