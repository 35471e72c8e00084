//! What a run leaves behind once the traces are gone: the money lines and the outcome of every row, ready to be written.

use std::borrow::Cow;

use super::again::PaidAgain;
use super::banks::Balance;
use super::counted::{Counted, RowMarks};
use super::guarantees::BrokenWords;
use super::next::NextLine;
use super::outcome_lines::OutcomeLines;
use super::outcome_table::OutcomeTable;
use super::pieces::Cell;
use super::told::ToldOf;
use super::totals::{Growing, PaidLines, Sum};
use super::worded::Worded;
use super::words::{Context, disposition_word};
use super::written::{Form, Written};
use crate::eval::{Disposition, LimitStatement, Origin, Outcome, PoolStatement};
use crate::facts::EmployeeId;
use crate::policy::{AwardId, Each, FieldId, RecordId};
use crate::syntax::ast::PayKind;
use crate::value::{Date, Number, Value};

/// A row of a file: the index of the file and the row's number there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowPlace {
    pub file: u16,
    pub row: u32,
}

/// One line of `adjustments.csv`.
#[derive(Clone, Debug)]
pub struct Adjustment {
    pub employee: EmployeeId,
    pub award: AwardId,
    pub kind: PayKind,
    pub amount: Number,
    pub effective: Date,
    pub pay_date: Option<Date>,
    pub period: Option<Box<str>>,
    pub record: Box<str>,
    pub place: RowPlace,
    pub reason: Box<str>,
    /// The base salary before this line, where the data has one: as supplied, plus this run's earlier changes.
    pub old_base: Option<Number>,
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    Decided(Disposition),
    /// Read where the policy looks something up: people, other records, earlier payments.
    Used,
    NotUsed,
    Rejected,
}

/// Whose row it is.
#[derive(Clone, Debug)]
pub enum Who {
    Employee(EmployeeId),
    /// The ID as it stands in a row of which nobody knows whose it is.
    Written(Box<str>),
}

/// Of which rows the record key and the reason are put into words; all are counted and added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    EveryRow,
    /// Those that somebody must look at: rejected, held and provisional ones.
    Exceptions,
}

/// One line of `outcomes.csv`.
#[derive(Clone, Debug)]
pub struct RowOutcome<'r> {
    pub place: RowPlace,
    pub who: Who,
    pub record: Cow<'r, str>,
    pub fate: Fate,
    pub award: Option<AwardId>,
    /// None where no award looked at the row.
    pub amount: Option<Number>,
    pub reason: Cow<'r, str>,
    pub provisional: bool,
}

/// What is kept of people whose steps are gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The outcomes that are kept as rows; those that somebody must look at are always.
    pub detail: Detail,
    pub adjustments: Form,
    pub outcomes: Form,
}

impl Kept {
    /// Rows of everything that is put into words.
    pub fn rows(detail: Detail) -> Kept {
        Kept { detail, adjustments: Form::Rows, outcomes: Form::Rows }
    }

    /// Whether the outcome of every row is put into words.
    pub(super) fn every_row(self) -> bool {
        self.detail == Detail::EveryRow || self.outcomes == Form::Table
    }

    /// Whether of an outcome nothing is kept but its line.
    #[inline]
    pub(super) fn is_line(self, outcome: &Outcome) -> bool {
        self.outcomes == Form::Table && self.detail == Detail::Exceptions && !is_exception(outcome)
    }

    /// Whether an outcome is put into words, or counted only.
    #[inline]
    pub(super) fn is_told(self, outcome: &Outcome) -> bool {
        self.every_row() || is_exception(outcome)
    }
}

/// Whether somebody must look at it.
#[inline]
fn is_exception(outcome: &Outcome) -> bool {
    outcome.provisional || outcome.disposition == Disposition::Held
}

/// Some people, one after the other, after their traces were looked at.
#[derive(Debug, Default)]
pub struct PeopleResult {
    /// How many they are.
    pub people: usize,
    pub adjustments: Vec<Adjustment>,
    pub adjustment_lines: Written,
    /// All adjustments in numbers.
    pub paid: PaidLines,
    /// Those that are put into words.
    pub outcomes: Vec<RowOutcome<'static>>,
    pub outcome_lines: OutcomeLines,
    /// All of them.
    pub counted: Counted,
    /// The sum of the posted steps.
    pub traced: Growing,
    /// What the person has in banks on the as-of date.
    pub balances: Vec<Balance>,
    /// What comes next for the person.
    pub next: Vec<NextLine>,
    /// Guarantees that do not hold.
    pub broken: Vec<BrokenWords>,
    /// Rows that are paid beside another that differs only in its dates.
    pub paid_again: Vec<PaidAgain>,
    /// What outcomes say that are decided alike: the reason, and the number of the end of their lines.
    pub(super) reasons: Worded<Box<str>>,
    pub(super) tails: Worded<u32>,
    pub(super) told: ToldOf,
    /// Where the rows of the outcomes of the person at hand stand, and who that is.
    pub(super) places: Vec<RowPlace>,
    pub(super) person: Cell,
}

