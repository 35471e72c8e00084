//! A printed table beside the formula that it is said to follow: the printed cell is paid, and the cells that differ are listed.

use std::cmp::Ordering;

use super::constants;
use super::context::Context;
use super::dated::each_written;
use super::{Checker, at};
use crate::diagnostic::Diagnostic;
use crate::policy::table::ordered;
use crate::policy::{Constant, End, Expr, ExprKind, Label, Table, TableCell, TableId, TableVersion};
use crate::syntax::ast::{self, BinaryOp, Declaration};
use crate::value::Number;

/// How many cells that differ are listed.
const SHOWN: usize = 12;

impl Checker<'_> {
    pub(super) fn check_printed(&mut self) {
        let ast = self.ast;
        let written = ast.declarations.iter().filter_map(|it| if let Declaration::Table(table) = it { Some(table) } else { None });
        for (index, written) in written.enumerate() {
            let table = self.tables.get(index).and_then(|(_, table)| table.clone());
            if let (Some(formula), Some(table)) = (&written.check, table) {
                self.note_tables_read(formula);
                self.check_cells(formula, &table);
                self.cell_keys.clear();
            }
        }
    }

    fn note_tables_read(&mut self, formula: &ast::Expr) {
        each_written(formula, &mut |part| {
            let ast::ExprKind::TableCell { table, .. } = &part.kind else { return };
            let found = self.tables.iter_mut().find(|(name, _)| name.kind == table.kind);
            if let Some(table) = found.and_then(|(_, table)| table.as_mut()) {
                table.is_checked_with = true;
            }
        });
    }

    fn check_cells(&mut self, formula: &ast::Expr, table: &Table) {
        let mut differ: Vec<String> = Vec::new();
        for version in &table.versions {
            for index in 0..version.cells.len() {
                let Some(TableCell::Value { value: printed, .. }) = version.cells.get(index) else { continue };
                let Some((keys, words)) = keys_of(version, index) else { continue };
                self.cell_keys = table.keys.iter().map(|key| key.name.clone()).zip(keys).collect();
                let Some(computed) = self.computed(formula, table) else { return };
                if ordered(&computed, printed) != Some(Ordering::Equal) {
                    differ.push(format!("`{words}`: printed {}, computed {}", shown(printed), shown(&computed)));
                }
            }
        }
        if !differ.is_empty() {
            let message = match differ.len() {
                1 => "one printed cell differs from the formula, and the printed one is paid".to_owned(),
                count => format!("{count} printed cells differ from the formula, and the printed ones are paid"),
            };
            let warning = Diagnostic::warning("printed-differs", at(formula.span), message);
            let more = differ.len().saturating_sub(SHOWN);
            let warning = differ.into_iter().take(SHOWN).fold(warning, Diagnostic::help);
            self.report(if more > 0 { warning.help(format!("and {more} more")) } else { warning });
        }
    }

    /// The formula for one cell. None where it cannot be computed from the keys alone, which is reported.
    fn computed(&mut self, formula: &ast::Expr, table: &Table) -> Option<Constant> {
        let mut context = Context::of_let();
        let expr = self.expr(&mut context, formula)?;
        if super::types::shared(expr.ty, table.ty).is_none() {
            let message = format!("the formula gives {}, and the cells are {}", self.type_words(expr.ty), self.type_words(table.ty));
            self.report(
                Diagnostic::error("table-mixed-types", at(formula.span), message)
                    .help("compare money with money, and numbers with numbers"),
            );
            return None;
        }
        let value = self.known(&expr);
        if value.is_none() {
            let message = "the formula cannot be computed from the table's keys alone";
            let help = format!("use its keys ({}), figures, and cells of other tables", self.key_names());
            self.report(Diagnostic::error("printed-unknown", at(formula.span), message).help(help));
        }
        value
    }

    /// A key of the table whose formula is checked, as what stands at the label at hand.
    pub(super) fn cell_key(&self, name: &ast::Name) -> Option<Expr> {
        let (_, key) = self.cell_keys.iter().find(|(key, _)| *key == name.kind)?;
        Some(Expr { kind: ExprKind::Constant(key.clone()), ty: super::tables::constant_type(key), span: name.span })
    }

    fn key_names(&self) -> String {
        self.cell_keys.iter().map(|(key, _)| format!("`{key}`")).collect::<Vec<_>>().join(", ")
    }

    /// What an expression is when nothing but the policy's text is known.
    fn known(&self, expr: &Expr) -> Option<Constant> {
        match &expr.kind {
            ExprKind::Constant(constant) => Some(constant.clone()),
            ExprKind::If { condition, then, otherwise } => match self.known(condition)? {
                Constant::YesNo(true) => self.known(then),
                Constant::YesNo(false) => self.known(otherwise),
                _ => None,
            },
            ExprKind::Not(inner) => match self.known(inner)? {
                Constant::YesNo(holds) => Some(Constant::YesNo(!holds)),
                _ => None,
            },
            ExprKind::OneOf(subject, list) => {
                let subject = self.known(subject)?;
                let list: Vec<Constant> = list.iter().map(|word| self.known(word)).collect::<Option<_>>()?;
                Some(Constant::YesNo(list.iter().any(|word| ordered(&subject, word) == Some(Ordering::Equal))))
            }
            ExprKind::Binary(op, left, right) if is_comparison(*op) => {
                let order = ordered(&self.known(left)?, &self.known(right)?)?;
                Some(Constant::YesNo(holds(*op, order)?))
            }
            ExprKind::TableCell { table, keys, as_of: None } => self.known_cell(*table, keys),
            _ => self.known_amount(expr),
        }
    }

    fn known_cell(&self, table: TableId, keys: &[Expr]) -> Option<Constant> {
        let table = self.tables.get(usize::from(table.0))?.1.as_ref()?;
        let [version] = table.versions.as_slice() else { return None };
        let mut positions = Vec::new();
        for (index, key) in keys.iter().enumerate() {
            let key = self.known(key)?;
            positions.push(version.position(index, |label| ordered(label, &key))?);
        }
        match version.cell(&positions) {
            TableCell::Value { value, .. } => Some(value.clone()),
            TableCell::NotApplicable(_) | TableCell::Outside => None,
        }
    }

    /// Arithmetic, with its parts computed first.
    fn known_amount(&self, expr: &Expr) -> Option<Constant> {
        let mut whole = expr.clone();
        self.settle(&mut whole)?;
        let amount = constants::amount(&whole, &|index| self.lets.get(index)?.amount)?;
        Some(of_type(amount, expr))
    }

    /// Replaces the operands of arithmetic by what they are.
    fn settle(&self, expr: &mut Expr) -> Option<()> {
        let settle = |inner: &mut Box<Expr>| {
            inner.kind = ExprKind::Constant(self.known(inner)?);
            Some(())
        };
        match &mut expr.kind {
            ExprKind::Negative(inner) | ExprKind::Rounded(inner, _) => settle(inner),
            ExprKind::Binary(_, left, right) | ExprKind::PercentOf(left, right) => settle(left).and_then(|()| settle(right)),
            ExprKind::Greatest(list) | ExprKind::Least(list) => list.iter_mut().try_for_each(|item| {
                item.kind = ExprKind::Constant(self.known(item)?);
                Some(())
            }),
            _ => Some(()),
        }
    }
}

