//! The second stage: all claims of everybody, pool by pool, period by period, tier by tier (DESIGN 1.5).

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::division::{Claimed, Instance, Place, divide};
use super::population::Populations;
use super::sequence::{Granted, LimitStatement, work};
use crate::eval::PEOPLE_PER_GROUP;
use crate::eval::evaluator::{Evaluator, Position};
use crate::eval::expression::calendar;
use crate::eval::expression::operators::number_of;
use crate::eval::person::screen::PassedOver;
use crate::eval::person::timeline::Timeline;
use crate::eval::turn::claim::{Claims, HeldClaim, PaidShare};
use crate::facts::{EmployeeId, Facts};
use crate::policy::{PeriodKind, Policy, Pool, PoolId};
use crate::syntax::ast::{CostPlace, Remainder};
use crate::value::{Date, Number, NumberFault, Period};

/// What every claim gets, and how each pool came out.
#[derive(Debug, Default)]
pub struct Shares {
    /// In the order settled until everything is, then sorted by place: of one place the last counts.
    by_claim: Vec<(Place, Kept)>,
    /// By employee: where that person's begin; behind all of them the end. None before they are sorted.
    starts: Vec<u32>,
    tiers: Vec<Tier>,
    pub statements: Vec<PoolStatement>,
    /// What each request under limits over everybody or a group gets.
    pub granted: BTreeMap<(EmployeeId, usize), Granted>,
    pub limits: Vec<LimitStatement>,
}

#[derive(Clone, Copy, Debug)]
pub enum Share {
    Given {
        amount: Number,
        /// What was there for the claim's tier, and the weights it was shared by.
        money: Number,
        weights: Number,
        /// What one of the weight gets, where it is rounded.
        rate: Option<Number>,
        claims: u32,
        /// A held claim might change it.
        provisional: bool,
    },
    /// A claim is held, and held claims hold the pool.
    HeldByAnother,
    /// The pool's amount is missing or too large a number.
    AmountUnknown,
}

/// A share as it is kept: there may be a million, and those of one tier have nearly everything in common.
#[derive(Clone, Copy, Debug)]
enum Kept {
    /// The amount, and the tier by its number.
    Given(Number, u32),
    HeldByAnother,
    AmountUnknown,
}

/// What all shares of one tier of a pool, in one period and group, have in common.
#[derive(Clone, Copy, Debug)]
struct Tier {
    money: Number,
    weights: Number,
    rate: Option<Number>,
    claims: u32,
    provisional: bool,
}

/// How one pool came out in one period and group.
#[derive(Clone, Debug)]
pub struct PoolStatement {
    pub pool: PoolId,
    pub period: Option<Period>,
    /// The period's name; empty where there is none.
    pub label: String,
    /// Empty for everybody.
    pub group: String,
    pub amount: Number,
    pub carried_in: Number,
    pub paid_before: Number,
    pub shared: Number,
    /// The employer's cost of the shares, inside the pool or on top of it.
    pub employer_cost: Option<(Number, CostPlace)>,
    /// Below zero where a rate that is rounded up gave more than there was.
    pub remainder: Number,
    pub claims: u32,
    pub held: bool,
}

impl Shares {
    pub fn of(&self, place: Place) -> Share {
        let person = place.0.0 as usize;
        let own = match (self.starts.get(person), self.starts.get(person + 1)) {
            (Some(start), Some(end)) => &self.by_claim[*start as usize..*end as usize],
            _ => &[],
        };
        let last = own.partition_point(|(other, _)| *other <= place).checked_sub(1).map(|at| own[at]);
        match last.filter(|(found, _)| *found == place) {
            Some((_, Kept::Given(amount, tier))) => {
                let Tier { money, weights, rate, claims, provisional } = self.tiers[tier as usize];
                Share::Given { amount, money, weights, rate, claims, provisional }
            }
            Some((_, Kept::HeldByAnother)) => Share::HeldByAnother,
            Some((_, Kept::AmountUnknown)) | None => Share::AmountUnknown,
        }
    }
}

impl Shares {
    /// Each of a million claims looks for its share: among all it would walk to memory many times, among those of its person once.
    fn sort(&mut self, people: u32) {
        self.by_claim.par_sort_by_key(|(place, _)| *place);
        let mut at = 0;
        let before = |(place, _): &(Place, Kept), person: u32| place.0.0 < person;
        self.starts = (0..=people)
            .map(|person| {
                at += self.by_claim[at..].iter().take_while(|claim| before(claim, person)).count();
                at as u32
            })
            .collect();
    }
}

