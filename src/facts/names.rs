//! Texts by number, one behind the other: a million IDs are two pieces of memory and not a million.

use std::cmp::Ordering;
use std::ops::{Index, Range};

use rayon::prelude::*;

use super::read::Spot;
use super::shared::Shared;

/// Of the people's IDs and the keys of a look-up record, sorted, each once; of a dictionary by its codes.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// How many there are; behind them may stand those of others that the texts are shared with.
    count: usize,
    text: Shared<String>,
    /// By number: where the text ends.
    ends: Ends<32>,
}

/// Numbers that never fall, of which only so many bits stand with each.
#[derive(Clone, Debug, Default)]
struct Ends<const BITS: u32> {
    low: Shared<Vec<u32>>,
    /// Where the other bits grow by one, once for each time: hardly ever are all texts together so long.
    carries: Vec<u32>,
}

impl<const BITS: u32> Ends<BITS> {
    #[inline]
    fn push(&mut self, end: usize) {
        let low = self.low.own();
        while self.carries.len() < end >> BITS {
            self.carries.push(low.len() as u32);
        }
        low.push((end & ((1 << BITS) - 1)) as u32);
    }

    /// What stands between the number in front of this one and this one.
    #[inline]
    fn range(&self, number: usize) -> Range<usize> {
        let low: &[u32] = &self.low;
        let start = if number > 0 { low[number.wrapping_sub(1)] as usize } else { 0 };
        let range = start..low[number] as usize;
        if self.carries.is_empty() { range } else { self.carried(number, range) }
    }

    /// The same with the bits that do not stand with the numbers.
    #[cold]
    fn carried(&self, number: usize, Range { start, end }: Range<usize>) -> Range<usize> {
        let carried = |number: usize| self.carries.partition_point(|carry| *carry as usize <= number) << BITS;
        start | number.checked_sub(1).map_or(0, carried)..end | carried(number)
    }
}

/// Bytes that one thread looks at.
const TOGETHER: usize = 1 << 14;
/// Texts that one thread compares with those before them.
const COMPARED: usize = 1 << 12;

impl Names {
    pub const NONE: Names =
        Names { count: 0, text: Shared::Own(String::new()), ends: Ends { low: Shared::Own(Vec::new()), carries: Vec::new() } };

    #[inline]
    pub fn len(&self) -> usize {
        self.count
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub fn get(&self, number: usize) -> Option<&str> {
        (number < self.len()).then(|| &self[number])
    }

    /// A text where it stands among the others.
    #[inline]
    pub(super) fn spot(&self, number: usize) -> Spot<'_> {
        Spot::of(&self.text, self.ends.range(number))
    }

    #[inline]
    pub fn push(&mut self, text: &str) {
        if self.count < self.ends.low.len() {
            *self = self.iter().collect(); // what stands behind is not its own
        }
        let all = self.text.own();
        all.push_str(text);
        self.ends.push(all.len());
        self.count += 1;
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|number| &self[number])
    }

    /// Whether any text has such a byte: all are looked at together.
    pub(super) fn any_byte(&self, is_such: impl Fn(u8) -> bool + Sync) -> bool {
        let any = |bytes: &[u8]| bytes.iter().fold(false, |any, byte| any | is_such(*byte));
        self.text.as_bytes().par_chunks(TOGETHER).any(any)
    }

    /// Whether each of the first so many texts stands behind the one before it in the order of bytes: mostly their heads say so.
    pub(super) fn are_in_order(&self, count: usize) -> bool {
        let piece = |first: usize| {
            let mut before = self.spot(first - 1).words();
            (first..count.min(first + COMPARED)).all(|number| {
                let (one, other) = (before, self.spot(number).words());
                before = other;
                let at = usize::from(one[0] == other[0]);
                if one[at] != other[at] { one[at].swap_bytes() < other[at].swap_bytes() } else { self[number - 1] < self[number] }
            })
        };
        (1..count).into_par_iter().step_by(COMPARED).all(piece)
    }

    /// The first texts alone, shared with these.
    pub fn first(&mut self, count: usize) -> Names {
        let ends = Ends { low: self.ends.low.share(), carries: self.ends.carries.clone() };
        Names { count, text: self.text.share(), ends }
    }

    /// The number of a text, where the texts are sorted by their bytes.
    pub fn number_of(&self, text: &str) -> Option<usize> {
        self.search(text).ok()
    }

    /// The text itself or the first behind it, where the texts are sorted by their bytes.
    pub fn from(&self, text: &str) -> Option<&str> {
        self.get(self.search(text).unwrap_or_else(|behind| behind))
    }

    /// Where a text stands among sorted ones, or where it would.
    fn search(&self, text: &str) -> Result<usize, usize> {
        let mut open = 0..self.len();
        while !open.is_empty() {
            let middle = open.start + open.len() / 2;
            match self[middle].cmp(text) {
                Ordering::Less => open.start = middle + 1,
                Ordering::Equal => return Ok(middle),
                Ordering::Greater => open.end = middle,
            }
        }
        Err(open.start)
    }
}

