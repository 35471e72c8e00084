//! Decisions of people about rows, where they touch an amount: behind the reason of every outcome that they had a part in.

use super::words::Context;
use crate::facts::resolution::{Answer, Resolution};
use crate::facts::{EmployeeId, SetAsideRow};

impl Context<'_> {
    /// What was decided about rows of this person, as the end of a sentence; empty nearly always.
    pub fn decided(&self, employee: EmployeeId) -> String {
        if self.facts.resolutions.is_empty() {
            return String::new();
        }
        let employee = self.facts.employee(employee);
        let own = |resolution: &&Resolution| {
            resolution.employee.as_deref() == Some(employee)
                && matches!(resolution.answer, Answer::Value(_))
                && resolution.applied_to.is_some()
        };
        let words = self.facts.resolutions.iter().filter(own).map(|resolution| {
            format!("; decided for row {} of {}: {}", resolution.row, self.names.short(&resolution.file), resolution.words())
        });
        words.collect()
    }

    /// Why somebody left a row out.
    pub fn left_out(&self, row: &SetAsideRow) -> Option<String> {
        let is_its = |resolution: &&Resolution| resolution.applied_to == Some(row.file) && resolution.row == row.row;
        let left_out = |resolution: &&Resolution| resolution.answer == Answer::LeaveOut;
        self.facts.resolutions.iter().filter(is_its).find(left_out).map(Resolution::words)
    }
}
