//! Texts that are the same letters and then a number of as many digits, as most IDs are: found where their number says, next to their
//! neighbours, with a quarter of the memory that a hash takes and no comparison.

use super::parse::plain::{Own, number, own};
use super::read::{Head, Spot, Start, TOGETHER};
use super::rising_codes::RisingCodes;
use crate::value::block::Level;

/// Codes by number. What lies too far from the others is found by hash, as is every text of another form.
#[derive(Clone, Debug, Default)]
pub struct Serial {
    /// How texts are written, most of them in the first form; none as long as nothing is known of them, and then they stay.
    forms: Vec<Form>,
    /// None where what is written so lies too far apart.
    main: Option<Numbered>,
    /// Of the other forms: `CR-1371` beside `MC-2561`.
    others: Vec<Numbered>,
    /// Those of the other forms first, one form behind the other, and then those of the main one.
    codes: RisingCodes,
}

/// The places of texts that were looked for together, a bit for each that is written in another way than most.
pub struct Places {
    pub(super) places: [u32; TOGETHER],
    pub(super) unlike: u64,
}

impl Places {
    #[inline]
    pub fn of(&self, at: usize) -> Option<u32> {
        if self.unlike >> at & 1 == 0 { Some(self.places[at]) } else { None }
    }
}

/// Numbers of one form that have places for their codes.
#[derive(Clone, Debug)]
struct Numbered {
    form: Form,
    /// The number in the first place.
    first: u32,
    /// So many numbers there may be: the next one's text is found by hash.
    most: u32,
    /// The first place.
    place: u32,
}

/// How a text has to be written: so long, and with these signs.
#[derive(Clone, Copy, Debug)]
struct Form {
    length: u64,
    /// The bits of its bytes; none of those behind its end.
    own: [u64; 2],
    /// Its letters as they stand, and a zero for each digit.
    signs: [u64; 2],
    /// What sets the highest bit of a byte that differs more from its sign than it may: a letter may not, a digit by nine.
    room: [u64; 2],
    /// How many bits lie between its end and the end of two words.
    behind: u32,
    digits: u32,
    /// As what a text stands for itself: its number changes nothing of that.
    stands_for: Own,
}

/// Most digits that are read as one number.
const DIGITS_MOST: u32 = 8;
/// So few texts say nothing about those that come.
const FEW: usize = 128;
/// So many codes more than are needed there is room for.
const ROOM: usize = 64;
/// So many numbers for each text take no more memory than hashes.
const NUMBERS_FOR_TEXT: usize = 8;
/// So many forms there are at most.
const FORMS_MOST: usize = 8;
/// Of a form with no more digits all numbers have places; forms with more are found by hash, but for the first.
const FEW_DIGITS: u32 = 5;

impl Form {
    fn of(head: &Head) -> Option<Form> {
        let bytes = head.words.map(u64::to_le_bytes);
        let text = str::from_utf8(bytes.as_flattened().get(..usize::try_from(head.length).ok()?)?).ok()?;
        let (stands_for, text) = (own(Spot::of(text, 0..text.len())), text.as_bytes());
        let digits = text.iter().rev().take(DIGITS_MOST as usize).take_while(|byte| byte.is_ascii_digit()).count();
        // one digit behind a point says as what the text stands
        if digits == 0 || digits == 1 && text.len() > 1 && text[text.len() - 2] == b'.' {
            return None;
        }
        let behind = 128 - 8 * text.len() as u32;
        let mut form =
            Form { length: head.length, own: [0; 2], signs: head.words, room: [0; 2], behind, digits: digits as u32, stands_for };
        for at in 0..text.len() {
            let (word, shift) = (at / 8, 8 * (at as u32 % 8));
            let is_digit = at + digits >= text.len();
            form.own[word] |= 0xff << shift;
            form.room[word] |= if is_digit { 0x7f - 9 } else { 0x7f } << shift;
            if is_digit {
                form.signs[word] = form.signs[word] & !(0xff << shift) | u64::from(b'0') << shift;
            }
        }
        Some(form)
    }

