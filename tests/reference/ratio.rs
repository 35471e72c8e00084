//! Exact fractions of 128-bit integers: small amounts only; anything larger stops the test.

use std::cmp::Ordering;

/// In lowest terms, with a positive denominator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ratio {
    pub top: i128,
    pub bottom: i128,
}

/// The ways to round, named as the language names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    HalfUp,
    HalfDown,
    HalfEven,
    Up,
    Down,
}

pub const ZERO: Ratio = Ratio { top: 0, bottom: 1 };
pub const ONE: Ratio = Ratio { top: 1, bottom: 1 };

impl Ratio {
    pub fn new(top: i128, bottom: i128) -> Ratio {
        assert!(bottom != 0, "the reference divides by zero");
        let (mut a, mut b) = (top.abs(), bottom.abs());
        while b != 0 {
            (a, b) = (b, a % b);
        }
        let shared = a.max(1) * bottom.signum();
        Ratio { top: top / shared, bottom: bottom / shared }
    }

    pub fn whole(number: i128) -> Ratio {
        Ratio { top: number, bottom: 1 }
    }

    /// Reads what the tree prints: `-12.50`, `2/3`.
    pub fn read(text: &str) -> Ratio {
        let digits = |text: &str| text.parse::<i128>().expect("digits");
        if let Some((top, bottom)) = text.split_once('/') {
            return Ratio::new(digits(top), digits(bottom));
        }
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        Ratio::new(digits(&format!("{whole}{part}")), 10i128.pow(part.len() as u32))
    }

    pub fn plus(self, other: Ratio) -> Ratio {
        Ratio::new(self.top * other.bottom + other.top * self.bottom, self.bottom * other.bottom)
    }

    pub fn minus(self, other: Ratio) -> Ratio {
        self.plus(other.negative())
    }

    pub fn times(self, other: Ratio) -> Ratio {
        Ratio::new(self.top * other.top, self.bottom * other.bottom)
    }

    /// The other must not be zero.
    pub fn over(self, other: Ratio) -> Ratio {
        Ratio::new(self.top * other.bottom, self.bottom * other.top)
    }

    pub fn negative(self) -> Ratio {
        Ratio { top: -self.top, bottom: self.bottom }
    }

    pub fn is_positive(self) -> bool {
        self.top > 0
    }

    pub fn is_zero(self) -> bool {
        self.top == 0
    }

    /// The multiple of `unit` that the mode picks.
    pub fn rounded(self, mode: Mode, unit: Ratio) -> Ratio {
        let units = self.over(unit);
        let size = Ratio::new(units.top.abs(), units.bottom);
        let below = Ratio::whole(size.top / size.bottom);
        let rest = size.minus(below);
        let half = rest.cmp(&Ratio::new(1, 2));
        let one_more = match mode {
            Mode::Down => false,
            Mode::Up => !rest.is_zero(),
            Mode::HalfUp => half != Ordering::Less,
            Mode::HalfDown => half == Ordering::Greater,
            Mode::HalfEven => half == Ordering::Greater || (half == Ordering::Equal && below.top % 2 == 1),
        };
        let size = if one_more { below.plus(ONE) } else { below };
        let signed = if units.top < 0 { size.negative() } else { size };
        signed.times(unit)
    }
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Ratio) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ratio {
    fn cmp(&self, other: &Ratio) -> Ordering {
        (self.top * other.bottom).cmp(&(other.top * self.bottom))
    }
}

/// Digits without zeros at the end; a fraction as `2/3`.
impl std::fmt::Display for Ratio {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for places in 0..=12u32 {
            let power = 10i128.pow(places);
            if power % self.bottom == 0 {
                let scaled = self.top * (power / self.bottom);
                let sign = if scaled < 0 { "-" } else { "" };
                let (whole, part) = (scaled.abs() / power, scaled.abs() % power);
                let width = places as usize;
                return if places == 0 { write!(f, "{sign}{whole}") } else { write!(f, "{sign}{whole}.{part:0width$}") };
            }
        }
        write!(f, "{}/{}", self.top, self.bottom)
    }
}
