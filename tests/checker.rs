//! From text to meaning: what the checker accepts without a word, and what it makes of it.

use std::fs;
use std::path::{Path, PathBuf};

use stipend::diagnostic::{Diagnostic, Diagnostics};
use stipend::policy::{self, Policy};
use stipend::source::{Place, Source};
use stipend::syntax;

/// The policy, if there is one, and every problem in the order of the file.
fn checked(name: &str, text: &str) -> (Option<Policy>, Vec<Diagnostic>) {
    let source = Source::new(name, text);
    let mut diagnostics = Diagnostics::new();
    let ast = syntax::parse(&source, &mut diagnostics);
    let policy = policy::compile(&source, &ast, &mut diagnostics);
    (policy, diagnostics.sorted())
}

/// One line for each problem: where, what, how bad.
fn told(text: &str, problems: &[Diagnostic]) -> String {
    let source = Source::new("policy.pay", text);
    let line = |problem: &Diagnostic| match &problem.place {
        Place::Policy(span) => {
            let (line, column) = source.line_column(span.start);
            format!("  {line}:{column} {:?} {} `{}`: {}\n", problem.severity, problem.code, source.slice(*span), problem.message)
        }
        Place::Cell(_) | Place::Option(_) => format!("  {problem:?}\n"),
    };
    problems.iter().map(line).collect()
}

fn policies_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else { return found };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            found.extend(policies_below(&path));
        } else if path.extension().is_some_and(|extension| extension == "pay") || path.ends_with("policy.md") {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn every_policy_on_the_shelves_passes_without_a_word() {
    let shelves = ["rules", "samples", "tests/cases"];
    let mut wrong = String::new();
    for path in shelves.iter().flat_map(|shelf| policies_below(Path::new(shelf))) {
        let text = fs::read_to_string(&path).unwrap();
        let (policy, problems) = checked(&path.to_string_lossy(), &text);
        if policy.is_none() || !problems.is_empty() {
            wrong += &format!("{}\n{}", path.display(), told(&text, &problems));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
