//! One person's queue: candidates in order, each qualified, de-duplicated, valued, limited and posted (DESIGN 1.3).

use std::ops::Range;
use std::sync::Arc;

use super::candidate::{Candidate, Carried, Key};
use super::next::Next;
use super::placing::Placing;
use super::queue::Queue;
use super::reused::Reused;
use super::screen::{PassedOver, Screened, Screens};
use crate::eval::evaluator::{Evaluator, Position};
use crate::eval::everybody::guarantee::{Broken, Share};
use crate::eval::everybody::pools::Shares;
use crate::eval::everybody::population::Populations;
use crate::eval::expression::calendar;
use crate::eval::history::opening::PaidGroup;
use crate::eval::history::posted::Book;
use crate::eval::history::recovery::PaidFor;
use crate::eval::history::restorable::Restorable;
use crate::eval::history::reversal::GivenBack;
use crate::eval::outcome::{Line, Origin, Outcome, PassedRow, PersonRun};
use crate::eval::trace::{Op, StepId};
use crate::eval::turn::choose::Decided;
use crate::eval::turn::claim::Claims;
use crate::eval::turn::decide::named_period;
use crate::eval::turn::key::keyless_records;
use crate::facts::{EmployeeId, Facts, PaidLine};
use crate::policy::{Amount, Award, AwardId, Each, LimitId, PeriodKind, Policy, RecordId};
use crate::value::{Date, Number, Value};

/// The state of one person's queue. Used again for the next person.
#[derive(Debug)]
pub struct Timeline<'a> {
    pub evaluator: Evaluator<'a>,
    pub book: Book<'a>,
    pub(in crate::eval) queue: Queue<'a>,
    /// What earlier runs paid the person.
    pub(in crate::eval) paid_lines: &'a [PaidLine],
    pub(in crate::eval) groups: Vec<PaidGroup<'a>>,
    pub(in crate::eval) outcomes: Reused<Outcome<'a>>,
    pub(in crate::eval) lines: Reused<Line<'a>>,
    pub(in crate::eval) continued: Vec<(u32, Range<u32>)>,
    /// By limit: whether a held candidate might have used it.
    pub(in crate::eval) held_limits: Vec<bool>,
    /// Whether any limit is among them.
    pub(in crate::eval) any_limit_held: bool,
    pub(in crate::eval) person_held: bool,
    /// A line that an earlier run paid the person was rejected.
    pub(in crate::eval) opening_unsure: bool,
    /// The choices that are made.
    pub(in crate::eval) choices: Vec<Decided>,
    /// Whether a held candidate might have won the choice at hand.
    pub(in crate::eval) unsure: bool,
    /// What was paid and may be taken back, by this run and earlier ones, in the order posted.
    pub(in crate::eval) paid_for: Restorable<PaidFor<'a>>,
    pub(in crate::eval) given_back: Vec<GivenBack>,
    /// Candidates that wait for a day after the as-of date.
    pub(in crate::eval) waiting: Vec<Candidate<'a>>,
    /// The limit over several people that cut the candidate at hand, and by how much.
    pub(in crate::eval) shared_cut: Option<(LimitId, Number)>,
    /// The limits that covered the pieces of the candidate at hand, with the quantity used of those that count a quantity.
    pub(in crate::eval) covered: Vec<(LimitId, Option<Number>)>,
    /// By award: the kind of period that its lines are told with.
    pub(in crate::eval) named_periods: Vec<Option<PeriodKind>>,
    pub(in crate::eval) claims: Claims<'a>,
    /// A held claim might change the share at hand.
    pub(in crate::eval) provisional_share: bool,
    pub(in crate::eval) screens: Screens<'a>,
    /// By award: how its candidates are placed.
    placings: Vec<Placing<'a>>,
    /// Records whose rows have no keys of their own.
    keyless: Vec<RecordId>,
    passed_over: PassedOver,
    passed: Vec<PassedRow>,
    /// Rows that are passed over and told.
    apart: Vec<Candidate<'a>>,
    /// Whether there is more than queues, what is posted by them, and their limits.
    pub(in crate::eval) has_more: bool,
    next: Vec<Next>,
    pub(in crate::eval) broken: Vec<Broken>,
    /// What the people so far add to guarantees about a group or everybody.
    pub(in crate::eval) shares: Vec<Share>,
}

/// Whether earlier runs or rejected rows leave anything to any person, or awards do more than pay under their own limits.
fn has_more(policy: &Policy, facts: &Facts) -> bool {
    let of_award = |award: &Award| {
        let claims = award.pays.iter().any(|pay| matches!(pay.amount, Amount::Claim(_)));
        let changes = !award.moves.is_empty() || !award.grants.is_empty() || !award.recovers.is_empty() || award.recovered.is_some();
        claims || changes || !award.shared_limits.is_empty()
    };
    let of_policy = !policy.banks.is_empty() || !policy.sets.is_empty() || !policy.guarantees.is_empty() || policy.balances.is_some();
    let opened = !facts.paid.is_empty() || !facts.rejected_of.is_empty();
    opened || of_policy || policy.reads_posted || policy.awards.iter().any(of_award)
}

