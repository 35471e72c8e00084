//! The policy library that comes with the program: published policies, each a folder to start from.

use std::fs;
use std::path::{Path, PathBuf};

use super::files;

/// Files of the library by their path in it. Unoptimised builds have none and read the folder they were built in.
const INCLUDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/library.rs"));

/// The file that every folder of the library has.
const MAIN: &str = "policy.pay";

/// The library, its files by path: `wi-kettle-moraine/policy.pay`.
#[derive(Clone, Debug)]
pub struct Library {
    files: Vec<(String, String)>,
}

impl Library {
    pub fn of_this_program() -> Library {
        if INCLUDED.is_empty() {
            return Library::in_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules"));
        }
        Library { files: INCLUDED.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect() }
    }

    fn in_folder(folder: &Path) -> Library {
        let text = |path: &PathBuf| fs::read_to_string(folder.join(path)).ok();
        let found = files::below(folder).unwrap_or_default();
        let name = |path: &PathBuf| path.to_string_lossy().replace('\\', "/");
        Library { files: found.iter().filter_map(|path| Some((name(path), text(path)?))).collect() }
    }

    /// Each policy's name and what its head says it is.
    pub fn listing(&self) -> Vec<(&str, &str)> {
        let policies = self.files.iter().filter_map(|(path, text)| Some((path.strip_suffix(MAIN)?.strip_suffix('/')?, text)));
        policies.filter(|(name, _)| !name.contains('/')).map(|(name, text)| (name, title(text))).collect()
    }

    /// The files of one policy, by their path in its folder; none where there is no such policy.
    pub fn files_of(&self, name: &str) -> Vec<(&str, &str)> {
        let own = self.files.iter().filter_map(|(path, text)| {
            let path = path.strip_prefix(name)?.strip_prefix('/')?;
            Some((path, text.as_str()))
        });
        own.collect()
    }
}

/// `policy "Micro-credential base pay"`
fn title(text: &str) -> &str {
    let head = text.lines().find_map(|line| line.strip_prefix("policy "));
    head.and_then(|head| head.split('"').nth(1)).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_library_is_the_folder() {
        let library = Library::of_this_program();
        let listing = library.listing();
        assert!(listing.len() >= 20, "{listing:?}");
        assert!(listing.contains(&("wi-kettle-moraine", "Micro-credential base pay")), "{listing:?}");
        let files: Vec<&str> = library.files_of("wi-kettle-moraine").iter().map(|(path, _)| *path).collect();
        assert!(files.contains(&"policy.pay") && files.contains(&"cases/unknown-status/case.toml"), "{files:?}");
        assert!(library.files_of("wi-kettle").is_empty());
    }
}
