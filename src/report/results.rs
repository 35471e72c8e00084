//! What a run leaves behind once the traces are gone: the money lines and the outcome of every row, ready to be written.

use std::borrow::Cow;

use rayon::prelude::*;

use super::totals::Sum;
use super::words::{Context, disposition_word, set_aside_words};
use crate::eval::{Disposition, Line, Origin, Outcome, PersonRun};
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

/// Of which rows the record key and the reason are put into words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    EveryRow,
    /// Those that somebody must look at: rejected, held and provisional ones. The others are counted and added up all the same.
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

/// One person, after the trace was looked at.
#[derive(Clone, Debug)]
pub struct PersonResult {
    pub adjustments: Vec<Adjustment>,
    pub outcomes: Vec<RowOutcome>,
    /// The sum of the posted steps.
    pub traced: Sum,
}

/// Everything the files and the summary are made from.
#[derive(Clone, Debug)]
pub struct Results<'a> {
    pub context: Context<'a>,
    /// By employee, then in the order of the person's queue.
    pub adjustments: Vec<Adjustment>,
    /// In the order of files and rows; where only exceptions are put into words, in the order of people.
    pub outcomes: Vec<RowOutcome>,
    /// The sum of the posted steps.
    pub traced: Sum,
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
    pub fn new(context: Context<'a>, people: Vec<PersonResult>, detail: Detail) -> Results<'a> {
        let mut results = Results { context, adjustments: Vec::new(), outcomes: Vec::new(), traced: Some(Number::ZERO) };
        results.adjustments.reserve(people.iter().map(|person| person.adjustments.len()).sum());
        results.outcomes.reserve(people.iter().map(|person| person.outcomes.len()).sum());
        for person in people {
            results.adjustments.extend(person.adjustments);
            results.outcomes.extend(person.outcomes);
            results.traced = results.traced.zip(person.traced).and_then(|(sum, traced)| sum.plus(traced).ok());
        }
        results.outcomes.extend(undecided_rows(&context));
        if detail == Detail::EveryRow {
            results.outcomes.par_sort_by_key(|outcome| outcome.place);
        }
        results
    }

    /// The ID of the person whose row it is.
    pub fn employee<'r>(&'r self, who: &'r Who) -> &'r str {
        match who {
            Who::Employee(employee) => self.context.facts.employee(*employee),
            Who::Written(id) => id,
        }
    }
}

impl<'a> Context<'a> {
    /// Turns one person's run into owned rows, while the trace is alive.
    pub fn observe(&self, run: &PersonRun, detail: Detail) -> PersonResult {
        let mut result = PersonResult { adjustments: Vec::new(), outcomes: Vec::new(), traced: Some(Number::ZERO) };
        let mut base = self.base_salary(run.employee);
        for line in &run.lines {
            let Some(outcome) = run.outcomes.get(line.outcome as usize) else { continue };
            result.adjustments.push(self.adjustment(run, line, outcome, base));
            if line.kind == PayKind::BaseSalary {
                base = base.and_then(|base| base.plus(line.amount).ok());
            }
            if let Value::Money(posted) = run.trace.step(line.step).value {
                result.traced = result.traced.and_then(|sum| sum.plus(posted).ok());
            }
        }
        result.outcomes = run.outcomes.iter().map(|outcome| self.row_outcome(run, outcome, detail)).collect();
        result
    }

    fn adjustment(&self, run: &PersonRun, line: &Line, outcome: &Outcome, base: Option<Number>) -> Adjustment {
        Adjustment {
            employee: run.employee,
            award: line.award,
            kind: line.kind,
            amount: line.amount,
            effective: line.effective,
            pay_date: line.pay_date,
            period: line.period.clone(),
            record: line.record.as_ref().into(),
            place: self.place(run.employee, outcome.origin),
            reason: match &line.moved {
                Some(moved) => format!("{}; {}", moved.sentence(), self.reason(run, outcome)).into(),
                None => self.reason(run, outcome).into(),
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
fn undecided_rows(context: &Context) -> Vec<RowOutcome> {
    let mut rows = Vec::new();
    for (index, table) in (0u16..).zip(&context.facts.tables) {
        if !context.has_award(RecordId(index)) {
            let is_look_up = context.policy.record(RecordId(index)).is_look_up;
            rows.extend((0u32..).zip(&table.people).map(|(row, employee)| {
                let (file, number) = table.position(row);
                let (who, key) = if is_look_up { (Who::Written("".into()), table.key_of(row)) } else { (Who::Employee(*employee), "") };
                let used = undecided(RowPlace { file, row: number }, who, Fate::Used, "read where the policy looks it up".into());
                RowOutcome { record: key.into(), ..used }
            }));
        }
    }
    for row in &context.facts.set_aside {
        rows.push(undecided(
            RowPlace { file: row.file, row: row.row },
            Who::Written("".into()),
            Fate::NotUsed,
            set_aside_words(row.reason).into(),
        ));
    }
    for row in &context.facts.rejected {
        let problems: Vec<String> = row.problems.iter().map(|problem| format!("{} [{}]", problem.message, problem.code)).collect();
        let who = Who::Written(row.employee.as_deref().unwrap_or("").into());
        rows.push(undecided(RowPlace { file: row.file, row: row.row }, who, Fate::Rejected, problems.join("; ").into()));
    }
    for line in &context.facts.paid {
        let file = context.facts.files.iter().position(|file| holds_paid(file, &line.place));
        if let (Some(file), Some(row)) = (file.and_then(|file| u16::try_from(file).ok()), line.place.row) {
            rows.push(undecided(RowPlace { file, row }, Who::Employee(line.employee), Fate::Used, "an earlier payment".into()));
        }
    }
    rows
}

/// Whether a line of the opening state stands in this file (and sheet).
fn holds_paid(file: &DataFile, place: &Cell) -> bool {
    file.record.is_none() && file.name == place.file && file.sheet == place.sheet
}

fn undecided(place: RowPlace, who: Who, fate: Fate, reason: Cow<'static, str>) -> RowOutcome {
    RowOutcome { place, who, record: "".into(), fate, award: None, amount: None, reason, provisional: false }
}
