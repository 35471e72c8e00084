//! Rows that an award passes over whatever is posted: leading conditions on one column, decided by what stands there.

use super::candidate::Candidate;
use super::check::{Asks, Check, Decided, VALUES_MOST};
use super::stretch::{State, Stretch};
use super::timeline::Timeline;
use crate::eval::evaluator::{Evaluator, Position};
use crate::eval::history::posted::Stop;
use crate::eval::trace::{Op, StepId};
use crate::facts::{Column, Facts};
use crate::policy::{Award, AwardId, Each, Expr, ExprKind, FieldId, LetBody, Policy, RecordId, Scope};

/// What is done with rows that an award passes over before they stand in the person's queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PassedOver {
    /// They stand in the queue with the others: their outcomes are in its order.
    InQueue,
    /// Their outcomes, with all steps, stand before those of the queue.
    Apart,
    /// They are counted.
    Counted,
}

/// By award: its conditions that look at one column.
#[derive(Debug)]
pub struct Screens<'a>(Vec<Checks<'a>>);

#[derive(Debug)]
struct Checks<'a> {
    stretches: Vec<Stretch<'a>>,
    /// By condition: the stretch that begins with it, from 1; 0 where none does.
    begins: Vec<u16>,
    /// Whether the first conditions decide before the queue.
    lead: bool,
}

/// What the leading conditions of an award say of a row before the queue.
#[derive(Clone, Copy, Debug, Default)]
pub struct Screened {
    pub passed_over: bool,
    /// The state in which they leave the row, where it is kept.
    pub state: Option<u32>,
}

impl<'a> Screens<'a> {
    pub fn new(policy: &'a Policy, facts: &'a Facts) -> Screens<'a> {
        Screens(policy.awards.iter().map(|award| Checks::of(policy, facts, award)).collect())
    }

    /// Whether the award passes the row over, and so is not eligible by a condition that no other row can change.
    #[inline]
    pub fn screen(&mut self, award: usize, event: (RecordId, u32), evaluator: &mut Evaluator<'a>) -> Screened {
        let checks = &mut self.0[award];
        let Some(stretch) = checks.stretches.first_mut().filter(|_| checks.lead) else { return Screened::default() };
        match stretch.decide(event, evaluator) {
            Some((state, decided)) => Screened { passed_over: decided == Decided::Fails, state: Some(state) },
            None => Screened { passed_over: stretch.fails(event, evaluator), state: None },
        }
    }

    /// The conditions from this one on that are decided together.
    #[inline]
    fn stretch(&mut self, award: AwardId, first: u16) -> Option<&mut Stretch<'a>> {
        let Checks { stretches, begins, .. } = &mut self.0[usize::from(award.0)];
        let number = begins.get(usize::from(first))?.checked_sub(1)?;
        stretches.get_mut(usize::from(number))
    }
}

impl<'a> Timeline<'a> {
    /// Goes through the conditions in the order written. Some: the one that does not hold.
    pub(in crate::eval) fn failed_condition(
        &mut self,
        award: &'a Award,
        candidate: &Candidate<'a>,
        at: &Position,
    ) -> Result<Option<u16>, Stop> {
        let mut index = 0;
        while let Some(condition) = award.conditions.get(usize::from(index)) {
            let (decided, conditions, step) = self.decide_together(candidate, index, at).unwrap_or_else(|| {
                let (step, value) = self.evaluator.decided(Op::Condition(index), condition, at);
                (Decided::of(*value), 1, step)
            });
            index += conditions;
            match decided {
                Decided::Holds => {}
                Decided::Fails => return Ok(Some(index - 1)),
                Decided::Missing => return Err(Stop::Missing(step)),
            }
        }
        Ok(None)
    }

    /// Records the steps of all conditions from `first` on that are decided by what stands in the row: what they say, how many they are, and the last step.
    fn decide_together(&mut self, candidate: &Candidate<'a>, first: u16, at: &Position) -> Option<(Decided, u16, StepId)> {
        let stretch = self.screens.stretch(candidate.award, first)?;
        let (record, row) = at.event?;
        let known = candidate.screened.filter(|_| first == 0);
        let number = known.or_else(|| Some(stretch.decide((record, row), &mut self.evaluator)?.0))?;
        let State { decided, conditions, steps, .. } = stretch.state(number)?;
        let step = self.evaluator.trace.record_again(steps.as_ref()?, row);
        Some((*decided, *conditions, step))
    }
}

