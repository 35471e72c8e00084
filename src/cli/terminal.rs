//! The two channels: what was asked for goes to stdout, talk goes to stderr.

use std::io::{IsTerminal, Write};

use crate::diagnostic::Diagnostic;
use crate::report::excerpt;
use crate::source::Source;

/// What was asked for. A reader that has gone away (`| head`) is no error.
pub fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Everything else.
pub fn say(text: &str) {
    let mut out = std::io::stderr().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

pub fn say_problems(diagnostics: &[Diagnostic], source: Option<&Source>) {
    say(&excerpt::render_all(diagnostics, source));
}

/// Whether a person watches what is said.
pub fn is_watched() -> bool {
    std::io::stderr().is_terminal()
}

/// A JSON value and a line end to stdout.
pub fn print_json(value: &serde_json::Value) {
    print(&format!("{value:#}\n"));
}
