//! Decimals whose mantissa is one machine word: what nearly all numbers are.

use std::cmp::Ordering;

use super::{Number, POWERS, SCALE_MAX};

/// It goes in two registers, where a [`Number`] goes by memory: whoever computes much asks for it first. Each operation is exact, or
/// says nothing: then the number itself has to do it (decision 0045).
#[derive(Clone, Copy, Debug)]
pub struct Small {
    mantissa: i64,
    /// At most [`SCALE_MAX`].
    scale: u32,
}

impl Small {
    pub const ZERO: Small = Small { mantissa: 0, scale: 0 };

    /// `mantissa` divided by ten to the power of `scale`; the scale is at most 28.
    #[inline]
    pub fn from_scaled(mantissa: i64, scale: u32) -> Small {
        Small { mantissa, scale: if scale > SCALE_MAX { SCALE_MAX } else { scale } }
    }

    #[inline(always)]
    pub fn plus(self, other: Small) -> Option<Small> {
        let (a, b, scale) = alike(self, other)?;
        Some(Small { mantissa: a.checked_add(b)?, scale })
    }

    #[inline(always)]
    pub fn minus(self, other: Small) -> Option<Small> {
        let (a, b, scale) = alike(self, other)?;
        Some(Small { mantissa: a.checked_sub(b)?, scale })
    }

    #[inline]
    pub fn times(self, other: Small) -> Option<Small> {
        let scale = self.scale + other.scale;
        if scale > SCALE_MAX { None } else { Some(Small { mantissa: self.mantissa.checked_mul(other.mantissa)?, scale }) }
    }

    /// The quotient, where it has no more than a few digits behind its point.
    pub fn divided_by(self, other: Small) -> Option<Small> {
        let (mut a, b, _) = alike(self, other)?;
        for scale in 0..=QUOTIENT_DIGITS {
            if a.checked_rem(b)? == 0 {
                return Some(Small { mantissa: a.checked_div(b)?, scale });
            }
            a = a.checked_mul(10)?;
        }
        None
    }

    /// Whether the other is written with the same digits.
    #[inline]
    pub fn is(self, other: Small) -> bool {
        (self.mantissa, self.scale) == (other.mantissa, other.scale)
    }

    #[inline]
    pub fn compared(self, other: Small) -> Option<Ordering> {
        alike(self, other).map(|(a, b, _)| a.cmp(&b))
    }

    /// Itself, or zero where it is below zero.
    #[inline]
    pub fn or_zero(self) -> Small {
        if self.mantissa > 0 { self } else { Small::ZERO }
    }

    /// Whether it has no more digits than the unit, a power of ten, so that no rounding changes it. False says nothing.
    #[inline]
    pub fn has_digits_of(self, unit: Small) -> bool {
        unit.mantissa == 1 && self.scale <= unit.scale
    }
}

/// As many as a division of amounts by shares nearly always has.
const QUOTIENT_DIGITS: u32 = 4;

/// Both mantissas under the larger scale, where they fit.
#[inline(always)]
fn alike(one: Small, other: Small) -> Option<(i64, i64, u32)> {
    let raised = |mantissa: i64, places: u32| mantissa.checked_mul(*POWERS.get(places as usize)?);
    if one.scale == other.scale {
        Some((one.mantissa, other.mantissa, one.scale))
    } else if one.scale < other.scale {
        Some((raised(one.mantissa, other.scale - one.scale)?, other.mantissa, other.scale))
    } else {
        Some((one.mantissa, raised(other.mantissa, one.scale - other.scale)?, one.scale))
    }
}

impl From<Small> for Number {
    #[inline]
    fn from(small: Small) -> Number {
        Number::small(small.mantissa, small.scale)
    }
}

impl Number {
    #[inline]
    pub fn to_small(&self) -> Option<Small> {
        self.as_small().map(|(mantissa, scale)| Small { mantissa, scale })
    }
}

/// What an operation on small numbers says of two, where both are small.
#[inline(always)]
pub(super) fn of_both<T>(one: &Number, other: &Number, operation: impl Fn(Small, Small) -> Option<T>) -> Option<T> {
    match (one.to_small(), other.to_small()) {
        (Some(one), Some(other)) => operation(one, other),
        _ => None,
    }
}
