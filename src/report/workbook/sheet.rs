//! One sheet as a table: header, filter, widths, formats. Text is written as text and can never become a formula.

use rust_xlsxwriter::{Color, ExcelDateTime, Format, FormatAlign, Formula, IgnoreError, Worksheet, XlsxError};

use crate::report::text::visible;
use crate::value::{Date, Number};

/// Characters that a cell of Excel holds.
const MOST_CHARACTERS: usize = 32_767;
/// Digits that a number of Excel keeps.
const MOST_DIGITS: usize = 15;

pub struct Formats {
    pub title: Format,
    pub header: Format,
    pub text: Format,
    pub wrapped: Format,
    pub money: Format,
    pub total: Format,
    pub date: Format,
    pub count: Format,
    pub units: Format,
}

/// A column's header, its width in characters, and what stands in it.
pub struct Column {
    pub header: &'static str,
    pub width: u32,
    pub kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text, such as an ID, that looks like a number to Excel.
    Text,
    Other,
}

impl Column {
    pub const fn text(header: &'static str, width: u32) -> Column {
        Column { header, width, kind: Kind::Text }
    }

    pub const fn other(header: &'static str, width: u32) -> Column {
        Column { header, width, kind: Kind::Other }
    }
}

impl Formats {
    pub fn new() -> Formats {
        Formats {
            title: Format::new().set_bold().set_font_size(14),
            header: Format::new().set_bold().set_background_color(Color::RGB(0xE7EDF3)).set_text_wrap().set_align(FormatAlign::Top),
            text: Format::new().set_num_format("@"),
            wrapped: Format::new().set_text_wrap().set_align(FormatAlign::Top),
            money: Format::new().set_num_format("$#,##0.00;-$#,##0.00"),
            total: Format::new().set_num_format("$#,##0.00;-$#,##0.00").set_bold(),
            date: Format::new().set_num_format("yyyy-mm-dd"),
            count: Format::new().set_num_format("#,##0"),
            units: Format::new().set_num_format("#,##0.######"),
        }
    }
}

/// Writes cells of the kinds we have; the row and column count from 0.
pub struct Sheet<'a> {
    sheet: &'a mut Worksheet,
    pub formats: &'a Formats,
}

impl<'a> Sheet<'a> {
    /// An empty sheet that prints on landscape pages one page wide.
    pub fn new(sheet: &'a mut Worksheet, formats: &'a Formats, name: &str) -> Result<Sheet<'a>, XlsxError> {
        sheet.set_name(name)?;
        sheet.set_landscape().set_print_fit_to_pages(1, 0).set_footer("&L&A&RPage &P of &N");
        Ok(Sheet { sheet, formats })
    }

    /// A header in the first row that stays in sight, with a filter over `rows` rows below it.
    pub fn table(&mut self, columns: &[Column], rows: usize) -> Result<(), XlsxError> {
        let last_row = rows as u32;
        for (index, column) in (0u16..).zip(columns) {
            self.sheet.set_column_width(index, column.width)?;
            self.sheet.write_string_with_format(0, index, column.header, &self.formats.header)?;
            if column.kind == Kind::Text && rows > 0 {
                self.sheet.ignore_error_range(1, index, last_row, index, IgnoreError::NumberStoredAsText)?;
            }
        }
        self.sheet.set_freeze_panes(1, 0)?;
        self.sheet.set_repeat_rows(0, 0)?;
        let last_column = columns.len().saturating_sub(1) as u16;
        self.sheet.autofilter(0, 0, last_row.max(1), last_column)?;
        Ok(())
    }

    pub fn widths(&mut self, widths: &[u32]) -> Result<(), XlsxError> {
        for (column, width) in (0u16..).zip(widths) {
            self.sheet.set_column_width(column, *width)?;
        }
        Ok(())
    }

    pub fn text(&mut self, row: u32, column: u16, text: &str) -> Result<(), XlsxError> {
        let formats = self.formats;
        self.styled(row, column, (text, &formats.text))
    }

    pub fn styled(&mut self, row: u32, column: u16, (text, format): (&str, &Format)) -> Result<(), XlsxError> {
        if !text.is_empty() {
            self.sheet.write_string_with_format(row, column, shortened(&visible(text)), format)?;
        }
        Ok(())
    }

    pub fn count(&mut self, row: u32, column: u16, count: usize) -> Result<(), XlsxError> {
        self.sheet.write_number_with_format(row, column, count as u32, &self.formats.count)?;
        Ok(())
    }

    /// An amount as a number; one with more digits than Excel keeps is written as text, so that none is lost.
    pub fn money(&mut self, row: u32, column: u16, amount: Number) -> Result<(), XlsxError> {
        let digits = amount.to_string();
        match amount.to_decimal() {
            Some(decimal) if digits.len() <= MOST_DIGITS => {
                self.sheet.write_with_format(row, column, decimal, &self.formats.money)?;
                Ok(())
            }
            _ => self.text(row, column, &digits),
        }
    }

    /// A live formula that carries the value it has now, for viewers that do not calculate.
    pub fn formula(&mut self, row: u32, column: u16, (formula, value): (&str, &str)) -> Result<(), XlsxError> {
        let formats = self.formats;
        self.formula_styled(row, column, (formula, value, &formats.money))
    }

    pub fn formula_styled(&mut self, row: u32, column: u16, (formula, value, format): (&str, &str, &Format)) -> Result<(), XlsxError> {
        self.sheet.write_formula_with_format(row, column, Formula::new(formula).set_result(value), format)?;
        Ok(())
    }

    /// A true date; one that Excel cannot show (before 1900) is written as text.
    pub fn date(&mut self, row: u32, column: u16, date: Date) -> Result<(), XlsxError> {
        let year = u16::try_from(date.year()).unwrap_or(0);
        match ExcelDateTime::from_ymd(year, date.month() as u8, date.day() as u8) {
            Ok(excel) if year > 1900 => {
                self.sheet.write_datetime_with_format(row, column, excel, &self.formats.date)?;
                Ok(())
            }
            _ => self.text(row, column, &date.to_string()),
        }
    }
}

fn shortened(text: &str) -> String {
    if text.encode_utf16().count() <= MOST_CHARACTERS {
        return text.to_owned();
    }
    text.chars().take(MOST_CHARACTERS / 2 - 1).chain(std::iter::once('…')).collect()
}
