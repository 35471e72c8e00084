//! Dates as written in files: ISO, or the one form that the mapping declares for the column.

use crate::value::Date;

/// A declared form such as `MM/DD/YYYY` or `D-MMM-YY hh:mm`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayFormat {
    pieces: Vec<Piece>,
    /// Two-digit years below it are 20xx, the others 19xx.
    pivot: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Year,
    ShortYear,
    Month,
    /// `Jan`
    MonthName,
    /// `January`
    LongMonthName,
    Day,
    /// Hours, minutes or seconds: read and not kept.
    Time,
    Literal(char),
}

/// Why a form cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormatFault {
    NotAForm,
    /// `YY` needs `two_digit_year_pivot`.
    PivotMissing,
}

impl DayFormat {
    pub fn parse(text: &str, pivot: Option<u32>) -> Result<DayFormat, FormatFault> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let run = rest.chars().take_while(|character| *character == first).count();
            let (piece, length) = match (first, run) {
                ('Y', 4) => (Piece::Year, 4),
                ('Y', 2) => (Piece::ShortYear, 2),
                ('M', 1 | 2) => (Piece::Month, run),
                ('M', 3) => (Piece::MonthName, 3),
                ('M', 4) => (Piece::LongMonthName, 4),
                ('D', 1 | 2) => (Piece::Day, run),
                ('h' | 'H' | 'm' | 's', 1 | 2) => (Piece::Time, run),
                (letter, _) if letter.is_alphanumeric() && letter != 'T' => return Err(FormatFault::NotAForm),
                (literal, _) => (Piece::Literal(literal), literal.len_utf8()),
            };
            pieces.push(piece);
            rest = rest.get(length..).unwrap_or("");
        }
        let count = |wanted: &[Piece]| pieces.iter().filter(|piece| wanted.contains(piece)).count();
        if count(&[Piece::Year, Piece::ShortYear]) != 1
            || count(&[Piece::Month, Piece::MonthName, Piece::LongMonthName]) != 1
            || count(&[Piece::Day]) != 1
        {
            return Err(FormatFault::NotAForm);
        }
        if pieces.contains(&Piece::ShortYear) && pivot.is_none() {
            return Err(FormatFault::PivotMissing);
        }
        Ok(DayFormat { pieces, pivot })
    }

    /// The date of a text that has exactly this form. Where signs stand between the numbers, `5` serves for `05`.
    pub fn read(&self, text: &str) -> Option<Date> {
        let (mut year, mut month, mut day) = (0, 0, 0);
        let mut rest = text;
        for (index, piece) in self.pieces.iter().enumerate() {
            let free =
                !matches!(self.pieces.get(index + 1), Some(Piece::Year | Piece::ShortYear | Piece::Month | Piece::Day | Piece::Time))
                    && (index == 0 || matches!(self.pieces.get(index - 1), Some(Piece::Literal(_))));
            match piece {
                Piece::Year => (year, rest) = digits(rest, 4, 4)?,
                Piece::ShortYear => {
                    (year, rest) = digits(rest, 2, 2)?;
                    year += if year < self.pivot? { 2000 } else { 1900 };
                }
                Piece::Month => (month, rest) = digits(rest, if free { 1 } else { 2 }, 2)?,
                Piece::MonthName => (month, rest) = month_name(rest, 3)?,
                Piece::LongMonthName => (month, rest) = month_name(rest, usize::MAX)?,
                Piece::Day => (day, rest) = digits(rest, if free { 1 } else { 2 }, 2)?,
                Piece::Time => (_, rest) = digits(rest, if free { 1 } else { 2 }, 2)?,
                Piece::Literal(literal) => rest = rest.strip_prefix(*literal)?,
            }
        }
        if rest.is_empty() { Date::new(year as i32, month, day) } else { None }
    }
}

/// An ISO date, and whether a time of day without a zone, or a zone without a time of day, stood behind it (which is passed over).
pub fn iso(text: &str) -> Option<(Date, bool)> {
    if text.len() == 10 {
        return Some((Date::parse_iso(text)?, false));
    }
    let (date, behind) = (text.get(..10)?, text.get(10..)?);
    let pair = |piece: &str| piece.len() == 2 && piece.bytes().all(|byte| byte.is_ascii_digit());
    // a day of XML Schema may name its zone, and stays that day
    let zone = behind.strip_prefix(['+', '-']).and_then(|zone| zone.split_once(':'));
    if zone.is_some_and(|(hours, minutes)| pair(hours) && pair(minutes)) || behind == "Z" {
        return Some((Date::parse_iso(date)?, true));
    }
    let time = behind.strip_prefix(['T', ' '])?;
    let (clock, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let plain = (2..=3).contains(&clock.split(':').count()) && clock.split(':').all(pair);
    let fits = plain && !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    if fits { Some((Date::parse_iso(date)?, true)) } else { None }
}

fn digits(text: &str, least: usize, most: usize) -> Option<(u32, &str)> {
    let length = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let number = text.get(..length).filter(|_| length >= least)?.parse().ok()?;
    Some((number, text.get(length..)?))
}

pub const MONTHS: [&str; 12] =
    ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];

