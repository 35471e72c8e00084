//! `stipend map`: looks at files and proposes a mapping, with the evidence for each line and questions where there is none.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;

use super::arguments::Inputs;
use super::exit::Exit;
use super::files::{self, Existing};
use super::load::{self, MAPPING};
use super::pipeline;
use super::session::Session;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::facts::propose::{self, Answer, Choice, Line, Proposal, Section};
use crate::facts::survey::Survey;
use crate::facts::{Facts, Input, Mapping, bind};
use crate::policy::Policy;
use crate::report::text::{count, grouped_digits, visible};
use crate::source::{Place, Source};

const EXAMPLES: &str = "\
Examples:
  stipend map credentials.csv staff.xlsx emails.csv --policy policy.pay --out mapping.toml
  stipend map credential=export.csv hr.xlsx --policy policy.pay";

/// Propose a mapping for files, with the evidence for each line
///
/// Looks at the files and proposes a mapping.toml. Each line has its evidence as a comment. What nothing shows is asked on a
/// terminal; elsewhere the line is left open, marked \"???\", and a run refuses the mapping until somebody fills it.
#[derive(Args, Debug)]
#[command(before_help = EXAMPLES, verbatim_doc_comment)]
pub struct Map {
    /// Data files: FILE or RECORD=FILE, with #SHEET behind a workbook; files that say whose an address is among them
    #[arg(value_name = "FILE", required = true)]
    data: Vec<String>,
    /// The policy whose records the files hold
    #[arg(long, value_name = "FILE")]
    policy: String,
    /// Write the mapping to this file instead of printing it
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Replace a mapping that is there already
    #[arg(long)]
    force: bool,
}

impl Map {
    pub fn run(self, session: &Session) -> Exit {
        match self.mapped(session) {
            Ok(exit) => exit,
            Err((problems, source)) => {
                session.say_problems(&problems, source.as_ref());
                session.say("nothing was written\n");
                Exit::CouldNotRun
            }
        }
    }

    fn mapped(&self, session: &Session) -> Result<Exit, (Vec<Diagnostic>, Option<Source>)> {
        let alone = |problem: Diagnostic| (vec![problem], None);
        let existing = if self.force { Existing::Replace } else { Existing::Keep };
        if let Some(out) = &self.out {
            let name = out.to_string_lossy();
            let ready = files::expect_writable(&session.folder().join(out), existing).and_then(|()| self.expect_apart(session, out));
            ready.map_err(|problem| alone(files::named(problem, &name)))?;
        }
        let mut diagnostics = Diagnostics::new();
        let source = load::read_whole_policy(session.folder(), &self.policy, &mut diagnostics).map_err(alone)?;
        let policy = pipeline::compile(&source, &mut diagnostics);
        let inputs = Inputs { policy: self.policy.clone(), data: self.data.clone(), as_of: None, mapping: None, resolved: Vec::new() };
        let inputs = load::read_data(session.folder(), &inputs, &mut diagnostics);
        let whole = |input: Input| input.whole().map_err(|problem| diagnostics.push(*problem)).ok();
        let inputs = inputs.and_then(|inputs| inputs.into_iter().map(whole).collect::<Option<Vec<Input>>>());
        let (Some(policy), Some(inputs)) = (policy, inputs) else { return Err((diagnostics.sorted(), Some(source))) };
        let surveys: Vec<Survey> = inputs.iter().flat_map(|input| Survey::of(input, &mut diagnostics)).collect();
        if diagnostics.has_errors() {
            return Err((diagnostics.sorted(), Some(source)));
        }
        let proposal = asked(session, &policy, &surveys);
        let text = propose::text(&proposal, &self.command());
        match &self.out {
            Some(out) => files::write(&session.folder().join(out), text.as_bytes(), existing).map_err(alone)?,
            None => session.print(&text),
        }
        session.say(&self.report(&proposal, &trial(&policy, inputs, &text)));
        Ok(Exit::Done)
    }

    /// A mapping never replaces a file that it was made from.
    fn expect_apart(&self, session: &Session, out: &std::path::Path) -> Result<(), Diagnostic> {
        let read = self.data.iter().map(|data| super::data::DataArgument::parse(data).path).chain([self.policy.clone()]);
        let folder = session.folder();
        if read.into_iter().any(|path| files::is_same(&folder.join(path), &folder.join(out))) {
            let place = Place::Cell(crate::source::Cell::of_file(&out.to_string_lossy()));
            return Err(Diagnostic::error("output-is-input", place, "this file is read by the same command, and is kept")
                .help("name another file to write"));
        }
        Ok(())
    }

    fn command(&self) -> String {
        format!("stipend map {} --policy {}", self.data.join(" "), self.policy)
    }

