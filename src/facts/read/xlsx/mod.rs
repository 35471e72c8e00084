//! `.xlsx` and `.xlsm`: XML in pieces, cells, texts and styles.

#[cfg(test)]
pub(in crate::facts::read) mod against_calamine;
pub(in crate::facts::read) mod cell_forms;
pub(in crate::facts::read) mod pieces;
pub(in crate::facts::read) mod plain_cell;
pub(in crate::facts::read) mod shared_texts;
pub(in crate::facts::read) mod sheet_book;
pub(in crate::facts::read) mod sheet_part;
pub(in crate::facts::read) mod sheet_tags;
pub(in crate::facts::read) mod written_text;
