//! What conditions with constants say about the values they name, all of it taken together.

use std::collections::BTreeSet;

use super::Lint;
use crate::policy::{Constant, Expr, ExprKind, Policy, Scope};
use crate::source::Span;
use crate::syntax::ast::BinaryOp;
use crate::value::{Date, Number, Type};

/// A value that conditions speak about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    Event(u16),
    Person(u16),
    Let(u16),
    EffectiveDate,
}

/// One condition with a constant: which value, and what it may be.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    pub(super) subject: Subject,
    pub(super) span: Span,
    pub(super) values: Values,
}

/// A set of values.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Values {
    /// Numbers, money, percentages; days as their count from a fixed day.
    Between { low: Option<Edge>, high: Option<Edge> },
    /// Texts, words, yes and no.
    Words { words: BTreeSet<String>, listed: Listed },
}

/// Where values begin or end: at the number, or just above (1) or just below it (-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Edge {
    number: Number,
    beside: i8,
}

impl Edge {
    pub(super) fn at(number: Number) -> Edge {
        Edge { number, beside: 0 }
    }
}

/// Whether a set names what it holds, or what it does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Listed {
    Only,
    AllBut,
}

impl Values {
    /// The values that are in both.
    pub(super) fn and(&self, other: &Values) -> Values {
        match (self, other) {
            (Values::Between { low: a, high: b }, Values::Between { low: c, high: d }) => {
                let low = [*a, *c].into_iter().flatten().max();
                Values::Between { low, high: [*b, *d].into_iter().flatten().min() }
            }
            (Values::Words { words: a, listed: x }, Values::Words { words: b, listed: y }) => {
                let (words, listed) = match (x, y) {
                    (Listed::Only, Listed::Only) => (a & b, Listed::Only),
                    (Listed::Only, Listed::AllBut) => (a - b, Listed::Only),
                    (Listed::AllBut, Listed::Only) => (b - a, Listed::Only),
                    (Listed::AllBut, Listed::AllBut) => (a | b, Listed::AllBut),
                };
                Values::Words { words, listed }
            }
            (Values::Between { .. }, Values::Words { .. }) | (Values::Words { .. }, Values::Between { .. }) => self.clone(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        match self {
            Values::Between { low: Some(low), high: Some(high) } => low > high,
            Values::Between { .. } => false,
            Values::Words { words, listed } => *listed == Listed::Only && words.is_empty(),
        }
    }

    /// Whether all of `other` is in this set.
    pub(super) fn covers(&self, other: &Values) -> bool {
        self.and(other) == *other
    }
}

/// The claims that hold together, in the order they were made.
#[derive(Clone, Debug, Default)]
pub(super) struct Knowledge {
    pub(super) claims: Vec<Claim>,
}

impl Knowledge {
    /// What is known of the subject so far.
    pub(super) fn of(&self, subject: Subject) -> Option<Values> {
        let claims = self.claims.iter().filter(|claim| claim.subject == subject);
        claims.map(|claim| claim.values.clone()).reduce(|all, values| all.and(&values))
    }

    /// The earlier claim that leaves no value for `claim`, if there is one.
    pub(super) fn against(&self, claim: &Claim) -> Option<&Claim> {
        let mut so_far = claim.values.clone();
        self.claims.iter().filter(|earlier| earlier.subject == claim.subject).find(|earlier| {
            so_far = so_far.and(&earlier.values);
            so_far.is_empty()
        })
    }
}

impl Lint<'_> {
    /// The claim that a condition makes, if it compares a value with a constant.
    pub(super) fn claim(&self, condition: &Expr) -> Option<Claim> {
        let found = |of: &Expr, values: Values| Some(Claim { subject: subject(of)?, span: condition.span, values });
        match &condition.kind {
            ExprKind::Binary(op, left, right) => match self.point(right) {
                Some(value) => found(left, compared(*op, value, left.ty)?),
                None => found(right, compared(mirrored(*op), self.point(left)?, right.ty)?),
            },
            ExprKind::Between(subject, low, high) => {
                let (low, high) = (self.point(low)?, self.point(high)?);
                let low = compared(BinaryOp::AtLeast, low, subject.ty)?;
                found(subject, low.and(&compared(BinaryOp::AtMost, high, subject.ty)?))
            }
            ExprKind::OneOf(subject, list) => {
                let words = list.iter().map(word).collect::<Option<BTreeSet<String>>>()?;
                found(subject, completed(self.policy, subject.ty, Values::Words { words, listed: Listed::Only }))
            }
            ExprKind::Not(inner) if subject(inner).is_some() => found(inner, only("no")),
            ExprKind::Field { .. } | ExprKind::Let(_) => found(condition, only("yes")),
            _ => None,
        }
        .map(|claim| Claim { values: completed(self.policy, subject_type(condition), claim.values), ..claim })
    }

    fn point(&self, expr: &Expr) -> Option<Point> {
        if let Some(word) = word(expr) {
            return Some(Point::Word(word));
        }
        if let ExprKind::Constant(Constant::Date(date)) = &expr.kind {
            return Some(Point::Amount(day(*date)));
        }
        self.constant(expr).map(Point::Amount)
    }
}

/// A constant that a value is compared with.
enum Point {
    Amount(Number),
    Word(String),
}

fn word(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Constant(Constant::Text(text)) => Some(text.to_string()),
        ExprKind::Constant(Constant::YesNo(answer)) => Some(if *answer { "yes" } else { "no" }.to_owned()),
        _ => None,
    }
}

