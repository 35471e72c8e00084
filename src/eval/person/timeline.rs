//! One person's queue: candidates in order, each qualified, de-duplicated, valued, limited and posted (DESIGN 1.3).

use std::ops::Range;
use std::sync::Arc;

use super::candidate::{Candidate, Carried, Key};
use super::queue::Queue;
use super::screen::{PassedOver, Screens};
use crate::eval::evaluator::{Evaluator, Position};
use crate::eval::everybody::pools::Shares;
use crate::eval::everybody::population::Populations;
use crate::eval::expression::calendar;
use crate::eval::history::opening::{PaidGroup, position};
use crate::eval::history::posted::{Book, Stop};
use crate::eval::history::recovery::PaidFor;
use crate::eval::history::reversal::GivenBack;
use crate::eval::outcome::{Disposition, Line, Origin, Outcome, PassedRow, PersonRun, Reason};
use crate::eval::trace::{Op, StepId};
use crate::eval::turn::choose::Decided;
use crate::eval::turn::claim::Claims;
use crate::eval::turn::verdict::Verdict;
use crate::facts::{EmployeeId, Facts};
use crate::policy::{Award, AwardId, Each, Expr, LimitId, PeriodKind, Policy, RecordId};
use crate::value::{Date, Number, Value};

/// The state of one person's queue. Used again for the next person.
#[derive(Debug)]
pub struct Timeline<'a> {
    pub evaluator: Evaluator<'a>,
    pub book: Book<'a>,
    pub(in crate::eval) queue: Queue<'a>,
    pub(in crate::eval) groups: Vec<PaidGroup<'a>>,
    pub(in crate::eval) outcomes: Vec<Outcome<'a>>,
    pub(in crate::eval) lines: Vec<Line<'a>>,
    continued: Vec<(u32, Range<u32>)>,
    /// By limit: whether a held candidate might have used it.
    pub(in crate::eval) held_limits: Vec<bool>,
    pub(in crate::eval) person_held: bool,
    /// A line that an earlier run paid the person was rejected.
    pub(in crate::eval) opening_unsure: bool,
    /// The choices that are made.
    pub(in crate::eval) choices: Vec<Decided>,
    /// Whether a held candidate might have won the choice at hand.
    pub(in crate::eval) unsure: bool,
    /// What was paid and may be taken back, by this run and earlier ones, in the order posted.
    pub(in crate::eval) paid_for: Vec<PaidFor<'a>>,
    pub(in crate::eval) given_back: Vec<GivenBack>,
    /// Candidates that wait for a day after the as-of date.
    pub(in crate::eval) waiting: Vec<Candidate<'a>>,
    /// The limit over several people that cut the candidate at hand, and by how much.
    pub(in crate::eval) shared_cut: Option<(LimitId, Number)>,
    /// The limits that covered the pieces of the candidate at hand, with the quantity used of those that count a quantity.
    pub(in crate::eval) covered: Vec<(LimitId, Option<Number>)>,
    pub(in crate::eval) claims: Claims<'a>,
    /// A held claim might change the share at hand.
    pub(in crate::eval) provisional_share: bool,
    pub(in crate::eval) screens: Screens<'a>,
    passed_over: PassedOver,
    passed: Vec<PassedRow>,
    /// Rows that are passed over and told.
    apart: Vec<Candidate<'a>>,
}

