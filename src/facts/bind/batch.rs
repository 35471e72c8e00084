//! Plain rows into a table, column by column: a cell is read the same whoever stands beside it.

use rayon::prelude::*;

use super::builder::TableBuilder;
use super::part::Part;
use super::plan::Plan;
use super::values::{Codes, Values, add, code_of};
use crate::diagnostic::Diagnostic;
use crate::facts::Column;
use crate::facts::column::NumberColumn;
use crate::facts::dictionary::Dictionary;
use crate::facts::hashing::SALT;
use crate::facts::mapping::DecimalStyle;
use crate::facts::parse::fault::Fault;
use crate::facts::parse::field::{FieldKind, FieldReader, Parsed};
use crate::facts::parse::plain::{self, Decimal, Most, Own, Words};
use crate::facts::parse::tally::Tally;
use crate::facts::read::{Batch, Cells, Head, Raw, Row, Several, Spot, Spots, Start, TOGETHER};
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
        // each column by whoever has nothing else to do: a large file is read a window at a time, and whoever reads the next one is ready first
        let mut columns = self.plan.columns_to_read(&mut self.table);
        let read = || columns.par_iter_mut().with_max_len(1).for_each(|(column, values)| column.read_all(batch, values));
        let ((), hashes) = rayon::join(read, || batch.hashes());
        let mut faulty: Vec<Faulty> = columns.into_iter().flat_map(|(column, _)| column.faulty).collect();
        let mut keep = Vec::new();
        if !faulty.is_empty() {
            keep.resize(batch.len(), true);
            faulty.iter().for_each(|faulty| keep[faulty.row] = false);
        }
        self.rows += batch.len() as u32;
        self.table.keep_rows((batch.line(0), batch.len()), &hashes, &keep);
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

/// Where the values of a column go.
enum Goal<'t> {
    /// Whose rows they are.
    People(Codes<'t>),
    Column(&'t mut Column),
}

impl Goal<'_> {
    fn add(&mut self, value: &Parsed<'_>) {
        match self {
            Goal::People(codes) => codes.add(value),
            Goal::Column(column) => add(column, value),
        }
    }
}

impl<'a> Plan<'a> {
    /// The columns with where their values go.
    fn columns_to_read<'p>(&'p mut self, table: &'p mut TableBuilder) -> Vec<(ColumnReader<'p, 'a>, Goal<'p>)> {
        let TableBuilder { columns, ids, people, .. } = table;
        let mut whose = Some(Codes { texts: ids, codes: people });
        let goals = columns.iter_mut().map(|column| match column {
            Column::Person => whose.take().map_or(Goal::Column(&mut *column), Goal::People),
            column => Goal::Column(column),
        });
        let readers = self.readers.iter().zip(&mut self.tallies).zip(&self.columns).enumerate();
        let readers = readers.map(|(field, ((reader, tally), at))| ColumnReader { field, at: *at, reader, tally, faulty: Vec::new() });
        readers.zip(goals).collect()
    }
}

/// Reads the cells of one column.
struct ColumnReader<'s, 'a> {
    field: usize,
    /// The column of the file; none where the file has none for the field.
    at: Option<usize>,
    reader: &'s FieldReader<'a>,
    tally: &'s mut Tally,
    faulty: Vec<Faulty>,
}

impl ColumnReader<'_, '_> {
    /// Adds the column of a batch. A cell that cannot be used leaves its place empty.
    fn read_all(&mut self, batch: Batch<'_>, goal: &mut Goal<'_>) {
        let Some(at) = self.at else {
            return (0..batch.len()).for_each(|row| self.read_cell((row, ""), &mut |value| goal.add(value)));
        };
        let cells = batch.column(at);
        match goal {
            Goal::People(codes) => self.texts(cells, codes),
            Goal::Column(column) => match column {
                Column::Absent | Column::Person => {}
                Column::Text(texts) => self.texts(cells, &mut Codes::of(texts)),
                Column::YesNo(values) => self.read_each(cells, values),
                Column::Choice { codes, .. } => self.choices(cells, codes),
                Column::Number(numbers) | Column::Percent(numbers) | Column::Money(numbers) => self.numbers(cells, numbers),
                Column::Date(days) => self.days(cells, days),
            },
        }
    }

