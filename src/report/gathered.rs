//! What people come to, put together group by group while others are still worked.

use rayon::prelude::*;

use super::counted::RowMarks;
use super::results::{Kept, PeopleResult, Results};
use super::undecided;
use super::words::Context;
use super::written::Written;
use crate::eval::Everybody;

/// Where lines of the adjustments table go, in their order.
pub type Lines<'l> = dyn FnMut(Written) + Send + 'l;

/// The results of all groups so far.
pub struct Gathered<'a, 'l> {
    context: Context<'a>,
    kept: Kept,
    all: PeopleResult,
    lines: &'l mut Lines<'l>,
}

impl<'a, 'l> Gathered<'a, 'l> {
    pub fn new(context: Context<'a>, kept: Kept, lines: &'l mut Lines<'l>) -> Gathered<'a, 'l> {
        Gathered { context, kept, all: PeopleResult::default(), lines }
    }

    /// Takes in the next people in the order of people.
    pub fn add(&mut self, group: PeopleResult) {
        let all = &mut self.all;
        all.adjustments.extend(group.adjustments);
        all.paid.join(group.paid);
        all.outcomes.extend(group.outcomes);
        all.balances.extend(group.balances);
        all.next.extend(group.next);
        all.broken.extend(group.broken);
        all.paid_again.extend(group.paid_again);
        all.counted.join(&group.counted);
        all.traced = all.traced.zip(group.traced).and_then(|(sum, traced)| sum.plus(traced).ok());
        all.outcome_lines.join(group.outcome_lines);
        if !group.adjustment_lines.text().is_empty() {
            (self.lines)(group.adjustment_lines);
        }
    }

    /// Adds the rows that nobody's queue decided about, and what is said of all people together.
    pub fn finish(mut self, everybody: Everybody, mut marks: RowMarks) -> Results<'a> {
        let (context, kept) = (self.context, self.kept);
        undecided::used(&context, (kept, &marks), &mut |some| self.add(some));
        let mut all = self.all;
        undecided::rows(&context, &mut marks, &mut |outcome| context.take(outcome, kept, &mut all));
        all.outcome_lines.sort();
        all.outcomes.par_sort_by_key(|outcome| (outcome.place, outcome.award));
        all.broken.extend(everybody.broken.iter().map(|broken| context.broken(broken, None)));
        all.broken.sort_by_key(|broken| broken.guarantee);
        Results {
            context,
            kept,
            adjustments: all.adjustments,
            paid: all.paid,
            outcomes: all.outcomes,
            outcome_lines: all.outcome_lines,
            counted: all.counted,
            marks,
            traced: all.traced,
            pools: everybody.pools,
            limits: everybody.limits,
            balances: all.balances,
            next: all.next,
            broken: all.broken,
            paid_again: all.paid_again,
        }
    }
}
