//! Expressions: precedence, comparisons and operands.

use std::sync::LazyLock;

use pest::pratt_parser::{Assoc, Op, PrattParser};

use super::reader::{Pair, Reader, part, parts};
use crate::diagnostic::Diagnostic;
use crate::source::{Place, Span};
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, Node, WithinRelation};
use crate::syntax::grammar::Rule;
use crate::value::Number;

static LOGIC: LazyLock<PrattParser<Rule>> = LazyLock::new(|| {
    PrattParser::new().op(Op::infix(Rule::op_or, Assoc::Left)).op(Op::infix(Rule::op_and, Assoc::Left)).op(Op::prefix(Rule::op_not))
});

static ARITHMETIC: LazyLock<PrattParser<Rule>> = LazyLock::new(|| {
    PrattParser::new()
        .op(Op::infix(Rule::op_add, Assoc::Left) | Op::infix(Rule::op_subtract, Assoc::Left))
        .op(Op::infix(Rule::op_multiply, Assoc::Left) | Op::infix(Rule::op_divide, Assoc::Left))
        .op(Op::prefix(Rule::op_negative))
});

impl<'a> Reader<'a> {
    /// Any expression: `conditional`, `logic`, `sum` or `operand`.
    pub fn expression(&mut self, pair: Pair<'a>) -> Option<Expr> {
        match pair.as_rule() {
            Rule::conditional => self.conditional(pair),
            Rule::logic => self.logic(pair),
            Rule::sum => self.sum(pair),
            _ => self.operand(pair),
        }
    }

    fn boxed(&mut self, pair: Option<Pair<'a>>) -> Option<Box<Expr>> {
        self.expression(pair?).map(Box::new)
    }

    fn conditional(&mut self, pair: Pair<'a>) -> Option<Expr> {
        let span = self.span(&pair);
        let mut inner = parts(pair);
        let condition = self.boxed(inner.next());
        let then = self.boxed(inner.next());
        let otherwise = self.boxed(inner.next());
        let kind = ExprKind::If { condition: condition?, then: then?, otherwise: otherwise? };
        Some(Node { kind, span })
    }

    fn logic(&mut self, pair: Pair<'a>) -> Option<Expr> {
        let offset = self.offset();
        LOGIC
            .map_primary(|comparison| self.comparison(comparison))
            .map_prefix(|not, inner| prefixed(offset, &not, inner?, ExprKind::Not))
            .map_infix(|left, op, right| binary(left?, &op, right?))
            .parse(pair.into_inner())
    }

    fn comparison(&mut self, pair: Pair<'a>) -> Option<Expr> {
        let span = self.span(&pair);
        let mut inner = parts(pair);
        let subject = inner.next().and_then(|subject| self.sum(subject));
        let Some(tail) = inner.next() else { return subject };
        let rule = tail.as_rule();
        let kind = match rule {
            Rule::op_is_missing => ExprKind::IsMissing(Box::new(subject?)),
            Rule::op_is_known => ExprKind::IsKnown(Box::new(subject?)),
            Rule::one_of | Rule::not_one_of => {
                let list = self.list(parts(tail).skip(1));
                let one_of = ExprKind::OneOf(Box::new(subject?), list?);
                if rule == Rule::one_of { one_of } else { ExprKind::Not(Box::new(Node { kind: one_of, span })) }
            }
            Rule::between => {
                let mut bounds = parts(tail);
                let (low, high) = (self.boxed(bounds.next()), self.boxed(bounds.next()));
                ExprKind::Between(Box::new(subject?), low?, high?)
            }
            Rule::within => self.within(subject, tail)?,
            _ => {
                let mut compared = parts(tail);
                let op = binary_op(compared.next()?.as_rule())?;
                let right = self.boxed(compared.next());
                ExprKind::Binary(op, Box::new(subject?), right?)
            }
        };
        Some(Node { kind, span })
    }

    fn within(&mut self, subject: Option<Expr>, pair: Pair<'a>) -> Option<ExprKind> {
        let mut inner = parts(pair);
        let duration = inner.next().and_then(|duration| self.duration(duration));
        let relation = match part(inner.next()?)?.as_rule() {
            Rule::relation_after => WithinRelation::After,
            Rule::relation_before => WithinRelation::Before,
            _ => WithinRelation::Of,
        };
        let anchor = self.boxed(inner.next());
        Some(ExprKind::Within { subject: Box::new(subject?), duration: duration?, relation, anchor: anchor? })
    }

