//! A look-up table: labels along each key, cells, versions by date.

use std::cmp::Ordering;

use super::Constant;
use crate::source::Span;
use crate::syntax::ast::DateRange;
use crate::value::{Date, Type};

/// Index of a table in `Policy::tables`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TableId(pub u16);

#[derive(Clone, Debug)]
pub struct Table {
    pub name: String,
    pub span: Span,
    pub keys: Vec<TableKey>,
    /// The type of every cell.
    pub ty: Type,
    /// In order of time, without overlaps. One without dates is in force always.
    pub versions: Vec<TableVersion>,
    /// Another table's `check printed against` reads it.
    pub is_checked_with: bool,
}

#[derive(Clone, Debug)]
pub struct TableKey {
    pub name: String,
    pub ty: Type,
}

#[derive(Clone, Debug)]
pub struct TableVersion {
    /// None: always.
    pub dates: Option<DateRange>,
    pub span: Span,
    /// By key: its labels in the order written.
    pub labels: Vec<Vec<Label>>,
    /// The cells, the last key running fastest.
    pub cells: Vec<TableCell>,
}

/// What stands at the head of a row or a column.
#[derive(Clone, Debug)]
pub enum Label {
    Exactly(Constant),
    /// A bracket; an end that is none is open.
    Bracket {
        from: Option<End>,
        to: Option<End>,
    },
    /// Whatever no other label takes.
    Otherwise,
}

/// One end of a bracket.
#[derive(Clone, Debug)]
pub struct End {
    pub at: Constant,
    pub included: bool,
}

#[derive(Clone, Debug)]
pub enum TableCell {
    Value {
        value: Constant,
        span: Span,
    },
    NotApplicable(Span),
    /// The row or lane does not reach so far.
    Outside,
}

impl Table {
    /// The version in force on `day`; without a day, the only one.
    pub fn version_on(&self, day: Option<Date>) -> Option<&TableVersion> {
        self.versions.iter().find(|version| match (version.dates, day) {
            (None, _) => true,
            (Some(dates), Some(day)) => dates.from <= day && dates.to.is_none_or(|to| day <= to),
            (Some(_), None) => false,
        })
    }
}

impl TableVersion {
    pub fn cell(&self, positions: &[usize]) -> &TableCell {
        let index = positions.iter().zip(&self.labels).fold(0, |index, (position, labels)| index * labels.len() + position);
        self.cells.get(index).unwrap_or(&TableCell::Outside)
    }

    /// The position of the label that takes a value, given how a constant compares with that value.
    pub fn position(&self, key: usize, compared: impl Fn(&Constant) -> Option<Ordering>) -> Option<usize> {
        let labels = self.labels.get(key)?;
        let takes = |label: &Label| match label {
            Label::Exactly(constant) => compared(constant) == Some(Ordering::Equal),
            Label::Bracket { from, to } => {
                let within = |end: &Option<End>, side: Ordering| end.as_ref().is_none_or(|end| end.admits(compared(&end.at), side));
                within(from, Ordering::Less) && within(to, Ordering::Greater)
            }
            Label::Otherwise => false,
        };
        labels.iter().position(takes).or_else(|| labels.iter().position(|label| matches!(label, Label::Otherwise)))
    }
}

/// The order of two constants of one type; none where they have none.
pub(super) fn ordered(left: &Constant, right: &Constant) -> Option<Ordering> {
    match (left, right) {
        (Constant::Money(left), Constant::Money(right))
        | (Constant::Number(left), Constant::Number(right))
        | (Constant::Percent(left), Constant::Percent(right)) => Some(left.cmp(right)),
        (Constant::Date(left), Constant::Date(right)) => Some(left.cmp(right)),
        (Constant::Text(left), Constant::Text(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

impl End {
    /// Whether a value is on the right side, given how the end compares with it: a lower end is `Less`.
    fn admits(&self, order: Option<Ordering>, side: Ordering) -> bool {
        order == Some(side) || (self.included && order == Some(Ordering::Equal))
    }
}