    /// Adds the cells to their column. `quick` takes those that it can read, and leaves the others to be looked at from all sides.
    #[inline(always)]
    fn read<V: Values>(&mut self, cells: Spots<'_>, values: &mut V, quick: impl Fn(Start) -> Option<V::Plain>) {
        let (mut rest, mut first) = (cells, 0);
        let mut read = [V::Plain::default(); TOGETHER];
        loop {
            let (count, odd) = rest.read(&mut read, &quick);
            V::tally(&read[..count], self.tally);
            let look =
                |at: usize, values: &mut V| self.read_cell((first + at, cells.at(first + at).text()), &mut |value| values.add(value));
            add_in_turn((&read[..count], odd), values, look);
            if count < TOGETHER {
                break;
            }
            first += count;
        }
    }

    /// Adds cells that are all looked at from all sides.
    fn read_each<V: Values>(&mut self, cells: Spots<'_>, values: &mut V) {
        for (row, cell) in cells.enumerate() {
            self.read_cell((row, cell.text()), &mut |value| values.add(value));
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
            return self.read_each(cells, codes);
        }
        let least = if reader.kind == FieldKind::Text { Own::Text } else { Own::Id };
        let (mut known, mut rest, mut first) = ([Known::default(); FEW], cells, 0);
        loop {
            let (piece, texts) = (Piece { cells, first, least }, &mut *codes.texts);
            let mut read = [0; TOGETHER];
            let count = if texts.len() <= FEW {
                self.few_texts((&piece, &mut rest), (texts, &mut known), &mut read)
            } else {
                self.many_texts((&piece, &mut rest), texts, &mut read)
            };
            codes.codes.extend_from_slice(&read[..count]);
            if count < TOGETHER {
                break;
            }
            first += count;
        }
    }

    /// The codes of the next cells of a column of many texts. Says how many there were.
    fn many_texts(&mut self, (piece, rest): (&Piece<'_>, &mut Spots<'_>), texts: &mut Dictionary, read: &mut [u32; TOGETHER]) -> usize {
        let (count, others, places) = texts.own_codes(rest, read);
        let mut by_number = true;
        for at in Several(others) {
            // places may be others once a text was added otherwise
            let code = if by_number { texts.code_by_number(at, &places, (piece.least, || piece.cell(at).text())) } else { None };
            by_number = code.is_some();
            read[at] = code.unwrap_or_else(|| self.new_text((piece, at), texts));
        }
        count
    }

    /// The codes of the next cells of a column that has had few texts: one that is written as one before it has the same code, and no look at
    /// the dictionary. Says how many there were.
    fn few_texts(
        &mut self,
        (piece, rest): (&Piece<'_>, &mut Spots<'_>),
        (texts, known): (&mut Dictionary, &mut [Known; FEW]),
        read: &mut [u32; TOGETHER],
    ) -> usize {
        let (count, others) = rest.read(read, &|start| {
            let head = start.head();
            let known = &known[Known::place(&head)];
            if known.head == head && head.length > 0 { Some(known.code) } else { None }
        });
        for at in Several(others) {
            let head = piece.cell(at).head();
            read[at] = match texts.own_code(piece.cell(at)) {
                Some(code) => {
                    if head.is_whole() {
                        known[Known::place(&head)] = Known { head, code };
                    }
                    code
                }
                None => self.new_text((piece, at), texts),
            };
        }
        count
    }

