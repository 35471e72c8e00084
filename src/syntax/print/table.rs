//! Tables and look-ups as text.

use super::expression::{expression, item, operand};
use super::lines;
use super::words::{self, date_range};
use crate::syntax::ast::{Entry, EntryKind, Expr, ExprKind, SearchWanted, Table};
use crate::syntax::grammar::is_entry;

pub fn table(table: &Table) -> String {
    let keys: Vec<&str> = table.keys.iter().map(|key| key.kind.as_str()).collect();
    let mut clauses: Vec<String> = Vec::new();
    clauses.extend(table.check.iter().map(|formula| format!("check printed against {}", expression(formula))));
    for version in &table.versions {
        let file = version.file.as_ref().map(|file| format!("{} in {}", super::field_kind(&file.cells.kind), words::quoted(&file.name)));
        match (&version.dates, file) {
            (Some(dates), Some(file)) => clauses.push(format!("{}, {file}", date_range(dates.kind))),
            (dates, file) => clauses.extend(dates.iter().map(|dates| date_range(dates.kind)).chain(file)),
        }
        if version.file.is_some() {
            continue;
        }
        for row in std::iter::once(&version.header).chain(&version.rows) {
            clauses.push(row.iter().map(|cell| entry(cell, row.len())).collect::<Vec<_>>().join(" | "));
        }
    }
    lines(format!("table {} by {}", table.name.kind, keys.join(", ")), clauses)
}

/// An entry as it was written; text in quotation marks keeps them where it needs them.
fn entry(entry: &Entry, columns: usize) -> String {
    match &entry.kind {
        // the text `12` in quotation marks is no number
        EntryKind::Value(Expr { kind: ExprKind::Text(text), .. }) if is_entry(text) => format!("\"{text}\""),
        EntryKind::Value(Expr { kind: ExprKind::Text(text), .. }) => words::cell(text, columns),
        EntryKind::Value(_) | EntryKind::Bracket { .. } | EntryKind::Otherwise | EntryKind::NotApplicable | EntryKind::Blank => {
            entry.text.clone()
        }
    }
}

/// A key of a search; a field may be called `any`.
fn along(key: &Expr) -> String {
    let text = item(key);
    if text == "any" { format!("({text})") } else { text }
}

/// `salary[step, lane]`, a search or a neighbour; anything else is empty.
pub fn look_up(kind: &ExprKind) -> String {
    let dated = |as_of: &Option<Box<Expr>>| as_of.as_ref().map_or(String::new(), |day| format!(" as of {}", operand(day)));
    match kind {
        ExprKind::TableCell { table, keys, as_of } => {
            let keys: Vec<String> = keys.iter().map(item).collect();
            format!("{}[{}]{}", table.kind, keys.join(", "), dated(as_of))
        }
        ExprKind::TableSearch { wanted, key, table, keys, as_of } => {
            let key = key.as_ref().map_or(String::new(), |key| format!("{} of ", key.kind));
            let keys: Vec<String> = keys.iter().map(|key| key.as_ref().map_or("any".to_owned(), along)).collect();
            let (words, least) = match wanted {
                SearchWanted::First => ("first", String::new()),
                SearchWanted::Last => ("last", String::new()),
                SearchWanted::LowestAtLeast(least) => ("lowest", format!(" at least {}", super::expression::comparison_side(least))),
            };
            format!("{key}{words} cell of {}[{}]{}{least}", table.kind, keys.join(", "), dated(as_of))
        }
        ExprKind::TableNeighbour { key, distance, from, table } => {
            let side = if *distance < 0 { "before" } else { "after" };
            format!("{} {} {side} {} in {}", key.kind, distance.abs(), operand(from), table.kind)
        }
        _ => String::new(),
    }
}
