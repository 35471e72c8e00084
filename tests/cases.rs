//! Every case on the four shelves, every example of a policy, and every published figure.

#[path = "shelves/published.rs"]
mod published;

use std::path::{Path, PathBuf};

use stipend::cli::case::{Case, Produced, find};
use stipend::cli::{example, pipeline};
use stipend::diagnostic::Diagnostics;
use stipend::policy::Policy;
use stipend::report::excerpt;
use stipend::source::Source;

const SHELVES: [&str; 4] = ["rules", "samples", "tests/cases", "tests/errors"];
/// What `ACCEPT=1` may write, for a person to review. Amounts are typed by hand and never written.
const REVIEWED: [&str; 2] = ["message.txt", "explain.txt"];

#[test]
fn every_case_comes_out_as_expected() {
    let folders: Vec<PathBuf> = SHELVES.iter().flat_map(|shelf| find(Path::new(shelf))).collect();
    assert!(folders.len() >= 60, "only {} cases were found", folders.len());
    report(folders.iter().flat_map(|folder| {
        let differences = match Case::read(folder) {
            Ok(case) => {
                let produced = case.perform();
                accept(&case, &produced);
                case.differences(&produced)
            }
            Err(problem) => vec![excerpt::render(&problem, None)],
        };
        differences.into_iter().map(move |difference| format!("{}\n  {difference}", folder.display()))
    }));
}

#[test]
fn every_case_says_what_it_shows() {
    report(
        cases()
            .into_iter()
            .filter(|case| !is_error_case(case) && case.file.about.is_none())
            .map(|case| format!("{}: say in `about` what the case shows", case.folder.display())),
    );
}

#[test]
fn every_example_holds() {
    let mut count = 0;
    let mut wrong = Vec::new();
    for (path, source, policy) in policies() {
        for written in &policy.examples {
            count += 1;
            let differences = example::differences(&policy, written);
            wrong.extend(differences.iter().map(|difference| {
                format!("{}, example \"{}\"\n{}", path.display(), written.name, excerpt::render(difference, Some(&source)))
            }));
        }
    }
    assert!(count >= 20, "only {count} examples were found");
    report(wrong.into_iter());
}

/// The folder's name is the code, and the message says it; or another test shows it, because no files can.
#[test]
fn every_error_case_shows_its_code() {
    let Ok(entries) = std::fs::read_dir("tests/errors") else { return };
    let mut folders: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    report(
        folders
            .iter()
            .filter(|folder| !shows_its_code(folder))
            .map(|folder| format!("{}: message.txt does not say its code, and no shown-by.txt names a test", folder.display())),
    );
}

#[test]
fn every_published_figure_is_accounted_for() {
    let folders: Vec<PathBuf> = std::fs::read_dir("rules").expect("rules/ can be listed").flatten().map(|entry| entry.path()).collect();
    let rules = folders.iter().filter(|path| path.is_dir());
    report(rules.flat_map(|folder| published::problems(folder)));
}

fn cases() -> Vec<Case> {
    SHELVES.iter().flat_map(|shelf| find(Path::new(shelf))).filter_map(|folder| Case::read(&folder).ok()).collect()
}

fn is_error_case(case: &Case) -> bool {
    case.folder.starts_with("tests/errors")
}

/// Every policy on the shelves that is meant to be right.
fn policies() -> Vec<(PathBuf, Source, Policy)> {
    let mut paths = Vec::new();
    SHELVES[..3].iter().for_each(|shelf| policies_below(Path::new(shelf), &mut paths));
    paths.sort();
    paths.into_iter().filter_map(|path| compile(&path).map(|(source, policy)| (path, source, policy))).collect()
}

fn policies_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for path in std::fs::read_dir(folder).expect("a shelf can be listed").flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            policies_below(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "pay") {
            found.push(path);
        }
    }
}

fn compile(path: &Path) -> Option<(Source, Policy)> {
    let folder = path.parent()?;
    let source = stipend::cli::load::read_whole_policy(folder, &path.file_name()?.to_string_lossy(), &mut Diagnostics::new()).ok()?;
    let policy = pipeline::compile(&source, &mut Diagnostics::new())?;
    Some((source, policy))
}

fn shows_its_code(folder: &Path) -> bool {
    let code = folder.file_name().map_or(String::new(), |name| name.to_string_lossy().into_owned());
    let message = std::fs::read_to_string(folder.join("message.txt")).unwrap_or_default();
    let shown_by = std::fs::read_to_string(folder.join("shown-by.txt")).unwrap_or_default();
    message.contains(&format!("[{code}]")) || shown_by_a_test(shown_by.trim(), &code)
}

/// `src/cli/run.rs: an_existing_file_is_kept`: the file has that test, and it or a list beside it, in the folder of its name,
/// names the code.
fn shown_by_a_test(line: &str, code: &str) -> bool {
    let Some((path, test)) = line.split_once(": ") else { return false };
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let beside = std::fs::read_dir(path.trim_end_matches(".rs")).into_iter().flatten().flatten().map(|entry| entry.path());
    let lists = beside.filter(|path| path.extension().is_some_and(|ending| ending == "toml"));
    let names_code = |text: &str| text.contains(&format!("\"{code}\""));
    let listed = lists.filter_map(|path| std::fs::read_to_string(path).ok()).any(|list| names_code(&list));
    text.contains(&format!("fn {test}(")) && (names_code(&text) || listed)
}

/// With `ACCEPT=1`: writes the texts that people review, where such a file stands, and for error cases that have none.
fn accept(case: &Case, produced: &Produced) {
    if std::env::var_os("ACCEPT").is_none() {
        return;
    }
    for name in REVIEWED {
        let path = case.folder.join(name);
        let is_new = name == "message.txt" && is_error_case(case) && case.expected("outcomes.csv").is_none();
        let text = if name == "message.txt" { Some(&produced.message) } else { produced.explanation.as_ref() };
        if let Some(text) = text.filter(|_| path.exists() || is_new) {
            std::fs::write(&path, format!("{}\n", text.trim_end())).expect("a case's folder can be written to");
        }
    }
}

/// All of them at once.
fn report(offenders: impl Iterator<Item = String>) {
    let offenders: Vec<String> = offenders.collect();
    assert!(offenders.is_empty(), "{} not as expected:\n\n{}", offenders.len(), offenders.join("\n"));
}
