//! Sums, products and percentages: which types may meet, and what comes out.

use super::context::Context;
use super::months::Months;
use super::{Checker, at, types};
use crate::diagnostic::Diagnostic;
use crate::policy::{Expr, ExprKind};
use crate::source::Span;
use crate::syntax::ast::{self, BinaryOp};
use crate::syntax::comparison_words;
use crate::value::Type;

type Typed = (ExprKind, Type);

impl Checker<'_> {
    pub(super) fn binary(
        &mut self,
        context: &mut Context,
        (op, span): (BinaryOp, Span),
        left: &ast::Expr,
        right: &ast::Expr,
    ) -> Option<Typed> {
        match op {
            BinaryOp::Or | BinaryOp::And => {
                let (left, right) = self.pair(context, left, right);
                let (left, right) = (self.condition(left), self.condition(right));
                Some((ExprKind::Binary(op, Box::new(left?), Box::new(right?)), Type::YesNo))
            }
            BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Divide => {
                let (left, right) = self.pair(context, left, right);
                self.arithmetic((op, span), left?, right?)
            }
            BinaryOp::Is
            | BinaryOp::IsNot
            | BinaryOp::AtLeast
            | BinaryOp::AtMost
            | BinaryOp::MoreThan
            | BinaryOp::LessThan
            | BinaryOp::On
            | BinaryOp::Before
            | BinaryOp::OnOrBefore
            | BinaryOp::After
            | BinaryOp::OnOrAfter => self.comparison(context, op, left, right),
        }
    }

    fn arithmetic(&mut self, (op, span): (BinaryOp, Span), left: Expr, right: Expr) -> Option<Typed> {
        if (op, left.ty, right.ty) == (BinaryOp::Add, Type::Duration, Type::Date) {
            return self.arithmetic((op, span), right, left);
        }
        if op == BinaryOp::Divide && self.is_constant_zero(&right) {
            self.report(
                Diagnostic::error("division-by-zero", at(right.span), "nothing can be divided by zero").help("write another divisor"),
            );
            return None;
        }
        let Some(ty) = result_type(op, left.ty, right.ty) else {
            let refusal = self.refusal((op, span), &left, &right);
            self.report(refusal);
            return None;
        };
        if ty == Type::Date && self.months(&right) == Months::Some {
            self.month_additions.push(span);
        }
        Some((ExprKind::Binary(op, Box::new(left), Box::new(right)), ty))
    }

    /// Why the two cannot meet, and what to write instead.
    fn refusal(&self, (op, span): (BinaryOp, Span), left: &Expr, right: &Expr) -> Diagnostic {
        use Type::{Date, Money, Percent};
        let (l, r) = (self.type_words(left.ty), self.type_words(right.ty));
        let place = at(span);
        let sum = matches!(op, BinaryOp::Add | BinaryOp::Subtract);
        let refusal = match (left.ty, right.ty) {
            (Money, Money) if op == BinaryOp::Multiply => Diagnostic::error("money-times-money", place, "money times money is not money")
                .help("multiply money by a number, such as hours or a share"),
            (Money, other) | (other, Money) if sum && types::is_number(other) => {
                Diagnostic::error("money-plus-number", place, "money and a plain number cannot be added")
                    .help("write the number as money if it is dollars, such as `$5`")
            }
            (Date, Date) if op == BinaryOp::Subtract => {
                Diagnostic::error("date-minus-date", place, "a date minus a date could be counted in days, months or years")
                    .help("write `days from A to B`, `months from A to B` or `years from A to B`; complete ones are counted")
            }
            (Date, other) | (other, Date) if sum && types::is_amount(other) => {
                Diagnostic::error("date-plus-amount", place, format!("a date and {} cannot be added", self.type_words(other)))
                    .help("say how long: `90 days`, `6 months` or `1 year`")
            }
            (Percent, other) | (other, Percent) if sum && other != Percent => {
                Diagnostic::error("percent-without-base", place, "a percentage of what is not said")
                    .help("name its base, as in `5 % of base_salary`")
            }
            _ => Diagnostic::error("cannot-be-combined", place, format!("{l} and {r} cannot be {}", operation_words(op)))
                .help("amounts are added to amounts of the same type, and multiplied or divided by numbers"),
        };
        refusal.label(left.span, l).label(right.span, r)
    }

    pub(super) fn negative(&mut self, context: &mut Context, inner: &ast::Expr) -> Option<Typed> {
        let inner = self.expr(context, inner)?;
        if !types::is_amount(inner.ty) {
            let message = format!("minus stands before an amount, and this is {}", self.type_words(inner.ty));
            self.report(Diagnostic::error("cannot-be-combined", at(inner.span), message).help("subtract it instead: `A - B`"));
            return None;
        }
        let ty = inner.ty;
        Some((ExprKind::Negative(Box::new(inner)), ty))
    }

    pub(super) fn percent_of(&mut self, context: &mut Context, percent: &ast::Expr, base: &ast::Expr) -> Option<Typed> {
        let (percent, base) = self.pair(context, percent, base);
        let (percent, base) = (percent?, base?);
        let ty = match base.ty {
            Type::Money => Type::Money,
            Type::Integer | Type::Number => Type::Number,
            Type::Percent => Type::Percent,
            Type::YesNo | Type::Text | Type::Choice(_) | Type::Date | Type::Duration => {
                let message = format!("a percentage is of an amount, and this is {}", self.type_words(base.ty));
                self.report(Diagnostic::error("cannot-be-combined", at(base.span), message).help("name an amount, such as `base_salary`"));
                return None;
            }
        };
        Some((ExprKind::PercentOf(Box::new(percent), Box::new(base)), ty))
    }
}

/// The type of `left op right`, where there is one.
fn result_type(op: BinaryOp, left: Type, right: Type) -> Option<Type> {
    use Type::{Date, Duration, Integer, Money, Number, Percent};
    match (op, left, right) {
        (BinaryOp::Add | BinaryOp::Subtract, Date, Duration) => Some(Date),
        (BinaryOp::Add | BinaryOp::Subtract, ..) => types::shared(left, right).filter(|ty| types::is_amount(*ty)),
        (BinaryOp::Multiply, Integer, Integer) => Some(Integer),
        (BinaryOp::Multiply, Money, Integer | Number | Percent) | (BinaryOp::Multiply, Integer | Number | Percent, Money) => Some(Money),
        (BinaryOp::Multiply, Percent, Percent) => Some(Percent),
        (BinaryOp::Multiply, Integer | Number | Percent, Integer | Number | Percent) => Some(Number),
        (BinaryOp::Divide, Money, Integer | Number) => Some(Money),
        (BinaryOp::Divide, Percent, Integer | Number) => Some(Percent),
        (BinaryOp::Divide, Integer | Number, Integer | Number)
        | (BinaryOp::Divide, Money, Money)
        | (BinaryOp::Divide, Percent, Percent) => Some(Number),
        _ => None,
    }
}

fn operation_words(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add => "added",
        BinaryOp::Subtract => "subtracted",
        BinaryOp::Multiply => "multiplied",
        BinaryOp::Divide => "divided",
        _ => comparison_words(op),
    }
}
