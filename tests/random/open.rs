//! Combinations of clauses whose meaning is not settled, kept out of the random policies until they are.
//!
//! Each is told in `tests/reference/readings.md`; take one out here, and the random cases will show where it goes apart.

use super::policy_text::PolicyText;

pub fn settle(policy: &mut PolicyText) {
    if policy.blocks.iter().any(|block| block.clauses.iter().any(|clause| clause.starts_with("recover "))) {
        // open 1: what a part that is carried after a recovery belongs to
        let clauses = policy.blocks.iter_mut().flat_map(|block| &mut block.clauses);
        clauses.filter(|clause| clause.starts_with("excess is carried")).for_each(|clause| *clause = "excess is lost".into());
    }
    let limits = policy.blocks.iter().filter(|block| block.header.starts_with("limit ")).count();
    let before = policy.blocks.iter().flat_map(|block| &block.clauses).any(|clause| clause.contains("before proration"));
    if limits > 2 && before {
        // open 3: stipends of the excess beside three limits of which one counts before proration
        let clauses = policy.blocks.iter_mut().flat_map(|block| &mut block.clauses);
        clauses.filter(|clause| clause.starts_with("excess is paid as stipend")).for_each(|clause| *clause = "excess is lost".into());
    }
}
