//! Distinct texts numbered in the order of their first appearance, so that a column keeps each text once.

use rayon::prelude::*;

use super::Names;
use super::parse::plain::{Own, own};
use super::read::{Several, Spot, Spots, TOGETHER};
use super::room::Outlook;
use super::serial::{Places, Serial};
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

/// What a text is found by, where it is not found by its number.
#[derive(Clone, Copy, Debug, Default)]
struct Sought {
    key: Key,
    hash: u64,
}

impl Sought {
    #[inline(always)]
    fn of(text: Spot<'_>) -> Sought {
        let key = Key::of_head(&text.head(), || text.bytes());
        Sought { key, hash: key.hash() }
    }
}

/// Texts that one thread looks for at a time.
const SEARCHED_TOGETHER: usize = 1 << 9;

/// Where less than one of so many texts is found by its hash, those that are found by their numbers stay where they are.
const FEW_OTHERS: usize = 8;

/// No file has as many texts.
const OWN: u32 = 1 << 31;

impl Dictionary {
    /// The text's code, a new one where it was not seen before.
    pub fn code(&mut self, text: &str) -> u32 {
        let text = Spot::of(text, 0..text.len());
        self.code_of_own(text, own(text))
    }

    /// The same where it is known as what the text stands for itself.
    #[inline]
    pub fn code_of_own(&mut self, text: Spot<'_>, own: Own) -> u32 {
        if self.slots.is_full() {
            self.grow();
        }
        let (head, next) = (text.head(), self.texts.len() as u32 + 1);
        if let Some(place) = self.serial.room_for(head.into(), self.texts.len()) {
            return self.code_in_place(place, own, || text.text());
        }
        let Dictionary { texts, slots, .. } = self;
        let key = Key::of_head(&head, || text.bytes());
        let place = slots.place((key, key.hash()), |marked| texts[bare(marked) as usize - 1] == *text.text());
        match *place {
            0 => *place = marked(next, own),
            known => return bare(known),
        }
        texts.push(text.text());
        next
    }

