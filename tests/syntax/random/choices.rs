//! What an award has to do with others.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use stipend::source::Span;
use stipend::syntax::ast::*;

use super::{nodes, once, period_word, text};

pub fn posted(inner: BoxedStrategy<Expr>) -> impl Strategy<Value = ExprKind> {
    let period = (period_word(), inner.clone().prop_map(Box::new));
    prop_oneof![
        (text(), option::of(period)).prop_map(|(award, period)| ExprKind::AmountOf { award, period }),
        inner.prop_map(|day| ExprKind::BaseSalaryAsOf(Box::new(day))),
    ]
}

pub fn needs() -> impl Strategy<Value = Needs> {
    (text(), option::of(nodes(period_word()))).prop_map(|(award, period)| Needs { span: Span::default(), award, period })
}

pub fn choose() -> impl Strategy<Value = Choose> {
    let by = [ChosenBy::Highest, ChosenBy::FirstNamed, ChosenBy::Earliest, ChosenBy::Elected];
    let compares = [Compare::BeforeProration, Compare::AfterProration, Compare::AnnualRate];
    let ties = [ChoiceTies::FirstNamed, ChoiceTies::Earliest];
    let is_every = |once: &Once| matches!(&once.window, Some(window) if matches!(window.kind, Window::Every(_) | Window::Ever));
    let per = once().prop_filter("a choice is made within a period", move |once| !is_every(once));
    let first = (nodes(select(by.to_vec())), vec(text(), 1..3), option::of(per), any::<bool>());
    let second = (option::of(nodes(select(compares.to_vec()))), option::of(nodes(select(ties.to_vec()))));
    let third = (option::of(super::expr()), option::of(text()), vec(text(), 0..2));
    (first, second, third).prop_map(|((by, awards, per, each), (compare, ties), (elected, fallback, cites))| Choose {
        span: Span::default(),
        by,
        awards,
        per,
        each_date: each.then(Span::default),
        compare,
        ties,
        elected,
        fallback,
        cites,
    })
}
