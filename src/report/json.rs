//! The same facts for other programs, as JSON: amounts are text, so that none is rounded by a reader.

use serde_json::{Value, json};

use super::excerpt::severity_word;
use super::explain::{ExplainedRow, Explanation};
use super::quote::Fact;
use super::results::Results;
use super::tables::{ADJUSTMENT_COLUMNS, OUTCOME_COLUMNS};
use super::text::decimal;
use super::totals::{Sum, Totals};
use super::words::Context;
use super::workbook::sha256;
use crate::diagnostic::Diagnostic;
use crate::source::{Cell, Place, Source, Span, column_letters};
use crate::value::Number;

/// Problems, in the order given.
pub fn diagnostics(list: &[Diagnostic], source: Option<&Source>) -> Value {
    list.iter().map(|diagnostic| problem(diagnostic, source)).collect()
}

fn problem(diagnostic: &Diagnostic, source: Option<&Source>) -> Value {
    let labels: Vec<Value> =
        diagnostic.labels.iter().map(|(span, words)| json!({ "place": policy_place(*span, source), "message": words })).collect();
    json!({
        "code": diagnostic.code,
        "severity": severity_word(diagnostic.severity),
        "message": diagnostic.message,
        "place": place(&diagnostic.place, source),
        "labels": labels,
        "help": diagnostic.help,
    })
}

fn place(place: &Place, source: Option<&Source>) -> Value {
    match place {
        Place::Policy(span) => policy_place(*span, source),
        Place::Cell(cell) => cell_place(cell),
        Place::Option(option) => json!({ "option": option }),
    }
}

fn policy_place(span: Span, source: Option<&Source>) -> Value {
    let Some(source) = source else { return json!({ "start": span.start, "end": span.end }) };
    let ((line, column), (end_line, end_column)) = (source.line_column(span.start), source.line_column(span.end));
    json!({ "file": &*source.name, "line": line, "column": column, "end_line": end_line, "end_column": end_column })
}

fn cell_place(cell: &Cell) -> Value {
    let reference = cell.row.zip(cell.column).map(|(row, column)| format!("{}{row}", column_letters(column)));
    json!({
        "file": &*cell.file,
        "sheet": cell.sheet.as_deref(),
        "row": cell.row,
        "cell": reference,
        "header": cell.header.as_deref(),
        "raw": cell.raw.as_deref(),
    })
}

/// A whole run.
pub fn run(results: &Results, totals: &Totals) -> Value {
    let policy = results.context.policy;
    let rows = results.adjustment_cells().map(|cells| object(&ADJUSTMENT_COLUMNS, &cells));
    let bases = results.adjustments.iter().map(|line| line.old_base);
    let adjustments: Vec<Value> = rows
        .zip(bases)
        .map(|(mut row, base)| {
            row["old_base"] = json!(base.map(decimal));
            row
        })
        .collect();
    json!({
        "schema": "stipend run 1",
        "version": env!("CARGO_PKG_VERSION"),
        "as_of": results.context.as_of.to_string(),
        "policy": { "name": policy.name, "file": &*policy.source.name, "sha256": sha256(policy.source.text.as_bytes()) },
        "tables": policy.source.beside.files.iter().map(|file| json!({ "file": file.name, "sha256": file.sha256 })).collect::<Vec<_>>(),
        "data": data(results),
        "totals": by_award(results, totals),
        "pools": super::pools::json(results),
        "limits": super::pools::limits_json(results),
        "guarantees": super::guarantees::json(results),
        "control": control(totals),
        "adjustments": adjustments,
        "outcomes": outcomes(results),
        "balances": balances(results),
        "next": next(results),
    })
}

/// Every credit and what became of it.
pub fn balances(results: &Results) -> Value {
    results.balance_cells().map(|cells| object(&Results::balance_columns(), &cells)).collect()
}

/// What comes next for everybody.
pub fn next(results: &Results) -> Value {
    results.next_cells().map(|cells| object(&super::next::NEXT_COLUMNS, &cells)).collect()
}

/// Every row and what became of it.
pub fn outcomes(results: &Results) -> Value {
    let provisional = results.outcomes.iter().map(|outcome| outcome.provisional);
    results
        .outcome_cells()
        .zip(provisional)
        .map(|(cells, provisional)| {
            let mut row = object(&OUTCOME_COLUMNS, &cells);
            row["provisional"] = json!(provisional);
            row
        })
        .collect()
}

