//! Exact numbers: decimals of up to 28 digits, and fractions where a decimal would lose something.

use std::cmp::Ordering;

use rust_decimal::Decimal;

mod compact;
mod order;
mod plain;
mod rounding;
mod small;

use compact::Form;
pub use compact::Number;
pub use rounding::{Rounding, RoundingMode};
pub use small::Small;
use small::of_both;

/// The largest mantissa a decimal holds: 96 bits.
const MANTISSA_MAX: i128 = (1 << 96) - 1;
/// The most digits a decimal holds behind its point.
const SCALE_MAX: u32 = 28;

/// Why a number could not be computed exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberFault {
    /// The result has more digits than the program keeps.
    TooLarge,
    DivisionByZero,
}

impl Number {
    pub const ZERO: Number = Number::small(0, 0);
    pub const ONE: Number = Number::small(1, 0);
    /// One cent in dollars.
    pub const CENT: Number = Number::small(1, 2);

    pub fn from_integer(integer: i64) -> Number {
        Number::small(integer, 0)
    }

    /// `mantissa` divided by ten to the power of `scale`; the scale is at most 28.
    #[inline]
    pub fn from_scaled(mantissa: i64, scale: u32) -> Number {
        Number::small(mantissa, if scale > SCALE_MAX { SCALE_MAX } else { scale })
    }

    pub fn from_decimal(decimal: Decimal) -> Number {
        Number::decimal(decimal.mantissa(), decimal.scale())
    }

    /// Digits with at most one point and an optional leading minus; nothing else, no exponent, no separators.
    pub fn parse(text: &str) -> Option<Number> {
        if let Some(short) = Number::parse_short(text.as_bytes()) {
            return Some(short);
        }
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
        let plain = |piece: &str| !piece.is_empty() && piece.bytes().all(|byte| byte.is_ascii_digit());
        if !plain(whole) || !plain(part) {
            return None;
        }
        Decimal::from_str_exact(text).ok().map(Number::from_decimal)
    }

    /// Up to 18 digits without a sign, with at most one point between digits; none says nothing about the text.
    pub fn parse_short(text: &[u8]) -> Option<Number> {
        if text.len() > 18 || !text.first()?.is_ascii_digit() || !text.last()?.is_ascii_digit() {
            return None;
        }
        let (mut mantissa, mut point) = (0i64, None);
        for (at, byte) in text.iter().enumerate() {
            match byte {
                b'0'..=b'9' => mantissa = mantissa * 10 + i64::from(byte - b'0'),
                b'.' if point.is_none() => point = Some(at),
                _ => return None,
            }
        }
        let scale = point.map_or(0, |point| text.len() - 1 - point);
        Some(Number::small(mantissa, scale as u32))
    }

    /// The decimal, where this number is one.
    pub fn to_decimal(self) -> Option<Decimal> {
        match self.form() {
            Form::Decimal { mantissa, scale } => Decimal::try_from_i128_with_scale(mantissa, scale).ok(),
            Form::Fraction { .. } => None,
        }
    }

    /// Mantissa and scale of a decimal of up to 18 digits, without zeros at its end.
    pub fn to_scaled(self) -> Option<(i64, u32)> {
        match self.reduced().form() {
            Form::Decimal { mantissa, scale } => Some((i64::try_from(mantissa).ok()?, scale)),
            Form::Fraction { .. } => None,
        }
    }

    /// How many cents it is, and whether it is below zero, where it is so many whole ones and they fit.
    #[inline]
    pub fn to_cents(self) -> Option<(u64, bool)> {
        let (mut mantissa, mut scale) = self.as_small()?;
        while scale > 2 {
            if mantissa % 10 != 0 {
                return None;
            }
            (mantissa, scale) = (mantissa / 10, scale - 1);
        }
        let cents = if scale == 2 { mantissa } else { mantissa.checked_mul(if scale == 1 { 10 } else { 100 })? };
        Some((cents.unsigned_abs(), cents < 0))
    }

    /// The whole number, where this is one that fits.
    #[inline]
    pub fn to_integer(self) -> Option<i64> {
        if let Some((mantissa, 0)) = self.as_small() {
            return Some(mantissa);
        }
        match self.reduced().form() {
            Form::Decimal { mantissa, scale: 0 } => i64::try_from(mantissa).ok(),
            _ => None,
        }
    }

