//! Calendars: named periods in order of time, without overlaps.

use super::{Checker, at};
use crate::diagnostic::Diagnostic;
use crate::policy::{Calendar, NamedPeriod};
use crate::syntax::ast::{self, DateRange, Declaration, Name, Node};

type Line = (Name, Node<DateRange>);

impl Checker<'_> {
    pub(super) fn check_calendars(&mut self) {
        let ast = self.ast;
        let mut names: Vec<&Name> = Vec::new();
        for declaration in &ast.declarations {
            if let Declaration::Calendar(calendar) = declaration {
                self.check_calendar_name(&calendar.name, &names);
                names.push(&calendar.name);
                let checked = self.checked_calendar(calendar);
                self.calendars.push(checked);
            }
        }
    }

    fn checked_calendar(&mut self, calendar: &ast::Calendar) -> Calendar {
        if calendar.periods.is_empty() {
            self.report_absent(no_periods(calendar));
        }
        let mut labels: Vec<&Name> = Vec::new();
        for (label, _) in &calendar.periods {
            self.check_unique(label, "period", &labels);
            labels.push(label);
        }
        for (earlier, later) in calendar.periods.iter().zip(calendar.periods.iter().skip(1)) {
            self.check_order(earlier, later);
        }
        let periods = calendar.periods.iter().filter_map(|(label, range)| {
            let to = range.kind.to?;
            Some(NamedPeriod { label: label.kind.clone(), from: range.kind.from, to })
        });
        Calendar { name: calendar.name.kind.clone(), periods: periods.collect() }
    }

    fn check_order(&mut self, earlier: &Line, later: &Line) {
        let (before, after) = (&earlier.1, &later.1);
        if after.kind.from < before.kind.from {
            self.report(out_of_order(before, after));
        } else if before.kind.to.is_some_and(|to| after.kind.from <= to) {
            self.report(overlap(before, after));
        }
    }
}

pub(super) fn overlap(before: &Node<DateRange>, after: &Node<DateRange>) -> Diagnostic {
    let last = before.kind.to.map_or_else(|| "without end".to_owned(), |to| format!("to {to}"));
    let day_before = after.kind.from.plus_days(-1).map_or_else(|_| "the day before".to_owned(), |day| day.to_string());
    Diagnostic::error("dates-overlap", at(after.span), format!("{} already belongs to the line before, which runs {last}", after.kind.from))
        .label(before.span, "the line before")
        .help(format!("end the line before with `to {day_before}`, or begin this one later"))
}

pub(super) fn out_of_order(before: &Node<DateRange>, after: &Node<DateRange>) -> Diagnostic {
    let message = format!("this line begins on {}, before the line above it, which begins on {}", after.kind.from, before.kind.from);
    Diagnostic::error("dates-out-of-order", at(after.span), message)
        .label(before.span, "the line above")
        .help("write the lines in order of time, the earliest first")
}

fn no_periods(calendar: &ast::Calendar) -> Diagnostic {
    Diagnostic::error("empty-calendar", at(calendar.name.span), format!("the calendar `{}` has no periods", calendar.name.kind))
        .help("add lines such as `\"fall 2024\" from 2024-08-15 to 2024-12-20`")
}
