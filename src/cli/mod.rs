//! Arguments, files and the terminal: one file per command.

pub mod case;
pub mod compare;
