//! `stipend new`: a folder with a policy to start from, and the next command to type.

use std::path::{Path, PathBuf};

use clap::Args;

use super::exit::Exit;
use super::files::{self, Existing};
use super::library::Library;
use super::session::Session;
use super::staging::Staging;
use crate::diagnostic::{Diagnostic, nearest};
use crate::source::Place;

const STARTER: [(&str, &str); 3] = [
    ("policy.pay", include_str!("starter/policy.pay")),
    ("credentials.csv", include_str!("starter/credentials.csv")),
    ("staff.csv", include_str!("starter/staff.csv")),
];

const EXAMPLES: &str = "\
Examples:
  stipend new credential-pay
  stipend new credential-pay --from wi-kettle-moraine
  stipend new";

/// Make a folder with a policy to start from
///
/// Writes a commented policy and sample data that run as they are, to be changed into your own; or, with --from,
/// a policy of the library with its examples, its figures and its source. Without a folder: lists the library.
#[derive(Args, Debug)]
#[command(before_help = EXAMPLES, verbatim_doc_comment)]
pub struct New {
    /// The folder to make; files that are there already are kept, and nothing is written then
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    /// A policy of the library to copy
    #[arg(long, value_name = "NAME")]
    from: Option<String>,
}

impl New {
    pub fn run(self, session: &Session) -> Exit {
        let library = Library::of_this_program();
        let Some(folder) = &self.folder else {
            return match &self.from {
                None => list(session, &library),
                Some(name) => refused(session, folder_needed(name)),
            };
        };
        let files = match &self.from {
            None => STARTER.to_vec(),
            Some(name) => library.files_of(name),
        };
        if let (Some(name), true) = (&self.from, files.is_empty()) {
            return refused(session, unknown(name, &library));
        }
        match write(&session.folder().join(folder), &files) {
            Ok(()) => {
                let shown = folder.to_string_lossy();
                session
                    .say(&format!("written: {}\n", files.iter().map(|(name, _)| format!("{shown}/{name}")).collect::<Vec<_>>().join(", ")));
                session.say(&match self.from {
                    None => {
                        format!("next: stipend run {shown}/policy.pay {shown}/credentials.csv {shown}/staff.csv --as-of 2025-06-30\n")
                    }
                    Some(_) => format!("next: stipend test {shown}\n"),
                });
                Exit::Done
            }
            Err(problem) => refused(session, problem),
        }
    }
}

fn list(session: &Session, library: &Library) -> Exit {
    let listing = library.listing();
    let width = listing.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    listing.iter().for_each(|(name, title)| session.print(&format!("{name:<width$}  {title}\n")));
    session.say("next: stipend new my-policy --from NAME, or stipend new my-policy for a small one with data\n");
    Exit::Done
}

fn refused(session: &Session, problem: Diagnostic) -> Exit {
    session.say_problems(&[problem], None);
    Exit::CouldNotRun
}

fn folder_needed(name: &str) -> Diagnostic {
    Diagnostic::error("no-such-folder", Place::Option("DIR".into()), "the folder to make is not named")
        .help(format!("name it, such as `stipend new my-policy --from {name}`"))
}

fn unknown(name: &str, library: &Library) -> Diagnostic {
    let names: Vec<&str> = library.listing().into_iter().map(|(name, _)| name).collect();
    let problem = Diagnostic::error("unknown-policy", Place::Option("--from".into()), format!("the library has no policy `{name}`"));
    match nearest(name, names.iter().copied()).or_else(|| names.iter().find(|known| known.contains(name)).copied()) {
        Some(near) => problem.help(format!("did you mean `{near}`; `stipend new` lists all")),
        None => problem.help("`stipend new` lists what it has"),
    }
}

/// All files or none.
fn write(folder: &Path, files: &[(&str, &str)]) -> Result<(), Diagnostic> {
    let mut staging = Staging::new(Existing::Keep);
    for (name, text) in files {
        let path = folder.join(name);
        staging.folders(path.parent().unwrap_or(folder)).map_err(|problem| files::named(problem, &folder.to_string_lossy()))?;
        staging.add(&path, &path.to_string_lossy(), &[text.as_bytes()])?;
    }
    staging.commit()
}
