//! One expression at one position: every operation is a step with its inputs and its value.

use super::calendar;
use super::operators::{self, both, either, truth, truth_value};
use super::working_day;
use crate::eval::evaluator::{Evaluator, Position};
use crate::eval::trace::{Fault, Op, StepId, StepPlace};
use crate::policy::{Constant, Expr, ExprKind, LetBody, LetId, PeriodKind};
use crate::source::Span;
use crate::syntax::ast::{BinaryOp, DateUnit, WithinRelation};
use crate::value::{Date, Duration, Rounding, Value};

impl<'a> Evaluator<'a> {
    /// Evaluates `expr` and returns the step that holds its value. Never fails: what cannot be computed is missing,
    /// and the trace says why.
    ///
    /// What is frequent has functions of its own with the same parameters, so that this is one jump.
    pub fn evaluate(&mut self, expr: &'a Expr, at: &Position) -> StepId {
        match &expr.kind {
            ExprKind::Constant(_) => self.constant(expr, at),
            ExprKind::Field { .. } => self.read(expr, at),
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
            ExprKind::Not(inner) => self.map(Op::Not, inner, at, |value| truth_value(truth(value).map(|truth| !truth))),
            ExprKind::Negative(inner) => self.negative(inner, expr, at),
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
            ExprKind::PeriodLabel(kind, date) => self.dated(date, span, at, |it, date| it.period_label(*kind, date)),
            ExprKind::PeriodStart(kind, date) => {
                self.dated(date, span, at, |it, date| Ok(Value::Date(calendar::period_of(it.policy, *kind, date)?.start)))
            }
            ExprKind::PeriodEnd(kind, date) => {
                self.dated(date, span, at, |it, date| Ok(Value::Date(calendar::period_of(it.policy, *kind, date)?.last_day())))
            }
            ExprKind::NextMonthDay { month, day, same_day_counts, after } => self.dated(after, span, at, |_, date| {
                let earliest = if *same_day_counts { date } else { date.plus_days(1)? };
                Ok(Value::Date(calendar::next_month_day(*month, *day, earliest)?))
            }),
            ExprKind::FirstDayOfMonthAfter(date) => {
                self.dated(date, span, at, |it, date| Ok(Value::Date(calendar::period_of(it.policy, PeriodKind::Month, date)?.end)))
            }
            ExprKind::LastDayOfMonthOf(date) => {
                self.dated(date, span, at, |it, date| Ok(Value::Date(calendar::period_of(it.policy, PeriodKind::Month, date)?.last_day())))
            }
            ExprKind::WeekdayOfMonth { nth, weekday, month, same_day_counts, after } => self.dated(after, span, at, |_, date| {
                let earliest = if *same_day_counts { date } else { date.plus_days(1)? };
                Ok(Value::Date(calendar::weekday_of_month((*nth, *weekday, *month), earliest)?))
            }),
            ExprKind::CalendarDate { calendar, date, side, day } => {
                let calendar = &self.policy.calendars[usize::from(calendar.0)];
                self.dated(day, span, at, |_, day| working_day::calendar_date(calendar, *date, *side, day).map(Value::Date))
            }
            ExprKind::WorkingDay { which, day, except } => {
                let except = except.map(|calendar| &self.policy.calendars[usize::from(calendar.0)]);
                self.dated(day, span, at, |_, day| working_day::working_day(*which, day, except).map(Value::Date))
            }
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
        let step = self.evaluate(expr, at);
        self.value(step)
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

    fn negative(&mut self, inner: &'a Expr, expr: &'a Expr, at: &Position) -> StepId {
        self.map(Op::Negative, inner, at, |value| match value {
            Value::Duration(duration) => Value::Duration(duration.negated()),
            value => operators::number_of(value).map_or(value, |number| operators::typed(expr.ty, number.negated())),
        })
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
        if matches!((op, truth(value)), (BinaryOp::And, Some(false)) | (BinaryOp::Or, Some(true))) {
            return self.note(Op::Binary(op), span, &[first], value);
        }
        let second = self.evaluate(right, at);
        let (left, right) = (truth(value), truth(self.value(second)));
        let value = if op == BinaryOp::And { both(left, right) } else { either(left, right) };
        self.note(Op::Binary(op), span, &[first, second], truth_value(value))
    }

    fn between(&mut self, (subject, low, high): (&'a Expr, &'a Expr, &'a Expr), span: Span, at: &Position) -> StepId {
        let steps = [self.evaluate(subject, at), self.evaluate(low, at), self.evaluate(high, at)];
        let [subject, low, high] = steps.map(|step| self.value(step));
        let above = truth(operators::comparison(BinaryOp::AtLeast, subject, low));
        let below = truth(operators::comparison(BinaryOp::AtMost, subject, high));
        self.note(Op::Between, span, &steps, truth_value(both(above, below)))
    }

    fn one_of(&mut self, subject: &'a Expr, words: &'a [Expr], span: Span, at: &Position) -> StepId {
        let mut steps = vec![self.evaluate(subject, at)];
        let value = self.value(steps[0]);
        let mut found = Some(false);
        for word in words {
            let step = self.evaluate(word, at);
            found = either(found, truth(operators::comparison(BinaryOp::Is, value, self.value(step))));
            steps.push(step);
        }
        self.note(Op::OneOf, span, &steps, truth_value(found))
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

    /// Passes over what is not applicable; one missing value makes the result missing (DESIGN 1.1).
    fn extreme(&mut self, op: Op, list: &'a [Expr], span: Span, at: &Position) -> StepId {
        let steps: Vec<StepId> = list.iter().map(|expr| self.evaluate(expr, at)).collect();
        let mut best = Value::NotApplicable;
        for value in steps.iter().map(|step| self.value(*step)) {
            best = match (value, best) {
                (Value::Missing, _) | (_, Value::Missing) => Value::Missing,
                (Value::NotApplicable, best) => best,
                (value, Value::NotApplicable) => value,
                (value, best) => {
                    let more = operators::compared(value, best).is_some_and(std::cmp::Ordering::is_gt);
                    if more == (op == Op::Greatest) { value } else { best }
                }
            };
        }
        self.note(op, span, &steps, best)
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
        let result = match operators::number_of(self.value(step)) {
            Some(number) => number.rounded(rounding).map(|number| operators::typed(expr.ty, number)).map_err(Fault::from),
            None => Ok(self.value(step)),
        };
        self.settle(Op::RoundedInside, StepPlace::Clause(expr.span), &[step], result)
    }

    fn elapsed(&mut self, unit: DateUnit, (from, to): (&'a Expr, &'a Expr), span: Span, at: &Position) -> StepId {
        let steps = [self.evaluate(from, at), self.evaluate(to, at)];
        let result = match (self.value(steps[0]), self.value(steps[1])) {
            (Value::Date(from), Value::Date(to)) => operators::elapsed(unit, from, to, self.month_end()).map(Value::Number),
            _ => Ok(Value::Missing),
        };
        self.settle(Op::Elapsed, StepPlace::Clause(span), &steps, result)
    }

    fn period_label(&self, kind: PeriodKind, date: Date) -> operators::Result<Value<'a>> {
        Ok(calendar::label(self.policy, kind, calendar::period_of(self.policy, kind, date)?))
    }

    /// A calendar function of one date.
    fn dated(
        &mut self,
        date: &'a Expr,
        span: Span,
        at: &Position,
        function: impl Fn(&Evaluator<'a>, Date) -> operators::Result<Value<'a>>,
    ) -> StepId {
        let step = self.evaluate(date, at);
        let result = match self.value(step) {
            Value::Date(date) => function(self, date),
            _ => Ok(Value::Missing),
        };
        self.settle(Op::Calendar, StepPlace::Clause(span), &[step], result)
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
