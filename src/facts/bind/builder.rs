//! A table while its files are read: typed columns that grow row by row, people as codes until everybody is known.

use std::sync::Arc;

use rayon::prelude::*;

use super::values::{Codes, Values};
use crate::facts::column::{NumberColumn, TextColumn, retain_from};
use crate::facts::dictionary::Dictionary;
use crate::facts::parse::field::Parsed;
use crate::facts::table::{Numbers, Rows, Segment, grouped};
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
    /// By row: whether it was dropped and only waits to be taken out; empty where none was.
    gone: Vec<bool>,
    /// See [`TableBuilder::groups`]; known until a row comes or is taken out.
    groups: Option<(Vec<u32>, Vec<u32>)>,
}

/// People whose rows one thread brings together at a time.
const PEOPLE_TOGETHER: usize = 1 << 14;

impl TableBuilder {
    pub fn new(policy: &Policy, record: &Record) -> TableBuilder {
        let words: Vec<Vec<String>> = record.fields.iter().map(|field| words_of(policy, field)).collect();
        let columns = record.fields.iter().zip(&words).map(|(field, words)| empty_column(field, words)).collect();
        let present = vec![false; record.fields.len()];
        let (people, hashes, rows) = (Vec::new(), Vec::new(), Rows::default());
        let (gone, groups) = (Vec::new(), None);
        TableBuilder { record: record.clone(), words, columns, present, ids: Dictionary::default(), people, hashes, rows, gone, groups }
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
            gone: Vec::new(),
            groups: None,
        }
    }

    /// Adds the rows of a table of the same record and file.
    pub fn append(&mut self, other: TableBuilder) {
        if let Some(segment) = self.rows.segments.last_mut() {
            other.rows.segments.iter().for_each(|more| segment.numbers.extend(more.numbers.iter()));
        }
        // the texts of rejected rows have their codes too
        let has_texts = |column: &Column| matches!(column, Column::Text(column) if column.distinct() > 0);
        if self.people.is_empty() && self.ids.len() == 0 && !self.columns.iter().any(has_texts) {
            (self.columns, self.ids, self.people, self.hashes) = (other.columns, other.ids, other.people, other.hashes);
            return;
        }
        // new texts get their codes one after the other: those of the IDs while those of the columns do
        let (own, columns) = (&mut self.columns, other.columns);
        let append = || own.par_iter_mut().zip(columns).with_max_len(1).for_each(|(column, more)| column.append(more));
        let ((), ids) = rayon::join(append, || self.ids.codes_of(&other.ids));
        self.people.extend(other.people.iter().map(|code| ids[*code as usize]));
        self.hashes.extend(other.hashes);
    }

    /// Frees what finds texts by hash; it is worked out again where more rows come.
    pub fn forget_how_to_find(&mut self) {
        self.ids.forget_slots();
        for column in &mut self.columns {
            if let Column::Text(column) = column {
                column.finish();
            }
        }
    }

    /// Makes room for so many rows.
    pub fn reserve(&mut self, rows: usize) {
        self.columns.iter_mut().for_each(|column| column.reserve(rows));
        self.people.reserve(rows);
        self.hashes.reserve(rows);
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
        self.rows.segments.push(Segment { file, first, numbers: Numbers::default(), columns });
    }

    /// Forgets that a file was begun of which no row was added.
    pub fn take_back_file(&mut self, file: u16) {
        self.rows.segments.retain(|segment| segment.file != file || !segment.numbers.is_empty());
    }

    /// Adds a value to the row that is being read.
    pub fn push(&mut self, field: usize, value: &Parsed<'_>) {
        match &mut self.columns[field] {
            Column::Absent => {}
            Column::Person => Codes { texts: &mut self.ids, codes: &mut self.people }.add(value),
            Column::Text(column) => Codes::of(column).add(value),
            Column::YesNo(values) => values.add(value),
            Column::Choice { codes, .. } => codes.add(value),
            Column::Number(column) | Column::Percent(column) | Column::Money(column) => column.add(value),
            Column::Date(values) => values.add(value),
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

    /// Ends rows that follow one another from a number on, of which only those are kept that are marked: all of them where `keep` is empty.
    pub fn keep_rows(&mut self, (first, count): (u32, usize), hashes: impl Iterator<Item = u64>, keep: &[bool]) {
        let from = self.hashes.len();
        self.hashes.extend(hashes);
        if let Some(segment) = self.rows.segments.last_mut() {
            if keep.is_empty() {
                segment.numbers.push_run(first, count as u32);
            } else {
                segment.numbers.extend((first..).zip(keep).filter(|(_, keep)| **keep).map(|(number, _)| number));
            }
        }
        if !keep.is_empty() {
            self.columns.iter_mut().for_each(|column| column.retain(from, keep));
            retain_from(&mut self.people, from, keep);
            retain_from(&mut self.hashes, from, keep);
        }
    }

    /// Drops a row; it is passed over from now on, and taken out when it is in the way.
    pub fn drop(&mut self, row: u32) {
        if self.gone.is_empty() {
            self.gone = vec![false; self.len()];
        }
        self.gone[row as usize] = true;
    }

    /// Rows that are still there, and whose they are (codes of `ids`).
    pub fn living(&self) -> impl Iterator<Item = (u32, u32)> {
        (0u32..).zip(self.people.iter().copied()).filter(move |(row, _)| !self.is_gone(*row))
    }

    /// Whether the row was dropped.
    #[inline]
    pub fn is_gone(&self, row: u32) -> bool {
        self.gone.get(row as usize).copied().unwrap_or(false)
    }

    /// Takes out the rows that were dropped.
    pub fn take_out(&mut self) {
        if self.gone.is_empty() {
            return;
        }
        let keep: Vec<bool> = std::mem::take(&mut self.gone).into_iter().map(|gone| !gone).collect();
        self.groups = None;
        self.columns.par_iter_mut().for_each(|column| column.retain(0, &keep));
        retain_from(&mut self.people, 0, &keep);
        retain_from(&mut self.hashes, 0, &keep);
        let mut first = 0;
        for segment in &mut self.rows.segments {
            segment.numbers.retain(&keep[segment.first as usize..]);
            segment.first = first;
            first += segment.numbers.len() as u32;
        }
    }

    /// Finds the rows of each person.
    pub fn group(&mut self) {
        if self.groups.is_none() {
            self.groups = Some(self.found_groups());
        }
    }

    /// The same, to be given to [`TableBuilder::take_groups`]: other things can be looked for at the same time.
    pub fn found_groups(&self) -> (Vec<u32>, Vec<u32>) {
        grouped(self.people.iter().map(|code| code - 1), self.ids.len())
    }

    pub fn take_groups(&mut self, groups: (Vec<u32>, Vec<u32>)) {
        self.groups = Some(groups);
    }

    /// The rows of each person, once they were found: `grouped[starts[code - 1]..starts[code]]`, in the order read, dropped ones included.
    pub fn groups(&self) -> (&[u32], &[u32]) {
        self.groups.as_ref().map_or((&[], &[]), |(starts, grouped)| (starts, grouped))
    }

    /// The finished table, the rows of each person together; `employees` says who each code is.
    pub fn finish(mut self, employees: &[Option<EmployeeId>], employee_count: usize) -> Table {
        self.group();
        self.rows.segments.iter_mut().for_each(|segment| segment.numbers.settle());
        let (starts, grouped) = self.groups.take().unwrap_or_default();
        let mut codes = vec![0u32; employee_count];
        for (code, employee) in (1u32..).zip(employees) {
            employee.iter().for_each(|employee| codes[employee.0 as usize] = code);
        }
        let rows_of = |code: usize| if code > 0 { &grouped[starts[code - 1] as usize..starts[code] as usize] } else { &[] };
        // the rows of a person lie anywhere in the file: the walks to them are made side by side
        let pieces = codes.par_chunks(PEOPLE_TOGETHER).map(|codes| {
            let (mut counts, mut order) = (Vec::with_capacity(codes.len()), Vec::new());
            for code in codes {
                let before = order.len();
                let rows = rows_of(*code as usize);
                if self.gone.is_empty() {
                    order.extend_from_slice(rows);
                } else {
                    order.extend(rows.iter().copied().filter(|row| !self.is_gone(*row)));
                }
                counts.push((order.len() - before) as u32);
            }
            (counts, order)
        });
        let pieces: Vec<(Vec<u32>, Vec<u32>)> = pieces.collect();
        let (mut new_starts, mut order) = (Vec::with_capacity(employee_count + 1), Vec::with_capacity(grouped.len()));
        new_starts.push(0);
        let mut end = 0;
        for (counts, rows) in pieces {
            new_starts.extend(counts.into_iter().map(|count| {
                end += count;
                end
            }));
            order.extend(rows);
        }
        drop((grouped, std::mem::take(&mut self.hashes), std::mem::take(&mut self.people)));
        let mut table = self.finish_as_read(employees);
        table.gather((new_starts, order));
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
