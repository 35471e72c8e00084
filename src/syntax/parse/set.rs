//! `set` and its clauses, and what expressions ask of a set.

use super::award::conjuncts;
use super::clauses::Form;
use super::reader::{Pair, Reader, Shape, part, parts};
use crate::source::Span;
use crate::syntax::ast::{
    Accept, Complete, DateRange, ExprKind, Grant, ListAsOf, Name, Node, Overlap, Set, SetLine, SetList, SetReading, Trigger, Wait,
};
use crate::syntax::grammar::Rule;
use crate::syntax::outline::Outlined;

const SET: &str = "set \"Coaching stack\" for each credential";

const CLAUSES: [Form; 16] = [
    ("if", Rule::award_if, "if status is earned"),
    ("and", Rule::award_and, "and reviewers at least 2"),
    ("counts", Rule::set_counts, "counts credential_id"),
    ("earned on", Rule::set_earned, "earned on approved"),
    ("from", Rule::set_version, "from 2024-07-01"),
    ("all of", Rule::set_all, "all of \"Planning\", \"Feedback\""),
    ("at least", Rule::set_least, "at least 2 where category is elective"),
    ("accept", Rule::set_accepts, "accept \"Planning 2019\" for \"Planning\""),
    ("one row", Rule::set_overlap, "one row counts for one line"),
    ("each row", Rule::set_valid, "each row counts for 5 years"),
    ("complete", Rule::set_complete, "complete within 3 years from the first row"),
    ("list as of", Rule::set_list, "list as of completion"),
    ("shares with", Rule::set_shares, "shares with \"Mentoring stack\""),
    ("required if", Rule::set_required, "required if role is teacher"),
    ("due", Rule::set_due, "due hired + 90 days"),
    ("cite", Rule::cite, "cite \"Article 12.3\""),
];

impl<'a> Reader<'a> {
    pub fn set_declaration(&mut self, outlined: &Outlined) -> Option<Set> {
        let (head, joined) = self.joined_head(outlined, &["for"]);
        let head = if self.has_name(head, SET) { self.set_head(head) } else { None };
        let unread = || Node { kind: String::new(), span: outlined.span() };
        let (name, each) = head.clone().unwrap_or((unread(), unread()));
        let mut set = Set {
            span: outlined.span(),
            name,
            each,
            conditions: Vec::new(),
            counts: None,
            earned: None,
            lists: Vec::new(),
            accepts: Vec::new(),
            overlap: None,
            complete: None,
            list_as_of: None,
            shares: Vec::new(),
            valid: None,
            required: None,
            due: None,
            cites: Vec::new(),
        };
        for clause in outlined.clauses.iter().skip(joined) {
            if let Some(shape) = self.form(clause, &CLAUSES) {
                self.set_clause(&mut set, clause.span, shape);
            }
        }
        head.map(|_| set)
    }

    fn set_head(&mut self, head: Span) -> Option<(Name, Name)> {
        self.read(head, Shape { rule: Rule::set_head, example: SET }, |reader, pair| {
            let mut inner = parts(pair);
            let (name, each) = (reader.text(inner.next()?), reader.name(inner.next()?));
            Some((name?, each?))
        })
    }

    fn set_clause(&mut self, set: &mut Set, clause: Span, shape: Shape) {
        let expression = |reader: &mut Self, pair| reader.expression(part(pair)?);
        match shape.rule {
            Rule::award_if | Rule::award_and => {
                let condition = self.read(clause, shape, expression);
                condition.into_iter().for_each(|condition| conjuncts(condition, &mut set.conditions));
            }
            Rule::set_counts => {
                let counts = self.read(clause, shape, expression);
                self.set(&mut set.counts, clause, counts);
            }
            Rule::set_earned => {
                let earned = self.read(clause, shape, expression);
                self.set(&mut set.earned, clause, earned);
            }
            Rule::set_required => {
                let required = self.read(clause, shape, expression);
                self.set(&mut set.required, clause, required);
            }
            Rule::set_due => {
                let due = self.read(clause, shape, expression);
                self.set(&mut set.due, clause, due);
            }
            Rule::set_version => {
                let dates = self.read(clause, shape, |reader, pair| reader.set_dates(pair));
                set.lists.extend(dates.map(|dates| SetList { dates: Some(dates), lines: Vec::new() }));
            }
            Rule::set_all | Rule::set_least => {
                let line = self.read(clause, shape, |reader, pair| reader.set_line(pair));
                if set.lists.is_empty() {
                    set.lists.push(SetList { dates: None, lines: Vec::new() });
                }
                set.lists.iter_mut().last().into_iter().for_each(|list| list.lines.extend(line.clone()));
            }
            _ => self.set_rule(set, clause, shape),
        }
    }

