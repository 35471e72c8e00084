//! One expression at one position: every operation is a step with its inputs and its value.

use std::cmp::Ordering;

use super::calendar;
use super::operators::{self, truth, truth_value};
use crate::eval::evaluator::{Evaluator, Position};
use crate::eval::trace::{Fault, Op, StepId, StepPlace};
use crate::policy::{Constant, Expr, ExprKind, LetBody, LetId};
use crate::source::Span;
use crate::syntax::ast::{BinaryOp, DateUnit, WithinRelation};
use crate::value::{Duration, Rounding, Value};

impl<'a> Evaluator<'a> {
    /// Evaluates `expr` and returns the step that holds its value. Never fails: what cannot be computed is missing,
    /// and the trace says why.
    ///
    /// What is frequent has functions of its own with the same parameters, so that this is one jump.
    pub fn evaluate(&mut self, expr: &'a Expr, at: &Position) -> StepId {
        match &expr.kind {
            ExprKind::Constant(_) => self.constant(expr, at),
            ExprKind::Field { scope, record, field } => self.read((*scope, *record, *field), expr.span, at),
            ExprKind::Binary(..) => self.binary(expr, at),
            _ => self.evaluate_other(expr, at),
        }
    }

    #[inline(never)]
    fn constant(&mut self, expr: &'a Expr, at: &Position) -> StepId {
        let ExprKind::Constant(constant) = &expr.kind else { return self.evaluate_other(expr, at) };
        self.note(Op::Constant, expr.span, &[], constant_value(constant))
    }

