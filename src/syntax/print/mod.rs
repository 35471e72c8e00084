//! From the tree to canonical text: what is printed reads back as the same tree.

mod award;
mod calendar;
mod choices;
mod bank;
mod expression;
mod guarantee;
mod pool;
mod population;
mod recovery;
mod recurring;
mod rows;
mod set;
mod table;
mod words;

use super::ast::{Ast, Declaration, Example, Field, FieldKind, Grid, Let, LetBody, PolicyHead, Record};
use super::layout;
use crate::value::MonthEnd;
use words::{choice, date_range, month_day, quoted, rounding};

pub use expression::{comparison_words, expression};

/// Canonical text of a tree. Clauses that could not be read are not in the tree, and so not in the text.
pub fn print(ast: &Ast) -> String {
    let declarations: Vec<String> = ast.declarations.iter().map(declaration).collect();
    layout::lay_out_text(&declarations.join("\n"))
}

fn declaration(declaration: &Declaration) -> String {
    match declaration {
        Declaration::Policy(policy) => policy_head(policy),
        Declaration::Calendar(written) => calendar::calendar(written),
        Declaration::Record(written) => record(written),
        Declaration::Table(written) => table::table(written),
        Declaration::Let(written) => let_declaration(written),
        Declaration::Award(written) => award::award(written),
        Declaration::Limit(written) => award::limit(written),
        Declaration::Choose(written) => choices::choose(written),
        Declaration::Pool(written) => pool::pool(written),
        Declaration::Bank(written) => bank::bank(written),
        Declaration::Set(written) => set::set(written),
        Declaration::Guarantee(written) => guarantee::guarantee(written),
        Declaration::Example(written) => example(written),
    }
}

/// A head and its clauses, each on a line of its own.
fn lines(head: String, clauses: impl IntoIterator<Item = String>) -> String {
    let mut text = head + "\n";
    for clause in clauses {
        text.push_str("  ");
        text.push_str(&clause);
        text.push('\n');
    }
    text
}

fn policy_head(policy: &PolicyHead) -> String {
    let mut clauses = Vec::new();
    clauses.extend(policy.authority.iter().map(|text| format!("authority {}", quoted(text))));
    clauses.extend(policy.cites.iter().map(|text| format!("cite {}", quoted(text))));
    clauses.extend(policy.effective.iter().map(|range| format!("effective {}", date_range(range.kind))));
    clauses.extend(policy.rounding.iter().map(|round| format!("rounding {}", rounding(round.kind))));
    clauses.extend(policy.month_end.iter().map(|month_end| {
        let choice = match month_end.kind {
            MonthEnd::LastDay => "last day",
            MonthEnd::NextDay => "next day",
            MonthEnd::Refuse => "refuse",
        };
        format!("month end {choice}")
    }));
    clauses.extend(policy.fiscal_year.iter().map(|start| format!("fiscal year starts {}", month_day(start.kind))));
    clauses.extend(policy.school_year.iter().map(|start| format!("school year starts {}", month_day(start.kind))));
    clauses.extend(policy.held_rows_hold_person.iter().map(|_| "held rows hold the person".to_owned()));
    lines(format!("policy {}", quoted(&policy.name)), clauses)
}

fn record(record: &Record) -> String {
    lines(format!("record {}", record.name.kind), record.fields.iter().map(field))
}

fn field(field: &Field) -> String {
    let mut text = format!("{} {}", field.name.kind, field_kind(&field.kind.kind));
    if field.optional {
        text.push_str(", optional");
    }
    if let Some((from, to)) = &field.dated {
        text.push_str(&format!(", dated from {} to {}", from.kind, to.kind));
    }
    text
}

fn field_kind(kind: &FieldKind) -> String {
    let word = match kind {
        FieldKind::Id => "id",
        FieldKind::Employee => "employee",
        FieldKind::Key => "key",
        FieldKind::Reference(record) => return record.clone(),
        FieldKind::Text => "text",
        FieldKind::YesNo => "yes/no",
        FieldKind::Integer => "integer",
        FieldKind::Number => "number",
        FieldKind::Percent => "percent",
        FieldKind::Money => "money",
        FieldKind::Date => "date",
        FieldKind::OneOf(words) => return format!("one of {}", words.iter().map(choice).collect::<Vec<_>>().join(", ")),
    };
    word.to_owned()
}

fn let_declaration(written: &Let) -> String {
    let name = &written.name.kind;
    match &written.body {
        LetBody::Plain(value) => lines(format!("let {name}{} = {}", population::over(&written.over), expression(value)), []),
        LetBody::Dated { by, cases } => {
            let cases = cases.iter().map(|(range, value)| format!("{} {}", date_range(range.kind), expression(value)));
            lines(format!("let {name} by {}", expression(by)), cases)
        }
    }
}

fn example(example: &Example) -> String {
    let mut clauses = Vec::new();
    clauses.extend(example.as_of.iter().map(|day| format!("as of {}", day.kind)));
    clauses.extend(example.given.iter().map(|given| grid(format!("given {}", given.name.kind), given)));
    clauses.extend(example.pays.iter().map(|pays| match pays.header.is_empty() {
        true => "pays nothing".to_owned(),
        false => grid("pays".to_owned(), pays),
    }));
    lines(format!("example {}", quoted(&example.name)), clauses)
}

fn grid(head: String, grid: &Grid) -> String {
    let mut text = head;
    for row in std::iter::once(&grid.header).chain(&grid.rows) {
        let cells: Vec<String> = row.iter().map(|cell| words::cell(&cell.kind, row.len())).collect();
        text.push_str("\n    ");
        text.push_str(&cells.join(" | "));
    }
    text
}