    #[inline(always)]
    fn number(&self, start: Start) -> Option<u32> {
        // each digit as what it is worth, and nothing for each letter
        let first = (start.words[0] ^ self.signs[0]) & self.own[0];
        let last = (start.words[1] ^ self.signs[1]) & self.own[1];
        let odd = first | first.wrapping_add(self.room[0]) | last | last.wrapping_add(self.room[1]);
        if start.length != self.length || odd & 0x8080_8080_8080_8080 != 0 {
            return None;
        }
        // the last eight bytes, the last one highest
        let end = ((u128::from(first) | u128::from(last) << 64) << (self.behind & 127) >> 64) as u64;
        Some(number(end) as u32)
    }
}

impl Numbered {
    #[inline(always)]
    fn place_of(&self, start: Start) -> Option<u32> {
        let number = self.form.number(start)?.wrapping_sub(self.first);
        if number < self.most { Some(self.place.wrapping_add(number)) } else { None }
    }

    /// All numbers of a form.
    fn all(form: Form, place: u32) -> Numbered {
        Numbered { form, first: 0, most: 10u32.pow(form.digits), place }
    }

    /// Those that lie close to the first of some in their order.
    fn near(form: Form, place: u32, numbers: &[u32]) -> Option<Numbered> {
        let first = *numbers.first()?;
        let most = u64::from(first) + (numbers.len() * NUMBERS_FOR_TEXT) as u64;
        let within = numbers.partition_point(|number| u64::from(*number) < most);
        let end = numbers.get(within).copied().unwrap_or(u32::MAX - place);
        Some(Numbered { form, first, most: end - first, place })
    }

    fn end(&self) -> u32 {
        self.place + self.most
    }
}

impl Serial {
    /// Where the code of a text stands or would; none where it is found by hash.
    #[inline(always)]
    pub fn place_of(&self, start: Start) -> Option<u32> {
        self.place_in_main(start).or_else(|| self.place_among_others(start))
    }

    /// The same of a text that is written as most are.
    #[inline(always)]
    pub fn place_in_main(&self, start: Start) -> Option<u32> {
        self.main.as_ref()?.place_of(start)
    }

    /// The same of one that is not.
    #[inline]
    pub fn place_among_others(&self, start: Start) -> Option<u32> {
        self.others.iter().find_map(|other| other.place_of(start))
    }

    /// The code at a place; 0 where its text has none.
    #[inline]
    pub fn code_at(&self, place: u32) -> u32 {
        self.codes.get(place)
    }

    /// The codes at places, in their stead.
    pub fn codes_at(&self, places: &mut [u32; TOGETHER], level: Level) {
        self.codes.get_all(places, level);
    }

    /// Gives a code to a place that has none.
    pub fn set(&mut self, place: u32, code: u32) {
        self.codes.set(place, code);
    }

    /// The place of a new text, one of so many: there is room for its code then. None where it has to be found by hash.
    pub fn room_for(&mut self, start: Start, texts: usize) -> Option<u32> {
        let place = self.place_of(start)?;
        self.room_at(place, texts).then_some(place)
    }

    /// Whether there is room for the code of a new text, one of so many, at its place.
    #[inline]
    pub fn room_at(&mut self, place: u32, texts: usize) -> bool {
        (place as usize) < self.codes.len() || self.make_room(place, texts)
    }

    #[inline(never)]
    fn make_room(&mut self, place: u32, texts: usize) -> bool {
        let Some(main) = &mut self.main else { return false };
        let number = place - main.place;
        if number as usize / NUMBERS_FOR_TEXT > texts + FEW {
            main.most = number;
            return false;
        }
        // and for some more, so that it is not made for each of them
        self.codes.make_room(place as usize + ROOM);
        true
    }

    /// As what texts stand for themselves that are written as most are.
    #[inline]
    pub fn stands_for(&self) -> Own {
        self.main.as_ref().map_or(Own::Nothing, |main| main.form.stands_for)
    }

    /// Room for the codes of most of so many texts, where they are written so and lie close together. How they have to be written is said once:
    /// a number that was looked for is never that of a text which is written in another way.
    pub fn anew(&self, texts: usize, head: impl Fn(usize) -> Head) -> Serial {
        let forms = if self.forms.is_empty() { forms_of(texts, &head) } else { self.forms.clone() };
        let made = Serial::of_forms(&forms, texts, head).unwrap_or_default();
        Serial { forms, ..made }
    }

