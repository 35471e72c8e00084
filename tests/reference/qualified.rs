//! Whether a candidate qualifies in its turn: its conditions, its dates, its key, and the time since the award before it.

use stipend::syntax::ast::{ExprKind, Once, Window};

use super::days::Day;
use super::expressions::Scope;
use super::timeline::{Candidate, Posted, Stop, Timeline, held, stop};
use super::world::{Became, Val};

impl<'a> Timeline<'a> {
    /// Its conditions, its dates and its key; the placing date where nothing speaks against it.
    pub fn qualified(&self, candidate: &Candidate, scope: &Scope<'a>) -> Result<Day, Stop> {
        for (position, condition) in self.award(candidate.award).conditions.iter().enumerate() {
            let became = match scope.value(condition) {
                Val::YesNo(true) => continue,
                Val::YesNo(false) => Became::NotEligible,
                _ => Became::Held,
            };
            return Err(Stop { became, condition: Some(position), why: format!("condition {position}") });
        }
        for needs in &self.award(candidate.award).needs {
            match scope.is_met(needs) {
                Val::YesNo(true) => {}
                Val::YesNo(false) => return Err(stop(Became::NotEligible, "it needs another award")),
                _ => return Err(held("what it needs cannot be told")),
            }
        }
        let placing = candidate.placing.ok_or_else(|| held("the placing date is missing"))?;
        let effective = scope.effective.date().ok_or_else(|| held("the effective date is missing"))?;
        let (first, last) = self.program.in_force();
        if effective < first || last.is_some_and(|last| effective > last) {
            return Err(stop(Became::NotEligible, "the policy is not in force"));
        }
        if effective > self.as_of {
            return Err(stop(Became::Waiting, "after the as-of date"));
        }
        self.is_not_over(self.award(candidate.award), scope, effective)?;
        self.first_of_its_key(candidate, scope, placing)?;
        Ok(placing)
    }

    /// `once`: among qualified candidates the first in the queue wins; whatever was posted takes the key, zero or not.
    fn first_of_its_key(&self, candidate: &Candidate, scope: &Scope<'a>, placing: Day) -> Result<(), Stop> {
        let Some(once) = &self.award(candidate.award).once else { return Ok(()) };
        let key = candidate.key.clone().ok_or_else(|| held("a key is missing"))?;
        if let Some(window @ (Window::Period(_) | Window::YearFrom(_))) = once.window.as_ref().map(|window| &window.kind) {
            self.stretch(window, scope, placing)?;
        }
        for posted in &self.posted {
            if posted.award == candidate.award
                && !self.taken.freed.contains(&posted.decided)
                && posted.key.as_ref() == Some(&key)
                && self.once_window(once, scope, posted.placing, placing)?
            {
                if posted.by_earlier && self.has_open_group(candidate) {
                    return Err(stop(Became::AlreadyPaid, "paid by an earlier run, on another day"));
                }
                return Err(stop(Became::Repeated, format!("{key} was taken on {}", posted.placing)));
            }
        }
        Ok(())
    }

    /// `wait 1 year, then 3 years between`: from the last award that was paid or moved something, by its number; one whose key
    /// a recovery has freed is as if it had not been.
    pub fn is_late_enough(&self, award: usize, placing: Day) -> Result<(), Stop> {
        let Some(wait) = &self.award(award).wait else { return Ok(()) };
        let stands = |posted: &&Posted| {
            let pays = posted.pieces.iter().any(|piece| !piece.amount.is_zero() || piece.moves);
            posted.award == award && !posted.is_part && (pays || posted.carries) && !self.taken.freed.contains(&posted.decided)
        };
        let days: Vec<Day> = self.posted.iter().filter(stands).map(|posted| posted.placing).collect();
        let Some(last) = days.iter().max() else { return Ok(()) };
        let time = wait.times[(days.len() - 1).min(wait.times.len() - 1)].kind;
        if placing < self.later(*last, time)? { Err(stop(Became::NotEligible, "too soon")) } else { Ok(()) }
    }

    fn once_window(&self, once: &Once, scope: &Scope<'a>, earlier: Day, placing: Day) -> Result<bool, Stop> {
        match once.window.as_ref().map(|window| &window.kind) {
            None | Some(Window::Ever) => Ok(true),
            Some(Window::Every(duration) | Window::Rolling(duration) | Window::FromFirstAward(duration)) => {
                Ok(placing.max(earlier) < self.later(placing.min(earlier), *duration)?)
            }
            Some(window @ (Window::Period(_) | Window::YearFrom(_))) => {
                Ok(super::periods::holds(self.stretch(window, scope, placing)?, earlier))
            }
        }
    }

    /// The limits of each employee that name the award, in the order written.
    pub fn covering(&self, award: usize) -> Vec<usize> {
        let name = &self.award(award).name.kind;
        let own = |limit: &usize| !super::together::is_shared(self.program.limits[*limit]);
        let names_it = |limit: &usize| own(limit) && self.program.limits[*limit].awards.iter().any(|award| award.kind == *name);
        (0..self.program.limits.len()).filter(names_it).collect()
    }
}

/// The values of the `once` keys joined by ` / `; empty where there are none, nothing where one is missing.
pub fn key(once: Option<&Once>, scope: &Scope<'_>) -> Option<String> {
    let Some(once) = once else { return Some(String::new()) };
    let mut values = Vec::new();
    for key in &once.keys {
        let value = match &key.kind {
            ExprKind::Name(name) => scope.named(name),
            ExprKind::Qualified(record, field) => scope.qualified(&record.kind, &field.kind),
            _ => panic!("a key is a field"),
        };
        if !value.is_known() {
            return None;
        }
        values.push(value.to_string());
    }
    Some(values.join(" / "))
}
