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
}

/// Of so many combinations of kinds the steps are kept.
const STATES_MOST: usize = 1 << 8;

impl<'a> Stretch<'a> {
    pub fn new(first: u16, checks: Vec<Check<'a>>) -> Stretch<'a> {
        let nothing = State { decided: Decided::Holds, conditions: 0, steps: Some(Rc::default()), next: Vec::new() };
        Stretch { first, checks, states: vec![nothing] }
    }

    #[inline]
    pub fn state(&self, number: u32) -> Option<&State<'a>> {
        self.states.get(number as usize)
    }

    /// The state in which the row's values leave the conditions. None where there are too many kinds of values.
    #[inline]
    pub fn decide(&mut self, (record, row): (RecordId, u32), evaluator: &mut Evaluator<'a>) -> Option<u32> {
        let mut state = 0;
        for at in 0..self.checks.len() {
            let known = self.checks[at].known_kind(row).and_then(|kind| self.states[state as usize].next.get(usize::from(kind)));
            state = match known.copied() {
                Some(next) if next > 0 => next,
                _ => self.meet(state, at, (record, row), evaluator)?,
            };
            if self.states[state as usize].decided != Decided::Holds {
                break;
            }
        }
        Some(state)
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
        let steps = before.steps.as_ref().zip(steps).map(|(before, steps)| Rc::new(before.followed_by(steps)));
        let conditions = before.conditions + 1;
        self.states.push(State { decided, conditions, steps, next: Vec::new() });
        Some(number)
    }

    /// Whether a condition fails for a row of more kinds than are kept, and none before it is missing.
    #[cold]
    pub fn fails(&self, event: (RecordId, u32), evaluator: &mut Evaluator<'a>) -> bool {
        let decided = self.checks.iter().map(|check| check.decide(event, evaluator)).find(|decided| *decided != Decided::Holds);
        decided == Some(Decided::Fails)
    }
}
