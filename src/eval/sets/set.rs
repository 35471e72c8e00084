//! A person's rows in a set: what each counts as, and which lines they fill on a day.

use super::matching::{Asked, filled};
use crate::eval::evaluator::{Evaluator, Position};
use crate::eval::expression::operators::Result;
use crate::eval::trace::{Fault, Op, StepId, StepPlace};
use crate::policy::set::{Complete, Set};
use crate::policy::{SetId, SetQuestion};
use crate::source::Span;
use crate::value::{Date, Number, Value};

/// The rows of one set that qualified so far, in the order of the queue.
#[derive(Clone, Debug, Default)]
pub struct SetState<'a> {
    pub rows: Vec<SetRow<'a>>,
    pub completed: Option<Completed<'a>>,
    /// Rows that could not be decided: they might count.
    pub held: Vec<u32>,
}

#[derive(Clone, Debug)]
pub struct SetRow<'a> {
    pub row: u32,
    pub date: Date,
    /// What it stands for in the lists.
    pub item: &'a str,
    /// What it is called in the data.
    pub written: &'a str,
    /// By list and line: whether it meets it.
    pub meets: Vec<Vec<bool>>,
    pub step: StepId,
    /// How many rows the set lacked with it.
    pub missing: u32,
}

/// The day, the row and the rows that counted.
#[derive(Clone, Debug)]
pub struct Completed<'a> {
    pub date: Date,
    pub row: u32,
    pub used: Vec<(u32, &'a str)>,
}

/// Which lines of the set are filled on a day.
#[derive(Clone, Debug)]
pub struct Standing {
    pub list: usize,
    /// By line: the rows that fill it, by their place in [`SetState::rows`].
    pub lines: Vec<Vec<usize>>,
    pub missing: u32,
    /// The last day, where there is one.
    pub last: Option<Date>,
    /// The rows that may count: on time, lasting, not used elsewhere.
    pub usable: Vec<usize>,
}

impl SetRow<'_> {
    pub fn meets_a_line_of(&self, list: usize) -> bool {
        self.meets.get(list).is_some_and(|lines| lines.contains(&true))
    }

    pub fn meets_any(&self) -> bool {
        self.meets.iter().flatten().any(|meets| *meets)
    }
}

impl<'a> Evaluator<'a> {
    #[inline]
    pub(in crate::eval) fn open_sets(&mut self) {
        if self.policy.sets.is_empty() {
            return;
        }
        self.sets.clear();
        self.sets.resize_with(self.policy.sets.len(), SetState::default);
    }

    /// How the set stands on `day`; none where no list holds. Err: the step that is missing.
    pub(in crate::eval) fn standing(&mut self, id: SetId, day: Date) -> std::result::Result<Option<Standing>, StepId> {
        let policy = self.policy;
        let set = policy.set(id);
        let Some(list) = self.list_of(id, day) else { return Ok(None) };
        let last = self.last_day((id, list))?;
        let usable = self.usable(id, (list, day, last)).map_err(|fault| self.set_fault(set.span, fault))?;
        let state = &self.sets[usize::from(id.0)];
        let lines = &set.lists[list].lines;
        // rows of one name count once: the first stands for all of them
        let mut items: Vec<Vec<usize>> = Vec::new();
        for row in &usable {
            match items.iter_mut().find(|item| state.rows[item[0]].item == state.rows[*row].item) {
                Some(item) => item.push(*row),
                None => items.push(vec![*row]),
            }
        }
        let meets = |line: usize, item: &[usize]| item.iter().any(|row| state.rows[*row].meets[list][line]);
        let asked: Vec<Asked> = (0..lines.len())
            .map(|line| Asked { need: lines[line].need as usize, fits: items.iter().map(|item| meets(line, item)).collect() })
            .collect();
        let filled = filled(&asked, set.overlap);
        let missing = lines.iter().zip(&filled).map(|(line, have)| line.need.saturating_sub(have.len() as u32)).sum();
        let lines = filled.into_iter().map(|have| have.into_iter().map(|item| items[item][0]).collect()).collect();
        Ok(Some(Standing { list, lines, missing, last, usable }))
    }

