//! Digits put behind the bytes of a line one by one: tables have millions of numbers and dates, too many for the machinery of formatting.

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

/// `1204`
pub fn push_whole(line: &mut Vec<u8>, number: u64) {
    let (mut digits, mut left, mut from) = ([0; 20], number, 20);
    while left >= 100 {
        from -= 2;
        digits[from..from + 2].copy_from_slice(&two(left));
        left /= 100;
    }
    from -= 2;
    digits[from..from + 2].copy_from_slice(&two(left));
    line.extend_from_slice(&digits[from + usize::from(left < 10)..]);
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
    push_whole(line, year);
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
    fn digits_are_those_of_formatting() {
        let written = |push: &dyn Fn(&mut Vec<u8>)| {
            let mut line = Vec::new();
            push(&mut line);
            String::from_utf8(line).unwrap()
        };
        for number in [0, 7, 10, 99, 100, 101, 999, 1000, 20_250, 1_234_567, u64::MAX] {
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
