//! Pools: everybody's claims are collected first, then each pool is divided, and the queues are worked again with the shares known.

use stipend::syntax::ast::{Asks, Award, CapBasis, CostPlace, Expr, Freed, LastClaim, Pool, PoolClaim, PoolMethod, PoolTies, Remainder};
use stipend::value::Rounding;

use super::days::Day;
use super::expressions::Scope;
use super::limits::Settled;
use super::periods::Stretch;
use super::program::{Program, ratio, rounded};
use super::ratio::{Mode, ONE, Ratio, ZERO};
use super::timeline::{Candidate, Stop, Timeline, held, stop};
use super::world::{Became, Origin, Person, Val, Verdict};
use super::worth::rounding_of;

/// Whose claim it is.
pub type Place = (usize, usize, Origin);

#[derive(Clone, Debug)]
pub struct Claim {
    pub place: Place,
    pool: String,
    period: Option<Stretch>,
    group: String,
    tier: usize,
    placing: Day,
    tie: Val,
    weight: Ratio,
    most: Option<Ratio>,
    rounding: Option<stipend::value::Rounding>,
}

/// A claim that cannot be decided: its pool, and what is known of its period and its group.
#[derive(Clone, Debug)]
pub struct HeldClaim {
    pool: String,
    period: Option<Stretch>,
    group: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub struct Claims {
    pub made: Vec<Claim>,
    pub held: Vec<HeldClaim>,
}

/// What a claim gets; nothing where it is held back. And whether a held claim might change it.
#[derive(Clone, Debug)]
pub struct Share {
    pub place: Place,
    pub amount: Option<Ratio>,
    pub provisional: bool,
}

/// What the second time round is given.
#[derive(Clone, Debug)]
pub struct Given {
    pub shares: Vec<Share>,
    pub grants: Vec<super::together::Grant>,
}

/// Everybody's queue, twice where there are pools or limits over several people.
pub fn work_all<'a>(program: &'a Program<'a>, people: &'a [Person], as_of: Day) -> Vec<Verdict> {
    if program.pools.is_empty() && !program.limits.iter().any(|limit| super::together::is_shared(limit)) {
        let work = |own: usize, given| super::timeline::work(program, (people, own), as_of, given);
        return (0..people.len()).map(|own| work(own, None)).collect();
    }
    let (mut claims, mut all) = (Claims::default(), super::together::AskedOfAll::default());
    for own in 0..people.len() {
        let verdict = super::timeline::work(program, (people, own), as_of, None);
        all.asked.extend(verdict.asked.asked);
        all.held.extend(verdict.asked.held);
        all.used.extend(verdict.asked.used);
        claims.made.extend(verdict.claims.made);
        claims.held.extend(verdict.claims.held);
    }
    let shares: Vec<Share> = program.pools.iter().flat_map(|pool| shares(program, people, (pool, &claims))).collect();
    let given = Given { shares, grants: super::together::grants(program, all) };
    (0..people.len()).map(|own| super::timeline::work(program, (people, own), as_of, Some(&given))).collect()
}

