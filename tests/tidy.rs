//! Reads `src/` and says where it departs from the house: direction of imports, sizes, words, and a case per message.

#[path = "tidy/functions.rs"]
mod functions;
#[path = "tidy/source_file.rs"]
mod source_file;

use std::collections::BTreeSet;
use std::path::Path;

use functions::functions;
use source_file::{SourceFile, source_files};

/// From left to right; a layer names only those before it.
const LAYERS: [&str; 9] = ["source", "diagnostic", "value", "syntax", "policy", "facts", "eval", "report", "cli"];
const MOST_LINES: usize = 400;
const MOST_FUNCTION_LINES: usize = 60;
const MOST_PARAMETERS: usize = 4;
/// Text of `expect` shorter than this cannot say why the thing is impossible.
const SHORTEST_REASON: usize = 10;

/// Words that must not stand in the program, and what stands there instead.
const BANNED: [(&str, &str); 11] = [
    ("todo!", "write it, or leave it out"),
    ("unimplemented!", "write it, or leave it out"),
    ("dbg!", "take it out"),
    ("fixme", "fix it"),
    ("todo:", "do it, or open an issue"),
    (".unwrap()", "handle it, or say in `expect` why it cannot happen"),
    ("panic!", "make it a diagnostic, or an outcome"),
    ("unsafe ", "there is none of ours"),
    ("#[allow(dead_code)]", "take the dead code out"),
    ("println!", "only `cli/` writes to the terminal, through its own writer"),
    ("use crate::*", "name what is used"),
];

/// What only `cli/` may touch, and one reader of spreadsheets for the last two.
const ONLY_AT_THE_EDGE: [&str; 10] =
    ["HashMap", "HashSet", "std::fs", "std::env", "std::process", "SystemTime", "Instant::", "std::io::stdout", "f32", "f64"];

#[test]
fn a_layer_names_only_layers_to_its_left() {
    report(source_files().iter().flat_map(|file| {
        let own = file.layer();
        file.program_lines().flat_map(move |(number, line)| {
            named_layers(line).into_iter().filter_map(move |named| {
                let later = position(named)? > own?;
                later.then(|| format!("{}:{number}: names `crate::{named}`, a later layer", file.path))
            })
        })
    }));
}

/// `super::super::` may not climb out of the layer, where the test above would not see it.
#[test]
fn no_path_climbs_out_of_its_layer() {
    report(source_files().iter().filter(|file| file.layer() < Some(LAYERS.len())).flat_map(|file| {
        let depth = file.module_depth();
        file.program_lines().filter_map(move |(number, line)| {
            let climbs = line.contains(&"super::".repeat(depth));
            climbs.then(|| format!("{}:{number}: climbs out of its layer; start at `crate::`", file.path))
        })
    }));
}

#[test]
fn every_module_of_the_library_is_a_layer() {
    let text = std::fs::read_to_string("src/lib.rs").expect("the library's root is there");
    let modules: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let expected: Vec<&str> = LAYERS.into_iter().filter(|layer| modules.contains(layer)).collect();
    assert_eq!(modules, expected, "src/lib.rs lists the layers in the order of the pipeline, and nothing else");
}

#[test]
fn every_file_starts_with_a_sentence() {
    report(
        source_files()
            .iter()
            .filter(|file| !file.first_sentence_ends())
            .map(|file| format!("{}:1: say in one `//!` sentence what the file is for", file.path)),
    );
}

#[test]
fn no_file_is_long() {
    report(
        source_files()
            .iter()
            .filter(|file| file.lines.len() > MOST_LINES)
            .map(|file| format!("{}: {} lines, {MOST_LINES} at most; split it by noun", file.path, file.lines.len())),
    );
}

#[test]
fn no_function_is_long() {
    report(source_files().iter().flat_map(|file| {
        functions(file).into_iter().filter(|function| function.counted_lines > MOST_FUNCTION_LINES).map(|function| {
            format!(
                "{}:{}: `{}` has {} lines, {MOST_FUNCTION_LINES} at most",
                file.path, function.line, function.name, function.counted_lines
            )
        })
    }));
}

