//! Files that can be shared: stable pseudonyms for people and texts, dates moved by whole years, everything that decides kept.

mod beside;
mod dates;
mod faulty;
mod keys;
mod paid;
mod same;
mod settings;
mod tables;
mod words;

pub use beside::{carried, of_people};
pub use dates::{Move, moved_policy};
pub use faulty::cannot_carry;
pub use keys::PaidKeys;
pub use paid::files as paid_files;
pub use same::{Records, expect_same, records};
pub use tables::{LeftOut, Real, RedactedFile, files, line};
pub use words::Pseudonyms;
