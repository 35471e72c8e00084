//! What a plan knows besides the fields: rows that somebody decided about, positions, people found by several cells.

use super::crosswalk;
use super::plan::Plan;
use crate::facts::parse::key;
use crate::facts::read::Cells;
use crate::facts::resolution::{Answer, Resolution};
use crate::policy::Field;

impl<'a> Plan<'a> {
    /// Whether a row is the one that somebody decided about.
    pub fn is_as_it_was(&self, cells: Cells<'_>, resolution: &Resolution) -> bool {
        if !resolution.check.is_empty() {
            return resolution.check == Resolution::check_of(cells.hash());
        }
        let column = resolution.header.as_deref().and_then(|header| self.column_of(header));
        column.is_some_and(|column| key::clean(cells.cell(column).as_written()) == resolution.raw)
    }

    /// Reads the row at hand as somebody decided.
    pub fn correct(&mut self, resolutions: impl Iterator<Item = &'a Resolution>) {
        let values = resolutions.filter_map(|resolution| match &resolution.answer {
            Answer::Value(value) => Some((self.column_of(resolution.header.as_deref()?)?, value.as_str())),
            Answer::LeaveOut => None,
        });
        self.overrides = values.collect();
    }

    fn column_of(&self, header: &str) -> Option<usize> {
        let exact = self.headers.written.iter().position(|written| *key::clean(written) == *header);
        exact.or_else(|| self.headers.folded.iter().position(|folded| *folded == key::fold(header)))
    }

    /// The cells by which a person is found as one key, where there are several.
    pub fn joined(&self, cells: Cells<'_>) -> Option<String> {
        if self.by.is_empty() {
            return None;
        }
        let written: Vec<&str> = self.by.iter().map(|column| cells.cell(*column).as_written()).collect();
        crosswalk::joined(&written)
    }

    /// Whether the row is of the person's primary position; every row is where the mapping names none.
    pub fn is_primary(&self, cells: Cells<'_>) -> bool {
        self.primary.is_none_or(|(column, word)| key::clean(cells.cell(column).as_written()).eq_ignore_ascii_case(word))
    }

    /// IDs that two differently written ones became.
    pub fn collided(&self) -> Vec<(String, String, String)> {
        self.tallies[self.person].collisions.clone()
    }

    /// The fields that are added up over the rows of a person.
    pub fn added(&self, fields: &[Field]) -> Option<Vec<usize>> {
        let at = |name: &String| fields.iter().position(|field| field.name == *name);
        (!self.added.is_empty()).then(|| self.added.iter().filter_map(at).collect())
    }
}
