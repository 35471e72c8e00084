//! `stipend run`: a policy and data to adjustments, outcomes and a summary.

use std::mem::ManuallyDrop;
use std::path::PathBuf;

use clap::Args;

use super::arguments::{Format, Inputs};
use super::exceptions;
use super::exit::Exit;
use super::files::Existing;
use super::load::{Loaded, load_telling};
use super::next;
use super::output::{Content, Expected, Rendered, Target};
use super::payroll::{Asked, Payroll};
use super::progress::Progress;
use super::session::Session;
use super::staging::Staging;
use super::streamed::Streamed;
use crate::diagnostic::Diagnostic;
use crate::facts::Hashes;
use crate::report::results::{Detail, Kept};
use crate::report::totals::{Totals, sum};
use crate::report::{Form, Results, json, summary};
use crate::source::Place;

const EXAMPLES: &str = "\
Examples:
  stipend run policy.pay credentials.csv staff.xlsx --as-of 2025-06-30
  stipend run policy.pay credentials.csv staff.xlsx --as-of 2025-06-30 --out adjustments.xlsx
  stipend run policy.pay credential=export.csv \"employee=hr.xlsx#Staff\" --as-of 2025-06-30
  stipend run policy.pay new.csv staff.csv paid=last-month.csv --as-of 2025-07-31 --out pay.csv
  stipend run policy.pay credentials.csv staff.xlsx --as-of 2025-06-30 --layout payroll.toml --out payroll";

/// Compute what a policy pays, row by row
///
/// Computes what the policy pays. Without --out nothing is written; the summary says what would be.
#[derive(Args, Debug)]
#[command(before_help = EXAMPLES, verbatim_doc_comment)]
pub struct Run {
    #[command(flatten)]
    inputs: Inputs,
    /// Write the adjustments to a .csv, .xlsx or .json file; may be given several times.
    /// With --layout: the folder for the payroll files
    #[arg(long, value_name = "FILE")]
    out: Vec<PathBuf>,
    /// Write what became of every row to a .csv or .json file
    #[arg(long, value_name = "FILE")]
    outcomes: Vec<PathBuf>,
    /// Write the rows that need somebody as a workbook (.xlsx) to work through; give it back with
    /// --resolved
    #[arg(long, value_name = "FILE")]
    exceptions: Option<PathBuf>,
    /// Write the files of a payroll system: plain, adp, powerschool, paychex, usps-r, workday,
    /// or a file such as payroll.toml with the district's codes; see docs/layouts.md
    #[arg(long, value_name = "LAYOUT")]
    layout: Option<String>,
    /// What the layout needs for this run, such as batch=2025-06; may be given several times
    #[arg(long = "set", value_name = "NAME=VALUE")]
    settings: Vec<String>,
    /// Write what everybody has in banks, for the next run to read as balances=FILE, to a .csv or .json file
    #[arg(long, value_name = "FILE")]
    balances: Vec<PathBuf>,
    /// Write what everybody lacks in sets and banks, and what would follow, to a .csv or .json file
    #[arg(long, value_name = "FILE")]
    next: Vec<PathBuf>,
    /// Replace files that are there already
    #[arg(long)]
    force: bool,
    /// End with 1 when a row is held or rejected, or a guarantee does not hold
    #[arg(long)]
    strict: bool,
    /// How to print the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

impl Run {
    pub fn run(self, session: &Session) -> Exit {
        let (targets, payroll) = match self.targets(session).and_then(|targets| Ok((targets, self.payroll(session)?))) {
            Ok(both) => both,
            Err(problems) => return self.could_not_run(session, (&problems, &Loaded::nothing())),
        };
        let reading = Progress::reading(session);
        // the process ends with this command: nothing is given back piece by piece
        let loaded = ManuallyDrop::new(load_telling(self.hashes(&targets), session.folder(), &self.inputs));
        reading.finish();
        let Some(bound) = &loaded.bound else { return self.could_not_run(session, (&loaded.diagnostics, &loaded)) };
        let kept = self.kept(&targets, payroll.as_ref());
        let (streamed, targets): (Vec<Target>, Vec<Target>) = targets.into_iter().partition(|target| target.is_streamed(&kept));
        let mut staging = Staging::new(self.existing()).keeping(self.inputs.paths(session.folder()));
        let mut streamed = match Streamed::begin(&streamed, &mut staging) {
            Ok(streamed) => streamed,
            Err(problem) => return self.could_not_run(session, (&[problem], &loaded)),
        };
        let progress = Progress::over(session, bound.facts.employees.len());
        let results = ManuallyDrop::new(bound.results_kept(kept, &|more| progress.advance(more), &mut |lines| streamed.take(lines)));
        progress.finish();
        let totals = Totals::of(&results);
        let written = expect_control(&totals).map_err(|problem| vec![problem]).and_then(|()| {
            let written = payroll.map_or(Ok(Vec::new()), |payroll| payroll.stage(&results, &mut staging))?;
            streamed.take_outcomes(&results.outcome_lines);
            let all = write((streamed, &targets), (&results, &totals), &mut staging)
                .and_then(|()| self.exceptions.as_ref().map_or(Ok(()), |path| exceptions::stage((session, path), &results, &mut staging)))
                .and_then(|()| staging.commit());
            all.map(|()| written).map_err(|problem| vec![problem])
        });
        match written {
            Ok(written) => self.tell(session, (&loaded, &written), (&results, &totals)),
            Err(problems) => return self.could_not_run(session, (&problems, &loaded)),
        }
        if self.strict && (totals.held_or_rejected() > 0 || !results.broken.is_empty()) { Exit::Findings } else { Exit::Done }
    }

