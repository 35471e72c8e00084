//! One thing that an award decides about a row by what stands in the row and in that of its person: a condition, the effective date, a key.

use super::check::{Check, Decided};
use crate::eval::evaluator::Evaluator;
use crate::eval::expression::formula::{Formula, Given, Reads};
use crate::eval::expression::operation::DayOrder;
use crate::eval::trace::{Op, Template, Whose};
use crate::facts::Column;
use crate::facts::column::NO_NUMBER;
use crate::policy::Expr;
use crate::value::{Date, Value};

#[derive(Debug)]
pub struct Link<'a> {
    /// As what its steps are recorded.
    pub decision: Op,
    pub expr: &'a Expr,
    by: By<'a>,
    /// By so many of the numbers that it says the state that follows is found at once.
    pub numbers: usize,
}

/// At most of so many: most columns have few values.
const NUMBERS_AT_ONCE: usize = 1 << 8;

/// How it is decided.
// the mark is not one of those of the column, which would have to be taken apart
#[derive(Debug)]
#[repr(u8)]
enum By<'a> {
    /// By the kind of the value in a column of the award's row.
    Column(Check<'a>),
    /// By what a formula comes to.
    Formula(Says, Formula<'a>),
    /// By the order of two days; the formula has the steps, and what is missing is left to it.
    Order(DayOrder<'a>, Formula<'a>),
    /// By the day in a cell, for which nothing is computed; the formula has the steps.
    Day(Days, (Whose, &'a [Option<Date>]), Formula<'a>),
    /// By whether anything stands in a cell.
    Known((Whose, &'a Column), Formula<'a>),
}

/// What the value of a formula says.
#[derive(Clone, Copy, Debug)]
pub enum Says {
    /// It is yes or no.
    Condition,
    /// It is a day.
    Effective(Days),
    /// It is known or missing.
    Key,
}

/// The days on which something may take effect; on another it goes no further.
#[derive(Clone, Copy, Debug)]
pub struct Days {
    pub first: Option<Date>,
    pub last: Date,
}

impl Days {
    #[inline(always)]
    fn decided(self, day: Option<Date>) -> Decided {
        match day {
            Some(day) if Some(day) >= self.first && day <= self.last => Decided::Holds,
            Some(_) => Decided::Fails,
            None => Decided::Missing,
        }
    }
}

impl Says {
    #[inline]
    fn decided(self, value: &Value) -> Decided {
        match (self, value) {
            (Says::Condition, value) => Decided::of(*value),
            (Says::Effective(days), Value::Date(day)) => days.decided(Some(*day)),
            (Says::Effective(_), _) | (Says::Key, Value::Missing) => Decided::Missing,
            (Says::Key, _) => Decided::Holds,
        }
    }
}

/// What may be decided at an end of a formula.
const DECIDED: [Decided; 3] = [Decided::Holds, Decided::Fails, Decided::Missing];

impl<'a> Link<'a> {
    pub fn by_column(decision: Op, expr: &'a Expr, check: Check<'a>) -> Link<'a> {
        let numbers = check.values.numbers().min(NUMBERS_AT_ONCE);
        Link { decision, expr, by: By::Column(check), numbers }
    }

    pub fn by_formula(decision: Op, expr: &'a Expr, (says, formula): (Says, Formula<'a>)) -> Link<'a> {
        let by = match (says, formula.cell()) {
            (Says::Condition, _) if let Some(order) = formula.day_order() => By::Order(order, formula),
            (Says::Effective(days), Some((whose, Column::Date(column)))) => By::Day(days, (whose, column), formula),
            (Says::Key, Some(cell)) => By::Known(cell, formula),
            _ => By::Formula(says, formula),
        };
        let numbers = match &by {
            By::Day(..) | By::Known(..) | By::Column(_) => DECIDED.len(),
            By::Order(_, formula) | By::Formula(_, formula) => (formula.ends() * DECIDED.len()).min(NUMBERS_AT_ONCE),
        };
        Link { decision, expr, by, numbers }
    }

    #[inline(always)]
    pub fn check(&self) -> Option<&Check<'a>> {
        match &self.by {
            By::Column(check) => Some(check),
            By::Formula(..) | By::Order(..) | By::Day(..) | By::Known(..) => None,
        }
    }

    pub fn reads(&self) -> Reads {
        match &self.by {
            By::Column(_) => Reads::of(Whose::Event),
            By::Formula(_, formula) | By::Order(_, formula) | By::Day(_, _, formula) | By::Known(_, formula) => formula.reads,
        }
    }

    /// A number for what the row says; rows with the same one leave the same steps but for cells and computed values, and decide the same.
    /// What is computed is added to `values`. [`NO_NUMBER`] where it has none; of values added then nothing is known.
    #[inline(always)]
    pub fn number_of(&self, given: &Given<'a, '_>, values: &mut Vec<Value<'a>>) -> usize {
        match &self.by {
            By::Column(check) => check.values.number_of(given.rows.event),
            By::Order(order, formula) => match order.carry_out(given, values) {
                Some(true) => Decided::Holds as usize,
                Some(false) => Decided::Fails as usize,
                None => number_of_formula(Says::Condition, formula, given, values),
            },
            By::Formula(says, formula) => number_of_formula(*says, formula, given, values),
            By::Day(days, (whose, column), _) => days.decided(column[given.rows.of(*whose) as usize]) as usize,
            By::Known((whose, column), _) => {
                if column.is_missing(given.rows.of(*whose)) {
                    Decided::Missing as usize
                } else {
                    Decided::Holds as usize
                }
            }
        }
    }

    /// The kind of what has this number, from 1: only of the values of a column several numbers are of one kind.
    pub fn kind(&mut self, number: usize, given: &Given<'a, '_>, evaluator: &mut Evaluator<'a>) -> Option<usize> {
        match &mut self.by {
            By::Column(check) => check.kind(given.at.event?, evaluator).map(usize::from),
            By::Formula(..) | By::Order(..) | By::Day(..) | By::Known(..) => (number != NO_NUMBER).then(|| number + 1),
        }
    }

    /// What the kind decides, and its steps, where they can be recorded again.
    pub fn of_kind(&self, kind: usize) -> (Decided, Option<&Template<'a>>) {
        match &self.by {
            By::Column(check) => check.of_kind(kind as u8),
            By::Formula(_, formula) | By::Order(_, formula) | By::Day(_, _, formula) | By::Known(_, formula) => {
                let number = kind - 1;
                (DECIDED[number % DECIDED.len()], formula.steps_of((number / DECIDED.len()) as u8))
            }
        }
    }
}

/// By the end that is reached, and what it decides.
#[inline(never)]
fn number_of_formula<'a>(says: Says, formula: &Formula<'a>, given: &Given<'a, '_>, values: &mut Vec<Value<'a>>) -> usize {
    let Some(end) = formula.carry_out(given, values) else { return NO_NUMBER };
    let decided = says.decided(&end.value(given, values));
    usize::from(end.number) * DECIDED.len() + decided as usize
}
