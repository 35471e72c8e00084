//! What a run leaves behind once the traces are gone: the money lines and the outcome of every row, ready to be written.

use std::borrow::Cow;

use rayon::prelude::*;

use super::banks::Balance;
use super::counted::Counted;
use super::totals::Sum;
use super::words::{Context, disposition_word, set_aside_words};
use crate::eval::{Disposition, Line, Origin, Outcome, PersonRun, PoolStatement};
use crate::facts::{DataFile, EmployeeId};
use crate::policy::{AwardId, Each, FieldId, RecordId};
use crate::source::Cell;
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
pub struct RowOutcome {
    pub place: RowPlace,
    pub who: Who,
    pub record: Box<str>,
    pub fate: Fate,
    pub award: Option<AwardId>,
    /// None where no award looked at the row.
    pub amount: Option<Number>,
    pub reason: Cow<'static, str>,
    pub provisional: bool,
}

/// Some people, one after the other, after their traces were looked at.
#[derive(Clone, Debug)]
pub struct PeopleResult {
    pub adjustments: Vec<Adjustment>,
    /// Those that are put into words.
    pub outcomes: Vec<RowOutcome>,
    /// All of them.
    pub counted: Counted,
    /// The sum of the posted steps.
    pub traced: Sum,
    /// What the person has in banks on the as-of date.
    pub balances: Vec<Balance>,
}

impl Default for PeopleResult {
    fn default() -> PeopleResult {
        PeopleResult {
            adjustments: Vec::new(),
            outcomes: Vec::new(),
            counted: Counted::default(),
            traced: Some(Number::ZERO),
            balances: Vec::new(),
        }
    }
}

/// Everything the files and the summary are made from.
#[derive(Clone, Debug)]
pub struct Results<'a> {
    pub context: Context<'a>,
    /// By employee, then in the order of the person's queue.
    pub adjustments: Vec<Adjustment>,
    /// Those that are put into words, in the order of files and rows, then of the awards as written (decision 0012).
    pub outcomes: Vec<RowOutcome>,
    /// All of them.
    pub counted: Counted,
    /// The sum of the posted steps.
    pub traced: Sum,
    /// By pool, group and period.
    pub pools: Vec<PoolStatement>,
    /// By employee, then in the order credited.
    pub balances: Vec<Balance>,
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
    pub fn new(context: Context<'a>, people: Vec<PeopleResult>, detail: Detail) -> Results<'a> {
        let mut all = PeopleResult::default();
        all.adjustments.reserve_exact(people.iter().map(|group| group.adjustments.len()).sum());
        all.outcomes.reserve_exact(people.iter().map(|group| group.outcomes.len()).sum());
        for group in people {
            all.adjustments.extend(group.adjustments);
            all.outcomes.extend(group.outcomes);
            all.balances.extend(group.balances);
            all.counted.join(group.counted);
            all.traced = all.traced.zip(group.traced).and_then(|(sum, traced)| sum.plus(traced).ok());
        }
        undecided_rows(&context, &mut |outcome| all.take(outcome, detail));
        all.outcomes.par_sort_by_key(|outcome| (outcome.place, outcome.award));
        Results {
            context,
            adjustments: all.adjustments,
            outcomes: all.outcomes,
            counted: all.counted,
            traced: all.traced,
            pools: Vec::new(),
            balances: all.balances,
        }
    }

    /// The ID of the person whose row it is.
    pub fn employee<'r>(&'r self, who: &'r Who) -> &'r str {
        match who {
            Who::Employee(employee) => self.context.facts.employee(*employee),
            Who::Written(id) => id,
        }
    }
}

impl PeopleResult {
    /// Counts a line, and keeps it where it is put into words.
    fn take(&mut self, outcome: RowOutcome, detail: Detail) {
        self.counted.add(&outcome);
        if detail == Detail::EveryRow || outcome.is_exception() {
            self.outcomes.push(outcome);
        }
    }
}

impl RowOutcome {
    /// Whether somebody must look at it.
    fn is_exception(&self) -> bool {
        self.provisional || matches!(self.fate, Fate::Rejected | Fate::Decided(Disposition::Held))
    }
}

