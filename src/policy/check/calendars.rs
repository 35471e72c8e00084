//! Calendars: named periods without overlaps, and the further dates of each.

use super::occurrences::{self, Occurrence};
use super::{Checker, at};
use crate::diagnostic::Diagnostic;
use crate::policy::Calendar;
use crate::syntax::ast::{self, DateRange, Declaration, LineDay, LineSpan, Name, Node};

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
        for line in &calendar.periods {
            self.check_unique(&line.label, "period", &labels);
            labels.push(&line.label);
            self.check_line_dates(line);
        }
        let fixed: Vec<Node<DateRange>> = calendar.periods.iter().filter_map(fixed).collect();
        for (earlier, later) in fixed.iter().zip(fixed.iter().skip(1)) {
            self.check_order(earlier, later);
        }
        let occurrences = occurrences::of(calendar);
        self.check_yearly_overlaps(calendar, &occurrences);
        occurrences::calendar(calendar, occurrences)
    }

    fn check_order(&mut self, before: &Node<DateRange>, after: &Node<DateRange>) {
        if after.kind.from < before.kind.from {
            self.report(out_of_order(before, after));
        } else if before.kind.to.is_some_and(|to| after.kind.from <= to) {
            self.report(overlap(before, after));
        }
    }

    /// Lines that come every year may be written in any order; each pair that shares a day is reported once.
    fn check_yearly_overlaps(&mut self, calendar: &ast::Calendar, occurrences: &[Occurrence]) {
        let from = self.head.effective.map(|dates| dates.from);
        let mut told: Vec<(usize, usize)> = Vec::new();
        let pairs = || occurrences.iter().zip(occurrences.iter().skip(1)).filter(|(before, after)| after.from <= before.to);
        let in_force = pairs().filter(|(before, _)| from.is_none_or(|from| before.from >= from));
        for (before, after) in in_force.chain(pairs()) {
            let lines = (before.line.min(after.line), before.line.max(after.line));
            let (Some(first), Some(second)) = (calendar.periods.get(before.line), calendar.periods.get(after.line)) else { continue };
            let is_yearly = fixed(first).is_none() || fixed(second).is_none();
            if is_yearly && !told.contains(&lines) {
                told.push(lines);
                let range = |it: &Occurrence, span| Node { kind: DateRange { from: it.from, to: Some(it.to) }, span };
                self.report(overlap(&range(before, first.when.span), &range(after, second.when.span)));
            }
        }
    }

    fn check_line_dates(&mut self, line: &ast::CalendarLine) {
        let mut names: Vec<&Name> = Vec::new();
        for date in &line.dates {
            self.check_unique(&date.name, "date", &names);
            names.push(&date.name);
            if matches!(date.name.kind.as_str(), "start" | "end") {
                let message = format!("`{}` is already the first or last day of each line", date.name.kind);
                self.report(Diagnostic::error("reserved-word", at(date.name.span), message).help("choose another name, such as `paid`"));
            }
            if let (LineSpan::EveryYear(..), LineDay::On(day)) = (line.when.kind, date.day.kind) {
                let message = format!("the line comes every year, and {day} comes once");
                self.report(
                    Diagnostic::error("date-once-in-every-year", at(date.day.span), message)
                        .label(line.when.span, "every year")
                        .help("write a day of the year, as in `next November 15` (after the line) or `last September 1` (before its end)"),
                );
            }
        }
    }
}

/// The dates of a line that comes once.
fn fixed(line: &ast::CalendarLine) -> Option<Node<DateRange>> {
    match line.when.kind {
        LineSpan::Dates(range) => Some(Node { kind: range, span: line.when.span }),
        LineSpan::EveryYear(..) => None,
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