impl<'a> Checks<'a> {
    fn of(policy: &'a Policy, facts: &'a Facts, award: &'a Award) -> Checks<'a> {
        let column_of = |condition: &Expr| {
            let Each::Event(record) = award.each else { return None };
            let mut look = Look::default();
            let field = looks_at_one(policy, condition, &mut look).then_some(look.field).flatten()?;
            let column = facts.table(record).column(field);
            let distinct = if let Column::Text(texts) = column { texts.distinct() } else { 0 };
            let asks = if look.at_value { Asks::Value } else { Asks::WhetherKnown };
            (distinct <= VALUES_MOST && !matches!(column, Column::Person)).then_some((column, asks))
        };
        let mut stretches = Vec::new();
        let (mut first, mut checks) = (0, Vec::new());
        for (index, condition) in (0u16..).zip(&award.conditions) {
            match column_of(condition) {
                Some(column) => checks.push(Check::new(index, condition, column)),
                None => {
                    stretches.extend((!checks.is_empty()).then(|| Stretch::new(first, std::mem::take(&mut checks))));
                    first = index + 1;
                }
            }
        }
        stretches.extend((!checks.is_empty()).then(|| Stretch::new(first, checks)));
        // a held row holds the person, a credit may stand in the opening balances, a choice asks who competes, and each payment has an outcome
        let is_last = policy.held_rows_hold_person || award.credits.is_some() || award.choose.is_some() || award.recurs.is_some();
        let lead = !is_last && stretches.first().is_some_and(|stretch| stretch.first == 0);
        let mut begins = vec![0; award.conditions.len()];
        (1u16..).zip(&stretches).for_each(|(number, stretch)| begins[usize::from(stretch.first)] = number);
        Checks { stretches, begins, lead }
    }
}

/// What an expression looks at.
#[derive(Default)]
struct Look {
    field: Option<FieldId>,
    /// It looks at the value, not only whether there is one.
    at_value: bool,
}

impl Look {
    /// Whether the field is the only one so far.
    fn only(&mut self, field: FieldId) -> bool {
        *self.field.get_or_insert(field) == field
    }
}

/// Whether the expression hangs on one field of the award's row and on nothing else.
fn looks_at_one(policy: &Policy, expr: &Expr, look: &mut Look) -> bool {
    match &expr.kind {
        ExprKind::Constant(_) => true,
        ExprKind::Field { scope: Scope::Event, field, .. } => {
            look.at_value = true;
            look.only(*field)
        }
        ExprKind::IsMissing(inner) | ExprKind::IsKnown(inner) if let ExprKind::Field { scope: Scope::Event, field, .. } = inner.kind => {
            look.only(field)
        }
        ExprKind::Let(id) => match &policy.lets[usize::from(id.0)].body {
            LetBody::Plain(inner) => looks_at_one(policy, inner, look),
            LetBody::Dated { .. } => false,
        },
        ExprKind::Not(inner) | ExprKind::Negative(inner) | ExprKind::IsMissing(inner) | ExprKind::IsKnown(inner) => {
            looks_at_one(policy, inner, look)
        }
        ExprKind::Rounded(inner, _) | ExprKind::LastDayOfMonthOf(inner) | ExprKind::FirstDayOfMonthAfter(inner) => {
            looks_at_one(policy, inner, look)
        }
        ExprKind::PeriodLabel(_, day) | ExprKind::PeriodStart(_, day) | ExprKind::PeriodEnd(_, day) => looks_at_one(policy, day, look),
        ExprKind::Binary(_, left, right) => looks_at_one(policy, left, look) && looks_at_one(policy, right, look),
        ExprKind::Within { subject, anchor, .. } => looks_at_one(policy, subject, look) && looks_at_one(policy, anchor, look),
        ExprKind::Between(subject, low, high) => [subject, low, high].into_iter().all(|part| looks_at_one(policy, part, look)),
        ExprKind::OneOf(subject, words) => looks_at_one(policy, subject, look) && words.iter().all(|word| looks_at_one(policy, word, look)),
        // everything else may hang on the person, on other rows or on what is posted
        _ => false,
    }
}
