//! Words about dates, and the month-end rule that adding months or years needs.

use super::context::Context;
use super::{Checker, at};
use crate::diagnostic::Diagnostic;
use crate::policy::walk::each_part;
use crate::policy::{Constant, Expr, ExprKind};
use crate::source::Span;
use crate::syntax::ast::{self, DateUnit, ExprKind as Written};
use crate::value::{Duration, Type};

/// Whether a length of time has months or years in it, so that adding it needs a month-end rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Months {
    None,
    Some,
}

impl Checker<'_> {
    /// What a length of time is made of.
    pub(super) fn months(&self, length: &Expr) -> Months {
        let mut found = Months::None;
        each_part(length, &mut |part| {
            if let ExprKind::Constant(Constant::Duration(duration)) = part.kind
                && duration.months != 0
            {
                found = Months::Some;
            }
            if let ExprKind::Let(id) = part.kind {
                found = found.max(self.lets.get(usize::from(id.0)).map_or(Months::None, |entry| entry.months));
            }
        });
        found
    }

    pub(super) fn date_words(&mut self, context: &mut Context, written: &ast::Expr) -> Option<(ExprKind, Type)> {
        let span = written.span;
        let kind = match &written.kind {
            Written::Elapsed { unit, from, to } => return self.elapsed(context, (*unit, span), from, to),
            Written::PeriodLabel(word, date) => {
                let (kind, date) = (self.period_kind(word, span), self.inner_date(context, date));
                return Some((ExprKind::PeriodLabel(kind?, date?), Type::Text));
            }
            Written::PeriodStart(word, date) => {
                let (kind, date) = (self.period_kind(word, span), self.inner_date(context, date));
                ExprKind::PeriodStart(kind?, date?)
            }
            Written::PeriodEnd(word, date) => {
                let (kind, date) = (self.period_kind(word, span), self.inner_date(context, date));
                ExprKind::PeriodEnd(kind?, date?)
            }
            Written::NextMonthDay { month, day, same_day_counts, after } => {
                let after = self.inner_date(context, after)?;
                ExprKind::NextMonthDay { month: *month, day: *day, same_day_counts: *same_day_counts, after }
            }
            Written::FirstDayOfMonthAfter(date) => ExprKind::FirstDayOfMonthAfter(self.inner_date(context, date)?),
            Written::LastDayOfMonthOf(date) => ExprKind::LastDayOfMonthOf(self.inner_date(context, date)?),
            Written::WeekdayOfMonth { nth, weekday, month, same_day_counts, after } => {
                let after = self.inner_date(context, after)?;
                ExprKind::WeekdayOfMonth { nth: *nth, weekday: *weekday, month: *month, same_day_counts: *same_day_counts, after }
            }
            _ => return None,
        };
        Some((kind, Type::Date))
    }

    pub(super) fn inner_date(&mut self, context: &mut Context, date: &ast::Expr) -> Option<Box<Expr>> {
        let date = self.expr(context, date);
        self.date(date, "the day that is meant").map(Box::new)
    }

    fn elapsed(
        &mut self,
        context: &mut Context,
        (unit, span): (DateUnit, Span),
        from: &ast::Expr,
        to: &ast::Expr,
    ) -> Option<(ExprKind, Type)> {
        let (from, to) = self.pair(context, from, to);
        let (from, to) = (self.date(from, "the beginning"), self.date(to, "the end"));
        self.note_month_addition(unit, span);
        Some((ExprKind::Elapsed { unit, from: Box::new(from?), to: Box::new(to?) }, Type::Integer))
    }

    /// Notes a length in months or years; refuses a length of nothing.
    pub(super) fn check_length(&mut self, length: Duration, span: Span) {
        if length.months <= 0 && length.days <= 0 {
            let message = "a time of no length holds nothing";
            self.report(Diagnostic::error("no-length", at(span), message).help("write a length such as `90 days` or `1 year`"));
        }
        if length.months != 0 {
            self.month_additions.push(span);
        }
    }

    /// One message for the whole file: the rule is declared once.
    pub(super) fn check_month_end(&mut self) {
        if self.head.month_end.is_some() {
            return;
        }
        let mut places = std::mem::take(&mut self.month_additions);
        places.sort();
        for place in places {
            let message = "months or years are added to a date or counted from it, and February 29 plus 1 year could be two days";
            let missing = Diagnostic::error("missing-month-end", at(place), message)
                .help("add to the policy's head: `month end last day` (February 29 + 1 year = February 28)")
                .help("or `month end next day` (= March 1), or `month end refuse` (the row is held)");
            self.report_absent_from_head("month end", missing);
        }
    }
}
