//! Rows of a person that were rejected: each stands like a held row of which nothing is known (decision 0021).

use super::timeline::Timeline;
use crate::eval::evaluator::{Evaluator, Position};
use crate::eval::everybody::sequence::HeldRequest;
use crate::eval::turn::claim::HeldClaim;
use crate::policy::{Amount, Award, AwardId, BankId, Each, RecordId};

/// Stands for a row without a number among those of a set that are held.
const NO_ROW: u32 = u32::MAX;

impl<'a> Timeline<'a> {
    /// Before the queue is worked: without a day they may come before any other.
    pub(in crate::eval) fn open_rejected(&mut self) {
        self.opening_unsure = false;
        let (facts, policy) = (self.evaluator.facts, self.evaluator.policy);
        if facts.rejected_rows(self.evaluator.employee).next().is_none() {
            return;
        }
        let paid_lines = facts.rejected_rows(self.evaluator.employee).any(|record| record.is_none());
        let records: Vec<RecordId> = facts.rejected_rows(self.evaluator.employee).flatten().collect();
        self.opening_unsure = paid_lines;
        self.person_held |= policy.held_rows_hold_person;
        for record in records {
            for (index, award) in policy.awards.iter().enumerate().filter(|(_, award)| stands_for(award, record)) {
                self.hold_what_it_uses(AwardId(index as u16));
                self.hold_for_everybody(award);
                if let Some(set) = award.counts_in {
                    self.evaluator.sets[usize::from(set.0)].held.push(NO_ROW);
                }
            }
            if policy.balances == Some(record) {
                self.evaluator.held_banks.extend((0..policy.banks.len()).map(|bank| BankId(bank as u16)));
            }
        }
    }

    /// Whether a rejected row might have won one of these awards' choice.
    pub(in crate::eval) fn rejected_might_win(&self, awards: &[AwardId]) -> bool {
        let policy = self.evaluator.policy;
        let mut rejected = self.evaluator.facts.rejected_rows(self.evaluator.employee).flatten();
        rejected.any(|record| awards.iter().any(|award| stands_for(policy.award(*award), record)))
    }

    /// It might claim from a pool, or come first under a limit that several people share: in which period and group nobody can say.
    fn hold_for_everybody(&mut self, award: &'a Award) {
        if self.claims.shares.is_some() {
            return;
        }
        let nowhere = Position::default();
        for limit in &award.shared_limits {
            let group = self.group_as_known(*limit, &nowhere);
            self.claims.held_requests.push(HeldRequest { limit: *limit, group, placing: None });
        }
        for pay in &award.pays {
            let Amount::Claim(claim) = &pay.amount else { continue };
            let group = self.group_or_none(claim, &nowhere);
            self.claims.held.push(HeldClaim { pool: claim.pool, period: None, group });
        }
    }
}

impl Evaluator<'_> {
    /// What is counted over a person's rows may change with those that were rejected: what is paid by it is provisional.
    pub(in crate::eval) fn mind_rejected(&mut self, record: RecordId) {
        self.unsure |= self.facts.rejected_rows(self.employee).any(|rejected| rejected == Some(record));
    }
}

fn stands_for(award: &Award, record: RecordId) -> bool {
    matches!(award.each, Each::Event(each) if each == record)
}
