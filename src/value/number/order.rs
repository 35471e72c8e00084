//! Which of two numbers is larger.

use std::cmp::Ordering;

use super::small::of_both;
use super::{Number, Small};

impl Ord for Number {
    #[inline]
    fn cmp(&self, other: &Number) -> Ordering {
        if let (Some((own, places)), Some((others, other_places))) = (self.as_small(), other.as_small())
            && places == other_places
        {
            return own.cmp(&others);
        }
        compared(*self, *other)
    }
}

/// Numbers of any two forms; apart, so that the common case is a few instructions where it stands.
#[inline(never)]
fn compared(left: Number, right: Number) -> Ordering {
    if let Some(order) = of_both(&left, &right, Small::compared) {
        return order;
    }
    let ((a, p), (b, q)) = (left.parts(), right.parts());
    if p == q {
        return a.cmp(&b);
    }
    match (a.checked_mul(q), b.checked_mul(p)) {
        (Some(left), Some(right)) => left.cmp(&right),
        _ => compare_fractions((a, p), (b, q)),
    }
}

/// Compares by whole parts first, then by the reciprocals of what is left: no product is formed.
fn compare_fractions((a, p): (i128, i128), (b, q): (i128, i128)) -> Ordering {
    let (left, right) = (a.div_euclid(p), b.div_euclid(q));
    let (a, b) = (a.rem_euclid(p), b.rem_euclid(q));
    match left.cmp(&right) {
        Ordering::Equal if a == 0 || b == 0 => a.cmp(&b),
        Ordering::Equal => compare_fractions((q, b), (p, a)),
        different => different,
    }
}

impl PartialOrd for Number {
    #[inline]
    fn partial_cmp(&self, other: &Number) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Number {
    #[inline]
    fn eq(&self, other: &Number) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}
