//! Tables that are written while the steps are there, person by person, so that no row is kept in another form.

use std::ops::Range;

use rayon::prelude::*;

use super::pieces::Writer;
use super::results::RowPlace;
use crate::policy::AwardId;

/// What is kept of people whose steps are gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Rows, from which anything can be made.
    Rows,
    /// The lines of the table.
    Table,
    /// Sums only.
    Nothing,
}

/// Lines of a table of some people, one after the other.
#[derive(Debug, Default)]
pub struct Written {
    writer: Writer,
    /// The lines with a cell that a spreadsheet would run.
    refused: Vec<Range<usize>>,
}

impl Written {
    /// Writes one line, and says where it stands.
    pub fn line(&mut self, write: impl FnOnce(&mut Writer)) -> Range<usize> {
        let start = self.writer.text.len();
        let is_refused = self.writer.line(write);
        let line = start..self.writer.text.len();
        if is_refused {
            self.refused.push(line.clone());
        }
        line
    }

    pub fn text(&self) -> &[u8] {
        &self.writer.text
    }

    pub fn into_text(self) -> Vec<u8> {
        self.writer.text
    }

    /// Gives back the memory that only growing needs.
    fn finish(&mut self) {
        self.writer.text.shrink_to_fit();
    }

    /// The cells of the lines that a spreadsheet would run.
    pub fn refused(&self) -> impl Iterator<Item = Vec<String>> {
        self.refused.iter().filter_map(|line| {
            let text = self.writer.text.get(line.clone())?;
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text);
            let record = reader.records().next()?.ok()?;
            Some(record.iter().map(str::to_owned).collect())
        })
    }
}

/// Where the line of an outcome stands: outcomes are computed by person and stand in the order of files and rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OutcomeLine {
    place: RowPlace,
    award: Option<AwardId>,
    group: u32,
    start: u32,
    end: u32,
}

/// The lines of `outcomes.csv` of some people; later of all.
#[derive(Debug, Default)]
pub struct OutcomeTable {
    groups: Vec<Written>,
    lines: Vec<OutcomeLine>,
}

/// Lines that are brought into order at a time.
const LINES: usize = 16_384;

impl OutcomeTable {
    pub fn line(&mut self, (place, award): (RowPlace, Option<AwardId>), write: impl FnOnce(&mut Writer)) {
        if self.groups.last().is_none_or(|group| group.text().len() > u32::MAX as usize / 2) {
            self.groups.push(Written::default());
        }
        let group = self.groups.len() as u32 - 1;
        if let Some(written) = self.groups.last_mut() {
            let line = written.line(write);
            self.lines.push(OutcomeLine { place, award, group, start: line.start as u32, end: line.end as u32 });
        }
    }

    /// Takes in the lines of other people.
    pub fn join(&mut self, mut table: OutcomeTable) {
        table.groups.iter_mut().for_each(Written::finish);
        let before = self.groups.len() as u32;
        self.lines.extend(table.lines.into_iter().map(|line| OutcomeLine { group: line.group + before, ..line }));
        self.groups.extend(table.groups);
    }

    /// Brings the lines into the order of files and rows, then of the awards as written (decision 0012).
    pub fn sort(&mut self) {
        self.lines.par_sort_unstable();
    }

    pub fn len(&self) -> usize {
        self.lines.len()
    }

    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The text in order, several pieces side by side at a time.
    pub fn pieces(&self) -> impl Iterator<Item = Vec<Vec<u8>>> {
        let together = LINES * rayon::current_num_threads() * 2;
        self.lines.chunks(together).map(|lines| lines.par_chunks(LINES).map(|lines| self.piece(lines)).collect())
    }

    fn piece(&self, lines: &[OutcomeLine]) -> Vec<u8> {
        let mut piece = Vec::with_capacity(lines.iter().map(|line| (line.end - line.start) as usize).sum());
        for line in lines {
            piece.extend_from_slice(&self.groups[line.group as usize].text()[line.start as usize..line.end as usize]);
        }
        piece
    }

    pub fn refused(&self) -> impl Iterator<Item = Vec<String>> {
        self.groups.iter().flat_map(Written::refused)
    }
}
