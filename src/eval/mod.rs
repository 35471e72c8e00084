//! Policy and facts to outcomes: one timeline per person, every step recorded while it is computed.

pub mod outcome;
pub mod trace;

mod aggregate;
mod amount;
mod bank;
mod calendar;
mod candidate;
mod choose;
mod claim;
mod decide;
mod division;
mod evaluator;
mod grant;
mod guarantee;
mod expr;
mod fields;
mod instalment;
mod key;
mod ledger;
mod limit;
mod look_up;
mod matching;
mod movement;
mod opening;
mod operators;
mod pools;
mod next;
mod population;
mod opening_bank;
mod parts;
mod posted;
mod queue;
mod recovery;
mod rejected;
mod recur;
mod reversal;
mod rows;
mod screen;
mod sealed;
mod sequence;
mod set;
mod set_row;
mod spending;
mod table;
mod timeline;
mod uses;
mod verdict;
mod window;
mod working_day;

use rayon::prelude::*;

pub use bank::{Lot, Opened};
pub use guarantee::{Broken, How, Whom, Witness};
pub use next::{Next, NextSet, NextUnits, Required};
pub use outcome::{Disposition, Line, Origin, Outcome, PassedRow, PeriodName, PersonRun, Reason, Winner};
pub use pools::PoolStatement;
pub use screen::PassedOver;
pub use sequence::LimitStatement;
pub use trace::{Fault, Op, Step, StepId, StepPlace, Trace};

use population::Populations;

use crate::facts::{EmployeeId, Facts};
use crate::policy::Policy;
use crate::value::Date;

/// People that are worked one after the other by one thread.
const PEOPLE_PER_GROUP: usize = 256;

/// Works every person's timeline and gives each to `observe` while its trace is alive.
///
/// The results come in the order of [`EmployeeId`], whatever the number of threads: same inputs, same bytes (DESIGN 2).
/// Nothing fails as a whole: what cannot be decided is an outcome of its row.
pub fn evaluate<T: Send>(policy: &Policy, facts: &Facts, as_of: Date, observe: &(dyn Fn(&PersonRun) -> T + Sync)) -> Vec<T> {
    let take = |group: &mut Vec<T>, run: &PersonRun| group.push(observe(run));
    evaluate_groups((policy, facts), as_of, PassedOver::Apart, &take).groups.into_iter().flatten().collect()
}

/// The same, where `take` adds up what a group of people comes to. The groups are the same for any number of threads.
///
/// Where there are pools, everybody's queue is worked twice: first for the claims, of which alone something is kept, and
/// then with the shares known.
pub fn evaluate_groups<G: Default + Send>(
    (policy, facts): (&Policy, &Facts),
    as_of: Date,
    passed_over: PassedOver,
    take: &(dyn Fn(&mut G, &PersonRun) + Sync),
) -> Evaluated<G> {
    let populations = Populations::compute(policy, facts, as_of);
    let shares = pools::divide_all(policy, facts, as_of, &populations);
    let people = facts.employees.len() as u32;
    let worked: Vec<(G, Vec<guarantee::Share>)> = (0..facts.employees.len().div_ceil(PEOPLE_PER_GROUP) as u32)
        .into_par_iter()
        .map_init(
            || timeline::Timeline::new(policy, facts, as_of, &populations).with_shares(shares.clone()).passing_over(passed_over),
            |timeline, number| {
                let (mut group, mut added) = (G::default(), Vec::new());
                let first = number * PEOPLE_PER_GROUP as u32;
                for employee in first..people.min(first + PEOPLE_PER_GROUP as u32) {
                    let mut run = timeline.run(EmployeeId(employee));
                    added.append(&mut run.shares);
                    take(&mut group, &run);
                    timeline.recycle(run);
                }
                (group, added)
            },
        )
        .collect();
    let (groups, added): (Vec<G>, Vec<Vec<guarantee::Share>>) = worked.into_iter().unzip();
    let broken = guarantee::of_all(policy, as_of, added.into_iter().flatten().collect());
    let (pools, limits) = shares.map_or_else(Default::default, |shares| (shares.statements.clone(), shares.limits.clone()));
    Evaluated { groups, pools, limits, broken }
}

/// What everybody's queues came to.
#[derive(Debug)]
pub struct Evaluated<G> {
    /// What `take` added up, group by group.
    pub groups: Vec<G>,
    pub pools: Vec<PoolStatement>,
    /// Limits over everybody or a group.
    pub limits: Vec<LimitStatement>,
    /// Guarantees about groups and everybody that do not hold.
    pub broken: Vec<Broken>,
}

/// Works one person's timeline.
pub fn evaluate_person<T>((policy, facts): (&Policy, &Facts), as_of: Date, employee: EmployeeId, observe: &dyn Fn(&PersonRun) -> T) -> T {
    let populations = Populations::compute(policy, facts, as_of);
    let shares = pools::divide_all(policy, facts, as_of, &populations);
    observe(&timeline::Timeline::new(policy, facts, as_of, &populations).with_shares(shares).run(employee))
}
