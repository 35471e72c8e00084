//! Random pools, and awards that claim from them.

use super::policy_text::Block;
use crate::reference::random::Random;

/// How the pool of a policy is divided, which says what may be asked of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Exactly,
    /// The same, where amounts are claimed, or equal shares.
    Amounts,
    Equal,
    Rate,
    EqualRate,
    FirstCome,
}

/// The pool, and its method.
pub fn pool(random: &mut Random, awards: usize) -> (Block, Method, bool) {
    let method = *random.pick(&[Method::Exactly, Method::Amounts, Method::Equal, Method::Rate, Method::EqualRate, Method::FirstCome]);
    let caps = method != Method::FirstCome && random.percent(50);
    let group = if random.percent(40) { " for each category" } else { "" };
    let amount = random.pick(&["$100", "$333.33", "$1,000", "$2,500.50"]);
    let period = random.pick(&["per school year", "per fiscal year", "per semester"]);
    let mut pool = Block::new(format!("pool \"Pot\" of {amount} {period}{group}"), &[]);
    let ties = *random.pick(&["ties by hours", "ties by ID", "ties by enrolled"]);
    pool.push(match method {
        Method::Exactly | Method::Amounts | Method::Equal => format!("shares add up exactly, {ties}"),
        Method::Rate | Method::EqualRate => format!("rate rounded {} to the cent", random.pick(&["down", "half up", "up"])),
        Method::FirstCome => {
            format!("first come, {ties}, {}", random.pick(&["the last is paid in part", "whole claims only"]))
        }
    });
    if awards > 1 && random.percent(50) {
        pool.push("tiers \"Award 1\" and \"Award 0\"");
    }
    if caps {
        pool.push(*random.pick(&["freed money stays", "freed money is shared again"]));
    }
    if random.percent(30) {
        pool.push(format!("employer cost 7.65 % {}", random.pick(&["inside", "on top"])));
    }
    pool.push(*random.pick(&["remainder stays", "remainder carries to the next period"]));
    if random.percent(15) {
        pool.push("held claims hold the pool");
    }
    (pool, method, caps)
}

/// What an award asks of it: by one measure in each pool, as the checker wants it.
pub fn claim(random: &mut Random, (method, caps): (Method, bool)) -> String {
    let ask = match method {
        Method::Amounts | Method::FirstCome => {
            random.pick(&["up to $250.50 from \"Pot\"", "up to $80 * hours from \"Pot\"", "up to claimed from \"Pot\""])
        }
        Method::Equal | Method::EqualRate => &"equal share of \"Pot\"",
        Method::Rate => random.pick(&["share of \"Pot\" by hours", "share of \"Pot\" by reviewers"]),
        Method::Exactly => random.pick(&["share of \"Pot\" by hours", "share of \"Pot\" by claimed", "share of \"Pot\" by hours - 1"]),
    };
    let cap = if caps {
        format!(", at most {} after sharing", random.pick(&["$40", "$99.99", "$300"]))
    } else if ask.contains("by hours") && random.percent(25) {
        ", at most 3 before sharing".to_string()
    } else {
        String::new()
    };
    format!("pay {ask}{cap} as stipend")
}
