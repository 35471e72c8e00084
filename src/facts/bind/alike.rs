//! IDs of people that became one by padding, or that nobody can tell apart by eye.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::part::REJECTED_MOST;
use super::people::{id_place, reject};
use super::store::Store;
use crate::diagnostic::Diagnostic;
use crate::facts::DataFile;
use crate::facts::dictionary::Dictionary;

/// Rejects the rows of people whose IDs became one by padding, or cannot be told apart by eye; a decided ID stands.
pub fn reject_alike(store: &mut Store, people: usize, files: &[DataFile]) {
    let ids = store.ids(people);
    if store.collided.is_empty() && !ids.any_byte(is_misread) {
        return; // nearly always: IDs are mostly capitals and digits
    }
    let is_here = store.tables[people].has_ids(ids.len());
    let misread = misread(ids, &is_here);
    if !misread.is_empty() {
        store.find_again(people);
    }
    let (table, ids) = (&store.tables[people], store.ids(people));
    let alike = lookalikes(ids, &is_here, misread);
    if alike.is_empty() && store.collided.is_empty() {
        return;
    }
    let decided: BTreeSet<(u16, u32)> = store.applied.iter().map(|applied| (applied.file, applied.row)).collect();
    let mut collided: BTreeMap<&str, (&str, &str)> = BTreeMap::new();
    for (first, second, padded) in &store.collided {
        collided.entry(padded).or_insert((first, second));
    }
    let mut found = Vec::new();
    for (row, code) in table.living() {
        let id = ids.text(code);
        let problem = match collided.get(id) {
            Some((first, second)) => Some((*first, *second, Likeness::Padded)),
            None => alike.get(id).map(|other| (id, other.as_str(), Likeness::ByEye)),
        };
        let Some((first, second, likeness)) = problem.filter(|_| !decided.contains(&table.rows.position(row))) else { continue };
        let place = id_place(store, people, (files, row));
        found.push((
            row,
            match likeness {
                Likeness::Padded => {
                    let message = format!("`{first}` and `{second}` both become `{id}`: two people or one, nobody can tell");
                    let help = "correct the IDs in the people's file, or take `id_width` out of the mapping";
                    Diagnostic::error("ids-collide", place, message).help(help)
                }
                Likeness::ByEye => {
                    let message = format!("`{first}` and `{second}` look alike: two people or one, nobody can tell");
                    let help = "correct the IDs in the people's file; where both are right, write each down as its resolution";
                    Diagnostic::error("ids-look-alike", place, message).help(help)
                }
            },
        ));
        if found.len() > REJECTED_MOST {
            break; // nobody looks at more, and no row is used
        }
    }
    reject(store, people, found);
}

#[derive(Clone, Copy)]
enum Likeness {
    Padded,
    ByEye,
}

/// The IDs that are there and that a hurried reader does not see as they are written.
fn misread(ids: &Dictionary, is_here: &[bool]) -> Vec<u32> {
    let here = |id: u32| is_here[id as usize - 1];
    (1..=ids.len() as u32).into_par_iter().filter(|id| here(*id) && ids.text(*id).bytes().any(is_misread)).collect()
}

/// IDs that look like another: the ID, and the other. Of two that a hurried reader sees as one, at least one is written otherwise than he sees it.
fn lookalikes(ids: &Dictionary, is_here: &[bool], misread: Vec<u32>) -> BTreeMap<String, String> {
    let here = |id: u32| is_here[id as usize - 1];
    let all = || (1..=ids.len() as u32).filter(|id| here(*id)).map(|id| ids.text(id));
    let mut seen = Dictionary::default();
    let mut shared: BTreeSet<u32> = BTreeSet::new();
    let mut eye = String::new();
    for id in misread.into_iter().map(|id| ids.text(id)) {
        by_eye(id, &mut eye);
        let known = seen.len();
        let code = seen.code(&eye);
        if code as usize <= known || (eye != id && ids.find(&eye).is_some_and(here)) {
            shared.insert(code);
        }
    }
    let mut groups: BTreeMap<u32, BTreeSet<&str>> = BTreeMap::new();
    for id in all().filter(|_| !shared.is_empty()) {
        by_eye(id, &mut eye);
        if let Some(code) = seen.find(&eye).filter(|code| shared.contains(code)) {
            groups.entry(code).or_default().insert(id);
        }
    }
    let pairs = groups.values().flat_map(|group| {
        let other = |id: &str| group.iter().find(|other| **other != id).map(|other| (*other).to_owned());
        group.iter().filter_map(move |id| Some(((*id).to_owned(), other(id)?))).collect::<Vec<_>>()
    });
    pairs.collect()
}

/// Whether a letter with this byte may be seen as another; a byte of a letter that is not ASCII always may.
#[inline]
fn is_misread(byte: u8) -> bool {
    byte.is_ascii_lowercase() || !byte.is_ascii() || matches!(byte, b'O' | b'I' | b'L')
}

/// Writes down an ID as a hurried reader sees it.
pub fn by_eye(id: &str, seen: &mut String) {
    seen.clear();
    seen.extend(id.chars().flat_map(char::to_uppercase).map(|letter| match letter {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    }));
}
