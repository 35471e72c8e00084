//! What the queue has to know of a row before its turn: the effective date, the day on which it stands, what parts those of one day, its key.

use super::candidate::{Candidate, Key};
use crate::eval::evaluator::Evaluator;
use crate::eval::history::opening::position;
use crate::eval::outcome::Origin;
use crate::facts::{Column, Facts};
use crate::policy::{Award, AwardId, Each, Expr, ExprKind, Policy, Scope};
use crate::value::{Date, Value};

/// How an award's candidates are placed.
#[derive(Debug)]
pub struct Placing<'a> {
    award: AwardId,
    rank: u16,
    effective: Looked<'a>,
    /// None where it is the effective date.
    placing: Option<Looked<'a>>,
    tie: Option<Looked<'a>>,
    keys: Vec<Looked<'a>>,
}

/// An expression that is looked at, and no step recorded.
#[derive(Debug)]
struct Looked<'a> {
    expr: &'a Expr,
    /// Where it is a cell of the award's row: its column.
    cell: Option<&'a Column>,
}

impl<'a> Looked<'a> {
    fn of((policy, facts): (&'a Policy, &'a Facts), award: &Award, expr: &'a Expr) -> Looked<'a> {
        let cell = match (&expr.kind, &award.each) {
            (ExprKind::Field { scope: Scope::Event, record, field }, Each::Event(each)) if each == record => {
                Some(facts.table(*record).column(*field)).filter(|_| policy.record(*record).person_field != *field)
            }
            _ => None,
        };
        Looked { expr, cell }
    }

    /// The text that stands there, where it is a cell of texts.
    #[inline(always)]
    fn text(&self, candidate: &Candidate<'a>, evaluator: &Evaluator<'a>) -> Option<&'a str> {
        match (self.cell, candidate.origin) {
            (Some(Column::Text(texts)), Origin::Event { row, .. }) if evaluator.cuts.is_empty() => texts.get(row),
            _ => None,
        }
    }

    #[inline(never)]
    fn value(&self, candidate: &Candidate<'a>, evaluator: &mut Evaluator<'a>) -> Value<'a> {
        match (self.cell, candidate.origin) {
            (Some(column), Origin::Event { row, .. }) if evaluator.cuts.is_empty() => column.value(row),
            _ => evaluator.peek(self.expr, &position(candidate)),
        }
    }

    #[inline(always)]
    fn day(&self, candidate: &Candidate<'a>, evaluator: &mut Evaluator<'a>) -> Option<Date> {
        if let (Some(Column::Date(days)), Origin::Event { row, .. }) = (self.cell, candidate.origin) {
            return days[row as usize];
        }
        match self.value(candidate, evaluator) {
            Value::Date(day) => Some(day),
            _ => None,
        }
    }
}

impl<'a> Placing<'a> {
    pub fn of(context: (&'a Policy, &'a Facts), id: AwardId, award: &'a Award) -> Placing<'a> {
        let looked = |expr: &'a Expr| Looked::of(context, award, expr);
        let placing = (award.placing.span != award.effective.span).then(|| looked(&award.placing));
        let keys = award.once.iter().flat_map(|once| &once.keys).map(looked).collect();
        Placing { award: id, rank: award.rank, effective: looked(&award.effective), placing, tie: award.ties.as_ref().map(looked), keys }
    }

    /// The candidate for a row or a period.
    pub fn candidate(&self, origin: Origin, evaluator: &mut Evaluator<'a>) -> Candidate<'a> {
        let mut candidate = Candidate::blank();
        self.begin(&mut candidate, origin, evaluator);
        candidate
    }

    /// The same where another candidate stood.
    #[inline(always)]
    pub fn begin(&self, candidate: &mut Candidate<'a>, origin: Origin, evaluator: &mut Evaluator<'a>) {
        candidate.begin((self.award, self.rank), origin);
        candidate.effective = self.effective.day(candidate, evaluator);
        self.place(candidate, evaluator);
    }

    /// Its place in the queue and its key, once its effective date is known.
    #[inline(always)]
    pub fn place(&self, candidate: &mut Candidate<'a>, evaluator: &mut Evaluator<'a>) {
        candidate.placing = match &self.placing {
            None => candidate.moved_to.or(candidate.effective),
            Some(placing) => placing.day(candidate, evaluator),
        };
        candidate.first_placing = candidate.placing;
        candidate.tie = self.tie.as_ref().map(|tie| Box::new(tie.value(candidate, evaluator)));
        match self.text_key(candidate, evaluator) {
            Some(text) => candidate.key = Key::One(Value::Text(text)),
            None => candidate.key = self.key(candidate, evaluator),
        }
        candidate.mark = candidate.key.mark();
    }

    /// A key that is one text, as most are: it is written where it stays.
    #[inline(always)]
    fn text_key(&self, candidate: &Candidate<'a>, evaluator: &Evaluator<'a>) -> Option<&'a str> {
        if let [one] = &self.keys[..] { one.text(candidate, evaluator) } else { None }
    }

    #[inline(never)]
    pub fn key(&self, candidate: &Candidate<'a>, evaluator: &mut Evaluator<'a>) -> Key<'a> {
        match &self.keys[..] {
            [] => Key::None,
            [one] => Key::One(one.value(candidate, evaluator)),
            many => Key::Many(many.iter().map(|key| key.value(candidate, evaluator)).collect()),
        }
    }
}
