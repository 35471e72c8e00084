//! Numbered rows by number, found and brought together in passes of which each stays in the cache however many rows and numbers there are.

use std::ops::Range;

use rayon::prelude::*;

use self::order::{Handed, ROW_BITS, ROWS_TOGETHER};
use super::bits::Bits;

mod order;

pub use self::order::Order;

/// Numbers whose rows are counted and put into order together are at most so many: their counters stay in the cache.
const NUMBERS_MOST: u32 = 32 - ROW_BITS;
/// Rows that the numbers of a stretch have at most, or nearly: what is moved of them stays in the cache. With fewer the stretches are many,
/// and rows that are handed out one after the other lie so far apart that each is read from a line of its own.
const ROWS_OF_STRETCH: usize = 1 << 18;
/// Numbers whose rows one thread puts into another order of numbers at a time.
const ORDERED_TOGETHER: usize = 1 << 13;

/// The rows of each number, in their order (decision 0038).
///
/// The rows of a number lie anywhere: one walk to each would leave the cache each time. So rows are first handed out, [`ROWS_TOGETHER`] at a time, to
/// stretches of numbers, and then put into order within their stretch. Columns are brought together the same way.
#[derive(Clone, Debug, Default)]
pub struct Grouping {
    /// Where the rows of each number begin among all in the order of numbers, and where the last ones end.
    pub starts: Vec<u32>,
    /// In the order of numbers: where the row stands among those handed out.
    places: Vec<u32>,
    handed: Handed,
}

impl Grouping {
    /// Of rows with their numbers, counted from `first`.
    pub fn of(numbers: (&[u32], u32), count: usize) -> Grouping {
        Grouping::with_items(numbers, count, (numbers.0, |_| ())).0
    }

    /// The same, and of each row an item in the order of numbers, made of what stands at the row: it is brought there with the row, with no walk
    /// of its own.
    pub fn with_items<S: Copy + Sync, T: Copy + Default + Send + Sync>(
        (numbers, first): (&[u32], u32),
        count: usize,
        (sources, item): (&[S], impl Fn(S) -> T + Sync),
    ) -> (Grouping, Vec<T>) {
        let stretch = Stretch::of(numbers.len(), count);
        let stretches = count.div_ceil(1 << stretch.0);
        // memory that is touched for the first time takes its time: half of it each
        let rows = numbers.len();
        let of_handed = || (vec![0u32; rows], vec![T::default(); rows]);
        let of_places = || (vec![0u32; count + 1], vec![0u32; rows], vec![T::default(); rows]);
        let ((mut handed, mut with), (mut starts, mut places, mut items)) = rayon::join(of_handed, of_places);
        let pieces = numbers.par_chunks(ROWS_TOGETHER).zip(sources.par_chunks(ROWS_TOGETHER));
        let pieces = pieces.zip(handed.par_chunks_mut(ROWS_TOGETHER).zip(with.par_chunks_mut(ROWS_TOGETHER)));
        let begins = pieces.with_max_len(1).map(|((numbers, sources), handed)| {
            let rows = numbers.iter().map(|number| number.wrapping_sub(first)).zip(sources.iter().map(|source| item(*source)));
            hand_out(rows, handed, (stretches, stretch))
        });
        let begins: Vec<Vec<u32>> = begins.collect();
        let (mut pieces, mut rest, mut begin) = (Vec::with_capacity(stretches), (&mut places[..], &mut items[..]), 0);
        for stretch in 0..stretches {
            let rows: u32 = begins.iter().map(|begins| begins[stretch + 1] - begins[stretch]).sum();
            let ((own, places), (own_items, items)) = (rest.0.split_at_mut(rows as usize), rest.1.split_at_mut(rows as usize));
            pieces.push((begin, (own, own_items)));
            (rest, begin) = ((places, items), begin + rows);
        }
        let ends = starts[1..].par_chunks_mut(1 << stretch.0).zip(pieces).with_max_len(1).enumerate();
        ends.for_each(|(stretch, (ends, places))| {
            let firsts = (0u32..).step_by(ROWS_TOGETHER);
            let own = firsts.zip(&begins).map(|(first, begins)| first + begins[stretch]..first + begins[stretch + 1]);
            put((&handed, &with, own), ends, places);
        });
        (Grouping { starts, places, handed: Handed(handed) }, items)
    }

