//! Civil dates without a clock or a time zone, and durations added the way the policy says.

use std::fmt;
use std::num::NonZeroU32;

use jiff::civil;

/// A day of the Gregorian calendar, years 1 to 9999. Packed so that the order of dates is the order of integers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(NonZeroU32);

/// Years and months first (as months), then days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Duration {
    pub months: i32,
    pub days: i32,
}

/// What a date becomes that its month does not have, such as 29 February plus one year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MonthEnd {
    /// 28 February.
    LastDay,
    /// 1 March.
    NextDay,
    /// The row is held and says so.
    Refuse,
}

/// Why there is no such date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateFault {
    /// Outside the years 1 to 9999.
    OutOfRange,
    /// The month has no such day and the policy says `month end refuse`.
    NoSuchDay,
}

impl Date {
    /// 1 January of the year 1.
    pub const FIRST: Date = Date(NonZeroU32::MIN.saturating_add(1 << 9 | 1 << 5));

    /// None where the calendar has no such day.
    #[inline]
    pub fn new(year: i32, month: u32, day: u32) -> Option<Date> {
        let fits = (1..=9999).contains(&year) && (1..=12).contains(&month) && day >= 1 && (day <= 28 || day <= days_in_month(year, month));
        let packed = ((year as u32) << 9) | (month << 5) | day;
        if fits { NonZeroU32::new(packed).map(Date) } else { None }
    }

    /// Strictly `2025-06-30`.
    #[inline]
    pub fn parse_iso(text: &str) -> Option<Date> {
        Date::parse_iso_bytes(text.as_bytes())
    }

    /// The same of bytes.
    #[inline]
    pub fn parse_iso_bytes(bytes: &[u8]) -> Option<Date> {
        let bytes: &[u8; 10] = bytes.try_into().ok()?;
        let day = u16::from_le_bytes(*bytes.last_chunk()?);
        Date::parse_iso_words([u64::from_le_bytes(*bytes.first_chunk()?), u64::from(day)])
    }

    /// The same of ten bytes as two numbers, the first byte lowest, with zeros behind the last: most cells of a large file may be dates.
    #[inline(always)]
    pub fn parse_iso_words([before, day]: [u64; 2]) -> Option<Date> {
        // a digit becomes its value and a dash nothing; whatever is more has its highest bit set once the rest is added
        let (before, day) = (before ^ u64::from_le_bytes(*b"0000-00-"), day ^ u64::from(u16::from_le_bytes(*b"00")));
        let odd = before | before.wrapping_add(0x7f76_767f_7676_7676) | day | day.wrapping_add(0x7f7f_7f7f_7f7f_7676);
        if odd & 0x8080_8080_8080_8080 != 0 {
            return None;
        }
        // each byte becomes ten times itself and the one behind it: what two digits say stands where the first did
        let pairs = |digits: u64| digits.wrapping_mul(10).wrapping_add(digits >> 8);
        let (before, day) = (pairs(before) & 0x0000_ff00_00ff_00ff, pairs(day) as u32 & 0xff);
        // one product puts the hundreds, the years behind them and the month side by side
        let month = (before >> 40) as u32;
        let packed = (before.wrapping_mul((100 << 9 << 40) | (1 << 9 << 24) | 1 << 5) >> 40) as u32 | day;
        let is_plain = (day.wrapping_sub(1) < u32::from(LENGTHS[month as usize & 127])) & (packed >> 9 > 0);
        if is_plain {
            return NonZeroU32::new(packed).map(Date);
        }
        Date::rare(before, day)
    }

    /// A day that not every year has, or none: of the years, two digits and two, and the month where they stand in ten bytes.
    #[cold]
    #[inline(never)]
    fn rare(before: u64, day: u32) -> Option<Date> {
        let two = |at: u32| (before >> at) as u32 & 0xff;
        Date::new((two(0) * 100 + two(16)) as i32, two(40), day)
    }