/// Works everybody's queue for their claims alone, and divides the pools. No trace outlives its person.
pub fn divide_all(policy: &Policy, facts: &Facts, as_of: Date, populations: &Populations) -> Option<Arc<Shares>> {
    let shares_limits = policy.awards.iter().any(|award| !award.shared_limits.is_empty());
    if policy.pools.is_empty() && !shares_limits {
        return None;
    }
    let people = facts.employees.len() as u32;
    let claimed: Vec<Claims> = (0..facts.employees.len().div_ceil(PEOPLE_PER_GROUP) as u32)
        .into_par_iter()
        .map_init(
            || Timeline::new(policy, facts, as_of, populations).passing_over(PassedOver::Counted),
            |timeline, number| {
                let first = number * PEOPLE_PER_GROUP as u32;
                for employee in first..people.min(first + PEOPLE_PER_GROUP as u32) {
                    timeline.run(EmployeeId(employee));
                    timeline.shares.clear(); // they come again the second time round
                }
                let mut claims = std::mem::take(&mut timeline.claims);
                claims.claimed.values_mut().for_each(Vec::shrink_to_fit); // kept until everybody's are there
                claims
            },
        )
        .collect();
    let mut stage = Stage {
        evaluator: Evaluator::new(policy, facts, as_of, populations),
        held: Vec::new(),
        paid: Vec::new(),
        shares: Shares::default(),
    };
    let mut instances: BTreeMap<Instance, Vec<Vec<Claimed>>> = BTreeMap::new();
    let (mut requests, mut used_before, mut held_requests) = (Vec::new(), Vec::new(), Vec::new());
    for group in claimed {
        requests.extend(group.requests);
        used_before.extend(group.used_before);
        held_requests.extend(group.held_requests);
        stage.held.extend(group.held);
        stage.paid.extend(group.paid);
        for (instance, claims) in group.claimed {
            instances.entry(instance).or_default().push(claims);
        }
    }
    stage.shares.by_claim.reserve(instances.values().flatten().map(Vec::len).sum());
    stage.work(instances);
    stage.shares.sort(people);
    (stage.shares.granted, stage.shares.limits) = work(&stage.evaluator, requests, &used_before, &held_requests);
    Some(Arc::new(stage.shares))
}

struct Stage<'a> {
    evaluator: Evaluator<'a>,
    held: Vec<HeldClaim>,
    paid: Vec<PaidShare>,
    shares: Shares,
}

