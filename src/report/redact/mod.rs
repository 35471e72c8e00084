//! Files that can be shared: stable pseudonyms for people and texts, dates moved by whole years, everything that decides kept.

mod dates;
mod keys;
mod same;
mod tables;
mod words;

pub use dates::{Move, moved_policy};
pub use keys::PaidKeys;
pub use same::{Records, Side, expect_same, records};
pub use tables::{RedactedFile, files, paid_file};
pub use words::Pseudonyms;
