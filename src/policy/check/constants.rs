//! Constants: what can be computed from the policy's text alone.

use super::Checker;
use crate::policy::{Constant, Expr, ExprKind, Let, LetBody};
use crate::syntax::ast::BinaryOp;
use crate::value::{Number, NumberFault};

impl Checker<'_> {
    /// The number, percentage or dollars that the expression always is.
    pub(super) fn constant_amount(&self, expr: &Expr) -> Option<Number> {
        amount(expr, &|index| self.lets.get(index)?.amount)
    }

    pub(super) fn is_constant_zero(&self, expr: &Expr) -> bool {
        self.constant_amount(expr).is_some_and(|amount| amount.is_zero())
    }
}

/// The amount that a let always is.
pub(super) fn of_let(body: &Let, of_other: &dyn Fn(usize) -> Option<Number>) -> Option<Number> {
    match &body.body {
        LetBody::Plain(value) => amount(value, of_other),
        LetBody::Dated { .. } => None,
    }
}

/// The number, percentage or dollars that the expression always is; `of_let` says it for the lets that it names.
pub(in crate::policy) fn amount(expr: &Expr, of_let: &dyn Fn(usize) -> Option<Number>) -> Option<Number> {
    let of = |inner: &Expr| amount(inner, of_let);
    let exact = |result: Result<Number, NumberFault>| result.ok();
    match &expr.kind {
        ExprKind::Constant(Constant::Money(number) | Constant::Number(number) | Constant::Percent(number)) => Some(*number),
        ExprKind::Negative(inner) => Some(of(inner)?.negated()),
        ExprKind::Binary(BinaryOp::Add, left, right) => exact(of(left)?.plus(of(right)?)),
        ExprKind::Binary(BinaryOp::Subtract, left, right) => exact(of(left)?.minus(of(right)?)),
        ExprKind::Binary(BinaryOp::Multiply, left, right) | ExprKind::PercentOf(left, right) => exact(of(left)?.times(of(right)?)),
        ExprKind::Binary(BinaryOp::Divide, left, right) => exact(of(left)?.divided_by(of(right)?)),
        ExprKind::Rounded(inner, rounding) => exact(of(inner)?.rounded(*rounding)),
        ExprKind::Greatest(list) => list.iter().map(of).collect::<Option<Vec<_>>>()?.into_iter().max(),
        ExprKind::Least(list) => list.iter().map(of).collect::<Option<Vec<_>>>()?.into_iter().min(),
        ExprKind::Let(id) => of_let(usize::from(id.0)),
        _ => None,
    }
}
