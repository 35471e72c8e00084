//! Why, in words: the one-sentence reason of every outcome, with the values that decided it.

use std::borrow::Cow;

use super::names::FileNames;
use super::phrases::Phrases;
use super::pieces::Cell as TableCell;
use super::quote::{clause, heading, told_below, value};
use super::text::{cell_place, money};
use super::worded::Key;
use crate::eval::{Disposition, Fault, Op, Origin, Outcome, PersonRun, Reason, StepId, StepPlace};
use crate::facts::{Facts, SetAside};
use crate::policy::{Amount, AwardId, ExprKind, LimitId, Policy, PoolId, SetId, SetQuestion};
use crate::source::Cell;
use crate::syntax::ast::PayKind;
use crate::value::Date;

/// What the sentences may look at.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    pub policy: &'a Policy,
    pub facts: &'a Facts,
    pub as_of: Date,
    pub names: &'a FileNames,
    pub phrases: &'a Phrases,
}

pub fn disposition_word(disposition: Disposition) -> &'static str {
    match disposition {
        Disposition::Paid => "paid",
        Disposition::Reduced => "reduced",
        Disposition::Carried => "carried",
        Disposition::Waiting => "waiting",
        Disposition::Repeated => "repeated",
        Disposition::NotChosen => "not chosen",
        Disposition::NotEligible => "not eligible",
        Disposition::Credited => "credited to a bank",
        Disposition::Counted => "counted in a set",
        Disposition::AlreadyPaid => "already paid",
        Disposition::Held => "held",
    }
}

pub fn kind_word(kind: PayKind) -> &'static str {
    match kind {
        PayKind::BaseSalary => "base salary",
        PayKind::Stipend => "stipend",
        PayKind::Recovery => "recovery",
        PayKind::Move => "move",
        PayKind::Role => "role",
    }
}

/// `to base salary`, `as stipend`: as the policy writes it.
pub fn kind_phrase(kind: PayKind) -> &'static str {
    match kind {
        PayKind::BaseSalary => "to base salary",
        PayKind::Stipend => "as stipend",
        PayKind::Recovery => "as recovery",
        PayKind::Move => "for a move",
        PayKind::Role => "as a role",
    }
}

pub fn set_aside_words(reason: SetAside) -> String {
    match reason {
        SetAside::DuplicateOf(row) => format!("the same as row {row}"),
        SetAside::RepeatedHeader => "the header once more".to_owned(),
        SetAside::Footer => "below the data, as the mapping says".to_owned(),
        SetAside::Blank => "a blank line".to_owned(),
        SetAside::Ruled => "a line of dashes".to_owned(),
        SetAside::OtherPosition => "not the person's primary position".to_owned(),
        SetAside::AddedTo(row) => format!("added to row {row} of the same person"),
        SetAside::Resolved => "left out, as somebody decided".to_owned(),
    }
}

