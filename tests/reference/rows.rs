//! Aggregates over the latest few rows, sums cut off by key, numbers in a row; and so many of several conditions.

use stipend::syntax::ast::{AggregateBound, AggregateKind, Expr, ExprKind, Picked, PickedSide};

use super::expressions::{Scope, gap};
use super::ratio::{ONE, Ratio, ZERO};
use super::world::{Row, Val};

/// `at least 2 of (…)`: yes or no where the missing ones cannot change it.
pub fn at_least(count: Ratio, verdicts: &[Val]) -> Val {
    let number = |wanted: &dyn Fn(&Val) -> bool| Ratio::whole(verdicts.iter().filter(|verdict| wanted(verdict)).count() as i128);
    let yes = number(&|verdict| *verdict == Val::YesNo(true));
    let not_no = number(&|verdict| *verdict != Val::YesNo(false));
    if yes >= count {
        return Val::YesNo(true);
    }
    if not_no < count {
        return Val::YesNo(false);
    }
    gap(verdicts).expect("something missing")
}

impl<'a> Scope<'a> {
    pub fn over_rows(&self, expr: &'a Expr) -> Val {
        let ExprKind::Aggregate { kind, value, record, condition, of_known, picked, bound } = &expr.kind else { unreachable!() };
        if self.person.rejected.contains(&record.kind) {
            self.asked_unsure.set(true);
        }
        let all: Vec<&'a Row> = self.person.rows.get(&record.kind).into_iter().flatten().map(|(_, row)| row).collect();
        let parts = (value.as_deref(), record.kind.as_str(), condition.as_deref());
        let rows = match picked {
            None => all,
            Some(picked) => {
                let wanted = if *kind == AggregateKind::Row { value.as_deref().filter(|_| *of_known) } else { None };
                match self.pick((&record.kind, picked, *kind), all, (*of_known, wanted)) {
                    Ok(rows) => rows,
                    Err(unknown) => return unknown,
                }
            }
        };
        match bound.as_deref() {
            None => self.aggregate(*kind, parts, &rows, *of_known),
            Some(AggregateBound::AtMost { most, per }) => self.cut_off(parts, (most, per), &rows, *of_known),
            Some(AggregateBound::Through(last)) => self.in_a_row(parts, self.value(last), &rows, *of_known),
        }
    }

    fn at_row(&self, record: &'a str, row: &'a Row) -> Scope<'a> {
        Scope { looked_at: Some((record, row)), ..self.clone() }
    }

    /// Sorted with the wanted end first, then cut.
    fn pick(
        &self,
        (record, picked, kind): (&'a str, &'a Picked, AggregateKind),
        rows: Vec<&'a Row>,
        (of_known, wanted): (bool, Option<&'a Expr>),
    ) -> Result<Vec<&'a Row>, Val> {
        let mut found: Vec<(Val, Val, &'a Row)> = Vec::new();
        for row in rows {
            let scope = self.at_row(record, row);
            let verdict = picked.condition.as_ref().map_or(Val::YesNo(true), |condition| scope.value(condition));
            if verdict == Val::YesNo(false) {
                continue;
            }
            let by = scope.value(&picked.by);
            let known = by.is_known() && verdict.is_known() && wanted.is_none_or(|value| scope.value(value).is_known());
            if known || !of_known {
                found.push((by, verdict, row));
            }
        }
        if let Some(unknown) = gap(&found.iter().map(|(by, ..)| by.clone()).collect::<Vec<_>>()) {
            return Err(unknown);
        }
        let order = |by: &Val| (by.date(), by.num());
        found.sort_by(|(left, ..), (right, ..)| order(left).partial_cmp(&order(right)).expect("an order"));
        if picked.side == PickedSide::Latest {
            found.reverse();
        }
        let most = picked.count.as_ref().map_or(1, |count| count.kind.to_integer().expect("whole") as usize);
        let mut chosen: Vec<&(Val, Val, &Row)> = found.iter().take(most).collect();
        if let Some((last, ..)) = chosen.last() {
            let tied: Vec<&(Val, Val, &Row)> = found.iter().skip(chosen.len()).filter(|(by, ..)| by == last).collect();
            if !tied.is_empty() && kind != AggregateKind::Row {
                return Err(Val::Unknown);
            }
            chosen.extend(tied);
        }
        let verdicts: Vec<Val> = chosen.iter().map(|(_, verdict, _)| verdict.clone()).collect();
        gap(&verdicts).map_or_else(|| Ok(chosen.into_iter().map(|(.., row)| *row).collect()), Err)
    }

    /// The rows that count, each with its verdict and value.
    fn counted(
        &self,
        (value, record, condition): (Option<&'a Expr>, &'a str, Option<&'a Expr>),
        rows: &[&'a Row],
        of_known: bool,
    ) -> Vec<(Val, Val, Scope<'a>)> {
        let read = |row: &&'a Row| {
            let scope = self.at_row(record, row);
            let verdict = condition.map_or(Val::YesNo(true), |condition| scope.value(condition));
            let value = if verdict == Val::YesNo(false) { Val::Missing } else { value.map_or(Val::Num(ONE), |value| scope.value(value)) };
            (verdict, value, scope)
        };
        let counts = |(verdict, value, _): &(Val, Val, Scope<'a>)| {
            *verdict != Val::YesNo(false) && !(of_known && !(verdict.is_known() && value.is_known()))
        };
        rows.iter().map(read).filter(counts).collect()
    }

    fn cut_off(
        &self,
        parts: (Option<&'a Expr>, &'a str, Option<&'a Expr>),
        (most, per): (&'a Expr, &'a Expr),
        rows: &[&'a Row],
        of_known: bool,
    ) -> Val {
        let mut sums: Vec<(Val, Ratio)> = Vec::new();
        let mut gaps = vec![self.value(most)];
        for (verdict, value, scope) in self.counted(parts, rows, of_known) {
            let key = scope.value(per);
            if of_known && !key.is_known() {
                continue;
            }
            gaps.extend([verdict, value.clone(), key.clone()]);
            let Some(value) = value.num() else { continue };
            match sums.iter_mut().find(|(known, _)| *known == key) {
                Some((_, sum)) => *sum = sum.plus(value),
                None => sums.push((key, value)),
            }
        }
        let Some(most) = gaps[0].num().filter(|_| gap(&gaps).is_none()) else { return gap(&gaps).expect("a gap") };
        Val::Num(sums.into_iter().map(|(_, sum)| if sum > most { most } else { sum }).fold(ZERO, Ratio::plus))
    }

    fn in_a_row(&self, parts: (Option<&'a Expr>, &'a str, Option<&'a Expr>), last: Val, rows: &[&'a Row], of_known: bool) -> Val {
        let counted = self.counted(parts, rows, of_known);
        let values: Vec<Val> = counted.iter().map(|(_, value, _)| value.clone()).chain([last.clone()]).collect();
        if let Some(unknown) = gap(&values) {
            return unknown;
        }
        let has = |number: Ratio, also_missing: bool| {
            counted.iter().any(|(verdict, value, _)| *value == Val::Num(number) && (also_missing || verdict.is_known()))
        };
        let run = |also_missing: bool| {
            let mut number = last.num().expect("a number");
            let mut count = ZERO;
            while has(number, also_missing) {
                count = count.plus(ONE);
                number = number.plus(ONE.negative());
            }
            count
        };
        if run(false) == run(true) {
            return Val::Num(run(false));
        }
        gap(&counted.into_iter().map(|(verdict, ..)| verdict).collect::<Vec<_>>()).expect("a verdict that is missing")
    }
}
