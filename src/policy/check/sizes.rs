//! How much one policy may hold: fixed numbers, the same on every machine.

use super::{Checker, at};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::{self, Amount, Declaration, LetBody};

/// The most declarations of one kind.
const DECLARATIONS_MAX: usize = 200;
/// The most fields of one record.
const FIELDS_MAX: usize = 200;
/// The most words of one enumeration: a column keeps them as one byte.
pub(super) const WORDS_MAX: usize = 200;
/// The most conditions, pay lines, tiers, dated lines or covered awards of one declaration.
const CLAUSES_MAX: usize = 200;
/// The most values in one list, such as after `is one of`.
const VALUES_MAX: usize = 1000;
/// The most periods of one calendar.
const PERIODS_MAX: usize = 1000;
/// The most problems that are looked for in expressions.
const PROBLEMS_MAX: usize = 200;
/// The most further records that feed one bank.
const SOURCES_MAX: usize = 20;
/// The cells of one table.
const CELLS_MAX: usize = 100_000;

impl Checker<'_> {
    pub(super) fn check_sizes(&mut self) {
        let kinds: [(&str, fn(&Declaration) -> Option<Span>); 8] = [
            ("calendars", calendar),
            ("records", record),
            ("lets", named_value),
            ("awards", award),
            ("limits", limit),
            ("banks", bank),
            ("sets", set),
            ("examples", example),
        ];
        for (what, span_of) in kinds {
            let spans: Vec<Span> = self.ast.declarations.iter().filter_map(span_of).collect();
            self.check_size(what, spans.len(), DECLARATIONS_MAX, spans.get(DECLARATIONS_MAX).copied());
        }
        let ast = self.ast;
        for declaration in &ast.declarations {
            self.check_declaration_size(declaration);
        }
    }

    /// Whether so many problems were found that looking for more helps nobody.
    pub(super) fn is_full(&self) -> bool {
        self.diagnostics.len() + self.unknown.len() >= PROBLEMS_MAX
    }

    fn check_declaration_size(&mut self, declaration: &Declaration) {
        match declaration {
            Declaration::Policy(_) | Declaration::Example(_) => {}
            Declaration::Calendar(it) => self.check_size("periods", it.periods.len(), PERIODS_MAX, Some(it.name.span)),
            Declaration::Table(it) => {
                let cells = it.versions.iter().map(|version| version.rows.len() * version.header.len()).sum();
                self.check_size("cells", cells, CELLS_MAX, Some(it.name.span));
            }
            Declaration::Record(it) => self.check_size("fields", it.fields.len(), FIELDS_MAX, Some(it.name.span)),
            Declaration::Let(it) => {
                if let LetBody::Dated { cases, .. } = &it.body {
                    self.check_size("dated lines", cases.len(), CLAUSES_MAX, Some(it.name.span));
                }
            }
            Declaration::Award(it) => {
                self.check_size("conditions", it.conditions.len(), CLAUSES_MAX, Some(it.name.span));
                self.check_size("moves", it.moves.len(), CLAUSES_MAX, Some(it.name.span));
                self.check_size("pay lines", it.pays.len(), CLAUSES_MAX, Some(it.name.span));
                self.check_size("recover lines", it.recovers.len(), CLAUSES_MAX, Some(it.name.span));
                it.recovers.iter().for_each(|recover| self.check_size("awards", recover.awards.len(), CLAUSES_MAX, Some(recover.span)));
                for pay in &it.pays {
                    if let Amount::Tiers { span, tiers, .. } = &pay.amount {
                        self.check_size("tiers", tiers.len(), CLAUSES_MAX, Some(*span));
                    }
                }
            }
            Declaration::Choose(it) => self.check_size("awards", it.awards.len(), CLAUSES_MAX, Some(it.span)),
            Declaration::Pool(it) => {
                let tiers = it.tiers.as_ref().map_or(0, |tiers| tiers.kind.iter().map(Vec::len).sum());
                self.check_size("awards", tiers, CLAUSES_MAX, Some(it.span));
            }
            Declaration::Guarantee(it) => self.check_size("awards", it.awards().len(), CLAUSES_MAX, Some(it.span)),
            Declaration::Bank(it) => {
                self.check_size("conditions", it.conditions.len(), CLAUSES_MAX, Some(it.name.span));
                self.check_size("records that feed it", it.more.len(), SOURCES_MAX, Some(it.name.span));
            }
            Declaration::Set(it) => {
                self.check_size("conditions", it.conditions.len(), CLAUSES_MAX, Some(it.name.span));
                let lines: Vec<_> = it.lists.iter().flat_map(|list| &list.lines).collect();
                self.check_size("lines", lines.len(), CLAUSES_MAX, Some(it.name.span));
                let listed = lines.iter().map(|line| line.members.as_ref().map_or(0, Vec::len)).sum();
                self.check_size("credentials in lists", listed, VALUES_MAX, Some(it.name.span));
            }
            Declaration::Limit(it) => self.check_size("awards", it.awards.len(), CLAUSES_MAX, Some(it.span)),
        }
    }

    /// A list of values in one expression.
    pub(super) fn check_list(&mut self, list: &[ast::Expr]) {
        self.check_size("values in one list", list.len(), VALUES_MAX, list.get(VALUES_MAX).map(|value| value.span));
    }

    fn check_size(&mut self, what: &str, count: usize, most: usize, place: Option<Span>) {
        if count > most {
            let message = format!("{count} {what}, and at most {most} fit");
            self.report(Diagnostic::error("too-many", at(place.unwrap_or_default()), message).help("split the policy into several files"));
        }
    }
}

fn calendar(declaration: &Declaration) -> Option<Span> {
    if let Declaration::Calendar(it) = declaration { Some(it.name.span) } else { None }
}

fn record(declaration: &Declaration) -> Option<Span> {
    if let Declaration::Record(it) = declaration { Some(it.name.span) } else { None }
}

fn named_value(declaration: &Declaration) -> Option<Span> {
    if let Declaration::Let(it) = declaration { Some(it.name.span) } else { None }
}

fn award(declaration: &Declaration) -> Option<Span> {
    if let Declaration::Award(it) = declaration { Some(it.name.span) } else { None }
}

fn bank(declaration: &Declaration) -> Option<Span> {
    if let Declaration::Bank(it) = declaration { Some(it.name.span) } else { None }
}

fn set(declaration: &Declaration) -> Option<Span> {
    if let Declaration::Set(it) = declaration { Some(it.name.span) } else { None }
}

fn limit(declaration: &Declaration) -> Option<Span> {
    if let Declaration::Limit(it) = declaration { Some(it.span) } else { None }
}

fn example(declaration: &Declaration) -> Option<Span> {
    if let Declaration::Example(it) = declaration { Some(it.name.span) } else { None }
}
