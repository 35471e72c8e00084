//! Who and what is called how: by number in the order of IDs and letters, or the same in all files by a key of the district's.

use std::collections::{BTreeMap, BTreeSet};

use ring::hmac;

use crate::facts::{Column, EmployeeId, Facts};
use crate::policy::Policy;
use crate::value::Value;

/// Pseudonyms keep the order of what they stand for, so that ties are settled as before.
#[derive(Clone, Debug)]
pub struct Pseudonyms {
    people: Vec<String>,
    texts: BTreeMap<Box<str>, String>,
}

impl Pseudonyms {
    /// Every person and every text of the data that the policy does not name itself. With a key, whoever has the same ID has the same
    /// pseudonym in all files, and only who has the key can tell whose it is; the order of IDs is lost.
    pub fn of(policy: &Policy, facts: &Facts, key: Option<&[u8]>) -> Pseudonyms {
        let named = named_by(&policy.source.text);
        let mut texts: BTreeSet<Box<str>> = BTreeSet::new();
        for table in &facts.tables {
            texts.extend(table.keys.iter().map(Box::from));
            for column in &table.columns {
                if matches!(column, Column::Text(_)) {
                    texts.extend((0..table.len() as u32).filter_map(|row| text_of(column, row)).map(Box::from));
                }
            }
        }
        let texts: Vec<Box<str>> = texts.into_iter().filter(|text| !named.contains(text.as_ref())).collect();
        if let Some(key) = key.map(|key| hmac::Key::new(hmac::HMAC_SHA256, key)) {
            return Pseudonyms {
                people: facts.employees.iter().map(|id| keyed(&key, 'P', id)).collect(),
                texts: texts.into_iter().map(|text| (text.clone(), keyed(&key, 'T', &text))).collect(),
            };
        }
        Pseudonyms {
            people: (1..=facts.employees.len()).map(|number| numbered('P', number, facts.employees.len())).collect(),
            texts: (1..).zip(&texts).map(|(number, text)| (text.clone(), numbered('T', number, texts.len()))).collect(),
        }
    }

    pub fn person(&self, employee: EmployeeId) -> &str {
        self.people.get(employee.0 as usize).map_or("", String::as_str)
    }

    /// A text that the policy names stays what it is.
    pub fn text<'a>(&'a self, text: &'a str) -> &'a str {
        self.texts.get(text).map_or(text, String::as_str)
    }

    /// Whether a text has a pseudonym.
    pub fn has(&self, text: &str) -> bool {
        self.texts.contains_key(text)
    }
}

fn text_of(column: &Column, row: u32) -> Option<&str> {
    match column.value(row) {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

/// `P3f09…`: sixteen digits, so that no two people of a million share one.
fn keyed(key: &hmac::Key, letter: char, text: &str) -> String {
    let tag = hmac::sign(key, format!("{letter}\0{text}").as_bytes());
    tag.as_ref().iter().take(8).fold(String::from(letter), |name, byte| format!("{name}{byte:02x}"))
}

/// `P0012`: as wide as the largest needs, so that the order of texts is the order of numbers.
fn numbered(letter: char, number: usize, most: usize) -> String {
    let width = most.to_string().len().max(4);
    format!("{letter}{number:0width$}")
}

/// Everything in quotes, and every cell of a written table: what the policy compares texts with.
fn named_by(policy: &str) -> BTreeSet<&str> {
    let quoted = policy.lines().flat_map(|line| line.split('"').skip(1).step_by(2));
    let cells = policy.lines().filter(|line| line.contains('|')).flat_map(|line| line.split('|').map(str::trim));
    let first_words = policy.lines().filter_map(|line| line.split_whitespace().next());
    quoted.chain(cells).chain(first_words).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_policy_names_is_known() {
        let named = named_by("  if category is \"micro-credential\"\n  step | BA | MA+15\n  1    | $1 | $2\n");
        assert!(["micro-credential", "BA", "MA+15", "1"].into_iter().all(|word| named.contains(word)));
        assert!(!named.contains("Maria"));
    }

    #[test]
    fn numbers_have_one_width() {
        assert_eq!((numbered('P', 7, 12), numbered('T', 7, 123_456)), ("P0007".to_owned(), "T000007".to_owned()));
    }
}
