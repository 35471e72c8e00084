//! Sets: what a list of rows means once it is checked.

use super::{AwardId, Expr, RecordId};
use crate::source::Span;
use crate::syntax::ast::{DateRange, Overlap};
use crate::value::Duration;

/// Index of a set in [`super::Policy::sets`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SetId(pub u16);

#[derive(Clone, Debug)]
pub struct Set {
    pub name: String,
    pub span: Span,
    /// The award whose candidates are the rows that may count.
    pub award: AwardId,
    pub record: RecordId,
    /// What a row is called in the lists.
    pub counts: Expr,
    /// In the order of their dates; one without dates where the list never changed.
    pub lists: Vec<SetList>,
    /// Given, and what it stands for.
    pub accepts: Vec<(String, String)>,
    pub overlap: Overlap,
    /// The list of the day of the first row counts, not that of the day at hand.
    pub list_as_of_first: bool,
    pub complete: Option<Complete>,
    /// `each row counts for 5 years`
    pub valid: Option<Duration>,
    /// Sets that may count the same rows.
    pub shares: Vec<SetId>,
    /// Who must hold it.
    pub required: Option<Expr>,
    pub due: Option<Expr>,
    pub cites: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct SetList {
    pub dates: Option<DateRange>,
    pub lines: Vec<SetLine>,
}

/// So many rows of these, or of those that meet a condition.
#[derive(Clone, Debug)]
pub struct SetLine {
    pub span: Span,
    pub need: u32,
    pub members: Option<Vec<String>>,
    pub condition: Option<Expr>,
}

/// By when the rows must be there.
#[derive(Clone, Debug)]
pub enum Complete {
    By(Expr),
    /// From the first row on, both days included.
    FromFirst(Duration),
    /// In some stretch that long: a row counts on the days before its own day plus the time.
    WithinAny(Duration),
}

/// What an expression asks of a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetQuestion {
    Completes(RecordId),
    Completed,
    CompletedOn,
    Missing,
}

/// `wait 1 year, then 3 years between`
#[derive(Clone, Debug)]
pub struct Wait {
    pub span: Span,
    pub times: Vec<Duration>,
}

/// `grants "Instructional coach" until expires`
#[derive(Clone, Debug)]
pub struct Grant {
    pub span: Span,
    pub role: String,
    pub until: Option<Expr>,
    pub if_known: bool,
}
