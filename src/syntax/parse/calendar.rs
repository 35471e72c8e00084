//! `calendar` and its lines, and the words that count by it: `filing.effective of`, `2 working days after`.

use super::reader::{Pair, Reader, Shape, part, parts};
use crate::diagnostic::Diagnostic;
use crate::source::Place;
use crate::syntax::ast::{Calendar, CalendarLine, CalendarSide, DateRange, ExprKind, LineDate, LineDay, LineSpan, Name, Node, WorkingDay};
use crate::syntax::grammar::Rule;
use crate::syntax::outline::Outlined;

const CALENDAR: &str = "calendar semester";
const PERIOD: Shape = Shape { rule: Rule::calendar_period, example: "\"fall 2024\" from 2024-08-15 to 2024-12-20" };

impl<'a> Reader<'a> {
    pub fn calendar(&mut self, outlined: &Outlined) -> Option<Calendar> {
        let head = outlined.head.span;
        let named = self.has_name(head, CALENDAR);
        let shape = Shape { rule: Rule::calendar_head, example: CALENDAR };
        let name = if named { self.read(head, shape, |reader, pair| reader.name(part(pair)?)) } else { None };
        let mut periods = Vec::new();
        for clause in &outlined.clauses {
            periods.extend(self.read(clause.span, PERIOD, |reader, pair| reader.calendar_line(pair)));
        }
        Some(Calendar { span: outlined.span(), name: name?, periods })
    }

    fn calendar_line(&mut self, pair: Pair<'a>) -> Option<CalendarLine> {
        let mut inner = parts(pair);
        let label = self.text(inner.next()?);
        let when = inner.next().and_then(|when| self.line_span(when));
        let dates: Vec<Option<LineDate>> = inner.map(|date| self.line_date(date)).collect();
        Some(CalendarLine { label: label?, when: when?, dates: dates.into_iter().collect::<Option<_>>()? })
    }

    fn line_span(&mut self, pair: Pair<'a>) -> Option<Node<LineSpan>> {
        let span = self.span(&pair);
        let kind = match pair.as_rule() {
            Rule::closed_range => LineSpan::Dates(self.range(pair)?.kind),
            Rule::single_day => {
                let day = self.day(&part(pair)?)?;
                LineSpan::Dates(DateRange { from: day, to: Some(day) })
            }
            _ => {
                let days: Vec<_> = parts(pair).map(|day| self.month_day(day)).collect();
                let (first, last) = (days.first()?.clone()?, days.last()?.clone()?);
                LineSpan::EveryYear(first.kind, last.kind)
            }
        };
        Some(Node { kind, span })
    }

    fn line_date(&mut self, pair: Pair<'a>) -> Option<LineDate> {
        let mut inner = parts(pair);
        let name = self.name(inner.next()?);
        let day = inner.next()?;
        let span = self.span(&day);
        let kind = match day.as_rule() {
            Rule::day => LineDay::On(self.day(&day)?),
            Rule::next_month_day_of => LineDay::Next(self.month_day(part(day)?)?.kind),
            _ => LineDay::Last(self.month_day(part(day)?)?.kind),
        };
        Some(LineDate { name: name?, day: Node { kind, span } })
    }

    pub fn calendar_date(&mut self, pair: Pair<'a>) -> Option<ExprKind> {
        let mut inner = parts(pair);
        let mut names = parts(inner.next()?);
        let (calendar, date) = (self.name(names.next()?), self.name(names.next()?));
        let mut next = inner.next()?;
        let side = match next.as_rule() {
            Rule::op_on_or_after => CalendarSide::NextOnOrAfter,
            Rule::op_after => CalendarSide::NextAfter,
            _ => CalendarSide::Holding,
        };
        if side != CalendarSide::Holding {
            next = inner.next()?;
        }
        let day = Box::new(self.operand(next)?);
        Some(ExprKind::CalendarDate { calendar: calendar?, date: date?, side, day })
    }

    pub fn days_within(&mut self, pair: Pair<'a>) -> Option<ExprKind> {
        let mut inner = parts(pair);
        let period = self.period_word(inner.next()?);
        let mut next = || self.operand(inner.next()?).map(Box::new);
        let (day, from, to) = (next(), next(), next());
        Some(ExprKind::DaysWithin { period: period?.kind, day: day?, from: from?, to: to? })
    }

    pub fn working_day(&mut self, pair: Pair<'a>) -> Option<ExprKind> {
        let rule = pair.as_rule();
        let mut inner = parts(pair);
        let which = match rule {
            Rule::first_working_day => WorkingDay::FirstOnOrAfter,
            Rule::last_working_day => WorkingDay::LastOnOrBefore,
            Rule::last_working_of_month => WorkingDay::LastOfMonth,
            _ => {
                let number = self.working_days(&inner.next()?)?;
                if inner.next()?.as_rule() == Rule::op_after { WorkingDay::After(number) } else { WorkingDay::Before(number) }
            }
        };
        // the word that says on which side the day lies is known from the rule
        let mut inner = inner.filter(|part| !matches!(part.as_rule(), Rule::op_on_or_after | Rule::op_on_or_before));
        let day = self.operand(inner.next()?).map(Box::new);
        let except: Option<Option<Name>> = inner.next().map(|except| self.name(part(except)?));
        let except = match except {
            Some(name) => Some(name?),
            None => None,
        };
        Some(ExprKind::WorkingDay { which, day: day?, except })
    }

    fn working_days(&mut self, pair: &Pair<'a>) -> Option<u32> {
        let number = self.number(pair)?;
        let days = number.to_integer().and_then(|days| u32::try_from(days).ok()).filter(|days| (1..=1000).contains(days));
        if days.is_none() {
            let message = format!("`{}` is not a number of working days from 1 to 1000", pair.as_str());
            self.report(Diagnostic::error("bad-number", Place::Policy(self.span(pair)), message).help("write how many, such as `3`"));
        }
        days
    }
}
