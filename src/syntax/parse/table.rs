//! `table`: a head, perhaps lines with dates, and grids of entries between bars.

use super::reader::{Pair, Reader, Shape, part, parts};
use crate::diagnostic::Diagnostic;
use crate::source::{Place, Span};
use crate::syntax::ast::{Entry, EntryEnd, EntryKind, Expr, ExprKind, FieldKind, Name, Node, SearchWanted, Table, TableFile, TableVersion};
use crate::syntax::blank::has_bar;
use crate::syntax::grammar::{Grammar, Rule};
use crate::syntax::outline::Outlined;
use pest::Parser;

const TABLE: &str = "table salary by step, lane";
const CHECK: &str = "check printed against";
const CHECKED: Shape =
    Shape { rule: Rule::table_check, example: "check printed against index[step, lane] * $33,390 rounded half up to the dollar" };
const FILE: Shape = Shape { rule: Rule::table_file_alone, example: "money in \"salary.csv\"" };
const VERSION: Shape = Shape { rule: Rule::table_version, example: "from 2018-07-01 to 2019-06-30" };

impl<'a> Reader<'a> {
    pub fn table(&mut self, outlined: &Outlined) -> Option<Table> {
        let head = outlined.head.span;
        if !self.has_name(head, TABLE) {
            return None;
        }
        let shape = Shape { rule: Rule::table_head, example: TABLE };
        let (name, keys) = self.read(head, shape, |reader, pair| {
            let mut names = parts(pair).map(|name| reader.name(name)).collect::<Option<Vec<Name>>>()?.into_iter();
            Some((names.next()?, names.collect::<Vec<Name>>()))
        })?;
        let (mut versions, unread) = (Vec::new(), self.unread.len());
        let mut check = None;
        for clause in &outlined.clauses {
            if self.slice(clause.span).starts_with(CHECK) {
                // a row whose first cell is empty is indented deeper, and is no continuation
                let own = clause.lines.iter().take_while(|line| !has_bar(self.slice(**line))).count();
                let (formula, rows) = clause.lines.split_at(own.max(1).min(clause.lines.len()));
                let place = formula.iter().fold(clause.span, |place, line| Span { end: line.end, ..place });
                self.table_lines(rows, &mut versions);
                let formula = self.read(place, CHECKED, |reader, pair| reader.expression(part(pair)?));
                self.set(&mut check, clause.span, formula);
            } else {
                self.table_lines(&clause.lines, &mut versions);
            }
        }
        versions.iter_mut().for_each(|version| self.table_from_file(version, &keys));
        let is_empty = |version: &TableVersion| version.rows.is_empty() && version.file.is_none();
        if versions.iter().all(is_empty) && self.unread.len() > unread {
            return None;
        }
        if versions.iter().all(is_empty) {
            let help = "write the keys' names and the labels on the next line, `step | BA | MA`, and the rows below it";
            self.report(Diagnostic::error("uneven-grid-row", Place::Policy(head), "no rows stand below this line").help(help));
            return None;
        }
        Some(Table { span: outlined.span(), name, keys, versions, check })
    }

    fn table_file(&mut self, pair: Pair<'a>) -> Option<TableFile> {
        let span = self.span(&pair);
        let mut inner = parts(pair);
        let cells = inner.next()?;
        let kind = match part(cells.clone())?.as_rule() {
            Rule::field_money => FieldKind::Money,
            Rule::field_number => FieldKind::Number,
            Rule::field_percent => FieldKind::Percent,
            Rule::field_date => FieldKind::Date,
            _ => FieldKind::Text,
        };
        Some(TableFile { span, cells: self.node(&cells, kind), name: self.text(inner.next()?)? })
    }

    fn table_lines(&mut self, lines: &[Span], versions: &mut Vec<TableVersion>) {
        for line in lines {
            let text = self.slice(*line);
            if !has_bar(text) && text.starts_with("from ") {
                let read = self.read(*line, VERSION, |reader, pair| {
                    let mut inner = parts(pair);
                    Some((reader.range(inner.next()?)?, inner.next().and_then(|file| reader.table_file(file))))
                });
                let (dates, file) = read.map_or((None, None), |(dates, file)| (Some(dates), file));
                versions.push(TableVersion { span: *line, dates, file, header: Vec::new(), rows: Vec::new() });
                continue;
            }
            if !has_bar(text) {
                let file = self.read(*line, FILE, |reader, pair| reader.table_file(part(pair)?));
                versions.push(TableVersion { span: *line, dates: None, file, header: Vec::new(), rows: Vec::new() });
                continue;
            }
            let entries: Vec<Entry> = self.cells(*line).into_iter().map(|cell| self.entry(cell)).collect();
            let version = match versions.last_mut() {
                Some(version) => version,
                None => {
                    versions.push(TableVersion { span: *line, dates: None, file: None, header: Vec::new(), rows: Vec::new() });
                    let Some(version) = versions.last_mut() else { continue };
                    version
                }
            };
            version.span = version.span.to(*line);
            if version.header.is_empty() {
                version.header = entries;
            } else if entries.len() == version.header.len() {
                version.rows.push(entries);
            } else {
                let message = format!("this row has {} cells, and the header above it has {}", entries.len(), version.header.len());
                self.report(
                    Diagnostic::error("uneven-grid-row", Place::Policy(*line), message)
                        .help("write a `|` between two cells, also beside an empty one"),
                );
            }
        }
    }

