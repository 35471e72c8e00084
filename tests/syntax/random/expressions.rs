//! Random expressions of every kind.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use stipend::syntax::ast::*;
use stipend::value::Number;

use super::{date, duration, month_day, name, node, nodes, number, period_word, rounding, text};

fn leaf() -> impl Strategy<Value = ExprKind> {
    prop_oneof![
        number().prop_map(ExprKind::Money),
        number().prop_map(ExprKind::Number),
        number().prop_map(|share| ExprKind::Percent(share.times(Number::CENT).expect("few digits"))),
        text().prop_map(|text| ExprKind::Text(text.kind)),
        any::<bool>().prop_map(ExprKind::YesNo),
        date().prop_map(ExprKind::Date),
        duration().prop_map(ExprKind::Duration),
        name().prop_map(|name| ExprKind::Name(name.kind)),
        (name(), name()).prop_map(|(record, field)| ExprKind::Qualified(record, field)),
        (select(vec![MovedSide::Old, MovedSide::New]), name()).prop_map(|(side, field)| ExprKind::Moved(side, field)),
        name().prop_map(ExprKind::Own),
        super::banks::reading(),
        super::sets::reading(),
        Just(ExprKind::CurrentPeriodStart),
        Just(ExprKind::CurrentPeriodEnd),
        Just(ExprKind::EffectiveDate),
        Just(ExprKind::AmountPaid),
    ]
}

pub fn expr() -> impl Strategy<Value = Expr> {
    nodes(leaf()).prop_recursive(5, 24, 4, |inner| {
        prop_oneof![4 => logic(inner.clone()), 3 => arithmetic(inner.clone()), 3 => dates(inner.clone()), 1 => look_up(inner.clone()), 1 => super::choices::posted(inner.clone()), 1 => rank(inner.clone()), 2 => aggregate(inner)]
            .prop_map(node)
    })
}

type Inner = BoxedStrategy<Expr>;

fn boxed(inner: &Inner) -> impl Strategy<Value = Box<Expr>> + use<> {
    inner.clone().prop_map(Box::new)
}

fn logic(inner: Inner) -> impl Strategy<Value = ExprKind> {
    let ops = [
        BinaryOp::Or,
        BinaryOp::And,
        BinaryOp::Is,
        BinaryOp::IsNot,
        BinaryOp::AtLeast,
        BinaryOp::AtMost,
        BinaryOp::MoreThan,
        BinaryOp::LessThan,
        BinaryOp::On,
        BinaryOp::Before,
        BinaryOp::OnOrBefore,
        BinaryOp::After,
        BinaryOp::OnOrAfter,
    ];
    let relations = [WithinRelation::After, WithinRelation::Before, WithinRelation::Of];
    let within = (boxed(&inner), duration(), select(relations.to_vec()), boxed(&inner));
    prop_oneof![
        6 => (select(ops.to_vec()), boxed(&inner), boxed(&inner)).prop_map(|(op, left, right)| ExprKind::Binary(op, left, right)),
        1 => boxed(&inner).prop_map(ExprKind::Not),
        1 => (boxed(&inner), boxed(&inner), boxed(&inner)).prop_map(|(a, b, c)| ExprKind::Between(a, b, c)),
        1 => (boxed(&inner), vec(inner.clone(), 1..4)).prop_map(|(subject, list)| ExprKind::OneOf(subject, list)),
        1 => boxed(&inner).prop_map(ExprKind::IsMissing),
        1 => boxed(&inner).prop_map(ExprKind::IsKnown),
        1 => within.prop_map(|(subject, duration, relation, anchor)| ExprKind::Within { subject, duration, relation, anchor }),
        1 => (boxed(&inner), boxed(&inner), boxed(&inner))
            .prop_map(|(condition, then, otherwise)| ExprKind::If { condition, then, otherwise }),
    ]
}

fn arithmetic(inner: Inner) -> impl Strategy<Value = ExprKind> {
    let ops = [BinaryOp::Add, BinaryOp::Subtract, BinaryOp::Multiply, BinaryOp::Divide];
    let percent = number().prop_map(|share| Box::new(node(ExprKind::Percent(share.times(Number::CENT).expect("few digits")))));
    prop_oneof![
        4 => (select(ops.to_vec()), boxed(&inner), boxed(&inner)).prop_map(|(op, left, right)| ExprKind::Binary(op, left, right)),
        1 => boxed(&inner).prop_map(ExprKind::Negative),
        1 => (percent, boxed(&inner)).prop_map(|(share, base)| ExprKind::PercentOf(share, base)),
        1 => vec(inner.clone(), 1..4).prop_map(ExprKind::Greatest),
        1 => vec(inner.clone(), 1..4).prop_map(ExprKind::Least),
        1 => (boxed(&inner), rounding()).prop_map(|(value, how)| ExprKind::Rounded(value, how)),
    ]
}

