//! What a run leaves behind once the traces are gone: the money lines and the outcome of every row, ready to be written.

use std::borrow::Cow;

use super::again::PaidAgain;
use super::banks::Balance;
use super::counted::{Counted, PASSED, RowMarks};
use super::guarantees::BrokenWords;
use super::next::NextLine;
use super::totals::{PaidLines, Sum};
use super::worded::Worded;
use super::words::{Context, disposition_word};
use super::written::{Form, OutcomeTable, Written};
use crate::eval::{Disposition, LimitStatement, Line, Origin, Outcome, PersonRun, PoolStatement};
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
}

/// Some people, one after the other, after their traces were looked at.
#[derive(Debug)]
pub struct PeopleResult {
    pub adjustments: Vec<Adjustment>,
    pub adjustment_lines: Written,
    /// All adjustments in numbers.
    pub paid: PaidLines,
    /// Those that are put into words.
    pub outcomes: Vec<RowOutcome<'static>>,
    pub outcome_lines: OutcomeTable,
    /// All of them.
    pub counted: Counted,
    /// The sum of the posted steps.
    pub traced: Sum,
    /// What the person has in banks on the as-of date.
    pub balances: Vec<Balance>,
    /// What comes next for the person.
    pub next: Vec<NextLine>,
    /// Guarantees that do not hold.
    pub broken: Vec<BrokenWords>,
    /// Rows that are paid beside another that differs only in its dates.
    pub paid_again: Vec<PaidAgain>,
    pub(super) worded: Worded,
    /// Where the rows of the outcomes of the person at hand stand.
    places: Vec<RowPlace>,
}

impl Default for PeopleResult {
    fn default() -> PeopleResult {
        PeopleResult {
            adjustments: Vec::new(),
            adjustment_lines: Written::default(),
            paid: PaidLines::default(),
            outcomes: Vec::new(),
            outcome_lines: OutcomeTable::default(),
            counted: Counted::default(),
            traced: Some(Number::ZERO),
            balances: Vec::new(),
            next: Vec::new(),
            broken: Vec::new(),
            paid_again: Vec::new(),
            worded: Worded::default(),
            places: Vec::new(),
        }
    }
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
    fn is_exception(&self) -> bool {
        self.provisional || matches!(self.fate, Fate::Rejected | Fate::Decided(Disposition::Held))
    }

    /// The same, to keep after the data is gone.
    fn into_owned(self) -> RowOutcome<'static> {
        RowOutcome { record: Cow::Owned(self.record.into_owned()), reason: Cow::Owned(self.reason.into_owned()), ..self }
    }
}

impl<'a> Context<'a> {
    /// Adds one person's run to those of others, while the trace is alive.
    pub fn observe(&self, run: &PersonRun, (kept, marks): (Kept, &RowMarks), people: &mut PeopleResult) {
        self.observe_beside(run, people);
        let first = people.outcomes.len();
        self.observe_rows(run, (kept, marks), people);
        self.observe_lines(run, (kept, first), people);
    }

    /// What few policies have, and few people.
    fn observe_beside(&self, run: &PersonRun, people: &mut PeopleResult) {
        if !run.next.is_empty() {
            people.next.extend(self.next_lines(run));
        }
        if !run.broken.is_empty() {
            people.broken.extend(run.broken.iter().map(|broken| self.broken(broken, Some(run))));
        }
        if !run.lots.is_empty() {
            people.balances.extend(run.lots.iter().map(|lot| Balance::of(run.employee, lot)));
        }
        if !run.lines.is_empty() {
            people.paid_again.extend(self.paid_again(run));
        }
    }

    fn observe_rows(&self, run: &PersonRun, (kept, marks): (Kept, &RowMarks), people: &mut PeopleResult) {
        people.places.clear();
        for outcome in run.outcomes {
            let row = self.row_of(run.employee, outcome.origin);
            marks.mark(row, Fate::Decided(outcome.disposition));
            let place = self.place(row);
            people.places.push(place);
            if is_told(outcome, kept) {
                self.tell((run, outcome), (place, kept), people);
            } else {
                people.counted.add((place, Some(run.employee)), Fate::Decided(outcome.disposition), Some(&outcome.amount));
            }
        }
        for passed in run.passed.iter().filter(|passed| passed.awards > 0) {
            let row = (passed.record, passed.row);
            marks.mark(row, PASSED);
            people.counted.add_passed((self.place(row), run.employee), passed.awards);
        }
    }

