//! Fields of a person that awards move.

use super::expressions::Scope;
use super::ratio::ZERO;
use super::timeline::{Candidate, Stop, Timeline, held, stop};
use super::world::{Became, Paid, Val};

impl<'a> Timeline<'a> {
    /// A move to a missing value is held; one that changes nothing is none.
    pub fn has_something_to_move(&self, candidate: &Candidate, scope: &Scope<'a>) -> Result<(), Stop> {
        let moves = &self.program.awards[candidate.award].moves;
        let mut differs = moves.is_empty();
        for moving in moves {
            let new = scope.value(&moving.to);
            if new == Val::NotApplicable && moving.or_stay.is_some() {
                differs = true;
                continue;
            }
            if new == Val::NotApplicable {
                return Err(stop(Became::NotEligible, "beyond the end of the table"));
            }
            if !new.is_known() {
                return Err(held("the new value is missing"));
            }
            differs |= moving.or_stay.is_some() || new != scope.of_person(&moving.field.kind);
        }
        if differs { Ok(()) } else { Err(stop(Became::NotEligible, "nothing to move")) }
    }

    /// One line for each field that changes; later candidates read the new value.
    pub fn post_moves(&mut self, candidate: &Candidate, scope: &Scope<'a>) {
        let award = self.program.awards[candidate.award];
        let effective = scope.effective.date().expect("an effective date");
        let decided = self.verdict.decided.len() - 1;
        let pay_date = award.paid_on.as_ref().and_then(|paid_on| scope.value(paid_on).date());
        for moving in &award.moves {
            let (old, new) = (scope.of_person(&moving.field.kind), scope.value(&moving.to));
            if old == new || new == Val::NotApplicable {
                continue;
            }
            let kind = "move";
            let line = Paid { award: candidate.award, origin: candidate.origin.clone(), kind, amount: ZERO, effective, pay_date };
            self.verdict.lines.push(line);
            self.verdict.moves.push(format!("{} {} from {old} to {new} on {effective}", award.name.kind, moving.field.kind));
            self.taken.moved.entry(decided).or_default().push((moving.field.kind.clone(), old, new.clone()));
            self.moved.push((moving.field.kind.clone(), effective, new));
        }
    }
}
