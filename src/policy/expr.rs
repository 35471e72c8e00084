//! One expression of a policy, with every name resolved and one type.

use std::sync::Arc;

use super::{AwardId, BankId, CalendarDate, CalendarId, FieldId, LetId, PeriodKind, PopulationId, RecordId, SetId, SetQuestion, TableId};
use crate::source::Span;
use crate::syntax::ast::{AggregateKind, BinaryOp, CalendarSide, DateUnit, PickedSide, WithinRelation, WorkingDay};
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
    /// `school.tier [as of D]`: a field of the row that a key leads to.
    LookedUp {
        key: Box<Expr>,
        record: RecordId,
        field: FieldId,
        as_of: Option<Box<Expr>>,
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
    /// `filing.effective of D`, `next filing.paid on or after D`
    CalendarDate {
        calendar: CalendarId,
        date: CalendarDate,
        side: CalendarSide,
        day: Box<Expr>,
    },
    WorkingDay {
        which: WorkingDay,
        day: Box<Expr>,
        /// The calendar whose days are no working days.
        except: Option<CalendarId>,
    },
    /// The days of a span, both ends included, that lie in the period that holds `day`.
    DaysWithin {
        period: PeriodKind,
        day: Box<Expr>,
        from: Box<Expr>,
        to: Box<Expr>,
    },
    /// Over the person's rows of `record`.
    Aggregate {
        kind: AggregateKind,
        value: Option<Box<Expr>>,
        record: RecordId,
        condition: Option<Box<Expr>>,
        of_known: bool,
        picked: Option<Box<Picked>>,
        bound: Option<Box<AggregateBound>>,
    },
    /// `at least 2 of (A, B, C)`
    AtLeastOf(u32, Vec<Expr>),
    /// A value over everybody, or over the group of the row at hand.
    Population {
        id: PopulationId,
        group: Option<Box<Expr>>,
        /// For a rank: the value of the row at hand, the condition, the tie-break.
        own: Vec<Expr>,
    },
    /// `salary[step, lane] as of D`
    TableCell {
        table: TableId,
        keys: Vec<Expr>,
        as_of: Option<Box<Expr>>,
    },
    TableSearch(Box<TableSearch>),
    /// `lane 1 after lane in salary`
    TableNeighbour {
        table: TableId,
        /// The key's position among the table's keys.
        key: usize,
        distance: i32,
        from: Box<Expr>,
    },
    /// What is posted so far of the award, in the period of the day where one is named.
    AmountOf {
        award: AwardId,
        period: Option<(PeriodKind, Box<Expr>)>,
    },
    /// The people's field and the changes to base salary posted up to the day.
    BaseSalaryAsOf {
        record: RecordId,
        field: FieldId,
        as_of: Box<Expr>,
    },
    /// `balance of "Contact units"`
    Balance(BankId),
    /// `earned in "Contact units"`
    Earned(BankId),
    /// `date "Contact units" reached 225`
    DateReached(BankId, Box<Expr>),
    /// `new lane`: the value that the award at hand moves the field to; where it may stay, the field.
    NewValue(Box<Expr>, Option<FieldId>),
    /// `completes "S"`, `completed "S"`, `date "S" was completed`, `missing from "S"`
    Set(SetId, SetQuestion),
    CurrentPeriodStart,
    CurrentPeriodEnd,
    EffectiveDate,
    /// In a guarantee: the amount of the line at hand.
    AmountPaid,
}

/// The rows at one end of an order, `latest 3 evaluation by dated where …`.
#[derive(Clone, Debug)]
pub struct Picked {
    pub side: PickedSide,
    pub count: u32,
    pub by: Expr,
    pub condition: Option<Expr>,
}

/// What keeps an aggregate from counting everything.
#[derive(Clone, Debug)]
pub enum AggregateBound {
    /// Of each key no more than this is added up.
    AtMost { most: Expr, per: Expr },
    /// The last of the numbers in a row.
    Through(Expr),
}

/// `lowest cell of salary[any, lane] at least X`, `step of last cell of salary[any, lane]`.
#[derive(Clone, Debug)]
pub struct TableSearch {
    pub table: TableId,
    /// By key; the one that is none is searched along.
    pub keys: Vec<Option<Expr>>,
    pub as_of: Option<Box<Expr>>,
    pub wanted: TableWanted,
    /// The label of the cell along the searched key, not the cell itself.
    pub key_wanted: bool,
}

#[derive(Clone, Debug)]
pub enum TableWanted {
    /// The first cell with a value, as written.
    First,
    Last,
    /// The smallest cell that is at least this.
    LowestAtLeast(Box<Expr>),
}
