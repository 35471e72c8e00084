//! Keys to dense numbers, and the employees with their FTE.

use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
use std::fs::File;
use std::thread;

use crate::index::{ranges, rows};
use crate::text::{hash, key};

/// An open table: a slot holds half of the hash and the number of the key, plus one.
pub struct Keys {
    slots: Vec<u64>,
    mask: usize,
    pub keys: Vec<u128>,
}

impl Keys {
    pub fn new(capacity: usize) -> Keys {
        let size = (capacity * 2).next_power_of_two().max(16);
        let slots: Vec<u64> = vec![0; size];
        // SAFETY: advice only; the range belongs to `slots` or to its allocation's first page.
        unsafe { libc::madvise(((slots.as_ptr() as usize) & !4095) as *mut _, size * 8, libc::MADV_HUGEPAGE) };
        Keys { slots, mask: size - 1, keys: Vec::with_capacity(capacity) }
    }

    #[inline(always)]
    pub fn prefetch(&self, hash: u64) {
        // SAFETY: the offset is masked to the table; prefetching reads nothing.
        unsafe { _mm_prefetch(self.slots.as_ptr().add(hash as usize & self.mask).cast(), _MM_HINT_T0) };
    }

    #[inline(always)]
    pub fn get(&self, key: u128, hash: u64) -> Option<u32> {
        let mut at = hash as usize & self.mask;
        loop {
            let slot = self.slots[at];
            if slot == 0 {
                return None;
            }
            let number = (slot as u32).wrapping_sub(1);
            if slot >> 32 == hash >> 32 && self.keys[number as usize] == key {
                return Some(number);
            }
            at = (at + 1) & self.mask;
        }
    }

    /// Adds a key that is not there.
    #[inline(always)]
    pub fn add(&mut self, key: u128, hash: u64) {
        assert!(self.keys.len() < self.mask / 2 + 1, "the table is large enough");
        let mut at = hash as usize & self.mask;
        while self.slots[at] != 0 {
            at = (at + 1) & self.mask;
        }
        self.keys.push(key);
        self.slots[at] = (hash >> 32) << 32 | self.keys.len() as u64;
    }

    #[inline(always)]
    pub fn number(&mut self, key: u128) -> u32 {
        let hash = hash(key);
        self.get(key, hash).unwrap_or_else(|| {
            self.add(key, hash);
            self.keys.len() as u32 - 1
        })
    }
}

/// The people in the order of the file, which is the order of their IDs.
pub struct People {
    pub ids: Keys,
    /// In thousandths.
    pub fte: Vec<u16>,
}

pub fn read(file: &File, threads: usize) -> People {
    let lists: Vec<Vec<(u128, u16)>> = thread::scope(|scope| {
        let workers: Vec<_> = ranges(file, threads).into_iter().map(|range| scope.spawn(move || part(file, range))).collect();
        workers.into_iter().map(|worker| worker.join().expect("no thread panics")).collect()
    });
    let count = lists.iter().map(Vec::len).sum();
    let mut people = People { ids: Keys::new(count), fte: Vec::with_capacity(count) };
    for list in &lists {
        for (at, &(id, fte)) in list.iter().enumerate() {
            if let Some(later) = list.get(at + 24) {
                people.ids.prefetch(hash(later.0));
            }
            people.ids.add(id, hash(id));
            people.fte.push(fte);
        }
    }
    people
}

fn part(file: &File, range: (u64, u64)) -> Vec<(u128, u16)> {
    let mut list = Vec::with_capacity((range.1 - range.0) as usize / 48);
    rows::<10>(file, range, |row| {
        let (mut value, mut unit, mut behind_point) = (0u32, 1000u32, false);
        for digit in row.text(5) {
            if *digit == b'.' {
                behind_point = true;
            } else {
                value = value * 10 + u32::from(digit - b'0');
                unit /= if behind_point { 10 } else { 1 };
            }
        }
        list.push((key(row.bytes, row.field(0)), (value * unit) as u16));
    });
    list
}
