//! What a policy means: every name resolved, every expression typed, every ambiguity settled.
//!
//! A `Policy` exists only when the checker found no error; nothing in it means "not yet".

mod calendar;
mod bank;
mod check;
mod choose;
mod expr;
mod guarantee;
mod lint;
mod lookup;
mod pool;
mod population;
mod recovery;
mod recurring;
pub mod set;
mod table;
pub mod walk;

pub use bank::{Bank, BankField, BankId, Spend, read_units, units};
pub use calendar::{Calendar, CalendarDate, NamedDates, NamedPeriod};
pub use check::compile;
pub use choose::{Choose, ChooseBy, ChooseId, Compete};
pub use expr::{AggregateBound, Constant, Expr, ExprKind, Picked, Scope, TableSearch, TableWanted};
pub use guarantee::{Guarantee, GuaranteeId, GuaranteeMeasure, Guaranteed, GuaranteedSums, Over};
pub use pool::{Asks, Claim, Pool, PoolId, PoolMethod};
pub use population::{Measure, Population, PopulationId};
pub use recovery::{Recover, RecoverShare, Recovered};
pub use recurring::{Instalments, Recurs};
pub use set::{Grant, Set, SetId, SetQuestion, Wait};
pub use table::{End, Label, Table, TableCell, TableId, TableKey, TableVersion};

use crate::source::{Source, Span};
use crate::syntax::ast::{DateRange, PayKind, Reopens};
use crate::value::{Date, Duration, MonthEnd, Number, Rounding, Type, YearStart};

/// Index of a record in [`Policy::records`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecordId(pub u16);
/// Index of a field in [`Record::fields`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FieldId(pub u16);
/// Index of a let in [`Policy::lets`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LetId(pub u16);
/// Index of an award in [`Policy::awards`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AwardId(pub u16);
/// Index of a limit in [`Policy::limits`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LimitId(pub u16);
/// Index of a calendar in [`Policy::calendars`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CalendarId(pub u16);

#[derive(Clone, Debug)]
pub struct Policy {
    pub source: Source,
    pub name: String,
    pub authority: Option<String>,
    pub cites: Vec<String>,
    /// Awards whose effective date lies outside are not eligible.
    pub effective: DateRange,
    /// None only where no amount can need rounding.
    pub rounding: Option<Rounding>,
    /// None only where no expression adds months or years.
    pub month_end: Option<MonthEnd>,
    pub fiscal_year: Option<YearStart>,
    pub school_year: Option<YearStart>,
    pub held_rows_hold_person: bool,
    pub calendars: Vec<Calendar>,
    /// The words of each enumeration, by [`ChoiceId`].
    pub choices: Vec<Vec<String>>,
    pub records: Vec<Record>,
    /// The record that lists the people (its key has the type `id`).
    pub people: RecordId,
    pub tables: Vec<Table>,
    pub lets: Vec<Let>,
    /// Computed before anybody's queue, in this order.
    pub populations: Vec<Population>,
    pub awards: Vec<Award>,
    pub limits: Vec<Limit>,
    pub chooses: Vec<Choose>,
    pub pools: Vec<Pool>,
    pub banks: Vec<Bank>,
    pub sets: Vec<Set>,
    pub guarantees: Vec<Guarantee>,
    /// Whether an expression or a guarantee looks at the money that is posted.
    pub reads_posted: bool,
    /// The record of opening balances, which a policy with banks has without declaring it.
    pub balances: Option<RecordId>,
    pub examples: Vec<Example>,
}

#[derive(Clone, Debug)]
pub struct Record {
    pub name: String,
    pub span: Span,
    pub fields: Vec<Field>,
    /// The field that says whose row it is: `id` in the people's record, `employee` elsewhere; the key of a look-up record.
    pub person_field: FieldId,
    /// Its rows belong to nobody and are found by their key.
    pub is_look_up: bool,
}

