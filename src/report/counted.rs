//! What became of the rows in numbers: of every row, whether or not it is put into words.

use super::results::{Fate, RowPlace};
use super::totals::Sum;
use crate::eval::Disposition;
use crate::facts::EmployeeId;
use crate::value::Number;

/// Lines of `outcomes.csv` of some people, counted and added up.
#[derive(Clone, Debug, Default)]
pub struct Counted {
    tally: Tally,
    /// How grave each line is for its row.
    marks: Vec<Mark>,
}

/// The same of all people: of each row only the gravest that a line says of it.
#[derive(Clone, Debug)]
pub struct AllCounted {
    tally: Tally,
    /// By file and row; 0 where no line says anything.
    gravities: Vec<Vec<u8>>,
}

/// Lines by their fate, and the sum of their amounts.
#[derive(Clone, Debug)]
struct Tally {
    /// By the number of the fate.
    fates: [Option<(Fate, FateCount)>; FATES],
    amounts: Sum,
}

/// The lines with one fate.
#[derive(Clone, Copy, Debug)]
pub struct FateCount {
    pub lines: usize,
    /// The first of them in the order of files and rows, where it is an employee's.
    pub first: Option<(RowPlace, EmployeeId)>,
}

#[derive(Clone, Copy, Debug)]
struct Mark {
    row: u32,
    file: u16,
    gravity: u8,
}

impl Mark {
    fn is_of_row(self, other: Mark) -> bool {
        (self.file, self.row) == (other.file, other.row)
    }
}

impl Default for Tally {
    fn default() -> Tally {
        Tally { fates: [None; FATES], amounts: Some(Number::ZERO) }
    }
}

impl Tally {
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

impl Counted {
    /// Adds a line; the employee is none where nobody knows whose it is.
    pub fn add(&mut self, (place, employee): (RowPlace, Option<EmployeeId>), fate: Fate, amount: Option<Number>) {
        self.tally.count(fate, FateCount { lines: 1, first: employee.map(|employee| (place, employee)) });
        if let Some(amount) = amount.filter(|amount| !amount.is_zero()) {
            self.tally.amounts = self.tally.amounts.and_then(|sum| sum.plus(amount).ok());
        }
        self.marks.push(Mark { row: place.row, file: place.file, gravity: gravity(fate) });
    }

    /// Adds the lines of a row that so many awards passed over: not eligible, and no money.
    pub fn add_passed(&mut self, (place, employee): (RowPlace, EmployeeId), awards: u32) {
        let fate = Fate::Decided(Disposition::NotEligible);
        self.tally.count(fate, FateCount { lines: awards as usize, first: Some((place, employee)) });
        self.marks.push(Mark { row: place.row, file: place.file, gravity: gravity(fate) });
    }

    /// How many marks there are, to be given to [`Counted::settle`].
    pub fn marked(&self) -> usize {
        self.marks.len()
    }

    /// Leaves one mark for each row of those made since there were `before`: the rows of one person, several awards each.
    pub fn settle(&mut self, before: usize) {
        let marks = &mut self.marks[before..];
        marks.sort_unstable_by_key(|mark| (mark.file, mark.row, u8::MAX - mark.gravity));
        let mut kept = before;
        for at in before..self.marks.len() {
            let mark = self.marks[at];
            if kept == before || !self.marks[kept - 1].is_of_row(mark) {
                self.marks[kept] = mark;
                kept += 1;
            }
        }
        self.marks.truncate(kept);
    }
}

impl AllCounted {
    /// Nothing is counted yet of files with so many rows.
    pub fn of_files(rows_of_files: impl Iterator<Item = usize>) -> AllCounted {
        AllCounted { tally: Tally::default(), gravities: rows_of_files.map(|rows| vec![0; rows + 2]).collect() }
    }

    pub fn join(&mut self, other: &Counted) {
        for (fate, count) in other.tally.fates.iter().flatten() {
            self.tally.count(*fate, *count);
        }
        self.tally.amounts = self.tally.amounts.zip(other.tally.amounts).and_then(|(sum, more)| sum.plus(more).ok());
        for mark in &other.marks {
            self.mark(*mark);
        }
    }

    /// Adds a row that is read where the policy looks something up; the employee is none where it is nobody's.
    pub fn add_used(&mut self, place: RowPlace, employee: Option<EmployeeId>) {
        self.tally.count(Fate::Used, FateCount { lines: 1, first: employee.map(|employee| (place, employee)) });
        self.mark(Mark { row: place.row, file: place.file, gravity: gravity(Fate::Used) });
    }

    #[inline]
    fn mark(&mut self, mark: Mark) {
        let Some(rows) = self.gravities.get_mut(usize::from(mark.file)) else { return };
        let row = mark.row as usize;
        if row >= rows.len() {
            rows.resize(row + 1, 0);
        }
        rows[row] = rows[row].max(mark.gravity);
    }

    /// In their order.
    pub fn fates(&self) -> impl Iterator<Item = (Fate, FateCount)> {
        self.tally.fates.iter().flatten().copied()
    }

    /// The sum of the outcomes' amounts.
    pub fn amounts(&self) -> Sum {
        self.tally.amounts
    }

    /// The first line with this fate, in the order of files and rows, where it is an employee's.
    pub fn first(&self, fate: Fate) -> Option<EmployeeId> {
        let (_, count) = self.tally.fates[number(fate)]?;
        count.first.map(|(_, employee)| employee)
    }

    /// By file and row, as long as the file or longer: the gravest that a line says of the row; 0 where none does.
    pub fn gravities(&self) -> &[Vec<u8>] {
        &self.gravities
    }
}

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
        let mark = |row, gravity| Mark { row, file: 0, gravity };
        let marks = vec![mark(2, 1), mark(5, 1), mark(3, 1), mark(5, 3), mark(3, 1)];
        let mut counted = Counted { marks, ..Counted::default() };
        counted.settle(1);
        assert_eq!(counted.marked(), 3);
        let mut all = AllCounted::of_files([3].into_iter());
        all.join(&counted);
        assert_eq!(all.gravities(), [[0, 0, 1, 1, 0, 3]]);
    }
}
