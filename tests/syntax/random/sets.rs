//! Random sets, and the clauses that name one.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use stipend::source::Span;
use stipend::syntax::ast::*;

use super::{count, duration, expr, name, node, nodes, range, text};

pub fn set() -> impl Strategy<Value = Set> {
    let condition = expr().prop_filter("conjuncts are split", |expr| !matches!(expr.kind, ExprKind::Binary(BinaryOp::And, ..)));
    let undated = vec(line(), 1..3).prop_map(|lines| SetList { dates: None, lines });
    let dated = (range(), vec(line(), 0..3)).prop_map(|(dates, lines)| SetList { dates: Some(dates), lines });
    let lists = (option::of(undated), vec(dated, 0..3)).prop_map(|(first, others)| first.into_iter().chain(others).collect::<Vec<_>>());
    let accept = (text(), text()).prop_map(|(given, wanted)| Accept { span: Span::default(), given, wanted });
    let overlap = nodes(select(vec![Overlap::OneLine, Overlap::EveryLine]));
    let list_as_of = nodes(select(vec![ListAsOf::FirstRow, ListAsOf::Completion]));
    let first = (text(), name(), vec(condition, 0..3), option::of(expr()), option::of(expr()), lists);
    let second = (vec(accept, 0..2), option::of(overlap), option::of(complete()), option::of(list_as_of), vec(text(), 0..3));
    let third = (option::of(nodes(duration())), option::of(expr()), option::of(expr()), vec(text(), 0..2));
    (first, second, third).prop_map(
        |(
            (name, each, conditions, counts, earned, lists),
            (accepts, overlap, complete, list_as_of, shares),
            (valid, required, due, cites),
        )| {
            let span = Span::default();
            Set {
                span,
                name,
                each,
                conditions,
                counts,
                earned,
                lists,
                accepts,
                overlap,
                complete,
                list_as_of,
                shares,
                valid,
                required,
                due,
                cites,
            }
        },
    )
}

fn line() -> impl Strategy<Value = SetLine> {
    let span = Span::default();
    let members = || vec(text(), 1..4).prop_map(Some);
    prop_oneof![
        members().prop_map(move |members| SetLine { span, count: None, members, condition: None }),
        (count(), members()).prop_map(move |(count, members)| SetLine { span, count: Some(count), members, condition: None }),
        (count(), option::of(expr())).prop_map(move |(count, condition)| SetLine { span, count: Some(count), members: None, condition }),
    ]
}

fn complete() -> impl Strategy<Value = Node<Complete>> {
    nodes(prop_oneof![
        expr().prop_map(Complete::By),
        duration().prop_map(Complete::FromFirst),
        duration().prop_map(Complete::WithinAny),
        duration().prop_map(Complete::Within),
    ])
}

/// `for each …`, or what stands in its place.
pub fn trigger() -> impl Strategy<Value = Trigger> {
    prop_oneof![
        4 => Just(Trigger::Rows),
        1 => text().prop_map(Trigger::Completing),
        1 => (count(), text()).prop_map(|(units, bank)| Trigger::Every { units, bank }),
    ]
}

pub fn wait() -> impl Strategy<Value = Wait> {
    vec(nodes(duration()), 1..3).prop_map(|times| Wait { span: Span::default(), times })
}

pub fn grant() -> impl Strategy<Value = Grant> {
    (text(), option::of((expr(), any::<bool>()))).prop_map(|(role, until)| {
        let (until, if_known) = until.map_or((None, false), |(until, if_known)| (Some(until), if_known));
        Grant { span: Span::default(), role, until, if_known }
    })
}

pub fn reading() -> impl Strategy<Value = ExprKind> {
    let reading = select(vec![SetReading::Completes, SetReading::Completed, SetReading::CompletedOn, SetReading::Missing]);
    (reading, text()).prop_map(|(reading, set)| ExprKind::Set(reading, set))
}

/// Only `for each` names a record.
pub fn nobody() -> Name {
    node(String::new())
}