    fn to_civil(self) -> civil::Date {
        civil::Date::constant(self.year() as i16, self.month() as i8, self.day() as i8)
    }

    #[inline]
    pub fn year(self) -> i32 {
        (self.0.get() >> 9) as i32
    }

    #[inline]
    pub fn month(self) -> u32 {
        (self.0.get() >> 5) & 15
    }

    #[inline]
    pub fn day(self) -> u32 {
        self.0.get() & 31
    }

    /// The day of a number that [`Date::ordinal`] gave; none of zero.
    #[inline]
    pub fn of_ordinal(ordinal: u32) -> Option<Date> {
        NonZeroU32::new(ordinal).map(Date)
    }

    /// A number that grows from day to day, with gaps behind the months.
    #[inline]
    pub fn ordinal(self) -> u32 {
        self.0.get()
    }

    /// 1 is Monday, 7 is Sunday.
    pub fn weekday(self) -> u32 {
        self.to_civil().weekday().to_monday_one_offset() as u32
    }

    pub fn days_in_month(self) -> u32 {
        days_in_month(self.year(), self.month())
    }

    /// Whole days from `earlier` to this date; negative when this date is the earlier one.
    pub fn days_since(self, earlier: Date) -> i32 {
        self.count() - earlier.count()
    }

    #[inline]
    pub fn plus_days(self, days: i32) -> Result<Date, DateFault> {
        if let Some(near) = self.near(days) {
            return Ok(near);
        }
        self.count().checked_add(days).and_then(Date::of_count).ok_or(DateFault::OutOfRange)
    }

    /// Which day it is, counted from 1 March of the year before the first: a leap day is then the last day of a year.
    #[inline]
    fn count(self) -> i32 {
        let (year, month, day) = (self.year(), self.month() as i32, self.day() as i32);
        let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        // the months from March on have 31, 30, 31, 30, 31 days again and again, which is 153 in five
        year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1
    }

    /// The day of a count.
    fn of_count(count: i32) -> Option<Date> {
        if count < 0 {
            return None;
        }
        let (centuries, in_centuries) = (count / DAYS_IN_400_YEARS, count % DAYS_IN_400_YEARS);
        let leap_days = in_centuries / 1460 - in_centuries / 36524 + in_centuries / (DAYS_IN_400_YEARS - 1);
        let year = (in_centuries - leap_days) / 365;
        let in_year = in_centuries - (year * 365 + year / 4 - year / 100);
        let month = (in_year * 5 + 2) / 153;
        let day = in_year - (month * 153 + 2) / 5 + 1;
        let year = centuries * 400 + year;
        let (year, month) = if month < 10 { (year, month + 3) } else { (year + 1, month - 9) };
        Date::new(year, month as u32, day as u32)
    }

    /// The first day of the month behind its own; none behind the last year.
    #[inline]
    pub fn next_month(self) -> Option<Date> {
        if self.month() < 12 { Date::new(self.year(), self.month() + 1, 1) } else { Date::new(self.year() + 1, 1, 1) }
    }

    /// The day that lies in the same month or at the end of the one before; none says nothing.
    #[inline]
    fn near(self, days: i32) -> Option<Date> {
        let day = (self.day() as i32).checked_add(days)?;
        if day >= 1 {
            return Date::new(self.year(), self.month(), day as u32);
        }
        let (year, month) = if self.month() == 1 { (self.year() - 1, 12) } else { (self.year(), self.month() - 1) };
        let day = day + days_in_month(year, month) as i32;
        if day >= 1 { Date::new(year, month, day as u32) } else { None }
    }

    /// Adds the months (years are twelve), applies the month-end rule once, then adds the days (DESIGN 1.1).
    #[inline(always)]
    pub fn plus(self, duration: Duration, month_end: MonthEnd) -> Result<Date, DateFault> {
        match self.years_later(duration) {
            Some(same_day) => Ok(same_day),
            None => self.plus_any(duration, month_end),
        }
    }

