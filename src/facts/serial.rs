//! Texts that are the same letters and then a number of as many digits, as most IDs are: found where their number says, next to their
//! neighbours, with a quarter of the memory that a hash takes and no comparison.

use super::parse::plain::{eight, number};
use super::read::Head;

/// Codes by number. What lies too far from the others is found by hash, as is every text of another form.
#[derive(Clone, Debug, Default)]
pub struct Serial {
    /// None as long as nothing is known of the texts.
    form: Option<Form>,
    first: u32,
    /// From the first number on; 0 where no text has the number.
    codes: Vec<u32>,
    /// The least number behind them whose text is found by hash: so far they may grow.
    end: u32,
}

/// How a text has to be written.
#[derive(Clone, Copy, Debug)]
struct Form {
    length: u64,
    /// Its words without the digits, and the bits that are no digits'.
    letters: [u64; 2],
    kept: [u64; 2],
    /// How many digits stand at its end, and how far away that is.
    digits: u32,
    behind: u32,
}

/// Most digits that are read as one number.
const DIGITS_MOST: u32 = 8;
/// So few texts say nothing about those that come.
const FEW: usize = 128;
/// So many numbers for each text take no more memory than hashes.
const NUMBERS_FOR_TEXT: usize = 8;

impl Form {
    fn of(head: &Head) -> Option<Form> {
        let bytes = head.words.map(u64::to_le_bytes);
        let text = bytes.as_flattened().get(..usize::try_from(head.length).ok()?)?;
        let digits = text.iter().rev().take(DIGITS_MOST as usize).take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 {
            return None;
        }
        let kept = (1u128 << (8 * (text.len() - digits))) - 1; // at most fifteen bytes
        let kept = [kept as u64, (kept >> 64) as u64];
        let letters = [head.words[0] & kept[0], head.words[1] & kept[1]];
        Some(Form { length: head.length, letters, kept, digits: digits as u32, behind: 16 - text.len() as u32 })
    }

    #[inline]
    fn number(&self, head: &Head) -> Option<u32> {
        let [first, last] = head.words;
        if head.length != self.length || (first & self.kept[0] ^ self.letters[0]) | (last & self.kept[1] ^ self.letters[1]) != 0 {
            return None;
        }
        // the last eight bytes, the last one highest
        let end = ((u128::from(first) | u128::from(last) << 64) << (8 * self.behind) >> 64) as u64;
        eight(end >> (8 * (DIGITS_MOST - self.digits)), self.digits).map(|digits| number(digits) as u32)
    }
}

impl Serial {
    /// The number of a text whose code would stand here.
    #[inline]
    pub fn number(&self, head: &Head) -> Option<u32> {
        let number = self.form.as_ref()?.number(head)?;
        ((number.wrapping_sub(self.first) as usize) < self.codes.len()).then_some(number)
    }

    /// Its code; 0 where the text has none.
    #[inline]
    pub fn code(&self, number: u32) -> u32 {
        self.codes.get(number.wrapping_sub(self.first) as usize).copied().unwrap_or(0)
    }

    /// Where the code of a text goes that [`Serial::number`] said the number of.
    #[inline]
    pub fn place(&mut self, number: u32) -> &mut u32 {
        &mut self.codes[number.wrapping_sub(self.first) as usize]
    }

    /// The number of a new text, one of so many: there is room for its code then. None where it has to be found by hash.
    pub fn room_for(&mut self, head: &Head, texts: usize) -> Option<u32> {
        let number = self.form.as_ref()?.number(head)?;
        let at = number.checked_sub(self.first)? as usize;
        if at < self.codes.len() {
            return Some(number);
        }
        if number >= self.end || at / NUMBERS_FOR_TEXT > texts + FEW {
            self.end = self.end.min(number);
            return None;
        }
        self.codes.resize(at + 1, 0);
        Some(number)
    }

    /// Room for the codes of most of so many texts, where they are written so and lie close together.
    pub fn of(texts: usize, head: impl Fn(usize) -> Head) -> Serial {
        let form = if texts < FEW { None } else { Form::of(&head(texts - 1)) };
        form.and_then(|form| Serial::of_form(form, texts, head)).unwrap_or_default()
    }

    fn of_form(form: Form, texts: usize, head: impl Fn(usize) -> Head) -> Option<Serial> {
        let mut numbers: Vec<u32> = (0..texts).filter_map(|at| form.number(&head(at))).collect();
        numbers.sort_unstable();
        let first = *numbers.first()?;
        let most = u64::from(first) + (numbers.len() * NUMBERS_FOR_TEXT) as u64;
        let within = numbers.partition_point(|number| u64::from(*number) < most);
        if within < texts / 2 {
            return None;
        }
        let end = numbers.get(within).copied().unwrap_or(u32::MAX);
        let codes = vec![0; (numbers[within - 1] - first) as usize + 1];
        Some(Serial { form: Some(form), first, codes, end })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::read::Spot;

    fn head(text: &str) -> Head {
        Spot::of(text, 0..text.len()).head()
    }

    #[test]
    fn only_texts_of_one_form_have_numbers() {
        let form = |text: &str| Form::of(&head(text));
        for (like, texts) in [
            (
                "E0100002",
                vec![("E0100003", Some(100_003)), ("E9999999", Some(9_999_999)), ("F0100002", None), ("E010000", None), ("E01000x2", None)],
            ),
            ("7", vec![("0", Some(0)), ("9", Some(9)), ("10", None), ("", None), ("x", None)]),
            ("123456789", vec![("123456780", Some(23_456_780)), ("223456789", None)]),
            ("sixteen-00000042", vec![("sixteen-99999999", Some(99_999_999)), ("sixteen_00000042", None), ("sixteen-0000004/", None)]),
        ] {
            let form = form(like).unwrap();
            for (text, number) in texts {
                assert_eq!(form.number(&head(text)), number, "{like} {text}");
            }
        }
        assert!(["", "x", "12x", "sixteen letters.", "seventeen-1234567"].into_iter().all(|text| form(text).is_none()));
    }

    #[test]
    fn numbers_far_away_have_no_room() {
        let texts: Vec<String> = (100..300).map(|number| format!("A{number:06}")).collect();
        let mut serial = Serial::of(texts.len(), |at| head(&texts[at]));
        assert_eq!(
            (serial.number(&head("A000299")), serial.number(&head("A000300")), serial.number(&head("A000099"))),
            (Some(299), None, None)
        );
        assert_eq!(serial.room_for(&head("A000310"), 200), Some(310));
        *serial.place(310) = 7;
        assert_eq!((serial.code(310), serial.code(309), serial.code(400)), (7, 0, 0));
        // once a text is found by hash there is no room from there on
        assert_eq!((serial.room_for(&head("A500000"), 200), serial.room_for(&head("A000099"), 200)), (None, None));
        assert_eq!((serial.room_for(&head("A499999"), 1 << 20), serial.room_for(&head("A500001"), 1 << 20)), (Some(499_999), None));
    }
}