/// Everything the files and the summary are made from.
#[derive(Debug)]
pub struct Results<'a> {
    pub context: Context<'a>,
    pub kept: Kept,
    /// By employee, then in the order of the person's queue; empty where they are not kept as rows.
    pub adjustments: Vec<Adjustment>,
    /// All of them in numbers.
    pub paid: PaidLines,
    /// Those that are put into words, in the order of files and rows, then of the awards as written (decision 0012).
    pub outcomes: Vec<RowOutcome<'static>>,
    /// All of them as lines of their table, where they are kept so.
    pub outcome_lines: OutcomeTable,
    /// All of them in numbers.
    pub counted: Counted,
    pub marks: RowMarks,
    /// The sum of the posted steps.
    pub traced: Sum,
    /// By pool, group and period.
    pub pools: Vec<PoolStatement>,
    /// Limits over everybody or a group: by limit, group and period.
    pub limits: Vec<LimitStatement>,
    /// By employee, then in the order credited.
    pub balances: Vec<Balance>,
    /// By employee: what comes next.
    pub next: Vec<NextLine>,
    /// Guarantees that do not hold, in the order written.
    pub broken: Vec<BrokenWords>,
    /// Rows that are paid beside another that differs only in its dates, in the order of the files.
    pub paid_again: Vec<PaidAgain>,
}

impl Fate {
    pub fn word(self) -> &'static str {
        match self {
            Fate::Decided(disposition) => disposition_word(disposition),
            Fate::Used => "used",
            Fate::NotUsed => "not used",
            Fate::Rejected => "rejected",
        }
    }
}

impl<'a> Results<'a> {
    /// The ID of the person whose row it is.
    pub fn employee<'r>(&'r self, who: &'r Who) -> &'r str {
        self.context.who(who)
    }
}

impl RowOutcome<'_> {
    /// Whether somebody must look at it.
    pub(super) fn is_exception(&self) -> bool {
        self.provisional || matches!(self.fate, Fate::Rejected | Fate::Decided(Disposition::Held))
    }

    /// The same, to keep after the data is gone.
    pub(super) fn into_owned(self) -> RowOutcome<'static> {
        RowOutcome { record: Cow::Owned(self.record.into_owned()), reason: Cow::Owned(self.reason.into_owned()), ..self }
    }
}

impl Context<'_> {
    /// The row an outcome belongs to; an award without an event row belongs to the person's first row.
    pub(super) fn row_of(&self, employee: EmployeeId, origin: Origin) -> (RecordId, u32) {
        match origin {
            Origin::Event { record, row } => (record, row),
            Origin::Period(_) => {
                let people = self.policy.people;
                (people, self.facts.table(people).first_of(employee).unwrap_or(0))
            }
        }
    }

    /// Where a row of a record stands in its file.
    #[inline]
    pub(super) fn place(&self, (record, row): (RecordId, u32)) -> RowPlace {
        let (file, row) = self.facts.table(record).position(row);
        RowPlace { file, row }
    }

    /// The field of the people's record that says what a person's base salary is.
    pub fn base_salary_field(&self) -> Option<FieldId> {
        let people = self.policy.record(self.policy.people);
        let position = people.fields.iter().position(|field| field.name == "base_salary" && field.dated.is_none())?;
        u16::try_from(position).ok().map(FieldId)
    }

    pub(super) fn base_salary(&self, employee: EmployeeId) -> Option<Number> {
        let table = self.facts.table(self.policy.people);
        let row = table.first_of(employee)?;
        match table.column(self.base_salary_field()?).value(row) {
            Value::Money(base) => Some(base),
            _ => None,
        }
    }

    /// True where some award looks at each row of the record.
    pub fn has_award(&self, record: RecordId) -> bool {
        self.policy.awards.iter().any(|award| match award.each {
            Each::Event(each) => each == record,
            Each::EmployeePeriod(_) => false,
        })
    }
}
