//! What became of the rows in numbers: of every row, whether or not it is put into words.

use std::sync::atomic::{AtomicU8, Ordering};

use super::results::{Fate, RowPlace};
use super::totals::Sum;
use crate::eval::Disposition;
use crate::facts::{EmployeeId, Facts};
use crate::value::Number;

/// Lines of `outcomes.csv`, counted and added up.
#[derive(Clone, Debug)]
pub struct Counted {
    /// By the number of the fate.
    fates: [Option<(Fate, FateCount)>; FATES],
    /// The sum of the outcomes' amounts.
    pub amounts: Sum,
}

/// The lines with one fate.
#[derive(Clone, Copy, Debug)]
pub struct FateCount {
    pub lines: usize,
    /// The first of them in the order of files and rows, where it is an employee's.
    pub first: Option<(RowPlace, EmployeeId)>,
}

impl Default for Counted {
    fn default() -> Counted {
        Counted { fates: [None; FATES], amounts: Some(Number::ZERO) }
    }
}

impl Counted {
    /// Adds a line; the employee is none where nobody knows whose it is.
    pub fn add(&mut self, (place, employee): (RowPlace, Option<EmployeeId>), fate: Fate, amount: Option<Number>) {
        self.count(fate, FateCount { lines: 1, first: employee.map(|employee| (place, employee)) });
        if let Some(amount) = amount.filter(|amount| !amount.is_zero()) {
            self.amounts = self.amounts.and_then(|sum| sum.plus(amount).ok());
        }
    }

    /// Adds the lines of a row that so many awards passed over: not eligible, and no money.
    pub fn add_passed(&mut self, (place, employee): (RowPlace, EmployeeId), awards: u32) {
        self.count(PASSED, FateCount { lines: awards as usize, first: Some((place, employee)) });
    }

    pub fn join(&mut self, other: &Counted) {
        other.fates().for_each(|(fate, count)| self.count(fate, count));
        self.amounts = self.amounts.zip(other.amounts).and_then(|(sum, more)| sum.plus(more).ok());
    }

    /// In their order.
    pub fn fates(&self) -> impl Iterator<Item = (Fate, FateCount)> {
        self.fates.iter().flatten().copied()
    }

    /// The first line with this fate, in the order of files and rows, where it is an employee's.
    pub fn first(&self, fate: Fate) -> Option<EmployeeId> {
        let (_, count) = self.fates[number(fate)]?;
        count.first.map(|(_, employee)| employee)
    }

    #[inline]
    fn count(&mut self, fate: Fate, more: FateCount) {
        let (_, count) = self.fates[number(fate)].get_or_insert((fate, FateCount { lines: 0, first: None }));
        count.lines += more.lines;
        count.first = match (count.first, more.first) {
            (Some(first), Some(other)) => Some(if other.0 < first.0 { other } else { first }),
            (first, other) => first.or(other),
        };
    }
}

/// What becomes of a row that an award passes over.
pub const PASSED: Fate = Fate::Decided(Disposition::NotEligible);

/// By file and row the gravest that a line says of the row; 0 where none does. Who works a person marks the person's rows, several
/// threads side by side; the order does not matter for which is the gravest.
#[derive(Debug, Default)]
pub struct RowMarks {
    files: Vec<Vec<AtomicU8>>,
}

impl RowMarks {
    /// Nothing is said of any row yet.
    pub fn of(facts: &Facts) -> RowMarks {
        let mut last_rows = vec![0; facts.files.len()];
        let mut reach = |file: u16, row: u32| {
            if let Some(last) = last_rows.get_mut(usize::from(file)) {
                *last = row.max(*last);
            }
        };
        facts.tables.iter().flat_map(|table| &table.rows.segments).for_each(|rows| reach(rows.file, rows.numbers.most()));
        facts.set_aside.iter().for_each(|row| reach(row.file, row.row));
        facts.rejected.iter().for_each(|row| reach(row.file, row.row));
        // earlier payments are in no table; their rows are known by the names of their files
        let paid = facts.paid.iter().filter_map(|line| line.place.row).max().unwrap_or(0);
        for (file, last) in facts.files.iter().zip(&mut last_rows) {
            *last = if file.record.is_none() { paid.max(*last) } else { *last };
        }
        let files = last_rows.into_iter().map(|last| (0..=last).map(|_| AtomicU8::new(0)).collect());
        RowMarks { files: files.collect() }
    }

    #[inline]
    pub fn mark(&self, place: RowPlace, fate: Fate) {
        if let Some(mark) = self.files.get(usize::from(place.file)).and_then(|rows| rows.get(place.row as usize)) {
            mark.fetch_max(gravity(fate), Ordering::Relaxed); // a row that two records read may be marked for two people at once
        }
    }

    /// By file: how many rows have each gravity.
    pub fn by_gravity(&self) -> impl Iterator<Item = [usize; GRAVITIES]> {
        self.files.iter().map(|rows| {
            let mut counts = [0; GRAVITIES];
            rows.iter().for_each(|mark| counts[usize::from(mark.load(Ordering::Relaxed))] += 1);
            counts
        })
    }
}

/// 0 where nothing is said, then those of [`gravity`].
pub const GRAVITIES: usize = 5;

/// Fates in their order: what awards decided, then the others.
const FATES: usize = DECIDED + 3;
const DECIDED: usize = Disposition::Held as usize + 1;

fn number(fate: Fate) -> usize {
    match fate {
        Fate::Decided(disposition) => disposition as usize,
        Fate::Used => DECIDED,
        Fate::NotUsed => DECIDED + 1,
        Fate::Rejected => DECIDED + 2,
    }
}

/// The one disposition of a row that several awards look at is the gravest.
fn gravity(fate: Fate) -> u8 {
    match fate {
        Fate::Rejected => 4,
        Fate::Decided(Disposition::Held) => 3,
        Fate::NotUsed => 2,
        Fate::Decided(_) | Fate::Used => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gravest_mark_of_a_row_is_kept() {
        let marks = RowMarks { files: vec![Vec::new(), (0..6).map(|_| AtomicU8::new(0)).collect()] };
        for (row, fate) in [(2, PASSED), (5, Fate::Decided(Disposition::Held)), (3, Fate::Used), (5, PASSED), (3, Fate::Rejected)] {
            marks.mark(RowPlace { file: 1, row }, fate);
        }
        assert!(marks.by_gravity().eq([[0; GRAVITIES], [3, 1, 0, 1, 1]]));
    }
}
