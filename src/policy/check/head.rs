//! The `policy` head: one, named, with its first day.

use super::{Checker, at};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::{DateRange, Declaration, Name, Node, PolicyHead};
use crate::value::{MonthEnd, Number, Rounding, YearStart};

/// What the head says, as far as it could be read.
#[derive(Default)]
pub(super) struct Head {
    pub(super) name: String,
    pub(super) authority: Option<String>,
    pub(super) cites: Vec<String>,
    pub(super) effective: Option<DateRange>,
    pub(super) rounding: Option<Rounding>,
    pub(super) month_end: Option<MonthEnd>,
    pub(super) fiscal_year: YearClause,
    pub(super) school_year: YearClause,
    pub(super) held_rows_hold_person: bool,
}

/// `fiscal year starts …` or `school year starts …`.
#[derive(Clone, Copy, Default, PartialEq)]
pub(super) enum YearClause {
    #[default]
    Absent,
    Starts(YearStart),
    /// Written, and refused at its place.
    Refused,
}

impl YearClause {
    pub(super) fn start(self) -> Option<YearStart> {
        match self {
            YearClause::Starts(start) => Some(start),
            YearClause::Absent | YearClause::Refused => None,
        }
    }
}

impl Checker<'_> {
    pub(super) fn check_head(&mut self) {
        let ast = self.ast;
        let mut heads = ast.declarations.iter().filter_map(|declaration| match declaration {
            Declaration::Policy(head) => Some(head),
            _ => None,
        });
        let Some(head) = heads.next() else {
            self.report_absent(missing_head(ast.declarations.first().map(span_of).unwrap_or_default()));
            return;
        };
        for second in heads {
            self.report(two_heads(second, head));
        }
        self.head = self.checked_head(head);
    }

    fn checked_head(&mut self, head: &PolicyHead) -> Head {
        if head.name.kind.trim().is_empty() {
            self.report(unnamed(head));
        }
        if let Some(rounding) = &head.rounding {
            self.check_rounding_unit(rounding);
        }
        Head {
            name: head.name.kind.clone(),
            authority: head.authority.as_ref().map(|name| name.kind.clone()),
            cites: texts(&head.cites),
            effective: self.checked_effective(head),
            rounding: head.rounding.as_ref().map(|node| node.kind),
            month_end: head.month_end.as_ref().map(|node| node.kind),
            fiscal_year: self.checked_year(&head.fiscal_year, "fiscal year"),
            school_year: self.checked_year(&head.school_year, "school year"),
            held_rows_hold_person: head.held_rows_hold_person.is_some(),
        }
    }

    fn checked_effective(&mut self, head: &PolicyHead) -> Option<DateRange> {
        let Some(range) = &head.effective else {
            self.report_absent(without_first_day(head));
            return None;
        };
        self.check_range(range);
        Some(range.kind)
    }

    /// A range that ends before it begins holds no day.
    pub(super) fn check_range(&mut self, range: &Node<DateRange>) {
        if let Some(to) = range.kind.to
            && to < range.kind.from
        {
            let message = format!("{} to {to} holds no day", range.kind.from);
            let help = format!("exchange the two dates: `from {to} to {}`", range.kind.from);
            self.report(Diagnostic::error("dates-reversed", at(range.span), message).help(help));
        }
    }

    fn checked_year(&mut self, start: &Option<Node<YearStart>>, word: &str) -> YearClause {
        let Some(start) = start else { return YearClause::Absent };
        let exists = self.check_month_day(start.kind.month, start.kind.day, start.span);
        if !exists {
            return YearClause::Refused;
        }
        if (start.kind.month, start.kind.day) == (2, 29) {
            self.report(leap_day_start(start.span, word));
            return YearClause::Refused;
        }
        YearClause::Starts(start.kind)
    }

    /// Whether the day exists in some year; reported where it does not.
    pub(super) fn check_month_day(&mut self, month: u32, day: u32, span: Span) -> bool {
        let exists = crate::value::Date::new(2024, month, day).is_some();
        if !exists {
            let message = "no year has this day";
            self.report(Diagnostic::error("no-such-day", at(span), message).help("write a day that the month has, such as `June 30`"));
        }
        exists
    }

    pub(super) fn check_rounding_unit(&mut self, rounding: &Node<Rounding>) {
        if rounding.kind.unit <= Number::ZERO {
            let message = "an amount cannot be rounded to nothing";
            self.report(
                Diagnostic::error("rounding-unit", at(rounding.span), message)
                    .help("round to the cent, to the dollar or to an amount such as `$0.05`"),
            );
        }
    }
}

pub(super) fn texts(names: &[Name]) -> Vec<String> {
    names.iter().map(|name| name.kind.clone()).collect()
}

/// The words a declaration begins with.
fn span_of(declaration: &Declaration) -> Span {
    let span = match declaration {
        Declaration::Policy(it) => it.span,
        Declaration::Calendar(it) => it.span,
        Declaration::Record(it) => it.span,
        Declaration::Let(it) => it.span,
        Declaration::Award(it) => it.span,
        Declaration::Limit(it) => it.span,
        Declaration::Example(it) => it.span,
    };
    Span { start: span.start, end: span.start }
}

fn missing_head(first: Span) -> Diagnostic {
    Diagnostic::error("missing-policy-head", at(first), "the file has no `policy` head")
        .help("begin the file with `policy \"NAME\"` and, indented below it, `effective from 2025-07-01`")
}

fn two_heads(second: &PolicyHead, first: &PolicyHead) -> Diagnostic {
    Diagnostic::error("two-policy-heads", at(second.name.span), "a file holds one policy, and this is its second head")
        .label(first.name.span, "the first is here")
        .help("move the clauses into the first head, or the second policy into a file of its own")
}

fn unnamed(head: &PolicyHead) -> Diagnostic {
    Diagnostic::error("unnamed-policy", at(head.name.span), "the policy has no name")
        .help("write the name that results should carry: `policy \"Micro-credential base pay\"`")
}

fn without_first_day(head: &PolicyHead) -> Diagnostic {
    Diagnostic::error("policy-without-first-day", at(head.name.span), "the policy does not say from which day it holds")
        .help("add `effective from 2025-07-01`; awards whose effective date is earlier are then not eligible")
}

fn leap_day_start(span: Span, word: &str) -> Diagnostic {
    Diagnostic::error("year-starts-on-leap-day", at(span), format!("three years in four have no February 29 on which a {word} could start"))
        .help(format!("write `{word} starts March 1` or `{word} starts February 28`"))
}
