//! Cells as programs write them, read straight to their values; none says nothing about the cell.

use super::key;
use crate::facts::hashing;
use crate::facts::read::{Head, Spot, Start};
use crate::value::Number;
use crate::value::number::POWERS;

/// So many digits fit every number of a column with room to spare.
const DIGITS_MOST: usize = 15;

/// A decimal without a sign and without zeros at its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Decimal {
    pub mantissa: i64,
    /// Digits behind the point.
    pub scale: u32,
    /// One or none: a column counts them.
    pub points: u32,
}

/// A whole number of digits alone.
#[inline(always)]
pub fn whole(start: Start) -> Option<i64> {
    let Start { length, words: [first, _] } = start;
    if (1..=8).contains(&length) { eight(first, length as u32).map(number) } else { long(start, digits) }
}

/// A decimal as most are written.
#[inline(always)]
pub fn decimal(start: Start) -> Option<Decimal> {
    let Start { length, words: [first, _] } = start;
    if !(1..=8).contains(&length) {
        return long(start, long_decimal);
    }
    let first = first & u64::MAX >> (64u32.wrapping_sub(length as u32 * 8) & 63);
    let points = first ^ (u64::from(b'.') * ONES);
    let points = points.wrapping_sub(ONES) & !points & HIGH;
    let length = length as u32;
    if points == 0 {
        return eight(first, length).map(|digits| Decimal { mantissa: number(digits), scale: 0, points: 0 });
    }
    // the bits in front of the point; what stands behind it closes up
    let before = points.trailing_zeros() & !7;
    let scale = length.wrapping_sub(1).wrapping_sub(before / 8);
    if before == 0 || scale == 0 {
        return None;
    }
    let in_front = (1u64 << before).wrapping_sub(1);
    let digits = eight(first & in_front | first >> 8 & !in_front, length - 1)?;
    let zeros = (digits.leading_zeros() / 8).min(scale);
    Some(Decimal { mantissa: number(digits << (zeros * 8)), scale: scale - zeros, points: 1 })
}

/// The most that a column's decimals may be, in whole numbers of each unit: by how many digits stand behind the point.
pub struct Most([i64; DIGITS_MOST + 1]);

impl Most {
    pub fn of(most: Number) -> Most {
        let whole = |scale: usize| {
            let (mantissa, own) = most.to_scaled()?;
            match scale.checked_sub(own as usize) {
                Some(zeros) => mantissa.checked_mul(*POWERS.get(zeros)?),
                None => Some(mantissa.div_euclid(*POWERS.get(own as usize - scale)?)),
            }
        };
        // a number of which nothing is said here is looked at from all sides
        Most(std::array::from_fn(|scale| whole(scale).unwrap_or(-1)))
    }

    #[inline(always)]
    pub fn allows(&self, decimal: &Decimal) -> bool {
        self.0.get(decimal.scale as usize).is_some_and(|most| decimal.mantissa <= *most)
    }
}

/// Reads what is not longer than any number that fits byte by byte.
#[cold]
#[inline(never)]
fn long<T>(start: Start, read: impl Fn(&[u8]) -> Option<T>) -> Option<T> {
    let bytes = start.words.map(u64::to_le_bytes);
    read(bytes.as_flattened().get(..start.length as usize)?)
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The digits of the first one to eight bytes, each in a byte of its own, the last one highest; none where other signs are among them.
#[inline(always)]
pub fn eight(word: u64, length: u32) -> Option<u64> {
    let shift = 64u32.wrapping_sub(length.wrapping_mul(8));
    let digits = word << (shift & 63) ^ (u64::from(b'0') * ONES) << (shift & 63);
    ((digits | digits.wrapping_add(0x76 * ONES)) & HIGH == 0).then_some(digits)
}

/// The number that eight digits are.
#[inline(always)]
pub fn number(digits: u64) -> i64 {
    // pairs of digits, then fours of them, then all: each step in one multiplication, which puts so many times each digit beside the one behind it
    let pairs = digits.wrapping_mul(10 << 8 | 1) >> 8 & 0x00ff_00ff_00ff_00ff;
    let fours = pairs.wrapping_mul(100 << 16 | 1) >> 16 & 0x0000_ffff_0000_ffff;
    (fours.wrapping_mul(10_000 << 32 | 1) >> 32) as i64
}

fn digits(bytes: &[u8]) -> Option<i64> {
    if bytes.is_empty() || bytes.len() > DIGITS_MOST {
        return None;
    }
    let mut number = 0i64;
    for byte in bytes {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number.wrapping_mul(10).wrapping_add(i64::from(digit)); // so few digits fit
    }
    Some(number)
}

fn long_decimal(text: &[u8]) -> Option<Decimal> {
    let Some(point) = text.iter().position(|byte| *byte == b'.') else {
        return Some(Decimal { mantissa: digits(text)?, scale: 0, points: 0 });
    };
    if text.len() > DIGITS_MOST {
        return None;
    }
    let (whole, part) = (digits(text.get(..point)?)?, text.get(point + 1..)?);
    let mut scale = part.len() as u32;
    let mut mantissa = whole * 10i64.pow(scale) + digits(part)?;
    while scale > 0 && mantissa % 10 == 0 {
        (mantissa, scale) = (mantissa / 10, scale - 1);
    }
    Some(Decimal { mantissa, scale, points: 1 })
}

/// As what a text stands for itself, so that nothing has to be done to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Own {
    Nothing,
    /// In a column of texts: it is no error of a spreadsheet.
    Text,
    /// As an ID too: no spreadsheet has made a number of it.
    Id,
}

