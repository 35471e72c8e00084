//! `stipend fmt`: one way to write a policy.

use clap::Args;

use super::exit::Exit;
use super::files::{self, Existing};
use super::session::Session;
use super::{load, policies};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::report::text::visible;
use crate::source::Source;
use crate::syntax;

const EXAMPLES: &str = "\
Examples:
  stipend fmt policy.pay
  stipend fmt rules --check";

/// Rewrite policies in the one style
///
/// Rewrites policies in the one style: the words stay, spaces and columns change. Comments are kept.
#[derive(Args, Debug)]
#[command(before_help = EXAMPLES, verbatim_doc_comment)]
pub struct Fmt {
    /// Policy files, or folders to search
    #[arg(value_name = "POLICY", required = true)]
    policies: Vec<String>,
    /// Change nothing; name the files that would change and end with 1
    #[arg(long)]
    check: bool,
}

impl Fmt {
    pub fn run(self, session: &Session) -> Exit {
        policies::named(session.folder(), &self.policies).iter().map(|path| self.one(path, session)).max().unwrap_or(Exit::Done)
    }

    fn one(&self, path: &str, session: &Session) -> Exit {
        let source = match load::read_policy(session.folder(), path) {
            Ok(source) => source,
            Err(problem) => return could_not(session, &[problem], None),
        };
        let Some(formatted) = syntax::format(&source) else {
            let mut diagnostics = Diagnostics::new();
            syntax::parse(&source, &mut diagnostics);
            return could_not(session, &diagnostics.sorted(), Some(&source));
        };
        if *source.text == formatted {
            return Exit::Done;
        }
        if self.check {
            session.say(&format!("{}: would be written differently\n", visible(path)));
            return Exit::Findings;
        }
        match files::write(&session.folder().join(path), formatted.as_bytes(), Existing::Replace) {
            Ok(()) => {
                session.say(&format!("{}: formatted\n", visible(path)));
                Exit::Done
            }
            Err(problem) => could_not(session, &[problem], None),
        }
    }
}

fn could_not(session: &Session, problems: &[Diagnostic], source: Option<&Source>) -> Exit {
    session.say_problems(problems, source);
    Exit::CouldNotRun
}
