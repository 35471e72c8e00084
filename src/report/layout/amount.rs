//! Amounts as payroll systems write them, and back: decimals, point, sign, range.

use super::written::{AmountForm, Sign};
use crate::value::{Number, Rounding, RoundingMode};

/// Why an amount cannot be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AmountFault {
    /// More decimals than the column has.
    Decimals,
    Negative,
    Below(String),
    Above(String),
}

pub fn write(amount: Number, form: &AmountForm) -> Result<String, AmountFault> {
    let bound = |text: &Option<String>| text.as_deref().and_then(Number::parse);
    if let (Some(from), Some(text)) = (bound(&form.from), &form.from)
        && amount < from
    {
        return Err(AmountFault::Below(text.clone()));
    }
    if let (Some(to), Some(text)) = (bound(&form.to), &form.to)
        && amount > to
    {
        return Err(AmountFault::Above(text.clone()));
    }
    let is_negative = amount.sign() == std::cmp::Ordering::Less;
    let digits = digits(amount, form.decimals).ok_or(AmountFault::Decimals)?.replace('.', &form.point);
    match (form.sign, is_negative) {
        (Sign::None, true) => Err(AmountFault::Negative),
        (Sign::Before | Sign::Always, true) => Ok(format!("-{digits}")),
        (Sign::Behind, true) => Ok(format!("{digits}-")),
        (Sign::Parentheses, true) => Ok(format!("({digits})")),
        (Sign::Always, false) => Ok(format!("+{digits}")),
        (Sign::Before | Sign::Behind | Sign::Parentheses | Sign::None, false) => Ok(digits),
    }
}

/// Without its sign; None where a digit would be lost.
fn digits(amount: Number, decimals: u32) -> Option<String> {
    let unit = Number::from_scaled(1, decimals);
    let rounded = amount.rounded(Rounding { mode: RoundingMode::Down, unit }).ok()?;
    if rounded != amount {
        return None;
    }
    let text = rounded.to_string();
    let (whole, part) = text.trim_start_matches('-').split_once('.').unwrap_or((text.trim_start_matches('-'), ""));
    let zeros = "0".repeat((decimals as usize).saturating_sub(part.len()));
    Some(if decimals == 0 { whole.to_owned() } else { format!("{whole}.{part}{zeros}") })
}

/// What a reader of the file would take the text for.
pub fn read(text: &str, form: &AmountForm) -> Option<Number> {
    let text = text.trim();
    let (is_negative, digits) = match form.sign {
        Sign::None => (false, text),
        Sign::Before => text.strip_prefix('-').map_or((false, text), |digits| (true, digits)),
        Sign::Always => text.strip_prefix('-').map_or((false, text.strip_prefix('+')?), |digits| (true, digits)),
        Sign::Behind => text.strip_suffix('-').map_or((false, text), |digits| (true, digits)),
        Sign::Parentheses => {
            text.strip_prefix('(').and_then(|digits| digits.strip_suffix(')')).map_or((false, text), |digits| (true, digits))
        }
    };
    let digits = if form.point.is_empty() {
        let at = digits.len().checked_sub(form.decimals as usize)?;
        format!("0{}.{}", digits.get(..at)?, digits.get(at..)?)
    } else {
        digits.trim_start().replacen(&form.point, ".", 1)
    };
    let digits = digits.trim_end_matches('.').to_owned();
    let number = Number::parse(&digits)?;
    if is_negative { Some(number.negated()) } else { Some(number) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(sign: Sign, point: &str) -> AmountForm {
        AmountForm { sign, point: point.to_owned(), ..AmountForm::default() }
    }

    #[test]
    fn amounts_are_written_and_read_back() {
        let number = |text| Number::parse(text).unwrap();
        for (sign, point, amount, text) in [
            (Sign::Before, ".", "-200", "-200.00"),
            (Sign::Before, ",", "1234.5", "1234,50"),
            (Sign::Behind, ".", "-0.05", "0.05-"),
            (Sign::Always, ".", "200", "+200.00"),
            (Sign::Parentheses, ".", "-200", "(200.00)"),
            (Sign::None, "", "200.5", "20050"),
            (Sign::Before, "", "-0.05", "-005"),
        ] {
            let form = form(sign, point);
            assert_eq!(write(number(amount), &form).as_deref(), Ok(text));
            assert_eq!(read(text, &form), Some(number(amount)), "{text}");
            assert_eq!(read(&format!("00{text}"), &form).is_some(), text.as_bytes()[0].is_ascii_digit(), "{text}");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let number = |text| Number::parse(text).unwrap();
        let bounded = AmountForm { from: Some("0".into()), to: Some("999.99".into()), ..AmountForm::default() };
        assert_eq!(write(number("1000"), &bounded), Err(AmountFault::Above("999.99".into())));
        assert_eq!(write(number("-1"), &bounded), Err(AmountFault::Below("0".into())));
        assert_eq!(write(number("-1"), &form(Sign::None, ".")), Err(AmountFault::Negative));
        assert_eq!(write(number("0.005"), &form(Sign::Before, ".")), Err(AmountFault::Decimals));
        let whole = AmountForm { decimals: 0, ..AmountForm::default() };
        assert_eq!(write(number("200"), &whole).as_deref(), Ok("200"));
        assert_eq!(write(number("200.5"), &whole), Err(AmountFault::Decimals));
    }
}
