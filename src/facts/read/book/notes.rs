//! What a sheet shows otherwise than it holds: hidden rows and columns, and merged areas.

use std::collections::BTreeSet;

use super::sheet_row::SheetRow;
use crate::diagnostic::Diagnostic;
use crate::facts::read::binary::binary_cells::PassedOver;
use crate::facts::read::{Raw, of_row};
use crate::source::column_letters;

/// Rows are counted from 0, as the files count them.
#[derive(Clone, Debug, Default)]
pub struct SheetNotes {
    /// Rows that are not shown, as runs.
    hidden: Vec<(u32, u32)>,
    /// Columns that are not shown, as runs.
    hidden_columns: Vec<(u32, u32)>,
    /// Whether a filter is at work, which hides rows of its own.
    pub is_filtered: bool,
    /// The first and the last row of each merged area.
    merged: Vec<(u32, u32)>,
    /// The cells that are written in the sheet, and whether they were counted.
    pub cells: u64,
    pub is_counted: bool,
    /// Cells that the reader does not hand on, in their order.
    pub passed_over: Vec<PassedOver>,
}

impl SheetNotes {
    pub fn hide(&mut self, first: u32, last: u32) {
        lengthen(&mut self.hidden, (first, last));
    }

    pub fn hide_columns(&mut self, first: u32, last: u32) {
        lengthen(&mut self.hidden_columns, (first, last));
    }

    /// Notes which hidden columns hold something in this row.
    pub fn look_behind(&self, row: &SheetRow, seen: &mut BTreeSet<u32>) {
        let width = u32::try_from(row.width()).unwrap_or(u32::MAX);
        for (first, last) in self.hidden_columns.iter().take_while(|(first, _)| *first < width) {
            let columns = *first..last.saturating_add(1).min(width);
            seen.extend(columns.filter(|column| !matches!(row.cell(*column as usize), Raw::Blank)));
        }
    }

    pub fn merge(&mut self, first: u32, last: u32) {
        self.merged.push((first, last));
    }

    /// Puts the runs in order; files may list them in any.
    pub fn settle(&mut self) {
        in_order(&mut self.hidden);
        in_order(&mut self.hidden_columns);
    }

    pub fn is_hidden(&self, row: u32) -> bool {
        let behind = self.hidden.partition_point(|(first, _)| *first <= row);
        behind > 0 && self.hidden[behind - 1].1 >= row
    }

    /// The warning about merged areas, where one reaches below the row of the headers (from 1).
    pub fn merged_warning(&self, (name, sheet): (&str, &str), header: u32) -> Option<Diagnostic> {
        let mut among = self.merged.iter().filter(|(_, last)| *last >= header);
        let first = among.next()?.0;
        let count = 1 + among.count();
        let message = format!("sheet `{sheet}` has merged cells among its data ({count}); only the first cell of each area has a value");
        let help = "take the merging away in the data rows and fill every cell";
        Some(Diagnostic::warning("merged-cells", of_row(name, first + 1), message).help(help))
    }

    /// The warning about rows with data that the spreadsheet does not show.
    pub fn hidden_warning(&self, (name, sheet): (&str, &str), seen: HiddenSeen) -> Option<Diagnostic> {
        let first = seen.first?;
        let rows = if seen.rows == 1 { "1 row".to_owned() } else { format!("{} rows", seen.rows) };
        let (message, help) = if self.is_filtered {
            let message = format!("a filter hides {rows} of sheet `{sheet}`, from row {first} on; they are read like the others");
            (message, "clear the filter (Data, Clear) and look whether the rows belong there; delete those that do not")
        } else {
            let message = format!(
                "{rows} of sheet `{sheet}` with data, from row {first} on, {} hidden; they are read like the others",
                if seen.rows == 1 { "is" } else { "are" }
            );
            (message, "unhide the rows and look whether they belong there; delete those that do not")
        };
        Some(Diagnostic::warning("hidden-rows", of_row(name, first), message).help(help))
    }

    /// The warning about columns with data that the spreadsheet does not show; `header` is the row of the headers, from 1.
    pub fn columns_warning(&self, (name, sheet): (&str, &str), header: u32, seen: &BTreeSet<u32>) -> Option<Diagnostic> {
        const SHOWN: usize = 20;
        let letters: Vec<String> = seen.iter().take(SHOWN).map(|column| column_letters(*column + 1)).collect();
        let more = seen.len().saturating_sub(SHOWN);
        let listed = if more == 0 { letters.join(", ") } else { format!("{} and {more} more", letters.join(", ")) };
        let message = match seen.len() {
            0 => return None,
            1 => format!("1 column of sheet `{sheet}` with data ({listed}) is hidden; it is read like the others"),
            count => format!("{count} columns of sheet `{sheet}` with data ({listed}) are hidden; they are read like the others"),
        };
        let help = "unhide the columns and look whether they hold what is meant; delete those that do not";
        Some(Diagnostic::warning("hidden-columns", of_row(name, header), message).help(help))
    }
}

/// Adds a run; one that follows on the last is joined to it.
fn lengthen(runs: &mut Vec<(u32, u32)>, (first, last): (u32, u32)) {
    match runs.last_mut() {
        Some(run) if run.1.checked_add(1) == Some(first) => run.1 = last,
        _ => runs.push((first, last)),
    }
}

/// Sorts the runs and joins those that overlap, so that no row and no column is looked at twice.
fn in_order(runs: &mut Vec<(u32, u32)>) {
    runs.sort_unstable();
    runs.dedup_by(|later, earlier| {
        let overlap = later.0 <= earlier.1;
        if overlap {
            earlier.1 = earlier.1.max(later.1);
        }
        overlap
    });
}

/// The hidden rows below the headers that held something.
#[derive(Clone, Copy, Debug, Default)]
pub struct HiddenSeen {
    pub rows: u32,
    /// As the spreadsheet numbers it.
    pub first: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_hidden_rows_are_found_in_any_order() {
        let mut notes = SheetNotes::default();
        [(7, 9), (2, 2), (3, 3)].into_iter().for_each(|(first, last)| notes.hide(first, last));
        notes.settle();
        let hidden: Vec<u32> = (0..12).filter(|row| notes.is_hidden(*row)).collect();
        assert_eq!(hidden, [2, 3, 7, 8, 9]);
    }
    #[test]
    fn runs_that_overlap_are_one() {
        let mut notes = SheetNotes::default();
        [(7, 9), (8, 8), (7, 7), (2, 3)].into_iter().for_each(|(first, last)| notes.hide(first, last));
        (0..1000).for_each(|_| notes.hide_columns(0, 16_383));
        notes.settle();
        assert_eq!((0..12).filter(|row| notes.is_hidden(*row)).collect::<Vec<_>>(), [2, 3, 7, 8, 9]);
        assert_eq!(notes.hidden_columns, [(0, 16_383)]);
    }
}
