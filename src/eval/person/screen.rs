//! Rows that an award passes over whatever is posted: leading conditions on one column, decided once for each of its values.
//!
//! The evaluator itself decides, at the first row that has the value, so there is no second way to decide a condition; of other rows
//! with the value the same steps are recorded again.

use super::timeline::Timeline;
use crate::eval::evaluator::{Evaluator, Position};
use crate::eval::expression::operators::truth;
use crate::eval::trace::{Op, StepId, Template, Trace};
use crate::facts::{Column, Facts};
use crate::policy::{Award, AwardId, Each, Expr, ExprKind, FieldId, LetBody, Policy, RecordId, Scope};
use crate::value::Number;

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
    /// By condition; none where it looks at something else.
    conditions: Vec<Option<Check<'a>>>,
    /// So many of the first decide before the queue; 0 where something else decides first.
    leading: usize,
}

#[derive(Debug)]
struct Check<'a> {
    condition: &'a Expr,
    column: &'a Column,
    /// By the value's number in its column.
    decided: Vec<Decided>,
    /// By the value's number: which of the templates, from 1; the marks below where there is none.
    recorded: Vec<u32>,
    templates: Vec<Template<'a>>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Decided {
    #[default]
    NotYet,
    Holds,
    Fails,
    Missing,
}

/// Columns with more distinct values are looked at row by row.
const VALUES_MOST: usize = 1 << 17;

/// A value that was not met, and one that was met once: what comes once needs no template.
const UNMET: u32 = 0;
const MET: u32 = u32::MAX;

/// Of so many distinct values the steps of a condition are kept.
const TEMPLATES_MOST: usize = 1 << 11;

impl<'a> Screens<'a> {
    pub fn new(policy: &'a Policy, facts: &'a Facts) -> Screens<'a> {
        Screens(policy.awards.iter().map(|award| Checks::of(policy, facts, award)).collect())
    }

    /// Whether the award passes the row over, and so is not eligible by a condition that no other row can change.
    #[inline]
    pub fn passes_over(&mut self, award: usize, (record, row): (RecordId, u32), evaluator: &mut Evaluator<'a>) -> bool {
        let Checks { conditions, leading } = &mut self.0[award];
        for check in conditions[..*leading].iter_mut().flatten() {
            let number = value_number(check.column, row);
            let known = number.and_then(|number| check.decided.get(number).copied()).unwrap_or_default();
            let decided = if known == Decided::NotYet { check.decide(number, (record, row), evaluator) } else { known };
            match decided {
                Decided::Holds => {}
                Decided::Fails => return true,
                Decided::Missing | Decided::NotYet => return false,
            }
        }
        false
    }
}

impl<'a> Check<'a> {
    fn decide(&mut self, number: Option<usize>, event: (RecordId, u32), evaluator: &mut Evaluator<'a>) -> Decided {
        let mark = evaluator.trace.mark();
        let step = evaluator.evaluate(self.condition, &Position { event: Some(event), ..Position::default() });
        let decided = match truth(evaluator.value(step)) {
            Some(true) => Decided::Holds,
            Some(false) => Decided::Fails,
            None => Decided::Missing,
        };
        evaluator.trace.rewind(mark);
        if let Some(number) = number {
            if number >= self.decided.len() {
                self.decided.resize(number + 1, Decided::NotYet);
            }
            self.decided[number] = decided;
        }
        decided
    }
}

impl<'a> Check<'a> {
    #[inline]
    fn template(&self, number: usize) -> Option<&Template<'a>> {
        let at = self.recorded.get(number)?.wrapping_sub(1);
        self.templates.get(at as usize)
    }

    /// Keeps the steps since the mark, if the value was met before.
    fn keep(&mut self, number: usize, (trace, mark): (&Trace<'a>, (usize, usize, usize))) {
        if number >= self.recorded.len() {
            self.recorded.resize(number + 1, UNMET);
        }
        if self.recorded[number] == UNMET {
            self.recorded[number] = MET;
        } else if self.templates.len() < TEMPLATES_MOST
            && let Some(template) = trace.since(mark)
        {
            self.templates.push(template);
            self.recorded[number] = self.templates.len() as u32;
        }
    }
}

impl<'a> Timeline<'a> {
    /// The step that decides a condition of the award.
    pub(in crate::eval) fn condition(&mut self, (award, index): (AwardId, u16), condition: &'a Expr, at: &Position) -> StepId {
        let check = self.screens.0[usize::from(award.0)].conditions[usize::from(index)].as_mut();
        let known = check.zip(at.event).and_then(|(check, (_, row))| Some((value_number(check.column, row)?, check, row)));
        let Some((number, check, row)) = known else { return self.evaluator.decide(Op::Condition(index), condition, at) };
        if let Some(template) = check.template(number) {
            return self.evaluator.trace.record_again(template, row);
        }
        let mark = self.evaluator.trace.mark();
        let step = self.evaluator.decide(Op::Condition(index), condition, at);
        check.keep(number, (&self.evaluator.trace, mark));
        step
    }
}

