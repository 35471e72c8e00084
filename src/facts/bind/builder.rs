//! A table while its files are read: typed columns that grow row by row, people as codes until everybody is known.

use std::sync::Arc;

use rayon::prelude::*;

use crate::facts::column::{NumberColumn, TextColumn, retain};
use crate::facts::dictionary::Dictionary;
use crate::facts::parse::field::Parsed;
use crate::facts::table::{Rows, Segment};
use crate::facts::{Column, EmployeeId, Table};
use crate::policy::{Field, FieldRole, Policy, Record};
use crate::value::Type;

/// The rows of one record so far.
pub struct TableBuilder {
    pub record: Record,
    /// The words of each choice field, by field.
    pub words: Vec<Vec<String>>,
    pub columns: Vec<Column>,
    /// Whether any file has the field's column.
    present: Vec<bool>,
    /// The IDs of this table and, by row, whose row it is (a code of `ids`).
    pub ids: Dictionary,
    pub people: Vec<u32>,
    /// By row: a hash over all cells, those of unused columns included.
    pub hashes: Vec<u64>,
    pub rows: Rows,
}

impl TableBuilder {
    pub fn new(policy: &Policy, record: &Record) -> TableBuilder {
        let words: Vec<Vec<String>> = record.fields.iter().map(|field| words_of(policy, field)).collect();
        let columns = record.fields.iter().zip(&words).map(|(field, words)| empty_column(field, words)).collect();
        let present = vec![false; record.fields.len()];
        let (people, hashes, rows) = (Vec::new(), Vec::new(), Rows::default());
        TableBuilder { record: record.clone(), words, columns, present, ids: Dictionary::default(), people, hashes, rows }
    }

    /// A table of the same record without any row.
    pub fn fresh(&self) -> TableBuilder {
        let mut columns: Vec<Column> = Vec::with_capacity(self.columns.len());
        columns.extend(self.columns.iter().map(Column::emptied));
        TableBuilder {
            record: self.record.clone(),
            words: self.words.clone(),
            columns,
            present: self.present.clone(),
            ids: Dictionary::default(),
            people: Vec::new(),
            hashes: Vec::new(),
            rows: Rows { segments: self.rows.segments.last().map(Segment::emptied).into_iter().collect() },
        }
    }

    /// Adds the rows of a table of the same record and file.
    pub fn append(&mut self, other: TableBuilder) {
        let numbers = other.rows.segments.into_iter().flat_map(|segment| segment.numbers);
        match self.rows.segments.last_mut() {
            Some(segment) if segment.numbers.is_empty() => segment.numbers = numbers.collect(),
            Some(segment) => segment.numbers.extend(numbers),
            None => {}
        }
        if self.people.is_empty() {
            (self.columns, self.ids, self.people, self.hashes) = (other.columns, other.ids, other.people, other.hashes);
            return;
        }
        self.columns.par_iter_mut().zip(other.columns).for_each(|(column, more)| column.append(more));
        let ids = self.ids.codes_of(&other.ids);
        self.people.extend(other.people.iter().map(|code| ids[*code as usize]));
        self.hashes.extend(other.hashes);
    }

    /// Makes room for so many rows.
    pub fn reserve(&mut self, rows: usize) {
        self.columns.iter_mut().for_each(|column| column.reserve(rows));
        self.people.reserve(rows);
        self.hashes.reserve(rows);
        if let Some(segment) = self.rows.segments.last_mut() {
            segment.numbers.reserve(rows);
        }
    }

    pub fn len(&self) -> usize {
        self.people.len()
    }

    /// Begins the rows of a file.
    pub fn begin_file(&mut self, file: u16, columns: Vec<Option<(u32, Arc<str>)>>) {
        for (present, column) in self.present.iter_mut().zip(&columns) {
            *present |= column.is_some();
        }
        let first = self.len() as u32;
        self.rows.segments.push(Segment { file, first, numbers: Vec::new(), columns });
    }

