//! What became of every row: `outcomes.csv`, made by a second look at the file.

use std::fs::File;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::adjustments::{SOURCE, Window, put_reason};
use crate::credentials::{Entry, PARTITION_BITS, Part, Piece, failed_condition};
use crate::index::{Row, rows};
use crate::output::Output;
use crate::people::People;
use crate::text::{key_length, put, put_money, put_number};

pub const HEADER: &[u8] = b"source,record,employee,outcome,award,amount,reason\n";

/// By row: 0 for a row whose employee is unknown, else what became of it.
pub struct Fates(Vec<AtomicU64>);

const FAILED: u64 = 1 << 60;
const REPEATED: u64 = 2 << 60;
const GRANTED: u64 = 3 << 60;
const DUPLICATE: u64 = 4 << 60;

impl Fates {
    pub fn new(parts: &[Part]) -> Fates {
        let rows: u32 = parts.iter().flat_map(|part| &part.pieces).map(|piece| piece.rows).sum();
        let mut fates = Vec::new();
        fates.resize_with(rows as usize + 2, AtomicU64::default);
        Fates(fates)
    }

    pub fn set(&self, row: u32, fate: u64) {
        self.0[row as usize].store(fate, Relaxed);
    }

    pub fn repeated(first: u32) -> u64 {
        REPEATED | u64::from(first)
    }

    pub fn granted(amount: u32, gross: u32) -> u64 {
        GRANTED | u64::from(amount) << 24 | u64::from(gross)
    }
}

/// Notes what failed and what is an exact copy of an earlier row, and leaves the eligible rows in `entries`.
/// The copies of a row are copies of its employee: only rows of the same person are compared.
pub fn set_aside(entries: &mut [Vec<Vec<Entry>>], hashes: &[Vec<Vec<u64>>], fates: &Fates, threads: usize) {
    let share = entries.len().div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        for (entries, hashes) in entries.chunks_mut(share).zip(hashes.chunks(share)) {
            scope.spawn(move || {
                for (entries, hashes) in entries.iter_mut().zip(hashes) {
                    partition(entries, hashes, fates);
                }
            });
        }
    });
}

/// Copies of rows whose employee is unknown: the few of them are sorted together.
pub fn set_unknown_aside(mut rows: Vec<(u64, u32)>, fates: &Fates) {
    rows.sort_unstable();
    for copies in rows.chunk_by(|left, right| left.0 == right.0) {
        for (_, row) in &copies[1..] {
            fates.set(*row, DUPLICATE | u64::from(copies[0].1));
        }
    }
}

fn partition(entries: &mut [Vec<Entry>], hashes: &[Vec<u64>], fates: &Fates) {
    let mut starts = vec![0u32; (1 << PARTITION_BITS) + 1];
    entries.iter().flatten().for_each(|entry| starts[usize::from(entry.employee) + 1] += 1);
    for person in 0..1 << PARTITION_BITS {
        starts[person + 1] += starts[person];
    }
    let mut rows = vec![(0u64, 0u32, 0u16); starts[1 << PARTITION_BITS] as usize];
    for (entry, hash) in entries.iter().flatten().zip(hashes.iter().flatten()) {
        let slot = &mut starts[usize::from(entry.employee)];
        rows[*slot as usize] = (*hash, entry.row, entry.failed);
        *slot += 1;
    }
    let mut from = 0;
    for to in starts {
        let group = &mut rows[from..(to as usize).max(from)];
        from += group.len();
        group.sort_unstable();
        let mut first = (0u64, 0u32);
        for (hash, row, failed) in group {
            if (*hash, 0) == (first.0, 0) && first.1 != 0 {
                fates.set(*row, DUPLICATE | u64::from(first.1));
                continue;
            }
            first = (*hash, *row);
            if *failed != 0 {
                fates.set(*row, FAILED);
            }
        }
    }
    for entries in entries {
        entries.retain(|entry| entry.failed == 0 && fates.0[entry.row as usize].load(Relaxed) >> 60 != DUPLICATE >> 60);
    }
}

