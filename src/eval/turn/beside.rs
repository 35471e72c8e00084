//! What an award does besides paying: the units it spends and the fields it moves.

use super::spending::Spending;
use super::verdict::Verdict;
use crate::eval::evaluator::Position;
use crate::eval::history::movement::Moving;
use crate::eval::history::posted::Stop;
use crate::eval::outcome::Disposition;
use crate::eval::person::timeline::Timeline;
use crate::policy::Award;

/// Few awards do: what they do is in one place, and is not looked into where there is none of it.
#[derive(Debug)]
pub struct Beside<'a> {
    pub moving: Moving<'a>,
    pub spendings: Vec<Spending>,
}

impl Beside<'_> {
    pub fn is_moving(&self) -> bool {
        !self.moving.is_empty()
    }
}

impl<'a> Timeline<'a> {
    /// What it spends and moves. Err: it has not the units for it, or nothing to move.
    #[inline]
    pub(in crate::eval) fn beside(
        &mut self,
        award: &'a Award,
        at: &Position,
    ) -> Result<Result<Option<Box<Beside<'a>>>, Box<Verdict>>, Stop> {
        if award.spends.is_empty() && award.moves.is_empty() { Ok(Ok(None)) } else { self.spent_and_moved(award, at) }
    }

    #[cold]
    fn spent_and_moved(&mut self, award: &'a Award, at: &Position) -> Result<Result<Option<Box<Beside<'a>>>, Box<Verdict>>, Stop> {
        let not_eligible = |reason| Ok(Err(Verdict::stopped(Disposition::NotEligible, reason)));
        let spendings = match self.spendings(award, at)? {
            Ok(spendings) => spendings,
            Err(reason) => return not_eligible(reason),
        };
        match self.moving(award, at)? {
            Ok(moving) => Ok(Ok(Some(Box::new(Beside { moving, spendings })))),
            Err(reason) => not_eligible(reason),
        }
    }
}
