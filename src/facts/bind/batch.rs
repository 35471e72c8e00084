//! Plain rows into a table, column by column: a cell is read the same whoever stands beside it.

use super::builder::{Codes, TableBuilder, Values};
use super::part::Part;
use super::plan::Plan;
use crate::diagnostic::Diagnostic;
use crate::facts::Column;
use crate::facts::column::NumberColumn;
use crate::facts::dictionary::{AHEAD, Sought};
use crate::facts::mapping::DecimalStyle;
use crate::facts::parse::fault::Fault;
use crate::facts::parse::field::{FieldKind, FieldReader, Parsed};
use crate::facts::parse::plain::{self, Words};
use crate::facts::parse::tally::Tally;
use crate::facts::read::{Batch, Cells, Raw, Row, Spot, Spots};
use crate::value::{Date, Number};

/// A cell that cannot be used.
struct Faulty {
    row: usize,
    field: usize,
    fault: Fault,
}

impl Part<'_> {
    /// Takes rows of which none has to be looked at as a whole.
    pub(super) fn take_batch(&mut self, batch: Batch<'_>) {
        if batch.len() == 0 {
            return;
        }
        let mut faulty = Vec::new();
        for field in 0..self.plan.readers.len() {
            self.plan.read_column((field, batch), &mut self.table, &mut faulty);
        }
        let mut keep = Vec::new();
        if !faulty.is_empty() {
            keep.resize(batch.len(), true);
            faulty.iter().for_each(|faulty| keep[faulty.row] = false);
        }
        self.rows += batch.len() as u32;
        self.table.keep_rows((batch.line(0), batch.len()), batch.hashes(), &keep);
        faulty.sort_by_key(|faulty| (faulty.row, faulty.field));
        for of_row in faulty.chunk_by(|left, right| left.row == right.row) {
            let row = row_of(batch, of_row[0].row);
            let problems = of_row.iter().map(|faulty| self.problem(row, faulty)).collect();
            self.reject(row, problems);
        }
    }

    fn problem(&self, row: Row<'_>, faulty: &Faulty) -> Diagnostic {
        let raw = self.plan.raw(row.cells, faulty.field);
        let name = &self.table.record.fields[faulty.field].name;
        self.plan.problem((row.number, faulty.field), (raw, &faulty.fault), (name, &self.origin))
    }
}