impl<'a> Checks<'a> {
    fn of(policy: &'a Policy, facts: &'a Facts, award: &'a Award) -> Checks<'a> {
        let column_of = |condition: &Expr| {
            let Each::Event(record) = award.each else { return None };
            let mut only = None;
            let column =
                (looks_at_one(policy, condition, &mut only)).then_some(only).flatten().map(|field| facts.table(record).column(field))?;
            let distinct = if let Column::Text(texts) = column { texts.distinct() } else { 0 };
            (distinct <= VALUES_MOST && !matches!(column, Column::Person)).then_some(column)
        };
        let check = |condition: &'a Expr| {
            let column = column_of(condition)?;
            Some(Check { condition, column, decided: Vec::new(), recorded: Vec::new(), templates: Vec::new() })
        };
        let conditions: Vec<_> = award.conditions.iter().map(check).collect();
        // a held row holds the person, a credit may stand in the opening balances, a choice asks who competes, and each payment has an outcome
        let is_last = policy.held_rows_hold_person || award.credits.is_some() || award.choose.is_some() || award.recurs.is_some();
        let leading = if is_last { 0 } else { conditions.iter().take_while(|check| check.is_some()).count() };
        Checks { conditions, leading }
    }
}

/// Whether the expression hangs on one field of the award's row and on nothing else.
fn looks_at_one(policy: &Policy, expr: &Expr, only: &mut Option<FieldId>) -> bool {
    match &expr.kind {
        ExprKind::Constant(_) => true,
        ExprKind::Field { scope: Scope::Event, field, .. } => *only.get_or_insert(*field) == *field,
        ExprKind::Let(id) => match &policy.lets[usize::from(id.0)].body {
            LetBody::Plain(inner) => looks_at_one(policy, inner, only),
            LetBody::Dated { .. } => false,
        },
        ExprKind::Not(inner) | ExprKind::Negative(inner) | ExprKind::IsMissing(inner) | ExprKind::IsKnown(inner) => {
            looks_at_one(policy, inner, only)
        }
        ExprKind::Rounded(inner, _) | ExprKind::LastDayOfMonthOf(inner) | ExprKind::FirstDayOfMonthAfter(inner) => {
            looks_at_one(policy, inner, only)
        }
        ExprKind::PeriodLabel(_, day) | ExprKind::PeriodStart(_, day) | ExprKind::PeriodEnd(_, day) => looks_at_one(policy, day, only),
        ExprKind::Binary(_, left, right) => looks_at_one(policy, left, only) && looks_at_one(policy, right, only),
        ExprKind::Within { subject, anchor, .. } => looks_at_one(policy, subject, only) && looks_at_one(policy, anchor, only),
        ExprKind::Between(subject, low, high) => [subject, low, high].into_iter().all(|part| looks_at_one(policy, part, only)),
        ExprKind::OneOf(subject, words) => looks_at_one(policy, subject, only) && words.iter().all(|word| looks_at_one(policy, word, only)),
        // everything else may hang on the person, on other rows or on what is posted
        _ => false,
    }
}

/// The number of the row's value among those of its column, 0 for missing; none for a value beyond those that are numbered.
#[inline]
fn value_number(column: &Column, row: u32) -> Option<usize> {
    let at = row as usize;
    Some(match column {
        Column::Absent | Column::Person => 0,
        Column::Text(texts) => texts.code(row) as usize,
        Column::YesNo(values) => values[at].map_or(0, |yes| 1 + usize::from(yes)),
        Column::Choice { codes, .. } => codes[at].map_or(0, |code| 1 + usize::from(code)),
        Column::Number(numbers) | Column::Percent(numbers) | Column::Money(numbers) => {
            numbers.get(row).map_or(Some(0), |number| small(number).map(|number| number + 1))?
        }
        Column::Date(days) => match days[at] {
            None => 0,
            Some(day) => (usize::try_from(day.year() - 1900).ok()? << 9 | (day.month() as usize) << 5 | day.day() as usize) + 1,
        },
    })
    .filter(|number| *number <= VALUES_MOST)
}

fn small(number: Number) -> Option<usize> {
    number.to_integer().and_then(|integer| usize::try_from(integer).ok())
}