/// The day as a number, so that days have the order of numbers.
pub(super) fn day(date: Date) -> Number {
    Date::new(2000, 1, 1).map_or(Number::ZERO, |start| Number::from_integer(i64::from(date.days_since(start))))
}

fn only(word: &str) -> Values {
    Values::Words { words: BTreeSet::from([word.to_owned()]), listed: Listed::Only }
}

fn compared(op: BinaryOp, point: Point, ty: Type) -> Option<Values> {
    let value = match (point, op) {
        (Point::Word(word), BinaryOp::Is) => return Some(only(&word)),
        (Point::Word(word), BinaryOp::IsNot) => return Some(Values::Words { words: BTreeSet::from([word]), listed: Listed::AllBut }),
        (Point::Word(_), _) => return None,
        (Point::Amount(value), _) => value,
    };
    let whole = matches!(ty, Type::Integer | Type::Date);
    let at = Some(Edge::at(value));
    let above = if whole { value.floor().plus(Number::ONE).ok().map(Edge::at) } else { Some(Edge { number: value, beside: 1 }) };
    let below = if whole { whole_below(value).map(Edge::at) } else { Some(Edge { number: value, beside: -1 }) };
    let (low, high) = match op {
        BinaryOp::Is | BinaryOp::On => (at, at),
        BinaryOp::AtLeast | BinaryOp::OnOrAfter => (at, None),
        BinaryOp::AtMost | BinaryOp::OnOrBefore => (None, at),
        BinaryOp::MoreThan | BinaryOp::After => (above, None),
        BinaryOp::LessThan | BinaryOp::Before => (None, below),
        BinaryOp::IsNot | BinaryOp::Or | BinaryOp::And => return None,
        BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Divide => return None,
    };
    Some(Values::Between { low, high })
}

/// The largest whole number below `value`.
fn whole_below(value: Number) -> Option<Number> {
    value.negated().floor().plus(Number::ONE).ok().map(Number::negated)
}

/// `5 less than x` says what `x more than 5` says.
fn mirrored(op: BinaryOp) -> BinaryOp {
    match op {
        BinaryOp::AtLeast => BinaryOp::AtMost,
        BinaryOp::AtMost => BinaryOp::AtLeast,
        BinaryOp::MoreThan => BinaryOp::LessThan,
        BinaryOp::LessThan => BinaryOp::MoreThan,
        BinaryOp::Before => BinaryOp::After,
        BinaryOp::After => BinaryOp::Before,
        BinaryOp::OnOrBefore => BinaryOp::OnOrAfter,
        BinaryOp::OnOrAfter => BinaryOp::OnOrBefore,
        BinaryOp::Is | BinaryOp::IsNot | BinaryOp::On | BinaryOp::Or | BinaryOp::And => op,
        BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Divide => op,
    }
}

/// The value that the expression reads, where conditions can speak about it.
pub(super) fn subject(expr: &Expr) -> Option<Subject> {
    match &expr.kind {
        ExprKind::Field { scope: Scope::Event, field, .. } => Some(Subject::Event(field.0)),
        ExprKind::Field { scope: Scope::Person, field, .. } => Some(Subject::Person(field.0)),
        ExprKind::Let(id) => Some(Subject::Let(id.0)),
        ExprKind::EffectiveDate => Some(Subject::EffectiveDate),
        _ => None,
    }
}

/// The type of the value that the condition speaks about.
fn subject_type(condition: &Expr) -> Type {
    match &condition.kind {
        ExprKind::Binary(_, left, right) => {
            if subject(left).is_some() {
                left.ty
            } else {
                right.ty
            }
        }
        ExprKind::Between(subject, ..) | ExprKind::OneOf(subject, _) => subject.ty,
        _ => condition.ty,
    }
}

/// `is not earned` as the other words of the list.
fn completed(policy: &Policy, ty: Type, values: Values) -> Values {
    let all: BTreeSet<String> = match ty {
        Type::Choice(id) => policy.choice_words(id).iter().cloned().collect(),
        Type::YesNo => BTreeSet::from(["yes".to_owned(), "no".to_owned()]),
        _ => return values,
    };
    Values::Words { words: all, listed: Listed::Only }.and(&values)
}
