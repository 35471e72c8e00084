//! Money in several payments.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use stipend::source::Span;
use stipend::syntax::ast::*;

use super::{count, duration, expr};

pub fn instalments() -> impl Strategy<Value = Instalments> {
    let days = prop_oneof![vec(expr(), 1..3).prop_map(InstalmentDays::On), expr().prop_map(InstalmentDays::Monthly)];
    let remainder = option::of(select(vec![RestIn::Last, RestIn::First]));
    (count(), days, remainder).prop_map(|(count, days, remainder)| Instalments { span: Span::default(), count, days, remainder })
}

pub fn recurs() -> impl Strategy<Value = Recurs> {
    let until = (expr(), any::<bool>()).prop_map(|(last, if_known)| RecursEnd::Until { last, if_known });
    let end = option::of(prop_oneof![duration().prop_map(RecursEnd::For), until]);
    let amount = option::of(select(vec![RecursAmount::Fixed, RecursAmount::Recalculated]));
    (select(vec![Every::Month, Every::Year]), end, amount).prop_map(|(every, end, amount)| Recurs {
        span: Span::default(),
        every,
        end,
        amount,
    })
}
