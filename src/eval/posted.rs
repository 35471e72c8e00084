//! What is posted so far for one person: which keys are taken, and how much each limit has used.

use super::candidate::Key;
use super::trace::StepId;
use super::window::Use;
use crate::policy::{AwardId, LimitId, Policy};
use crate::value::{Date, Number};

/// Why a candidate cannot be decided.
#[derive(Clone, Copy, Debug)]
pub enum Stop {
    /// The value of this step decides, and it is missing.
    Missing(StepId),
    /// A limit's window reaches back before the opening state is complete.
    OpeningStateIncomplete(LimitId),
}

/// The person's account. Uses are kept sorted by date.
#[derive(Debug, Default)]
pub struct Book<'a> {
    awards: Vec<Vec<PostedAward<'a>>>,
    limits: Vec<Vec<Use>>,
    /// What was entered since the last mark, to be taken back if the candidate cannot be decided after all.
    entries: Vec<Entry>,
}

/// Where something was entered.
#[derive(Clone, Copy, Debug)]
enum Entry {
    Award(usize),
    /// The limit, and the position among its uses.
    Use(usize, usize),
}

/// An award that was posted, by this run or an earlier one.
#[derive(Clone, Debug)]
pub struct PostedAward<'a> {
    pub date: Date,
    pub key: Key<'a>,
    /// Whether any money was paid for it.
    pub paid: bool,
    /// Its outcome in this run; none for a line of the opening state.
    pub outcome: Option<u32>,
}

impl<'a> Book<'a> {
    pub fn open(&mut self, policy: &Policy) {
        self.awards.iter_mut().for_each(Vec::clear);
        self.limits.iter_mut().for_each(Vec::clear);
        self.entries.clear();
        self.awards.resize_with(policy.awards.len(), Vec::new);
        self.limits.resize_with(policy.limits.len(), Vec::new);
    }

    /// From here on entries can be taken back.
    pub fn mark(&mut self) {
        self.entries.clear();
    }

    /// Takes back everything entered since the mark, the last first.
    pub fn take_back(&mut self) {
        while let Some(entry) = self.entries.pop() {
            match entry {
                Entry::Award(award) => {
                    self.awards.get_mut(award).and_then(Vec::pop);
                }
                Entry::Use(limit, at) => {
                    self.limits.get_mut(limit).map(|uses| uses.remove(at));
                }
            }
        }
    }

    pub fn post(&mut self, award: AwardId, posted: PostedAward<'a>) {
        if let Some(list) = self.awards.get_mut(usize::from(award.0)) {
            list.push(posted);
            self.entries.push(Entry::Award(usize::from(award.0)));
        }
    }

    pub fn use_limit(&mut self, limit: LimitId, used: Use) {
        if used.amount.is_zero() {
            return;
        }
        if let Some(list) = self.limits.get_mut(usize::from(limit.0)) {
            let at = list.partition_point(|earlier| earlier.date <= used.date);
            list.insert(at, used);
            self.entries.push(Entry::Use(usize::from(limit.0), at));
        }
    }

    pub fn posted(&self, award: AwardId) -> &[PostedAward<'a>] {
        self.awards.get(usize::from(award.0)).map_or(&[], Vec::as_slice)
    }

    pub fn uses(&self, limit: LimitId) -> &[Use] {
        self.limits.get(usize::from(limit.0)).map_or(&[], Vec::as_slice)
    }

    /// One for each award of this name that paid something, by date.
    pub fn counts(&self, award: AwardId) -> Vec<Use> {
        let paid = self.posted(award).iter().filter(|posted| posted.paid);
        let mut counts: Vec<Use> = paid.map(|posted| Use { date: posted.date, amount: Number::ONE }).collect();
        counts.sort_by_key(|used| used.date);
        counts
    }
}
