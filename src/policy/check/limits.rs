//! Limits: which awards they cover, how much they allow in which window, and what becomes of the excess.

use super::context::{AwardPeriod, Context, Counting, EffectiveDate, EventRow, Posted};
use super::{Checker, at, head, names, types};
use crate::diagnostic::Diagnostic;
use crate::policy::{
    Award, AwardId, Each, Excess, Expr, FieldId, FieldRole, Limit, LimitBasis, LimitId, LimitMeasure, Over, RecordId, Window,
};
use crate::syntax::ast::{self, Declaration, Name, Node};
use crate::value::Number;

impl Checker<'_> {
    pub(super) fn check_limits(&mut self) {
        let ast = self.ast;
        for declaration in &ast.declarations {
            if let Declaration::Limit(limit) = declaration {
                let checked = self.limit(limit);
                self.limits.push(checked);
            }
        }
    }

    fn limit(&mut self, limit: &ast::Limit) -> Option<Limit> {
        let awards = self.covered(&limit.awards);
        let mut context = self.covering_context(limit.awards.len(), &awards);
        let condition = limit.condition.as_ref().map(|condition| {
            let condition = self.expr(&mut Context { posted: Posted::NotYet, ..context }, condition);
            self.condition(condition)
        });
        let measure = self.measure(&mut context, limit, &awards);
        let over = self.limit_over(&mut context, limit);
        let ties = self.limit_ties(&mut context, limit);
        let window = self.limit_window(limit);
        let excess = self.excess(&mut context, limit, window.as_ref());
        self.check_excess_differs(limit, &awards);
        self.check_quantity_excess(limit);
        let basis = self.basis(limit, &awards);
        if awards.len() < limit.awards.len() {
            return None;
        }
        Some(Limit {
            span: limit.span,
            awards,
            condition: match condition {
                Some(condition) => Some(condition?),
                None => None,
            },
            measure: measure?,
            over: over?,
            window: window?,
            basis: basis?,
            excess: excess?,
            ties: ties?,
            whole_awards_only: limit.whole_awards_only.is_some(),
            cites: head::texts(&limit.cites),
        })
    }

    fn covered(&mut self, written: &[Name]) -> Vec<AwardId> {
        let mut awards = Vec::new();
        for (index, name) in written.iter().enumerate() {
            let Some(position) = self.award_names.iter().position(|award| award.kind == name.kind) else {
                let unknown = self.unknown_award(name);
                self.report_unknown(&name.kind, unknown);
                continue;
            };
            if let Some(first) = written[..index].iter().find(|first| first.kind == name.kind) {
                self.report(
                    Diagnostic::error("declared-twice", at(name.span), format!("the limit already covers `{}`", name.kind))
                        .label(first.span, "named here")
                        .help("remove one of them"),
                );
                continue;
            }
            let same = self.award_names.iter().enumerate().skip(position).filter(|(_, award)| award.kind == name.kind);
            awards.extend(same.map(|(position, _)| AwardId(position as u16)));
        }
        awards
    }

    pub(super) fn unknown_award(&self, name: &Name) -> Diagnostic {
        let known: Vec<&str> = self.award_names.iter().map(|award| award.kind.as_str()).collect();
        let unknown = Diagnostic::error("unknown-award", at(name.span), format!("there is no award `{}`", name.kind));
        names::suggest(unknown, name, "award", &known)
    }

    fn covered_awards<'c>(&'c self, awards: &'c [AwardId]) -> impl Iterator<Item = &'c Award> {
        awards.iter().filter_map(|id| self.awards.get(usize::from(id.0))?.as_ref())
    }

    /// A limit reads the row of its awards where they all look at rows of one record.
    pub(super) fn covering_context(&self, named: usize, awards: &[AwardId]) -> Context {
        let records = awards.iter().filter_map(|id| self.record_named(&self.each_of(*id)?.kind));
        let all_known = records.count() == named;
        let all_periods = !awards.is_empty() && self.covered_awards(awards).all(|award| matches!(award.each, Each::EmployeePeriod(_)));
        Context {
            event: match self.common_record(awards) {
                Some(record) => EventRow::Of(record),
                None if all_known => EventRow::None,
                None => EventRow::Inferred(None),
            },
            aggregated: None,
            effective_date: EffectiveDate::Known,
            period: if all_periods { AwardPeriod::Known } else { AwardPeriod::None },
            posted: Posted::Known,
            counting: Counting::OwnRows,
        }
    }

    pub(super) fn common_record(&self, awards: &[AwardId]) -> Option<RecordId> {
        let written: Vec<&Name> = awards.iter().filter_map(|id| self.each_of(*id)).collect();
        let (first, others) = written.split_first()?;
        let same = others.iter().all(|other| other.kind == first.kind);
        self.record_named(&first.kind).filter(|record| same && Some(*record) != self.people)
    }

    /// The record that the award is for, even where the award itself is wrong.
    fn each_of(&self, award: AwardId) -> Option<&Name> {
        // the banks' credits are the first of the awards, one for each record that feeds a bank
        let banks = self.ast.declarations.iter().filter_map(|declaration| match declaration {
            Declaration::Bank(bank) => Some(std::iter::once(&bank.each).chain(bank.more.iter().map(|source| &source.each))),
            _ => None,
        });
        let awards = self.ast.declarations.iter().filter_map(|declaration| match declaration {
            Declaration::Award(award) => Some(&award.each),
            _ => None,
        });
        banks.flatten().chain(awards).nth(usize::from(award.0))
    }

    fn measure(&mut self, context: &mut Context, limit: &ast::Limit, awards: &[AwardId]) -> Option<LimitMeasure> {
        match &limit.measure {
            ast::LimitMeasure::Money(amount) => {
                let amount = self.expr(context, amount)?;
                let amount = self.money(amount, "a limit")?;
                self.check_limit_positive(&amount)?;
                Some(LimitMeasure::Money(amount))
            }
            ast::LimitMeasure::Awards(count) => Some(LimitMeasure::Awards(super::pays::count(count))),
            ast::LimitMeasure::Quantity { most, field } => {
                let field = self.quantity_field(field, awards)?;
                if most.kind <= Number::ZERO {
                    self.report(nothing_allowed(most.span));
                    return None;
                }
                Some(LimitMeasure::Quantity { most: most.kind, field })
            }
        }
    }

    fn check_limit_positive(&mut self, amount: &Expr) -> Option<()> {
        if self.constant_amount(amount).is_some_and(|amount| amount <= Number::ZERO) {
            self.report(nothing_allowed(amount.span));
            return None;
        }
        Some(())
    }

    /// `to 25 hours`: a number of the row that the award looks at.
    fn quantity_field(&mut self, name: &Name, awards: &[AwardId]) -> Option<FieldId> {
        let Some(record) = self.common_record(awards) else {
            if !awards.is_empty() {
                self.report(quantity_of_what(name));
            }
            return None;
        };
        let Some(field) = self.field_named(record, &name.kind) else {
            let record = &self.records[usize::from(record.0)];
            let numbers = record.fields.iter().filter(|field| matches!(field.role, FieldRole::Value(ty) if types::is_number(ty)));
            let known: Vec<&str> = numbers.map(|field| field.name.as_str()).chain(["awards"]).collect();
            let unknown = names::unknown_field(name, &format!("number in `{}` named", record.name), &known);
            self.report_unknown(&name.kind, unknown);
            return None;
        };
        let declared = self.records[usize::from(record.0)].field(field);
        if matches!(declared.role, FieldRole::Value(ty) if types::is_number(ty)) && declared.dated.is_none() {
            return Some(field);
        }
        let declared = declared.span;
        let message = format!("a limit counts a number of the award's row, and `{}` is none", name.kind);
        self.report(
            Diagnostic::error("quantity-not-a-number", at(name.span), message)
                .label(declared, "declared here")
                .help("name a field of the type `number` or `integer`, such as `hours`"),
        );
        None
    }

    fn limit_window(&mut self, limit: &ast::Limit) -> Option<Window> {
        let Some(window) = &limit.window else {
            let missing = self.limit_without_period(limit);
            self.report_absent(missing);
            return None;
        };
        match &window.kind {
            ast::Window::Period(ast::PeriodWord::Year) => {
                let bare = self.limit_per_year(limit, window.span);
                self.report(bare);
                None
            }
            _ => self.window(window),
        }
    }

    fn excess(&mut self, context: &mut Context, limit: &ast::Limit, window: Option<&Window>) -> Option<Excess> {
        let Some(excess) = &limit.excess else {
            let missing = self.limit_without_excess(limit);
            self.report_absent(missing);
            return None;
        };
        if let Some(window) = window {
            self.check_next_window(excess, window)?;
        }
        Some(match &excess.kind {
            ast::Excess::Lost => Excess::Lost,
            ast::Excess::PaidAsStipend => Excess::PaidAsStipend,
            ast::Excess::CarriedToNextPeriod => Excess::CarriedToNextPeriod,
            ast::Excess::Waits { until, expires } => {
                if let Some(expires) = expires {
                    self.check_length(*expires, excess.span);
                }
                let until = until.as_ref().map(|until| {
                    let until = self.expr(context, until);
                    self.date(until, "what an award waits until")
                });
                let until = match until {
                    Some(until) => Some(until?),
                    None => None,
                };
                Excess::Waits { until, expires: *expires }
            }
        })
    }

    /// Whatever is carried or waits needs a window that ends.
    fn check_next_window(&mut self, excess: &Node<ast::Excess>, window: &Window) -> Option<()> {
        let wrong = match (&excess.kind, window) {
            (ast::Excess::Waits { .. }, Window::Ever) => {
                Diagnostic::error("wait-for-ever", at(excess.span), "a limit that holds for ever never has room again")
                    .help("write `excess is lost`")
                    .help("or limit a period, such as `per fiscal year`")
            }
            (ast::Excess::CarriedToNextPeriod, Window::Rolling(_) | Window::FromFirstAward(_) | Window::Every(_) | Window::Ever) => {
                Diagnostic::error("no-next-period", at(excess.span), "this limit's window has no next period to carry into")
                    .help("write `excess waits`: paid on the first day that has room")
                    .help("or limit a period that has a next one, such as `per fiscal year`")
            }
            _ => return Some(()),
        };
        self.report(wrong);
        None
    }

    /// What is cut of a quantity is money that no hours stand behind, so no later period can count it (decision 0002).
    fn check_quantity_excess(&mut self, limit: &ast::Limit) {
        let Some(Node { kind: ast::Excess::CarriedToNextPeriod, span }) = &limit.excess else { return };
        if let ast::LimitMeasure::Quantity { field, .. } = &limit.measure {
            let message = format!("the {} over the limit cannot be carried as money", field.kind);
            let carried = Diagnostic::error("quantity-carried", at(*span), message);
            self.report(carried.help("write `excess is lost`, or `excess waits` to pay the whole award in a later period"));
        }
    }

    /// Excess is paid as a stipend only where what is cut was none.
    fn check_excess_differs(&mut self, limit: &ast::Limit, awards: &[AwardId]) {
        let Some(Node { kind: ast::Excess::PaidAsStipend, span }) = &limit.excess else { return };
        let kinds: Vec<ast::PayKind> = self.covered_awards(awards).flat_map(|award| award.pays.iter().map(|pay| pay.kind)).collect();
        if kinds.is_empty() || kinds.contains(&ast::PayKind::BaseSalary) {
            return;
        }
        let message = "these awards are stipends already, so the limit would cut nothing";
        let help = "write `excess is lost`, `excess is carried to the next period` or `excess waits`";
        self.report(Diagnostic::error("excess-stays-paid", at(*span), message).help(help));
    }

    fn basis(&mut self, limit: &ast::Limit, awards: &[AwardId]) -> Option<LimitBasis> {
        if let Some(basis) = &limit.proration {
            return Some(match basis.kind {
                ast::LimitBasis::BeforeProration => LimitBasis::BeforeProration,
                ast::LimitBasis::AfterProration => LimitBasis::AfterProration,
            });
        }
        let counts_money = matches!(limit.measure, ast::LimitMeasure::Money(_));
        let prorated = self.covered_awards(awards).find_map(|award| Some((award.name.clone(), award.proration.as_ref()?.span)));
        let (Some((name, span)), true) = (prorated, counts_money) else { return Some(LimitBasis::AfterProration) };
        let open = self.limit_and_proration(limit, &name);
        self.report_absent(open.label(span, "prorated by this"));
        None
    }
}

/// Tells each award which limits cover it.
pub(super) fn cover(awards: &mut [Award], limits: &[Limit]) {
    let is_quantity = |limit: &Limit| matches!(limit.measure, LimitMeasure::Quantity { .. });
    let (quantities, others): (Vec<_>, Vec<_>) = limits.iter().enumerate().partition(|(_, limit)| is_quantity(limit));
    for (index, limit) in quantities.into_iter().chain(others) {
        for id in &limit.awards {
            if let Some(award) = awards.get_mut(usize::from(id.0)) {
                let list = if matches!(limit.over, Over::Employee) { &mut award.limits } else { &mut award.shared_limits };
                list.push(LimitId(index as u16));
            }
        }
    }
}

pub(super) fn nothing_allowed(span: crate::source::Span) -> Diagnostic {
    Diagnostic::error("limit-of-nothing", at(span), "a limit of nothing allows no award at all")
        .help("write an amount above zero, or remove the award")
}

fn quantity_of_what(name: &Name) -> Diagnostic {
    let message = format!("`{}` would be counted in the rows of one record, and the awards look at several", name.kind);
    Diagnostic::error("quantity-not-a-number", at(name.span), message).help("write one limit for the awards of each record")
}