    fn plus_any(self, duration: Duration, month_end: MonthEnd) -> Result<Date, DateFault> {
        if duration.months == 0 {
            return if duration.days == 0 { Ok(self) } else { self.plus_days(duration.days) };
        }
        let months = (self.year() * 12 + self.month() as i32 - 1).checked_add(duration.months).ok_or(DateFault::OutOfRange)?;
        let (year, month) = (months.div_euclid(12), months.rem_euclid(12) as u32 + 1);
        let landed = match Date::new(year, month, self.day()) {
            Some(date) => date,
            None => {
                let first = Date::new(year, month, 1).ok_or(DateFault::OutOfRange)?;
                match month_end {
                    MonthEnd::LastDay => first.plus_days(first.days_in_month() as i32 - 1)?,
                    MonthEnd::NextDay => first.plus_days(first.days_in_month() as i32)?,
                    MonthEnd::Refuse => return Err(DateFault::NoSuchDay),
                }
            }
        };
        if duration.days == 0 { Ok(landed) } else { landed.plus_days(duration.days) }
    }

    /// The same day some whole years later, not at the end of February; none says nothing.
    #[inline(always)]
    pub fn years_later(self, duration: Duration) -> Option<Date> {
        let years = duration.months / 12;
        let (year, in_year) = (self.year() + years, self.ordinal() & 0x1ff);
        let is_plain = (duration.months == years * 12) & (duration.days == 0) & (in_year >> 1 != END_OF_FEBRUARY);
        if is_plain & (1..=9999).contains(&year) { NonZeroU32::new((year as u32) << 9 | in_year).map(Date) } else { None }
    }

    /// Complete months from this date to `later`: the largest n for which this date plus n months is not after `later`.
    /// Computed by adding, never from a difference; zero when `later` is not later.
    pub fn complete_months_to(self, later: Date, month_end: MonthEnd) -> Result<i32, DateFault> {
        self.complete_units_to(later, 1, month_end)
    }

    /// Complete years from this date to `later`, counted like the complete months.
    pub fn complete_years_to(self, later: Date, month_end: MonthEnd) -> Result<i32, DateFault> {
        self.complete_units_to(later, 12, month_end)
    }

    /// `month end refuse` refuses only where the two other rules differ: on the day that the month does not have.
    fn complete_units_to(self, later: Date, unit: i32, month_end: MonthEnd) -> Result<i32, DateFault> {
        if month_end == MonthEnd::Refuse {
            let (last, next) =
                (self.complete_units_to(later, unit, MonthEnd::LastDay)?, self.complete_units_to(later, unit, MonthEnd::NextDay)?);
            return if last == next { Ok(last) } else { Err(DateFault::NoSuchDay) };
        }
        let months = (later.year() - self.year()) * 12 + later.month() as i32 - self.month() as i32;
        for count in [months / unit, months / unit - 1] {
            if count > 0 && self.plus(Duration::months(count * unit), month_end)? <= later {
                return Ok(count);
            }
        }
        Ok(0)
    }
}

const DAYS_IN_400_YEARS: i32 = 146_097;
/// 28 and 29 February, without the bit in which they differ.
const END_OF_FEBRUARY: u32 = (2 << 5 | 28) >> 1;

/// How many days each month has in every year, by its number; none where there is no such month.
const LENGTHS: [u8; 128] = {
    let mut lengths = [0; 128];
    let mut month = 1;
    while month <= 12 {
        lengths[month] = days_in_month(1, month as u32) as u8;
        month += 1;
    }
    lengths
};

