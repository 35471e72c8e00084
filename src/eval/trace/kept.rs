//! Templates that a trace keeps, and passages that are recorded by them.

use std::rc::Rc;

use super::template::Passage;
use super::{Rows, StepId, Tail, Template, Trace, Values};

/// A template where a trace keeps it, with the number of its steps.
#[derive(Clone, Copy, Debug)]
pub struct Kept {
    template: u32,
    steps: u32,
}

impl<'a> Trace<'a> {
    /// Records the steps of a template, with the values that were computed for them. Returns the last of them.
    #[inline]
    pub fn record_computed(&mut self, template: &Rc<Template<'a>>, rows: Rows, values: Values) -> StepId {
        let kept = self.kept(template);
        self.record_kept(kept, rows, values)
    }

    /// The template where this trace keeps it, as long as there are people.
    #[inline]
    pub fn kept(&mut self, template: &Rc<Template<'a>>) -> Kept {
        // nearly always it is there; one that another trace recorded is not
        let place = template.kept.get();
        let is_here = self.kept.get((place as usize).wrapping_sub(1)).is_some_and(|own| Rc::ptr_eq(own, template));
        let place = if is_here { place } else { self.keep(template) };
        Kept { template: place - 1, steps: template.steps.len() as u32 }
    }

    /// Records the steps of a template that it keeps.
    #[inline(always)]
    pub fn record_kept(&mut self, Kept { template, steps }: Kept, rows: Rows, values: Values) -> StepId {
        let first = self.next;
        let (end, lead) = (first + steps, self.tail.lead + steps);
        (self.tail, self.next) = (Tail { id: end, lead }, end);
        // it is written where it stays, and nothing is to be done when it goes
        self.passages.push(Passage { template, rows, values, first, end, lead });
        StepId(end.saturating_sub(1))
    }

    #[cold]
    fn keep(&mut self, template: &Rc<Template<'a>>) -> u32 {
        self.kept.push(Rc::clone(template));
        template.kept.set(self.kept.len() as u32);
        template.kept.get()
    }
}
