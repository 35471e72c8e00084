//! Pools: how each is divided, what is left over, and who asks what of it.

use super::context::{AwardPeriod, Context, Counting, EffectiveDate, EventRow, Posted};
use super::{Checker, at, head, names, types};
use crate::diagnostic::Diagnostic;
use crate::policy::walk::each_part;
use crate::policy::{Asks, Claim, Expr, ExprKind, LetBody, Pool, PoolId, PoolMethod, Scope};
use crate::syntax::ast::{self, CapBasis, Declaration, Freed, Name, Remainder};
use crate::value::{Number, Type};

impl<'a> Checker<'a> {
    fn written_pools(&self) -> Vec<&'a ast::Pool> {
        let ast = self.ast;
        ast.declarations.iter().filter_map(|it| if let Declaration::Pool(pool) = it { Some(pool) } else { None }).collect()
    }

    /// Before the awards, which name the pools.
    pub(super) fn check_pools(&mut self) {
        let mut names: Vec<&Name> = Vec::new();
        for pool in self.written_pools() {
            self.check_unique(&pool.name, "pool", &names);
            names.push(&pool.name);
            let checked = self.pool(pool);
            self.pools.push((pool.name.clone(), checked));
        }
    }

    fn pool(&mut self, pool: &ast::Pool) -> Option<Pool> {
        let period = pool.period.as_ref().map(|word| self.period_kind(&word.kind, word.span));
        let amount = self.pool_amount(pool);
        let method = self.pool_method(pool);
        let employer_cost = pool.employer_cost.as_ref().map(|cost| {
            let rate = self.expr(&mut pool_context(pool), &cost.kind.rate)?;
            let constant = self.constant_amount(&rate).filter(|_| rate.ty == Type::Percent);
            if constant.is_none() {
                let message = "an employer's cost is a percentage of what is paid";
                self.report(Diagnostic::error("cannot-be-combined", at(rate.span), message).help("write it as `7.65 %`"));
            }
            Some((constant?, cost.kind.place))
        });
        if let (Some(remainder), None) = (&pool.remainder, &pool.period)
            && remainder.kind == Remainder::CarriesToNextPeriod
        {
            let message = "the pool has no periods, so there is no next one to carry to";
            self.report(Diagnostic::error("no-next-period", at(remainder.span), message).help("add a period, such as `per fiscal year`"));
        }
        Some(Pool {
            name: pool.name.kind.clone(),
            span: pool.span,
            amount: amount?,
            period: settled(period)?,
            method: method?,
            tiers: Vec::new(),
            freed: pool.freed.as_ref().map_or(Freed::Stays, |freed| freed.kind),
            remainder: pool.remainder.as_ref().map_or(Remainder::Stays, |remainder| remainder.kind),
            employer_cost: settled(employer_cost)?,
            held_claims_hold_pool: pool.held_claims_hold_pool.is_some(),
            cites: head::texts(&pool.cites),
        })
    }

    fn pool_amount(&mut self, pool: &ast::Pool) -> Option<Expr> {
        let amount = self.expr(&mut pool_context(pool), &pool.amount)?;
        let amount = self.money(amount, "a pool")?;
        if pool.group.is_none() && self.reads_person(&amount) {
            let message = "this differs from person to person, and a pool has one amount";
            let help = "write the amount out, or name a value `for everybody`; for one pool for each school, add `for each school`";
            self.report(Diagnostic::error("pool-of-one-person", at(amount.span), message).help(help));
            return None;
        }
        Some(amount)
    }

    /// Whether the value rests on the person at hand, through lets too.
    pub(super) fn reads_person(&self, expr: &Expr) -> bool {
        let mut found = false;
        each_part(expr, &mut |part| {
            found |= matches!(&part.kind, ExprKind::Field { scope: Scope::Person, .. } | ExprKind::DatedField { .. });
            found |= matches!(&part.kind, ExprKind::Aggregate { record, .. } if !self.is_look_up(*record));
            if let ExprKind::Let(id) = &part.kind
                && let Some(entry) = self.lets.get(usize::from(id.0)).and_then(|entry| entry.checked.as_ref())
            {
                found |= match &entry.body {
                    LetBody::Plain(value) => self.reads_person(value),
                    LetBody::Dated { by, cases } => self.reads_person(by) || cases.iter().any(|(_, value)| self.reads_person(value)),
                };
            }
        });
        found
    }

    fn pool_method(&mut self, pool: &ast::Pool) -> Option<PoolMethod> {
        let name = &pool.name.kind;
        let Some(method) = &pool.method else {
            let message = format!("how `{name}` is divided is not said");
            self.report_absent(
                Diagnostic::error("pool-without-division", at(pool.name.span), message)
                    .help("write `shares add up exactly, ties by ID`: every cent is shared, the last ones by the largest remainder")
                    .help("or `rate rounded down to the cent`: everybody gets the same rounded rate, and the rest is a remainder")
                    .help("or `first come, ties by ID, the last is paid in part`: in the order of the queue until the money is gone"),
            );
            return None;
        };
        let (kind, ties) = match &method.kind {
            ast::PoolMethod::Exactly { ties } => (PoolMethod::Exactly, Some(ties)),
            ast::PoolMethod::Rate(rounding) => (PoolMethod::Rate(*rounding), None),
            ast::PoolMethod::FirstCome { ties, last } => (PoolMethod::FirstCome(*last), Some(ties)),
        };
        if let Some(None) = ties {
            let message = "who comes first among equals is not said";
            self.report(
                Diagnostic::error("pool-without-ties", at(method.span), message)
                    .help("add `, ties by ID`: in the order of the employees' IDs")
                    .help("or a field that is different for everybody, such as a recorded draw: `, ties by lot`"),
            );
        }
        Some(kind)
    }

    /// What a pay line asks, read at the award's row.
    pub(super) fn claim(&mut self, context: &mut Context, claim: &ast::PoolClaim) -> Option<Claim> {
        let asks = match &claim.asks {
            ast::Asks::EqualShare => Some(Asks::EqualShare),
            ast::Asks::Share(weight) => self.weight(context, weight).map(Asks::Share),
            ast::Asks::UpTo(amount) => self.claimed_money(context, amount).map(Asks::UpTo),
        };
        let cap = claim.cap.as_ref().map(|cap| self.cap(context, cap, &asks));
        let position = self.pools.iter().position(|(name, _)| name.kind == claim.pool.kind);
        let Some(position) = position else {
            let known: Vec<&str> = self.pools.iter().map(|(name, _)| name.kind.as_str()).collect();
            let unknown = Diagnostic::error("unknown-pool", at(claim.pool.span), format!("there is no pool `{}`", claim.pool.kind));
            let unknown = names::suggest(unknown, &claim.pool, "pool", &known);
            self.report_unknown(&claim.pool.kind, unknown);
            return None;
        };
        let written = self.written_pools().get(position).copied()?;
        let group = written.group.as_ref().map(|group| self.expr(context, group));
        let ties = match written.method.as_ref().map(|method| &method.kind) {
            Some(ast::PoolMethod::Exactly { ties: Some(ast::PoolTies::By(ties)) })
            | Some(ast::PoolMethod::FirstCome { ties: Some(ast::PoolTies::By(ties)), .. }) => Some(self.ties(context, ties)),
            _ => None,
        };
        let (pool, asks) = (PoolId(position as u16), asks?);
        Some(Claim { span: claim.span, pool, asks, cap: settled(cap)?, group: settled(group)?, ties: settled(ties)? })
    }

    fn weight(&mut self, context: &mut Context, weight: &ast::Expr) -> Option<Expr> {
        let weight = self.expr(context, weight)?;
        if types::is_amount(weight.ty) {
            return Some(weight);
        }
        let message = format!("shares go by a number, and this is {}", self.type_words(weight.ty));
        self.report(Diagnostic::error("not-an-amount", at(weight.span), message).help("name points, FTE or money, such as `by fte`"));
        None
    }

    fn claimed_money(&mut self, context: &mut Context, amount: &ast::Expr) -> Option<Expr> {
        let amount = self.expr(context, amount)?;
        self.money(amount, "a claim")
    }

    fn cap(
        &mut self,
        context: &mut Context,
        (most, basis): &(ast::Expr, Option<CapBasis>),
        asks: &Option<Asks>,
    ) -> Option<(Expr, CapBasis)> {
        let most = self.claimed_money(context, most)?;
        let Some(basis) = basis else {
            let message = "whether the cap holds before or after sharing is not said";
            self.report(
                Diagnostic::error("cap-without-basis", at(most.span), message)
                    .help("write `at most … before sharing`: the claim is cut, and then shares the pool")
                    .help("or `at most … after sharing`: the share is cut, and its pool has money left"),
            );
            return None;
        };
        let is_money = match asks {
            Some(Asks::Share(weight)) => weight.ty == Type::Money,
            Some(Asks::UpTo(_)) | None => true,
            Some(Asks::EqualShare) => false,
        };
        if *basis == CapBasis::BeforeSharing && !is_money {
            let message = "before sharing there is no money that a cap could cut";
            let help = "write `after sharing`, or limit the weight itself: `by (least of fte, 1)`";
            self.report(Diagnostic::error("cap-before-money", at(most.span), message).help(help));
            return None;
        }
        if self.constant_amount(&most).is_some_and(|most| most <= Number::ZERO) {
            self.report(super::limits::nothing_allowed(most.span));
            return None;
        }
        Some((most, *basis))
    }
}

/// Where a pool's amount is read: at no row, in the pool's period.
fn pool_context(pool: &ast::Pool) -> Context {
    Context {
        event: EventRow::None,
        aggregated: None,
        effective_date: EffectiveDate::None,
        period: if pool.period.is_some() { AwardPeriod::Known } else { AwardPeriod::None },
        posted: Posted::NotYet,
        counting: Counting::OwnRows,
    }
}

/// None where an error was found; what is not written is no error.
pub(super) fn settled<T>(clause: Option<Option<T>>) -> Option<Option<T>> {
    match clause {
        None => Some(None),
        Some(None) => None,
        Some(Some(checked)) => Some(Some(checked)),
    }
}
