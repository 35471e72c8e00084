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
        self.report(Diagnostic::error("not-a-condition", at(expr.span), message).help(self.condition_help(&expr)));
        None
    }

    fn condition_help(&self, expr: &Expr) -> String {
        let value = self.source.slice(expr.span);
        match expr.ty {
            Type::Integer | Type::Number => format!("compare it, as in `{value} at least 2`"),
            Type::Money => format!("compare it, as in `{value} at least $100`"),
            Type::Percent => format!("compare it, as in `{value} at least 5 %`"),
            Type::Date => format!("compare it, as in `{value} is known` or `{value} on or after 2025-07-01`"),
            Type::Duration => "compare dates, as in `approved within 90 days after enrolled`".to_owned(),
            Type::Choice(id) => {
                let word = self.choices.get(usize::from(id.0)).and_then(|words| words.first());
                format!("compare it, as in `{value} is {}`", word.map_or("…", String::as_str))
            }
            Type::Text | Type::YesNo => format!("compare it, as in `{value} is \"…\"`"),
        }
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

/// Whether values of this type can be keys.
pub(super) fn is_key(ty: Type) -> bool {
    ty != Type::Duration
}
