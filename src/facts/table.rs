//! All rows of one record: columns, whose row each is, and where it stands in which file.

use std::sync::Arc;

use rayon::prelude::*;

use super::column::Column;
use super::{DataFile, EmployeeId};
use crate::policy::FieldId;
use crate::source::Cell;

#[derive(Clone, Debug, Default)]
pub struct Table {
    /// By [`FieldId`].
    pub columns: Vec<Column>,
    /// Whose row it is, by row; in a look-up record the number of its key.
    pub people: Vec<EmployeeId>,
    /// Only of a look-up record: its keys in order of their bytes, by number.
    pub keys: Vec<Box<str>>,
    /// As read; `Table::position` knows where a row stood.
    pub rows: Rows,
    /// Row numbers grouped by person: `grouped[starts[e]..starts[e + 1]]` are the rows of employee e, in file order.
    pub starts: Vec<u32>,
    pub grouped: Vec<u32>,
    /// Where each row stood, by row; empty where the rows still stand as they were read.
    pub places: Vec<ReadPlace>,
}

/// Where a row was read.
#[derive(Clone, Copy, Debug)]
pub struct ReadPlace {
    /// Index into [`Rows::segments`].
    segment: u16,
    /// The row in the file.
    number: u32,
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
    pub numbers: Vec<u32>,
    /// By [`FieldId`]: the column's number from 1 and its header. Badges have fields and no columns: 0.
    pub columns: Vec<Option<(u32, Arc<str>)>>,
}

impl Segment {
    /// The same file without rows.
    pub fn emptied(&self) -> Segment {
        Segment { file: self.file, first: 0, numbers: Vec::new(), columns: self.columns.clone() }
    }
}

impl Table {
    pub fn len(&self) -> usize {
        self.people.len()
    }

    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    pub fn column(&self, field: FieldId) -> &Column {
        &self.columns[usize::from(field.0)]
    }

    /// The rows of one person, in file order.
    pub fn rows_of(&self, employee: EmployeeId) -> &[u32] {
        let person = employee.0 as usize;
        match (self.starts.get(person), self.starts.get(person + 1)) {
            (Some(start), Some(end)) => &self.grouped[*start as usize..*end as usize],
            _ => &[],
        }
    }

    /// The rows of a look-up record that have the key, in file order.
    pub fn rows_with_key(&self, key: &str) -> &[u32] {
        let found = self.keys.binary_search_by(|known| known.as_ref().cmp(key));
        found.map_or(&[], |number| self.rows_of(EmployeeId(number as u32)))
    }

    /// The key of a row of a look-up record.
    pub fn key_of(&self, row: u32) -> &str {
        self.people.get(row as usize).and_then(|number| self.keys.get(number.0 as usize)).map_or("", AsRef::as_ref)
    }

    /// Whether two rows of one person agree in every field.
    pub fn same_cells(&self, left: u32, right: u32) -> bool {
        self.columns.iter().all(|column| column.same(left, right))
    }

    /// Fills `starts` and `grouped` from `people`, without sorting.
    pub fn group(&mut self, employee_count: usize) {
        let mut starts = vec![0u32; employee_count + 1];
        for person in &self.people {
            starts[person.0 as usize + 1] += 1;
        }
        for person in 1..starts.len() {
            starts[person] += starts[person - 1];
        }
        let mut next = starts.clone();
        let mut grouped = vec![0u32; self.people.len()];
        for (row, person) in self.people.iter().enumerate() {
            let slot = &mut next[person.0 as usize];
            grouped[*slot as usize] = row as u32;
            *slot += 1;
        }
        (self.starts, self.grouped) = (starts, grouped);
    }
}

impl Table {
    /// Brings the rows of each person together, in file order: who works person by person then reads from front to back.
    pub fn gather(&mut self, employee_count: usize) {
        self.group(employee_count);
        if self.grouped.is_sorted() {
            return;
        }
        let order = std::mem::take(&mut self.grouped);
        self.columns.par_iter_mut().for_each(|column| column.reorder(&order));
        self.people = order.iter().map(|row| self.people[*row as usize]).collect();
        self.places = order.iter().map(|row| self.rows.place(*row)).collect();
        self.rows.segments.iter_mut().for_each(|segment| segment.numbers = Vec::new()); // `places` has them now
        self.grouped = (0..order.len() as u32).collect();
    }

    /// The file's index and the row's number there.
    #[inline]
    pub fn position(&self, row: u32) -> (u16, u32) {
        let place = self.place(row);
        (self.rows.segments[usize::from(place.segment)].file, place.number)
    }

    pub fn cell(&self, files: &[DataFile], row: u32, field: Option<FieldId>) -> Cell {
        self.rows.cell_at(files, self.place(row), field)
    }

    #[inline]
    fn place(&self, row: u32) -> ReadPlace {
        self.places.get(row as usize).copied().unwrap_or_else(|| self.rows.place(row))
    }
}

impl Rows {
    /// The file's index and the row's number there.
    #[inline]
    pub fn position(&self, row: u32) -> (u16, u32) {
        let place = self.place(row);
        (self.segments[usize::from(place.segment)].file, place.number)
    }

    #[inline]
    fn place(&self, row: u32) -> ReadPlace {
        let segment = self.segments.partition_point(|segment| segment.first <= row) - 1;
        let found = &self.segments[segment];
        ReadPlace { segment: segment as u16, number: found.numbers[(row - found.first) as usize] }
    }

    pub fn cell(&self, files: &[DataFile], row: u32, field: Option<FieldId>) -> Cell {
        self.cell_at(files, self.place(row), field)
    }

    fn cell_at(&self, files: &[DataFile], place: ReadPlace, field: Option<FieldId>) -> Cell {
        let segment = &self.segments[usize::from(place.segment)];
        let file = &files[usize::from(segment.file)];
        let column = field.and_then(|field| segment.columns[usize::from(field.0)].clone());
        Cell {
            file: file.name.clone(),
            sheet: file.sheet.clone(),
            row: Some(place.number),
            column: column.as_ref().map(|(number, _)| *number).filter(|number| *number > 0),
            header: column.map(|(_, header)| header),
            raw: None,
        }
    }
}