    #[inline]
    pub fn is_zero(&self) -> bool {
        self.sign() == Ordering::Equal
    }

    /// Less: negative; Greater: positive.
    #[inline]
    pub fn sign(&self) -> Ordering {
        match self.as_small() {
            Some((mantissa, _)) => mantissa.cmp(&0),
            None => self.sign_of_large(),
        }
    }

    #[inline]
    pub fn is_positive(&self) -> bool {
        self.sign() == Ordering::Greater
    }

    /// Itself, or zero where it is below zero.
    #[inline]
    pub fn or_zero(self) -> Number {
        let mut number = self;
        if !number.is_positive() {
            number = Number::ZERO;
        }
        number
    }

    #[inline]
    pub fn plus(self, other: Number) -> Result<Number, NumberFault> {
        match of_both(&self, &other, Small::plus) {
            Some(sum) => Ok(sum.into()),
            None => self.plus_any(other),
        }
    }

    /// What one machine word cannot do; apart, so that the common case is a few instructions where it stands.
    #[inline(never)]
    fn plus_any(self, other: Number) -> Result<Number, NumberFault> {
        if let (Form::Decimal { mantissa: a, scale: p }, Form::Decimal { mantissa: b, scale: q }) = (self.form(), other.form()) {
            let scale = p.max(q);
            if let (Some(a), Some(b)) = (raised(a, scale - p), raised(b, scale - q))
                && let Some(sum) = a.checked_add(b)
                && sum.abs() <= MANTISSA_MAX
            {
                return Ok(Number::decimal(sum, scale));
            }
        }
        let ((a, p), (b, q)) = (self.parts(), other.parts());
        let shared = gcd(p, q);
        let top = times(a, q / shared)?.checked_add(times(b, p / shared)?).ok_or(NumberFault::TooLarge)?;
        from_parts(top, times(p / shared, q)?)
    }

    #[inline]
    pub fn minus(self, other: Number) -> Result<Number, NumberFault> {
        match of_both(&self, &other, Small::minus) {
            Some(difference) => Ok(difference.into()),
            None => self.plus_any(other.negated()),
        }
    }

    #[inline]
    pub fn times(self, other: Number) -> Result<Number, NumberFault> {
        match of_both(&self, &other, Small::times) {
            Some(product) => Ok(product.into()),
            None => self.times_any(other),
        }
    }

    /// What one machine word cannot do.
    #[inline(never)]
    fn times_any(self, other: Number) -> Result<Number, NumberFault> {
        if let (Form::Decimal { mantissa: a, scale: p }, Form::Decimal { mantissa: b, scale: q }) = (self.form(), other.form())
            && p + q <= SCALE_MAX
            && let Some(product) = a.checked_mul(b)
            && product.abs() <= MANTISSA_MAX
        {
            return Ok(Number::decimal(product, p + q));
        }
        let ((a, p), (b, q)) = (lowest(self.parts()), lowest(other.parts()));
        let (left, right) = (gcd(a, q).max(1), gcd(b, p).max(1));
        from_parts(times(a / left, b / right)?, times(p / right, q / left)?)
    }

    #[inline]
    pub fn divided_by(self, other: Number) -> Result<Number, NumberFault> {
        match of_both(&self, &other, Small::divided_by) {
            Some(quotient) => Ok(quotient.into()),
            None => self.divided_by_any(other),
        }
    }

    /// What one machine word cannot do.
    #[inline(never)]
    fn divided_by_any(self, other: Number) -> Result<Number, NumberFault> {
        let (numerator, denominator) = lowest(other.parts());
        if numerator == 0 {
            return Err(NumberFault::DivisionByZero);
        }
        let (a, p) = lowest(self.parts());
        let (left, right) = (gcd(a, numerator).max(1), gcd(denominator, p).max(1));
        let top = times(a / left, denominator / right)?;
        let bottom = times(p / right, numerator / left)?;
        if bottom < 0 { from_parts(-top, -bottom) } else { from_parts(top, bottom) }
    }

    #[inline]
    pub fn negated(self) -> Number {
        if let Some((mantissa, scale)) = self.as_small() {
            return mantissa.checked_neg().map_or_else(|| Number::decimal(-i128::from(mantissa), scale), |less| Number::small(less, scale));
        }
        self.with_other_sign()
    }

