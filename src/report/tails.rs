//! What stands at the end of many lines alike (outcome, award, amount and reason): kept once, and known by a number.

use twox_hash::XxHash3_64;

use crate::policy::AwardId;

/// Lines without what stands before it, in the order in which they were met.
#[derive(Debug)]
pub struct Tails {
    text: Vec<u8>,
    /// Where each begins, and where the last ends.
    starts: Vec<usize>,
    awards: Vec<Option<AwardId>>,
    /// By a hash of the text: the number of one from 1, which gives way to another with the same.
    slots: Vec<u32>,
}

impl Tails {
    /// People have few ways to come to nothing; what differs in each row, such as two dates, only passes through. `slots` is a power of two.
    pub fn new(slots: usize) -> Tails {
        Tails { text: Vec::new(), starts: vec![0], awards: Vec::new(), slots: vec![0; slots] }
    }

    /// The number of a text, which is kept where it is not there.
    pub fn number_of(&mut self, award: Option<AwardId>, text: &[u8]) -> u32 {
        let slot = XxHash3_64::oneshot(text) as usize & (self.slots.len() - 1);
        if let Some(known) = self.slots[slot].checked_sub(1)
            && (self.award(known), self.get(known)) == (award, text)
        {
            return known;
        }
        self.text.extend_from_slice(text);
        self.starts.push(self.text.len());
        self.awards.push(award);
        self.slots[slot] = self.awards.len() as u32;
        self.slots[slot] - 1
    }

    /// Takes in others, and says which number each has here.
    pub fn join(&mut self, others: &Tails) -> Vec<u32> {
        (0..others.awards.len() as u32).map(|number| self.number_of(others.award(number), others.get(number))).collect()
    }

    #[inline]
    pub fn award(&self, number: u32) -> Option<AwardId> {
        self.awards[number as usize]
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

    /// The length of each.
    pub fn lengths(&self) -> Vec<u32> {
        self.starts.windows(2).map(|pair| (pair[1] - pair[0]) as u32).collect()
    }

    #[inline]
    fn place(&self, number: u32) -> (usize, usize) {
        match self.starts.get(number as usize..) {
            Some([start, end, ..]) => (*start, end - start),
            _ => (0, 0),
        }
    }
}
