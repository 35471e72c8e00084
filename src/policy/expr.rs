//! One expression of a policy, with every name resolved and one type.

use std::sync::Arc;

use super::{FieldId, LetId, PeriodKind, RecordId};
use crate::source::Span;
use crate::syntax::ast::{AggregateKind, BinaryOp, DateUnit, WithinRelation};
use crate::value::{Date, Duration, Number, Rounding, Type};

#[derive(Clone, Debug)]
pub struct Expr {
    pub kind: ExprKind,
    pub ty: Type,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum Constant {
    Money(Number),
    /// Integers and decimals.
    Number(Number),
    Percent(Number),
    /// Text, and words of an enumeration.
    Text(Arc<str>),
    YesNo(bool),
    Date(Date),
    Duration(Duration),
}

/// Whose row a field is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The award's event row.
    Event,
    /// The person's row (for a dated people's record: the undated fields, which agree on all rows).
    Person,
    /// The row that the enclosing aggregate is looking at.
    Aggregated,
}

#[derive(Clone, Debug)]
pub enum ExprKind {
    Constant(Constant),
    Field {
        scope: Scope,
        record: RecordId,
        field: FieldId,
    },
    /// The value of a dated field of the person's rows in `record` on a day.
    DatedField {
        record: RecordId,
        field: FieldId,
        as_of: Box<Expr>,
    },
    Let(LetId),
    Not(Box<Expr>),
    Negative(Box<Expr>),
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    Between(Box<Expr>, Box<Expr>, Box<Expr>),
    OneOf(Box<Expr>, Vec<Expr>),
    IsMissing(Box<Expr>),
    IsKnown(Box<Expr>),
    Within {
        subject: Box<Expr>,
        duration: Duration,
        relation: WithinRelation,
        anchor: Box<Expr>,
    },
    PercentOf(Box<Expr>, Box<Expr>),
    Greatest(Vec<Expr>),
    Least(Vec<Expr>),
    If {
        condition: Box<Expr>,
        then: Box<Expr>,
        otherwise: Box<Expr>,
    },
    Rounded(Box<Expr>, Rounding),
    Elapsed {
        unit: DateUnit,
        from: Box<Expr>,
        to: Box<Expr>,
    },
    PeriodLabel(PeriodKind, Box<Expr>),
    PeriodStart(PeriodKind, Box<Expr>),
    PeriodEnd(PeriodKind, Box<Expr>),
    NextMonthDay {
        month: u32,
        day: u32,
        same_day_counts: bool,
        after: Box<Expr>,
    },
    FirstDayOfMonthAfter(Box<Expr>),
    LastDayOfMonthOf(Box<Expr>),
    WeekdayOfMonth {
        nth: i32,
        weekday: u32,
        month: u32,
        same_day_counts: bool,
        after: Box<Expr>,
    },
    /// Over the person's rows of `record`.
    Aggregate {
        kind: AggregateKind,
        value: Option<Box<Expr>>,
        record: RecordId,
        condition: Option<Box<Expr>>,
        of_known: bool,
    },
    CurrentPeriodStart,
    CurrentPeriodEnd,
    EffectiveDate,
}
