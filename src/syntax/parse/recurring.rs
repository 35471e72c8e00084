//! Instalments, and awards that come again.

use super::reader::{Pair, Reader, part, parts};
use crate::syntax::ast::{Every, InstalmentDays, Instalments, Recurs, RecursAmount, RecursEnd, RestIn};
use crate::syntax::grammar::Rule;

impl<'a> Reader<'a> {
    pub fn instalments(&mut self, pair: Pair<'a>) -> Option<Instalments> {
        let span = self.span(&pair);
        let mut inner = parts(pair);
        let count = self.count(&inner.next()?);
        let days = inner.next()?;
        let days = match days.as_rule() {
            Rule::instalments_monthly => self.expression(part(days)?).map(InstalmentDays::Monthly),
            _ => self.list(parts(days)).map(InstalmentDays::On),
        };
        let remainder = inner.next().map(|words| match words.as_rule() {
            Rule::remainder_last => RestIn::Last,
            _ => RestIn::First,
        });
        Some(Instalments { span, count: count?, days: days?, remainder })
    }

    pub fn recurs(&mut self, pair: Pair<'a>) -> Option<Recurs> {
        let span = self.span(&pair);
        let mut recurs = Recurs { span, every: Every::Year, end: None, amount: None };
        for inner in parts(pair) {
            match inner.as_rule() {
                Rule::recurs_monthly => recurs.every = Every::Month,
                Rule::recurs_for => recurs.end = Some(RecursEnd::For(self.duration(part(inner)?)?)),
                Rule::recurs_until => {
                    let mut words = parts(inner);
                    let last = self.expression(words.next()?)?;
                    recurs.end = Some(RecursEnd::Until { last, if_known: words.next().is_some() });
                }
                Rule::recurs_fixed => recurs.amount = Some(RecursAmount::Fixed),
                Rule::recurs_recalculated => recurs.amount = Some(RecursAmount::Recalculated),
                _ => {}
            }
        }
        Some(recurs)
    }
}
