//! The opening state: lines that earlier runs paid fill windows, take keys, and are never decided again (DESIGN 1.4).

use std::collections::BTreeMap;

use super::ledger::Posting;
use super::posted::PostedAward;
use super::window::Use;
use crate::eval::evaluator::Position;
use crate::eval::expression::operators::{number_of, truth};
use crate::eval::outcome::Origin;
use crate::eval::person::candidate::{Candidate, Key};
use crate::eval::person::timeline::Timeline;
use crate::eval::turn::key::without_excess;
use crate::eval::turn::recur::without_number;
use crate::facts::PaidLine;
use crate::policy::{AwardId, Excess, LimitBasis, LimitId, LimitMeasure, Window};
use crate::value::{Date, Number};

/// The paid lines of one award and record key.
#[derive(Debug)]
pub struct PaidGroup<'a> {
    pub award: AwardId,
    pub record: &'a str,
    /// The effective date of the first line.
    pub effective: Date,
    /// Indices into `Facts::paid`.
    pub lines: Vec<u32>,
    /// What the lines come to; a reversed award comes to zero and is open again.
    pub net: Number,
    /// Whether a line of it is a move: it stands even where it paid nothing.
    pub moved: bool,
    /// Whether a candidate of this run was recognised in it.
    pub recognised: bool,
    /// The candidate that is it, where its row is still there.
    pub row: Option<u32>,
}

impl<'a> Timeline<'a> {
    /// Groups the person's paid lines, recognises the candidates they were paid for, and posts them.
    pub(in crate::eval) fn open(&mut self) {
        self.groups.clear();
        if self.paid_lines.is_empty() {
            return;
        }
        let first = self.evaluator.facts.paid.partition_point(|line| line.employee < self.evaluator.employee);
        let mut found = BTreeMap::new();
        for (offset, line) in self.paid_lines.iter().enumerate() {
            self.add_paid_line(line, (first + offset) as u32, &mut found);
        }
        self.groups.retain(|group| group.moved || !group.net.is_zero());
        if self.groups.is_empty() {
            return;
        }
        self.recognise();
        for index in 0..self.groups.len() {
            self.post_group(index);
        }
        self.reverse_paid_lines();
    }

