//! What became of the rows in numbers: of every row, whether or not it is put into words.

use std::ops::Range;
use std::sync::atomic::{AtomicU8, Ordering};

use rayon::prelude::*;

use super::results::{Fate, RowPlace};
use super::totals::Growing;
use crate::eval::Disposition;
use crate::facts::{EmployeeId, Facts, Table};
use crate::policy::RecordId;
use crate::value::Number;

/// Lines of `outcomes.csv`, counted and added up.
#[derive(Clone, Debug)]
pub struct Counted {
    /// By the number of the fate.
    fates: [FateCount; FATES],
    /// The sum of the outcomes' amounts.
    pub amounts: Growing,
}

/// The lines with one fate.
#[derive(Clone, Copy, Debug)]
struct FateCount {
    lines: usize,
    /// The first of them that is an employee's, in the order of files and rows: where it stands, as one number, and whose it is.
    first: (u64, EmployeeId),
}

/// Where no line stands.
const NOWHERE: (u64, EmployeeId) = (u64::MAX, EmployeeId(0));

#[inline]
fn first(place: RowPlace, employee: EmployeeId) -> (u64, EmployeeId) {
    (u64::from(place.file) << 32 | u64::from(place.row), employee)
}

impl Default for Counted {
    fn default() -> Counted {
        Counted { fates: [FateCount { lines: 0, first: NOWHERE }; FATES], amounts: Growing::default() }
    }
}

impl Counted {
    /// Adds a line; the employee is none where nobody knows whose it is.
    #[inline]
    pub fn add(&mut self, (place, employee): (RowPlace, Option<EmployeeId>), fate: Fate, amount: Option<&Number>) {
        self.count(fate, FateCount { lines: 1, first: employee.map_or(NOWHERE, |employee| first(place, employee)) });
        if let Some(amount) = amount {
            self.amounts.add(amount);
        }
    }

    /// Adds the lines of a row that so many awards passed over: not eligible, and no money.
    #[inline]
    pub fn add_passed(&mut self, (place, employee): (RowPlace, EmployeeId), awards: u32) {
        self.count(PASSED, FateCount { lines: awards as usize, first: first(place, employee) });
    }

    pub fn join(&mut self, other: &Counted) {
        ALL_FATES.into_iter().zip(other.fates).for_each(|(fate, count)| self.count(fate, count));
        self.amounts.join(other.amounts);
    }

    /// Those that a line has, in their order, and how many lines have each.
    pub fn fates(&self) -> impl Iterator<Item = (Fate, usize)> {
        ALL_FATES.into_iter().zip(self.fates.map(|count| count.lines)).filter(|(_, lines)| *lines > 0)
    }

    /// The first line with this fate, in the order of files and rows, where it is an employee's.
    pub fn first(&self, fate: Fate) -> Option<EmployeeId> {
        let first = self.fates[number(fate)].first;
        (first != NOWHERE).then_some(first.1)
    }

    #[inline]
    fn count(&mut self, fate: Fate, more: FateCount) {
        let count = &mut self.fates[number(fate)];
        count.lines += more.lines;
        if more.first.0 < count.first.0 {
            count.first = more.first;
        }
    }
}

/// What becomes of a row that an award passes over.
pub const PASSED: Fate = Fate::Decided(Disposition::NotEligible);

/// By record and row the gravest that a line says of the row; 0 where none does. The rows of a person stand together and are marked by whoever
/// works the person, so that threads are not in each other's way.
#[derive(Debug)]
pub struct RowMarks {
    tables: Vec<Vec<AtomicU8>>,
    /// Rows that are in no table.
    others: Vec<(RowPlace, u8)>,
}

impl RowMarks {
    /// Nothing is said of any row yet.
    pub fn of(facts: &Facts) -> RowMarks {
        let unmarked = |table: &Table| (0..table.len()).map(|_| AtomicU8::new(0)).collect();
        RowMarks { tables: facts.tables.iter().map(unmarked).collect(), others: Vec::new() }
    }

    /// Marks a row of a record.
    #[inline]
    pub fn mark(&self, (record, row): (RecordId, u32), fate: Fate) {
        if let Some(mark) = self.tables.get(usize::from(record.0)).and_then(|rows| rows.get(row as usize)) {
            // nobody else marks it meanwhile
            if mark.load(Ordering::Relaxed) < gravity(fate) {
                mark.store(gravity(fate), Ordering::Relaxed);
            }
        }
    }

