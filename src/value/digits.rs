//! Digits and short texts put behind the bytes of a line: tables have millions of numbers, dates and IDs, too many for the machinery of formatting.

use super::date::Date;
use super::number::Number;
use super::period::PeriodLabel;

/// The last two digits.
#[inline]
fn two(number: u64) -> [u8; 2] {
    TWO_DIGITS[(number % 100) as usize]
}

/// `00` to `99`.
const TWO_DIGITS: [[u8; 2]; 100] = {
    let (mut digits, mut number) = ([[0; 2]; 100], 0);
    while number < 100 {
        digits[number] = [b'0' + number as u8 / 10, b'0' + number as u8 % 10];
        number += 1;
    }
    digits
};

/// A text of 4 to 16 bytes, none of them a quote, a comma, a line end or anything else that stands before `-` in ASCII: nearly every ID and key.
/// Says whether it was one; else nothing is put. Its first bytes are put and then its last, which may be some of the same: that costs less than
/// a copy of a length that nobody knows beforehand.
#[inline]
pub fn push_plain(line: &mut Vec<u8>, text: &[u8]) -> bool {
    let begins = line.len();
    if let (Some(first), Some(last), true) = (text.first_chunk::<8>(), text.last_chunk::<8>(), text.len() <= 16) {
        if !(is_plain(u64::from_le_bytes(*first)) && is_plain(u64::from_le_bytes(*last))) {
            return false;
        }
        line.extend_from_slice(first);
        line.truncate(begins + text.len() - 8);
        line.extend_from_slice(last);
        return true;
    }
    let (Some(first), Some(last), true) = (text.first_chunk::<4>(), text.last_chunk::<4>(), text.len() < 8) else { return false };
    if !is_plain(u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32) {
        return false;
    }
    line.extend_from_slice(first);
    line.truncate(begins + text.len() - 4);
    line.extend_from_slice(last);
    true
}

/// Whether no byte stands before `-`: from one that does, the subtraction borrows, and leaves its highest bit set. It may leave that of a byte
/// beyond ASCII set too.
#[inline]
fn is_plain(bytes: u64) -> bool {
    bytes.wrapping_sub(u64::from_le_bytes([b'-'; 8])) & u64::from_le_bytes([1 << 7; 8]) == 0
}

/// `1204`
#[inline]
pub fn push_whole(line: &mut Vec<u8>, number: u64) {
    match u32::try_from(number) {
        Ok(small) if small < 100_000_000 => push_small(line, small),
        _ => line.extend_from_slice(number.to_string().as_bytes()), // hardly any is so large
    }
}

/// Eight digits at a time, without those that would stand before the first: what is written too much is taken off again, which costs less than
/// a copy of a length that nobody knows beforehand.
fn push_small(line: &mut Vec<u8>, number: u32) {
    let digits = eight_digits(number);
    let zeros = (digits.trailing_zeros() / 8).min(7) as usize;
    line.extend_from_slice(&((digits | ZEROS) >> (8 * zeros)).to_le_bytes());
    line.truncate(line.len() - zeros);
}

/// `00000000`
const ZEROS: u64 = u64::from_le_bytes(*b"00000000");

/// The eight digits of a number, the first in the lowest byte. Four digits stand in each half, then two in each quarter, then one in each byte; a
/// product and a shift divide all of them at once.
fn eight_digits(number: u32) -> u64 {
    let fours = u64::from(number / 10_000) | u64::from(number % 10_000) << 32;
    let hundreds = (fours.wrapping_mul(10_486) >> 20) & 0x0000_007f_0000_007f;
    let twos = hundreds | fours.wrapping_sub(hundreds.wrapping_mul(100)) << 16;
    let tens = (twos.wrapping_mul(103) >> 10) & 0x000f_000f_000f_000f;
    tens | twos.wrapping_sub(tens.wrapping_mul(10)) << 8
}

/// `2025-06-30`
pub fn push_date(line: &mut Vec<u8>, date: Date) {
    let (year, month, day) = (u64::from(date.year().unsigned_abs()), u64::from(date.month()), u64::from(date.day()));
    let ([a, b], [c, d], [m, o], [t, u]) = (two(year / 100), two(year), two(month), two(day));
    line.extend_from_slice(&[a, b, c, d, b'-', m, o, b'-', t, u]);
}

/// `FY2025`, `2024-25`, `2024`, `2024-07`
pub fn push_label(line: &mut Vec<u8>, label: PeriodLabel) {
    let (PeriodLabel::FiscalYear(year) | PeriodLabel::SchoolYear(year) | PeriodLabel::CalendarYear(year) | PeriodLabel::Month(year, _)) =
        label;
    if matches!(label, PeriodLabel::FiscalYear(_)) {
        line.extend_from_slice(b"FY");
    }
    let year = u64::from(year.unsigned_abs()); // the calendar begins with the year 1
    if let 1000..10_000 = year {
        let ([a, b], [c, d]) = (two(year / 100), two(year));
        line.extend_from_slice(&[a, b, c, d]);
    } else {
        push_whole(line, year);
    }
    let behind = match label {
        PeriodLabel::SchoolYear(_) => year + 1,
        PeriodLabel::Month(_, month) => u64::from(month),
        PeriodLabel::FiscalYear(_) | PeriodLabel::CalendarYear(_) => return,
    };
    let [tens, ones] = two(behind);
    line.extend_from_slice(&[b'-', tens, ones]);
}

/// `-200.50`, as most amounts are: one machine word, at most two digits behind the point. Says whether it was one.
pub fn push_cents(line: &mut Vec<u8>, amount: Number) -> bool {
    let Some((cents, is_negative)) = amount.to_cents() else { return false };
    if is_negative {
        line.push(b'-');
    }
    push_whole(line, cents / 100);
    let [tens, ones] = two(cents);
    line.extend_from_slice(&[b'.', tens, ones]);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_texts_are_put_whole_or_not_at_all() {
        let text: String = ('a'..='z').collect();
        for length in 0..text.len() {
            let mut line = b"1,".to_vec();
            assert_eq!(push_plain(&mut line, &text.as_bytes()[..length]), (4..=16).contains(&length), "{length}");
            assert_eq!(line, if (4..=16).contains(&length) { format!("1,{}", &text[..length]) } else { "1,".to_owned() }.as_bytes());
            for (at, sign) in (0..length).flat_map(|at| (0..=u8::MAX).map(move |sign| (at, sign))) {
                let mut changed = text.as_bytes()[..length].to_vec();
                changed[at] = sign;
                let mut line = Vec::new();
                let put = push_plain(&mut line, &changed);
                assert!(!(put && sign < b'-'), "{length} {at} {sign}");
                assert!(put || !(b'-'..=b'~').contains(&sign) || !(4..=16).contains(&length), "{length} {at} {sign}");
                assert_eq!(line, if put { changed } else { Vec::new() });
            }
        }
    }

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
        for year in [1, 987, 1999, 2025, 9999] {
            let labels = [PeriodLabel::FiscalYear(year), PeriodLabel::SchoolYear(year), PeriodLabel::CalendarYear(year)];
            for label in labels.into_iter().chain([PeriodLabel::Month(year, 1), PeriodLabel::Month(year, 12)]) {
                assert_eq!(written(&|line| push_label(line, label)), label.to_string());
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