    /// The list that counts on `day`.
    fn list_of(&self, id: SetId, day: Date) -> Option<usize> {
        let set = self.policy.set(id);
        let holds = |day: Date| {
            set.lists.iter().position(|list| list.dates.is_none_or(|dates| dates.from <= day && dates.to.is_none_or(|to| day <= to)))
        };
        if !set.list_as_of_first {
            return holds(day);
        }
        let state = &self.sets[usize::from(id.0)];
        let began = |row: &&SetRow| holds(row.date).is_some_and(|list| row.meets_a_line_of(list));
        let first = state.rows.iter().filter(began).filter(|row| !self.counts_elsewhere(id, row)).map(|row| row.date).min();
        holds(first.unwrap_or(day))
    }

    /// The last day on which a row may count; the first row of the list begins the time.
    fn last_day(&mut self, (id, list): (SetId, usize)) -> std::result::Result<Option<Date>, StepId> {
        let policy = self.policy;
        let set = policy.set(id);
        match &set.complete {
            None | Some(Complete::WithinAny(_)) => Ok(None),
            Some(Complete::By(day)) => {
                let step = self.evaluate(day, &Position::default());
                match self.value(step) {
                    Value::Date(day) => Ok(Some(day)),
                    _ => Err(step),
                }
            }
            Some(Complete::FromFirst(time)) => {
                // what counts in another set begins nothing here
                let begins = |row: &&SetRow| row.meets_a_line_of(list) && !self.counts_elsewhere(id, row);
                let Some(first) = self.sets[usize::from(id.0)].rows.iter().filter(begins).map(|row| row.date).min() else {
                    return Ok(None);
                };
                let last = first.plus(*time, self.month_end());
                last.map(Some).map_err(|fault| self.set_fault(set.span, fault.into()))
            }
        }
    }

    fn usable(&self, id: SetId, (list, day, last): (usize, Date, Option<Date>)) -> Result<Vec<usize>> {
        let set = self.policy.set(id);
        let state = &self.sets[usize::from(id.0)];
        let mut usable = Vec::new();
        for (index, row) in state.rows.iter().enumerate() {
            let on_time = row.date <= day && last.is_none_or(|last| row.date <= last);
            if on_time && row.meets_a_line_of(list) && !self.counts_elsewhere(id, row) && self.lasts(set, row.date, day)? {
                usable.push(index);
            }
        }
        Ok(usable)
    }

