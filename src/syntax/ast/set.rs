//! `set`: rows that belong together, when they are complete, and awards that wait for that.

use super::{DateRange, Expr, Name, Node};
use crate::source::Span;
use crate::value::{Duration, Number};

/// `set "Coaching stack" for each credential` and its clauses.
#[derive(Clone, Debug, PartialEq)]
pub struct Set {
    pub span: Span,
    pub name: Name,
    pub each: Name,
    pub conditions: Vec<Expr>,
    /// `counts credential_id`: what a row is called in the list
    pub counts: Option<Expr>,
    /// `earned on approved`
    pub earned: Option<Expr>,
    /// The lists, each with its dates where there are several.
    pub lists: Vec<SetList>,
    /// `accept "B2" for "B"`
    pub accepts: Vec<Accept>,
    /// `one row counts for …`
    pub overlap: Option<Node<Overlap>>,
    pub complete: Option<Node<Complete>>,
    /// `list as of …`
    pub list_as_of: Option<Node<ListAsOf>>,
    /// `shares with "OTHER"`
    pub shares: Vec<Name>,
    /// `each row counts for 5 years`
    pub valid: Option<Node<Duration>>,
    /// `required if …`: who must hold it
    pub required: Option<Expr>,
    /// `due hired + 90 days`
    pub due: Option<Expr>,
    pub cites: Vec<Name>,
}

/// The lines between two `from` lines.
#[derive(Clone, Debug, PartialEq)]
pub struct SetList {
    pub dates: Option<Node<DateRange>>,
    pub lines: Vec<SetLine>,
}

/// `all of "A", "B"`, `at least 2 of "C", "D"`, `at least 3 where hours at least 10`.
#[derive(Clone, Debug, PartialEq)]
pub struct SetLine {
    pub span: Span,
    /// None: all of them.
    pub count: Option<Node<Number>>,
    /// What is listed; none where any row counts, or those that meet the condition.
    pub members: Option<Vec<Name>>,
    pub condition: Option<Expr>,
}

/// One credential stands for another.
#[derive(Clone, Debug, PartialEq)]
pub struct Accept {
    pub span: Span,
    pub given: Name,
    pub wanted: Name,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overlap {
    /// `one row counts for one line`
    OneLine,
    /// `one row counts for every line`
    EveryLine,
}

/// By when a set must be complete.
#[derive(Clone, Debug, PartialEq)]
pub enum Complete {
    /// `complete by 2026-06-30`
    By(Expr),
    /// `complete within 3 years from the first row`
    FromFirst(Duration),
    /// `complete within any 3 years`
    WithinAny(Duration),
    /// `complete within 3 years`: refused, because it can be read both ways.
    Within(Duration),
}

/// Which list counts where it changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListAsOf {
    FirstRow,
    Completion,
}

/// What an award stands for each of.
#[derive(Clone, Debug, PartialEq)]
pub enum Trigger {
    /// Each row, or each employee and period.
    Rows,
    /// `on completing "Coaching stack"`
    Completing(Name),
    /// `for every 15 units of "Contact units"`
    Every { units: Node<Number>, bank: Name },
}

/// `wait 1 year, then 3 years between`
#[derive(Clone, Debug, PartialEq)]
pub struct Wait {
    pub span: Span,
    /// Before the second award, before the third …; the last also before all later ones.
    pub times: Vec<Node<Duration>>,
}

/// `grants "Instructional coach" until expires`
#[derive(Clone, Debug, PartialEq)]
pub struct Grant {
    pub span: Span,
    pub role: Name,
    pub until: Option<Expr>,
    /// `if known`: a blank is no end
    pub if_known: bool,
}

/// What an expression asks of a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetReading {
    /// `completes "S"`: this very row does
    Completes,
    /// `completed "S"`: it is complete so far
    Completed,
    /// `date "S" was completed`
    CompletedOn,
    /// `missing from "S"`: how many rows it lacks
    Missing,
}