fn dates(inner: Inner) -> impl Strategy<Value = ExprKind> {
    let units = [DateUnit::Days, DateUnit::Months, DateUnit::Years];
    let nth = [-1, 1, 2, 3, 4];
    prop_oneof![
        (name(), boxed(&inner)).prop_map(|(field, date)| ExprKind::AsOf(Box::new(node(ExprKind::Name(field.kind))), date)),
        (name(), name(), boxed(&inner))
            .prop_map(|(record, field, date)| ExprKind::AsOf(Box::new(node(ExprKind::Qualified(record, field))), date)),
        (select(units.to_vec()), boxed(&inner), boxed(&inner)).prop_map(|(unit, from, to)| ExprKind::Elapsed { unit, from, to }),
        (period_word(), boxed(&inner)).prop_map(|(word, date)| ExprKind::PeriodLabel(word, date)),
        (period_word(), boxed(&inner)).prop_map(|(word, date)| ExprKind::PeriodStart(word, date)),
        (period_word(), boxed(&inner)).prop_map(|(word, date)| ExprKind::PeriodEnd(word, date)),
        (month_day(), any::<bool>(), boxed(&inner)).prop_map(|(start, same_day_counts, after)| ExprKind::NextMonthDay {
            month: start.month,
            day: start.day,
            same_day_counts,
            after
        }),
        boxed(&inner).prop_map(ExprKind::FirstDayOfMonthAfter),
        boxed(&inner).prop_map(ExprKind::LastDayOfMonthOf),
        (select(nth.to_vec()), 1u32..=7, 1u32..=12, any::<bool>(), boxed(&inner)).prop_map(
            |(nth, weekday, month, same_day_counts, after)| ExprKind::WeekdayOfMonth { nth, weekday, month, same_day_counts, after }
        ),
        calendars(inner),
    ]
}

fn calendars(inner: Inner) -> impl Strategy<Value = ExprKind> {
    let sides = [CalendarSide::Holding, CalendarSide::NextOnOrAfter, CalendarSide::NextAfter];
    let which = prop_oneof![
        (1u32..=1000).prop_map(WorkingDay::After),
        (1u32..=1000).prop_map(WorkingDay::Before),
        select([WorkingDay::FirstOnOrAfter, WorkingDay::LastOnOrBefore, WorkingDay::LastOfMonth].to_vec()),
    ];
    prop_oneof![
        (name(), name(), select(sides.to_vec()), boxed(&inner)).prop_map(|(calendar, date, side, day)| ExprKind::CalendarDate {
            calendar,
            date,
            side,
            day
        }),
        (which, boxed(&inner), option::of(name())).prop_map(|(which, day, except)| ExprKind::WorkingDay { which, day, except }),
        (period_word(), boxed(&inner), boxed(&inner), boxed(&inner)).prop_map(|(period, day, from, to)| ExprKind::DaysWithin {
            period,
            day,
            from,
            to
        }),
    ]
}

fn aggregate(inner: Inner) -> impl Strategy<Value = ExprKind> {
    let record = || select(["credential", "activity", "known_rows"].to_vec()).prop_map(|word| node(word.to_owned()));
    let counted = [AggregateKind::Count, AggregateKind::Any, AggregateKind::Every];
    let valued = [AggregateKind::Sum, AggregateKind::First, AggregateKind::Latest];
    let condition = || option::of(boxed(&inner));
    prop_oneof![
        (select(counted.to_vec()), record(), condition(), any::<bool>()).prop_map(|(kind, record, condition, known)| {
            let of_known = known && kind == AggregateKind::Count;
            ExprKind::Aggregate { kind, value: None, record, condition, of_known, picked: None, bound: None }
        }),
        super::rows::picked(inner.clone()),
        super::rows::bounded(inner.clone()),
        super::rows::at_least_of(inner.clone()),
        (select(valued.to_vec()), boxed(&inner), record(), condition(), any::<bool>()).prop_map(
            |(kind, value, record, condition, of_known)| {
                ExprKind::Aggregate { kind, value: Some(value), record, condition, of_known, picked: None, bound: None }
            }
        ),
    ]
}

fn rank(inner: Inner) -> impl Strategy<Value = ExprKind> {
    let order = select([RankOrder::HighestFirst, RankOrder::LowestFirst].to_vec());
    let record = select(["credential", "activity", "known_rows"].to_vec()).prop_map(|word| node(word.to_owned()));
    (inner.clone(), record, option::of(inner.clone()), any::<bool>(), order, option::of(inner)).prop_map(
        |(value, record, condition, of_known, order, ties)| {
            ExprKind::Rank(Box::new(Rank { value, record, condition, of_known, order, ties }))
        },
    )
}

fn table_name() -> impl Strategy<Value = Name> {
    select(vec!["salary", "lanes", "rate_2"]).prop_map(|word| node(word.to_owned()))
}

fn look_up(inner: Inner) -> impl Strategy<Value = ExprKind> {
    let as_of = || option::of(boxed(&inner));
    let wanted = prop_oneof![Just(SearchWanted::First), Just(SearchWanted::Last), boxed(&inner).prop_map(SearchWanted::LowestAtLeast)];
    let along = vec(option::of(inner.clone()), 1..3);
    prop_oneof![
        (table_name(), vec(inner.clone(), 1..3), as_of()).prop_map(|(table, keys, as_of)| ExprKind::TableCell { table, keys, as_of }),
        (wanted, option::of(name()), table_name(), along, as_of()).prop_map(|(wanted, key, table, keys, as_of)| ExprKind::TableSearch {
            wanted,
            key,
            table,
            keys,
            as_of
        }),
        (name(), 1i32..4, any::<bool>(), boxed(&inner), table_name()).prop_map(|(key, distance, back, from, table)| {
            ExprKind::TableNeighbour { key, distance: if back { -distance } else { distance }, from, table }
        }),
    ]
}
