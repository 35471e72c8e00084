//! `pool` and its clauses, and what a pay line asks of a pool.

use super::clauses::Form;
use super::reader::{Pair, Reader, Shape, part, parts};
use crate::source::Span;
use crate::syntax::ast::{
    Asks, CapBasis, CostPlace, EmployerCost, Freed, LastClaim, Node, Pool, PoolClaim, PoolMethod, PoolTies, Remainder,
};
use crate::syntax::grammar::Rule;
use crate::syntax::outline::Outlined;

const POOL: &str = "pool \"Growth\" of $100,000 per school year";

const CLAUSES: [Form; 9] = [
    ("shares add up", Rule::pool_exactly, "shares add up exactly, ties by ID"),
    ("rate", Rule::pool_rate, "rate rounded down to the cent"),
    ("first come", Rule::pool_first_come, "first come, ties by lot, the last is paid in part"),
    ("tiers", Rule::pool_tiers, "tiers \"Retention\", \"Recognition\""),
    ("freed money", Rule::pool_freed, "freed money is shared again"),
    ("remainder", Rule::pool_remainder, "remainder stays"),
    ("employer cost", Rule::pool_employer, "employer cost 7.65 % inside"),
    ("held claims", Rule::pool_held, "held claims hold the pool"),
    ("cite", Rule::cite, "cite \"Article 12.3\""),
];

impl<'a> Reader<'a> {
    pub fn pool(&mut self, outlined: &Outlined) -> Option<Pool> {
        let (head, joined) = self.joined_head(outlined, &["of", "per", "for"]);
        let shape = Shape { rule: Rule::pool_head, example: POOL };
        let named = self.has_name(head, POOL);
        let mut pool = if named { self.read(head, shape, |reader, pair| reader.pool_head(pair)) } else { None };
        if let Some(pool) = &mut pool {
            pool.span = outlined.span();
        }
        for clause in outlined.clauses.iter().skip(joined) {
            if let Some(shape) = self.form(clause, &CLAUSES) {
                self.pool_clause(pool.as_mut(), clause.span, shape);
            }
        }
        pool
    }

    fn pool_head(&mut self, pair: Pair<'a>) -> Option<Pool> {
        let span = self.span(&pair);
        let mut inner = parts(pair);
        let (name, amount) = (self.text(inner.next()?), self.expression(inner.next()?));
        let (mut period, mut group) = (None, None);
        for more in inner {
            match more.as_rule() {
                Rule::period_word => period = Some(self.period_word(more)?),
                _ => group = Some(self.operand(more)?),
            }
        }
        Some(Pool {
            span,
            name: name?,
            amount: amount?,
            period,
            group,
            method: None,
            tiers: None,
            freed: None,
            remainder: None,
            employer_cost: None,
            held_claims_hold_pool: None,
            cites: Vec::new(),
        })
    }

    /// Clauses of a pool whose first line could not be read are read for their own problems.
    fn pool_clause(&mut self, pool: Option<&mut Pool>, clause: Span, shape: Shape) {
        let mut aside = None;
        let mut method = None;
        match shape.rule {
            Rule::pool_exactly | Rule::pool_rate | Rule::pool_first_come => {
                let read = self.read(clause, shape, |reader, pair| reader.pool_method(pair));
                self.set(pool.map_or(&mut method, |pool| &mut pool.method), clause, read);
            }
            Rule::pool_tiers => {
                let read = self.read(clause, shape, |reader, pair| reader.pool_tiers(pair));
                let mut none = None;
                self.set(pool.map_or(&mut none, |pool| &mut pool.tiers), clause, read);
            }
            Rule::pool_freed => {
                let read = self.read(clause, shape, |reader, pair| reader.pool_freed(pair));
                let mut none = None;
                self.set(pool.map_or(&mut none, |pool| &mut pool.freed), clause, read);
            }
            Rule::pool_remainder => {
                let read = self.read(clause, shape, |reader, pair| reader.pool_remainder(pair));
                let mut none = None;
                self.set(pool.map_or(&mut none, |pool| &mut pool.remainder), clause, read);
            }
            Rule::pool_employer => {
                let read = self.read(clause, shape, |reader, pair| reader.pool_employer(pair));
                let mut none = None;
                self.set(pool.map_or(&mut none, |pool| &mut pool.employer_cost), clause, read);
            }
            Rule::pool_held => {
                let read = self.read(clause, shape, |reader, pair| Some(reader.span(&pair)));
                self.set(pool.map_or(&mut aside, |pool| &mut pool.held_claims_hold_pool), clause, read);
            }
            _ => {
                let cite = self.read(clause, shape, |reader, pair| reader.text(part(pair)?));
                if let Some(pool) = pool {
                    pool.cites.extend(cite);
                }
            }
        }
    }

