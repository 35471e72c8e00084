//! One field of all rows, in the narrowest form that keeps it exact.

use crate::value::{Date, Number, Value};

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

/// Text by code: each distinct text is kept once. Code 0 is missing.
#[derive(Clone, Debug, Default)]
pub struct TextColumn {
    pub texts: Vec<Box<str>>,
    pub codes: Vec<u32>,
}

/// Decimals as whole numbers of the column's smallest unit; those that do not fit are kept aside.
#[derive(Clone, Debug, Default)]
pub struct NumberColumn {
    pub values: Vec<Option<Number>>,
}

impl Column {
    pub fn value(&self, row: u32) -> Value<'_> {
        let row = row as usize;
        match self {
            Column::Absent | Column::Person => Value::Missing,
            Column::Text(column) => match column.codes[row] {
                0 => Value::Missing,
                code => Value::Text(&column.texts[code as usize - 1]),
            },
            Column::YesNo(values) => values[row].map_or(Value::Missing, Value::YesNo),
            Column::Choice { words, codes } => codes[row].map_or(Value::Missing, |code| Value::Text(&words[usize::from(code)])),
            Column::Number(column) => column.values[row].map_or(Value::Missing, Value::Number),
            Column::Percent(column) => column.values[row].map_or(Value::Missing, Value::Percent),
            Column::Money(column) => column.values[row].map_or(Value::Missing, Value::Money),
            Column::Date(values) => values[row].map_or(Value::Missing, Value::Date),
        }
    }
}