    /// What was found, what stays open, what a run would do with it.
    fn report(&self, proposal: &Proposal, trial: &[String]) -> String {
        let mut out = String::new();
        for file in &proposal.files {
            let record = file.lines.iter().find(|line| line.section == Section::File && line.key == "record");
            let role = match (!file.is_crosswalk, record.and_then(|line| line.value.as_deref())) {
                (false, _) => "says whose an address is".to_owned(),
                (true, Some(record)) => format!("holds {}", record.trim_matches('"')),
                (true, None) => "fits no record for sure".to_owned(),
            };
            out.push_str(&format!("{}: {role}\n", visible(&file.title)));
        }
        for (file, line) in proposal.open().filter(|(_, line)| !line.may_be_left_out) {
            let why = line.evidence.first().map_or("", String::as_str);
            out.push_str(&format!("open: {}, `{}`: {}\n", visible(&file.title), visible(&line.key), visible(why)));
        }
        trial.iter().for_each(|line| out.push_str(&format!("{line}\n")));
        if let Some(path) = &self.out {
            out.push_str(&format!("written: {}\n", path.to_string_lossy()));
        }
        out.push_str(&self.next(proposal));
        out
    }

    fn next(&self, proposal: &Proposal) -> String {
        if proposal.open().any(|(_, line)| !line.may_be_left_out) {
            return format!("next: fill each line marked \"{}\", then run\n", propose::OPEN);
        }
        let out = self.out.as_ref().map_or(MAPPING.into(), |path| path.to_string_lossy());
        format!("next: read {out}, then stipend run {} {} --mapping {out} --as-of DATE\n", self.policy, self.data.join(" "))
    }
}

/// Proposes, asks about what is open, and proposes again with the answers.
fn asked(session: &Session, policy: &Policy, surveys: &[Survey]) -> Proposal {
    let mut answers: Vec<Answer> = Vec::new();
    let mut left: Vec<(String, Section, String)> = Vec::new();
    loop {
        let proposal = propose::propose(policy, surveys, &answers);
        let is_left =
            |title: &str, line: &Line| left.iter().any(|known| known.0 == title && known.1 == line.section && known.2 == line.key);
        let Some((file, line)) = proposal.open().find(|(file, line)| !is_left(&file.title, line)) else { return proposal };
        let Some(answer) = session.ask(&question(&file.title, line)) else { return proposal };
        let (title, section, key) = (file.title.clone(), line.section.clone(), line.key.clone());
        match choice(line, &answer) {
            Some(choice) => answers.push(Answer { file: title, section, key, choice }),
            None => left.push((title, section, key)),
        }
    }
}

fn question(title: &str, line: &Line) -> String {
    let mut out =
        format!("\n{}, `{}`: {}\n", visible(title), visible(&line.key), visible(line.evidence.first().map_or("", String::as_str)));
    for (number, choice) in (1..).zip(&line.choices) {
        out.push_str(&format!("  {number}  {}   {}\n", visible(&choice.literal), visible(&choice.words)));
    }
    out.push_str("a number, words of your own, or Enter to leave it open: ");
    out
}

/// What an answer means; none leaves the line open.
fn choice(line: &Line, answer: &str) -> Option<Choice> {
    if answer.is_empty() {
        return None;
    }
    let number = answer.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    let listed = number.and_then(|index| line.choices.get(index)).cloned();
    let is_number = line.section == Section::File && answer.bytes().all(|byte| byte.is_ascii_digit());
    Some(listed.unwrap_or_else(|| if is_number { Choice::literal(answer, "") } else { Choice::text(answer, "") }))
}

/// What binding the files under the proposed mapping gives: rows used, and why others would not be.
fn trial(policy: &Policy, inputs: Vec<Input>, text: &str) -> Vec<String> {
    let mut problems = Diagnostics::new();
    let Some(mapping) = Mapping::parse(MAPPING, text, &mut problems) else { return Vec::new() };
    let facts = bind(policy, inputs, &mapping, &mut problems);
    match facts {
        Some(facts) => facts.files.iter().enumerate().map(|(index, _)| of_file(&facts, index)).collect(),
        None => {
            let errors = problems.iter().filter(|problem| problem.severity == crate::diagnostic::Severity::Error);
            errors.take(8).map(|problem| format!("a run would stop: {} [{}]", visible(&problem.message), problem.code)).collect()
        }
    }
}

fn of_file(facts: &Facts, index: usize) -> String {
    let file = &facts.files[index];
    let of = |row: &&crate::facts::RejectedRow| usize::from(row.file) == index;
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    facts.rejected.iter().filter(of).flat_map(|row| &row.problems).for_each(|problem| *reasons.entry(problem.code).or_default() += 1);
    let rejected = facts.rejected.iter().filter(of).count();
    let list: Vec<String> = reasons.iter().map(|(code, times)| format!("{} {code}", grouped_digits(*times))).collect();
    let why = if list.is_empty() { String::new() } else { format!(" ({})", list.join(", ")) };
    let aside = facts.set_aside.iter().filter(|row| usize::from(row.file) == index).count();
    format!(
        "{}: {}, {} not used, {} rejected{why}",
        visible(&file.name),
        count(file.rows as usize, "row"),
        grouped_digits(aside),
        grouped_digits(rejected)
    )
}
