//! All rows of one record: columns, whose row each is, and where it stands in which file.

use std::ops::Range;
use std::sync::Arc;

use super::column::Column;
use super::grouping::{Grouping, Order};
use super::reordered::Reordered;
use super::{DataFile, EmployeeId, Names};
use crate::policy::FieldId;
use crate::source::Cell;

#[derive(Clone, Debug, Default)]
pub struct Table {
    /// By [`FieldId`].
    pub columns: Vec<Column>,
    /// Only of a look-up record: its keys in order of their bytes, by number.
    pub keys: Names,
    /// As read; `Table::position` knows where a row stood.
    pub rows: Rows,
    /// The rows of each person stand together: those from `starts[e]` to before `starts[e + 1]` are those of employee e, in file order; in
    /// a look-up record those of its e-th key.
    pub starts: Vec<u32>,
    pub reordered: Reordered,
}

/// Where the rows came from: runs of rows of one file.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    pub segments: Vec<Segment>,
}

/// The rows of one file (or sheet) in a table.
#[derive(Clone, Debug)]
pub struct Segment {
    /// Index into `Facts::files`.
    pub file: u16,
    /// The table's row number of the segment's first row.
    pub first: u32,
    /// The row in the file, as a spreadsheet numbers it, for each row of the segment.
    pub numbers: Numbers,
    /// By [`FieldId`]: the column's number from 1 and its header. Badges have fields and no columns: 0.
    pub columns: Vec<Option<(u32, Arc<str>)>>,
}

impl Segment {
    /// The same file without rows.
    pub fn emptied(&self) -> Segment {
        Segment { file: self.file, first: 0, numbers: Numbers::default(), columns: self.columns.clone() }
    }
}

/// Numbers of rows that mostly follow one another: only where they do not is anything kept.
#[derive(Clone, Debug, Default)]
pub struct Numbers {
    /// Which row begins a run, and its number.
    runs: Vec<(u32, u32)>,
    len: u32,
    /// The run of the first row of each block; empty where it was not asked for.
    blocks: Vec<u32>,
}

/// A file with a rejected row here and there has about one run in so many rows, and the blocks of a million rows stay in the nearest cache.
const BLOCK: u32 = 256;

