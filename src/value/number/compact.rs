//! How a number is kept: in few bytes, and taken apart for what one machine word cannot do.

use std::cmp::Ordering;
use std::fmt;

use super::{MANTISSA_MAX, NumberFault};

/// An exact number. Arithmetic either gives the exact result or a [`NumberFault`], never a near miss.
///
/// Nearly all numbers are decimals of one machine word, and every step of a computation holds one. It is four machine words long, although
/// 28 bytes would do: those are copied as sixteen and sixteen that overlap, and who copies the copy waits until both are written.
#[derive(Clone, Copy)]
pub struct Number {
    /// A small decimal's mantissa; else 96 bits of mantissa or numerator, then 96 of the denominator.
    words: [u64; 3],
    /// The scale of a decimal, and the marks below.
    tag: u64,
}

/// The mantissa has more than one machine word.
const WIDE: u64 = 1 << 8;
const FRACTION: u64 = 1 << 9;
/// Of a wide decimal or a fraction: below zero.
const NEGATIVE: u64 = 1 << 10;
const SCALE: u64 = WIDE - 1;

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
        Number { words: [mantissa as u64, 0, 0], tag: scale as u64 }
    }

    /// A decimal within [`MANTISSA_MAX`] and [`SCALE_MAX`].
    pub(super) fn decimal(mantissa: i128, scale: u32) -> Number {
        if let Ok(small) = i64::try_from(mantissa) {
            return Number::small(small, scale);
        }
        Number { words: of_parts(mantissa.unsigned_abs(), 0), tag: WIDE | sign_mark(mantissa) | u64::from(scale) }
    }

    /// A fraction in lowest terms, where both parts fit.
    pub(super) fn fraction(numerator: i128, denominator: i128) -> Result<Number, NumberFault> {
        if numerator.abs() > MANTISSA_MAX || denominator > MANTISSA_MAX {
            return Err(NumberFault::TooLarge);
        }
        Ok(Number { words: of_parts(numerator.unsigned_abs(), denominator.unsigned_abs()), tag: FRACTION | sign_mark(numerator) })
    }

    /// Mantissa and scale of a decimal of one machine word.
    #[inline]
    pub(super) fn as_small(&self) -> Option<(i64, u32)> {
        if self.tag & (WIDE | FRACTION) == 0 { Some((self.words[0] as i64, self.tag as u32)) } else { None }
    }

    #[inline]
    pub(super) fn form(&self) -> Form {
        if let Some((mantissa, scale)) = self.as_small() {
            return Form::Decimal { mantissa: i128::from(mantissa), scale };
        }
        let [low, both, high] = self.words;
        let size = i128::from(low) | i128::from(both & LOW_HALF) << 64;
        let signed = if self.tag & NEGATIVE == 0 { size } else { -size };
        match self.tag & FRACTION {
            0 => Form::Decimal { mantissa: signed, scale: (self.tag & SCALE) as u32 },
            _ => Form::Fraction { numerator: signed, denominator: i128::from(both >> 32) | i128::from(high) << 32 },
        }
    }

    /// Of a wide decimal or a fraction, neither of which is zero.
    pub(super) fn sign_of_large(&self) -> Ordering {
        if self.tag & NEGATIVE == 0 { Ordering::Greater } else { Ordering::Less }
    }

    /// As it is kept: the same for no two numbers that are written differently.
    #[inline]
    pub fn bits(self) -> [u64; 4] {
        let [a, b, c] = self.words;
        [a, b, c, self.tag]
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

fn sign_mark(number: i128) -> u64 {
    if number < 0 { NEGATIVE } else { 0 }
}

const LOW_HALF: u64 = u32::MAX as u64;

/// The low 96 bits of both.
fn of_parts(first: u128, second: u128) -> [u64; 3] {
    [first as u64, (first >> 64) as u64 & LOW_HALF | (second as u64) << 32, (second >> 32) as u64]
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
        assert_eq!(size_of::<Number>(), 32);
        assert_eq!(size_of::<crate::value::Value>(), 40);
    }
}
