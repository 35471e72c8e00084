//! What was written: the policy's text as a tree, before any name has a meaning.

use crate::source::Span;
use crate::value::{Date, Duration, MonthEnd, Number, Rounding, YearStart};

mod calendar;
mod choices;
mod bank;
mod expression;
mod guarantee;
mod pool;
mod recovery;
mod recurring;
mod rows;
mod set;
mod population;
mod movement;
mod table;

pub use bank::{Bank, BankBound, BankReading, BankSource, Spend, Surplus};
pub use calendar::{Calendar, CalendarLine, CalendarSide, LineDate, LineDay, LineSpan, WorkingDay};
pub use choices::{ChoiceTies, Choose, ChosenBy, Compare, Needs};
pub use expression::{AggregateKind, BinaryOp, DateUnit, ExprKind, SearchWanted, WithinRelation};
pub use guarantee::{Guarantee, GuaranteeBound, GuaranteeOver, GuaranteeWindow, Guaranteed, GuaranteedSums};
pub use movement::{Move, MovedSide};
pub use pool::{Asks, CapBasis, CostPlace, EmployerCost, Freed, LastClaim, Pool, PoolClaim, PoolMethod, PoolTies, Remainder};
pub use population::{Over, Rank, RankOrder};
pub use recovery::{Recover, RecoverShare, Reopens};
pub use recurring::{Every, InstalmentDays, Instalments, Recurs, RecursAmount, RecursEnd, RestIn};
pub use rows::{AggregateBound, Picked, PickedSide};
pub use set::{Accept, Complete, Grant, ListAsOf, Overlap, Set, SetLine, SetList, SetReading, Trigger, Wait};
pub use table::{Entry, EntryEnd, EntryKind, Table, TableFile, TableVersion};

/// Anything with the place it was written at.
#[derive(Clone, Debug, PartialEq)]
pub struct Node<T> {
    pub kind: T,
    pub span: Span,
}

pub type Name = Node<String>;
pub type Expr = Node<ExprKind>;

/// A whole file: the declarations that could be read, in the order written.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Ast {
    pub declarations: Vec<Declaration>,
    /// What could not be read. Its problem is reported; the checker asks for nothing that may stand in it.
    pub unread: Vec<Unread>,
}

/// A clause or a whole declaration that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    pub span: Span,
    /// The field, let, award, record … that it would have declared, as far as its name could be read.
    pub declares: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Declaration {
    Policy(PolicyHead),
    Calendar(Calendar),
    Record(Record),
    Table(Table),
    Let(Let),
    Award(Award),
    Limit(Limit),
    Choose(Choose),
    Pool(Pool),
    Bank(Bank),
    Set(Set),
    Guarantee(Guarantee),
    Example(Example),
}

/// `policy "NAME"` and its clauses. A clause that is not written is `None`.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyHead {
    pub span: Span,
    pub name: Name,
    pub authority: Option<Name>,
    pub cites: Vec<Name>,
    pub effective: Option<Node<DateRange>>,
    pub rounding: Option<Node<Rounding>>,
    pub month_end: Option<Node<MonthEnd>>,
    /// `fiscal year starts July 1`
    pub fiscal_year: Option<Node<YearStart>>,
    /// `school year starts August 1`
    pub school_year: Option<Node<YearStart>>,
    /// `held rows hold the person`
    pub held_rows_hold_person: Option<Span>,
}

/// `from D` or `from D to D`, both days included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateRange {
    pub from: Date,
    pub to: Option<Date>,
}

/// `record credential` and its fields.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    pub span: Span,
    pub name: Name,
    pub fields: Vec<Field>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    pub span: Span,
    pub name: Name,
    pub kind: Node<FieldKind>,
    pub optional: bool,
    /// `dated from BEGINS to ENDS`: the value holds on the days of its row only.
    pub dated: Option<(Name, Name)>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum FieldKind {
    /// The key of the people: `id`.
    Id,
    /// A reference to a person: `employee`.
    Employee,
    /// The key of a look-up record: `key`.
    Key,
    Text,
    YesNo,
    Integer,
    Number,
    Percent,
    Money,
    Date,
    OneOf(Vec<Name>),
    /// A reference to a row of a look-up record, by the record's name.
    Reference(String),
}

/// `let NAME = EXPR`, or `let NAME by DATE-EXPR` with dated lines.
#[derive(Clone, Debug, PartialEq)]
pub struct Let {
    pub span: Span,
    pub name: Name,
    pub over: Over,
    pub body: LetBody,
}

#[derive(Clone, Debug, PartialEq)]
pub enum LetBody {
    Plain(Expr),
    Dated { by: Expr, cases: Vec<(Node<DateRange>, Expr)> },
}

