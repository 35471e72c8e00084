//! Cells as programs write them, read straight to their values; none says nothing about the cell.

use super::key;
use crate::facts::hashing;
use crate::facts::read::Spot;

/// So many digits fit every number of a column with room to spare.
const DIGITS_MOST: usize = 15;

/// A whole number of digits alone.
#[inline]
pub fn digits(bytes: &[u8]) -> Option<i64> {
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

/// A decimal without a sign: its digits, and how many of them stand behind the point, without zeros at its end.
#[inline]
pub fn decimal(text: &[u8]) -> Option<(i64, u32)> {
    let Some(point) = text.iter().position(|byte| *byte == b'.') else { return Some((digits(text)?, 0)) };
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
    key::is_plain(text) && !matches!(text.as_bytes(), [b'#', ..] | [b'E', b'r', b'r', b':', ..])
}

/// The same where it may also be an ID: no spreadsheet has made a number of it.
#[inline]
pub fn is_own_id(text: &str) -> bool {
    is_own_value(text) && !text.as_bytes().ends_with(b".0")
}

/// Few words, told apart by their bytes as numbers.
pub struct Words(Vec<Option<WordKey>>);

/// The length of a word of up to 16 bytes, and its bytes.
type WordKey = (usize, [u64; 2]);

/// Words that are longer are not told apart by numbers.
const WORD_MOST: usize = 16;

impl Words {
    pub fn of(words: &[String]) -> Words {
        let key = |word: &String| (word.len(), hashing::words(word.as_bytes(), word.len()));
        Words(words.iter().map(|word| (word.len() <= WORD_MOST).then(|| key(word))).collect())
    }

    /// The word's number; none also for words that are too long to be told apart so.
    #[inline]
    pub fn find(&self, cell: Spot<'_>) -> Option<u8> {
        let key = (cell.len(), cell.words());
        let word = self.0.iter().position(|word| *word == Some(key))?;
        u8::try_from(word).ok()
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
            let (mantissa, scale) = decimal(text.as_bytes()).unwrap();
            assert_eq!(Number::from_scaled(mantissa, scale).to_scaled(), Number::parse(text).unwrap().to_scaled(), "{text}");
            assert_eq!((mantissa, scale), Number::parse(text).unwrap().to_scaled().unwrap(), "{text}");
        }
        for text in ["", ".", "1.", ".5", "-1", "1e3", "1,000", " 1", "1.2.3", "1000000000000000", "٣"] {
            assert_eq!(decimal(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn words_are_found_by_all_their_bytes() {
        let words = ["approved", "approve", "", "a word of more than sixteen bytes"].map(str::to_owned);
        let found = Words::of(&words);
        for (word, number) in [("approved", Some(0)), ("approve", Some(1)), ("", Some(2)), ("approvee", None), (words[3].as_str(), None)] {
            assert_eq!(found.find(Spot::of(word, 0..word.len())), number, "{word}");
            let text = format!("{word}, and more of the text behind it");
            assert_eq!(found.find(Spot::of(&text, 0..word.len())), number, "{word}");
        }
    }
}
