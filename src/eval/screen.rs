//! Rows that an award passes over whatever is posted: leading conditions on one column, decided once for each of its values.
//!
//! The evaluator itself decides, at the first row that has the value, so there is no second way to decide a condition.

use super::evaluator::{Evaluator, Position};
use super::operators::truth;
use crate::facts::{Column, Facts};
use crate::policy::{Award, Each, Expr, ExprKind, FieldId, LetBody, Policy, RecordId, Scope};
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

/// By award: the conditions that are decided before the queue; none where something else decides first.
#[derive(Debug)]
pub struct Screens<'a>(Vec<Vec<Check<'a>>>);

#[derive(Debug)]
struct Check<'a> {
    condition: &'a Expr,
    column: &'a Column,
    /// By the value's number in its column.
    decided: Vec<Decided>,
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

impl<'a> Screens<'a> {
    pub fn new(policy: &'a Policy, facts: &'a Facts) -> Screens<'a> {
        Screens(policy.awards.iter().map(|award| checks(policy, facts, award)).collect())
    }

    /// Whether the award passes the row over, and so is not eligible by a condition that no other row can change.
    #[inline]
    pub fn passes_over(&mut self, award: usize, (record, row): (RecordId, u32), evaluator: &mut Evaluator<'a>) -> bool {
        for check in &mut self.0[award] {
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

fn checks<'a>(policy: &'a Policy, facts: &'a Facts, award: &'a Award) -> Vec<Check<'a>> {
    let Each::Event(record) = award.each else { return Vec::new() };
    // a held row holds the person, a credit may stand in the opening balances, a choice asks who competes, and each payment has an outcome
    if policy.held_rows_hold_person || award.credits.is_some() || award.choose.is_some() || award.recurs.is_some() {
        return Vec::new();
    }
    let column_of = |condition: &Expr| {
        let mut only = None;
        let column =
            (looks_at_one(policy, condition, &mut only)).then_some(only).flatten().map(|field| facts.table(record).column(field))?;
        let distinct = if let Column::Text(texts) = column { texts.distinct() } else { 0 };
        (distinct <= VALUES_MOST && !matches!(column, Column::Person)).then_some(column)
    };
    let leading = award.conditions.iter().map_while(|condition| column_of(condition).map(|column| (condition, column)));
    leading.map(|(condition, column)| Check { condition, column, decided: Vec::new() }).collect()
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