#[derive(Clone, Debug, PartialEq)]
pub struct Award {
    pub span: Span,
    pub name: Name,
    /// `for each credential`, or `for each employee`
    pub each: Name,
    /// `each school year`, after `for each employee`
    pub period: Option<Node<PeriodWord>>,
    /// `on completing …` and `for every …`; their `each` says nothing.
    pub trigger: Trigger,
    /// `if … and …`: the conjuncts in the order written.
    pub conditions: Vec<Expr>,
    pub needs: Vec<Needs>,
    pub once: Option<Once>,
    /// `by EXPR`: the placing date.
    pub by: Option<Expr>,
    /// `ties by EXPR`
    pub ties: Option<Expr>,
    /// `spend 225 units of "Contact units"`
    pub spends: Vec<Spend>,
    pub wait: Option<Wait>,
    /// `move lane to EXPR`
    pub moves: Vec<Move>,
    /// `grants "Instructional coach"`
    pub grants: Vec<Grant>,
    pub pays: Vec<Pay>,
    /// `recover all of "OTHER"`
    pub recovers: Vec<Recover>,
    /// `reopens nothing`
    pub reopens: Option<Node<Reopens>>,
    pub proration: Option<Node<Proration>>,
    pub round: Option<Node<Rounding>>,
    pub effective: Option<Expr>,
    pub paid_on: Option<Expr>,
    pub instalments: Option<Instalments>,
    pub recurs: Option<Recurs>,
    pub cites: Vec<Name>,
}

/// `once per KEY, KEY per PERIOD` / `once per KEY every 5 years`. Always within one employee.
#[derive(Clone, Debug, PartialEq)]
pub struct Once {
    pub span: Span,
    /// Field names; empty for `once ever`, `once per fiscal year`.
    pub keys: Vec<Expr>,
    pub window: Option<Node<Window>>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Proration {
    /// `not prorated`
    Not,
    /// `prorate by EXPR`
    By(Expr),
}

/// `pay AMOUNT KIND [when CONDITION]`
#[derive(Clone, Debug, PartialEq)]
pub struct Pay {
    pub span: Span,
    pub amount: Amount,
    pub kind: Node<PayKind>,
    /// `, rounded half up to the dollar` on this line
    pub round: Option<Node<Rounding>>,
    pub when: Option<Expr>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Amount {
    Plain(Expr),
    /// `first 3 per school year at $200, next 2 at $150, then $100`
    Tiers {
        span: Span,
        window: Option<Node<Window>>,
        tiers: Vec<Tier>,
        rest: Option<Expr>,
    },
    /// `share of "Growth" by fte`
    Claim(PoolClaim),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Tier {
    pub count: Node<Number>,
    pub amount: Expr,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayKind {
    /// `to base salary`: an annual change from a date.
    BaseSalary,
    /// `as stipend`: one payment.
    Stipend,
    /// `as recovery`: money that comes back; the amount is written positive and comes out negative.
    Recovery,
    /// No money: a field of the person moves (`move lane to …`). Never the kind of a pay line.
    Move,
    /// No money: the person may take on a role (`grants …`). Never the kind of a pay line.
    Role,
}

/// `limit "A", "B" where … to $600 per rolling 1 year`
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    pub span: Span,
    pub awards: Vec<Name>,
    pub condition: Option<Expr>,
    pub measure: LimitMeasure,
    pub over: LimitOver,
    pub window: Option<Node<Window>>,
    pub proration: Option<Node<LimitBasis>>,
    pub excess: Option<Node<Excess>>,
    pub whole_awards_only: Option<Span>,
    /// `ties by ID`: who comes first on one day, where awards of several people count together.
    pub ties: Option<PoolTies>,
    pub cites: Vec<Name>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum LimitMeasure {
    /// `to $600`, `to $600 * fte`
    Money(Expr),
    /// `to 3 awards`
    Awards(Node<Number>),
    /// `to 25 hours`: the named field is cut before the amount is computed.
    Quantity { most: Node<Number>, field: Name },
}

/// Whose awards count together.
#[derive(Clone, Debug, PartialEq)]
pub enum LimitOver {
    /// Each employee by itself.
    Employee,
    /// `in total`
    Everybody(Span),
    /// `for each campus`
    Group(Expr),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitBasis {
    BeforeProration,
    AfterProration,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Excess {
    Lost,
    PaidAsStipend,
    CarriedToNextPeriod,
    Waits { until: Option<Expr>, expires: Option<Duration> },
}

/// A period by its word. `Year` alone can be read five ways and is refused by the checker.
#[derive(Clone, Debug, PartialEq)]
pub enum PeriodWord {
    FiscalYear,
    SchoolYear,
    CalendarYear,
    Month,
    Year,
    /// A period of `calendar NAME`.
    Named(String),
}

/// The stretch of time over which something is counted.
#[derive(Clone, Debug, PartialEq)]
pub enum Window {
    /// `per fiscal year`
    Period(PeriodWord),
    /// `per rolling 1 year`
    Rolling(Duration),
    /// `per 1 year from the first award`
    FromFirstAward(Duration),
    /// `per year from employee.hired`: from one anniversary to the next
    YearFrom(Box<Expr>),
    /// `every 5 years` (only after `once`): not again until the duration has passed
    Every(Duration),
    /// `ever`
    Ever,
}

/// `example "NAME"`: rows in, amounts out.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    pub span: Span,
    pub name: Name,
    pub as_of: Option<Node<Date>>,
    pub given: Vec<Grid>,
    /// `pays` and a grid, or `pays nothing` (a grid without rows).
    pub pays: Option<Grid>,
}

/// Rows under a header, cells separated by `|`, as text: they are read like the cells of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    pub span: Span,
    /// The record; for `pays`, the word itself.
    pub name: Name,
    pub header: Vec<Name>,
    pub rows: Vec<Vec<Name>>,
}
