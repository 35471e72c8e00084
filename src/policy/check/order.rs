//! On one day an award stands behind those whose amounts it reads; what needs itself has no place at all.

use std::collections::BTreeSet;

use super::{Checker, at};
use crate::diagnostic::Diagnostic;
use crate::policy::walk::each_part;
use crate::policy::{Amount, Award, AwardId, Expr, ExprKind, LetBody, LimitMeasure};
use crate::syntax::ast::{Declaration, Name};

impl Checker<'_> {
    /// The awards in the order in which they stand on one day: as written, but behind those they read.
    /// Awards that read each other are reported.
    pub(super) fn check_award_order(&mut self) {
        self.check_needs_itself();
        let reads: Vec<BTreeSet<usize>> = (0..self.awards.len()).map(|award| self.awards_read(award)).collect();
        let mut order: Vec<usize> = Vec::new();
        while order.len() < reads.len() {
            let is_ready =
                |award: &usize| !order.contains(award) && reads[*award].iter().all(|other| other == award || order.contains(other));
            // credits first, then what counts in a set, then the awards that read them
            let (banks, named) = (self.credit_awards(), self.award_names.len());
            let Some(next) = (0..banks).chain(named..reads.len()).chain(banks..named).find(is_ready) else { break };
            order.push(next);
        }
        if let Some(stuck) = (0..reads.len()).find(|award| !order.contains(award)) {
            self.report_circle(stuck, &reads, &order);
        }
        for (rank, award) in (0u16..).zip(order) {
            if let Some(Some(award)) = self.awards.get_mut(award) {
                award.rank = rank;
            }
        }
    }

    fn check_needs_itself(&mut self) {
        let ast = self.ast;
        for declaration in &ast.declarations {
            let Declaration::Award(award) = declaration else { continue };
            for needs in award.needs.iter().filter(|needs| needs.award.kind == award.name.kind) {
                let message = format!("`{}` needs itself, so that the first can never be paid", award.name.kind);
                let help = "name the award that comes before it";
                self.report(Diagnostic::error("awards-in-a-circle", at(needs.span), message).help(help));
            }
        }
    }

    fn report_circle(&mut self, stuck: usize, reads: &[BTreeSet<usize>], order: &[usize]) {
        let mut path = vec![stuck];
        while let Some(next) = path.last().and_then(|last| reads[*last].iter().find(|next| *next != last && !order.contains(next))) {
            if let Some(from) = path.iter().position(|seen| seen == next) {
                path.drain(..from);
                break;
            }
            path.push(*next);
        }
        let all: Vec<&Name> = self.award_names.iter().chain(&self.set_names).collect();
        let names: Vec<String> = path.iter().filter_map(|award| Some(format!("`{}`", all.get(*award)?.kind))).collect();
        let place = path.first().and_then(|award| all.get(*award)).map(|name| name.span).unwrap_or_default();
        let message = format!("{} read each other's amounts, so that none of them can come first on the same day", names.join(" and "));
        let help = "let one of them compute its amount from the rows instead";
        self.report(Diagnostic::error("awards-in-a-circle", at(place), message).help(help));
    }

    /// The awards whose amounts this one reads, also through lets and through the limits that cover it.
    pub(super) fn awards_read(&self, award: usize) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let Some(Some(checked)) = self.awards.get(award) else { return found };
        expressions(checked).into_iter().for_each(|expr| self.read_in(expr, &mut found));
        found.extend(checked.recovers.iter().flat_map(|recover| &recover.awards).map(|id| usize::from(id.0)));
        let covers = |id: &AwardId| usize::from(id.0) == award;
        for limit in self.limits.iter().flatten().filter(|limit| limit.awards.iter().any(covers)) {
            if let LimitMeasure::Money(most) = &limit.measure {
                self.read_in(most, &mut found);
            }
        }
        found
    }

    fn read_in(&self, expr: &Expr, found: &mut BTreeSet<usize>) {
        each_part(expr, &mut |part| match &part.kind {
            ExprKind::AmountOf { award, .. } => {
                found.insert(usize::from(award.0));
            }
            ExprKind::Set(set, _) => {
                found.insert(self.award_names.len() + usize::from(set.0));
            }
            ExprKind::Let(id) => {
                let body = self.lets.get(usize::from(id.0)).and_then(|entry| entry.checked.as_ref()).map(|checked| &checked.body);
                match body {
                    Some(LetBody::Plain(value)) => self.read_in(value, found),
                    Some(LetBody::Dated { by, cases }) => {
                        self.read_in(by, found);
                        cases.iter().for_each(|(_, value)| self.read_in(value, found));
                    }
                    None => {}
                }
            }
            _ => {}
        });
    }
}

/// Whatever of an award is worked in its turn.
pub(super) fn expressions(award: &Award) -> Vec<&Expr> {
    let mut all: Vec<&Expr> = award.conditions.iter().chain(&award.proration).chain(&award.paid_on).collect();
    all.extend(award.instalments.iter().flat_map(|instalments| instalments.days()));
    all.extend(award.recovers.iter().flat_map(|recover| recover.parts()));
    for pay in &award.pays {
        all.extend(&pay.when);
        match &pay.amount {
            Amount::Plain(amount) => all.push(amount),
            Amount::Claim(claim) => all.extend(claim.parts()),
            Amount::Tiers { tiers, rest, .. } => all.extend(tiers.iter().map(|tier| &tier.amount).chain(rest)),
        }
    }
    all
}
