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

    /// Adds lines without money of rows that are passed over or looked up: nobody asks where one of them stands.
    #[inline]
    pub fn add_lines(&mut self, fate: Fate, lines: usize) {
        self.count(fate, FateCount { lines, first: NOWHERE });
    }

    pub fn join(&mut self, other: &Counted) {
        ALL_FATES.into_iter().zip(other.fates).for_each(|(fate, count)| self.count(fate, count));
        self.amounts.join(other.amounts);
    }

    /// Those that a line has, in their order, and how many lines have each.
    pub fn fates(&self) -> impl Iterator<Item = (Fate, usize)> {
        ALL_FATES.into_iter().zip(self.fates.map(|count| count.lines)).filter(|(_, lines)| *lines > 0)
    }

    /// The first line with this fate that was not added with others, in the order of files and rows, where it is an employee's.
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
            raise(mark, fate);
        }
    }

    /// Marks rows of a record that follow one another.
    pub fn mark_all(&self, record: RecordId, rows: Range<u32>, fate: Fate) {
        let marks = self.tables.get(usize::from(record.0)).and_then(|all| all.get(rows.start as usize..rows.end as usize));
        marks.into_iter().flatten().for_each(|mark| raise(mark, fate));
    }

    /// Marks a row that is in no table.
    pub fn mark_other(&mut self, place: RowPlace, fate: Fate) {
        self.others.push((place, gravity(fate)));
    }

    /// By file: how many rows have each gravity, from the first. A row that is told of twice is one row all the same.
    pub fn by_gravity(&self, facts: &Facts) -> Vec<[usize; GRAVITIES]> {
        if self.may_tell_twice(facts) { self.gravest(facts) } else { self.one_by_one(facts) }
    }

    /// Whether two tables, or a table and the others, may tell of the same row. Rows that follow one another in a file are looked at together.
    fn may_tell_twice(&self, facts: &Facts) -> bool {
        let segments = facts.tables.iter().flat_map(|table| &table.rows.segments);
        let mut runs: Vec<_> = segments.flat_map(|segment| segment.numbers.runs().map(|(_, rows)| (segment.file, rows))).collect();
        runs.sort_by_key(|(file, rows)| (*file, rows.start));
        let mut others: Vec<RowPlace> = self.others.iter().map(|(place, _)| *place).collect();
        others.sort(); // most of them are in order: sorting finds that out
        runs.windows(2).any(|pair| pair[0].0 == pair[1].0 && pair[0].1.end > pair[1].1.start)
            || others.windows(2).any(|pair| pair[0] == pair[1])
            || facts.tables.iter().any(|table| is_among(&others, table))
    }

    /// The same where each row is told of once at most: of the marks of a table it is enough to know from which file they are.
    fn one_by_one(&self, facts: &Facts) -> Vec<[usize; GRAVITIES]> {
        let threads = rayon::current_num_threads();
        let shares = self.tables.iter().zip(&facts.tables).flat_map(|(marks, table)| {
            let share = marks.len().div_ceil(threads).max(1);
            (0..).step_by(share).zip(marks.chunks(share)).map(move |(first, marks)| (table, first, marks))
        });
        let shares: Vec<(&Table, usize, &[AtomicU8])> = shares.collect();
        let nothing = || vec![Tally::default(); facts.files.len()];
        let told = shares.into_par_iter().map(|share| {
            let mut files = nothing();
            tally(share, &mut files);
            files
        });
        let mut files = told.collect::<Vec<_>>().into_iter().fold(nothing(), |mut all, files| {
            all.iter_mut().zip(files).for_each(|(own, more)| own.join(more));
            all
        });
        for (place, gravity) in &self.others {
            files.get_mut(usize::from(place.file)).into_iter().for_each(|file| file.rows[usize::from(*gravity)] += 1);
        }
        files.into_iter().map(|Tally { rows: [_, told @ ..] }| told).collect()
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

/// Nobody else marks the row meanwhile.
#[inline]
fn raise(mark: &AtomicU8, fate: Fate) {
    if mark.load(Ordering::Relaxed) < gravity(fate) {
        mark.store(gravity(fate), Ordering::Relaxed);
    }
}

/// Whether one of the places is that of a row of the table. Rows that were read and then left out of it have places too.
fn is_among(places: &[RowPlace], table: &Table) -> bool {
    let mut read = Vec::new();
    for segment in &table.rows.segments {
        for (first, rows) in segment.numbers.runs() {
            let at = |row| places.partition_point(|place| *place < RowPlace { file: segment.file, row });
            let own = places[at(rows.start)..at(rows.end)].iter();
            read.extend(own.map(|place| (segment.first + first + (place.row - rows.start), place.row)));
        }
    }
    table.reordered.has_any(&read)
}

/// Adds the marks of some rows of a table, from the first on, to those of their files.
fn tally((table, first, marks): (&Table, usize, &[AtomicU8]), files: &mut [Tally]) {
    let mut add = |file: u16, marks: &[AtomicU8]| files.get_mut(usize::from(file)).into_iter().for_each(|file| file.add(marks));
    match &table.rows.segments[..] {
        [only] => add(only.file, marks),
        _ => (first..).zip(marks).for_each(|(row, mark)| add(table.position(row as u32).0, std::slice::from_ref(mark))),
    }
}

/// How many rows have each mark.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    rows: [usize; GRAVITIES + 1],
}

