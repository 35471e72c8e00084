//! Expressions as they were written.

use super::{AggregateBound, BankReading, CalendarSide, Expr, MovedSide, Name, Node, PeriodWord, Picked, Rank, SetReading, WorkingDay};
use crate::value::{Date, Duration, Number, Rounding};

#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    Money(Number),
    Number(Number),
    /// 0.05 for `5 %`
    Percent(Number),
    Text(String),
    YesNo(bool),
    Date(Date),
    Duration(Duration),
    /// A field, a `let`, or a word of an enumeration.
    Name(String),
    /// `credential.status`
    Qualified(Name, Name),
    /// `own approved`: of the award's own row, inside the counting of rows
    Own(Name),
    /// `fte as of approved`
    AsOf(Box<Expr>, Box<Expr>),
    Not(Box<Expr>),
    Negative(Box<Expr>),
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `X between A and B`, both included
    Between(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `X is one of A, B`
    OneOf(Box<Expr>, Vec<Expr>),
    IsMissing(Box<Expr>),
    IsKnown(Box<Expr>),
    /// `X within 1 year after Y`
    Within {
        subject: Box<Expr>,
        duration: Duration,
        relation: WithinRelation,
        anchor: Box<Expr>,
    },
    /// `5 % of base_salary`
    PercentOf(Box<Expr>, Box<Expr>),
    Greatest(Vec<Expr>),
    Least(Vec<Expr>),
    If {
        condition: Box<Expr>,
        then: Box<Expr>,
        otherwise: Box<Expr>,
    },
    /// `X rounded half up to the dollar`
    Rounded(Box<Expr>, Rounding),
    /// `years from A to B`: complete ones
    Elapsed {
        unit: DateUnit,
        from: Box<Expr>,
        to: Box<Expr>,
    },
    /// `fiscal year of D`: the label of the period
    PeriodLabel(PeriodWord, Box<Expr>),
    /// `start of fiscal year of D`
    PeriodStart(PeriodWord, Box<Expr>),
    /// `end of fiscal year of D`: its last day
    PeriodEnd(PeriodWord, Box<Expr>),
    /// `next October 1 on or after D`, `next October 1 after D`
    NextMonthDay {
        month: u32,
        day: u32,
        same_day_counts: bool,
        after: Box<Expr>,
    },
    /// `first day of month after D`
    FirstDayOfMonthAfter(Box<Expr>),
    /// `last day of month of D`
    LastDayOfMonthOf(Box<Expr>),
    /// `last Friday of February on or after D`; `nth` is 1 to 4, or -1 for the last; weekday 1 is Monday
    WeekdayOfMonth {
        nth: i32,
        weekday: u32,
        month: u32,
        same_day_counts: bool,
        after: Box<Expr>,
    },
    /// `filing.effective of D`, `next filing.paid on or after D`
    CalendarDate {
        calendar: Name,
        date: Name,
        side: CalendarSide,
        day: Box<Expr>,
    },
    /// `2 working days after D except holidays`
    WorkingDay {
        which: WorkingDay,
        day: Box<Expr>,
        except: Option<Name>,
    },
    /// `days of semester of D from A to B`: those of A to B, both included, that lie in the period
    DaysWithin {
        period: PeriodWord,
        day: Box<Expr>,
        from: Box<Expr>,
        to: Box<Expr>,
    },
    /// `count of credential where …`, `sum of hours of known activity where …`
    Aggregate {
        kind: AggregateKind,
        value: Option<Box<Expr>>,
        record: Name,
        condition: Option<Box<Expr>>,
        of_known: bool,
        /// Only these of the rows: `count of (latest 3 evaluation by dated) where …`.
        picked: Option<Box<Picked>>,
        bound: Option<Box<AggregateBound>>,
    },
    /// `at least 2 of (A, B, C)`
    AtLeastOf(Node<Number>, Vec<Expr>),
    /// `rank of growth among employee where …, highest first, ties share`, in a let `for everybody` or `for each GROUP`
    Rank(Box<Rank>),
    /// `salary[step, lane] as of D`
    TableCell {
        table: Name,
        keys: Vec<Expr>,
        as_of: Option<Box<Expr>>,
    },
    /// `lowest cell of salary[any, lane] at least X`, `step of last cell of salary[any, lane]`; a key that is none is `any`
    TableSearch {
        wanted: SearchWanted,
        key: Option<Name>,
        table: Name,
        keys: Vec<Option<Expr>>,
        as_of: Option<Box<Expr>>,
    },
    /// `lane 1 after lane in salary`; before is negative
    TableNeighbour {
        key: Name,
        distance: i32,
        from: Box<Expr>,
        table: Name,
    },
    /// `amount of "A" in school year of D`: what is posted so far
    AmountOf {
        award: Name,
        period: Option<(PeriodWord, Box<Expr>)>,
    },
    /// `amount paid`, in a guarantee: the amount of the line at hand
    AmountPaid,
    /// `base salary as of D`: the opening one with the changes posted up to the day
    BaseSalaryAsOf(Box<Expr>),
    /// `balance of "Contact units"`, `earned in "Contact units"`, `date "Contact units" reached 225`
    Bank(BankReading, Name),
    /// `completes "S"`, `completed "S"`, `date "S" was completed`, `missing from "S"`
    Set(SetReading, Name),
    /// `new lane`, `old lane`
    Moved(MovedSide, Name),
    /// `period start` and `period end` (its last day) in an award for each employee and period
    CurrentPeriodStart,
    CurrentPeriodEnd,
    /// `effective date` of the award at hand
    EffectiveDate,
}

/// Which cell of a table a search wants.
#[derive(Clone, Debug, PartialEq)]
pub enum SearchWanted {
    First,
    Last,
    LowestAtLeast(Box<Expr>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    Or,
    And,
    Add,
    Subtract,
    Multiply,
    Divide,
    /// `is`
    Is,
    /// `is not`
    IsNot,
    /// `at least`
    AtLeast,
    /// `at most`
    AtMost,
    /// `more than`
    MoreThan,
    /// `less than`
    LessThan,
    /// `on`
    On,
    Before,
    OnOrBefore,
    After,
    OnOrAfter,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WithinRelation {
    /// From the anchor to the anchor plus the duration, both included.
    After,
    /// From the anchor minus the duration to the anchor, both included.
    Before,
    /// Either side.
    Of,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateUnit {
    Days,
    Months,
    Years,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AggregateKind {
    /// `count of RECORD where …`
    Count,
    /// `sum of EXPR of RECORD where …`
    Sum,
    /// `any RECORD where …`
    Any,
    /// `every RECORD where …`
    Every,
    /// `first EXPR of RECORD where …`: the smallest
    First,
    /// `latest EXPR of RECORD where …`: the largest
    Latest,
    /// `rating of latest RECORD by DATE where …`: the value of that one row
    Row,
    /// `consecutive year of RECORD through 2012 where …`: how many whole numbers in a row, back from the last
    Consecutive,
}
