//! Values over everybody: computed before anybody's queue, in the order of employees, whatever the number of threads.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::eval::evaluator::{Evaluator, Position};
use crate::eval::expression::operators::{self, compared, truth};
use crate::eval::trace::{Fault, Op, StepId, StepPlace};
use crate::facts::{EmployeeId, Facts};
use crate::policy::{Expr, Measure, Policy, Population, PopulationId};
use crate::source::Span;
use crate::syntax::ast::{AggregateKind, RankOrder};
use crate::value::{Date, Value};

/// The values that are computed so far, by [`PopulationId`].
#[derive(Clone, Debug, Default)]
pub struct Populations<'a> {
    computed: Vec<Arc<Computed<'a>>>,
}

/// One population value, by group; everybody is the group without a name.
#[derive(Debug, Default)]
struct Computed<'a> {
    groups: BTreeMap<String, Group<'a>>,
    /// A row whose group is missing might belong to any of them.
    unknown: Option<Cause>,
}

#[derive(Debug)]
struct Group<'a> {
    rows: u32,
    value: Value<'a>,
    /// Why there is no value.
    cause: Option<Cause>,
    /// For a rank: values and tie-breaks, the first place first.
    ranked: Vec<(Value<'a>, Value<'a>)>,
}

/// The cell or the clause that left a value unknown.
#[derive(Clone, Copy, Debug)]
struct Cause {
    place: StepPlace,
    fault: Option<Fault>,
}

/// One row as a population value reads it.
struct RowRead<'a> {
    group: Option<String>,
    holds: Option<bool>,
    value: Value<'a>,
    tie: Value<'a>,
    cause: Option<Cause>,
}

impl<'a> Populations<'a> {
    /// All of them, each from the rows of everybody and from those before it.
    pub fn compute(policy: &'a Policy, facts: &'a Facts, as_of: Date) -> Populations<'a> {
        let mut populations = Populations::default();
        for population in &policy.populations {
            let rows: Vec<Vec<RowRead<'a>>> = (0..facts.employees.len() as u32)
                .into_par_iter()
                .with_min_len(crate::eval::PEOPLE_PER_GROUP)
                .map_init(
                    || Evaluator::new(policy, facts, as_of, &populations),
                    |evaluator, employee| evaluator.read_rows(population, EmployeeId(employee)),
                )
                .collect();
            let evaluator = Evaluator::new(policy, facts, as_of, &populations);
            let computed = evaluator.computed(population, rows.into_iter().flatten());
            populations.computed.push(Arc::new(computed));
        }
        populations
    }
}

