//! Whether an amount can have fractions of a cent, for which a rounding must be declared.

use super::{Checker, at};
use crate::diagnostic::Diagnostic;
use crate::policy::{
    AggregateBound, Amount, Asks, Award, Claim, Constant, Excess, Expr, ExprKind, Limit, LimitBasis, LimitMeasure, Measure, Pay,
    PoolMethod, PopulationId, Recover, RecoverShare, TableCell, TableId,
};
use crate::source::Span;
use crate::syntax::ast::{AggregateKind, BinaryOp};
use crate::value::{Number, Type};

/// Whether money can have fractions of a cent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fractions {
    None,
    Possible,
}

impl Checker<'_> {
    /// One message for the whole file: the rounding is declared once, in the head.
    pub(super) fn check_roundings(&mut self) {
        if self.head.rounding.is_some() {
            return;
        }
        let places: Vec<Span> = self.awards.iter().flatten().flat_map(|award| self.unrounded(award)).collect();
        for place in places {
            let message = "this amount can have fractions of a cent, and how to round is not said";
            let missing = Diagnostic::error("missing-rounding", at(place), message)
                .help("add to the policy's head: `rounding half up to the cent`")
                .help(
                    "or to the pay line: `, rounded half up to the dollar`; `half even`, `half down`, `up` and `down` are the other ways",
                );
            self.report_absent_from_head("rounding", missing);
        }
        self.check_parts();
    }

    /// A part that a limit moves elsewhere is a fixed amount: the rounding of the pay line that made the whole no longer reaches it.
    fn check_parts(&mut self) {
        let moves = |limit: &&Limit| matches!(limit.excess, Excess::CarriedToNextPeriod | Excess::PaidAsStipend);
        let limits: Vec<&Limit> = self.limits.iter().flatten().filter(moves).collect();
        let places: Vec<Span> = limits.into_iter().filter(|limit| self.makes_unrounded_parts(limit)).map(|limit| limit.span).collect();
        for place in places {
            let message = "the parts of this limit can have fractions of a cent, and the rounding of a pay line does not reach them";
            let missing = Diagnostic::error("part-without-rounding", at(place), message)
                .help("add to the policy's head: `rounding half up to the cent`")
                .help("or to the award: `round half up to the cent`");
            self.report_absent_from_head("rounding", missing);
        }
    }

    fn makes_unrounded_parts(&self, limit: &Limit) -> bool {
        let covered = limit.awards.iter().filter_map(|id| self.awards.get(usize::from(id.0))?.as_ref());
        covered.filter(|award| award.rounding.is_none()).any(|award| {
            let before_proration = limit.basis == LimitBasis::BeforeProration && self.fractional_share(award).is_some();
            before_proration || self.fractional_limit(award).is_some()
        })
    }

    /// The amounts of an award that need a rounding and have none.
    fn unrounded(&self, award: &Award) -> Vec<Span> {
        if award.rounding.is_some() || award.credits.is_some() {
            return Vec::new();
        }
        let shared = self.fractional_share(award);
        let limited = self.fractional_limit(award);
        let lines = award.pays.iter().filter(|pay| pay.rounding.is_none());
        let taken_back = award.recovers.iter().filter_map(|recover| self.fractional_recovery(recover));
        let lines = lines.filter_map(|pay| self.fractional_part(pay).or(shared.map(|share| share.span)).or(limited));
        lines.chain(taken_back).collect()
    }

    /// A part of an amount can have fractions of a cent.
    fn fractional_recovery(&self, recover: &Recover) -> Option<Span> {
        match &recover.share {
            RecoverShare::All => None,
            RecoverShare::Part(share) => (!self.is_constant_whole(share)).then_some(share.span),
            RecoverShare::Money(amount) => (self.fractions(amount) == Fractions::Possible).then_some(amount.span),
        }
    }

    fn fractional_share<'a>(&self, award: &'a Award) -> Option<&'a Expr> {
        award.proration.as_ref().filter(|share| share.ty != Type::Integer && !self.is_constant_whole(share))
    }

    fn fractional_part(&self, pay: &Pay) -> Option<Span> {
        let amounts: Vec<&Expr> = match &pay.amount {
            Amount::Claim(claim) => return self.claim_fractions(claim),
            Amount::Plain(amount) => vec![amount],
            Amount::Tiers { tiers, rest, .. } => tiers.iter().map(|tier| &tier.amount).chain(rest).collect(),
        };
        amounts.into_iter().find(|amount| self.fractions(amount) == Fractions::Possible).map(|amount| amount.span)
    }

    /// A limit whose own amount has fractions cuts awards to amounts with fractions of a cent.
    fn fractional_limit(&self, award: &Award) -> Option<Span> {
        let own = self.awards.iter().position(|other| other.as_ref().is_some_and(|other| other.span == award.span))?;
        let mut limits = self.limits.iter().flatten().filter(|limit| limit.awards.iter().any(|id| usize::from(id.0) == own));
        limits.find_map(|limit| match &limit.measure {
            LimitMeasure::Money(amount) if self.fractions(amount) == Fractions::Possible => Some(amount.span),
            LimitMeasure::Quantity { most, .. } if most.to_integer().is_none() => Some(limit.span),
            LimitMeasure::Money(_) | LimitMeasure::Awards(_) | LimitMeasure::Quantity { .. } => None,
        })
    }

    fn is_constant_whole(&self, expr: &Expr) -> bool {
        self.constant_amount(expr).is_some_and(|number| number.to_integer().is_some())
    }

    /// Whether the money can have fractions of a cent, cells of data having none.
    pub(super) fn fractions(&self, expr: &Expr) -> Fractions {
        if let Some(constant) = self.constant_amount(expr) {
            return if is_whole_cents(constant) { Fractions::None } else { Fractions::Possible };
        }
        match &expr.kind {
            ExprKind::Negative(inner) | ExprKind::NewValue(inner, _) => self.fractions(inner),
            ExprKind::Binary(BinaryOp::Add | BinaryOp::Subtract, left, right) => self.fractions(left).max(self.fractions(right)),
            ExprKind::Binary(BinaryOp::Multiply, left, right) => {
                let whole = |factor: &Expr| factor.ty == Type::Integer || self.is_constant_whole(factor);
                let fits =
                    |money: &Expr, factor: &Expr| money.ty == Type::Money && whole(factor) && self.fractions(money) == Fractions::None;
                if fits(left, right) || fits(right, left) { Fractions::None } else { Fractions::Possible }
            }
            ExprKind::Binary(..) | ExprKind::PercentOf(..) => Fractions::Possible,
            ExprKind::Rounded(_, rounding) => {
                if is_whole_cents(rounding.unit) {
                    Fractions::None
                } else {
                    Fractions::Possible
                }
            }
            ExprKind::Greatest(list) | ExprKind::Least(list) => {
                list.iter().map(|value| self.fractions(value)).max().unwrap_or(Fractions::None)
            }
            ExprKind::If { then, otherwise, .. } => self.fractions(then).max(self.fractions(otherwise)),
            ExprKind::Let(id) => self.lets.get(usize::from(id.0)).map_or(Fractions::None, |entry| entry.fractions),
            ExprKind::Aggregate { kind: AggregateKind::Count | AggregateKind::Any | AggregateKind::Every, .. } => Fractions::None,
            ExprKind::Aggregate { value, bound, .. } => {
                let most = match bound.as_deref() {
                    Some(AggregateBound::AtMost { most, .. }) => self.fractions(most),
                    Some(AggregateBound::Through(_)) | None => Fractions::None,
                };
                value.as_ref().map_or(most, |value| self.fractions(value).max(most))
            }
            ExprKind::Population { id, .. } => self.population_fractions(*id),
            ExprKind::TableCell { table, .. } => self.table_fractions(*table),
            ExprKind::TableSearch(search) => self.table_fractions(search.table),
            ExprKind::Constant(_) | ExprKind::Field { .. } | ExprKind::DatedField { .. } | ExprKind::TableNeighbour { .. } => {
                Fractions::None
            }
            ExprKind::LookedUp { .. } => Fractions::None,
            ExprKind::CalendarDate { .. } | ExprKind::WorkingDay { .. } | ExprKind::DaysWithin { .. } => Fractions::None,
            // not money, or counts
            ExprKind::Not(_) | ExprKind::Between(..) | ExprKind::OneOf(..) | ExprKind::IsMissing(_) | ExprKind::IsKnown(_) => {
                Fractions::None
            }
            ExprKind::Within { .. } | ExprKind::Elapsed { .. } | ExprKind::AtLeastOf(..) => Fractions::None,
            ExprKind::PeriodLabel(..) | ExprKind::PeriodStart(..) | ExprKind::PeriodEnd(..) | ExprKind::NextMonthDay { .. } => {
                Fractions::None
            }
            ExprKind::FirstDayOfMonthAfter(_) | ExprKind::LastDayOfMonthOf(_) | ExprKind::WeekdayOfMonth { .. } => Fractions::None,
            // lines are rounded before they are posted
            ExprKind::AmountOf { .. } | ExprKind::BaseSalaryAsOf { .. } => Fractions::None,
            ExprKind::Balance(_) | ExprKind::Earned(_) | ExprKind::DateReached(..) | ExprKind::Set(..) => Fractions::None,
            ExprKind::CurrentPeriodStart | ExprKind::CurrentPeriodEnd | ExprKind::EffectiveDate | ExprKind::AmountPaid => Fractions::None,
        }
    }

    /// Shares that add up exactly are whole cents; a rate times a weight need not be.
    fn claim_fractions(&self, claim: &Claim) -> Option<Span> {
        let pool = self.pools.get(usize::from(claim.pool.0)).and_then(|(_, pool)| pool.as_ref());
        let by_rate = matches!(pool.map(|pool| pool.method), Some(PoolMethod::Rate(_)));
        let claimed = match &claim.asks {
            Asks::UpTo(amount) => self.fractions(amount) == Fractions::Possible,
            Asks::Share(weight) => by_rate && weight.ty != Type::Integer,
            Asks::EqualShare => false,
        };
        let capped = claim.cap.as_ref().is_some_and(|(cap, _)| self.fractions(cap) == Fractions::Possible);
        (claimed || capped).then_some(claim.span)
    }

    fn population_fractions(&self, id: PopulationId) -> Fractions {
        let measure = self.populations.get(usize::from(id.0)).map(|population| &population.measure);
        match measure {
            Some(Measure::Aggregate { value: Some(value), .. }) => self.fractions(value),
            Some(Measure::Aggregate { value: None, .. } | Measure::Rank { .. }) | None => Fractions::None,
        }
    }

    fn table_fractions(&self, id: TableId) -> Fractions {
        let versions = self.tables.get(usize::from(id.0)).and_then(|(_, table)| table.as_ref()).map(|table| &table.versions);
        let mut cells = versions.into_iter().flatten().flat_map(|version| &version.cells);
        let has_fractions =
            |cell: &TableCell| matches!(cell, TableCell::Value { value: Constant::Money(money), .. } if !is_whole_cents(*money));
        if cells.any(has_fractions) { Fractions::Possible } else { Fractions::None }
    }
}

fn is_whole_cents(amount: Number) -> bool {
    amount.divided_by(Number::CENT).is_ok_and(|cents| cents.to_integer().is_some())
}
