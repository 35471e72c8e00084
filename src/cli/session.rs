//! Where a command runs and whom it talks to: what was asked for goes to stdout, talk goes to stderr.

use std::collections::VecDeque;
use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::diagnostic::Diagnostic;
use crate::report::excerpt;
use crate::report::text::{harmless, harmless_json};
use crate::source::Source;

/// The folder that paths count from, and the two channels. Tests use a captured one.
#[derive(Debug)]
pub struct Session {
    folder: PathBuf,
    captured: Option<Mutex<Said>>,
    /// What a captured session answers, in turn.
    answers: Mutex<VecDeque<String>>,
}

/// Everything that a captured session said.
#[derive(Clone, Debug, Default)]
pub struct Said {
    pub stdout: String,
    pub stderr: String,
}

impl Session {
    /// The terminal (or pipes) that the program was started with.
    pub fn terminal() -> Session {
        Session { folder: PathBuf::new(), captured: None, answers: Mutex::default() }
    }

    /// Runs in `folder` and keeps what is said.
    pub fn captured(folder: &Path) -> Session {
        Session { folder: folder.to_owned(), captured: Some(Mutex::default()), answers: Mutex::default() }
    }

    /// The same, with somebody who answers.
    pub fn answering(folder: &Path, answers: &[&str]) -> Session {
        let answers = answers.iter().map(|answer| (*answer).to_owned()).collect();
        Session { answers: Mutex::new(answers), ..Session::captured(folder) }
    }

    /// What was said so far; nothing for a terminal.
    pub fn said(&self) -> Said {
        self.captured.as_ref().and_then(|said| said.lock().ok().map(|said| said.clone())).unwrap_or_default()
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What was asked for. A reader that has gone away (`| head`) is no error.
    pub fn print(&self, text: &str) {
        self.put_out(&harmless(text));
    }

    fn put_out(&self, text: &str) {
        match &self.captured {
            Some(said) => said.lock().iter_mut().for_each(|said| said.stdout.push_str(text)),
            None => {
                let mut out = std::io::stdout().lock();
                let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
            }
        }
    }

    /// Everything else.
    pub fn say(&self, text: &str) {
        let text = harmless(text);
        match &self.captured {
            Some(said) => said.lock().iter_mut().for_each(|said| said.stderr.push_str(&text)),
            None => say(&text),
        }
    }

    pub fn say_problems(&self, diagnostics: &[Diagnostic], source: Option<&Source>) {
        self.say(&excerpt::render_all(diagnostics, source));
    }

    /// A JSON value and a line end to stdout; a terminal shows it without obeying it.
    pub fn print_json(&self, value: &serde_json::Value) {
        self.put_out(&harmless_json(&format!("{value:#}\n")));
    }

    /// Asks a person; none where nobody is there to answer.
    pub fn ask(&self, question: &str) -> Option<String> {
        if self.captured.is_some() {
            let answer = self.answers.lock().ok()?.pop_front()?;
            self.say(&format!("{question}{answer}\n"));
            return Some(answer);
        }
        if !(std::io::stdin().is_terminal() && std::io::stderr().is_terminal()) {
            return None;
        }
        self.say(question);
        let mut line = String::new();
        let read = std::io::stdin().lock().read_line(&mut line).ok()?;
        (read > 0).then(|| line.trim().to_owned())
    }

    /// Whether a person watches what is said.
    pub fn is_watched(&self) -> bool {
        self.captured.is_none() && std::io::stderr().is_terminal()
    }
}

/// Talks to the person at the terminal, whatever the session.
pub fn say(text: &str) {
    let mut out = std::io::stderr().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
