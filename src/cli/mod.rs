//! Arguments, files and the terminal: one file per command.

pub mod arguments;
pub mod case;
pub mod check;
pub mod compare;
pub mod data;
pub mod example;
pub mod exit;
pub mod explain;
pub mod files;
//pub mod fmt;
pub mod load;
pub mod new;
pub mod next;
pub mod output;
pub mod pipeline;
pub mod progress;
pub mod run;
pub mod terminal;
pub mod test;

use clap::{Parser, Subcommand};

pub use exit::Exit;

/// Pay rules that people can read, run and check.
///
/// Exit codes: 0 done (exceptions are listed, they are no failure); 1 the answer is no (check or test found something,
/// run --strict held or rejected a row); 2 could not run.
#[derive(Parser, Debug)]
#[command(name = "stipend", version, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    Run(run::Run),
    Explain(explain::Explain),
    Check(check::Check),
    //Fmt(fmt::Fmt),
    Test(test::Test),
    New(new::New),
}

impl Command {
    fn run(self) -> Exit {
        match self {
            Command::Run(run) => run.run(),
            Command::Explain(explain) => explain.run(),
            Command::Check(check) => check.run(),
            //Command::Fmt(fmt) => fmt.run(),
            Command::Test(test) => test.run(),
            Command::New(new) => new.run(),
        }
    }
}

/// The whole program.
pub fn main() -> Exit {
    std::panic::set_hook(Box::new(|panic| last_words(panic.location())));
    std::panic::catch_unwind(|| Arguments::parse().command.run()).unwrap_or(Exit::CouldNotRun)
}

/// The last resort. Says where in the program it happened, and nothing of the data.
fn last_words(location: Option<&std::panic::Location>) {
    let place = location.map_or(String::new(), |location| format!(" ({}:{})", location.file(), location.line()));
    terminal::say(&format!(
        "error: the program met a case it does not know{place} [internal]\n  \
         help: nothing is half written; please report the command and this line, not the data\n"
    ));
}
