//! Random aggregates over some of the rows, and `at least 2 of (…)`.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use stipend::syntax::ast::*;
use stipend::value::Number;

use super::{name, node};

type Inner = BoxedStrategy<Expr>;

fn record() -> impl Strategy<Value = Name> {
    select(["credential", "activity", "known_rows"].to_vec()).prop_map(|word| node(word.to_owned()))
}

fn rows(inner: &Inner) -> impl Strategy<Value = Picked> + use<> {
    let side = select([PickedSide::First, PickedSide::Latest].to_vec());
    let count = option::of((1i64..=1000).prop_map(|count| node(Number::from_integer(count))));
    (side, count, inner.clone(), option::of(inner.clone())).prop_map(|(side, count, by, condition)| Picked { side, count, by, condition })
}

pub fn picked(inner: Inner) -> impl Strategy<Value = ExprKind> {
    let of_row = (rows(&inner), name(), record(), any::<bool>()).prop_map(|(picked, value, record, of_known)| {
        let value = Some(Box::new(node(ExprKind::Name(value.kind))));
        let picked = Some(Box::new(Picked { count: None, ..picked }));
        ExprKind::Aggregate { kind: AggregateKind::Row, value, record, condition: None, of_known, picked, bound: None }
    });
    let condition = option::of(inner.clone().prop_map(Box::new));
    let of_some = (rows(&inner), record(), condition, any::<bool>()).prop_map(|(picked, record, condition, is_count)| {
        let kind = if is_count { AggregateKind::Count } else { AggregateKind::Any };
        let picked = Some(Box::new(picked));
        ExprKind::Aggregate { kind, value: None, record, condition, of_known: is_count, picked, bound: None }
    });
    prop_oneof![of_row, of_some]
}

pub fn bounded(inner: Inner) -> impl Strategy<Value = ExprKind> {
    let value = || inner.clone().prop_map(Box::new);
    let condition = || option::of(inner.clone().prop_map(Box::new));
    let cut_off = (inner.clone(), inner.clone()).prop_map(|(most, per)| (AggregateKind::Sum, AggregateBound::AtMost { most, per }));
    let in_a_row = inner.clone().prop_map(|last| (AggregateKind::Consecutive, AggregateBound::Through(last)));
    (prop_oneof![cut_off, in_a_row], value(), record(), condition(), any::<bool>()).prop_map(
        |((kind, bound), value, record, condition, of_known)| {
            let bound = Some(Box::new(bound));
            ExprKind::Aggregate { kind, value: Some(value), record, condition, of_known, picked: None, bound }
        },
    )
}

pub fn at_least_of(inner: Inner) -> impl Strategy<Value = ExprKind> {
    (1i64..5, vec(inner, 1..4)).prop_map(|(count, list)| ExprKind::AtLeastOf(node(Number::from_integer(count)), list))
}
