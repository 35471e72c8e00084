//! One field of all rows, in the narrowest form that keeps it exact.

use super::grouping::Order;
pub use super::number_column::NumberColumn;
pub use super::text_column::TextColumn;
use crate::value::{Date, Value};

/// The values of a field, by row. Missing is its own value in every form.
#[derive(Clone, Debug)]
pub enum Column {
    /// An optional field whose column the file does not have: missing on every row.
    Absent,
    /// The person's ID is not kept here; see `Table::people`.
    Person,
    Text(TextColumn),
    YesNo(Vec<Option<bool>>),
    /// Words of an enumeration by their number.
    Choice {
        words: Vec<Box<str>>,
        codes: Vec<Option<u8>>,
    },
    /// Integers and decimals.
    Number(NumberColumn),
    Percent(NumberColumn),
    Money(NumberColumn),
    Date(Vec<Option<Date>>),
}

impl Column {
    /// Where cells are read one by one, this is what reading costs: no call.
    #[inline(always)]
    pub fn value(&self, row: u32) -> Value<'_> {
        let at = row as usize;
        match self {
            Column::Absent | Column::Person => Value::Missing,
            Column::Text(column) => column.get(row).map_or(Value::Missing, Value::Text),
            Column::YesNo(values) => values[at].map_or(Value::Missing, Value::YesNo),
            Column::Choice { words, codes } => codes[at].map_or(Value::Missing, |code| Value::Text(&words[usize::from(code)])),
            Column::Number(column) => column.get(row).map_or(Value::Missing, Value::Number),
            Column::Percent(column) => column.get(row).map_or(Value::Missing, Value::Percent),
            Column::Money(column) => column.get(row).map_or(Value::Missing, Value::Money),
            Column::Date(values) => values[at].map_or(Value::Missing, Value::Date),
        }
    }

    /// A number for what stands in the row, the same for no two that differ, 0 for missing; [`NO_NUMBER`] for a value beyond those that are numbered.
    #[inline(never)]
    pub fn number(&self, row: u32) -> usize {
        let at = row as usize;
        match self {
            Column::Absent | Column::Person => 0,
            Column::Text(texts) => texts.code(row) as usize,
            Column::YesNo(values) => values[at].map_or(0, |yes| 1 + usize::from(yes)),
            Column::Choice { codes, .. } => codes[at].map_or(0, |code| 1 + usize::from(code)),
            Column::Number(numbers) | Column::Percent(numbers) | Column::Money(numbers) => numbers.code(row),
            Column::Date(days) => day_number(days[at]),
        }
    }

    #[inline]
    pub fn is_missing(&self, row: u32) -> bool {
        match self {
            Column::Text(column) => column.code(row) == 0,
            Column::Date(values) => values[row as usize].is_none(),
            other => other.has_none(row),
        }
    }

    /// The same of any column.
    #[inline(never)]
    fn has_none(&self, row: u32) -> bool {
        matches!(self.value(row), Value::Missing)
    }

    /// A column of the same kind without rows.
    pub fn emptied(&self) -> Column {
        match self {
            Column::Absent => Column::Absent,
            Column::Person => Column::Person,
            Column::Text(_) => Column::Text(TextColumn::default()),
            Column::YesNo(_) => Column::YesNo(Vec::new()),
            Column::Choice { words, .. } => Column::Choice { words: words.clone(), codes: Vec::new() },
            Column::Number(_) => Column::Number(NumberColumn::default()),
            Column::Percent(_) => Column::Percent(NumberColumn::default()),
            Column::Money(_) => Column::Money(NumberColumn::default()),
            Column::Date(_) => Column::Date(Vec::new()),
        }
    }

    /// Makes room for so many rows.
    pub fn reserve(&mut self, rows: usize) {
        match self {
            Column::Absent | Column::Person => {}
            Column::Text(column) => column.reserve(rows),
            Column::YesNo(values) => values.reserve(rows),
            Column::Choice { codes, .. } => codes.reserve(rows),
            Column::Number(column) | Column::Percent(column) | Column::Money(column) => column.reserve(rows),
            Column::Date(values) => values.reserve(rows),
        }
    }

    /// Adds the rows of a column of the same kind.
    pub fn append(&mut self, other: Column) {
        match (self, other) {
            (Column::Text(column), Column::Text(more)) => column.append(&more),
            (Column::YesNo(values), Column::YesNo(more)) => values.extend(more),
            (Column::Choice { codes: words, .. }, Column::Choice { codes: more, .. }) => words.extend(more),
            (Column::Number(column), Column::Number(more))
            | (Column::Percent(column), Column::Percent(more))
            | (Column::Money(column), Column::Money(more)) => column.append(more),
            (Column::Date(values), Column::Date(more)) => values.extend(more),
            _ => {} // absent and person columns hold no rows
        }
    }

    /// Puts the rows into another order.
    pub(super) fn reorder(&mut self, order: &mut Order) {
        match self {
            Column::Absent | Column::Person => {}
            Column::Text(column) => column.reorder(order),
            Column::YesNo(values) => order.put(values),
            Column::Choice { codes, .. } => order.put(codes),
            Column::Number(column) | Column::Percent(column) | Column::Money(column) => column.reorder(order),
            Column::Date(values) => order.put(values),
        }
    }

    /// Forgets the rows from `length` on.
    pub fn truncate(&mut self, length: usize) {
        match self {
            Column::Absent | Column::Person => {}
            Column::Text(column) => column.truncate(length),
            Column::YesNo(values) => values.truncate(length),
            Column::Choice { codes, .. } => codes.truncate(length),
            Column::Number(column) | Column::Percent(column) | Column::Money(column) => column.truncate(length),
            Column::Date(values) => values.truncate(length),
        }
    }

    /// Keeps the rows from `from` on that are marked.
    pub fn retain(&mut self, from: usize, keep: &[bool]) {
        match self {
            Column::Absent | Column::Person => {}
            Column::Text(column) => column.retain(from, keep),
            Column::YesNo(values) => retain_from(values, from, keep),
            Column::Choice { codes, .. } => retain_from(codes, from, keep),
            Column::Number(column) | Column::Percent(column) | Column::Money(column) => column.retain(from, keep),
            Column::Date(values) => retain_from(values, from, keep),
        }
    }

    /// True where two rows have the same value, missing included.
    pub fn same(&self, left: u32, right: u32) -> bool {
        let (a, b) = (left as usize, right as usize);
        match self {
            Column::Absent | Column::Person => true,
            Column::Text(column) => column.code(left) == column.code(right),
            Column::YesNo(values) => values[a] == values[b],
            Column::Choice { codes, .. } => codes[a] == codes[b],
            Column::Number(column) | Column::Percent(column) | Column::Money(column) => column.same(left, right),
            Column::Date(values) => values[a] == values[b],
        }
    }
}

/// Stands in the place of a number where there is none.
pub const NO_NUMBER: usize = usize::MAX;

/// Days before 1900 have none.
const YEAR_FIRST: u32 = 1900;

/// The number of a day among those of its column.
#[inline]
pub fn day_number(day: Option<Date>) -> usize {
    let before = YEAR_FIRST << 9;
    day.map_or(0, |day| day.ordinal().checked_sub(before).map_or(NO_NUMBER, |number| number as usize + 1))
}

/// Keeps the items from `from` on that are marked, in their order.
pub(super) fn retain_from<T: Copy>(items: &mut Vec<T>, from: usize, keep: &[bool]) {
    let mut to = from;
    for (at, keep) in (from..items.len()).zip(keep) {
        items[to] = items[at];
        to += usize::from(*keep);
    }
    items.truncate(to);
}
