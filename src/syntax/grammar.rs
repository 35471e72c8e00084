//! The grammar's rules, and their names in the user's words.

use std::sync::LazyLock;

use pest_derive::Parser;

#[derive(Parser)]
#[grammar = "grammar/words.pest"]
#[grammar = "grammar/expressions.pest"]
#[grammar = "grammar/clauses.pest"]
pub struct Grammar;

/// Rules that stand for a word of the language and carry nothing.
static WORDS: LazyLock<Vec<bool>> = LazyLock::new(|| {
    let rules = Rule::all_rules();
    let mut words = vec![false; rules.len() + 1];
    for rule in rules {
        if let Some(word) = words.get_mut(*rule as usize) {
            *word = format!("{rule:?}").starts_with("k_");
        }
    }
    words
});

pub fn is_word(rule: Rule) -> bool {
    rule == Rule::EOI || WORDS.get(rule as usize).copied().unwrap_or(false)
}