    fn pool_method(&mut self, pair: Pair<'a>) -> Option<Node<PoolMethod>> {
        let span = self.span(&pair);
        let rule = pair.as_rule();
        let (mut ties, mut last, mut rate) = (None, LastClaim::InPart, None);
        for inner in parts(pair) {
            match inner.as_rule() {
                Rule::pool_ties => ties = Some(self.pool_ties(inner)?),
                Rule::rounded => rate = Some(self.rounding(part(inner)?)?.kind),
                Rule::whole_claims_only => last = LastClaim::WholeOnly,
                _ => last = LastClaim::InPart,
            }
        }
        let kind = match rule {
            Rule::pool_exactly => PoolMethod::Exactly { ties },
            Rule::pool_rate => PoolMethod::Rate(rate?),
            _ => PoolMethod::FirstCome { ties, last },
        };
        Some(Node { kind, span })
    }

    fn pool_ties(&mut self, pair: Pair<'a>) -> Option<PoolTies> {
        let ties = part(pair)?;
        if ties.as_rule() == Rule::ties_by_id { Some(PoolTies::ById) } else { self.operand(ties).map(PoolTies::By) }
    }

    fn pool_tiers(&mut self, pair: Pair<'a>) -> Option<Node<Vec<Vec<crate::syntax::ast::Name>>>> {
        let span = self.span(&pair);
        let tiers: Vec<Option<Vec<_>>> = parts(pair).map(|tier| parts(tier).map(|award| self.text(award)).collect()).collect();
        Some(Node { kind: tiers.into_iter().collect::<Option<_>>()?, span })
    }

    fn pool_freed(&mut self, pair: Pair<'a>) -> Option<Node<Freed>> {
        let word = part(pair)?;
        let kind = if word.as_rule() == Rule::freed_stays { Freed::Stays } else { Freed::SharedAgain };
        Some(self.node(&word, kind))
    }

    fn pool_remainder(&mut self, pair: Pair<'a>) -> Option<Node<Remainder>> {
        let word = part(pair)?;
        let kind = if word.as_rule() == Rule::remainder_stays { Remainder::Stays } else { Remainder::CarriesToNextPeriod };
        Some(self.node(&word, kind))
    }

    fn pool_employer(&mut self, pair: Pair<'a>) -> Option<Node<EmployerCost>> {
        let span = self.span(&pair);
        let mut inner = parts(pair);
        let rate = self.expression(inner.next()?)?;
        let place = if inner.next()?.as_rule() == Rule::cost_inside { CostPlace::Inside } else { CostPlace::OnTop };
        Some(Node { kind: EmployerCost { rate, place }, span })
    }

    pub fn pool_claim(&mut self, pair: Pair<'a>) -> Option<PoolClaim> {
        let span = self.span(&pair);
        let (mut pool, mut value, mut cap, mut equal) = (None, None, None, false);
        let mut pool_came_first = false;
        for inner in parts(pair) {
            match inner.as_rule() {
                Rule::equal_share => equal = true,
                Rule::text => {
                    pool_came_first = value.is_none();
                    pool = Some(self.text(inner)?);
                }
                Rule::claim_cap => cap = Some(self.claim_cap(inner)?),
                _ => value = Some(self.expression(inner)?),
            }
        }
        let asks = match value {
            None if equal => Asks::EqualShare,
            Some(value) if pool_came_first => Asks::Share(value),
            Some(value) => Asks::UpTo(value),
            None => return None,
        };
        Some(PoolClaim { span, pool: pool?, asks, cap })
    }

    fn claim_cap(&mut self, pair: Pair<'a>) -> Option<(crate::syntax::ast::Expr, Option<CapBasis>)> {
        let mut inner = parts(pair).filter(|part| part.as_rule() != Rule::op_at_most);
        let most = self.expression(inner.next()?)?;
        let basis = inner.next().map(|word| match word.as_rule() {
            Rule::before_sharing => CapBasis::BeforeSharing,
            _ => CapBasis::AfterSharing,
        });
        Some((most, basis))
    }
}
