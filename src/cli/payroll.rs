//! `--layout`: the files for the payroll system, checked as a whole, read back, and only then given their names.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::files;
use super::staging::Staging;
use crate::diagnostic::Diagnostic;
use crate::report::Results;
use crate::report::layout::{Layout, PayrollFile, expect_same, render};
use crate::report::text::{count, money, visible};
use crate::source::{Cell, Place};

/// What `--layout`, `--set` and `--out` say together.
#[derive(Debug)]
pub struct Payroll {
    layout: Layout,
    folder: PathBuf,
    /// As it was written on the command line.
    name: String,
}

/// What was asked for on the command line.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub layout: Option<&'a str>,
    pub settings: &'a [String],
    /// The `--out` that are no files of results.
    pub folders: &'a [PathBuf],
}

impl Payroll {
    /// None where no layout is asked for.
    pub fn of(session_folder: &Path, asked: Asked) -> Result<Option<Payroll>, Vec<Diagnostic>> {
        let Some(layout) = asked.layout else {
            return if asked.settings.is_empty() { Ok(None) } else { Err(vec![settings_without_layout()]) };
        };
        let [folder] = asked.folders else { return Err(vec![folder_needed(layout)]) };
        let settings = asked.settings.iter().map(|text| setting(text)).collect::<Result<Vec<_>, _>>().map_err(|problem| vec![problem])?;
        let above = Path::new(layout).parent().map_or_else(PathBuf::new, Path::to_owned);
        let text = |name: &str| {
            // a layout that a layout names stands beside it
            let path = if name == layout { PathBuf::from(name) } else { above.join(name) };
            files::read_settings(&session_folder.join(path)).map_err(|problem| files::named(problem, name))
        };
        let layout = Layout::load(layout, &settings, &text)?;
        Ok(Some(Payroll { layout, folder: session_folder.join(folder), name: folder.to_string_lossy().into_owned() }))
    }

    /// Writes every file under a temporary name and reads it back; gives the lines that say what was written.
    pub fn stage(&self, results: &Results, staging: &mut Staging) -> Result<Vec<String>, Vec<Diagnostic>> {
        let rendered = render(&self.layout, results)?;
        self.expect_names_apart(&rendered)?;
        staging.folder(&self.folder).map_err(|problem| vec![files::named(problem, &self.name)])?;
        let mut said = Vec::new();
        for file in &rendered {
            let name = self.named(file);
            let temporary = staging.add(&self.folder.join(&file.name), &name, &[file.bytes.as_slice()]).map_err(|problem| vec![problem])?;
            let found = files::read(&temporary).and_then(|found| expect_same(file, &found));
            found.map_err(|problem| vec![files::named(problem, &name)])?;
            let holds = match file.total() {
                Some(total) if file.lines() > 0 => format!(" ({}, {})", count(file.lines(), "line"), money(total)),
                _ => String::new(),
            };
            said.push(format!("written: {}{holds}\n", visible(&name)));
        }
        Ok(said)
    }

    fn named(&self, file: &PayrollFile) -> String {
        format!("{}/{}", self.name.trim_end_matches(['/', '\\']), file.name)
    }

    /// Two files with one name (capitals apart, as some systems do) would be one.
    fn expect_names_apart(&self, rendered: &[PayrollFile]) -> Result<(), Vec<Diagnostic>> {
        let mut known = BTreeSet::new();
        let mut problems = Vec::new();
        for file in rendered {
            let place = || Place::Cell(Cell::of_file(&self.named(file)));
            if !known.insert(file.name.to_lowercase()) {
                let problem = Diagnostic::error("output-twice", place(), "two files of the layout have this name");
                problems.push(problem.help("put what they are split by into the name: `name = \"payments-{pay_code}.csv\"`"));
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }
}

/// `batch=2025-06`
fn setting(text: &str) -> Result<(String, String), Diagnostic> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.trim().to_owned())),
        _ => Err(Diagnostic::error("layout-needs", Place::Option("--set".into()), format!("`{text}` is not a name and a value"))
            .help("write `--set batch=2025-06`")),
    }
}

fn settings_without_layout() -> Diagnostic {
    Diagnostic::error("layout-needs", Place::Option("--set".into()), "there is a setting and no layout that it is for")
        .help("name the layout too, such as `--layout adp`")
}

fn folder_needed(layout: &str) -> Diagnostic {
    let message = format!("the files of the layout `{layout}` need one folder");
    Diagnostic::error("layout-folder", Place::Option("--layout".into()), message)
        .help("name it once, such as `--out payroll`; files of results have an ending and may stand beside it: `--out adjustments.xlsx`")
}
