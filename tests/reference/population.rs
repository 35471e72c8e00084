//! Values over everybody: every row of everybody is asked, one after the other, whether it belongs to the group and counts.

use stipend::syntax::ast::{AggregateKind, Expr, Over, Rank, RankOrder};

use super::expressions::{Scope, and, equal, gap, not, or, ordered};
use super::ratio::{ONE, Ratio};
use super::world::{Row, Val};

/// One row of somebody: whether it counts, what it counts for, and its tie-break.
struct Counted {
    holds: Val,
    /// For `every`: it does not belong to the group, or it holds.
    speaks_for: Val,
    value: Val,
    tie: Val,
}

/// What is asked of every row.
struct Asked<'a> {
    over: &'a Over,
    record: &'a str,
    condition: Option<&'a Expr>,
    value: Option<&'a Expr>,
    ties: Option<&'a Expr>,
    of_known: bool,
}

const YES: Val = Val::YesNo(true);
const NO: Val = Val::YesNo(false);

impl<'a> Scope<'a> {
    /// An aggregate inside a let `for everybody` or `for each` group.
    pub fn aggregate_over(
        &self,
        kind: AggregateKind,
        (value, record, condition): (Option<&'a Expr>, &'a str, Option<&'a Expr>),
        (of_known, over): (bool, &'a Over),
    ) -> Val {
        let rows = match self.ask_everybody(&Asked { over, record, condition, value, ties: None, of_known }) {
            Ok(rows) => rows,
            Err(gap) => return gap,
        };
        let verdict = |row: &Counted| if kind == AggregateKind::Every { row.speaks_for.clone() } else { row.holds.clone() };
        let verdicts = rows.iter().map(verdict).collect();
        let counting = rows.iter().filter(|row| row.holds != NO);
        let values = counting.map(|row| if row.holds == YES { row.value.clone() } else { row.holds.clone() }).collect();
        super::names::taken_together(kind, verdicts, values)
    }

    /// A place among all rows that count, from 1; not applicable to a row that does not.
    pub fn rank(&self, rank: &'a Rank, over: &'a Over) -> Val {
        let (condition, ties) = (rank.condition.as_ref(), rank.ties.as_ref());
        let (value, of_known) = (Some(&rank.value), rank.of_known);
        let rows = match self.ask_everybody(&Asked { over, record: &rank.record.kind, condition, value, ties, of_known }) {
            Ok(rows) => rows,
            Err(gap) => return gap,
        };
        let bare = Scope { over: None, ..self.clone() };
        let own_holds = condition.map_or(YES, |condition| bare.value(condition));
        let own = bare.value(&rank.value);
        match (&own_holds, own.is_known()) {
            (Val::YesNo(false), _) => return Val::NotApplicable,
            (Val::YesNo(true), _) if own == Val::NotApplicable => return Val::NotApplicable,
            (Val::YesNo(true), false) if of_known => return Val::NotApplicable,
            (Val::YesNo(true), true) => {}
            _ => return Val::Missing,
        }
        let ranked: Vec<&Counted> = rows.iter().filter(|row| row.holds != NO && row.value != Val::NotApplicable).collect();
        if let Some(open) = ranked.iter().find(|row| row.holds != YES || !row.value.is_known()) {
            return gap(&[open.holds.clone(), open.value.clone()]).unwrap_or(Val::Missing);
        }
        let is_better = |row: &&&Counted| match rank.order {
            RankOrder::HighestFirst => ordered(&own, &row.value, false) == YES,
            RankOrder::LowestFirst => ordered(&row.value, &own, false) == YES,
        };
        let better = ranked.iter().filter(is_better).count();
        let equals: Vec<&&Counted> = ranked.iter().filter(|row| row.value == own).collect();
        let Some(ties) = ties.filter(|_| equals.len() > 1) else { return place(better) };
        let tie = bare.value(ties);
        let same = equals.iter().filter(|row| row.tie == tie).count();
        if !tie.is_known() || equals.iter().any(|row| !row.tie.is_known()) || same > 1 {
            return Val::Unknown;
        }
        place(better + equals.iter().filter(|row| ordered(&row.tie, &tie, false) == YES).count())
    }

    /// The rows of everybody; an error where the group of the row at hand cannot be told.
    fn ask_everybody(&self, asked: &Asked<'a>) -> Result<Vec<Counted>, Val> {
        let bare = Scope { over: None, ..self.clone() };
        let group = if let Over::Group(group) = asked.over { Some((group, bare.value(group))) } else { None };
        if let Some((_, own)) = group.as_ref().filter(|(_, own)| !own.is_known()) {
            return Err(own.clone());
        }
        let mut rows = Vec::new();
        for scope in self.rows_of_everybody(asked.record) {
            let its_group = group.as_ref().map(|(group, _)| scope.value(group));
            let is_member = match (&group, &its_group) {
                (Some((_, own)), Some(its)) => equal(own, its),
                _ => YES,
            };
            let holds = asked.condition.map_or(YES, |condition| scope.value(condition));
            let value = asked.value.map_or(Val::Num(ONE), |value| scope.value(value));
            let is_open = |value: &Val| matches!(value, Val::Missing | Val::Unknown);
            if asked.of_known && (is_open(&holds) || is_open(&value) || its_group.is_some_and(|its| !its.is_known())) {
                continue;
            }
            let tie = asked.ties.map_or(Val::Missing, |ties| scope.value(ties));
            rows.push(Counted { speaks_for: or(not(is_member.clone()), holds.clone()), holds: and(is_member, holds), value, tie });
        }
        Ok(rows)
    }

    /// One scope for each person, or for each row of an event record, as the facts alone have it.
    fn rows_of_everybody(&self, record: &'a str) -> Vec<Scope<'a>> {
        let is_people = self.program.people().name.kind == record;
        let mut scopes = Vec::new();
        for person in self.people {
            let bare = Scope::of_facts(self.program, self.people, person);
            let own: &[(usize, Row)] = person.rows.get(record).map_or(&[], Vec::as_slice);
            if is_people {
                scopes.extend(own.first().map(|_| bare));
            } else {
                scopes.extend(own.iter().map(|(_, row)| Scope { event: Some((record, row)), ..bare.clone() }));
            }
        }
        scopes
    }
}

fn place(before: usize) -> Val {
    Val::Num(Ratio::whole(before as i128 + 1))
}