    /// Whether a row of this date still counts on `day`.
    fn lasts(&self, set: &Set, date: Date, day: Date) -> Result<bool> {
        let within = if let Some(Complete::WithinAny(time)) = &set.complete { Some(*time) } else { None };
        for time in within.into_iter().chain(set.valid) {
            if date.plus(time, self.month_end())? <= day {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// One credential counts in two sets only where that is written.
    pub(in crate::eval) fn counts_elsewhere(&self, id: SetId, row: &SetRow) -> bool {
        let own = self.policy.set(id);
        let mut others = (0u16..).map(SetId).zip(self.policy.sets.iter().zip(&self.sets));
        others.any(|(other, (set, state))| {
            let shared = own.shares.contains(&other) || set.shares.contains(&id);
            let used = state.completed.iter().flat_map(|done| &done.used);
            other != id && set.record == own.record && !shared && used.into_iter().any(|(at, name)| *at == row.row || *name == row.written)
        })
    }

    pub(in crate::eval) fn set_fault(&mut self, span: Span, fault: Fault) -> StepId {
        self.trace.record_fault(Op::SetMissing, StepPlace::Clause(span), &[], fault)
    }

    /// One step for each line, with the rows that fill it, and one for what is missing.
    pub(in crate::eval) fn note_standing(&mut self, id: SetId, standing: &Standing) -> StepId {
        let policy = self.policy;
        let set = policy.set(id);
        let mut steps = Vec::new();
        for (line, have) in set.lists[standing.list].lines.iter().zip(&standing.lines) {
            let inputs: Vec<StepId> = have.iter().map(|row| self.sets[usize::from(id.0)].rows[*row].step).collect();
            let have = Value::Number(Number::from_integer(have.len() as i64));
            steps.push(self.note(Op::SetLine { need: line.need }, line.span, &inputs, have));
        }
        self.note(Op::SetMissing, set.span, &steps, Value::Number(Number::from_integer(i64::from(standing.missing))))
    }

    /// `completes "S"`, `completed "S"`, `date "S" was completed`, `missing from "S"`.
    pub(in crate::eval) fn set_value(&mut self, (id, question): (SetId, SetQuestion), span: Span, at: &Position) -> StepId {
        let today = self.today;
        let Some(state) = self.sets.get(usize::from(id.0)) else { return self.note(Op::SetValue, span, &[], Value::Missing) };
        self.unsure |= !state.held.is_empty();
        let done = state.completed.as_ref().map(|done| (done.date, done.row)).filter(|(date, _)| *date <= today);
        let result = match (question, done) {
            (SetQuestion::Completes(_), _) => self.completes(id, at),
            (SetQuestion::Completed, Some(_)) => Ok(Value::YesNo(true)),
            (SetQuestion::CompletedOn, Some((date, _))) => Ok(Value::Date(date)),
            (SetQuestion::Missing, Some(_)) => Ok(Value::Number(Number::ZERO)),
            (_, None) => return self.not_yet((id, question), span),
        };
        self.settle(Op::SetValue, StepPlace::Clause(span), &[], result)
    }

    /// Whether the row at hand completes the set. A held row before it might have filled what is missing.
    fn completes(&self, id: SetId, at: &Position) -> Result<Value<'a>> {
        let state = &self.sets[usize::from(id.0)];
        let Some((_, own)) = at.event else { return Ok(Value::Missing) };
        if state.held.contains(&own) {
            return Err(Fault::SetUndecided);
        }
        let completes = state.completed.as_ref().is_some_and(|done| done.row == own);
        let short = state.rows.iter().find(|row| row.row == own && !state.held.is_empty()).map(|row| row.missing);
        match short {
            Some(short) if !completes && state.completed.is_none() && short as usize <= state.held.len() => Err(Fault::SetUndecided),
            _ => Ok(Value::YesNo(completes)),
        }
    }

    /// What there is to say before the set is complete; unknown where the rows that are held might be what is missing.
    fn not_yet(&mut self, (id, question): (SetId, SetQuestion), span: Span) -> StepId {
        let standing = match self.standing(id, self.today) {
            Ok(Some(standing)) => standing,
            Ok(None) => return self.settle(Op::SetValue, StepPlace::Clause(span), &[], Err(Fault::OutsideEveryPeriod)),
            Err(step) => return self.note(Op::SetValue, span, &[step], Value::Missing),
        };
        let held = self.sets[usize::from(id.0)].held.len();
        let step = self.note_standing(id, &standing);
        let result = match question {
            // nothing missing and nothing held: only the list changed, and the next row completes the set
            _ if held > 0 && standing.missing as usize <= held => Err(Fault::SetUndecided),
            SetQuestion::Missing if held > 0 => Err(Fault::SetUndecided),
            SetQuestion::Missing => Ok(self.value(step)),
            SetQuestion::Completed => Ok(Value::YesNo(false)),
            SetQuestion::CompletedOn | SetQuestion::Completes(_) => Ok(Value::Missing),
        };
        self.settle(Op::SetValue, StepPlace::Clause(span), &[step], result)
    }
}