impl<'a> Evaluator<'a> {
    fn read_rows(&mut self, population: &'a Population, employee: EmployeeId) -> Vec<RowRead<'a>> {
        self.turn_to(employee);
        let own = self.facts.table(population.record).rows_of(employee);
        if population.record == self.policy.people {
            return if own.is_empty() { Vec::new() } else { vec![self.read_row(population, &Position::default())] };
        }
        let at = |row: u32| Position { event: Some((population.record, row)), ..Position::default() };
        own.map(|row| self.read_row(population, &at(row))).collect()
    }

    fn read_row(&mut self, population: &'a Population, at: &Position) -> RowRead<'a> {
        self.trace.clear();
        let mut read =
            RowRead { group: Some(String::new()), holds: Some(true), value: Value::YesNo(true), tie: Value::Missing, cause: None };
        if let Some(condition) = &population.condition {
            read.holds = truth(self.part(condition, at, &mut read.cause));
        }
        let goes_on = |kind: &AggregateKind| matches!(kind, AggregateKind::Any | AggregateKind::Every);
        let counts_all = matches!(&population.measure, Measure::Aggregate { kind, .. } if goes_on(kind));
        if read.holds == Some(false) && !counts_all {
            return read;
        }
        if let Some(group) = &population.group {
            let value = self.part(group, at, &mut read.cause);
            read.group = if value == Value::Missing { None } else { Some(value.to_string()) };
        }
        let (value, ties) = match &population.measure {
            Measure::Aggregate { value, .. } => (value.as_ref(), None),
            Measure::Rank { value, ties, .. } => (Some(value), ties.as_ref()),
        };
        if let Some(value) = value {
            read.value = self.part(value, at, &mut read.cause);
        }
        if let Some(ties) = ties {
            read.tie = self.part(ties, at, &mut None);
        }
        read
    }

    /// The value of one expression of the row; `cause` keeps the first that is missing.
    fn part(&mut self, expr: &'a Expr, at: &Position, cause: &mut Option<Cause>) -> Value<'a> {
        let step = self.evaluate(expr, at);
        let value = self.value(step);
        if value == Value::Missing && cause.is_none() {
            let found = self.trace.cause_of_missing(step);
            *cause = Some(Cause { place: self.trace.step(found).place, fault: self.trace.fault(found) });
        }
        value
    }

    fn computed(&self, population: &Population, rows: impl Iterator<Item = RowRead<'a>>) -> Computed<'a> {
        let mut computed = Computed::default();
        for row in rows {
            let passed_over = population.of_known && (row.holds.is_none() || row.value == Value::Missing || row.group.is_none());
            if passed_over {
                continue;
            }
            let Some(name) = &row.group else {
                if settles_nothing(population, row.holds) {
                    continue;
                }
                computed.unknown = computed.unknown.or(row.cause);
                continue;
            };
            let group = computed.groups.entry(name.clone()).or_insert_with(|| self.empty_group(population));
            self.enter(population, group, row);
        }
        if let Measure::Rank { order, .. } = &population.measure {
            computed.groups.values_mut().for_each(|group| group.ranked.sort_by(|left, right| by_place(*order, left, right)));
        }
        computed
    }

    fn empty_group(&self, population: &Population) -> Group<'a> {
        let value = match &population.measure {
            Measure::Aggregate { kind, .. } => self.start(*kind, population.ty),
            Measure::Rank { .. } => Value::NotApplicable,
        };
        Group { rows: 0, value, cause: None, ranked: Vec::new() }
    }

    fn enter(&self, population: &Population, group: &mut Group<'a>, row: RowRead<'a>) {
        match &population.measure {
            Measure::Aggregate { kind, .. } => {
                let counts_all = matches!(kind, AggregateKind::Any | AggregateKind::Every);
                if row.holds == Some(false) && !counts_all {
                    return;
                }
                group.rows += 1;
                match self.add(*kind, group.value, (row.holds, row.value), population.ty) {
                    Ok(value) => group.value = value,
                    Err(fault) => {
                        group.value = Value::Missing;
                        group.cause = group.cause.or(Some(Cause { place: StepPlace::Clause(population.span), fault: Some(fault) }));
                    }
                }
                group.cause = group.cause.or(row.cause);
            }
            Measure::Rank { .. } => match (row.holds, row.value) {
                (Some(false), _) | (Some(true), Value::NotApplicable) => {}
                (None, _) | (_, Value::Missing) => group.cause = group.cause.or(row.cause),
                (Some(true), value) => {
                    group.rows += 1;
                    group.ranked.push((value, row.tie));
                }
            },
        }
    }

    /// The value for the group of the row at hand, as a step.
    pub(in crate::eval) fn population(
        &mut self,
        id: PopulationId,
        (group, own): (Option<&'a Expr>, &'a [Expr]),
        span: Span,
        at: &Position,
    ) -> StepId {
        let Some(computed) = self.populations.computed.get(usize::from(id.0)).cloned() else {
            return self.note(Op::Population { rows: 0 }, span, &[], Value::Missing);
        };
        let mut inputs: Vec<StepId> = group.map(|group| self.evaluate(group, at)).into_iter().collect();
        let name = inputs.first().map(|step| self.value(*step));
        if name == Some(Value::Missing) {
            return self.note(Op::Population { rows: 0 }, span, &inputs, Value::Missing);
        }
        let name = name.map_or(String::new(), |value| value.to_string());
        let policy = self.policy;
        let population = &policy.populations[usize::from(id.0)];
        let empty = self.empty_group(population);
        let found = computed.groups.get(&name).unwrap_or(&empty);
        let op = Op::Population { rows: found.rows };
        let own: Vec<StepId> = own.iter().map(|expr| self.evaluate(expr, at)).collect();
        inputs.extend(&own);
        let result = match &population.measure {
            Measure::Aggregate { .. } => Ok(found.value),
            Measure::Rank { .. } => self.rank(population, found, &own),
        };
        // a decided `any` or `every` is known in spite of a missing row; one that is undecided by its own rows is open to those
        // whose group is missing
        let decided = match (&population.measure, found.value) {
            (Measure::Aggregate { kind: AggregateKind::Any, .. }, Value::YesNo(holds)) => holds || computed.unknown.is_none(),
            (Measure::Aggregate { kind: AggregateKind::Every, .. }, Value::YesNo(holds)) => !holds || computed.unknown.is_none(),
            _ => false,
        };
        let cause = computed.unknown.or(found.cause).filter(|_| !decided);
        match (cause, result) {
            (_, Ok(Value::NotApplicable)) if !own.is_empty() => self.note(op, span, &inputs, Value::NotApplicable),
            (Some(cause), _) => {
                inputs.push(self.settle(Op::Field, cause.place, &[], cause.fault.map_or(Ok(Value::Missing), Err)));
                self.note(op, span, &inputs, Value::Missing)
            }
            (None, Ok(Value::NotApplicable)) => self.note(op, span, &inputs, Value::Missing), // the first or latest of no rows
            (None, result) => self.settle(op, StepPlace::Clause(span), &inputs, result),
        }
    }

    /// The place of the row at hand; not applicable where it is not one of those that are ranked.
    fn rank(&self, population: &Population, group: &Group<'a>, own: &[StepId]) -> operators::Result<Value<'a>> {
        let Measure::Rank { order, ties, .. } = &population.measure else { return Ok(Value::Missing) };
        let mut values = own.iter().map(|step| self.value(*step));
        let value = values.next().unwrap_or(Value::Missing);
        let holds = if population.condition.is_some() { values.next().map_or(Some(true), truth) } else { Some(true) };
        let tie = values.next().unwrap_or(Value::Missing);
        match (holds, value) {
            (Some(false), _) | (Some(true), Value::NotApplicable) => return Ok(Value::NotApplicable),
            (Some(true), Value::Missing) if population.of_known => return Ok(Value::NotApplicable),
            (None, _) | (_, Value::Missing) => return Ok(Value::Missing),
            (Some(true), _) => {}
        }
        let better = group.ranked.partition_point(|other| by_value(*order, other.0, value) == Ordering::Less);
        let equal: Vec<&(Value, Value)> =
            group.ranked.iter().skip(better).take_while(|other| compared(other.0, value) == Some(Ordering::Equal)).collect();
        let mut place = better + 1;
        if ties.is_some() && equal.len() > 1 {
            if tie == Value::Missing || equal.iter().any(|other| other.1 == Value::Missing) {
                return Err(Fault::TiedRank);
            }
            let same = equal.iter().filter(|other| compared(other.1, tie) == Some(Ordering::Equal)).count();
            if same > 1 {
                return Err(Fault::TiedRank);
            }
            place += equal.iter().filter(|other| compared(other.1, tie) == Some(Ordering::Less)).count();
        }
        Ok(Value::Number(crate::value::Number::from_integer(place as i64)))
    }
}

/// Whether a row says nothing to an `any` or `every`, whatever its group.
fn settles_nothing(population: &Population, holds: Option<bool>) -> bool {
    match &population.measure {
        Measure::Aggregate { kind: AggregateKind::Any, .. } => holds == Some(false),
        Measure::Aggregate { kind: AggregateKind::Every, .. } => holds == Some(true),
        Measure::Aggregate { .. } | Measure::Rank { .. } => false,
    }
}

fn by_value(order: RankOrder, left: Value, right: Value) -> Ordering {
    let ascending = compared(left, right).unwrap_or(Ordering::Equal);
    match order {
        RankOrder::HighestFirst => ascending.reverse(),
        RankOrder::LowestFirst => ascending,
    }
}

fn by_place(order: RankOrder, left: &(Value, Value), right: &(Value, Value)) -> Ordering {
    by_value(order, left.0, right.0)
}
