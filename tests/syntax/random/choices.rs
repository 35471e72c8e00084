//! What an award has to do with others.

use proptest::option;
use proptest::prelude::*;
use stipend::source::Span;
use stipend::syntax::ast::*;

use super::{nodes, period_word, text};

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