impl<'a> Timeline<'a> {
    pub fn new(policy: &'a Policy, facts: &'a Facts, as_of: Date, populations: &Populations<'a>) -> Timeline<'a> {
        Timeline {
            evaluator: Evaluator::new(policy, facts, as_of, populations),
            book: Book::default(),
            queue: Queue::default(),
            groups: Vec::new(),
            outcomes: Vec::new(),
            lines: Vec::new(),
            continued: Vec::new(),
            held_limits: Vec::new(),
            person_held: false,
            opening_unsure: false,
            choices: Vec::new(),
            unsure: false,
            paid_for: Vec::new(),
            given_back: Vec::new(),
            waiting: Vec::new(),
            shared_cut: None,
            covered: Vec::new(),
            claims: Claims::default(),
            provisional_share: false,
            screens: Screens::new(policy, facts),
            passed_over: PassedOver::InQueue,
            passed: Vec::new(),
            apart: Vec::new(),
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
    pub fn run(&mut self, employee: EmployeeId) -> PersonRun<'a> {
        self.begin(employee);
        self.open_moves();
        self.open_balances();
        self.evaluator.open_sets();
        self.fill_queue();
        self.open();
        self.open_rejected();
        self.evaluator.ledger.opened_so_far();
        self.evaluator.trace.clear(); // what was computed to sort the queue is computed again in its turn
        for candidate in std::mem::take(&mut self.apart) {
            self.work(candidate);
        }
        while let Some(candidate) = self.queue.next() {
            self.evaluator.trace.settle();
            self.give_back_before(&candidate);
            self.work(candidate);
        }
        self.give_back_rest();
        self.claims_paid_before();
        self.close_banks(self.evaluator.as_of);
        let next = self.comes_next();
        let (broken, shares) = self.guarantees();
        PersonRun {
            employee,
            outcomes: std::mem::take(&mut self.outcomes),
            passed: std::mem::take(&mut self.passed),
            lines: std::mem::take(&mut self.lines),
            continued: std::mem::take(&mut self.continued),
            lots: std::mem::take(&mut self.evaluator.lots),
            next,
            broken,
            shares,
            trace: std::mem::take(&mut self.evaluator.trace),
        }
    }

    /// Takes back what a person's run has lent, so that the next person allocates nothing.
    pub fn recycle(&mut self, run: PersonRun<'a>) {
        (self.outcomes, self.lines, self.continued, self.evaluator.trace) = (run.outcomes, run.lines, run.continued, run.trace);
        self.passed = run.passed;
    }

    fn begin(&mut self, employee: EmployeeId) {
        self.evaluator.employee = employee;
        self.evaluator.trace.clear();
        self.evaluator.moves.clear();
        self.evaluator.make_row_keys();
        self.book.open(self.evaluator.policy);
        self.evaluator.ledger.open();
        self.queue.clear();
        self.outcomes.clear();
        self.passed.clear();
        self.lines.clear();
        self.continued.clear();
        self.person_held = false;
        self.choices.clear();
        self.paid_for.clear();
        self.waiting.clear();
        self.claims.asked = 0;
        self.held_limits.fill(false);
        self.held_limits.resize(self.evaluator.policy.limits.len(), false);
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
        self.outcomes.reserve(self.queue.len());
    }

    fn add_rows(&mut self, id: AwardId, award: &'a Award, record: RecordId) {
        let facts = self.evaluator.facts;
        // what was paid before is recognised by its place in the queue
        let screened = self.passed_over != PassedOver::InQueue && facts.paid_to(self.evaluator.employee).is_empty();
        let rows = facts.table(record).rows_of(self.evaluator.employee);
        let first = self.passed.iter().position(|passed| passed.record == record).unwrap_or(self.passed.len());
        if screened && self.passed_over == PassedOver::Counted && first == self.passed.len() {
            self.passed.extend(rows.iter().map(|row| PassedRow { record, row: *row, awards: 0 }));
        }
        for (at, row) in rows.iter().enumerate() {
            let origin = Origin::Event { record, row: *row };
            if !screened || !self.screens.passes_over(usize::from(id.0), (record, *row), &mut self.evaluator) {
                self.add_candidate(id, award, origin);
            } else if self.passed_over == PassedOver::Counted {
                self.passed[first + at].awards += 1;
            } else {
                let candidate = self.candidate((id, award), origin);
                self.apart.push(candidate);
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
            self.add_candidate(id, award, Origin::Period(period));
            next = calendar::next_period(policy, kind, period).ok();
        }
    }

    fn add_candidate(&mut self, id: AwardId, award: &'a Award, origin: Origin) {
        let candidate = self.candidate((id, award), origin);
        self.recur(award, candidate);
    }

    fn candidate(&mut self, (id, award): (AwardId, &'a Award), origin: Origin) -> Candidate<'a> {
        let mut candidate = Candidate::bare(id, award.rank, origin);
        candidate.effective = self.date_of(&award.effective, &position(&candidate));
        self.place(award, &mut candidate);
        candidate
    }

    /// Its place in the queue and its key, once its effective date is known.
    pub(in crate::eval) fn place(&mut self, award: &'a Award, candidate: &mut Candidate<'a>) {
        let at = position(candidate);
        candidate.placing =
            if award.placing.span == award.effective.span { candidate.effective } else { self.date_of(&award.placing, &at) };
        candidate.first_placing = candidate.placing;
        if let Some(ties) = &award.ties {
            candidate.tie = Some(Box::new(self.evaluator.peek(ties, &at)));
        }
        candidate.key = self.key_of(award, &at);
    }

    pub(in crate::eval) fn key_of(&mut self, award: &'a Award, at: &Position) -> Key<'a> {
        match award.once.as_ref().map(|once| once.keys.as_slice()) {
            None | Some([]) => Key::None,
            Some([one]) => Key::One(self.evaluator.peek(one, at)),
            Some(many) => Key::Many(many.iter().map(|key| self.evaluator.peek(key, at)).collect()),
        }
    }

    fn date_of(&mut self, expr: &'a Expr, at: &Position) -> Option<Date> {
        match self.evaluator.peek(expr, at) {
            Value::Date(date) => Some(date),
            _ => None,
        }
    }

    fn work(&mut self, mut candidate: Candidate<'a>) {
        let start = self.evaluator.trace.next();
        let index = match candidate.outcome {
            Some(index) => index,
            None => self.new_outcome(&candidate),
        };
        candidate.outcome = Some(index);
        let (lines_before, moves_before) = (self.lines.len(), self.evaluator.moves.len());
        self.book.mark();
        self.evaluator.ledger.mark();
        self.covered.clear();
        self.evaluator.today = candidate.placing.unwrap_or(self.evaluator.as_of);
        let asked_before = self.claims.requests.len();
        let (lots_before, paid_before) = (copied(&self.evaluator.lots), copied(&self.paid_for));
        (self.unsure, self.evaluator.unsure, self.shared_cut) = (self.opening_unsure, false, None);
        let is_held = self.person_held && candidate.paid_group.is_none(); // what was paid is never decided again
        if is_held && candidate.carried.is_none() {
            self.hold_claims(&candidate);
        }
        let verdict = match candidate.carried.as_deref().copied() {
            Some(carried) => self.pay_carried(&candidate, carried),
            None if is_held => {
                self.hold_what_it_uses(candidate.award);
                Ok(Verdict::without_money(Disposition::Held, Reason::PersonHeld))
            }
            None => self.decide(&mut candidate),
        };
        if candidate.placing.is_none() {
            self.evaluator.lots.clone_from(&lots_before); // it read the balances of the as-of date, which is not its place
        }
        let verdict = verdict.unwrap_or_else(|stop| {
            // a part that cannot be decided holds the whole candidate: nothing of it stays posted
            self.book.take_back();
            self.evaluator.ledger.take_back();
            self.queue.take_back();
            self.lines.truncate(lines_before);
            self.evaluator.moves.truncate(moves_before);
            self.hold_claims(&candidate);
            self.claims.requests.truncate(asked_before);
            (self.evaluator.lots, self.paid_for) = (lots_before, paid_before);
            self.held(stop, &candidate)
        });
        self.close(index, verdict, (start, lines_before), &candidate);
    }

    fn new_outcome(&mut self, candidate: &Candidate<'a>) -> u32 {
        self.outcomes.push(Outcome {
            award: candidate.award,
            origin: candidate.origin,
            record: self.evaluator.record_key(candidate),
            disposition: Disposition::Held,
            reason: Reason::PersonHeld,
            amount: Number::ZERO,
            full_amount: None,
            effective: None,
            provisional: false,
            steps: 0..0,
        });
        self.outcomes.len() as u32 - 1
    }

    fn close(&mut self, index: u32, verdict: Verdict, (start, lines_before): (u32, usize), candidate: &Candidate<'a>) {
        let steps = start..self.evaluator.trace.next();
        let verdict = match self.shared_cut.take() {
            Some((limit, by)) if verdict.disposition == Disposition::Paid => {
                Verdict { disposition: Disposition::Reduced, reason: Reason::Cut { limit, by }, ..verdict }
            }
            _ => verdict,
        };
        let covered = &self.evaluator.policy.award(candidate.award).limits;
        let after_held = self.unsure || self.evaluator.unsure || covered.iter().any(|limit| self.held_limits[usize::from(limit.0)]);
        let provisional = self.lines.len() > lines_before && after_held;
        let Some(outcome) = self.outcomes.get_mut(index as usize) else { return };
        outcome.provisional |= provisional | std::mem::take(&mut self.provisional_share);
        if candidate.carried.is_some() {
            outcome.amount = outcome.amount.plus(verdict.amount).unwrap_or(outcome.amount);
            self.continued.push((index, steps));
            return;
        }
        outcome.disposition = verdict.disposition;
        outcome.reason = verdict.reason;
        outcome.amount = verdict.amount;
        outcome.full_amount = verdict.full_amount;
        outcome.effective = candidate.moved_to.or(candidate.effective);
        outcome.steps = steps;
    }

    /// A held candidate blocks nobody, unless the policy says that it holds the person (DESIGN 1.3).
    fn held(&mut self, stop: Stop, candidate: &Candidate<'a>) -> Verdict {
        let policy = self.evaluator.policy;
        self.person_held |= policy.held_rows_hold_person;
        self.hold_what_it_uses(candidate.award);
        if let (Some(set), Origin::Event { row, .. }) = (policy.award(candidate.award).counts_in, candidate.origin) {
            self.evaluator.sets[usize::from(set.0)].held.push(row);
        }
        let reason = match stop {
            Stop::OpeningStateIncomplete(limit) => Reason::OpeningStateIncomplete { limit },
            Stop::Missing(step) => {
                let cause = self.evaluator.trace.cause_of_missing(step);
                match self.evaluator.trace.fault(cause) {
                    Some(fault) => Reason::Fault { step: cause, fault },
                    None => Reason::Missing { step: cause },
                }
            }
        };
        Verdict::without_money(Disposition::Held, reason)
    }

    /// Queues the part that `cut` took away for the first day of the limit's next period.
    pub(in crate::eval) fn carry(&mut self, candidate: &Candidate<'a>, carried: Carried, day: Option<Date>) {
        let Some(day) = day else { return };
        let next =
            Candidate { placing: Some(day), moved_to: Some(day), carried: Some(Box::new(carried)), paid_group: None, ..candidate.clone() };
        self.queue.enqueue(next);
    }

    pub(in crate::eval) fn effective_step(&mut self, award: &'a Award, candidate: &Candidate<'a>, at: &Position) -> StepId {
        match candidate.moved_to {
            Some(day) => self.evaluator.note(Op::Effective, award.effective.span, &[], Value::Date(day)),
            None => {
                let first = self.evaluator.decide(Op::Effective, &award.effective, at);
                self.recurrence_step(award, candidate, first)
            }
        }
    }
}

/// A copy of a list that is nearly always empty.
#[inline]
fn copied<T: Clone>(list: &[T]) -> Vec<T> {
    if list.is_empty() { Vec::new() } else { list.to_vec() }
}
