//! The same facts for other programs: problems as JSON.

use serde_json::{Value, json};

use super::excerpt::severity_word;
use super::text::column_letters;
use crate::diagnostic::Diagnostic;
use crate::source::{Cell, Place, Source, Span};

/// `{"diagnostics": […]}`, in the order given.
pub fn diagnostics(list: &[Diagnostic], source: Option<&Source>) -> Value {
    Value::Array(list.iter().map(|diagnostic| one(diagnostic, source)).collect())
}

fn one(diagnostic: &Diagnostic, source: Option<&Source>) -> Value {
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

pub fn cell_place(cell: &Cell) -> Value {
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
