//! What the operators do with values: exact arithmetic, comparison, and logic with three values.

use std::cmp::Ordering;

use crate::eval::trace::Fault;
use crate::syntax::ast::{BinaryOp, DateUnit, WithinRelation};
use crate::value::{Date, DateFault, Duration, MonthEnd, Number, NumberFault, Rounding, Small, Type, Value};

pub type Result<T> = std::result::Result<T, Fault>;

impl From<NumberFault> for Fault {
    fn from(fault: NumberFault) -> Fault {
        match fault {
            NumberFault::TooLarge => Fault::NumberTooLarge,
            NumberFault::DivisionByZero => Fault::DivisionByZero,
        }
    }
}

impl From<DateFault> for Fault {
    fn from(fault: DateFault) -> Fault {
        match fault {
            DateFault::OutOfRange => Fault::DateOutOfRange,
            DateFault::NoSuchDay => Fault::NoSuchDay,
        }
    }
}

/// The number inside a number, a percentage or an amount of money.
#[inline]
pub fn number_of(value: Value) -> Option<Number> {
    match value {
        Value::Number(number) | Value::Percent(number) | Value::Money(number) => Some(number),
        Value::Missing | Value::NotApplicable | Value::YesNo(_) | Value::Text(_) => None,
        Value::Label(_) | Value::Date(_) | Value::Duration(_) => None,
    }
}

/// A number as a value of the type that the checker found for the expression.
#[inline]
pub fn typed<'a>(ty: Type, number: Number) -> Value<'a> {
    match ty {
        Type::Money => Value::Money(number),
        Type::Percent => Value::Percent(number),
        Type::Integer | Type::Number => Value::Number(number),
        Type::YesNo | Type::Text | Type::Choice(_) | Type::Date | Type::Duration => Value::Number(number),
    }
}

/// `+ - * /`; missing and not applicable pass through.
#[inline]
pub fn arithmetic<'a>(op: BinaryOp, operands: (Value<'a>, Value<'a>), ty: Type, month_end: MonthEnd) -> Result<Value<'a>> {
    if let (Some(left), Some(right)) = (number_of(operands.0), number_of(operands.1)) {
        return Ok(typed(ty, calculated(op, left, right)?));
    }
    match operands {
        (Value::Missing, _) | (_, Value::Missing) => Ok(Value::Missing),
        (Value::NotApplicable, _) | (_, Value::NotApplicable) => Ok(Value::NotApplicable),
        (Value::Date(date), Value::Duration(duration)) if op == BinaryOp::Subtract => {
            Ok(Value::Date(date.plus(duration.negated(), month_end)?))
        }
        (Value::Date(date), Value::Duration(duration)) | (Value::Duration(duration), Value::Date(date)) => {
            Ok(Value::Date(date.plus(duration, month_end)?))
        }
        _ => Ok(Value::Missing),
    }
}

/// `+ - * /` of numbers.
#[inline]
pub fn calculated(op: BinaryOp, left: Number, right: Number) -> Result<Number> {
    Ok(match op {
        BinaryOp::Add => left.plus(right)?,
        BinaryOp::Subtract => left.minus(right)?,
        BinaryOp::Divide => left.divided_by(right)?,
        _ => left.times(right)?,
    })
}

/// The same where all are decimals of one machine word; none says nothing.
#[inline]
pub fn calculated_small(op: BinaryOp, left: Small, right: Small) -> Option<Small> {
    match op {
        BinaryOp::Add => left.plus(right),
        BinaryOp::Subtract => left.minus(right),
        BinaryOp::Divide => None,
        _ => left.times(right),
    }
}

/// The order of two values of like type; none where one of them is missing or they are not alike.
#[inline]
pub fn compared(left: Value, right: Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Date(left), Value::Date(right)) => Some(left.cmp(&right)),
        (left, right) => compared_otherwise(left, right),
    }
}

#[inline(never)]
fn compared_otherwise(left: Value, right: Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Text(left), Value::Text(right)) => Some(left.cmp(right)),
        (Value::Label(left), Value::Label(right)) => Some(left.cmp(&right)),
        (Value::Label(label), Value::Text(text)) => Some(label.to_string().as_str().cmp(text)),
        (Value::Text(text), Value::Label(label)) => Some(text.cmp(label.to_string().as_str())),
        (Value::YesNo(left), Value::YesNo(right)) => Some(left.cmp(&right)),
        (Value::Duration(left), Value::Duration(right)) => Some(left.cmp(&right)),
        (left, right) => Some(number_of(left)?.cmp(&number_of(right)?)),
    }
}

/// `is`, `at least`, `on or before` and the like.
#[inline]
pub fn comparison<'a>(op: BinaryOp, left: Value, right: Value) -> Value<'a> {
    compared(left, right).map_or(Value::Missing, |order| Value::YesNo(in_order(op, order)))
}