    /// The files to write, all refusals at once.
    fn targets(&self, session: &Session) -> Result<Vec<Target>, Vec<Diagnostic>> {
        let is_folder = |path: &PathBuf| self.layout.is_some() && !Target::is_file(path);
        let wanted = self.out.iter().filter(|path| !is_folder(path)).map(|path| (path, Content::Adjustments));
        let wanted = wanted.chain(self.outcomes.iter().map(|path| (path, Content::Outcomes)));
        let wanted = wanted.chain(self.balances.iter().map(|path| (path, Content::Balances)));
        let wanted = wanted.chain(self.next.iter().map(|path| (path, Content::Next)));
        let (mut targets, mut problems): (Vec<Target>, Vec<Diagnostic>) = (Vec::new(), Vec::new());
        let inputs = self.inputs.paths(session.folder());
        for (path, content) in wanted {
            let target = Target::new(session.folder(), path, content);
            let target = target.and_then(|target| target.expect_writable(self.existing()).map(|()| target));
            let target = target.and_then(|target| target.expect_apart(&targets, &inputs).map(|()| target));
            match target {
                Ok(target) => targets.push(target),
                Err(problem) => problems.push(problem),
            }
        }
        if let Some(path) = &self.exceptions {
            problems.extend(exceptions::refused((session, path), &inputs, self.existing()));
        }
        if problems.is_empty() { Ok(targets) } else { Err(problems) }
    }

    fn payroll(&self, session: &Session) -> Result<Option<Payroll>, Vec<Diagnostic>> {
        let folders: Vec<PathBuf> = self.out.iter().filter(|path| !Target::is_file(path)).cloned().collect();
        let asked = Asked { layout: self.layout.as_deref(), settings: &self.settings, folders: &folders };
        Payroll::of(session.folder(), asked)
    }

    /// Every row is put into words only where something shows every row, and kept as a row only where a table is not enough.
    fn kept(&self, targets: &[Target], payroll: Option<&Payroll>) -> Kept {
        let mut kept = Kept { detail: Detail::Exceptions, adjustments: Form::Nothing, outcomes: Form::Nothing };
        if payroll.is_some() {
            kept.adjustments = Form::Rows;
        }
        if self.format == Format::Json {
            kept = Kept::rows(Detail::EveryRow);
        }
        targets.iter().for_each(|target| target.keep(&mut kept));
        kept
    }

    /// A workbook and the JSON document say by the hashes of which files they were computed; tables and the summary do not (decision 0043).
    fn hashes(&self, targets: &[Target]) -> Hashes {
        let is_told = self.format == Format::Json || targets.iter().any(Target::is_workbook);
        if is_told { Hashes::Told } else { Hashes::NotTold }
    }

