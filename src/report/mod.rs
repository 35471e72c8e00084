//! Steps to words, tables and files: what a run tells people and other programs. Nothing here computes pay.

mod again;
pub mod gathered;
pub mod guarantees;
pub mod counted;
pub mod difference;
pub mod banks;
pub mod excerpt;
pub mod explain;
pub mod json;
pub mod layout;
pub mod names;
pub mod next;
pub mod phrases;
pub mod pieces;
pub mod pools;
pub mod quote;
pub mod redact;
pub mod resolved;
pub mod results;
pub mod sets;
pub mod summary;
pub mod tables;
pub mod text;
pub mod totals;
pub mod sums;
mod undecided;
mod worded;
pub mod words;
pub mod written;
pub mod workbook;

pub use results::Results;
pub use words::Context;
pub use written::Form;
