//! Number arithmetic and rounding against integers and fractions of any size.

#[allow(dead_code)]
#[path = "reference/natural.rs"]
mod natural;
#[allow(dead_code)]
#[path = "reference/random.rs"]
mod random;

use std::cmp::Ordering;

use natural::Exact;
use random::Random;
use stipend::value::{Number, NumberFault, Rounding, RoundingMode};

const MODES: [RoundingMode; 5] =
    [RoundingMode::HalfUp, RoundingMode::HalfDown, RoundingMode::HalfEven, RoundingMode::Up, RoundingMode::Down];

/// The multiple of `unit` that the mode picks for top / bottom, by looking at the neighbours one after the other.
fn naive_multiple(top: i128, bottom: i128, mode: RoundingMode) -> i128 {
    let mut below = 0;
    while below * bottom > top {
        below -= 1;
    }
    while (below + 1) * bottom <= top {
        below += 1;
    }
    let (to_below, to_above) = (top - below * bottom, (below + 1) * bottom - top);
    if to_below == 0 {
        return below;
    }
    let (towards_zero, away) = if top > 0 { (below, below + 1) } else { (below + 1, below) };
    let nearer = if to_below < to_above { below } else { below + 1 };
    let tie = to_below == to_above;
    match mode {
        RoundingMode::Down => towards_zero,
        RoundingMode::Up => away,
        _ if !tie => nearer,
        RoundingMode::HalfUp => away,
        RoundingMode::HalfDown => towards_zero,
        RoundingMode::HalfEven if below % 2 == 0 => below,
        RoundingMode::HalfEven => below + 1,
    }
}

fn ratio(top: i64, bottom: i64) -> Number {
    Number::from_integer(top).divided_by(Number::from_integer(bottom)).unwrap()
}

#[test]
fn every_mode_and_unit_over_every_tenth_of_a_cent() {
    for unit in [1, 5, 10, 25, 50, 100, 500, 1_000, 10_000] {
        let unit_number = Number::from_scaled(unit, 2);
        for mode in MODES {
            for thousandths in -2_050..=2_050 {
                let rounded = Number::from_scaled(thousandths, 3).rounded(Rounding { mode, unit: unit_number }).unwrap();
                let expected = naive_multiple(i128::from(thousandths), i128::from(unit) * 10, mode) * i128::from(unit);
                assert_eq!(rounded, Number::from_scaled(expected as i64, 2), "{thousandths}/1000 {mode:?} to {unit} cents");
            }
        }
    }
}

#[test]
fn every_mode_and_unit_over_fractions() {
    for bottom in [2, 3, 6, 7, 9, 12, 13, 192, 260, 2_087] {
        for unit in [1, 5, 100] {
            for mode in MODES {
                for top in -400..=400 {
                    let rounded = ratio(top, bottom).rounded(Rounding { mode, unit: Number::from_scaled(unit, 2) }).unwrap();
                    let multiple = naive_multiple(i128::from(top) * 100, i128::from(bottom) * i128::from(unit), mode);
                    assert_eq!(rounded, Number::from_scaled(multiple as i64 * unit, 2), "{top}/{bottom} {mode:?} to {unit} cents");
                }
            }
        }
    }
}

#[test]
fn rounding_twice_changes_nothing_and_moves_less_than_a_unit() {
    let mut random = Random::new(1);
    for _ in 0..20_000 {
        let number = ratio(random.between(-10_000_000, 10_000_000), random.between(1, 5_000));
        let rounding = Rounding { mode: *random.pick(&MODES), unit: Number::from_scaled(*random.pick(&[1, 5, 100, 250]), 2) };
        let rounded = number.rounded(rounding).unwrap();
        assert_eq!(rounded.rounded(rounding), Ok(rounded));
        let moved = rounded.minus(number).unwrap();
        let distance = if moved < Number::ZERO { moved.negated() } else { moved };
        assert!(distance < rounding.unit, "{number} became {rounded}");
    }
}

#[test]
fn a_unit_of_nothing_is_refused() {
    for unit in ["0", "-0.01"] {
        let rounding = Rounding { mode: RoundingMode::HalfUp, unit: Number::parse(unit).unwrap() };
        assert_eq!(Number::ONE.rounded(rounding), Err(NumberFault::DivisionByZero));
    }
}

