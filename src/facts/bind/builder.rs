//! A table while its files are read: typed columns that grow row by row, people as codes until everybody is known.

use std::sync::Arc;

use rayon::prelude::*;

use super::values::{Codes, Values, add};
use super::whose::Whose;
use crate::facts::bits::Bits;
use crate::facts::column::{NumberColumn, TextColumn, retain_from};
use crate::facts::dictionary::Dictionary;
use crate::facts::grouping::Grouping;
use crate::facts::parse::field::Parsed;
use crate::facts::table::{Numbers, Rows, Segment};
use crate::facts::{Column, Table};
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
    /// By row, whose row it is: a code of the store's IDs, or of those that stand here.
    pub people: Vec<u32>,
    /// The keys of a look-up record; IDs of employees only while a file, or a part of it, is read.
    pub ids: Dictionary,
    /// The codes of IDs whose rows were rejected while they were read.
    rejected: Vec<u32>,
    /// By row: a hash over all cells, those of unused columns included.
    pub hashes: Vec<u64>,
    pub rows: Rows,
    /// The rows that were dropped and only wait to be taken out.
    gone: Bits,
    /// The rows of each ID; none where they were not looked for, or where a row was taken out since.
    groups: Grouping,
}

/// Rows that one thread looks at.
const ROWS_TOGETHER: usize = 1 << 14;

/// Room is made at once for as many rows as there would be if each took no more bytes of the file: about as many as it takes in a table.
const ROW_LEAST: u64 = 32;

