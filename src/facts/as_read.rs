//! Files row by row as they were read, rejected rows and those that are not used among them: what a redacted copy is written from.

use super::SetAside;
use super::parse::fault::Fault;
use super::rule::FileRule;
use crate::policy::RecordId;
use crate::value::Date;

/// All rows of one file (or of one sheet, as one record).
#[derive(Clone, Debug)]
pub struct FileAsRead {
    pub name: String,
    /// None for the opening state.
    pub record: Option<RecordId>,
    /// Badges have fields and no columns.
    pub is_badges: bool,
    /// By field: whether the file has its column.
    pub columns: Vec<bool>,
    pub rule: Option<FileRule>,
    pub rows: Vec<RowAsRead>,
}

/// One row that has a disposition.
#[derive(Clone, Debug)]
pub struct RowAsRead {
    /// The row as the spreadsheet numbers it.
    pub number: u32,
    /// Over everything in the row: two rows of a file are copies where it is the same.
    pub hash: u64,
    pub kind: RowKind,
    /// By field; nothing where the row could not be handed on by its reader.
    pub cells: Vec<CellAsRead>,
}

/// What a row is before its cells and the other rows are looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowKind {
    Data,
    Aside(SetAside),
    /// Rejected whole, with the code; `lacks_cells` where it has fewer than the header.
    Whole {
        code: &'static str,
        lacks_cells: bool,
    },
    /// Rejected by the reader of the file, before it had cells.
    Refused(Vec<&'static str>),
}

/// What one field of a row was read as.
#[derive(Clone, Debug)]
pub enum CellAsRead {
    Missing,
    /// The ID, and how it was written where zeros were put before it.
    Person {
        id: String,
        written: Option<String>,
    },
    Key(String),
    Text(String),
    Date(Date),
    /// A number, yes or no, or a word of an enumeration, as this program writes it.
    Plain(String),
    /// It could not be read.
    Faulty {
        fault: Fault,
        raw: String,
    },
}
