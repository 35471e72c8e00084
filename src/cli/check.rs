//! `stipend check`: everything that is wrong with a policy, in one go.

use clap::Args;

use super::arguments::Format;
use super::exit::Exit;
use super::session::Session;
use super::{load, pipeline, policies};
use crate::diagnostic::{Diagnostics, Severity};
use crate::report::json;
use crate::report::text::{count, visible};

const EXAMPLES: &str = "\
Examples:
  stipend check policy.pay
  stipend check rules --format json";

/// Say everything that is wrong with a policy, in one go
///
/// Says everything that is wrong with a policy, at its place, with what to write instead. Nothing is run.
#[derive(Args, Debug)]
#[command(before_help = EXAMPLES, verbatim_doc_comment)]
pub struct Check {
    /// Policy files, .pay or Markdown with fenced `pay` blocks, or folders to search
    #[arg(value_name = "POLICY", required = true)]
    policies: Vec<String>,
    /// How to print the problems
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

impl Check {
    pub fn run(self, session: &Session) -> Exit {
        let mut exit = Exit::Done;
        let mut documents = Vec::new();
        for path in &policies::named(session.folder(), &self.policies) {
            let mut diagnostics = Diagnostics::new();
            let (list, source) = match load::read_whole_policy(session.folder(), path, &mut diagnostics) {
                Ok(source) => {
                    pipeline::compile(&source, &mut diagnostics);
                    (diagnostics.sorted(), Some(source))
                }
                Err(problem) => (vec![problem], None),
            };
            let has_errors = list.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
            let found = match (&source, has_errors) {
                (None, _) => Exit::CouldNotRun,
                (Some(_), true) => Exit::Findings,
                (Some(_), false) => Exit::Done,
            };
            exit = exit.max(found);
            match self.format {
                Format::Human => {
                    session.say_problems(&list, source.as_ref());
                    session.say(&format!("{}: {}\n", visible(path), verdict(list.len())));
                }
                Format::Json => documents.push(serde_json::json!({
                    "policy": path,
                    "diagnostics": json::diagnostics(&list, source.as_ref()),
                })),
            }
        }
        if self.format == Format::Json {
            session.print_json(&serde_json::Value::Array(documents));
        }
        exit
    }
}

fn verdict(problems: usize) -> String {
    if problems == 0 { "no problems".to_owned() } else { count(problems, "problem") }
}