    /// Sums separated by commas: all are read, so that all their problems are found.
    pub fn list(&mut self, pairs: impl Iterator<Item = Pair<'a>>) -> Option<Vec<Expr>> {
        let list: Vec<Option<Expr>> = pairs.map(|pair| self.expression(pair)).collect();
        list.into_iter().collect()
    }

    fn sum(&mut self, pair: Pair<'a>) -> Option<Expr> {
        let span = self.span(&pair);
        let mut inner: Vec<Pair<'a>> = parts(pair).collect();
        let rounded = inner.pop_if(|last| last.as_rule() == Rule::rounded);
        let two_readings = self.refuse_two_readings(&inner) || (rounded.is_some() && self.refuse_rounded_sum(&inner));
        let offset = self.offset();
        let value = ARITHMETIC
            .map_primary(|operand| self.operand(operand))
            .map_prefix(|minus, inner| prefixed(offset, &minus, inner?, ExprKind::Negative))
            .map_infix(|left, op, right| binary(left?, &op, right?))
            .parse(inner.into_iter());
        let rounding = match rounded {
            Some(rounded) => Some(self.rounding(part(rounded)?)?),
            None => None,
        };
        if two_readings {
            return None;
        }
        match rounding {
            Some(rounding) => Some(Node { kind: ExprKind::Rounded(Box::new(value?), rounding.kind), span }),
            None => value,
        }
    }

