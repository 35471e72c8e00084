//! Values of cells into their columns: read from all sides one by one, or quickly and many at a time.

use crate::facts::Column;
use crate::facts::column::{NumberColumn, TextColumn};
use crate::facts::dictionary::Dictionary;
use crate::facts::parse::field::Parsed;
use crate::facts::parse::plain::Decimal;
use crate::facts::parse::tally::Tally;
use crate::value::Date;

/// Takes the values of a field, row by row.
pub trait Values {
    /// What a quick reader makes of a cell.
    type Plain: Copy + Default;

    /// Adds what was read from all sides; what is of another type leaves its place empty.
    fn add(&mut self, value: &Parsed<'_>);

    /// Adds the values of cells one below the other.
    fn add_plain(&mut self, values: &[Self::Plain]);

    /// Counts what they have shown of their column.
    fn tally(_: &[Self::Plain], _: &mut Tally) {}
}

/// Texts by row as codes; 0 is missing, or stands for nobody until the row is dropped.
pub struct Codes<'t> {
    pub texts: &'t mut Dictionary,
    pub codes: &'t mut Vec<u32>,
}

impl<'t> Codes<'t> {
    pub fn of(column: &'t mut TextColumn) -> Codes<'t> {
        let (texts, codes) = column.parts();
        Codes { texts, codes }
    }
}

impl Values for Codes<'_> {
    type Plain = u32;

    #[inline]
    fn add_plain(&mut self, codes: &[u32]) {
        self.codes.extend_from_slice(codes);
    }

    fn add(&mut self, value: &Parsed<'_>) {
        let code = code_of(self.texts, value);
        self.codes.push(code);
    }
}

/// The code of what was read from all sides; 0 where it is no text.
pub fn code_of(texts: &mut Dictionary, value: &Parsed<'_>) -> u32 {
    if let Parsed::Text(text) = value { texts.code(text) } else { 0 }
}

/// Adds a value to its column; whose row it is stands elsewhere.
pub fn add(column: &mut Column, value: &Parsed<'_>) {
    match column {
        Column::Absent | Column::Person => {}
        Column::Text(column) => Codes::of(column).add(value),
        Column::YesNo(values) => values.add(value),
        Column::Choice { codes, .. } => codes.add(value),
        Column::Number(column) | Column::Percent(column) | Column::Money(column) => column.add(value),
        Column::Date(values) => values.add(value),
    }
}

impl Values for NumberColumn {
    type Plain = Decimal;

    #[inline]
    fn add_plain(&mut self, values: &[Decimal]) {
        self.push_all(values.iter().map(|value| (value.mantissa, value.scale)));
    }

    fn tally(values: &[Decimal], tally: &mut Tally) {
        let points = values.iter().fold(0u32, |points, value| points.wrapping_add(value.points));
        tally.points = tally.points.wrapping_add(points);
    }

    fn add(&mut self, value: &Parsed<'_>) {
        self.push(if let Parsed::Number(number) = value { Some(*number) } else { None });
    }
}

/// A value that a cell of the right type holds as it is kept.
pub trait Kept: Copy {
    fn of(value: &Parsed<'_>) -> Option<Self>;

    fn tally(_: &[Option<Self>], _: &mut Tally) {}
}

impl<T: Kept> Values for Vec<Option<T>> {
    type Plain = Option<T>;

    #[inline]
    fn add_plain(&mut self, values: &[Option<T>]) {
        self.extend_from_slice(values);
    }

    fn tally(values: &[Option<T>], tally: &mut Tally) {
        T::tally(values, tally);
    }

    fn add(&mut self, value: &Parsed<'_>) {
        self.push(T::of(value));
    }
}

impl Kept for bool {
    fn of(value: &Parsed<'_>) -> Option<bool> {
        if let Parsed::YesNo(yes) = value { Some(*yes) } else { None }
    }
}

/// The number of a word of a choice.
impl Kept for u8 {
    fn of(value: &Parsed<'_>) -> Option<u8> {
        if let Parsed::Choice(code) = value { Some(*code) } else { None }
    }
}

impl Kept for Date {
    fn of(value: &Parsed<'_>) -> Option<Date> {
        if let Parsed::Date(date) = value { Some(*date) } else { None }
    }

    /// Quick readers know one form of dates.
    fn tally(days: &[Option<Date>], tally: &mut Tally) {
        let days = days.iter().fold(0u32, |count, day| count.wrapping_add(u32::from(day.is_some())));
        tally.order.iso = tally.order.iso.wrapping_add(days);
    }
}
