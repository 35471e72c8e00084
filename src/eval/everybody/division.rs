//! One pool divided among its claims: exact shares, a rounded rate, or first come. Cents are never lost and never made.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::eval::expression::operators::compared;
use crate::facts::EmployeeId;
use crate::policy::{AwardId, Pool, PoolId, PoolMethod};
use crate::syntax::ast::{Freed, LastClaim};
use crate::value::{Date, Number, NumberFault, Period, Rounding, RoundingMode, Value};

use crate::eval::outcome::Origin;

/// Whose claim it is.
pub type Place = (EmployeeId, AwardId, Origin);

/// A pool in one period and group.
pub type Instance = (PoolId, String, Option<Period>);

/// What one candidate asks of a pool. There may be a million.
#[derive(Clone, Debug)]
pub struct Claimed<'a> {
    pub place: Place,
    pub tier: usize,
    pub placing: Date,
    /// None where the claim declares no tie-break.
    pub tie: Option<Box<Value<'a>>>,
    pub weight: Number,
    /// The claimed amount, or the cap on the share.
    pub most: Option<Number>,
    pub rounding: Option<&'a Rounding>,
}

/// Fewer are not worth a thread of their own.
const CLAIMS_AT_ONCE: usize = 1 << 10;

type Exact<T> = Result<T, NumberFault>;

/// The share of each claim, in their order, and the rate where it is rounded.
pub fn divide(pool: &Pool, money: Number, claims: &[&Claimed]) -> Exact<(Vec<Number>, Option<Number>)> {
    match pool.method {
        PoolMethod::FirstCome(last) => Ok((in_order(last, money, claims)?, None)),
        PoolMethod::Exactly if pool.freed == Freed::Stays => Ok((shared_then_cut(money, claims)?, None)),
        PoolMethod::Exactly => shared(pool, money, claims, None),
        PoolMethod::Rate(rounding) => shared(pool, money, claims, Some(rounding)),
    }
}

/// In order of the placing date, the tie-break and the ID.
fn in_order(last: LastClaim, money: Number, claims: &[&Claimed]) -> Exact<Vec<Number>> {
    let mut order: Vec<usize> = (0..claims.len()).collect();
    order.sort_by(|left, right| claims[*left].placing.cmp(&claims[*right].placing).then_with(|| by_tie(claims[*left], claims[*right])));
    let mut given = vec![Number::ZERO; claims.len()];
    let mut left = money.max(Number::ZERO);
    for index in order {
        let wanted = in_units(claims[index], claims[index].most.unwrap_or(claims[index].weight))?;
        let paid = match last {
            _ if wanted <= left => wanted,
            LastClaim::InPart => whole_units(claims[index], left)?,
            LastClaim::WholeOnly => Number::ZERO,
        };
        given[index] = paid;
        left = left.minus(paid)?;
    }
    Ok(given)
}

/// By weight to the last cent, and then each share cut to its most: what a cut frees, a cent that was dealt out included, goes to nobody.
fn shared_then_cut(money: Number, claims: &[&Claimed]) -> Exact<Vec<Number>> {
    let uncut: Vec<Claimed> = claims.iter().map(|claim| Claimed { most: None, ..(*claim).clone() }).collect();
    let uncut: Vec<&Claimed> = uncut.iter().collect();
    let (weights, everybody) = (total(claims.iter().copied())?, (0..claims.len()).collect::<Vec<_>>());
    let mut given = vec![None; claims.len()];
    if weights.is_positive() {
        spread((money.max(Number::ZERO), weights), &everybody, &uncut, &mut given)?;
    }
    let cut = |(share, claim): (Option<Number>, &&Claimed)| {
        let share = share.unwrap_or(Number::ZERO);
        claim.most.map_or(Ok(share), |most| Ok(share.min(in_units(claim, most)?)))
    };
    given.into_iter().zip(claims).map(cut).collect()
}

/// By weight, none above its most.
fn shared(pool: &Pool, money: Number, claims: &[&Claimed], rate: Option<Rounding>) -> Exact<(Vec<Number>, Option<Number>)> {
    let mut given: Vec<Option<Number>> = vec![None; claims.len()];
    let money = money.max(Number::ZERO);
    let (mut left, mut open, mut weights) = (money, (0..claims.len()).collect::<Vec<_>>(), total(claims.iter().copied())?);
    // each round fixes those whose share would be above their most, and what they leave is shared again; where it stays, all have one rate
    while weights.is_positive() && pool.freed != Freed::Stays {
        let mut fixed = Vec::new();
        for index in &open {
            let share = claims[*index].weight.times(left)?.divided_by(weights)?;
            if let Some(most) = claims[*index].most.filter(|most| share >= *most) {
                fixed.push((*index, most));
            }
        }
        if fixed.is_empty() {
            break;
        }
        for (index, most) in fixed {
            given[index] = Some(in_units(claims[index], most)?);
            open.retain(|other| *other != index);
            left = left.minus(most)?;
            weights = weights.minus(claims[index].weight)?;
        }
    }
    let mut rounded = None;
    match rate {
        Some(rounding) if weights.is_positive() => {
            let rate = left.divided_by(weights)?.rounded(rounding)?;
            rounded = Some(rate);
            // also of those that reach their most: they get the same rate, which may be rounded below it
            for (claim, given) in claims.iter().zip(&mut given) {
                let share = in_units(claim, claim.weight.times(rate)?)?;
                *given = Some(claim.most.map_or(Ok(share), |most| Ok(share.min(in_units(claim, most)?)))?);
            }
        }
        _ => spread((left, weights), &open, claims, &mut given)?,
    }
    Ok((given.into_iter().map(|share| share.unwrap_or(Number::ZERO)).collect(), rounded))
}

