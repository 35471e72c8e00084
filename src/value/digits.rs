//! Digits and short texts put behind the bytes of a line: tables have millions of numbers, dates and IDs, too many for the machinery of formatting.

use super::date::Date;
use super::number::Number;
use super::period::PeriodLabel;

/// The two digits of a number below 100, the first in the lowest byte.
#[inline]
fn pair(number: u64) -> u64 {
    u64::from(TWO_DIGITS[number as usize % TWO_DIGITS.len()])
}

/// `00` to `99`, and others that nobody asks for: any seven bits may be looked up.
static TWO_DIGITS: [u16; 128] = {
    let (mut digits, mut number) = ([0; 128], 0);
    while number < 128 {
        digits[number] = u16::from_le_bytes([b'0' + number as u8 / 10 % 10, b'0' + number as u8 % 10]);
        number += 1;
    }
    digits
};

/// Whether no byte stands before `-`: from one that does, the subtraction borrows, and leaves its highest bit set. It may leave that of a byte
/// beyond ASCII set too.
#[inline]
pub fn is_plain(bytes: u64) -> bool {
    bytes.wrapping_sub(u64::from_le_bytes([b'-'; 8])) & u64::from_le_bytes([1 << 7; 8]) == 0
}

/// `1204`
#[inline]
pub fn push_whole(line: &mut Vec<u8>, number: u64) {
    match u32::try_from(number).ok().and_then(small_digits) {
        Some((digits, length)) => {
            let end = line.len() + length;
            line.extend_from_slice(&digits);
            line.truncate(end);
        }
        None => line.extend_from_slice(number.to_string().as_bytes()), // hardly any is so large
    }
}

/// The digits of a number that has at most eight, and how many they are: what is written too much is taken off again, or overwritten, which
/// costs less than a copy of a length that nobody knows beforehand.
#[inline]
pub fn small_digits(number: u32) -> Option<([u8; 8], usize)> {
    if number >= 100_000_000 {
        return None;
    }
    let digits = eight_digits(number);
    let zeros = (digits.trailing_zeros() / 8).min(7);
    Some((((digits | ZEROS) >> (8 * zeros)).to_le_bytes(), 8 - zeros as usize))
}

/// `00000000`
const ZEROS: u64 = u64::from_le_bytes(*b"00000000");

/// The eight digits of a number, the first in the lowest byte. Four digits stand in each half, then two in each quarter, then one in each byte; a
/// product and a shift divide all of them at once.
#[inline]
fn eight_digits(number: u32) -> u64 {
    let fours = u64::from(number / 10_000) | u64::from(number % 10_000) << 32;
    let hundreds = (fours.wrapping_mul(10_486) >> 20) & 0x0000_007f_0000_007f;
    let twos = hundreds | fours.wrapping_sub(hundreds.wrapping_mul(100)) << 16;
    let tens = (twos.wrapping_mul(103) >> 10) & 0x000f_000f_000f_000f;
    tens | twos.wrapping_sub(tens.wrapping_mul(10)) << 8
}

/// `2025-06-30`
pub fn push_date(line: &mut Vec<u8>, date: Date) {
    let (year_and_month, [tens, ones, ..]) = date_digits(date);
    line.extend_from_slice(&year_and_month);
    line.extend_from_slice(&[tens, ones]);
}

/// `2025-06-` and `30`, with zeros behind it.
#[inline]
pub fn date_digits(date: Date) -> ([u8; 8], [u8; 4]) {
    let (year, month, day) = (u64::from(date.year().unsigned_abs()), u64::from(date.month()), u64::from(date.day()));
    let dash = u64::from(b'-');
    let year_and_month = pair(year / 100) | pair(year % 100) << 16 | dash << 32 | pair(month) << 40 | dash << 56;
    (year_and_month.to_le_bytes(), (pair(day) as u32).to_le_bytes())
}

/// `FY2025`, `2024-25`, `2024`, `2024-07`, and how many bytes it is. None where the year has no four digits.
#[inline]
pub fn label_digits(label: PeriodLabel) -> Option<([u8; 8], usize)> {
    let (PeriodLabel::FiscalYear(year) | PeriodLabel::SchoolYear(year) | PeriodLabel::CalendarYear(year) | PeriodLabel::Month(year, _)) =
        label;
    if !(1000..10_000).contains(&year) {
        return None;
    }
    let number = u64::from(year.unsigned_abs());
    let year = pair(number / 100) | pair(number % 100) << 16;
    let with = |behind: u64| (year | u64::from(b'-') << 32 | pair(behind) << 40, 7);
    let (digits, length) = match label {
        PeriodLabel::FiscalYear(_) => (u64::from(u16::from_le_bytes(*b"FY")) | year << 16, 6),
        PeriodLabel::CalendarYear(_) => (year, 4),
        PeriodLabel::SchoolYear(_) => with((number + 1) % 100),
        PeriodLabel::Month(_, month) => with(u64::from(month)),
    };
    Some((digits.to_le_bytes(), length))
}

/// `-200.50`, as most amounts are: one machine word, at most two digits behind the point. Says whether it was one.
pub fn push_cents(line: &mut Vec<u8>, amount: Number) -> bool {
    let Some((cents, is_negative)) = amount.to_cents() else { return false };
    if is_negative {
        line.push(b'-');
    }
    push_whole(line, cents / 100);
    let [tens, ones, ..] = pair(cents % 100).to_le_bytes();
    line.extend_from_slice(&[b'.', tens, ones]);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_those_of_formatting() {
        let written = |push: &dyn Fn(&mut Vec<u8>)| {
            let mut line = Vec::new();
            push(&mut line);
            String::from_utf8(line).unwrap()
        };
        let near = (0..=20).map(|power| 10u64.saturating_pow(power)).flat_map(|power| [power - 1, power, power.saturating_add(1)]);
        let others = (0..200_000).map(|number| number * 4_999 % 100_000_000);
        for number in near.chain(others).chain(0..10_100).chain([u64::MAX]) {
            assert_eq!(written(&|line| push_whole(line, number)), number.to_string());
        }
        for (year, month, day) in [(1, 1, 1), (987, 10, 9), (2025, 6, 30), (9999, 12, 31)] {
            let date = Date::new(year, month, day).unwrap();
            assert_eq!(written(&|line| push_date(line, date)), date.to_string());
        }
        for year in [1, 987, 1999, 2025, 2099, 9999, 10_000] {
            let labels = [PeriodLabel::FiscalYear(year), PeriodLabel::SchoolYear(year), PeriodLabel::CalendarYear(year)];
            for label in labels.into_iter().chain([PeriodLabel::Month(year, 1), PeriodLabel::Month(year, 12)]) {
                match label_digits(label) {
                    Some((digits, length)) => assert_eq!(digits[..length], *label.to_string().as_bytes()),
                    None => assert!(!(1000..10_000).contains(&year)),
                }
            }
        }
        for (mantissa, scale, cents) in [
            (0, 0, "0.00"),
            (-2005, 1, "-200.50"),
            (5, 2, "0.05"),
            (-5, 2, "-0.05"),
            (1200, 3, "1.20"),
            (i64::MAX, 2, "92233720368547758.07"),
        ] {
            assert_eq!(written(&|line| assert!(push_cents(line, Number::from_scaled(mantissa, scale)))), cents);
        }
        let third = Number::ONE.divided_by(Number::from_integer(3)).unwrap();
        for other in [Number::from_scaled(1205, 3), Number::from_integer(i64::MAX), third] {
            assert!(!push_cents(&mut Vec::new(), other), "{other}");
        }
    }
}
