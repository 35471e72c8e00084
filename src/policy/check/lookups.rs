//! Look-ups in tables: the table, as many keys as it has, of its types, and a date where it has versions.

use super::context::Context;
use super::names::suggest;
use super::{Checker, at, types};
use crate::diagnostic::Diagnostic;
use crate::policy::{Expr, ExprKind, Table, TableId, TableSearch, TableWanted};
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind as Written, Name, SearchWanted};
use crate::value::Type;

impl Checker<'_> {
    pub(super) fn table_words(&mut self, context: &mut Context, written: &ast::Expr) -> Option<(ExprKind, Type)> {
        match &written.kind {
            Written::TableCell { table, keys, as_of } => {
                let (id, found) = self.known_table(table)?;
                let keys: Vec<Option<&ast::Expr>> = keys.iter().map(Some).collect();
                let keys = self.table_keys(context, (table, &found), &keys, written.span);
                let as_of = self.table_date(context, (table, &found), as_of.as_deref());
                let keys = keys?.into_iter().collect::<Option<Vec<Expr>>>()?;
                Some((ExprKind::TableCell { table: id, keys, as_of: as_of? }, found.ty))
            }
            Written::TableSearch { wanted, key, table, keys, as_of } => {
                let (id, found) = self.known_table(table)?;
                let keys: Vec<Option<&ast::Expr>> = keys.iter().map(Option::as_ref).collect();
                let searched = self.searched(&keys, written.span);
                let checked = self.table_keys(context, (table, &found), &keys, written.span);
                let as_of = self.table_date(context, (table, &found), as_of.as_deref());
                let wanted = self.table_wanted(context, wanted, &found);
                let searched = found.keys.get(searched?)?;
                let ty = match key {
                    Some(key) if key.kind == searched.name => searched.ty,
                    Some(key) => {
                        let message = format!("the search runs along `{}`, so it finds no `{}`", searched.name, key.kind);
                        self.report(Diagnostic::error("table-key", at(key.span), message).help(format!("write `{} of …`", searched.name)));
                        return None;
                    }
                    None => found.ty,
                };
                let search = TableSearch { table: id, keys: checked?, as_of: as_of?, wanted: wanted?, key_wanted: key.is_some() };
                Some((ExprKind::TableSearch(Box::new(search)), ty))
            }
            Written::TableNeighbour { key, distance, from, table } => {
                let (id, found) = self.known_table(table)?;
                let from = self.expr(context, from);
                let Some(position) = found.keys.iter().position(|known| known.name == key.kind) else {
                    let names: Vec<&str> = found.keys.iter().map(|key| key.name.as_str()).collect();
                    let message = format!("`{}` has no key `{}`", table.kind, key.kind);
                    self.report(suggest(Diagnostic::error("table-key", at(key.span), message), key, "key", &names));
                    return None;
                };
                let ty = found.keys.get(position)?.ty;
                let from = self.fits_key(from?, ty)?;
                Some((ExprKind::TableNeighbour { table: id, key: position, distance: *distance, from: Box::new(from) }, ty))
            }
            _ => None,
        }
    }

    fn known_table(&mut self, name: &Name) -> Option<(TableId, Table)> {
        if let Some(index) = self.tables.iter().position(|(known, _)| known.kind == name.kind) {
            let found = self.tables.get(index)?.1.clone()?;
            return Some((TableId(index as u16), found));
        }
        let known: Vec<String> = self.tables.iter().map(|(known, _)| known.kind.clone()).collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let unknown = Diagnostic::error("unknown-table", at(name.span), format!("there is no table `{}`", name.kind));
        let unknown = suggest(unknown, name, "table", &known);
        self.report_unknown(&name.kind, unknown);
        None
    }

    fn table_keys(
        &mut self,
        context: &mut Context,
        (name, table): (&Name, &Table),
        keys: &[Option<&ast::Expr>],
        span: Span,
    ) -> Option<Vec<Option<Expr>>> {
        let names: Vec<&str> = table.keys.iter().map(|key| key.name.as_str()).collect();
        if keys.len() != names.len() {
            let message = format!("`{}` has {} keys, and {} are given", name.kind, names.len(), keys.len());
            let right = format!("write `{}[{}]`", name.kind, names.join(", "));
            let list = keys.iter().flatten().find_map(|key| open_list(key)).filter(|_| keys.len() < names.len());
            let brackets = list.map(|words| format!("`{words} …` takes every comma behind it: write `({words} …)` in brackets"));
            self.report(Diagnostic::error("table-key", at(span), message).help(brackets.unwrap_or(right)));
            return None;
        }
        let mut checked = Vec::new();
        for (written, key) in keys.iter().zip(&table.keys) {
            checked.push(match written {
                None => Some(None),
                Some(written) => {
                    let expr = self.expr(context, written);
                    expr.and_then(|expr| self.fits_key(expr, key.ty)).map(Some)
                }
            });
        }
        checked.into_iter().collect()
    }

    fn fits_key(&mut self, expr: Expr, key: Type) -> Option<Expr> {
        let word = key == Type::Text && matches!(expr.ty, Type::Choice(_));
        if word || types::shared(expr.ty, key).is_some() {
            return Some(expr);
        }
        let message = format!("this is {}, and the table's labels are {}", self.type_words(expr.ty), self.type_words(key));
        self.report(Diagnostic::error("table-key", at(expr.span), message).help("look up with a value of the labels' type"));
        None
    }

    fn searched(&mut self, keys: &[Option<&ast::Expr>], span: Span) -> Option<usize> {
        if keys.iter().filter(|key| key.is_none()).count() == 1 {
            return keys.iter().position(Option::is_none);
        }
        let message = "a search runs along one key, and every other key has a value";
        self.report(Diagnostic::error("table-key", at(span), message).help("write `any` for the one key, as in `salary[any, lane]`"));
        None
    }

    fn table_date(
        &mut self,
        context: &mut Context,
        (name, table): (&Name, &Table),
        as_of: Option<&ast::Expr>,
    ) -> Option<Option<Box<Expr>>> {
        let dated = table.versions.iter().any(|version| version.dates.is_some());
        match as_of {
            Some(as_of) if dated => {
                let day = self.expr(context, as_of);
                self.date(day, "the day of a table's version").map(|day| Some(Box::new(day)))
            }
            Some(as_of) => {
                let undated = Diagnostic::error("table-undated", at(as_of.span), format!("`{}` has one version, without dates", name.kind));
                self.report(undated.help("remove `as of …`"));
                None
            }
            None if dated => {
                let message = format!("`{}` changes with time, and this look-up does not say of which day", name.kind);
                let help = format!("write `{}[…] as of effective date`, or the date that the text names", name.kind);
                self.report(Diagnostic::error("table-without-date", at(name.span), message).help(help));
                None
            }
            None => Some(None),
        }
    }

    fn table_wanted(&mut self, context: &mut Context, wanted: &SearchWanted, table: &Table) -> Option<TableWanted> {
        match wanted {
            SearchWanted::First => Some(TableWanted::First),
            SearchWanted::Last => Some(TableWanted::Last),
            SearchWanted::LowestAtLeast(least) => {
                let least = self.expr(context, least)?;
                if types::shared(least.ty, table.ty).is_some() && types::is_amount(table.ty) {
                    return Some(TableWanted::LowestAtLeast(Box::new(least)));
                }
                let message = format!("the cells are {}, and this is {}", self.type_words(table.ty), self.type_words(least.ty));
                self.report(
                    Diagnostic::error("unlike-comparison", at(least.span), message).help("compare with an amount of the cells' type"),
                );
                None
            }
        }
    }
}

/// The words of a list that goes on behind a comma.
fn open_list(key: &ast::Expr) -> Option<&'static str> {
    if matches!(key.kind, Written::Greatest(_)) { Some("greatest of") } else { matches!(key.kind, Written::Least(_)).then_some("least of") }
}
