//! The end of a trace at some time: what was recorded since is forgotten where it is computed again in its own turn.

use super::template::Passage;
use super::{Tail, Trace};

/// The end of a trace at some time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mark {
    pub(super) steps: usize,
    pub(super) passages: usize,
    pub(super) values: usize,
    pub(super) inputs: usize,
    pub(super) faults: usize,
}

impl Trace<'_> {
    /// The end of the trace, to come back to.
    pub fn mark(&self) -> Mark {
        Mark {
            steps: self.steps.len(),
            passages: self.passages.len(),
            values: self.values.len(),
            inputs: self.inputs.len(),
            faults: self.faults.len(),
        }
    }

    /// Forgets what was recorded since the mark: it is computed again in its own turn.
    pub fn rewind(&mut self, mark: Mark) {
        self.steps.truncate(mark.steps);
        self.inputs.truncate(mark.inputs);
        self.faults.truncate(mark.faults);
        if self.passages.len() > mark.passages {
            self.passages.truncate(mark.passages);
            self.values.truncate(mark.values);
            self.tail = self.passages.last().map_or(Tail { id: self.sealed_len, lead: self.sealed_len }, Passage::tail);
        }
        self.next = self.tail.lead + self.steps.len() as u32;
    }
}
