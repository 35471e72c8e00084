//! Taking back what was paid: how much of which payment, and what that opens (decision 0016).

use std::collections::{BTreeMap, BTreeSet};

use stipend::syntax::ast::{Recover, RecoverShare};

use super::days::Day;
use super::expressions::Scope;
use super::posted::SoFar;
use super::program::rounded;
use super::ratio::{Ratio, ZERO};
use super::timeline::{Candidate, Stop, Timeline, held, stop};
use super::world::{Became, Decided, Paid, Val, Verdict};

/// What was taken back so far, by what was decided.
#[derive(Clone, Debug, Default)]
pub struct TakenBack {
    /// By decision and kind.
    amounts: BTreeMap<(usize, &'static str), Ratio>,
    /// Decisions whose key is free again.
    pub freed: BTreeSet<usize>,
    /// The fields that a decision moved, as long as it stands: before and after.
    pub moved: BTreeMap<usize, Vec<(String, Val, Val)>>,
    /// Those that wait for a day after the as-of date, with their places among what was decided.
    pub sleeping: Vec<(Candidate, usize)>,
    woken: BTreeSet<usize>,
    /// What earlier runs took back, the last first, until the queue comes to its place.
    earlier: Vec<Earlier>,
}

/// What an earlier run took back of what an earlier run paid.
#[derive(Clone, Debug)]
struct Earlier {
    /// The day and the rank of the award that took it back.
    place: (Day, usize),
    award: usize,
    decided: usize,
    kind: &'static str,
    amount: Ratio,
}

impl<'a> Timeline<'a> {
    /// By kind, what was paid for a decision.
    fn paid_for(&self, decided: usize) -> Vec<(&'static str, Ratio)> {
        let mut sums: Vec<(&'static str, Ratio)> = Vec::new();
        for piece in self.posted.iter().filter(|posted| posted.decided == decided).flat_map(|posted| &posted.pieces) {
            match sums.iter_mut().find(|(kind, _)| *kind == piece.kind) {
                Some((_, sum)) => *sum = sum.plus(piece.amount),
                None => sums.push((piece.kind, piece.amount)),
            }
        }
        sums.retain(|(_, sum)| !sum.is_zero());
        sums
    }

    fn taken_of(&self, decided: usize, kind: &'static str) -> Ratio {
        self.taken.amounts.get(&(decided, kind)).copied().unwrap_or(ZERO)
    }

    /// The share of a payment that was taken back.
    pub fn part_taken(&self, decided: usize) -> Ratio {
        let (paid, taken) = self
            .paid_for(decided)
            .into_iter()
            .fold((ZERO, ZERO), |(paid, taken), (kind, amount)| (paid.plus(amount), taken.plus(self.taken_of(decided, kind))));
        if paid.is_zero() { ZERO } else { taken.over(paid) }
    }

    /// Whether all of it was taken back.
    pub fn is_gone(&self, decided: usize) -> bool {
        let paid = self.paid_for(decided);
        let had_any = !paid.is_empty() || self.taken.moved.contains_key(&decided);
        let stands = paid.into_iter().any(|(kind, amount)| self.taken_of(decided, kind) < amount);
        let moved = self.taken.moved.get(&decided).is_some_and(|moved| !moved.is_empty());
        had_any && !stands && !moved
    }

    /// What earlier runs took back, at its places in the queue: rows before it are not looked at again.
    pub fn open_recoveries(&mut self) {
        for line in self.person.paid.clone() {
            let Some((award, record, effective)) = &line.reverses else { continue };
            let is_it = |group: &super::opening::Group| {
                self.award(group.award).name.kind == *award && group.record == *record && group.effective == *effective
            };
            let Some(group) = self.paid.iter().position(is_it) else { continue };
            let award = self.program.awards.iter().position(|award| award.name.kind == line.award).expect("an award of the policy");
            self.taken.earlier.push(Earlier {
                place: (line.effective, self.ranks[award]),
                award,
                decided: super::opening::earlier(group),
                kind: line.kind,
                amount: line.amount.negative(),
            });
        }
        self.taken.earlier.sort_by_key(|earlier| std::cmp::Reverse(earlier.place));
    }

    pub fn take_back_before(&mut self, candidate: &Candidate) {
        let Some(day) = candidate.placing else { return };
        while self.taken.earlier.last().is_some_and(|earlier| earlier.place <= (day, self.ranks[candidate.award])) {
            let earlier = self.taken.earlier.pop().expect("the last one");
            let taken = self.taken_of(earlier.decided, earlier.kind).plus(earlier.amount);
            self.taken.amounts.insert((earlier.decided, earlier.kind), taken);
            let reversed = self.posted.iter().find(|posted| posted.decided == earlier.decided).expect("what was paid");
            let (award, placed) = (reversed.award, reversed.placing);
            let line = |award: usize, placed: Day, to_base_salary: bool| SoFar {
                award: self.award(award).name.kind.clone(),
                to_base_salary,
                placed,
                effective: earlier.place.0,
                amount: earlier.amount.negative(),
                rank: None,
            };
            let lines = [line(award, placed, earlier.kind == "base salary"), line(earlier.award, earlier.place.0, false)];
            std::rc::Rc::make_mut(&mut self.so_far).extend(lines);
            let frees_key = self.award(earlier.award).reopens.as_ref().is_some_and(|reopens| reopens.kind.key);
            if frees_key && self.is_gone(earlier.decided) {
                self.taken.freed.insert(earlier.decided);
            }
        }
    }

    /// The row that a decision, or what an earlier run paid, was made for.
    fn origin_of(&self, decided: usize) -> Option<&super::world::Origin> {
        let of_earlier = |group: usize| self.rows_paid.iter().find(|row| row.paid == Some(group)).map(|row| &row.origin);
        let earlier = (0..self.paid.len()).find(|group| super::opening::earlier(*group) == decided);
        earlier.map_or_else(|| self.verdict.decided.get(decided).map(|decided| &decided.origin), of_earlier)
    }

    pub fn work_recovery(&mut self, candidate: &Candidate, scope: &Scope<'a>, mut decided: Decided) {
        let result = self.recovered(candidate, scope);
        decided.provisional |= self.unsure || scope.asked_unsure.get();
        match result {
            Ok((became, amount)) => (decided.became, decided.amount) = (became, amount),
            Err(stop) => {
                if stop.became == Became::Held {
                    self.person_held = self.program.head.held_rows_hold_person.is_some();
                }
                (decided.became, decided.condition, decided.why) = (stop.became, stop.condition, stop.why);
            }
        }
        self.verdict.decided.push(decided);
    }

    fn recovered(&mut self, candidate: &Candidate, scope: &Scope<'a>) -> Result<(Became, Ratio), Stop> {
        if candidate.paid.is_some() {
            return Err(stop(Became::AlreadyPaid, "paid by an earlier run"));
        }
        if self.person_held {
            return Err(held("an earlier row of the person is held"));
        }
        let placing = self.qualified(candidate, scope)?;
        let mut deciding = None;
        for recover in &self.award(candidate.award).recovers {
            match recover.when.as_ref().map_or(Val::YesNo(true), |when| scope.value(when)) {
                Val::YesNo(true) => {
                    deciding = Some(recover);
                    break;
                }
                Val::YesNo(false) => {}
                _ => return Err(held("a line's `when` is missing")),
            }
        }
        let recover = deciding.ok_or_else(|| stop(Became::NotEligible, "no line holds"))?;
        let payments: Vec<usize> = self.meant(recover, candidate, scope)?.into_iter().filter(|decided| !self.is_gone(*decided)).collect();
        if payments.is_empty() {
            return Err(stop(Became::NotEligible, "nothing to take back"));
        }
        let share = match &recover.share {
            RecoverShare::All => None,
            RecoverShare::Of(share) => Some(scope.value(share).num().ok_or_else(|| held("the part is missing"))?),
        };
        let taken = self.shares(candidate, recover, (&payments, share));
        let total = taken.iter().fold(ZERO, |sum, (.., amount)| sum.plus(*amount));
        let moves = share.is_none() && payments.iter().any(|decided| self.taken.moved.get(decided).is_some_and(|moved| !moved.is_empty()));
        if !total.is_positive() && !moves {
            return Err(stop(Became::NotEligible, "nothing to take back"));
        }
        if taken.iter().any(|(_, kind, _)| *kind != "base salary") {
            self.payment_days(self.award(candidate.award), scope)?;
        }
        if share.is_none() {
            self.expect_moves_stand(&payments, scope)?;
            payments.iter().for_each(|decided| self.move_back(candidate, scope, *decided));
        }
        let wanted = self.wanted(candidate, recover, (&payments, share));
        for (decided, kind, amount) in taken {
            self.take_back(candidate, scope, (decided, kind, amount));
        }
        self.reopen(candidate, &payments, placing);
        let key = candidate.key.clone();
        let own = self.verdict.decided.len();
        self.posted.push(super::timeline::Posted {
            award: candidate.award,
            is_part: false,
            key,
            placing,
            pieces: Vec::new(),
            covered: Vec::new(),
            quantities: Vec::new(),
            carries: false,
            is_another: false,
            by_earlier: false,
            decided: own,
            effective: placing,
        });
        let became = if total < wanted { Became::Reduced } else { Became::Paid };
        Ok((became, total.negative()))
    }

    /// The decisions that paid what is meant, in the order posted.
    fn meant(&self, recover: &'a Recover, candidate: &Candidate, scope: &Scope<'a>) -> Result<Vec<usize>, Stop> {
        let mut keys = Vec::new();
        for key in &recover.keys {
            let value = scope.value(key);
            if !value.is_known() {
                return Err(held("a key is missing"));
            }
            keys.push(value.to_string());
        }
        let key = keys.join(" / ");
        let since = match &recover.since {
            Some(since) => Some(scope.value(since).date().ok_or_else(|| held("the day is missing"))?),
            None => None,
        };
        let mut found: Vec<usize> = Vec::new();
        for posted in self.posted.iter().filter(|posted| !posted.is_part) {
            let award = &self.award(posted.award).name.kind;
            let own = (candidate.placing, self.ranks[candidate.award]);
            let is_before = !posted.by_earlier || (Some(posted.placing), self.ranks[posted.award]) <= own;
            let is_named = is_before && recover.awards.iter().any(|name| name.kind == *award);
            let is_meant = match (recover.every, keys.is_empty()) {
                (Some(_), _) => since.is_none_or(|since| posted.effective >= since),
                (None, true) => self.origin_of(posted.decided) == Some(&candidate.origin),
                (None, false) => posted.key.as_ref().is_some_and(|own| *own == key || own.starts_with(&format!("{key} / "))),
            };
            if is_named && is_meant && !found.contains(&posted.decided) {
                found.push(posted.decided);
            }
        }
        Ok(found)
    }

    /// What is asked of each kind of each payment, before what is left bounds it.
    fn asked(&self, candidate: &Candidate, recover: &Recover, share: Option<Ratio>, part: (Ratio, Ratio)) -> Ratio {
        let (paid, left) = part;
        let award = self.award(candidate.award);
        let rounding = [&award.round, &self.program.head.rounding].into_iter().flatten().next().map(|rounding| rounding.kind);
        let asked = match (share, is_money(recover)) {
            (None, _) => left,
            (Some(amount), true) => amount.min(left),
            (Some(part), false) => paid.times(part),
        };
        rounding.map_or(asked, |rounding| rounded(asked, rounding))
    }

    fn shares(
        &self,
        candidate: &Candidate,
        recover: &Recover,
        (payments, share): (&[usize], Option<Ratio>),
    ) -> Vec<(usize, &'static str, Ratio)> {
        let mut share = share;
        let mut taken = Vec::new();
        for decided in payments {
            for (kind, paid) in self.paid_for(*decided) {
                let left = paid.minus(self.taken_of(*decided, kind));
                let amount = self.asked(candidate, recover, share, (paid, left)).min(left).max(ZERO);
                if is_money(recover) {
                    share = share.map(|money| money.minus(amount));
                }
                if amount.is_positive() {
                    taken.push((*decided, kind, amount));
                }
            }
        }
        taken
    }

    fn wanted(&self, candidate: &Candidate, recover: &Recover, (payments, share): (&[usize], Option<Ratio>)) -> Ratio {
        if let (Some(money), true) = (share, is_money(recover)) {
            return money;
        }
        let parts = payments.iter().flat_map(|decided| self.paid_for(*decided).into_iter().map(move |(kind, paid)| (*decided, kind, paid)));
        parts.fold(ZERO, |sum, (decided, kind, paid)| {
            sum.plus(self.asked(candidate, recover, share, (paid, paid.minus(self.taken_of(decided, kind)))))
        })
    }

    fn take_back(&mut self, candidate: &Candidate, scope: &Scope<'a>, (decided, kind, amount): (usize, &'static str, Ratio)) {
        let taken = self.taken_of(decided, kind).plus(amount);
        self.taken.amounts.insert((decided, kind), taken);
        let kind = if kind == "base salary" { kind } else { "recovery" };
        let effective = scope.effective.date().expect("an effective date");
        let reversed = self.posted.iter().find(|posted| posted.decided == decided).expect("what was paid");
        let (award, placed) = (reversed.award, reversed.placing);
        let line = |award: usize, placed: Day, to_base_salary: bool| SoFar {
            award: self.award(award).name.kind.clone(),
            to_base_salary,
            placed,
            effective,
            amount: amount.negative(),
            rank: None,
        };
        let own = candidate.placing.expect("a placing date");
        let lines = [line(award, placed, kind == "base salary"), line(candidate.award, own, false)];
        std::rc::Rc::make_mut(&mut self.so_far).extend(lines);
        let whole = vec![(None, amount.negative())];
        let payments = if kind == "base salary" { whole } else { self.payments(self.award(candidate.award), scope, amount.negative()) };
        for (pay_date, amount) in payments {
            let origin = candidate.origin.clone();
            self.verdict.lines.push(Paid { award: candidate.award, origin, kind, amount, effective, pay_date });
        }
    }

