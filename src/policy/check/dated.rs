//! Dated lines: in order of time, without overlaps, and without a day on which nothing holds.

use super::at;
use super::calendars::{out_of_order, overlap};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::{self, DateRange, Expr, ExprKind as Written, Node};

pub(super) type Case = (Node<DateRange>, Expr);

/// What is wrong with the lines; `covered` is a stretch of time that they must hold, if one is known.
pub(super) fn problems(cases: &[Case], covered: Option<DateRange>, by: Span) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for ((earlier, _), (later, _)) in cases.iter().zip(cases.iter().skip(1)) {
        let last = earlier.kind.to;
        if later.kind.from < earlier.kind.from {
            problems.push(out_of_order(earlier, later));
        } else if last.is_none_or(|to| later.kind.from <= to) {
            problems.push(overlap(earlier, later));
        } else if last.and_then(|to| to.plus_days(1).ok()).is_some_and(|next| next < later.kind.from) {
            problems.push(gap(earlier, later));
        }
    }
    if !problems.is_empty() {
        return problems;
    }
    if let (Some(covered), Some((first, _)), Some((last, _))) = (covered, cases.first(), cases.last()) {
        problems.extend(uncovered_start(covered, first, by));
        problems.extend(uncovered_end(covered, last, by));
    }
    problems
}

fn gap(earlier: &Node<DateRange>, later: &Node<DateRange>) -> Diagnostic {
    let day = |date: Option<crate::value::Date>| date.map(|day| day.to_string()).unwrap_or_default();
    let first = day(earlier.kind.to.and_then(|to| to.plus_days(1).ok()));
    let last = day(later.kind.from.plus_days(-1).ok());
    let days = if first == last { format!("on {first}") } else { format!("from {first} to {last}") };
    Diagnostic::error("dates-gap", at(later.span), format!("no line holds {days}"))
        .label(earlier.span, "the line before ends here")
        .help(format!("end the line before with `to {last}`, or begin this one with `from {first}`"))
}

fn uncovered_start(covered: DateRange, first: &Node<DateRange>, by: Span) -> Option<Diagnostic> {
    (covered.from < first.kind.from).then(|| {
        let message = format!("the policy holds from {}, and no line does before {}", covered.from, first.kind.from);
        Diagnostic::error("dates-gap", at(first.span), message)
            .label(by, "the value goes by this date")
            .help(format!("begin the first line with `from {}`, or add a line before it", covered.from))
    })
}

fn uncovered_end(covered: DateRange, last: &Node<DateRange>, by: Span) -> Option<Diagnostic> {
    let to = last.kind.to?;
    covered.to.is_none_or(|end| to < end).then(|| {
        let until = covered.to.map_or_else(|| "without end".to_owned(), |end| format!("to {end}"));
        Diagnostic::error("dates-gap", at(last.span), format!("the policy holds {until}, and no line does after {to}"))
            .label(by, "the value goes by this date")
            .help("leave out `to` in the last line, or end the policy on the same day")
    })
}

/// Calls `visit` with `expr` and everything written inside it.
pub(super) fn each_written(expr: &ast::Expr, visit: &mut dyn FnMut(&ast::Expr)) {
    visit(expr);
    let mut go = |inner: &ast::Expr| each_written(inner, visit);
    match &expr.kind {
        Written::Money(_) | Written::Number(_) | Written::Percent(_) | Written::Text(_) | Written::YesNo(_) => {}
        Written::Date(_) | Written::Duration(_) | Written::Name(_) | Written::Qualified(..) | Written::Moved(..) | Written::Own(_) => {}
        Written::Bank(crate::syntax::ast::BankReading::DateReached(units), _) => go(units),
        Written::Bank(..) | Written::Set(..) => {}
        Written::CurrentPeriodStart | Written::CurrentPeriodEnd | Written::EffectiveDate | Written::AmountPaid => {}
        Written::AmountOf { period, .. } => period.iter().for_each(|(_, day)| go(day)),
        Written::BaseSalaryAsOf(inner)
        | Written::Not(inner)
        | Written::Negative(inner)
        | Written::IsMissing(inner)
        | Written::IsKnown(inner)
        | Written::Rounded(inner, _)
        | Written::PeriodLabel(_, inner)
        | Written::PeriodStart(_, inner)
        | Written::PeriodEnd(_, inner)
        | Written::NextMonthDay { after: inner, .. }
        | Written::FirstDayOfMonthAfter(inner)
        | Written::LastDayOfMonthOf(inner)
        | Written::CalendarDate { day: inner, .. }
        | Written::WorkingDay { day: inner, .. }
        | Written::WeekdayOfMonth { after: inner, .. } => go(inner),
        Written::DaysWithin { day, from, to, .. } => [day, from, to].into_iter().for_each(|it| go(it)),
        Written::AsOf(left, right) | Written::Binary(_, left, right) | Written::PercentOf(left, right) => {
            [left, right].into_iter().for_each(|it| go(it))
        }
        Written::Within { subject: left, anchor: right, .. } | Written::Elapsed { from: left, to: right, .. } => {
            [left, right].into_iter().for_each(|it| go(it));
        }
        Written::Between(subject, low, high) => [subject, low, high].into_iter().for_each(|it| go(it)),
        Written::If { condition, then, otherwise } => [condition, then, otherwise].into_iter().for_each(|it| go(it)),
        Written::OneOf(subject, list) => {
            go(subject);
            list.iter().for_each(go);
        }
        Written::TableCell { keys, as_of, .. } => keys.iter().chain(as_of.as_deref()).for_each(&mut go),
        Written::TableSearch { wanted, keys, as_of, .. } => {
            keys.iter().flatten().chain(as_of.as_deref()).for_each(&mut go);
            if let crate::syntax::ast::SearchWanted::LowestAtLeast(least) = wanted {
                go(least);
            }
        }
        Written::TableNeighbour { from, .. } => go(from),
        Written::Greatest(list) | Written::Least(list) | Written::AtLeastOf(_, list) => list.iter().for_each(go),
        Written::Rank(rank) => [Some(&rank.value), rank.condition.as_ref(), rank.ties.as_ref()].into_iter().flatten().for_each(go),
        Written::Aggregate { value, condition, picked, bound, .. } => {
            value.iter().chain(condition).for_each(|it| go(it));
            picked.iter().for_each(|picked| std::iter::once(&picked.by).chain(&picked.condition).for_each(&mut go));
            match bound.as_deref() {
                Some(ast::AggregateBound::AtMost { most, per }) => [most, per].into_iter().for_each(go),
                Some(ast::AggregateBound::Through(last)) => go(last),
                None => {}
            }
        }
    }
}
