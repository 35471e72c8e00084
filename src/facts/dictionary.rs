//! Distinct texts numbered in the order of their first appearance, so that a column keeps each text once.

/// Numbers texts from 1; 0 is left free for missing. Found by hash, numbered by appearance: the hash never shows.
#[derive(Clone, Debug, Default)]
pub struct Dictionary {
    texts: Vec<Box<str>>,
    /// Codes by hash with open addressing, 0 is a free slot; the length is a power of two.
    slots: Vec<u32>,
}

impl Dictionary {
    /// The text's code, a new one where it was not seen before.
    pub fn code(&mut self, text: &str) -> u32 {
        if self.texts.len() * 2 >= self.slots.len() {
            self.grow();
        }
        let slot = self.slot(text);
        if self.slots[slot] == 0 {
            self.texts.push(text.into());
            self.slots[slot] = self.texts.len() as u32;
        }
        self.slots[slot]
    }

    /// The text's code where it was seen before.
    pub fn find(&self, text: &str) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        Some(self.slots[self.slot(text)]).filter(|code| *code != 0)
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

    /// The slot that holds the text, or the free one where it belongs.
    fn slot(&self, text: &str) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = hash(text.as_bytes()) as usize & mask;
        loop {
            match self.slots[slot] {
                0 => return slot,
                code if *self.texts[code as usize - 1] == *text => return slot,
                _ => slot = (slot + 1) & mask,
            }
        }
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(16);
        self.slots = vec![0; size];
        for index in 0..self.texts.len() {
            let slot = self.slot(&self.texts[index]);
            self.slots[slot] = index as u32 + 1;
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
