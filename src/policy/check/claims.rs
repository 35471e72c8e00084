//! Pools once the awards are known: tiers, remainders, and where a share cannot stand.

use super::{Checker, at};
use crate::diagnostic::Diagnostic;
use crate::policy::{Amount, Asks, Award, AwardId, Claim, PoolId, PoolMethod};
use crate::source::Span;
use crate::syntax::ast::{self, CapBasis, Declaration, PayKind};

impl<'a> Checker<'a> {
    pub(super) fn check_claims(&mut self) {
        let ast = self.ast;
        let written = ast.declarations.iter().filter_map(|it| if let Declaration::Pool(pool) = it { Some(pool) } else { None });
        for (index, pool) in written.enumerate() {
            let claims = self.claims_of(PoolId(index as u16));
            self.check_tiers(index, pool, &claims);
            self.check_one_measure(index, pool, &claims);
            self.check_remainder(pool, &claims);
            self.check_freed(pool, &claims);
            self.check_first_come(index, &claims);
        }
        self.check_shares_stand_alone();
    }

    /// The claims on a pool with their awards.
    fn claims_of(&self, pool: PoolId) -> Vec<(AwardId, Claim)> {
        let awards = (0u16..).map(AwardId).zip(&self.awards);
        let claims = awards.filter_map(|(id, award)| Some((id, award.as_ref()?)));
        claims
            .flat_map(|(id, award)| claims_in(award).map(move |claim| (id, claim.clone())))
            .filter(|(_, claim)| claim.pool == pool)
            .collect()
    }

    /// Every award that claims stands in one tier.
    fn check_tiers(&mut self, index: usize, pool: &ast::Pool, claims: &[(AwardId, Claim)]) {
        let Some(tiers) = &pool.tiers else { return };
        let mut found: Vec<Vec<AwardId>> = Vec::new();
        let mut seen: Vec<AwardId> = Vec::new();
        for tier in &tiers.kind {
            let mut awards = Vec::new();
            for name in tier {
                let Some(position) = self.award_names.iter().position(|award| award.kind == name.kind) else {
                    let unknown = self.unknown_award(name);
                    self.report_unknown(&name.kind, unknown);
                    continue;
                };
                let id = AwardId(position as u16);
                if seen.contains(&id) {
                    let twice = Diagnostic::error("declared-twice", at(name.span), format!("`{}` already stands in a tier", name.kind));
                    self.report(twice.help("remove one of them"));
                }
                seen.push(id);
                awards.push(id);
            }
            found.push(awards);
        }
        for (id, claim) in claims.iter().filter(|(id, _)| !seen.contains(id)) {
            let name = self.award_names.get(usize::from(id.0)).map_or("", |name| name.kind.as_str());
            let message = format!("`{name}` claims `{}` and stands in none of its tiers", pool.name.kind);
            let missing = Diagnostic::error("claim-without-tier", at(tiers.span), message).label(claim.span, "claimed here");
            self.report(missing.help(format!("add `\"{name}\"` to a tier")));
        }
        if let Some((_, Some(checked))) = self.pools.get_mut(index) {
            checked.tiers = found;
        }
    }

