//! Guarantees in words: which hold, and the witness where one does not.

use serde_json::{Value, json};

use super::quote::{clause, heading, line_of, told_below};
use super::results::Results;
use super::text::{count, decimal, money, visible};
use super::words::Context;
use crate::eval::{Broken, How, PersonRun, Whom, Witness};
use crate::policy::{GuaranteeId, GuaranteeMeasure, Guaranteed, Policy};
use crate::syntax::ast::GuaranteeBound;
use crate::value::Number;

/// Witnesses of one guarantee that are listed; the rest are counted.
const SHOWN: usize = 5;
/// Lines of one witness that are listed.
const LINES_SHOWN: usize = 20;

/// One place where a guarantee does not hold.
#[derive(Clone, Debug)]
pub struct BrokenWords {
    pub guarantee: GuaranteeId,
    /// `employee 1042`, `North` or `everybody together`.
    pub who: String,
    /// `$800.00 from 2024-10-01 to 2025-09-30, $200.00 more than $600.00`
    pub how: String,
    pub lines: Vec<LineWords>,
}

/// One line of a witness.
#[derive(Clone, Debug)]
pub struct LineWords {
    pub employee: String,
    pub award: String,
    pub day: String,
    /// None where awards are counted.
    pub amount: Option<Number>,
    pub paid_before: bool,
}

impl Context<'_> {
    /// `run` is the person's, where the guarantee is about one line.
    pub fn broken(&self, broken: &Broken, run: Option<&PersonRun>) -> BrokenWords {
        let who = match &broken.who {
            Whom::Employee(employee) => format!("employee {}", self.facts.employee(*employee)),
            Whom::Group(group) if group.is_empty() => "people without a group".to_owned(),
            Whom::Group(group) => group.clone(),
            Whom::Everybody => "everybody together".to_owned(),
        };
        let lines = broken.lines.iter().map(|line| self.witness(line, broken.guarantee)).collect();
        BrokenWords { guarantee: broken.guarantee, who, how: self.how(broken, run), lines }
    }

    fn how(&self, broken: &Broken, run: Option<&PersonRun>) -> String {
        let counts = counts_awards(self.policy, broken.guarantee);
        let amount = |number: Number| if counts { format!("{number} awards") } else { money(number) };
        match &broken.how {
            How::Sum { days, sum, bound } => {
                let days = days.map_or("in all".to_owned(), |(first, last)| format!("from {first} to {last}"));
                let most = match &self.policy.guarantees[usize::from(broken.guarantee.0)].says {
                    Guaranteed::Sums(sums) if sums.bound == GuaranteeBound::AtLeast => "less than",
                    Guaranteed::Sums(_) | Guaranteed::Lines { .. } => "more than",
                };
                format!("{} {days}, {most} {}", amount(*sum), amount(*bound))
            }
            How::Line { step } => {
                let told = run.map_or(String::new(), |run| told_below(self.policy, self.facts, run.trace, *step));
                if told.is_empty() { "the condition does not hold".to_owned() } else { told }
            }
            How::Unknown => "cannot be checked, because a value that it hangs on is missing".to_owned(),
        }
    }

    fn witness(&self, line: &Witness, guarantee: GuaranteeId) -> LineWords {
        LineWords {
            employee: self.facts.employee(line.employee).to_owned(),
            award: self.policy.award(line.award).name.clone(),
            day: line.day.to_string(),
            amount: (!counts_awards(self.policy, guarantee)).then_some(line.amount),
            paid_before: line.paid_before,
        }
    }
}

fn counts_awards(policy: &Policy, id: GuaranteeId) -> bool {
    match &policy.guarantees[usize::from(id.0)].says {
        Guaranteed::Sums(sums) => matches!(sums.measure, GuaranteeMeasure::Awards(_)),
        Guaranteed::Lines { .. } => false,
    }
}

impl LineWords {
    /// `employee 1042, Micro-credential, 2024-10-01: $200.00`
    pub fn sentence(&self) -> String {
        let amount = self.amount.map_or(String::new(), |amount| format!(": {}", money(amount)));
        let before = if self.paid_before { ", by an earlier run" } else { "" };
        format!("employee {}, {}, {}{before}{amount}", self.employee, self.award, self.day)
    }
}

/// The sentence as the policy writes it, with its line.
pub fn written(policy: &Policy, id: GuaranteeId) -> String {
    let span = policy.guarantees[usize::from(id.0)].span;
    format!("`{}` ({})", heading(policy, span), line_of(policy, span))
}

/// What stands above the summary where one does not hold; empty where all hold.
pub fn exceptions(results: &Results) -> String {
    let mut text = String::new();
    for (id, broken) in by_guarantee(results) {
        text.push_str(&format!("{} does not hold:\n", visible(&written(results.context.policy, id))));
        for broken in broken.iter().take(SHOWN) {
            text.push_str(&format!("  {}: {}\n", visible(&broken.who), visible(&broken.how)));
            for line in broken.lines.iter().take(LINES_SHOWN) {
                text.push_str(&format!("    {}\n", visible(&line.sentence())));
            }
            if broken.lines.len() > LINES_SHOWN {
                text.push_str(&format!("    and {}\n", count(broken.lines.len() - LINES_SHOWN, "more line")));
            }
        }
        if broken.len() > SHOWN {
            text.push_str(&format!("  and {} more\n", broken.len() - SHOWN));
        }
        text.push('\n');
    }
    text
}

/// `guarantees: 2 hold, 1 does not`; empty where the policy has none.
pub fn sentence(results: &Results) -> String {
    let all = results.context.policy.guarantees.len();
    let broken = by_guarantee(results).len();
    let verb = |number: usize| if number == 1 { "holds" } else { "hold" };
    match (all, broken) {
        (0, _) => String::new(),
        (_, 0) => format!("guarantees: {all} {}\n\n", verb(all)),
        _ => format!("guarantees: {} {}, {broken} {} not\n\n", all - broken, verb(all - broken), if broken == 1 { "does" } else { "do" }),
    }
}

/// Those that do not hold, in the order written.
pub fn by_guarantee<'r>(results: &'r Results) -> Vec<(GuaranteeId, Vec<&'r BrokenWords>)> {
    let mut found: Vec<(GuaranteeId, Vec<&BrokenWords>)> = Vec::new();
    for broken in &results.broken {
        match found.iter_mut().find(|(id, _)| *id == broken.guarantee) {
            Some((_, list)) => list.push(broken),
            None => found.push((broken.guarantee, vec![broken])),
        }
    }
    found.sort_by_key(|(id, _)| *id);
    found
}

pub fn json(results: &Results) -> Vec<Value> {
    let policy = results.context.policy;
    let line = |line: &LineWords| {
        json!({
            "employee": line.employee, "award": line.award, "date": line.day,
            "amount": line.amount.map(decimal), "paid_before": line.paid_before,
        })
    };
    let one =
        |broken: &&BrokenWords| json!({ "who": broken.who, "how": broken.how, "lines": broken.lines.iter().map(line).collect::<Vec<_>>() });
    let broken = by_guarantee(results);
    let all = (0u16..).map(GuaranteeId).zip(&policy.guarantees);
    all.map(|(id, guarantee)| {
        let found = broken.iter().find(|(other, _)| *other == id).map_or(&[][..], |(_, list)| list.as_slice());
        json!({
            "guarantee": clause(policy, guarantee.span),
            "line": policy.source.line_column(guarantee.span.start).0,
            "holds": found.is_empty(),
            "broken": found.iter().map(one).collect::<Vec<_>>(),
        })
    })
    .collect()
}
