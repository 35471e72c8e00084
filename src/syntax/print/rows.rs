//! Aggregates and `at least 2 of (…)` as text.

use super::expression::{expression, operand, value_operand};
use crate::syntax::ast::{AggregateBound, AggregateKind, Expr, ExprKind, Name, Node, Picked, PickedSide};
use crate::value::Number;

pub fn aggregate(expr: &Expr) -> String {
    let ExprKind::Aggregate { kind, value, record, condition, of_known, picked, bound } = &expr.kind else { return String::new() };
    let words = match kind {
        AggregateKind::Count => "count",
        AggregateKind::Sum => "sum of",
        AggregateKind::Any => "any",
        AggregateKind::Every => "every",
        AggregateKind::First => "first",
        AggregateKind::Latest => "latest",
        AggregateKind::Consecutive => "consecutive",
        AggregateKind::Row => "",
    };
    let value = value.as_ref().map(|value| format!(" {}", value_operand(value)));
    let of = match kind {
        AggregateKind::Any | AggregateKind::Every => "",
        _ if *of_known => " of known",
        _ => " of",
    };
    let rows = match (picked, kind) {
        (Some(picked), AggregateKind::Row) => picked_rows(picked, record),
        (Some(picked), _) => format!("({})", picked_rows(picked, record)),
        (None, _) => record.kind.clone(),
    };
    let bound = match bound.as_deref() {
        Some(AggregateBound::AtMost { most, per }) => format!(", at most {} per {}", operand(most), operand(per)),
        Some(AggregateBound::Through(last)) => format!(" through {}", operand(last)),
        None => String::new(),
    };
    let text = format!("{words}{}{of} {rows}{bound}{}", value.unwrap_or_default(), where_part(condition.as_deref()));
    text.trim_start().to_owned()
}

fn picked_rows(picked: &Picked, record: &Name) -> String {
    let side = if picked.side == PickedSide::First { "first" } else { "latest" };
    let count = picked.count.as_ref().map_or(String::new(), |count| format!(" {}", count.kind));
    format!("{side}{count} {} by {}{}", record.kind, operand(&picked.by), where_part(picked.condition.as_ref()))
}

fn where_part(condition: Option<&Expr>) -> String {
    condition.map_or(String::new(), |condition| format!(" where {}", expression(condition)))
}

/// A condition with a list of its own stands in brackets: its commas are not those between conditions.
pub fn at_least_of(count: &Node<Number>, list: &[Expr]) -> String {
    let items: Vec<String> = list.iter().map(expression).map(|text| if has_comma(&text) { format!("({text})") } else { text }).collect();
    format!("at least {} of ({})", count.kind, items.join(", "))
}

/// Whether a comma stands outside of brackets and quotation marks.
fn has_comma(text: &str) -> bool {
    let (mut depth, mut quoted) = (0, false);
    text.chars().any(|character| {
        match character {
            '"' => quoted = !quoted,
            '(' | '[' if !quoted => depth += 1,
            ')' | ']' if !quoted => depth -= 1,
            _ => {}
        }
        character == ',' && depth == 0 && !quoted
    })
}
