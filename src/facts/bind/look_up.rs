//! Look-up records: their keys in order, and what is wrong where one key has several rows.

use super::people::Everybody;
use super::store::Store;
use crate::diagnostic::Diagnostic;
use crate::source::Place;

/// The keys of a look-up record that still have a row, sorted; none for other records.
pub fn keys(store: &mut Store, table: usize) -> Option<Everybody> {
    store.tables[table].record.is_look_up.then(|| Everybody::of(store, table))
}

pub fn key_twice((record, key): (&str, &str), place: Place, (count, rows): (usize, &[String])) -> Diagnostic {
    let message = format!("`{key}` has {count} rows in `{record}`: {}", rows.join(", "));
    Diagnostic::error("key-twice", place, message).help("leave one row for each key, or make the fields that change `dated` in the policy")
}

pub fn rows_disagree((record, key): (&str, &str), place: Place, field: &str) -> Diagnostic {
    let message = format!("the rows of `{key}` in `{record}` differ in `{field}`, which has no dates");
    Diagnostic::error("key-rows-disagree", place, message)
        .help(format!("make `{field}` the same on all rows of the key, or `dated` in the policy"))
}
