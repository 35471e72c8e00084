//! Digits put behind a text one by one: tables have millions of numbers and dates, too many for the machinery of formatting.

use super::date::Date;
use super::number::Number;
use super::period::PeriodLabel;

/// The numbers from 00 to 99.
const PAIRS: &str = "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";

/// Two digits of a number below 100.
fn pair(number: u64) -> &'static str {
    let at = (number % 100) as usize * 2;
    &PAIRS[at..at + 2]
}

/// `1204`
pub fn push_whole(text: &mut String, number: u64) {
    match number {
        0..=9 => text.push(char::from(b'0' + number as u8)),
        10..=99 => text.push_str(pair(number)),
        _ => {
            push_whole(text, number / 100);
            text.push_str(pair(number));
        }
    }
}

/// `2025-06-30`
pub fn push_date(text: &mut String, date: Date) {
    let year = u64::from(date.year().unsigned_abs());
    text.push_str(pair(year / 100));
    text.push_str(pair(year));
    text.push('-');
    text.push_str(pair(u64::from(date.month())));
    text.push('-');
    text.push_str(pair(u64::from(date.day())));
}

/// `FY2025`, `2024-25`, `2024`, `2024-07`
pub fn push_label(text: &mut String, label: PeriodLabel) {
    let (PeriodLabel::FiscalYear(year) | PeriodLabel::SchoolYear(year) | PeriodLabel::CalendarYear(year) | PeriodLabel::Month(year, _)) = label;
    if matches!(label, PeriodLabel::FiscalYear(_)) {
        text.push_str("FY");
    }
    let year = u64::from(year.unsigned_abs()); // the calendar begins with the year 1
    push_whole(text, year);
    let behind = match label {
        PeriodLabel::SchoolYear(_) => year + 1,
        PeriodLabel::Month(_, month) => u64::from(month),
        PeriodLabel::FiscalYear(_) | PeriodLabel::CalendarYear(_) => return,
    };
    text.push('-');
    text.push_str(pair(behind));
}

/// `-200.50`, as most amounts are: one machine word, at most two digits behind the point. Says whether it was one.
pub fn push_cents(text: &mut String, amount: Number) -> bool {
    let Some((cents, is_negative)) = amount.to_cents() else { return false };
    if is_negative {
        text.push('-');
    }
    push_whole(text, cents / 100);
    text.push('.');
    text.push_str(pair(cents));
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_those_of_formatting() {
        let written = |push: &dyn Fn(&mut String)| {
            let mut text = String::new();
            push(&mut text);
            text
        };
        for number in [0, 7, 10, 99, 100, 101, 999, 1000, 20_250, 1_234_567, u64::MAX] {
            assert_eq!(written(&|text| push_whole(text, number)), number.to_string());
        }
        for (year, month, day) in [(1, 1, 1), (987, 10, 9), (2025, 6, 30), (9999, 12, 31)] {
            let date = Date::new(year, month, day).unwrap();
            assert_eq!(written(&|text| push_date(text, date)), date.to_string());
        }
        for year in [1, 987, 1999, 2025, 9999] {
            let labels = [PeriodLabel::FiscalYear(year), PeriodLabel::SchoolYear(year), PeriodLabel::CalendarYear(year)];
            for label in labels.into_iter().chain([PeriodLabel::Month(year, 1), PeriodLabel::Month(year, 12)]) {
                assert_eq!(written(&|text| push_label(text, label)), label.to_string());
            }
        }
        for (mantissa, scale, cents) in
            [(0, 0, "0.00"), (-2005, 1, "-200.50"), (5, 2, "0.05"), (-5, 2, "-0.05"), (1200, 3, "1.20"), (i64::MAX, 2, "92233720368547758.07")]
        {
            assert_eq!(written(&|text| assert!(push_cents(text, Number::from_scaled(mantissa, scale)))), cents);
        }
        let third = Number::ONE.divided_by(Number::from_integer(3)).unwrap();
        for other in [Number::from_scaled(1205, 3), Number::from_integer(i64::MAX), third] {
            assert!(!push_cents(&mut String::new(), other), "{other}");
        }
    }
}
