//! `table`: what was written in its rows and columns.

use super::{DateRange, Expr, FieldKind, Name, Node};
use crate::source::Span;

/// `table salary by step, lane` and its grids.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    pub span: Span,
    pub name: Name,
    pub keys: Vec<Name>,
    /// One without a `from` line stands alone.
    pub versions: Vec<TableVersion>,
    /// `check printed against EXPR`: what the printed cells should be; the printed ones are paid.
    pub check: Option<Expr>,
}

/// A header line and the rows below it, perhaps under a line `from 2018-07-01 to 2019-06-30`.
#[derive(Clone, Debug, PartialEq)]
pub struct TableVersion {
    pub span: Span,
    pub dates: Option<Node<DateRange>>,
    /// Where its rows stand in a file; they are read into `header` and `rows`.
    pub file: Option<TableFile>,
    pub header: Vec<Entry>,
    pub rows: Vec<Vec<Entry>>,
}

/// `money in "salary.csv"`
#[derive(Clone, Debug, PartialEq)]
pub struct TableFile {
    pub span: Span,
    /// What the cells hold: a spreadsheet's 40732 may be money or a number.
    pub cells: Node<FieldKind>,
    pub name: Name,
}

/// A cell or a label, with its text as written.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub span: Span,
    pub text: String,
    pub kind: EntryKind,
}

#[derive(Clone, Debug, PartialEq)]
pub enum EntryKind {
    /// A literal: money, number, percentage, date or text. Words that are nothing else are text.
    Value(Expr),
    /// `10 to under 15`, `15 or more`, `under 10`, `more than 10`, `up to 10`, `10 to 14`
    Bracket {
        from: Option<EntryEnd>,
        to: Option<EntryEnd>,
    },
    Otherwise,
    NotApplicable,
    Blank,
}

/// One end of a bracket.
#[derive(Clone, Debug, PartialEq)]
pub struct EntryEnd {
    pub at: Expr,
    pub included: bool,
}