#[derive(Clone, Debug)]
pub struct Field {
    pub name: String,
    pub span: Span,
    pub role: FieldRole,
    pub optional: bool,
    /// The two date fields between which (both included, blank is open) the value holds.
    pub dated: Option<(FieldId, FieldId)>,
    /// The look-up record whose keys the field's values are.
    pub refers: Option<RecordId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldRole {
    /// The person's ID (`id` or `employee`), kept as text exactly as written.
    Person,
    /// The key of a look-up record: text.
    Key,
    /// A value of this type.
    Value(Type),
}

/// A named value, computed in the context of the row (or person) that names it. One step in the trace.
#[derive(Clone, Debug)]
pub struct Let {
    pub name: String,
    pub span: Span,
    pub body: LetBody,
    pub ty: Type,
}

#[derive(Clone, Debug)]
pub enum LetBody {
    Plain(Expr),
    /// The case whose dates hold `by`; a date in no case holds the row.
    Dated {
        by: Expr,
        cases: Vec<(DateRange, Expr)>,
    },
}

#[derive(Clone, Debug)]
pub struct Award {
    pub name: String,
    pub span: Span,
    pub each: Each,
    /// Its place among the awards of one day: as written, but behind those whose amounts it reads.
    pub rank: u16,
    /// In the order written; the first that fails is the reason for "not eligible".
    pub conditions: Vec<Expr>,
    pub once: Option<Once>,
    /// Where a candidate stands in the person's queue; the effective date unless `by` was written.
    pub placing: Expr,
    pub ties: Option<Expr>,
    /// The bank whose credits these are: a bank earns like an award, in units.
    pub credits: Option<BankId>,
    /// The set whose rows these are: no money, no move.
    pub counts_in: Option<SetId>,
    /// It comes again as long as the bank has units for it: `for every 15 units of BANK`.
    pub blocks: bool,
    /// Units that it costs; an award that is not paid spends nothing.
    pub spends: Vec<Spend>,
    /// How long after the one before it may come.
    pub wait: Option<Wait>,
    /// The person's fields that take other values when the award is posted.
    pub moves: Vec<Move>,
    /// Roles that the person may take on.
    pub grants: Vec<Grant>,
    /// The first whose `when` holds decides.
    pub pays: Vec<Pay>,
    /// What it takes back of others, instead of paying; the first whose `when` holds decides.
    pub recovers: Vec<Recover>,
    /// What a recovery frees besides the room under limits.
    pub reopens: Reopens,
    /// What those free that take back what this one paid; none where no award does.
    pub recovered: Option<Reopens>,
    pub proration: Option<Expr>,
    /// The policy's, or the award's own.
    pub rounding: Option<Rounding>,
    pub effective: Expr,
    pub paid_on: Option<Expr>,
    pub instalments: Option<Instalments>,
    pub recurs: Option<Recurs>,
    pub cites: Vec<String>,
    /// The limits per employee that cover this award, in the order written.
    pub limits: Vec<LimitId>,
    /// The limits over everybody, or over a group, that cover it.
    pub shared_limits: Vec<LimitId>,
    /// The choice that it stands in.
    pub choose: Option<ChooseId>,
}

/// `move lane to …`
#[derive(Clone, Debug)]
pub struct Move {
    pub span: Span,
    /// Of the people's record.
    pub field: FieldId,
    pub to: Expr,
    /// Where there is nothing to move to, the award goes on.
    pub or_stay: bool,
}

#[derive(Clone, Debug)]
pub enum Each {
    /// Each row of an event record.
    Event(RecordId),
    /// Each employee and period.
    EmployeePeriod(PeriodKind),
}

/// At most one award for the same person and key in the window (`Window::Ever` where none is written).
#[derive(Clone, Debug)]
pub struct Once {
    pub span: Span,
    pub keys: Vec<Expr>,
    pub window: Window,
}

#[derive(Clone, Debug)]
pub struct Pay {
    pub span: Span,
    pub amount: Amount,
    pub kind: PayKind,
    pub rounding: Option<Rounding>,
    pub when: Option<Expr>,
}

#[derive(Clone, Debug)]
pub enum Amount {
    Plain(Expr),
    /// By the ordinal of the award among those of the same name paid to the person in the window.
    Tiers {
        span: Span,
        window: Window,
        tiers: Vec<Tier>,
        rest: Option<Expr>,
    },
    /// A share of a pool, known after everybody's queue.
    Claim(Claim),
}

#[derive(Clone, Debug)]
pub struct Tier {
    pub count: u32,
    pub amount: Expr,
}

#[derive(Clone, Debug)]
pub struct Limit {
    pub span: Span,
    pub awards: Vec<AwardId>,
    /// Rows for which it does not hold neither use the limit nor are cut by it.
    pub condition: Option<Expr>,
    pub measure: LimitMeasure,
    /// Whose awards count together: those of each employee, of a group, or everybody's.
    pub over: Over,
    pub window: Window,
    pub basis: LimitBasis,
    pub excess: Excess,
    pub whole_awards_only: bool,
    /// Who comes first on one day, over several people; none for the order of IDs.
    pub ties: Option<Expr>,
    pub cites: Vec<String>,
}

#[derive(Clone, Debug)]
pub enum LimitMeasure {
    /// Read at the placing date.
    Money(Expr),
    Awards(u32),
    /// The field of the award's record that is cut before the amount is computed.
    Quantity {
        most: Number,
        field: FieldId,
    },
}

/// Which amount a money limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitBasis {
    BeforeProration,
    /// The amount as paid; also where nothing is prorated.
    AfterProration,
}

#[derive(Clone, Debug)]
pub enum Excess {
    Lost,
    PaidAsStipend,
    CarriedToNextPeriod,
    Waits { until: Option<Expr>, expires: Option<Duration> },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeriodKind {
    FiscalYear,
    SchoolYear,
    CalendarYear,
    Month,
    Named(CalendarId),
}

#[derive(Clone, Debug)]
pub enum Window {
    Period(PeriodKind),
    Rolling(Duration),
    FromFirstAward(Duration),
    YearFrom(Expr),
    /// Only after `once`.
    Every(Duration),
    Ever,
}

/// `example`: rows given as text, read like the cells of a file, and the lines that must come out.
#[derive(Clone, Debug)]
pub struct Example {
    pub name: String,
    pub span: Span,
    pub as_of: Date,
    pub given: Vec<(RecordId, ExampleGrid)>,
    pub pays: ExampleGrid,
}

#[derive(Clone, Debug)]
pub struct ExampleGrid {
    pub header: Vec<(String, Span)>,
    pub rows: Vec<Vec<(String, Span)>>,
}
