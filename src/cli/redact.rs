//! `stipend redact`: files that can be shared, shown to pay what the real ones pay before any is written.

use std::path::PathBuf;

use clap::Args;

use super::arguments::Inputs;
use super::exit::Exit;
use super::files::{self, Existing};
use super::load::{Loaded, MAPPING, load};
use super::pipeline::{Bound, Materials, bind};
use super::session::Session;
use super::staging::Staging;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::facts::{Input, Mapping};
use crate::report::Results;
use crate::report::redact::{Move, PaidKeys, Pseudonyms, RedactedFile, Side, expect_same, moved_policy, paid_file, records};
use crate::report::text::count;
use crate::source::{Place, Source};
use crate::value::Date;

const EXAMPLES: &str = "\
Examples:
  stipend redact policy.pay credentials.csv staff.xlsx --as-of 2025-06-30 --out shareable";

/// As many bytes as make guessing hopeless.
const KEY_LEAST: usize = 16;

/// Distances in years after which the calendar is the same again.
const MOVES: [i32; 4] = [28, -28, 56, -56];

/// Make files that can be shared and pay the same
///
/// Writes each record's declared fields, and nothing else, under pseudonyms: people and texts that the policy does not
/// name. Dates move by 28 or 56 years, the as-of date and the policy's own with them, so that weekdays, leap years and
/// windows stay. With --key, a person has the same pseudonym in everything that is redacted with that key. Both runs are computed and compared row by row first; amounts and other numbers stay what they are.
#[derive(Args, Debug)]
#[command(before_help = EXAMPLES, verbatim_doc_comment)]
pub struct Redact {
    #[command(flatten)]
    inputs: Inputs,
    /// The folder for the shareable files
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// A file that only the district has, 16 bytes or more: the same people and texts get the same pseudonyms again
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// Leave every date as it is
    #[arg(long)]
    keep_dates: bool,
    /// Replace files that are there already
    #[arg(long)]
    force: bool,
}

/// A set of files that pays the same, and how it is run.
struct Shareable {
    by: Move,
    policy: String,
    as_of: Date,
    files: Vec<RedactedFile>,
    since: Option<Date>,
}

impl Redact {
    pub fn run(self, session: &Session) -> Exit {
        let loaded = load(session.folder(), &self.inputs);
        let Some(bound) = &loaded.bound else { return refused(session, &loaded.diagnostics, &loaded) };
        let key = match self.key(session) {
            Ok(key) => key,
            Err(problem) => return refused(session, &[problem], &loaded),
        };
        let names = Pseudonyms::of(&bound.policy, &bound.facts, key.as_deref());
        let results = bound.results(&|| {});
        let moves = if self.keep_dates { vec![0] } else { moves(bound, key.as_deref()) };
        let mut why = String::new();
        for by in moves.into_iter().map(|years| Move { years }) {
            match shareable((bound, &results), &names, by) {
                Ok(shareable) => return self.write(session, (bound, &results), &shareable),
                Err(reason) => why = reason,
            }
        }
        let place = Place::Option(if self.keep_dates { "--keep-dates".into() } else { "redact".into() });
        let problem = Diagnostic::error("redaction-changes-outcome", place, format!("the redacted files would not pay the same: {why}"));
        let help = if !bound.facts.rejected_of.is_empty() {
            "rejected rows are left out, and these change what their person is paid: correct them first"
        } else if self.keep_dates {
            "share the policy with an `example` that shows the case instead"
        } else {
            "add `--keep-dates`, and dates stay what they are"
        };
        refused(session, &[problem.help(help)], &loaded)
    }

    fn key(&self, session: &Session) -> Result<Option<Vec<u8>>, Diagnostic> {
        let Some(path) = &self.key else { return Ok(None) };
        let name = path.to_string_lossy();
        let key = files::read(&session.folder().join(path)).map_err(|problem| files::named(problem, &name))?;
        if key.len() >= KEY_LEAST {
            return Ok(Some(key));
        }
        let message = format!("`{name}` has {} bytes, so that anybody could try all keys", key.len());
        let help = format!("put {KEY_LEAST} random characters or more into it, and keep it as you keep passwords");
        Err(Diagnostic::error("redaction-key", Place::Option("--key".into()), message).help(help))
    }

