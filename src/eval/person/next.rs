//! What comes next for a person: how the sets stand on the as-of date, and what awards would cost beside what is in the banks.

use super::timeline::Timeline;
use crate::eval::evaluator::Position;
use crate::eval::expression::operators::{number_of, truth};
use crate::eval::trace::{Op, StepId};
use crate::policy::{AwardId, BankId, Expr, SetId};
use crate::value::{Date, Value};

#[derive(Clone, Debug)]
pub enum Next {
    Set(NextSet),
    Units(NextUnits),
}

#[derive(Clone, Debug)]
pub struct NextSet {
    pub set: SetId,
    /// The step that counts what is missing; its inputs are the lines.
    pub missing: StepId,
    pub completed: Option<Date>,
    /// A row is held that might count.
    pub unsure: bool,
    pub required: Required,
    /// The last day on which a row counts.
    pub last: Option<Date>,
    /// The day on which who must hold it must have it.
    pub due: Option<Date>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Required {
    No,
    Yes,
    Unknown,
}

#[derive(Clone, Debug)]
pub struct NextUnits {
    pub bank: BankId,
    pub award: AwardId,
    pub have: StepId,
    pub need: StepId,
}

impl<'a> Timeline<'a> {
    /// Looked at when the queue is done, as of the as-of date.
    pub(in crate::eval) fn comes_next(&mut self) -> Vec<Next> {
        self.evaluator.today = self.evaluator.as_of;
        let policy = self.evaluator.policy;
        let mut next = Vec::new();
        for index in 0..policy.sets.len() {
            next.extend(self.next_set(SetId(index as u16)).map(Next::Set));
        }
        for (index, award) in policy.awards.iter().enumerate() {
            for spend in &award.spends {
                next.extend(self.next_units((AwardId(index as u16), spend.bank), &spend.units).map(Next::Units));
            }
        }
        next
    }

    /// None where no list holds, or the last day cannot be computed.
    fn next_set(&mut self, id: SetId) -> Option<NextSet> {
        let policy = self.evaluator.policy;
        let set = policy.set(id);
        let standing = self.evaluator.standing(id, self.evaluator.as_of).ok()??;
        let missing = self.evaluator.note_standing(id, &standing);
        let required = match &set.required {
            None => Required::No,
            Some(who) => {
                let step = self.evaluator.evaluate(who, &Position::default());
                match truth(self.evaluator.value(step)) {
                    Some(true) => Required::Yes,
                    Some(false) => Required::No,
                    None => Required::Unknown,
                }
            }
        };
        let due = set.due.as_ref().and_then(|due| {
            let step = self.evaluator.evaluate(due, &Position::default());
            if let Value::Date(day) = self.evaluator.value(step) { Some(day) } else { None }
        });
        let state = &self.evaluator.sets[usize::from(id.0)];
        let completed = state.completed.as_ref().map(|done| done.date);
        Some(NextSet { set: id, missing, completed, unsure: !state.held.is_empty(), required, last: standing.last, due })
    }

    /// What the award costs, where that hangs on no row.
    fn next_units(&mut self, (award, bank): (AwardId, BankId), units: &'a Expr) -> Option<NextUnits> {
        let policy = self.evaluator.policy;
        let balance = self.evaluator.balance(bank, self.evaluator.as_of).ok()?;
        let have = self.evaluator.note(Op::Balance, policy.bank(bank).span, &[], Value::Number(balance));
        let need = self.evaluator.evaluate(units, &Position::default());
        number_of(self.evaluator.value(need))?;
        Some(NextUnits { bank, award, have, need })
    }
}