impl TableBuilder {
    pub fn new(policy: &Policy, record: &Record) -> TableBuilder {
        let words: Vec<Vec<String>> = record.fields.iter().map(|field| words_of(policy, field)).collect();
        let columns = record.fields.iter().zip(&words).map(|(field, words)| empty_column(field, words)).collect();
        let present = vec![false; record.fields.len()];
        let (people, hashes, rows) = (Vec::new(), Vec::new(), Rows::default());
        let (gone, groups, rejected) = (Bits::default(), Grouping::default(), Vec::new());
        let (record, ids) = (record.clone(), Dictionary::default());
        TableBuilder { record, words, columns, present, ids, people, rejected, hashes, rows, gone, groups }
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
            rejected: Vec::new(),
            hashes: Vec::new(),
            rows: Rows { segments: self.rows.segments.last().map(Segment::emptied).into_iter().collect() },
            gone: Bits::default(),
            groups: Grouping::default(),
        }
    }

    /// Adds the rows of a part of the same file, whose IDs have codes of its own.
    pub fn append(&mut self, other: TableBuilder) {
        self.append_numbers(&other.rows);
        // new texts get their codes one after the other: those of the IDs while those of the columns do
        let (own, columns) = (&mut self.columns, other.columns);
        let append = || own.par_iter_mut().zip(columns).with_max_len(1).for_each(|(column, more)| column.append(more));
        let ((), ids) = rayon::join(append, || self.ids.codes_of(&other.ids));
        self.people.extend(other.people.iter().map(|code| ids[*code as usize]));
        self.rejected.extend(other.rejected.iter().map(|code| ids[*code as usize]));
        self.hashes.extend(other.hashes);
    }

    /// Adds the rows of a whole file. Of employees the codes are the same, see [`super::store::Store::lend`].
    pub fn append_of_file(&mut self, other: TableBuilder) {
        // the texts of rejected rows have their codes too
        let has_texts = |column: &Column| matches!(column, Column::Text(column) if column.distinct() > 0);
        let is_first = self.people.is_empty() && self.ids.len() == 0 && !self.columns.iter().any(has_texts);
        if self.record.is_look_up && !is_first {
            return self.append(other);
        }
        self.append_numbers(&other.rows);
        if is_first {
            (self.columns, self.ids, self.people, self.hashes) = (other.columns, other.ids, other.people, other.hashes);
        } else {
            self.columns.par_iter_mut().zip(other.columns).with_max_len(1).for_each(|(column, more)| column.append(more));
            self.people.extend(other.people);
            self.hashes.extend(other.hashes);
        }
        self.rejected.extend(other.rejected);
    }

    fn append_numbers(&mut self, rows: &Rows) {
        if let Some(segment) = self.rows.segments.last_mut() {
            rows.segments.iter().for_each(|more| segment.numbers.append(&more.numbers));
        }
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

    /// So many bytes of the file were read, of so many in all: room is made for the rows of the rest, which takes no memory before they are
    /// there. Made once, no row has to be moved from a smaller room to a larger one.
    pub fn was_read(&mut self, read: u64, all: u64) {
        let rows = self.len() as u64;
        let rest = u128::from(rows) * u128::from(all.saturating_sub(read)) / u128::from(read.max(1));
        self.reserve((rest / 16 * 17).min(u128::from(all / ROW_LEAST)) as usize);
        self.ids.was_read(read, all);
        for column in &mut self.columns {
            if let Column::Text(column) = column {
                column.parts().0.was_read(read, all);
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
            Column::Person => Codes { texts: &mut self.ids, codes: &mut self.people }.add(value),
            column => add(column, value),
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
        self.rejected.extend(self.people.drain(length..));
        self.columns.iter_mut().for_each(|column| column.truncate(length));
    }

    /// Ends rows that follow one another from a number on, of which only those are kept that are marked: all of them where `keep` is empty.
    pub fn keep_rows(&mut self, (first, count): (u32, usize), hashes: &[u64], keep: &[bool]) {
        let from = self.hashes.len();
        self.hashes.extend_from_slice(hashes);
        if let Some(segment) = self.rows.segments.last_mut() {
            if keep.is_empty() {
                segment.numbers.push_run(first, count as u32);
            } else {
                segment.numbers.extend((first..).zip(keep).filter(|(_, keep)| **keep).map(|(number, _)| number));
            }
        }
        if !keep.is_empty() {
            self.rejected.extend(self.people[from..].iter().zip(keep).filter(|(_, keep)| !**keep).map(|(code, _)| *code));
            self.columns.iter_mut().for_each(|column| column.retain(from, keep));
            retain_from(&mut self.people, from, keep);
            retain_from(&mut self.hashes, from, keep);
        }
    }

    /// Drops a row; it is passed over from now on, and taken out when it is in the way.
    pub fn drop(&mut self, row: u32) {
        self.gone.add(row);
    }

    /// Rows that are still there, and whose they are (codes of `ids`).
    pub fn living(&self) -> impl Iterator<Item = (u32, u32)> {
        (0u32..).zip(self.people.iter().copied()).filter(move |(row, _)| !self.is_gone(*row))
    }

    /// Whether the row was dropped.
    #[inline]
    pub fn is_gone(&self, row: u32) -> bool {
        self.gone.has(row)
    }

    /// Takes out the rows that were dropped.
    pub fn take_out(&mut self) {
        if self.gone.is_empty() {
            return;
        }
        let keep: Vec<bool> = (0..self.len() as u32).map(|row| !self.gone.has(row)).collect();
        self.gone = Bits::default();
        self.groups = Grouping::default();
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

    /// By code of so many IDs: whether a row had it, be it that the row was rejected.
    pub fn has_ids(&self, ids: usize) -> Vec<bool> {
        let mut has = vec![false; ids];
        let read = self.people.iter().chain(self.rejected.iter().filter(|code| **code > 0));
        read.for_each(|code| has[*code as usize - 1] = true);
        has
    }

    /// Whether each row is of another ID, and the IDs come in the order of their codes: as in a sorted file of people, where nothing has to be
    /// brought together.
    pub fn is_in_order(&self) -> bool {
        // the first of the next rows is looked at with those before it
        let some = |first: usize| &self.people[first..(first + ROWS_TOGETHER + 1).min(self.people.len())];
        let are_in_order = |first| some(first).is_sorted_by(|left, right| left < right);
        (0..self.people.len()).into_par_iter().step_by(ROWS_TOGETHER).all(are_in_order)
    }

    /// The same where the first ID has the first row, and so on.
    pub fn has_one_row_each(&self) -> bool {
        self.gone.is_empty() && self.people.last().is_none_or(|last| *last as usize == self.people.len()) && self.is_in_order()
    }

    /// Finds the rows of each of so many IDs.
    pub fn group(&mut self, ids: usize) {
        if self.groups.count() != ids {
            self.groups = Grouping::of((&self.people, 1), ids);
        }
    }

    /// The same, and of the hash of each row its last bits, ID by ID.
    pub fn group_with_hashes(&mut self, ids: usize) -> Vec<u16> {
        let (groups, hashes) = Grouping::with_items((&self.people, 1), ids, (&self.hashes, |hash| hash as u16));
        self.groups = groups;
        hashes
    }

    /// The rows of each ID by its code less one, once they were found: in the order read, dropped ones included.
    pub fn groups(&self) -> &Grouping {
        &self.groups
    }

    /// The finished table, the rows of each person together.
    pub fn finish(mut self, whose: &Whose) -> Table {
        self.rows.segments.iter_mut().for_each(|segment| segment.numbers.settle());
        if whose.are_first() && self.len() == whose.people() && self.has_one_row_each() {
            return Table { starts: (0..=self.len() as u32).into_par_iter().collect(), ..self.finish_as_read() };
        }
        self.group(whose.ids());
        let gone: Vec<u32> = self.gone.iter().map(|row| self.people[row as usize] - 1).collect();
        let (groups, room, hashes) = (std::mem::take(&mut self.groups), std::mem::take(&mut self.people), std::mem::take(&mut self.hashes));
        let order = || groups.order((whose.people(), whose.codes().as_deref()), (&gone, |row| self.is_gone(row)), room);
        let (order, ()) = rayon::join(order, || drop(hashes)); // giving much memory back takes its time
        let mut table = self.finish_as_read();
        table.gather(order);
        table
    }

    /// The finished table with its rows in the order of the files, not yet grouped.
    pub fn finish_as_read(mut self) -> Table {
        for (column, present) in self.columns.iter_mut().zip(&self.present) {
            match column {
                Column::Person => {}
                column if !present => *column = Column::Absent,
                Column::Text(column) => column.finish(),
                _ => {}
            }
        }
        Table { columns: self.columns, rows: self.rows, ..Table::default() }
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
