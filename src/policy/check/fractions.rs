//! Whether an amount can have fractions of a cent, for which a rounding must be declared.

use super::{Checker, at, constants};
use crate::diagnostic::Diagnostic;
use crate::policy::{Amount, Award, Expr, ExprKind, LimitMeasure, Pay};
use crate::source::Span;
use crate::syntax::ast::{AggregateKind, BinaryOp};
use crate::value::{Number, Rounding, Type};

impl Checker<'_> {
    /// One message for the whole file: the rounding is declared once, in the head.
    pub(super) fn check_roundings(&mut self) {
        if self.head.rounding.is_some() {
            return;
        }
        let places: Vec<Span> = self.awards.iter().flatten().flat_map(|award| self.unrounded(award)).collect();
        let Some(first) = places.first() else { return };
        let mut missing =
            Diagnostic::error("missing-rounding", at(*first), "this amount can have fractions of a cent, and how to round is not said");
        for place in places.iter().skip(1).take(2) {
            missing = missing.label(*place, "here too");
        }
        let missing = missing
            .help("add to the policy's head: `rounding half up to the cent`")
            .help("or to the pay line: `, rounded half up to the dollar`; `half even`, `half down`, `up` and `down` are the other ways");
        self.report_absent_from_head(missing);
    }

    /// The amounts of an award that need a rounding and have none.
    fn unrounded(&self, award: &Award) -> Vec<Span> {
        if award.rounding.is_some() {
            return Vec::new();
        }
        let shared = award.proration.as_ref().filter(|share| share.ty != Type::Integer && !self.is_constant_whole(share));
        let limited = self.fractional_limit(award);
        let lines = award.pays.iter().filter(|pay| pay.rounding.is_none());
        lines.filter_map(|pay| self.fractional_part(pay).or(shared.map(|share| share.span)).or(limited)).collect()
    }

    fn fractional_part(&self, pay: &Pay) -> Option<Span> {
        let amounts: Vec<&Expr> = match &pay.amount {
            Amount::Plain(amount) => vec![amount],
            Amount::Tiers { tiers, rest, .. } => tiers.iter().map(|tier| &tier.amount).chain(rest).collect(),
        };
        amounts.into_iter().find(|amount| self.has_fractions(amount)).map(|amount| amount.span)
    }

    /// A limit whose own amount has fractions of a cent cuts awards to such amounts.
    fn fractional_limit(&self, award: &Award) -> Option<Span> {
        let own = self.awards.iter().position(|other| other.as_ref().is_some_and(|other| other.span == award.span))?;
        let mut limits = self.limits.iter().flatten().filter(|limit| limit.awards.iter().any(|id| usize::from(id.0) == own));
        limits.find_map(|limit| match &limit.measure {
            LimitMeasure::Money(amount) if self.has_fractions(amount) => Some(amount.span),
            LimitMeasure::Money(_) | LimitMeasure::Awards(_) | LimitMeasure::Quantity { .. } => None,
        })
    }

    fn is_constant_whole(&self, expr: &Expr) -> bool {
        self.constant_amount(expr).is_some_and(|number| number.to_integer().is_some())
    }

    /// Whether the money can have fractions of a cent, cells of data having none.
    fn has_fractions(&self, expr: &Expr) -> bool {
        if let Some(constant) = constants::amount(expr, &|index| self.lets.get(index)?.checked.as_ref()) {
            return constant.divided_by(Number::CENT).map_or(true, |cents| cents.to_integer().is_none());
        }
        match &expr.kind {
            ExprKind::Negative(inner) => self.has_fractions(inner),
            ExprKind::Binary(BinaryOp::Add | BinaryOp::Subtract, left, right) => self.has_fractions(left) || self.has_fractions(right),
            ExprKind::Binary(BinaryOp::Multiply, left, right) => {
                let whole = |factor: &Expr| factor.ty == Type::Integer || self.is_constant_whole(factor);
                let money_times = |money: &Expr, factor: &Expr| money.ty == Type::Money && whole(factor) && !self.has_fractions(money);
                !money_times(left, right) && !money_times(right, left)
            }
            ExprKind::Binary(..) | ExprKind::PercentOf(..) => true,
            ExprKind::Rounded(_, rounding) => !whole_cents(*rounding),
            ExprKind::Greatest(list) | ExprKind::Least(list) => list.iter().any(|value| self.has_fractions(value)),
            ExprKind::If { then, otherwise, .. } => self.has_fractions(then) || self.has_fractions(otherwise),
            ExprKind::Let(id) => self.let_values(usize::from(id.0)).into_iter().any(|value| self.has_fractions(value)),
            ExprKind::Aggregate { kind: AggregateKind::Sum | AggregateKind::First | AggregateKind::Latest, value: Some(value), .. } => {
                self.has_fractions(value)
            }
            _ => false,
        }
    }
}

fn whole_cents(rounding: Rounding) -> bool {
    rounding.unit.divided_by(Number::CENT).is_ok_and(|cents| cents.to_integer().is_some())
}
