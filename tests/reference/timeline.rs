//! One person's queue, worked from the front (DESIGN 1.3): qualified, de-duplicated, valued, limited, posted.

use std::collections::BTreeSet;
use std::rc::Rc;

use stipend::syntax::ast::{Amount, Award};

use super::days::Day;
use super::expressions::Scope;
use super::limits::Piece;
use super::program::Program;
use super::ratio::{Ratio, ZERO};
use super::world::{Became, Decided, Origin, Paid, Person, Val, Verdict};

pub struct Timeline<'a> {
    pub program: &'a Program<'a>,
    pub people: &'a [Person],
    /// Its place among them.
    pub own: usize,
    /// What the pools and the limits over several people give, the second time round.
    pub given: Option<&'a super::pools::Given>,
    /// How often those limits were asked.
    pub asks: usize,
    pub person: &'a Person,
    pub as_of: Day,
    /// The person's credits, and the day of the candidate at hand.
    pub lots: super::banks::Lots,
    /// How the person's sets stand.
    pub sets: super::sets::Books,
    today: Day,
    pub queue: Vec<Candidate>,
    pub posted: Vec<Posted>,
    pub so_far: super::posted::Ledger,
    pub ranks: Vec<usize>,
    /// What earlier runs paid.
    pub paid: Vec<super::opening::Group>,
    /// The rows that they were paid for.
    pub rows_paid: Vec<Candidate>,
    pub choices: Vec<super::choose::Made>,
    /// Whether a held candidate might have won the choice at hand.
    pub unsure: bool,
    pub verdict: Verdict,
    /// Limits that somebody held might have used first.
    pub held_limits: BTreeSet<usize>,
    held_banks: Rc<BTreeSet<String>>,
    pub person_held: bool,
    /// A line that an earlier run paid was rejected.
    pub opening_unsure: bool,
    /// What awards moved so far: the field, from which day, the new value.
    pub moved: Vec<(String, Day, Val)>,
    pub taken: super::recoveries::TakenBack,
}

#[derive(Clone, Debug)]
pub struct Candidate {
    pub award: usize,
    pub origin: Origin,
    pub placing: Option<Day>,
    /// Before it waited for the first time.
    pub first_placing: Option<Day>,
    pub ties: Val,
    /// None where a key is missing.
    pub key: Option<String>,
    pub record: usize,
    pub row: usize,
    /// The day it waited for.
    pub redated: Option<Day>,
    pub recurrence: Option<super::recurring::Recurrence>,
    pub carried: Option<Carried>,
    /// The group of lines that an earlier run paid for it.
    pub paid: Option<usize>,
    /// The limit for whose room it waits.
    pub waits_for: Option<usize>,
}

/// The part that an earlier period's limit cut.
#[derive(Clone, Debug)]
pub struct Carried {
    pub piece: Piece,
    /// Position among what was decided.
    pub decided: usize,
}

/// What has moved the windows.
#[derive(Clone, Debug)]
pub struct Posted {
    pub award: usize,
    /// The carried part of an earlier award.
    pub is_part: bool,
    pub key: Option<String>,
    pub placing: Day,
    pub pieces: Vec<Piece>,
    /// The limits it counts under.
    pub covered: Vec<usize>,
    pub quantities: Vec<(String, Ratio)>,
    /// A part of it goes to a later period.
    pub carries: bool,
    /// A part of an award of which something was paid before.
    pub is_another: bool,
    /// By an earlier run.
    pub by_earlier: bool,
    /// Position among what was decided; the carried part of an award has that of the award.
    pub decided: usize,
    pub effective: Day,
}

/// Why a candidate goes no further.
#[derive(Debug)]
pub struct Stop {
    pub became: Became,
    pub condition: Option<usize>,
    pub why: String,
}

pub fn stop(became: Became, why: impl Into<String>) -> Stop {
    Stop { became, condition: None, why: why.into() }
}

pub fn held(why: impl Into<String>) -> Stop {
    stop(Became::Held, why)
}

/// Decides everything about one person.
pub fn work<'a>(
    program: &'a Program<'a>,
    (people, own): (&'a [Person], usize),
    as_of: Day,
    given: Option<&'a super::pools::Given>,
) -> Verdict {
    let mut timeline = Timeline {
        program,
        people,
        own,
        given,
        asks: 0,
        person: &people[own],
        lots: super::banks::Lots::default(),
        sets: super::sets::opened(program),
        today: as_of,
        as_of,
        queue: Vec::new(),
        posted: Vec::new(),
        so_far: super::posted::Ledger::default(),
        ranks: program.ranks(),
        paid: Vec::new(),
        rows_paid: Vec::new(),
        choices: Vec::new(),
        unsure: false,
        verdict: Verdict::default(),
        held_limits: BTreeSet::new(),
        held_banks: Rc::default(),
        person_held: false,
        opening_unsure: false,
        moved: Vec::new(),
        taken: super::recoveries::TakenBack::default(),
    };
    for award in 0..program.awards.len() {
        timeline.line_up(award);
    }
    timeline.open();
    timeline.open_rejected();
    while let Some(candidate) = timeline.next() {
        timeline.today = candidate.placing.unwrap_or(as_of);
        timeline.take_back_before(&candidate);
        match candidate.carried.clone() {
            Some(carried) => timeline.work_carried(&candidate, carried),
            None => timeline.work_one(candidate),
        }
    }
    timeline.verdict.credits = timeline.closing_credits();
    timeline.verdict.sets = timeline.closing_sets();
    timeline.without_woken()
}

