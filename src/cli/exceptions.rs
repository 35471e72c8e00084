//! The workbook of exceptions that a run writes beside its results.

use std::path::{Path, PathBuf};

use super::files::{self, Existing};
use super::session::Session;
use super::staging::Staging;
use crate::diagnostic::Diagnostic;
use crate::report::Results;
use crate::report::workbook::exceptions::exceptions;
use crate::source::{Cell, Place};

/// Why the path cannot be written, before anything is computed.
pub fn refused((session, path): (&Session, &Path), inputs: &[PathBuf], existing: Existing) -> Option<Diagnostic> {
    let name = path.to_string_lossy();
    let place = || Place::Cell(Cell::of_file(&name));
    let target = session.folder().join(path);
    if !path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx")) {
        let message = format!("the ending of `{name}` does not say what to write");
        return Some(Diagnostic::error("unknown-output-form", Place::Option("--exceptions".into()), message).help("end the name in .xlsx"));
    }
    if inputs.iter().any(|input| files::is_same(input, &target)) {
        let message = "this file is read by the same command, and is kept";
        return Some(Diagnostic::error("output-is-input", place(), message).help("name another file to write"));
    }
    files::expect_writable(&target, existing).map_err(|problem| files::named(problem, &name)).err()
}

/// Writes it under a temporary name.
pub fn stage((session, path): (&Session, &Path), results: &Results, staging: &mut Staging) -> Result<(), Diagnostic> {
    let (bytes, _) = exceptions(results)?;
    staging.add(&session.folder().join(path), &path.to_string_lossy(), &[bytes.as_slice()]).map(|_| ())
}
