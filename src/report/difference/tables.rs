//! The difference as files: one line for each person, or each row, that differs; and as JSON.

use serde_json::{Value, json};

use super::{Both, Difference, RowFate};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::report::pieces::would_run;
use crate::report::text::decimal;
use crate::report::totals::Sum;
use crate::source::Place;

/// `employee,amount_a,amount_b,difference`
pub fn people_csv(difference: &Difference, diagnostics: &mut Diagnostics) -> String {
    let rows = difference.people.iter().map(|person| {
        let Both { first, second } = &person.amount;
        vec![person.employee.clone(), plain(*first), plain(*second), plain(person.amount.difference())]
    });
    csv("employee,amount_a,amount_b,difference", 1, rows, diagnostics)
}

/// `source,employee,outcome_a,reason_a,outcome_b,reason_b,amount_a,amount_b`
pub fn rows_csv(difference: &Difference, diagnostics: &mut Diagnostics) -> String {
    let rows = difference.rows.iter().map(|row| {
        let Both { first, second } = &row.outcome;
        let told = |fate: &RowFate| [fate.outcomes.join(", "), fate.reason.clone()];
        let texts = [row.source.clone(), row.employee.clone()].into_iter().chain(told(first)).chain(told(second));
        texts.chain([plain(first.amount), plain(second.amount)]).collect()
    });
    csv("source,employee,outcome_a,reason_a,outcome_b,reason_b,amount_a,amount_b", 6, rows, diagnostics)
}

/// The first `texts` columns are texts, the others amounts.
fn csv(header: &str, texts: usize, rows: impl Iterator<Item = Vec<String>>, diagnostics: &mut Diagnostics) -> String {
    let mut text = format!("{header}\n");
    for row in rows {
        for cell in row.iter().take(texts).filter(|cell| would_run(cell)) {
            let message = format!("a spreadsheet would run `{cell}` as a formula");
            diagnostics.push(
                Diagnostic::error("formula-in-table", Place::Option("--out".into()), message)
                    .help("correct the text in the file it came from, or use `--format json`, where text stays text"),
            );
        }
        let cells: Vec<String> = row.iter().map(|cell| quoted(cell)).collect();
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    text
}

/// RFC 4180.
fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

fn plain(sum: Sum) -> String {
    sum.map_or(String::new(), decimal)
}

impl Difference {
    pub fn json(&self) -> Value {
        let both = |both: &Both<Sum>| json!({ "a": both.first.map(decimal), "b": both.second.map(decimal), "difference": both.difference().map(decimal) });
        let fate = |fate: &RowFate| json!({ "outcomes": fate.outcomes, "amount": fate.amount.map(decimal), "reason": fate.reason });
        let kinds: serde_json::Map<String, Value> = self.kinds.iter().map(|(kind, sums)| ((*kind).to_owned(), both(sums))).collect();
        let people: Vec<Value> =
            self.people.iter().map(|person| json!({ "employee": person.employee, "amount": both(&person.amount) })).collect();
        let rows: Vec<Value> = self
            .rows
            .iter()
            .map(|row| {
                let Both { first, second } = &row.outcome;
                json!({ "source": row.source, "employee": row.employee, "a": fate(first), "b": fate(second) })
            })
            .collect();
        json!({
            "schema": "stipend diff 1",
            "a": self.names.first,
            "b": self.names.second,
            "as_of": self.as_of,
            "kinds": kinds,
            "total": both(&self.total),
            "people": people,
            "unchanged": self.unchanged,
            "rows": rows,
        })
    }
}