#[test]
fn small_fractions_compute_as_fractions() {
    let numbers: Vec<(i64, i64)> = (-7..=7).flat_map(|top| [1, 2, 3, 5, 7, 8, 12, 100].map(|bottom| (top, bottom))).collect();
    for (a, p) in &numbers {
        for (b, q) in &numbers {
            let (left, right) = (ratio(*a, *p), ratio(*b, *q));
            assert_eq!(left.plus(right), Ok(ratio(a * q + b * p, p * q)));
            assert_eq!(left.minus(right), Ok(ratio(a * q - b * p, p * q)));
            assert_eq!(left.times(right), Ok(ratio(a * b, p * q)));
            assert_eq!(left.cmp(&right), (a * q).cmp(&(b * p)));
            match b {
                0 => assert_eq!(left.divided_by(right), Err(NumberFault::DivisionByZero)),
                b => assert_eq!(left.divided_by(right), Ok(ratio(a * q * b.signum(), p * b.abs()))),
            }
        }
    }
}

/// Of any size, near the limits too.
fn any_number(random: &mut Random) -> Number {
    let digits = 1 + random.below(29);
    let whole: String = (0..digits).map(|_| char::from(b'0' + random.below(10) as u8)).collect();
    let point = random.below(digits + 1).min(28);
    let sign = if random.percent(30) { "-" } else { "" };
    let text = if point == 0 || point >= digits {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{}.{}", &whole[..digits - point], &whole[digits - point..])
    };
    let number = Number::parse(&text).unwrap_or(Number::ONE);
    if random.percent(40) {
        let divisor = Number::from_integer(*random.pick(&[3, 7, 9, 27, 2_087, 999_999_937, i64::MAX]));
        number.divided_by(divisor).unwrap_or(number)
    } else {
        number
    }
}

#[test]
fn large_numbers_are_exact_or_a_fault() {
    let mut random = Random::new(2);
    let mut exact = 0;
    for _ in 0..100_000 {
        let (left, right) = (any_number(&mut random), any_number(&mut random));
        let (a, b) = (Exact::read(&left.to_string()), Exact::read(&right.to_string()));
        let mut results = vec![(left.plus(right), a.plus(&b)), (left.minus(right), a.plus(&b.negated())), (left.times(right), a.times(&b))];
        if !right.is_zero() {
            results.push((left.divided_by(right), a.divided_by(&b)));
        }
        for (found, expected) in results {
            match found {
                Ok(found) => {
                    assert_eq!(Exact::read(&found.to_string()).compared_to(&expected), Ordering::Equal, "{left} and {right} gave {found}");
                    exact += 1;
                }
                Err(fault) => assert_eq!(fault, NumberFault::TooLarge),
            }
        }
        assert_eq!(left.cmp(&right), a.compared_to(&b), "{left} compared to {right}");
        assert_eq!(left == right, a.compared_to(&b) == Ordering::Equal);
    }
    assert!(exact > 150_000, "only {exact} results were not a fault");
}

#[test]
fn text_and_number_are_each_other() {
    let mut random = Random::new(3);
    for _ in 0..20_000 {
        let number = any_number(&mut random);
        let text = number.to_string();
        if !text.contains('/') {
            let again = Number::parse(&text).unwrap();
            assert_eq!(again, number);
            assert_eq!(again.to_string(), text);
            assert_eq!(Number::from_decimal(number.to_decimal().unwrap()), number);
        }
    }
}

#[test]
fn whole_parts() {
    for (text, floor) in [("2.9", "2"), ("-2.1", "-3"), ("3", "3"), ("-3", "-3"), ("0.5", "0"), ("-0.5", "-1")] {
        assert_eq!(Number::parse(text).unwrap().floor(), Number::parse(floor).unwrap());
    }
    assert_eq!(ratio(7, 3).floor(), Number::from_integer(2));
    assert_eq!(ratio(-7, 3).floor(), Number::from_integer(-3));
    assert_eq!(Number::parse("200.00").unwrap().to_integer(), Some(200));
    assert_eq!(Number::parse("200.01").unwrap().to_integer(), None);
    assert_eq!(Number::parse("9223372036854775808").unwrap().to_integer(), None);
}

#[test]
fn money_stays_money_up_to_the_last_digit() {
    let largest = "79228162514264337593543950335";
    let number = Number::parse(largest).unwrap();
    assert_eq!(number.to_string(), largest);
    assert_eq!(number.plus(Number::ONE), Err(NumberFault::TooLarge));
    assert_eq!(number.plus(Number::ONE.negated()).unwrap().to_string(), "79228162514264337593543950334");
    assert_eq!(Number::parse("79228162514264337593543950336"), None);
    let smallest = Number::parse("0.0000000000000000000000000001").unwrap();
    assert_eq!(smallest.times(Number::parse("0.1").unwrap()), Err(NumberFault::TooLarge));
    assert_eq!(Number::parse("0.00000000000000000000000000001"), None);
}
