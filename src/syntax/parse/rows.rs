//! Aggregates: `count of`, `sum of`, `rating of latest evaluation by dated`, and `at least 2 of (…)`.

use super::reader::{Pair, Reader, part, parts};
use crate::syntax::ast::{AggregateBound, AggregateKind, Expr, ExprKind, Name, Picked, PickedSide};
use crate::syntax::grammar::Rule;

impl<'a> Reader<'a> {
    pub fn at_least_of(&mut self, pair: Pair<'a>) -> Option<ExprKind> {
        let mut inner = parts(pair).filter(|part| part.as_rule() != Rule::op_at_least);
        let count = self.count(&inner.next()?)?;
        Some(ExprKind::AtLeastOf(count, self.list(inner)?))
    }

    pub fn aggregate(&mut self, rule: Rule, pair: Pair<'a>) -> Option<ExprKind> {
        let (kind, has_value) = match rule {
            Rule::count_of => (AggregateKind::Count, false),
            Rule::sum_of => (AggregateKind::Sum, true),
            Rule::first_of => (AggregateKind::First, true),
            Rule::latest_of => (AggregateKind::Latest, true),
            Rule::any_of => (AggregateKind::Any, false),
            Rule::every_of => (AggregateKind::Every, false),
            Rule::consecutive_of => (AggregateKind::Consecutive, true),
            _ => return None,
        };
        let mut inner = parts(pair).peekable();
        let value = if has_value { Some(self.next_operand(&mut inner)?) } else { None };
        let of_known = inner.next_if(|next| next.as_rule() == Rule::of_known).is_some();
        let (record, picked) = self.counted(inner.next()?)?;
        let bound = match inner.next_if(|next| matches!(next.as_rule(), Rule::sum_bound | Rule::operand)) {
            Some(last) if last.as_rule() == Rule::operand => Some(AggregateBound::Through(self.operand(last)?)),
            Some(bound) => {
                let mut bound = parts(bound).filter(|part| part.as_rule() != Rule::op_at_most);
                let (most, per) = (self.operand(bound.next()?), self.operand(bound.next()?));
                Some(AggregateBound::AtMost { most: most?, per: per? })
            }
            None => None,
        };
        let condition = self.where_part(inner.next())?.map(Box::new);
        Some(ExprKind::Aggregate { kind, value, record, condition, of_known, picked, bound: bound.map(Box::new) })
    }

    /// `rating of latest evaluation by dated where …`
    pub fn row_value(&mut self, pair: Pair<'a>) -> Option<ExprKind> {
        let mut inner = parts(pair).peekable();
        let value = Some(self.next_operand(&mut inner)?);
        let of_known = inner.next_if(|next| next.as_rule() == Rule::of_known).is_some();
        let (record, picked) = self.picked(inner.next()?)?;
        let picked = Some(Box::new(picked));
        Some(ExprKind::Aggregate { kind: AggregateKind::Row, value, record, condition: None, of_known, picked, bound: None })
    }

    /// A record by its name, or some of its rows in brackets.
    fn counted(&mut self, pair: Pair<'a>) -> Option<(Name, Option<Box<Picked>>)> {
        if pair.as_rule() != Rule::picked_rows {
            return Some((self.name(pair)?, None));
        }
        let (record, picked) = self.picked(part(pair)?)?;
        Some((record, Some(Box::new(picked))))
    }

    fn picked(&mut self, pair: Pair<'a>) -> Option<(Name, Picked)> {
        let mut inner = parts(pair).peekable();
        let side = if inner.next()?.as_str() == "first" { PickedSide::First } else { PickedSide::Latest };
        let count = match inner.next_if(|next| next.as_rule() == Rule::number) {
            Some(count) => Some(self.count(&count)?),
            None => None,
        };
        let record = self.name(inner.next()?)?;
        let by = self.operand(inner.next()?)?;
        let condition = self.where_part(inner.next())?;
        Some((record, Picked { side, count, by, condition }))
    }

    /// None: it could not be read.
    fn where_part(&mut self, pair: Option<Pair<'a>>) -> Option<Option<Expr>> {
        match pair {
            Some(condition) => self.expression(part(condition)?).map(Some),
            None => Some(None),
        }
    }
}