impl<'a> Context<'a> {
    /// The reason of an outcome as one sentence, lower case, without a full stop. It never starts with user text.
    pub fn reason(&self, run: &PersonRun, outcome: &Outcome) -> Cow<'a, str> {
        self.with_doubts(self.bare_reason(run, outcome), (run, outcome))
    }

    /// What the words of an outcome hang on, where that is little and nothing stands behind the reason itself.
    #[inline]
    pub(super) fn key(&self, run: &PersonRun, outcome: &Outcome) -> Option<Key> {
        if self.has_doubts(outcome) { None } else { Key::of(run, outcome) }
    }

    /// The reason as it stands in tables, where it only quotes the policy.
    #[inline]
    pub(super) fn quoted_reason(&self, outcome: &Outcome) -> Option<&'a TableCell> {
        match outcome.reason {
            Reason::PaidInFull { line: Some(line) } if !self.has_doubts(outcome) => self.phrases.in_full_cell(outcome.award, line),
            _ => None,
        }
    }

    /// Whether anything may stand behind the reason itself.
    #[inline]
    pub(super) fn has_doubts(&self, outcome: &Outcome) -> bool {
        outcome.provisional || !self.facts.resolutions.is_empty()
    }

    /// Adds what somebody decided about the person's rows, and why the outcome is provisional.
    fn with_doubts<'w>(&self, sentence: Cow<'w, str>, (run, outcome): (&PersonRun, &Outcome)) -> Cow<'w, str> {
        if !self.has_doubts(outcome) {
            return sentence;
        }
        let decided = self.decided(run.employee);
        if decided.is_empty() && !outcome.provisional {
            return sentence;
        }
        let claims = self.policy.award(outcome.award).pays.iter().any(|pay| matches!(pay.amount, Amount::Claim(_)));
        let row = |held: bool, rejected: bool| match (held, rejected) {
            (true, true) => "held or rejected row",
            (false, true) => "rejected row",
            (_, false) => "held row",
        };
        let among_all = row(true, !self.facts.rejected_of.is_empty());
        Cow::Owned(match outcome.provisional {
            true if !self.policy.award(outcome.award).shared_limits.is_empty() => {
                format!("{sentence}{decided}; provisional, because a {among_all} might come first under a limit that several people share")
            }
            true if claims && !self.facts.rejected_of.is_empty() => {
                format!("{sentence}{decided}; provisional, because a held claim or a rejected row might share the pool")
            }
            true if claims => format!("{sentence}{decided}; provisional, because a held claim might share the pool"),
            true => {
                let rejected = self.facts.rejected_rows(run.employee).next().is_some();
                // only beside a rejected row is it asked whether one is held: all outcomes are looked through
                let held = rejected && run.outcomes.iter().any(|outcome| outcome.disposition == Disposition::Held);
                format!("{sentence}{decided}; provisional, because a {} of this person might come first", row(held, rejected))
            }
            false => format!("{sentence}{decided}"),
        })
    }

    fn bare_reason(&self, run: &PersonRun, outcome: &Outcome) -> Cow<'a, str> {
        match outcome.reason {
            Reason::PaidInFull { line: Some(line) } => Cow::Borrowed(self.phrases.in_full(outcome.award, line)),
            _ => Cow::Owned(self.other_reason(run, outcome)),
        }
    }

    fn other_reason(&self, run: &PersonRun, outcome: &Outcome) -> String {
        let effective = || outcome.effective.map_or("unknown".to_owned(), |date| date.to_string());
        match outcome.reason {
            Reason::PaidInFull { .. } => format!("in full by {}", self.deciding_clause(run, outcome)),
            Reason::ConditionFailed { condition } => self.failed_condition(run, outcome, condition),
            Reason::Credited { .. } | Reason::CreditedBefore { .. } | Reason::ShortOfUnits { .. } | Reason::ShortOfCategory { .. } => {
                self.bank_reason(&outcome.reason)
            }
            Reason::CountedInSet { .. } | Reason::CompletesSet { .. } | Reason::AfterSet { .. } => self.set_reason(run, outcome),
            Reason::NotInSet { .. } | Reason::UsedInAnotherSet { .. } | Reason::SetTooLate { .. } => self.set_reason(run, outcome),
            Reason::NothingToMove => format!("nothing to move: {}", self.moves(run, outcome)),
            Reason::MoveBeyondEnd => format!("at the end already: {} has no value", self.move_clauses(outcome)),
            Reason::NoPayLine => format!("no pay line applies{}", self.decision_facts(run, outcome, |op| matches!(op, Op::When(_)))),
            Reason::NothingToPay => format!("nothing to pay: {} gives no amount above zero", self.deciding_clause(run, outcome)),
            Reason::TooSoon { last, until } => format!("too soon: the one before is of {last}, and the next may come on {until}"),
            Reason::PolicyNotInForce => format!("effective {}, outside the dates of the policy, {}", effective(), self.policy_dates()),
            Reason::RecurrenceEnded { last } => format!("effective {}, after the last day of these payments, {last}", effective()),
            Reason::AfterAsOf => format!("effective {}, after the as-of date {}", effective(), self.as_of),
            Reason::Cut { limit, by } => format!("reduced by {} under {}", money(by), self.limit(limit)),
            Reason::WaitsFor { limit, until: Some(until) } => format!("waits until {until} for room under {}", self.limit(limit)),
            Reason::WaitsFor { limit, until: None } => format!("waits for room under {}", self.limit(limit)),
            Reason::Expired { limit } => format!("waited too long for room under {}", self.limit(limit)),
            Reason::SameKeyAs { outcome: other } => [&self.once(outcome), "; the first is ", &self.other_row(run, other)].concat(),
            Reason::SameKeyAsPaid => format!("{}; an earlier run paid it", self.once(outcome)),
            Reason::NotChosen { choose, ref figures } => self.not_chosen(choose, figures),
            Reason::PaidBefore { line } => format!("paid by an earlier run: {}", self.paid_line(line)),
            Reason::Missing { step } => self.missing(run, step),
            Reason::Fault { step, fault } => format!("{} in {}", fault_words(fault), self.step_words(run, step)),
            Reason::OpeningStateIncomplete { limit } => {
                format!("earlier payments are not known far enough back for {}", self.limit(limit))
            }
            Reason::PoolShort { pool, by } if by.is_zero() => format!("nothing is left in {}", self.pool(pool)),
            Reason::PoolShort { pool, by } => format!("short by {} of what was claimed from {}", money(by), self.pool(pool)),
            Reason::ShareCapped { pool, by } => {
                format!("reduced by {} to the most that one claim gets from {}", money(by), self.pool(pool))
            }
            Reason::NothingToTakeBack => {
                format!("nothing to take back: {} finds no payment, or none of which anything is left", self.deciding_clause(run, outcome))
            }
            Reason::OnlyLeft { by } => {
                format!("{} less than {} asks for, because no more is left of what was paid", money(by), self.deciding_clause(run, outcome))
            }
            Reason::PoolHeld { pool } => format!("{} is held, because a claim on it is", self.pool(pool)),
            Reason::PersonHeld if self.facts.rejected_rows(run.employee).next().is_some() => {
                "a row of this person was rejected, and held rows hold the person".to_owned()
            }
            Reason::PersonHeld => "an earlier row of this person is held, and held rows hold the person".to_owned(),
        }
    }

    /// The award's `move` lines.
    fn move_clauses(&self, outcome: &Outcome) -> String {
        let moves = self.policy.award(outcome.award).moves.iter();
        moves.map(|moved| format!("`{}`", clause(self.policy, moved.span))).collect::<Vec<_>>().join(" and ")
    }

    /// `` `move lane to new_lane` gives MA ``
    fn moves(&self, run: &PersonRun, outcome: &Outcome) -> String {
        let steps = outcome.steps.clone().map(|step| run.trace.step(StepId(step))).filter(|step| step.op == Op::Move);
        let told = steps.filter_map(|step| match step.place {
            StepPlace::Clause(span) => Some(format!("`{}` gives {}, which it has already", clause(self.policy, span), value(step.value))),
            StepPlace::Cell { .. } | StepPlace::Paid(_) => None,
        });
        told.collect::<Vec<_>>().join(" and ")
    }

    /// `` `approved within 1 year after enrolled` does not hold: approved is 2025-01-06, enrolled is 2024-01-05 ``
    fn failed_condition(&self, run: &PersonRun, outcome: &Outcome, condition: u16) -> String {
        if let Some(set) = self.completed((outcome.award, condition)) {
            return format!("does not complete `{}`", self.policy.set(set).name);
        }
        let facts = self.decision_facts(run, outcome, |op| op == Op::Condition(condition));
        self.does_not_hold((outcome.award, condition), &facts)
    }

    /// The set that a condition asks to be complete.
    pub(super) fn completed(&self, (award, condition): (AwardId, u16)) -> Option<SetId> {
        match self.policy.award(award).conditions.get(usize::from(condition))?.kind {
            ExprKind::Set(set, SetQuestion::Completes(_)) => Some(set),
            _ => None,
        }
    }

    pub(super) fn does_not_hold(&self, (award, condition): (AwardId, u16), facts: &str) -> String {
        ["condition `", self.phrases.condition(award, condition), "` does not hold", facts].concat()
    }

    /// `: a is 1, b is 2` for the last such decision of the outcome; empty where it rests on constants only.
    fn decision_facts(&self, run: &PersonRun, outcome: &Outcome, is_wanted: impl Fn(Op) -> bool) -> String {
        let step = run.trace.last(outcome.steps.clone(), |op| is_wanted(op).then_some(()));
        let facts = step.map_or(String::new(), |(step, ())| told_below(self.policy, self.facts, run.trace, step));
        if facts.is_empty() { facts } else { [": ", &facts].concat() }
    }

    /// The pay line that decided.
    fn deciding_clause(&self, run: &PersonRun, outcome: &Outcome) -> String {
        let award = self.policy.award(outcome.award);
        let line = deciding_line(run, outcome).and_then(|line| award.pays.get(usize::from(line))).map(|pay| pay.span);
        let taken = run.trace.last(outcome.steps.clone(), |op| if let Op::TakeBack(line) = op { Some(line) } else { None });
        let taken = taken.and_then(|(_, line)| award.recovers.get(usize::from(line)));
        let taken = taken.or(award.recovers.first()).map(|recover| recover.span);
        let span = line.or(taken).unwrap_or(award.span);
        format!("`{}`", heading(self.policy, span))
    }

    pub fn limit(&self, limit: LimitId) -> &'a str {
        self.phrases.limit(limit)
    }

    fn pool(&self, pool: PoolId) -> String {
        format!("`{}`", heading(self.policy, self.policy.pools[usize::from(pool.0)].span))
    }

    fn once(&self, outcome: &Outcome) -> String {
        ["repeated under `", self.phrases.once(outcome.award), "`"].concat()
    }

    fn other_row(&self, run: &PersonRun, other: u32) -> String {
        match run.outcomes.get(other as usize).map(|outcome| outcome.origin) {
            Some(Origin::Event { record, row }) => {
                let place = self.place((record, row));
                [self.phrases.row_of(place.file), &place.row.to_string()].concat()
            }
            Some(Origin::Period(period)) => format!("the period from {} to {}", period.start, period.last_day()),
            None => "an earlier one".to_owned(),
        }
    }

    fn paid_line(&self, line: u32) -> String {
        match self.facts.paid.get(line as usize) {
            Some(line) => format!("{} effective {} ({})", money(line.amount), line.effective, self.short_place(line.place.clone())),
            None => "an earlier payment".to_owned(),
        }
    }

    /// A place under the file's short name: reasons stand in files that do not change with the folder a run is started in.
    fn short_place(&self, cell: Cell) -> String {
        let short = self.names.short(&cell.file).into();
        cell_place(&Cell { file: short, ..cell })
    }

    pub fn policy_dates(&self) -> String {
        let range = self.policy.effective;
        match range.to {
            Some(to) => format!("from {} to {to}", range.from),
            None => format!("from {}", range.from),
        }
    }

    /// What was blank. The step is the one that found it missing, or one that rests on it.
    fn missing(&self, run: &PersonRun, step: StepId) -> String {
        let cause = run.trace.cause_of_missing(step);
        match run.trace.fault(cause) {
            Some(fault) => format!("{} in {}", fault_words(fault), self.step_words(run, cause)),
            None => format!("{} is blank", self.step_words(run, cause)),
        }
    }

    /// `approved (credentials.csv, cell F12)`, or the words of the policy with the values below.
    fn step_words(&self, run: &PersonRun, id: StepId) -> String {
        let step = run.trace.step(id);
        match step.place {
            StepPlace::Cell { record, row, field, .. } => {
                let name = &self.policy.record(record).field(field).name;
                format!("{name} ({})", self.short_place(self.facts.cell(record, row, field)))
            }
            StepPlace::Clause(span) => {
                let below: Vec<String> = run.trace.inputs_of(id).iter().map(|input| value(run.trace.step(*input).value)).collect();
                let with = if below.is_empty() { String::new() } else { format!(" with {}", below.join(" and ")) };
                format!("`{}`{with}", heading(self.policy, span))
            }
            StepPlace::Paid(line) => self.paid_line(line),
        }
    }
}

