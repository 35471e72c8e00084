//! `limit` and its clauses.

use super::clauses::Form;
use super::reader::{Pair, Reader, Shape, part, parts};
use crate::diagnostic::Diagnostic;
use crate::source::{Place, Span};
use crate::syntax::ast::{Excess, Expr, Limit, LimitBasis, LimitMeasure, LimitOver, Node, PoolTies};
use crate::syntax::grammar::Rule;
use crate::syntax::outline::Outlined;

const LIMIT: &str = "limit \"Micro-credential\" to $600 per rolling 1 year";

const CLAUSES: [Form; 6] = [
    ("excess", Rule::limit_excess, "excess is lost"),
    ("before proration", Rule::limit_basis, "before proration"),
    ("after proration", Rule::limit_basis, "after proration"),
    ("ties by", Rule::limit_ties, "ties by ID"),
    ("whole awards", Rule::limit_whole, "whole awards only"),
    ("cite", Rule::cite, "cite \"Article 12.3\""),
];

impl<'a> Reader<'a> {
    pub fn limit(&mut self, outlined: &Outlined) -> Option<Limit> {
        let (head, joined) = self.joined_head(outlined, &["where", "to", "in", "for", "per"]);
        let shape = Shape { rule: Rule::limit_head, example: LIMIT };
        let named = self.has_name(head, LIMIT);
        let mut limit = if named { self.read(head, shape, |reader, pair| reader.limit_head(pair)) } else { None };
        let mut aside = empty(outlined.span());
        let filled = limit.as_mut().unwrap_or(&mut aside);
        filled.span = outlined.span();
        for clause in outlined.clauses.iter().skip(joined) {
            if let Some(shape) = self.form(clause, &CLAUSES) {
                self.limit_clause(filled, clause.span, shape);
            }
        }
        limit
    }

    fn limit_head(&mut self, pair: Pair<'a>) -> Option<Limit> {
        let mut limit = empty(self.span(&pair));
        let mut measure = None;
        for inner in parts(pair) {
            match inner.as_rule() {
                Rule::text => limit.awards.push(self.text(inner)?),
                Rule::condition => limit.condition = Some(self.expression(part(inner)?)?),
                Rule::in_total => limit.over = LimitOver::Everybody(self.span(&inner)),
                Rule::limit_group => limit.over = LimitOver::Group(self.operand(part(inner)?)?),
                Rule::window => limit.window = Some(self.window(inner)?),
                Rule::basis => limit.proration = Some(self.basis(inner)?),
                _ => measure = Some(self.measure(inner)?),
            }
        }
        Some(Limit { measure: measure?, ..limit })
    }

    fn measure(&mut self, pair: Pair<'a>) -> Option<LimitMeasure> {
        let rule = pair.as_rule();
        if rule == Rule::sum {
            return self.expression(pair).map(LimitMeasure::Money);
        }
        let mut inner = parts(pair);
        let number = inner.next()?;
        if rule == Rule::limit_awards {
            return self.count(&number).map(LimitMeasure::Awards);
        }
        let most = self.number(&number)?;
        Some(LimitMeasure::Quantity { most: self.node(&number, most), field: self.name(inner.next()?)? })
    }

    fn basis(&mut self, pair: Pair<'a>) -> Option<Node<LimitBasis>> {
        let words = part(pair)?;
        let is_before = words.as_rule() == Rule::before_proration;
        Some(self.node(&words, if is_before { LimitBasis::BeforeProration } else { LimitBasis::AfterProration }))
    }

    fn limit_clause(&mut self, limit: &mut Limit, clause: Span, shape: Shape) {
        match shape.rule {
            Rule::limit_excess => {
                let excess = self.read(clause, shape, |reader, pair| reader.excess(pair));
                self.set(&mut limit.excess, clause, excess);
            }
            Rule::limit_basis => {
                let basis = self.read(clause, shape, |reader, pair| reader.basis(part(pair)?));
                self.set(&mut limit.proration, clause, basis);
            }
            Rule::limit_ties => {
                let ties = self.read(clause, shape, |reader, pair| {
                    let by = part(pair)?;
                    Some(if by.as_rule() == Rule::ties_by_id { PoolTies::ById } else { PoolTies::By(reader.expression(by)?) })
                });
                self.set(&mut limit.ties, clause, ties);
            }
            Rule::limit_whole => {
                let span = self.read(clause, shape, |reader, pair| Some(reader.span(&pair)));
                self.set(&mut limit.whole_awards_only, clause, span);
            }
            _ => limit.cites.extend(self.read(clause, shape, |reader, pair| reader.text(part(pair)?))),
        }
    }

    fn excess(&mut self, pair: Pair<'a>) -> Option<Node<Excess>> {
        let span = self.span(&pair);
        let inner = part(pair)?;
        let kind = match inner.as_rule() {
            Rule::excess_lost => Excess::Lost,
            Rule::excess_paid_as_stipend => Excess::PaidAsStipend,
            Rule::excess_carried => Excess::CarriedToNextPeriod,
            _ => {
                let (mut until, mut expires) = (None, None);
                for more in parts(inner) {
                    match more.as_rule() {
                        Rule::waits_until => until = Some(self.latest_day(more)?),
                        _ => expires = Some(self.duration(part(more)?)?),
                    }
                }
                Excess::Waits { until, expires }
            }
        };
        Some(Node { kind, span })
    }

    /// `until D at the latest`. Without the last words it would read as the day to wait for.
    fn latest_day(&mut self, pair: Pair<'a>) -> Option<Expr> {
        let span = self.span(&pair);
        let mut inner = parts(pair);
        let day = self.expression(inner.next()?)?;
        if inner.next().is_some() {
            return Some(day);
        }
        let written = self.slice(day.span);
        let message = "this could be the day to wait for, or the last day to wait";
        let help = format!("write `excess waits, until {written} at the latest`: paid as soon as there is room, and not after that day");
        self.report(Diagnostic::error("waits-until", Place::Policy(span), message).help(help));
        None
    }
}

/// A limit without content, to be filled.
fn empty(span: Span) -> Limit {
    Limit {
        span,
        awards: Vec::new(),
        condition: None,
        measure: LimitMeasure::Awards(Node { kind: crate::value::Number::ZERO, span }),
        over: LimitOver::Employee,
        window: None,
        proration: None,
        excess: None,
        whole_awards_only: None,
        ties: None,
        cites: Vec::new(),
    }
}