/// The employees' rows are looked up; they stand first because their file is named first.
pub fn write_people(people: &People, output: &Output, threads: usize) {
    const PIECE: usize = 1 << 14;
    output.append(people.ids.keys.len().div_ceil(PIECE), threads, || {
        |piece: usize, text: &mut Vec<u8>| {
            let from = piece * PIECE;
            for (id, row) in people.ids.keys.iter().skip(from).take(PIECE).zip(from as u64 + 2..) {
                text.extend_from_slice(b"employees.csv!");
                put_number(text, row);
                text.extend_from_slice(b",,");
                put(text, *id, key_length(*id));
                text.extend_from_slice(b",used,,,read where the policy looks it up\n");
            }
        }
    });
}

pub fn write_credentials(file: &File, pieces: &[Piece], (fates, window): (&Fates, Window), output: &Output, threads: usize) {
    output.append(pieces.len(), threads, || {
        |piece: usize, text: &mut Vec<u8>| {
            let mut number = pieces[piece].first;
            rows::<11>(file, pieces[piece].range, |row| {
                line(text, row, number, fates.0[number as usize].load(Relaxed), window);
                number += 1;
            });
        }
    });
}

fn line(text: &mut Vec<u8>, row: &Row<11>, number: u32, fate: u64, window: Window) {
    let cells = |text: &mut Vec<u8>, list: &[&[u8]]| list.iter().for_each(|cell| text.extend_from_slice(cell));
    let (low, kind) = (fate as u32, fate >> 60 << 60);
    text.extend_from_slice(SOURCE);
    put_number(text, u64::from(number));
    text.push(b',');
    if matches!(kind, FAILED | REPEATED | GRANTED) {
        text.extend_from_slice(row.text(2));
    }
    text.push(b',');
    text.extend_from_slice(if kind == DUPLICATE { b"" } else { row.text(0) });
    match kind {
        FAILED => {
            text.extend_from_slice(b",not eligible,Micro-credential,0.00,");
            put_failed(text, row);
        }
        REPEATED => {
            let words: &[u8] =
                b",repeated,Micro-credential,0.00,\"repeated under `once per credential_id`; the first is credentials.csv, row ";
            text.extend_from_slice(words);
            put_number(text, u64::from(low));
            text.push(b'"');
        }
        GRANTED => {
            let (amount, gross) = ((fate >> 24) as u32 & 0xFF_FFFF, low & 0xFF_FFFF);
            text.extend_from_slice(if amount == gross { b",paid" } else { b",reduced" });
            text.extend_from_slice(b",Micro-credential,");
            put_money(text, amount);
            text.push(b',');
            put_reason(text, gross - amount, window);
        }
        DUPLICATE => {
            text.extend_from_slice(b",not used,,,the same as row ");
            put_number(text, u64::from(low));
        }
        _ => {
            let words: &[u8] = b"` is not among the rows of `employee` that can be used [unknown-employee]";
            cells(text, &[b",rejected,,,employee `", row.text(0), words]);
        }
    }
    text.push(b'\n');
}

/// The condition in the policy's words, and the values that failed it.
fn put_failed(text: &mut Vec<u8>, row: &Row<11>) {
    let mut cells = |list: &[&[u8]]| list.iter().for_each(|cell| text.extend_from_slice(cell));
    match failed_condition(row) {
        1 => cells(&[b"\"condition `category is \"\"micro-credential\"\"` does not hold: category is \"\"", row.text(4), b"\"\"\""]),
        2 => cells(&[b"\"condition `status is approved` does not hold: status is \"\"", row.text(10), b"\"\"\""]),
        3 => cells(&[b"condition `reviewers_approved at least 2` does not hold: reviewers_approved is ", row.text(9)]),
        4 => cells(&[b"condition `approved_on is known` does not hold: approved_on is blank"]),
        _ => {
            let words: &[u8] = b"\"condition `completed_on on or before enrolled_on + 1 year` does not hold: completed_on is ";
            cells(&[words, row.text(7), b", enrolled_on is ", row.text(6), b"\""]);
        }
    }
}
