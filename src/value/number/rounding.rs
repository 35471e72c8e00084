//! Rounding of exact numbers, as the policy names it: the only file that rounds.

use std::cmp::Ordering;

use super::small::of_both;
use super::{MANTISSA_MAX, Number, NumberFault, from_parts, times};

/// How to round: to a multiple of `unit`, in the way that `mode` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rounding {
    pub mode: RoundingMode,
    /// The unit in dollars (or in ones): 0.01 is the cent.
    pub unit: Number,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoundingMode {
    /// Halves away from zero: 2.345 gives 2.35, and -2.345 gives -2.35.
    HalfUp,
    /// Halves towards zero.
    HalfDown,
    /// Halves to the even neighbour (banker's rounding).
    HalfEven,
    /// Away from zero.
    Up,
    /// Towards zero (truncation).
    Down,
}

impl Number {
    /// Whether it has no more digits than the unit, a power of ten, so that no rounding changes it. False says nothing.
    #[inline]
    pub fn has_digits_of(&self, unit: &Number) -> bool {
        of_both(self, unit, |own, unit| Some(own.has_digits_of(unit))).unwrap_or(false)
    }

    /// The multiple of `rounding.unit` that `rounding.mode` picks.
    pub fn rounded(self, rounding: Rounding) -> Result<Number, NumberFault> {
        if let Some(rounded) = self.rounded_to_digits(rounding) {
            return Ok(rounded);
        }
        let (a, p) = self.parts();
        let (unit, unit_parts) = rounding.unit.parts();
        if unit <= 0 {
            return Err(NumberFault::DivisionByZero);
        }
        let multiple = divided_whole(times(a, unit_parts)?, times(p, unit)?, rounding.mode);
        if multiple.abs() > MANTISSA_MAX {
            return from_parts(times(multiple, unit)?, unit_parts); // it may fit again in the unit
        }
        Number::decimal(multiple, 0).times(rounding.unit)
    }

    /// The common case in machine words: a decimal of up to 18 digits, rounded to the cent, the dollar or another power of ten.
    fn rounded_to_digits(self, rounding: Rounding) -> Option<Number> {
        let (Some((small, scale)), Some((1, digits))) = (self.as_small(), rounding.unit.as_small()) else {
            return None;
        };
        if scale <= digits {
            return Some(self); // it is one already
        }
        let power = 10i64.checked_pow(scale - digits)?;
        let (quotient, remainder) = (small / power, (small % power).abs());
        let away = if small < 0 { -1 } else { 1 };
        let left = (i128::from(remainder), i128::from(power));
        let multiple = if goes_up(i128::from(quotient), left, rounding.mode) { quotient + away } else { quotient };
        Some(Number::small(multiple, digits))
    }
}

/// numerator / denominator (positive) as a whole number.
fn divided_whole(numerator: i128, denominator: i128, mode: RoundingMode) -> i128 {
    let (quotient, remainder) = (numerator / denominator, (numerator % denominator).abs());
    let away = if numerator < 0 { -1 } else { 1 };
    if goes_up(quotient, (remainder, denominator), mode) { quotient + away } else { quotient }
}

/// Whether what is left of a division moves the quotient away from zero.
fn goes_up(quotient: i128, (remainder, denominator): (i128, i128), mode: RoundingMode) -> bool {
    let half = remainder.cmp(&(denominator - remainder));
    match mode {
        RoundingMode::Down => false,
        RoundingMode::Up => remainder != 0,
        RoundingMode::HalfUp => half != Ordering::Less,
        RoundingMode::HalfDown => half == Ordering::Greater,
        RoundingMode::HalfEven => half == Ordering::Greater || (half == Ordering::Equal && quotient % 2 != 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        Number::parse(text).unwrap()
    }

    #[test]
    fn halves_round_as_named() {
        let to_cent = |text: &str, mode| number(text).rounded(Rounding { mode, unit: Number::CENT }).unwrap().to_string();
        assert_eq!(to_cent("2.345", RoundingMode::HalfUp), "2.35");
        assert_eq!(to_cent("-2.345", RoundingMode::HalfUp), "-2.35");
        assert_eq!(to_cent("2.345", RoundingMode::HalfEven), "2.34");
        assert_eq!(to_cent("2.345", RoundingMode::HalfDown), "2.34");
        assert_eq!(to_cent("2.341", RoundingMode::Up), "2.35");
        assert_eq!(to_cent("-2.349", RoundingMode::Down), "-2.34");
    }
}
