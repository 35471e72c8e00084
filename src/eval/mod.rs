//! Policy and facts to outcomes: one timeline per person, every step recorded while it is computed.

pub mod outcome;
pub mod trace;

mod evaluator;
mod everybody;
mod expression;
mod history;
mod in_order;
mod person;
mod sets;
mod turn;
mod sealed;

pub use everybody::guarantee::{Broken, How, Whom, Witness};
pub use everybody::pools::PoolStatement;
pub use everybody::sequence::LimitStatement;
pub use history::bank::{Lot, Opened};
pub use in_order::Later;
pub use outcome::{Disposition, Figures, Line, Origin, Outcome, PassedRow, PeriodName, PersonRun, Reason, Winner};
pub use person::next::{Next, NextSet, NextUnits, Required};
pub use person::screen::PassedOver;
pub use trace::{Fault, Op, Step, StepId, StepPlace, Trace};

use everybody::population::Populations;

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
    let mut all = Vec::new();
    let give = &mut |group| {
        all.extend(group);
        None
    };
    evaluate_groups((policy, facts), as_of, PassedOver::Apart, (&take, give));
    all
}

/// The same, where `take` adds up what a group of people comes to, and `give` is handed the groups in the order of people, each as
/// soon as it is done: nothing needs to wait for everybody. What `give` leaves to do later is done when the next group may be given. The groups are the same for any number of threads.
///
/// Where there are pools, everybody's queue is worked twice: first for the claims, of which alone something is kept, and
/// then with the shares known.
pub fn evaluate_groups<G: Default + Send>(
    (policy, facts): (&Policy, &Facts),
    as_of: Date,
    passed_over: PassedOver,
    (take, give): (&(dyn Fn(&mut G, &PersonRun) + Sync), &mut (dyn FnMut(G) -> Later + Send)),
) -> Everybody {
    let populations = Populations::compute(policy, facts, as_of);
    let shares = everybody::pools::divide_all(policy, facts, as_of, &populations);
    let people = facts.employees.len() as u32;
    let mut added = Vec::new();
    in_order::each_in_order(
        facts.employees.len().div_ceil(PEOPLE_PER_GROUP) as u32,
        || person::timeline::Timeline::new(policy, facts, as_of, &populations).with_shares(shares.clone()).passing_over(passed_over),
        |timeline, number| {
            let mut group = G::default();
            let first = number * PEOPLE_PER_GROUP as u32;
            for employee in first..people.min(first + PEOPLE_PER_GROUP as u32) {
                take(&mut group, &timeline.run(EmployeeId(employee)));
            }
            (group, std::mem::take(&mut timeline.shares))
        },
        &mut |(group, of_group)| {
            added.extend(of_group);
            give(group)
        },
    );
    let broken = everybody::guarantee::of_all(policy, as_of, added);
    let (pools, limits) = shares.map_or_else(Default::default, |shares| (shares.statements.clone(), shares.limits.clone()));
    Everybody { pools, limits, broken }
}

/// What is said of all people together.
#[derive(Debug)]
pub struct Everybody {
    pub pools: Vec<PoolStatement>,
    /// Limits over everybody or a group.
    pub limits: Vec<LimitStatement>,
    /// Guarantees about groups and everybody that do not hold.
    pub broken: Vec<Broken>,
}

/// Works one person's timeline.
pub fn evaluate_person<T>((policy, facts): (&Policy, &Facts), as_of: Date, employee: EmployeeId, observe: &dyn Fn(&PersonRun) -> T) -> T {
    let populations = Populations::compute(policy, facts, as_of);
    let shares = everybody::pools::divide_all(policy, facts, as_of, &populations);
    observe(&person::timeline::Timeline::new(policy, facts, as_of, &populations).with_shares(shares).run(employee))
}