impl Tally {
    /// The counts of some marks stand side by side in one word, a few bits each.
    fn add(&mut self, marks: &[AtomicU8]) {
        const BITS: u32 = u64::BITS / (GRAVITIES as u32 + 1);
        const MOST: usize = (1 << BITS) - 1;
        for some in marks.chunks(MOST) {
            let counts = some.iter().fold(0u64, |counts, mark| counts + (1 << (BITS * u32::from(mark.load(Ordering::Relaxed)))));
            for (rows, mark) in self.rows.iter_mut().zip(0..) {
                *rows += (counts >> (BITS * mark)) as usize & MOST;
            }
        }
    }

    fn join(&mut self, other: Tally) {
        self.rows.iter_mut().zip(other.rows).for_each(|(own, more)| *own += more);
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
    use crate::facts::reordered::Reordered;
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
    fn rows_that_a_table_left_out_are_told_of_once() {
        let read = facts().tables.remove(0);
        for reordered in [Reordered::Rows(vec![3, 0, 1]), Reordered::Numbers(vec![5, 2, 3])] {
            let table = Table { starts: vec![0, 3], reordered, ..read.clone() };
            assert!((0..3).map(|row| (table.row_as_read(row), table.position(row).1)).eq([(3, 5), (0, 2), (1, 3)]));
            left_out_is_told_of_once(Facts { tables: vec![table], ..facts() });
        }
    }

    /// Of rows 0, 1 and 3 of a file, which stand in another order, and row 2, which was left out.
    fn left_out_is_told_of_once(facts: Facts) {
        let mut marks = RowMarks::of(&facts);
        (0..3).for_each(|row| marks.mark((RecordId(0), row), PASSED));
        marks.mark((RecordId(0), 1), Fate::Decided(Disposition::Held));
        marks.mark_other(RowPlace { file: 0, row: 4 }, Fate::NotUsed);
        assert!(!marks.may_tell_twice(&facts));
        assert_eq!(counted(&marks, &facts), [2, 1, 1, 0]);
        marks.mark_other(RowPlace { file: 0, row: 3 }, Fate::NotUsed);
        assert!(marks.may_tell_twice(&facts));
        assert_eq!(counted(&marks, &facts), [1, 2, 1, 0]);
    }

    #[test]
    fn rows_are_counted_however_many_follow_one_another() {
        let count = 10_000u32;
        let segment = |file: u16, first: u32, rows: u32| Segment { file, first, numbers: (2..2 + rows).collect(), columns: Vec::new() };
        let segments = vec![segment(0, 0, 7000), segment(1, 7000, 3000)];
        let reordered = Reordered::Rows((0..count).map(|row| row * 7 % count).collect());
        let table = Table { starts: vec![0, count], rows: Rows { segments }, reordered, ..Table::default() };
        let facts = Facts { tables: vec![table], files: [facts().files, facts().files].concat(), ..Facts::default() };
        let mut marks = RowMarks::of(&facts);
        (0..count)
            .filter(|row| row % 3 > 0)
            .for_each(|row| marks.mark((RecordId(0), row), if row % 3 == 1 { PASSED } else { Fate::NotUsed }));
        marks.mark_other(RowPlace { file: 1, row: 3002 }, Fate::Rejected);
        assert!(!marks.may_tell_twice(&facts));
        assert_eq!(marks.by_gravity(&facts), marks.gravest(&facts));
        marks.mark_other(RowPlace { file: 1, row: 3001 }, Fate::Rejected);
        assert!(marks.may_tell_twice(&facts));
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