impl<'a> Timeline<'a> {
    pub fn new(policy: &'a Policy, facts: &'a Facts, as_of: Date, populations: &Populations<'a>) -> Timeline<'a> {
        Timeline {
            evaluator: Evaluator::new(policy, facts, as_of, populations),
            book: Book::of(policy),
            queue: Queue::default(),
            paid_lines: &[],
            groups: Vec::new(),
            outcomes: Reused::default(),
            lines: Reused::default(),
            continued: Vec::new(),
            held_limits: vec![false; policy.limits.len()],
            any_limit_held: false,
            person_held: false,
            opening_unsure: false,
            choices: Vec::new(),
            unsure: false,
            paid_for: Restorable::default(),
            given_back: Vec::new(),
            waiting: Vec::new(),
            shared_cut: None,
            covered: Vec::new(),
            named_periods: policy.awards.iter().map(|award| named_period(policy, award)).collect(),
            claims: Claims::default(),
            provisional_share: false,
            screens: Screens::new(policy, facts, as_of),
            placings: (0u16..).zip(&policy.awards).map(|(id, award)| Placing::of((policy, facts), AwardId(id), award)).collect(),
            keyless: keyless_records(policy),
            passed_over: PassedOver::InQueue,
            passed: Vec::new(),
            apart: Vec::new(),
            has_more: has_more(policy, facts),
            next: Vec::new(),
            broken: Vec::new(),
            shares: Vec::new(),
        }
    }

    /// The second time round: every pool is divided.
    pub fn with_shares(mut self, shares: Option<Arc<Shares>>) -> Timeline<'a> {
        self.claims.shares = shares;
        self
    }

