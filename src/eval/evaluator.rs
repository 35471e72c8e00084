//! The evaluator of one person: what it may look at, and the trace it writes.

use std::cell::{Cell, RefCell};

use crate::eval::everybody::population::Populations;
use crate::eval::expression::calendar;
use crate::eval::expression::formulas::Formulas;
use crate::eval::history::bank::Lot;
use crate::eval::history::ledger::Ledger;
use crate::eval::history::movement::Moved;
use crate::eval::history::restorable::Restorable;
use crate::eval::sets::set::SetState;
use crate::eval::trace::{Fault, Op, StepId, StepPlace, Trace};
use crate::facts::{EmployeeId, Facts};
use crate::policy::{BankId, Expr, FieldId, PeriodKind, Policy, RecordId};
use crate::source::Span;
use crate::value::{Date, MonthEnd, Number, Period, Value};

/// Everything an expression may read, for one person.
#[derive(Debug)]
pub struct Evaluator<'a> {
    pub policy: &'a Policy,
    pub facts: &'a Facts,
    pub as_of: Date,
    /// What was computed over everybody.
    pub populations: Populations<'a>,
    pub employee: EmployeeId,
    /// The person's row in the record of people.
    pub own_row: Option<u32>,
    pub trace: Trace<'a>,
    /// Expressions as they are computed at most rows.
    pub formulas: Formulas<'a>,
    /// The value that was asked for last, where it stands nowhere by itself.
    pub looked_at: Value<'a>,
    /// What is posted so far for the person.
    pub ledger: Ledger,
    /// The moves of the person posted so far, and by earlier runs.
    pub moves: Vec<Moved<'a>>,
    /// The person's credits, with what is left of each.
    pub lots: Restorable<Lot<'a>>,
    /// Banks that a held candidate might have fed or spent from.
    pub held_banks: Vec<BankId>,
    /// By set, the person's rows that count so far.
    pub sets: Vec<SetState<'a>>,
    /// Something was read that a held row might change.
    pub unsure: bool,
    /// The place in the queue at hand: balances are those of this day.
    pub today: Date,
    /// Fields of the event row that limits on a quantity have cut, while the amount is computed anew.
    pub cuts: Vec<(FieldId, Number)>,
    /// The amount of the line that a guarantee looks at.
    pub line_amount: Option<Number>,
    /// The category whose units a bank's bound is about.
    pub category: Option<(FieldId, Value<'a>)>,
    /// The periods that were asked for last, each by the half of a year that the day stands in: the rows of the next person are in the same.
    periods: [Cell<Option<(PeriodKind, Period)>>; HALF_YEARS],
    /// By record: the record keys of the person's rows, where these are many and have none of their own.
    pub row_keys: Vec<(RecordId, Vec<Box<str>>)>,
    /// Room for the cells of a row that is told from others by all of them.
    pub cells: RefCell<Vec<u8>>,
}

/// Where in the data an expression is evaluated.
#[derive(Clone, Copy, Debug, Default)]
pub struct Position {
    /// The award's row.
    pub event: Option<(RecordId, u32)>,
    /// The row that the enclosing aggregate is looking at.
    pub aggregated: Option<u32>,
    /// The period of an award for each employee and period.
    pub period: Option<Period>,
    /// The effective date, once it is known.
    pub effective: Option<Date>,
    /// The place in the queue, by date and then the award's rank; none where it is not decided yet.
    pub place: Option<(Date, u16)>,
}

/// So many are told apart, about two decades; those further apart share a place.
const HALF_YEARS: usize = 32;

/// The place of a day among them: from August to December the second of its year.
#[inline]
fn half_year(day: Date) -> usize {
    (day.ordinal() >> 8) as usize % HALF_YEARS
}

impl<'a> Evaluator<'a> {
    pub fn new(policy: &'a Policy, facts: &'a Facts, as_of: Date, populations: &Populations<'a>) -> Evaluator<'a> {
        let mut evaluator = Evaluator {
            policy,
            facts,
            as_of,
            populations: populations.clone(),
            employee: EmployeeId(0),
            own_row: None,
            trace: Trace::default(),
            formulas: Formulas::default(),
            looked_at: Value::Missing,
            ledger: Ledger::of(policy),
            moves: Vec::new(),
            lots: Restorable::default(),
            held_banks: Vec::new(),
            sets: Vec::new(),
            unsure: false,
            today: as_of,
            cuts: Vec::new(),
            line_amount: None,
            category: None,
            periods: [const { Cell::new(None) }; HALF_YEARS],
            row_keys: Vec::new(),
            cells: RefCell::default(),
        };
        evaluator.turn_to(EmployeeId(0));
        evaluator
    }

    /// Everything is asked of this person from here on.
    pub fn turn_to(&mut self, employee: EmployeeId) {
        self.employee = employee;
        self.own_row = self.facts.table(self.policy.people).first_of(employee);
    }

    /// The policy's rule; a policy that adds months without one does not compile.
    pub fn month_end(&self) -> MonthEnd {
        self.policy.month_end.unwrap_or(MonthEnd::Refuse)
    }

    /// The period of this kind that holds the day.
    #[inline(always)]
    pub fn period_of(&self, kind: PeriodKind, day: Date) -> Result<Period, Fault> {
        match self.periods[half_year(day)].get() {
            Some((known, period)) if known == kind && period.contains(day) => Ok(period),
            _ => self.other_period(kind, day),
        }
    }

    #[inline(never)]
    fn other_period(&self, kind: PeriodKind, day: Date) -> Result<Period, Fault> {
        let period = calendar::period_of(self.policy, kind, day)?;
        self.periods[half_year(day)].set(Some((kind, period)));
        Ok(period)
    }

    #[inline]
    pub fn value(&self, step: StepId) -> Value<'a> {
        self.trace.value(step)
    }

    /// Records the result of an operation, or its fault.
    #[inline]
    pub fn settle(&mut self, op: Op, place: StepPlace, inputs: &[StepId], result: Result<Value<'a>, Fault>) -> StepId {
        match result {
            Ok(value) => self.trace.record(op, place, inputs, value),
            Err(fault) => self.trace.record_fault(op, place, inputs, fault),
        }
    }

    /// Evaluates `expr` and records its result once more as a decision of its own.
    pub fn decide(&mut self, op: Op, expr: &'a Expr, at: &Position) -> StepId {
        let step = self.evaluate(expr, at);
        let value = self.value(step);
        self.trace.record(op, StepPlace::Clause(expr.span), &[step], value)
    }

    /// A day that the candidate at hand has, or has not.
    pub(super) fn current(&mut self, op: Op, span: Span, date: Option<Date>) -> StepId {
        self.note(op, span, &[], date.map_or(Value::Missing, Value::Date))
    }

    /// A step that is not an expression of its own: `value` follows from `inputs` under the clause at `span`.
    #[inline(always)]
    pub fn note(&mut self, op: Op, span: Span, inputs: &[StepId], value: Value<'a>) -> StepId {
        self.trace.record(op, StepPlace::Clause(span), inputs, value)
    }
}
