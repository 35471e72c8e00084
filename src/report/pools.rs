//! How each pool came out: what was there, what was shared, what is left.

use serde_json::{Value, json};

use super::results::Results;
use super::text::{count, decimal, money, visible};
use crate::eval::{LimitStatement, PoolStatement};
use crate::policy::LimitMeasure;
use crate::syntax::ast::CostPlace;
use crate::value::Number;

/// Pools, in their periods and groups, that are listed; the rest are counted.
const SHOWN: usize = 20;

/// One line for each pool, period and group; empty where there are no pools.
pub fn lines(results: &Results) -> String {
    let mut text: String = results.pools.iter().take(SHOWN).map(|pool| format!("{}\n", sentence(results, pool))).collect();
    if results.pools.len() > SHOWN {
        text.push_str(&format!("and {}\n", count(results.pools.len() - SHOWN, "more pool")));
    }
    text.extend(results.limits.iter().take(SHOWN).map(|limit| format!("{}\n", limit_sentence(results, limit))));
    if results.limits.len() > SHOWN {
        text.push_str(&format!("and {}\n", count(results.limits.len() - SHOWN, "more limit")));
    }
    if text.is_empty() { text } else { text + "\n" }
}

/// `` limit `limit "Course" to $10,000 in total per school year`, 2024-25: $10,000.00 of $10,000.00; 2 awards cut ``
fn limit_sentence(results: &Results, limit: &LimitStatement) -> String {
    let place: Vec<&str> = [limit.label.as_str(), limit.group.as_str()].into_iter().filter(|part| !part.is_empty()).collect();
    let place = if place.is_empty() { String::new() } else { format!(", {}", place.join(", ")) };
    let is_money = matches!(results.context.policy.limit(limit.limit).measure, LimitMeasure::Money(_));
    let amount = |number: Number| if is_money { money(number) } else { number.to_string() };
    let cut = if limit.cut == 0 { String::new() } else { format!("; {} cut", count(limit.cut as usize, "award")) };
    let (used, most) = (amount(limit.used), amount(limit.most));
    let before = if limit.paid_before.is_zero() { String::new() } else { format!("; paid before {}", amount(limit.paid_before)) };
    format!("{}{}: {used} of {most}{before}{cut}", visible(results.context.limit(limit.limit)), visible(&place))
}

/// `pool Growth, 2024-25: $1,000.00; shared $999.99 among 2 claims; left $0.01`
fn sentence(results: &Results, pool: &PoolStatement) -> String {
    let name = &results.context.policy.pools[usize::from(pool.pool.0)].name;
    let place: Vec<&str> = [pool.label.as_str(), pool.group.as_str()].into_iter().filter(|part| !part.is_empty()).collect();
    let place = if place.is_empty() { String::new() } else { format!(", {}", place.join(", ")) };
    let mut text = format!("pool {}{}: {}", visible(name), visible(&place), money(pool.amount));
    let parts = [("carried in", pool.carried_in), ("paid before", pool.paid_before)];
    for (words, amount) in parts.into_iter().filter(|(_, amount)| !amount.is_zero()) {
        text.push_str(&format!("; {words} {}", money(amount)));
    }
    text.push_str(&format!("; shared {} among {}", money(pool.shared), count(pool.claims as usize, "claim")));
    if let Some((cost, place)) = pool.employer_cost {
        let place = match place {
            CostPlace::Inside => "inside",
            CostPlace::OnTop => "on top",
        };
        text.push_str(&format!("; employer's cost {} {place}", money(to_the_cent(cost))));
    }
    let left = to_the_cent(pool.remainder);
    text.push_str(&if left < Number::ZERO { format!("; {} too much", money(left.negated())) } else { format!("; left {}", money(left)) });
    if pool.held {
        text.push_str("; a claim is held");
    }
    text
}

/// For people only: what is carried on and checked keeps its fractions.
fn to_the_cent(amount: Number) -> Number {
    let rounding = crate::value::Rounding { mode: crate::value::RoundingMode::HalfUp, unit: Number::CENT };
    amount.rounded(rounding).unwrap_or(amount)
}

pub fn limits_json(results: &Results) -> Vec<Value> {
    let one = |limit: &LimitStatement| {
        json!({
            "limit": results.context.limit(limit.limit).trim_matches('`'),
            "period": limit.label,
            "group": limit.group,
            "most": decimal(limit.most),
            "paid_before": decimal(limit.paid_before),
            "used": decimal(limit.used),
            "cut": limit.cut,
        })
    };
    results.limits.iter().map(one).collect()
}

pub fn json(results: &Results) -> Vec<Value> {
    let one = |pool: &PoolStatement| {
        json!({
            "pool": results.context.policy.pools[usize::from(pool.pool.0)].name,
            "period": pool.label,
            "group": pool.group,
            "amount": decimal(pool.amount),
            "carried_in": decimal(pool.carried_in),
            "paid_before": decimal(pool.paid_before),
            "shared": decimal(pool.shared),
            "claims": pool.claims,
            "remainder": decimal(to_the_cent(pool.remainder)),
            "held": pool.held,
        })
    };
    results.pools.iter().map(one).collect()
}
