//! Moves: a field of the person that awards change, read as it stands at a place in the queue or on a day.

use super::posted::Stop;
use crate::eval::evaluator::{Evaluator, Position};
use crate::eval::expression::operators::number_of;
use crate::eval::outcome::{Line, Reason};
use crate::eval::person::candidate::Candidate;
use crate::eval::person::timeline::Timeline;
use crate::eval::trace::{Fault, Op, StepId, StepPlace};
use crate::facts::{MovedWords, PaidLine};
use crate::policy::{Award, Expr, FieldId, FieldRole, Move};
use crate::source::Span;
use crate::syntax::ast::PayKind;
use crate::value::{Date, Number, Type, Value};

/// A value that a field of the person has from a day on.
#[derive(Clone, Copy, Debug)]
pub struct Moved<'a> {
    pub field: FieldId,
    /// None for the value before the first move.
    pub from: Option<Date>,
    pub value: Value<'a>,
    /// The line of the opening state that says so.
    pub paid: Option<u32>,
}

/// The moves of a candidate, valued: each with its field's value before and after.
#[derive(Debug, Default)]
pub struct Moving<'a> {
    moves: Vec<(&'a Move, Value<'a>, StepId)>,
}

impl<'a> Moving<'a> {
    /// The fields that change, each with its value before, and the step of the one after.
    pub fn changes(&self) -> impl Iterator<Item = (FieldId, Value<'a>, StepId)> {
        self.moves.iter().map(|(moved, old, step)| (moved.field, *old, *step))
    }

    pub fn is_empty(&self) -> bool {
        self.moves.is_empty()
    }
}

impl<'a> Evaluator<'a> {
    /// `new lane`: the move's own expression, at the same place in the queue.
    pub(in crate::eval) fn new_value(&mut self, (to, stays): (&'a Expr, Option<FieldId>), span: Span, at: &Position) -> StepId {
        let step = self.evaluate(to, at);
        let value = match (self.value(step), stays) {
            (Value::NotApplicable, Some(field)) => self.value_of_field(field),
            (value, _) => value,
        };
        self.note(Op::NewValue, span, &[step], value)
    }

    /// The field's value as posted so far, or as posted for a day; none where no award moved it.
    pub(in crate::eval) fn moved_field(&mut self, field: FieldId, clause: Span, day: Option<(Date, StepId)>) -> Option<StepId> {
        let on_time = |moved: &&Moved| day.is_none_or(|(day, _)| moved.from.is_none_or(|from| from <= day));
        let of_field = self.moves.iter().filter(|moved| moved.field == field).filter(on_time);
        // several on one day: the last posted
        let found = of_field.max_by_key(|moved| day.map(|_| moved.from)).copied()?;
        let place = found.paid.map_or(StepPlace::Clause(clause), StepPlace::Paid);
        let inputs: Vec<StepId> = day.into_iter().map(|(_, step)| step).collect();
        let source = self.trace.record(Op::Constant, place, &inputs, found.value);
        Some(self.note(Op::MovedField, clause, &[source], found.value))
    }

    pub(in crate::eval) fn value_of_field(&self, field: FieldId) -> Value<'a> {
        if let Some(moved) = self.moves.iter().rfind(|moved| moved.field == field) {
            return moved.value;
        }
        self.own_row.map_or(Value::Missing, |row| self.cell_value(self.policy.people, row, field))
    }

    /// A word that the field's list does not have stops the row, as it would in a file (DESIGN 1.1).
    fn is_listed(&self, field: FieldId, value: Value) -> bool {
        match (self.policy.record(self.policy.people).field(field).role, value) {
            (FieldRole::Value(Type::Choice(choice)), Value::Text(word)) => {
                self.policy.choice_words(choice).iter().any(|known| known == word)
            }
            _ => true,
        }
    }

