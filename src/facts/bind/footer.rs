//! The total that a file shows below its rows, compared with the sum of its rows.

use super::place::Origin;
use super::plan::Plan;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::facts::mapping::FileRule;
use crate::facts::read::Row;
use crate::policy::{Field, Record};
use crate::value::Number;

/// Sums of some fields over all rows, and what the last footer says they are.
#[derive(Clone, Debug, Default)]
pub struct FooterSums {
    fields: Vec<usize>,
    /// None where a cell could not be read, or the sum is too long.
    sums: Vec<Option<Number>>,
    shown: Option<(u32, Vec<Option<Number>>)>,
}

impl FooterSums {
    pub fn of(rule: Option<&FileRule>, record: &Record) -> FooterSums {
        let named = rule.and_then(|rule| rule.footer.as_ref()).map_or(&[] as &[String], |footer| &footer.sums);
        let fields: Vec<usize> = named.iter().filter_map(|name| record.fields.iter().position(|field| field.name == *name)).collect();
        FooterSums { sums: vec![Some(Number::ZERO); fields.len()], fields, shown: None }
    }

    pub fn fresh(&self) -> FooterSums {
        FooterSums { fields: self.fields.clone(), sums: vec![Some(Number::ZERO); self.fields.len()], shown: None }
    }

    pub fn join(&mut self, other: FooterSums) {
        let both = self.sums.iter_mut().zip(other.sums);
        both.for_each(|(sum, more)| *sum = sum.zip(more).and_then(|(sum, more)| sum.plus(more).ok()));
        self.shown = other.shown.or(self.shown.take());
    }

    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// Counts a data row, whatever becomes of it: the source's total has it too.
    pub fn count(&mut self, row: Row<'_>, plan: &Plan<'_>) {
        for (field, sum) in self.fields.iter().zip(&mut self.sums) {
            let amount = plan.number(row.cells, *field);
            *sum = sum.zip(amount).and_then(|(sum, amount)| sum.plus(amount).ok());
        }
    }

    /// Notes what a footer says.
    pub fn shown(&mut self, row: Row<'_>, plan: &Plan<'_>) {
        self.shown = Some((row.number, self.fields.iter().map(|field| plan.number(row.cells, *field)).collect()));
    }

    pub fn report(&self, (origin, fields): (&Origin<'_>, &[Field]), problems: &mut Diagnostics) {
        if self.fields.is_empty() {
            return;
        }
        let Some((row, shown)) = &self.shown else {
            let message = "the mapping checks the total below the rows, and there is none";
            problems.push(Diagnostic::error("footer-total-differs", origin.row(0), message).help("look whether the export was cut off"));
            return;
        };
        for ((field, sum), shown) in self.fields.iter().zip(&self.sums).zip(shown) {
            if sum.is_some() && sum == shown {
                continue;
            }
            let words = |number: &Option<Number>| number.map_or_else(|| "cannot be read".to_owned(), |number| format!("is {number}"));
            let name = &fields[*field].name;
            let message = format!("the total of `{name}` below the rows {}, the sum of the rows {}", words(shown), words(sum));
            problems.push(
                Diagnostic::error("footer-total-differs", origin.row(*row), message)
                    .help("rows were lost or changed, or a cell is no number: look at the export"),
            );
        }
    }
}
