//! Tables: keys, labels and cells of one type each, brackets that neither overlap nor leave gaps unseen.

use super::calendars::{out_of_order, overlap};
use super::{Checker, at};
use crate::diagnostic::Diagnostic;
use crate::policy::{Constant, End, Label, Table, TableCell, TableKey, TableVersion};
use crate::source::Span;
use crate::syntax::ast::{self, Declaration, Entry, EntryEnd, EntryKind, Name};
use crate::value::Type;

/// Where the keys stand in a grid.
struct Layout {
    /// The keys that run down, one column each.
    down: usize,
    /// Whether the last key runs across the header.
    across: bool,
}

impl Checker<'_> {
    pub(super) fn check_tables(&mut self) {
        let ast = self.ast;
        let mut names: Vec<&Name> = Vec::new();
        for declaration in &ast.declarations {
            if let Declaration::Table(table) = declaration {
                self.check_unique(&table.name, "table", &names);
                names.push(&table.name);
                let checked = self.checked_table(table);
                self.tables.push((table.name.clone(), checked));
            }
        }
    }

    fn checked_table(&mut self, table: &ast::Table) -> Option<Table> {
        let mut keys: Vec<&Name> = Vec::new();
        for key in &table.keys {
            self.check_unique(key, "key", &keys);
            keys.push(key);
        }
        if self.is_whole(table.span) {
            self.check_versions(table);
        }
        let versions: Vec<Option<TableVersion>> = table.versions.iter().map(|version| self.checked_version(table, version)).collect();
        let versions: Vec<TableVersion> = versions.into_iter().collect::<Option<_>>()?;
        let mut types = Vec::new();
        for (index, key) in table.keys.iter().enumerate() {
            let labels: Vec<(&Constant, Span)> = versions.iter().flat_map(|version| label_constants(version, index, key.span)).collect();
            types.push(TableKey { name: key.kind.clone(), ty: self.table_type(&labels, "labels", key.span)? });
        }
        let cells: Vec<(&Constant, Span)> = versions.iter().flat_map(|version| &version.cells).filter_map(cell_constant).collect();
        let ty = self.table_type(&cells, "cells", table.name.span)?;
        Some(Table { name: table.name.kind.clone(), span: table.span, keys: types, ty, versions, is_checked_with: false })
    }

    fn check_versions(&mut self, table: &ast::Table) {
        if table.versions.len() < 2 {
            return;
        }
        for version in table.versions.iter().filter(|version| version.dates.is_none()) {
            let undated =
                Diagnostic::error("table-version-undated", at(version.span), "these rows say not from when they hold, and others do");
            self.report(undated.help("write a line such as `from 2018-07-01 to 2019-06-30` above them"));
        }
        let dates: Vec<_> = table.versions.iter().filter_map(|version| version.dates.as_ref()).collect();
        for (earlier, later) in dates.iter().zip(dates.iter().skip(1)) {
            if later.kind.from < earlier.kind.from {
                self.report(out_of_order(earlier, later));
            } else if earlier.kind.to.is_none_or(|to| later.kind.from <= to) {
                self.report(overlap(earlier, later));
            }
        }
    }

    fn checked_version(&mut self, table: &ast::Table, version: &ast::TableVersion) -> Option<TableVersion> {
        if version.file.is_some() && version.header.is_empty() {
            self.check_file_was_read(version);
            return None;
        }
        let layout = self.layout(table, version)?;
        let mut labels: Vec<Vec<(String, Label)>> = table.keys.iter().map(|_| Vec::new()).collect();
        let mut placed: Vec<(Vec<usize>, &Entry)> = Vec::new();
        for row in &version.rows {
            let mut down = Vec::new();
            for (key, entry) in row.iter().enumerate().take(layout.down) {
                down.push(self.label_position(labels.get_mut(key)?, entry)?);
            }
            for (column, entry) in row.iter().enumerate().skip(layout.down) {
                let mut positions = down.clone();
                if layout.across {
                    positions.push(self.label_position(labels.last_mut()?, version.header.get(column)?)?);
                }
                placed.push((positions, entry));
            }
        }
        let sizes: Vec<usize> = labels.iter().map(Vec::len).collect();
        let mut cells = vec![TableCell::Outside; sizes.iter().product()];
        for (positions, entry) in placed {
            let index = positions.iter().zip(&sizes).fold(0, |index, (position, size)| index * size + position);
            let cell = self.cell(entry)?;
            let Some(place) = cells.get_mut(index) else { continue };
            if !matches!(place, TableCell::Outside) {
                let twice = Diagnostic::error("table-cell-twice", at(entry.span), "another row has the same keys");
                self.report(twice.help("remove one of the two rows, or correct its keys"));
                return None;
            }
            *place = cell;
        }
        let labels: Vec<Vec<Label>> = labels.into_iter().map(|labels| labels.into_iter().map(|(_, label)| label).collect()).collect();
        labels.iter().for_each(|labels| self.check_brackets(labels, version.span));
        Some(TableVersion { dates: version.dates.as_ref().map(|dates| dates.kind), span: version.span, labels, cells })
    }

    /// A file that could not be read is reported where it was opened.
    fn check_file_was_read(&mut self, version: &ast::TableVersion) {
        let Some(file) = &version.file else { return };
        if self.source.beside.files.iter().all(|known| known.name != file.name.kind) {
            let message = format!("`{}` was not read: this table has no rows here", file.name.kind);
            self.report(
                Diagnostic::error("table-file", at(file.span), message).help("open the policy from its folder, with the file beside it"),
            );
        }
    }

    /// The header names the keys that run down; the last key either runs down too or its labels stand across.
    fn layout(&mut self, table: &ast::Table, version: &ast::TableVersion) -> Option<Layout> {
        let named = table.keys.iter().zip(&version.header).take_while(|(key, entry)| key.kind == entry.text).count();
        let keys = table.keys.len();
        match named {
            _ if named == keys && version.header.len() == keys + 1 => Some(Layout { down: keys, across: false }),
            _ if keys > 1 && named == keys - 1 && version.header.len() > named => Some(Layout { down: named, across: true }),
            _ => {
                let names: Vec<&str> = table.keys.iter().map(|key| key.kind.as_str()).collect();
                let long = format!("`{} | {}`", names.join(" | "), table.name.kind);
                let wide = names.split_last().filter(|(_, down)| !down.is_empty());
                let wide = wide
                    .map_or(String::new(), |(across, down)| format!(", or `{} | …` with the labels of {across} across", down.join(" | ")));
                let span = version.header.first().map_or(version.span, |entry| entry.span);
                let unread = Diagnostic::error("table-header", at(span), "this line does not name the table's keys");
                self.report(unread.help(format!("write {long}{wide}")));
                None
            }
        }
    }

    fn label_position(&mut self, labels: &mut Vec<(String, Label)>, entry: &Entry) -> Option<usize> {
        if let Some(known) = labels.iter().position(|(text, _)| *text == entry.text) {
            return Some(known);
        }
        let end = |end: &EntryEnd| Some(End { at: literal(&end.at)?, included: end.included });
        let label = match &entry.kind {
            EntryKind::Value(value) => literal(value).map(Label::Exactly),
            EntryKind::Bracket { from, to } => Some(Label::Bracket { from: from.as_ref().and_then(end), to: to.as_ref().and_then(end) }),
            EntryKind::Otherwise => Some(Label::Otherwise),
            EntryKind::NotApplicable | EntryKind::Blank => None,
        };
        let Some(label) = label else {
            let words = if entry.text.is_empty() { "a label is missing here".to_owned() } else { format!("`{}` is no label", entry.text) };
            let blank = Diagnostic::error("table-label", at(entry.span), words);
            self.report(blank.help("write a value, a bracket such as `10 to under 15`, or `otherwise`"));
            return None;
        };
        labels.push((entry.text.clone(), label));
        Some(labels.len() - 1)
    }

    fn cell(&mut self, entry: &Entry) -> Option<TableCell> {
        match &entry.kind {
            EntryKind::Value(value) => Some(TableCell::Value { value: literal(value)?, span: entry.span }),
            EntryKind::NotApplicable => Some(TableCell::NotApplicable(entry.span)),
            EntryKind::Blank => Some(TableCell::Outside),
            EntryKind::Bracket { .. } | EntryKind::Otherwise => {
                let bracket = Diagnostic::error("table-label", at(entry.span), format!("`{}` is no value for a cell", entry.text));
                self.report(bracket.help("write one amount, `n/a`, or leave the cell empty"));
                None
            }
        }
    }

    /// The type that all have; numbers may be whole or not.
    fn table_type(&mut self, constants: &[(&Constant, Span)], what: &str, span: Span) -> Option<Type> {
        let (first, _) = constants.first()?;
        let mut ty = constant_type(first);
        for (constant, place) in constants {
            let Some(shared) = super::types::shared(ty, constant_type(constant)) else {
                let message = format!("the {what} are {} and {}", self.type_words(ty), self.type_words(constant_type(constant)));
                let place = if *place == Span::default() { span } else { *place };
                self.report(Diagnostic::error("table-mixed-types", at(place), message).help(format!("give all {what} one type")));
                return None;
            };
            ty = shared;
        }
        Some(ty)
    }

    /// Two brackets must not take the same value; a gap between two is said.
    fn check_brackets(&mut self, labels: &[Label], span: Span) {
        let mut brackets: Vec<(&Option<End>, &Option<End>)> = labels
            .iter()
            .filter_map(|label| match label {
                Label::Bracket { from, to } => Some((from, to)),
                Label::Exactly(_) | Label::Otherwise => None,
            })
            .collect();
        brackets.sort_by(|(left, _), (right, _)| match (left, right) {
            (Some(left), Some(right)) => super::super::table::ordered(&left.at, &right.at).unwrap_or(std::cmp::Ordering::Equal),
            (left, right) => left.is_some().cmp(&right.is_some()),
        });
        let complete = labels.iter().any(|label| matches!(label, Label::Otherwise));
        for ((_, to), (from, _)) in brackets.iter().zip(brackets.iter().skip(1)) {
            let meets = match (to, from) {
                (Some(to), Some(from)) => super::super::table::ordered(&to.at, &from.at).map(|order| (order, to.included, from.included)),
                _ => Some((std::cmp::Ordering::Greater, true, true)),
            };
            match meets {
                Some((std::cmp::Ordering::Greater, _, _) | (std::cmp::Ordering::Equal, true, true)) => {
                    let twice = Diagnostic::error("brackets-overlap", at(span), "two brackets of this table take the same value");
                    self.report(twice.help("end the lower one with `to under`, where the upper one begins"));
                }
                Some((std::cmp::Ordering::Equal, to, from)) if to != from => {}
                Some((_, true, true)) if next_whole_number(to.as_ref(), from.as_ref()) => {}
                _ if complete => {}
                _ => {
                    let gap = Diagnostic::warning(
                        "brackets-gap",
                        at(span),
                        "between two brackets of this table lie values that no bracket takes",
                    );
                    self.report(gap.help(
                        "write `A to under B` and begin the next one with B, or add a row `otherwise`; until then such a row is held",
                    ));
                }
            }
        }
    }
}