    fn write(&self, session: &Session, (bound, results): (&Bound, &Results), shareable: &Shareable) -> Exit {
        let folder = session.folder().join(&self.out);
        let mut staging = Staging::new(if self.force { Existing::Replace } else { Existing::Keep });
        staging = staging.keeping(self.inputs.paths(session.folder()));
        let policy = base_name(&bound.policy.source.name);
        let mut written = vec![(policy.to_owned(), shareable.policy.clone())];
        written.extend(shareable.files.iter().map(|file| (format!("{}.csv", file.record), file.text.clone())));
        written.extend(shareable.since.map(|since| (MAPPING.to_owned(), format!("[paid]\ncomplete_since = {since}\n"))));
        let all = written.iter().try_for_each(|(name, text)| {
            staging.folders(&folder)?;
            staging.add(&folder.join(name), &self.out.join(name).to_string_lossy(), &[text.as_bytes()]).map(|_| ())
        });
        if let Err(problem) = all.and_then(|()| staging.commit()) {
            session.say_problems(&[problem], None);
            session.say("nothing was written\n");
            return Exit::CouldNotRun;
        }
        session.say(&self.told(results, shareable, policy));
        Exit::Done
    }

    fn told(&self, results: &Results, shareable: &Shareable, policy: &str) -> String {
        let facts = results.context.facts;
        let dates = match shareable.by.years {
            0 => "dates are what they were".to_owned(),
            years if years > 0 => format!("dates are {years} years later, those of the policy too"),
            years => format!("dates are {} years earlier, those of the policy too", -years),
        };
        let left_out = facts.rejected.len() + facts.set_aside.len();
        let rows = if left_out == 0 { String::new() } else { format!("; {} not used or rejected left out", count(left_out, "row")) };
        let out = self.out.to_string_lossy();
        let names: Vec<String> = shareable.files.iter().map(|file| format!("{}={out}/{}.csv", file.record, file.record)).collect();
        format!(
            "{} and {} come out the same; {dates}{rows}\nlook at the files before you share them: numbers and amounts are real\n\
             written: {out}/{policy} and {}\nnext: stipend run {out}/{policy} {} --as-of {}\n",
            count(results.outcomes.len() - left_out, "outcome"),
            count(results.adjustments.len(), "adjustment"),
            count(shareable.files.len(), "data file"),
            names.join(" "),
            shareable.as_of
        )
    }
}

/// In an order that differs from one set of data to the next, or from one key to the next.
fn moves(bound: &Bound, key: Option<&[u8]>) -> Vec<i32> {
    let data: Vec<u8> = bound.facts.files.iter().flat_map(|file| file.sha256.bytes()).collect();
    let hash = key.unwrap_or(&data).iter().fold(0usize, |sum, byte| sum.wrapping_add(usize::from(*byte)));
    let mut moves = MOVES.to_vec();
    moves.rotate_left(hash % MOVES.len());
    moves
}

/// Everything redacted, run and compared; or why it does not pay the same.
fn shareable((bound, results): (&Bound, &Results), names: &Pseudonyms, by: Move) -> Result<Shareable, String> {
    let too_far = || "a date lies outside the years 1901 to 2099, in which the calendar repeats".to_owned();
    let mut shareable = Shareable {
        by,
        policy: moved_policy((&bound.policy.source.name, &bound.policy.source.text), by),
        as_of: by.date(bound.as_of).ok_or_else(too_far)?,
        files: crate::report::redact::files(&bound.policy, &bound.facts, (names, by)).ok_or_else(too_far)?,
        since: bound.facts.paid_complete_since.map(|since| by.date(since).ok_or_else(too_far)).transpose()?,
    };
    if !bound.facts.paid.is_empty() {
        // record keys are made of the fields, so the new ones are known once the files are bound
        let without_paid = again(bound, &shareable)?;
        let after = records(&without_paid.results(&|| {}), Side::Redacted);
        let keys = PaidKeys::of(&bound.facts, (names, by), (&records(results, Side::Real), &after));
        shareable.files.extend(paid_file(&bound.policy, &bound.facts, (names, by), &keys));
    }
    let other = again(bound, &shareable)?;
    expect_same(results, &other.results(&|| {}), (names, by))?;
    Ok(shareable)
}

/// The redacted files bound as if they had been read.
fn again(bound: &Bound, shareable: &Shareable) -> Result<Bound, String> {
    let input = |file: &RedactedFile| Input {
        name: format!("{}.csv", file.record),
        record: Some(file.record.clone()),
        sheet: None,
        bytes: file.text.clone().into_bytes(),
    };
    let mapping = Mapping { paid_complete_since: shareable.since, ..Mapping::default() };
    let materials = Materials {
        policy: Source::new(&bound.policy.source.name, &shareable.policy),
        inputs: shareable.files.iter().map(input).collect(),
        mapping,
        as_of: shareable.as_of,
    };
    let mut diagnostics = Diagnostics::new();
    let again = bind(materials, &mut diagnostics);
    again.ok_or_else(|| diagnostics.sorted().into_iter().next().map_or(String::new(), |problem| problem.message))
}

fn base_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

fn refused(session: &Session, problems: &[Diagnostic], loaded: &Loaded) -> Exit {
    session.say_problems(problems, loaded.source.as_ref());
    session.say("nothing was written\n");
    Exit::CouldNotRun
}