    /// The largest whole number that is not above this one.
    pub fn floor(self) -> Number {
        if let Form::Decimal { scale: 0, .. } = self.form() {
            return self;
        }
        let (numerator, denominator) = self.parts();
        Number::decimal(numerator.div_euclid(denominator), 0)
    }

    /// Numerator and positive denominator, not always in lowest terms.
    fn parts(self) -> (i128, i128) {
        match self.form() {
            Form::Decimal { mantissa, scale } => (mantissa, 10i128.pow(scale)),
            Form::Fraction { numerator, denominator } => (numerator, denominator),
        }
    }

    /// The same decimal without zeros at its end.
    fn reduced(self) -> Number {
        if let Some((mut mantissa, mut scale)) = self.as_small() {
            while scale > 0 && mantissa % 10 == 0 {
                mantissa /= 10;
                scale -= 1;
            }
            return Number::small(mantissa, scale);
        }
        let Form::Decimal { mut mantissa, mut scale } = self.form() else { return self };
        while scale > 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            scale -= 1;
        }
        Number::decimal(mantissa, scale)
    }
}

/// The powers of ten that one machine word holds.
pub const POWERS: [i64; 19] = {
    let (mut powers, mut at) = ([1; 19], 1);
    while at < powers.len() {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};

fn raised(mantissa: i128, places: u32) -> Option<i128> {
    if places == 0 { Some(mantissa) } else { mantissa.checked_mul(10i128.pow(places)) }
}

fn times(a: i128, b: i128) -> Result<i128, NumberFault> {
    a.checked_mul(b).filter(|product| *product != i128::MIN).ok_or(NumberFault::TooLarge)
}

fn gcd(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a.unsigned_abs(), b.unsigned_abs());
    while b != 0 {
        if let (Ok(a), Ok(b)) = (u64::try_from(a), u64::try_from(b)) {
            return i128::from(gcd_of_words(a, b)); // one machine word divides many times as quickly as two
        }
        (a, b) = (b, a % b);
    }
    a as i128
}

fn gcd_of_words(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

fn lowest((numerator, denominator): (i128, i128)) -> (i128, i128) {
    let shared = gcd(numerator, denominator).max(1);
    (numerator / shared, denominator / shared)
}

/// The number numerator / denominator (positive), as a decimal where it is one.
fn from_parts(numerator: i128, denominator: i128) -> Result<Number, NumberFault> {
    let (numerator, denominator) = lowest((numerator, denominator));
    let twos = denominator.trailing_zeros();
    let (mut rest, mut fives) = (denominator >> twos, 0u32);
    while rest % 5 == 0 {
        rest /= 5;
        fives += 1;
    }
    if rest != 1 {
        return Number::fraction(numerator, denominator);
    }
    let scale = twos.max(fives);
    if scale > SCALE_MAX {
        return Err(NumberFault::TooLarge);
    }
    let mantissa = times(numerator, times(2i128.pow(scale - twos), 5i128.pow(scale - fives))?)?;
    if mantissa.abs() > MANTISSA_MAX { Err(NumberFault::TooLarge) } else { Ok(Number::decimal(mantissa, scale)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        Number::parse(text).unwrap()
    }

    #[test]
    fn two_thirds_of_twenty_one_is_fourteen() {
        let two_thirds = number("2").divided_by(number("3")).unwrap();
        assert_eq!(number("21").times(two_thirds).unwrap(), number("14"));
        assert_eq!(two_thirds.to_string(), "2/3");
    }

    #[test]
    fn three_thirds_are_one() {
        let third = number("1").divided_by(number("3")).unwrap();
        assert_eq!(third.plus(third).unwrap().plus(third).unwrap().to_string(), "1");
    }

    #[test]
    fn separators_and_exponents_are_refused() {
        for text in ["1_200", "1e3", "", ".", "1.", ".5", "+1", "1,200", " 1", "٣"] {
            assert!(Number::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn what_does_not_fit_is_a_fault() {
        let large = number("79228162514264337593543950335");
        assert_eq!(large.times(large), Err(NumberFault::TooLarge));
        assert_eq!(large.divided_by(Number::ZERO), Err(NumberFault::DivisionByZero));
    }
}
