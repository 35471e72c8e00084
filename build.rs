//! Puts the policy library, `rules/`, into the program as data. Unoptimised builds read the folder instead, so that writing a
//! policy does not compile the program again.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo says where the package is")).join("rules");
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo says where to write")).join("library.rs");
    let mut text = String::from("&[\n");
    if env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo::rerun-if-changed=rules");
        for path in files(&root) {
            let name = path.strip_prefix(&root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            let _ = writeln!(text, "    ({name:?}, include_str!({:?})),", path.to_string_lossy());
        }
    }
    text.push_str("]\n");
    fs::write(out, text).expect("the build folder can be written");
}

/// Every file below a folder that is text, in order of its name.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let below = |path: PathBuf| match path.is_dir() {
        true => files(&path),
        false if fs::read_to_string(&path).is_ok() => vec![path],
        false => Vec::new(),
    };
    paths.into_iter().flat_map(below).collect()
}
