//! Policy and facts to outcomes: one timeline per person, every step recorded while it is computed.

pub mod outcome;
pub mod trace;

pub use outcome::{Disposition, Line, Origin, Outcome, PersonRun, Reason};
pub use trace::{Op, Step, StepId, StepPlace, Trace};