    /// What is done with rows whose outcome hangs on nothing in the queue.
    pub fn passing_over(mut self, passed_over: PassedOver) -> Timeline<'a> {
        self.passed_over = passed_over;
        self
    }

    /// Works the whole queue of one person.
    pub fn run(&mut self, employee: EmployeeId) -> PersonRun<'_, 'a> {
        self.begin(employee);
        if self.has_more {
            self.open_moves();
            self.open_balances();
            self.evaluator.open_sets();
        }
        self.fill_queue();
        if self.has_more {
            self.open();
            self.open_rejected();
            self.evaluator.ledger.opened_so_far();
        }
        if self.evaluator.trace.next() > 0 {
            self.evaluator.trace.clear(); // what was computed to sort the queue is computed again in its turn
        }
        if !self.apart.is_empty() {
            let mut apart = std::mem::take(&mut self.apart);
            apart.iter_mut().for_each(|candidate| self.work(candidate));
            apart.clear();
            self.apart = apart; // its room is used again
        }
        while let Some((number, mut candidate)) = self.queue.next() {
            self.evaluator.trace.settle();
            self.give_back_before(&candidate);
            self.work(&mut candidate);
            self.queue.put_back(number, candidate);
        }
        if self.has_more {
            self.give_back_rest();
            self.claims_paid_before();
            self.close_banks(self.evaluator.as_of);
            self.next = self.comes_next();
            self.guarantees();
        }
        PersonRun {
            employee,
            outcomes: &self.outcomes,
            passed: &self.passed,
            lines: &self.lines,
            continued: &self.continued,
            lots: &self.evaluator.lots,
            next: &self.next,
            broken: &self.broken,
            trace: &self.evaluator.trace,
        }
    }

    fn begin(&mut self, employee: EmployeeId) {
        self.evaluator.turn_to(employee);
        let facts = self.evaluator.facts;
        self.paid_lines = if facts.paid.is_empty() { &[] } else { facts.paid_to(employee) };
        self.evaluator.trace.clear();
        if !self.keyless.is_empty() {
            self.evaluator.make_row_keys(&self.keyless);
        }
        self.book.open();
        if self.has_more {
            self.evaluator.moves.clear();
            self.evaluator.ledger.open();
            self.paid_for.clear();
        }
        self.queue.clear();
        self.outcomes.clear();
        self.passed.clear();
        self.lines.clear();
        self.continued.clear();
        self.person_held = false;
        self.choices.clear();
        self.waiting.clear();
        self.claims.asked = 0;
        if std::mem::take(&mut self.any_limit_held) {
            self.held_limits.fill(false);
        }
    }

    fn fill_queue(&mut self) {
        let policy = self.evaluator.policy;
        for (index, award) in policy.awards.iter().enumerate() {
            let id = AwardId(index as u16);
            match &award.each {
                Each::Event(record) => self.add_rows(id, award, *record),
                Each::EmployeePeriod(kind) => self.add_periods(id, award, *kind),
            }
        }
        self.queue.sort();
    }

    fn add_rows(&mut self, id: AwardId, award: &'a Award, record: RecordId) {
        let facts = self.evaluator.facts;
        // what was paid before is recognised by its place in the queue
        let screened = self.passed_over != PassedOver::InQueue && self.paid_lines.is_empty();
        let rows = facts.table(record).rows_of(self.evaluator.employee);
        if rows.is_empty() {
            return;
        }
        let start = rows.start;
        let first = self.passed.iter().position(|passed| passed.record == record).unwrap_or(self.passed.len());
        if screened && self.passed_over == PassedOver::Counted && first == self.passed.len() {
            for row in rows.clone() {
                self.passed.push(PassedRow { record, row, awards: 0 });
            }
        }
        if let Some(recurs) = &award.recurs {
            for row in rows {
                let candidate = self.placings[usize::from(id.0)].candidate(Origin::Event { record, row }, &mut self.evaluator);
                self.recur((award, recurs), candidate);
            }
            return;
        }
        let mut lead = if screened { self.screens.lead(usize::from(id.0)) } else { None };
        let placing = &self.placings[usize::from(id.0)];
        for row in rows {
            let Screened { passed_over, state } = match &mut lead {
                Some(lead) => lead.screened((record, row), &mut self.evaluator),
                None => Screened::default(),
            };
            if passed_over && self.passed_over == PassedOver::Counted {
                self.passed[first + (row - start) as usize].awards += 1;
                continue;
            }
            let origin = Origin::Event { record, row };
            if passed_over {
                let candidate = placing.candidate(origin, &mut self.evaluator);
                self.apart.push(Candidate { screened: state, ..candidate });
            } else {
                self.queue.add(|candidate| {
                    placing.begin(candidate, origin, &mut self.evaluator);
                    candidate.screened = state;
                });
            }
        }
    }

    /// Every period that meets the policy's dates and has begun by the as-of date.
    fn add_periods(&mut self, id: AwardId, award: &'a Award, kind: PeriodKind) {
        let policy = self.evaluator.policy;
        let last = policy.effective.to.map_or(self.evaluator.as_of, |to| to.min(self.evaluator.as_of));
        let mut next = match kind {
            PeriodKind::Named(calendar) => {
                let periods = &policy.calendars[usize::from(calendar.0)].periods;
                let first = periods.iter().find(|named| named.to >= policy.effective.from);
                first.and_then(|first| calendar::period_of(policy, kind, first.from).ok())
            }
            PeriodKind::FiscalYear | PeriodKind::SchoolYear | PeriodKind::CalendarYear | PeriodKind::Month => {
                calendar::period_of(policy, kind, policy.effective.from).ok()
            }
        };
        while let Some(period) = next.filter(|period| period.start <= last) {
            let candidate = self.placings[usize::from(id.0)].candidate(Origin::Period(period), &mut self.evaluator);
            self.add_candidate(award, candidate);
            next = calendar::next_period(policy, kind, period).ok();
        }
    }

    #[inline]
    fn add_candidate(&mut self, award: &'a Award, candidate: Candidate<'a>) {
        match &award.recurs {
            None => self.queue.push(candidate),
            Some(recurs) => self.recur((award, recurs), candidate),
        }
    }

    /// Its place in the queue and its key, once its effective date is known.
    pub(in crate::eval) fn place(&mut self, candidate: &mut Candidate<'a>) {
        self.placings[usize::from(candidate.award.0)].place(candidate, &mut self.evaluator);
    }

    /// The key of a candidate whose place is not asked for.
    pub(in crate::eval) fn key_of(&mut self, candidate: &Candidate<'a>) -> Key<'a> {
        self.placings[usize::from(candidate.award.0)].key(candidate, &mut self.evaluator)
    }

    /// Queues the part that `cut` took away for the first day of the limit's next period.
    pub(in crate::eval) fn carry(&mut self, candidate: &Candidate<'a>, carried: Carried, day: Option<Date>) {
        let Some(day) = day else { return };
        let next =
            Candidate { placing: Some(day), moved_to: Some(day), carried: Some(Box::new(carried)), paid_group: None, ..candidate.clone() };
        self.queue.enqueue(next);
    }

    /// The step of its effective date, and the date or what stands in its place.
    pub(in crate::eval) fn effective_step(&mut self, award: &'a Award, candidate: &Candidate<'a>, at: &Position) -> (StepId, Value<'a>) {
        if let Some(day) = candidate.moved_to {
            let day = Value::Date(day);
            return (self.evaluator.note(Op::Effective, award.effective.span, &[], day), day);
        }
        let (first, day) = self.evaluator.decided(Op::Effective, &award.effective, at);
        let day = *day;
        match self.recurrence_step(award, candidate, first) {
            step if step == first => (step, day),
            step => (step, self.evaluator.value(step)),
        }
    }
}
