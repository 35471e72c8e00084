//! What an award has to do with others, as text.

use super::expression::{expression, operand};
use super::lines;
use super::words::{period_word, quoted};
use crate::syntax::ast::{ChoiceTies, Choose, ChosenBy, Compare, ExprKind, Needs};

pub fn choose(choose: &Choose) -> String {
    let by = match choose.by.kind {
        ChosenBy::Highest => "highest of",
        ChosenBy::FirstNamed => "first named of",
        ChosenBy::Earliest => "earliest of",
        ChosenBy::Elected => "elected of",
    };
    let awards: Vec<String> = choose.awards.iter().map(quoted).collect();
    let mut clauses = Vec::new();
    clauses.extend(choose.per.iter().map(super::award::once_words));
    clauses.extend(choose.each_date.iter().map(|_| "at each date".to_owned()));
    clauses.extend(choose.compare.iter().map(|compare| match compare.kind {
        Compare::BeforeProration => "compare amount before proration".to_owned(),
        Compare::AfterProration => "compare amount after proration".to_owned(),
        Compare::AnnualRate => "compare annual rate".to_owned(),
    }));
    clauses.extend(choose.ties.iter().map(|ties| match ties.kind {
        ChoiceTies::FirstNamed => "ties to the first named".to_owned(),
        ChoiceTies::Earliest => "ties to the earliest".to_owned(),
    }));
    clauses.extend(choose.elected.iter().map(|elected| format!("elected by {}", expression(elected))));
    clauses.extend(choose.fallback.iter().map(|fallback| format!("falls back to {}", quoted(fallback))));
    clauses.extend(choose.cites.iter().map(|text| format!("cite {}", quoted(text))));
    lines(format!("choose {by} {}", awards.join(", ")), clauses)
}

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
        ExprKind::AmountPaid => Some("amount paid".to_owned()),
        ExprKind::BaseSalaryAsOf(day) => Some(format!("base salary as of {}", operand(day))),
        _ => None,
    }
}
