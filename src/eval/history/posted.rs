//! What is posted so far for one person: which keys are taken, and how much each limit has used.

use super::uses::Uses;
use crate::eval::person::candidate::{Key, Mark};
use crate::eval::person::reused::Reused;
use crate::eval::trace::StepId;
use crate::policy::{Amount, Award, AwardId, LimitId, Policy};
use crate::value::{Date, Number};

/// Why a candidate cannot be decided.
#[derive(Clone, Copy, Debug)]
pub enum Stop {
    /// The value of this step decides, and it is missing.
    Missing(StepId),
    /// A limit's window reaches back before the opening state is complete.
    OpeningStateIncomplete(LimitId),
}

/// The person's account.
#[derive(Debug)]
pub struct Book<'a> {
    awards: Vec<Posted<'a>>,
    limits: Vec<Uses>,
    /// What was entered since the last mark, to be taken back if the candidate cannot be decided after all.
    entries: Vec<Entry>,
}

/// Where something was entered.
#[derive(Clone, Copy, Debug)]
enum Entry {
    Award(usize),
    /// The award, and the position among those of its name that paid.
    Paid(usize, usize),
    /// The limit, and the position among its uses.
    Use(usize, usize),
}

/// What was posted of one award, in the order posted.
#[derive(Debug, Default)]
struct Posted<'a> {
    list: Reused<Taking<'a>>,
    by_key: KeyIndex,
    /// One for each that paid something, where the award has tiers, which count them.
    paid: Option<Uses>,
}

/// What was posted, and the key that it takes, with the mark of that.
#[derive(Clone, Debug)]
struct Taking<'a> {
    posted: PostedAward,
    key: Key<'a>,
    mark: Mark,
}

/// Above so many a key is found by its hash.
const FEW: usize = 16;

/// Finds what was posted under a key: chains of equal hashes, the latest first. Empty while there are few.
#[derive(Debug, Default)]
struct KeyIndex {
    /// By the hash's low bits: the latest of the chain, from 1; 0 is none.
    heads: Vec<u32>,
    /// By posted award: its hash, and the one before it in its chain.
    links: Vec<(u64, u32)>,
}

impl KeyIndex {
    fn clear(&mut self) {
        self.heads.clear();
        self.links.clear();
    }

    fn push(&mut self, hash: u64) {
        self.links.push((hash, 0));
        if self.links.len() > self.heads.len() {
            self.heads = vec![0; (self.links.len() * 2).next_power_of_two()];
            (0..self.links.len()).for_each(|at| self.link(at));
        } else {
            self.link(self.links.len() - 1);
        }
    }

    fn link(&mut self, at: usize) {
        let slot = self.links[at].0 as usize & (self.heads.len() - 1);
        self.links[at].1 = std::mem::replace(&mut self.heads[slot], at as u32 + 1);
    }

    fn pop(&mut self) {
        if let Some((hash, before)) = self.links.pop() {
            let slot = hash as usize & (self.heads.len() - 1);
            self.heads[slot] = before;
        }
    }

    /// Those with the hash, the latest first.
    fn find(&self, hash: u64) -> impl Iterator<Item = usize> {
        let head = self.heads.get(hash as usize & self.heads.len().wrapping_sub(1)).copied().unwrap_or(0);
        let follow = |next: u32| if next == 0 { None } else { Some(next as usize - 1) };
        std::iter::successors(follow(head), move |at| follow(self.links[*at].1)).filter(move |at| self.links[*at].0 == hash)
    }
}

impl<'a> Posted<'a> {
    #[inline(always)]
    fn push(&mut self, posted: PostedAward, (key, mark): (&Key<'a>, Mark)) {
        if let Some(taking) = self.list.add(|| Taking { posted, key: Key::None, mark }) {
            (taking.posted, taking.mark) = (posted, mark);
            match (&mut taking.key, key) {
                (Key::One(room), Key::One(value)) => *room = *value, // as nearly all are: nothing is to be done for what goes
                (room, key) => room.clone_from(key),
            }
        }
        if self.list.len() > FEW {
            self.find_by_hash();
        }
    }

    /// The keys that were not found so before.
    #[cold]
    fn find_by_hash(&mut self) {
        for taking in &self.list[self.by_key.links.len()..] {
            self.by_key.push(taking.key.hash());
        }
    }

    fn pop(&mut self) {
        self.list.truncate(self.list.len().saturating_sub(1));
        if self.list.len() == FEW {
            self.by_key.clear();
        }
        self.by_key.pop();
    }
}

/// An award that was posted, by this run or an earlier one.
#[derive(Clone, Copy, Debug)]
pub struct PostedAward {
    pub date: Date,
    /// Whether any money was paid for it.
    pub paid: bool,
    /// Whether it stands: money, a move or a role.
    pub stands: bool,
    /// Whether its key is free again, because all of it was taken back.
    pub freed: bool,
    /// Its outcome in this run; none for a line of the opening state.
    pub outcome: Option<u32>,
}

impl<'a> Book<'a> {
    /// An empty one.
    pub fn of(policy: &Policy) -> Book<'a> {
        let posted = |award: &Award| {
            let has_tiers = award.pays.iter().any(|pay| matches!(pay.amount, Amount::Tiers { .. }));
            Posted { paid: has_tiers.then(Uses::default), ..Posted::default() }
        };
        let limits = policy.limits.iter().map(|_| Uses::default()).collect();
        Book { awards: policy.awards.iter().map(posted).collect(), limits, entries: Vec::new() }
    }