    /// The same of one that is found by its number, where there is room for its code.
    #[inline]
    fn code_in_place<'t>(&mut self, place: u32, own: Own, text: impl FnOnce() -> &'t str) -> u32 {
        match self.serial.code_at(place) {
            0 => {
                let next = self.texts.len() as u32 + 1;
                self.serial.set(place, marked(next, own));
                self.texts.push(text());
                next
            }
            known => bare(known),
        }
    }

    /// Finds the texts of the next cells that were seen before and stand for themselves, whether as IDs or as texts: their codes. Says how
    /// many cells there were, by a bit for each which are others, and the places of all.
    pub fn own_codes(&self, cells: &mut Spots<'_>, codes: &mut [u32; TOGETHER]) -> (usize, u64, Places) {
        let (first, serial) = (*cells, &self.serial);
        let (count, unlike) = cells.read(codes, &move |start| serial.place_in_main(start));
        let places = Places { places: *codes, unlike };
        serial.codes_at(codes, first.level());
        let mut hashed = Several::default();
        for at in Several(unlike) {
            match serial.place_among_others(first.at(at).start()) {
                Some(place) => codes[at] = serial.code_at(place),
                None => hashed.add(at),
            }
        }
        if hashed.0 != 0 {
            self.marked(|at| first.at(at), hashed, codes);
        }
        // mostly all are, which is seen without a bit for each
        let found = &codes[..count];
        let are_own = found.iter().fold(OWN, |all, code| all & code) != 0;
        let others = if are_own { 0 } else { found.iter().rev().fold(0, |others, code| others << 1 | u64::from(*code < OWN)) };
        codes.iter_mut().for_each(|code| *code = bare(*code));
        (count, others, places)
    }

    /// The code of one of the texts that were just looked for, by its number; none where it has to be found otherwise, or does not stand for
    /// itself as what it has to at least. Nothing else may be added meanwhile, but by this.
    #[inline]
    pub fn code_by_number<'t>(&mut self, at: usize, places: &Places, (least, text): (Own, impl FnOnce() -> &'t str)) -> Option<u32> {
        let (own, place) = (self.serial.stands_for(), places.of(at)?);
        let is_quick = own >= least && !self.slots.is_full() && self.serial.room_at(place, self.texts.len());
        is_quick.then(|| self.code_in_place(place, own, text))
    }

    /// The same of one cell.
    pub fn own_code(&self, cell: Spot<'_>) -> Option<u32> {
        let marked = self.marked_one(cell);
        if marked & OWN != 0 { Some(bare(marked)) } else { None }
    }

    /// The code of a text, with its mark; 0 where it is not there.
    #[inline]
    fn marked_one(&self, text: Spot<'_>) -> u32 {
        match self.serial.place_of(text.start()) {
            Some(place) => self.serial.code_at(place),
            None => self.marked_by(&Sought::of(text), || text),
        }
    }

    /// The same of several that are found by their hashes.
    fn marked<'t>(&self, text: impl Fn(usize) -> Spot<'t>, which: Several, codes: &mut [u32; TOGETHER]) {
        let mut sought = [Sought::default(); TOGETHER];
        self.ahead(&text, which, &mut sought);
        for at in which {
            codes[at] = self.marked_by(&sought[at], || text(at));
        }
    }

    /// Looks where texts would be without waiting for what stands there, so that the walks to all of them are made side by side.
    #[inline(always)]
    fn ahead<'t>(&self, text: &impl Fn(usize) -> Spot<'t>, which: Several, sought: &mut [Sought; TOGETHER]) {
        for at in which {
            sought[at] = Sought::of(text(at));
        }
        // by itself, because the processor has few steps under way at a time: the fewer a walk takes, the more of them
        let seen = which.fold(0, |seen, at| seen ^ self.slots.glimpse(sought[at].hash));
        std::hint::black_box(seen);
    }

    #[inline(always)]
    fn marked_by<'t>(&self, sought: &Sought, text: impl FnOnce() -> Spot<'t>) -> u32 {
        if sought.key.last == LONG { self.marked_long(sought, text()) } else { self.slots.find((sought.key, sought.hash), |_| true) }
    }

    /// The same of one that does not fit into its slot.
    #[inline(never)]
    fn marked_long(&self, Sought { key, hash }: &Sought, text: Spot<'_>) -> u32 {
        let head = text.head();
        let bytes = if head.is_whole() { &[] } else { text.bytes() };
        self.slots.find((*key, *hash), |marked| {
            let spot = self.texts.spot(bare(marked) as usize - 1);
            spot.head() == head && (bytes.is_empty() || spot.bytes() == bytes)
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
        for (number, codes) in (first..).step_by(TOGETHER).zip(codes.chunks_mut(TOGETHER)) {
            let (mut marked, mut others) = ([0; TOGETHER], Several::default());
            let spot = |at: usize| other.texts.spot(number + at);
            for (at, marked) in marked[..codes.len()].iter_mut().enumerate() {
                match self.serial.place_of(spot(at).start()) {
                    Some(place) => *marked = self.serial.code_at(place),
                    None => others.add(at),
                }
            }
            self.marked(spot, others, &mut marked);
            codes.iter_mut().zip(marked).for_each(|(code, marked)| *code = bare(marked));
        }
    }

    /// The text's code where it was seen before.
    #[inline]
    pub fn find(&self, text: &str) -> Option<u32> {
        let text = Spot::of(text, 0..text.len());
        let code = bare(self.marked_one(text));
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

    /// Whether the texts of the first so many codes stand in the order of bytes.
    pub fn are_in_order(&self, count: usize) -> bool {
        self.texts.are_in_order(count)
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
        let numbered = (0..count).filter(|at| self.serial.place_of(self.texts.spot(*at).start()).is_some()).count();
        self.slots = Slots::of(self.outlook.slots(old, count - numbered + 1));
        let mut sought = [Sought::default(); TOGETHER];
        for first in (0..count).step_by(TOGETHER) {
            let (texts, mut others) = (&self.texts, Several::default());
            let spot = |at: usize| texts.spot(first + at);
            let code = |at: usize| marked((first + at) as u32 + 1, own(spot(at)));
            for at in 0..TOGETHER.min(count - first) {
                match self.serial.place_of(spot(at).start()) {
                    Some(place) => self.serial.set(place, code(at)),
                    None => others.add(at),
                }
            }
            self.ahead(&spot, others, &mut sought);
            for at in others {
                // every text is there once: no two are the same
                *self.slots.place((sought[at].key, sought[at].hash), |_| false) = code(at);
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
            let found = ["", "and what stands behind it"].map(|behind| {
                let (all, ends, mut codes) = (format!("{text}\n{behind}"), [u32::MAX, text.len() as u32], [0; TOGETHER]);
                let (count, others, _) = dictionary.own_codes(&mut Spots::lines(&all, &ends), &mut codes);
                let found = (others == 0).then_some(codes[0]);
                assert_eq!((dictionary.own_code(Spot::of(&all, 0..text.len())), count), (found, 1), "{text}");
                found
            });
            assert_eq!(found[0], found[1], "{text}");
            found[0]
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