    fn of_forms(forms: &[Form], texts: usize, head: impl Fn(usize) -> Head) -> Option<Serial> {
        let (form, others) = forms.split_first()?;
        let mut all: Vec<Numbered> = Vec::new();
        for other in others {
            all.push(Numbered::all(*other, all.last().map_or(0, Numbered::end)));
        }
        let place = all.last().map_or(0, Numbered::end);
        let written = (0..texts).map(|at| Start::from(head(at)));
        let of_others = written.clone().filter(|start| all.iter().any(|other| other.place_of(*start).is_some())).count();
        let mut numbers: Vec<u32> = written.filter_map(|start| form.number(start)).collect();
        numbers.sort_unstable();
        let has_few = form.digits <= FEW_DIGITS;
        let main = if has_few { Numbered::all(*form, place) } else { Numbered::near(*form, place, &numbers)? };
        let within = numbers.partition_point(|number| number.wrapping_sub(main.first) < main.most);
        if within + of_others < texts / 2 {
            return None;
        }
        let met = numbers[..within].last().map_or(0, |last| last - main.first + 1);
        let codes = RisingCodes::of((place + if has_few { main.most } else { met }) as usize);
        Some(Serial { forms: Vec::new(), main: Some(main), others: all, codes })
    }
}

/// How the last few of so many texts are written, as most of them are first; nothing is said of fewer.
fn forms_of(texts: usize, head: &impl Fn(usize) -> Head) -> Vec<Form> {
    let Some(first) = texts.checked_sub(FEW) else { return Vec::new() };
    let mut forms: Vec<(usize, Form)> = Vec::new();
    for head in (first..texts).map(head) {
        match forms.iter().position(|(_, form)| form.number(head.into()).is_some()) {
            Some(known) => forms[known].0 += 1,
            None if forms.len() < FORMS_MOST => forms.extend(Form::of(&head).map(|form| (1, form))),
            None => {}
        }
    }
    forms.sort_by_key(|(written, _)| std::cmp::Reverse(*written));
    let forms = forms.into_iter().map(|(_, form)| form).enumerate();
    forms.filter(|(number, form)| *number == 0 || form.digits <= FEW_DIGITS).map(|(_, form)| form).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::facts::dice::Dice;
    use crate::facts::dictionary::Dictionary;
    use crate::facts::read::{Spot, Spots, TOGETHER, ends_of};

    fn head(text: &str) -> Head {
        Spot::of(text, 0..text.len()).head()
    }

    fn start(text: &str) -> Start {
        head(text).into()
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
                assert_eq!(form.number(start(text)), number, "{like} {text}");
            }
        }
        assert!(["", "x", "12x", "sixteen letters.", "seventeen-1234567"].into_iter().all(|text| form(text).is_none()));
    }

    #[test]
    fn a_number_changes_nothing_of_what_a_text_stands_for() {
        for like in ["E0100002", "7", "#12", "Err:502", "=1", "'12", "a+1", "1.25", "a.b1", " 1", "12"] {
            let form = Form::of(&head(like)).unwrap();
            let letters = like.len() - form.digits as usize;
            for number in 0..10u32.pow(form.digits.min(4)) {
                let text = format!("{}{number:0width$}", &like[..letters], width = form.digits as usize);
                assert_eq!((form.number(start(&text)), own(Spot::of(&text, 0..text.len()))), (Some(number), form.stands_for), "{text}");
            }
        }
        assert!(["12.0", "1.5", ".5"].into_iter().all(|text| Form::of(&head(text)).is_none()));
    }

    #[test]
    fn numbers_far_away_have_no_room() {
        let texts: Vec<String> = (100..300).map(|number| format!("A{number:06}")).collect();
        let mut serial = Serial::default().anew(texts.len(), |at| head(&texts[at]));
        assert_eq!(["A000299", "A000300", "A000099"].map(|text| serial.place_of(start(text))), [Some(199), Some(200), None]);
        assert_eq!(serial.code_at(200), 0);
        assert_eq!(serial.room_for(start("A000310"), 200), Some(210));
        serial.set(210, 7);
        assert_eq!([210, 209, 300].map(|place| serial.code_at(place)), [7, 0, 0]);
        // once a text is found by hash there is no room from there on
        assert_eq!((serial.room_for(start("A500000"), 200), serial.room_for(start("A000099"), 200)), (None, None));
        assert_eq!(["A499999", "A500000"].map(|text| serial.place_of(start(text))), [Some(499_899), None]);
        assert_eq!((serial.room_for(start("A499999"), 1 << 20), serial.room_for(start("A500001"), 1 << 20)), (Some(499_899), None));
    }

    #[test]
    fn texts_of_several_forms_have_places_of_their_own() {
        let forms = ["MC-", "CR-", "a longer begin"];
        let mut texts: Vec<String> = (0..300).map(|number| format!("{}{:02}", forms[number % 3], number / 3)).collect();
        texts.extend(["E0100002".to_owned(), "x".to_owned()]);
        let mut serial = Serial::default().anew(texts.len(), |at| head(&texts[at]));
        let found = |serial: &mut Serial, text: &str| serial.room_for(start(text), texts.len());
        let places: Vec<u32> = texts.iter().filter_map(|text| found(&mut serial, text)).collect();
        let mut sorted = places.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!((sorted.len(), places.len()), (300, 300));
        for (text, is_found) in [("CR-99", true), ("a longer begin00", true), ("CR-100", false), ("E0100002", false), ("x", false)] {
            assert_eq!(found(&mut serial, text).is_some(), is_found, "{text}");
        }
    }

    #[test]
    fn how_texts_are_written_is_said_once() {
        let texts = |letter: char| -> Vec<String> { (100..300).map(|number| format!("{letter}{number:06}")).collect() };
        let (first, other) = (texts('A'), [texts('A'), texts('B'), texts('C')].concat());
        let serial = Serial::default().anew(first.len(), |at| head(&first[at]));
        let mut again = serial.anew(other.len(), |at| head(&other[at]));
        assert!(other.iter().all(|text| again.place_of(start(text)).is_none() && again.room_for(start(text), 600).is_none()));
        again = again.anew(first.len(), |at| head(&first[at]));
        assert_eq!((again.place_of(start("A000299")), again.place_of(start("B000299"))), (Some(199), None));
    }

    #[test]
    fn texts_with_numbers_are_found_as_others_are_in_any_order() {
        let mut dice = Dice(5);
        let mut below = |most: u64| dice.roll(most as usize) as u64;
        for round in 0..15 {
            let (mut dictionary, mut known) = (Dictionary::default(), BTreeMap::new());
            for chunk in 0..60u64 {
                // numbers that rise, that lie close together, and that lie anywhere; other letters, other lengths
                let mut texts: Vec<String> = (0..TOGETHER as u64)
                    .map(|at| match (round % 3, below(20)) {
                        (_, 0) => format!("{}", below(3000)),
                        (_, 1) => format!("E{:07}", below(10_000_000)),
                        (_, 2) => format!("F{:07}", below(3000)),
                        (0, _) => format!("E{:07}", 100_000 + (chunk * TOGETHER as u64 + at) * 3 + below(3)),
                        (1, _) => format!("E{:07}", 90_000 + below(9000)),
                        _ => format!("E{:07}", 200_000 - (chunk * TOGETHER as u64 + at) * 2),
                    })
                    .collect();
                texts.extend_from_within(..8);
                for texts in texts.chunks(TOGETHER) {
                    let all = texts.join("\n") + "\n";
                    let (ends, mut codes) = (ends_of(&all), [0; TOGETHER]);
                    let (count, others, places) = dictionary.own_codes(&mut Spots::lines(&all, &ends), &mut codes);
                    assert_eq!(count, texts.len());
                    let mut by_number = true;
                    for (at, text) in texts.iter().enumerate() {
                        let next = known.len() as u32 + 1;
                        let expected = *known.entry(text.clone()).or_insert(next);
                        let is_other = others >> at & 1 == 1;
                        if is_other && by_number {
                            let code = dictionary.code_by_number(at, &places, (Own::Id, || text));
                            by_number = code.is_some();
                            assert!(code.is_none_or(|code| code == expected), "{round} {text}");
                        }
                        assert!(is_other || codes[at] == expected, "{round} {text}");
                        assert_eq!(dictionary.code(text), expected, "{round} {text}");
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
}
