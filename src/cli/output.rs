//! The files a run writes: by their ending, whole or not at all, read back and added up before the run says done.

use std::io;
use std::path::{Path, PathBuf};

use super::files::{self, Existing, Pieces};
use super::staging::Staging;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::report::results::{Detail, Kept};
use crate::report::sums::sum_of_amounts;
use crate::report::totals::Totals;
use crate::report::workbook::{read_back, workbook};
use crate::report::{self, Results, json};
use crate::source::{Cell, Place};
use crate::value::Number;

/// What goes into a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    Adjustments,
    Outcomes,
    Balances,
    Next,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Csv,
    Workbook,
    Json,
}

/// A file to be written.
#[derive(Clone, Debug)]
pub struct Target {
    path: PathBuf,
    /// As it was written on the command line.
    name: String,
    content: Content,
    form: Form,
}

impl Target {
    pub fn new(folder: &Path, path: &Path, content: Content) -> Result<Target, Diagnostic> {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        let form = match (ending.as_deref(), content) {
            (Some("csv"), _) => Form::Csv,
            (Some("json"), _) => Form::Json,
            (Some("xlsx"), Content::Adjustments) => Form::Workbook,
            _ => return Err(unknown_form(path, content)),
        };
        Ok(Target { path: folder.join(path), name: path.to_string_lossy().into_owned(), content, form })
    }

    /// Whether a name ends as a file of results does; what does not is the folder of a layout.
    pub fn is_file(path: &Path) -> bool {
        path.extension().is_some_and(|ending| ["csv", "json", "xlsx"].contains(&ending.to_string_lossy().to_lowercase().as_str()))
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// As it was written on the command line.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn content(&self) -> Content {
        self.content
    }

    pub fn is_workbook(&self) -> bool {
        self.form == Form::Workbook
    }

    /// Whether it is written bit by bit, see [`super::streamed`].
    pub fn is_streamed(&self, kept: &Kept) -> bool {
        let kept = match self.content {
            Content::Adjustments => kept.adjustments,
            Content::Outcomes => kept.outcomes,
            Content::Balances | Content::Next => return false,
        };
        self.form == Form::Csv && kept == report::Form::Table
    }

    pub fn expect_writable(&self, existing: Existing) -> Result<(), Diagnostic> {
        files::expect_writable(&self.path, existing).map_err(|problem| files::named(problem, &self.name))
    }

    /// Refuses to write a file twice, and to write over what is read, with or without `--force`.
    pub fn expect_apart(&self, others: &[Target], inputs: &[PathBuf]) -> Result<(), Diagnostic> {
        let place = || Place::Cell(Cell::of_file(&self.name));
        if inputs.iter().any(|input| files::is_same(input, &self.path)) {
            return Err(Diagnostic::error("output-is-input", place(), "this file is read by the same command, and is kept")
                .help("name another file to write"));
        }
        if others.iter().any(|other| files::is_same(&other.path, &self.path)) {
            return Err(
                Diagnostic::error("output-twice", place(), "this file is to be written twice").help("give each file a name of its own")
            );
        }
        Ok(())
    }

    /// The file's bytes; nothing is written yet.
    pub fn render(&self, results: &Results, totals: &Totals) -> Result<Rendered, Diagnostic> {
        let mut diagnostics = Diagnostics::new();
        let rendered = match (self.form, self.content) {
            (Form::Csv, Content::Adjustments) => Rendered::Table(results.adjustment_pieces(&mut diagnostics)),
            (Form::Csv, Content::Balances) => Rendered::Whole(results.balances_csv(&mut diagnostics).into_bytes()),
            (Form::Csv, Content::Next) => Rendered::Whole(results.next_csv(&mut diagnostics).into_bytes()),
            (Form::Csv, Content::Outcomes) => Rendered::Table(results.outcome_pieces(&mut diagnostics)),
            (Form::Json, Content::Adjustments) => Rendered::Whole(json_bytes(&json::run(results, totals))),
            (Form::Json, Content::Balances) => Rendered::Whole(json_bytes(&json::balances(results))),
            (Form::Json, Content::Next) => Rendered::Whole(json_bytes(&json::next(results))),
            (Form::Json, Content::Outcomes) => Rendered::Whole(json_bytes(&json::outcomes(results))),
            (Form::Workbook, _) => Rendered::Whole(workbook(results, totals)?),
        };
        diagnostics.iter().next().cloned().map_or(Ok(rendered), Err)
    }

    /// What must be kept for it, besides what the others want.
    pub fn keep(&self, kept: &mut Kept) {
        let form = |form: &mut report::Form, wanted| *form = if *form == report::Form::Rows { report::Form::Rows } else { wanted };
        match (self.form, self.content) {
            (Form::Csv, Content::Adjustments) => form(&mut kept.adjustments, report::Form::Table),
            (Form::Csv, Content::Outcomes) => form(&mut kept.outcomes, report::Form::Table),
            (Form::Csv, Content::Balances | Content::Next) => {}
            (Form::Json | Form::Workbook, _) => *kept = Kept::rows(Detail::EveryRow),
        }
    }

