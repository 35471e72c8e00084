//! Random banks, and the clauses that name one.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use stipend::source::Span;
use stipend::syntax::ast::*;

use super::{count, duration, expr, name, node, nodes, number, once, period_word, text};

pub fn bank() -> impl Strategy<Value = Bank> {
    let condition = expr().prop_filter("conjuncts are split", |expr| !matches!(expr.kind, ExprKind::Binary(BinaryOp::And, ..)));
    let surplus = prop_oneof![Just(Surplus::Carries), Just(Surplus::Lost), number().prop_map(Surplus::CarriesUpTo)];
    let first = (text(), name(), option::of(nodes(period_word())), vec(condition, 0..3), option::of(once()));
    let second = (option::of(expr()), option::of(expr()), option::of(bound()), option::of(bound()), option::of(expr()));
    let more = vec(source(), 0..2);
    let third = (more, option::of(nodes(surplus)), option::of(nodes(duration())), vec(text(), 0..2));
    (first, second, third).prop_map(|(first, (earn, credited, most, least, balance), (more, surplus, expires, cites))| {
        let (name, each, period, conditions, once) = first;
        let span = Span::default();
        // a `for each` right below the head would belong to the head
        let more = if conditions.is_empty() && once.is_none() && earn.is_none() && credited.is_none() { Vec::new() } else { more };
        Bank { span, name, each, period, conditions, once, earn, credited, more, most, least, balance, surplus, expires, cites }
    })
}

fn source() -> impl Strategy<Value = BankSource> {
    let condition = expr().prop_filter("conjuncts are split", |expr| !matches!(expr.kind, ExprKind::Binary(BinaryOp::And, ..)));
    let parts =
        (name(), option::of(nodes(period_word())), vec(condition, 0..2), option::of(once()), option::of(expr()), option::of(expr()));
    parts.prop_map(|(each, period, conditions, once, earn, credited)| BankSource {
        span: Span::default(),
        each,
        period,
        conditions,
        once,
        earn,
        credited,
    })
}

fn bound() -> impl Strategy<Value = BankBound> {
    (units(), name()).prop_map(|(units, category)| BankBound { span: Span::default(), units, category })
}

/// A name such as `any` would begin a phrase with the word `units` behind it.
fn units() -> impl Strategy<Value = Expr> {
    let cell = expr().prop_map(|key| ExprKind::TableCell { table: node("limits".to_owned()), keys: [key].to_vec(), as_of: None });
    let hours = ExprKind::Name("hours".to_owned());
    nodes(prop_oneof![number().prop_map(ExprKind::Number), Just(hours), cell])
}

pub fn spend() -> impl Strategy<Value = Spend> {
    (units(), text()).prop_map(|(units, bank)| Spend { span: Span::default(), units, bank })
}

pub fn reading() -> impl Strategy<Value = ExprKind> {
    let units = count().prop_map(|count| Box::new(node(ExprKind::Number(count.kind))));
    let reading = prop_oneof![Just(BankReading::Balance), Just(BankReading::Earned), units.prop_map(BankReading::DateReached)];
    (reading, text()).prop_map(|(reading, bank)| ExprKind::Bank(reading, bank))
}
