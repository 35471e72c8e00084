//! `stipend redact`: files that can be shared, shown to pay what the real ones pay before any is written.

use std::path::{Path, PathBuf};

use clap::Args;

use super::arguments::Inputs;
use super::data::DataArgument;
use super::exit::Exit;
use super::files::{self, Existing};
use super::load::{MAPPING, materials};
use super::pipeline::{Bound, Materials, bind, compile};
use super::session::Session;
use super::staging::Staging;
use super::table_files::with_table_files;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::facts::resolution::{HEADERS, LEAVE_OUT};
use crate::facts::{CROSSWALK, Input, Mapping, RESOLVED, files_as_read};
use crate::report::Results;
use crate::report::redact::{
    LeftOut, Move, PaidKeys, Pseudonyms, Real, RedactedFile, cannot_carry, carried, expect_same, line, moved_policy, of_people, paid_files,
    records,
};
use crate::report::text::count;
use crate::source::{Place, Source};
use crate::value::Date;

const EXAMPLES: &str = "\
Examples:
  stipend redact policy.pay credentials.csv staff.xlsx --as-of 2025-06-30 --out shareable";

/// The file of what was decided to be left out.
const RESOLVED_NAME: &str = "resolved.csv";

/// As many bytes as make guessing hopeless.
const KEY_LEAST: usize = 16;

/// Distances in years after which the calendar is the same again.
const MOVES: [i32; 4] = [28, -28, 56, -56];

/// Make files that can be shared and pay the same
///
/// Writes every row of each record, with the fields that the policy declares and nothing else, under pseudonyms: people and texts that the
/// policy does not name. What cannot be read stays unreadable for the same reason, and shows nothing. Dates move by 28 or 56 years, the
/// as-of date and the policy's own with them, so that weekdays, leap years and windows stay. With --key, a person has the same pseudonym in
/// everything that is redacted with that key. Both runs are computed and compared row by row first; amounts and other numbers stay what they are.
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
    /// Files of the policy's tables, by their paths.
    tables: Vec<(String, Vec<u8>)>,
    since: Option<Date>,
}

