//! Values over everybody: aggregates of a let `for everybody` or `for each GROUP`, and ranks.

use super::context::{AwardPeriod, Context, Counting, EffectiveDate, EventRow, Posted};
use super::pools::settled;
use super::{Checker, at, types};
use crate::diagnostic::Diagnostic;
use crate::policy::{Expr, ExprKind, Measure, Population, PopulationId, RecordId};
use crate::source::Span;
use crate::syntax::ast::{self, AggregateKind, ExprKind as Written, Over, RankOrder};
use crate::value::Type;

impl<'a> Checker<'a> {
    /// The context of a let, and the group it is for.
    pub(super) fn let_context(&mut self, written: &'a ast::Let) -> Context {
        let counting = if written.over == Over::Person { Counting::OwnRows } else { Counting::Everybody };
        self.group = if let Over::Group(group) = &written.over { Some(group) } else { None };
        Context { counting, ..Context::of_let() }
    }

    /// A let over everybody counts something.
    pub(super) fn check_counts_something(&mut self, written: &ast::Let, known: usize) {
        if written.over != Over::Person && self.populations.len() == known {
            let message = format!("`{}` counts nothing over everybody", written.name.kind);
            let nothing = Diagnostic::error("nothing-over-everybody", at(written.name.span), message);
            self.report(nothing.help("add `count of …`, `sum of …` or `rank of …`, or leave out `for everybody` and `for each …`"));
        }
    }

    /// `count of`, `sum of` and the like, over all rows of everybody.
    pub(super) fn population(&mut self, context: &mut Context, written: &ast::Expr) -> Option<(ExprKind, Type)> {
        let Written::Aggregate { kind, value, record, condition, of_known, picked, bound } = &written.kind else { return None };
        if picked.is_some() || bound.is_some() {
            let message = "the latest rows, a sum cut off and numbers in a row are about one person";
            let outside = Diagnostic::error("rows-over-everybody", at(written.span), message);
            self.report(
                outside.help("name the value of each person in a `let` of its own, and count the people: `count of employee where …`"),
            );
            return None;
        }
        let record = self.known_record(record)?;
        let mut inside = self.at_each_row(record);
        let value = value.as_ref().map(|value| self.expr(&mut inside, value));
        let condition = condition.as_ref().map(|condition| self.row_condition(&mut inside, condition));
        let group = self.group_of(context, &mut inside);
        let ty = match &value {
            None if *kind == AggregateKind::Count => Type::Integer,
            None => Type::YesNo,
            Some(value) => self.aggregated_type(*kind, value.as_ref()?)?,
        };
        let (value, condition, group) = (settled(value)?, settled(condition)?, group?);
        let (own, group) = group.map_or((None, None), |(own, group)| (Some(Box::new(own)), Some(group)));
        let measure = Measure::Aggregate { kind: *kind, value };
        let id = self.add_population(Population { span: written.span, measure, record, condition, of_known: *of_known, group, ty });
        Some((ExprKind::Population { id, group: own, own: Vec::new() }, ty))
    }

    pub(super) fn rank(&mut self, context: &mut Context, rank: &ast::Rank, span: Span) -> Option<(ExprKind, Type)> {
        if context.counting == Counting::OwnRows {
            let message = "a rank is a place among everybody, and stands in a value of its own";
            let outside = Diagnostic::error("rank-outside-population", at(span), message);
            self.report(outside.help("name it: `let place for everybody = rank of …`, or `let place for each school = rank of …`"));
            return None;
        }
        let record = self.known_record(&rank.record)?;
        self.check_own_row(context, record, span)?;
        let mut inside = self.at_each_row(record);
        let value = self.expr(&mut inside, &rank.value);
        let value = self.ranked(value, rank.order);
        let condition = rank.condition.as_ref().map(|condition| self.row_condition(&mut inside, condition));
        let ties = rank.ties.as_ref().map(|ties| self.ties(&mut inside, ties));
        let group = self.group_of(context, &mut inside);
        let (value, condition, ties, group) = (value?, settled(condition)?, settled(ties)?, group?);
        let own: Vec<Expr> = [Some(value.clone()), condition.clone(), ties.clone()].into_iter().flatten().collect();
        let (own_group, group) = group.map_or((None, None), |(own, group)| (Some(Box::new(own)), Some(group)));
        let measure = Measure::Rank { value, order: rank.order, ties };
        let population = Population { span, measure, record, condition, of_known: rank.of_known, group, ty: Type::Integer };
        let id = self.add_population(population);
        Some((ExprKind::Population { id, group: own_group, own }, Type::Integer))
    }

    /// What an expression may read at each row: the row and its person, as in an award for it, and no award.
    fn at_each_row(&self, record: RecordId) -> Context {
        let event = if Some(record) == self.people { EventRow::None } else { EventRow::Of(record) };
        Context {
            event,
            aggregated: None,
            effective_date: EffectiveDate::None,
            period: AwardPeriod::None,
            posted: Posted::NotYet,
            counting: Counting::OwnRows,
        }
    }

    fn row_condition(&mut self, inside: &mut Context, condition: &ast::Expr) -> Option<Expr> {
        let condition = self.expr(inside, condition);
        self.condition(condition)
    }

    /// The group as it reads where the value is used, and as it reads at each row.
    fn group_of(&mut self, context: &mut Context, inside: &mut Context) -> Option<Option<(Expr, Expr)>> {
        let Some(group) = self.group else { return Some(None) };
        let mut outside = Context { event: context.event, ..self.at_each_row(self.people.unwrap_or(RecordId(0))) };
        let (own, each) = (self.expr(&mut outside, group), self.expr(inside, group));
        context.event = outside.event;
        let (own, each) = (own?, each?);
        if !types::is_key(own.ty) || own.ty != each.ty {
            let message = "people are grouped by a field such as a school, and this is none";
            self.report(Diagnostic::error("not-a-key", at(group.span), message).help("name a field that all of a group have in common"));
            return None;
        }
        Some(Some((own, each)))
    }

    /// Whoever asks for a place among the rows of an event record has such a row.
    fn check_own_row(&mut self, context: &mut Context, record: RecordId, span: Span) -> Option<()> {
        if Some(record) == self.people {
            return Some(());
        }
        match context.event {
            EventRow::Inferred(None) => context.event = EventRow::Inferred(Some(record)),
            EventRow::Of(event) | EventRow::Inferred(Some(event)) if event == record => {}
            EventRow::Of(_) | EventRow::Inferred(Some(_)) | EventRow::None => {
                let name = self.records.get(usize::from(record.0)).map_or("", |record| record.name.as_str());
                let message = format!("a rank among rows of `{name}` belongs to one of them, and there is none here");
                let help = format!("use it in awards for each `{name}`");
                self.report(Diagnostic::error("row-of-another-record", at(span), message).help(help));
                return None;
            }
        }
        Some(())
    }

    fn ranked(&mut self, value: Option<Expr>, _order: RankOrder) -> Option<Expr> {
        let value = value?;
        if types::is_amount(value.ty) || value.ty == Type::Date {
            return Some(value);
        }
        let message = format!("amounts and dates have an order, and this is {}", self.type_words(value.ty));
        self.report(Diagnostic::error("cannot-be-aggregated", at(value.span), message).help("rank by a field that holds amounts or dates"));
        None
    }

    fn add_population(&mut self, population: Population) -> PopulationId {
        self.populations.push(population);
        PopulationId(self.populations.len() as u16 - 1)
    }
}
