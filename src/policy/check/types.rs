//! What types are called, and which of them go together.

use super::{Checker, at};
use crate::diagnostic::Diagnostic;
use crate::policy::Expr;
use crate::value::Type;

impl Checker<'_> {
    /// `money`, `a date`, `one of \`earned\`, \`revoked\``.
    pub(super) fn type_words(&self, ty: Type) -> String {
        match ty {
            Type::YesNo => "yes or no".to_owned(),
            Type::Integer => "a whole number".to_owned(),
            Type::Number => "a number".to_owned(),
            Type::Percent => "a percentage".to_owned(),
            Type::Money => "money".to_owned(),
            Type::Text => "text".to_owned(),
            Type::Choice(id) => {
                let words = self.choices.get(usize::from(id.0)).map(Vec::as_slice).unwrap_or_default();
                let shown: Vec<String> = words.iter().take(4).map(|word| format!("`{word}`")).collect();
                format!("one of {}{}", shown.join(", "), if words.len() > 4 { ", …" } else { "" })
            }
            Type::Date => "a date".to_owned(),
            Type::Duration => "a length of time".to_owned(),
        }
    }

    /// The expression, if it is yes or no.
    pub(super) fn condition(&mut self, expr: Option<Expr>) -> Option<Expr> {
        let expr = expr?;
        if expr.ty == Type::YesNo {
            return Some(expr);
        }
        let message = format!("this is {}, and a condition is yes or no", self.type_words(expr.ty));
        self.report(Diagnostic::error("not-a-condition", at(expr.span), message).help(condition_help(expr.ty)));
        None
    }

    /// The expression, if it is a date; `wanted` says for what, as in "an effective date".
    pub(super) fn date(&mut self, expr: Option<Expr>, wanted: &str) -> Option<Expr> {
        let expr = expr?;
        if expr.ty == Type::Date {
            return Some(expr);
        }
        let message = format!("{wanted} is a date, and this is {}", self.type_words(expr.ty));
        self.report(
            Diagnostic::error("not-a-date", at(expr.span), message).help("name a date field, or write a date such as `2025-07-01`"),
        );
        None
    }
}

/// The type that both have, an integer being a number too.
pub(super) fn shared(left: Type, right: Type) -> Option<Type> {
    match (left, right) {
        _ if left == right => Some(left),
        (Type::Integer, Type::Number) | (Type::Number, Type::Integer) => Some(Type::Number),
        _ => None,
    }
}

pub(super) fn is_number(ty: Type) -> bool {
    matches!(ty, Type::Integer | Type::Number)
}

/// Whether values of the type have an order that words such as `at least` and `greatest of` follow.
pub(super) fn is_amount(ty: Type) -> bool {
    matches!(ty, Type::Integer | Type::Number | Type::Percent | Type::Money)
}

fn condition_help(ty: Type) -> &'static str {
    match ty {
        Type::Integer | Type::Number | Type::Percent | Type::Money => "compare it, as in `… at least 2`",
        Type::Date | Type::Duration => "compare it, as in `… on or after 2025-07-01` or `… is known`",
        Type::Text | Type::Choice(_) => "compare it, as in `… is …`",
        Type::YesNo => "leave it as it is",
    }
}