/// What stands at the labels of a cell, and the labels in words. A bracket is stood for by a value in it; `otherwise` by nothing.
fn keys_of(version: &TableVersion, index: usize) -> Option<(Vec<Constant>, String)> {
    let mut rest = index;
    let mut found = Vec::new();
    for labels in version.labels.iter().rev() {
        found.push(labels.get(rest % labels.len())?);
        rest /= labels.len();
    }
    found.reverse();
    let keys = found.iter().map(|label| within(label)).collect::<Option<Vec<_>>>()?;
    let words: Vec<String> = found.iter().map(|label| label_words(label)).collect();
    Some((keys, words.join(", ")))
}

fn within(label: &Label) -> Option<Constant> {
    match label {
        Label::Exactly(constant) => Some(constant.clone()),
        Label::Bracket { from: Some(end), .. } if end.included => Some(end.at.clone()),
        Label::Bracket { to: Some(end), .. } if end.included => Some(end.at.clone()),
        Label::Bracket { to: Some(end), .. } => beside(end, Number::ONE.negated()),
        Label::Bracket { from: Some(end), .. } => beside(end, Number::ONE),
        Label::Bracket { from: None, to: None } | Label::Otherwise => None,
    }
}

fn beside(end: &End, step: Number) -> Option<Constant> {
    match &end.at {
        Constant::Number(number) => number.plus(step).ok().map(Constant::Number),
        Constant::Money(number) => number.plus(step).ok().map(Constant::Money),
        _ => None,
    }
}

fn label_words(label: &Label) -> String {
    let edge = |end: &End, included: &str, not: &str| {
        if end.included { included.replace('_', &shown(&end.at)) } else { not.replace('_', &shown(&end.at)) }
    };
    match label {
        Label::Exactly(constant) => shown(constant),
        Label::Bracket { from: Some(from), to: Some(to) } => format!("{} {}", shown(&from.at), edge(to, "to _", "to under _")),
        Label::Bracket { from: Some(from), to: None } => edge(from, "_ or more", "more than _"),
        Label::Bracket { from: None, to: Some(to) } => edge(to, "up to _", "under _"),
        Label::Bracket { from: None, to: None } | Label::Otherwise => "otherwise".to_owned(),
    }
}

fn shown(constant: &Constant) -> String {
    match constant {
        Constant::Money(amount) => super::readings::dollars(*amount),
        Constant::Number(number) => number.to_string(),
        Constant::Percent(share) => share.times(Number::from_integer(100)).map_or_else(|_| share.to_string(), |share| format!("{share} %")),
        Constant::Text(text) => text.to_string(),
        Constant::YesNo(yes) => (if *yes { "yes" } else { "no" }).to_owned(),
        Constant::Date(date) => date.to_string(),
        Constant::Duration(duration) => duration.to_string(),
    }
}

fn of_type(amount: Number, expr: &Expr) -> Constant {
    match expr.ty {
        crate::value::Type::Money => Constant::Money(amount),
        crate::value::Type::Percent => Constant::Percent(amount),
        _ => Constant::Number(amount),
    }
}

fn is_comparison(op: BinaryOp) -> bool {
    !matches!(op, BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::And | BinaryOp::Or)
}

fn holds(op: BinaryOp, order: Ordering) -> Option<bool> {
    Some(match op {
        BinaryOp::Is | BinaryOp::On => order.is_eq(),
        BinaryOp::IsNot => order.is_ne(),
        BinaryOp::AtLeast | BinaryOp::OnOrAfter => order.is_ge(),
        BinaryOp::AtMost | BinaryOp::OnOrBefore => order.is_le(),
        BinaryOp::MoreThan | BinaryOp::After => order.is_gt(),
        BinaryOp::LessThan | BinaryOp::Before => order.is_lt(),
        BinaryOp::Or | BinaryOp::And | BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Divide => return None,
    })
}
