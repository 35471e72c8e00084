//! Lets: named values, each checked after those that it names.

use super::context::Uses;
use super::effort::Effort;
use super::fractions::Fractions;
use super::months::Months;
use super::{CheckedLet, Checker, at, constants, dated, types};
use crate::diagnostic::Diagnostic;
use crate::policy::{Expr, Let, LetBody};
use crate::syntax::ast::LetBody as WrittenBody;
use crate::syntax::ast::{self, DateRange, Declaration, ExprKind as Written, Name};

impl<'a> Checker<'a> {
    pub(super) fn check_lets(&mut self) {
        let ast = self.ast;
        let written: Vec<&'a ast::Let> = ast.declarations.iter().filter_map(as_let).collect();
        let mut names: Vec<&Name> = Vec::new();
        for entry in &written {
            self.check_unique(&entry.name, "let", &names);
            self.check_not_a_field(&entry.name);
            names.push(&entry.name);
            self.lets.push(CheckedLet::unchecked(&entry.name));
        }
        for index in self.order_of(&written) {
            let Some(entry) = written.get(index) else { continue };
            self.check_let(index, entry);
        }
    }

    /// A name is a field or a let, so that a reader need not know which of them wins.
    fn check_not_a_field(&mut self, name: &Name) {
        let clash = self.records.iter().find_map(|record| {
            let field = record.fields.iter().find(|field| field.name == name.kind)?;
            Some((record.name.clone(), field.span))
        });
        if let Some((record, span)) = clash {
            self.report(
                Diagnostic::error("declared-twice", at(name.span), format!("`{}` is already a field of `{record}`", name.kind))
                    .label(span, "the field")
                    .help("give the `let` another name"),
            );
        }
    }

    pub(super) fn is_let_and_field(&self, name: &str) -> bool {
        let is_let = self.lets.iter().any(|entry| entry.name.kind == name);
        is_let && self.records.iter().any(|record| record.fields.iter().any(|field| field.name == name))
    }

    fn check_let(&mut self, index: usize, written: &'a ast::Let) {
        let known = self.populations.len();
        let checked = self.let_body(written).map(|(body, ty)| Let { name: written.name.kind.clone(), span: written.span, body, ty });
        let Some(checked) = checked else { return };
        self.check_counts_something(written, known);
        let Some(effort) = self.let_effort(&written.name, &checked) else { return };
        let settled = CheckedLet {
            name: written.name.clone(),
            uses: Uses::of_let(&checked, &|other| self.uses_of(other)),
            effort,
            amount: constants::of_let(&checked, &|other| self.lets.get(other)?.amount),
            fractions: values(&checked).into_iter().map(|value| self.fractions(value)).max().unwrap_or(Fractions::None),
            months: values(&checked).into_iter().map(|value| self.months(value)).max().unwrap_or(Months::None),
            checked: Some(checked),
        };
        if let Some(entry) = self.lets.get_mut(index) {
            *entry = settled;
        }
    }

    pub(super) fn uses_of(&self, index: usize) -> Uses {
        self.lets.get(index).map(|entry| entry.uses).unwrap_or_default()
    }

    fn let_body(&mut self, written: &'a ast::Let) -> Option<(LetBody, crate::value::Type)> {
        let mut context = self.let_context(written);
        match &written.body {
            WrittenBody::Plain(value) => {
                let value = self.expr(&mut context, value)?;
                let ty = value.ty;
                Some((LetBody::Plain(value), ty))
            }
            WrittenBody::Dated { by, cases } => {
                let by_span = by.span;
                let by = self.expr(&mut context, by);
                let by = self.date(by, "what a dated value goes by");
                if self.is_whole(written.span) {
                    self.check_cases(cases, by.as_ref().map(|by| &by.kind), by_span);
                }
                let checked: Vec<Option<(DateRange, Expr)>> =
                    cases.iter().map(|(range, value)| Some((range.kind, self.expr(&mut context, value)?))).collect();
                let cases = checked.into_iter().collect::<Option<Vec<_>>>()?;
                let ty = self.one_type(&cases)?;
                Some((LetBody::Dated { by: by?, cases }, ty))
            }
        }
    }

    fn one_type(&mut self, cases: &[(DateRange, Expr)]) -> Option<crate::value::Type> {
        let (_, first) = cases.first()?;
        let mut ty = first.ty;
        for (_, value) in cases {
            let Some(shared) = types::shared(ty, value.ty) else {
                let message = format!("the first line gives {}, and this one {}", self.type_words(first.ty), self.type_words(value.ty));
                let unlike = Diagnostic::error("unlike-branches", at(value.span), message).label(first.span, self.type_words(first.ty));
                self.report(unlike.help("give all lines the same type"));
                return None;
            };
            ty = shared;
        }
        Some(ty)
    }

