//! Neighbouring decisions about a row that hang on nothing but the row and its person: conditions, the effective date, the keys (decisions 0033 and 0042).
//!
//! The evaluator itself, or the formula of the expression, decides, so there is no second way to decide anything; for all rows of which the
//! same is said the same steps are recorded, those of all the decisions at once.

use std::rc::Rc;

use super::check::{Decided, Values, put};
use super::link::Link;
use crate::eval::evaluator::{Evaluator, Position};
use crate::eval::expression::formula::{Given, Reads};
use crate::eval::trace::{Kept, Op, Rows, Template, Trace};
use crate::policy::RecordId;

#[derive(Debug)]
pub struct Stretch<'a> {
    /// The place of the first among what the award decides.
    pub first: u16,
    pub links: Vec<Link<'a>>,
    /// Which cells the links rest on.
    pub reads: Reads,
    /// So many of the links rest on the award's row alone.
    pub of_row: usize,
    /// So many are conditions.
    pub conditions: usize,
    /// Those of the first conditions that look at one column.
    pub leading: Vec<Leading<'a>>,
    /// The first is where nothing is decided yet.
    states: Vec<State<'a>>,
    /// By state, and by the number of what the next link says there: what is reached, 0 where that is not known.
    after: Vec<Reached>,
}

/// A condition that looks at one column, as it is screened.
#[derive(Debug)]
pub struct Leading<'a> {
    values: Values<'a>,
    /// By so many of their numbers the state that follows is found at once.
    numbers: usize,
}

/// How far a row is decided.
#[derive(Debug)]
pub struct State<'a> {
    /// How it is reached.
    pub reached: Reached,
    /// Decided by so many links.
    pub links: u16,
    /// Their steps; none where some cannot be recorded again.
    steps: Option<Rc<Template<'a>>>,
    /// Where the trace keeps these.
    pub kept: Option<Kept>,
    /// By the kind of what the next link says: the state that it leads to, 0 where none was met.
    next: Vec<u16>,
}

/// The state that a row is in.
///
/// In one machine word: where those begin that are reached from it, its number, and what is decided, from 1. The first state, which is reached
/// from nowhere, is 0, and so is one that is not known.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reached(u64);

impl Reached {
    fn new(after: usize, state: u16, decided: Decided) -> Reached {
        Reached((after as u64) << 32 | u64::from(state) << 8 | (decided as u64 + 1))
    }

    #[inline]
    fn after(self) -> usize {
        (self.0 >> 32) as usize
    }

    #[inline]
    pub fn state(self) -> u16 {
        (self.0 >> 8) as u16
    }

    #[inline]
    pub fn decided(self) -> Decided {
        match self.0 as u8 {
            0 | HOLDS => Decided::Holds,
            FAILS => Decided::Fails,
            _ => Decided::Missing,
        }
    }

    #[inline]
    fn is_known(self) -> bool {
        self.0 > 0
    }

    /// Whether it is known, and more may be decided behind it.
    #[inline]
    fn goes_on(self) -> bool {
        self.0 as u8 == HOLDS
    }
}

const HOLDS: u8 = Decided::Holds as u8 + 1;
const FAILS: u8 = Decided::Fails as u8 + 1;

/// How far a row went.
#[derive(Clone, Copy, Debug)]
pub struct Walked {
    pub reached: Reached,
    /// Whether all was decided that was asked for.
    pub to_the_end: bool,
}

/// Of so many combinations of kinds the steps are kept.
const STATES_MOST: usize = 1 << 9;

impl<'a> Stretch<'a> {
    pub fn new(first: u16, links: Vec<Link<'a>>) -> Stretch<'a> {
        let nothing = State { reached: Reached::default(), links: 0, steps: Some(Rc::default()), kept: None, next: Vec::new() };
        let after = vec![Reached::default(); links.first().map_or(0, |link| link.numbers)];
        let reads = links.iter().map(Link::reads).fold(Reads::default(), Reads::and);
        let of_row = links.iter().take_while(|link| !link.reads().person).count();
        let leading = links.iter().map_while(|link| Some(Leading { values: link.check()?.values, numbers: link.numbers })).collect();
        let conditions = links.iter().filter(|link| matches!(link.decision, Op::Condition(_))).count();
        Stretch { first, links, reads, of_row, conditions, leading, states: vec![nothing], after }
    }

    #[inline]
    pub fn state(&self, number: u16) -> &State<'a> {
        &self.states[usize::from(number)]
    }

    /// What is reached where the link that comes next says what has this number, which is one of so many that are found at once.
    #[inline(always)]
    fn following(&self, before: Reached, (number, numbers): (usize, usize)) -> Reached {
        if number >= numbers {
            return Reached::default();
        }
        self.after.get(before.after().wrapping_add(number)).copied().unwrap_or_default()
    }

