//! The `policy` head: one, named, with its first day.

use super::{Checker, at};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::{DateRange, Declaration, Name, PolicyHead};
use crate::value::{MonthEnd, Rounding, YearStart};

/// What the head says, as far as it could be read.
#[derive(Default)]
pub(super) struct Head {
    pub(super) name: String,
    pub(super) authority: Option<String>,
    pub(super) cites: Vec<String>,
    pub(super) effective: Option<DateRange>,
    pub(super) rounding: Option<Rounding>,
    pub(super) month_end: Option<MonthEnd>,
    pub(super) fiscal_year: Option<YearStart>,
    pub(super) school_year: Option<YearStart>,
    pub(super) held_rows_hold_person: bool,
}

impl Checker<'_> {
    pub(super) fn check_head(&mut self) {
        let ast = self.ast;
        let mut heads = ast.declarations.iter().filter_map(|declaration| match declaration {
            Declaration::Policy(head) => Some(head),
            _ => None,
        });
        let Some(head) = heads.next() else {
            let start = ast.declarations.first().map(whole).unwrap_or_default().start;
            self.report_absent_declaration(missing_head(Span { start, end: start }));
            return;
        };
        for second in heads {
            self.report(two_heads(second, head));
        }
        self.head = self.checked_head(head);
    }

    fn checked_head(&mut self, head: &PolicyHead) -> Head {
        Head {
            name: head.name.kind.clone(),
            authority: head.authority.as_ref().map(|name| name.kind.clone()),
            cites: texts(&head.cites),
            effective: self.checked_effective(head),
            rounding: head.rounding.as_ref().map(|node| node.kind),
            month_end: head.month_end.as_ref().map(|node| node.kind),
            fiscal_year: head.fiscal_year.as_ref().map(|node| node.kind),
            school_year: head.school_year.as_ref().map(|node| node.kind),
            held_rows_hold_person: head.held_rows_hold_person.is_some(),
        }
    }

    fn checked_effective(&mut self, head: &PolicyHead) -> Option<DateRange> {
        let Some(range) = &head.effective else {
            self.report_absent(without_first_day(head));
            return None;
        };
        Some(range.kind)
    }
}

pub(super) fn texts(names: &[Name]) -> Vec<String> {
    names.iter().map(|name| name.kind.clone()).collect()
}

/// The whole of a declaration.
pub(super) fn whole(declaration: &Declaration) -> Span {
    match declaration {
        Declaration::Policy(it) => it.span,
        Declaration::Calendar(it) => it.span,
        Declaration::Record(it) => it.span,
        Declaration::Table(it) => it.span,
        Declaration::Let(it) => it.span,
        Declaration::Award(it) => it.span,
        Declaration::Limit(it) => it.span,
        Declaration::Choose(it) => it.span,
        Declaration::Pool(it) => it.span,
        Declaration::Bank(it) => it.span,
        Declaration::Set(it) => it.span,
        Declaration::Guarantee(it) => it.span,
        Declaration::Example(it) => it.span,
    }
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

fn without_first_day(head: &PolicyHead) -> Diagnostic {
    Diagnostic::error("policy-without-first-day", at(head.name.span), "the policy does not say from which day it holds")
        .help("add `effective from 2025-07-01`; awards whose effective date is earlier are then not eligible")
}