    /// The code of a text that was not seen before, or that does not stand for itself as what it has to at least.
    #[inline(never)]
    fn new_text(&mut self, (piece, at): (&Piece<'_>, usize), texts: &mut Dictionary) -> u32 {
        let cell = piece.cell(at);
        let own = plain::own(cell);
        if own >= piece.least {
            return texts.code_of_own(cell, own);
        }
        let mut code = 0;
        self.read_cell((piece.first + at, cell.text()), &mut |value| code = code_of(texts, value));
        code
    }

    fn choices(&mut self, cells: Spots<'_>, codes: &mut Vec<Option<u8>>) {
        match &self.reader.kind {
            FieldKind::Choice(words) if self.reader.words.is_none() => {
                let words = Words::of(words);
                self.read(
                    cells,
                    codes,
                    #[inline(always)]
                    |start| words.find(&start.head()).map(Some),
                );
            }
            _ => self.read_each(cells, codes),
        }
    }

    fn days(&mut self, cells: Spots<'_>, days: &mut Vec<Option<Date>>) {
        let reader = self.reader;
        if reader.day.is_some() || reader.words.is_some() {
            return self.read_each(cells, days);
        }
        let is_optional = reader.optional;
        self.read(
            cells,
            days,
            #[inline(always)]
            |start| {
                if start.length != ISO_DATE {
                    return if start.length == 0 && is_optional { Some(None) } else { None };
                }
                let [year_and_month, day] = start.words;
                Date::parse_iso_words([year_and_month, day & 0xffff]).map(Some)
            },
        );
    }

    fn numbers(&mut self, cells: Spots<'_>, numbers: &mut NumberColumn) {
        let reader = self.reader;
        let most = reader.most.map(|most| Most::of(most.min(Number::from_integer(2))));
        let is_share = |number: &Decimal| most.as_ref().is_none_or(|most| most.allows(number));
        match (&reader.kind, reader.decimal) {
            _ if reader.words.is_some() => self.read_each(cells, numbers),
            (FieldKind::Integer, DecimalStyle::Point) => self.read(
                cells,
                numbers,
                #[inline(always)]
                |start| Some(Decimal { mantissa: plain::whole(start)?, ..Decimal::default() }),
            ),
            (FieldKind::Number, DecimalStyle::Point) if reader.percent.is_none() => self.read(
                cells,
                numbers,
                #[inline(always)]
                |start| plain::decimal(start).filter(is_share),
            ),
            (FieldKind::Money, DecimalStyle::Point) => self.read(
                cells,
                numbers,
                #[inline(always)]
                |start| plain::decimal(start).filter(|number| number.scale <= 2),
            ),
            _ => self.read_each(cells, numbers),
        }
    }
}

/// Adds values that were read quickly, and looks from all sides at the odd ones among them in their turn.
#[inline(always)]
fn add_in_turn<V: Values>((read, odd): (&[V::Plain], u64), values: &mut V, mut look: impl FnMut(usize, &mut V)) {
    let mut from = 0;
    for at in Several(odd) {
        values.add_plain(&read[from..at]);
        look(at, values);
        from = at + 1;
    }
    values.add_plain(&read[from..]);
}

/// Cells of a column of texts, one below the other, from a row on.
struct Piece<'a> {
    cells: Spots<'a>,
    first: usize,
    /// As what a text has to stand for itself at least.
    least: Own,
}

impl<'a> Piece<'a> {
    fn cell(&self, at: usize) -> Spot<'a> {
        self.cells.at(self.first + at)
    }
}

/// A text that is its whole head, and its code.
#[derive(Clone, Copy, Default)]
struct Known {
    head: Head,
    code: u32,
}

/// Texts of a column that are known by their heads alone, each in its place.
const FEW: usize = 16;

impl Known {
    #[inline(always)]
    fn place(head: &Head) -> usize {
        ((head.words[0] ^ head.words[1]).wrapping_mul(SALT) >> 60) as usize
    }
}

/// `2025-06-30`.
const ISO_DATE: u64 = 10;
