//! Expressions as text, with brackets where the grammar needs them and nowhere else.

use super::words::{money, period_word, rounding};
use crate::syntax::ast::{AggregateKind, BankReading, BinaryOp, DateUnit, Expr, ExprKind, MovedSide, WithinRelation};
use crate::syntax::parse::literal::{month_name, weekday_name};
use crate::value::Number;

/// How tightly an expression holds together, loosest first; the rules of `grammar/expressions.pest`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    /// `if … then … else …`, and whatever reaches to the end
    Whole,
    Or,
    And,
    Not,
    Comparison,
    /// `… rounded …` and lists
    Sum,
    Add,
    Multiply,
    Negative,
    /// Ends in an operand of its own: `next July 1 after D`
    Open,
    Closed,
}

/// An expression where any may stand.
pub fn expression(expr: &Expr) -> String {
    at(expr, Level::Whole)
}

/// An expression on one side of a comparison, where the grammar has a `sum`.
pub fn comparison_side(expr: &Expr) -> String {
    at(expr, Level::Sum)
}

/// An expression where the grammar has an `operand`.
pub fn operand(expr: &Expr) -> String {
    at(expr, Level::Open)
}

/// An operand in brackets, unless it ends by itself.
pub fn closed(expr: &Expr) -> String {
    at(expr, Level::Closed)
}

fn at(expr: &Expr, least: Level) -> String {
    let text = bare(expr);
    if level(expr) < least { format!("({text})") } else { text }
}

/// Inside arithmetic, where what ends in an operand of its own needs brackets too.
fn arithmetic(expr: &Expr, least: Level) -> String {
    if level(expr) == Level::Open { format!("({})", bare(expr)) } else { at(expr, least) }
}

fn level(expr: &Expr) -> Level {
    match &expr.kind {
        ExprKind::If { .. } => Level::Whole,
        ExprKind::Aggregate { condition: Some(_), .. } | ExprKind::Rank(_) => Level::Whole,
        ExprKind::Aggregate { kind: AggregateKind::Row, picked: Some(picked), .. } if picked.condition.is_some() => Level::Whole,
        ExprKind::Aggregate { kind: AggregateKind::Row, .. } | ExprKind::Aggregate { bound: Some(_), .. } => Level::Open,
        ExprKind::Not(_) => Level::Not,
        ExprKind::Negative(_) => Level::Negative,
        ExprKind::Binary(op, ..) => match op {
            BinaryOp::Or => Level::Or,
            BinaryOp::And => Level::And,
            BinaryOp::Add | BinaryOp::Subtract => Level::Add,
            BinaryOp::Multiply | BinaryOp::Divide => Level::Multiply,
            _ => Level::Comparison,
        },
        ExprKind::Between(..) | ExprKind::OneOf(..) | ExprKind::IsMissing(_) | ExprKind::IsKnown(_) | ExprKind::Within { .. } => {
            Level::Comparison
        }
        ExprKind::Rounded(..) | ExprKind::Greatest(_) | ExprKind::Least(_) => Level::Sum,
        ExprKind::AsOf(_, date) | ExprKind::BaseSalaryAsOf(date) | ExprKind::AmountOf { period: Some((_, date)), .. } => {
            level(date).max(Level::Open)
        }
        // brackets keep a look-up's own `as of` and `at least` from what follows
        ExprKind::TableCell { as_of: None, .. } => Level::Closed,
        ExprKind::TableCell { .. } | ExprKind::TableSearch { .. } | ExprKind::TableNeighbour { .. } => Level::Whole,
        ExprKind::Bank(BankReading::DateReached(_), _)
        | ExprKind::Elapsed { .. }
        | ExprKind::PeriodLabel(..)
        | ExprKind::PeriodStart(..)
        | ExprKind::PeriodEnd(..)
        | ExprKind::NextMonthDay { .. }
        | ExprKind::FirstDayOfMonthAfter(_)
        | ExprKind::LastDayOfMonthOf(_)
        | ExprKind::CalendarDate { .. }
        | ExprKind::WorkingDay { .. }
        | ExprKind::DaysWithin { .. }
        | ExprKind::WeekdayOfMonth { .. } => Level::Open,
        _ => Level::Closed,
    }
}

