//! Short names of files: the shortest end of a path that tells it from the others, wherever a run is started.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::facts::DataFile;

/// By the name each file was given under.
#[derive(Clone, Debug, Default)]
pub struct FileNames {
    short: BTreeMap<Arc<str>, String>,
}

impl FileNames {
    pub fn of(files: &[DataFile]) -> FileNames {
        let full: BTreeSet<&Arc<str>> = files.iter().map(|file| &file.name).collect();
        let mut ends: BTreeMap<String, usize> = BTreeMap::new();
        for end in full.iter().flat_map(|name| ends_of(name)) {
            *ends.entry(end).or_default() += 1;
        }
        let own = |name: &str| ends_of(name).into_iter().find(|end| ends.get(end) == Some(&1)).unwrap_or_else(|| name.to_owned());
        FileNames { short: full.into_iter().map(|name| (Arc::clone(name), own(name))).collect() }
    }

    /// The short name; a file that is no data file keeps the name it has.
    pub fn short<'a>(&'a self, name: &'a str) -> &'a str {
        self.short.get(name).map_or(name, String::as_str)
    }
}

/// `c.csv`, `b/c.csv`, `a/b/c.csv`
fn ends_of(name: &str) -> Vec<String> {
    let parts: Vec<&str> = name.split(['/', '\\']).collect();
    (0..parts.len()).rev().map(|start| parts[start..].join("/")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_as_long_as_it_must_be() {
        let file =
            |name: &str| DataFile { name: name.into(), sheet: None, record: None, sha256: None, bytes: 0, rows: 0, assumed: Vec::new() };
        let names = FileNames::of(&[file("a/june/x.csv"), file("a/july/x.csv"), file("a/july/y.csv"), file("a/july/y.csv"), file("z.csv")]);
        let short = |name| names.short(name).to_owned();
        assert_eq!(["a/june/x.csv", "a/july/x.csv", "a/july/y.csv", "z.csv"].map(short), ["june/x.csv", "july/x.csv", "y.csv", "z.csv"]);
    }
}
