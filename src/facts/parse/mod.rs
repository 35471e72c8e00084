//! Cells to values: one strict grammar for each type, and the words of a mapping before it.

pub mod amount;
pub mod day;
pub mod fault;
pub mod field;
pub mod key;
pub mod order;
pub mod plain;
pub mod shape;
pub mod tally;
