//! How a number is kept: in few bytes, and taken apart for what one machine word cannot do.

use std::cmp::Ordering;
use std::fmt;

use super::{MANTISSA_MAX, NumberFault};

/// An exact number. Arithmetic either gives the exact result or a [`NumberFault`], never a near miss.
///
/// Kept in 28 bytes: nearly all numbers are decimals of one machine word, and every step of a computation holds one.
#[derive(Clone, Copy)]
pub struct Number {
    /// A small decimal's mantissa as two words; else 96 bits of mantissa or numerator, then 96 of the denominator.
    words: [u32; 6],
    /// The scale of a decimal, and the marks below.
    tag: u32,
}

/// The mantissa has more than one machine word.
const WIDE: u32 = 1 << 8;
const FRACTION: u32 = 1 << 9;
/// Of a wide decimal or a fraction: below zero.
const NEGATIVE: u32 = 1 << 10;
const SCALE: u32 = WIDE - 1;

/// The number as it is computed with.
///
/// INVARIANT (decimal where possible): a `Fraction` is in lowest terms, has a denominator above one,
/// and that denominator has a prime factor besides 2 and 5.
#[derive(Clone, Copy, Debug)]
pub(super) enum Form {
    Decimal { mantissa: i128, scale: u32 },
    Fraction { numerator: i128, denominator: i128 },
}

impl Number {
    #[inline]
    pub(super) const fn small(mantissa: i64, scale: u32) -> Number {
        let bits = mantissa as u64;
        Number { words: [bits as u32, (bits >> 32) as u32, 0, 0, 0, 0], tag: scale }
    }

    /// A decimal within [`MANTISSA_MAX`] and [`SCALE_MAX`].
    pub(super) fn decimal(mantissa: i128, scale: u32) -> Number {
        if let Ok(small) = i64::try_from(mantissa) {
            return Number::small(small, scale);
        }
        let [a, b, c] = low_words(mantissa.unsigned_abs());
        Number { words: [a, b, c, 0, 0, 0], tag: WIDE | sign_mark(mantissa) | scale }
    }

    /// A fraction in lowest terms, where both parts fit.
    pub(super) fn fraction(numerator: i128, denominator: i128) -> Result<Number, NumberFault> {
        if numerator.abs() > MANTISSA_MAX || denominator > MANTISSA_MAX {
            return Err(NumberFault::TooLarge);
        }
        let ([a, b, c], [p, q, r]) = (low_words(numerator.unsigned_abs()), low_words(denominator.unsigned_abs()));
        Ok(Number { words: [a, b, c, p, q, r], tag: FRACTION | sign_mark(numerator) })
    }

    /// Mantissa and scale of a decimal of one machine word.
    #[inline]
    pub(super) fn as_small(&self) -> Option<(i64, u32)> {
        let mantissa = (u64::from(self.words[0]) | u64::from(self.words[1]) << 32) as i64;
        if self.tag & (WIDE | FRACTION) == 0 { Some((mantissa, self.tag)) } else { None }
    }

    #[inline]
    pub(super) fn form(&self) -> Form {
        if let Some((mantissa, scale)) = self.as_small() {
            return Form::Decimal { mantissa: i128::from(mantissa), scale };
        }
        let [a, b, c, p, q, r] = self.words;
        let size = of_words([a, b, c]);
        let signed = if self.tag & NEGATIVE == 0 { size } else { -size };
        match self.tag & FRACTION {
            0 => Form::Decimal { mantissa: signed, scale: self.tag & SCALE },
            _ => Form::Fraction { numerator: signed, denominator: of_words([p, q, r]) },
        }
    }

    /// Of a wide decimal or a fraction, neither of which is zero.
    pub(super) fn sign_of_large(&self) -> Ordering {
        if self.tag & NEGATIVE == 0 { Ordering::Greater } else { Ordering::Less }
    }

    /// As it is kept: the same for no two numbers that are written differently.
    pub fn bits(self) -> [u32; 7] {
        let [a, b, c, d, e, f] = self.words;
        [a, b, c, d, e, f, self.tag]
    }

    /// Of a wide decimal or a fraction.
    pub(super) fn with_other_sign(self) -> Number {
        Number { tag: self.tag ^ NEGATIVE, ..self }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Number({self})")
    }
}

fn sign_mark(number: i128) -> u32 {
    if number < 0 { NEGATIVE } else { 0 }
}

/// The low 96 bits.
fn low_words(size: u128) -> [u32; 3] {
    [size as u32, (size >> 32) as u32, (size >> 64) as u32]
}

fn of_words([a, b, c]: [u32; 3]) -> i128 {
    i128::from(a) | i128::from(b) << 32 | i128::from(c) << 64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_comes_back_as_it_was() {
        for mantissa in [0, 1, -1, i128::from(i64::MAX), i128::from(i64::MIN), i128::from(i64::MAX) + 1, -MANTISSA_MAX, MANTISSA_MAX] {
            let Form::Decimal { mantissa: same, scale: 7 } = Number::decimal(mantissa, 7).form() else { panic!("{mantissa}") };
            assert_eq!(same, mantissa);
        }
        for numerator in [1, -1, MANTISSA_MAX, -MANTISSA_MAX] {
            let number = Number::fraction(numerator, MANTISSA_MAX - 1).unwrap();
            let Form::Fraction { numerator: same, denominator } = number.form() else { panic!("{numerator}") };
            assert_eq!((same, denominator), (numerator, MANTISSA_MAX - 1));
        }
        assert!(Number::fraction(MANTISSA_MAX + 1, 3).is_err());
    }

    #[test]
    fn steps_stay_small() {
        assert_eq!(size_of::<Number>(), 28);
        assert_eq!(size_of::<crate::value::Value>(), 32);
    }
}
