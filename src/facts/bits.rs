//! Some of many numbers, a bit for each: few enough bytes to stay in the cache where numbers are asked for in any order.

use std::iter::successors;

/// Those that were added.
#[derive(Clone, Debug, Default)]
pub struct Bits(Vec<u64>);

impl Bits {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn add(&mut self, number: u32) {
        let word = number as usize / 64;
        if word >= self.0.len() {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= 1 << (number % 64);
    }

    #[inline]
    pub fn has(&self, number: u32) -> bool {
        self.0.get(number as usize / 64).is_some_and(|bits| bits >> (number % 64) & 1 > 0)
    }

    /// From the least on.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        let first = |bits: &u64| Some(*bits).filter(|bits| *bits > 0);
        let set = move |bits: u64| successors(first(&bits), move |bits| first(&(bits & (bits - 1)))).map(u64::trailing_zeros);
        (0..).zip(self.0.iter().copied()).flat_map(move |(word, bits): (u32, u64)| set(bits).map(move |bit| word * 64 + bit))
    }
}

impl FromIterator<u32> for Bits {
    fn from_iter<I: IntoIterator<Item = u32>>(numbers: I) -> Bits {
        let mut bits = Bits::default();
        numbers.into_iter().for_each(|number| bits.add(number));
        bits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_that_were_added_are_there_and_no_others() {
        let all = [200u32, 0, 63, 64, 5, 200];
        let bits: Bits = all.into_iter().collect();
        assert!((0..1000).all(|number| bits.has(number) == all.contains(&number)));
        assert_eq!(bits.iter().collect::<Vec<_>>(), [0, 5, 63, 64, 200]);
        assert!(Bits::default().is_empty() && !bits.is_empty() && Bits::default().iter().next().is_none());
    }
}
