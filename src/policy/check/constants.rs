//! Constants: what can be computed from the policy's text alone.

use super::Checker;
use crate::policy::{Constant, Expr, ExprKind, Let, LetBody};
use crate::syntax::ast::BinaryOp;
use crate::value::{Number, NumberFault};

impl Checker<'_> {
    /// The number, percentage or dollars that the expression always is.
    pub(super) fn constant_amount(&self, expr: &Expr) -> Option<Number> {
        amount(expr, &|index| self.lets.get(index)?.checked.as_ref())
    }

    pub(super) fn is_constant_zero(&self, expr: &Expr) -> bool {
        self.constant_amount(expr).is_some_and(Number::is_zero)
    }
}

/// The number, percentage or dollars that the expression always is; `let_at` finds the lets it names.
pub(in crate::policy) fn amount<'p>(expr: &Expr, let_at: &dyn Fn(usize) -> Option<&'p Let>) -> Option<Number> {
    let of = |inner: &Expr| amount(inner, let_at);
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
        ExprKind::Let(id) => match &let_at(usize::from(id.0))?.body {
            LetBody::Plain(value) => of(value),
            LetBody::Dated { .. } => None,
        },
        _ => None,
    }
}
