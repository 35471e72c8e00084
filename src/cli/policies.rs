//! The policies that a path stands for: itself, or all that are below a folder.

use std::fs;
use std::path::{Path, PathBuf};

use super::case;

/// Paths as they were written, and for a folder those of its policies. A folder without any stays, and cannot be read.
pub fn named(folder: &Path, paths: &[String]) -> Vec<String> {
    let mut names = Vec::new();
    for path in paths {
        let found = below(&folder.join(path));
        if found.is_empty() {
            names.push(path.clone());
        }
        names.extend(found.iter().map(|policy| policy.strip_prefix(folder).unwrap_or(policy).to_string_lossy().into_owned()));
    }
    names
}

/// Policies below a folder, but not those of a case about what is said: they are meant to be wrong.
pub fn below(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let is_about_words = folder.join("case.toml").is_file() && folder.join("message.txt").is_file();
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() && !case::is_hidden(&path) {
            found.extend(below(&path));
        } else if !is_about_words && path.extension().is_some_and(|ending| ending == "pay") {
            found.push(path);
        }
    }
    found
}
