//! Distinct texts numbered in the order of their first appearance, so that a column keeps each text once.

use rayon::prelude::*;

use super::Names;
use super::parse::plain::{Own, own};
use super::read::{Head, Spot};
use super::room::{Outlook, filled};
use super::text_key::{Key, LONG};

/// Numbers texts from 1; 0 is left free for missing. Found by hash, numbered by appearance: the hash never shows.
#[derive(Clone, Debug, Default)]
pub struct Dictionary {
    /// By code, from 1.
    texts: Names,
    /// Open addressing; some are always free.
    slots: Vec<Slot>,
    outlook: Outlook,
}

#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    first: u64,
    last: u32,
    /// 0: the slot is free. [`OWN`] is set where a cell with this text stands for itself.
    code: u32,
}

impl Slot {
    #[inline]
    fn of(key: Key, (code, own): (u32, Own)) -> Slot {
        Slot { first: key.first, last: key.last, code: if own == Own::Id { code | OWN } else { code } }
    }

    /// Whether a text with this key has taken it.
    #[inline]
    fn holds(&self, key: Key) -> bool {
        (self.first ^ key.first) | u64::from(self.last ^ key.last) == 0
    }

    #[inline]
    fn code(self) -> u32 {
        self.code & !OWN
    }
}

/// What is looked for, and its hash.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sought {
    key: Key,
    hash: u64,
}

impl Sought {
    #[inline]
    fn of(key: Key) -> Sought {
        Sought { key, hash: key.hash() }
    }
}

/// Texts that one thread looks for at a time.
const SEARCHED_TOGETHER: usize = 1 << 9;

/// Texts that are looked for side by side.
pub const AHEAD: usize = 64;

/// No file has as many texts.
const OWN: u32 = 1 << 31;

impl Dictionary {
    /// The text's code, a new one where it was not seen before.
    #[inline]
    pub fn code(&mut self, text: &str) -> u32 {
        self.code_of(text, Sought::of(Key::of(text)))
    }

    /// The same of a text that was looked for.
    #[inline]
    pub fn code_of(&mut self, text: &str, sought: Sought) -> u32 {
        self.code_of_own(text, (sought, own(Spot::of(text, 0..text.len()))))
    }

    /// The same where it is known as what the text stands for itself.
    #[inline]
    pub fn code_of_own(&mut self, text: &str, (sought, own): (Sought, Own)) -> u32 {
        self.make_room(1);
        let at = self.place(sought, text);
        if self.slots[at].code == 0 {
            self.texts.push(text);
            self.slots[at] = Slot::of(sought.key, (self.texts.len() as u32, own));
        }
        self.slots[at].code()
    }