/// The number of the pay line that decided.
fn deciding_line(run: &PersonRun, outcome: &Outcome) -> Option<u16> {
    run.trace.last(outcome.steps.clone(), |op| if let Op::PayLine(line) = op { Some(line) } else { None }).map(|(_, line)| line)
}

pub fn fault_words(fault: Fault) -> &'static str {
    match fault {
        Fault::NumberTooLarge => "a number with more digits than the program keeps",
        Fault::DivisionByZero => "a division by zero",
        Fault::DateOutOfRange => "a date outside the years 1 to 9999",
        Fault::NoSuchDay => "a day that its month does not have (month end refuse)",
        Fault::OutsideEveryPeriod => "a date outside every period",
        Fault::UnknownKey => "a key that no row of the look-up has",
        Fault::SetUndecided => "a set with a row that is held or rejected",
        Fault::PoolUnknown => "a pool whose amount is missing, below zero or too large",
        Fault::TiedRank => "rows in the same place that the tie-break does not part",
        Fault::TiedRows => "rows of the same day, of which one would have to come first",
        Fault::OutsideTable => "a key that no cell of the table has",
        Fault::MovedSince => "a field that has moved on since the move that is taken back",
        Fault::UnlistedWord => "a word that the field's list does not have",
        Fault::DatedRowsDisagree => "rows that hold on the same day and differ",
    }
}