/// Largest remainder: everybody's share rounded down, then one unit more for the largest remainders until nothing is left.
fn spread((money, weights): (Number, Number), open: &[usize], claims: &[&Claimed], given: &mut [Option<Number>]) -> Exact<()> {
    let (alike, alike_of) = by_weight(open, claims);
    // side by side, because everybody else waits for it
    let share = |(weight, unit): &(Number, Number)| {
        let exact = weight.times(money)?.divided_by(weights)?;
        let floor = exact.rounded(Rounding { mode: RoundingMode::Down, unit: *unit })?;
        Ok((floor, exact.minus(floor)?))
    };
    let shares: Vec<(Number, Number)> = alike.par_iter().with_min_len(CLAIMS_AT_ONCE).map(share).collect::<Exact<_>>()?;
    let places = places(&shares.iter().map(|(_, rest)| *rest).collect::<Vec<_>>());
    let mut left = money;
    let mut rests: Vec<(u32, usize)> = Vec::with_capacity(open.len());
    for (index, alike) in open.iter().zip(alike_of) {
        let floor = shares[alike].0;
        given[*index] = Some(floor);
        left = left.minus(floor)?;
        rests.push((places[alike], *index));
    }
    for index in in_places(&rests, claims) {
        let unit = unit(claims[index]);
        let more = given[index].unwrap_or(Number::ZERO).plus(unit)?;
        if unit <= left && claims[index].most.is_none_or(|most| more <= most) {
            given[index] = Some(more);
            left = left.minus(unit)?;
        }
    }
    Ok(())
}

/// The different weights, each with the unit in which it is paid, and by claim which of them it has: an exact share is a long computation, and
/// those of the same weight have the same.
fn by_weight(open: &[usize], claims: &[&Claimed]) -> (Vec<(Number, Number)>, Vec<usize>) {
    let (mut found, mut alike) = (BTreeMap::new(), Vec::new());
    let number_of = |index: &usize| {
        let weight = (claims[*index].weight, unit(claims[*index]));
        *found.entry(weight).or_insert_with(|| {
            alike.push(weight);
            alike.len() - 1
        })
    };
    let alike_of = open.iter().map(number_of).collect();
    (alike, alike_of)
}

/// The place of each among them, the largest first; equal ones have the same.
fn places(rests: &[Number]) -> Vec<u32> {
    let mut order: Vec<usize> = (0..rests.len()).collect();
    order.par_sort_by(|left, right| rests[*right].cmp(&rests[*left]));
    let mut places = vec![0; rests.len()];
    for pair in order.windows(2) {
        places[pair[1]] = places[pair[0]] + u32::from(rests[pair[0]] != rests[pair[1]]);
    }
    places
}

/// The claims in the order of the places of their remainders, and of one place by tie-break and ID, in which they nearly stand as they come.
fn in_places(rests: &[(u32, usize)], claims: &[&Claimed]) -> Vec<usize> {
    let mut ends: Vec<usize> = Vec::new();
    for (place, _) in rests {
        let behind = *place as usize + 1;
        ends.resize(ends.len().max(behind + 1), 0);
        ends[behind] += 1;
    }
    (1..ends.len()).for_each(|place| ends[place] += ends[place - 1]);
    let mut order = vec![0; rests.len()];
    for (place, index) in rests {
        let end = &mut ends[*place as usize];
        order[*end] = *index;
        *end += 1;
    }
    let mut start = 0;
    for end in ends {
        order[start..end].par_sort_by(|left, right| by_tie(claims[*left], claims[*right]));
        start = end;
    }
    order
}

fn total<'c>(claims: impl Iterator<Item = &'c Claimed<'c>>) -> Exact<Number> {
    claims.map(|claim| claim.weight).try_fold(Number::ZERO, Number::plus)
}

/// The least amount that is paid out.
fn unit(claim: &Claimed) -> Number {
    claim.rounding.map_or(Number::CENT, |rounding| rounding.unit)
}

fn whole_units(claim: &Claimed, amount: Number) -> Exact<Number> {
    amount.rounded(Rounding { mode: RoundingMode::Down, unit: unit(claim) })
}

fn in_units(claim: &Claimed, amount: Number) -> Exact<Number> {
    claim.rounding.map_or(Ok(amount), |rounding| amount.rounded(*rounding))
}

/// The declared tie-break, the lowest first and missing ones last; then the ID, whatever the order of rows.
fn by_tie(left: &Claimed, right: &Claimed) -> Ordering {
    let tie = match (&left.tie, &right.tie) {
        (None, None) => Ordering::Equal,
        (left, right) => by_value(left.as_deref().unwrap_or(&Value::Missing), right.as_deref().unwrap_or(&Value::Missing)),
    };
    tie.then_with(|| left.place.cmp(&right.place))
}

fn by_value(left: &Value, right: &Value) -> Ordering {
    let missing = |value: &Value| matches!(value, Value::Missing | Value::NotApplicable);
    missing(left).cmp(&missing(right)).then_with(|| compared(*left, *right).unwrap_or(Ordering::Equal))
}