    #[inline(never)]
    pub(super) fn evaluate_other(&mut self, expr: &'a Expr, at: &Position) -> StepId {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Constant(_) | ExprKind::Field { .. } | ExprKind::Binary(..) => self.evaluate(expr, at),
            ExprKind::DatedField { record, field, as_of } => self.dated_field((*record, *field), as_of, span, at),
            ExprKind::LookedUp { key, record, field, as_of } => self.looked_up((key, as_of.as_deref()), (*record, *field), span, at),
            ExprKind::Let(id) => self.named_value(*id, span, at),
            ExprKind::Not(inner) => self.map(Op::Not, inner, at, operators::opposite),
            ExprKind::Negative(inner) => self.map(Op::Negative, inner, at, |value| operators::negative(value, expr.ty)),
            ExprKind::Between(subject, low, high) => self.between((subject, low, high), span, at),
            ExprKind::OneOf(subject, words) => self.one_of(subject, words, span, at),
            ExprKind::IsMissing(inner) => self.known(Op::IsMissing, inner, span, at),
            ExprKind::IsKnown(inner) => self.known(Op::IsKnown, inner, span, at),
            ExprKind::Within { subject, duration, relation, anchor } => self.within((subject, anchor), (*duration, *relation), span, at),
            ExprKind::PercentOf(rate, base) => self.percent_of((rate, base), expr, at),
            ExprKind::Greatest(list) => self.extreme(Op::Greatest, list, span, at),
            ExprKind::Least(list) => self.extreme(Op::Least, list, span, at),
            ExprKind::If { condition, then, otherwise } => self.branch((condition, then, otherwise), span, at),
            ExprKind::Rounded(inner, rounding) => self.rounded_inside(inner, *rounding, expr, at),
            ExprKind::Elapsed { unit, from, to } => self.elapsed(*unit, (from, to), span, at),
            ExprKind::PeriodLabel(_, day) | ExprKind::PeriodStart(_, day) | ExprKind::PeriodEnd(_, day) => self.dated(day, expr, at),
            ExprKind::FirstDayOfMonthAfter(day) | ExprKind::LastDayOfMonthOf(day) => self.dated(day, expr, at),
            ExprKind::NextMonthDay { after: day, .. } | ExprKind::WeekdayOfMonth { after: day, .. } => self.dated(day, expr, at),
            ExprKind::CalendarDate { day, .. } | ExprKind::WorkingDay { day, .. } => self.dated(day, expr, at),
            ExprKind::DaysWithin { period, day, from, to } => self.days_within(*period, [day, from, to], span, at),
            ExprKind::Aggregate { .. } => self.aggregate(expr, at),
            ExprKind::AtLeastOf(count, list) => self.at_least_of(*count, list, span, at),
            ExprKind::Population { id, group, own } => self.population(*id, (group.as_deref(), own), span, at),
            ExprKind::TableCell { table, keys, as_of } => self.table_cell((*table, keys), as_of.as_deref(), span, at),
            ExprKind::TableSearch(search) => self.table_search(search, span, at),
            ExprKind::TableNeighbour { table, key, distance, from } => self.table_neighbour((*table, *key, *distance), from, span, at),
            ExprKind::AmountOf { award, period } => self.amount_of((*award, period.as_ref()), span, at),
            ExprKind::BaseSalaryAsOf { record, field, as_of } => self.base_salary((*record, *field), as_of, span, at),
            ExprKind::Balance(_) | ExprKind::Earned(_) | ExprKind::DateReached(..) | ExprKind::Set(..) => self.bank_value(expr, at),
            ExprKind::NewValue(to, stays) => self.new_value((to, *stays), span, at),
            ExprKind::CurrentPeriodStart => self.current(Op::CurrentPeriod, span, at.period.map(|period| period.start)),
            ExprKind::CurrentPeriodEnd => self.current(Op::CurrentPeriod, span, at.period.map(|period| period.last_day())),
            ExprKind::AmountPaid => self.amount_paid(span),
            ExprKind::EffectiveDate => self.current(Op::EffectiveDate, span, at.effective),
        }
    }

    /// The value of an expression whose steps nobody will look at: what sorts the queue is computed again in its turn.
    pub(in crate::eval) fn peek(&mut self, expr: &'a Expr, at: &Position) -> Value<'a> {
        if let ExprKind::Field { scope, record, field } = expr.kind
            && let Some(row) = self.field_row(scope, record, at)
        {
            return self.field_value((scope, record, field), row);
        }
        *self.result(expr, at).1
    }

    fn named_value(&mut self, id: LetId, span: Span, at: &Position) -> StepId {
        let policy = self.policy;
        let step = match &policy.lets[usize::from(id.0)].body {
            LetBody::Plain(expr) => self.evaluate(expr, at),
            LetBody::Dated { by, cases } => {
                let day_step = self.evaluate(by, at);
                let Value::Date(day) = self.value(day_step) else {
                    return self.note(Op::Let(id), span, &[day_step], Value::Missing);
                };
                let case = cases.iter().find(|(range, _)| range.from <= day && range.to.is_none_or(|to| day <= to));
                let Some((_, expr)) = case else {
                    return self.trace.record_fault(Op::Let(id), StepPlace::Clause(span), &[day_step], Fault::OutsideEveryPeriod);
                };
                let step = self.evaluate(expr, at);
                let value = self.value(step);
                return self.note(Op::Let(id), span, &[step, day_step], value);
            }
        };
        let value = self.value(step);
        self.note(Op::Let(id), span, &[step], value)
    }

    fn map(&mut self, op: Op, inner: &'a Expr, at: &Position, change: impl Fn(Value<'a>) -> Value<'a>) -> StepId {
        let step = self.evaluate(inner, at);
        let value = change(self.value(step));
        self.note(op, inner.span, &[step], value)
    }

    #[inline(never)]
    fn binary(&mut self, expr: &'a Expr, at: &Position) -> StepId {
        let ExprKind::Binary(op, left, right) = &expr.kind else { return self.evaluate_other(expr, at) };
        let op = *op;
        let first = self.evaluate(left, at);
        if matches!(op, BinaryOp::And | BinaryOp::Or) {
            return self.connected(op, (first, right), expr.span, at);
        }
        let inputs = [first, self.evaluate(right, at)];
        let operands = (self.value(inputs[0]), self.value(inputs[1]));
        let value = match op {
            BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Divide => {
                match operators::arithmetic(op, operands, expr.ty, self.month_end()) {
                    Ok(value) => value,
                    Err(fault) => return self.trace.record_fault(Op::Binary(op), StepPlace::Clause(expr.span), &inputs, fault),
                }
            }
            _ => operators::comparison(op, operands.0, operands.1),
        };
        self.note(Op::Binary(op), expr.span, &inputs, value)
    }

    /// `and` and `or`: where the first decides, the second is not looked at.
    #[inline(never)]
    fn connected(&mut self, op: BinaryOp, (first, right): (StepId, &'a Expr), span: Span, at: &Position) -> StepId {
        let value = self.value(first);
        if operators::decides(op, value) {
            return self.note(Op::Binary(op), span, &[first], value);
        }
        let second = self.evaluate(right, at);
        let value = operators::connected(op, (value, self.value(second)));
        self.note(Op::Binary(op), span, &[first, second], value)
    }

    fn between(&mut self, (subject, low, high): (&'a Expr, &'a Expr, &'a Expr), span: Span, at: &Position) -> StepId {
        let steps = [self.evaluate(subject, at), self.evaluate(low, at), self.evaluate(high, at)];
        let value = operators::between(steps.map(|step| self.value(step)));
        self.note(Op::Between, span, &steps, value)
    }

    fn one_of(&mut self, subject: &'a Expr, words: &'a [Expr], span: Span, at: &Position) -> StepId {
        let mut steps = vec![self.evaluate(subject, at)];
        steps.extend(words.iter().map(|word| self.evaluate(word, at)));
        let value = operators::one_of(self.value(steps[0]), steps[1..].iter().map(|step| self.value(*step)));
        self.note(Op::OneOf, span, &steps, value)
    }

    /// `at least 2 of (A, B, C)`: missing where what is missing could decide.
    fn at_least_of(&mut self, count: u32, conditions: &'a [Expr], span: Span, at: &Position) -> StepId {
        let steps: Vec<StepId> = conditions.iter().map(|condition| self.evaluate(condition, at)).collect();
        let of = |wanted: Option<bool>| steps.iter().filter(|step| truth(self.value(**step)) == wanted).count();
        let (holding, missing, wanted) = (of(Some(true)), of(None), count as usize);
        let verdict = if holding >= wanted { Some(true) } else { (holding + missing < wanted).then_some(false) };
        self.note(Op::AtLeastOf, span, &steps, truth_value(verdict))
    }

    /// `is missing` and `is known`. What could not be computed is neither: it stays missing.
    fn known(&mut self, op: Op, inner: &'a Expr, span: Span, at: &Position) -> StepId {
        let step = self.evaluate(inner, at);
        let value = match self.value(step) {
            Value::Missing if self.trace.fault(self.trace.cause_of_missing(step)).is_some() => Value::Missing,
            Value::Missing => Value::YesNo(op == Op::IsMissing),
            _ => Value::YesNo(op == Op::IsKnown),
        };
        self.note(op, span, &[step], value)
    }

    fn within(
        &mut self,
        (subject, anchor): (&'a Expr, &'a Expr),
        (duration, relation): (Duration, WithinRelation),
        span: Span,
        at: &Position,
    ) -> StepId {
        let steps = [self.evaluate(subject, at), self.evaluate(anchor, at)];
        let (Value::Date(subject), Value::Date(anchor)) = (self.value(steps[0]), self.value(steps[1])) else {
            return self.note(Op::Within, span, &steps, Value::Missing);
        };
        match operators::window_around(anchor, duration, relation, self.month_end()) {
            Ok((first, last)) => {
                let far = if relation == WithinRelation::Before { first } else { last };
                let far = self.note(Op::Calendar, span, &[steps[1]], Value::Date(far));
                let inside = first <= subject && subject <= last;
                self.note(Op::Within, span, &[steps[0], steps[1], far], Value::YesNo(inside))
            }
            Err(fault) => self.trace.record_fault(Op::Within, StepPlace::Clause(span), &steps, fault),
        }
    }

    fn percent_of(&mut self, (rate, base): (&'a Expr, &'a Expr), expr: &'a Expr, at: &Position) -> StepId {
        let steps = [self.evaluate(rate, at), self.evaluate(base, at)];
        let values = (self.value(steps[0]), self.value(steps[1]));
        let result = operators::arithmetic(BinaryOp::Multiply, values, expr.ty, self.month_end());
        self.settle(Op::PercentOf, StepPlace::Clause(expr.span), &steps, result)
    }

    fn extreme(&mut self, op: Op, list: &'a [Expr], span: Span, at: &Position) -> StepId {
        let steps: Vec<StepId> = list.iter().map(|expr| self.evaluate(expr, at)).collect();
        let wanted = if op == Op::Greatest { Ordering::Greater } else { Ordering::Less };
        let value = operators::extreme(wanted, steps.iter().map(|step| self.value(*step)));
        self.note(op, span, &steps, value)
    }

    fn branch(&mut self, (condition, then, otherwise): (&'a Expr, &'a Expr, &'a Expr), span: Span, at: &Position) -> StepId {
        let decided = self.evaluate(condition, at);
        let Some(holds) = truth(self.value(decided)) else { return self.note(Op::If, span, &[decided], Value::Missing) };
        let chosen = self.evaluate(if holds { then } else { otherwise }, at);
        let value = self.value(chosen);
        self.note(Op::If, span, &[decided, chosen], value)
    }

    fn rounded_inside(&mut self, inner: &'a Expr, rounding: Rounding, expr: &'a Expr, at: &Position) -> StepId {
        let step = self.evaluate(inner, at);
        let result = operators::rounded(self.value(step), rounding, expr.ty);
        self.settle(Op::RoundedInside, StepPlace::Clause(expr.span), &[step], result)
    }

    fn elapsed(&mut self, unit: DateUnit, (from, to): (&'a Expr, &'a Expr), span: Span, at: &Position) -> StepId {
        let steps = [self.evaluate(from, at), self.evaluate(to, at)];
        let result = operators::elapsed(unit, (self.value(steps[0]), self.value(steps[1])), self.month_end());
        self.settle(Op::Elapsed, StepPlace::Clause(span), &steps, result)
    }

    /// A calendar function of one date.
    fn dated(&mut self, day: &'a Expr, expr: &'a Expr, at: &Position) -> StepId {
        let step = self.evaluate(day, at);
        let result = match self.value(step) {
            Value::Date(day) => calendar::of_day(self.policy, &expr.kind, day),
            _ => Ok(Value::Missing),
        };
        self.settle(Op::Calendar, StepPlace::Clause(expr.span), &[step], result)
    }
}

#[inline]
pub(in crate::eval) fn constant_value(constant: &Constant) -> Value<'_> {
    match constant {
        Constant::Money(number) => Value::Money(*number),
        Constant::Number(number) => Value::Number(*number),
        Constant::Percent(number) => Value::Percent(*number),
        Constant::Text(text) => Value::Text(text),
        Constant::YesNo(truth) => Value::YesNo(*truth),
        Constant::Date(date) => Value::Date(*date),
        Constant::Duration(duration) => Value::Duration(*duration),
    }
}
