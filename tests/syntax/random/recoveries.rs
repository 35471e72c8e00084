//! Random recoveries and guarantees.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use stipend::source::Span;
use stipend::syntax::ast::*;

use super::{count, duration, expr, node, nodes, period_word, text};

pub fn recover() -> impl Strategy<Value = Recover> {
    let share = prop_oneof![Just(RecoverShare::All), expr().prop_map(RecoverShare::Of)];
    let which = prop_oneof![
        Just((Vec::new(), None)),
        vec(expr(), 1..3).prop_map(|keys| (keys, None)),
        expr().prop_map(|since| (Vec::new(), Some(since))),
    ];
    (share, any::<bool>(), vec(text(), 1..3), which, option::of(expr())).prop_map(|(share, every, awards, (keys, since), when)| Recover {
        span: Span::default(),
        share,
        every: every.then(Span::default),
        awards,
        keys,
        since,
        when,
    })
}

pub fn reopens() -> impl Strategy<Value = Node<Reopens>> {
    (any::<bool>(), any::<bool>()).prop_map(|(key, waiting)| node(Reopens { key, waiting }))
}

pub fn guarantee() -> impl Strategy<Value = Guarantee> {
    let lines = (vec(text(), 1..3), expr()).prop_map(|(awards, condition)| Guaranteed::Lines { awards, condition });
    let over = prop_oneof![Just(GuaranteeOver::Everybody), expr().prop_map(GuaranteeOver::Each)];
    let most = prop_oneof![expr().prop_map(LimitMeasure::Money), count().prop_map(LimitMeasure::Awards)];
    let bound = select([GuaranteeBound::AtMost, GuaranteeBound::AtLeast].to_vec());
    let kind = option::of(nodes(select([PayKind::BaseSalary, PayKind::Stipend, PayKind::Recovery].to_vec())));
    let window = prop_oneof![
        Just(GuaranteeWindow::Ever),
        duration().prop_map(GuaranteeWindow::Rolling),
        period_word().prop_map(GuaranteeWindow::Period),
    ];
    let sums = (over, bound, most, vec(text(), 0..3), kind, option::of(nodes(window)), option::of(expr()));
    let sums = sums.prop_map(|(over, bound, most, awards, kind, window, condition)| {
        Guaranteed::Sums(Box::new(GuaranteedSums { over, bound, most, awards, kind, window, condition }))
    });
    (prop_oneof![1 => lines, 3 => sums], vec(text(), 0..2)).prop_map(|(says, cites)| Guarantee { span: Span::default(), says, cites })
}
