//! `.ods`: tables, rows that are repeated, and cells.

pub(in crate::facts::read) mod open_book;
pub(in crate::facts::read) mod open_cell;
pub(in crate::facts::read) mod open_tables;
