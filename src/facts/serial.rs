//! Texts that are the same letters and then a number of as many digits, as most IDs are: found where their number says, next to their
//! neighbours, with a quarter of the memory that a hash takes and no comparison.

use super::parse::plain::{eight, number};
use super::read::Head;

/// Codes by number. What lies too far from the others is found by hash, as is every text of another form.
#[derive(Clone, Debug, Default)]
pub struct Serial {
    /// None as long as nothing is known of the texts; then it stays.
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

    /// Room for the codes of most of so many texts, where they are written so and lie close together. How they have to be written is said once:
    /// a number that was looked for is never that of a text which is written in another way.
    pub fn anew(&self, texts: usize, head: impl Fn(usize) -> Head) -> Serial {
        let form = self.form.or_else(|| if texts < FEW { None } else { Form::of(&head(texts - 1)) });
        let made = form.and_then(|form| Serial::of_form(form, texts, head));
        made.unwrap_or_else(|| Serial { form: self.form, ..Serial::default() })
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
    use std::collections::BTreeMap;

    use super::*;
    use crate::facts::dictionary::{AHEAD, Dictionary, Sought};
    use crate::facts::parse::plain::own;
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
        let mut serial = Serial::default().anew(texts.len(), |at| head(&texts[at]));
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

    #[test]
    fn how_texts_are_written_is_said_once() {
        let texts = |letter: char| -> Vec<String> { (100..300).map(|number| format!("{letter}{number:06}")).collect() };
        let (first, other) = (texts('A'), [texts('A'), texts('B'), texts('C')].concat());
        let serial = Serial::default().anew(first.len(), |at| head(&first[at]));
        let mut again = serial.anew(other.len(), |at| head(&other[at]));
        assert!(other.iter().all(|text| again.number(&head(text)).is_none() && again.room_for(&head(text), 600).is_none()));
        again = again.anew(first.len(), |at| head(&first[at]));
        assert_eq!((again.number(&head("A000299")), again.number(&head("B000299"))), (Some(299), None));
    }

    #[test]
    fn texts_with_numbers_are_found_as_others_are_in_any_order() {
        let mut state = 5u64;
        let mut below = |most: u64| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 33) % most
        };
        for round in 0..15 {
            let (mut dictionary, mut known) = (Dictionary::default(), BTreeMap::new());
            for chunk in 0..60u64 {
                // numbers that rise, that lie close together, and that lie anywhere; other letters, other lengths
                let mut texts: Vec<String> = (0..AHEAD as u64)
                    .map(|at| match (round % 3, below(20)) {
                        (_, 0) => format!("{}", below(3000)),
                        (_, 1) => format!("E{:07}", below(10_000_000)),
                        (_, 2) => format!("F{:07}", below(3000)),
                        (0, _) => format!("E{:07}", 100_000 + (chunk * AHEAD as u64 + at) * 3 + below(3)),
                        (1, _) => format!("E{:07}", 90_000 + below(9000)),
                        _ => format!("E{:07}", 200_000 - (chunk * AHEAD as u64 + at) * 2),
                    })
                    .collect();
                texts.extend_from_within(..8);
                for texts in texts.chunks(AHEAD) {
                    let spots: Vec<Spot<'_>> = texts.iter().map(|text| Spot::of(text, 0..text.len())).collect();
                    let heads: Vec<Head> = spots.iter().map(|spot| spot.head()).collect();
                    let mut sought = [Sought::default(); AHEAD];
                    dictionary.ahead(&heads, |at| spots[at].bytes(), &mut sought);
                    for (at, text) in texts.iter().enumerate() {
                        let next = known.len() as u32 + 1;
                        let expected = *known.entry(text.clone()).or_insert(next);
                        let seen = dictionary.own_code(&sought[at], &heads[at], || spots[at].bytes());
                        assert!(seen.is_none_or(|code| code == expected), "{round} {text}");
                        assert_eq!(dictionary.code_of_own(text, own(spots[at])), expected, "{round} {text}");
                    }
                }
            }
            assert_eq!(dictionary.len(), known.len());
            dictionary.forget_slots();
            dictionary.find_again();
            assert!(known.iter().all(|(text, code)| dictionary.find(text) == Some(*code) && dictionary.text(*code) == text));
            assert!((0..2000).map(|number| format!("E{number:07}")).all(|text| dictionary.find(&text) == known.get(&text).copied()));
        }
    }

    #[test]
    fn what_was_looked_for_is_no_other_text_once_most_are_written_in_another_way() {
        let (mut dictionary, mut sought) = (Dictionary::default(), [Sought::default()]);
        (0..640u32).for_each(|number| _ = dictionary.code(&format!("E{:07}", 500_000 + number * 37 % 3840)));
        let (text, before) = ("E0500037", dictionary.find("E0500037"));
        let spot = Spot::of(text, 0..text.len());
        dictionary.ahead(&[spot.head()], |_| spot.bytes(), &mut sought);
        for number in 0..20_000u32 {
            dictionary.code(&format!("F{:07}", 500_000 + number));
            let seen = dictionary.own_code(&sought[0], &spot.head(), || spot.bytes());
            assert!(seen.is_none() || seen == before, "{number} {seen:?}");
        }
        assert!(before.is_some() && dictionary.find(text) == before);
    }
}
