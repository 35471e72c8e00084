//! The grammar's rules, and their names in the user's words.

use std::sync::LazyLock;

use pest::Parser as _;
use pest_derive::Parser;

#[derive(Parser)]
#[grammar = "grammar/words.pest"]
#[grammar = "grammar/expressions.pest"]
#[grammar = "grammar/rows.pest"]
#[grammar = "grammar/clauses.pest"]
#[grammar = "grammar/choices.pest"]
#[grammar = "grammar/recurring.pest"]
#[grammar = "grammar/populations.pest"]
#[grammar = "grammar/calendars.pest"]
#[grammar = "grammar/pools.pest"]
#[grammar = "grammar/banks.pest"]
#[grammar = "grammar/sets.pest"]
#[grammar = "grammar/recoveries.pest"]
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

/// Whether `text` can name a field, a record or a let.
pub fn is_name(text: &str) -> bool {
    Grammar::parse(Rule::name, text).is_ok_and(|pairs| pairs.as_str() == text)
}

/// Whether the cell of a table that says `text` is more than text.
pub fn is_entry(text: &str) -> bool {
    Grammar::parse(Rule::table_entry, text).is_ok()
}