impl Numbers {
    pub fn len(&self) -> usize {
        self.len as usize
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    #[inline]
    pub fn push(&mut self, number: u32) {
        if self.runs.last().is_none_or(|(row, first)| first + (self.len - row) != number) {
            self.runs.push((self.len, number));
        }
        self.len += 1;
    }

    /// Adds so many numbers that follow one another.
    pub fn push_run(&mut self, first: u32, count: u32) {
        if count > 0 {
            self.push(first);
            self.len += count - 1;
        }
    }

    /// Adds the numbers of other rows.
    pub fn append(&mut self, more: &Numbers) {
        more.ends().for_each(|((row, number), end)| self.push_run(number, end - row));
    }

    #[inline]
    pub fn get(&self, row: u32) -> u32 {
        let Some(mut run) = self.blocks.get((row / BLOCK) as usize).map(|run| *run as usize) else { return self.search(row) };
        while self.runs.get(run + 1).is_some_and(|(first, _)| *first <= row) {
            run += 1;
        }
        let (first, number) = self.runs[run];
        number + (row - first)
    }

    /// The same where numbers were not made quick to find.
    #[inline(never)]
    fn search(&self, row: u32) -> u32 {
        let (first, number) = self.runs[self.runs.partition_point(|(first, _)| *first <= row) - 1];
        number + (row - first)
    }

    /// Makes numbers quick to find, once all are there: they are asked for with each line that is written.
    pub fn settle(&mut self) {
        let mut run = 0;
        let of_block = |block: u32| {
            while self.runs.get(run + 1).is_some_and(|(first, _)| *first <= block * BLOCK) {
                run += 1;
            }
            run as u32
        };
        self.blocks = (0..self.len.div_ceil(BLOCK)).map(of_block).collect();
    }

    /// Whether each is above the one before it.
    pub fn ascend(&self) -> bool {
        self.ends().zip(self.runs.iter().skip(1)).all(|(((row, number), end), (_, next))| number + (end - row) <= *next)
    }

    /// The row that has a number, where they ascend.
    fn row_of(&self, number: u32) -> u32 {
        let (row, first) = self.runs[self.runs.partition_point(|(_, first)| *first <= number) - 1];
        row + (number - first)
    }

    pub fn iter(&self) -> impl Iterator<Item = u32> {
        self.runs().flat_map(|(_, numbers)| numbers)
    }

    /// Numbers that follow one another, and which row has the first of them.
    pub fn runs(&self) -> impl Iterator<Item = (u32, Range<u32>)> {
        self.ends().map(|((row, number), end)| (row, number..number + (end - row)))
    }

    /// The runs, each with the row behind its last.
    fn ends(&self) -> impl Iterator<Item = ((u32, u32), u32)> {
        let ends = self.runs.iter().skip(1).map(|(row, _)| *row).chain([self.len]);
        self.runs.iter().copied().zip(ends)
    }

    /// Keeps the rows that are marked.
    pub fn retain(&mut self, keep: &[bool]) {
        *self = self.iter().zip(keep).filter(|(_, keep)| **keep).map(|(number, _)| number).collect();
    }
}

impl Extend<u32> for Numbers {
    fn extend<I: IntoIterator<Item = u32>>(&mut self, numbers: I) {
        numbers.into_iter().for_each(|number| self.push(number));
    }
}

impl FromIterator<u32> for Numbers {
    fn from_iter<I: IntoIterator<Item = u32>>(numbers: I) -> Numbers {
        let mut all = Numbers::default();
        all.extend(numbers);
        all
    }
}

impl Table {
    pub fn len(&self) -> usize {
        self.starts.last().map_or(0, |end| *end as usize)
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[inline]
    pub fn column(&self, field: FieldId) -> &Column {
        &self.columns[usize::from(field.0)]
    }

    /// The rows of one person, in file order.
    #[inline]
    pub fn rows_of(&self, employee: EmployeeId) -> Range<u32> {
        let person = employee.0 as usize;
        match (self.starts.get(person), self.starts.get(person + 1)) {
            (Some(start), Some(end)) => *start..*end,
            _ => 0..0,
        }
    }

    /// The first row of one person.
    #[inline]
    pub fn first_of(&self, employee: EmployeeId) -> Option<u32> {
        self.rows_of(employee).next()
    }

    /// The rows of everybody.
    pub fn all_rows(&self) -> Range<u32> {
        0..self.len() as u32
    }

    /// The rows of a look-up record that have the key, in file order.
    pub fn rows_with_key(&self, key: &str) -> Range<u32> {
        self.keys.number_of(key).map_or(0..0, |number| self.rows_of(EmployeeId(number as u32)))
    }

    /// The key of a row of a look-up record.
    pub fn key_of(&self, row: u32) -> &str {
        self.keys.get(self.person_of(row).0 as usize).unwrap_or_default()
    }

    /// Whose row it is; in a look-up record the number of its key.
    pub fn person_of(&self, row: u32) -> EmployeeId {
        EmployeeId((self.starts.partition_point(|start| *start <= row) as u32).saturating_sub(1))
    }

    /// Some rows, each with whose it is.
    pub fn owned(&self, rows: Range<u32>) -> impl Iterator<Item = (u32, EmployeeId)> {
        let first = self.person_of(rows.start).0;
        let people = (first..).zip(self.starts.get(first as usize..).unwrap_or(&[]).windows(2));
        let own = move |(person, of): (u32, &[u32])| (of[0].max(rows.start)..of[1].min(rows.end)).map(move |row| (row, EmployeeId(person)));
        people.take_while(move |(_, of)| of[0] < rows.end).flat_map(own)
    }

    /// Whether two rows of one person agree in every field.
    pub fn same_cells(&self, left: u32, right: u32) -> bool {
        self.columns.iter().all(|column| column.same(left, right))
    }

    /// Brings the rows of each of so many people (or keys) together; `people` says whose each is.
    pub fn bring_together(&mut self, people: &[EmployeeId], count: usize) {
        let people: Vec<u32> = people.iter().map(|person| person.0).collect();
        self.gather(Grouping::of((&people, 0), count).order((count, None), (&[], |_| false), people));
    }

    /// Puts the rows into the order of `starts`, those of each person together: who works person by person then reads from front to
    /// back. `order` says as which row each was read; those that it leaves out are gone.
    pub(super) fn gather(&mut self, (starts, mut order): (Vec<u32>, Order)) {
        self.starts = starts;
        if order.keeps(self.rows.len()) {
            return;
        }
        // one after the other: only one of them is there twice
        self.columns.iter_mut().for_each(|column| column.reorder(&mut order));
        self.reordered = Reordered::of(order, &self.rows);
    }

    /// The file's index and the row's number there.
    #[inline]
    pub fn position(&self, row: u32) -> (u16, u32) {
        match &self.reordered {
            Reordered::Numbers(numbers) => (self.rows.segments[0].file, numbers[row as usize]),
            Reordered::Rows(rows) => self.rows.position(rows[row as usize]),
            Reordered::Not => self.rows.position(row),
        }
    }

    pub fn cell(&self, files: &[DataFile], row: u32, field: Option<FieldId>) -> Cell {
        self.rows.cell(files, self.row_as_read(row), field)
    }

    /// As which row it was read.
    pub fn row_as_read(&self, row: u32) -> u32 {
        match &self.reordered {
            Reordered::Numbers(numbers) => {
                let only = &self.rows.segments[0];
                only.first + only.numbers.row_of(numbers[row as usize])
            }
            Reordered::Rows(rows) => rows[row as usize],
            Reordered::Not => row,
        }
    }
}

impl Rows {
    pub fn len(&self) -> usize {
        self.segments.iter().map(|segment| segment.numbers.len()).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The file's index and the row's number there.
    #[inline]
    pub fn position(&self, row: u32) -> (u16, u32) {
        let (segment, number) = self.place(row);
        (segment.file, number)
    }

    #[inline]
    fn place(&self, row: u32) -> (&Segment, u32) {
        if let [only] = &self.segments[..] {
            return (only, only.numbers.get(row - only.first));
        }
        let segment = &self.segments[self.segments.partition_point(|segment| segment.first <= row) - 1];
        (segment, segment.numbers.get(row - segment.first))
    }

    pub fn cell(&self, files: &[DataFile], row: u32, field: Option<FieldId>) -> Cell {
        let (segment, number) = self.place(row);
        let file = &files[usize::from(segment.file)];
        let column = field.and_then(|field| segment.columns[usize::from(field.0)].clone());
        Cell {
            file: file.name.clone(),
            sheet: file.sheet.clone(),
            row: Some(number),
            column: column.as_ref().map(|(number, _)| *number).filter(|number| *number > 0),
            header: column.map(|(_, header)| header),
            raw: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_kept_where_they_do_not_follow() {
        let all = [2, 3, 4, 9, 10, 7, 8, 20];
        let mut numbers: Numbers = all.into_iter().collect();
        assert_eq!((numbers.runs.len(), numbers.iter().collect::<Vec<_>>()), (4, all.to_vec()));
        let mut twice: Numbers = all.into_iter().collect();
        twice.append(&numbers);
        assert!(twice.iter().eq(all.into_iter().chain(all)) && twice.len() == 2 * all.len());
        numbers.retain(&[true, false, true, true, true, false, false, true]);
        let mut many: Numbers = (0..1000).map(|number| number * 3 + u32::from(number % 90 > 70) * 5000 + number % 7).collect();
        let each: Vec<u32> = many.iter().collect();
        for _ in 0..2 {
            assert!((0..1000).map(|row| many.get(row)).eq(each.iter().copied()));
            many.settle();
        }
        let left = [2, 4, 9, 10, 20];
        assert_eq!(numbers.len(), left.len());
        assert!(numbers.ascend() && Numbers::default().ascend() && !twice.ascend());
        assert!((0..).zip(left).all(|(row, number)| numbers.row_of(number) == row));
        assert!((0..).zip(left).all(|(row, number)| numbers.get(row) == number));
    }

    #[test]
    fn whose_each_row_is_follows_from_where_rows_begin() {
        let table = Table { starts: vec![0, 0, 2, 2, 5, 5], ..Table::default() };
        let owners = [1, 1, 3, 3, 3].map(EmployeeId);
        assert!((0..5).all(|row| table.person_of(row) == owners[row as usize]));
        for (first, end) in (0..=5).flat_map(|end| (0..=end).map(move |first| (first, end))) {
            assert!(table.owned(first..end).eq((first..end).map(|row| (row, owners[row as usize]))), "{first} {end}");
        }
        assert_eq!(Table::default().owned(0..0).count(), 0);
    }
}
