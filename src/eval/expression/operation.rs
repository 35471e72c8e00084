//! One operation of a formula: what the evaluator does for an expression once its parts are known, quick where their kinds are known before.

use std::cmp::Ordering;

use super::calendar;
use super::formula::{Given, Source};
use super::operators;
use crate::eval::trace::Whose;
use crate::facts::Column;
use crate::facts::column::NumberColumn;
use crate::policy::ExprKind;
use crate::syntax::ast::{BinaryOp, DateUnit, WithinRelation};
use crate::value::{Date, Duration, Number, Rounding, Small, Type, Value};

#[derive(Debug)]
pub(super) enum Operation<'a> {
    /// A day with a duration added to it.
    Later(Days<'a>, Duration),
    Ordered(BinaryOp, [Days<'a>; 2]),
    Compared(BinaryOp, [Numbers<'a>; 2]),
    Calculated(BinaryOp, Type, [Numbers<'a>; 2]),
    Arithmetic(BinaryOp, Type, [Source<'a>; 2]),
    Comparison(BinaryOp, [Source<'a>; 2]),
    Connected(BinaryOp, [Source<'a>; 2]),
    Not(Source<'a>),
    Negative(Type, Source<'a>),
    /// The answer where the value is known; else the opposite.
    Known(Answer, Source<'a>),
    Between([Source<'a>; 3]),
    OneOf(Box<[Source<'a>]>),
    Extreme(Ordering, Box<[Source<'a>]>),
    Rounded(Rounding, Type, Source<'a>),
    Elapsed(DateUnit, [Source<'a>; 2]),
    /// A function of the calendar.
    Calendar(&'a ExprKind, Source<'a>),
    /// The far end of `within`, where subject and anchor are known.
    FarEnd(Duration, WithinRelation, [Days<'a>; 2]),
    /// Subject, anchor and far end.
    Within(Duration, WithinRelation, [Days<'a>; 3]),
    Given(Day),
}

/// What `is known` and `is missing` say of a known value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Yes,
    No,
}

/// A day that the candidate at hand has, or has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Day {
    Effective,
    PeriodStart,
    PeriodEnd,
}

/// Where a day comes from.
#[derive(Clone, Copy, Debug)]
pub(super) enum Days<'a> {
    Constant(Date),
    Cell(Whose, &'a [Option<Date>]),
    Computed(u32),
}

/// Where a number comes from, a percentage or an amount of money.
#[derive(Clone, Copy, Debug)]
pub(super) enum Numbers<'a> {
    Constant(Number),
    Cell(Whose, &'a NumberColumn),
    Computed(u32),
}

impl<'a> Days<'a> {
    /// None where what comes from there is no day, or none is there in any row.
    pub fn of((source, ty): (Source<'a>, Type)) -> Option<Days<'a>> {
        match source {
            Source::Constant(Value::Date(day)) => Some(Days::Constant(day)),
            Source::Cell(whose, Column::Date(days)) => Some(Days::Cell(whose, days)),
            Source::Computed(at) if ty == Type::Date => Some(Days::Computed(at)),
            _ => None,
        }
    }

    #[inline]
    fn get(self, given: &Given<'a, '_>, values: &[Value<'a>]) -> Option<Date> {
        match self {
            Days::Constant(day) => Some(day),
            Days::Cell(whose, days) => days[given.rows.of(whose) as usize],
            Days::Computed(at) => match values[given.from + at as usize] {
                Value::Date(day) => Some(day),
                _ => None,
            },
        }
    }
}

impl<'a> Days<'a> {
    /// What stands there in place of a day: missing and not applicable pass through.
    #[cold]
    fn none(self, given: &Given<'a, '_>, values: &[Value<'a>]) -> Value<'a> {
        match self {
            Days::Computed(at) if values[given.from + at as usize] == Value::NotApplicable => Value::NotApplicable,
            Days::Constant(_) | Days::Cell(..) | Days::Computed(_) => Value::Missing,
        }
    }
}

/// A day and another to which a duration is added, in cells, and how the two must stand: what conditions with days nearly always are.
#[derive(Clone, Copy, Debug)]
pub struct DayOrder<'a> {
    op: BinaryOp,
    day: (Whose, &'a [Option<Date>]),
    other: (Whose, &'a [Option<Date>]),
    later: Duration,
}

impl<'a> DayOrder<'a> {
    pub(super) fn of(operations: &[Operation<'a>]) -> Option<DayOrder<'a>> {
        match operations {
            [
                Operation::Later(Days::Cell(whose, others), later),
                Operation::Ordered(op, [Days::Cell(whose_day, days), Days::Computed(0)]),
            ] => Some(DayOrder { op: *op, day: (*whose_day, days), other: (*whose, others), later: *later }),
            _ => None,
        }
    }

    /// Carries out both operations. None, and nothing added, where a day is missing or there is none later.
    #[inline(always)]
    pub fn carry_out(&self, given: &Given<'a, '_>, values: &mut Vec<Value<'a>>) -> Option<bool> {
        let in_row = |(whose, days): (Whose, &[Option<Date>])| days[given.rows.of(whose) as usize];
        let (day, other) = (in_row(self.day)?, in_row(self.other)?.plus(self.later, given.month_end()).ok()?);
        let holds = operators::in_order(self.op, day.cmp(&other));
        values.push(Value::Date(other));
        values.push(Value::YesNo(holds));
        Some(holds)
    }
}

impl<'a> Numbers<'a> {
    pub fn of((source, ty): (Source<'a>, Type)) -> Option<Numbers<'a>> {
        match source {
            Source::Constant(value) => operators::number_of(value).map(Numbers::Constant),
            Source::Cell(whose, Column::Number(numbers) | Column::Percent(numbers) | Column::Money(numbers)) => {
                Some(Numbers::Cell(whose, numbers))
            }
            Source::Computed(at) if matches!(ty, Type::Integer | Type::Number | Type::Percent | Type::Money) => Some(Numbers::Computed(at)),
            Source::Cell(..) | Source::Computed(_) => None,
        }
    }

    #[inline]
    fn get(self, given: &Given<'a, '_>, values: &[Value<'a>]) -> Option<Number> {
        match self {
            Numbers::Constant(number) => Some(number),
            Numbers::Cell(whose, numbers) => numbers.get(given.rows.of(whose)),
            Numbers::Computed(at) => operators::number_of(values[given.from + at as usize]),
        }
    }
}

impl Numbers<'_> {
    /// The number where it is a decimal of one machine word: it need not go by memory.
    #[inline(always)]
    pub fn small(&self, given: &Given, values: &[Value]) -> Option<Small> {
        match self {
            Numbers::Constant(number) => number.to_small(),
            Numbers::Cell(whose, numbers) => numbers.small(given.rows.of(*whose)),
            Numbers::Computed(at) => match &values[given.from + *at as usize] {
                Value::Number(number) | Value::Percent(number) | Value::Money(number) => number.to_small(),
                _ => None,
            },
        }
    }

    /// What an operation says of both, where both are such decimals.
    #[inline(always)]
    fn of_both<T>(
        [left, right]: &[Numbers; 2],
        given: &Given,
        values: &[Value],
        operation: impl Fn(Small, Small) -> Option<T>,
    ) -> Option<T> {
        match (left.small(given, values), right.small(given, values)) {
            (Some(left), Some(right)) => operation(left, right),
            _ => None,
        }
    }
}

impl<'a> Operation<'a> {
    /// `+ - * /` of parts of these types.
    pub fn arithmetic(op: BinaryOp, ty: Type, parts: [(Source<'a>, Type); 2]) -> Operation<'a> {
        let [left, right] = parts.map(|(source, _)| source);
        if let (Some(days), Source::Constant(Value::Duration(duration))) = (Days::of(parts[0]), right) {
            return Operation::Later(days, if op == BinaryOp::Subtract { duration.negated() } else { duration });
        }
        match parts.map(Numbers::of) {
            [Some(left), Some(right)] => Operation::Calculated(op, ty, [left, right]),
            _ => Operation::Arithmetic(op, ty, [left, right]),
        }
    }

    /// `is`, `at least`, `on or before` and the like.
    pub fn comparison(op: BinaryOp, parts: [(Source<'a>, Type); 2]) -> Operation<'a> {
        if let [Some(left), Some(right)] = parts.map(Days::of) {
            return Operation::Ordered(op, [left, right]);
        }
        match parts.map(Numbers::of) {
            [Some(left), Some(right)] => Operation::Compared(op, [left, right]),
            _ => Operation::Comparison(op, parts.map(|(source, _)| source)),
        }
    }

    /// Adds its value. None where the evaluator leaves other steps, or a fault: it has to do it.
    #[inline]
    pub fn carry_out(&self, given: &Given<'a, '_>, values: &mut Vec<Value<'a>>) -> Option<()> {
        // each value is written where it is known, for it is large; what is missing, or in no cell of this kind, goes the general way
        match self {
            Operation::Later(days, duration) => match days.get(given, values) {
                Some(day) => values.push(Value::Date(day.plus(*duration, given.month_end()).ok()?)),
                None => values.push(days.none(given, values)),
            },
            Operation::Ordered(op, [left, right]) => match (left.get(given, values), right.get(given, values)) {
                (Some(left), Some(right)) => values.push(Value::YesNo(operators::in_order(*op, left.cmp(&right)))),
                _ => values.push(Value::Missing),
            },
            Operation::Compared(op, numbers) => match Numbers::of_both(numbers, given, values, Small::compared) {
                Some(order) => values.push(Value::YesNo(operators::in_order(*op, order))),
                None => values.push(self.of_numbers(given, values)?),
            },
            Operation::FarEnd(duration, relation, [subject, anchor]) => {
                let (_, anchor) = subject.get(given, values).zip(anchor.get(given, values))?;
                let (first, last) = operators::window_around(anchor, *duration, *relation, given.month_end()).ok()?;
                values.push(Value::Date(if *relation == WithinRelation::Before { first } else { last }));
            }
            Operation::Within(duration, relation, [subject, anchor, far]) => {
                let (subject, anchor) = subject.get(given, values).zip(anchor.get(given, values))?;
                let (first, last) = match relation {
                    WithinRelation::After => (anchor, far.get(given, values)?),
                    WithinRelation::Before => (far.get(given, values)?, anchor),
                    WithinRelation::Of => operators::window_around(anchor, *duration, *relation, given.month_end()).ok()?,
                };
                values.push(Value::YesNo(first <= subject && subject <= last));
            }
            Operation::Calculated(op, ty, numbers) => {
                match Numbers::of_both(numbers, given, values, |left, right| operators::calculated_small(*op, left, right)) {
                    Some(small) => values.push(operators::typed(*ty, small.into())),
                    None => values.push(self.of_numbers(given, values)?),
                }
            }
            _ => values.push(self.value_of_few(given, values)?),
        }
        Some(())
    }

    /// Of numbers that are not all decimals of one machine word, or come to none, or are missing.
    #[inline(never)]
    fn of_numbers(&self, given: &Given<'a, '_>, values: &[Value<'a>]) -> Option<Value<'a>> {
        let of = |numbers: &Numbers<'a>| numbers.get(given, values);
        Some(match self {
            Operation::Compared(op, [left, right]) => match (of(left), of(right)) {
                (Some(left), Some(right)) => Value::YesNo(operators::in_order(*op, left.cmp(&right))),
                _ => Value::Missing,
            },
            Operation::Calculated(op, ty, [left, right]) => match (of(left), of(right)) {
                (Some(left), Some(right)) => operators::typed(*ty, operators::calculated(*op, left, right).ok()?),
                _ => self.passed_through(given, values),
            },
            _ => return None,
        })
    }

    /// Arithmetic with something that is no number: missing and not applicable pass through.
    #[cold]
    fn passed_through(&self, given: &Given<'a, '_>, values: &[Value<'a>]) -> Value<'a> {
        let Operation::Calculated(op, ty, parts) = self else { return Value::Missing };
        let [left, right] = parts.map(|part| match part {
            Numbers::Computed(at) => values[given.from + at as usize],
            other => other.get(given, values).map_or(Value::Missing, Value::Number),
        });
        operators::arithmetic(*op, (left, right), *ty, given.month_end()).unwrap_or(Value::Missing)
    }

    /// What stands in fewer expressions, apart from the others.
    #[inline(never)]
    fn value_of_few(&self, given: &Given<'a, '_>, values: &[Value<'a>]) -> Option<Value<'a>> {
        let of = |source: &Source<'a>| source.value(given, values);
        let both = |[left, right]: &[Source<'a>; 2]| (of(left), of(right));
        let day = |day: Option<Date>| day.map_or(Value::Missing, Value::Date);
        Some(match self {
            Operation::Arithmetic(op, ty, parts) => operators::arithmetic(*op, both(parts), *ty, given.month_end()).ok()?,
            Operation::Comparison(op, [left, right]) => operators::comparison(*op, of(left), of(right)),
            Operation::Connected(op, parts) => operators::connected(*op, both(parts)),
            Operation::Not(part) => operators::opposite(of(part)),
            Operation::Negative(ty, part) => operators::negative(of(part), *ty),
            Operation::Known(answer, part) => Value::YesNo((of(part) != Value::Missing) == (*answer == Answer::Yes)),
            Operation::Between([subject, low, high]) => operators::between([of(subject), of(low), of(high)]),
            Operation::OneOf(parts) => operators::one_of(of(&parts[0]), parts[1..].iter().map(of)),
            Operation::Extreme(wanted, parts) => operators::extreme(*wanted, parts.iter().map(of)),
            Operation::Rounded(rounding, ty, part) => operators::rounded(of(part), *rounding, *ty).ok()?,
            Operation::Elapsed(unit, dates) => operators::elapsed(*unit, both(dates), given.month_end()).ok()?,
            Operation::Calendar(kind, part) => match of(part) {
                Value::Date(day) => calendar::of_day(given.policy, kind, day).ok()?,
                _ => Value::Missing,
            },
            Operation::Given(Day::Effective) => day(given.at.effective),
            Operation::Given(Day::PeriodStart) => day(given.at.period.map(|period| period.start)),
            Operation::Given(Day::PeriodEnd) => day(given.at.period.map(|period| period.last_day())),
            // carried out where this was called
            Operation::Later(..) | Operation::Ordered(..) | Operation::Compared(..) | Operation::Calculated(..) => return None,
            Operation::FarEnd(..) | Operation::Within(..) => return None,
        })
    }
}
