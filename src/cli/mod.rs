//! Arguments, files and the terminal: one file per command.

pub mod arguments;
pub mod case;
pub mod check;
pub mod compare;
mod damaged;
pub mod data;
pub mod diff;
pub mod example;
pub mod exceptions;
pub mod exit;
pub mod explain;
pub mod files;
pub mod fmt;
pub mod library;
pub mod load;
pub mod map;
pub mod new;
pub mod next;
pub mod output;
pub mod payroll;
pub mod pipeline;
pub mod policies;
pub mod progress;
pub mod redact;
pub mod run;
pub mod session;
pub mod staging;
mod in_place;
mod put;
mod stopped;
mod streamed;
mod table_files;
pub mod test;

use std::path::Path;
use std::sync::Mutex;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

pub use exit::Exit;
pub use session::{Said, Session};

const EXAMPLES: &str = "\
Examples:
  stipend new credential-pay
  stipend run policy.pay credentials.csv staff.xlsx --as-of 2025-06-30 --out adjustments.xlsx
  stipend explain policy.pay credentials.csv staff.xlsx --as-of 2025-06-30 --employee 1042";

const EXIT_CODES: &str = "\
Exit codes:
  0  done; exceptions are listed, they are no failure
  1  the answer is no: check or test found something, run --strict held or rejected a row, or found
     a guarantee that does not hold
  2  could not run; nothing was written";

/// Pay rules that people can read, run and check
#[derive(Parser, Debug)]
#[command(name = "stipend", version, max_term_width = 100, before_help = EXAMPLES, after_help = EXIT_CODES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    Run(run::Run),
    Map(map::Map),
    Explain(explain::Explain),
    Check(check::Check),
    Fmt(fmt::Fmt),
    Test(test::Test),
    New(new::New),
    Redact(redact::Redact),
    Diff(diff::Diff),
}

impl Command {
    fn run(self, session: &Session) -> Exit {
        match self {
            Command::Run(run) => run.run(session),
            Command::Map(map) => map.run(session),
            Command::Explain(explain) => explain.run(session),
            Command::Check(check) => check.run(session),
            Command::Fmt(fmt) => fmt.run(session),
            Command::Test(test) => test.run(session),
            Command::New(new) => new.run(session),
            Command::Redact(redact) => redact.run(session),
            Command::Diff(diff) => diff.run(session),
        }
    }
}

/// Help is as wide as this where no terminal has a width.
const CAPTURED_WIDTH: usize = 100;

/// Where the program last met something it does not know. Readers of spreadsheets catch what is theirs and go on.
static LAST_PANIC: Mutex<String> = Mutex::new(String::new());

/// The whole program.
pub fn main() -> Exit {
    std::panic::set_hook(Box::new(|panic| {
        if let (Some(location), Ok(mut last)) = (panic.location(), LAST_PANIC.lock()) {
            *last = format!("{}:{}", location.file(), location.line());
        }
    }));
    stopped::clean_up_when_stopped();
    std::panic::catch_unwind(|| Arguments::parse().command.run(&Session::terminal())).unwrap_or_else(|_| last_words())
}

/// The program as a function: arguments (without the program's name) in, what was said and how it ended out.
pub fn run_in(folder: &Path, arguments: &[String]) -> (Exit, Said) {
    run_with(Session::captured(folder), arguments)
}

/// The same in a session of one's own, such as one that answers questions.
pub fn run_with(session: Session, arguments: &[String]) -> (Exit, Said) {
    let words = std::iter::once("stipend").chain(arguments.iter().map(String::as_str));
    let parsed = Arguments::command().term_width(CAPTURED_WIDTH).try_get_matches_from(words);
    let exit = match parsed.and_then(|matches| Arguments::from_arg_matches(&matches)) {
        Ok(arguments) => arguments.command.run(&session),
        Err(fault) if fault.use_stderr() => {
            session.say(&fault.to_string());
            Exit::CouldNotRun
        }
        Err(help) => {
            session.print(&help.to_string());
            Exit::Done
        }
    };
    (exit, session.said())
}

/// The last resort. Says where in the program it happened, and nothing of the data.
fn last_words() -> Exit {
    let place = LAST_PANIC.lock().map(|last| last.clone()).unwrap_or_default();
    session::say(&format!(
        "error: the program met a case it does not know ({place}) [internal]\n  \
         help: no file is half written; please report the command and this line, not the data\n"
    ));
    Exit::CouldNotRun
}
