//! The queue of one person: candidates stay where they were put, and their places stand in the order in which they are worked.

use std::cmp::Ordering;

use super::candidate::Candidate;
use crate::value::Date;

/// Used again for the next person.
#[derive(Debug, Default)]
pub struct Queue<'a> {
    /// So many of the first are the person's; the others are room for those of the next. None where one was taken out for its turn.
    candidates: Vec<Option<Box<Candidate<'a>>>>,
    count: usize,
    /// First those worked, then those that wait.
    order: Vec<Place>,
    /// The next to work.
    front: usize,
    /// Where the candidate at hand put others.
    enqueued: Vec<usize>,
}

/// A candidate, with what nearly always decides its place.
#[derive(Clone, Copy, Debug)]
struct Place {
    /// The day on which it stands, as a number that follows the order of days; 0 where it has none.
    day: u32,
    number: u32,
}

impl Place {
    #[inline]
    fn of(placing: Option<Date>, number: u32) -> Place {
        Place { day: placing.map_or(0, Date::ordinal), number }
    }
}

/// Up to so many are put in order one by one.
const FEW: usize = 20;

impl<'a> Queue<'a> {
    pub fn clear(&mut self) {
        self.count = 0;
        self.order.clear();
        self.enqueued.clear();
        self.front = 0;
    }

    /// Adds a candidate before the queue is sorted.
    pub fn push(&mut self, candidate: Candidate<'a>) {
        self.add(|room| *room = candidate);
    }

    /// Adds a candidate that `write` writes where it stays: all of it, for another stood there before.
    #[inline(always)]
    pub fn add(&mut self, write: impl FnOnce(&mut Candidate<'a>)) {
        let number = self.count as u32;
        if !matches!(self.candidates.get(self.count), Some(Some(_))) {
            self.make_room();
        }
        if let Some(Some(candidate)) = self.candidates.get_mut(self.count) {
            self.count += 1;
            write(candidate);
            self.order.push(Place::of(candidate.placing, number));
        }
    }

    fn keep(&mut self, candidate: Candidate<'a>) -> u32 {
        let number = self.count;
        self.candidates.truncate(number);
        self.candidates.push(Some(Box::new(candidate)));
        self.count += 1;
        number as u32
    }

    #[cold]
    fn make_room(&mut self) {
        self.candidates.truncate(self.count);
        self.candidates.push(Some(Box::new(Candidate::blank())));
    }

    /// Puts all of them in order.
    pub fn sort(&mut self) {
        let Queue { candidates, order, .. } = self;
        let compare = |left: &Place, right: &Place| match left.day.cmp(&right.day) {
            Ordering::Equal => of_day(candidates, left.number, right.number),
            different => different,
        };
        if order.len() > FEW {
            order.sort_by(compare);
            return;
        }
        for next in 1..order.len() {
            let (place, mut at) = (order[next], next);
            while at > 0 && compare(&order[at - 1], &place) == Ordering::Greater {
                order[at] = order[at - 1];
                at -= 1;
            }
            order[at] = place;
        }
    }

    /// The next to work, with its number: others may not look at it until it is put back.
    #[inline]
    pub fn next(&mut self) -> Option<(u32, Box<Candidate<'a>>)> {
        let number = self.order.get(self.front)?.number;
        self.front += 1;
        self.enqueued.clear();
        Some((number, self.candidates.get_mut(number as usize)?.take()?))
    }

    #[inline]
    pub fn put_back(&mut self, number: u32, candidate: Box<Candidate<'a>>) {
        if let Some(room) = self.candidates.get_mut(number as usize) {
            *room = Some(candidate);
        }
    }

    /// Puts a candidate behind what is worked already.
    pub fn enqueue(&mut self, candidate: Candidate<'a>) {
        let waiting = self.order.get(self.front..).unwrap_or(&[]);
        let is_before = |other: &Place| self.by_number(other.number).is_some_and(|other| other.order(&candidate).is_le());
        let at = self.front + waiting.partition_point(is_before);
        let placing = candidate.placing;
        let number = self.keep(candidate);
        self.order.insert(at, Place::of(placing, number));
        self.enqueued.push(at);
    }

    /// Takes out what the candidate at hand put in.
    pub fn take_back(&mut self) {
        while let Some(at) = self.enqueued.pop() {
            self.order.remove(at);
        }
    }

    /// Takes out those that are not worked yet and meet the test.
    pub fn take_waiting(&mut self, is_meant: &dyn Fn(&Candidate<'a>) -> bool) -> Vec<Candidate<'a>> {
        let waiting = self.order.split_off(self.front);
        let (taken, left): (Vec<Place>, Vec<Place>) =
            waiting.into_iter().partition(|place| self.by_number(place.number).is_some_and(is_meant));
        self.order.extend(left);
        taken.into_iter().filter_map(|place| self.by_number(place.number).cloned()).collect()
    }

    /// The places of those that are not worked yet.
    pub fn waiting(&self) -> std::ops::Range<usize> {
        self.front..self.order.len()
    }

    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// The candidate in a place of the queue.
    pub fn get(&self, at: usize) -> Option<&Candidate<'a>> {
        self.number(at).and_then(|number| self.by_number(number))
    }

    /// The number of the candidate in a place, by which it is found wherever it stands later.
    pub fn number(&self, at: usize) -> Option<u32> {
        self.order.get(at).map(|place| place.number)
    }

    pub fn by_number(&self, number: u32) -> Option<&Candidate<'a>> {
        self.candidates.get(number as usize)?.as_deref()
    }

    pub fn get_mut(&mut self, at: usize) -> Option<&mut Candidate<'a>> {
        self.number(at).and_then(|number| self.candidates.get_mut(number as usize))?.as_deref_mut()
    }
}

/// The order of two that stand on the same day.
#[inline(never)]
fn of_day(candidates: &[Option<Box<Candidate>>], left: u32, right: u32) -> Ordering {
    let of = |number: u32| candidates.get(number as usize).and_then(Option::as_deref);
    of(left).zip(of(right)).map_or(Ordering::Equal, |(left, right)| left.order(right))
}