#[inline]
pub fn own(cell: Spot<'_>) -> Own {
    let bytes = cell.bytes();
    let is_plain = match cell.head() {
        Head { length, words } if length <= hashing::WORDS as u64 => key::is_plain_short(bytes, hashing::filled(words, length, b'a')),
        _ => key::is_plain(cell.text()),
    };
    match bytes {
        [b'#', ..] | [b'E', b'r', b'r', b':', ..] => Own::Nothing,
        _ if !is_plain => Own::Nothing,
        [.., b'.', b'0'] => Own::Text,
        _ => Own::Id,
    }
}

/// Few words, told apart by their heads, each in its place or one behind it.
pub struct Words {
    places: Vec<(Head, u8)>,
    /// Shifts a hash so that it is a place.
    shift: u32,
}

/// No cell has it: the place is free.
const NO_WORD: Head = Head { length: u64::MAX, words: [0; 2] };
/// So many places for each word: hardly ever are two looked for in the same one.
const PLACES: usize = 16;

impl Words {
    pub fn of(words: &[String]) -> Words {
        let count = (words.len() * PLACES).next_power_of_two();
        let mut found = Words { places: vec![(NO_WORD, 0); count], shift: 64 - count.trailing_zeros() };
        for (number, word) in (0..=u8::MAX).zip(words).filter(|(_, word)| (1..=hashing::WORDS).contains(&word.len())) {
            let head = Spot::of(word, 0..word.len()).head();
            let mut at = found.place(&head);
            while found.places[at].0 != NO_WORD {
                at = (at + 1) % count;
            }
            found.places[at] = (head, number);
        }
        found
    }

    #[inline(always)]
    fn place(&self, head: &Head) -> usize {
        ((head.words[0] ^ head.words[1]).wrapping_mul(hashing::SALT) >> self.shift) as usize
    }

