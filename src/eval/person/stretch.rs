//! Neighbouring decisions about a row that hang on nothing but the row and its person: conditions, the effective date, the keys (decisions 0033 and 0042).
//!
//! The evaluator itself, or the formula of the expression, decides, so there is no second way to decide anything; for all rows of which the
//! same is said the same steps are recorded, those of all the decisions at once.

use std::rc::Rc;

use super::check::{Decided, put};
use super::link::Link;
use crate::eval::evaluator::{Evaluator, Position};
use crate::eval::expression::formula::{Given, Reads};
use crate::eval::trace::{Op, Rows, Template, Trace};
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
    /// So many are conditions, and of these so many of the first look at one column.
    pub conditions: usize,
    pub of_columns: usize,
    /// The first is where nothing is decided yet.
    states: Vec<State<'a>>,
}

/// How far a row is decided.
#[derive(Debug)]
pub struct State<'a> {
    pub decided: Decided,
    /// By so many links.
    pub links: u16,
    /// Their steps; none where some cannot be recorded again.
    pub steps: Option<Rc<Template<'a>>>,
    /// By the kind of what the next link says: the state that it leads to, 0 where none was met.
    next: Vec<u32>,
    /// The same by the number of what it says, for the first numbers: most columns have few.
    after: Vec<Option<Reached>>,
}

/// The state that a row is in.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reached {
    pub state: u32,
    pub decided: Decided,
}

/// How far a row went.
#[derive(Clone, Copy, Debug)]
pub struct Walked {
    pub reached: Reached,
    /// Whether all was decided that was asked for.
    pub to_the_end: bool,
}

/// Of so many numbers the state that follows is found at once.
const NUMBERS_AT_ONCE: usize = 1 << 8;

/// Of so many combinations of kinds the steps are kept.
const STATES_MOST: usize = 1 << 9;

impl<'a> Stretch<'a> {
    pub fn new(first: u16, links: Vec<Link<'a>>) -> Stretch<'a> {
        let nothing = State { decided: Decided::Holds, links: 0, steps: Some(Rc::default()), next: Vec::new(), after: Vec::new() };
        let reads = links.iter().map(Link::reads).fold(Reads::default(), Reads::and);
        let of_row = links.iter().take_while(|link| !link.reads().person).count();
        let of_columns = links.iter().map_while(Link::check).count();
        let conditions = links.iter().filter(|link| matches!(link.decision, Op::Condition(_))).count();
        Stretch { first, links, reads, of_row, conditions, of_columns, states: vec![nothing] }
    }

    #[inline]
    pub fn state(&self, number: u32) -> &State<'a> {
        &self.states[number as usize]
    }

    /// Goes through the leading conditions that look at one column until one does not hold.
    #[inline(always)]
    pub fn screen(&mut self, event: (RecordId, u32), evaluator: &mut Evaluator<'a>) -> Walked {
        let mut reached = Reached::default();
        for link in &self.links[..self.of_columns] {
            let number = link.check().and_then(|check| check.number_of(event.1));
            match number.and_then(|number| self.states[reached.state as usize].after.get(number)) {
                Some(Some(next)) => reached = *next,
                _ => return self.screen_apart(event, evaluator),
            }
            if reached.decided != Decided::Holds {
                break;
            }
        }
        Walked { reached, to_the_end: true }
    }

    /// The same where something is said for the first time, or has many numbers.
    #[inline(never)]
    fn screen_apart(&mut self, event: (RecordId, u32), evaluator: &mut Evaluator<'a>) -> Walked {
        let at = Position { event: Some(event), ..Position::default() };
        self.walk((0, self.of_columns), (Rows { event: event.1, person: 0 }, &at), evaluator)
    }

    /// Goes on from a state through the first `most` links until one does not hold, and adds what is computed to the values of the trace.
    #[inline(always)]
    pub fn walk(&mut self, (from, most): (u32, usize), (rows, at): (Rows, &Position), evaluator: &mut Evaluator<'a>) -> Walked {
        let State { decided, links, .. } = self.states[from as usize];
        let mut reached = Reached { state: from, decided };
        let mut given = Given { policy: evaluator.policy, rows, at, from: 0 };
        let values = evaluator.trace.values();
        for link in self.links.get(usize::from(links)..most).unwrap_or(&[]) {
            if reached.decided != Decided::Holds {
                break;
            }
            given.from = values.len();
            let number = link.number_of(&given, values);
            match number.and_then(|number| self.states[reached.state as usize].after.get(number)) {
                Some(Some(next)) => reached = *next,
                _ => return self.walk_on((reached.state, most), number, &given, evaluator),
            }
        }
        Walked { reached, to_the_end: true }
    }

    #[inline(never)]
    fn walk_apart(&mut self, way: (u32, usize), rows: (Rows, &Position), evaluator: &mut Evaluator<'a>) -> Walked {
        self.walk(way, rows, evaluator)
    }

    /// The same from where something is said for the first time, or has many numbers.
    #[inline(never)]
    fn walk_on(
        &mut self,
        (state, most): (u32, usize),
        number: Option<usize>,
        given: &Given<'a, '_>,
        evaluator: &mut Evaluator<'a>,
    ) -> Walked {
        match self.follow(state, number, given, evaluator) {
            Some(next) => self.walk_apart((next, most), (given.rows, given.at), evaluator),
            None => {
                evaluator.trace.values().truncate(given.from);
                Walked { reached: Reached { state, decided: Decided::Holds }, to_the_end: false }
            }
        }
    }

    /// The state that follows by the kind of what is said, kept for the next row that says it. None where there are too many kinds.
    fn follow(&mut self, state: u32, number: Option<usize>, given: &Given<'a, '_>, evaluator: &mut Evaluator<'a>) -> Option<u32> {
        let kind = self.links[usize::from(self.states[state as usize].links)].kind(number, given, evaluator)?;
        let known = self.states[state as usize].next.get(kind).copied().filter(|next| *next > 0);
        let next = known.or_else(|| self.meet(state, kind, &mut evaluator.trace))?;
        let decided = self.states[next as usize].decided;
        if let Some(number) = number.filter(|number| *number < NUMBERS_AT_ONCE) {
            put(&mut self.states[state as usize].after, number, Some(Reached { state: next, decided }));
        }
        Some(next)
    }

    /// The state that follows where a combination of kinds is met for the first time.
    #[cold]
    fn meet(&mut self, state: u32, kind: usize, trace: &mut Trace<'a>) -> Option<u32> {
        let number = self.states.len() as u32;
        if number as usize >= STATES_MOST {
            return None;
        }
        let before = &mut self.states[state as usize];
        let (decided, steps) = self.links[usize::from(before.links)].of_kind(kind);
        put(&mut before.next, kind, number);
        let steps = before.steps.as_ref().zip(steps).map(|(before, steps)| trace.numbered(before.followed_by(steps)));
        let links = before.links + 1;
        self.states.push(State { decided, links, steps, next: Vec::new(), after: Vec::new() });
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
