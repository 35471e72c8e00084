//! The parts of an expression, each visited once.

use super::{AggregateBound, Expr, ExprKind};

/// Calls `visit` with `expr` and with every expression inside it, the outer before the inner.
/// Lets are not entered: they are expressions of their own.
pub fn each_part<'e>(expr: &'e Expr, visit: &mut dyn FnMut(&'e Expr)) {
    visit(expr);
    each_child(expr, &mut |child| each_part(child, visit));
}

/// Calls `visit` with the direct parts of `expr`, in the order written.
pub fn each_child<'e>(expr: &'e Expr, visit: &mut dyn FnMut(&'e Expr)) {
    use ExprKind as K;
    match &expr.kind {
        K::Constant(_) | K::Field { .. } | K::Let(_) | K::CurrentPeriodStart | K::CurrentPeriodEnd | K::EffectiveDate | K::AmountPaid => {}
        K::AmountOf { period, .. } => period.iter().for_each(|(_, day)| visit(day)),
        K::Balance(_) | K::Earned(_) | K::Set(..) => {}
        K::DatedField { as_of: inner, .. }
        | K::BaseSalaryAsOf { as_of: inner, .. }
        | K::NewValue(inner, _)
        | K::DateReached(_, inner)
        | K::Not(inner)
        | K::Negative(inner)
        | K::IsMissing(inner)
        | K::IsKnown(inner)
        | K::Rounded(inner, _)
        | K::PeriodLabel(_, inner)
        | K::PeriodStart(_, inner)
        | K::PeriodEnd(_, inner)
        | K::NextMonthDay { after: inner, .. }
        | K::FirstDayOfMonthAfter(inner)
        | K::LastDayOfMonthOf(inner)
        | K::TableNeighbour { from: inner, .. }
        | K::CalendarDate { day: inner, .. }
        | K::WorkingDay { day: inner, .. }
        | K::WeekdayOfMonth { after: inner, .. } => visit(inner),
        K::DaysWithin { day, from, to, .. } => [day, from, to].into_iter().for_each(|part| visit(part)),
        K::Binary(_, left, right) | K::PercentOf(left, right) => [left, right].into_iter().for_each(|part| visit(part)),
        K::Within { subject, anchor, .. } => [subject, anchor].into_iter().for_each(|part| visit(part)),
        K::Elapsed { from, to, .. } => [from, to].into_iter().for_each(|part| visit(part)),
        K::Between(subject, low, high) => [subject, low, high].into_iter().for_each(|part| visit(part)),
        K::If { condition, then, otherwise } => [condition, then, otherwise].into_iter().for_each(|part| visit(part)),
        K::OneOf(subject, list) => {
            visit(subject);
            list.iter().for_each(visit);
        }
        K::LookedUp { key, as_of, .. } => {
            visit(key);
            as_of.iter().for_each(|part| visit(part));
        }
        K::TableCell { keys, as_of, .. } => {
            keys.iter().for_each(&mut *visit);
            as_of.iter().for_each(|part| visit(part));
        }
        K::TableSearch(search) => {
            search.keys.iter().flatten().for_each(&mut *visit);
            search.as_of.iter().for_each(|part| visit(part));
            if let super::TableWanted::LowestAtLeast(least) = &search.wanted {
                visit(least);
            }
        }
        K::Population { group, own, .. } => {
            group.iter().for_each(|part| visit(part));
            own.iter().for_each(visit);
        }
        K::Greatest(list) | K::Least(list) | K::AtLeastOf(_, list) => list.iter().for_each(visit),
        K::Aggregate { value, condition, picked, bound, .. } => {
            value.iter().for_each(|part| visit(part));
            condition.iter().for_each(|part| visit(part));
            if let Some(picked) = picked {
                visit(&picked.by);
                picked.condition.iter().for_each(&mut *visit);
            }
            match bound.as_deref() {
                Some(AggregateBound::AtMost { most, per }) => [most, per].into_iter().for_each(&mut *visit),
                Some(AggregateBound::Through(last)) => visit(last),
                None => {}
            }
        }
    }
}