/// The text without brackets around it.
fn bare(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Money(amount) => money(*amount),
        ExprKind::Number(number) => number.to_string(),
        ExprKind::Percent(share) => percent(*share),
        ExprKind::Text(text) => format!("\"{text}\""),
        ExprKind::YesNo(yes) => (if *yes { "yes" } else { "no" }).to_owned(),
        ExprKind::Date(date) => date.to_string(),
        ExprKind::Duration(duration) => duration.to_string(),
        ExprKind::Name(name) => name.clone(),
        ExprKind::Qualified(record, field) => format!("{}.{}", record.kind, field.kind),
        ExprKind::Bank(reading, bank) => super::bank::reading(reading, bank),
        ExprKind::Set(reading, set) => super::set::reading(*reading, set),
        ExprKind::Moved(MovedSide::New, field) => format!("new {}", field.kind),
        ExprKind::Moved(MovedSide::Old, field) => format!("old {}", field.kind),
        ExprKind::Own(name) => format!("own {}", name.kind),
        ExprKind::AsOf(subject, date) => format!("{} as of {}", bare(subject), at(date, Level::Open)),
        ExprKind::Not(inner) => format!("not {}", at(inner, Level::Not)),
        // the brackets keep two minus signs from starting a comment
        ExprKind::Negative(inner) => format!("-{}", at(inner, Level::Closed)),
        ExprKind::Binary(op, left, right) => binary(*op, left, right),
        ExprKind::Between(subject, low, high) => {
            format!("{} between {} and {}", comparison_side(subject), comparison_side(low), comparison_side(high))
        }
        ExprKind::OneOf(subject, list) => format!("{} is one of {}", comparison_side(subject), items(list)),
        ExprKind::IsMissing(inner) => format!("{} is missing", comparison_side(inner)),
        ExprKind::IsKnown(inner) => format!("{} is known", comparison_side(inner)),
        ExprKind::Within { subject, duration, relation, anchor } => {
            let relation = match relation {
                WithinRelation::After => "after",
                WithinRelation::Before => "before",
                WithinRelation::Of => "of",
            };
            format!("{} within {duration} {relation} {}", comparison_side(subject), comparison_side(anchor))
        }
        ExprKind::PercentOf(share, base) => format!("{} of {}", bare(share), at(base, Level::Closed)),
        ExprKind::Greatest(list) => format!("greatest of {}", items(list)),
        ExprKind::Least(list) => format!("least of {}", items(list)),
        ExprKind::If { condition, then, otherwise } => {
            format!("if {} then {} else {}", at(condition, Level::Or), at(then, Level::Or), expression(otherwise))
        }
        ExprKind::Rounded(inner, how) => format!("{} rounded {}", arithmetic(inner, Level::Multiply), rounding(*how)),
        ExprKind::Aggregate { .. } => super::rows::aggregate(expr),
        ExprKind::AtLeastOf(count, list) => super::rows::at_least_of(count, list),
        ExprKind::Rank(written) => super::population::rank(written),
        ExprKind::TableCell { .. } | ExprKind::TableSearch { .. } | ExprKind::TableNeighbour { .. } => super::table::look_up(&expr.kind),
        _ => {
            let phrase = super::calendar::phrase(&expr.kind).or_else(|| super::choices::posted(&expr.kind));
            phrase.unwrap_or_else(|| date_phrase(&expr.kind))
        }
    }
}

fn binary(op: BinaryOp, left: &Expr, right: &Expr) -> String {
    let (word, left_level, right_level) = match op {
        BinaryOp::Or => return format!("{} or {}", at(left, Level::Or), at(right, Level::And)),
        BinaryOp::And => return format!("{} and {}", at(left, Level::And), at(right, Level::Not)),
        BinaryOp::Add => ("+", Level::Add, Level::Multiply),
        BinaryOp::Subtract => ("-", Level::Add, Level::Multiply),
        BinaryOp::Multiply => ("*", Level::Multiply, Level::Negative),
        BinaryOp::Divide => ("/", Level::Multiply, Level::Negative),
        _ => return compared(op, left, right),
    };
    format!("{} {word} {}", arithmetic(left, left_level), arithmetic(right, right_level))
}