    /// Puts an outcome into words.
    fn tell(&self, (run, outcome): (&PersonRun, &Outcome), (place, kept): (RowPlace, Kept), people: &mut PeopleResult) {
        let mut worded = std::mem::take(&mut people.worded);
        let reason = self.reason_in((run, outcome), &mut worded);
        self.take(row_outcome((run.employee, place), outcome, reason), kept, people);
        people.worded = worded;
    }

    /// `first` is where the person's outcomes begin among those that are kept.
    fn observe_lines(&self, run: &PersonRun, (kept, first): (Kept, usize), people: &mut PeopleResult) {
        if run.lines.is_empty() {
            return;
        }
        let mut base = self.base_salary(run.employee);
        for line in run.lines {
            let number = line.outcome as usize;
            let (Some(outcome), Some(place)) = (run.outcomes.get(number), people.places.get(number).copied()) else { continue };
            let worded = people.outcomes.get(first + number).filter(|_| kept.detail == Detail::EveryRow);
            let reason = worded.map_or_else(|| self.reason(run, outcome), |worded| worded.reason.clone());
            people.paid.add(run.employee, line);
            match kept.adjustments {
                Form::Rows => people.adjustments.push(self.adjustment((run.employee, line), place, (base, reason))),
                Form::Table => self.write_adjustment((run.employee, line), (place, &reason), &mut people.adjustment_lines),
                Form::Nothing => {}
            }
            if line.kind == PayKind::BaseSalary {
                base = base.and_then(|base| base.plus(line.amount).ok());
            }
            if let Value::Money(posted) = run.trace.value(line.step) {
                people.traced = people.traced.and_then(|sum| sum.plus(posted).ok());
            }
        }
    }

    /// Counts an outcome, writes its line, and keeps it where it is put into words.
    pub(super) fn take(&self, outcome: RowOutcome, kept: Kept, people: &mut PeopleResult) {
        let employee = if let Who::Employee(employee) = outcome.who { Some(employee) } else { None };
        people.counted.add((outcome.place, employee), outcome.fate, outcome.amount.as_ref());
        if kept.outcomes == Form::Table {
            self.write_outcome_line(&outcome, &mut people.outcome_lines);
        }
        if kept.detail == Detail::EveryRow || outcome.is_exception() {
            people.outcomes.push(outcome.into_owned());
        }
    }

    fn adjustment(&self, (employee, line): (EmployeeId, &Line), place: RowPlace, (base, reason): (Option<Number>, Cow<str>)) -> Adjustment {
        Adjustment {
            employee,
            award: line.award,
            kind: line.kind,
            amount: line.amount,
            effective: line.effective,
            pay_date: line.pay_date,
            period: line.period.as_ref().map(|period| period.to_string().into()),
            record: line.record.as_ref().into(),
            place,
            reason: told(line, &reason).into_owned().into(),
            old_base: if line.kind == PayKind::BaseSalary { base } else { None },
        }
    }

    /// The row an outcome belongs to; an award without an event row belongs to the person's first row.
    fn row_of(&self, employee: EmployeeId, origin: Origin) -> (RecordId, u32) {
        match origin {
            Origin::Event { record, row } => (record, row),
            Origin::Period(_) => {
                let people = self.policy.people;
                (people, self.facts.table(people).rows_of(employee).first().copied().unwrap_or(0))
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

    fn base_salary(&self, employee: EmployeeId) -> Option<Number> {
        let table = self.facts.table(self.policy.people);
        let row = table.rows_of(employee).first()?;
        match table.column(self.base_salary_field()?).value(*row) {
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

fn row_outcome<'r>((employee, place): (EmployeeId, RowPlace), outcome: &'r Outcome, reason: Cow<'r, str>) -> RowOutcome<'r> {
    RowOutcome {
        place,
        who: Who::Employee(employee),
        record: Cow::Borrowed(outcome.record.as_ref()),
        fate: Fate::Decided(outcome.disposition),
        award: Some(outcome.award),
        amount: Some(outcome.amount),
        reason,
        provisional: outcome.provisional,
    }
}

/// Whether an outcome is put into words, or counted only.
fn is_told(outcome: &Outcome, kept: Kept) -> bool {
    kept.every_row() || outcome.provisional || outcome.disposition == Disposition::Held
}

/// The reason of a line: what moved stands before it.
pub(super) fn told<'r>(line: &Line, reason: &'r str) -> Cow<'r, str> {
    if line.moved.is_none() && line.reverses.is_none() {
        return reason.into();
    }
    let begins = [line.moved.as_ref().map(|moved| moved.sentence()), line.reverses.as_ref().map(|words| words.sentence())];
    let begins: Vec<String> = begins.into_iter().flatten().collect();
    format!("{}; {reason}", begins.join("; ")).into()
}
