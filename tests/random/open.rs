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
    for limit in policy.blocks.iter_mut().filter(|block| block.header.starts_with("limit")).skip(1) {
        // open 4: whether an award that an earlier limit has cut is still whole
        limit.clauses.retain(|clause| clause != "whole awards only");
    }
    if policy.blocks.iter().any(|block| block.header.starts_with("limit") && block.header.contains(" hours ")) {
        // open 5: what a part that is carried uses of a quantity
        let clauses = policy.blocks.iter_mut().flat_map(|block| &mut block.clauses);
        clauses.filter(|clause| clause.starts_with("excess is carried")).for_each(|clause| *clause = "excess is lost".into());
    }
    let says = |words: &str| policy.blocks.iter().any(|block| block.clauses.iter().any(|clause| clause.contains(words)));
    let parts_of_parts =
        says("excess is paid as stipend") && policy.blocks.iter().any(|block| block.header.contains("from the first award"));
    let by_date = says("at each date");
    let carried_room = says(" as recovery") && says("before proration");
    let years_of_months = says("years from") && says("month end refuse");
    if parts_of_parts || carried_room {
        // open 6: parts that are carried, beside stipends made of the excess or recoveries that give room back
        let clauses = policy.blocks.iter_mut().flat_map(|block| &mut block.clauses);
        clauses.filter(|clause| clause.starts_with("excess is carried")).for_each(|clause| *clause = "excess is lost".into());
    }
    if years_of_months {
        // open 7: a worth of nothing whose proration is counted in a month that has no such day
        let clauses = policy.blocks.iter_mut().flat_map(|block| &mut block.clauses);
        clauses.filter(|clause| *clause == "month end refuse").for_each(|clause| *clause = "month end last day".into());
    }
    let loses =
        |excess: &str| (parts_of_parts && excess == "excess is paid as stipend") || (by_date && excess.starts_with("excess is carried"));
    let clauses = policy.blocks.iter_mut().flat_map(|block| &mut block.clauses);
    clauses.filter(|clause| loses(clause)).for_each(|clause| *clause = "excess is lost".into()); // open 6 and 8
}
