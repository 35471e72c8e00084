//! What stands at the end of many lines alike (outcome, award, amount and reason): kept once, and known by a number.

use xxhash_rust::xxh3::xxh3_64;

use crate::policy::AwardId;

/// Lines without what stands before it, in the order in which they were met.
#[derive(Debug)]
pub struct Tails {
    text: Vec<u8>,
    /// Where each ends, and its award.
    tails: Vec<(u64, Option<AwardId>)>,
    /// By a hash of the text: the number of one from 1, which gives way to another with the same.
    slots: Vec<u32>,
}

impl Tails {
    /// People have few ways to come to nothing; what differs in each row, such as two dates, only passes through. `slots` is a power of two.
    pub fn new(slots: usize) -> Tails {
        Tails { text: Vec::new(), tails: Vec::new(), slots: vec![0; slots] }
    }

    /// The number of a text, which is kept where it is not there.
    pub fn number_of(&mut self, award: Option<AwardId>, text: &[u8]) -> u32 {
        let slot = xxh3_64(text) as usize & (self.slots.len() - 1);
        if let Some(known) = self.slots[slot].checked_sub(1)
            && (self.award(known), self.get(known)) == (award, text)
        {
            return known;
        }
        self.text.extend_from_slice(text);
        self.tails.push((self.text.len() as u64, award));
        self.slots[slot] = self.tails.len() as u32;
        self.slots[slot] - 1
    }

    /// Takes in others, and says which number each has here.
    pub fn join(&mut self, others: &Tails) -> Vec<u32> {
        (0..others.tails.len() as u32).map(|number| self.number_of(others.award(number), others.get(number))).collect()
    }

    #[inline]
    pub fn award(&self, number: u32) -> Option<AwardId> {
        self.tails[number as usize].1
    }

    #[inline]
    pub fn get(&self, number: u32) -> &[u8] {
        let (start, length) = self.place(number);
        &self.text[start..start + length]
    }

    /// The text, and what stands behind it.
    #[inline]
    pub fn from(&self, number: u32) -> (&[u8], usize) {
        let (start, length) = self.place(number);
        (&self.text[start..], length)
    }

    #[inline]
    pub fn length(&self, number: u32) -> usize {
        self.place(number).1
    }

    #[inline]
    fn place(&self, number: u32) -> (usize, usize) {
        let number = number as usize;
        let start = if number > 0 { self.tails[number - 1].0 } else { 0 };
        (start as usize, (self.tails[number].0 - start) as usize)
    }
}
