//! `stipend diff`: what one reading of a policy costs against another, over the same data.

use std::path::{Path, PathBuf};

use clap::Args;

use super::arguments::{Format, Inputs};
use super::exit::Exit;
use super::files::Existing;
use super::load::{Loaded, load_telling};
use super::session::Session;
use super::staging::Staging;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::facts::Hashes;
use crate::report::difference::{Difference, people_csv, rows_csv};
use crate::report::json;
use crate::report::text::visible;
use crate::source::Place;

const EXAMPLES: &str = "\
Examples:
  stipend diff policy.pay fiscal-year.pay credentials.csv staff.xlsx --as-of 2025-06-30
  stipend diff policy.pay fiscal-year.pay credentials.csv staff.xlsx --as-of 2025-06-30 --out people.csv";

/// Show what two policies pay over the same data
///
/// Runs both policies and shows what the second pays more or less: in total, by kind of money, for each person, and the
/// rows whose outcome or amount differs with both reasons.
#[derive(Args, Debug)]
#[command(before_help = EXAMPLES, verbatim_doc_comment)]
pub struct Diff {
    /// The first policy
    #[arg(value_name = "POLICY_A")]
    first: String,
    /// The second policy
    #[arg(value_name = "POLICY_B")]
    second: String,
    /// Data files, as for `stipend run`
    #[arg(value_name = "DATA", required = true)]
    data: Vec<String>,
    /// The day as of which to compute, such as 2025-06-30; nothing reads the clock
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// The mapping to use, instead of mapping.toml in the data's folder
    #[arg(long, value_name = "FILE")]
    mapping: Option<String>,
    /// The exceptions that somebody worked through; may be given several times
    #[arg(long, value_name = "FILE")]
    resolved: Vec<String>,
    /// Write everybody whose amount differs to a .csv file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write every row that comes out otherwise to a .csv file
    #[arg(long, value_name = "FILE")]
    rows: Option<PathBuf>,
    /// Replace files that are there already
    #[arg(long)]
    force: bool,
    /// How to print the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

impl Diff {
    pub fn run(self, session: &Session) -> Exit {
        let loaded = [&self.first, &self.second].map(|policy| load_telling(Hashes::NotTold, session.folder(), &self.inputs(policy)));
        let [first, second] = &loaded;
        let (Some(a), Some(b)) = (&first.bound, &second.bound) else {
            return self.could_not_run(session, loaded.iter().filter(|loaded| loaded.bound.is_none()));
        };
        let difference = Difference::of(&a.results(&|_| {}), &b.results(&|_| {}));
        if let Err(problems) = self.write(session, &difference) {
            return self.could_not_run(session, [&Loaded { bound: None, source: None, diagnostics: problems }].into_iter());
        }
        match self.format {
            Format::Json => session.print_json(&difference.json()),
            Format::Human => {
                session.say_problems(&first.diagnostics, first.source.as_ref());
                // what both say about the data is said once
                let own: Vec<Diagnostic> =
                    second.diagnostics.iter().filter(|problem| matches!(problem.place, Place::Policy(_))).cloned().collect();
                session.say_problems(&own, second.source.as_ref());
                session.say(&difference.text());
                for path in self.out.iter().chain(&self.rows) {
                    session.say(&format!("written: {}\n", visible(&path.to_string_lossy())));
                }
            }
        }
        Exit::Done
    }

    fn inputs(&self, policy: &str) -> Inputs {
        Inputs {
            policy: policy.to_owned(),
            data: self.data.clone(),
            as_of: self.as_of.clone(),
            mapping: self.mapping.clone(),
            resolved: self.resolved.clone(),
        }
    }

    fn write(&self, session: &Session, difference: &Difference) -> Result<(), Vec<Diagnostic>> {
        let mut staging = Staging::new(if self.force { Existing::Replace } else { Existing::Keep });
        staging = staging
            .keeping([&self.first, &self.second].into_iter().flat_map(|policy| self.inputs(policy).paths(session.folder())).collect());
        let mut refused = Diagnostics::new();
        let people = self.out.as_ref().map(|path| (path, people_csv(difference, &mut refused)));
        let rows = self.rows.as_ref().map(|path| (path, rows_csv(difference, &mut refused)));
        if refused.has_errors() {
            return Err(refused.sorted());
        }
        let stage = |(path, text): (&PathBuf, String), staging: &mut Staging| {
            expect_csv(path)?;
            let name = path.to_string_lossy();
            staging.add(&session.folder().join(path), &name, &[text.as_bytes()]).map(|_| ())
        };
        let staged = people.into_iter().chain(rows).try_for_each(|file| stage(file, &mut staging));
        staged.and_then(|()| staging.commit()).map_err(|problem| vec![problem])
    }

    fn could_not_run<'l>(&self, session: &Session, loaded: impl Iterator<Item = &'l Loaded>) -> Exit {
        match self.format {
            Format::Json => {
                let lists: Vec<serde_json::Value> = loaded
                    .flat_map(|loaded| json::diagnostics(&loaded.diagnostics, loaded.source.as_ref()).as_array().cloned())
                    .flatten()
                    .collect();
                session.print_json(&serde_json::json!({ "diagnostics": lists }));
            }
            Format::Human => {
                loaded.for_each(|loaded| session.say_problems(&loaded.diagnostics, loaded.source.as_ref()));
                session.say("nothing was written\n");
            }
        }
        Exit::CouldNotRun
    }
}

fn expect_csv(path: &Path) -> Result<(), Diagnostic> {
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv")) {
        return Ok(());
    }
    let message = format!("the ending of `{}` does not say what to write", path.to_string_lossy());
    Err(Diagnostic::error("unknown-output-form", Place::Option("--out".into()), message).help("end the name in .csv"))
}