/// `0 to 5` and `6 to 10`: no whole number lies between.
fn next_whole_number(to: Option<&End>, from: Option<&End>) -> bool {
    let whole = |end: Option<&End>| match end?.at {
        Constant::Number(number) => number.to_integer(),
        _ => None,
    };
    whole(to).zip(whole(from)).is_some_and(|(to, from)| to + 1 == from)
}

fn cell_constant(cell: &TableCell) -> Option<(&Constant, Span)> {
    match cell {
        TableCell::Value { value, span } => Some((value, *span)),
        TableCell::NotApplicable(_) | TableCell::Outside => None,
    }
}

fn label_constants(version: &TableVersion, key: usize, span: Span) -> Vec<(&Constant, Span)> {
    let labels = version.labels.get(key).map(Vec::as_slice).unwrap_or_default();
    let constants = labels.iter().flat_map(|label| match label {
        Label::Exactly(constant) => vec![constant],
        Label::Bracket { from, to } => from.iter().chain(to).map(|end| &end.at).collect(),
        Label::Otherwise => Vec::new(),
    });
    constants.map(|constant| (constant, span)).collect()
}

fn literal(expr: &ast::Expr) -> Option<Constant> {
    super::expressions::constant(&expr.kind).and_then(|(kind, _)| match kind {
        crate::policy::ExprKind::Constant(constant) => Some(constant),
        _ => None,
    })
}

pub(super) fn constant_type(constant: &Constant) -> Type {
    match constant {
        Constant::Money(_) => Type::Money,
        Constant::Number(number) if number.to_integer().is_some() => Type::Integer,
        Constant::Number(_) => Type::Number,
        Constant::Percent(_) => Type::Percent,
        Constant::Text(_) => Type::Text,
        Constant::YesNo(_) => Type::YesNo,
        Constant::Date(_) => Type::Date,
        Constant::Duration(_) => Type::Duration,
    }
}
