//! How much room the sheets of an `.xls` ask a reader for, against the cells that are written in it; and which rows and columns they hide.

use std::collections::BTreeMap;

use super::compound::{Found, half, stream, word};
use super::old_order::Order;
use crate::facts::read::book::notes::SheetNotes;

/// Areas up to this many cells are harmless however little is written.
const AREA_HARMLESS: u64 = 3_000_000;

/// Looks through a file without keeping its cells. One in which nothing can be found would not be safe with the reader either.
pub fn scan(bytes: &[u8]) -> Scan {
    match stream(bytes, &["Workbook", "Book"]) {
        Found::Whole(book) => scan_book(&book),
        Found::Broken | Found::Unknown => Scan { is_broken: true, ..Scan::default() },
    }
}

#[derive(Default)]
pub struct Scan {
    /// Where the sheets begin, as the book lists them.
    sheets: Vec<usize>,
    /// By the place where it begins: the area that a sheet spans or declares.
    areas: BTreeMap<usize, u64>,
    /// By the same place: the rows and columns that it hides.
    notes: BTreeMap<usize, SheetNotes>,
    pub written: u64,
    /// Whether the pieces of the file do not make a whole.
    pub is_broken: bool,
    /// Whether the contents are encrypted, in any of the ways that there are.
    pub is_protected: bool,
    /// The first cell that is there twice: row and column from 1. The reader would keep the last in silence.
    pub twice: Option<(u32, u32)>,
}

/// The cells of the sheet at hand that were seen: a bit for each column, by row.
#[derive(Default)]
struct Seen(BTreeMap<u16, [u64; 4]>);

impl Seen {
    /// Whether the cell was there before.
    fn again(&mut self, row: u16, column: u16) -> bool {
        let Some(bits) = self.0.entry(row).or_default().get_mut(usize::from(column / 64)) else { return false };
        let bit = 1 << (column % 64);
        let again = *bits & bit != 0;
        *bits |= bit;
        again
    }
}

impl Scan {
    /// Whether a reader would set aside far more than the file holds.
    pub fn is_absurd(&self) -> bool {
        let asked = self.sheets.iter().map(|at| self.areas.get(at).copied().unwrap_or(0)).fold(0u64, u64::saturating_add);
        asked > AREA_HARMLESS.max(self.written.saturating_mul(4))
    }

    /// Of the sheet at this place of the list.
    pub fn take_notes(&mut self, place: usize) -> SheetNotes {
        let mut notes = self.sheets.get(place).and_then(|begun| self.notes.remove(begun)).unwrap_or_default();
        notes.settle();
        notes
    }
}

/// The corners of what a sheet holds.
struct Corners {
    rows: (u64, u64),
    columns: (u64, u64),
}

impl Corners {
    const NONE: Corners = Corners { rows: (u64::MAX, 0), columns: (u64::MAX, 0) };

    fn stretch(&mut self, row: u64, columns: (u64, u64)) {
        self.rows = (self.rows.0.min(row), self.rows.1.max(row));
        self.columns = (self.columns.0.min(columns.0), self.columns.1.max(columns.1));
    }

    fn area(&self) -> u64 {
        let span = |(first, last): (u64, u64)| if first > last { 0 } else { (last - first).saturating_add(1) };
        span(self.rows).saturating_mul(span(self.columns))
    }
}

fn scan_book(book: &[u8]) -> Scan {
    let (mut scan, mut order) = (Scan::default(), Order::default());
    let (mut at, mut begun, mut corners, mut declared, mut seen) = (0, 0, Corners::NONE, 0u64, Seen::default());
    while let (Some(kind), Some(length)) = (half(book, at), half(book, at + 2)) {
        if order.is_between() && book[at..].iter().all(|byte| *byte == 0) {
            break;
        }
        if !order.note(at, kind, length) {
            break;
        }
        let data = book.get(at + 4..(at + 4 + usize::from(length)).min(book.len())).unwrap_or(&[]);
        at += 4 + usize::from(length);
        if order.is_in_chart() {
            continue;
        }
        match kind {
            0x0809 => (begun, corners, declared, seen) = (order.begun(), Corners::NONE, 0, Seen::default()),
            0x0085 => scan.sheets.extend(word(data, 0).map(|start| start as usize)),
            0x0200 => declared = declared.max(declared_area(data)),
            0x0006 | 0x0203 | 0x0204 | 0x0205 | 0x00d6 | 0x00fd | 0x027e | 0x00bd => {
                let (row, column) = (half(data, 0).unwrap_or(0), half(data, 2).unwrap_or(0));
                let last = if kind == 0x00bd { half(data, data.len().saturating_sub(2)).unwrap_or(column) } else { column };
                corners.stretch(u64::from(row), (u64::from(column), u64::from(last)));
                let again = (column..=last.max(column)).find(|column| seen.again(row, *column));
                scan.twice = scan.twice.or(again.map(|column| (u32::from(row) + 1, u32::from(column) + 1)));
                scan.written += u64::from(last.saturating_sub(column)) + 1;
            }
            // a row without height, and a filter at work
            0x0208 if half(data, 12).is_some_and(|flags| flags & 0x20 != 0) => {
                let row = half(data, 0).map_or(0, u32::from);
                scan.notes.entry(begun).or_default().hide(row, row);
            }
            // columns without width
            0x007d if half(data, 8).is_some_and(|flags| flags & 1 != 0) || half(data, 4) == Some(0) => {
                let (first, last) = (half(data, 0).map_or(0, u32::from), half(data, 2).map_or(0, u32::from));
                scan.notes.entry(begun).or_default().hide_columns(first, last);
            }
            0x002f => scan.is_protected = true,
            0x009b => scan.notes.entry(begun).or_default().is_filtered = true,
            _ => {}
        }
        let area = scan.areas.entry(begun).or_insert(0);
        *area = (*area).max(corners.area()).max(declared);
    }
    // what is protected makes no sense before it is opened
    scan.is_broken = !scan.is_protected && !order.is_sound(&scan.sheets);
    scan
}

/// Rows and columns as the sheet declares them, for which the reader sets room aside.
fn declared_area(data: &[u8]) -> u64 {
    let wide = data.len() >= 14;
    let (first, last, columns) = if wide {
        (word(data, 0), word(data, 4), (half(data, 8), half(data, 10)))
    } else {
        (half(data, 0).map(u32::from), half(data, 2).map(u32::from), (half(data, 4), half(data, 6)))
    };
    let rows = u64::from(last.unwrap_or(0)).saturating_sub(u64::from(first.unwrap_or(0)));
    let (first, last) = (columns.0.unwrap_or(0), columns.1.unwrap_or(0));
    // the reader takes a first column that there is not for the first of all
    let columns = u64::from(if first > 0xff || last < first { last } else { last - first });
    rows.saturating_mul(columns)
}