    /// The clauses that say how rows count.
    fn set_rule(&mut self, set: &mut Set, clause: Span, shape: Shape) {
        match shape.rule {
            Rule::set_accepts => set.accepts.extend(self.read(clause, shape, |reader, pair| reader.accept(pair))),
            Rule::set_overlap => {
                let overlap = self.read(clause, shape, |reader, pair| {
                    let written = part(pair)?;
                    let kind = if written.as_rule() == Rule::overlap_one { Overlap::OneLine } else { Overlap::EveryLine };
                    Some(reader.node(&written, kind))
                });
                self.set(&mut set.overlap, clause, overlap);
            }
            Rule::set_list => {
                let list = self.read(clause, shape, |reader, pair| {
                    let written = part(pair)?;
                    let kind = if written.as_rule() == Rule::list_first { ListAsOf::FirstRow } else { ListAsOf::Completion };
                    Some(reader.node(&written, kind))
                });
                self.set(&mut set.list_as_of, clause, list);
            }
            Rule::set_complete => {
                let complete = self.read(clause, shape, |reader, pair| reader.complete(pair));
                self.set(&mut set.complete, clause, complete);
            }
            Rule::set_valid => {
                let valid = self.read(clause, shape, |reader, pair| {
                    let duration = part(pair)?;
                    let span = reader.span(&duration);
                    Some(Node { kind: reader.duration(duration)?, span })
                });
                self.set(&mut set.valid, clause, valid);
            }
            Rule::set_shares => {
                let names = self.read(clause, shape, |reader, pair| parts(pair).map(|name| reader.text(name)).collect::<Option<Vec<_>>>());
                set.shares.extend(names.into_iter().flatten());
            }
            _ => set.cites.extend(self.read(clause, shape, |reader, pair| reader.text(part(pair)?))),
        }
    }

    fn set_dates(&mut self, pair: Pair<'a>) -> Option<Node<DateRange>> {
        let range = part(pair)?;
        let span = self.span(&range);
        self.range(range).map(|range| Node { span, ..range })
    }

    fn set_line(&mut self, pair: Pair<'a>) -> Option<SetLine> {
        let mut line = SetLine { span: self.span(&pair), count: None, members: None, condition: None };
        for part_of in parts(pair) {
            match part_of.as_rule() {
                Rule::number => line.count = Some(self.count(&part_of)?),
                Rule::set_members => line.members = Some(parts(part_of).map(|member| self.member(member)).collect::<Option<_>>()?),
                Rule::condition => line.condition = Some(self.expression(part(part_of)?)?),
                _ => {}
            }
        }
        Some(line)
    }

    fn member(&mut self, pair: Pair<'a>) -> Option<Name> {
        if pair.as_rule() == Rule::text { self.text(pair) } else { self.name(pair) }
    }

    fn accept(&mut self, pair: Pair<'a>) -> Option<Accept> {
        let span = self.span(&pair);
        let mut inner = parts(pair);
        let (given, wanted) = (self.member(inner.next()?), self.member(inner.next()?));
        Some(Accept { span, given: given?, wanted: wanted? })
    }

    fn complete(&mut self, pair: Pair<'a>) -> Option<Node<Complete>> {
        let span = self.span(&pair);
        let written = part(pair)?;
        let rule = written.as_rule();
        let inner = part(written)?;
        let kind = match rule {
            Rule::complete_by => Complete::By(self.expression(inner)?),
            Rule::complete_from_first => Complete::FromFirst(self.duration(inner)?),
            Rule::complete_any => Complete::WithinAny(self.duration(inner)?),
            _ => Complete::Within(self.duration(inner)?),
        };
        Some(Node { kind, span })
    }

    /// `on completing "S"`, `for every 15 units of "B"`
    pub fn trigger(&mut self, pair: Pair<'a>) -> Option<Trigger> {
        let rule = pair.as_rule();
        let mut inner = parts(pair);
        let first = inner.next()?;
        if rule == Rule::on_completing {
            return self.text(first).map(Trigger::Completing);
        }
        let units = self.count(&first);
        let bank = self.text(inner.next()?);
        Some(Trigger::Every { units: units?, bank: bank? })
    }

    pub fn wait(&mut self, pair: Pair<'a>) -> Option<Wait> {
        let span = self.span(&pair);
        let times = parts(pair).map(|time| {
            let span = self.span(&time);
            Some(Node { kind: self.duration(time)?, span })
        });
        Some(Wait { span, times: times.collect::<Option<_>>()? })
    }

    pub fn grant(&mut self, pair: Pair<'a>) -> Option<Grant> {
        let span = self.span(&pair);
        let mut inner = parts(pair).peekable();
        let role = self.text(inner.next()?);
        let until = match inner.next() {
            Some(until) => Some(self.expression(until)?),
            None => None,
        };
        Some(Grant { span, role: role?, until, if_known: inner.next().is_some() })
    }

    pub fn set_reading(&mut self, pair: Pair<'a>) -> Option<ExprKind> {
        let reading = match pair.as_rule() {
            Rule::completes => SetReading::Completes,
            Rule::completed => SetReading::Completed,
            Rule::missing_from => SetReading::Missing,
            _ => SetReading::CompletedOn,
        };
        Some(ExprKind::Set(reading, self.text(part(pair)?)?))
    }
}
