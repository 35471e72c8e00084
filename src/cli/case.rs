//! A case: a folder with a policy, data and what must come out. One reader for `stipend test` and for the tests of this program.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::arguments::Inputs;
use super::compare::{Coverage, compare_rows, compare_text};
use super::load::{self, load};
use super::pipeline;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::facts::settings_file::unreadable;
use crate::report::totals::Totals;
use crate::report::{excerpt, guarantees, summary, tables};
use crate::source::{Cell, Place};

/// `case.toml`. Every path is relative to its folder.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseFile {
    /// One sentence: what the case shows.
    pub about: Option<String>,
    #[serde(default = "default_policy")]
    pub policy: String,
    /// `2025-06-30`; may be absent only for `command = "check"`.
    pub as_of: Option<String>,
    /// Written as on the command line: `credentials.csv`, `credential=x.xlsx#Sheet1`.
    #[serde(default)]
    pub data: Vec<String>,
    /// `mapping.toml` in the case's folder is found without being named.
    pub mapping: Option<String>,
    /// Earlier adjustments, bound as the opening state.
    pub paid: Option<String>,
    #[serde(default)]
    pub command: CaseCommand,
    /// Whom `command = "explain"` explains.
    pub employee: Option<String>,
    /// Instead of `command`: the arguments of the program as it would be called in the case's folder.
    #[serde(default)]
    pub arguments: Vec<String>,
    /// How those arguments must end: 0, 1 or 2.
    pub exit: Option<u8>,
    /// The case shows a guarantee that does not hold; without this, one that does not is a difference.
    #[serde(default)]
    pub breaks_guarantees: bool,
    /// Where the expected files speak of some people only: these. Others are not compared.
    #[serde(default)]
    pub employees: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CaseCommand {
    #[default]
    Run,
    Check,
    Explain,
}

fn default_policy() -> String {
    "policy.pay".to_owned()
}

#[derive(Clone, Debug)]
pub struct Case {
    pub folder: PathBuf,
    pub file: CaseFile,
}

/// What a case produced. None: it did not come to that.
#[derive(Clone, Debug, Default)]
pub struct Produced {
    pub adjustments: Option<String>,
    pub outcomes: Option<String>,
    /// What everybody has in banks; none where the policy has none.
    pub balances: Option<String>,
    /// What comes next for everybody; none where the policy has neither sets nor banks.
    pub next: Option<String>,
    pub explanation: Option<String>,
    /// Everything said about the policy and the files.
    pub message: String,
    /// How the program ended, where the case has arguments.
    pub exit: Option<u8>,
    /// Guarantees that do not hold, one sentence each.
    pub broken: Vec<String>,
}

/// Every folder at or below `path` that has a `case.toml`, in order of its name.
pub fn find(path: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    if path.join("case.toml").is_file() {
        found.push(path.to_owned());
    }
    let mut below: Vec<PathBuf> = fs::read_dir(path)
        .map(|entries| entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir() && !is_hidden(path)).collect())
        .unwrap_or_default();
    below.sort();
    found.extend(below.iter().flat_map(|folder| find(folder)));
    found
}

/// Build folders and the like are no cases.
pub fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.') || name == "target")
}

impl CaseFile {
    /// The command line that the case stands for.
    fn inputs(&self) -> Inputs {
        let mut data = self.data.clone();
        data.extend(self.paid.iter().map(|paid| format!("paid={paid}")));
        Inputs { policy: self.policy.clone(), data, as_of: self.as_of.clone(), mapping: self.mapping.clone(), resolved: Vec::new() }
    }
}

impl Case {
    pub fn read(folder: &Path) -> Result<Case, Diagnostic> {
        let path = folder.join("case.toml");
        let place = || Place::Cell(Cell::of_file(&path.to_string_lossy()));
        let text = fs::read_to_string(&path)
            .map_err(|fault| Diagnostic::error("unreadable-file", place(), format!("the case cannot be read: {fault}")))?;
        let file: CaseFile = toml::from_str(&text).map_err(|fault| {
            let fault = unreadable(&text, &fault);
            let message = format!("case.toml is not a case: {}", fault.message);
            let problem = Diagnostic::error("invalid-case", fault.place(&path.to_string_lossy()), message);
            fault.helped(problem).help("the entries of a case are listed in `stipend help test`")
        })?;
        Ok(Case { folder: folder.to_owned(), file })
    }

