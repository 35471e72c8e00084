//! The decisions of one outcome, told one after the other in the order they were taken.

use super::Statement;
use crate::eval::{Op, Outcome, PersonRun, StepId, StepPlace};
use crate::policy::Amount;
use crate::report::quote::{clause, facts_below, heading, line_of, value};
use crate::report::text::count;
use crate::report::words::Context;
use crate::source::Span;
use crate::value::Value;

impl Context<'_> {
    /// One statement for each decision; the steps between them are the facts below it.
    pub fn statements(&self, run: &PersonRun, index: u32, outcome: &Outcome) -> Vec<Statement> {
        let later = run.continued.iter().filter(|(other, _)| *other == index).map(|(_, steps)| steps.clone());
        std::iter::once(outcome.steps.clone())
            .chain(later)
            .flatten()
            .filter_map(|step| self.statement(run, outcome, StepId(step)))
            .collect()
    }

    fn statement(&self, run: &PersonRun, outcome: &Outcome, id: StepId) -> Option<Statement> {
        let step = run.trace.step(id);
        let StepPlace::Clause(span) = step.place else { return None };
        let shown = value(step.value);
        let (words, facts_of) = match step.op {
            Op::Condition(number) => (format!("condition {} {}: {}", number + 1, verdict(step.value), self.quoted(span)), Some(id)),
            Op::When(number) => (format!("pay line {} {}: {}", number + 1, applies(step.value), self.quoted(span)), Some(id)),
            Op::Credited => (format!("{shown} units go into {}", self.quoted_heading(span)), None),
            Op::Spent => (format!("{shown} units spent: {}", self.quoted(span)), Some(id)),
            Op::SurplusLost => (format!("{shown} units lost: what a spending leaves in {}", self.quoted_heading(span)), None),
            Op::Stay => (format!("stays at {shown}: {}", self.quoted(span)), Some(id)),
            Op::Granted if step.value == Value::Missing => (format!("grants a role: {}", self.quoted(span)), None),
            Op::Granted => (format!("grants a role until {shown}: {}", self.quoted(span)), None),
            Op::Waited if run.trace.inputs_of(id).is_empty() => return None,
            Op::Waited => (format!("the next from {shown} on: {}", self.quoted(span)), None),
            Op::SetLine { need } => return Some(self.set_line(run, id, (need, span))),
            Op::SetItem | Op::SetMissing => return None,
            Op::TakeBack(_) => (format!("takes back {shown}: {}", self.quoted(span)), Some(id)),
            Op::OnlyLeft => (format!("only {shown} is left of it"), None),
            Op::Move => (format!("moves to {shown}: {}", self.quoted(span)), Some(id)),
            // a move without a pay line is told by its move
            Op::PayLine(_) if self.policy.award(outcome.award).moves.iter().any(|moved| moved.span == span) => return None,
            Op::PayLine(_) if self.policy.award(outcome.award).grants.iter().any(|grant| grant.span == span) => return None,
            Op::PayLine(_) if self.is_claim(span) => (format!("claim of {shown}: {}", self.quoted(span)), Some(id)),
            Op::PoolShare(_) => return Some(self.share(run, id, span)),
            Op::PoolAmount(_) | Op::PoolWeights { .. } | Op::PoolRate(_) => return None,
            Op::PayLine(_) => (format!("amount {shown}: {}", self.quoted(span)), Some(id)),
            Op::TierOrdinal => (format!("number {shown} in its tiers: {}", self.quoted(span)), None),
            Op::Prorated => (format!("prorated to {shown}: by {}", self.quoted(span)), self.input(run, id, 1)),
            Op::Rounded => (format!("rounded to {shown}"), None),
            Op::LimitRoom(_) => return Some(self.limit_room(run, id, span)),
            Op::LimitApplied(limit) if self.policy.limit(limit).whole_awards_only => {
                (format!("cut to {shown} by that limit: it takes whole awards only, as they are before any limit"), None)
            }
            Op::LimitApplied(_) => (format!("cut to {shown} by that limit"), None),
            Op::ExcessAsStipend(_) => (format!("excess paid as stipend: {shown}"), None),
            Op::CarriedIn(_) => (format!("carried in from an earlier period: {shown}"), None),
            // only a day that was computed has a step below it
            Op::Effective if run.trace.inputs_of(id).is_empty() => (format!("effective {shown}: the day to which a limit moved it"), None),
            Op::Effective => (format!("effective {shown}: on {}", self.quoted(span)), Some(id)),
            Op::PayDate => (format!("pay date {shown}: on {}", self.quoted(span)), Some(id)),
            Op::Placing => (format!("place in the queue {shown}: by {}", self.quoted(span)), Some(id)),
            Op::Chosen(_) => (self.chosen_words(run, id, span), None),
            Op::Recurs(number) => (format!("effective {shown}: payment {number} of {}", self.quoted(span)), None),
            Op::Until => (format!("last day {shown}: {}", self.quoted(span)), Some(id)),
            Op::Instalment => (format!("instalment of {shown}"), None),
            Op::Posted => (format!("posted {shown}"), None),
            Op::LimitMost(_) | Op::LimitUsed(_) | Op::Key | Op::Constant | Op::Field | Op::DatedField | Op::Let(_) => return None,
            Op::Not | Op::Negative | Op::Binary(_) | Op::Between | Op::OneOf | Op::AtLeastOf | Op::IsMissing | Op::IsKnown | Op::Within => {
                return None;
            }
            Op::PercentOf | Op::Greatest | Op::Least | Op::If | Op::RoundedInside | Op::Elapsed | Op::Calendar => return None,
            Op::AmountOf(_) | Op::BaseSalary | Op::AmountPaid | Op::Compared(_) | Op::PaidFor(_) | Op::TakenBackBefore(_) => return None,
            Op::Aggregate | Op::Population { .. } | Op::CurrentPeriod | Op::EffectiveDate | Op::LookedUp => return None,
            Op::TableCell | Op::TableSearch | Op::TableNeighbour | Op::MovedField | Op::NewValue | Op::Balance | Op::SetValue => {
                return None;
            }
        };
        let facts = facts_of.map_or(Vec::new(), |step| facts_below(self.policy, self.facts, run.trace, step));
        Some(Statement { words, facts })
    }

    /// Whether the pay line claims from a pool.
    fn is_claim(&self, span: Span) -> bool {
        let pays = self.policy.awards.iter().flat_map(|award| &award.pays);
        pays.filter(|pay| pay.span == span).any(|pay| matches!(pay.amount, Amount::Claim(_)))
    }

    /// What is in the pool, who shares it by what, and the share.
    fn share(&self, run: &PersonRun, id: StepId, span: Span) -> Statement {
        let input = |index: usize| self.input(run, id, index);
        let shown = |index: usize| input(index).map_or("unknown".to_owned(), |input| value(run.trace.step(input).value));
        let claims = input(2).map(|input| run.trace.step(input).op);
        let claims = if let Some(Op::PoolWeights { claims }) = claims { claims as usize } else { 0 };
        let pool = input(1).and_then(|input| if let StepPlace::Clause(span) = run.trace.step(input).place { Some(span) } else { None });
        let share = value(run.trace.step(id).value);
        let heading = self.quoted_heading(pool.unwrap_or(span));
        let rate = input(3).map_or(String::new(), |_| format!(", at {} for each 1", shown(3)));
        let words = format!("share {share} of {} under {heading}: {} together {}{rate}", shown(1), count(claims, "claim"), shown(2));
        Statement { words, facts: Vec::new() }
    }

    /// What the limit allows, what is used, what is left; the facts are those of what it allows.
    fn limit_room(&self, run: &PersonRun, id: StepId, span: Span) -> Statement {
        let shown =
            |index: usize| run.trace.inputs_of(id).get(index).map_or("unknown".to_owned(), |input| value(run.trace.step(*input).value));
        let left = value(run.trace.step(id).value);
        let words = format!("under {}: at most {}, used {}, left {left}", self.quoted_heading(span), shown(0), shown(1));
        let facts = self.input(run, id, 0).map_or(Vec::new(), |most| facts_below(self.policy, self.facts, run.trace, most));
        Statement { words, facts }
    }

    fn input(&self, run: &PersonRun, id: StepId, index: usize) -> Option<StepId> {
        run.trace.inputs_of(id).get(index).copied()
    }

    /// `` `reviewers at least 2` (line 31) ``
    fn quoted(&self, span: Span) -> String {
        format!("`{}` ({})", clause(self.policy, span), line_of(self.policy, span))
    }

    fn quoted_heading(&self, span: Span) -> String {
        format!("`{}` ({})", heading(self.policy, span), line_of(self.policy, span))
    }
}

fn verdict(value: Value) -> &'static str {
    match value {
        Value::YesNo(true) => "holds",
        Value::YesNo(false) => "does not hold",
        _ => "cannot be decided",
    }
}

fn applies(value: Value) -> &'static str {
    match value {
        Value::YesNo(true) => "applies",
        Value::YesNo(false) => "does not apply",
        _ => "cannot be decided",
    }
}
