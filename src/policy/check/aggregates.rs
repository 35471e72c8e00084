//! Aggregates: one value from the person's rows of a record.

use super::context::{Context, Counting};
use super::{Checker, at, types};
use crate::diagnostic::Diagnostic;
use crate::policy::{AggregateBound, Expr, ExprKind, Picked};
use crate::source::Span;
use crate::syntax::ast::{self, AggregateKind, ExprKind as Written, Node};
use crate::value::{Number, Type};

/// More rows than anybody writes out.
const PICKED_MOST: i64 = 1000;

impl Checker<'_> {
    pub(super) fn aggregate(&mut self, context: &mut Context, written: &ast::Expr) -> Option<(ExprKind, Type)> {
        let Written::Aggregate { kind, value, record, condition, of_known, picked, bound } = &written.kind else { return None };
        if context.aggregated.is_some() {
            self.report(nested(written.span));
            return None;
        }
        let record = self.known_record(record)?;
        // a look-up has the same rows for everybody
        if context.counting == Counting::Everybody && !self.is_look_up(record) {
            return self.population(context, written);
        }
        let mut inside = Context { aggregated: Some(record), ..*context };
        let value = value.as_ref().map(|value| self.expr(&mut inside, value));
        let condition = condition.as_ref().map(|condition| {
            let condition = self.expr(&mut inside, condition);
            self.condition(condition)
        });
        let picked = picked.as_ref().map(|picked| self.picked(&mut inside, picked));
        let bound =
            bound.as_ref().map(|bound| self.aggregate_bound(context, &mut inside, (bound, value.as_ref().and_then(Option::as_ref))));
        context.event = inside.event;
        let ty = match &value {
            None if *kind == AggregateKind::Count => Type::Integer,
            None => Type::YesNo,
            Some(value) => self.aggregated_type(*kind, value.as_ref()?)?,
        };
        let (value, condition) = (settled(value)?, settled(condition)?);
        let (picked, bound) = (settled(picked)?, settled(bound)?);
        Some((ExprKind::Aggregate { kind: *kind, value, record, condition, of_known: *of_known, picked, bound }, ty))
    }

    fn picked(&mut self, inside: &mut Context, picked: &ast::Picked) -> Option<Picked> {
        let by = self.expr(inside, &picked.by);
        let condition = picked.condition.as_ref().map(|condition| {
            let condition = self.expr(inside, condition);
            self.condition(condition)
        });
        let count = picked.count.as_ref().map_or(Some(1), |count| self.so_many(count));
        let (by, condition) = (by?, settled(condition)?.map(|condition| *condition));
        if !types::is_amount(by.ty) && by.ty != Type::Date {
            let message = format!("rows come one after the other by a date or a number, and this is {}", self.type_words(by.ty));
            self.report(
                Diagnostic::error("cannot-be-aggregated", at(by.span), message).help("name the date of the row, such as `approved`"),
            );
            return None;
        }
        Some(Picked { side: picked.side, count: count?, by, condition })
    }

    fn so_many(&mut self, count: &Node<Number>) -> Option<u32> {
        let number = count.kind.to_integer().filter(|number| (1..=PICKED_MOST).contains(number));
        if number.is_none() {
            let message = format!("this is no number from 1 to {PICKED_MOST}");
            self.report(Diagnostic::error("bad-number", at(count.span), message).help("write how many, such as `latest 3`"));
        }
        number.and_then(|number| u32::try_from(number).ok())
    }

    fn aggregate_bound(
        &mut self,
        context: &mut Context,
        inside: &mut Context,
        (bound, value): (&ast::AggregateBound, Option<&Expr>),
    ) -> Option<AggregateBound> {
        match bound {
            ast::AggregateBound::Through(last) => {
                let last = self.of_own_row(context, last)?;
                if last.ty == Type::Integer {
                    return Some(AggregateBound::Through(last));
                }
                let message = format!("whole numbers stand in a row, and this is {}", self.type_words(last.ty));
                self.report(
                    Diagnostic::error("cannot-be-aggregated", at(last.span), message)
                        .help("name the number that is the last, such as `2023`"),
                );
                None
            }
            ast::AggregateBound::AtMost { most, per } => {
                let (most, per) = (self.of_own_row(context, most), self.expr(inside, per));
                let (most, per, value) = (most?, per?, value?);
                if types::shared(most.ty, value.ty).is_none() {
                    let message = format!("the sum is {}, and this is {}", self.type_words(value.ty), self.type_words(most.ty));
                    self.report(
                        Diagnostic::error("unlike-comparison", at(most.span), message).help("cut off at an amount of the sum's type"),
                    );
                    return None;
                }
                if !types::is_key(per.ty) {
                    let message = "the sum is cut off for each key such as a year, and this is none";
                    self.report(Diagnostic::error("not-a-key", at(per.span), message).help("name a field, or `calendar year of` a date"));
                    return None;
                }
                Some(AggregateBound::AtMost { most, per })
            }
        }
    }

    /// A bound is one for all rows that are counted: `own` may say so.
    fn of_own_row(&mut self, context: &mut Context, written: &ast::Expr) -> Option<Expr> {
        match &written.kind {
            Written::Own(name) => self.bare_name(context, name),
            _ => self.expr(context, written),
        }
    }

    /// `at least 2 of (A, B, C)`: conditions, and not more of them than there are.
    pub(super) fn at_least_of(&mut self, context: &mut Context, count: &Node<Number>, list: &[ast::Expr]) -> Option<(ExprKind, Type)> {
        self.check_list(list);
        let checked: Vec<Option<Expr>> = list
            .iter()
            .map(|condition| {
                let condition = self.expr(context, condition);
                self.condition(condition)
            })
            .collect();
        let most = list.len() as i64;
        let wanted = count.kind.to_integer().filter(|number| (1..=most).contains(number));
        if wanted.is_none() {
            let message = format!("{} of {most} conditions can never hold", count.kind);
            self.report(Diagnostic::error("bad-number", at(count.span), message).help(format!("write a number from 1 to {most}")));
        }
        let checked = checked.into_iter().collect::<Option<Vec<Expr>>>()?;
        Some((ExprKind::AtLeastOf(u32::try_from(wanted?).ok()?, checked), Type::YesNo))
    }

    pub(super) fn aggregated_type(&mut self, kind: AggregateKind, value: &Expr) -> Option<Type> {
        let (fits, wanted) = match kind {
            AggregateKind::Count | AggregateKind::Any | AggregateKind::Every => (true, ""),
            AggregateKind::Row => (value.ty != Type::Duration, "the row's value is read"),
            AggregateKind::Consecutive => (value.ty == Type::Integer, "whole numbers stand in a row"),
            AggregateKind::Sum => (types::is_amount(value.ty), "`sum of` adds amounts"),
            AggregateKind::First | AggregateKind::Latest => {
                (types::is_amount(value.ty) || value.ty == Type::Date, "`first` and `latest` compare dates or amounts")
            }
        };
        if fits {
            return Some(match kind {
                AggregateKind::Count | AggregateKind::Consecutive => Type::Integer,
                AggregateKind::Any | AggregateKind::Every => Type::YesNo,
                AggregateKind::Sum | AggregateKind::First | AggregateKind::Latest | AggregateKind::Row => value.ty,
            });
        }
        let message = format!("{wanted}, and this is {}", self.type_words(value.ty));
        let help = match kind {
            AggregateKind::First | AggregateKind::Latest => {
                "to read a field of the newest row, write `rating of latest evaluation by dated`, with the row's own date behind `by`"
            }
            AggregateKind::Consecutive => "name a field of the type `integer`, such as the year",
            _ => "name a field that holds amounts, or count the rows with `count of … where …`",
        };
        self.report(Diagnostic::error("cannot-be-aggregated", at(value.span), message).help(help));
        None
    }
}

/// Nothing written is nothing; something wrong is reported already.
fn settled<T>(part: Option<Option<T>>) -> Option<Option<Box<T>>> {
    match part {
        Some(part) => part.map(|part| Some(Box::new(part))),
        None => Some(None),
    }
}

pub(super) fn nested(span: Span) -> Diagnostic {
    Diagnostic::error("aggregate-inside-aggregate", at(span), "rows cannot be counted inside the counting of rows")
        .help("compare with a value of the row that is looked at, or move the inner one into a condition of its own")
}
