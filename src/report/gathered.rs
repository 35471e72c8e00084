//! What people come to, put together group by group while others are still worked.

use rayon::prelude::*;

use super::counted::RowMarks;
use super::outcome_table::OutcomeTable;
use super::results::{Kept, PeopleResult, Results};
use super::undecided;
use super::words::Context;
use super::written::{Form, Written};
use crate::eval::{Everybody, Later};

/// Where lines of the adjustments table go, in their order; what is left to do of them is done when the next may be handed on.
pub type Lines<'l> = dyn FnMut(Written) -> Later + Send + 'l;

/// The results of all groups so far.
pub struct Gathered<'a, 'l> {
    context: Context<'a>,
    kept: Kept,
    all: PeopleResult,
    outcome_lines: OutcomeTable,
    lines: &'l mut Lines<'l>,
}

impl<'a, 'l> Gathered<'a, 'l> {
    pub fn new(context: Context<'a>, kept: Kept, lines: &'l mut Lines<'l>) -> Gathered<'a, 'l> {
        let files = if kept.outcomes == Form::Table { &context.facts.files[..] } else { &[] };
        let outcome_lines = OutcomeTable::of(&context.phrases.sources, files);
        Gathered { context, kept, all: PeopleResult::default(), outcome_lines, lines }
    }

    /// Takes in the next people in the order of people.
    pub fn add(&mut self, group: PeopleResult) -> Later {
        let all = &mut self.all;
        all.adjustments.extend(group.adjustments);
        all.paid.join(group.paid);
        all.outcomes.extend(group.outcomes);
        all.balances.extend(group.balances);
        all.next.extend(group.next);
        all.broken.extend(group.broken);
        all.paid_again.extend(group.paid_again);
        all.counted.join(&group.counted);
        all.traced.join(group.traced);
        self.outcome_lines.join(group.outcome_lines);
        (self.lines)(group.adjustment_lines)
    }

    fn add_now(&mut self, group: PeopleResult) {
        if let Some(work) = self.add(group) {
            work();
        }
    }

    /// Adds the rows that nobody's queue decided about, and what is said of all people together.
    pub fn finish(mut self, everybody: Everybody, mut marks: RowMarks) -> Results<'a> {
        let (context, kept) = (self.context, self.kept);
        undecided::used(&context, (kept, &marks), &mut |some| self.add_now(some));
        let mut some = PeopleResult::default();
        undecided::rows(&context, (kept, &mut marks), &mut |outcome| {
            context.take(outcome, kept, &mut some);
            if some.outcome_lines.lines.len() == undecided::ROWS {
                self.add_now(std::mem::take(&mut some));
            }
        });
        self.add_now(some);
        self.outcome_lines.sort();
        let mut all = self.all;
        all.outcomes.par_sort_by_key(|outcome| (outcome.place, outcome.award));
        all.broken.extend(everybody.broken.iter().map(|broken| context.broken(broken, None)));
        all.broken.sort_by_key(|broken| broken.guarantee);
        Results {
            context,
            kept,
            adjustments: all.adjustments,
            paid: all.paid,
            outcomes: all.outcomes,
            outcome_lines: self.outcome_lines,
            counted: all.counted,
            marks,
            traced: all.traced.sum(),
            pools: everybody.pools,
            limits: everybody.limits,
            balances: all.balances,
            next: all.next,
            broken: all.broken,
            paid_again: all.paid_again,
        }
    }
}