#[test]
fn no_function_takes_many_parameters_or_a_flag() {
    report(source_files().iter().flat_map(|file| {
        functions(file).into_iter().filter_map(|function| {
            let place = format!("{}:{}: `{}`", file.path, function.line, function.name);
            let flag = function.parameters.iter().find(|parameter| parameter.ends_with(": bool"));
            match (function.parameters.len(), flag) {
                (count, _) if count > MOST_PARAMETERS => Some(format!("{place} takes {count} parameters, {MOST_PARAMETERS} at most")),
                (_, Some(flag)) => Some(format!("{place} takes a yes or no (`{flag}`); give the two cases names")),
                (_, None) => None,
            }
        })
    }));
}

#[test]
fn no_banned_words() {
    report(source_files().iter().flat_map(|file| {
        file.program_lines().flat_map(move |(number, line)| {
            BANNED
                .into_iter()
                .filter(move |(word, _)| line.to_lowercase().contains(word))
                .map(move |(word, instead)| format!("{}:{number}: `{word}`: {instead}", file.path))
        })
    }));
}

#[test]
fn expect_says_why() {
    report(source_files().iter().flat_map(|file| {
        file.program_lines().filter_map(move |(number, line)| {
            let text = line.split(".expect(").nth(1)?;
            let reason = text.strip_prefix('"').and_then(|text| text.split('"').next()).unwrap_or("");
            (reason.chars().count() < SHORTEST_REASON).then(|| format!("{}:{number}: `expect` must say why it cannot fail", file.path))
        })
    }));
}

#[test]
fn only_the_edge_touches_the_world() {
    report(source_files().iter().filter(|file| file.layer() < position("cli")).flat_map(|file| {
        let reads_spreadsheets = file.path.starts_with("src/facts/") && file.text.contains("calamine::");
        file.program_lines().flat_map(move |(number, line)| {
            let words = ONLY_AT_THE_EDGE.into_iter().filter(move |word| has_word(line, word));
            words
                .filter(move |word| !(reads_spreadsheets && matches!(*word, "f32" | "f64")))
                .map(move |word| format!("{}:{number}: `{word}` belongs into cli/", file.path))
        })
    }));
}

#[test]
fn every_code_has_a_case_and_every_case_a_code() {
    let codes: BTreeSet<String> = source_files().iter().flat_map(SourceFile::diagnostic_codes).collect();
    let folders: BTreeSet<String> = folders(Path::new("tests/errors"));
    let missing = codes.difference(&folders).map(|code| format!("`{code}` has no folder tests/errors/{code}/"));
    let stale = folders.difference(&codes).map(|code| format!("tests/errors/{code}/ is no code of src/"));
    report(missing.chain(stale));
}

#[test]
fn every_code_is_written_out() {
    report(source_files().iter().filter(|file| file.layer() > position("diagnostic")).flat_map(|file| {
        file.calls_without_code().into_iter().map(move |number| format!("{}:{number}: write the code out as a literal", file.path))
    }));
}

fn position(layer: &str) -> Option<usize> {
    LAYERS.iter().position(|known| *known == layer)
}

/// `crate::eval::x` names `eval`; so does `use crate::{eval, facts}`.
fn named_layers(line: &str) -> Vec<&str> {
    let mut named = Vec::new();
    for after in line.split("crate::").skip(1) {
        let words = match after.strip_prefix('{') {
            Some(group) => group.split(['{', '}', ',', ' ']).collect(),
            None => vec![after],
        };
        named.extend(
            words.into_iter().map(|word| word.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap_or("")),
        );
    }
    named
}

fn has_word(line: &str, word: &str) -> bool {
    let inside = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        !inside(before) && (word.ends_with(':') || !inside(after))
    })
}

fn folders(shelf: &Path) -> BTreeSet<String> {
    let Ok(entries) = std::fs::read_dir(shelf) else { return BTreeSet::new() };
    entries
        .filter_map(|entry| entry.ok())
        .filter(|entry| entry.path().is_dir())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect()
}

/// All offenders at once.
fn report(offenders: impl Iterator<Item = String>) {
    let offenders: Vec<String> = offenders.collect();
    assert!(offenders.is_empty(), "{} to put right:\n{}", offenders.len(), offenders.join("\n"));
}