    /// Looks where the texts of cells would be without waiting for what stands there, so that the walks to all of them are made side by
    /// side. `bytes` has those of a cell that is longer than its head.
    #[inline]
    pub fn ahead<'t>(&self, heads: &[Head], bytes: impl Fn(usize) -> &'t [u8], sought: &mut [Sought]) {
        let sought = &mut sought[..heads.len()];
        for (at, head) in heads.iter().enumerate() {
            sought[at] = Sought::of(Key::of_head(head, || bytes(at)));
        }
        // by itself, because the processor has few steps under way at a time: the fewer a walk takes, the more of them
        let slot = |sought: &Sought| self.slots.get(self.home(sought.hash)).map_or(0, |slot| slot.code);
        let seen = sought.iter().fold(0, |seen, sought| seen ^ slot(sought));
        std::hint::black_box(seen);
    }

    /// The code of a cell whose text was seen before and stands for itself, whether as an ID or as a text. `bytes` as above.
    #[inline]
    pub fn own_code<'t>(&self, sought: &Sought, head: &Head, bytes: impl FnOnce() -> &'t [u8]) -> Option<u32> {
        let code = self.slot(sought, head, bytes)?.code;
        if code & OWN != 0 { Some(code & !OWN) } else { None }
    }

    /// The slot of a text that is there and fits into it.
    #[inline]
    fn short_slot(&self, Sought { key, hash }: &Sought) -> Option<Slot> {
        let mut at = self.home(*hash);
        loop {
            let slot = self.slots.get(at)?;
            if slot.holds(*key) {
                return Some(*slot);
            }
            if slot.code == 0 {
                return None;
            }
            at = self.behind(at);
        }
    }

    /// The slot of a text that is there and does not fit into it.
    #[inline(never)]
    fn long_slot<'t>(&self, Sought { key, hash }: &Sought, head: &Head, bytes: impl FnOnce() -> &'t [u8]) -> Option<Slot> {
        let bytes = if head.is_whole() { &[] } else { bytes() };
        let mut at = self.home(*hash);
        loop {
            let slot = self.slots.get(at)?;
            if slot.code == 0 {
                return None;
            }
            if slot.holds(*key) {
                let spot = self.texts.spot(slot.code() as usize - 1);
                if spot.head() == *head && (bytes.is_empty() || spot.bytes() == bytes) {
                    return Some(*slot);
                }
            }
            at = self.behind(at);
        }
    }

    /// By code of another dictionary (0 is missing in both): the code of the same text here.
    pub fn codes_of(&mut self, other: &Dictionary) -> Vec<u32> {
        // each search is a walk to memory: those are made side by side, and only new texts one after the other
        let mut codes = vec![0; other.len() + 1];
        let pieces = codes[1..].par_chunks_mut(SEARCHED_TOGETHER).enumerate();
        pieces.for_each(|(piece, codes)| self.find_all(other, piece * SEARCHED_TOGETHER, codes));
        self.make_room(codes.iter().skip(1).filter(|code| **code == 0).count());
        for (code, own) in (0..).zip(&mut codes).skip(1).filter(|(_, own)| **own == 0) {
            let spot = other.texts.spot(code as usize - 1);
            *own = self.code_of(spot.text(), Sought::of(Key::at(spot)));
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
                *code = self.slot(&sought[at], &heads[at], || spot(at).bytes()).map_or(0, Slot::code);
            }
        }
    }

    /// The slot of a text that is there.
    #[inline]
    fn slot<'t>(&self, sought: &Sought, head: &Head, bytes: impl FnOnce() -> &'t [u8]) -> Option<Slot> {
        if sought.key.last == LONG { self.long_slot(sought, head, bytes) } else { self.short_slot(sought) }
    }

    /// The text's code where it was seen before.
    #[inline]
    pub fn find(&self, text: &str) -> Option<u32> {
        let spot = Spot::of(text, 0..text.len());
        self.slot(&Sought::of(Key::of(text)), &spot.head(), || text.as_bytes()).map(Slot::code)
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

    /// Works out again how to find texts.
    pub fn find_again(&mut self) {
        self.make_room(0);
    }

    /// Forgets how to find texts by hash: what was read keeps its codes. It is worked out again where another text comes.
    pub fn forget_slots(&mut self) {
        (self.slots, self.outlook) = (Vec::new(), Outlook::default());
    }

    /// The texts of another file come.
    pub fn begin_file(&mut self) {
        self.outlook = Outlook::of(self.len());
    }

    /// So many bytes of the file were read, of so many in all.
    pub fn was_read(&mut self, read: u64, all: u64) {
        self.outlook.was_read(read, all);
    }

    /// The slot that holds a text, or the free one where it belongs. There have to be slots.
    #[inline]
    fn place(&self, Sought { key, hash }: Sought, text: &str) -> usize {
        let mut at = self.home(hash);
        loop {
            let slot = &self.slots[at];
            if slot.code == 0 || slot.holds(key) && (key.last != LONG || *self.text(slot.code()) == *text) {
                return at;
            }
            at = self.behind(at);
        }
    }

    /// The slot where a text is looked for first: any number of slots is used evenly.
    #[inline]
    fn home(&self, hash: u64) -> usize {
        ((u128::from(hash) * self.slots.len() as u128) >> 64) as usize
    }

    #[inline]
    fn behind(&self, at: usize) -> usize {
        let next = at.wrapping_add(1);
        if next == self.slots.len() { 0 } else { next }
    }

    /// Slots for so many more texts.
    #[inline]
    fn make_room(&mut self, more: usize) {
        let wanted = self.len() + more;
        if wanted > filled(self.slots.len()) {
            self.grow(self.outlook.slots(self.slots.len(), wanted));
        }
    }

    fn grow(&mut self, size: usize) {
        // from the texts and not from the old slots, which are gone before the new ones are made
        self.slots = Vec::new();
        self.slots = vec![Slot::default(); size];
        let (mut heads, mut sought) = ([Head::default(); AHEAD], [Sought::default(); AHEAD]);
        for first in (0..self.len()).step_by(AHEAD) {
            let (count, spot) = (AHEAD.min(self.len() - first), |at: usize| self.texts.spot(first + at));
            heads.iter_mut().zip(0..count).for_each(|(head, at)| *head = spot(at).head());
            self.ahead(&heads[..count], |at| spot(at).bytes(), &mut sought);
            for (at, Sought { key, hash }) in (0..count).zip(sought) {
                let (slot, mut place) = (Slot::of(key, ((first + at) as u32 + 1, own(spot(at)))), self.home(hash));
                // every text is there once: no two need comparing
                while self.slots[place].code != 0 {
                    place = self.behind(place);
                }
                self.slots[place] = slot;
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
        (0..1000u32).for_each(|number| _ = dictionary.code(&format!("before {number}")));
        dictionary.begin_file();
        dictionary.was_read(10, 1000);
        // as soon as the slots are not enough, a hundredth of the file has had some texts
        (0..2000u32).for_each(|number| _ = dictionary.code(&number.to_string()));
        let made = dictionary.slots.len();
        assert!((3 * 2048..=4 * 2048).contains(&made), "{made}");
        // and nothing is guessed of the next file
        dictionary.begin_file();
        let last = made as u32 / 2;
        (2000..last).for_each(|number| _ = dictionary.code(&number.to_string()));
        assert!((made + 1..=2 * made).contains(&dictionary.slots.len()));
        assert!((1..last).all(|number| dictionary.find(&number.to_string()) == Some(number + 1001)));
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
