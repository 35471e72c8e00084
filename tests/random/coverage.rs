//! Which constructs of the language decide something in a case: what is read on the way to a decision, and why it fell as it did.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use stipend::eval::{Disposition, PersonRun, Reason, StepId};
use stipend::policy::{ChooseBy, Compete, Limit, Over, Policy};

use super::case::{Case, Compiled};

/// The steps of these decide; what they rest on has decided with them.
const DECISIONS: [&str; 19] = [
    "Condition",
    "When",
    "Key",
    "PayLine",
    "Prorated",
    "Rounded",
    "LimitMost",
    "LimitApplied",
    "Chosen",
    "Effective",
    "Until",
    "PayDate",
    "Instalment",
    "Move",
    "Spent",
    "Stay",
    "Recurs",
    "CarriedIn",
    "Waited",
];

/// The constructs that decided something about somebody.
pub fn deciding(case: &Case, compiled: &Compiled) -> BTreeSet<String> {
    let policy = &compiled.policy;
    let mut found: BTreeSet<String> = case.observe(compiled, &|run| of_person(policy, run)).into_iter().flatten().collect();
    let first = case.post(compiled, &[]);
    if !first.is_empty() {
        found.extend(case.observe_again(compiled, &first, &|run| of_person(policy, run)).into_iter().flatten());
    }
    found
}

fn of_person(policy: &Policy, run: &PersonRun) -> BTreeSet<String> {
    let mut found = steps(run);
    for outcome in run.outcomes {
        let award = policy.award(outcome.award);
        found.insert(format!("Disposition::{}", word(&outcome.disposition)));
        found.insert(format!("Reason::{}", word(&outcome.reason)));
        match outcome.reason {
            Reason::Cut { limit, .. } | Reason::WaitsFor { limit, .. } | Reason::Expired { limit } => {
                found.extend(of_limit(policy.limit(limit)));
            }
            Reason::SameKeyAs { .. } => found.extend(award.once.iter().map(|once| format!("once, Window::{}", word(&once.window)))),
            Reason::NotChosen { choose, .. } => {
                let choose = policy.choose(choose);
                found.insert(format!("ChosenBy::{}", word(&choose.by)));
                if let ChooseBy::Highest { compare, ties } = &choose.by {
                    found.extend([format!("Compare::{}", word(compare)), format!("ChoiceTies::{}", word(ties))]);
                }
                found.insert(match &choose.compete {
                    Compete::EachDate => "choose at each date".into(),
                    Compete::Within { keys, .. } if keys.is_empty() => "choose per period".into(),
                    Compete::Within { .. } => "choose per key".into(),
                });
            }
            _ => {}
        }
        let is_paid = matches!(outcome.disposition, Disposition::Paid | Disposition::Reduced) && !outcome.amount.is_zero();
        if is_paid {
            let kinds = run.lines.iter().filter(|line| line.award == outcome.award).map(|line| format!("PayKind::{}", word(&line.kind)));
            found.extend(kinds);
            if let Some(instalments) = &award.instalments {
                found.extend([format!("InstalmentDays::{}", word(&instalments.days)), format!("RestIn::{}", word(&instalments.remainder))]);
            }
            if let Some(recurs) = &award.recurs {
                let end = recurs.end.as_ref().map_or("none".into(), word);
                found.extend([
                    format!("RecursEnd::{end}"),
                    format!("RecursAmount::{}", word(&recurs.amount)),
                    format!("every {} months", recurs.months()),
                ]);
            }
        }
    }
    found.extend(has_several_blocks(policy, run).then(|| "several blocks of one row".into()));
    for lot in run.lots {
        let bank = policy.bank(lot.bank);
        let surplus = lot.lost.is_positive() && bank.balance.is_none();
        found.extend(surplus.then(|| format!("Surplus::{}", word(&bank.surplus))));
        found.extend((lot.lost.is_positive() && bank.balance.is_some()).then(|| "bank, balance at most".into()));
        found.extend(lot.expired.is_positive().then(|| "bank, expires".into()));
        found.extend((lot.spent.is_positive() && word(&bank.surplus) == "Carries").then(|| "Surplus::Carries".into()));
    }
    found
}

/// Whether one row's units were enough for a second block.
fn has_several_blocks(policy: &Policy, run: &PersonRun) -> bool {
    let paid = |outcome: &&stipend::eval::Outcome| policy.award(outcome.award).blocks && outcome.amount.is_positive();
    let mut places = BTreeSet::new();
    run.outcomes.iter().filter(paid).any(|outcome| !places.insert((outcome.award, outcome.origin)))
}

/// Every kind of step that a decision rests on.
fn steps(run: &PersonRun) -> BTreeSet<String> {
    let mut reached = vec![false; run.trace.next() as usize];
    let ranges = run.outcomes.iter().map(|outcome| outcome.steps.clone()).chain(run.continued.iter().map(|(_, steps)| steps.clone()));
    let decisions = ranges.flatten().map(StepId).filter(|id| DECISIONS.contains(&word(&run.trace.step(*id).op).as_str()));
    let mut open: Vec<StepId> = decisions.chain(run.lines.iter().map(|line| line.step)).collect();
    while let Some(id) = open.pop() {
        if !std::mem::replace(&mut reached[id.0 as usize], true) {
            open.extend(run.trace.inputs_of(id).iter());
        }
    }
    let of_step = |id: usize| {
        let op = format!("{:?}", run.trace.step(StepId(id as u32)).op);
        match op.strip_prefix("Binary(") {
            Some(operator) => format!("BinaryOp::{}", operator.trim_end_matches(')')),
            None => format!("Op::{}", word(&run.trace.step(StepId(id as u32)).op)),
        }
    };
    (0..reached.len()).filter(|id| reached[*id]).map(of_step).collect()
}

fn of_limit(limit: &Limit) -> Vec<String> {
    let mut found = vec![
        format!("limit, Window::{}", word(&limit.window)),
        format!("Excess::{}", word(&limit.excess)),
        format!("LimitMeasure::{}", word(&limit.measure)),
        format!("LimitBasis::{}", word(&limit.basis)),
    ];
    found.push(match limit.over {
        Over::Employee => "limit of each employee".to_string(),
        Over::Everybody => "limit in total".to_string(),
        Over::Group(_) => "limit for each group".to_string(),
    });
    found.extend(limit.whole_awards_only.then(|| "whole awards only".to_string()));
    found.extend(limit.condition.as_ref().map(|_| "limit where".to_string()));
    found
}

/// The name of a variant.
fn word(value: &impl Debug) -> String {
    format!("{value:?}").chars().take_while(|letter| letter.is_alphanumeric()).collect()
}

/// The variants of an enumeration as its source writes them.
pub fn variants(file: &str, name: &str) -> Vec<String> {
    let path = format!("{}/src/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("{path} can be read"));
    let body = text.split(&format!("pub enum {name}")).nth(1).unwrap_or_else(|| panic!("{file} declares {name}"));
    let body = &body[body.find('{').expect("a body")..];
    let mut depth = 0;
    let mut found = Vec::new();
    for line in body.lines() {
        let own = line.trim_start();
        if depth == 1 && own.starts_with(char::is_uppercase) {
            found.push(own.chars().take_while(|letter| letter.is_alphanumeric()).collect());
        }
        depth += line.matches('{').count() as i32 - line.matches('}').count() as i32;
        if depth == 0 {
            break;
        }
    }
    found
}

/// Counted over many cases: in how many of them each construct decided something.
pub type Counts = BTreeMap<String, u32>;
