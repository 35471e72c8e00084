//! What a sheet shows otherwise than it holds: hidden rows and merged areas.

use super::of_row;
use crate::diagnostic::Diagnostic;

/// Rows are counted from 0, as the files count them.
#[derive(Clone, Debug, Default)]
pub struct SheetNotes {
    /// Rows that are not shown, as runs.
    hidden: Vec<(u32, u32)>,
    /// Whether a filter is at work, which hides rows of its own.
    pub is_filtered: bool,
    /// The first and the last row of each merged area.
    merged: Vec<(u32, u32)>,
    /// The longest text or tag in the sheet, in bytes.
    pub longest: u64,
}

impl SheetNotes {
    pub fn hide(&mut self, first: u32, last: u32) {
        match self.hidden.last_mut() {
            Some(run) if run.1.checked_add(1) == Some(first) => run.1 = last,
            _ => self.hidden.push((first, last)),
        }
    }

    pub fn merge(&mut self, first: u32, last: u32) {
        self.merged.push((first, last));
    }

    /// Puts the runs in order; files may list them in any.
    pub fn settle(&mut self) {
        self.hidden.sort_unstable();
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
}
