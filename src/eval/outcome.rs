//! What became of each row: one outcome for every row and award, and the money lines that came out.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use crate::eval::everybody::guarantee::Broken;
use crate::eval::history::bank::Lot;
use crate::eval::person::next::Next;
use crate::eval::trace::{Fault, StepId, Trace};
use crate::facts::{EmployeeId, MovedWords, ReversedWords};
use crate::policy::{AwardId, BankId, ChooseId, LimitId, PoolId, RecordId, SetId};
use crate::syntax::ast::PayKind;
use crate::value::{Date, Number, Period, PeriodLabel, Value};

/// Everything about one person. Lives only while the person is looked at: what is long stays where it was written.
#[derive(Debug)]
pub struct PersonRun<'r, 'a> {
    pub employee: EmployeeId,
    /// In the order of the person's queue; before them those of rows that never stood in it.
    pub outcomes: &'r [Outcome<'a>],
    /// Rows that awards passed over, where these are only counted.
    pub passed: &'r [PassedRow],
    /// In the order of the person's queue; amounts are never zero, but for moves.
    pub lines: &'r [Line<'a>],
    /// Further steps of an outcome, taken later in the queue: a part that an earlier period's limit cut.
    pub continued: &'r [(u32, Range<u32>)],
    /// The person's credits as they are on the as-of date: the closing balances.
    pub lots: &'r [Lot<'a>],
    /// What comes next, by sets and then by awards.
    pub next: &'r [Next],
    /// Guarantees about this person that do not hold.
    pub broken: &'r [Broken],
    pub trace: &'r Trace<'a>,
}

/// A row that is not eligible for some awards, of which nothing more is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PassedRow {
    pub record: RecordId,
    pub row: u32,
    /// How many awards passed it over.
    pub awards: u32,
}

/// What an award decided about one row (or one period).
#[derive(Clone, Debug)]
pub struct Outcome<'a> {
    pub award: AwardId,
    pub origin: Origin,
    /// The record key, whether or not a line came out.
    pub record: Cow<'a, str>,
    pub disposition: Disposition,
    pub reason: Reason,
    /// What is paid now, over all lines of this outcome; zero where nothing is.
    pub amount: Number,
    pub effective: Option<Date>,
    /// A held row of the person might have used a shared limit first.
    pub provisional: bool,
    /// The steps of this outcome in the trace, in the order computed.
    pub steps: Range<u32>,
}

impl<'a> Outcome<'a> {
    /// Nothing is known of it.
    pub(super) fn blank() -> Outcome<'a> {
        Outcome {
            award: AwardId(0),
            origin: Origin::Event { record: RecordId(0), row: 0 },
            record: Cow::Borrowed(""),
            disposition: Disposition::Held,
            reason: Reason::PersonHeld,
            amount: Number::ZERO,
            effective: None,
            provisional: false,
            steps: 0..0,
        }
    }
}

/// What the award looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    Event {
        record: RecordId,
        row: u32,
    },
    /// An award for each employee and period.
    Period(Period),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Disposition {
    /// In full.
    Paid,
    /// By a limit, perhaps to nothing.
    Reduced,
    /// The cut part is a candidate in a later period.
    Carried,
    /// For room under a limit, or for a date after the as-of date.
    Waiting,
    /// Another award has the same key.
    Repeated,
    /// A choice fell on another award.
    NotChosen,
    NotEligible,
    /// Units went into a bank; no money.
    Credited,
    /// The row counts in a set; no money.
    Counted,
    /// By an earlier run.
    AlreadyPaid,
    /// Something that decides is missing.
    Held,
}

