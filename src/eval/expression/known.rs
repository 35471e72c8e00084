//! What formulas came to that no row of an award changes: computed once for each value that they look at, and shown again (decision 0056).

use std::cell::Cell;

use super::formula::Formula;
use crate::eval::trace::{Generation, Rows, Whose};
use crate::facts::column::NO_NUMBER;
use crate::facts::{Column, NumberColumn};

/// What a formula came to, by what it looks at. It is not known any more once the trace has taken its lasting values away.
#[derive(Debug)]
pub(super) struct Known<'a, T> {
    looks_at: LooksAt<'a>,
    /// Found by the number of what is looked at; empty until there is one.
    slots: Vec<Option<Slot<T>>>,
    /// What was asked for last.
    latest: Cell<Latest>,
}

/// The row of a person, and the slot of what is known for it.
#[derive(Clone, Copy, Debug, Default)]
struct Latest {
    person: u32,
    generation: Generation,
    place: usize,
}

/// What changes what a formula comes to.
#[derive(Clone, Copy, Debug)]
enum LooksAt<'a> {
    /// The award's row or a day: nothing of it is kept.
    Event,
    Nothing,
    /// One cell of the person's row, as most are in a column of numbers.
    Number(&'a NumberColumn),
    Cell(&'a Column),
    /// Several.
    Row,
}

#[derive(Clone, Copy, Debug)]
struct Slot<T> {
    /// That of what was looked at.
    number: usize,
    generation: Generation,
    kept: T,
}

/// A power of two: most columns that amounts hang on have few values.
const SLOTS: usize = 1 << 6;

/// So many places are looked at for one number.
const LOOKS: usize = 4;

impl<'a, T: Copy> Known<'a, T> {
    pub fn of(formula: &Formula<'a>) -> Known<'a, T> {
        let cells = formula.cells_of(Whose::Person);
        let looks_at = match &cells[..] {
            _ if !formula.reads.is_of_person() => LooksAt::Event,
            [] => LooksAt::Nothing,
            [Column::Number(numbers) | Column::Percent(numbers) | Column::Money(numbers)] => LooksAt::Number(numbers),
            [one] => LooksAt::Cell(one),
            _ => LooksAt::Row,
        };
        Known { looks_at, slots: Vec::new(), latest: Cell::default() }
    }

    /// What is known for what stands in the person's row.
    #[inline(always)]
    pub fn get(&self, rows: Rows, generation: Generation) -> Option<&T> {
        let latest = self.latest.get();
        if latest.person == rows.person && latest.generation == generation {
            return self.slots.get(latest.place)?.as_ref().map(|slot| &slot.kept);
        }
        self.find(rows, generation)
    }

    #[inline(never)]
    fn find(&self, rows: Rows, generation: Generation) -> Option<&T> {
        let number = self.number_of(rows);
        let mut place = home(number);
        for _ in 0..LOOKS {
            let slot = self.slots.get(place)?.as_ref()?;
            if slot.number == number && slot.generation == generation {
                self.latest.set(Latest { person: rows.person, generation, place });
                return Some(&slot.kept);
            }
            place = (place + 1) % SLOTS;
        }
        None
    }

    /// Whether what it comes to at these rows can be kept.
    pub fn may_keep(&self, rows: Rows) -> bool {
        self.number_of(rows) != NO_NUMBER
    }

    /// Keeps it where nothing of this generation stands, or else in the first place of its number.
    pub fn keep(&mut self, rows: Rows, generation: Generation, kept: T) {
        let number = self.number_of(rows);
        let first = home(number);
        self.slots.resize(SLOTS, None);
        let is_free = |place: &usize| self.slots[*place].is_none_or(|slot| slot.generation != generation);
        let place = (first..first + LOOKS).map(|place| place % SLOTS).find(is_free).unwrap_or(first);
        self.slots[place] = Some(Slot { number, generation, kept });
        self.latest.set(Latest { person: rows.person, generation, place });
    }

    /// A number for what stands there, the same for no two that differ; [`NO_NUMBER`] where nothing is kept.
    #[inline]
    fn number_of(&self, rows: Rows) -> usize {
        match self.looks_at {
            LooksAt::Event => NO_NUMBER,
            LooksAt::Nothing => 0,
            LooksAt::Number(numbers) => numbers.code(rows.person),
            LooksAt::Cell(column) => column.number(rows.person),
            LooksAt::Row => rows.person as usize,
        }
    }
}

/// The place where it is looked for first.
#[inline]
fn home(number: usize) -> usize {
    (number ^ (number >> 6)) % SLOTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_that_of_the_row_and_of_the_generation() {
        let of_row = |person| Rows { event: 7, person };
        let mut known = Known { looks_at: LooksAt::Row, slots: Vec::new(), latest: Cell::default() };
        let (first, next) = (Generation::default(), Generation::default().next());
        assert_eq!(known.get(of_row(0), first), None);
        for person in 0..1000 {
            assert!(known.may_keep(of_row(person)) && known.get(of_row(person), first).is_none());
            known.keep(of_row(person), first, person);
            assert_eq!(known.get(of_row(person), first), Some(&person));
            let other = person / 3;
            assert!(known.get(of_row(other), first).is_none_or(|kept| *kept == other));
            assert_eq!(known.get(of_row(person), next), None);
        }
        assert!((900..1000).filter(|person| known.get(of_row(*person), first).is_some()).count() > SLOTS / 2);
        let event: Known<u32> = Known { looks_at: LooksAt::Event, slots: Vec::new(), latest: Cell::default() };
        assert!(!event.may_keep(of_row(0)) && event.get(of_row(0), first).is_none());
    }
}
