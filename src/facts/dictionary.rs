//! Distinct texts numbered in the order of their first appearance, so that a column keeps each text once.

use rayon::prelude::*;

use super::Names;
use super::parse::plain::{Own, own};
use super::read::{Head, Spot};
use super::room::Outlook;
use super::serial::Serial;
use super::slots::Slots;
use super::text_key::{Key, LONG};

/// Numbers texts from 1; 0 is left free for missing. Found by hash or by the number in them, numbered by appearance: neither ever shows.
#[derive(Clone, Debug, Default)]
pub struct Dictionary {
    /// By code, from 1.
    texts: Names,
    /// The marked codes of those that are found by their numbers.
    serial: Serial,
    /// Those of the others.
    slots: Slots,
    outlook: Outlook,
}

/// A code, with [`OWN`] where a cell with the text stands for itself.
#[inline]
fn marked(code: u32, own: Own) -> u32 {
    if own == Own::Id { code | OWN } else { code }
}

#[inline]
fn bare(marked: u32) -> u32 {
    marked & !OWN
}

/// What is looked for.
#[derive(Clone, Copy, Debug)]
pub enum Sought {
    /// A text that is found by its number.
    Number(u32),
    /// One that is found by its hash.
    Key(Key, u64),
}

impl Default for Sought {
    fn default() -> Sought {
        Sought::Number(0)
    }
}

/// Texts that one thread looks for at a time.
const SEARCHED_TOGETHER: usize = 1 << 9;

/// Texts that are looked for side by side.
pub const AHEAD: usize = 64;

/// Where less than one of so many texts is found by its hash, those that are found by their numbers stay where they are.
const FEW_OTHERS: usize = 8;

/// No file has as many texts.
const OWN: u32 = 1 << 31;

impl Dictionary {
    /// The text's code, a new one where it was not seen before.
    #[inline]
    pub fn code(&mut self, text: &str) -> u32 {
        self.code_of_own(text, own(Spot::of(text, 0..text.len())))
    }

    /// The same where it is known as what the text stands for itself.
    pub fn code_of_own(&mut self, text: &str, own: Own) -> u32 {
        if self.slots.is_full() {
            self.grow();
        }
        let (head, next) = (Spot::of(text, 0..text.len()).head(), self.texts.len() as u32 + 1);
        let Dictionary { texts, serial, slots, .. } = self;
        let place = match serial.room_for(&head, texts.len()) {
            Some(number) => serial.place(number),
            None => {
                let key = Key::of_head(&head, || text.as_bytes());
                slots.place((key, key.hash()), |marked| texts[bare(marked) as usize - 1] == *text)
            }
        };
        if *place == 0 {
            *place = marked(next, own);
            texts.push(text);
        }
        bare(*place)
    }

