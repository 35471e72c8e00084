//! Guarantees: who receives at most or at least what, from which awards, in which time.

use super::context::{AwardPeriod, Context, Counting, EffectiveDate, EventRow, Posted};
use super::{Checker, at, head};
use crate::diagnostic::Diagnostic;
use crate::policy::{AwardId, ExprKind, Guarantee, GuaranteeMeasure, Guaranteed, GuaranteedSums, Over, Window};
use crate::source::Span;
use crate::syntax::ast::{self, Declaration, GuaranteeBound, GuaranteeWindow, Name};
use crate::value::Type;

impl Checker<'_> {
    pub(super) fn check_guarantees(&mut self) {
        let ast = self.ast;
        for declaration in &ast.declarations {
            if let Declaration::Guarantee(guarantee) = declaration {
                let checked = self.guarantee(guarantee);
                self.guarantees.push(checked);
            }
        }
    }

    fn guarantee(&mut self, guarantee: &ast::Guarantee) -> Option<Guarantee> {
        let awards: Vec<Option<AwardId>> = guarantee.awards().iter().map(|name| self.paying_award(name)).collect();
        let awards = awards.into_iter().collect::<Option<Vec<_>>>();
        let says = match &guarantee.says {
            ast::Guaranteed::Lines { awards: written, condition } => {
                let context = self.covering_context(written.len(), awards.as_deref().unwrap_or(&[]));
                let condition = self.expr(&mut Context { posted: Posted::OfLine, ..context }, condition);
                let condition = self.condition(condition);
                Guaranteed::Lines { awards: awards?, condition: condition? }
            }
            ast::Guaranteed::Sums(sums) => Guaranteed::Sums(self.sums(guarantee.span, sums, awards)?),
        };
        Some(Guarantee { span: guarantee.span, says, cites: head::texts(&guarantee.cites) })
    }

    /// An award, not a bank: units are not received.
    fn paying_award(&mut self, name: &Name) -> Option<AwardId> {
        let id = self.award_named(name)?;
        if self.awards.get(usize::from(id.0)).and_then(Option::as_ref).is_none_or(|award| award.credits.is_none()) {
            return Some(id);
        }
        let message = format!("`{}` is a bank, and nobody receives its units", name.kind);
        self.report(
            Diagnostic::error("unknown-award", at(name.span), message).help("name an award, or write `balance at most …` in the bank"),
        );
        None
    }

    fn sums(&mut self, span: Span, sums: &ast::GuaranteedSums, awards: Option<Vec<AwardId>>) -> Option<GuaranteedSums> {
        let over = self.guaranteed_over(sums);
        let about_person = &mut person_context();
        let measure = match &sums.most {
            ast::LimitMeasure::Money(most) => {
                let most = self.expr(about_person, most);
                most.and_then(|most| self.money(most, "a guarantee")).map(GuaranteeMeasure::Money)
            }
            ast::LimitMeasure::Awards(count) => Some(GuaranteeMeasure::Awards(super::pays::count(count))),
            ast::LimitMeasure::Quantity { .. } => None,
        };
        if let (Some(GuaranteeMeasure::Money(most)), Some(Over::Everybody)) = (&measure, &over)
            && self.reads_person(most)
        {
            let message = "this differs from person to person, and everybody together receives one amount";
            self.report(Diagnostic::error("pool-of-one-person", at(most.span), message).help("write the amount out"));
        }
        let window = self.guarantee_window(span, sums);
        let condition = sums.condition.as_ref().map(|condition| {
            let condition = self.expr(about_person, condition);
            self.condition(condition)
        });
        Some(GuaranteedSums {
            over: over?,
            bound: sums.bound,
            measure: measure?,
            awards: awards?,
            kind: sums.kind.as_ref().map(|kind| kind.kind),
            window: window?,
            condition: super::pools::settled(condition)?,
        })
    }

    fn guaranteed_over(&mut self, sums: &ast::GuaranteedSums) -> Option<Over> {
        let group = match &sums.over {
            ast::GuaranteeOver::Everybody => return Some(Over::Everybody),
            ast::GuaranteeOver::Each(group) => group,
        };
        let people = self.people.and_then(|people| self.records.get(usize::from(people.0))).map(|record| record.name.clone());
        if matches!(&group.kind, ast::ExprKind::Name(name) if Some(name) == people.as_ref()) {
            return Some(Over::Employee);
        }
        let group = self.expr(&mut person_context(), group)?;
        if super::types::is_key(group.ty) {
            return Some(Over::Group(group));
        }
        let message = "a length of time makes no group";
        self.report(Diagnostic::error("not-a-key", at(group.span), message).help("name a field of the people, such as `campus`"));
        None
    }

    fn guarantee_window(&mut self, span: Span, sums: &ast::GuaranteedSums) -> Option<Window> {
        let Some(window) = &sums.window else {
            let missing = Diagnostic::error("guarantee-without-time", at(span), "the guarantee does not say in which time");
            let missing = missing.help("write `in any fiscal year` (or `school year`, `calendar year`, `month`): in each of them");
            let missing = match sums.bound {
                GuaranteeBound::AtMost => missing.help("or `in any 1 year`: in every stretch of 12 months, whenever it begins"),
                GuaranteeBound::AtLeast => missing,
            };
            self.report_absent(missing.help("or `ever`: over the whole employment"));
            return None;
        };
        match &window.kind {
            GuaranteeWindow::Ever => Some(Window::Ever),
            GuaranteeWindow::Rolling(length) if sums.bound == GuaranteeBound::AtMost => {
                self.check_length(*length, window.span);
                if length.months != 0 {
                    self.month_additions.push(window.span);
                }
                Some(Window::Rolling(*length))
            }
            GuaranteeWindow::Rolling(_) => {
                let message = "every stretch that long would have to hold so much, also the one before the first payment";
                let refused = Diagnostic::error("guarantee-without-time", at(window.span), message);
                self.report(refused.help("write `in every fiscal year`: in each year that has ended").help("or `ever`"));
                None
            }
            GuaranteeWindow::Period(word) => self.period_kind(word, window.span).map(Window::Period),
        }
    }

    /// `amount paid`: the amount of the line that a guarantee looks at.
    pub(super) fn amount_paid(&mut self, context: &Context, span: Span) -> Option<(ExprKind, Type)> {
        if context.posted == Posted::OfLine && context.aggregated.is_none() {
            return Some((ExprKind::AmountPaid, Type::Money));
        }
        let message = "there is a line that was paid only in a guarantee about every line";
        let outside = Diagnostic::error("amount-paid-outside", at(span), message);
        self.report(outside.help("write `amount of \"AWARD\"` for what is posted so far"));
        None
    }
}

/// A guarantee about sums reads the person, and no row of theirs.
fn person_context() -> Context {
    Context {
        event: EventRow::None,
        aggregated: None,
        effective_date: EffectiveDate::None,
        period: AwardPeriod::None,
        posted: Posted::NotYet,
        counting: Counting::OwnRows,
    }
}