impl<'a> Timeline<'a> {
    /// A claim in its turn: collected, or, once the pools are divided, answered.
    pub fn claim(
        &mut self,
        (candidate, award): (&Candidate, &'a Award),
        scope: &Scope<'a>,
        (claim, pay): (&'a PoolClaim, &'a stipend::syntax::ast::Pay),
    ) -> Result<Settled, Stop> {
        let (weight, most) = asked(scope, claim, rounding_of(self.program, award, pay))?;
        if !weight.is_positive() {
            return Err(stop(Became::NotEligible, "nothing to pay"));
        }
        let pool = self.program.pool(&claim.pool.kind);
        let placing = candidate.placing.expect("a placing date");
        let period = match &pool.period {
            Some(word) => Some(self.program.period_of(&word.kind, placing).ok_or_else(|| held("no period holds the day"))?),
            None => None,
        };
        let group = match &pool.group {
            Some(group) => known(scope.value(group))?,
            None => String::new(),
        };
        let place: Place = (self.own, candidate.award, candidate.origin.clone());
        let Some(shares) = self.given.map(|given| &given.shares) else {
            let tie = match ties_of(pool) {
                Some(ties) => scope.value(ties),
                None => Val::Missing,
            };
            let tier = tier_of(pool, &award.name.kind);
            let rounding = rounding_of(self.program, award, pay);
            let pool = pool.name.kind.clone();
            self.verdict.claims.made.push(Claim { place, pool, period, group, tier, placing, tie, weight, most, rounding });
            return Ok(Settled::share(ZERO, ZERO));
        };
        let share =
            shares.iter().find(|share| share.place == place).unwrap_or_else(|| panic!("no share of {place:?}, {period:?}: {shares:?}"));
        self.unsure |= share.provisional;
        let Some(amount) = share.amount else { return Ok(Settled { is_held: true, ..Settled::share(ZERO, ZERO) }) };
        let whole = if matches!(claim.asks, Asks::UpTo(_)) { weight.max(amount) } else { amount };
        Ok(Settled::share(amount, whole))
    }

    /// A held candidate may claim any pool that its award names.
    pub fn hold_claims(&mut self, candidate: &Candidate) {
        let scope = self.scope(candidate);
        self.hold_claims_in(candidate, &scope);
    }

    pub fn hold_claims_in(&mut self, candidate: &Candidate, scope: &Scope<'a>) {
        for claim in claims_of(self.program.awards[candidate.award]) {
            let pool = self.program.pool(&claim.pool.kind);
            let in_period = |word: &'a stipend::syntax::ast::Node<_>| self.program.period_of(&word.kind, candidate.placing?);
            let period = pool.period.as_ref().and_then(in_period);
            let group = match &pool.group {
                Some(group) => known(scope.value(group)).ok(),
                None => Some(String::new()),
            };
            self.verdict.claims.held.push(HeldClaim { pool: pool.name.kind.clone(), period, group });
        }
    }
}

fn claims_of(award: &Award) -> impl Iterator<Item = &PoolClaim> {
    award.pays.iter().filter_map(|pay| if let stipend::syntax::ast::Amount::Claim(claim) = &pay.amount { Some(claim) } else { None })
}

fn known(value: Val) -> Result<String, Stop> {
    if value.is_known() { Ok(value.to_string()) } else { Err(held("the group is missing")) }
}

fn ties_of(pool: &Pool) -> Option<&Expr> {
    match pool.method.as_ref().map(|method| &method.kind) {
        Some(PoolMethod::Exactly { ties: Some(PoolTies::By(ties)) } | PoolMethod::FirstCome { ties: Some(PoolTies::By(ties)), .. }) => {
            Some(ties)
        }
        _ => None,
    }
}

fn tier_of(pool: &Pool, award: &str) -> usize {
    let tiers = pool.tiers.as_ref().map_or(&[][..], |tiers| tiers.kind.as_slice());
    tiers.iter().position(|tier| tier.iter().any(|name| name.kind == award)).unwrap_or(0)
}

/// The weight, and the most that is paid for it: a cap on money is rounded down to the unit.
fn asked<'a>(scope: &Scope<'a>, claim: &'a PoolClaim, rounding: Option<Rounding>) -> Result<(Ratio, Option<Ratio>), Stop> {
    let number = |expr| scope.value(expr).num().ok_or_else(|| held("a claim is missing"));
    let (weight, most) = match &claim.asks {
        Asks::EqualShare => (ONE, None),
        Asks::Share(expr) => (number(expr)?, None),
        Asks::UpTo(expr) => number(expr).map(|amount| (amount, Some(amount)))?,
    };
    let Some((cap, basis)) = &claim.cap else { return Ok((weight, most)) };
    let cap = number(cap)?;
    let whole = rounding.map_or(cap, |rounding| cap.rounded(Mode::Down, ratio(rounding.unit)));
    Ok(match (basis, most) {
        (Some(CapBasis::AfterSharing) | None, most) => (weight, Some(most.map_or(whole, |most| most.min(whole)))),
        (Some(CapBasis::BeforeSharing), Some(amount)) => (amount.min(whole), Some(amount.min(whole))),
        (Some(CapBasis::BeforeSharing), None) => (weight.min(cap), None),
    })
}

/// Every group by itself, the periods one after the other.
fn shares<'a>(program: &'a Program<'a>, people: &'a [Person], (pool, claims): (&'a Pool, &Claims)) -> Vec<Share> {
    let own: Vec<&Claim> = claims.made.iter().filter(|claim| claim.pool == pool.name.kind).collect();
    let mut groups: Vec<&String> = own.iter().map(|claim| &claim.group).collect();
    groups.sort();
    groups.dedup();
    let mut shares = Vec::new();
    for group in groups {
        let of_group: Vec<&Claim> = own.iter().copied().filter(|claim| claim.group == *group).collect();
        let mut carried = ZERO;
        for period in periods(program, pool, &of_group) {
            let here: Vec<&Claim> = of_group.iter().copied().filter(|claim| claim.period == period).collect();
            let is_here = |held: &&HeldClaim| {
                held.pool == pool.name.kind
                    && held.period.is_none_or(|_| held.period == period)
                    && held.group.as_ref().is_none_or(|it| it == group)
            };
            let someone_held = claims.held.iter().any(|held| is_here(&held));
            let mut scope = Scope::of_facts(program, people, &people[of_group[0].place.0]);
            scope.period = period;
            let amount = scope.value(&pool.amount).num().expect("an amount written out");
            carried = divide(pool, (amount, carried), &here, (someone_held, &mut shares));
        }
    }
    shares
}

