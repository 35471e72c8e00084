//! Pools as text.

use super::expression::{comparison_side, operand};
use super::lines;
use super::words::{period_word, quoted, rounding};
use crate::syntax::ast::{Asks, CapBasis, CostPlace, Freed, LastClaim, Pool, PoolClaim, PoolMethod, PoolTies, Remainder};

pub fn pool(pool: &Pool) -> String {
    let mut head = format!("pool {} of {}", quoted(&pool.name), comparison_side(&pool.amount));
    if let Some(period) = &pool.period {
        head.push_str(&format!(" per {}", period_word(&period.kind)));
    }
    if let Some(group) = &pool.group {
        head.push_str(&format!(" for each {}", operand(group)));
    }
    let mut clauses = Vec::new();
    clauses.extend(pool.method.iter().map(|written| method(&written.kind)));
    clauses.extend(pool.tiers.iter().map(|tiers| {
        let tiers: Vec<String> = tiers.kind.iter().map(|tier| tier.iter().map(quoted).collect::<Vec<_>>().join(" and ")).collect();
        format!("tiers {}", tiers.join(", "))
    }));
    clauses.extend(pool.freed.iter().map(|freed| match freed.kind {
        Freed::Stays => "freed money stays".to_owned(),
        Freed::SharedAgain => "freed money is shared again".to_owned(),
    }));
    clauses.extend(pool.remainder.iter().map(|remainder| match remainder.kind {
        Remainder::Stays => "remainder stays".to_owned(),
        Remainder::CarriesToNextPeriod => "remainder carries to the next period".to_owned(),
    }));
    clauses.extend(pool.employer_cost.iter().map(|cost| {
        let place = match cost.kind.place {
            CostPlace::Inside => "inside",
            CostPlace::OnTop => "on top",
        };
        format!("employer cost {} {place}", comparison_side(&cost.kind.rate))
    }));
    clauses.extend(pool.held_claims_hold_pool.iter().map(|_| "held claims hold the pool".to_owned()));
    clauses.extend(pool.cites.iter().map(|text| format!("cite {}", quoted(text))));
    lines(head, clauses)
}

fn method(method: &PoolMethod) -> String {
    match method {
        PoolMethod::Exactly { ties: by } => format!("shares add up exactly{}", ties(by.as_ref())),
        PoolMethod::Rate(rate) => format!("rate rounded {}", rounding(*rate)),
        PoolMethod::FirstCome { ties: by, last } => {
            let last = match last {
                LastClaim::InPart => "the last is paid in part",
                LastClaim::WholeOnly => "whole claims only",
            };
            format!("first come{}, {last}", ties(by.as_ref()))
        }
    }
}

fn ties(ties: Option<&PoolTies>) -> String {
    match ties {
        None => String::new(),
        Some(PoolTies::ById) => ", ties by ID".to_owned(),
        Some(PoolTies::By(by)) => format!(", ties by {}", operand(by)),
    }
}

pub fn claim(claim: &PoolClaim) -> String {
    let pool = quoted(&claim.pool);
    let asked = match &claim.asks {
        Asks::EqualShare => format!("equal share of {pool}"),
        Asks::Share(weight) => format!("share of {pool} by {}", comparison_side(weight)),
        Asks::UpTo(amount) => format!("up to {} from {pool}", comparison_side(amount)),
    };
    let cap = claim.cap.as_ref().map(|(most, basis)| {
        let basis = match basis {
            None => "",
            Some(CapBasis::BeforeSharing) => " before sharing",
            Some(CapBasis::AfterSharing) => " after sharing",
        };
        format!(", at most {}{basis}", comparison_side(most))
    });
    asked + &cap.unwrap_or_default()
}