    #[inline]
    fn sought<'t>(&self, head: &Head, bytes: impl FnOnce() -> &'t [u8]) -> Sought {
        match self.serial.number(head) {
            Some(number) => Sought::Number(number),
            None => {
                let key = Key::of_head(head, bytes);
                Sought::Key(key, key.hash())
            }
        }
    }

    /// Looks where the texts of cells would be without waiting for what stands there, so that the walks to all of them are made side by
    /// side. `bytes` has those of a cell that is longer than its head.
    #[inline]
    pub fn ahead<'t>(&self, heads: &[Head], bytes: impl Fn(usize) -> &'t [u8], sought: &mut [Sought]) {
        let sought = &mut sought[..heads.len()];
        for (at, head) in heads.iter().enumerate() {
            sought[at] = self.sought(head, || bytes(at));
        }
        // by itself, because the processor has few steps under way at a time: the fewer a walk takes, the more of them
        let marked = |sought: &Sought| match sought {
            Sought::Number(number) => self.serial.code(*number),
            Sought::Key(_, hash) => self.slots.glimpse(*hash),
        };
        let seen = sought.iter().fold(0, |seen, sought| seen ^ marked(sought));
        std::hint::black_box(seen);
    }

    /// The code of a cell whose text was seen before and stands for itself, whether as an ID or as a text. `bytes` as above.
    #[inline]
    pub fn own_code<'t>(&self, sought: &Sought, head: &Head, bytes: impl FnOnce() -> &'t [u8]) -> Option<u32> {
        let marked = self.marked(sought, head, bytes);
        if marked & OWN != 0 { Some(bare(marked)) } else { None }
    }

    /// The code of a text, with its mark; 0 where it is not there.
    #[inline]
    fn marked<'t>(&self, sought: &Sought, head: &Head, bytes: impl FnOnce() -> &'t [u8]) -> u32 {
        match sought {
            Sought::Number(number) => self.serial.code(*number),
            Sought::Key(key, hash) if key.last == LONG => self.marked_long((*key, *hash), head, bytes),
            Sought::Key(key, hash) => self.slots.find((*key, *hash), |_| true),
        }
    }

    /// The same of one that does not fit into its slot.
    #[inline(never)]
    fn marked_long<'t>(&self, sought: (Key, u64), head: &Head, bytes: impl FnOnce() -> &'t [u8]) -> u32 {
        let bytes = if head.is_whole() { &[] } else { bytes() };
        self.slots.find(sought, |marked| {
            let spot = self.texts.spot(bare(marked) as usize - 1);
            spot.head() == *head && (bytes.is_empty() || spot.bytes() == bytes)
        })
    }

    /// By code of another dictionary (0 is missing in both): the code of the same text here.
    pub fn codes_of(&mut self, other: &Dictionary) -> Vec<u32> {
        // each search is a walk to memory: those are made side by side, and only new texts one after the other
        let mut codes = vec![0; other.len() + 1];
        let pieces = codes[1..].par_chunks_mut(SEARCHED_TOGETHER).enumerate();
        pieces.for_each(|(piece, codes)| self.find_all(other, piece * SEARCHED_TOGETHER, codes));
        for (code, own) in (0..).zip(&mut codes).skip(1).filter(|(_, own)| **own == 0) {
            let spot = other.texts.spot(code as usize - 1);
            *own = self.code(spot.text());
        }
        codes
    }

    /// Finds texts of another dictionary from a number on: their codes here, 0 for those that are not.
    fn find_all(&self, other: &Dictionary, first: usize, codes: &mut [u32]) {
        let (mut heads, mut sought) = ([Head::default(); AHEAD], [Sought::default(); AHEAD]);
        for (number, codes) in (first..).step_by(AHEAD).zip(codes.chunks_mut(AHEAD)) {
            let spot = |at: usize| other.texts.spot(number + at);
            heads.iter_mut().zip(0..codes.len()).for_each(|(head, at)| *head = spot(at).head());
            self.ahead(&heads[..codes.len()], |at| spot(at).bytes(), &mut sought);
            for (at, code) in codes.iter_mut().enumerate() {
                *code = bare(self.marked(&sought[at], &heads[at], || spot(at).bytes()));
            }
        }
    }

    /// The text's code where it was seen before.
    #[inline]
    pub fn find(&self, text: &str) -> Option<u32> {
        let head = Spot::of(text, 0..text.len()).head();
        let code = bare(self.marked(&self.sought(&head, || text.as_bytes()), &head, || text.as_bytes()));
        (code > 0).then_some(code)
    }

    /// The text of a code from [`Dictionary::code`].
    #[inline]
    pub fn text(&self, code: u32) -> &str {
        &self.texts[code as usize - 1]
    }

    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// The texts of the first so many codes, which are shared with it.
    pub fn first(&mut self, count: usize) -> Names {
        self.texts.first(count)
    }

    /// The texts by code: code 1 comes first.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.texts.iter()
    }

    /// Whether the text of a code stands before that of another in the order of bytes.
    #[inline]
    pub fn is_less(&self, left: u32, right: u32) -> bool {
        self.texts.is_less(left as usize - 1, right as usize - 1)
    }

    /// Whether any text has such a byte.
    pub fn any_byte(&self, is_such: impl Fn(u8) -> bool + Sync) -> bool {
        self.texts.any_byte(is_such)
    }

    /// Works out again how to find texts.
    pub fn find_again(&mut self) {
        if self.slots.is_empty() {
            self.grow();
        }
    }

    /// Forgets how to find texts by hash: what was read keeps its codes. It is worked out again where another text comes.
    pub fn forget_slots(&mut self) {
        (self.serial, self.slots, self.outlook) = (Serial::default(), Slots::default(), Outlook::default());
    }

    /// The texts of another file come.
    pub fn begin_file(&mut self) {
        self.outlook = Outlook::of(self.slots.taken());
    }

    /// So many bytes of the file were read, of so many in all.
    pub fn was_read(&mut self, read: u64, all: u64) {
        self.outlook.was_read(read, all);
    }

    /// Makes room for more texts: mostly from the texts and not from the old slots, which are gone before the new ones are made.
    #[cold]
    #[inline(never)]
    fn grow(&mut self) {
        let (old, taken, count) = (self.slots.len(), self.slots.taken(), self.len());
        if taken > 0 && taken < count / FEW_OTHERS {
            return self.slots.grow(self.outlook.slots(old, taken + 1));
        }
        self.slots = Slots::default();
        self.serial = self.serial.anew(count, |at| self.texts.spot(at).head());
        let numbered = (0..count).filter(|at| self.serial.number(&self.texts.spot(*at).head()).is_some()).count();
        self.slots = Slots::of(self.outlook.slots(old, count - numbered + 1));
        let (mut heads, mut sought) = ([Head::default(); AHEAD], [Sought::default(); AHEAD]);
        for first in (0..count).step_by(AHEAD) {
            let (together, texts) = (AHEAD.min(count - first), &self.texts);
            let spot = |at: usize| texts.spot(first + at);
            heads.iter_mut().zip(0..together).for_each(|(head, at)| *head = spot(at).head());
            self.ahead(&heads[..together], |at| spot(at).bytes(), &mut sought);
            for (at, sought) in sought[..together].iter().enumerate() {
                let place = match sought {
                    Sought::Number(number) => self.serial.place(*number),
                    // every text is there once: no two are the same
                    Sought::Key(key, hash) => self.slots.place((*key, *hash), |_| false),
                };
                *place = marked((first + at) as u32 + 1, own(spot(at)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_made_for_as_many_texts_as_are_guessed_and_not_for_many_more() {
        let mut dictionary = Dictionary::default();
        (0..1000u32).for_each(|number| _ = dictionary.code(&format!("{number} before")));
        dictionary.begin_file();
        dictionary.was_read(10, 1000);
        // as soon as the slots are not enough, a hundredth of the file has had some texts
        (0..2000u32).for_each(|number| _ = dictionary.code(&format!("{number}x")));
        let made = dictionary.slots.len();
        assert!((3 * 2048..=4 * 2048).contains(&made), "{made}");
        // and nothing is guessed of the next file
        dictionary.begin_file();
        let last = made as u32 / 2;
        (2000..last).for_each(|number| _ = dictionary.code(&format!("{number}x")));
        assert!((made + 1..=2 * made).contains(&dictionary.slots.len()));
        assert!((1..last).all(|number| dictionary.find(&format!("{number}x")) == Some(number + 1001)));
    }

    #[test]
    fn texts_of_every_length_are_told_apart() {
        let mut dictionary = Dictionary::default();
        let mut texts: Vec<String> = Vec::new();
        for length in 0..40 {
            let plain = "a".repeat(length);
            texts.extend((0..length).map(|at| format!("{}b{}", &plain[..at], &plain[at + 1..])));
            texts.push(plain);
        }
        for round in 0..2 {
            for (number, text) in (1u32..).zip(&texts) {
                assert_eq!(dictionary.code(text), number, "{round} {text}");
                assert_eq!((dictionary.find(text), dictionary.text(number)), (Some(number), text.as_str()));
            }
        }
        assert_eq!(dictionary.find("c"), None);
    }

    #[test]
    fn texts_are_numbered_by_appearance() {
        let mut dictionary = Dictionary::default();
        for number in 0..1000u32 {
            assert_eq!(dictionary.code(&number.to_string()), number + 1);
        }
        assert_eq!(dictionary.code("7"), 8);
        assert_eq!(dictionary.find("999"), Some(1000));
        assert_eq!(dictionary.find("x"), None);
        assert_eq!(dictionary.text(8), "7");
    }

    #[test]
    fn cells_that_stand_for_themselves_are_found_where_they_stand() {
        let mut dictionary = Dictionary::default();
        let texts =
            ["", "a", "E0105417", "eleven byte", "sixteen bytes of", "more than sixteen bytes", " a", "a+b", "=a", "12.0", "#N/A", "ä"];
        let own_code = |dictionary: &Dictionary, text: &str| {
            let behind = format!("{text},and what stands behind it");
            let find = |cell: Spot<'_>| {
                let mut sought = [Sought::default()];
                dictionary.ahead(&[cell.head()], |_| cell.bytes(), &mut sought);
                dictionary.own_code(&sought[0], &cell.head(), || cell.bytes())
            };
            let found = find(Spot::of(&behind, 0..text.len()));
            assert_eq!(find(Spot::of(text, 0..text.len())), found, "{text}");
            found
        };
        assert!(texts.iter().all(|text| own_code(&dictionary, text).is_none()));
        texts.iter().for_each(|text| _ = dictionary.code(text));
        let found: Vec<Option<u32>> = texts.iter().map(|text| own_code(&dictionary, text)).collect();
        assert_eq!(found[..6], [None, Some(2), Some(3), Some(4), Some(5), Some(6)]);
        assert!(found[6..].iter().all(Option::is_none));
        assert_eq!((dictionary.find("ä"), own_code(&dictionary, "b")), (Some(12), None));
    }

    #[test]
    fn what_was_forgotten_is_found_again() {
        let (mut dictionary, mut other) = (Dictionary::default(), Dictionary::default());
        (0..1000u32).for_each(|number| _ = dictionary.code(&number.to_string()));
        (500..2000u32).for_each(|number| _ = other.code(&format!("{number}")));
        let long = "a text that does not fit into its slot";
        let code = dictionary.code(long);
        dictionary.forget_slots();
        other.forget_slots();
        assert_eq!((dictionary.code("7"), dictionary.code(long), dictionary.len()), (8, code, 1001));
        dictionary.forget_slots();
        let codes = dictionary.codes_of(&other);
        assert_eq!((codes[0], codes[1], codes[500], codes[501]), (0, 501, 1000, 1002));
        assert_eq!((dictionary.len(), dictionary.find("1999")), (2001, Some(codes[1500])));
    }
}
