//! Makes a failing case smaller: drops people, rows, declarations and clauses while it still fails.

use super::case::Case;

pub fn shrink(case: &Case, fails: &dyn Fn(&Case) -> bool) -> Case {
    let mut smallest = case.clone();
    loop {
        let smaller = candidates(&smallest).into_iter().find(|candidate| fails(candidate));
        match smaller {
            Some(smaller) => smallest = smaller,
            None => return smallest,
        }
    }
}

fn candidates(case: &Case) -> Vec<Case> {
    let mut smaller = Vec::new();
    for id in case.data.ids() {
        let mut without = case.clone();
        without.data.tables.values_mut().for_each(|rows| rows.retain(|row| super::data::id_of(row) != id));
        if !without.data.ids().is_empty() {
            smaller.push(without);
        }
    }
    for block in (0..case.policy.blocks.len()).rev() {
        let mut without = case.clone();
        without.policy.blocks.remove(block);
        smaller.push(without);
    }
    for (record, rows) in &case.data.tables {
        for row in 0..rows.len() {
            let mut without = case.clone();
            without.data.tables.get_mut(record).expect("a table").remove(row);
            if without.data.ids() == case.data.ids() {
                smaller.push(without);
            }
        }
    }
    for block in 0..case.policy.blocks.len() {
        for clause in 0..case.policy.blocks[block].clauses.len() {
            let mut without = case.clone();
            without.policy.blocks[block].clauses.remove(clause);
            smaller.push(without);
        }
    }
    smaller
}