    /// Marks a row that is in no table.
    pub fn mark_other(&mut self, place: RowPlace, fate: Fate) {
        self.others.push((place, gravity(fate)));
    }

    /// By file: how many rows have each gravity, from the first. A row that is told of twice is one row all the same.
    pub fn by_gravity(&self, facts: &Facts) -> Vec<[usize; GRAVITIES]> {
        let threads = rayon::current_num_threads();
        let shares = self.tables.iter().enumerate().flat_map(|(table, marks)| {
            let share = marks.len().div_ceil(threads).max(1);
            (0..marks.len()).step_by(share).map(move |first| (table, first..(first + share).min(marks.len())))
        });
        let shares: Vec<(usize, Range<usize>)> = shares.collect();
        let others = self.others.iter().map(|(place, gravity)| ((place.file, place.row), *gravity));
        let told = shares.into_par_iter().map(|share| Told::of(facts, self.in_table(facts, share)));
        let told = told.collect::<Vec<_>>().into_iter().fold(Told::of(facts, others), Told::join);
        if told.any_twice() { self.gravest(facts) } else { told.counts }
    }

    fn in_table<'m>(&'m self, facts: &'m Facts, (table, rows): (usize, Range<usize>)) -> impl Iterator<Item = ((u16, u32), u8)> {
        let (marks, table) = (&self.tables[table], &facts.tables[table]);
        rows.map(|row| (table.position(row as u32), marks[row].load(Ordering::Relaxed)))
    }

    /// The same where rows are told of twice: the gravest of each is looked for.
    fn gravest(&self, facts: &Facts) -> Vec<[usize; GRAVITIES]> {
        let in_tables = self.tables.iter().enumerate().flat_map(|(table, marks)| self.in_table(facts, (table, 0..marks.len())));
        let others = self.others.iter().map(|(place, gravity)| ((place.file, place.row), *gravity));
        let mut files: Vec<Vec<u8>> = facts.files.iter().map(|file| vec![0; file.rows as usize + 2]).collect();
        for ((file, row), gravity) in in_tables.chain(others) {
            let (Some(rows), row) = (files.get_mut(usize::from(file)), row as usize) else { continue };
            rows.resize(rows.len().max(row + 1), 0);
            rows[row] = gravity.max(rows[row]);
        }
        let counted = |rows: Vec<u8>| {
            let mut counts = [0; GRAVITIES];
            rows.iter().filter(|gravity| **gravity > 0).for_each(|gravity| counts[usize::from(*gravity) - 1] += 1);
            counts
        };
        files.into_iter().map(counted).collect()
    }
}

/// Rows that something is said of: nearly always each is told of once, and counting them is enough.
struct Told {
    /// By file: how many rows have each gravity, from the first.
    counts: Vec<[usize; GRAVITIES]>,
    /// By file: a bit for each row, few enough bytes to stay in the cache in whatever order rows come.
    rows: Vec<Vec<u64>>,
}

impl Told {
    fn of(facts: &Facts, marks: impl Iterator<Item = ((u16, u32), u8)>) -> Told {
        let files = facts.files.len();
        let mut told = Told { counts: vec![[0; GRAVITIES]; files], rows: vec![Vec::new(); files] };
        for ((file, row), gravity) in marks.filter(|(_, gravity)| *gravity > 0) {
            let file = usize::from(file);
            let (Some(rows), Some(counts)) = (told.rows.get_mut(file), told.counts.get_mut(file)) else { continue };
            let (word, bit) = (row as usize / 64, 1 << (row % 64));
            if word >= rows.len() {
                rows.resize((facts.files[file].rows as usize / 64 + 1).max(word + 1), 0);
            }
            rows[word] |= bit;
            counts[usize::from(gravity) - 1] += 1;
        }
        told
    }

    fn join(mut self, other: Told) -> Told {
        for (rows, mut more) in self.rows.iter_mut().zip(other.rows) {
            if rows.len() < more.len() {
                std::mem::swap(rows, &mut more);
            }
            rows.iter_mut().zip(more).for_each(|(own, more)| *own |= more);
        }
        let counts = self.counts.iter_mut().flatten().zip(other.counts.into_iter().flatten());
        counts.for_each(|(own, more)| *own += more);
        self
    }

    /// Whether a row was told of more than once: there are then fewer rows than were counted.
    fn any_twice(&self) -> bool {
        let rows: usize = self.rows.iter().flatten().map(|bits| bits.count_ones() as usize).sum();
        rows < self.counts.iter().flatten().sum()
    }
}

