//! Rows that repeat an earlier row of their file in every cell.

use rayon::prelude::*;

use super::builder::TableBuilder;
use super::store::Store;
use crate::facts::{Column, SetAside, SetAsideRow};

/// People whose rows one thread compares at a time.
const PEOPLE_TOGETHER: usize = 1 << 12;

/// So few rows are compared with each other one by one.
const FEW: usize = 16;

/// Sets aside the rows that repeat an earlier row of their file in every cell.
pub fn set_aside(store: &mut Store) {
    let paid = store.tables.len() - 1;
    for table in 0..paid {
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
    let pieces = (0..people).into_par_iter().step_by(PEOPLE_TOGETHER).flat_map_iter(|first| {
        let (mut hashed, mut alike) = (Vec::new(), Vec::new());
        for person in first..(first + PEOPLE_TOGETHER).min(people) {
            let own = &hashes[starts[person] as usize..starts[person + 1] as usize];
            if own.len() < 2 || own.len() <= FEW && !repeat(own) {
                continue;
            }
            hashed.clear();
            hashed.extend(groups.rows(person).zip(own).map(|(row, hash)| (*hash, row)));
            alike.extend(alike_among(table, &mut hashed));
        }
        if are_copies(table, &alike) {
            alike
        } else {
            alike.chunk_by(|one, next| one.1 == next.1).flat_map(|rows| copies_of_one_hash(table, rows)).collect()
        }
    });
    pieces.collect()
}

/// Whether two of a few hashes are the same: each is compared with all of them at once, and should be the same as one, itself.
#[inline]
fn repeat(hashes: &[u16]) -> bool {
    let (mut all, mut same) = ([0u16; FEW], [0u16; FEW]);
    all[..hashes.len()].copy_from_slice(hashes);
    for hash in hashes {
        same.iter_mut().zip(&all).for_each(|(same, other)| *same += u16::from(hash == other));
    }
    // what stands behind the last one counts as well where a hash is zero: its row is looked at more closely, once in a long while
    usize::from(same.iter().sum::<u16>()) > hashes.len()
}

/// The rows of one person that have the hash of an earlier one, and the first that has it. `rows` are those of the person with the last bits
/// of their hashes: only where these repeat is the whole hash looked at, which lies anywhere.
fn alike_among(table: &TableBuilder, rows: &mut [(u16, u32)]) -> Vec<(u32, u32)> {
    rows.sort_unstable();
    let repeated = rows.chunk_by(|left, right| left.0 == right.0).filter(|rows| rows.len() > 1);
    let mut alike = Vec::new();
    for rows in repeated {
        let mut hashed: Vec<(u64, u32)> = rows.iter().map(|(_, row)| (table.hashes[*row as usize], *row)).collect();
        hashed.sort_unstable();
        let of_one_hash = hashed.chunk_by(|left, right| left.0 == right.0);
        alike.extend(of_one_hash.flat_map(|rows| rows[1..].iter().map(|(_, row)| (*row, rows[0].1))));
    }
    alike
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
