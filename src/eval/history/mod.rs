//! What is posted so far for one person, by this run and by earlier ones, and what is taken back of it.

pub(in crate::eval) mod bank;
pub(in crate::eval) mod ledger;
pub(in crate::eval) mod movement;
pub(in crate::eval) mod opening;
pub(in crate::eval) mod opening_bank;
pub(in crate::eval) mod posted;
pub(in crate::eval) mod recovery;
pub(in crate::eval) mod restorable;
pub(in crate::eval) mod reversal;
pub(in crate::eval) mod uses;
pub(in crate::eval) mod window;