    /// Goes through the leading conditions that look at one column until one does not hold.
    #[inline(always)]
    pub fn screen(&mut self, event: (RecordId, u32), evaluator: &mut Evaluator<'a>) -> Walked {
        let mut reached = Reached::default();
        for Leading { values, numbers } in &self.leading {
            let next = self.following(reached, (values.number_of(event.1), *numbers));
            if !next.goes_on() {
                return if next.is_known() { Walked { reached: next, to_the_end: true } } else { self.screen_apart(event, evaluator) };
            }
            reached = next;
        }
        Walked { reached, to_the_end: true }
    }

    /// The same where something is said for the first time, or has many numbers.
    #[cold]
    fn screen_apart(&mut self, event: (RecordId, u32), evaluator: &mut Evaluator<'a>) -> Walked {
        let at = Position { event: Some(event), ..Position::default() };
        self.walk((0, self.leading.len()), (Rows { event: event.1, person: 0 }, &at), evaluator)
    }

    /// Goes on from a state through the first `most` links until one does not hold, and adds what is computed to the values of the trace.
    #[inline(always)]
    pub fn walk(&mut self, (from, most): (u16, usize), (rows, at): (Rows, &Position), evaluator: &mut Evaluator<'a>) -> Walked {
        let State { mut reached, links, .. } = *self.state(from);
        if reached.decided() != Decided::Holds {
            return Walked { reached, to_the_end: true };
        }
        let mut given = Given { policy: evaluator.policy, rows, at, from: 0 };
        let values = evaluator.trace.values();
        for link in &self.links[usize::from(links).min(most)..most] {
            given.from = values.len();
            let number = link.number_of(&given, values);
            let next = self.following(reached, (number, link.numbers));
            if !next.goes_on() {
                if next.is_known() {
                    return Walked { reached: next, to_the_end: true };
                }
                return self.walk_on((reached.state(), most), number, &given, evaluator);
            }
            reached = next;
        }
        Walked { reached, to_the_end: true }
    }

    #[cold]
    fn walk_apart(&mut self, way: (u16, usize), rows: (Rows, &Position), evaluator: &mut Evaluator<'a>) -> Walked {
        self.walk(way, rows, evaluator)
    }

    /// The same from where something is said for the first time, or has many numbers.
    #[cold]
    fn walk_on(&mut self, (state, most): (u16, usize), number: usize, given: &Given<'a, '_>, evaluator: &mut Evaluator<'a>) -> Walked {
        match self.follow(state, number, given, evaluator) {
            Some(next) => self.walk_apart((next, most), (given.rows, given.at), evaluator),
            None => {
                evaluator.trace.values().truncate(given.from);
                Walked { reached: self.state(state).reached, to_the_end: false }
            }
        }
    }

    /// The state that follows by the kind of what is said, kept for the next row that says it. None where there are too many kinds.
    fn follow(&mut self, state: u16, number: usize, given: &Given<'a, '_>, evaluator: &mut Evaluator<'a>) -> Option<u16> {
        let before = &self.states[usize::from(state)];
        let (after, link) = (before.reached.after(), &mut self.links[usize::from(before.links)]);
        let numbers = link.numbers;
        let kind = link.kind(number, given, evaluator)?;
        let known = self.states[usize::from(state)].next.get(kind).copied().filter(|next| *next > 0);
        let next = known.or_else(|| self.meet(state, kind, &mut evaluator.trace))?;
        if number < numbers {
            self.after[after + number] = self.state(next).reached;
        }
        Some(next)
    }

    /// The state that follows where a combination of kinds is met for the first time.
    #[cold]
    fn meet(&mut self, state: u16, kind: usize, trace: &mut Trace<'a>) -> Option<u16> {
        let number = self.states.len() as u16; // far from the largest
        if usize::from(number) >= STATES_MOST {
            return None;
        }
        let before = &mut self.states[usize::from(state)];
        let (decided, steps) = self.links[usize::from(before.links)].of_kind(kind);
        put(&mut before.next, kind, number);
        let steps = before.steps.as_ref().zip(steps).map(|(before, steps)| trace.numbered(before.followed_by(steps)));
        let links = before.links + 1;
        let after = self.after.len();
        let kept = steps.as_ref().map(|steps| trace.kept(steps));
        self.states.push(State { reached: Reached::new(after, number, decided), links, steps, kept, next: Vec::new() });
        self.after.resize(after + self.links.get(usize::from(links)).map_or(0, |link| link.numbers), Reached::default());
        Some(number)
    }

    /// Whether one of the conditions that look at one column fails for a row of more kinds than are kept, and none before it is missing.
    #[cold]
    pub fn fails(&self, at: &Position, evaluator: &mut Evaluator<'a>) -> bool {
        let mut decided = self.links.iter().map_while(Link::check).map(|check| check.decide(at, evaluator));
        decided.find(|decided| *decided != Decided::Holds) == Some(Decided::Fails)
    }

    /// Debug builds go step by step each time as well: both leave the same.
    pub fn compare(&self, links: usize, (first, at): (u32, &Position), evaluator: &mut Evaluator<'a>) {
        let (mark, second) = (evaluator.trace.mark(), evaluator.trace.next());
        for link in &self.links[..links] {
            evaluator.decide(link.decision, link.expr, at);
        }
        evaluator.trace.expect_twice((first, second), mark, &self.links);
    }
}
