//! `recover …` and `reopens …` in an award.

use super::reader::{Pair, Reader, part, parts};
use crate::syntax::ast::{Node, Recover, RecoverShare, Reopens};
use crate::syntax::grammar::Rule;

impl<'a> Reader<'a> {
    pub fn recover(&mut self, pair: Pair<'a>) -> Option<Recover> {
        let span = self.span(&pair);
        let mut inner = parts(pair);
        let share = inner.next()?;
        let share = match share.as_rule() {
            Rule::recover_all => RecoverShare::All,
            Rule::recover_field => RecoverShare::Of(self.operand(part(share)?)?),
            _ => RecoverShare::Of(self.expression(share)?),
        };
        let mut recover = Recover { span, share, every: None, awards: Vec::new(), keys: Vec::new(), since: None, when: None };
        for recovered in parts(inner.next()?) {
            match recovered.as_rule() {
                Rule::recover_every => recover.every = Some(self.span(&recovered)),
                Rule::recovered_keys => recover.keys = self.list(parts(recovered))?,
                Rule::recovered_since => recover.since = Some(self.expression(part(recovered)?)?),
                _ => recover.awards.push(self.text(recovered)?),
            }
        }
        if let Some(when) = inner.next() {
            recover.when = Some(self.expression(when)?);
        }
        Some(recover)
    }

    pub fn reopens(&mut self, pair: Pair<'a>) -> Option<Node<Reopens>> {
        let span = self.span(&pair);
        let mut kind = Reopens::default();
        for reopened in parts(pair) {
            kind.key |= reopened.as_rule() == Rule::reopens_key;
            kind.waiting |= reopened.as_rule() == Rule::reopens_waiting;
        }
        Some(Node { kind, span })
    }
}
