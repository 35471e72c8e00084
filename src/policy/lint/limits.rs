//! Limits that can never bind, and limits that a single award already exceeds.

use std::collections::BTreeSet;

use super::Lint;
use super::knowledge::Knowledge;
use crate::diagnostic::Diagnostic;
use crate::policy::{
    Amount, Award, AwardId, Excess, Expr, ExprKind, Limit, LimitBasis, LimitMeasure, Over, Pay, PeriodKind, Policy, Window,
};
use crate::source::{Place, Span};
use crate::syntax::ast::PayKind;
use crate::value::Number;

impl Lint<'_> {
    pub(super) fn limits(&self) -> Vec<Diagnostic> {
        self.policy.limits.iter().enumerate().flat_map(|(index, limit)| self.limit(index, limit)).collect()
    }

    fn limit(&self, index: usize, limit: &Limit) -> Vec<Diagnostic> {
        let Some(most) = self.most(limit) else { return Vec::new() };
        let awards = limit.awards.iter().map(|id| self.policy.award(*id));
        let mut found: Vec<Diagnostic> = awards.filter_map(|award| self.below_one_award(limit, award)).collect();
        let is_own = |limit: &Limit| matches!(limit.over, Over::Employee);
        if !is_own(limit) {
            return found; // how many people share it is in the data
        }
        let own = self.policy.limits.iter().enumerate().filter(|(other, stricter)| *other != index && is_own(stricter));
        let stricter = own.into_iter().find(|(other, stricter)| {
            let equal = self.most(stricter) == Some(most) && same_window(&stricter.window, &limit.window);
            self.implies(stricter, limit) && !(equal && *other > index)
        });
        if let Some((_, stricter)) = stricter {
            let label = head(self.policy, stricter);
            found.push(never_binds(limit, "another limit never lets so much through").label(label, "the stricter limit"));
        } else if let Some(total) = self.largest_total(limit).filter(|total| *total <= most) {
            found.push(never_binds(limit, &format!("all awards together are at most {}", dollars(total))));
        }
        found
    }

    /// Limits of the award whose `where` its own conditions exclude.
    pub(super) fn limit_conditions(&self, award: &Award, known: Option<&Knowledge>) -> Vec<Diagnostic> {
        let Some(known) = known else { return Vec::new() };
        let limits = award.limits.iter().map(|id| self.policy.limit(*id)).filter(|limit| limit.awards.len() == 1);
        limits
            .filter_map(|limit| {
                let warning = self.contradiction(&mut known.clone(), limit.condition.as_ref()?)?;
                Some(
                    Diagnostic { code: "limit-never-binds", ..warning }
                        .help(format!("change the `where`; as written, no `{}` falls under the limit", award.name)),
                )
            })
            .collect()
    }

    /// What a limit allows, where that is constant: dollars, or awards.
    fn most(&self, limit: &Limit) -> Option<Number> {
        match &limit.measure {
            LimitMeasure::Money(most) => self.constant(most),
            LimitMeasure::Awards(most) => Some(Number::from_integer(i64::from(*most))),
            LimitMeasure::Quantity { .. } => None,
        }
    }

    /// Whether all that `strict` lets through fits `wide`.
    fn implies(&self, strict: &Limit, wide: &Limit) -> bool {
        let same_measure = match (&strict.measure, &wide.measure) {
            (LimitMeasure::Money(_), LimitMeasure::Money(_)) => strict.basis == wide.basis,
            (LimitMeasure::Awards(_), LimitMeasure::Awards(_)) => true,
            (LimitMeasure::Money(_) | LimitMeasure::Awards(_) | LimitMeasure::Quantity { .. }, _) => false,
        };
        let keeps_excess_out = !matches!(strict.excess, Excess::PaidAsStipend);
        let covered = |limit: &Limit| limit.awards.iter().copied().collect::<BTreeSet<AwardId>>();
        let covers = || strict.condition.is_none() && covered(wide).is_subset(&covered(strict));
        let smaller = self.most(strict).zip(self.most(wide)).is_some_and(|(strict, wide)| strict <= wide);
        same_measure && keeps_excess_out && smaller && holds(&strict.window, &wide.window) && covers()
    }

    /// The most that the covered awards can come to in one window, where their amounts and number are constant.
    fn largest_total(&self, limit: &Limit) -> Option<Number> {
        let LimitMeasure::Money(_) = limit.measure else { return None };
        let mut awards = limit.awards.iter().map(|id| self.policy.award(*id));
        awards.try_fold(Number::ZERO, |total, award| total.plus(self.largest_of_award(limit, award)?).ok())
    }

    fn largest_of_award(&self, limit: &Limit, award: &Award) -> Option<Number> {
        if award.proration.is_some() && limit.basis == LimitBasis::AfterProration {
            return None;
        }
        let amounts = counted(award).map(|amount| self.largest(amount));
        let largest = amounts.collect::<Option<Vec<_>>>()?.into_iter().max()?;
        largest.times(Number::from_integer(i64::from(most_awards(self.policy, award, &limit.window)?.0))).ok()
    }

    fn largest(&self, amount: &Expr) -> Option<Number> {
        if let ExprKind::If { then, otherwise, .. } = &amount.kind {
            return Some(self.largest(then)?.max(self.largest(otherwise)?));
        }
        self.constant(amount)
    }

    fn below_one_award(&self, limit: &Limit, award: &Award) -> Option<Diagnostic> {
        let LimitMeasure::Money(written) = &limit.measure else { return None };
        // a part that is paid in another way, or later, may be what is meant
        if matches!(limit.excess, Excess::PaidAsStipend | Excess::CarriedToNextPeriod) {
            return None;
        }
        if award.proration.is_some() && limit.basis == LimitBasis::AfterProration {
            return None;
        }
        let most = self.constant(written)?;
        let amounts = counted(award).map(|amount| self.constant(amount));
        let smallest = amounts.collect::<Option<Vec<_>>>()?.into_iter().min().filter(|smallest| *smallest > most)?;
        let message = format!("one `{}` of {} is already more than the limit of {}", award.name, dollars(smallest), dollars(most));
        let paid = if limit.whole_awards_only {
            "no award fits, so nothing is ever paid".to_owned()
        } else {
            format!("every award is cut to {} or less", dollars(most))
        };
        let place = award.pays.first().map_or(award.span, |pay| pay.span);
        let below = Diagnostic::warning("limit-below-award", Place::Policy(written.span), message).label(place, "the award");
        Some(below.help(format!("{paid}; raise the limit, or pay less")))
    }
}

