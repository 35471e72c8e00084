//! How alike the name of a field and a header are: by their words, where words of the same meaning count as one.

use crate::facts::parse::key;

/// How alike two names are, from 0 to 100.
pub type Likeness = u32;

/// Words that mean the same in exports and in policies.
const SAME: [&[&str]; 15] = [
    &["employee", "staff", "worker", "person", "teacher", "recipient", "earner", "educator", "learner", "user", "emp"],
    &["id", "identifier", "number", "no", "num", "code", "#", "uniqueid"],
    &["approved", "awarded", "earned", "issued", "granted", "conferred", "issuance", "issue", "award"],
    &["completed", "finished", "completion"],
    &["course", "plan", "class"],
    &["category", "type", "kind", "group"],
    &["credential", "badge", "certificate", "achievement", "template", "microcredential", "certification"],
    &["status", "state", "result", "outcome"],
    &["salary", "pay", "wage"],
    &["base", "annual", "contract"],
    &["enrolled", "enrollment", "started", "begun", "registered", "begin"],
    &["reviewers", "reviews", "raters", "reviewer"],
    &["hired", "hire"],
    &["ended", "end", "expires", "expired", "expiration", "expiry", "expire", "to", "stop"],
    &["from", "start"],
];

/// Words that say nothing about which column is meant.
const FILLERS: [&str; 10] = ["date", "on", "at", "the", "of", "day", "for", "a", "by", "micro"];

pub fn likeness(field: &str, header: &str) -> Likeness {
    let (field, header) = (key::fold(field), key::fold(header));
    if field == header {
        return 100;
    }
    let (ours, theirs) = (words(&field), words(&header));
    if ours.is_empty() || theirs.is_empty() {
        return 0;
    }
    let mut left = theirs.clone();
    let matched = ours.iter().filter(|word| match left.iter().position(|other| is_same(word, other)) {
        Some(at) => {
            left.remove(at);
            true
        }
        None => false,
    });
    // only the same name has 100
    (matched.count() * 2 * 95 / (ours.len() + theirs.len())) as Likeness
}

/// The words of a folded name, fillers apart; `StaffUniqueId` was folded to one word and stays one.
fn words(folded: &str) -> Vec<String> {
    let all: Vec<String> = folded.split(['_', '.', '/', '(', ')', ':', '?']).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    let telling: Vec<String> = all.iter().filter(|word| !FILLERS.contains(&word.as_str())).cloned().collect();
    if telling.is_empty() { all } else { telling }
}

fn is_same(left: &str, right: &str) -> bool {
    let group =
        |word: &str| SAME.iter().position(|group| group.contains(&word) || word.strip_suffix('s').is_some_and(|one| group.contains(&one)));
    let stems = |a: &str, b: &str| a.len() >= 5 && b.len() >= 5 && a.get(..5) == b.get(..5);
    left == right || (group(left).is_some() && group(left) == group(right)) || stems(left, right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_alike_by_their_words() {
        assert_eq!(likeness("employee", "Employee "), 100);
        assert_eq!(likeness("credential_id", "Badge ID"), 95);
        assert_eq!(likeness("course_approved", "Plan Approved"), 95);
        assert!(likeness("approved", "Awarded") > likeness("approved", "Plan Approved"));
        assert!(likeness("category", "Badge Type") > 50);
        assert!(likeness("credential_id", "Micro-credential") > 60);
        assert_eq!(likeness("reviewers", "Locale"), 0);
    }
}
