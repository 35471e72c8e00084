//! Every expression to one meaning and one type. `None` is an expression whose error is already reported.

use std::sync::Arc;

use super::context::{AwardPeriod, Context, EffectiveDate};
use super::{Checker, at, types};
use crate::diagnostic::Diagnostic;
use crate::policy::{Constant, Expr, ExprKind};
use crate::source::Span;
use crate::syntax::ast::{self, DateUnit, ExprKind as Written, Name};
use crate::value::{Rounding, Type};

impl Checker<'_> {
    pub(super) fn expr(&mut self, context: &mut Context, written: &ast::Expr) -> Option<Expr> {
        if self.is_full() {
            return None;
        }
        let span = written.span;
        let (kind, ty) = match &written.kind {
            Written::Money(_)
            | Written::Number(_)
            | Written::Percent(_)
            | Written::Text(_)
            | Written::YesNo(_)
            | Written::Date(_)
            | Written::Duration(_) => constant(&written.kind)?,
            Written::Name(name) => return self.bare_name(context, &Name { kind: name.clone(), span }),
            Written::Qualified(record, field) => return self.qualified_name(context, record, field),
            Written::Own(name) => return self.own_name(context, name).map(|own| Expr { span, ..own }),
            Written::AsOf(value, date) => return self.as_of(context, value, date),
            Written::Not(inner) => {
                let inner = self.expr(context, inner);
                (ExprKind::Not(Box::new(self.condition(inner)?)), Type::YesNo)
            }
            Written::Negative(inner) => self.negative(context, inner)?,
            Written::Binary(op, left, right) => self.binary(context, (*op, span), left, right)?,
            Written::Between(subject, low, high) => self.between(context, subject, low, high)?,
            Written::OneOf(subject, list) => self.one_of(context, subject, list)?,
            Written::IsMissing(inner) => (ExprKind::IsMissing(Box::new(self.expr(context, inner)?)), Type::YesNo),
            Written::IsKnown(inner) => (ExprKind::IsKnown(Box::new(self.expr(context, inner)?)), Type::YesNo),
            Written::Within { .. } => self.within(context, written)?,
            Written::PercentOf(percent, base) => self.percent_of(context, percent, base)?,
            Written::Greatest(list) => {
                let (list, ty) = self.alike(context, list, "`greatest of`")?;
                (ExprKind::Greatest(list), ty)
            }
            Written::Least(list) => {
                let (list, ty) = self.alike(context, list, "`least of`")?;
                (ExprKind::Least(list), ty)
            }
            Written::If { condition, then, otherwise } => self.choice_of_two(context, condition, then, otherwise)?,
            Written::Rounded(inner, rounding) => self.rounded(context, inner, *rounding)?,
            Written::Aggregate { .. } => self.aggregate(context, written)?,
            Written::AtLeastOf(count, list) => self.at_least_of(context, count, list)?,
            Written::Rank(rank) => self.rank(context, rank, span)?,
            Written::Elapsed { .. }
            | Written::PeriodLabel(..)
            | Written::PeriodStart(..)
            | Written::PeriodEnd(..)
            | Written::NextMonthDay { .. }
            | Written::FirstDayOfMonthAfter(_)
            | Written::LastDayOfMonthOf(_)
            | Written::WeekdayOfMonth { .. } => self.date_words(context, written)?,
            Written::CalendarDate { .. } | Written::WorkingDay { .. } | Written::DaysWithin { .. } => {
                self.calendar_words(context, written)?
            }
            Written::TableCell { .. } | Written::TableSearch { .. } | Written::TableNeighbour { .. } => {
                self.table_words(context, written)?
            }
            Written::AmountPaid => self.amount_paid(context, span)?,
            Written::AmountOf { .. } | Written::BaseSalaryAsOf(_) => self.posted_words(context, written)?,
            Written::Bank(reading, bank) => self.bank_reading(context, reading, bank)?,
            Written::Set(reading, set) => self.set_reading(context, *reading, set)?,
            Written::Moved(side, field) => return self.moved_value(context, *side, field).map(|value| Expr { span, ..value }),
            Written::CurrentPeriodStart => self.current_period(context, ExprKind::CurrentPeriodStart, span)?,
            Written::CurrentPeriodEnd => self.current_period(context, ExprKind::CurrentPeriodEnd, span)?,
            Written::EffectiveDate => self.effective_date(context, span)?,
        };
        Some(Expr { kind, ty, span })
    }

    /// `if C then A else B`, where A and B have one type.
    fn choice_of_two(
        &mut self,
        context: &mut Context,
        condition: &ast::Expr,
        then: &ast::Expr,
        otherwise: &ast::Expr,
    ) -> Option<(ExprKind, Type)> {
        let condition = self.expr(context, condition);
        let condition = self.condition(condition);
        let (then, otherwise) = self.pair(context, then, otherwise);
        let (condition, then, otherwise) = (condition?, then?, otherwise?);
        let Some(ty) = types::shared(then.ty, otherwise.ty) else {
            let message = format!("`then` gives {} and `else` gives {}", self.type_words(then.ty), self.type_words(otherwise.ty));
            let unlike = Diagnostic::error("unlike-branches", at(otherwise.span), message).label(then.span, self.type_words(then.ty));
            self.report(unlike.help("give both the same type, such as two amounts of money"));
            return None;
        };
        Some((ExprKind::If { condition: Box::new(condition), then: Box::new(then), otherwise: Box::new(otherwise) }, ty))
    }

    /// Values that can be ordered among each other.
    fn alike(&mut self, context: &mut Context, list: &[ast::Expr], words: &str) -> Option<(Vec<Expr>, Type)> {
        self.check_list(list);
        let checked: Vec<Option<Expr>> = list.iter().map(|value| self.expr(context, value)).collect();
        let checked: Vec<Expr> = checked.into_iter().collect::<Option<_>>()?;
        let first = checked.first()?;
        let mut ty = first.ty;
        for value in &checked {
            let Some(shared) = types::shared(ty, value.ty).filter(|ty| types::is_amount(*ty) || *ty == Type::Date) else {
                let message = format!("{words} compares amounts or dates of one type, and this is {}", self.type_words(value.ty));
                let unlike = Diagnostic::error("unlike-comparison", at(value.span), message).label(first.span, self.type_words(first.ty));
                self.report(unlike.help("compare money with money, numbers with numbers and dates with dates"));
                return None;
            };
            ty = shared;
        }
        Some((checked, ty))
    }

    fn rounded(&mut self, context: &mut Context, inner: &ast::Expr, rounding: Rounding) -> Option<(ExprKind, Type)> {
        let inner = self.expr(context, inner)?;
        let ty = match inner.ty {
            Type::Money => Type::Money,
            Type::Integer | Type::Number => Type::Number,
            Type::YesNo | Type::Percent | Type::Text | Type::Choice(_) | Type::Date | Type::Duration => {
                let message = format!("money and numbers can be rounded, and this is {}", self.type_words(inner.ty));
                self.report(Diagnostic::error("cannot-be-rounded", at(inner.span), message).help("remove `rounded …`"));
                return None;
            }
        };
        Some((ExprKind::Rounded(Box::new(inner), rounding), ty))
    }

    fn current_period(&mut self, context: &Context, kind: ExprKind, span: Span) -> Option<(ExprKind, Type)> {
        match context.period {
            AwardPeriod::Known | AwardPeriod::Inferred => Some((kind, Type::Date)),
            AwardPeriod::None => {
                let message = "there is a period only in an award for each employee and period";
                let outside = Diagnostic::error("period-outside-award", at(span), message);
                self.report(outside.help("name the date's own period, as in `start of fiscal year of approved`"));
                None
            }
        }
    }

    fn effective_date(&mut self, context: &Context, span: Span) -> Option<(ExprKind, Type)> {
        match context.effective_date {
            EffectiveDate::Known => Some((ExprKind::EffectiveDate, Type::Date)),
            EffectiveDate::None => {
                let message = "a value over everybody rests on facts, and no award has an effective date here";
                let outside = Diagnostic::error("award-over-everybody", at(span), message);
                self.report(outside.help("name a date of the row, such as `approved`, or write the day out"));
                None
            }
            EffectiveDate::BeingDecided => {
                let message = "the effective date is decided here and cannot be read here";
                self.report(
                    Diagnostic::error("value-needs-itself", at(span), message).help("name the date it depends on, such as `approved`"),
                );
                None
            }
        }
    }

    /// Both sides, each of which is checked even when the other is wrong.
    pub(super) fn pair(&mut self, context: &mut Context, left: &ast::Expr, right: &ast::Expr) -> (Option<Expr>, Option<Expr>) {
        let left = self.expr(context, left);
        (left, self.expr(context, right))
    }

    /// Notes that a date moves by months or years between `unit`s, for which a month-end rule is needed.
    pub(super) fn note_month_addition(&mut self, unit: DateUnit, span: Span) {
        match unit {
            DateUnit::Days => {}
            DateUnit::Months | DateUnit::Years => self.month_additions.push(span),
        }
    }
}

pub(super) fn constant(written: &Written) -> Option<(ExprKind, Type)> {
    let (constant, ty) = match written {
        Written::Money(number) => (Constant::Money(*number), Type::Money),
        Written::Number(number) => (Constant::Number(*number), if number.to_integer().is_some() { Type::Integer } else { Type::Number }),
        Written::Percent(number) => (Constant::Percent(*number), Type::Percent),
        Written::Text(text) => (Constant::Text(Arc::from(text.as_str())), Type::Text),
        Written::YesNo(answer) => (Constant::YesNo(*answer), Type::YesNo),
        Written::Date(date) => (Constant::Date(*date), Type::Date),
        Written::Duration(duration) => (Constant::Duration(*duration), Type::Duration),
        _ => return None,
    };
    Some((ExprKind::Constant(constant), ty))
}