impl Stage<'_> {
    fn work(&mut self, mut instances: BTreeMap<Instance, Vec<Vec<Claimed>>>) {
        let policy = self.evaluator.policy;
        let groups: Vec<(PoolId, String)> = instances.keys().map(|(pool, group, _)| (*pool, group.clone())).collect();
        for (id, group) in groups.into_iter().collect::<std::collections::BTreeSet<_>>() {
            let pool = &policy.pools[usize::from(id.0)];
            let own = |instance: &&Instance| instance.0 == id && instance.1 == group;
            let claimed: Vec<Option<Period>> = instances.keys().filter(own).map(|instance| instance.2).collect();
            let first = instances.iter().find(|(instance, _)| own(instance)).and_then(|(_, claims)| claims.iter().flatten().next());
            self.evaluator.turn_to(first.map_or(EmployeeId(0), |claim| claim.place.0));
            let mut carried = Number::ZERO;
            for period in self.periods(pool, &claimed) {
                let claims = instances.remove(&(id, group.clone(), period)).unwrap_or_default();
                carried = self.settle((id, group.clone(), period), pool, claims, carried);
            }
        }
    }

    /// The periods to work; where a remainder carries, also those in which nobody claims.
    fn periods(&self, pool: &Pool, claimed: &[Option<Period>]) -> Vec<Option<Period>> {
        let policy = self.evaluator.policy;
        let (Remainder::CarriesToNextPeriod, Some(kind), Some(Some(last))) = (pool.remainder, pool.period, claimed.last()) else {
            return claimed.to_vec();
        };
        let mut periods = Vec::new();
        let begins = policy.effective.from.min(claimed.first().copied().flatten().map_or(last.start, |first| first.start));
        // a calendar may leave the policy's first day out: then the first period that ends after it
        let named = match kind {
            PeriodKind::Named(calendar) => policy.calendars[usize::from(calendar.0)].periods.iter().find(|named| named.to >= begins),
            PeriodKind::FiscalYear | PeriodKind::SchoolYear | PeriodKind::CalendarYear | PeriodKind::Month => None,
        };
        let first = calendar::period_of(policy, kind, named.map_or(begins, |named| named.from.max(begins)));
        let mut next = first.ok().or(claimed.first().copied().flatten());
        while let Some(period) = next.filter(|period| period.start <= last.start) {
            periods.push(Some(period));
            next = calendar::next_period(policy, kind, period).ok();
        }
        if periods.is_empty() { claimed.to_vec() } else { periods }
    }

    /// Divides one pool and returns what it carries on.
    fn settle(&mut self, instance: Instance, pool: &Pool, claims: Vec<Vec<Claimed>>, carried_in: Number) -> Number {
        let (id, group, period) = instance;
        let claims: Vec<&Claimed> = claims.iter().flatten().collect();
        let is_here = |other: (PoolId, Option<Period>, Option<&String>)| {
            other.0 == id && (other.1.is_none() || other.1 == period) && other.2.is_none_or(|name| *name == group)
        };
        let held = self.held.iter().any(|claim| is_here((claim.pool, claim.period, claim.group.as_ref())));
        let paid = self.paid.iter().filter(|paid| is_here((paid.pool, paid.period, paid.group.as_ref())));
        let paid_before = paid.map(|paid| paid.amount).try_fold(Number::ZERO, Number::plus);
        let amount = self.amount(pool, period);
        let policy = self.evaluator.policy;
        let label = pool.period.zip(period).map_or(String::new(), |(kind, period)| calendar::label(policy, kind, period).to_string());
        let divided = match (amount, paid_before) {
            (Some(amount), Ok(paid_before)) => {
                let purse = Purse { amount, carried_in, paid_before };
                let holds_all = held && pool.held_claims_hold_pool;
                self.divided((pool, purse), &claims, (holds_all, held)).map(|(shared, cost, remainder)| PoolStatement {
                    pool: id,
                    period,
                    label,
                    group,
                    amount,
                    carried_in,
                    paid_before,
                    shared,
                    employer_cost: cost,
                    remainder,
                    claims: claims.len() as u32,
                    held,
                })
            }
            _ => Err(NumberFault::TooLarge),
        };
        match divided {
            Ok(statement) => {
                let carries = pool.remainder == Remainder::CarriesToNextPeriod;
                let on = if carries { statement.remainder.max(Number::ZERO) } else { Number::ZERO };
                self.shares.statements.push(statement);
                on
            }
            Err(_) => {
                self.shares.by_claim.extend(claims.iter().map(|claim| (claim.place, Kept::AmountUnknown)));
                Number::ZERO
            }
        }
    }

    fn amount(&mut self, pool: &Pool, period: Option<Period>) -> Option<Number> {
        let at = Position { period, ..Position::default() };
        let policy = self.evaluator.policy;
        let own = policy.pools.iter().find(|other| other.name == pool.name)?;
        let value = self.evaluator.peek(&own.amount, &at);
        number_of(value).filter(|amount| *amount >= Number::ZERO)
    }

    /// The money shared, the employer's cost inside the pool, and what is left.
    fn divided(
        &mut self,
        (pool, purse): (&Pool, Purse),
        claims: &[&Claimed],
        (holds_all, provisional): (bool, bool),
    ) -> Result<(Number, Option<(Number, CostPlace)>, Number), NumberFault> {
        let rate = match pool.employer_cost {
            Some((rate, CostPlace::Inside)) => rate,
            Some((_, CostPlace::OnTop)) | None => Number::ZERO,
        };
        let gross = Number::ONE.plus(rate)?;
        let all = purse.amount.plus(purse.carried_in)?;
        let mut left = all.divided_by(gross)?.minus(purse.paid_before)?.max(Number::ZERO);
        let mut shared = Number::ZERO;
        for tier in 0..pool.tiers.len().max(1) {
            let tier: Vec<&Claimed> = claims.iter().copied().filter(|claim| claim.tier == tier).collect();
            let weights = tier.iter().map(|claim| claim.weight).try_fold(Number::ZERO, Number::plus)?;
            let (given, rate) = if holds_all { (Vec::new(), None) } else { divide(pool, left, &tier)? };
            let number = self.shares.tiers.len() as u32;
            self.shares.tiers.push(Tier { money: left, weights, rate, claims: tier.len() as u32, provisional });
            let kept = |index: usize| given.get(index).map_or(Kept::HeldByAnother, |amount| Kept::Given(*amount, number));
            self.shares.by_claim.extend(tier.iter().enumerate().map(|(index, claim)| (claim.place, kept(index))));
            let sum = given.into_iter().try_fold(Number::ZERO, Number::plus)?;
            (left, shared) = (left.minus(sum)?, shared.plus(sum)?);
        }
        let out = shared.plus(purse.paid_before)?;
        let cost = match pool.employer_cost {
            Some((rate, place)) => Some((out.times(rate)?, place)),
            None => None,
        };
        Ok((shared, cost, all.minus(out)?.minus(out.times(rate)?)?))
    }
}

/// What a pool holds before it is divided.
#[derive(Clone, Copy)]
struct Purse {
    amount: Number,
    carried_in: Number,
    paid_before: Number,
}
