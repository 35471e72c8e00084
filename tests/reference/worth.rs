//! What a candidate is worth before the limits: the deciding pay line, then proration, then rounding.

use stipend::syntax::ast::{Amount, Award, Pay, PayKind, Proration, Window};
use stipend::value::Rounding;

use super::days::Day;
use super::expressions::Scope;
use super::limits::Piece;
use super::program::{Program, ratio, rounded};
use super::ratio::{ONE, Ratio, ZERO};
use super::timeline::{Candidate, Stop, Timeline, held, stop};
use super::world::{Became, Val};

/// A candidate's worth before the limits.
#[derive(Clone)]
pub struct Valued<'a> {
    pub piece: Piece,
    pub pay: Option<&'a Pay>,
    pub proration: Ratio,
    pub rounding: Option<Rounding>,
    pub ordinal: usize,
}

impl<'a> Timeline<'a> {
    /// The deciding pay line, then proration, then rounding.
    pub fn value(&self, candidate: &Candidate, scope: &Scope<'a>, placing: Day) -> Result<Valued<'a>, Stop> {
        let award = self.program.awards[candidate.award];
        let scope = &self.valuing(candidate, scope);
        let moves = !award.moves.is_empty() || !award.grants.is_empty();
        if moves && award.pays.is_empty() {
            let piece = Piece { moves, ..Piece::new("base salary", ZERO, ZERO) };
            return Ok(Valued { piece, pay: None, proration: ONE, rounding: None, ordinal: 1 });
        }
        let deciding = self.deciding_line(candidate, scope)?;
        let pay = deciding.ok_or_else(|| stop(Became::NotEligible, "no pay line holds"))?;
        let ordinal = self.ordinal(candidate, scope, (pay, placing))?;
        let proration = match award.proration.as_ref().map(|proration| &proration.kind) {
            Some(Proration::By(expr)) => scope.value(expr).num().ok_or_else(|| held("the proration is missing"))?,
            Some(Proration::Not) | None => ONE,
        };
        let rounding = rounding_of(self.program, award, pay);
        let rounding = rounding.filter(|_| self.program.credits(candidate.award).is_none()); // units are exact
        let kind = match pay.kind.kind {
            PayKind::BaseSalary => "base salary",
            PayKind::Stipend => "stipend",
            PayKind::Recovery => "recovery",
            PayKind::Move | PayKind::Role => unreachable!("no pay line is a move"),
        };
        let piece = Piece { moves, share: proration, ..Piece::new(kind, ZERO, ZERO) };
        let mut valued = Valued { piece, pay: Some(pay), proration, rounding, ordinal };
        self.price(&mut valued, scope)?;
        let pays_or_moves = valued.piece.amount.is_positive() || moves && valued.piece.amount.is_zero();
        if !pays_or_moves {
            return Err(stop(Became::NotEligible, "nothing to pay"));
        }
        Ok(valued)
    }

    /// The first pay line whose `when` holds.
    pub fn deciding_line(&self, candidate: &Candidate, scope: &Scope<'a>) -> Result<Option<&'a Pay>, Stop> {
        let scope = &self.valuing(candidate, scope);
        for pay in &self.program.awards[candidate.award].pays {
            match pay.when.as_ref().map_or(Val::YesNo(true), |when| scope.value(when)) {
                Val::YesNo(true) => return Ok(Some(pay)),
                Val::YesNo(false) => {}
                _ => return Err(held("a pay line's `when` is missing")),
            }
        }
        Ok(None)
    }

    /// Which award of its tier window this one is, from 1.
    fn ordinal(&self, candidate: &Candidate, scope: &Scope<'a>, (pay, placing): (&'a Pay, Day)) -> Result<usize, Stop> {
        let Amount::Tiers { window, .. } = &pay.amount else { return Ok(1) };
        if let Some(window @ (Window::Period(_) | Window::YearFrom(_))) = window.as_ref().map(|window| &window.kind) {
            // a day in no period holds the row, whether or not anything was posted
            self.stretch(window, scope, placing)?;
        }
        let mut ordinal = 1;
        // a part that was carried or turned into a stipend is not another award, nor does it make its award count
        let made =
            |posted: &&super::timeline::Posted| posted.award == candidate.award && !posted.is_part && !posted.pieces[0].amount.is_zero();
        for posted in self.posted.iter().filter(made).filter(|posted| !self.taken.freed.contains(&posted.decided)) {
            let counts = match window.as_ref().map(|window| &window.kind) {
                None => true,
                Some(Window::Rolling(duration) | Window::Every(duration) | Window::FromFirstAward(duration)) => {
                    posted.placing <= placing && placing < self.later(posted.placing, *duration)?
                }
                Some(window) => super::periods::holds(self.stretch(window, scope, placing)?, posted.placing),
            };
            ordinal += usize::from(counts);
        }
        Ok(ordinal)
    }

    /// Computes the amount (anew, when a limit has cut a quantity).
    pub fn price(&self, valued: &mut Valued<'a>, scope: &Scope<'a>) -> Result<(), Stop> {
        let Some(pay) = valued.pay else { return Ok(()) };
        let amount = match &pay.amount {
            Amount::Plain(expr) => scope.value(expr),
            Amount::Claim(_) => unreachable!("a claim is not valued"),
            Amount::Tiers { tiers, rest, .. } => {
                let mut reached = ZERO;
                let ordinal = Ratio::whole(valued.ordinal as i128);
                let tier = tiers.iter().find(|tier| {
                    reached = reached.plus(ratio(tier.count.kind));
                    ordinal <= reached
                });
                tier.map(|tier| &tier.amount).or(rest.as_ref()).map_or(Val::Num(ZERO), |amount| scope.value(amount))
            }
        };
        valued.piece.full = amount.num().ok_or_else(|| held("the amount is missing"))?;
        valued.piece.amount = self.prorated(valued, valued.piece.full);
        valued.piece.whole = (valued.piece.amount, valued.piece.full);
        Ok(())
    }

    fn prorated(&self, valued: &Valued<'a>, full: Ratio) -> Ratio {
        let amount = full.times(valued.proration);
        valued.rounding.map_or(amount, |rounding| rounded(amount, rounding))
    }
}

pub fn rounding_of(program: &Program, award: &Award, pay: &Pay) -> Option<Rounding> {
    [&pay.round, &award.round, &program.head.rounding].into_iter().flatten().next().map(|rounding| rounding.kind)
}