    /// How many numbers there are.
    pub fn count(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// The rows of a number, in their order.
    pub fn rows(&self, number: usize) -> impl Iterator<Item = u32> + Clone {
        self.places(number).iter().map(|place| self.handed.row(*place))
    }

    /// One of the rows of a number, by its place among them.
    pub fn row(&self, number: usize, at: usize) -> u32 {
        self.handed.row(self.places(number)[at])
    }

    /// Where the rows of a number stand among those handed out.
    #[inline]
    fn places(&self, number: usize) -> &[u32] {
        &self.places[self.range(number)]
    }

    #[inline]
    fn range(&self, number: usize) -> Range<usize> {
        self.starts[number] as usize..self.starts[number + 1] as usize
    }

    /// An order of so many numbers and their rows, without the rows that are gone: of all numbers up to there where none are named, and one
    /// that is named may be none. `gone` has the number of each row that is gone. What is moved goes through `room`: new memory would
    /// cost as much as moving.
    pub fn order(
        self,
        (count, numbers): (usize, Option<&[Option<u32>]>),
        (gone, is_gone): (&[u32], impl Fn(u32) -> bool + Sync),
        room: Vec<u32>,
    ) -> (Vec<u32>, Order) {
        let number_at = |at: usize| numbers.map_or(Some(at as u32), |numbers| numbers[at]);
        let lost = Lost::of(gone);
        let rows_left = |number: u32| self.range(number as usize).len() as u32 - lost.rows(number);
        let mut starts = vec![0u32; count + 1];
        // counted within each piece first, which is then moved behind those before it
        let ends = starts[1..].par_chunks_mut(ORDERED_TOGETHER).with_max_len(1).enumerate();
        let rows = ends.map(|(piece, ends)| {
            let first = piece * ORDERED_TOGETHER;
            (first..).zip(ends).fold(0, |rows, (at, end)| {
                *end = rows + number_at(at).map_or(0, rows_left);
                *end
            })
        });
        let rows: Vec<u32> = rows.collect();
        let mut places = room;
        places.resize(rows.iter().sum::<u32>() as usize, 0);
        let (mut pieces, mut rest, mut begin) = (Vec::with_capacity(rows.len()), &mut places[..], 0);
        for rows in rows {
            let (own, others) = rest.split_at_mut(rows as usize);
            pieces.push((begin, own));
            (rest, begin) = (others, begin + rows);
        }
        let pieces = starts[1..].par_chunks_mut(ORDERED_TOGETHER).zip(pieces).with_max_len(1).enumerate();
        pieces.for_each(|(piece, (ends, (begin, mut places)))| {
            let first = piece * ORDERED_TOGETHER;
            ends.iter_mut().for_each(|end| *end += begin);
            // those of numbers that follow one another are copied together
            let mut together = 0..0;
            for number in (first..first + ends.len()).filter_map(number_at) {
                let (own, has_lost) = (self.range(number as usize), lost.has(number));
                if own.start == together.end && !has_lost {
                    together.end = own.end;
                    continue;
                }
                places = put_front(places, &self.places[together]);
                together = if has_lost { own.end..own.end } else { own.clone() };
                if has_lost {
                    let left = self.places[own].iter().filter(|place| !is_gone(self.handed.row(**place)));
                    places = left.fold(places, |places, place| put_front(places, std::slice::from_ref(place)));
                }
            }
            put_front(places, &self.places[together]);
        });
        (starts, Order { places, handed: self.handed, room: self.places })
    }
}

/// Puts places at the front of others, and says which are left.
fn put_front<'p>(places: &'p mut [u32], own: &[u32]) -> &'p mut [u32] {
    let (to, behind) = places.split_at_mut(own.len());
    to.copy_from_slice(own);
    behind
}

/// How many rows of each number are gone: of few numbers any are.
struct Lost {
    /// The numbers of the rows that are gone, sorted.
    numbers: Vec<u32>,
    any: Bits,
}

impl Lost {
    fn of(gone: &[u32]) -> Lost {
        let mut numbers = gone.to_vec();
        numbers.par_sort_unstable();
        Lost { any: numbers.iter().copied().collect(), numbers }
    }

    #[inline]
    fn has(&self, number: u32) -> bool {
        self.any.has(number)
    }

    #[inline]
    fn rows(&self, number: u32) -> u32 {
        if !self.has(number) {
            return 0;
        }
        let first = self.numbers.partition_point(|lost| *lost < number);
        self.numbers[first..].iter().take_while(|lost| **lost == number).count() as u32
    }
}

/// Numbers that stand together: as many as these bits can say.
#[derive(Clone, Copy)]
struct Stretch(u32);

impl Stretch {
    /// Of so many rows with so many numbers.
    fn of(rows: usize, count: usize) -> Stretch {
        let numbers = ROWS_OF_STRETCH as u64 * count as u64 / rows.max(1) as u64;
        Stretch(numbers.max(1).ilog2().min(NUMBERS_MOST))
    }
}