/// Whether two values that stand in this order are as the comparison wants them.
#[inline]
pub fn in_order(op: BinaryOp, order: Ordering) -> bool {
    match op {
        BinaryOp::Is | BinaryOp::On => order == Ordering::Equal,
        BinaryOp::IsNot => order != Ordering::Equal,
        BinaryOp::AtLeast | BinaryOp::OnOrAfter => order != Ordering::Less,
        BinaryOp::AtMost | BinaryOp::OnOrBefore => order != Ordering::Greater,
        BinaryOp::MoreThan | BinaryOp::After => order == Ordering::Greater,
        BinaryOp::LessThan | BinaryOp::Before => order == Ordering::Less,
        BinaryOp::Or | BinaryOp::And | BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Divide => false,
    }
}

/// Yes, no, or (none) missing.
#[inline]
pub fn truth(value: Value) -> Option<bool> {
    match value {
        Value::YesNo(truth) => Some(truth),
        _ => None,
    }
}

/// `not`
pub fn opposite<'a>(value: Value) -> Value<'a> {
    truth_value(truth(value).map(|truth| !truth))
}

/// `-`
pub fn negative<'a>(value: Value<'a>, ty: Type) -> Value<'a> {
    match value {
        Value::Duration(duration) => Value::Duration(duration.negated()),
        value => number_of(value).map_or(value, |number| typed(ty, number.negated())),
    }
}

/// `and` and `or`, where both were looked at.
pub fn connected<'a>(op: BinaryOp, (left, right): (Value, Value)) -> Value<'a> {
    let (left, right) = (truth(left), truth(right));
    truth_value(if op == BinaryOp::And { both(left, right) } else { either(left, right) })
}

/// Whether what stands on the left of `and` or `or` decides by itself.
pub fn decides(op: BinaryOp, left: Value) -> bool {
    matches!((op, truth(left)), (BinaryOp::And, Some(false)) | (BinaryOp::Or, Some(true)))
}

pub fn between<'a>([subject, low, high]: [Value; 3]) -> Value<'a> {
    let above = truth(comparison(BinaryOp::AtLeast, subject, low));
    let below = truth(comparison(BinaryOp::AtMost, subject, high));
    truth_value(both(above, below))
}

/// `is one of`
pub fn one_of<'a, 'b>(subject: Value, words: impl Iterator<Item = Value<'b>>) -> Value<'a> {
    let mut found = Some(false);
    for word in words {
        found = either(found, truth(comparison(BinaryOp::Is, subject, word)));
    }
    truth_value(found)
}

/// `greatest of` or `least of`; passes over what is not applicable; one missing value makes the result missing (DESIGN 1.1).
pub fn extreme<'a>(wanted: Ordering, values: impl Iterator<Item = Value<'a>>) -> Value<'a> {
    values.fold(Value::NotApplicable, |best, value| match (value, best) {
        (Value::Missing, _) | (_, Value::Missing) => Value::Missing,
        (Value::NotApplicable, best) => best,
        (value, Value::NotApplicable) => value,
        (value, best) => {
            let greater = compared(value, best).is_some_and(Ordering::is_gt);
            if greater == wanted.is_gt() { value } else { best }
        }
    })
}

/// Rounding that an expression asks for; what is no number stays as it is.
pub fn rounded<'a>(value: Value<'a>, rounding: Rounding, ty: Type) -> Result<Value<'a>> {
    match number_of(value) {
        Some(number) => Ok(typed(ty, number.rounded(rounding)?)),
        None => Ok(value),
    }
}

/// False and missing is false; true and missing is missing (DESIGN 1.1).
pub fn both(left: Option<bool>, right: Option<bool>) -> Option<bool> {
    match (left, right) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        (None, _) | (_, None) => None,
    }
}

/// True or missing is true; false or missing is missing.
pub fn either(left: Option<bool>, right: Option<bool>) -> Option<bool> {
    both(left.map(|truth| !truth), right.map(|truth| !truth)).map(|truth| !truth)
}

#[inline]
pub fn truth_value<'a>(truth: Option<bool>) -> Value<'a> {
    truth.map_or(Value::Missing, Value::YesNo)
}

/// First and last day of `within DURATION after|before|of ANCHOR`, computed by adding to the anchor (DESIGN 1.1).
pub fn window_around(anchor: Date, duration: Duration, relation: WithinRelation, month_end: MonthEnd) -> Result<(Date, Date)> {
    Ok(match relation {
        WithinRelation::After => (anchor, anchor.plus(duration, month_end)?),
        WithinRelation::Before => (anchor.plus(duration.negated(), month_end)?, anchor),
        WithinRelation::Of => (anchor.plus(duration.negated(), month_end)?, anchor.plus(duration, month_end)?),
    })
}

/// Complete units from one date to the other; days may be negative, months and years stop at zero. Missing where one is no date.
pub fn elapsed<'a>(unit: DateUnit, dates: (Value, Value), month_end: MonthEnd) -> Result<Value<'a>> {
    let (Value::Date(from), Value::Date(to)) = dates else { return Ok(Value::Missing) };
    Ok(Value::Number(Number::from_integer(i64::from(match unit {
        DateUnit::Days => to.days_since(from),
        DateUnit::Months => from.complete_months_to(to, month_end)?,
        DateUnit::Years => from.complete_years_to(to, month_end)?,
    }))))
}
