//! Makes a failing case smaller: drops people, rows, declarations and clauses while it still fails.

use super::case::Case;

/// One change that makes a case smaller, by its place; none where there is no such place.
type Change = fn(&Case, usize) -> Option<Case>;

pub fn shrink(case: &Case, fails: &dyn Fn(&Case) -> bool) -> Case {
    let changes: [Change; 5] = [without_person, without_block, without_row, without_rejected, without_clause];
    let mut smallest = case.clone();
    loop {
        let before = smallest.to_string();
        for change in changes {
            let mut place = 0;
            while let Some(smaller) = change(&smallest, place) {
                if fails(&smaller) {
                    smallest = smaller;
                } else {
                    place += 1;
                }
            }
        }
        if smallest.to_string() == before {
            return smallest;
        }
    }
}

fn without_person(case: &Case, place: usize) -> Option<Case> {
    let ids = case.data.ids();
    let id = ids.get(place).filter(|_| ids.len() > 1)?;
    let mut smaller = case.clone();
    smaller.data.tables.values_mut().for_each(|rows| rows.retain(|row| super::data::id_of(row) != *id));
    Some(smaller)
}

fn without_block(case: &Case, place: usize) -> Option<Case> {
    let mut smaller = case.clone();
    (place < smaller.policy.blocks.len()).then(|| smaller.policy.blocks.remove(place))?;
    Some(smaller)
}

/// Events only: a person without a row is another case.
fn without_row(case: &Case, place: usize) -> Option<Case> {
    let mut smaller = case.clone();
    let mut place = place;
    for rows in smaller.data.tables.iter_mut().filter(|(record, _)| *record != "employee").map(|(_, rows)| rows) {
        if place < rows.len() {
            rows.remove(place);
            return Some(smaller);
        }
        place -= rows.len();
    }
    None
}

fn without_rejected(case: &Case, place: usize) -> Option<Case> {
    let mut smaller = case.clone();
    (place < smaller.data.rejected.len()).then(|| smaller.data.rejected.remove(place))?;
    Some(smaller)
}

fn without_clause(case: &Case, place: usize) -> Option<Case> {
    let mut smaller = case.clone();
    let mut place = place;
    for block in &mut smaller.policy.blocks {
        if place < block.clauses.len() {
            block.clauses.remove(place);
            return Some(smaller);
        }
        place -= block.clauses.len();
    }
    None
}
