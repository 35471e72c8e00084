//! Amounts and numbers as people write them: `$1,200.00`, `(200.00)`, `200-`, `5 %`; everything else is refused.

use std::borrow::Cow;

use crate::value::Number;

/// Why a text is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberRefusal {
    /// Not of the grammar.
    NotANumber,
    /// `200,00`: the comma stands where a decimal comma would.
    DecimalComma,
    /// More digits than the program keeps.
    TooLong,
}

/// An amount of dollars: one sign at most (in front, behind, `CR`, or parentheses), `$`, groups of three.
pub fn money(text: &str) -> Result<Number, NumberRefusal> {
    let (negative, unsigned) = signed(text)?;
    let digits = match unsigned.strip_prefix('$') {
        Some(rest) => rest.trim_start(),
        None => unsigned,
    };
    let (negative, digits) = match digits.strip_prefix('-') {
        Some(rest) if !negative && unsigned.starts_with('$') => (true, rest),
        _ => (negative, digits),
    };
    let amount = grouped(digits)?;
    Ok(if negative { amount.negated() } else { amount })
}

/// A number without a unit: an optional sign in front, groups of three.
pub fn number(text: &str) -> Result<Number, NumberRefusal> {
    let minus = text.strip_prefix(['-', '\u{2212}']);
    let number = grouped(minus.unwrap_or(text))?;
    Ok(if minus.is_some() { number.negated() } else { number })
}

/// `5 %` as 0.05; none where there is no percent sign.
pub fn percent(text: &str) -> Option<Result<Number, NumberRefusal>> {
    let digits = text.strip_suffix('%')?.trim_end();
    Some(number(digits).and_then(|number| hundredth(number).ok_or(NumberRefusal::TooLong)))
}

/// A hundredth of a number: percentages written without their sign.
pub fn hundredth(number: Number) -> Option<Number> {
    number.times(Number::CENT).ok()
}

/// A text with a decimal comma as one with a decimal point; none where it has no such form.
pub fn decimal_point(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains([',', '.']) {
        return Some(Cow::Borrowed(text));
    }
    let one_comma = text.matches(',').count() <= 1;
    let swapped = text.chars().map(|character| match character {
        ',' => '.',
        '.' => ',',
        other => other,
    });
    one_comma.then(|| Cow::Owned(swapped.collect()))
}

/// The amount to the cent where it is no farther than a millionth from one; the flag says whether it moved.
pub fn to_cent(amount: Number) -> Option<(Number, bool)> {
    use crate::value::{Rounding, RoundingMode};
    let cents = amount.rounded(Rounding { mode: RoundingMode::HalfUp, unit: Number::CENT }).ok()?;
    if cents == amount {
        return Some((cents, false));
    }
    let off = amount.minus(cents).ok()?;
    let off = if off.is_positive() { off } else { off.negated() };
    (off <= Number::from_scaled(1, 6)).then_some((cents, true))
}

/// The text without its sign, and whether it was negative.
fn signed(text: &str) -> Result<(bool, &str), NumberRefusal> {
    let inside = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    if let Some(inside) = inside {
        return Ok((true, inside.trim()));
    }
    if let Some(rest) = text.strip_prefix(['-', '\u{2212}']) {
        return Ok((true, rest.trim_start()));
    }
    let behind = text.strip_suffix('-').or_else(|| text.strip_suffix("CR"));
    Ok(behind.map_or((false, text), |rest| (true, rest.trim_end())))
}

/// Digits with at most one point; commas or spaces only between groups of three.
fn grouped(text: &str) -> Result<Number, NumberRefusal> {
    let plain = |digits: &str| Number::parse(digits).ok_or(refusal_of_digits(digits));
    let (whole, part) = text.split_once('.').map_or((text, None), |(whole, part)| (whole, Some(part)));
    let separator = match (whole.contains(','), whole.contains(' ')) {
        (false, false) if whole.starts_with('-') => return Err(NumberRefusal::NotANumber),
        (false, false) if whole.is_empty() && part.is_some() => return plain(&format!("0{text}")),
        (false, false) => return plain(text),
        (true, true) => return Err(NumberRefusal::NotANumber),
        (true, false) => ',',
        (false, true) => ' ',
    };
    let groups: Vec<&str> = whole.split(separator).collect();
    let fits = |(index, group): (usize, &&str)| {
        let length = if index == 0 { (1..=3).contains(&group.len()) } else { group.len() == 3 };
        length && group.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !groups.iter().enumerate().all(fits) {
        let digits = |piece: &str| piece.bytes().all(|byte| byte.is_ascii_digit());
        let comma = groups.len() == 2 && separator == ',' && part.is_none() && groups.iter().all(|group| digits(group));
        return Err(if comma { NumberRefusal::DecimalComma } else { NumberRefusal::NotANumber });
    }
    let joined = groups.concat();
    plain(&part.map_or(joined.clone(), |part| format!("{joined}.{part}")))
}

fn refusal_of_digits(text: &str) -> NumberRefusal {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if digits && text.len() > 28 { NumberRefusal::TooLong } else { NumberRefusal::NotANumber }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_as_people_write_them() {
        let cases = [
            ("200", "200"),
            ("$1,200.00", "1200"),
            ("(200.00)", "-200"),
            ("($1,200.50)", "-1200.5"),
            ("200-", "-200"),
            ("-$200", "-200"),
            ("$-200", "-200"),
            ("$ 200", "200"),
            ("\u{2212}200", "-200"),
            ("1 200", "1200"),
            ("200.00 CR", "-200"),
            (".50", "0.5"),
        ];
        for (text, expected) in cases {
            assert_eq!(money(text).map(|amount| amount.to_string()), Ok(expected.to_string()), "{text}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        let texts = [
            "1_200", "1e3", "", "$", "-", "--5", "(-5)", "5--", "1,20", "12,3456", "1,200,00", "NaN", "inf", "+5", "$5$", "5.", "1.2.3",
            "0x10", "٣", "$ - 5-", "1 20", "1,2 000", "-(5)", "200 USD",
        ];
        for text in texts {
            assert!(money(text).is_err(), "{text}");
        }
        assert_eq!(money("200,00"), Err(NumberRefusal::DecimalComma));
    }

    #[test]
    fn percentages_have_their_sign() {
        assert_eq!(percent("5 %"), Some(Ok(Number::parse("0.05").unwrap())));
        assert_eq!(percent("0.05"), None);
    }

    #[test]
    fn float_noise_is_taken_to_the_cent() {
        let noisy = Number::parse("200.00000000000003").unwrap();
        assert_eq!(to_cent(noisy), Some((Number::from_integer(200), true)));
        assert_eq!(to_cent(Number::parse("200.005").unwrap()), None);
        assert_eq!(to_cent(Number::parse("-0.1").unwrap()), Some((Number::parse("-0.1").unwrap(), false)));
    }
}
