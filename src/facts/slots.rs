//! Codes of texts by the hashes of what the texts are found by: open addressing, of which some are always free.

use super::room::filled;
use super::text_key::{Key, LONG};

#[derive(Clone, Debug, Default)]
pub struct Slots {
    slots: Vec<Slot>,
    /// How many are taken.
    taken: usize,
}

#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    first: u64,
    last: u32,
    /// 0: the slot is free.
    code: u32,
}

impl Slot {
    /// Whether a text with this key has taken it.
    #[inline(always)]
    fn holds(&self, key: Key) -> bool {
        (self.first ^ key.first) | u64::from(self.last ^ key.last) == 0
    }
}

impl Slots {
    /// So many, all of them free.
    pub fn of(count: usize) -> Slots {
        Slots { slots: vec![Slot::default(); count], taken: 0 }
    }

    pub fn len(&self) -> usize {
        self.slots.len()
    }

    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    pub fn taken(&self) -> usize {
        self.taken
    }

    /// Whether there is room for another text.
    #[inline]
    pub fn is_full(&self) -> bool {
        self.taken >= filled(self.slots.len())
    }

    /// What stands where a text with this hash is looked for first.
    #[inline(always)]
    pub fn glimpse(&self, hash: u64) -> u32 {
        self.slots.get(self.home(hash)).map_or(0, |slot| slot.code)
    }

    /// The code of a text; 0 where it is not there. `is_same` compares a text that does not fit into its slot with that of a code.
    #[inline(always)]
    pub fn find(&self, (key, hash): (Key, u64), is_same: impl Fn(u32) -> bool) -> u32 {
        let mut at = self.home(hash);
        loop {
            let Some(slot) = self.slots.get(at) else { return 0 };
            if slot.code == 0 || slot.holds(key) && (key.last != LONG || is_same(slot.code)) {
                return slot.code;
            }
            at = self.behind(at);
        }
    }

    /// Where the code of a text stands or belongs: the slot is taken. There has to be room.
    pub fn place(&mut self, (key, hash): (Key, u64), is_same: impl Fn(u32) -> bool) -> &mut u32 {
        let mut at = self.home(hash);
        while self.slots[at].code != 0 && !(self.slots[at].holds(key) && (key.last != LONG || is_same(self.slots[at].code))) {
            at = self.behind(at);
        }
        let slot = &mut self.slots[at];
        self.taken += usize::from(slot.code == 0);
        (slot.first, slot.last) = (key.first, key.last);
        &mut slot.code
    }

    /// Makes so many slots of them.
    pub fn grow(&mut self, count: usize) {
        let old = std::mem::replace(self, Slots::of(count));
        for slot in old.slots.into_iter().filter(|slot| slot.code != 0) {
            let key = Key { first: slot.first, last: slot.last };
            *self.place((key, key.hash()), |_| false) = slot.code;
        }
    }

    /// The slot where a text is looked for first: any number of slots is used evenly.
    #[inline(always)]
    fn home(&self, hash: u64) -> usize {
        ((u128::from(hash) * self.slots.len() as u128) >> 64) as usize
    }

    #[inline(always)]
    fn behind(&self, at: usize) -> usize {
        let next = at.wrapping_add(1);
        if next == self.slots.len() { 0 } else { next }
    }
}
