//! An `example` of a policy: its rows are run, and every line paid must be one that it names.

use super::pipeline::Bound;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::facts;
use crate::policy::{Example, Policy};
use crate::report::Results;
use crate::report::tables::ADJUSTMENT_COLUMNS;
use crate::source::{Place, Span};
use crate::value::Number;

/// What differs between what the example says and what is paid; none when it holds.
pub fn differences(policy: &Policy, example: &Example) -> Vec<Diagnostic> {
    let mut diagnostics = Diagnostics::new();
    let Some(facts) = facts::bind_example(policy, example, &mut diagnostics) else { return diagnostics.sorted() };
    for row in &facts.rejected {
        row.problems.iter().for_each(|problem| diagnostics.push(problem.clone()));
    }
    let bound = Bound::new(policy.clone(), facts, example.as_of);
    let results = bound.results(&|_| {});
    compare(&results, example, &mut diagnostics);
    for broken in &results.broken {
        let span = policy.guarantees[usize::from(broken.guarantee.0)].span;
        let lines = broken.lines.iter().map(|line| line.sentence()).collect::<Vec<_>>().join("; ");
        let message = format!("this does not hold for {}: {}", broken.who, broken.how);
        let problem = Diagnostic::error("guarantee-broken", Place::Policy(span), message);
        let problem = if lines.is_empty() { problem } else { problem.help(format!("it counts {lines}")) };
        diagnostics.push(problem.label(example.span, "in this example"));
    }
    diagnostics.sorted()
}

fn compare(results: &Results, example: &Example, diagnostics: &mut Diagnostics) {
    let columns: Vec<&str> = example.pays.header.iter().map(|(name, _)| name.as_str()).collect();
    let mut left: Vec<Vec<String>> = results.adjustment_cells().map(|cells| chosen(&columns, &cells)).collect();
    for row in &example.pays.rows {
        let wanted: Vec<String> = columns.iter().zip(row).map(|(column, (text, _))| plain(column, text)).collect();
        match left.iter().position(|paid| *paid == wanted) {
            Some(found) => drop(left.remove(found)),
            None => diagnostics.push(not_paid(row_span(row, example.span), &columns, &left)),
        }
    }
    let place = example.pays.header.first().map_or(example.span, |(_, span)| *span);
    for paid in &left {
        let message = format!("this is paid, and the example does not say so: {}", words(&columns, paid));
        let problem = Diagnostic::error("example-pays-more", Place::Policy(place), message);
        diagnostics.push(problem.help("add the line under `pays`, or correct the policy"));
    }
}

fn not_paid(span: Span, columns: &[&str], left: &[Vec<String>]) -> Diagnostic {
    let problem = Diagnostic::error("example-not-paid", Place::Policy(span), "the example says that this is paid, and it is not");
    let others: Vec<String> = left.iter().map(|paid| words(columns, paid)).collect();
    if others.is_empty() { problem.help("nothing else is paid") } else { problem.help(format!("paid are: {}", others.join("; "))) }
}

/// The cells of the columns that the example names.
fn chosen(columns: &[&str], cells: &[String; 10]) -> Vec<String> {
    let cell =
        |column: &&str| ADJUSTMENT_COLUMNS.iter().position(|name| name == column).map_or(String::new(), |at| plain(column, &cells[at]));
    columns.iter().map(cell).collect()
}

/// Amounts in one form: `$1,200` and `1200.00` are the same money; a move has none, written as `$0` or left empty.
fn plain(column: &str, text: &str) -> String {
    let digits = text.replace(['$', ','], "");
    match Number::parse(&digits) {
        Some(amount) if column == "amount" => amount.to_string(),
        None if column == "amount" && text.is_empty() => Number::ZERO.to_string(),
        _ => text.to_owned(),
    }
}

fn words(columns: &[&str], cells: &[String]) -> String {
    columns.iter().zip(cells).map(|(column, cell)| format!("{column} {cell}")).collect::<Vec<_>>().join(", ")
}

fn row_span(row: &[(String, Span)], otherwise: Span) -> Span {
    match (row.first(), row.last()) {
        (Some((_, first)), Some((_, last))) => first.to(*last),
        _ => otherwise,
    }
}