/// Checked against the calendar library in the tests.
#[inline]
const fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl Duration {
    pub const fn years(years: i32) -> Duration {
        Duration { months: years * 12, days: 0 }
    }

    pub const fn months(months: i32) -> Duration {
        Duration { months, days: 0 }
    }

    pub const fn days(days: i32) -> Duration {
        Duration { months: 0, days }
    }

    pub fn negated(self) -> Duration {
        Duration { months: -self.months, days: -self.days }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digit = |number: u32| b'0' + (number % 10) as u8;
        let (year, month, day) = (self.0.get() >> 9, self.month(), self.day());
        let year = [digit(year / 1000), digit(year / 100), digit(year / 10), digit(year)];
        let text = [year[0], year[1], year[2], year[3], b'-', digit(month / 10), digit(month), b'-', digit(day / 10), digit(day)];
        f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// `1 year`, `6 months`, `1 year 6 months`, `90 days`.
impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut pieces = Vec::new();
        for (count, unit) in [(self.months / 12, "year"), (self.months % 12, "month"), (self.days, "day")] {
            if count != 0 {
                pieces.push(format!("{count} {unit}{}", if count.abs() == 1 { "" } else { "s" }));
            }
        }
        f.write_str(if pieces.is_empty() { "0 days" } else { "" })?;
        f.write_str(&pieces.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_days_exist_as_in_the_calendar_library() {
        for year in (-1..=3000).chain(9990..=10001) {
            for (month, day) in (0..=13).flat_map(|month| (0..=32).map(move |day| (month, day))) {
                let theirs = civil::Date::new(year as i16, month as i8, day as i8).ok().filter(|date| date.year() >= 1);
                let ours = Date::new(year, month, day);
                assert_eq!(ours.map(Date::to_civil), theirs, "{year}-{month}-{day}");
            }
        }
    }

    #[test]
    fn every_byte_of_an_iso_date_counts() {
        for written in ["2024-02-29", "1999-12-31", "0001-01-01", "2023-02-29"] {
            for (at, byte) in (0..10).flat_map(|at| (0..=255u8).map(move |byte| (at, byte))) {
                let mut bytes = written.as_bytes().to_vec();
                bytes[at] = byte;
                let number = |digits: &[u8]| {
                    digits.iter().try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + i32::from(digit - b'0')))
                };
                let parts: Vec<Option<i32>> = bytes.split(|byte| *byte == b'-').map(number).collect();
                let expected = match (parts[..].as_array(), bytes[4] == b'-' && bytes[7] == b'-') {
                    (Some([Some(year), Some(month), Some(day)]), true) => Date::new(*year, *month as u32, *day as u32),
                    _ => None,
                };
                assert_eq!(Date::parse_iso_bytes(&bytes), expected, "{bytes:?}");
            }
        }
    }

    #[test]
    fn days_are_counted_as_the_calendar_library_does() {
        let (mut day, mut count) = (civil::Date::constant(1, 1, 1), Date::new(1, 1, 1).unwrap().count());
        assert_eq!(Date::of_count(count - 1), None);
        loop {
            let ours = Date::of_count(count).unwrap();
            assert_eq!((ours.to_civil(), ours.count()), (day, count));
            let Ok(next) = day.tomorrow() else { break };
            (day, count) = (next, count + 1);
        }
        assert_eq!((Date::of_count(count + 1), Date::of_count(i32::MAX)), (None, None));
    }

    #[test]
    fn days_are_added_as_the_calendar_library_does() {
        for (year, month) in [(1, 1), (1, 3), (1900, 3), (2000, 3), (2023, 12), (2024, 2), (2024, 3), (2025, 1), (9999, 12)] {
            for (day, days) in (1..=31).flat_map(|day| (-70..=70).map(move |days| (day, days))) {
                let Some(date) = Date::new(year, month, day) else { continue };
                let theirs = date.to_civil().checked_add(jiff::Span::new().days(days)).ok().filter(|date| date.year() >= 1);
                assert_eq!(date.plus_days(days).ok().map(Date::to_civil), theirs, "{date} and {days} days");
            }
        }
    }
}