    /// The lets by dependency, those that name no other first. What needs itself is reported and left out.
    fn order_of(&mut self, written: &[&ast::Let]) -> Vec<usize> {
        let needs: Vec<Vec<(usize, Name)>> = written.iter().map(|entry| needed_by(entry, written)).collect();
        let mut order: Vec<usize> = Vec::new();
        let mut waiting: Vec<usize> = (0..written.len()).collect();
        loop {
            let (ready, rest): (Vec<usize>, Vec<usize>) =
                waiting.iter().partition(|index| needs[**index].iter().all(|(needed, _)| order.contains(needed)));
            if ready.is_empty() {
                break;
            }
            order.extend(ready);
            waiting = rest;
        }
        self.report_cycles(&needs, waiting);
        order
    }

    fn report_cycles(&mut self, needs: &[Vec<(usize, Name)>], mut waiting: Vec<usize>) {
        while let Some(start) = waiting.first().copied() {
            let mut path = vec![start];
            let mut uses: Vec<Name> = Vec::new();
            let repeated = loop {
                let last = path.last().copied().unwrap_or(start);
                let Some((next, name)) = needs[last].iter().find(|(next, _)| waiting.contains(next) || path.contains(next)) else {
                    break last;
                };
                uses.push(name.clone());
                if let Some(position) = path.iter().position(|seen| seen == next) {
                    break path[position];
                }
                path.push(*next);
            };
            let from = path.iter().position(|seen| *seen == repeated).unwrap_or(0);
            self.report_cycle(&path[from..], &uses[from..]);
            let stuck = |index: &usize| reaches(needs, *index, repeated);
            waiting.retain(|index| !stuck(index));
        }
    }

    fn report_cycle(&mut self, path: &[usize], uses: &[Name]) {
        let (Some(first), Some(entry)) = (path.first(), uses.first()) else { return };
        let Some(itself) = self.lets.get(*first).map(|entry| entry.name.clone()) else { return };
        let message = format!("the value of `{}` needs itself", itself.kind);
        let mut cycle = Diagnostic::error("value-needs-itself", at(entry.span), message);
        for name in uses.iter().skip(1) {
            cycle = cycle.label(name.span, format!("which needs `{}`", name.kind));
        }
        let word = uses.iter().find(|name| self.choices.iter().flatten().any(|word| *word == name.kind));
        self.report(match word {
            Some(Name { kind: word, .. }) => {
                cycle.help(format!("if the word of a field's list is meant, write `\"{word}\"` in quotation marks"))
            }
            None => cycle.help("write one of the values without the others"),
        });
    }

    /// Gaps, overlaps and disorder among the dated lines.
    fn check_cases(&mut self, cases: &[dated::Case], by: Option<&crate::policy::ExprKind>, by_span: crate::source::Span) {
        let reads_effective_date = matches!(by, Some(crate::policy::ExprKind::EffectiveDate));
        let covered = if reads_effective_date { self.head.effective } else { None };
        for problem in dated::problems(cases, covered, by_span) {
            self.report(problem);
        }
    }
}

impl CheckedLet {
    fn unchecked(name: &Name) -> CheckedLet {
        CheckedLet {
            name: name.clone(),
            checked: None,
            uses: Uses::default(),
            effort: Effort::default(),
            amount: None,
            fractions: Fractions::None,
            months: Months::None,
        }
    }
}

/// The values that a let can have: one, or one for each dated line.
fn values(body: &Let) -> Vec<&Expr> {
    match &body.body {
        LetBody::Plain(value) => vec![value],
        LetBody::Dated { cases, .. } => cases.iter().map(|(_, value)| value).collect(),
    }
}

fn as_let(declaration: &Declaration) -> Option<&ast::Let> {
    if let Declaration::Let(it) = declaration { Some(it) } else { None }
}

/// The lets that `entry` names, each with the place where it does.
fn needed_by(entry: &ast::Let, all: &[&ast::Let]) -> Vec<(usize, Name)> {
    let mut names: Vec<Name> = Vec::new();
    let mut visit = |expr: &ast::Expr| {
        if let Written::Name(name) = &expr.kind {
            names.push(Name { kind: name.clone(), span: expr.span });
        }
        if let Written::Own(name) = &expr.kind {
            names.push(name.clone());
        }
    };
    if let ast::Over::Group(group) = &entry.over {
        dated::each_written(group, &mut visit);
    }
    match &entry.body {
        WrittenBody::Plain(value) => dated::each_written(value, &mut visit),
        WrittenBody::Dated { by, cases } => {
            dated::each_written(by, &mut visit);
            cases.iter().for_each(|(_, value)| dated::each_written(value, &mut visit));
        }
    }
    let found = names.into_iter().filter_map(|name| Some((all.iter().position(|other| other.name.kind == name.kind)?, name)));
    found.collect()
}

/// Whether `from` needs `goal`, directly or through others.
fn reaches(needs: &[Vec<(usize, Name)>], from: usize, goal: usize) -> bool {
    let mut seen = vec![from];
    let mut next = 0;
    while let Some(index) = seen.get(next).copied() {
        if index == goal {
            return true;
        }
        for (needed, _) in &needs[index] {
            if !seen.contains(needed) {
                seen.push(*needed);
            }
        }
        next += 1;
    }
    false
}