    /// A field that has moved on since cannot go back.
    fn expect_moves_stand(&self, payments: &[usize], scope: &Scope<'a>) -> Result<(), Stop> {
        // each is taken back with what those before it have taken back already
        let mut now: BTreeMap<&String, Val> = BTreeMap::new();
        for (field, old, new) in payments.iter().flat_map(|decided| self.taken.moved.get(decided).into_iter().flatten().rev()) {
            let has = now.get(field).cloned().unwrap_or_else(|| scope.of_person(field));
            if has != *new {
                return Err(held("the field has moved on"));
            }
            now.insert(field, old.clone());
        }
        Ok(())
    }

    fn move_back(&mut self, candidate: &Candidate, scope: &Scope<'a>, decided: usize) {
        let effective = scope.effective.date().expect("an effective date");
        let award = self.award(candidate.award);
        let pay_date = award.paid_on.as_ref().and_then(|paid_on| scope.value(paid_on).date());
        let Some(moved) = self.taken.moved.get_mut(&decided) else { return };
        for (field, old, new) in std::mem::take(moved).into_iter().rev() {
            let origin = candidate.origin.clone();
            self.verdict.lines.push(Paid { award: candidate.award, origin, kind: "move", amount: ZERO, effective, pay_date });
            self.verdict.moves.push(format!("{} {field} from {new} to {old} on {effective}", award.name.kind));
            self.moved.push((field, effective, old));
        }
    }

