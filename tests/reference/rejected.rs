//! Rows of a person that were rejected: each is a held row without a day, of which nothing is known (decision 0021).

use std::rc::Rc;

use super::expressions::Scope;
use super::timeline::{Candidate, Timeline};
use super::world::{Origin, Row, Val};

/// Its fields, all of them missing.
static NOTHING: Row = Row::new();

impl<'a> Timeline<'a> {
    /// Before the queue is worked: it may come before any other.
    pub fn open_rejected(&mut self) {
        for record in &self.person.rejected {
            self.person_held |= self.program.head.held_rows_hold_person.is_some();
            self.opening_unsure |= record == "paid";
            for award in 0..self.program.awards.len() {
                let declared = self.award(award);
                if declared.each.kind != *record || declared.period.is_some() {
                    continue;
                }
                self.hold(award);
                if let Some(set) = self.program.counts_in(award) {
                    Rc::make_mut(&mut self.sets)[set].hold_unknown();
                }
                let row = self.nothing_of(award, record);
                let event = Some((declared.each.kind.as_str(), &NOTHING));
                let scope = Scope { event, ..Scope::of_facts(self.program, self.people, self.person) };
                self.hold_claims_in(&row, &scope);
                self.hold_before_all_in(&row, &scope);
            }
        }
    }

    /// Whether it might have won the choice.
    pub fn rejected_might_win(&self, choose: usize) -> bool {
        let named = |award: usize| self.program.chooses[choose].awards.iter().any(|name| name.kind == self.award(award).name.kind);
        let stands_for = |award: usize, record: &String| self.award(award).each.kind == *record && self.award(award).period.is_none();
        self.person.rejected.iter().any(|record| (0..self.program.awards.len()).any(|award| named(award) && stands_for(award, record)))
    }

    fn nothing_of(&self, award: usize, record: &str) -> Candidate {
        Candidate {
            award,
            origin: Origin::Event(record.to_owned(), usize::MAX),
            placing: None,
            first_placing: None,
            ties: Val::Missing,
            key: None,
            record: 0,
            row: usize::MAX,
            redated: None,
            recurrence: None,
            carried: None,
            paid: None,
            waits_for: None,
        }
    }
}
