//! Words that count by a calendar: a period's further dates, working days, days within a period.

use super::context::Context;
use super::{Checker, at, names};
use crate::diagnostic::Diagnostic;
use crate::policy::{CalendarDate, CalendarId, Expr, ExprKind};
use crate::syntax::ast::{self, CalendarSide, Declaration, ExprKind as Written, Name};
use crate::value::Type;

impl Checker<'_> {
    pub(super) fn calendar_words(&mut self, context: &mut Context, written: &ast::Expr) -> Option<(ExprKind, Type)> {
        match &written.kind {
            Written::CalendarDate { calendar, date, side, day } => {
                let found = self.calendar_named(&calendar.kind, calendar.span);
                let day = self.inner_date(context, day);
                let calendar = found?;
                let date = self.calendar_date(calendar, date, *side)?;
                Some((ExprKind::CalendarDate { calendar, date, side: *side, day: day? }, Type::Date))
            }
            Written::WorkingDay { which, day, except } => {
                let except = except.as_ref().map(|calendar| self.calendar_named(&calendar.kind, calendar.span));
                let day = self.inner_date(context, day);
                let except = match except {
                    Some(calendar) => Some(calendar?),
                    None => None,
                };
                Some((ExprKind::WorkingDay { which: *which, day: day?, except }, Type::Date))
            }
            Written::DaysWithin { period, day, from, to } => {
                let period = self.period_kind(period, written.span);
                let day = self.inner_date(context, day);
                let (from, to) = self.pair(context, from, to);
                let ends = |checker: &mut Self, end: Option<Expr>, words: &str| checker.date(end, words).map(Box::new);
                let (from, to) = (ends(self, from, "the beginning"), ends(self, to, "the end"));
                Some((ExprKind::DaysWithin { period: period?, day: day?, from: from?, to: to? }, Type::Integer))
            }
            _ => None,
        }
    }

    /// The date of that name, which every line must have where the line that holds a day is asked for it.
    fn calendar_date(&mut self, calendar: CalendarId, name: &Name, side: CalendarSide) -> Option<CalendarDate> {
        match name.kind.as_str() {
            "start" => return Some(CalendarDate::Start),
            "end" => return Some(CalendarDate::End),
            _ => {}
        }
        let known = self.calendars.get(usize::from(calendar.0))?;
        let Some(index) = known.dates.iter().position(|dates| dates.name == name.kind) else {
            let words: Vec<&str> = known.dates.iter().map(|dates| dates.name.as_str()).chain(["start", "end"]).collect();
            let message = format!("no line of the calendar `{}` has a date `{}`", known.name, name.kind);
            let unknown = Diagnostic::error("calendar-date-missing", at(name.span), message);
            let unknown = names::suggest(unknown, name, "date", &words);
            self.report_unknown(&name.kind, unknown);
            return None;
        };
        if side == CalendarSide::Holding
            && let Some(line) = self.line_without(calendar, &name.kind)
        {
            let message = format!("the line `{}` has no date `{}`", line.kind, name.kind);
            let missing = Diagnostic::error("calendar-date-missing", at(name.span), message).label(line.span, "this line");
            self.report(missing.help(format!("add to the line what it is, as in `, {} next November 1`", name.kind)));
            return None;
        }
        Some(CalendarDate::Named(index))
    }

    fn line_without(&self, calendar: CalendarId, date: &str) -> Option<Name> {
        let mut calendars = self.ast.declarations.iter().filter_map(|it| if let Declaration::Calendar(it) = it { Some(it) } else { None });
        let calendar = calendars.nth(usize::from(calendar.0))?;
        let lacks = |line: &&ast::CalendarLine| !line.dates.iter().any(|known| known.name.kind == date);
        calendar.periods.iter().find(lacks).map(|line| line.label.clone())
    }
}
