//! Random pools and claims.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use stipend::source::Span;
use stipend::syntax::ast::*;

use super::expressions::expr;
use super::{nodes, period_word, rounding, text};

pub fn claim() -> impl Strategy<Value = PoolClaim> {
    let asks = prop_oneof![Just(Asks::EqualShare), expr().prop_map(Asks::Share), expr().prop_map(Asks::UpTo)];
    let basis = option::of(select([CapBasis::BeforeSharing, CapBasis::AfterSharing].to_vec()));
    (text(), asks, option::of((expr(), basis))).prop_map(|(pool, asks, cap)| PoolClaim { span: Span::default(), pool, asks, cap })
}

pub fn ties() -> impl Strategy<Value = Option<PoolTies>> {
    option::of(prop_oneof![Just(PoolTies::ById), expr().prop_map(PoolTies::By)])
}

pub fn pool() -> impl Strategy<Value = Pool> {
    let last = select([LastClaim::InPart, LastClaim::WholeOnly].to_vec());
    let method = prop_oneof![
        ties().prop_map(|ties| PoolMethod::Exactly { ties }),
        rounding().prop_map(PoolMethod::Rate),
        (ties(), last).prop_map(|(ties, last)| PoolMethod::FirstCome { ties, last }),
    ];
    let place = select([CostPlace::Inside, CostPlace::OnTop].to_vec());
    // a name such as `every` would begin a phrase with the word `inside` behind it
    let cost = (super::nodes(super::number().prop_map(ExprKind::Number)), place).prop_map(|(rate, place)| EmployerCost { rate, place });
    let freed = select([Freed::Stays, Freed::SharedAgain].to_vec());
    let remainder = select([Remainder::Stays, Remainder::CarriesToNextPeriod].to_vec());
    let first = (text(), expr(), option::of(nodes(period_word())), option::of(expr()), option::of(nodes(method)));
    let second = (option::of(nodes(vec(vec(text(), 1..3), 1..3))), option::of(nodes(freed)), option::of(nodes(remainder)));
    let third = (option::of(nodes(cost)), any::<bool>(), vec(text(), 0..2));
    (first, second, third).prop_map(|((name, amount, period, group, method), (tiers, freed, remainder), (employer_cost, holds, cites))| {
        Pool {
            span: Span::default(),
            name,
            amount,
            period,
            group,
            method,
            tiers,
            freed,
            remainder,
            employer_cost,
            held_claims_hold_pool: holds.then(Span::default),
            cites,
        }
    })
}
