//! Files to facts: typed columns with the place of every row, grouped by person.

pub mod as_read;
pub mod badge;
pub mod bind;
mod bits;
pub mod column;
#[cfg(test)]
mod dice;
mod dictionary;
mod grid;
mod grouping;
mod hashing;
pub mod mapping;
mod names;
mod number_column;
mod parse;
mod printed_table;
pub mod propose;
mod read;
pub mod reordered;
pub mod resolution;
mod rising_codes;
mod room;
mod rule;
mod serial;
pub mod settings_file;
mod shared;
mod slots;
pub mod survey;
pub mod table;
mod text_column;
mod text_key;
mod word;

use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::policy::{AwardId, FieldId, RecordId};
use crate::source::Cell;
use crate::syntax::ast::PayKind;
use crate::value::{Date, Number};

pub use bind::{CROSSWALK, Hashes, Input, Inputs, RESOLVED, bind, bind_example, files_as_read, look_alike};
pub use column::Column;
pub use grid::grid;
pub use mapping::{Mapping, base_name};
pub use names::Names;
pub use number_column::NumberColumn;
pub use parse::fault::Fault;
pub use printed_table::printed_table;
pub use read::Stream;
pub use rule::FileRule;
pub use table::{Rows, Table};
pub use text_column::TextColumn;

/// Index into [`Facts::employees`], which is sorted: the order of IDs is the order of indices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmployeeId(pub u32);

/// Everything a run may look at.
#[derive(Debug, Default)]
pub struct Facts {
    pub files: Vec<DataFile>,
    /// What else decided how the files were read: the mapping, crosswalks, resolutions.
    pub beside: Vec<BesideFile>,
    /// Every person of the people's record, by ID text as bound, in order of that text's bytes.
    pub employees: Names,
    /// By [`RecordId`]: one table for each record of the policy.
    pub tables: Vec<Table>,
    /// What earlier runs paid, sorted by employee, then effective date, then place.
    pub paid: Vec<PaidLine>,
    /// The day from which `paid` is complete; none where nothing was paid before the policy began.
    pub paid_complete_since: Option<Date>,
    /// Rows that could not be used, with every reason.
    pub rejected: Vec<RejectedRow>,
    /// Whose rows were rejected, of those whom the people's record has, and of which record (none: what earlier runs paid). Sorted; once for each row.
    pub rejected_of: Vec<(EmployeeId, Option<RecordId>)>,
    /// Rows that are not used and need not be: exact duplicates, repeated headers, declared footers.
    pub set_aside: Vec<SetAsideRow>,
    /// What people decided about rows that could not be used, sorted by file and row.
    pub resolutions: Vec<resolution::Resolution>,
}

/// A file without rows of its own, by which others were read.
#[derive(Clone, Debug)]
pub struct BesideFile {
    pub name: Arc<str>,
    /// `Mapping`, `Crosswalk` or `Resolutions`.
    pub role: &'static str,
    pub sha256: String,
    pub bytes: u64,
}

/// One file as it was read: what a result says it was computed from.
#[derive(Clone, Debug)]
pub struct DataFile {
    pub name: Arc<str>,
    pub sheet: Option<Arc<str>>,
    /// None for the opening state.
    pub record: Option<RecordId>,
    /// Lower-case hexadecimal, as `sha256sum` prints it; none where [`Hashes::NotTold`] was asked.
    pub sha256: Option<String>,
    pub bytes: u64,
    /// Data rows found below the header, each of which has exactly one disposition.
    pub rows: u32,
    /// What was assumed or corrected while reading, one sentence each.
    pub assumed: Vec<String>,
}

/// One line of an earlier `adjustments.csv`.
#[derive(Clone, Debug)]
pub struct PaidLine {
    pub employee: EmployeeId,
    pub award: AwardId,
    pub kind: PayKind,
    pub amount: Number,
    pub effective: Date,
    /// The record key, as this program wrote it into the column `record`.
    pub record: Box<str>,
    pub place: Cell,
    /// What moved, where the line is a move.
    pub moved: Option<MovedWords>,
    /// What it takes back, where the line does.
    pub reverses: Option<ReversedWords>,
}

/// A field of a person that moved, as `adjustments.csv` says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovedWords {
    /// The field, or the role.
    pub field: Box<str>,
    pub old: Box<str>,
    /// The new value, or the last day of the role; empty where it has none.
    pub new: Box<str>,
    pub is_role: bool,
}

impl MovedWords {
    /// ``moves `lane` from `BA` to `MA` ``, ``grants `Coach` until `2026-06-30` ``: how the column `reason` begins in such a line.
    pub fn sentence(&self) -> String {
        match (self.is_role, self.new.is_empty()) {
            (false, _) => format!("moves `{}` from `{}` to `{}`", self.field, self.old, self.new),
            (true, true) => format!("grants `{}`", self.field),
            (true, false) => format!("grants `{}` until `{}`", self.field, self.new),
        }
    }