/// Where a candidate stands: dates, award, ties, key, record, row.
type Order = ((Option<Day>, Option<Day>), usize, (i32, Ratio, String), (Option<String>, i64), usize, (usize, Option<i64>));

impl<'a> Timeline<'a> {
    pub fn award(&self, award: usize) -> &'a Award {
        self.program.awards[award]
    }

    /// All candidates of an award: one for each row, or one for each period up to the as-of date.
    fn line_up(&mut self, award: usize) {
        let declared = self.award(award);
        let name = &declared.each.kind;
        let record = self.program.records.iter().position(|record| record.name.kind == *name).expect("a record");
        let origins: Vec<Origin> = match &declared.period {
            Some(word) => {
                let (first, last) = self.program.in_force();
                let last = last.map_or(self.as_of, |last| last.min(self.as_of));
                self.program.periods_between(&word.kind, (first, last)).into_iter().map(|(start, _)| Origin::Period(start)).collect()
            }
            None => self.person.rows.get(name).into_iter().flatten().map(|(row, _)| Origin::Event(name.clone(), *row)).collect(),
        };
        for origin in origins {
            let row = match &origin {
                Origin::Event(_, row) => *row,
                Origin::Period(start) => start.0 as usize,
            };
            let bare = Candidate {
                award,
                origin,
                placing: None,
                first_placing: None,
                ties: Val::Missing,
                key: None,
                record,
                row,
                redated: None,
                recurrence: None,
                carried: None,
                paid: None,
                waits_for: None,
            };
            for recurrence in self.recurrences(declared, &self.scope(&bare)) {
                let mut candidate = Candidate { recurrence, ..bare.clone() };
                let scope = self.scope(&candidate);
                let placing = declared.by.as_ref().map_or(scope.effective.clone(), |by| scope.value(by));
                let ties = declared.ties.as_ref().map_or(Val::YesNo(false), |ties| scope.value(ties));
                let own = super::qualified::key(declared.once.as_ref(), &scope);
                candidate.key = super::recurring::numbered(declared, own, candidate.recurrence.as_ref());
                (candidate.placing, candidate.first_placing, candidate.ties) = (placing.date(), placing.date(), ties);
                self.queue.push(candidate);
            }
        }
    }

    /// The first in the queue: placing date, first placing date (what waited goes before what is new), award, ties, key, record,
    /// row. Without a placing date it stands before everything.
    fn next(&mut self) -> Option<Candidate> {
        let first = (0..self.queue.len()).min_by_key(|at| self.order(&self.queue[*at]))?;
        Some(self.queue.remove(first))
    }

    pub fn order(&self, candidate: &Candidate) -> Order {
        let ties = match &candidate.ties {
            Val::Num(number) => (0, *number, String::new()),
            Val::Date(day) => (0, Ratio::whole(day.0.into()), String::new()),
            Val::Text(text) => (0, ZERO, text.clone()),
            Val::YesNo(yes) => (0, Ratio::whole(i128::from(*yes)), String::new()),
            Val::Missing | Val::Unknown | Val::NotApplicable | Val::Span { .. } => (1, ZERO, String::new()),
        };
        let dates = (candidate.placing, candidate.first_placing);
        (
            dates,
            self.ranks[candidate.award],
            ties,
            super::recurring::in_order(candidate),
            candidate.record,
            (candidate.row, candidate.recurrence.as_ref().map(|recurrence| recurrence.number)),
        )
    }

    pub fn scope(&self, candidate: &Candidate) -> Scope<'a> {
        let declared = self.award(candidate.award);
        let mut scope = Scope {
            so_far: self.so_far.clone(),
            moved: self.moved.clone(),
            moving: &declared.moves,
            lots: self.lots.clone(),
            sets: self.sets.clone(),
            today: self.today,
            held_banks: self.held_banks.clone(),
            place: candidate.placing.map(|day| (day, self.ranks[candidate.award])),
            ..Scope::of_facts(self.program, self.people, self.person)
        };
        match &candidate.origin {
            Origin::Event(_, number) => {
                let rows = &self.person.rows[&declared.each.kind];
                let (_, row) = rows.iter().find(|(row, _)| row == number).expect("a row");
                scope.event = Some((&declared.each.kind, row));
                scope.row = Some(*number);
            }
            Origin::Period(start) => {
                let word = &declared.period.as_ref().expect("a period").kind;
                scope.period = self.program.period_of(word, *start);
            }
        }
        let again = candidate.recurrence.as_ref().map(|recurrence| recurrence.day);
        scope.effective = match (candidate.redated.or(again), &declared.effective) {
            (Some(day), _) => Val::Date(day),
            (None, Some(effective)) => scope.value(effective),
            (None, None) => Val::Missing,
        };
        scope
    }

    fn work_one(&mut self, mut candidate: Candidate) {
        candidate.waits_for = None;
        let scope = self.scope(&candidate);
        let provisional = self.covering(candidate.award).iter().any(|limit| self.held_limits.contains(limit));
        let mut decided = Decided {
            award: candidate.award,
            origin: candidate.origin.clone(),
            became: Became::Held,
            condition: None,
            why: String::new(),
            amount: ZERO,
            provisional,
            is_share: false,
        };
        self.unsure = self.opening_unsure;
        if let Some(set) = self.program.counts_in(candidate.award) {
            return self.count_row(set, (&candidate, &scope), decided);
        }
        if !self.award(candidate.award).recovers.is_empty() {
            return self.work_recovery(&candidate, &scope, decided);
        }
        let outcome = self.decide(&mut candidate, &scope);
        decided.provisional |= self.unsure || scope.asked_unsure.get();
        let stop = match outcome {
            Ok(Some(settled)) => {
                decided.is_share = settled.is_share;
                self.verdict.decided.push(decided);
                return match self.program.credits(candidate.award) {
                    Some(_) => self.post_credit(&candidate, settled),
                    None => self.post(&candidate, &scope, settled),
                };
            }
            // it waits and comes again
            Ok(None) => return,
            Err(stop) => stop,
        };
        if stop.became == Became::AlreadyPaid && candidate.paid.is_none() {
            self.recognise(&candidate);
        }
        if stop.became == Became::Waiting && candidate.waits_for.is_some() {
            self.taken.sleeping.push((candidate.clone(), self.verdict.decided.len()));
        }
        if stop.became == Became::Held {
            self.hold(candidate.award);
            self.hold_claims(&candidate);
            self.hold_before_all(&candidate);
        }
        (decided.became, decided.condition, decided.why) = (stop.became, stop.condition, stop.why);
        self.verdict.decided.push(decided);
    }

    /// Somebody held might have used the limits of the award first.
    pub fn hold(&mut self, award: usize) {
        self.held_limits.extend(self.covering(award));
        let banks = self.program.credits(award).map(|bank| bank.name.kind.clone());
        let spent = self.award(award).spends.iter().map(|spend| spend.bank.kind.clone());
        Rc::make_mut(&mut self.held_banks).extend(banks.into_iter().chain(spent));
        self.person_held |= self.program.head.held_rows_hold_person.is_some();
    }

    fn decide(&mut self, candidate: &mut Candidate, scope: &Scope<'a>) -> Result<Option<super::limits::Settled>, Stop> {
        if candidate.paid.is_some() {
            return Err(stop(Became::AlreadyPaid, "paid by an earlier run"));
        }
        if self.person_held {
            return Err(held("an earlier row of the person is held"));
        }
        let award = self.award(candidate.award);
        let placing = self.qualified(candidate, scope)?;
        self.is_late_enough(candidate.award, placing)?;
        let taken = self.spendings(award, scope)?;
        self.has_something_to_move(candidate, scope)?;
        if let Some(pay) = self.deciding_line(candidate, scope)?
            && let Amount::Claim(claim) = &pay.amount
        {
            let settled = self.claim((candidate, award), scope, (claim, pay))?;
            if settled.pays() {
                self.payment_days(award, scope)?;
            }
            return Ok(Some(settled));
        }
        let valued = self.value(candidate, scope, placing)?;
        self.unsure |= self.choose(candidate, scope, &valued)?;
        let Some(mut settled) = self.limit(candidate, scope, valued.clone())? else { return Ok(None) };
        match self.program.credits(candidate.award) {
            Some(bank) if settled.pays() => self.credit(bank, (candidate, scope), settled.pieces[0].amount)?,
            None if settled.pieces.iter().any(|piece| !piece.amount.is_zero()) => drop(self.payment_days(award, scope)?),
            None if settled.pays() => drop(award.paid_on.as_ref().map(|day| self.known_day(scope, day)).transpose()?),
            _ => {}
        }
        self.roles_end(award, scope, &settled)?;
        self.ask_of_all(candidate, scope, (&mut settled, &valued))?;
        if settled.pays() || !settled.carried.is_empty() {
            self.spend(award, (candidate, taken));
            self.next_block(candidate);
        }
        Ok(Some(settled))
    }

    pub fn add_line(&mut self, candidate: &Candidate, scope: &Scope<'a>, piece: &Piece) {
        let line = super::posted::SoFar {
            award: self.award(candidate.award).name.kind.clone(),
            to_base_salary: piece.kind == "base salary",
            placed: candidate.placing.expect("a placing date"),
            effective: scope.effective.date().expect("an effective date"),
            amount: piece.amount,
            rank: None,
        };
        std::rc::Rc::make_mut(&mut self.so_far).push(line);
        for (pay_date, amount) in self.payments(self.award(candidate.award), scope, piece.amount) {
            self.verdict.lines.push(Paid {
                award: candidate.award,
                origin: candidate.origin.clone(),
                kind: piece.kind,
                amount,
                effective: scope.effective.date().expect("an effective date"),
                pay_date,
            });
        }
    }
}
