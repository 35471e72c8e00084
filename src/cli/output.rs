//! The files a run writes: by their ending, whole or not at all, read back and added up before the run says done.

use std::path::{Path, PathBuf};

use super::files::{self, Existing};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::report::pieces::sum_of_amounts;
use crate::report::results::Detail;
use crate::report::totals::Totals;
use crate::report::workbook::workbook;
use crate::report::{Results, json};
use crate::source::{Cell, Place};
use crate::value::Number;

/// What goes into a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    Adjustments,
    Outcomes,
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
            (Form::Csv, Content::Outcomes) => Rendered::Table(results.outcome_pieces(&mut diagnostics)),
            (Form::Json, Content::Adjustments) => Rendered::Whole(json_bytes(&json::run(results, totals))),
            (Form::Json, Content::Outcomes) => Rendered::Whole(json_bytes(&json::outcomes(results))),
            (Form::Workbook, _) => Rendered::Whole(workbook(results, totals)?),
        };
        diagnostics.iter().next().cloned().map_or(Ok(rendered), Err)
    }

    /// How much of the rows its content shows.
    pub fn detail(&self) -> Detail {
        match (self.form, self.content) {
            (Form::Csv, Content::Adjustments) => Detail::Exceptions,
            (Form::Csv, Content::Outcomes) | (Form::Json | Form::Workbook, _) => Detail::EveryRow,
        }
    }

    pub fn write(&self, rendered: &Rendered, existing: Existing) -> Result<(), Diagnostic> {
        files::write_pieces(&self.path, &rendered.pieces(), existing).map_err(|problem| files::named(problem, &self.name))
    }

    /// Adds a table up as its reader will, and reads the file back: what stands in it is what was computed.
    pub fn expect_total(&self, rendered: &Rendered, expected: (usize, Option<Number>)) -> Result<(), Diagnostic> {
        let Rendered::Table(pieces) = rendered else { return Ok(()) };
        let adds_up = sum_of_amounts(pieces).is_some_and(|(rows, sum)| (rows, Some(sum)) == expected);
        if adds_up && files::holds(&self.path, &rendered.pieces()) {
            return Ok(());
        }
        let place = Place::Cell(Cell::of_file(&self.name));
        Err(Diagnostic::error("output-differs", place, "what stands in the written file does not add up to what was computed")
            .help("do not use the file; check the disk and write it again"))
    }

    pub fn content(&self) -> Content {
        self.content
    }
}

/// What goes into a file, ready to be written.
pub enum Rendered {
    /// A table in pieces, the header in the first.
    Table(Vec<String>),
    Whole(Vec<u8>),
}

impl Rendered {
    fn pieces(&self) -> Vec<&[u8]> {
        match self {
            Rendered::Table(pieces) => pieces.iter().map(String::as_bytes).collect(),
            Rendered::Whole(bytes) => vec![bytes],
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
    };
    let endings = match content {
        Content::Adjustments => ".csv, .xlsx or .json",
        Content::Outcomes => ".csv or .json",
    };
    let message = format!("the ending of `{}` does not say what to write", path.to_string_lossy());
    Diagnostic::error("unknown-output-form", Place::Option(option.into()), message).help(format!("end the name in {endings}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_was_changed_is_noticed() {
        let folder = std::env::temp_dir().join(format!("stipend-output-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let target = Target::new(&folder, Path::new("a.csv"), Content::Adjustments).unwrap();
        let table = Rendered::Table(vec!["employee,amount\n".to_owned(), "1042,200.00\n".to_owned()]);
        target.write(&table, Existing::Replace).unwrap();
        assert!(target.expect_total(&table, (1, Number::parse("200"))).is_ok());
        for expected in [(1, Number::parse("200.01")), (2, Number::parse("200")), (1, None)] {
            assert_eq!(target.expect_total(&table, expected).unwrap_err().code, "output-differs");
        }
        for changed in ["employee,amount\n1042,200.01\n", "employee,amount\n1042,200.00\n\n", "employee,amount\n"] {
            std::fs::write(folder.join("a.csv"), changed).unwrap();
            assert_eq!(target.expect_total(&table, (1, Number::parse("200"))).unwrap_err().code, "output-differs");
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