    fn reopen(&mut self, candidate: &Candidate, payments: &[usize], day: Day) {
        let Some(reopens) = self.award(candidate.award).reopens.as_ref().map(|reopens| reopens.kind) else { return };
        for decided in payments {
            if reopens.key && self.is_gone(*decided) {
                self.taken.freed.insert(*decided);
            }
            if reopens.waiting {
                let covered: BTreeSet<usize> =
                    self.posted.iter().filter(|posted| posted.decided == *decided).flat_map(|posted| posted.covered.clone()).collect();
                self.wake(&covered, day);
            }
        }
    }

    fn wake(&mut self, limits: &BTreeSet<usize>, day: Day) {
        let waits = |candidate: &Candidate| candidate.waits_for.is_some_and(|limit| limits.contains(&limit));
        for candidate in self.queue.iter_mut().filter(|candidate| waits(candidate) && candidate.carried.is_none()) {
            (candidate.placing, candidate.redated) = (Some(day), Some(day));
        }
        let (woken, sleeping) = std::mem::take(&mut self.taken.sleeping).into_iter().partition(|(candidate, _)| waits(candidate));
        self.taken.sleeping = sleeping;
        let woken: Vec<(Candidate, usize)> = woken;
        for (candidate, decided) in woken {
            self.taken.woken.insert(decided);
            self.queue.push(Candidate { placing: Some(day), redated: Some(day), ..candidate });
        }
    }

    /// What was decided, without the waiting of those that were tried again.
    pub fn without_woken(mut self) -> Verdict {
        for decided in std::mem::take(&mut self.taken.woken).into_iter().rev() {
            self.verdict.decided.remove(decided);
        }
        self.verdict
    }
}

/// `recover $500 of …`: the part is written as money, or named as money is in the random policies.
fn is_money(recover: &Recover) -> bool {
    match &recover.share {
        RecoverShare::All => false,
        RecoverShare::Of(share) => matches!(share.kind, stipend::syntax::ast::ExprKind::Money(_)),
    }
}
