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
    /// Where a row stood among those of the files, by row; empty where it stands there still.
    pub origins: Vec<u32>,
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
        self.grouped = (0..order.len() as u32).collect();
        self.origins = order;
    }

    /// The file's index and the row's number there.
    #[inline]
    pub fn position(&self, row: u32) -> (u16, u32) {
        self.rows.position(self.origin(row))
    }

    pub fn cell(&self, files: &[DataFile], row: u32, field: Option<FieldId>) -> Cell {
        self.rows.cell(files, self.origin(row), field)
    }

    #[inline]
    fn origin(&self, row: u32) -> u32 {
        self.origins.get(row as usize).copied().unwrap_or(row)
    }
}

impl Rows {
    /// The file's index and the row's number there.
    #[inline]
    pub fn position(&self, row: u32) -> (u16, u32) {
        let after = self.segments.partition_point(|segment| segment.first <= row);
        let segment = &self.segments[after - 1];
        (segment.file, segment.numbers[(row - segment.first) as usize])
    }

    pub fn cell(&self, files: &[DataFile], row: u32, field: Option<FieldId>) -> Cell {
        let after = self.segments.partition_point(|segment| segment.first <= row);
        let segment = &self.segments[after - 1];
        let file = &files[usize::from(segment.file)];
        let column = field.and_then(|field| segment.columns[usize::from(field.0)].clone());
        Cell {
            file: file.name.clone(),
            sheet: file.sheet.clone(),
            row: Some(segment.numbers[(row - segment.first) as usize]),
            column: column.as_ref().map(|(number, _)| *number).filter(|number| *number > 0),
            header: column.map(|(_, header)| header),
            raw: None,
        }
    }
}
