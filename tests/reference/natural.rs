//! Natural numbers of any size, just enough to multiply out and compare fractions.

use std::cmp::Ordering;

/// Digits to the base of 2^32, the smallest first, without zeros at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Natural(Vec<u32>);

impl Natural {
    pub fn from_digits(text: &str) -> Natural {
        text.bytes().fold(Natural(Vec::new()), |number, digit| number.times_small(10, u32::from(digit - b'0')))
    }

    fn times_small(mut self, factor: u64, add: u32) -> Natural {
        let mut carry = u64::from(add);
        for digit in &mut self.0 {
            let product = u64::from(*digit) * factor + carry;
            *digit = product as u32;
            carry = product >> 32;
        }
        if carry > 0 {
            self.0.push(carry as u32);
        }
        self
    }

    pub fn times(&self, other: &Natural) -> Natural {
        let mut digits = vec![0u32; self.0.len() + other.0.len()];
        for (i, left) in self.0.iter().enumerate() {
            let mut carry = 0u64;
            for (j, right) in other.0.iter().enumerate() {
                let sum = u64::from(digits[i + j]) + u64::from(*left) * u64::from(*right) + carry;
                digits[i + j] = sum as u32;
                carry = sum >> 32;
            }
            digits[i + other.0.len()] = carry as u32;
        }
        Natural(digits).trimmed()
    }

    pub fn plus(&self, other: &Natural) -> Natural {
        let mut carry = 0u64;
        let mut digits = Vec::new();
        for place in 0..self.0.len().max(other.0.len()) + 1 {
            let digit = |number: &Natural| u64::from(number.0.get(place).copied().unwrap_or(0));
            let sum = digit(self) + digit(other) + carry;
            digits.push(sum as u32);
            carry = sum >> 32;
        }
        Natural(digits).trimmed()
    }

    /// The difference, which must not be negative.
    pub fn minus(&self, other: &Natural) -> Natural {
        let mut borrowed = 0i64;
        let mut digits = Vec::new();
        for place in 0..self.0.len() {
            let digit = i64::from(self.0[place]) - i64::from(other.0.get(place).copied().unwrap_or(0)) - borrowed;
            borrowed = i64::from(digit < 0);
            digits.push((digit + (borrowed << 32)) as u32);
        }
        assert_eq!(borrowed, 0, "a natural number below zero");
        Natural(digits).trimmed()
    }

    fn trimmed(mut self) -> Natural {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
        self
    }

    pub fn is_zero(&self) -> bool {
        self.0.is_empty()
    }
}

impl PartialOrd for Natural {
    fn partial_cmp(&self, other: &Natural) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Natural {
    fn cmp(&self, other: &Natural) -> Ordering {
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }
}

/// A fraction of any size, with a sign; not in lowest terms.
#[derive(Clone, Debug)]
pub struct Exact {
    pub negative: bool,
    pub top: Natural,
    pub bottom: Natural,
}

impl Exact {
    /// Reads `-12.50` and `2/3`.
    pub fn read(text: &str) -> Exact {
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (top, bottom) = match (digits.split_once('/'), digits.split_once('.')) {
            (Some((top, bottom)), _) => (top.to_string(), bottom.to_string()),
            (None, Some((whole, part))) => (format!("{whole}{part}"), format!("1{}", "0".repeat(part.len()))),
            (None, None) => (digits.to_string(), "1".to_string()),
        };
        Exact { negative, top: Natural::from_digits(&top).trimmed(), bottom: Natural::from_digits(&bottom) }
    }

    pub fn plus(&self, other: &Exact) -> Exact {
        let (left, right) = (self.top.times(&other.bottom), other.top.times(&self.bottom));
        let bottom = self.bottom.times(&other.bottom);
        let (negative, top) = if self.negative == other.negative {
            (self.negative, left.plus(&right))
        } else if left >= right {
            (self.negative, left.minus(&right))
        } else {
            (other.negative, right.minus(&left))
        };
        Exact { negative, top, bottom }
    }

    pub fn negated(&self) -> Exact {
        Exact { negative: !self.negative, ..self.clone() }
    }

    pub fn times(&self, other: &Exact) -> Exact {
        Exact { negative: self.negative != other.negative, top: self.top.times(&other.top), bottom: self.bottom.times(&other.bottom) }
    }

    pub fn divided_by(&self, other: &Exact) -> Exact {
        Exact { negative: self.negative != other.negative, top: self.top.times(&other.bottom), bottom: self.bottom.times(&other.top) }
    }

    pub fn compared_to(&self, other: &Exact) -> Ordering {
        let difference = self.plus(&other.negated());
        match (difference.top.is_zero(), difference.negative) {
            (true, _) => Ordering::Equal,
            (false, true) => Ordering::Less,
            (false, false) => Ordering::Greater,
        }
    }
}
