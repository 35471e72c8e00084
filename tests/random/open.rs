//! Combinations of clauses whose meaning is not settled, kept out of the random policies until they are.
//!
//! Each is told in `tests/reference/readings.md`; take one out here, and the random cases will show where it goes apart.

use super::policy_text::PolicyText;

pub fn settle(policy: &mut PolicyText) {
    if policy.blocks.iter().any(|block| block.clauses.iter().any(|clause| clause == "month end refuse")) {
        // open 3: the reference does not hold a row whose later instalment has no day
        let clauses = policy.blocks.iter_mut().flat_map(|block| &mut block.clauses);
        clauses.filter(|clause| clause.starts_with("paid in 3 monthly")).for_each(|clause| *clause = "paid on effective date".into());
    }
    if policy.blocks.iter().any(|block| block.header.starts_with("choose")) {
        // open 2: whether what waited competes again in the period to which it came
        let clauses = policy.blocks.iter_mut().flat_map(|block| &mut block.clauses);
        clauses.filter(|clause| clause.starts_with("excess waits")).for_each(|clause| *clause = "excess is lost".into());
    }
    let has = |clause: &str| policy.blocks.iter().any(|block| block.clauses.iter().any(|own| own == clause));
    if has("before proration") && has("after proration") {
        // open 1: what a limit before proration sees of an amount that a limit after proration has cut
        let clauses = policy.blocks.iter_mut().flat_map(|block| &mut block.clauses);
        clauses.filter(|clause| *clause == "after proration").for_each(|clause| *clause = "before proration".into());
    }
}