/// The periods in which somebody claims; where the rest carries, also those between.
fn periods(program: &Program, pool: &Pool, claims: &[&Claim]) -> Vec<Option<Stretch>> {
    let mut claimed: Vec<Option<Stretch>> = claims.iter().map(|claim| claim.period).collect();
    claimed.sort();
    claimed.dedup();
    let carries = pool.remainder.as_ref().is_some_and(|rest| rest.kind == Remainder::CarriesToNextPeriod);
    let (Some(word), true, Some(Some(last))) = (&pool.period, carries, claimed.last().copied()) else { return claimed };
    let (from, _) = program.in_force();
    let first = claimed[0].map_or(from, |first| first.0.min(from));
    program.periods_between(&word.kind, (first, last.0)).into_iter().map(Some).collect()
}

/// One pool in one period and group, tier by tier; what it carries on.
fn divide(pool: &Pool, (amount, carried): (Ratio, Ratio), claims: &[&Claim], (someone_held, shares): (bool, &mut Vec<Share>)) -> Ratio {
    let inside = match &pool.employer_cost {
        Some(cost) if cost.kind.place == CostPlace::Inside => constant(&cost.kind.rate),
        _ => ZERO,
    };
    let all = amount.plus(carried);
    let mut left = all.over(ONE.plus(inside));
    let is_held = someone_held && pool.held_claims_hold_pool.is_some();
    let tiers = pool.tiers.as_ref().map_or(1, |tiers| tiers.kind.len());
    let mut given = ZERO;
    for tier in 0..tiers {
        let own: Vec<&Claim> = claims.iter().copied().filter(|claim| claim.tier == tier).collect();
        let amounts = if is_held { Vec::new() } else { amounts(pool, left, &own) };
        for (at, claim) in own.iter().enumerate() {
            shares.push(Share { place: claim.place.clone(), amount: amounts.get(at).copied(), provisional: someone_held });
        }
        let sum = amounts.into_iter().fold(ZERO, Ratio::plus);
        (left, given) = (left.minus(sum), given.plus(sum));
    }
    let carries = pool.remainder.as_ref().is_some_and(|rest| rest.kind == Remainder::CarriesToNextPeriod);
    if carries { all.minus(given).minus(given.times(inside)).max(ZERO) } else { ZERO }
}

fn constant(expr: &Expr) -> Ratio {
    match &expr.kind {
        stipend::syntax::ast::ExprKind::Percent(rate) => ratio(*rate),
        _ => panic!("the random policies write the employer's cost out"),
    }
}

fn amounts(pool: &Pool, money: Ratio, claims: &[&Claim]) -> Vec<Ratio> {
    match &pool.method.as_ref().expect("a method").kind {
        PoolMethod::FirstCome { last, .. } => first_come(money, claims, *last),
        PoolMethod::Exactly { .. } => {
            let level = level(pool, money, claims);
            exactly(pool, claims, level)
        }
        PoolMethod::Rate(rounding) => {
            let rate = level(pool, money, claims).map(|level| rounded(level, *rounding));
            let share = |claim: &&Claim| match (rate, claim.most) {
                (Some(rate), Some(most)) => in_units(claim, claim.weight.times(rate)).min(in_units(claim, most)),
                (Some(rate), None) => in_units(claim, claim.weight.times(rate)),
                (None, most) => in_units(claim, most.unwrap_or(ZERO)),
            };
            claims.iter().map(share).collect()
        }
    }
}

fn first_come(money: Ratio, claims: &[&Claim], last: LastClaim) -> Vec<Ratio> {
    let mut order: Vec<usize> = (0..claims.len()).collect();
    order.sort_by_key(|at| (claims[*at].placing, by_ties(claims[*at])));
    let (mut left, mut given) = (money, vec![ZERO; claims.len()]);
    for at in order {
        let wanted = in_units(claims[at], claims[at].most.unwrap_or(claims[at].weight));
        given[at] = match last {
            _ if wanted <= left => wanted,
            LastClaim::InPart => down(claims[at], left),
            LastClaim::WholeOnly => ZERO,
        };
        left = left.minus(given[at]);
    }
    given
}