    /// Nothing is posted of the next person.
    pub fn open(&mut self) {
        for posted in &mut self.awards {
            if !posted.list.is_empty() {
                posted.list.clear();
                posted.by_key.clear();
                posted.paid.iter_mut().for_each(Uses::clear);
            }
        }
        for uses in &mut self.limits {
            if !uses.list().is_empty() {
                uses.clear();
            }
        }
        self.entries.clear();
    }

    /// From here on entries can be taken back.
    #[inline]
    pub fn mark(&mut self) {
        self.entries.clear();
    }

    /// Takes back everything entered since the mark, the last first.
    pub fn take_back(&mut self) {
        while let Some(entry) = self.entries.pop() {
            match entry {
                Entry::Award(award) => self.awards[award].pop(),
                Entry::Paid(award, at) => self.awards[award].paid.iter_mut().for_each(|paid| paid.remove(at)),
                Entry::Use(limit, at) => self.limits[limit].remove(at),
            }
        }
    }

    #[inline(always)]
    pub fn post(&mut self, award: AwardId, posted: PostedAward, key: (&Key<'a>, Mark)) {
        let index = usize::from(award.0);
        let Some(all) = self.awards.get_mut(index) else { return };
        if let Some(paid) = all.paid.as_mut().filter(|_| posted.paid) {
            let at = paid.insert((posted.date, &Number::ONE));
            self.entries.push(Entry::Paid(index, at));
        }
        all.push(posted, key);
        self.entries.push(Entry::Award(index));
    }

    /// The award posted last stands, even without money.
    pub fn stands(&mut self, award: AwardId) {
        let last = self.awards.get_mut(usize::from(award.0)).and_then(|posted| posted.list.last_mut());
        last.into_iter().for_each(|last| last.posted.stands = true);
    }

    /// How many awards of this name stand, and the date of the last of them.
    pub fn standing(&self, award: AwardId) -> (usize, Option<Date>) {
        let standing = self.awards.get(usize::from(award.0)).into_iter().flat_map(|posted| &*posted.list);
        let standing = standing.map(|taking| &taking.posted).filter(|posted| posted.stands);
        standing.fold((0, None), |(count, last), posted| (count + 1, last.max(Some(posted.date))))
    }

    #[inline(always)]
    pub fn use_limit(&mut self, limit: LimitId, (date, amount): (Date, &Number)) {
        if amount.is_zero() {
            return;
        }
        if let Some(uses) = self.limits.get_mut(usize::from(limit.0)) {
            let at = uses.insert((date, amount));
            self.entries.push(Entry::Use(usize::from(limit.0), at));
        }
    }

    /// Whether anything stands under a key with the mark, as it may not even where this says so.
    #[inline]
    pub fn may_have(&self, award: AwardId, mark: Mark) -> bool {
        let Some(posted) = self.awards.get(usize::from(award.0)) else { return false };
        let says_nothing = posted.list.len() > FEW || (mark == Mark::SAYS_NOTHING && !posted.list.is_empty());
        says_nothing || posted.list.iter().any(|other| other.mark == mark || other.mark == Mark::SAYS_NOTHING)
    }

    /// What was posted of the award under the key and stands there, in the order posted.
    pub fn same_key(&self, award: AwardId, key: &Key<'a>) -> Vec<&PostedAward> {
        let Some(posted) = self.awards.get(usize::from(award.0)) else { return Vec::new() };
        let is_same = |taking: &&Taking<'a>| !taking.posted.freed && taking.key.same_as(key);
        let taking = |at: usize| posted.list.get(at).filter(is_same).map(|taking| &taking.posted);
        if posted.list.len() <= FEW {
            return (0..posted.list.len()).filter_map(taking).collect();
        }
        let mut found: Vec<&PostedAward> = posted.by_key.find(key.hash()).filter_map(taking).collect();
        found.reverse();
        found
    }

    /// Frees the key of what was taken back.
    pub fn free(&mut self, award: AwardId, is_meant: &dyn Fn(&PostedAward, &Key<'a>) -> bool) {
        let Some(all) = self.awards.get_mut(usize::from(award.0)) else { return };
        for Taking { posted, .. } in all.list.iter_mut().filter(|taking| !taking.posted.freed && is_meant(&taking.posted, &taking.key)) {
            (posted.freed, posted.stands) = (true, false);
            let Some(paid) = all.paid.as_mut().filter(|_| posted.paid) else { continue };
            if let Some(at) = paid.list().iter().position(|used| used.date == posted.date) {
                paid.remove(at);
            }
        }
    }

    /// What was posted of the award and was not taken back with its key.
    pub fn posted(&self, award: AwardId) -> impl Iterator<Item = &PostedAward> {
        let all = self.awards.get(usize::from(award.0)).into_iter().flat_map(|posted| &*posted.list);
        all.map(|taking| &taking.posted).filter(|posted| !posted.freed)
    }

    #[inline]
    pub fn uses(&self, limit: LimitId) -> &Uses {
        &self.limits[usize::from(limit.0)]
    }

    /// One for each award of this name that paid something, where it has tiers.
    pub fn counts(&self, award: AwardId) -> Option<&Uses> {
        self.awards.get(usize::from(award.0))?.paid.as_ref()
    }
}
