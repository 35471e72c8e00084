//! Limits over everybody or over a group: what they may say, and what nothing in a queue may read.

use super::context::{Context, Posted};
use super::{Checker, at};
use crate::diagnostic::Diagnostic;
use crate::policy::walk::each_part;
use crate::policy::{Amount, AwardId, Excess, Expr, ExprKind, Limit, LimitMeasure, Over, Window};
use crate::source::Span;
use crate::syntax::ast::{self, PayKind};
use crate::value::MonthEnd;

impl Checker<'_> {
    /// Whose awards the limit counts together.
    pub(super) fn limit_over(&mut self, context: &mut Context, limit: &ast::Limit) -> Option<Over> {
        match &limit.over {
            ast::LimitOver::Employee => Some(Over::Employee),
            ast::LimitOver::Everybody(_) => Some(Over::Everybody),
            ast::LimitOver::Group(group) => {
                let group = self.expr(&mut Context { posted: Posted::NotYet, ..*context }, group)?;
                if super::types::is_key(group.ty) {
                    return Some(Over::Group(group));
                }
                let message = "a length of time makes no group";
                self.report(Diagnostic::error("not-a-key", at(group.span), message).help("name a field, such as `campus`"));
                None
            }
        }
    }

    /// Who comes first on one day: said where several people share the limit, and only there.
    pub(super) fn limit_ties(&mut self, context: &mut Context, limit: &ast::Limit) -> Option<Option<Expr>> {
        let is_shared = !matches!(limit.over, ast::LimitOver::Employee);
        match (&limit.ties, is_shared) {
            (None, false) | (Some(ast::PoolTies::ById), true) => Some(None),
            (Some(ast::PoolTies::By(by)), true) => {
                let mut place = Context { posted: Posted::NotYet, ..*context };
                self.ties(&mut place, by).map(Some)
            }
            (None, true) => {
                let message = "who comes first among equals is not said";
                self.report_absent(
                    Diagnostic::error("pool-without-ties", at(limit.span), message)
                        .help("add `ties by ID`: in the order of the employees' IDs")
                        .help("or a field that is different for everybody, such as a recorded draw: `ties by lot`"),
                );
                None
            }
            (Some(_), false) => {
                let message = "this limit counts for each employee by itself, where the awards' own `ties by` order the queue";
                let misplaced = Diagnostic::error("limit-over-everybody", at(limit.span), message);
                self.report(misplaced.help("write `ties by` into the award, or make the limit one `in total` or `for each` group"));
                None
            }
        }
    }

    /// All limits over several people are worked in one sequence, so that their ties agree.
    fn check_same_ties(&mut self, limits: &[Limit]) {
        let words = |limit: &Limit| limit.ties.as_ref().map_or("ID", |ties| self.source.slice(ties.span)).to_owned();
        let Some((first, others)) = limits.split_first() else { return };
        let other = others.iter().find(|other| words(other) != words(first)).map(|other| other.span);
        if let Some(span) = other {
            let message = "limits over several people are worked in one sequence, and these order it in two ways";
            let refused = Diagnostic::error("limit-over-everybody", at(span), message).label(first.span, "the other limit");
            self.report(refused.help("write the same `ties by` in both"));
        }
    }

    /// Limits that are not per employee are worked after everybody's queue (DESIGN 1.3).
    pub(super) fn check_shared_limits(&mut self) {
        let limits: Vec<Limit> = self.limits.iter().flatten().filter(|limit| !matches!(limit.over, Over::Employee)).cloned().collect();
        self.check_same_ties(&limits);
        for limit in &limits {
            self.check_shared_excess(limit);
            self.check_shared_window(limit);
            self.check_shared_days(limit);
            self.check_shared_amount(limit);
            for id in &limit.awards {
                self.check_shared_award(limit, *id);
            }
        }
        if let Some(limit) = limits.iter().find(|limit| self.pays_base_salary(limit)) {
            self.check_no_base_salary_read(limit);
        }
    }

    fn check_shared_excess(&mut self, limit: &Limit) {
        let words = match &limit.excess {
            Excess::Lost => return,
            Excess::PaidAsStipend => "be paid as a stipend",
            Excess::CarriedToNextPeriod => "be carried",
            Excess::Waits { .. } => "wait",
        };
        let message =
            format!("this limit is worked when everybody's queue is done, so that what it cuts has no queue in which it could {words}");
        let refused = Diagnostic::error("limit-over-everybody", at(limit.span), message).help("write `excess is lost`");
        self.report(
            refused.help("or write a `pool … first come` whose `remainder carries to the next period`, and let the awards claim from it"),
        );
    }

    fn check_shared_window(&mut self, limit: &Limit) {
        if let Window::YearFrom(date) = &limit.window {
            let message = "everybody's awards count together, and a year from a date of one person is not everybody's";
            let refused = Diagnostic::error("limit-over-everybody", at(date.span), message);
            self.report(refused.help("write a period that is the same for all, such as `per fiscal year`"));
        }
    }

    fn check_shared_days(&mut self, limit: &Limit) {
        let (Window::Rolling(length) | Window::FromFirstAward(length)) = &limit.window else { return };
        if length.months != 0 && self.head.month_end == Some(MonthEnd::Refuse) {
            let message = "a window of months would hold some people's rows for a day that their month does not have, after everybody's queue is done";
            let refused = Diagnostic::error("limit-over-everybody", at(limit.span), message);
            self.report(
                refused.help("write `month end last day` or `month end next day` in the policy's head, or count the window in days"),
            );
        }
    }

    fn check_shared_amount(&mut self, limit: &Limit) {
        let (LimitMeasure::Money(most), Over::Everybody) = (&limit.measure, &limit.over) else { return };
        if self.reads_person(most) {
            let message = "this differs from person to person, and a limit in total has one amount";
            let help = "write the amount out, or name a value `for everybody`; for one limit for each school, write `for each school`";
            self.report(Diagnostic::error("pool-of-one-person", at(most.span), message).help(help));
        }
    }

    fn check_shared_award(&mut self, limit: &Limit, id: AwardId) {
        let Some(Some(award)) = self.awards.get(usize::from(id.0)).cloned() else { return };
        let mut refused: Vec<(Span, &str, &str)> = Vec::new();
        if award.pays.iter().any(|pay| matches!(pay.amount, Amount::Claim(_))) {
            refused.push((award.span, "it claims from a pool, which is divided at the same time", "let the pool hold less"));
        }
        if let Some(moved) = award.moves.first() {
            refused.push((
                moved.span,
                "it moves a person, which others in the queue have read by then",
                "limit what people ask for instead",
            ));
        }
        if let Some(grant) = award.grants.first() {
            refused.push((
                grant.span,
                "it grants a role, which others in the queue have read by then",
                "limit what people ask for instead",
            ));
        }
        if award.credits.is_some() || !award.spends.is_empty() {
            refused.push((
                award.span,
                "it earns or spends units, which others in the queue have read by then",
                "limit the units of each employee",
            ));
        }
        if matches!(limit.measure, LimitMeasure::Quantity { .. }) {
            let other = self
                .limits
                .iter()
                .flatten()
                .find(|other| other.span != limit.span && !matches!(other.over, Over::Employee) && other.awards.contains(&id));
            if let Some(other) = other.map(|other| other.span) {
                refused.push((other, "its quantity is cut here and its amount there, and one hangs on the other", "keep one of the two"));
            }
        }
        for reader in (0..self.awards.len()).filter(|reader| self.awards_read(*reader).contains(&usize::from(id.0))) {
            let name = self.award_names.get(reader).map_or(Span::default(), |name| name.span);
            refused.push((name, "another award reads its amount in the queue", "rest both on the facts instead"));
        }
        for (span, why, help) in refused {
            let message = format!("`{}` cannot be under a limit that is worked when everybody's queue is done: {why}", award.name);
            let refused = Diagnostic::error("limit-over-everybody", at(limit.span), message).label(span, "here");
            self.report(refused.help(help));
        }
    }

    fn pays_base_salary(&self, limit: &Limit) -> bool {
        let awards = limit.awards.iter().filter_map(|id| self.awards.get(usize::from(id.0))?.as_ref());
        awards.flat_map(|award| &award.pays).any(|pay| pay.kind == PayKind::BaseSalary)
    }

    /// `base salary as of D` would read changes that this limit may take away afterwards.
    fn check_no_base_salary_read(&mut self, limit: &Limit) {
        let mut found: Option<Span> = None;
        let look = |expr: &Expr, found: &mut Option<Span>| {
            each_part(expr, &mut |part| {
                if matches!(part.kind, ExprKind::BaseSalaryAsOf { .. }) {
                    *found = found.or(Some(part.span));
                }
            });
        };
        for award in self.awards.iter().flatten() {
            super::order::expressions(award).into_iter().for_each(|expr| look(expr, &mut found));
        }
        for checked in self.lets.iter().filter_map(|entry| entry.checked.as_ref()) {
            match &checked.body {
                crate::policy::LetBody::Plain(value) => look(value, &mut found),
                crate::policy::LetBody::Dated { cases, .. } => cases.iter().for_each(|(_, value)| look(value, &mut found)),
            }
        }
        if let Some(span) = found {
            let message = "this reads changes to base salary in the queue, and the limit may take some of them away afterwards";
            let refused = Diagnostic::error("limit-over-everybody", at(span), message).label(limit.span, "the limit");
            self.report(refused.help("rest the amount on the people's `base_salary` instead"));
        }
    }
}