/// What one of the weight gets: the level at which the pool is used up, whoever reaches the most staying there. None: all reach it.
fn level(pool: &Pool, money: Ratio, claims: &[&Claim]) -> Option<Ratio> {
    let weights = |claims: &[&Claim]| claims.iter().fold(ZERO, |sum, claim| sum.plus(claim.weight));
    let all = weights(claims);
    if !all.is_positive() {
        return None;
    }
    let shared_again = pool.freed.as_ref().is_none_or(|freed| freed.kind == Freed::SharedAgain);
    let has_caps = claims.iter().any(|claim| claim.most.is_some());
    if !has_caps || !shared_again {
        return Some(money.over(all));
    }
    // those with a most, the one that reaches it first before the others
    let mut order: Vec<&Claim> = claims.iter().copied().filter(|claim| claim.most.is_some()).collect();
    order.sort_by_key(|claim| claim.most.expect("a most").over(claim.weight));
    for reached in 0..=order.len() {
        let fixed = order[..reached].iter().fold(ZERO, |sum, claim| sum.plus(claim.most.expect("a most")));
        let open = all.minus(weights(&order[..reached]));
        if !open.is_positive() {
            return None;
        }
        let level = money.minus(fixed).over(open);
        if order[reached..].iter().all(|claim| !is_capped(claim, level)) {
            return Some(level);
        }
    }
    None
}

fn is_capped(claim: &Claim, level: Ratio) -> bool {
    claim.most.is_some_and(|most| claim.weight.times(level) >= most)
}

/// Everybody's share in whole units, and what is left one by one to whom most is missing.
fn exactly(pool: &Pool, claims: &[&Claim], level: Option<Ratio>) -> Vec<Ratio> {
    if pool.freed.as_ref().is_some_and(|freed| freed.kind == Freed::Stays) && claims.iter().any(|claim| claim.most.is_some()) {
        // the whole pool is shared first, as if nobody had a most; whoever has more than that gives it back
        let free: Vec<Claim> = claims.iter().map(|claim| Claim { most: None, ..(*claim).clone() }).collect();
        let shares = exactly(pool, &free.iter().collect::<Vec<_>>(), level);
        let cut = |(share, claim): (Ratio, &&Claim)| claim.most.map_or(share, |most| share.min(in_units(claim, most)));
        return shares.into_iter().zip(claims).map(cut).collect();
    }
    let Some(level) = level else { return claims.iter().map(|claim| in_units(claim, claim.most.unwrap_or(ZERO))).collect() };
    let open: Vec<usize> = (0..claims.len()).filter(|at| !is_capped(claims[*at], level)).collect();
    let share = |at: usize| claims[at].weight.times(level);
    let mut given: Vec<Ratio> = claims.iter().map(|claim| in_units(claim, claim.most.unwrap_or(ZERO))).collect();
    let mut left = ZERO;
    for at in &open {
        given[*at] = down(claims[*at], share(*at));
        left = left.plus(share(*at)).minus(given[*at]);
    }
    let mut order = open;
    order.sort_by_key(|at| (share(*at).minus(given[*at]).negative(), by_ties(claims[*at])));
    for at in order {
        let more = given[at].plus(unit(claims[at]));
        if unit(claims[at]) <= left && claims[at].most.is_none_or(|most| more <= most) {
            left = left.minus(unit(claims[at]));
            given[at] = more;
        }
    }
    given
}

/// The declared tie-break, missing ones last, then the ID, the award and the row.
fn by_ties(claim: &Claim) -> (bool, Ratio, String, Place) {
    let (number, text) = match &claim.tie {
        Val::Num(number) => (*number, String::new()),
        Val::Date(day) => (Ratio::whole(day.0.into()), String::new()),
        Val::Text(text) => (ZERO, text.clone()),
        _ => (ZERO, String::new()),
    };
    (!claim.tie.is_known(), number, text, claim.place.clone())
}

fn unit(claim: &Claim) -> Ratio {
    claim.rounding.map_or(Ratio::read("0.01"), |rounding| ratio(rounding.unit))
}

fn down(claim: &Claim, amount: Ratio) -> Ratio {
    amount.rounded(Mode::Down, unit(claim))
}

fn in_units(claim: &Claim, amount: Ratio) -> Ratio {
    claim.rounding.map_or(amount, |rounding| rounded(amount, rounding))
}