    /// Writes the file under a temporary name and reads it back: what stands in it is what was computed.
    pub fn stage(&self, rendered: &Rendered, expected: &Expected, staging: &mut Staging) -> Result<(), Diagnostic> {
        let temporary = staging.add_unread(&self.path, &self.name, rendered)?;
        if self.adds_up((rendered, &temporary), expected) {
            return Ok(());
        }
        Err(differs(&self.name))
    }

    /// Compares the file with what was to be written, and adds up what a reader will find in it.
    fn adds_up(&self, (rendered, path): (&Rendered, &Path), expected: &Expected) -> bool {
        let wanted = match self.content {
            Content::Adjustments => expected.adjustments,
            Content::Outcomes => expected.outcomes,
            Content::Balances | Content::Next => return files::holds(path, rendered).is_ok(),
        };
        let is =
            |found: Option<(usize, Number)>, wanted: (usize, Option<Number>)| found.is_some_and(|(rows, sum)| (rows, Some(sum)) == wanted);
        match (rendered, self.form) {
            (Rendered::Table(pieces), _) => files::holds(path, rendered).is_ok() && is(sum_of_amounts(pieces), wanted),
            (Rendered::Whole(bytes), Form::Workbook) => {
                files::holds(path, rendered).is_ok()
                    && read_back::totals(bytes)
                        .is_some_and(|[lines, rows]| is(Some(lines), expected.adjustments) && is(Some(rows), expected.outcomes))
            }
            (Rendered::Whole(bytes), Form::Json | Form::Csv) => {
                files::holds(path, rendered).is_ok()
                    && is(serde_json::from_slice(bytes).ok().and_then(|document| json::rows_and_sum(&document)), wanted)
            }
        }
    }
}

/// What is said of a file that does not hold what was computed.
pub fn differs(name: &str) -> Diagnostic {
    let place = Place::Cell(Cell::of_file(name));
    Diagnostic::error("output-differs", place, "what stands in the written file does not add up to what was computed")
        .help("nothing was kept of it; check the disk and write it again")
}

/// Rows and sums as they were computed.
#[derive(Clone, Copy, Debug)]
pub struct Expected {
    pub adjustments: (usize, Option<Number>),
    pub outcomes: (usize, Option<Number>),
}

/// What goes into a file, ready to be written.
pub enum Rendered {
    /// A table in pieces, the header in the first.
    Table(Vec<Vec<u8>>),
    Whole(Vec<u8>),
}

impl Pieces for Rendered {
    fn each(&self, take: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        match self {
            Rendered::Table(pieces) => pieces.iter().try_for_each(|piece| take(piece)),
            Rendered::Whole(bytes) => take(bytes),
        }
    }
}

fn json_bytes(value: &serde_json::Value) -> Vec<u8> {
    format!("{value:#}\n").into_bytes()
}

fn unknown_form(path: &Path, content: Content) -> Diagnostic {
    let option = match content {
        Content::Adjustments => "--out",
        Content::Outcomes => "--outcomes",
        Content::Balances => "--balances",
        Content::Next => "--next",
    };
    let endings = match content {
        Content::Adjustments => ".csv, .xlsx or .json",
        Content::Outcomes | Content::Balances | Content::Next => ".csv or .json",
    };
    let message = format!("the ending of `{}` does not say what to write", path.to_string_lossy());
    Diagnostic::error("unknown-output-form", Place::Option(option.into()), message).help(format!("end the name in {endings}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_does_not_add_up_is_noticed() {
        let folder = std::env::temp_dir().join(format!("stipend-output-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let table = |amount: &str| Rendered::Table(vec!["employee,amount\n".into(), format!("1042,{amount}\n").into()]);
        let json = |amount: &str| Rendered::Whole(format!("{{\"adjustments\": [{{\"amount\": \"{amount}\"}}]}}").into_bytes());
        let expected = |rows, sum| Expected { adjustments: (rows, Number::parse(sum)), outcomes: (0, None) };
        for (name, right, wrong) in [("a.csv", table("200.00"), table("2O0.00")), ("a.json", json("200.00"), json("200.01"))] {
            let target = Target::new(&folder, Path::new(name), Content::Adjustments).unwrap();
            let stage = |rendered: &Rendered, expected| target.stage(rendered, &expected, &mut Staging::new(Existing::Keep));
            assert!(stage(&right, expected(1, "200")).is_ok());
            assert_eq!(stage(&wrong, expected(1, "200")).unwrap_err().code, "output-differs");
            for unlike in [expected(1, "200.01"), expected(2, "200"), expected(1, "")] {
                assert_eq!(stage(&right, unlike).unwrap_err().code, "output-differs");
            }
        }
        let workbook = Target::new(&folder, Path::new("a.xlsx"), Content::Adjustments).unwrap();
        let broken = workbook.stage(&Rendered::Whole(b"PK".to_vec()), &expected(0, "0"), &mut Staging::new(Existing::Keep));
        assert_eq!(broken.unwrap_err().code, "output-differs");
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0, "nothing is left behind");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
