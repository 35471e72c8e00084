//! Values of cells into their columns: read from all sides one by one, or quickly and many at a time.

use crate::facts::column::{NumberColumn, TextColumn};
use crate::facts::dictionary::Dictionary;
use crate::facts::parse::field::Parsed;
use crate::facts::parse::plain::Decimal;
use crate::value::Date;

/// Takes the values of a field, row by row.
pub trait Values {
    /// What a quick reader makes of a cell.
    type Plain: Copy + Default;

    /// Adds what was read from all sides; what is of another type leaves its place empty.
    fn add(&mut self, value: &Parsed<'_>);

    /// Adds the values of cells one below the other.
    fn add_plain(&mut self, values: &[Self::Plain]);
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

    #[inline]
    pub fn add_text(&mut self, text: &str) {
        let code = self.texts.code(text);
        self.codes.push(code);
    }
}

impl Values for Codes<'_> {
    type Plain = u32;

    #[inline]
    fn add_plain(&mut self, codes: &[u32]) {
        self.codes.extend_from_slice(codes);
    }

    fn add(&mut self, value: &Parsed<'_>) {
        match value {
            Parsed::Text(text) => self.add_text(text),
            _ => self.codes.push(0),
        }
    }
}

impl Values for NumberColumn {
    type Plain = Decimal;

    #[inline]
    fn add_plain(&mut self, values: &[Decimal]) {
        values.iter().for_each(|value| self.push_scaled(value.mantissa, value.scale));
    }

    fn add(&mut self, value: &Parsed<'_>) {
        self.push(if let Parsed::Number(number) = value { Some(*number) } else { None });
    }
}

impl Values for Vec<Option<bool>> {
    type Plain = Option<bool>;

    #[inline]
    fn add_plain(&mut self, values: &[Option<bool>]) {
        self.extend_from_slice(values);
    }

    fn add(&mut self, value: &Parsed<'_>) {
        self.push(if let Parsed::YesNo(yes) = value { Some(*yes) } else { None });
    }
}

impl Values for Vec<Option<u8>> {
    type Plain = Option<u8>;

    #[inline]
    fn add_plain(&mut self, values: &[Option<u8>]) {
        self.extend_from_slice(values);
    }

    fn add(&mut self, value: &Parsed<'_>) {
        self.push(if let Parsed::Choice(code) = value { Some(*code) } else { None });
    }
}

impl Values for Vec<Option<Date>> {
    type Plain = Option<Date>;

    #[inline]
    fn add_plain(&mut self, values: &[Option<Date>]) {
        self.extend_from_slice(values);
    }

    fn add(&mut self, value: &Parsed<'_>) {
        self.push(if let Parsed::Date(date) = value { Some(*date) } else { None });
    }
}
