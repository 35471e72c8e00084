//! How a command ends, for people and for scripts.

use std::process::{ExitCode, Termination};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// 0: done. Exceptions are listed, they are no failure.
    Done,
    /// 1: the answer is no: `check` or `test` found something, `run --strict` held or rejected a row.
    Findings,
    /// 2: could not run.
    CouldNotRun,
}

impl Exit {
    pub fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Findings => 1,
            Exit::CouldNotRun => 2,
        }
    }
}

impl Termination for Exit {
    fn report(self) -> ExitCode {
        ExitCode::from(self.code())
    }
}
