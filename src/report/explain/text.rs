//! An explanation as plain text: one fact per line, no boxes and no colour, so that it can be read aloud.

use super::{ExplainedRow, Explanation};
use crate::report::excerpt;
use crate::report::quote::sentence;
use crate::report::text::{cell_place, count, visible};
use crate::report::words::Context;

impl Explanation {
    pub fn text(&self, context: &Context) -> String {
        let mut text = format!("Employee {}\n", visible(&self.employee));
        text.push_str(&format!("Policy: {} ({})\n", visible(&context.policy.name), visible(&context.policy.source.name)));
        text.push_str(&format!("As of: {}\n", context.as_of));
        for place in &self.people_rows {
            text.push_str(&format!("Person: {}\n", cell_place(place)));
        }
        for place in &self.looked_up {
            text.push_str(&format!("Looked up: {}\n", cell_place(place)));
        }
        text.push_str(&format!("Result: {}\n", self.result()));
        for line in &self.paid_now {
            text.push_str(&format!("Total: {line}\n"));
        }
        for line in &self.broken {
            text.push_str(&format!("Guarantee that does not hold: {}\n", visible(line)));
        }
        for line in &self.balances {
            text.push_str(&format!("Balance: {}\n", visible(line)));
        }
        for line in &self.next {
            text.push_str(&format!("Next: {line}\n"));
        }
        for line in &self.paid_before {
            text.push_str(&format!("Paid before: {}\n", visible(line)));
        }
        for (number, row) in (1..).zip(&self.rows) {
            text.push_str(&format!("\nDecision {number} of {}\n", self.rows.len()));
            text.push_str(&row.text());
        }
        for row in &self.rejected {
            text.push_str(&format!("\nRejected row: {}\n", visible(&row.source)));
            for problem in &row.problems {
                text.push_str(&excerpt::render(problem, Some(&context.policy.source)));
            }
        }
        for line in &self.set_aside {
            text.push_str(&format!("\nRow set aside: {}\n", visible(line)));
        }
        text
    }

    /// `4 decisions: 3 paid, 1 reduced; 1 rejected row`
    fn result(&self) -> String {
        let mut words: Vec<(&str, usize)> = Vec::new();
        for row in &self.rows {
            match words.iter_mut().find(|(word, _)| *word == row.outcome) {
                Some((_, number)) => *number += 1,
                None => words.push((row.outcome, 1)),
            }
        }
        let parts: Vec<String> = words.iter().map(|(word, number)| format!("{number} {word}")).collect();
        let decided = count(self.rows.len(), "decision");
        let decided = if parts.is_empty() { decided } else { format!("{decided}: {}", parts.join(", ")) };
        let others = [(self.rejected.len(), "rejected row"), (self.set_aside.len(), "copied row")];
        let others = others.iter().filter(|(number, _)| *number > 0).map(|(number, what)| format!("; {}", count(*number, what)));
        format!("{decided}{}", others.collect::<String>())
    }
}

impl ExplainedRow {
    fn text(&self) -> String {
        let mut text = format!("  Row: {}\n  Award: {}\n", cell_place(&self.place), visible(&self.award));
        if let Some(period) = &self.period {
            text.push_str(&format!("  Period: {period}\n"));
        }
        text.push_str(&format!("  Record: {}\n  Outcome: {}\n", visible(&self.record), self.outcome));
        for paid in &self.paid {
            text.push_str(&format!("  Paid: {paid}\n"));
        }
        text.push_str(&format!("  Reason: {}\n", visible(&self.reason)));
        for statement in &self.statements {
            text.push_str(&format!("  Step: {}\n", visible(&statement.words)));
            for fact in &statement.facts {
                text.push_str(&format!("    {}\n", sentence(fact, Some(&self.place))));
            }
        }
        text
    }
}