/// A row of a batch as readers hand on single ones.
pub fn row_of(batch: Batch<'_>, row: usize) -> Row<'_> {
    Row { number: batch.line(row), cells: Cells::Delimited(batch.fields(row)) }
}

impl Plan<'_> {
    /// Reads a column of a batch. A cell that cannot be used leaves its place empty.
    fn read_column(&mut self, (field, batch): (usize, Batch<'_>), table: &mut TableBuilder, faulty: &mut Vec<Faulty>) {
        let (reader, tally) = (&self.readers[field], &mut self.tallies[field]);
        let mut column = ColumnReader { field, reader, tally, faulty };
        let Some(at) = self.columns[field] else {
            (0..batch.len()).for_each(|row| column.read_cell((row, ""), &mut |value| table.push(field, value)));
            return;
        };
        let cells = batch.column(at);
        match &mut table.columns[field] {
            Column::Absent => {}
            Column::Person => column.texts(cells, &mut Codes { texts: &mut table.ids, codes: &mut table.people }),
            Column::Text(texts) => column.texts(cells, &mut Codes::of(texts)),
            Column::YesNo(values) => column.read(cells, values, |_, _, _| false),
            Column::Choice { codes, .. } => column.choices(cells, codes),
            Column::Number(numbers) | Column::Percent(numbers) | Column::Money(numbers) => column.numbers(cells, numbers),
            Column::Date(days) => column.days(cells, days),
        }
    }
}

/// Reads the cells of one column.
struct ColumnReader<'s, 'a> {
    field: usize,
    reader: &'s FieldReader<'a>,
    tally: &'s mut Tally,
    faulty: &'s mut Vec<Faulty>,
}

impl ColumnReader<'_, '_> {
    /// Adds the cells to their column. `quick` takes those that it can read, and leaves the others to be looked at from all sides.
    #[inline]
    fn read<'c, V: Values>(&mut self, cells: Spots<'c>, values: &mut V, mut quick: impl FnMut(&mut V, &mut Tally, Spot<'c>) -> bool) {
        let is_quick = self.reader.words.is_none();
        for (row, cell) in cells.enumerate() {
            if !is_quick || !quick(values, self.tally, cell) {
                self.read_cell((row, cell.text()), &mut |value| values.add(value));
            }
        }
    }

    fn read_cell(&mut self, (row, cell): (usize, &str), add: &mut dyn FnMut(&Parsed<'_>)) {
        let raw = if cell.is_empty() { Raw::Blank } else { Raw::Text(cell) };
        match self.reader.read(raw, self.tally) {
            Ok(value) => add(&value),
            Err(fault) => {
                self.faulty.push(Faulty { row, field: self.field, fault });
                add(&Parsed::Missing);
            }
        }
    }

    fn texts<'c>(&mut self, cells: Spots<'c>, codes: &mut Codes<'_>) {
        let reader = self.reader;
        let is_found = reader.kind == FieldKind::Person && (reader.crosswalk.is_some() || reader.id_width.is_some());
        if is_found || reader.words.is_some() {
            return self.read(cells, codes, |_, _, _| false);
        }
        let is_own = if reader.kind == FieldKind::Text { plain::is_own_value } else { plain::is_own_id };
        let (mut row, mut ahead, mut sought) = (0, cells, [Sought::default(); AHEAD]);
        loop {
            let to = row + codes.texts.ahead(&mut ahead, &mut sought);
            let from = row;
            while row < to {
                row += codes.texts.own(&sought[row - from..to - from], |next| cells.at(row + next), codes.codes);
                if row < to {
                    let text = cells.at(row).text();
                    if is_own(text) {
                        codes.codes.push(codes.texts.code_of(text, sought[row - from]));
                    } else {
                        self.read_cell((row, text), &mut |value| codes.add(value));
                    }
                    row += 1;
                }
            }
            if row < from + AHEAD {
                break;
            }
        }
    }

    fn choices<'c>(&mut self, cells: Spots<'c>, codes: &mut Vec<Option<u8>>) {
        let FieldKind::Choice(words) = &self.reader.kind else { return self.read(cells, codes, |_, _, _| false) };
        let words = Words::of(words);
        self.read(cells, codes, |codes, _, cell| {
            let code = words.find(cell).filter(|_| !cell.is_empty());
            if code.is_some() {
                codes.push(code);
            }
            code.is_some()
        });
    }

    fn days<'c>(&mut self, cells: Spots<'c>, days: &mut Vec<Option<Date>>) {
        if self.reader.day.is_some() {
            return self.read(cells, days, |_, _, _| false);
        }
        let (optional, mut count) = (self.reader.optional, 0u32);
        self.read(cells, days, |days, _, cell| {
            let day = Date::parse_iso_bytes(cell.bytes());
            let is_read = day.is_some() || optional && cell.is_empty();
            if is_read {
                count = count.wrapping_add(u32::from(day.is_some()));
                days.push(day);
            }
            is_read
        });
        self.tally.order.iso += count;
    }

    fn numbers<'c>(&mut self, cells: Spots<'c>, numbers: &mut NumberColumn) {
        let reader = self.reader;
        match (&reader.kind, reader.decimal) {
            (FieldKind::Integer, DecimalStyle::Point) => self.read(cells, numbers, |numbers, _, cell| {
                let number = plain::digits(cell.bytes());
                number.into_iter().for_each(|number| numbers.push_scaled(number, 0));
                number.is_some()
            }),
            (FieldKind::Number, DecimalStyle::Point) if reader.percent.is_none() => self.read(cells, numbers, |numbers, tally, cell| {
                let Some((mantissa, scale)) = plain::decimal(cell.bytes()) else { return false };
                let is_share = |most: Number| Number::from_scaled(mantissa, scale) <= most.min(Number::from_integer(2));
                if !reader.most.is_none_or(is_share) {
                    return false;
                }
                tally.points += u32::from(cell.bytes().contains(&b'.'));
                numbers.push_scaled(mantissa, scale);
                true
            }),
            (FieldKind::Money, DecimalStyle::Point) => self.read(cells, numbers, |numbers, tally, cell| {
                let Some((mantissa, scale @ ..=2)) = plain::decimal(cell.bytes()) else { return false };
                tally.points += u32::from(cell.bytes().contains(&b'.'));
                numbers.push_scaled(mantissa, scale);
                true
            }),
            _ => self.read(cells, numbers, |_, _, _| false),
        }
    }
}