    /// What [`MovedWords::sentence`] wrote at the start of `reason`.
    pub fn read(reason: &str) -> Option<MovedWords> {
        if let Some(rest) = reason.strip_prefix("grants `") {
            let (role, rest) = rest.split_once('`')?;
            let until = rest.strip_prefix(" until `").and_then(|rest| rest.split_once('`')).map_or("", |(until, _)| until);
            return Some(MovedWords { field: role.into(), old: "".into(), new: until.into(), is_role: true });
        }
        let (field, rest) = reason.strip_prefix("moves `")?.split_once("` from `")?;
        let (old, rest) = rest.split_once("` to `")?;
        let (new, _) = rest.split_once('`')?;
        Some(MovedWords { field: field.into(), old: old.into(), new: new.into(), is_role: false })
    }
}

/// A payment that is taken back, as `adjustments.csv` says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReversedWords {
    pub award: Box<str>,
    /// The record key of the payment.
    pub record: Box<str>,
    pub effective: Date,
}

impl ReversedWords {
    /// ``takes back `Reimbursement` for `A`, effective 2009-12-15``: how the column `reason` begins, behind a move where there is one.
    pub fn sentence(&self) -> String {
        format!("takes back `{}` for `{}`, effective {}", self.award, self.record, self.effective)
    }

    /// What [`ReversedWords::sentence`] wrote into `reason`.
    pub fn read(reason: &str) -> Option<ReversedWords> {
        let behind_move = || reason.strip_prefix("moves `").and_then(|rest| rest.split_once("; takes back `")).map(|(_, rest)| rest);
        let (award, rest) = reason.strip_prefix("takes back `").or_else(behind_move)?.split_once("` for `")?;
        let (record, rest) = rest.split_once("`, effective ")?;
        let effective = Date::parse_iso(rest.get(..10)?)?;
        Some(ReversedWords { award: award.into(), record: record.into(), effective })
    }
}

/// A row with a problem that keeps it from being used.
#[derive(Clone, Debug)]
pub struct RejectedRow {
    /// Index into [`Facts::files`].
    pub file: u16,
    /// The row as the spreadsheet numbers it.
    pub row: u32,
    /// The person's ID as written, where there was one.
    pub employee: Option<Box<str>>,
    pub problems: Vec<Diagnostic>,
    /// Over everything in the row, where it was read.
    pub hash: Option<u64>,
}

/// A row that is not used, and why that is right.
#[derive(Clone, Debug)]
pub struct SetAsideRow {
    pub file: u16,
    pub row: u32,
    pub reason: SetAside,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetAside {
    /// The same as an earlier row of the file (the row's number).
    DuplicateOf(u32),
    RepeatedHeader,
    Footer,
    /// A line without any text.
    Blank,
    /// A line of dashes, such as reports draw below their headers.
    Ruled,
    /// Of another position of the person than the primary one.
    OtherPosition,
    /// Added to the person's first row (the row's number).
    AddedTo(u32),
    /// Somebody decided that it is left out.
    Resolved,
}

impl RejectedRow {
    /// Leaves out what to do: it was said for enough rows.
    pub(crate) fn without_help(&mut self) {
        self.problems.iter_mut().for_each(|problem| problem.help = Vec::new());
    }
}

impl Facts {
    #[inline]
    pub fn table(&self, record: RecordId) -> &Table {
        &self.tables[usize::from(record.0)]
    }

    pub fn employee(&self, id: EmployeeId) -> &str {
        &self.employees[id.0 as usize]
    }

    /// The place of one field of one row, without its raw text.
    pub fn cell(&self, record: RecordId, row: u32, field: FieldId) -> Cell {
        self.table(record).cell(&self.files, row, Some(field))
    }

    /// The place of a whole row.
    pub fn row_place(&self, record: RecordId, row: u32) -> Cell {
        self.table(record).cell(&self.files, row, None)
    }

    /// The records of one person's rows that were rejected; none for what earlier runs paid.
    pub fn rejected_rows(&self, employee: EmployeeId) -> impl Iterator<Item = Option<RecordId>> {
        let start = self.rejected_of.partition_point(|(person, _)| *person < employee);
        self.rejected_of.iter().skip(start).take_while(move |(person, _)| *person == employee).map(|(_, record)| *record)
    }

    /// The paid lines of one person, by effective date.
    pub fn paid_to(&self, employee: EmployeeId) -> &[PaidLine] {
        let start = self.paid.partition_point(|line| line.employee < employee);
        let end = self.paid.partition_point(|line| line.employee <= employee);
        &self.paid[start..end]
    }
}
