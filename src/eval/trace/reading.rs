//! Steps looked at one behind the other.

use super::{StepId, Trace};
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
        let Trace { passages, steps, values, sealed_len, .. } = self.trace;
        if id.0 < *sealed_len {
            return self.trace.value(id);
        }
        if self.behind.checked_sub(1).is_some_and(|last| passages[last].first > id.0) {
            self.behind = 0;
        }
        self.behind += passages[self.behind..].iter().take_while(|passage| passage.first <= id.0).count();
        match self.trace.within(passages[..self.behind].last(), id) {
            Ok((passage, at)) => passage.step(at, values).value,
            Err(at) => steps[at].value,
        }
    }
}

impl<'a> Trace<'a> {
    /// To look at steps each of which nearly always stands behind the one before.
    pub fn reading(&self) -> Reading<'_, 'a> {
        Reading { trace: self, behind: 0 }
    }
}
