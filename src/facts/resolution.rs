//! What somebody decided about a row that could not be used: a value for a cell, or that the row is left out.

use crate::source::Cell;
use crate::value::Date;

/// One line of an exceptions table that was worked through.
#[derive(Clone, Debug)]
pub struct Resolution {
    /// The file as the exceptions name it, without folders.
    pub file: String,
    pub sheet: Option<String>,
    /// The row as the spreadsheet numbers it.
    pub row: u32,
    /// The header of the cell; none where the row as a whole is meant.
    pub header: Option<String>,
    /// What stood in the cell.
    pub raw: String,
    /// What the row was like: the resolution is for this row, not for another that took its place.
    pub check: String,
    pub code: String,
    pub answer: Answer,
    pub author: String,
    pub date: Date,
    pub reason: String,
    /// Where the resolution itself stands.
    pub place: Cell,
    /// Whose row it turned out to be.
    pub employee: Option<Box<str>>,
    /// Index into [`crate::facts::Facts::files`], once it was applied.
    pub applied_to: Option<u16>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Read this instead of what stands in the cell; an employee's ID stands for itself, without a crosswalk.
    Value(String),
    LeaveOut,
}

/// What is written instead of a value.
pub const LEAVE_OUT: &str = "leave out";

/// The headers of an exceptions table, in their order.
pub const HEADERS: [&str; 16] = [
    "Code",
    "File",
    "Sheet",
    "Row",
    "Cell",
    "Field",
    "Raw value",
    "Employee",
    "Problem",
    "What to do",
    "Owner",
    "Resolution",
    "Author",
    "Date",
    "Reason",
    "Row check",
];

impl Resolution {
    /// `` `03/14` in `approved` read as `2025-03-14` by A. Ruiz on 2025-07-02: typing error ``
    pub fn words(&self) -> String {
        let who = format!("by {} on {}: {}", self.author, self.date, self.reason);
        match (&self.answer, &self.header) {
            (Answer::Value(value), Some(header)) => format!("`{}` in `{header}` read as `{value}` {who}", self.raw),
            (Answer::Value(value), None) => format!("read as `{value}` {who}"),
            (Answer::LeaveOut, _) => format!("left out {who}"),
        }
    }

    /// The row's hash as a text that a spreadsheet keeps.
    pub fn check_of(hash: u64) -> String {
        format!("#{hash:016x}")
    }
}