/// Whether every stretch of `inner` lies within one of `outer`.
pub(super) fn holds(outer: &Window, inner: &Window) -> bool {
    match (outer, inner) {
        (Window::Ever, _) => true,
        (Window::Rolling(long), Window::Rolling(short)) => long.months >= short.months && long.days >= short.days,
        (Window::Rolling(long), Window::Period(PeriodKind::Month)) => long.months >= 1,
        (Window::Rolling(long), Window::Period(PeriodKind::FiscalYear | PeriodKind::SchoolYear | PeriodKind::CalendarYear)) => {
            long.months >= 12
        }
        (Window::Period(PeriodKind::CalendarYear), Window::Period(PeriodKind::Month)) => true,
        _ => same_window(outer, inner),
    }
}

fn same_window(left: &Window, right: &Window) -> bool {
    match (left, right) {
        (Window::Period(a), Window::Period(b)) => a == b,
        (Window::Rolling(a), Window::Rolling(b)) | (Window::FromFirstAward(a), Window::FromFirstAward(b)) => a == b,
        (Window::Ever, Window::Ever) => true,
        _ => false,
    }
}

/// How many awards one window can hold at most, and which words say so. None where nothing says it, or where awards of
/// one window can come into another.
pub(super) fn most_awards(policy: &Policy, award: &Award, window: &Window) -> Option<(u32, Span)> {
    let limits = || award.limits.iter().map(|id| policy.limit(*id));
    if limits().any(|limit| matches!(limit.excess, Excess::CarriedToNextPeriod | Excess::Waits { .. })) {
        return None;
    }
    let once = award.once.as_ref().filter(|once| once.keys.is_empty() && holds(&once.window, window)).map(|once| (1, once.span));
    let lost = limits().filter(|limit| limit.condition.is_none() && matches!(limit.excess, Excess::Lost) && holds(&limit.window, window));
    let counts = lost.filter_map(|limit| match limit.measure {
        LimitMeasure::Awards(most) => Some((most, limit.span)),
        LimitMeasure::Money(_) | LimitMeasure::Quantity { .. } => None,
    });
    once.into_iter().chain(counts).min()
}

/// The amounts that use up room; a recovery gives room back.
fn counted(award: &Award) -> impl Iterator<Item = &Expr> {
    award.pays.iter().filter(|pay| pay.kind != PayKind::Recovery).flat_map(amounts)
}

fn amounts(pay: &Pay) -> Vec<&Expr> {
    match &pay.amount {
        Amount::Plain(amount) => vec![amount],
        Amount::Claim(_) => Vec::new(),
        Amount::Tiers { tiers, rest, .. } => tiers.iter().map(|tier| &tier.amount).chain(rest).collect(),
    }
}

fn never_binds(limit: &Limit, why: &str) -> Diagnostic {
    let span = match &limit.measure {
        LimitMeasure::Money(most) => most.span,
        LimitMeasure::Awards(_) | LimitMeasure::Quantity { .. } => limit.span,
    };
    Diagnostic::warning("limit-never-binds", Place::Policy(span), format!("this limit never cuts anything: {why}"))
        .help("remove it, or lower it")
}

fn head(policy: &Policy, limit: &Limit) -> Span {
    let first_line = policy.source.slice(limit.span).lines().next().map_or(0, str::len);
    Span { start: limit.span.start, end: limit.span.start + first_line as u32 }
}

fn dollars(amount: Number) -> String {
    crate::policy::check::readings::dollars(amount)
}
