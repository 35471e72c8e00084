//! Words of the policy that stand in the reasons of many rows, quoted once.

use super::names::FileNames;
use super::pieces::Cell;
use super::quote::{clause, heading};
use crate::facts::{DataFile, Facts};
use crate::policy::{AwardId, LimitId, Policy};

/// By the number of what they quote.
#[derive(Clone, Debug, Default)]
pub struct Phrases {
    /// By award and pay line: `` in full by `pay $200` ``
    in_full: Vec<Vec<String>>,
    /// By award and condition, without quotes.
    conditions: Vec<Vec<String>>,
    /// By limit, in quotes.
    limits: Vec<String>,
    /// By file: `credentials.csv`, `staff.xlsx#Staff`.
    pub sources: Vec<String>,
    /// The same with `!` behind them, as places in tables begin; none in quotes.
    source_cells: Vec<Option<Cell>>,
    /// By award: its name as it stands in tables.
    awards: Vec<Cell>,
}

impl Phrases {
    pub fn of(policy: &Policy, facts: &Facts, names: &FileNames) -> Phrases {
        let in_full = |span| format!("in full by `{}`", heading(policy, span));
        let named = |file: &DataFile| match (names.short(&file.name), &file.sheet) {
            (name, Some(sheet)) => format!("{name}#{sheet}"),
            (name, None) => name.to_owned(),
        };
        let awards = policy.awards.iter();
        let sources: Vec<String> = facts.files.iter().map(named).collect();
        Phrases {
            in_full: awards.clone().map(|award| award.pays.iter().map(|pay| in_full(pay.span)).collect()).collect(),
            conditions: awards.map(|award| award.conditions.iter().map(|condition| clause(policy, condition.span)).collect()).collect(),
            limits: policy.limits.iter().map(|limit| format!("`{}`", heading(policy, limit.span))).collect(),
            source_cells: sources.iter().map(|name| Cell::beginning(&format!("{name}!"))).collect(),
            sources,
            awards: policy.awards.iter().map(|award| Cell::of(&award.name)).collect(),
        }
    }

    /// The name of a file as the place of its rows begins in a table; none where that stands in quotes.
    pub fn source(&self, file: u16) -> Option<&Cell> {
        self.source_cells.get(usize::from(file))?.as_ref()
    }

    /// The name of an award as it stands in a table.
    pub fn award(&self, award: AwardId) -> &Cell {
        &self.awards[usize::from(award.0)]
    }

    /// That a pay line decided.
    pub fn in_full(&self, award: AwardId, line: u16) -> &str {
        self.in_full.get(usize::from(award.0)).and_then(|all| all.get(usize::from(line))).map_or("", String::as_str)
    }

    pub fn condition(&self, award: AwardId, condition: u16) -> &str {
        self.conditions.get(usize::from(award.0)).and_then(|all| all.get(usize::from(condition))).map_or("", String::as_str)
    }

    pub fn limit(&self, limit: LimitId) -> &str {
        self.limits.get(usize::from(limit.0)).map_or("", String::as_str)
    }
}
