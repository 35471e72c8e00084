//! Steps looked at: one by one, or one behind the other.

use std::ops::Range;

use super::{Step, StepId, Trace};
use crate::value::Value;

/// Steps looked at from the first on, so that the passages are gone through once.
#[derive(Debug)]
pub struct Reading<'t, 'a> {
    trace: &'t Trace<'a>,
    /// So many passages begin with the last step that was looked at or before it.
    behind: usize,
}

impl<'a> Reading<'_, 'a> {
    #[inline]
    pub fn value(&mut self, id: StepId) -> Value<'a> {
        let Trace { passages, steps, sealed_len, .. } = self.trace;
        if id.0 < *sealed_len {
            return self.trace.value(id);
        }
        if self.behind.checked_sub(1).is_some_and(|last| passages[last].first > id.0) {
            self.behind = 0;
        }
        self.behind += passages[self.behind..].iter().take_while(|passage| passage.first <= id.0).count();
        match self.trace.within(passages[..self.behind].last(), id) {
            Ok((passage, at)) => self.trace.value_in(passage, at),
            Err(at) => steps[at].value,
        }
    }
}

impl<'a> Trace<'a> {
    /// To look at steps each of which nearly always stands behind the one before.
    pub fn reading(&self) -> Reading<'_, 'a> {
        Reading { trace: self, behind: 0 }
    }

    /// The value of a step before the last passage, or of one that is sealed.
    pub(super) fn earlier_value(&self, id: StepId) -> Value<'a> {
        if id.0 < self.sealed_len {
            return self.sealed.step(id).value;
        }
        match self.passage(id) {
            Ok((passage, at)) => self.value_in(passage, at),
            Err(at) => self.steps[at].value,
        }
    }

    /// A step before the last passage, or one that is sealed.
    #[cold]
    pub(super) fn earlier(&self, id: StepId) -> Step<'a> {
        if id.0 < self.sealed_len {
            return self.sealed.step(id);
        }
        match self.passage(id) {
            Ok((passage, at)) => self.step_in(passage, at),
            Err(at) => self.steps[at],
        }
    }

    #[inline]
    pub(super) fn written_between(&self, steps: Range<u32>, lead: u32) -> &[Step<'a>] {
        &self.steps[(steps.start - lead) as usize..(steps.end - lead) as usize]
    }

    /// Those of the steps that are sealed, from the last to the first.
    pub(super) fn sealed_of(&self, steps: Range<u32>) -> impl Iterator<Item = StepId> {
        (steps.start..steps.end.min(self.sealed_len)).rev().map(StepId)
    }
}