    /// A cell that the grammar does not know is text: lanes are called `BA+10`.
    pub fn entry(&mut self, cell: Name) -> Entry {
        let span = cell.span;
        let written = self.slice(span);
        let parsed = Grammar::parse(Rule::table_entry, written).ok().and_then(|mut pairs| pairs.next()).and_then(part);
        let as_text = |text: String| EntryKind::Value(Node { kind: ExprKind::Text(text), span });
        let kind = match parsed {
            _ if written.is_empty() => EntryKind::Blank,
            None => as_text(cell.kind.clone()),
            Some(pair) => match pair.as_rule() {
                Rule::entry_otherwise => EntryKind::Otherwise,
                Rule::entry_not_applicable => EntryKind::NotApplicable,
                Rule::entry_bracket => self.bracket(span, pair).unwrap_or_else(|| as_text(cell.kind.clone())),
                _ => self.entry_value(span, pair).map_or_else(|| as_text(cell.kind.clone()), EntryKind::Value),
            },
        };
        Entry { span, text: cell.kind, kind }
    }

    /// A literal read from inside a cell that starts at `cell`.
    fn entry_value(&mut self, cell: Span, pair: Pair<'a>) -> Option<Expr> {
        let mut value = self.at_offset(cell, |reader| reader.operand(pair))?;
        value.span = cell;
        Some(value)
    }

    fn bracket(&mut self, cell: Span, pair: Pair<'a>) -> Option<EntryKind> {
        let shape = part(pair)?;
        let rule = shape.as_rule();
        let mut values = parts(shape).map(|value| self.entry_value(cell, value));
        let first = values.next()??;
        let second = values.next().flatten();
        let end = |at: Expr, included: bool| Some(EntryEnd { at, included });
        Some(match rule {
            Rule::bracket_to_under => EntryKind::Bracket { from: end(first, true), to: end(second?, false) },
            Rule::bracket_to => EntryKind::Bracket { from: end(first, true), to: end(second?, true) },
            Rule::bracket_or_more => EntryKind::Bracket { from: end(first, true), to: None },
            Rule::bracket_more_than => EntryKind::Bracket { from: end(first, false), to: None },
            Rule::bracket_under => EntryKind::Bracket { from: None, to: end(first, false) },
            _ => EntryKind::Bracket { from: None, to: end(first, true) },
        })
    }

    pub fn table_cell(&mut self, pair: Pair<'a>) -> Option<ExprKind> {
        let dated = pair.clone().into_inner().any(|part| part.as_rule() == Rule::k_as_of);
        let mut inner = parts(pair);
        let table = self.name(inner.next()?)?;
        let mut keys = inner.map(|part| self.expression(part)).collect::<Option<Vec<Expr>>>()?;
        let as_of = if dated { keys.pop().map(Box::new) } else { None };
        Some(ExprKind::TableCell { table, keys, as_of })
    }

    pub fn table_search(&mut self, pair: Pair<'a>) -> Option<ExprKind> {
        let span = self.span(&pair);
        let dated = pair.clone().into_inner().any(|part| part.as_rule() == Rule::k_as_of);
        let mut inner = parts(pair).peekable();
        let key = match inner.next_if(|part| part.as_rule() == Rule::table_key) {
            Some(key) => Some(self.name(part(key)?)?),
            None => None,
        };
        let wanted = part(inner.next()?)?.as_rule();
        let table = self.name(inner.next()?)?;
        let mut keys = Vec::new();
        while let Some(along) = inner.next_if(|part| part.as_rule() == Rule::table_along) {
            let along = part(along)?;
            keys.push(if along.as_rule() == Rule::table_any { None } else { Some(self.expression(along)?) });
        }
        let as_of = if dated { Some(Box::new(self.operand(inner.next()?)?)) } else { None };
        let least = inner.find(|part| part.as_rule() != Rule::op_at_least).map(|least| self.expression(least));
        let wanted = match (wanted, least) {
            (Rule::wanted_lowest, Some(least)) => SearchWanted::LowestAtLeast(Box::new(least?)),
            (Rule::wanted_first, None) => SearchWanted::First,
            (Rule::wanted_last, None) => SearchWanted::Last,
            _ => {
                let help =
                    "write `lowest cell of salary[any, lane] at least AMOUNT`, `first cell of salary[any, lane]` or `last cell of …`";
                self.report(
                    Diagnostic::error("unreadable-clause", Place::Policy(span), "`at least` goes with `lowest cell of`").help(help),
                );
                return None;
            }
        };
        Some(ExprKind::TableSearch { wanted, key, table, keys, as_of })
    }

    pub fn table_neighbour(&mut self, pair: Pair<'a>) -> Option<ExprKind> {
        let mut inner = parts(pair);
        let key = self.name(inner.next()?)?;
        let count = self.count(&inner.next()?)?.kind.to_integer().and_then(|count| i32::try_from(count).ok())?;
        let distance = if inner.next()?.as_rule() == Rule::op_after { count } else { -count };
        let from = Box::new(self.operand(inner.next()?)?);
        Some(ExprKind::TableNeighbour { key, distance, from, table: self.name(inner.next()?)? })
    }
}
