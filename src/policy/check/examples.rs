//! Examples: every column has a field, every row as many cells as its header.

use super::{Checker, at, names};
use crate::diagnostic::Diagnostic;
use crate::policy::{Example, ExampleGrid, RecordId};
use crate::syntax::ast::{self, Declaration, Grid, Name};

/// What a line that is expected to be paid may say of itself.
const PAYS_COLUMNS: [&str; 8] = ["employee", "award", "record", "kind", "amount", "effective", "pay_date", "period"];

impl Checker<'_> {
    pub(super) fn check_examples(&mut self) -> Vec<Example> {
        let ast = self.ast;
        let mut examples = Vec::new();
        let mut names: Vec<&Name> = Vec::new();
        for declaration in &ast.declarations {
            if let Declaration::Example(example) = declaration {
                self.check_unique(&example.name, "example", &names);
                names.push(&example.name);
                examples.extend(self.example(example));
            }
        }
        examples
    }

    fn example(&mut self, example: &ast::Example) -> Option<Example> {
        let mut records: Vec<&Name> = Vec::new();
        let mut given = Vec::new();
        for grid in &example.given {
            self.check_unique(&grid.name, "grid for", &records);
            records.push(&grid.name);
            given.push(self.given(grid));
        }
        let pays = example.pays.as_ref().map(|pays| self.pays_grid(pays));
        if example.as_of.is_none() {
            self.report_absent(without_date(example));
        }
        if pays.is_none() {
            self.report_absent(without_result(example));
        }
        let given = given.into_iter().collect::<Option<Vec<_>>>()?;
        Some(Example { name: example.name.kind.clone(), span: example.name.span, as_of: example.as_of.as_ref()?.kind, given, pays: pays? })
    }

    fn given(&mut self, grid: &Grid) -> Option<(RecordId, ExampleGrid)> {
        let record = self.known_record(&grid.name)?;
        let fields: Vec<(String, bool)> =
            self.records.get(usize::from(record.0))?.fields.iter().map(|field| (field.name.clone(), field.optional)).collect();
        let known: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
        let all_known = self.check_columns(grid, &known, &format!("field of `{}` named", grid.name.kind));
        let required = fields.iter().filter(|(_, optional)| !optional).map(|(name, _)| name.as_str());
        let absent: Vec<&str> = required.filter(|name| !grid.header.iter().any(|column| column.kind == *name)).collect();
        if all_known && !absent.is_empty() {
            self.report_absent(column_missing(grid, &absent));
        }
        Some((record, self.grid(grid)))
    }

    fn pays_grid(&mut self, grid: &Grid) -> ExampleGrid {
        self.check_columns(grid, &PAYS_COLUMNS, "column of results named");
        if let Some(column) = grid.header.iter().position(|column| column.kind == "award") {
            grid.rows.iter().filter_map(|row| row.get(column)).for_each(|cell| self.check_award_named(cell));
        }
        self.grid(grid)
    }

    fn check_award_named(&mut self, cell: &Name) {
        if cell.kind.is_empty() || self.award_names.iter().any(|award| award.kind == cell.kind) {
            return;
        }
        let unknown = self.unknown_award(cell);
        self.report_unknown(&cell.kind, unknown);
    }

    /// Whether every column is known.
    fn check_columns(&mut self, grid: &Grid, known: &[&str], what: &str) -> bool {
        let is_known = |column: &&Name| known.contains(&column.kind.as_str());
        if !grid.header.is_empty() && !grid.header.iter().any(|column| is_known(&column)) {
            self.report(no_header(grid, known));
            return false;
        }
        let mut seen: Vec<&Name> = Vec::new();
        for column in &grid.header {
            self.check_unique(column, "column", &seen);
            seen.push(column);
            if !is_known(&column) {
                let unknown = names::unknown_field(column, what, known);
                self.report_unknown(&column.kind, unknown);
            }
        }
        grid.header.iter().all(|column| is_known(&column))
    }

    fn grid(&self, grid: &Grid) -> ExampleGrid {
        let cells = |row: &[Name]| row.iter().map(|cell| (cell.kind.clone(), cell.span)).collect();
        ExampleGrid { header: cells(&grid.header), rows: grid.rows.iter().map(|row| cells(row)).collect() }
    }
}

fn without_date(example: &ast::Example) -> Diagnostic {
    Diagnostic::error("example-without-date", at(example.name.span), "the example does not say as of which day it is computed")
        .help("add a line such as `as of 2025-06-30`")
}

fn without_result(example: &ast::Example) -> Diagnostic {
    Diagnostic::error("example-without-result", at(example.name.span), "the example does not say what it pays")
        .help("add `pays` with the lines that must come out, or `pays nothing`")
}

fn no_header(grid: &Grid, known: &[&str]) -> Diagnostic {
    let place = grid.header.first().zip(grid.header.last()).map_or(grid.span, |(first, last)| first.span.to(last.span));
    Diagnostic::error(
        "example-without-header",
        at(place),
        format!("the first line below `{}` names its columns, and this names none", grid.name.kind),
    )
    .help(format!("write a header such as `{}`", known.iter().take(3).copied().collect::<Vec<_>>().join(" | ")))
}

fn column_missing(grid: &Grid, absent: &[&str]) -> Diagnostic {
    let list: Vec<String> = absent.iter().map(|name| format!("`{name}`")).collect();
    Diagnostic::error("example-column-missing", at(grid.name.span), format!("the rows of `{}` need {}", grid.name.kind, list.join(", ")))
        .help("add the columns, or declare the fields `optional`")
}