fn compared(op: BinaryOp, left: &Expr, right: &Expr) -> String {
    let right = comparison_side(right);
    let first = right.split([' ', ',']).next().unwrap_or("");
    let is_equality = matches!(op, BinaryOp::Is | BinaryOp::IsNot);
    // a word of an enumeration may be called `missing`
    let right = if is_equality && matches!(first, "missing" | "known" | "one") { format!("({right})") } else { right };
    format!("{} {} {right}", comparison_side(left), comparison_words(op))
}

/// An operator as the language writes it.
pub fn comparison_words(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Or => "or",
        BinaryOp::And => "and",
        BinaryOp::Add => "+",
        BinaryOp::Subtract => "-",
        BinaryOp::Multiply => "*",
        BinaryOp::Divide => "/",
        BinaryOp::Is => "is",
        BinaryOp::IsNot => "is not",
        BinaryOp::AtLeast => "at least",
        BinaryOp::AtMost => "at most",
        BinaryOp::MoreThan => "more than",
        BinaryOp::LessThan => "less than",
        BinaryOp::On => "on",
        BinaryOp::Before => "before",
        BinaryOp::OnOrBefore => "on or before",
        BinaryOp::After => "after",
        BinaryOp::OnOrAfter => "on or after",
    }
}

/// An expression between commas.
pub fn item(expr: &Expr) -> String {
    at(expr, Level::Add)
}

fn items(list: &[Expr]) -> String {
    list.iter().map(item).collect::<Vec<_>>().join(", ")
}

fn percent(share: Number) -> String {
    let hundred = Number::from_integer(100);
    format!("{} %", share.times(hundred).unwrap_or(share))
}

fn date_phrase(kind: &ExprKind) -> String {
    match kind {
        ExprKind::Elapsed { unit, from, to } => {
            let unit = match unit {
                DateUnit::Days => "days",
                DateUnit::Months => "months",
                DateUnit::Years => "years",
            };
            format!("{unit} from {} to {}", at(from, Level::Closed), operand(to))
        }
        ExprKind::PeriodLabel(word, date) => format!("{} of {}", period_word(word), operand(date)),
        ExprKind::PeriodStart(word, date) => format!("start of {} of {}", period_word(word), operand(date)),
        ExprKind::PeriodEnd(word, date) => format!("end of {} of {}", period_word(word), operand(date)),
        ExprKind::NextMonthDay { month, day, same_day_counts, after } => {
            let side = if *same_day_counts { "on or after" } else { "after" };
            format!("next {} {day} {side} {}", month_name(*month), operand(after))
        }
        ExprKind::FirstDayOfMonthAfter(date) => format!("first day of month after {}", operand(date)),
        ExprKind::LastDayOfMonthOf(date) => format!("last day of month of {}", operand(date)),
        ExprKind::WeekdayOfMonth { nth, weekday, month, same_day_counts, after } => {
            let nth = match nth {
                1 => "first",
                2 => "second",
                3 => "third",
                4 => "fourth",
                _ => "last",
            };
            let side = if *same_day_counts { "on or after" } else { "after" };
            format!("{nth} {} of {} {side} {}", weekday_name(*weekday), month_name(*month), operand(after))
        }
        ExprKind::CurrentPeriodStart => "period start".to_owned(),
        ExprKind::CurrentPeriodEnd => "period end".to_owned(),
        _ => "effective date".to_owned(),
    }
}

/// What an aggregate adds up: a name, or anything in brackets.
pub fn value_operand(value: &Expr) -> String {
    match &value.kind {
        ExprKind::Name(_) | ExprKind::Qualified(..) | ExprKind::Own(_) => bare(value),
        _ => format!("({})", bare(value)),
    }
}
