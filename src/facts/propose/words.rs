//! What the words of exports mean: those of an enumeration by their spelling and by what platforms call things, yes and no.

use crate::facts::parse::key;

/// Words that platforms use, and the plain words that policies have for them.
const PLATFORM_WORDS: [(&str, &[&str]); 22] = [
    ("not_yet_earned", &["not_earned"]),
    ("not_selected", &["not_started", "in_progress"]),
    ("selected", &["in_progress"]),
    ("not_started", &["in_progress"]),
    ("started", &["in_progress"]),
    ("learning", &["in_progress"]),
    ("submitted", &["submitted", "in_progress"]),
    ("incomplete", &["in_progress"]),
    ("resubmission", &["in_progress"]),
    ("under_review", &["submitted", "in_progress"]),
    ("awarded", &["earned"]),
    ("issued", &["earned"]),
    ("accepted", &["earned"]),
    ("completed", &["earned", "complete"]),
    ("complete", &["completed", "earned"]),
    ("passed", &["earned"]),
    ("failed", &["not_earned"]),
    ("denied", &["not_earned"]),
    ("rejected", &["not_earned"]),
    ("withdrawn", &["revoked"]),
    ("revoked", &["not_earned"]),
    ("expired", &["not_earned"]),
];

/// The word of the policy that a word of a file means, where its spelling or its platform says so.
pub fn meaning<'w>(text: &str, words: &'w [String]) -> Option<(&'w str, &'static str)> {
    let folded = key::fold(text);
    if let Some(word) = words.iter().find(|word| key::fold(word) == folded) {
        return Some((word, "the same word"));
    }
    let (_, meanings) = PLATFORM_WORDS.iter().find(|(theirs, _)| *theirs == folded)?;
    let found = meanings.iter().find_map(|meaning| words.iter().find(|word| key::fold(word) == *meaning))?;
    Some((found, "as badge platforms use the word"))
}

/// What a word says where yes or no is asked; the flag says that it needs no line in the mapping.
pub fn yes_no(text: &str) -> Option<(bool, Plainness)> {
    match text.to_lowercase().as_str() {
        "yes" | "true" | "y" => Some((true, Plainness::Plain)),
        "no" | "false" | "n" => Some((false, Plainness::Plain)),
        "t" | "1" | "x" => Some((true, Plainness::NeedsLine)),
        "f" | "0" => Some((false, Plainness::NeedsLine)),
        _ => None,
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plainness {
    Plain,
    NeedsLine,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_mean_what_the_policy_has() {
        let words: Vec<String> = ["in_progress", "earned", "not_earned"].map(str::to_owned).to_vec();
        assert_eq!(meaning("In Progress", &words).map(|(word, _)| word), Some("in_progress"));
        assert_eq!(meaning("Not Yet Earned", &words).map(|(word, _)| word), Some("not_earned"));
        assert_eq!(meaning("Pending Review", &words), None);
    }
}
