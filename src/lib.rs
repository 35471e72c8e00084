//! Pay policies as programs: a policy, the files HR has, and an as-of date become adjustments that explain themselves.
//!
//! The modules below are the layers in the order of the pipeline; each names only those above it.
#![deny(clippy::disallowed_methods, clippy::disallowed_types, clippy::float_arithmetic)]

pub mod source;
pub mod diagnostic;
pub mod value;
pub mod syntax;
pub mod policy;
pub mod facts;
pub mod eval;
pub mod report;
#[allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "the one layer that touches files, clock and terminal")]
pub mod cli;