/// Why, as facts; the report finds the values in the steps. What is large stands in a box: every row has a reason.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// The pay line that decided, from 0; none where something was taken back.
    PaidInFull {
        line: Option<u16>,
    },
    /// The first condition that failed, from 0; its step is the last one with `Op::Condition`.
    ConditionFailed {
        condition: u16,
    },
    /// So many units went into the bank.
    Credited {
        bank: BankId,
        units: Number,
    },
    /// The credit stands in the opening balances, in this row of theirs.
    CreditedBefore {
        bank: BankId,
        row: u32,
    },
    /// The bank has too few units, within its bounds.
    ShortOfUnits {
        bank: BankId,
        short: Box<Short>,
    },
    /// Too few of one category.
    ShortOfCategory {
        bank: BankId,
        category: u16,
        short: Box<Short>,
    },
    /// The row counts; the set still lacks so many.
    CountedInSet {
        set: SetId,
        missing: u32,
    },
    CompletesSet {
        set: SetId,
    },
    /// The set was complete before.
    AfterSet {
        set: SetId,
        since: Date,
    },
    /// No line of the set asks for the row.
    NotInSet {
        set: SetId,
    },
    /// Another set counted it, and the two share nothing.
    UsedInAnotherSet {
        set: SetId,
    },
    /// After the last day of the set.
    SetTooLate {
        set: SetId,
        last: Date,
    },
    /// The time that must lie between two awards is not over.
    TooSoon {
        last: Date,
        until: Date,
    },
    /// A move to the value that the field has already.
    NothingToMove,
    /// A move beyond the end of the table: the top of the schedule.
    MoveBeyondEnd,
    /// No `pay` line's `when` holds.
    NoPayLine,
    /// The amount came to zero or less before any limit.
    NothingToPay,
    /// The effective date lies outside the policy's dates.
    PolicyNotInForce,
    /// The payment lies behind the declared end of a recurring award.
    RecurrenceEnded {
        last: Date,
    },
    /// The effective date is after the as-of date.
    AfterAsOf,
    /// What of the amount the limits cut; `limit` is the first that did.
    Cut {
        limit: LimitId,
        by: Number,
    },
    /// Waits under this limit until the day (none: not before the as-of date).
    WaitsFor {
        limit: LimitId,
        until: Option<Date>,
    },
    /// It waited, and the policy says it no longer does.
    Expired {
        limit: LimitId,
    },
    /// The same key was taken by an earlier candidate (its outcome's index), or by a paid line.
    SameKeyAs {
        outcome: u32,
    },
    SameKeyAsPaid,
    /// The choice fell on another.
    NotChosen {
        choose: ChooseId,
        figures: Box<Figures>,
    },
    /// The paid line that matches, by its index in `Facts::paid`.
    PaidBefore {
        line: u32,
    },
    /// A decision hangs on a missing value; the step is the one that found it missing.
    Missing {
        step: StepId,
    },
    /// A date in no period, no such day, or a number too large; the step says which.
    Fault {
        step: StepId,
        fault: Fault,
    },
    /// The window reaches back before the opening state is complete.
    OpeningStateIncomplete {
        limit: LimitId,
    },
    /// An earlier row of the person is held and the policy says that holds the person.
    PersonHeld,
    /// The cap of the claim took so much of it, and not the pool.
    ShareCapped {
        pool: PoolId,
        by: Number,
    },
    /// The pool gave less than was claimed.
    PoolShort {
        pool: PoolId,
        by: Number,
    },
    /// Nothing was paid that could be taken back, or all of it came back before.
    NothingToTakeBack,
    /// Less is left to take back than the part comes to.
    OnlyLeft {
        by: Number,
    },
    /// Another claim on the pool is held, and held claims hold it.
    PoolHeld {
        pool: PoolId,
    },
}

/// Units that are there, and that were needed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Short {
    pub have: Number,
    pub need: Number,
}

/// What a choice compared: the candidate's own figure, and what won (none: nothing was elected).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figures {
    pub own: Number,
    pub winner: Option<Winner>,
}

/// What won a choice.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Winner {
    pub award: AwardId,
    /// What the choice compares.
    pub figure: Number,
    /// By an earlier run.
    pub paid_before: bool,
}

/// One line of `adjustments.csv`.
#[derive(Clone, Debug)]
pub struct Line<'a> {
    /// Index into [`PersonRun::outcomes`].
    pub outcome: u32,
    pub award: AwardId,
    pub kind: PayKind,
    /// In dollars, already rounded; negative for a recovery.
    pub amount: Number,
    pub effective: Date,
    pub pay_date: Option<Date>,
    /// The label of the period it counts in, where the award or its first limit names one.
    pub period: Option<PeriodName<'a>>,
    /// The record key under which a later run recognises the line.
    pub record: Cow<'a, str>,
    /// The step whose value is the amount, or the new value of a move.
    pub step: StepId,
    /// What moved, where the line is a move; its amount is then zero.
    pub moved: Option<Box<MovedWords>>,
    /// What it takes back, where the line does.
    pub reverses: Option<Box<ReversedWords>>,
}

/// What the period is called that a line counts in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PeriodName<'a> {
    /// As the calendar itself names it.
    Of(PeriodLabel),
    /// As a calendar of the policy does.
    Given(Cow<'a, str>),
}

impl fmt::Display for PeriodName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PeriodName::Of(label) => label.fmt(f),
            PeriodName::Given(name) => name.fmt(f),
        }
    }
}

impl<'a> From<Value<'a>> for PeriodName<'a> {
    #[inline(always)]
    fn from(name: Value<'a>) -> PeriodName<'a> {
        match name {
            Value::Label(label) => PeriodName::Of(label),
            Value::Text(name) => PeriodName::Given(Cow::Borrowed(name)),
            other => PeriodName::Given(Cow::Owned(other.to_string())),
        }
    }
}

impl<'a> Line<'a> {
    /// Nothing is known of it but its day.
    pub(super) fn blank(effective: Date) -> Line<'a> {
        Line {
            outcome: 0,
            award: AwardId(0),
            kind: PayKind::Stipend,
            amount: Number::ZERO,
            effective,
            pay_date: None,
            period: None,
            record: Cow::Borrowed(""),
            step: StepId(0),
            moved: None,
            reverses: None,
        }
    }

    /// The same line, to keep after the data is gone.
    pub fn into_owned(self) -> Line<'static> {
        let period = self.period.map(|period| match period {
            PeriodName::Of(label) => PeriodName::Of(label),
            PeriodName::Given(name) => PeriodName::Given(Cow::Owned(name.into_owned())),
        });
        Line { record: Cow::Owned(self.record.into_owned()), period, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_a_small_outcome() {
        assert_eq!(size_of::<Outcome>(), 128);
    }
}