/// Hands out rows, each with an item, by the stretches of their numbers, and says where those of each stretch begin and the last ones end.
fn hand_out<T>(
    rows: impl Iterator<Item = (u32, T)> + Clone,
    (handed, with): (&mut [u32], &mut [T]),
    (stretches, Stretch(bits)): (usize, Stretch),
) -> Vec<u32> {
    let (stretch_of, within) = (|number: u32| (number >> bits) as usize, (1u32 << bits) - 1);
    let mut begins = vec![0u32; stretches + 1];
    let counts = &mut begins[1..];
    rows.clone().for_each(|(number, _)| counts[stretch_of(number)] += 1);
    (0..stretches).for_each(|stretch| begins[stretch + 1] += begins[stretch]);
    let mut next = begins.clone();
    for (row, (number, item)) in (0u32..).zip(rows) {
        let at = &mut next[stretch_of(number)];
        handed[*at as usize] = (number & within) << ROW_BITS | row;
        with[*at as usize] = item;
        *at += 1;
    }
    begins
}

/// Puts the rows of a stretch, each with its item, into the order of their numbers: `ends` becomes where those of each number end.
fn put<T: Copy>(
    (handed, with, own): (&[u32], &[T], impl Iterator<Item = Range<u32>> + Clone),
    ends: &mut [u32],
    (begin, (places, items)): (u32, (&mut [u32], &mut [T])),
) {
    let own = own.map(|range| (range.start, range.start as usize..range.end as usize));
    let number = |word: u32| (word >> ROW_BITS) as usize;
    ends.fill(0); // what is read before it was ever written to is given its memory twice
    for (_, range) in own.clone() {
        handed[range].iter().for_each(|word| ends[number(*word)] += 1);
    }
    let mut start = 0;
    for end in &mut *ends {
        start += std::mem::replace(end, start);
    }
    for (first, range) in own {
        let words = handed[range.clone()].iter().zip(&with[range]);
        for (place, (word, item)) in (first..).zip(words) {
            let end = &mut ends[number(*word)];
            (places[*end as usize], items[*end as usize]) = (place, *item);
            *end += 1;
        }
    }
    ends.iter_mut().for_each(|end| *end += begin);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Date;

    #[test]
    fn the_rows_of_each_number_stand_together_in_their_order() {
        let most = 1 << NUMBERS_MOST;
        let sizes = [(0, 0), (0, 3), (5, 2), (1000, 40), (3 * ROWS_TOGETHER + 7, 2 * most + 1), (1000, most), (ROWS_TOGETHER + 1, 1000)];
        for (rows, count) in sizes {
            let number = |row: usize| (row * 7919 + row / 3) % count.max(1);
            let numbers: Vec<u32> = (0..rows).map(|row| number(row) as u32 + 1).collect();
            let mut expected: Vec<(usize, u32)> = (0..rows).map(|row| (number(row), row as u32)).collect();
            expected.sort_unstable();
            let numbered: Vec<(usize, u32)> = (0..rows).map(|row| (number(row), row as u32)).collect();
            let (grouping, items) = Grouping::with_items((&numbers, 1), count, (&numbered, |item| item));
            assert!(Grouping::of((&numbers, 1), count).starts == grouping.starts && items == expected);
            assert_eq!(grouping.count(), count);
            let all = (0..count).flat_map(|number| grouping.rows(number).map(move |row| (number, row)));
            assert_eq!(all.collect::<Vec<_>>(), expected, "{rows} {count}");
            // the numbers backwards and without every fifth, the rows without every third
            let wanted: Vec<Option<u32>> = (0..count as u32).rev().map(|number| (number % 5 > 0).then_some(number)).collect();
            let mut left: Vec<(usize, u32)> = expected.into_iter().filter(|(number, row)| number % 5 > 0 && row % 3 > 0).collect();
            left.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
            let gone: Vec<u32> = (0..rows).step_by(3).map(|row| number(row) as u32).collect();
            let (starts, mut order) = grouping.order((count, Some(&wanted)), (&gone, |row| row % 3 == 0), Vec::new());
            let (mut items, mut days) = (numbers.clone(), vec![Date::new(2025, 8, 31); rows]);
            order.put(&mut items);
            order.put(&mut days);
            assert!(items.iter().map(|number| *number as usize - 1).eq(left.iter().map(|(number, _)| *number)));
            assert_eq!((order.len(), days), (left.len(), vec![Date::new(2025, 8, 31); left.len()]));
            assert!(order.rows().eq(left.par_iter().map(|(_, row)| *row)));
            assert!(order.into_rows(|row| row).iter().eq(left.iter().map(|(_, row)| row)));
            let ends = wanted
                .iter()
                .zip(starts.windows(2))
                .all(|(number, of)| items[of[0] as usize..of[1] as usize].iter().all(|own| Some(*own - 1) == *number));
            assert!(ends && starts.len() == count + 1);
        }
    }

    #[test]
    fn an_order_that_changes_nothing_is_known() {
        let of = |numbers: &[u32]| Grouping::of((numbers, 0), 3).order((3, None), (&[], |_| false), Vec::new()).1;
        assert!(of(&[0, 0, 1, 2]).keeps(4) && !of(&[0, 0, 1, 2]).keeps(5) && !of(&[0, 1, 0]).keeps(3));
    }
}
