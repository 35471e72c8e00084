//! The credentials' file: which rows are eligible, sorted into partitions of employees.

use std::fs::File;
use std::thread;

use crate::index::{Row, ranges, rows};
use crate::people::{Keys, People};
use crate::text::{date, hash, key, plus_year, row_hash};

/// Employees of one partition, as a power of two: 32,768.
pub const PARTITION_BITS: u32 = 15;
/// What is taken off a year, so that a date fits 17 bits.
pub const YEAR_ZERO: u32 = 1900 << 9;

/// An eligible row (or any row, where outcomes are wanted).
#[derive(Clone, Copy)]
pub struct Entry {
    /// Within the partition.
    pub employee: u16,
    /// The condition that failed, from 1; 0 is eligible.
    pub failed: u16,
    /// Date of approval (17 bits), then the credential's number in its thread, later its rank (15 bits).
    pub order: u32,
    /// The row in the file, the header being 1.
    pub row: u32,
}

/// What one thread read.
pub struct Part {
    pub partitions: Vec<Vec<Entry>>,
    /// The hash of each entry's whole row; empty where no outcomes are wanted.
    pub hashes: Vec<Vec<u64>>,
    /// Hash and number of each row whose employee is unknown, where outcomes are wanted.
    pub unknown: Vec<(u64, u32)>,
    pub credentials: Keys,
    pub pieces: Vec<Piece>,
}

/// A stretch of the file.
#[derive(Clone, Copy)]
pub struct Piece {
    pub range: (u64, u64),
    /// Its first row, the header being 1.
    pub first: u32,
    pub rows: u32,
}

/// What is kept of the rows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    Eligible,
    All,
}

/// The first condition that does not hold, from 1; 0 for none.
#[inline(always)]
pub fn failed_condition(row: &Row<11>) -> u16 {
    if row.text(4) != b"micro-credential" {
        return 1;
    }
    if row.text(10) != b"approved" {
        return 2;
    }
    if row.text(9).iter().fold(0u32, |number, digit| number * 10 + u32::from(digit - b'0')) < 2 {
        return 3;
    }
    if row.text(8).is_empty() {
        return 4;
    }
    if date(row.text(7)) > plus_year(date(row.text(6))) { 5 } else { 0 }
}

/// Pieces of the file for each thread: where outcomes are wanted, they are formatted piece by piece.
const PIECES: usize = 32;

pub fn read(file: &File, people: &People, threads: usize, keep: Keep) -> Vec<Part> {
    let per_thread = if keep == Keep::All { PIECES } else { 1 };
    let mut parts: Vec<Part> = thread::scope(|scope| {
        let ranges = ranges(file, threads * per_thread);
        let workers: Vec<_> = ranges
            .chunks(per_thread)
            .map(|ranges| {
                let ranges = ranges.to_vec();
                scope.spawn(move || part(file, &ranges, people, keep))
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().expect("no thread panics")).collect()
    });
    let mut first = 2; // the header is row 1
    for part in &mut parts {
        part.partitions.iter_mut().flatten().for_each(|entry| entry.row += first);
        part.unknown.iter_mut().for_each(|(_, row)| *row += first);
        for piece in &mut part.pieces {
            piece.first = first;
            first += piece.rows;
        }
    }
    parts
}

type Pending = (u128, u64, Entry, u64);

fn part(file: &File, ranges: &[(u64, u64)], people: &People, keep: Keep) -> Part {
    let count = (people.ids.keys.len() >> PARTITION_BITS) + 1;
    let (mut partitions, mut hashes, mut credentials) = (vec![Vec::new(); count], vec![Vec::new(); count], Keys::new(1 << 14));
    let (mut pending, mut unknown): (Vec<Pending>, _) = (Vec::with_capacity(64), Vec::new());
    let mut flush = |pending: &mut Vec<Pending>| {
        for (id, id_hash, entry, row_hash) in pending.drain(..) {
            let Some(employee) = people.ids.get(id, id_hash) else {
                if keep == Keep::All {
                    unknown.push((row_hash, entry.row));
                }
                continue;
            };
            let at = (employee >> PARTITION_BITS) as usize;
            partitions[at].push(Entry { employee: (employee & ((1 << PARTITION_BITS) - 1)) as u16, ..entry });
            if keep == Keep::All {
                hashes[at].push(row_hash);
            }
        }
    };
    let (mut number, mut pieces) = (0, Vec::new());
    for range in ranges {
        let rows = rows::<11>(file, *range, |row| {
            let failed = failed_condition(row);
            number += 1;
            if failed != 0 && keep == Keep::Eligible {
                return;
            }
            let eligible = failed == 0;
            let number_of = |credentials: &mut Keys| credentials.number(key(row.bytes, row.field(2)));
            let order = if eligible { (date(row.text(8)) - YEAR_ZERO) << 15 | number_of(&mut credentials) } else { 0 };
            let id = key(row.bytes, row.field(0));
            let id_hash = hash(id);
            people.ids.prefetch(id_hash);
            let whole = if keep == Keep::All { row_hash(row.whole()) } else { 0 };
            pending.push((id, id_hash, Entry { employee: 0, failed, order, row: number - 1 }, whole));
            if pending.len() == 64 {
                flush(&mut pending);
            }
        });
        pieces.push(Piece { range: *range, first: 0, rows });
    }
    flush(&mut pending);
    Part { partitions, hashes, unknown, credentials, pieces }
}
