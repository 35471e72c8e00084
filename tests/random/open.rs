//! Combinations of clauses whose meaning is not settled, kept out of the random policies until they are.
//!
//! Each is told in `tests/reference/readings.md`; take one out here, and the random cases will show where it goes apart.

use super::policy_text::{Block, PolicyText};

const LOST: &str = "excess is lost";
const STIPEND: &str = "excess is paid as stipend";
const CARRIED: &str = "excess is carried to the next period";

pub fn settle(policy: &mut PolicyText) {
    let has = |policy: &PolicyText, clause: &str| policy.blocks.iter().any(|block| block.clauses.iter().any(|own| own.starts_with(clause)));
    if has(policy, "excess waits") {
        // open 5: whether a carried or excess part is lost under a limit that waits
        replace(policy, &[CARRIED, STIPEND], LOST);
    }
    if has(policy, STIPEND) {
        // open 2 and 7: whether the stipend is another award, and what a limit on hours leaves of it
        policy.blocks.retain(|block| !counts(block, " awards ") && !counts(block, " hours "));
        // open 6: what kind of money an excess part is when it is carried
        replace(policy, &[CARRIED], LOST);
    }
    for block in policy.blocks.iter_mut().filter(|block| counts(block, " hours ")) {
        // open 4: how many hours a carried part brings along
        block.clauses.iter_mut().filter(|clause| *clause == CARRIED).for_each(|clause| *clause = LOST.into());
    }
    if has(policy, STIPEND) || has(policy, CARRIED) {
        // open 3: whether a part counts before proration
        replace(policy, &["before proration"], "after proration");
    }
}

fn counts(block: &Block, what: &str) -> bool {
    block.header.starts_with("limit") && block.header.contains(what)
}

fn replace(policy: &mut PolicyText, old: &[&str], new: &str) {
    let clauses = policy.blocks.iter_mut().flat_map(|block| &mut block.clauses);
    clauses.filter(|clause| old.contains(&clause.as_str())).for_each(|clause| *clause = new.into());
}