    /// Does what the case says. Names in messages are those that case.toml has.
    pub fn perform(&self) -> Produced {
        if !self.file.arguments.is_empty() {
            let (exit, said) = super::run_in(&self.folder, &self.file.arguments);
            return Produced { explanation: Some(said.stdout), message: said.stderr, exit: Some(exit.code()), ..Produced::default() };
        }
        if self.file.command == CaseCommand::Check {
            return self.checked();
        }
        let loaded = load(&self.folder, &self.file.inputs());
        let said = excerpt::render_all(&loaded.diagnostics, loaded.source.as_ref());
        let Some(bound) = &loaded.bound else { return Produced { message: said, ..Produced::default() } };
        let results = bound.results(&|_| {});
        let mut refused = Diagnostics::new();
        let adjustments = tables::adjustments_csv(&results, &mut refused);
        let outcomes = tables::outcomes_csv(&results, &mut refused);
        let balances = (!results.context.policy.banks.is_empty()).then(|| results.balances_csv(&mut refused));
        let policy = results.context.policy;
        let next = (!policy.banks.is_empty() || !policy.sets.is_empty()).then(|| results.next_csv(&mut refused));
        let summary = match self.file.command {
            CaseCommand::Run => summary::summary(&results, &Totals::of(&results)),
            CaseCommand::Check | CaseCommand::Explain => String::new(),
        };
        let refused = excerpt::render_all(&refused.sorted(), loaded.source.as_ref());
        let explained = self.file.employee.as_ref().map(|employee| bound.explain(employee));
        let (explanation, unexplained) = match explained {
            Some(Ok(explanation)) => (Some(explanation.text(&bound.context())), String::new()),
            Some(Err(problem)) => (None, excerpt::render(&problem, None)),
            None => (None, String::new()),
        };
        let message = format!("{said}{refused}{unexplained}{summary}");
        let broken = results.broken.iter().map(|broken| {
            let guarantee = guarantees::written(results.context.policy, broken.guarantee);
            format!("{guarantee} does not hold for {}: {}", broken.who, broken.how)
        });
        let broken = broken.collect();
        Produced { adjustments: Some(adjustments), outcomes: Some(outcomes), balances, next, explanation, message, exit: None, broken }
    }

    fn checked(&self) -> Produced {
        let mut diagnostics = Diagnostics::new();
        let source = match load::read_whole_policy(&self.folder, &self.file.policy, &mut diagnostics) {
            Ok(source) => source,
            Err(problem) => return Produced { message: excerpt::render(&problem, None), ..Produced::default() },
        };
        pipeline::compile(&source, &mut diagnostics);
        Produced { message: excerpt::render_all(&diagnostics.sorted(), Some(&source)), ..Produced::default() }
    }

    /// The text of an expected file; none when there is no such file.
    pub fn expected(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.folder.join(name)).ok().map(|text| text.replace("\r\n", "\n"))
    }

    /// What differs from the expected files, one sentence each; none when everything is as expected.
    /// A case with nothing to compare differs, because it would prove nothing.
    pub fn differences(&self, produced: &Produced) -> Vec<String> {
        let people = &self.file.employees;
        let tables = [
            ("expected.csv", &produced.adjustments, Coverage::Everything),
            ("published.csv", &produced.adjustments, Coverage::TheseRows),
            ("outcomes.csv", &produced.outcomes, Coverage::Everything),
            ("balances.csv", &produced.balances, Coverage::Everything),
            ("next.csv", &produced.next, Coverage::Everything),
        ];
        let mut compared = 0;
        let mut differences = Vec::new();
        for (name, actual, coverage) in tables {
            let Some(expected) = self.expected(name) else { continue };
            compared += 1;
            match actual {
                Some(actual) => differences.extend(compare_rows(name, &expected, actual, &coverage.among(people))),
                None => differences.push(format!("{name}: nothing was computed\n{}", produced.message)),
            }
        }
        for (name, actual) in [("message.txt", Some(&produced.message)), ("explain.txt", produced.explanation.as_ref())] {
            let Some(expected) = self.expected(name) else { continue };
            compared += 1;
            differences.extend(compare_text(name, &expected, actual.map_or("", String::as_str)));
        }
        match (self.file.breaks_guarantees, produced.broken.as_slice()) {
            (false, broken) => differences.extend_from_slice(broken),
            (true, []) => differences.push("guarantees: one that does not hold was expected, and all hold".to_owned()),
            (true, _) => {}
        }
        if let Some(exit) = self.file.exit
            && produced.exit != Some(exit)
        {
            differences.push(format!("exit: expected {exit}, ended with {:?}", produced.exit));
        }
        if compared == 0 {
            differences
                .push("there is nothing to compare: add expected.csv, outcomes.csv, published.csv, message.txt or explain.txt".into());
        }
        differences
    }
}
