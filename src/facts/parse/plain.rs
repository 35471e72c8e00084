//! Cells as programs write them, read straight to their values; none says nothing about the cell.

use crate::facts::dictionary::{eight, four};

/// So many digits fit every number of a column with room to spare.
const DIGITS_MOST: usize = 15;

/// A whole number of digits alone.
#[inline]
pub fn digits(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    if bytes.is_empty() || bytes.len() > DIGITS_MOST {
        return None;
    }
    bytes.iter().try_fold(0, |number, byte| byte.is_ascii_digit().then(|| number * 10 + i64::from(byte - b'0')))
}

/// A decimal without a sign: its digits, and how many of them stand behind the point, without zeros at its end.
#[inline]
pub fn decimal(text: &str) -> Option<(i64, u32)> {
    let Some(point) = text.bytes().position(|byte| byte == b'.') else { return Some((digits(text)?, 0)) };
    if text.len() > DIGITS_MOST {
        return None;
    }
    let (whole, part) = (digits(text.get(..point)?)?, text.get(point + 1..)?);
    let mut scale = part.len() as u32;
    let mut mantissa = whole * 10i64.pow(scale) + digits(part)?;
    while scale > 0 && mantissa % 10 == 0 {
        (mantissa, scale) = (mantissa / 10, scale - 1);
    }
    Some((mantissa, scale))
}

/// A text that is its own value in a column of texts: it is no error of a spreadsheet.
#[inline]
pub fn is_own_value(text: &str) -> bool {
    super::key::is_plain(text) && !matches!(text.as_bytes(), [b'#', ..] | [b'E', b'r', b'r', b':', ..])
}

/// Whether a spreadsheet may have made a number of an ID.
#[inline]
pub fn ends_in_zero(text: &str) -> bool {
    text.as_bytes().ends_with(b".0")
}

/// Few words, told apart by their bytes as numbers.
pub struct Words(Vec<Option<WordKey>>);

/// The length of a word of up to 16 bytes, and its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct WordKey(usize, u64, u64);

impl WordKey {
    #[inline]
    fn of(word: &str) -> Option<WordKey> {
        let bytes = word.as_bytes();
        let (first, last) = match bytes.len() {
            0 => (0, 0),
            length @ 1..4 => (u64::from(bytes[0]) | u64::from(bytes[length / 2]) << 8 | u64::from(bytes[length - 1]) << 16, 0),
            4..8 => (u64::from(four(bytes.first_chunk())), u64::from(four(bytes.last_chunk()))),
            8..=16 => (eight(bytes.first_chunk()), eight(bytes.last_chunk())),
            _ => return None,
        };
        Some(WordKey(bytes.len(), first, last))
    }
}

impl Words {
    pub fn of(words: &[String]) -> Words {
        Words(words.iter().map(|word| WordKey::of(word)).collect())
    }

    /// The word's number; none also for words that are too long to be told apart so.
    #[inline]
    pub fn find(&self, text: &str) -> Option<u8> {
        let key = WordKey::of(text)?;
        self.0.iter().position(|word| *word == Some(key)).and_then(|index| u8::try_from(index).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Number;

    #[test]
    fn decimals_are_those_of_the_exact_reader() {
        let texts = ["0", "1", "007", "1.0", "0.50", "12.345", "100", "100.00", "999999999999999", "0.0000000000001"];
        for text in texts {
            let (mantissa, scale) = decimal(text).unwrap();
            assert_eq!(Number::from_scaled(mantissa, scale).to_scaled(), Number::parse(text).unwrap().to_scaled(), "{text}");
            assert_eq!((mantissa, scale), Number::parse(text).unwrap().to_scaled().unwrap(), "{text}");
        }
        for text in ["", ".", "1.", ".5", "-1", "1e3", "1,000", " 1", "1.2.3", "1000000000000000", "٣"] {
            assert_eq!(decimal(text), None, "{text}");
        }
    }

    #[test]
    fn words_are_found_by_all_their_bytes() {
        let words = ["approved", "approve", "", "a word of more than sixteen bytes"].map(str::to_owned);
        let found = Words::of(&words);
        assert_eq!(
            [found.find("approved"), found.find("approve"), found.find(""), found.find("approvee")],
            [Some(0), Some(1), Some(2), None]
        );
        assert_eq!(found.find(&words[3]), None);
    }
}
