//! Combinations of clauses whose meaning is not settled, kept out of the random policies until they are.
//!
//! Each is told in `tests/reference/readings.md`; take one out here, and the random cases will show where it goes apart.

use super::policy_text::PolicyText;

pub fn settle(_policy: &mut PolicyText) {}
