//! Codes by number that mostly rise with the numbers, as those of a sorted file of people: a bit for each number says nearly all.

use super::read::TOGETHER;
use crate::value::block::{Level, dispatch};

/// The code of each number that has one, never zero. Of many people four bytes for each number would not stay in the cache, where they are
/// asked for in any order; of most numbers the code follows from how many stand in front of it.
#[derive(Clone, Debug, Default)]
pub struct RisingCodes {
    runs: Vec<Run>,
    /// Codes that do not follow so, those of a run together; 0 where none does.
    others: Vec<[u32; NUMBERS as usize]>,
}

/// As many numbers as there are bits.
#[derive(Clone, Copy, Debug, Default)]
struct Run {
    /// Those whose codes follow one another.
    has: u64,
    /// The code of the first of these.
    first: u32,
    /// Which of the others are its own, from 1; 0 where none are.
    others: u32,
}

const NUMBERS: u32 = u64::BITS;

impl Run {
    /// The code of one of its numbers; 0 where it does not follow.
    #[inline(always)]
    fn code(self, number: u32) -> u32 {
        // up to the number, which is the highest of all then
        let up_to = self.has << (!number % NUMBERS);
        // at most all of a run are counted, and no code is so large
        let code = self.first.wrapping_add(up_to.count_ones()).wrapping_sub(1);
        if up_to >> (NUMBERS - 1) > 0 { code } else { 0 }
    }

    /// Adds the code of a number where it follows those in front of it, and none is behind it.
    fn add(&mut self, number: u32, code: u32) -> bool {
        let number = number % NUMBERS;
        if self.has == 0 {
            self.first = code;
        } else if self.has >> number > 0 || self.first + self.has.count_ones() != code {
            return false;
        }
        self.has |= 1 << number;
        true
    }
}

impl RisingCodes {
    /// For so many numbers, of which none has a code yet.
    pub fn of(numbers: usize) -> RisingCodes {
        RisingCodes { runs: vec![Run::default(); numbers.div_ceil(NUMBERS as usize)], others: Vec::new() }
    }

    /// For so many numbers there is room.
    pub fn len(&self) -> usize {
        self.runs.len() * NUMBERS as usize
    }

    /// Makes room for at least so many.
    pub fn make_room(&mut self, numbers: usize) {
        self.runs.resize(numbers.div_ceil(NUMBERS as usize), Run::default());
    }

    /// The code of a number; 0 where it has none.
    #[inline]
    pub fn get(&self, number: u32) -> u32 {
        match self.following(number) {
            0 => self.other(number),
            code => code,
        }
    }

    /// The codes of several numbers, in their stead.
    pub fn get_all(&self, numbers: &mut [u32; TOGETHER], level: Level) {
        let mut codes = [0; TOGETHER];
        dispatch!(level, _ => codes.iter_mut().zip(&*numbers).for_each(|(code, number)| *code = self.following(*number)));
        if !self.others.is_empty() {
            let missing = codes.iter_mut().zip(&*numbers).filter(|(code, _)| **code == 0);
            missing.for_each(|(code, number)| *code = self.other(*number));
        }
        *numbers = codes;
    }

    #[inline(always)]
    fn following(&self, number: u32) -> u32 {
        self.run(number).map_or(0, |run| run.code(number))
    }

    fn other(&self, number: u32) -> u32 {
        let of_run = self.run(number).and_then(|run| self.others.get((run.others as usize).wrapping_sub(1)));
        of_run.map_or(0, |codes| codes[(number % NUMBERS) as usize])
    }

    #[inline(always)]
    fn run(&self, number: u32) -> Option<&Run> {
        self.runs.get((number / NUMBERS) as usize)
    }

    /// Gives a code to a number for which there is room and which has none.
    pub fn set(&mut self, number: u32, code: u32) {
        let run = &mut self.runs[(number / NUMBERS) as usize];
        if run.add(number, code) {
            return;
        }
        if run.others == 0 {
            self.others.push([0; NUMBERS as usize]);
            run.others = self.others.len() as u32;
        }
        self.others[run.others as usize - 1][(number % NUMBERS) as usize] = code;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::facts::dice::Dice;

    #[test]
    fn every_number_keeps_its_code() {
        let mut dice = Dice(3);
        let mut below = |most: u64| dice.roll(most as usize) as u64;
        for round in 0..200 {
            let (mut codes, mut known) = (RisingCodes::of(below(100) as usize), BTreeMap::new());
            let mut number = 0;
            for code in 1..300u32 {
                // in order, with some anywhere, and in no order at all
                number = if round % 4 == 3 || below(10) == 0 { below(2000) as u32 } else { number + 1 + below(5) as u32 };
                if known.contains_key(&number) {
                    continue;
                }
                codes.make_room(codes.len().max(number as usize + 1));
                codes.set(number, code | u32::from(round % 2 == 0) << 31);
                known.insert(number, code | u32::from(round % 2 == 0) << 31);
            }
            let expected = |number: u32| known.get(&number).copied().unwrap_or(0);
            assert!((0..3000).all(|number| codes.get(number) == expected(number)), "{round}");
            for level in [Level::new(), Level::baseline()] {
                let mut numbers = std::array::from_fn(|_| below(3000) as u32);
                let expected = numbers.map(expected);
                codes.get_all(&mut numbers, level);
                assert_eq!(numbers, expected, "{round}");
            }
        }
    }

    #[test]
    fn of_a_sorted_file_only_runs_with_another_code_keep_codes() {
        let mut codes = RisingCodes::of(64_000);
        (0..20_000).for_each(|code| codes.set(code * 3, code + 1));
        assert!(codes.others.is_empty());
        codes.set(1, 20_001);
        assert_eq!(codes.others.len(), 1);
        assert_eq!([0, 1, 2, 3].map(|number| codes.get(number)), [1, 20_001, 0, 2]);
    }
}