    fn existing(&self) -> Existing {
        if self.force { Existing::Replace } else { Existing::Keep }
    }

    fn tell(&self, session: &Session, (loaded, written): (&Loaded, &[String]), (results, totals): (&Results, &Totals)) {
        match self.format {
            Format::Json => {
                let mut document = json::run(results, totals);
                let told = [loaded.diagnostics.as_slice(), &results.paid_again()].concat();
                document["diagnostics"] = json::diagnostics(&told, loaded.source.as_ref());
                session.print_json(&document);
            }
            Format::Human => {
                session.say_problems(&loaded.diagnostics, loaded.source.as_ref());
                session.say(&summary::summary(results, totals));
                let files = self.out.iter().filter(|path| self.layout.is_none() || Target::is_file(path));
                for path in files.chain(&self.outcomes).chain(&self.balances).chain(&self.next) {
                    session.say(&format!("written: {}\n", path.to_string_lossy()));
                }
                if let Some(path) = &self.exceptions {
                    session.say(&format!("written: {}, to work through and give back with --resolved\n", path.to_string_lossy()));
                }
                written.iter().for_each(|line| session.say(line));
                session.say(&self.next(results));
            }
        }
    }

    /// The next command to type: to write it, or to look at somebody in it.
    fn next(&self, results: &Results) -> String {
        if self.out.is_empty() && results.paid.first().is_some() {
            next::to_write(&self.inputs)
        } else {
            next::to_explain(&self.inputs, results)
        }
    }

    fn could_not_run(&self, session: &Session, (problems, loaded): (&[Diagnostic], &Loaded)) -> Exit {
        match self.format {
            Format::Json => {
                let list = json::diagnostics(problems, loaded.source.as_ref());
                session.print_json(&serde_json::json!({ "diagnostics": list }));
            }
            Format::Human => {
                session.say_problems(problems, loaded.source.as_ref());
                session.say("nothing was written\n");
            }
        }
        Exit::CouldNotRun
    }
}

/// Everything that is not written yet is rendered before anything of it is, and read back before anything has its name.
fn write(
    (streamed, targets): (Streamed, &[Target]),
    (results, totals): (&Results, &Totals),
    staging: &mut Staging,
) -> Result<(), Diagnostic> {
    let rendered: Vec<Rendered> = targets.iter().map(|target| target.render(results, totals)).collect::<Result<_, _>>()?;
    let outcomes = match results.kept.outcomes {
        Form::Table => (results.outcome_lines.len(), results.counted.amounts.sum()),
        Form::Rows | Form::Nothing => (results.outcomes.len(), sum(results.outcomes.iter().filter_map(|outcome| outcome.amount))),
    };
    let expected = Expected { adjustments: (totals.lines, totals.paid), outcomes };
    streamed.finish(&expected)?;
    targets.iter().zip(&rendered).try_for_each(|(target, rendered)| target.stage(rendered, &expected, staging))
}

/// A run whose totals differ is not given out.
fn expect_control(totals: &Totals) -> Result<(), Diagnostic> {
    if totals.control.agrees() {
        return Ok(());
    }
    let message = "rows in and dispositions out, or money in the steps and in the output, differ: this is a fault of the program";
    Err(Diagnostic::error("control-totals-differ", Place::Option("run".into()), message)
        .help("please report it with the policy and the shape of the data, not the data itself"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::totals::Control;
    use crate::value::Number;

    #[test]
    fn totals_that_differ_are_not_given_out() {
        let control = |lines| Control {
            files: Vec::new(),
            money_in_trace: Some(Number::ONE),
            money_in_lines: Some(lines),
            money_in_outcomes: Some(Number::ONE),
        };
        let totals = |lines| Totals {
            by_award: Vec::new(),
            paid: Some(lines),
            employees: 1,
            without_money: 0,
            lines: 1,
            fates: std::collections::BTreeMap::new(),
            control: control(lines),
        };
        assert!(expect_control(&totals(Number::ONE)).is_ok());
        let refusal = expect_control(&totals(Number::CENT)).unwrap_err();
        assert_eq!(refusal.code, "control-totals-differ");
    }
}