/// Those of [`gravity`].
pub const GRAVITIES: usize = 4;

/// Fates in their order: what awards decided, then the others.
const ALL_FATES: [Fate; FATES] = [
    Fate::Decided(Disposition::Paid),
    Fate::Decided(Disposition::Reduced),
    Fate::Decided(Disposition::Carried),
    Fate::Decided(Disposition::Waiting),
    Fate::Decided(Disposition::Repeated),
    Fate::Decided(Disposition::NotChosen),
    Fate::Decided(Disposition::NotEligible),
    Fate::Decided(Disposition::Credited),
    Fate::Decided(Disposition::Counted),
    Fate::Decided(Disposition::AlreadyPaid),
    Fate::Decided(Disposition::Held),
    Fate::Used,
    Fate::NotUsed,
    Fate::Rejected,
];
const FATES: usize = DECIDED + 3;
const DECIDED: usize = Disposition::Held as usize + 1;

#[inline]
fn number(fate: Fate) -> usize {
    match fate {
        Fate::Decided(disposition) => disposition as usize,
        Fate::Used => DECIDED,
        Fate::NotUsed => DECIDED + 1,
        Fate::Rejected => DECIDED + 2,
    }
}

/// The one disposition of a row that several awards look at is the gravest.
#[inline]
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
    use std::sync::Arc;

    use super::*;
    use crate::facts::DataFile;
    use crate::facts::table::{Rows, Segment};

    #[test]
    fn every_fate_has_its_number() {
        assert!(ALL_FATES.into_iter().map(number).eq(0..FATES));
        assert!(ALL_FATES.is_sorted());
    }

    /// Two records that read the rows 2 to 5 of one file.
    fn facts() -> Facts {
        let numbers = |rows: std::ops::Range<u32>| Rows {
            segments: vec![Segment { file: 0, first: 0, numbers: rows.collect(), columns: Vec::new() }],
        };
        let of_one = |count: u32| Table { starts: vec![0, count], ..Table::default() };
        let table = |rows: std::ops::Range<u32>| Table { rows: numbers(rows.clone()), ..of_one(rows.len() as u32) };
        let (name, rows): (Arc<str>, u32) = ("a.csv".into(), 5);
        let file = DataFile { name, sheet: None, record: None, sha256: None, bytes: 0, rows, assumed: Vec::new() };
        Facts { tables: vec![table(2..6), table(2..6)], files: vec![file], ..Facts::default() }
    }

    /// Used, not used, held and rejected.
    fn counted(marks: &RowMarks, facts: &Facts) -> [usize; 4] {
        let [counts] = marks.by_gravity(facts)[..] else { panic!("one file") };
        assert_eq!(marks.gravest(facts), [counts]);
        counts
    }

    #[test]
    fn the_gravest_mark_of_a_row_is_kept() {
        let facts = facts();
        let mut marks = RowMarks::of(&facts);
        for (record, row, fate) in
            [(0, 0, PASSED), (0, 3, PASSED), (0, 3, Fate::Decided(Disposition::Held)), (0, 3, PASSED), (1, 0, Fate::Used)]
        {
            marks.mark((RecordId(record), row), fate);
        }
        assert_eq!(counted(&marks, &facts), [1, 0, 1, 0]);
        marks.mark_other(RowPlace { file: 0, row: 6 }, Fate::Rejected);
        marks.mark((RecordId(1), 1), Fate::Decided(Disposition::Held));
        marks.mark((RecordId(1), 2), Fate::NotUsed);
        assert_eq!(counted(&marks, &facts), [1, 1, 2, 1]);
    }

    #[test]
    fn a_row_told_of_twice_does_not_stand_for_one_that_is_lost() {
        let facts = Facts { tables: vec![facts().tables.remove(0)], ..facts() };
        let mut marks = RowMarks::of(&facts);
        (0..3).for_each(|row| marks.mark((RecordId(0), row), PASSED));
        assert_eq!(counted(&marks, &facts), [3, 0, 0, 0]);
        marks.mark_other(RowPlace { file: 0, row: 3 }, Fate::Rejected);
        marks.mark_other(RowPlace { file: 0, row: 9 }, Fate::NotUsed);
        marks.mark_other(RowPlace { file: 0, row: 9 }, Fate::NotUsed);
        assert_eq!(counted(&marks, &facts), [2, 1, 0, 1]);
    }
}
