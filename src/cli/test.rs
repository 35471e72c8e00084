//! `stipend test`: runs the examples of policies and the cases found below the given paths.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use super::case::{self, Case};
use super::exit::Exit;
use super::session::Session;
use super::{example, files, load, pipeline};
use crate::diagnostic::Diagnostics;
use crate::report::excerpt;
use crate::report::text::count;

const EXAMPLES: &str = "\
Examples:
  stipend test policy.pay
  stipend test .";

/// Run the examples of policies and the case folders
///
/// Runs each `example` of each policy, and each case: a folder with case.toml, whose entries are
///   policy = "policy.pay"        as_of = "2025-06-30"        data = ["credentials.csv", "employee=staff.xlsx#Staff"]
///   mapping = "mapping.toml"     paid = "paid.csv"           command = "run", "check" or "explain"
///   employee = "1042" (whom to explain)                      employees = ["1042"] (whom the expected files cover)
/// and whose expected files are expected.csv, outcomes.csv, published.csv, message.txt, explain.txt (those that exist).
#[derive(Args, Debug)]
#[command(before_help = EXAMPLES, verbatim_doc_comment)]
pub struct Test {
    /// Policies, or folders to search
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
}

/// What was run and what differed.
struct Tally<'a> {
    session: &'a Session,
    examples: usize,
    cases: usize,
    failed: usize,
    unreadable: usize,
}

impl Test {
    pub fn run(self, session: &Session) -> Exit {
        let mut tally = Tally { session, examples: 0, cases: 0, failed: 0, unreadable: 0 };
        for path in &self.paths {
            let found = session.folder().join(path);
            if found.is_dir() {
                policies_below(&found).iter().for_each(|policy| tally.policy(policy));
                case::find(&found).iter().for_each(|folder| tally.case(folder));
            } else {
                tally.policy(&found);
            }
        }
        session.say(&tally.words());
        tally.exit()
    }
}

impl Tally<'_> {
    fn policy(&mut self, path: &Path) {
        let name = self.name(path);
        let source = match load::read_policy(self.session.folder(), &name) {
            Ok(source) => source,
            Err(problem) => {
                self.unreadable += 1;
                return self.session.say_problems(&[problem], None);
            }
        };
        let mut diagnostics = Diagnostics::new();
        let Some(policy) = pipeline::compile(&source, &mut diagnostics) else {
            self.failed += 1;
            return self.session.say_problems(&diagnostics.sorted(), Some(&source));
        };
        for example in &policy.examples {
            self.examples += 1;
            let differences = example::differences(&policy, example);
            let words = excerpt::render_all(&differences, Some(&source));
            self.report(&format!("{name}, example \"{}\"", example.name), &words);
        }
    }

    fn case(&mut self, folder: &Path) {
        match Case::read(folder) {
            Ok(case) => {
                self.cases += 1;
                let differences = case.differences(&case.perform());
                let words: String = differences.iter().map(|difference| format!("  {difference}\n\n")).collect();
                self.report(&self.name(folder), &words);
            }
            Err(problem) => {
                self.unreadable += 1;
                self.session.say_problems(&[files::named(problem, &self.name(&folder.join("case.toml")))], None);
            }
        }
    }

    /// A path as it counts from the session's folder.
    fn name(&self, path: &Path) -> String {
        path.strip_prefix(self.session.folder()).unwrap_or(path).to_string_lossy().into_owned()
    }

    /// No differences in words: as expected.
    fn report(&mut self, name: &str, differences: &str) {
        if !differences.is_empty() {
            self.failed += 1;
            self.session.say(&format!("failed: {name}\n{differences}"));
        }
    }

    fn words(&self) -> String {
        let ran = format!("{}, {}", count(self.examples, "example"), count(self.cases, "case"));
        match (self.examples + self.cases, self.failed, self.unreadable) {
            (0, 0, 0) => "nothing to test: no `example` and no case.toml here\n".to_owned(),
            (_, 0, 0) => format!("{ran}: all as expected\n"),
            (_, failed, 0) => format!("{ran}: {failed} failed\n"),
            (_, failed, unreadable) => format!("{ran}: {failed} failed, {unreadable} could not be read\n"),
        }
    }

    /// Nothing to test is no success.
    fn exit(&self) -> Exit {
        if self.unreadable > 0 || self.examples + self.cases + self.failed == 0 {
            Exit::CouldNotRun
        } else if self.failed > 0 {
            Exit::Findings
        } else {
            Exit::Done
        }
    }
}

/// Policies at or below a folder, but not the wrong ones that a case expects to be wrong.
fn policies_below(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let is_case = folder.join("case.toml").is_file();
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() && !case::is_hidden(&path) {
            found.extend(policies_below(&path));
        } else if !is_case && path.extension().is_some_and(|ending| ending == "pay") {
            found.push(path);
        }
    }
    found
}
