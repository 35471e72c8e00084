//! Rows that repeat an earlier row of their file in every cell.

use rayon::prelude::*;

use super::builder::TableBuilder;
use super::store::Store;
use crate::facts::{Column, SetAside, SetAsideRow};

/// People whose rows one thread compares at a time.
const PEOPLE_TOGETHER: usize = 1 << 12;

/// Sets aside the rows that repeat an earlier row of their file in every cell.
pub fn set_aside(store: &mut Store) {
    let paid = store.tables.len() - 1;
    for table in 0..paid {
        if store.tables[table].is_in_order() {
            continue; // no two rows are of one person
        }
        let hashes = store.group_with_hashes(table);
        let (table, set_aside) = (&mut store.tables[table], &mut store.set_aside);
        let copies = copies(table, &hashes);
        set_aside.reserve_exact(copies.len());
        for (row, first) in copies {
            let ((file, number), (_, first_number)) = (table.rows.position(row), table.rows.position(first));
            set_aside.push(SetAsideRow { file, row: number, reason: SetAside::DuplicateOf(first_number) });
            table.drop(row);
        }
    }
}

/// The rows that repeat an earlier row of their file in every cell, and the row that they repeat: both are of one person. `hashes` has
/// the last bits of the rows' hashes, person by person: they nearly always show that a row is no copy.
fn copies(table: &TableBuilder, hashes: &[u16]) -> Vec<(u32, u32)> {
    let groups = table.groups();
    let (starts, people) = (&groups.starts, groups.count());
    if starts.windows(2).all(|of| of[1] - of[0] < 2) {
        return Vec::new();
    }
    let pieces = (0..people).into_par_iter().step_by(PEOPLE_TOGETHER).with_max_len(1).flat_map_iter(|first| {
        let (mut seen, mut order, mut repeated) = (Seen::new(), Vec::new(), Vec::new());
        for person in first..(first + PEOPLE_TOGETHER).min(people) {
            let own = &hashes[starts[person] as usize..starts[person + 1] as usize];
            if seen.may_repeat(person - first, own) {
                repeated_among((person, own), &mut order, &mut repeated);
            }
        }
        let alike = alike_among(table, &repeated);
        if are_copies(table, &alike) {
            alike
        } else {
            alike.chunk_by(|one, next| one.1 == next.1).flat_map(|rows| copies_of_one_hash(table, rows)).collect()
        }
    });
    pieces.collect()
}

/// By the last bits of a hash, for which of the people looked at together they were met last, counted from one. Nothing has to be cleared from
/// person to person, and all of it stays in the cache.
struct Seen(Box<[u16; PLACES]>);

const PLACES: usize = 1 << 11;

impl Seen {
    fn new() -> Seen {
        Seen(Box::new([0; PLACES]))
    }

    /// Whether some of a person's hashes are the same, as they may not be even where this says so. `person` is counted from the first of those
    /// looked at together.
    #[inline]
    fn may_repeat(&mut self, person: usize, hashes: &[u16]) -> bool {
        let (own, mut repeats) = (person as u16 + 1, false);
        for hash in hashes {
            let last = &mut self.0[usize::from(*hash) % PLACES];
            repeats |= *last == own;
            *last = own;
        }
        repeats
    }
}

/// One of the rows of a person, by its place among them, and the first that has the same last bits of its hash.
struct Repeated {
    person: usize,
    first: u32,
    at: u32,
}

/// Adds the rows of one person of whose hashes the last bits repeat.
fn repeated_among((person, hashes): (usize, &[u16]), order: &mut Vec<(u16, u32)>, repeated: &mut Vec<Repeated>) {
    order.clear();
    order.extend(hashes.iter().copied().zip(0..));
    order.sort_unstable();
    for rows in order.chunk_by(|left, right| left.0 == right.0).filter(|rows| rows.len() > 1) {
        repeated.extend(rows.iter().map(|(_, at)| Repeated { person, first: rows[0].1, at: *at }));
    }
}

/// The rows that have the hash of an earlier one of their person, each with the first that has it. A row and its hash lie anywhere: the walks
/// to all rows are made side by side, and then those to all hashes.
fn alike_among(table: &TableBuilder, repeated: &[Repeated]) -> Vec<(u32, u32)> {
    let rows: Vec<u32> = repeated.iter().map(|row| table.groups().row(row.person, row.at as usize)).collect();
    let hashed = repeated.iter().zip(rows).map(|(of, row)| ((of.person, of.first, table.hashes[row as usize]), row));
    let mut hashed: Vec<_> = hashed.collect();
    hashed.sort_unstable();
    let of_one_hash = hashed.chunk_by(|left, right| left.0 == right.0);
    of_one_hash.flat_map(|rows| rows[1..].iter().map(|(_, row)| (*row, rows[0].1))).collect()
}

/// Whether rows are the same as others in every cell, in one file. Column by column, because each row lies somewhere else: the walks to the
/// same column of many rows are made side by side.
fn are_copies(table: &TableBuilder, rows: &[(u32, u32)]) -> bool {
    let file = |row: u32| table.rows.position(row).0;
    let same_in = |column: &Column| rows.iter().all(|(row, first)| column.same(*row, *first));
    table.columns.iter().all(same_in) && rows.iter().all(|(row, first)| file(*row) == file(*first))
}

/// Of rows with one hash: those that repeat an earlier row, where not all of them repeat the first.
fn copies_of_one_hash(table: &TableBuilder, rows: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let mut copies = Vec::new();
    let Some(&(_, mut first)) = rows.first() else { return copies };
    for (row, _) in rows {
        if are_copies(table, &[(*row, first)]) {
            copies.push((*row, first));
        } else {
            first = *row;
        }
    }
    copies
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_that_repeat_are_seen_wherever_they_stand() {
        let mut seen = Seen::new();
        for (person, length) in (0..PEOPLE_TOGETHER).zip((0..60).cycle()) {
            let mut hashes: Vec<u16> = (0..length).map(|at| at * 37 + person as u16).collect();
            assert!(!seen.may_repeat(person, &hashes), "{person}");
            let (one, other) = (person % hashes.len().max(1), person / 60 % hashes.len().max(1));
            if one != other {
                hashes[other] = hashes[one];
                assert!(Seen::new().may_repeat(person, &hashes), "{person} {one} {other}");
            }
        }
    }
}
