//! Who and what is called how: by number in the order of IDs and letters, or the same in all files by a key of the district's.

use std::collections::{BTreeMap, BTreeSet};

use ring::hmac;

use super::settings::ID_WIDTH;
use super::tables::Real;
use crate::facts::as_read::CellAsRead;
use crate::facts::{EmployeeId, Fault, look_alike};
use crate::policy::{FieldRole, Policy};
use crate::value::Type;

/// Pseudonyms keep the order of what they stand for, so that ties are settled as before.
#[derive(Clone, Debug)]
pub struct Pseudonyms {
    people: Vec<String>,
    /// Everybody's by ID: those whom the people's record has, and those whom nobody knows.
    who: BTreeMap<Box<str>, String>,
    /// IDs of the people's record that became one by zeros at the front, as written.
    padded: BTreeMap<(Box<str>, Box<str>), String>,
    texts: BTreeMap<Box<str>, String>,
}

impl Pseudonyms {
    /// Every person and every text of the data that the policy does not name itself. With a key, whoever has the same ID has the same
    /// pseudonym in all files, and only who has the key can tell whose it is; the order of IDs is lost.
    pub fn of(real: Real<'_>, key: Option<&[u8]>) -> Pseudonyms {
        let key = key.map(|key| hmac::Key::new(hmac::HMAC_SHA256, key));
        let texts: Vec<Box<str>> = texts(real).into_iter().collect();
        let ids = &real.facts.employees;
        let (people, texts): (Vec<String>, _) = match &key {
            Some(key) => {
                let texts = texts.into_iter().map(|text| (text.clone(), keyed(key, 'T', &text))).collect();
                (ids.iter().map(|id| keyed(key, 'P', id)).collect(), texts)
            }
            None => {
                let many = texts.len();
                let texts = (1..).zip(texts).map(|(number, text)| (text, numbered('T', number, many))).collect();
                ((1..=ids.len()).map(|number| numbered('P', number, ids.len())).collect(), texts)
            }
        };
        let mut who: BTreeMap<Box<str>, String> = ids.iter().map(Box::from).zip(people.iter().cloned()).collect();
        let mut padded = BTreeMap::new();
        strangers(real, &who, key.as_ref()).into_iter().for_each(|(id, name)| drop(who.insert(id, name)));
        for (number, (id, written)) in (100..).zip(collided(real)) {
            who.insert(id.clone(), format!("{number:0width$}", width = ID_WIDTH));
            padded.extend(
                written.into_iter().enumerate().map(|(zeros, text)| ((id.clone(), text), format!("{}{number}", "0".repeat(zeros)))),
            );
        }
        Pseudonyms { people, who, padded, texts }
    }

    pub fn person(&self, employee: EmployeeId) -> &str {
        self.people.get(employee.0 as usize).map_or("", String::as_str)
    }

    /// Whoever an ID stands for, or would.
    pub fn who(&self, id: &str) -> &str {
        self.who.get(id).map_or("", String::as_str)
    }

    /// The same as the people's record writes it.
    pub fn written(&self, id: &str, written: &str) -> String {
        let padded = self.padded.get(&(id.into(), written.into()));
        padded.map_or_else(|| self.who(id).to_owned(), String::clone)
    }

    /// Whether IDs became one by zeros at the front.
    pub fn has_padded(&self) -> bool {
        !self.padded.is_empty()
    }

    /// A text that the policy names stays what it is.
    pub fn text<'a>(&'a self, text: &'a str) -> &'a str {
        self.texts.get(text).map_or(text, String::as_str)
    }

    /// The key of a record as a bank's credit names it, piece by piece.
    pub fn credit(&self, policy: &Policy, key: &str) -> String {
        let piece = |piece: &str| {
            let (record, text) = after_record(policy, piece);
            format!("{record}{}", self.text(text))
        };
        key.split(" / ").map(piece).collect::<Vec<_>>().join(" / ")
    }

    /// Whether a text has a pseudonym.
    pub fn has(&self, text: &str) -> bool {
        self.texts.contains_key(text)
    }
}

