//! `guarantee` and its clauses.

use super::clauses::Form;
use super::reader::{Pair, Reader, Shape, part, parts};
use crate::syntax::ast::{Guarantee, GuaranteeBound, GuaranteeOver, GuaranteeWindow, Guaranteed, GuaranteedSums, LimitMeasure, Node};
use crate::syntax::grammar::Rule;
use crate::syntax::outline::Outlined;

const GUARANTEE: &str = "guarantee each employee receives at most $600 from \"Micro-credential\" in any 1 year";

const CLAUSES: [Form; 1] = [("cite", Rule::cite, "cite \"Article 12.3\"")];

impl<'a> Reader<'a> {
    pub fn guarantee(&mut self, outlined: &Outlined) -> Option<Guarantee> {
        let (head, joined) = self.joined_head(outlined, &["receives", "has", "from", "in", "where"]);
        let shape = Shape { rule: Rule::guarantee_head, example: GUARANTEE };
        let says = self.read(head, shape, |reader, pair| {
            let says = part(pair)?;
            match says.as_rule() {
                Rule::guarantee_lines => reader.guaranteed_lines(says),
                _ => reader.guaranteed_sums(says),
            }
        });
        let mut cites = Vec::new();
        for clause in outlined.clauses.iter().skip(joined) {
            if let Some(shape) = self.form(clause, &CLAUSES) {
                cites.extend(self.read(clause.span, shape, |reader, pair| reader.text(part(pair)?)));
            }
        }
        Some(Guarantee { span: outlined.span(), says: says?, cites })
    }

    fn guaranteed_lines(&mut self, pair: Pair<'a>) -> Option<Guaranteed> {
        let (mut awards, mut condition) = (Vec::new(), None);
        for inner in parts(pair) {
            match inner.as_rule() {
                Rule::text => awards.push(self.text(inner)?),
                _ => condition = Some(self.expression(inner)?),
            }
        }
        Some(Guaranteed::Lines { awards, condition: condition? })
    }

    fn guaranteed_sums(&mut self, pair: Pair<'a>) -> Option<Guaranteed> {
        let mut inner = parts(pair);
        let over = inner.next()?;
        let over = match over.as_rule() {
            Rule::together => GuaranteeOver::Everybody,
            _ => GuaranteeOver::Each(self.operand(over)?),
        };
        let mut bound = parts(inner.next()?);
        let is_most = bound.next()?.as_rule() == Rule::op_at_most;
        let most = self.guaranteed_measure(bound.next()?)?;
        let bound = if is_most { GuaranteeBound::AtMost } else { GuaranteeBound::AtLeast };
        let mut sums = GuaranteedSums { over, bound, most, awards: Vec::new(), kind: None, window: None, condition: None };
        for more in inner {
            match more.as_rule() {
                Rule::guarantee_from => sums.awards = parts(more).map(|name| self.text(name)).collect::<Option<_>>()?,
                Rule::guarantee_kind => {
                    let kind = part(more)?;
                    sums.kind = Some(self.node(&kind, super::award::pay_kind(kind.as_rule())));
                }
                Rule::guarantee_window => sums.window = Some(self.guarantee_window(more)?),
                _ => sums.condition = Some(self.expression(part(more)?)?),
            }
        }
        Some(Guaranteed::Sums(Box::new(sums)))
    }

    fn guaranteed_measure(&mut self, pair: Pair<'a>) -> Option<LimitMeasure> {
        match pair.as_rule() {
            Rule::limit_awards => self.count(&part(pair)?).map(LimitMeasure::Awards),
            _ => self.expression(pair).map(LimitMeasure::Money),
        }
    }

    fn guarantee_window(&mut self, pair: Pair<'a>) -> Option<Node<GuaranteeWindow>> {
        let span = self.span(&pair);
        let inner = part(pair)?;
        let kind = match inner.as_rule() {
            Rule::ever => GuaranteeWindow::Ever,
            Rule::duration => GuaranteeWindow::Rolling(self.long_enough(inner)?),
            _ => GuaranteeWindow::Period(self.period_word(inner)?.kind),
        };
        Some(Node { kind, span })
    }
}
