//! What an award has to do with others, as it was written.

use super::{Name, Node, PeriodWord};
use crate::source::Span;

/// `needs "OTHER" in the same school year`: eligible only where the other was posted with an amount above zero.
#[derive(Clone, Debug, PartialEq)]
pub struct Needs {
    pub span: Span,
    pub award: Name,
    pub period: Option<Node<PeriodWord>>,
}
