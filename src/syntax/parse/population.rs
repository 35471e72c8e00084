//! Values over everybody: lets `for everybody` or `for each GROUP`, and `rank of`.

use super::reader::{Pair, Reader, Shape, part, parts};
use crate::source::Span;
use crate::syntax::ast::{ExprKind, Let, LetBody, Over, Rank, RankOrder};
use crate::syntax::grammar::Rule;

const LET_POPULATION: Shape = Shape { rule: Rule::let_population, example: "let teachers for each school = count of employee" };

impl<'a> Reader<'a> {
    /// What stands behind `let NAME`.
    pub fn after_name(&self, head: Span) -> &'a str {
        let text = self.slice(head);
        crate::syntax::nesting::tokens(text).nth(2).map_or("", |(at, _)| text.get(at..).unwrap_or(""))
    }

    pub fn let_population(&mut self, whole: Span) -> Option<Let> {
        self.read(whole, LET_POPULATION, |reader, pair| {
            let span = reader.span(&pair);
            let mut inner = parts(pair);
            let (name, over) = (reader.name(inner.next()?), reader.over(inner.next()?));
            let body = reader.expression(inner.next()?);
            Some(Let { span, name: name?, over: over?, body: LetBody::Plain(body?) })
        })
    }

    fn over(&mut self, pair: Pair<'a>) -> Option<Over> {
        match part(pair) {
            None => Some(Over::Everybody),
            Some(group) => self.operand(group).map(Over::Group),
        }
    }

    pub fn rank(&mut self, pair: Pair<'a>) -> Option<ExprKind> {
        let mut inner = parts(pair).peekable();
        let value = self.operand(inner.next()?);
        let of_known = part(inner.next()?)?.as_rule() == Rule::among_known;
        let record = self.name(inner.next()?);
        let condition = match inner.next_if(|next| next.as_rule() == Rule::condition) {
            Some(condition) => Some(self.expression(part(condition)?)?),
            None => None,
        };
        let order = match part(inner.next()?)?.as_rule() {
            Rule::highest_first => RankOrder::HighestFirst,
            _ => RankOrder::LowestFirst,
        };
        let ties = part(inner.next()?)?;
        let ties = if ties.as_rule() == Rule::ties_share { None } else { Some(self.operand(ties)?) };
        Some(ExprKind::Rank(Box::new(Rank { value: value?, record: record?, condition, of_known, order, ties })))
    }
}
