//! Neighbouring conditions of an award that each look at one column of its row, decided by the kinds of values that stand there.
//!
//! The evaluator itself decides, at the first row that has a value, so there is no second way to decide a condition; for all rows with
//! values of the same kinds the same steps are recorded again, those of all the conditions at once.

use std::rc::Rc;

use super::check::{Check, Decided};
use crate::eval::evaluator::Evaluator;
use crate::eval::trace::Template;
use crate::policy::RecordId;

#[derive(Debug)]
pub struct Stretch<'a> {
    /// The place of its first condition among the award's.
    pub first: u16,
    checks: Vec<Check<'a>>,
    /// The first is where nothing is decided yet.
    states: Vec<State<'a>>,
}

/// How far a row is decided.
#[derive(Debug)]
pub struct State<'a> {
    pub decided: Decided,
    /// By so many conditions.
    pub conditions: u16,
    /// Their steps; none where some cannot be recorded again.
    pub steps: Option<Rc<Template<'a>>>,
    /// By the kind of the next condition's value: the state that it leads to, 0 where none was met.
    next: Vec<u32>,
    /// The same by the value's number in its column, for the first numbers: most columns have few.
    after: Vec<Next>,
}

/// The state that follows.
#[derive(Clone, Copy, Debug, Default)]
struct Next {
    /// 0 where none was met.
    state: u32,
    decided: Decided,
}

/// Of so many values the state that follows is found at once.
const VALUES_AT_ONCE: usize = 1 << 8;

/// Of so many combinations of kinds the steps are kept.
const STATES_MOST: usize = 1 << 8;

impl<'a> Stretch<'a> {
    pub fn new(first: u16, checks: Vec<Check<'a>>) -> Stretch<'a> {
        let nothing = State { decided: Decided::Holds, conditions: 0, steps: Some(Rc::default()), next: Vec::new(), after: Vec::new() };
        Stretch { first, checks, states: vec![nothing] }
    }

    #[inline]
    pub fn state(&self, number: u32) -> Option<&State<'a>> {
        self.states.get(number as usize)
    }

    /// The state in which the row's values leave the conditions, and what it decides. None where there are too many kinds of values.
    #[inline]
    pub fn decide(&mut self, event: (RecordId, u32), evaluator: &mut Evaluator<'a>) -> Option<(u32, Decided)> {
        let mut last = Next::default();
        for check in &self.checks {
            let after = &self.states[last.state as usize].after;
            match check.number_of(event.1).and_then(|number| after.get(number)) {
                Some(next) if next.state > 0 => last = *next,
                _ => return self.decide_anew(event, evaluator),
            }
            if last.decided != Decided::Holds {
                break;
            }
        }
        Some((last.state, last.decided))
    }

    /// The same where something is met for the first time, or has values of many kinds.
    #[inline(never)]
    fn decide_anew(&mut self, event: (RecordId, u32), evaluator: &mut Evaluator<'a>) -> Option<(u32, Decided)> {
        let mut last = Next::default();
        for at in 0..self.checks.len() {
            let number = self.checks[at].number_of(event.1);
            last = self.follow((last.state, at), (event, number), evaluator)?;
            if last.decided != Decided::Holds {
                break;
            }
        }
        Some((last.state, last.decided))
    }

    /// The state that follows by the kind of the value, kept for the next row that has the value.
    fn follow(
        &mut self,
        (state, at): (u32, usize),
        (event, number): ((RecordId, u32), Option<usize>),
        evaluator: &mut Evaluator<'a>,
    ) -> Option<Next> {
        let known = self.checks[at].known_kind(number).and_then(|kind| self.states[state as usize].next.get(usize::from(kind)));
        let next = match known.copied() {
            Some(next) if next > 0 => next,
            _ => self.meet(state, at, event, evaluator)?,
        };
        let next = Next { state: next, decided: self.states[next as usize].decided };
        if let Some(number) = number.filter(|number| *number < VALUES_AT_ONCE) {
            let after = &mut self.states[state as usize].after;
            if number >= after.len() {
                after.resize(number + 1, Next::default());
            }
            after[number] = next;
        }
        Some(next)
    }

    /// The state that follows where a value or a combination of kinds is met for the first time.
    #[cold]
    fn meet(&mut self, state: u32, at: usize, event: (RecordId, u32), evaluator: &mut Evaluator<'a>) -> Option<u32> {
        let check = &mut self.checks[at];
        let kind = check.kind(event, evaluator)?;
        let (decided, steps) = check.of_kind(kind);
        let number = self.states.len() as u32;
        let before = &mut self.states[state as usize];
        let kind = usize::from(kind);
        if kind >= before.next.len() {
            before.next.resize(kind + 1, 0);
        }
        if before.next[kind] > 0 {
            return Some(before.next[kind]);
        }
        if number as usize >= STATES_MOST {
            return None;
        }
        before.next[kind] = number;
        let steps = before.steps.as_ref().zip(steps).map(|(before, steps)| evaluator.trace.numbered(before.followed_by(steps)));
        let conditions = before.conditions + 1;
        self.states.push(State { decided, conditions, steps, next: Vec::new(), after: Vec::new() });
        Some(number)
    }

    /// Whether a condition fails for a row of more kinds than are kept, and none before it is missing.
    #[cold]
    pub fn fails(&self, event: (RecordId, u32), evaluator: &mut Evaluator<'a>) -> bool {
        let decided = self.checks.iter().map(|check| check.decide(event, evaluator)).find(|decided| *decided != Decided::Holds);
        decided == Some(Decided::Fails)
    }
}
