//! Texts by row: each distinct one is kept once, all of them in one piece.

use super::column::retain_from;
use super::dictionary::Dictionary;
use super::grouping::Order;

/// Text by code. Code 0 is missing.
#[derive(Clone, Debug, Default)]
pub struct TextColumn {
    texts: Dictionary,
    codes: Vec<u32>,
}

impl TextColumn {
    #[inline]
    pub fn push(&mut self, text: Option<&str>) {
        let code = text.map_or(0, |text| self.texts.code(text));
        self.codes.push(code);
    }

    /// Where texts are numbered, and where their numbers go.
    pub(super) fn parts(&mut self) -> (&mut Dictionary, &mut Vec<u32>) {
        (&mut self.texts, &mut self.codes)
    }

    #[inline]
    pub fn get(&self, row: u32) -> Option<&str> {
        match self.code(row) {
            0 => None,
            code => Some(self.texts.text(code)),
        }
    }

    /// The number of the row's text among the column's distinct texts, from 1; 0 is missing.
    #[inline]
    pub fn code(&self, row: u32) -> u32 {
        self.codes[row as usize]
    }

    /// How many distinct texts there are.
    pub fn distinct(&self) -> usize {
        self.texts.len()
    }

    /// The distinct texts; the first has code 1. Some may stand in no row.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.texts.texts()
    }

    /// Adds the rows of another column.
    pub(super) fn append(&mut self, more: &TextColumn) {
        let codes = self.texts.codes_of(&more.texts);
        self.codes.extend(more.codes.iter().map(|code| codes[*code as usize]));
    }

    pub(super) fn reserve(&mut self, rows: usize) {
        self.codes.reserve(rows);
    }

    pub(super) fn reorder(&mut self, order: &mut Order) {
        order.put(&mut self.codes);
    }

    pub(super) fn truncate(&mut self, length: usize) {
        self.codes.truncate(length);
    }

    pub(super) fn retain(&mut self, from: usize, keep: &[bool]) {
        retain_from(&mut self.codes, from, keep);
    }

    /// Gives back the memory that only growing needs.
    pub(super) fn finish(&mut self) {
        self.texts.forget_slots();
    }
}