    /// A value as an earlier run wrote it.
    pub(in crate::eval) fn read_back(&self, field: FieldId, text: &'a str) -> Option<Value<'a>> {
        let FieldRole::Value(ty) = self.policy.record(self.policy.people).field(field).role else { return None };
        match ty {
            Type::Text | Type::Choice(_) => Some(Value::Text(text)),
            Type::Integer | Type::Number => Number::parse(text).map(Value::Number),
            Type::Percent => Number::parse(text).map(Value::Percent),
            Type::Date => Date::parse_iso(text).map(Value::Date),
            Type::YesNo => Some(Value::YesNo(text == "yes")),
            Type::Money | Type::Duration => None,
        }
    }
}

impl<'a> Timeline<'a> {
    /// Values the award's moves. Some(reason): it has nothing to move.
    pub(in crate::eval) fn moving(&mut self, award: &'a Award, at: &Position) -> Result<Result<Moving<'a>, Reason>, Stop> {
        let mut moving = Moving::default();
        let mut differs = award.moves.is_empty();
        for moved in &award.moves {
            let step = self.evaluator.evaluate(&moved.to, at);
            let new = self.evaluator.value(step);
            let old = self.evaluator.value_of_field(moved.field);
            differs |= moved.or_stay;
            match new {
                Value::Missing => return Err(Stop::Missing(step)),
                _ if moved.or_stay && (new == Value::NotApplicable || same(old, new)) => {
                    let step = self.evaluator.note(Op::Stay, moved.span, &[step], old);
                    moving.moves.push((moved, old, step));
                    continue;
                }
                Value::NotApplicable => return Ok(Err(Reason::MoveBeyondEnd)),
                _ if !self.evaluator.is_listed(moved.field, new) => {
                    let place = StepPlace::Clause(moved.span);
                    return Err(Stop::Missing(self.evaluator.trace.record_fault(Op::Move, place, &[step], Fault::UnlistedWord)));
                }
                _ => {}
            }
            differs |= !same(old, new);
            let step = self.evaluator.note(Op::Move, moved.span, &[step], new);
            moving.moves.push((moved, old, step));
        }
        Ok(if differs { Ok(moving) } else { Err(Reason::NothingToMove) })
    }

    /// Writes a line for each field that moves; what comes later in the queue sees it.
    pub(in crate::eval) fn post_moves(
        &mut self,
        candidate: &Candidate<'a>,
        moving: &Moving<'a>,
        (at, pay_date): (&Position, Option<Date>),
    ) {
        let Some(effective) = at.effective else { return };
        let award = self.evaluator.policy.award(candidate.award);
        for (moved, old, step) in &moving.moves {
            let new = self.evaluator.value(*step);
            if same(*old, new) {
                continue;
            }
            self.evaluator.moves.push(Moved { field: moved.field, from: Some(effective), value: new, paid: None });
            let words = self.words_of_move(moved.field, *old, new);
            let line = self.line_without_money((candidate, award), words, (effective, pay_date, *step));
            self.lines.push(line);
        }
    }

    pub(in crate::eval) fn words_of_move(&self, field: FieldId, old: Value<'a>, new: Value<'a>) -> MovedWords {
        let policy = self.evaluator.policy;
        let name = policy.record(policy.people).field(field).name.as_str();
        MovedWords { field: name.into(), old: old.to_string().into(), new: new.to_string().into(), is_role: false }
    }

    /// The line of a move, or of a role.
    pub(in crate::eval) fn line_without_money(
        &self,
        (candidate, award): (&Candidate<'a>, &Award),
        moved: MovedWords,
        (effective, pay_date, step): (Date, Option<Date>, StepId),
    ) -> Line<'a> {
        Line {
            outcome: candidate.outcome.unwrap_or_default(),
            award: candidate.award,
            kind: if moved.is_role { PayKind::Role } else { PayKind::Move },
            amount: Number::ZERO,
            effective,
            pay_date,
            period: self.evaluator.period_name((award, self.named_periods[usize::from(candidate.award.0)]), candidate),
            record: self.evaluator.record_key(candidate),
            step,
            moved: Some(Box::new(moved)),
            reverses: None,
        }
    }

    /// Moves of earlier runs. A file that shows neither a value before nor one after them is newer, and counts.
    pub(in crate::eval) fn open_moves(&mut self) {
        if self.paid_lines.is_empty() {
            return;
        }
        let facts = self.evaluator.facts;
        let employee = self.evaluator.employee;
        let first = facts.paid.partition_point(|line| line.employee < employee) as u32;
        let policy = self.evaluator.policy;
        let fields = &policy.record(policy.people).fields;
        for (index, declared) in fields.iter().enumerate() {
            let field = FieldId(index as u16);
            let lines: Vec<(u32, &'a PaidLine)> = (first..).zip(self.paid_lines).collect();
            let words = |line: &'a PaidLine| line.moved.as_ref().filter(|moved| !moved.is_role && *moved.field == *declared.name);
            let chain: Vec<(u32, &'a PaidLine, &'a MovedWords)> =
                lines.into_iter().filter_map(|(at, line)| Some((at, line, words(line)?))).collect();
            let shown = self.evaluator.value_of_field(field).to_string();
            if chain.iter().any(|(_, _, moved)| *moved.old == *shown || *moved.new == *shown) {
                self.replay(field, &chain);
            }
        }
    }

    fn replay(&mut self, field: FieldId, chain: &[(u32, &'a PaidLine, &'a MovedWords)]) {
        for (number, (at, line, words)) in chain.iter().enumerate() {
            if number == 0
                && let Some(old) = self.evaluator.read_back(field, &words.old)
            {
                self.evaluator.moves.push(Moved { field, from: None, value: old, paid: Some(*at) });
            }
            if let Some(new) = self.evaluator.read_back(field, &words.new) {
                self.evaluator.moves.push(Moved { field, from: Some(line.effective), value: new, paid: Some(*at) });
            }
        }
    }
}

pub(in crate::eval) fn same(old: Value, new: Value) -> bool {
    match (number_of(old), number_of(new)) {
        (Some(old), Some(new)) => old == new,
        _ => old == new,
    }
}