impl Index<usize> for Names {
    type Output = str;

    #[inline]
    fn index(&self, number: usize) -> &str {
        &self.text[self.ends.range(number)]
    }
}

impl<T: AsRef<str>> FromIterator<T> for Names {
    fn from_iter<I: IntoIterator<Item = T>>(texts: I) -> Names {
        let texts = texts.into_iter();
        let low = Shared::Own(Vec::with_capacity(texts.size_hint().0));
        let mut names = Names { ends: Ends { low, carries: Vec::new() }, ..Names::default() };
        for text in texts {
            names.push(text.as_ref());
        }
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_found_and_no_other() {
        let all = ["", "1", "10", "1042", "9", "ä"];
        let mut names: Names = all.into_iter().collect();
        assert_eq!(names.iter().collect::<Vec<_>>(), all);
        for (number, text) in all.into_iter().enumerate() {
            assert_eq!((&names[number], names.number_of(text)), (text, Some(number)));
        }
        assert!((0..=all.len()).all(|count| names.are_in_order(count)));
        for (left, right) in (0..all.len()).flat_map(|left| (0..all.len()).map(move |right| (left, right))) {
            let pair: Names = [all[left], all[right], "zz"].into_iter().collect();
            assert_eq!((pair.are_in_order(2), pair.are_in_order(3)), (left < right, left < right && right < 5), "{left} {right}");
        }
        let mut many: Vec<String> = (0..3 * COMPARED).map(|number| format!("a text of more than sixteen bytes, {number:06}")).collect();
        assert!(many.iter().collect::<Names>().are_in_order(many.len()));
        for at in [0, 1, COMPARED - 1, COMPARED, COMPARED + 1, 2 * COMPARED, many.len() - 2] {
            many.swap(at, at + 1);
            assert!(!many.iter().collect::<Names>().are_in_order(many.len()) && many.iter().collect::<Names>().are_in_order(at + 1));
            many.swap(at, at + 1);
        }
        assert!(["0", "104", "10425", "8", "z", "ö"].into_iter().all(|text| names.number_of(text).is_none()));
        assert_eq!(Names::default().number_of(""), None);
        let behind = ["", "0", "104", "10425", "9", "z", "ö"].map(|text| names.from(text));
        assert_eq!(behind, [Some(""), Some("1"), Some("1042"), Some("9"), Some("9"), Some("ä"), None]);
        let mut first = names.first(3);
        assert_eq!((first.iter().collect::<Vec<_>>(), first.get(3), names.first(0).len()), (all[..3].to_vec(), None, 0));
        assert_eq!((first.number_of("10"), first.number_of("1042"), first.from("1042")), (Some(2), None, None));
        first.push("z");
        names.push("zz");
        assert_eq!(first.iter().collect::<Vec<_>>(), ["", "1", "10", "z"]);
        assert_eq!(names.iter().collect::<Vec<_>>(), ["", "1", "10", "1042", "9", "ä", "zz"]);
    }

    #[test]
    fn ends_keep_all_their_bits() {
        let all = [0, 3, 7, 8, 8, 15, 40, 41, 64];
        let mut ends = Ends::<3>::default();
        all.into_iter().for_each(|end| ends.push(end));
        assert_eq!((0..all.len()).map(|number| ends.range(number).end).collect::<Vec<_>>(), all);
        assert!(ends.low.iter().all(|low| *low < 8));
    }
}
