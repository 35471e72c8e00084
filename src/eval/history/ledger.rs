//! The money posted so far for one person: by award, and to base salary. What stands later in the queue may read it.

use crate::eval::evaluator::{Evaluator, Position};
use crate::eval::expression::calendar;
use crate::eval::expression::operators::{Result, number_of};
use crate::eval::trace::{Op, StepId, StepPlace};
use crate::policy::{AwardId, Expr, FieldId, PeriodKind, Policy, RecordId, Scope};
use crate::source::Span;
use crate::syntax::ast::PayKind;
use crate::value::{Date, Number, Period, Value};

/// Lines of this run and of the opening state, in the order posted; none where nothing of the policy looks at them.
#[derive(Debug)]
pub struct Ledger {
    is_read: bool,
    lines: Vec<Posting>,
    mark: usize,
    /// So many lines are of earlier runs.
    opened: usize,
}

/// One line, as later candidates may read it.
#[derive(Clone, Copy, Debug)]
pub struct Posting {
    pub award: AwardId,
    /// The award's place among those of one day.
    pub rank: u16,
    pub kind: PayKind,
    /// The placing date, by which windows count it.
    pub placed: Date,
    pub effective: Date,
    pub amount: Number,
    /// The award whose payment it takes back, and the day on which that was placed: there it counts.
    pub reverses: Option<(AwardId, Date)>,
}

impl Posting {
    /// Whether it is money of the award: paid, or taken back.
    pub fn is_of(&self, award: AwardId) -> bool {
        self.award == award || self.reverses.is_some_and(|(other, _)| other == award)
    }

    /// The day by which windows count it.
    pub fn counts_on(&self) -> Date {
        self.reverses.map_or(self.placed, |(_, day)| day)
    }
}

impl Ledger {
    pub fn of(policy: &Policy) -> Ledger {
        Ledger { is_read: policy.reads_posted, lines: Vec::new(), mark: 0, opened: 0 }
    }

    #[inline]
    pub fn open(&mut self) {
        self.lines.clear();
        (self.mark, self.opened) = (0, 0);
    }

    /// From here on postings can be taken back.
    #[inline]
    pub fn mark(&mut self) {
        self.mark = self.lines.len();
    }

    pub fn take_back(&mut self) {
        self.lines.truncate(self.mark);
    }

    #[inline(always)]
    pub fn post(&mut self, posting: Posting) {
        if self.is_read {
            self.lines.push(posting);
        }
    }

    /// A line of an earlier run takes back what another award paid.
    pub fn reverses(&mut self, (award, effective, amount): (AwardId, Date, Number), counts: (AwardId, Date)) {
        let is_meant =
            |line: &&mut Posting| line.award == award && line.effective == effective && line.amount == amount && line.reverses.is_none();
        if let Some(line) = self.lines.iter_mut().find(is_meant) {
            line.reverses = Some(counts);
        }
    }

    /// Whatever is posted so far was paid by earlier runs.
    #[inline]
    pub fn opened_so_far(&mut self) {
        self.opened = self.lines.len();
    }

    pub fn opened(&self) -> usize {
        self.opened
    }

    pub fn lines(&self) -> &[Posting] {
        &self.lines
    }

    /// What stands before a place in the queue; an earlier run may have posted what stands behind it.
    fn before(&self, place: Option<(Date, u16)>) -> impl Iterator<Item = &Posting> {
        self.lines.iter().filter(move |line| place.is_none_or(|place| (line.placed, line.rank) <= place))
    }
}

impl<'a> Evaluator<'a> {
    /// `amount of "A" in school year of D`: what is posted of the award, placed in the period of the day.
    pub(in crate::eval) fn amount_of(
        &mut self,
        (award, period): (AwardId, Option<&'a (PeriodKind, Box<Expr>)>),
        span: Span,
        at: &Position,
    ) -> StepId {
        let (counted, inputs) = match period {
            None => (Ok(None), Vec::new()),
            Some((kind, day)) => {
                let day = self.evaluate(day, at);
                let Value::Date(date) = self.value(day) else { return self.note(Op::AmountOf(award), span, &[day], Value::Missing) };
                (calendar::period_of(self.policy, *kind, date).map(Some), vec![day])
            }
        };
        let result = counted.and_then(|counted| self.posted_in(award, counted, at)).map(Value::Money);
        self.settle(Op::AmountOf(award), StepPlace::Clause(span), &inputs, result)
    }

    fn posted_in(&self, award: AwardId, counted: Option<Period>, at: &Position) -> Result<Number> {
        let lines = self.ledger.before(at.place).filter(|line| line.is_of(award));
        let counts_on = |line: &&Posting| if line.award == award { line.placed } else { line.counts_on() };
        total(lines.filter(|line| counted.is_none_or(|period| period.contains(counts_on(line)))))
    }

    /// In a guarantee: the amount of the line at hand.
    pub(in crate::eval) fn amount_paid(&mut self, span: Span) -> StepId {
        self.note(Op::AmountPaid, span, &[], self.line_amount.map_or(Value::Missing, Value::Money))
    }

    /// The opening salary and the changes posted up to the day.
    pub(in crate::eval) fn base_salary(
        &mut self,
        (record, field): (RecordId, FieldId),
        as_of: &'a Expr,
        span: Span,
        at: &Position,
    ) -> StepId {
        let opening = self.field((Scope::Person, record, field), span, at);
        let day_step = self.evaluate(as_of, at);
        let result = match (number_of(self.value(opening)), self.value(day_step)) {
            (Some(opening), Value::Date(day)) => {
                let changes = self.ledger.before(at.place).filter(|line| line.kind == PayKind::BaseSalary && line.effective <= day);
                total(changes).and_then(|changes| Ok(Value::Money(opening.plus(changes)?)))
            }
            _ => Ok(Value::Missing),
        };
        self.settle(Op::BaseSalary, StepPlace::Clause(span), &[opening, day_step], result)
    }
}

fn total<'l>(mut lines: impl Iterator<Item = &'l Posting>) -> Result<Number> {
    lines.try_fold(Number::ZERO, |total, line| Ok(total.plus(line.amount)?))
}
