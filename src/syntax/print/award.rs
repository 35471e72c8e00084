//! `award` and `limit` as text.

use super::expression::{comparison_side, expression, operand};
use super::lines;
use super::words::{period_word, quoted, rounding, window};
use crate::syntax::ast::{
    Amount, Award, Excess, Limit, LimitBasis, LimitMeasure, LimitOver, Move, Once, Pay, PayKind, PoolTies, Proration, Tier,
};

pub fn award(award: &Award) -> String {
    let mut head = match super::set::trigger(&award.trigger) {
        Some(trigger) => format!("award {} {trigger}", quoted(&award.name)),
        None => format!("award {} for each {}", quoted(&award.name), award.each.kind),
    };
    if let Some(period) = &award.period {
        head.push_str(&format!(" each {}", period_word(&period.kind)));
    }
    let mut clauses = Vec::new();
    for (index, condition) in award.conditions.iter().enumerate() {
        clauses.push(format!("{} {}", if index == 0 { "if" } else { "and" }, expression(condition)));
    }
    clauses.extend(award.needs.iter().map(super::choices::needs));
    clauses.extend(award.once.iter().map(|once| format!("once {}", once_words(once))));
    clauses.extend(award.by.iter().map(|by| format!("by {}", expression(by))));
    clauses.extend(award.ties.iter().map(|ties| format!("ties by {}", expression(ties))));
    clauses.extend(award.spends.iter().map(super::bank::spend));
    clauses.extend(award.wait.iter().map(super::set::wait));
    clauses.extend(award.grants.iter().map(super::set::grant));
    clauses.extend(award.moves.iter().map(movement));
    clauses.extend(award.pays.iter().map(pay));
    clauses.extend(award.recovers.iter().map(super::recovery::recover));
    clauses.extend(award.reopens.iter().map(|reopens| super::recovery::reopens(reopens.kind)));
    clauses.extend(award.proration.iter().map(|proration| match &proration.kind {
        Proration::Not => "not prorated".to_owned(),
        Proration::By(share) => format!("prorate by {}", expression(share)),
    }));
    clauses.extend(award.round.iter().map(|round| format!("round {}", rounding(round.kind))));
    clauses.extend(award.effective.iter().map(|date| format!("effective on {}", expression(date))));
    clauses.extend(award.paid_on.iter().map(|date| format!("paid on {}", expression(date))));
    clauses.extend(award.instalments.iter().map(super::recurring::instalments));
    clauses.extend(award.recurs.iter().map(super::recurring::recurs));
    clauses.extend(award.cites.iter().map(|text| format!("cite {}", quoted(text))));
    lines(head, clauses)
}

fn movement(moved: &Move) -> String {
    let stay = if moved.or_stay.is_some() { " or stay" } else { "" };
    format!("move {} to {}{stay}", moved.field.kind, expression(&moved.to))
}

/// What stands behind `once`: keys, a window or both.
pub fn once_words(once: &Once) -> String {
    let keys: Vec<String> = once.keys.iter().map(operand).collect();
    let window = once.window.as_ref().map(|written| window(&written.kind));
    match (keys.is_empty(), window) {
        (true, Some(window)) => window,
        (false, Some(window)) => format!("per {} {window}", keys.join(", ")),
        _ => format!("per {}", keys.join(", ")),
    }
}

fn pay(pay: &Pay) -> String {
    let mut text = format!("pay {} {}", amount(&pay.amount), kind_words(pay.kind.kind));
    if let Some(round) = &pay.round {
        text.push_str(&format!(", rounded {}", rounding(round.kind)));
    }
    if let Some(when) = &pay.when {
        text.push_str(&format!(" when {}", expression(when)));
    }
    text
}

pub fn kind_words(kind: PayKind) -> &'static str {
    match kind {
        PayKind::BaseSalary => "to base salary",
        PayKind::Stipend | PayKind::Move | PayKind::Role => "as stipend",
        PayKind::Recovery => "as recovery",
    }
}

fn amount(amount: &Amount) -> String {
    let (counted, tiers, rest) = match amount {
        Amount::Plain(value) => return expression(value),
        Amount::Claim(claim) => return super::pool::claim(claim),
        Amount::Tiers { window, tiers, rest, .. } => (window, tiers, rest),
    };
    let per = counted.as_ref().map(|written| format!(" {}", window(&written.kind))).unwrap_or_default();
    let mut pieces: Vec<String> = tiers.iter().enumerate().map(|(index, written)| tier(index, written, &per)).collect();
    pieces.extend(rest.iter().map(|rest| format!("then {}", comparison_side(rest))));
    pieces.join(", ")
}

fn tier(index: usize, tier: &Tier, per: &str) -> String {
    let (word, per) = if index == 0 { ("first", per) } else { ("next", "") };
    format!("{word} {}{per} at {}", tier.count.kind, comparison_side(&tier.amount))
}

pub fn limit(limit: &Limit) -> String {
    let awards: Vec<String> = limit.awards.iter().map(quoted).collect();
    let mut head = format!("limit {}", awards.join(", "));
    if let Some(condition) = &limit.condition {
        head.push_str(&format!(" where {}", expression(condition)));
    }
    head.push_str(&match &limit.measure {
        LimitMeasure::Money(most) => format!(" to {}", comparison_side(most)),
        LimitMeasure::Awards(most) => format!(" to {} awards", most.kind),
        LimitMeasure::Quantity { most, field } => format!(" to {} {}", most.kind, field.kind),
    });
    head.push_str(&match &limit.over {
        LimitOver::Employee => String::new(),
        LimitOver::Everybody(_) => " in total".to_owned(),
        LimitOver::Group(group) => format!(" for each {}", operand(group)),
    });
    if let Some(written) = &limit.window {
        head.push_str(&format!(" {}", window(&written.kind)));
    }
    let mut clauses = Vec::new();
    clauses.extend(limit.proration.iter().map(|basis| match basis.kind {
        LimitBasis::BeforeProration => "before proration".to_owned(),
        LimitBasis::AfterProration => "after proration".to_owned(),
    }));
    clauses.extend(limit.excess.iter().map(|written| excess(&written.kind)));
    clauses.extend(limit.ties.iter().map(|ties| match ties {
        PoolTies::ById => "ties by ID".to_owned(),
        PoolTies::By(by) => format!("ties by {}", expression(by)),
    }));
    clauses.extend(limit.whole_awards_only.iter().map(|_| "whole awards only".to_owned()));
    clauses.extend(limit.cites.iter().map(|text| format!("cite {}", quoted(text))));
    lines(head, clauses)
}

fn excess(excess: &Excess) -> String {
    match excess {
        Excess::Lost => "excess is lost".to_owned(),
        Excess::PaidAsStipend => "excess is paid as stipend".to_owned(),
        Excess::CarriedToNextPeriod => "excess is carried to the next period".to_owned(),
        Excess::Waits { until, expires } => {
            let until = until.as_ref().map(|date| format!(", until {} at the latest", expression(date))).unwrap_or_default();
            let expires = expires.as_ref().map(|duration| format!(", expires after {duration}")).unwrap_or_default();
            format!("excess waits{until}{expires}")
        }
    }
}