impl Redact {
    pub fn run(self, session: &Session) -> Exit {
        let mut found = Diagnostics::new();
        let (source, materials) = materials(session.folder(), &self.inputs, &mut found);
        let Some(materials) = materials else { return refused(session, &found.sorted(), source.as_ref()) };
        let policy = compile(&materials.policy, &mut Diagnostics::new());
        let files = policy.map(|policy| files_as_read(&policy, &materials.inputs.files, &materials.mapping)).unwrap_or_default();
        let Some(bound) = bind(materials, &mut found) else { return refused(session, &found.sorted(), source.as_ref()) };
        let real = Real { policy: &bound.policy, facts: &bound.facts, files: &files };
        let ready = match cannot_carry(real.policy, &files).or_else(|| of_people(real)) {
            Some(problem) => Err(problem),
            None => self.key(session),
        };
        let key = match ready {
            Ok(key) => key,
            Err(problem) => return refused(session, &[problem], source.as_ref()),
        };
        let names = Pseudonyms::of(real, key.as_deref());
        let results = bound.results(&|_| {});
        let moves = if self.keep_dates { vec![0] } else { moves(&bound, key.as_deref()) };
        let mut why = String::new();
        for by in moves.into_iter().map(|years| Move { years }) {
            match shareable((&bound, &results), real, (&names, by)) {
                Ok(shareable) => return self.write(session, (&bound, &results), &shareable),
                Err(reason) => why = reason,
            }
        }
        let place = Place::Option(if self.keep_dates { "--keep-dates".into() } else { "redact".into() });
        let problem = Diagnostic::error("redaction-changes-outcome", place, format!("the redacted files would not pay the same: {why}"));
        let help = if self.keep_dates {
            "share the policy with an `example` that shows the case instead"
        } else {
            "add `--keep-dates`, and dates stay what they are"
        };
        refused(session, &[problem.help(help)], source.as_ref())
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
        let mut written = vec![(policy.to_owned(), shareable.policy.clone().into_bytes())];
        written.extend(shareable.files.iter().map(|file| (file.name(), file.text.clone().into_bytes())));
        written.extend(shareable.files.iter().filter_map(|file| file.crosswalk.clone()).map(|(name, text)| (name, text.into_bytes())));
        written.extend(
            [(MAPPING, shareable.mapping()), (RESOLVED_NAME, shareable.resolved())]
                .into_iter()
                .filter_map(|(name, text)| if text.is_empty() { None } else { Some((name.to_owned(), text.into_bytes())) }),
        );
        written.extend(shareable.tables.iter().cloned());
        let all = written.iter().try_for_each(|(name, bytes)| {
            let target = folder.join(name);
            staging.folders(target.parent().unwrap_or(&folder))?;
            staging.add(&target, &self.out.join(name).to_string_lossy(), &[bytes.as_slice()]).map(|_| ())
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
        let odd = [(facts.rejected.len(), "rejected"), (facts.set_aside.len(), "not used")];
        let odd: Vec<String> =
            odd.iter().filter(|(count, _)| *count > 0).map(|(rows, word)| format!("{} {word}", count(*rows, "row"))).collect();
        let rows = if odd.is_empty() { String::new() } else { format!(", with {}", odd.join(" and ")) };
        let out = self.out.to_string_lossy();
        let mut names: Vec<String> = shareable.files.iter().map(|file| format!("{}={out}/{}", file.record, file.name())).collect();
        if shareable.has_left_out() {
            names.push(format!("--resolved {out}/{RESOLVED_NAME}"));
        }
        format!(
            "{} and {} come out the same{rows}; {dates}\nlook at the files before you share them: numbers and amounts are real\n\
             written: {out}/{policy} and {}\nnext: stipend run {out}/{policy} {} --as-of {}\n",
            count(results.outcomes.len(), "outcome"),
            count(results.adjustments.len(), "adjustment"),
            count(shareable.files.len(), "data file"),
            names.join(" "),
            shareable.as_of
        )
    }
}

impl Shareable {
    /// What the mapping of the shareable files says; empty where there is nothing to say.
    fn mapping(&self) -> String {
        let since = self.since.map_or(String::new(), |since| format!("[paid]\ncomplete_since = {since}\n\n"));
        self.files.iter().fold(since, |text, file| text + &file.settings)
    }

    fn has_left_out(&self) -> bool {
        self.files.iter().any(|file| !file.left_out.is_empty())
    }

    /// What was decided to be left out, by nobody in particular; empty where nothing was.
    fn resolved(&self) -> String {
        if !self.has_left_out() {
            return String::new();
        }
        let rows = self.files.iter().flat_map(|file| file.left_out.iter().map(move |row| (file, row)));
        let told = |(file, left_out): (&RedactedFile, &LeftOut)| {
            let cell = |name: &&str| match *name {
                "File" => file.name(),
                "Row" => left_out.row.to_string(),
                "Field" => left_out.column.to_owned(),
                "Raw value" => left_out.cell.clone(),
                "Resolution" => LEAVE_OUT.to_owned(),
                "Author" | "Reason" => "redacted".to_owned(),
                "Date" => self.as_of.to_string(),
                _ => String::new(),
            };
            line(&HEADERS.iter().map(cell).collect::<Vec<_>>())
        };
        rows.map(told).fold(line(&HEADERS), |text, row| text + &row)
    }
}

/// In an order that differs from one set of data to the next, or from one key to the next.
fn moves(bound: &Bound, key: Option<&[u8]>) -> Vec<i32> {
    let data: Vec<u8> = bound.facts.files.iter().flat_map(|file| file.sha256.iter()).flat_map(|sha256| sha256.bytes()).collect();
    let hash = key.unwrap_or(&data).iter().fold(0usize, |sum, byte| sum.wrapping_add(usize::from(*byte)));
    let mut moves = MOVES.to_vec();
    moves.rotate_left(hash % MOVES.len());
    moves
}

/// Everything redacted, run and compared; or why it does not pay the same.
fn shareable((bound, results): (&Bound, &Results), real: Real<'_>, (names, by): (&Pseudonyms, Move)) -> Result<Shareable, String> {
    let too_far = || "a date lies outside the years 1901 to 2099, in which the calendar repeats".to_owned();
    let tables = bound.policy.source.beside.files.iter().map(|file| (table_path(&file.name), carried(file, by)));
    let mut shareable = Shareable {
        by,
        policy: moved_policy((&bound.policy.source.name, &bound.policy.source.text), by),
        as_of: by.date(bound.as_of).ok_or_else(too_far)?,
        files: crate::report::redact::files(real, (names, by)).ok_or_else(too_far)?,
        tables: tables.collect(),
        since: bound.facts.paid_complete_since.map(|since| by.date(since).ok_or_else(too_far)).transpose()?,
    };
    if real.files.iter().any(|file| file.record.is_none()) {
        // record keys are made of the fields, so the new ones are known once the files are bound
        let without_paid = again(bound, &shareable)?;
        let after = records(&without_paid.results(&|_| {}));
        let keys = PaidKeys::of(real, (names, by), (&records(results), &after));
        shareable.files.extend(paid_files(real, (names, by), &keys).ok_or_else(too_far)?);
    }
    let other = again(bound, &shareable)?;
    expect_same(results, &other.results(&|_| {}), (names, by))?;
    Ok(shareable)
}

/// The path of a table's file without its sheet.
fn table_path(name: &str) -> String {
    DataArgument::parse(name).path
}

/// The redacted files bound as if they had been read.
fn again(bound: &Bound, shareable: &Shareable) -> Result<Bound, String> {
    let mut diagnostics = Diagnostics::new();
    let input = |name: &str, record: Option<&str>, bytes: &[u8]| Input {
        name: name.to_owned(),
        record: record.map(str::to_owned),
        bytes: bytes.to_owned(),
        ..Input::default()
    };
    let tables = shareable.tables.iter().map(|(name, bytes)| input(name, None, bytes));
    let mut inputs: Vec<Input> = tables.collect();
    let policy = Source::new(&bound.policy.source.name, &shareable.policy);
    let policy = with_table_files(Path::new(""), policy, &mut inputs, &mut diagnostics);
    inputs.extend(shareable.files.iter().map(|file| input(&file.name(), Some(&file.record), file.text.as_bytes())));
    let crosswalks = shareable.files.iter().filter_map(|file| file.crosswalk.as_ref());
    inputs.extend(crosswalks.map(|(name, text)| input(name, Some(CROSSWALK), text.as_bytes())));
    if shareable.has_left_out() {
        inputs.push(input(RESOLVED_NAME, Some(RESOLVED), shareable.resolved().as_bytes()));
    }
    let mapping = Mapping::parse(MAPPING, &shareable.mapping(), &mut diagnostics);
    let again =
        mapping.and_then(|mapping| bind(Materials { policy, inputs: inputs.into(), mapping, as_of: shareable.as_of }, &mut diagnostics));
    again.ok_or_else(|| diagnostics.sorted().into_iter().next().map_or(String::new(), |problem| problem.message))
}

fn base_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

fn refused(session: &Session, problems: &[Diagnostic], source: Option<&Source>) -> Exit {
    session.say_problems(problems, source);
    session.say("nothing was written\n");
    Exit::CouldNotRun
}
