//! Rows that repeat an earlier row of their file in every cell.

use rayon::prelude::*;

use super::builder::TableBuilder;
use super::file::Store;
use crate::facts::{SetAside, SetAsideRow};

/// Sets aside the rows that repeat an earlier row of their file in every cell.
pub fn set_aside(store: &mut Store) {
    let paid = store.tables.len() - 1;
    let Store { tables, set_aside, .. } = store;
    for table in &mut tables[..paid] {
        // whose rows stand where is asked next, and does not wait for the copies to be found
        let (copies, groups) = rayon::join(|| copies(table), || table.found_groups());
        table.take_groups(groups);
        set_aside.reserve_exact(copies.len());
        for (row, first) in copies {
            let ((file, number), (_, first_number)) = (table.rows.position(row), table.rows.position(first));
            set_aside.push(SetAsideRow { file, row: number, reason: SetAside::DuplicateOf(first_number) });
            table.drop(row);
        }
    }
}

/// The rows that repeat an earlier row of their file in every cell, and the row that they repeat.
fn copies(table: &TableBuilder) -> Vec<(u32, u32)> {
    let whose = |row: u32| table.people[row as usize];
    let mut rows: Vec<(u32, u64, u32)> = repeated(&table.hashes).into_iter().map(|(hash, row)| (whose(row), hash, row)).collect();
    rows.sort_unstable();
    let of_one_hash = rows.par_chunk_by(|left, right| (left.0, left.1) == (right.0, right.1));
    of_one_hash.flat_map_iter(|rows| copies_among(table, rows)).collect()
}

/// The same among the rows of one person with one hash.
fn copies_among(table: &TableBuilder, rows: &[(u32, u64, u32)]) -> Vec<(u32, u32)> {
    let mut copies = Vec::new();
    let Some((&(_, _, mut first), others)) = rows.split_first() else { return copies };
    for (_, _, row) in others {
        let of_one_file = table.rows.position(*row).0 == table.rows.position(first).0;
        if of_one_file && table.columns.iter().all(|column| column.same(*row, first)) {
            copies.push((*row, first));
        } else {
            first = *row;
        }
    }
    copies
}

/// Bits for each row by which most hashes are told apart, and by which those are found again that may not be.
const SEEN: usize = 16;
const AGAIN: usize = 2;

/// The hashes that several rows have, with their rows. Nearly every hash is its row's alone, which two passes over them all see without
/// looking for each among the others.
fn repeated(hashes: &[u64]) -> Vec<(u64, u32)> {
    let (mut seen, mut again) = (Bits::of(hashes.len() * SEEN), Bits::of(hashes.len() * AGAIN));
    for hash in hashes {
        if seen.set(*hash) {
            again.set(hash.rotate_left(32));
        }
    }
    let mut rows: Vec<(u64, u32)> = hashes.iter().copied().zip(0u32..).filter(|(hash, _)| again.is_set(hash.rotate_left(32))).collect();
    rows.sort_unstable();
    rows.chunk_by(|left, right| left.0 == right.0).filter(|rows| rows.len() > 1).flatten().copied().collect()
}

/// Marks hashes; several may have one mark.
struct Bits(Vec<u64>);

impl Bits {
    fn of(count: usize) -> Bits {
        Bits(vec![0; count / 64 + 1])
    }

    /// Which word, and which bit of it.
    #[inline]
    fn place(&self, hash: u64) -> (usize, u64) {
        let product = u128::from(hash) * self.0.len() as u128;
        ((product >> 64) as usize, 1 << (product as u64 >> 58))
    }

    /// Says whether the mark was there.
    #[inline]
    fn set(&mut self, hash: u64) -> bool {
        let (word, bit) = self.place(hash);
        let was_set = self.0[word] & bit != 0;
        self.0[word] |= bit;
        was_set
    }

    #[inline]
    fn is_set(&self, hash: u64) -> bool {
        let (word, bit) = self.place(hash);
        self.0[word] & bit != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::hashing::hash;

    #[test]
    fn all_hashes_that_come_again_are_found_and_no_others() {
        for count in [0, 1, 2, 100, 5_000u32] {
            for different in [1, 2, 50, 4_000, 1_000_000] {
                let mut state = u64::from(count) + different;
                let hashes: Vec<u64> = (0..count)
                    .map(|_| {
                        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                        hash(&((state >> 33) % different).to_le_bytes())
                    })
                    .collect();
                let mut expected: Vec<(u64, u32)> = hashes.iter().copied().zip(0..).collect();
                expected.retain(|(hash, _)| hashes.iter().filter(|other| *other == hash).count() > 1);
                expected.sort_unstable();
                assert_eq!(repeated(&hashes), expected, "{count} {different}");
            }
        }
    }
}
