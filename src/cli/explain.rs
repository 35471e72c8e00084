//! `stipend explain`: why this amount, and why not that one.

use clap::Args;

use super::arguments::{Format, Inputs};
use super::exit::Exit;
use super::load::load_telling;
use super::session::Session;
use crate::diagnostic::Diagnostic;
use crate::facts::Hashes;
use crate::report::json;
use crate::source::Source;

const EXAMPLES: &str = "\
Examples:
  stipend explain policy.pay credentials.csv staff.xlsx --as-of 2025-06-30 --employee 1042";

/// Show why one person gets this amount, and why not that one
///
/// Shows every row of one person: the amount with its clause, its numbers and its cells, what a limit had left,
/// and for each unpaid row the first condition that failed with the values that failed it.
#[derive(Args, Debug)]
#[command(before_help = EXAMPLES, verbatim_doc_comment)]
pub struct Explain {
    #[command(flatten)]
    inputs: Inputs,
    /// Whose pay to explain: the ID as the data writes it
    #[arg(long, value_name = "ID")]
    employee: String,
    /// How to print the explanation
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

impl Explain {
    pub fn run(self, session: &Session) -> Exit {
        // an explanation names cells, not hashes
        let loaded = load_telling(Hashes::NotTold, session.folder(), &self.inputs);
        let Some(bound) = &loaded.bound else {
            return self.could_not_run(session, (&loaded.diagnostics, loaded.source.as_ref()));
        };
        match (bound.explain(&self.employee), self.format) {
            (Ok(explanation), Format::Human) => session.print(&explanation.text(&bound.context())),
            (Ok(explanation), Format::Json) => session.print_json(&json::explanation(&explanation, &bound.context())),
            (Err(problem), _) => return self.could_not_run(session, (&[problem], None)),
        }
        Exit::Done
    }

    fn could_not_run(&self, session: &Session, (problems, source): (&[Diagnostic], Option<&Source>)) -> Exit {
        match self.format {
            Format::Human => session.say_problems(problems, source),
            Format::Json => session.print_json(&serde_json::json!({ "diagnostics": json::diagnostics(problems, source) })),
        }
        Exit::CouldNotRun
    }
}