    /// The word's number; none also for words that are too long to be told apart so.
    #[inline(always)]
    pub fn find(&self, head: &Head) -> Option<u8> {
        let mut at = self.place(head);
        while let Some((word, number)) = self.places.get(at) {
            let differs = (head.words[0] ^ word.words[0]) | (head.words[1] ^ word.words[1]) | (head.length ^ word.length);
            if differs == 0 {
                return Some(*number);
            }
            if word.length == NO_WORD.length {
                break;
            }
            at = if at + 1 == self.places.len() { 0 } else { at + 1 };
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a reader makes of a text at the end of what is read, and with more behind it.
    fn at<T: PartialEq + std::fmt::Debug>(text: &str, read: impl Fn(Spot<'_>) -> T) -> T {
        let behind = format!("{text}7.5,and what stands behind it");
        let found = read(Spot::of(&behind, 0..text.len()));
        assert_eq!(read(Spot::of(text, 0..text.len())), found, "{text}");
        found
    }

    fn head(text: &str) -> Head {
        at(text, |cell| cell.head())
    }

    /// What a reader of cells makes of a text, whatever stands behind it.
    fn read<T: PartialEq + std::fmt::Debug>(text: &str, read: impl Fn(Start) -> Option<T>) -> Option<T> {
        at(text, |cell| read(cell.start()))
    }

    #[test]
    fn decimals_are_those_of_the_exact_reader() {
        let plain = ["0", "1", "007", "1.0", "0.50", "12.345", "100", "100.00", "999999999999999", "0.0000000000001", "0.0", "00000.00"];
        let lengths = (1..=14).flat_map(|length| (0..length).map(move |point| (length, point)));
        let longer = lengths.flat_map(|(length, point)| {
            let digits = "9081726354907".repeat(2);
            let zeros = format!("{}00000", &digits[..length.max(5) - 5]);
            [digits, zeros].map(|digits| format!("{}.{}", &digits[..point], digits.get(point..length).unwrap_or("0")))
        });
        for text in plain.into_iter().map(str::to_owned).chain(longer.filter(|text| !text.starts_with('.'))) {
            let Decimal { mantissa, scale, points } = read(&text, decimal).unwrap();
            assert_eq!(Number::from_scaled(mantissa, scale).to_scaled(), Number::parse(&text).unwrap().to_scaled(), "{text}");
            assert_eq!((mantissa, scale), Number::parse(&text).unwrap().to_scaled().unwrap(), "{text}");
            assert_eq!(points, u32::from(text.contains('.')), "{text}");
            assert_eq!(read(&text, whole), (points == 0).then_some(mantissa), "{text}");
        }
        for text in ["", ".", "1.", ".5", "-1", "1e3", "1,000", " 1", "1.2.3", "1000000000000000", "٣", "1/2", "1:2", "1.-5", "123456-8"] {
            assert_eq!((read(text, decimal), read(text, whole)), (None, None), "{text}");
        }
    }

    #[test]
    fn decimals_are_at_most_what_they_may_be() {
        let decimals = ["0", "1", "0.3", "0.35", "0.350000000000", "0.36", "1.0000000000001", "1.5", "1.51", "2", "2.1"];
        let shares = ["1", "2", "0.35", "1.5", "0", "1.000000001"];
        for (most, decimal) in shares.into_iter().flat_map(|most| decimals.map(|decimal| (most, decimal))) {
            let most = Number::parse(most).unwrap();
            let allows = Most::of(most).allows(&read(decimal, super::decimal).unwrap());
            assert_eq!(allows, Number::parse(decimal).unwrap() <= most, "{decimal} {most:?}");
        }
        // nothing is said of what has no place here
        let none = ["0.0000000000000000001", "79228162514264337593543950335"].map(|most| Most::of(Number::parse(most).unwrap()));
        assert!(none.iter().all(|most| !most.allows(&Decimal::default())));
    }

    #[test]
    fn every_byte_of_a_number_counts() {
        for (length, byte) in (1..=8).flat_map(|length| (0..128u8).map(move |byte| (length, byte))) {
            for place in 0..length {
                let mut bytes = b"12345678"[..length].to_vec();
                bytes[place] = byte;
                let text = String::from_utf8(bytes).unwrap();
                assert_eq!(read(&text, whole), digits(text.as_bytes()), "{text:?}");
                assert_eq!(read(&text, decimal), long_decimal(text.as_bytes()), "{text:?}");
            }
        }
    }

    #[test]
    fn texts_of_every_length_stand_for_themselves() {
        for (length, byte) in (1..=20).flat_map(|length| (0..128u8).map(move |byte| (length, byte))) {
            for place in 0..length {
                let mut bytes = "E0105417-a".repeat(2).into_bytes()[..length].to_vec();
                bytes[place] = byte;
                let text = String::from_utf8(bytes).unwrap();
                let is_text = key::is_plain(&text) && !text.starts_with('#');
                let expected = if !is_text {
                    Own::Nothing
                } else if text.ends_with(".0") {
                    Own::Text
                } else {
                    Own::Id
                };
                assert_eq!(at(&text, own), expected, "{text:?}");
            }
        }
        for (text, expected) in [("", Own::Nothing), ("Err:502", Own::Nothing), ("Err", Own::Id), ("ä", Own::Nothing), ("12.0", Own::Text)]
        {
            assert_eq!(at(text, own), expected, "{text}");
        }
    }

    #[test]
    fn words_are_found_by_all_their_bytes() {
        let words = ["approved", "approve", "", "a word of more than sixteen bytes"].map(str::to_owned);
        let found = Words::of(&words);
        for (word, number) in [("approved", Some(0)), ("approve", Some(1)), ("", None), ("approvee", None), (words[3].as_str(), None)] {
            assert_eq!(found.find(&head(word)), number, "{word}");
        }
    }
}
