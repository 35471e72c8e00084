//! `stipend new`: a folder with a small policy, data for it, and the next command to type.

use std::path::{Path, PathBuf};

use clap::Args;

use super::exit::Exit;
use super::files::{self, Existing};
use super::session::Session;
use crate::diagnostic::Diagnostic;
use crate::source::{Cell, Place};

const STARTER: [(&str, &str); 3] = [
    ("policy.pay", include_str!("starter/policy.pay")),
    ("credentials.csv", include_str!("starter/credentials.csv")),
    ("staff.csv", include_str!("starter/staff.csv")),
];

const EXAMPLES: &str = "\
Examples:
  stipend new credential-pay";

/// Make a folder with a commented policy and data that run as they are
///
/// Writes a commented policy and sample data that run as they are, to be changed into your own.
#[derive(Args, Debug)]
#[command(before_help = EXAMPLES, verbatim_doc_comment)]
pub struct New {
    /// The folder to make; files that are there already are kept, and nothing is written then
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

impl New {
    pub fn run(self, session: &Session) -> Exit {
        match write(&session.folder().join(&self.folder)) {
            Ok(()) => {
                let folder = self.folder.to_string_lossy();
                session.say(&format!("written: {}\n", STARTER.map(|(name, _)| format!("{folder}/{name}")).join(", ")));
                session.say(&format!(
                    "next: stipend run {folder}/policy.pay {folder}/credentials.csv {folder}/staff.csv --as-of 2025-06-30\n"
                ));
                Exit::Done
            }
            Err(problem) => {
                session.say_problems(&[problem], None);
                Exit::CouldNotRun
            }
        }
    }
}

fn write(folder: &Path) -> Result<(), Diagnostic> {
    std::fs::create_dir_all(folder).map_err(|fault| {
        let place = Place::Cell(Cell::of_file(&folder.to_string_lossy()));
        Diagnostic::error("no-such-folder", place, format!("the folder cannot be made: {fault}")).help("name another folder")
    })?;
    for (name, _) in STARTER {
        files::expect_writable(&folder.join(name), Existing::Keep)?;
    }
    for (name, text) in STARTER {
        files::write(&folder.join(name), text.as_bytes(), Existing::Keep)?;
    }
    Ok(())
}