    /// Adds a value to the row that is being read.
    pub fn push(&mut self, field: usize, value: &Parsed<'_>) {
        if let (Column::Person, Parsed::Text(id)) = (&self.columns[field], value) {
            let code = self.ids.code(id);
            self.people.push(code);
            return;
        }
        match (&mut self.columns[field], value) {
            (Column::Text(column), Parsed::Text(text)) => column.push(Some(text)),
            (Column::Text(column), _) => column.push(None),
            (Column::YesNo(values), Parsed::YesNo(yes)) => values.push(Some(*yes)),
            (Column::YesNo(values), _) => values.push(None),
            (Column::Choice { codes, .. }, Parsed::Choice(code)) => codes.push(Some(*code)),
            (Column::Choice { codes, .. }, _) => codes.push(None),
            (Column::Number(column) | Column::Percent(column) | Column::Money(column), Parsed::Number(number)) => {
                column.push(Some(*number))
            }
            (Column::Number(column) | Column::Percent(column) | Column::Money(column), _) => column.push(None),
            (Column::Date(values), Parsed::Date(date)) => values.push(Some(*date)),
            (Column::Date(values), _) => values.push(None),
            (Column::Absent | Column::Person, _) => {}
        }
    }

    /// Ends a row that has all its values.
    pub fn keep_row(&mut self, number: u32, hash: u64) {
        self.hashes.push(hash);
        if let Some(segment) = self.rows.segments.last_mut() {
            segment.numbers.push(number);
        }
    }

    /// Takes back what the row at hand has added.
    pub fn drop_row(&mut self) {
        let length = self.hashes.len();
        self.people.truncate(length);
        self.columns.iter_mut().for_each(|column| column.truncate(length));
    }

    /// Keeps the rows that are marked.
    pub fn retain(&mut self, keep: &[bool]) {
        self.columns.par_iter_mut().for_each(|column| column.retain(keep));
        retain(&mut self.people, keep);
        retain(&mut self.hashes, keep);
        let mut first = 0;
        for segment in &mut self.rows.segments {
            let start = segment.first as usize;
            retain(&mut segment.numbers, &keep[start..]);
            segment.first = first;
            first += segment.numbers.len() as u32;
        }
    }

    /// The rows of each person: `grouped[starts[code - 1]..starts[code]]`, in the order read.
    pub fn grouped(&self) -> (Vec<u32>, Vec<u32>) {
        let people = self.people.iter().map(|code| EmployeeId(code - 1)).collect();
        let mut table = Table { people, ..Table::default() };
        table.group(self.ids.len());
        (table.starts, table.grouped)
    }

    /// The finished table, the rows of each person together; `employees` says who each code is.
    pub fn finish(self, employees: &[Option<EmployeeId>], employee_count: usize) -> Table {
        let mut table = self.finish_as_read(employees);
        table.gather(employee_count);
        table
    }

    /// The finished table with its rows in the order of the files, not yet grouped.
    pub fn finish_as_read(mut self, employees: &[Option<EmployeeId>]) -> Table {
        for (column, present) in self.columns.iter_mut().zip(&self.present) {
            match column {
                Column::Person => {}
                column if !present => *column = Column::Absent,
                Column::Text(column) => column.finish(),
                _ => {}
            }
        }
        let people = self.people.iter().filter_map(|code| employees[*code as usize - 1]).collect();
        Table { columns: self.columns, people, rows: self.rows, ..Table::default() }
    }
}

fn words_of(policy: &Policy, field: &Field) -> Vec<String> {
    match field.role {
        FieldRole::Value(Type::Choice(choice)) => policy.choice_words(choice).to_vec(),
        FieldRole::Value(_) | FieldRole::Person | FieldRole::Key => Vec::new(),
    }
}

fn empty_column(field: &Field, words: &[String]) -> Column {
    let FieldRole::Value(ty) = field.role else { return Column::Person };
    match ty {
        Type::YesNo => Column::YesNo(Vec::new()),
        Type::Integer | Type::Number => Column::Number(NumberColumn::default()),
        Type::Percent => Column::Percent(NumberColumn::default()),
        Type::Money => Column::Money(NumberColumn::default()),
        Type::Text | Type::Duration => Column::Text(TextColumn::default()),
        Type::Choice(_) => Column::Choice { words: words.iter().map(|word| word.as_str().into()).collect(), codes: Vec::new() },
        Type::Date => Column::Date(Vec::new()),
    }
}
