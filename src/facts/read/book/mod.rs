//! What all workbooks have: parts that are measured before they are read, sheets, and rows that are put together.

pub(in crate::facts::read) mod archive;
pub(in crate::facts::read) mod notes;
pub(in crate::facts::read) mod outline;
pub(in crate::facts::read) mod row_maker;
pub(in crate::facts::read) mod sheet_row;
pub(in crate::facts::read) mod sheet_threads;
pub(in crate::facts::read) mod tags;
pub(in crate::facts::read) mod workbook;
