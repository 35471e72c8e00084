//! `move lane to …`, and `new lane` and `old lane` beside it.

use super::reader::{Pair, Reader, parts};
use crate::syntax::ast::{ExprKind, Move, MovedSide};

impl<'a> Reader<'a> {
    pub fn movement(&mut self, pair: Pair<'a>) -> Option<Move> {
        let span = self.span(&pair);
        let mut inner = parts(pair);
        let (field, to) = (self.name(inner.next()?), self.expression(inner.next()?));
        let or_stay = inner.next().map(|stay| self.span(&stay));
        Some(Move { span, field: field?, to: to?, or_stay })
    }

    pub fn moved_value(&mut self, pair: Pair<'a>) -> Option<ExprKind> {
        let mut inner = parts(pair);
        let side = if inner.next()?.as_str() == "new" { MovedSide::New } else { MovedSide::Old };
        Some(ExprKind::Moved(side, self.name(inner.next()?)?))
    }
}