/// Every text and key that the policy does not name.
fn texts(real: Real<'_>) -> BTreeSet<Box<str>> {
    let beside = &real.policy.source.beside.text;
    let named = named_by(&real.policy.source.text);
    let in_files: BTreeSet<&str> = beside.lines().map(str::trim).collect();
    let rows = real.files.iter().filter(|file| file.record.is_some()).flat_map(|file| &file.rows);
    let read = rows.flat_map(|row| &row.cells).filter_map(|cell| match cell {
        CellAsRead::Text(text) | CellAsRead::Key(text) => Some(text.as_str()),
        _ => None,
    });
    // what was credited to a bank before has a key made of several texts
    let pieces = |text| str::split(text, " / ").flat_map(|piece| [piece, after_record(real.policy, piece).1]);
    let read = read.flat_map(|text| pieces(text).chain([text]));
    let moved = real.facts.paid.iter().filter_map(|line| line.moved.as_ref()).filter(|moved| is_text(real, &moved.field));
    let moved = moved.flat_map(|moved| [&*moved.old, &*moved.new]);
    read.chain(moved).filter(|text| !text.is_empty() && !named.contains(text) && !in_files.contains(text)).map(Box::from).collect()
}

/// `course A`: the name of a record in front of a text, where there is one, and the text.
fn after_record<'t>(policy: &Policy, text: &'t str) -> (&'t str, &'t str) {
    let is_record = |name: &str| policy.records.iter().any(|record| record.name == name);
    match text.find(' ') {
        Some(at) if is_record(&text[..at]) => text.split_at(at + 1),
        _ => ("", text),
    }
}

/// Whether a field of this name holds texts, and not words of the policy.
fn is_text(real: Real<'_>, name: &str) -> bool {
    let fields = real.policy.records.iter().flat_map(|record| &record.fields);
    fields.into_iter().any(|field| field.name == *name && field.role == FieldRole::Value(Type::Text))
}

/// Those whom nobody knows, and keys that stand for nobody or for several. IDs that cannot be told apart by eye stay so.
fn strangers(real: Real<'_>, known: &BTreeMap<Box<str>, String>, key: Option<&hmac::Key>) -> Vec<(Box<str>, String)> {
    let mut ids: BTreeSet<&str> = BTreeSet::new();
    let mut alike: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let mut seen = String::new();
    for file in real.files {
        for cell in file.rows.iter().flat_map(|row| &row.cells) {
            let id = match cell {
                CellAsRead::Person { id, .. } => id,
                CellAsRead::Faulty { fault: Fault::UnknownKey { .. } | Fault::AmbiguousKey { .. }, raw } => raw,
                _ => continue,
            };
            if known.contains_key(id.as_str()) {
                continue;
            }
            ids.insert(id);
            if file.record == Some(real.policy.people) {
                look_alike(id, &mut seen);
                alike.entry(seen.clone()).or_default().insert(id);
            }
        }
    }
    let own = |number: usize, id: &str| key.map_or_else(|| numbered('U', number, ids.len()), |key| keyed(key, 'U', id));
    let mut named: BTreeMap<&str, String> = (1..).zip(&ids).map(|(number, id)| (*id, own(number, id))).collect();
    for group in alike.values().filter(|group| group.len() > 1) {
        let Some(base) = group.first().and_then(|first| named.get(first).cloned()) else { continue };
        for (number, id) in group.iter().enumerate() {
            named.insert(id, format!("{}{base}", in_cases("lookalike", number)));
        }
    }
    named.into_iter().map(|(id, name)| (id.into(), name)).collect()
}

/// A word in large and small letters: each number has its own, and all look alike.
fn in_cases(word: &str, number: usize) -> String {
    let large = |at: usize| number >> at & 1 == 1;
    word.char_indices().map(|(at, letter)| if large(at) { letter.to_ascii_uppercase() } else { letter }).collect()
}

/// IDs of the people's record that were written differently until zeros were put before them.
fn collided(real: Real<'_>) -> BTreeMap<Box<str>, BTreeSet<Box<str>>> {
    let mut written: BTreeMap<Box<str>, BTreeSet<Box<str>>> = BTreeMap::new();
    let rows = real.files.iter().filter(|file| file.record == Some(real.policy.people)).flat_map(|file| &file.rows);
    for cell in rows.flat_map(|row| &row.cells) {
        if let CellAsRead::Person { id, written: Some(text) } = cell {
            written.entry(id.as_str().into()).or_default().insert(text.as_str().into());
        }
    }
    written.retain(|_, texts| texts.len() > 1);
    written
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