impl<'a> Context<'a> {
    /// Adds one person's run to those of others, while the trace is alive.
    pub fn observe(&self, run: &PersonRun, detail: Detail, people: &mut PeopleResult) {
        people.balances.extend(run.lots.iter().map(|lot| Balance::of(run.employee, lot)));
        let (first, marked) = (people.outcomes.len(), people.counted.marked());
        for outcome in &run.outcomes {
            people.take(self.row_outcome(run, outcome, detail), detail);
        }
        for passed in run.passed.iter().filter(|passed| passed.awards > 0) {
            let place = self.place(run.employee, Origin::Event { record: passed.record, row: passed.row });
            people.counted.add_passed((place, run.employee), passed.awards);
        }
        people.counted.settle(marked);
        let mut base = self.base_salary(run.employee);
        for line in &run.lines {
            let Some(outcome) = run.outcomes.get(line.outcome as usize) else { continue };
            let worded = people.outcomes.get(first + line.outcome as usize).filter(|_| detail == Detail::EveryRow);
            let reason = worded.map_or_else(|| self.reason(run, outcome), |worded| worded.reason.to_string());
            people.adjustments.push(self.adjustment((run.employee, line), outcome, (base, reason)));
            if line.kind == PayKind::BaseSalary {
                base = base.and_then(|base| base.plus(line.amount).ok());
            }
            if let Value::Money(posted) = run.trace.step(line.step).value {
                people.traced = people.traced.and_then(|sum| sum.plus(posted).ok());
            }
        }
    }

    fn adjustment(&self, (employee, line): (EmployeeId, &Line), outcome: &Outcome, (base, reason): (Option<Number>, String)) -> Adjustment {
        Adjustment {
            employee,
            award: line.award,
            kind: line.kind,
            amount: line.amount,
            effective: line.effective,
            pay_date: line.pay_date,
            period: line.period.clone(),
            record: line.record.as_ref().into(),
            place: self.place(employee, outcome.origin),
            reason: match &line.moved {
                Some(moved) => format!("{}; {reason}", moved.sentence()).into(),
                None => reason.into(),
            },
            old_base: if line.kind == PayKind::BaseSalary { base } else { None },
        }
    }

    fn row_outcome(&self, run: &PersonRun, outcome: &Outcome, detail: Detail) -> RowOutcome {
        let in_words = detail == Detail::EveryRow || outcome.provisional || outcome.disposition == Disposition::Held;
        RowOutcome {
            place: self.place(run.employee, outcome.origin),
            who: Who::Employee(run.employee),
            record: if in_words { outcome.record.as_ref().into() } else { "".into() },
            fate: Fate::Decided(outcome.disposition),
            award: Some(outcome.award),
            amount: Some(outcome.amount),
            reason: if in_words { self.reason(run, outcome).into() } else { "".into() },
            provisional: outcome.provisional,
        }
    }

    /// The row an outcome belongs to; an award without an event row belongs to the person's first row.
    fn place(&self, employee: EmployeeId, origin: Origin) -> RowPlace {
        let (record, row) = match origin {
            Origin::Event { record, row } => (record, row),
            Origin::Period(_) => {
                let people = self.policy.people;
                (people, self.facts.table(people).rows_of(employee).first().copied().unwrap_or(0))
            }
        };
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

/// The rows that no award decides about: looked up, set aside, rejected, earlier payments.
fn undecided_rows(context: &Context, take: &mut dyn FnMut(RowOutcome)) {
    for (index, table) in (0u16..).zip(&context.facts.tables) {
        if !context.has_award(RecordId(index)) {
            let is_look_up = context.policy.record(RecordId(index)).is_look_up;
            for (row, employee) in (0u32..).zip(&table.people) {
                let (file, number) = table.position(row);
                let (who, key) = if is_look_up { (Who::Written("".into()), table.key_of(row)) } else { (Who::Employee(*employee), "") };
                let used = undecided(RowPlace { file, row: number }, who, Fate::Used, "read where the policy looks it up".into());
                take(RowOutcome { record: key.into(), ..used });
            }
        }
    }
    for row in &context.facts.set_aside {
        take(undecided(
            RowPlace { file: row.file, row: row.row },
            Who::Written("".into()),
            Fate::NotUsed,
            context.left_out(row).unwrap_or_else(|| set_aside_words(row.reason)).into(),
        ));
    }
    for row in &context.facts.rejected {
        let problems: Vec<String> = row.problems.iter().map(|problem| format!("{} [{}]", problem.message, problem.code)).collect();
        let who = Who::Written(row.employee.as_deref().unwrap_or("").into());
        take(undecided(RowPlace { file: row.file, row: row.row }, who, Fate::Rejected, problems.join("; ").into()));
    }
    for line in &context.facts.paid {
        let file = context.facts.files.iter().position(|file| holds_paid(file, &line.place));
        if let (Some(file), Some(row)) = (file.and_then(|file| u16::try_from(file).ok()), line.place.row) {
            take(undecided(RowPlace { file, row }, Who::Employee(line.employee), Fate::Used, "an earlier payment".into()));
        }
    }
}

/// Whether a line of the opening state stands in this file (and sheet).
fn holds_paid(file: &DataFile, place: &Cell) -> bool {
    file.record.is_none() && file.name == place.file && file.sheet == place.sheet
}

fn undecided(place: RowPlace, who: Who, fate: Fate, reason: Cow<'static, str>) -> RowOutcome {
    RowOutcome { place, who, record: "".into(), fate, award: None, amount: None, reason, provisional: false }
}