/// How many rows a document (or a list of rows) has, and what their amounts add up to; None where one is no amount.
pub fn rows_and_sum(document: &Value) -> Option<(usize, Number)> {
    let rows = document.get("adjustments").unwrap_or(document).as_array()?;
    let sum = rows.iter().try_fold(Number::ZERO, |sum, row| match row.get("amount") {
        None | Some(Value::Null) => Some(sum),
        Some(amount) => {
            let text = amount.as_str()?;
            let amount = match text.split_once('/') {
                Some((top, bottom)) => Number::parse(top)?.divided_by(Number::parse(bottom)?).ok()?,
                None => Number::parse(text)?,
            };
            sum.plus(amount).ok()
        }
    })?;
    Some((rows.len(), sum))
}

/// An empty cell is null.
fn object(columns: &[&str], cells: &[String]) -> Value {
    columns
        .iter()
        .zip(cells)
        .map(|(column, cell)| ((*column).to_owned(), if cell.is_empty() { Value::Null } else { json!(cell) }))
        .collect()
}

fn data(results: &Results) -> Vec<Value> {
    let context = &results.context;
    let record = |file: &crate::facts::DataFile| file.record.map_or("paid", |record| &context.policy.record(record).name).to_owned();
    context
        .facts
        .files
        .iter()
        .map(|file| {
            json!({
                "file": &*file.name,
                "sheet": file.sheet.as_deref(),
                "record": record(file),
                "rows": file.rows,
                "bytes": file.bytes,
                "sha256": file.sha256,
                "assumed": file.assumed,
            })
        })
        .collect()
}

fn by_award(results: &Results, totals: &Totals) -> Vec<Value> {
    let award = |total: &super::totals::AwardTotal| results.context.policy.award(total.award).name.clone();
    totals
        .by_award
        .iter()
        .map(|total| json!({ "award": award(total), "kind": total.kind, "lines": total.lines, "amount": amount(total.sum) }))
        .collect()
}

fn control(totals: &Totals) -> Value {
    let control = &totals.control;
    let files: Vec<Value> = control
        .files
        .iter()
        .map(|file| {
            json!({
                "file": file.name, "rows": file.rows, "used": file.used, "not_used": file.not_used,
                "held": file.held, "rejected": file.rejected,
            })
        })
        .collect();
    json!({
        "agrees": control.agrees(),
        "files": files,
        "money_in_steps": amount(control.money_in_trace),
        "money_in_adjustments": amount(control.money_in_lines),
        "money_in_outcomes": amount(control.money_in_outcomes),
    })
}

fn amount(sum: Sum) -> Value {
    json!(sum.map(decimal))
}

/// One person.
pub fn explanation(explanation: &Explanation, context: &Context) -> Value {
    let rejected: Vec<Value> = explanation
        .rejected
        .iter()
        .map(|row| json!({ "source": row.source, "problems": diagnostics(&row.problems, Some(&context.policy.source)) }))
        .collect();
    json!({
        "schema": "stipend explanation 1",
        "employee": explanation.employee,
        "policy": context.policy.name,
        "as_of": context.as_of.to_string(),
        "paid_before": explanation.paid_before,
        "guarantees_broken": explanation.broken,
        "decisions": explanation.rows.iter().map(decision).collect::<Vec<_>>(),
        "rejected": rejected,
        "set_aside": explanation.set_aside,
        "looked_up": explanation.looked_up.iter().map(cell_place).collect::<Vec<_>>(),
    })
}

fn decision(row: &ExplainedRow) -> Value {
    let steps: Vec<Value> = row
        .statements
        .iter()
        .map(|statement| json!({ "step": statement.words, "facts": statement.facts.iter().map(fact).collect::<Vec<_>>() }))
        .collect();
    json!({
        "row": cell_place(&row.place),
        "award": row.award,
        "period": row.period,
        "record": row.record,
        "outcome": row.outcome,
        "paid": row.paid,
        "reason": row.reason,
        "steps": steps,
    })
}

fn fact(fact: &Fact) -> Value {
    json!({ "name": fact.name, "value": fact.value, "cell": fact.cell.as_ref().map(cell_place) })
}
