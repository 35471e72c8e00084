//! What an award has to do with others: `needs`, and what is posted so far.

use super::reader::{Pair, Reader, parts};
use crate::syntax::ast::{ExprKind, Needs};
use crate::syntax::grammar::Rule;

impl<'a> Reader<'a> {
    pub fn needs(&mut self, pair: Pair<'a>) -> Option<Needs> {
        let span = self.span(&pair);
        let mut inner = parts(pair);
        let award = self.text(inner.next()?)?;
        let period = match inner.next() {
            Some(period) => Some(self.period_word(period)?),
            None => None,
        };
        Some(Needs { span, award, period })
    }

    /// `amount of "A" in school year of D`, `base salary as of D`
    pub fn posted(&mut self, pair: Pair<'a>) -> Option<ExprKind> {
        let rule = pair.as_rule();
        let mut inner = parts(pair);
        let first = inner.next()?;
        if rule == Rule::base_salary_as_of {
            return self.operand(first).map(|day| ExprKind::BaseSalaryAsOf(Box::new(day)));
        }
        let award = self.text(first)?;
        let period = match inner.next() {
            Some(word) => {
                let word = self.period_word(word);
                let day = self.operand(inner.next()?);
                Some((word?.kind, Box::new(day?)))
            }
            None => None,
        };
        Some(ExprKind::AmountOf { award, period })
    }
}
