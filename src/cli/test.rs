//! `stipend test`: runs the examples of policies and the cases found below the given paths.

use std::path::{Path, PathBuf};

use clap::Args;

use super::arguments::Format;
use super::case::{self, Case};
use super::exit::Exit;
use super::session::Session;
use super::{example, files, load, pipeline, policies};
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
///   breaks_guarantees = true (where one is meant not to hold; otherwise that is a failure)
/// and whose expected files are expected.csv, outcomes.csv, published.csv, message.txt, explain.txt (those that exist).
#[derive(Args, Debug)]
#[command(before_help = EXAMPLES, verbatim_doc_comment)]
pub struct Test {
    /// Policies, or folders to search
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// How to print what differs
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// What was run and what differed.
struct Tally<'a> {
    session: &'a Session,
    examples: usize,
    cases: usize,
    failures: Vec<Failure>,
    unreadable: Vec<Failure>,
}

/// An example or a case that did not come out, and what differed.
struct Failure {
    name: String,
    words: String,
}

impl Test {
    pub fn run(self, session: &Session) -> Exit {
        let mut tally = Tally { session, examples: 0, cases: 0, failures: Vec::new(), unreadable: Vec::new() };
        for path in &self.paths {
            let found = session.folder().join(path);
            if found.is_dir() {
                policies::below(&found).iter().for_each(|policy| tally.policy(policy));
                case::find(&found).iter().for_each(|folder| tally.case(folder));
            } else {
                tally.policy(&found);
            }
        }
        match self.format {
            Format::Human => session.say(&tally.words()),
            Format::Json => session.print_json(&tally.json()),
        }
        tally.exit()
    }
}

impl Tally<'_> {
    fn policy(&mut self, path: &Path) {
        let name = self.name(path);
        let mut diagnostics = Diagnostics::new();
        let source = match load::read_whole_policy(self.session.folder(), &name, &mut diagnostics) {
            Ok(source) => source,
            Err(problem) => return self.unreadable.push(Failure { name, words: excerpt::render(&problem, None) }),
        };
        let Some(policy) = pipeline::compile(&source, &mut diagnostics) else {
            let words = excerpt::render_all(&diagnostics.sorted(), Some(&source));
            return self.failures.push(Failure { name, words });
        };
        for example in &policy.examples {
            self.examples += 1;
            let words = excerpt::render_all(&example::differences(&policy, example), Some(&source));
            self.compared(Failure { name: format!("{name}, example \"{}\"", example.name), words });
        }
    }

    fn case(&mut self, folder: &Path) {
        let name = self.name(folder);
        match Case::read(folder) {
            Ok(case) => {
                self.cases += 1;
                let differences = case.differences(&case.perform());
                let words = differences.iter().map(|difference| format!("  {difference}\n\n")).collect();
                self.compared(Failure { name, words });
            }
            Err(problem) => {
                let problem = files::named(problem, &self.name(&folder.join("case.toml")));
                self.unreadable.push(Failure { name, words: excerpt::render(&problem, None) });
            }
        }
    }

    /// A path as it counts from the session's folder.
    fn name(&self, path: &Path) -> String {
        path.strip_prefix(self.session.folder()).unwrap_or(path).to_string_lossy().into_owned()
    }

    /// No differences in words: as expected.
    fn compared(&mut self, failure: Failure) {
        if !failure.words.is_empty() {
            self.failures.push(failure);
        }
    }

    fn words(&self) -> String {
        let told = |verdict: &str, failures: &[Failure]| -> String {
            failures.iter().map(|failure| format!("{verdict}: {}\n{}\n\n", failure.name, failure.words.trim_end())).collect()
        };
        let ran = format!("{}, {}", count(self.examples, "example"), count(self.cases, "case"));
        let verdict = match (self.examples + self.cases, self.failures.len(), self.unreadable.len()) {
            (0, 0, 0) => "nothing to test: no `example` and no case.toml here".to_owned(),
            (_, 0, 0) => format!("{ran}: all as expected"),
            (_, failed, 0) => format!("{ran}: {failed} failed"),
            (_, failed, unreadable) => format!("{ran}: {failed} failed, {unreadable} could not be read"),
        };
        format!("{}{}{verdict}\n", told("could not be read", &self.unreadable), told("failed", &self.failures))
    }

    fn json(&self) -> serde_json::Value {
        let told = |failures: &[Failure]| -> Vec<serde_json::Value> {
            failures.iter().map(|failure| serde_json::json!({ "name": failure.name, "differences": failure.words })).collect()
        };
        serde_json::json!({
            "examples": self.examples,
            "cases": self.cases,
            "failed": told(&self.failures),
            "unreadable": told(&self.unreadable),
        })
    }

    /// Nothing to test is no success.
    fn exit(&self) -> Exit {
        if !self.unreadable.is_empty() || self.examples + self.cases + self.failures.len() == 0 {
            Exit::CouldNotRun
        } else if !self.failures.is_empty() {
            Exit::Findings
        } else {
            Exit::Done
        }
    }
}
