//! Sets in words: which lines are filled by what, and what is missing, as the steps say.

use super::explain::Statement;
use super::quote::{clause, line_of, value};
use super::words::Context;
use crate::eval::{Disposition, Op, Outcome, PersonRun, Reason, StepId, StepPlace};
use crate::policy::SetId;
use crate::source::Span;
use crate::value::{Number, Value};

impl Context<'_> {
    pub(super) fn set_reason(&self, run: &PersonRun, outcome: &Outcome) -> String {
        let name = |set: SetId| format!("`{}`", self.policy.set(set).name);
        match outcome.reason {
            Reason::CountedInSet { set, .. } => {
                let last = outcome.steps.clone().rev().map(StepId).find(|step| run.trace.step(*step).op == Op::SetMissing);
                let missing = last.map_or(String::new(), |step| self.missing_words(run, step));
                let repeats = if outcome.disposition == Disposition::Repeated { "once " } else { "" };
                format!("counts {repeats}in {}; missing: {missing}", name(set))
            }
            Reason::CompletesSet { set } => format!("completes {}", name(set)),
            Reason::AfterSet { set, since } => format!("{} was completed on {since}", name(set)),
            Reason::NotInSet { set } => format!("no line of {} asks for it", name(set)),
            Reason::UsedInAnotherSet { set } => format!("another set counts it already, and {} does not share with it", name(set)),
            Reason::SetTooLate { set, last } => format!("after {last}, the last day of {}", name(set)),
            _ => String::new(),
        }
    }

    /// `"Feedback"; 1 more of "A", "B"`: what the lines below a step lack.
    pub(super) fn missing_words(&self, run: &PersonRun, missing: StepId) -> String {
        let lines = run.trace.inputs_of(missing);
        lines.iter().filter_map(|line| self.lacking(run, *line)).collect::<Vec<_>>().join("; ")
    }

    fn lacking(&self, run: &PersonRun, id: StepId) -> Option<String> {
        let step = run.trace.step(id);
        let (Op::SetLine { need }, StepPlace::Clause(span)) = (step.op, step.place) else { return None };
        let have = self.items(run, id);
        let short = (need as usize).checked_sub(have.len()).filter(|short| *short > 0)?;
        let line = self.policy.sets.iter().flat_map(|set| &set.lists).flat_map(|list| &list.lines).find(|line| line.span == span)?;
        let Some(members) = &line.members else {
            let words = clause(self.policy, span);
            let rest = words.split_once(" where ").map_or(String::new(), |(_, condition)| format!(" where {condition}"));
            return Some(format!("{short} more{rest}"));
        };
        let open: Vec<String> =
            members.iter().filter(|member| !have.contains(&member.as_str())).map(|member| format!("\"{member}\"")).collect();
        let open_words = open.join(", ");
        Some(if open.len() == short { open_words } else { format!("{short} more of {open_words}") })
    }

    /// What fills a line.
    fn items<'r>(&self, run: &'r PersonRun, line: StepId) -> Vec<&'r str> {
        let items = run.trace.inputs_of(line);
        let values = items.iter().map(|item| run.trace.step(*item).value);
        values.filter_map(|item| if let Value::Text(text) = item { Some(text) } else { None }).collect()
    }

    /// `1 of 2: `all of "A", "B"` (line 20), by "A"; missing "B"`
    pub(super) fn set_line(&self, run: &PersonRun, id: StepId, (need, span): (u32, Span)) -> Statement {
        let have = self.items(run, id);
        let by: Vec<String> = have.iter().map(|item| value(Value::Text(item))).collect();
        let by = if by.is_empty() { String::new() } else { format!(", by {}", by.join(", ")) };
        let missing = self.lacking(run, id).map_or(String::new(), |missing| format!("; missing: {missing}"));
        let have = value(Value::Number(Number::from_integer(have.len() as i64)));
        let words = format!("{have} of {need}: `{}` ({}){by}{missing}", clause(self.policy, span), line_of(self.policy, span));
        Statement { words, facts: Vec::new() }
    }
}