    fn add_paid_line(&mut self, line: &'a PaidLine, index: u32, found: &mut BTreeMap<(AwardId, &'a str, Option<Date>), usize>) {
        let (record, _) = without_excess(&line.record);
        let policy = self.evaluator.policy;
        // Under `once per … per fiscal year` the same key may be paid again: each effective date is a payment of its own.
        let award = policy.award(line.award);
        let is_free_again = award.recovered.is_some_and(|freed| freed.key);
        let repeats = is_free_again || award.once.as_ref().is_some_and(|once| !matches!(once.window, Window::Ever));
        let next = self.groups.len();
        let same = *found.entry((line.award, record, repeats.then_some(line.effective))).or_insert(next);
        match self.groups.get_mut(same) {
            Some(group) => {
                group.net = group.net.plus(line.amount).unwrap_or(group.net);
                group.lines.push(index);
                group.moved |= line.moved.is_some();
            }
            None => self.groups.push(PaidGroup {
                award: line.award,
                record,
                effective: line.effective,
                lines: vec![index],
                net: line.amount,
                moved: line.moved.is_some(),
                recognised: false,
                row: None,
            }),
        }
    }

    /// A candidate is the paid one when award and record key agree and, under `once`, the effective date too.
    fn recognise(&mut self) {
        let mut by_record: BTreeMap<(AwardId, &str), Vec<usize>> = BTreeMap::new();
        for (index, group) in self.groups.iter().enumerate() {
            by_record.entry((group.award, group.record)).or_default().push(index);
        }
        for at in 0..self.queue.len() {
            let Some(candidate) = self.queue.get(at) else { continue };
            let record = self.evaluator.record_key(candidate);
            let keyed = !candidate.key.values().is_empty();
            let same = |index: &&usize| {
                let group = &self.groups[**index];
                !group.recognised && (!keyed || Some(group.effective) == candidate.effective)
            };
            let Some(index) = by_record.get(&(candidate.award, &*record)).and_then(|groups| groups.iter().find(same).copied()) else {
                continue;
            };
            let number = self.queue.number(at);
            if let Some(group) = self.groups.get_mut(index) {
                (group.recognised, group.row) = (true, number);
            }
            if let Some(candidate) = self.queue.get_mut(at) {
                candidate.paid_group = Some(index as u32);
            }
        }
    }

    fn post_group(&mut self, index: usize) {
        let Some(group) = self.groups.get(index) else { return };
        let (award, net, record, effective) = (group.award, group.net, group.record, group.effective);
        let lines = group.lines.clone();
        let facts = self.evaluator.facts;
        let of_money = |line: &&u32| facts.paid.get(**line as usize).is_some_and(|line| line.moved.is_none());
        let payments = lines.iter().filter(of_money).count();
        let candidate = group.row.and_then(|number| self.queue.by_number(number)).cloned();
        // a line that waited or was carried stands where it was paid, not where its row is
        let is_its_own_day = |candidate: &&Candidate<'a>| payments <= 1 && candidate.effective == Some(effective);
        let placing = candidate.as_ref().filter(is_its_own_day).and_then(|candidate| candidate.placing);
        let policy_award = self.evaluator.policy.award(award);
        let posted = PostedAward {
            date: placing.unwrap_or(effective),
            paid: net.is_positive(),
            stands: net.is_positive() || group.moved,
            freed: false,
            outcome: None,
        };
        let key = Key::Paid(without_number(policy_award, record));
        self.book.post(award, posted, (&key, key.mark()));
        let rank = self.evaluator.policy.award(award).rank;
        for line in lines.iter().filter_map(|line| self.evaluator.facts.paid.get(*line as usize)) {
            let placed = placing.unwrap_or(line.effective);
            let (effective, amount, reverses) = (line.effective, line.amount, None);
            self.evaluator.ledger.post(Posting { award, rank, kind: line.kind, placed, effective, amount, reverses });
        }
        self.remember_group(index, (placing, candidate.as_ref()));
        let declared = self.evaluator.policy.award(award);
        for limit in declared.limits.iter().chain(&declared.shared_limits) {
            if candidate.as_ref().is_none_or(|candidate| self.counts_under(*limit, candidate)) {
                self.use_by_lines(*limit, award, (&lines, placing), candidate.as_ref());
            }
        }
    }

    /// A paid line whose row is still in the data uses a limit `where …` only if the row does; one without a row always does.
    fn counts_under(&mut self, limit: LimitId, candidate: &Candidate<'a>) -> bool {
        let policy = self.evaluator.policy;
        let Some(condition) = &policy.limit(limit).condition else { return true };
        let step = self.evaluator.evaluate(condition, &position(candidate));
        truth(self.evaluator.value(step)).unwrap_or(true)
    }

    fn use_by_lines(&mut self, id: LimitId, award: AwardId, (lines, placing): (&[u32], Option<Date>), candidate: Option<&Candidate<'a>>) {
        let (policy, facts) = (self.evaluator.policy, self.evaluator.facts);
        let limits = &policy.award(award).limits;
        let giving = limits.iter().position(|limit| matches!(policy.limit(*limit).excess, Excess::PaidAsStipend));
        let at = limits.iter().position(|limit| *limit == id);
        let mut counted = false;
        for line in lines.iter().filter_map(|line| facts.paid.get(*line as usize)) {
            let (_, excess) = without_excess(&line.record);
            if excess && at.is_some() && giving >= at {
                continue; // the excess of a limit is not under that limit again
            }
            let date = placing.unwrap_or(line.effective);
            let amount = match &policy.limit(id).measure {
                LimitMeasure::Money(_) => self.counted_money(id, line.amount, candidate),
                LimitMeasure::Awards(_) | LimitMeasure::Quantity { .. }
                    if counted || !(line.amount.is_positive() || line.moved.is_some()) =>
                {
                    Number::ZERO
                }
                LimitMeasure::Awards(_) => Number::ONE,
                LimitMeasure::Quantity { field, .. } => {
                    let row = candidate.and_then(|candidate| position(candidate).event);
                    row.and_then(|(record, row)| number_of(self.evaluator.cell_value(record, row, *field))).unwrap_or(Number::ZERO)
                }
            };
            counted = true;
            self.use_shared(award, id, (Use { date, amount }, candidate));
            self.book.use_limit(id, (date, &amount));
            self.remember_use(award, (id, Use { date, amount }));
        }
    }

    /// A limit before proration counts the full amount: what was paid, divided by the proration of its row.
    fn counted_money(&mut self, id: LimitId, paid: Number, candidate: Option<&Candidate<'a>>) -> Number {
        let policy = self.evaluator.policy;
        let (LimitBasis::BeforeProration, Some(candidate)) = (policy.limit(id).basis, candidate) else { return paid };
        let Some(proration) = &policy.award(candidate.award).proration else { return paid };
        let step = self.evaluator.evaluate(proration, &position(candidate));
        number_of(self.evaluator.value(step)).and_then(|part| paid.divided_by(part).ok()).unwrap_or(paid)
    }
}

/// The position of a candidate before it is worked.
#[inline]
pub(in crate::eval) fn position(candidate: &Candidate) -> Position {
    let effective = candidate.moved_to.or(candidate.effective);
    let place = candidate.placing.map(|day| (day, candidate.rank));
    match candidate.origin {
        Origin::Event { record, row } => Position { event: Some((record, row)), effective, place, ..Position::default() },
        Origin::Period(period) => Position { period: Some(period), effective, place, ..Position::default() },
    }
}