    /// What is divided together is asked for in one way: a share of so many parts and an amount of so many dollars have no common measure.
    fn check_one_measure<'c>(&mut self, index: usize, pool: &ast::Pool, claims: &'c [(AwardId, Claim)]) {
        let tiers = self.pools.get(index).and_then(|(_, pool)| pool.as_ref()).map_or(Vec::new(), |pool| pool.tiers.clone());
        let tier_of = |award: &AwardId| tiers.iter().position(|tier| tier.contains(award));
        let differs = |(position, (id, claim)): (usize, &'c (AwardId, Claim))| {
            let mut beside = claims[..position].iter().filter(|(other, _)| tier_of(other) == tier_of(id));
            beside.find(|(_, other)| measure(other) != measure(claim)).map(|(_, other)| (other, claim))
        };
        let Some((other, claim)) = claims.iter().enumerate().find_map(differs) else { return };
        let (name, first, second) = (&pool.name.kind, measure(other), measure(claim));
        let message = format!("`{name}` is asked for {first} and for {second}, and how one weighs against the other is not said");
        let mixed = Diagnostic::error("pool-of-two-measures", at(claim.span), message).label(other.span, format!("{first}, here"));
        self.report(
            mixed
                .help(
                    "claim in one way: everywhere `up to`, everywhere `equal share of`, or everywhere `share of … by` a weight of one kind",
                )
                .help("or serve one before the other: `tiers` in the pool, with the awards in their order")
                .help("or write two pools, each with an amount of its own"),
        );
    }

    /// Where money can be left over, what becomes of it is said.
    fn check_remainder(&mut self, pool: &ast::Pool, claims: &[(AwardId, Claim)]) {
        let Some(method) = &pool.method else { return };
        let capped = claims.iter().any(|(_, claim)| claim.cap.is_some() || matches!(claim.asks, Asks::UpTo(_)));
        let adds_up = matches!(method.kind, ast::PoolMethod::Exactly { .. });
        if pool.remainder.is_some() || (adds_up && !capped) {
            return;
        }
        let message = format!("money of `{}` can be left over, and what becomes of it is not said", pool.name.kind);
        let mut missing =
            Diagnostic::error("pool-without-remainder", at(pool.name.span), message).help("write `remainder stays`: nobody gets it");
        if pool.period.is_some() {
            missing = missing.help("or `remainder carries to the next period`: it is added to the next period's pool");
        }
        self.report_absent(missing);
    }

    /// A cap on shares frees money.
    fn check_freed(&mut self, pool: &ast::Pool, claims: &[(AwardId, Claim)]) {
        let frees = |claim: &Claim| matches!(claim.cap, Some((_, CapBasis::AfterSharing)));
        let Some((_, claim)) = claims.iter().find(|(_, claim)| frees(claim)) else { return };
        if pool.freed.is_some() {
            return;
        }
        let message = format!("the cap on this share frees money of `{}`, and what becomes of it is not said", pool.name.kind);
        self.report_absent(
            Diagnostic::error("pool-without-freed-money", at(pool.name.span), message)
                .label(claim.span, "capped here")
                .help("write `freed money is shared again`: among those who are below their caps")
                .help("or `freed money stays`: it is left over"),
        );
    }

    fn check_first_come(&mut self, index: usize, claims: &[(AwardId, Claim)]) {
        let Some((_, Some(pool))) = self.pools.get(index) else { return };
        let (PoolMethod::FirstCome(_), place) = (pool.method, pool.span) else { return };
        let shares: Vec<Span> =
            claims.iter().filter(|(_, claim)| !matches!(claim.asks, Asks::UpTo(_))).map(|(_, claim)| claim.span).collect();
        for share in shares {
            let message = "whoever comes first could take a whole pool, because a share has no amount of its own";
            let misplaced = Diagnostic::error("share-misplaced", at(share), message).label(place, "paid in the order of the queue");
            self.report(misplaced.help("write how much is claimed: `pay up to $1,000 from \"…\"`"));
        }
    }

    /// A share is known only after everybody's queue: nothing in a queue can rest on it.
    fn check_shares_stand_alone(&mut self) {
        let mut problems = Vec::new();
        for (index, award) in self.awards.iter().enumerate() {
            let Some(award) = award else { continue };
            let Some(claim) = claims_in(award).next() else { continue };
            let message = "a share is one payment, known after everybody's awards, and cannot change a base salary or be prorated";
            let misplaced = |message: &str| Diagnostic::error("share-misplaced", at(claim.span), message);
            if award.proration.is_some() {
                problems.push(misplaced(message).help("write `not prorated`, and the part into the weight: `share of … by fte`"));
            }
            if award.pays.iter().any(|pay| matches!(pay.amount, Amount::Claim(_)) && pay.kind != PayKind::Stipend) {
                problems.push(misplaced(message).help("write `as stipend`"));
            }
            if let Some(recurs) = &award.recurs {
                let message = "a pool is divided once in its period, and cannot pay one award again and again";
                let recurring = misplaced(message).label(recurs.span, "paid again");
                problems.push(recurring.help("pay each time for its own row or period: `for each employee each school year`"));
            }
            if let Some(moved) = award.moves.first() {
                let message = "a field moves in each person's queue, before the pool is divided";
                problems.push(misplaced(message).label(moved.span, "the move").help("let another award move the field"));
            }
            let id = AwardId(index as u16);
            if let Some(choose) = self.chooses.iter().flatten().find(|choose| choose.awards.contains(&id)) {
                let message = "awards compete in each person's queue, before the pool is divided";
                problems.push(misplaced(message).label(choose.span, "the choice").help("let only one of them qualify"));
            }
            let limit = self.limits.iter().flatten().find(|limit| limit.awards.contains(&id));
            if let Some(limit) = limit {
                let message = "a limit is worked in each person's queue, before the pool is divided";
                problems.push(
                    misplaced(message)
                        .label(limit.span, "the limit")
                        .help("write the cap into the claim: `, at most $1,000 after sharing`"),
                );
            }
            for reader in
                (0..self.awards.len()).filter(|reader| self.awards_read(*reader).contains(&index) && !self.only_takes_back(*reader))
            {
                let name = self.award_names.get(reader).map_or(Span::default(), |name| name.span);
                let message = "an award reads this one's amount in the queue, before the pool is divided";
                problems.push(misplaced(message).label(name, "the award that reads it").help("rest both on the facts instead"));
            }
        }
        problems.into_iter().for_each(|problem| self.report(problem));
    }
}

impl Checker<'_> {
    /// A share may be taken back later, as long as no award rests on that: claims are collected before any share is known.
    fn only_takes_back(&self, reader: usize) -> bool {
        let takes_back = self.awards.get(reader).and_then(Option::as_ref).is_some_and(|award| !award.recovers.is_empty());
        takes_back && (0..self.awards.len()).all(|other| !self.awards_read(other).contains(&reader))
    }
}

fn claims_in(award: &Award) -> impl Iterator<Item = &Claim> {
    award.pays.iter().filter_map(|pay| if let Amount::Claim(claim) = &pay.amount { Some(claim) } else { None })
}

/// By what a claim is weighed against the others, in words.
fn measure(claim: &Claim) -> &'static str {
    match claim.asks {
        Asks::EqualShare => "equal shares",
        Asks::Share(_) => "shares by weight",
        Asks::UpTo(_) => "amounts",
    }
}
