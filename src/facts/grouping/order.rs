//! An order that rows are put into, and columns with them, in passes of which each stays in the cache.

use std::ops::Index;

use rayon::prelude::*;

use crate::facts::word::Word;

/// Rows that are handed out to those stretches of numbers at a time: with the other half of its bits a word says which number of its stretch it is.
pub(super) const ROWS_TOGETHER: usize = 1 << ROW_BITS;
/// Not 16: rustc 1.95 with optimisation loses the upper half of a place in `place & !ROW | word & ROW` where `ROW` is sixteen bits.
pub(super) const ROW_BITS: u32 = 17;
const ROW: u32 = (1 << ROW_BITS) - 1;
/// Items that one thread moves at a time.
const MOVED_TOGETHER: usize = 1 << 14;

/// Rows as they were handed out: [`ROWS_TOGETHER`] of them at a time, those of each stretch together.
#[derive(Clone, Debug, Default)]
pub(super) struct Handed(pub(super) Vec<u32>);

impl Handed {
    /// The row that was handed out to a place: it is one of the rows that were handed out together.
    #[inline]
    pub fn row(&self, place: u32) -> u32 {
        place & !ROW | self.0[place as usize] & ROW
    }

    /// Puts the words of items, one of each row, where the rows were handed out to.
    fn put<T: Word>(&self, room: &mut Vec<u32>, items: &[T]) {
        room.resize(self.0.len(), 0);
        let pieces = self.0.par_chunks(MOVED_TOGETHER).zip(room.par_chunks_mut(MOVED_TOGETHER)).with_max_len(1).enumerate();
        pieces.for_each(|(piece, (handed, room))| {
            let together = &items[(piece * MOVED_TOGETHER) & !(ROWS_TOGETHER - 1)..];
            match together.first_chunk::<ROWS_TOGETHER>() {
                Some(together) => put_words(room, handed, together),
                None => put_words(room, handed, together),
            }
        });
    }
}

/// Puts the words of items where their rows were handed out to. Where the items are known to be as many as rows are handed out together, nobody
/// has to make sure that each row has one.
#[inline]
fn put_words<T: Word>(room: &mut [u32], handed: &[u32], items: &(impl Index<usize, Output = T> + ?Sized)) {
    fill(room, handed, |handed| items[(handed & ROW) as usize].word());
}

/// An order that rows are put into: as which row each was, or where it stands among those handed out.
#[derive(Clone, Debug, Default)]
pub struct Order {
    pub(super) places: Vec<u32>,
    pub(super) handed: Handed,
    /// What columns are moved through, one after the other.
    pub(super) room: Vec<u32>,
}

impl Order {
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// In the new order, as which row each was.
    pub fn rows(&self) -> impl IndexedParallelIterator<Item = u32> {
        self.places.par_iter().with_min_len(MOVED_TOGETHER).map(|place| self.handed.row(*place))
    }

    /// Whether all rows of so many stay where they are.
    pub fn keeps(&self, rows: usize) -> bool {
        self.len() == rows && self.places.iter().map(|place| self.handed.row(*place)).is_sorted()
    }

    /// In the new order, what `of_row` says of each row as it was, where nothing more is put into the order.
    pub fn into_rows(self, of_row: impl Fn(u32) -> u32 + Sync) -> Vec<u32> {
        let Order { mut places, handed, .. } = self;
        let pieces = places.par_chunks_mut(MOVED_TOGETHER).with_max_len(1);
        pieces.for_each(|places| places.iter_mut().for_each(|place| *place = of_row(handed.row(*place))));
        places
    }

    /// Puts items into the order. They come back where they were.
    pub fn put<T: Word>(&mut self, items: &mut Vec<T>) {
        let Order { places, handed, room } = self;
        handed.put(room, items);
        items.truncate(places.len());
        let moved = items.par_chunks_mut(MOVED_TOGETHER).zip(places.par_chunks(MOVED_TOGETHER)).with_max_len(1);
        moved.for_each(|(items, places)| fill(items, places, |place| T::of_word(room[place as usize])));
    }
}

/// Makes an item of each of as many numbers, some of them at a time: what a loop takes for itself is taken once for all of them.
#[inline]
fn fill<T>(items: &mut [T], numbers: &[u32], item: impl Fn(u32) -> T) {
    const SOME: usize = 8;
    let ((some, rest), (of_some, of_rest)) = (items.as_chunks_mut::<SOME>(), numbers.as_chunks::<SOME>());
    for (items, numbers) in some.iter_mut().zip(of_some) {
        for at in 0..SOME {
            items[at] = item(numbers[at]);
        }
    }
    rest.iter_mut().zip(of_rest).for_each(|(to, number)| *to = item(*number));
}