/// The month whose name the text begins with, cut to so many letters.
fn month_name(text: &str, most: usize) -> Option<(u32, &str)> {
    let cut = |name: &'static str| &name[..name.len().min(most)];
    let begins = |name: &str| text.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    let index = MONTHS.iter().position(|name| begins(cut(name)))?;
    Some((index as u32 + 1, text.get(cut(MONTHS[index]).len()..)?))
}

/// The day from which a workbook counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Epoch {
    #[default]
    Of1900,
    Of1904,
}

impl Epoch {
    fn days_later(self) -> i32 {
        match self {
            Epoch::Of1900 => 0,
            Epoch::Of1904 => 1462,
        }
    }
}

/// A day by its serial number in a spreadsheet, between 1990 and 2100. The text is the number as shortest decimal, or the date itself
/// where the spreadsheet writes that instead: then no epoch counts.
pub fn serial(text: &str, epoch: Epoch) -> Option<Date> {
    let date = match iso(text) {
        Some((date, _)) => date,
        None => {
            let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
            let days: i32 = whole.parse().ok()?;
            Date::new(1899, 12, 30)?.plus_days(days.checked_add(epoch.days_later())?).ok()?
        }
    };
    (1990..2100).contains(&date.year()).then_some(date)
}

/// Whether a serial has a time of day.
pub fn has_time(serial: &str) -> bool {
    serial.contains(['.', 'T'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(format: &str, text: &str) -> Option<String> {
        DayFormat::parse(format, Some(69)).unwrap().read(text).map(|date| date.to_string())
    }

    #[test]
    fn declared_forms_are_read_strictly() {
        assert_eq!(read("MM/DD/YYYY", "5/31/2017").as_deref(), Some("2017-05-31"));
        assert_eq!(read("MM/DD/YYYY", "31/5/2017"), None);
        assert_eq!(read("MM/DD/YYYY", "05/31/2017 "), None);
        assert_eq!(read("MM/DD/YY", "05/31/68").as_deref(), Some("2068-05-31"));
        assert_eq!(read("MM/DD/YY", "05/31/69").as_deref(), Some("1969-05-31"));
        assert_eq!(read("MM/DD/YY", "05/31/2017"), None);
        assert_eq!(read("YYYYMMDD", "20170531").as_deref(), Some("2017-05-31"));
        assert_eq!(read("YYYYMMDD", "2017531"), None);
        assert_eq!(read("D-MMM-YYYY", "1-Jul-2024").as_deref(), Some("2024-07-01"));
        assert_eq!(read("YYYY-MM-DD hh:mm:ss", "2024-07-01 09:41:00").as_deref(), Some("2024-07-01"));
        assert_eq!(read("MM/DD/YYYY", "02/29/2023"), None);
    }

    #[test]
    fn forms_need_year_month_and_day() {
        assert_eq!(DayFormat::parse("MM/YYYY", None), Err(FormatFault::NotAForm));
        assert_eq!(DayFormat::parse("MM/DD/YY", None), Err(FormatFault::PivotMissing));
        assert_eq!(DayFormat::parse("month/day/year", None), Err(FormatFault::NotAForm));
    }

    #[test]
    fn serials_follow_their_epoch() {
        assert_eq!(serial("44197", Epoch::Of1900), Date::new(2021, 1, 1));
        assert_eq!(serial("44197.75", Epoch::Of1900), Date::new(2021, 1, 1));
        assert_eq!(serial("44197", Epoch::Of1904), Date::new(2025, 1, 2));
        assert_eq!(serial("2021-01-01", Epoch::Of1904), Date::new(2021, 1, 1));
        assert_eq!(serial("2021-01-01T18:00:00", Epoch::Of1900), Date::new(2021, 1, 1));
        assert_eq!(serial("1899-12-30", Epoch::Of1900), None);
        assert_eq!(serial("PT18H00M00S", Epoch::Of1900), None);
        assert_eq!(serial("60", Epoch::Of1900), None);
        assert_eq!(serial("99999999", Epoch::Of1900), None);
    }
}
