//! What an award has to do with others, as text.

use super::expression::operand;
use super::words::{period_word, quoted};
use crate::syntax::ast::{ExprKind, Needs};

pub fn needs(needs: &Needs) -> String {
    let period = needs.period.as_ref().map(|period| format!(" in the same {}", period_word(&period.kind)));
    format!("needs {}{}", quoted(&needs.award), period.unwrap_or_default())
}

/// None where the expression is none of these.
pub fn posted(kind: &ExprKind) -> Option<String> {
    match kind {
        ExprKind::AmountOf { award, period } => {
            let period = period.as_ref().map(|(word, day)| format!(" in {} of {}", period_word(word), operand(day)));
            Some(format!("amount of {}{}", quoted(award), period.unwrap_or_default()))
        }
        ExprKind::BaseSalaryAsOf(day) => Some(format!("base salary as of {}", operand(day))),
        _ => None,
    }
}
