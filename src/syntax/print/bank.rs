//! `bank` and what names one, as text.

use super::award::once_words;
use super::expression::{comparison_side, expression, operand};
use super::lines;
use super::words::{period_word, quoted};
use crate::syntax::ast::{Bank, BankBound, BankReading, Expr, Name, Once, Spend, Surplus};

pub fn bank(bank: &Bank) -> String {
    let mut head = format!("bank {} for each {}", quoted(&bank.name), bank.each.kind);
    if let Some(period) = &bank.period {
        head.push_str(&format!(" each {}", period_word(&period.kind)));
    }
    let mut clauses = earning((&bank.conditions, bank.once.as_ref()), (bank.earn.as_ref(), bank.credited.as_ref()));
    for source in &bank.more {
        let period = source.period.as_ref().map_or(String::new(), |period| format!(" each {}", period_word(&period.kind)));
        clauses.push(format!("for each {}{period}", source.each.kind));
        clauses.extend(earning((&source.conditions, source.once.as_ref()), (source.earn.as_ref(), source.credited.as_ref())));
    }
    clauses.extend(bank.most.iter().map(|most| bound("at most", most)));
    clauses.extend(bank.least.iter().map(|least| bound("at least", least)));
    clauses.extend(bank.balance.iter().map(|most| format!("balance at most {}", expression(most))));
    clauses.extend(bank.surplus.iter().map(|written| match written.kind {
        Surplus::Carries => "surplus carries".to_owned(),
        Surplus::CarriesUpTo(units) => format!("surplus carries up to {units} units"),
        Surplus::Lost => "surplus is lost".to_owned(),
    }));
    clauses.extend(bank.expires.iter().map(|after| format!("expires after {}", after.kind)));
    clauses.extend(bank.cites.iter().map(|text| format!("cite {}", quoted(text))));
    lines(head, clauses)
}

/// What rows of one record earn.
fn earning((conditions, once): (&[Expr], Option<&Once>), (earn, credited): (Option<&Expr>, Option<&Expr>)) -> Vec<String> {
    let mut clauses = Vec::new();
    for (index, condition) in conditions.iter().enumerate() {
        clauses.push(format!("{} {}", if index == 0 { "if" } else { "and" }, expression(condition)));
    }
    clauses.extend(once.map(|once| format!("once {}", once_words(once))));
    clauses.extend(earn.map(|units| format!("earn {}", expression(units))));
    clauses.extend(credited.map(|date| format!("credited on {}", expression(date))));
    clauses
}

fn bound(words: &str, bound: &BankBound) -> String {
    format!("{words} {} units per {} per spending", comparison_side(&bound.units), bound.category.kind)
}

pub fn spend(spend: &Spend) -> String {
    format!("spend {} units of {}", comparison_side(&spend.units), quoted(&spend.bank))
}

pub fn reading(reading: &BankReading, bank: &Name) -> String {
    match reading {
        BankReading::Balance => format!("balance of {}", quoted(bank)),
        BankReading::Earned => format!("earned in {}", quoted(bank)),
        BankReading::DateReached(units) => format!("date {} reached {}", quoted(bank), operand(units)),
    }
}