    /// `next July 1 after d + 90 days` may add to either date: what can be read two ways is refused (DESIGN 1.2).
    fn refuse_two_readings(&mut self, inner: &[Pair<'a>]) -> bool {
        let open = inner.windows(2).find(|pair| matches!(pair, [operand, op] if adds(op) && is_open(operand)));
        let Some([operand, _]) = open else { return false };
        let text = operand.as_str().trim_end();
        let help = format!("write `({text})` if that comes first, or brackets around the date and what is added to it");
        let message = format!("`{text}` with something added can be read two ways");
        self.report(Diagnostic::error("brackets-needed", Place::Policy(self.span(operand)), message).help(help));
        true
    }

    /// `a + b rounded …` may round the sum or only `b`.
    fn refuse_rounded_sum(&mut self, inner: &[Pair<'a>]) -> bool {
        let (Some(first), Some(last), true) = (inner.first(), inner.last(), inner.iter().any(adds)) else { return false };
        let whole = self.span(first).to(self.span(last));
        let help = format!("write `({}) rounded …` to round it all, or brackets around the part that is rounded", self.slice(whole));
        let message = "`rounded` can be read two ways behind a sum";
        self.report(Diagnostic::error("brackets-needed", Place::Policy(whole), message).help(help));
        true
    }

    /// One operand; the kinds that begin with words of their own are read in `phrase`.
    pub fn operand(&mut self, pair: Pair<'a>) -> Option<Expr> {
        let pair = if pair.as_rule() == Rule::operand { part(pair)? } else { pair };
        let span = self.span(&pair);
        let kind = match pair.as_rule() {
            Rule::paren => self.expression(part(pair)?)?.kind,
            Rule::money => ExprKind::Money(self.money(&pair)?),
            Rule::number => ExprKind::Number(self.number(&pair)?),
            Rule::percent => ExprKind::Percent(self.percent(pair)?),
            Rule::percent_of => self.percent_of(pair)?,
            Rule::day => ExprKind::Date(self.day(&pair)?),
            Rule::duration => ExprKind::Duration(self.duration(pair)?),
            Rule::text => ExprKind::Text(self.text(pair)?.kind),
            Rule::yes => ExprKind::YesNo(true),
            Rule::no => ExprKind::YesNo(false),
            Rule::name => ExprKind::Name(self.name(pair)?.kind),
            Rule::qualified => self.qualified(pair)?,
            Rule::own => ExprKind::Own(self.name(part(pair)?)?),
            Rule::dated => {
                let mut inner = parts(pair);
                let (subject, date) = (self.boxed(inner.next()), self.boxed(inner.next()));
                ExprKind::AsOf(subject?, date?)
            }
            _ => self.phrase(pair)?,
        };
        Some(Node { kind, span })
    }

    fn qualified(&mut self, pair: Pair<'a>) -> Option<ExprKind> {
        let mut inner = parts(pair);
        let (record, field) = (self.name(inner.next()?), self.name(inner.next()?));
        Some(ExprKind::Qualified(record?, field?))
    }

    fn percent(&mut self, pair: Pair<'a>) -> Option<Number> {
        let number = self.number(&part(pair)?)?;
        number.times(Number::CENT).ok()
    }

    fn percent_of(&mut self, pair: Pair<'a>) -> Option<ExprKind> {
        let mut inner = parts(pair);
        let percent = self.operand(inner.next()?);
        let base = self.boxed(inner.next());
        Some(ExprKind::PercentOf(Box::new(percent?), base?))
    }
}

fn adds(pair: &Pair<'_>) -> bool {
    matches!(pair.as_rule(), Rule::op_add | Rule::op_subtract)
}

/// Whether an operand ends in an operand of its own, without brackets around the two.
fn is_open(operand: &Pair<'_>) -> bool {
    operand.clone().into_inner().next().is_some_and(|inner| match inner.as_rule() {
        Rule::elapsed
        | Rule::period_label
        | Rule::period_start
        | Rule::period_end
        | Rule::next_month_day
        | Rule::first_day_of_month
        | Rule::last_day_of_month
        | Rule::weekday_of_month
        | Rule::calendar_date
        | Rule::next_calendar_date
        | Rule::days_within
        | Rule::working_days
        | Rule::first_working_day
        | Rule::last_working_day
        | Rule::last_working_of_month => true,
        Rule::dated | Rule::amount_of | Rule::base_salary_as_of => inner.into_inner().last().is_some_and(|date| is_open(&date)),
        // a condition reaches to the end anyway
        Rule::row_value => inner.into_inner().last().is_some_and(|picked| ends_in(picked, Rule::operand)),
        Rule::consecutive_of => ends_in(inner, Rule::operand),
        Rule::sum_of => ends_in(inner, Rule::sum_bound),
        _ => false,
    })
}

fn ends_in(pair: Pair<'_>, rule: Rule) -> bool {
    pair.into_inner().last().is_some_and(|last| last.as_rule() == rule)
}

fn prefixed(offset: usize, sign: &Pair<'_>, inner: Expr, kind: fn(Box<Expr>) -> ExprKind) -> Option<Expr> {
    let start = offset + sign.as_span().start();
    let span = Span::new(start, start).to(inner.span);
    Some(Node { kind: kind(Box::new(inner)), span })
}

fn binary(left: Expr, op: &Pair<'_>, right: Expr) -> Option<Expr> {
    let span = left.span.to(right.span);
    let kind = ExprKind::Binary(binary_op(op.as_rule())?, Box::new(left), Box::new(right));
    Some(Node { kind, span })
}

fn binary_op(rule: Rule) -> Option<BinaryOp> {
    Some(match rule {
        Rule::op_or => BinaryOp::Or,
        Rule::op_and => BinaryOp::And,
        Rule::op_add => BinaryOp::Add,
        Rule::op_subtract => BinaryOp::Subtract,
        Rule::op_multiply => BinaryOp::Multiply,
        Rule::op_divide => BinaryOp::Divide,
        Rule::op_is => BinaryOp::Is,
        Rule::op_is_not => BinaryOp::IsNot,
        Rule::op_at_least => BinaryOp::AtLeast,
        Rule::op_at_most => BinaryOp::AtMost,
        Rule::op_more_than => BinaryOp::MoreThan,
        Rule::op_less_than => BinaryOp::LessThan,
        Rule::op_on => BinaryOp::On,
        Rule::op_before => BinaryOp::Before,
        Rule::op_on_or_before => BinaryOp::OnOrBefore,
        Rule::op_after => BinaryOp::After,
        Rule::op_on_or_after => BinaryOp::OnOrAfter,
        _ => return None,
    })
}
