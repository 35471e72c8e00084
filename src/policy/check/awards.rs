//! Awards: for each what, on which conditions, how much, and from when.

use super::context::{AwardPeriod, Context, Counting, EffectiveDate, EventRow, Posted};
use super::{Checker, at, head, moves};
use crate::diagnostic::{Diagnostic, nearest};
use crate::policy::{Award, Each, Expr, ExprKind, Pay};
use crate::syntax::ast::{self, BinaryOp, Declaration, Name, Proration, Reopens};
use crate::value::Type;

impl<'a> Checker<'a> {
    /// Their names, which lets and other awards read.
    pub(super) fn check_award_names(&mut self) {
        let banks = self.bank_names.clone();
        let mut names: Vec<&Name> = banks.iter().collect();
        let sets = self.set_names.clone();
        for set in &sets {
            self.check_unique(set, "bank", &names);
        }
        for award in self.ast.declarations.iter().filter_map(as_award) {
            self.check_unique(&award.name, "set", &sets.iter().collect::<Vec<_>>());
            self.check_unique(&award.name, "award", &names);
            names.push(&award.name);
        }
        // a bank that several records feed has an award for each
        self.award_names = names.into_iter().flat_map(|name| vec![name.clone(); self.sources_of(&name.kind)]).collect();
    }

    pub(super) fn check_awards(&mut self) {
        let ast = self.ast;
        let written: Vec<&'a ast::Award> = ast.declarations.iter().filter_map(as_award).collect();
        for award in &written {
            let checked = self.award(award);
            self.awards.push(checked);
        }
        if written.is_empty() && self.set_names.is_empty() {
            self.report_absent_declaration(without_awards(ast));
        }
    }

    /// Every clause is checked before the first error ends it.
    fn award(&mut self, award: &ast::Award) -> Option<Award> {
        let each = self.each(award);
        let mut context = self.award_context(award);
        let moves = self.moves(&mut context, &award.moves);
        self.check_stays(award);
        let conditions = self.conditions(&mut context, award);
        let mut place = Context { posted: Posted::NotYet, ..context };
        let once = award.once.as_ref().map(|once| self.once(&mut place, once));
        let spends = self.spends(&mut context, &award.spends);
        let grants = self.grants(&mut context, &award.grants);
        let pays = self.pays(&mut context, award);
        let recovers = self.recovers(&mut context, award);
        let proration = self.proration(&mut context, award, pays.as_deref());
        let effective = self.effective(context, award);
        let placing = award.by.as_ref().map(|by| self.placing(&mut place, by));
        let ties = award.ties.as_ref().map(|ties| self.ties(&mut place, ties));
        let paid_on = award.paid_on.as_ref().map(|date| {
            let date = self.expr(&mut context, date);
            self.date(date, "the day of payment")
        });
        let instalments = self.instalments(&mut context, award);
        let recurs = self.recurs(&context, award, pays.as_deref());
        self.award_moves.clear();
        self.check_placed([effective.as_ref(), placing.iter().flatten().next(), ties.iter().flatten().next()]);
        self.check_keys(once.iter().flatten().next());
        let effective = effective?;
        Some(Award {
            name: award.name.kind.clone(),
            span: award.name.span,
            each: each?,
            rank: 0,
            conditions: conditions?,
            once: all_or_none(once)?,
            placing: all_or_none(placing)?.unwrap_or(Expr { kind: ExprKind::EffectiveDate, ty: Type::Date, span: effective.span }),
            ties: all_or_none(ties)?,
            credits: None,
            counts_in: None,
            blocks: matches!(award.trigger, ast::Trigger::Every { .. }),
            spends: spends?,
            wait: award.wait.as_ref().map(|wait| self.wait(wait)),
            moves: moves?,
            grants: grants?,
            pays: pays?,
            recovers: recovers?,
            reopens: award.reopens.as_ref().map_or(Reopens::default(), |reopens| reopens.kind),
            recovered: None,
            proration: proration?,
            rounding: award.round.as_ref().map(|node| node.kind).or(self.head.rounding),
            effective,
            paid_on: all_or_none(paid_on)?,
            instalments: instalments?,
            recurs: recurs?,
            cites: head::texts(&award.cites),
            limits: Vec::new(),
            shared_limits: Vec::new(),
            choose: None,
        })
    }

    /// What the award's expressions may read. A misspelt record is read as the nearest, so that one slip hides no other.
    pub(super) fn award_context(&self, award: &ast::Award) -> Context {
        let records = self.records.iter().map(|record| record.name.as_str());
        let record = self.record_named(&award.each.kind).or_else(|| self.record_named(nearest(&award.each.kind, records)?));
        let event = match record {
            // without a people's record, a period says that this was meant to be it
            Some(_) if self.people.is_none() && award.period.is_some() => EventRow::None,
            Some(record) if Some(record) != self.people => EventRow::Of(record),
            Some(_) => EventRow::None,
            None => EventRow::Inferred(None),
        };
        let has_period = event == EventRow::None || award.period.is_some();
        let period = if has_period { AwardPeriod::Known } else { AwardPeriod::None };
        Context {
            event,
            aggregated: None,
            effective_date: EffectiveDate::Known,
            period,
            posted: Posted::Known,
            counting: Counting::OwnRows,
        }
    }

    pub(super) fn each(&mut self, award: &ast::Award) -> Option<Each> {
        if award.each.kind.is_empty() {
            return None; // what it waits for is unknown, and reported as such
        }
        let period = award.period.as_ref().map(|period| self.period_kind(&period.kind, period.span));
        let record = self.known_record(&award.each)?;
        if self.is_look_up(record) {
            self.report(super::look_ups::nobodys_award(&award.each));
            return None;
        }
        match (Some(record) == self.people, period) {
            (true, Some(period)) => Some(Each::EmployeePeriod(period?)),
            (false, None) => Some(Each::Event(record)),
            (true, None) => {
                let missing = each_without_period(award);
                self.report_absent(missing);
                None
            }
            (false, Some(_)) if self.people.is_none() => None,
            (false, Some(_)) => {
                let message = format!("an award for each `{}` has one row to look at, and no period", award.each.kind);
                let place = award.period.as_ref().map_or(award.each.span, |period| period.span);
                self.report(
                    Diagnostic::error("period-for-each-row", at(place), message)
                        .help("leave out the period, or write `for each employee each …`"),
                );
                None
            }
        }
    }

    /// The conditions as written, then what the award needs of others.
    pub(super) fn conditions(&mut self, context: &mut Context, award: &ast::Award) -> Option<Vec<Expr>> {
        let checked: Vec<Option<Expr>> = award
            .conditions
            .iter()
            .map(|condition| {
                let condition = self.expr(context, condition);
                self.condition(condition)
            })
            .collect();
        let needed: Vec<Option<Expr>> = award.needs.iter().map(|needs| self.needed(needs)).collect();
        let mut conjuncts = Vec::new();
        for condition in checked.into_iter().collect::<Option<Vec<_>>>()? {
            split_conjuncts(condition, &mut conjuncts);
        }
        conjuncts.extend(needed.into_iter().collect::<Option<Vec<_>>>()?);
        Some(conjuncts)
    }

    fn pays(&mut self, context: &mut Context, award: &ast::Award) -> Option<Vec<Pay>> {
        if award.pays.is_empty() && is_without_money(award) {
            return Some(vec![moves::without_money(award)]);
        }
        if award.pays.is_empty() && !award.recovers.is_empty() {
            return Some(Vec::new());
        }
        if award.pays.is_empty() {
            let message = format!("`{}` does not say what it pays", award.name.kind);
            let missing = Diagnostic::error("missing-pay", at(award.name.span), message);
            self.report_absent(
                missing.help("add a line such as `pay $200 to base salary, not prorated` or `pay $200 as stipend, not prorated`"),
            );
        }
        let checked: Vec<Option<Pay>> = award.pays.iter().map(|pay| self.pay(context, pay)).collect();
        checked.into_iter().collect()
    }

    fn proration(&mut self, context: &mut Context, award: &ast::Award, pays: Option<&[Pay]>) -> Option<Option<Expr>> {
        let Some(proration) = &award.proration else {
            if award.pays.is_empty() && (is_without_money(award) || !award.recovers.is_empty()) {
                return Some(None);
            }
            if !award.pays.is_empty() {
                let unstated = self.proration_unstated(award, pays);
                self.report_absent(unstated);
            }
            return None;
        };
        let Proration::By(share) = &proration.kind else { return Some(None) };
        let share = self.expr(context, share)?;
        match share.ty {
            Type::Integer | Type::Number | Type::Percent => Some(Some(share)),
            Type::YesNo | Type::Money | Type::Text | Type::Choice(_) | Type::Date | Type::Duration => {
                let message = format!("an amount is prorated by a number, and this is {}", self.type_words(share.ty));
                self.report(
                    Diagnostic::error("prorated-by-what", at(share.span), message).help("name a share such as `fte as of effective date`"),
                );
                None
            }
        }
    }

    fn effective(&mut self, context: Context, award: &ast::Award) -> Option<Expr> {
        let Some(effective) = &award.effective else {
            let message = format!("`{}` does not say from which day it counts", award.name.kind);
            let missing = Diagnostic::error("missing-effective-date", at(award.name.span), message);
            self.report_absent(
                missing.help("add a line such as `effective on approved`, or `effective on next September 1 on or after approved`"),
            );
            return None;
        };
        let mut context = Context { effective_date: EffectiveDate::BeingDecided, posted: Posted::NotYet, ..context };
        let effective = self.expr(&mut context, effective);
        self.date(effective, "an effective date")
    }

    fn placing(&mut self, context: &mut Context, by: &ast::Expr) -> Option<Expr> {
        let by = self.expr(context, by);
        self.date(by, "the place in the queue")
    }

    pub(super) fn ties(&mut self, context: &mut Context, ties: &ast::Expr) -> Option<Expr> {
        let ties = self.expr(context, ties)?;
        if ties.ty == Type::Duration {
            self.report(
                Diagnostic::error("not-a-key", at(ties.span), "a length of time orders no two rows")
                    .help("name a field, such as `approved`"),
            );
            return None;
        }
        Some(ties)
    }
}

/// None where an error was found; a clause that is not written is no error.
fn all_or_none<T>(clause: Option<Option<T>>) -> Option<Option<T>> {
    match clause {
        None => Some(None),
        Some(None) => None,
        Some(Some(checked)) => Some(Some(checked)),
    }
}

fn as_award(declaration: &Declaration) -> Option<&ast::Award> {
    if let Declaration::Award(it) = declaration { Some(it) } else { None }
}

/// Each conjunct is a condition of its own, so that the one that fails can be named.
fn split_conjuncts(condition: Expr, into: &mut Vec<Expr>) {
    match condition.kind {
        ExprKind::Binary(BinaryOp::And, left, right) => {
            split_conjuncts(*left, into);
            split_conjuncts(*right, into);
        }
        kind => into.push(Expr { kind, ..condition }),
    }
}

fn without_awards(ast: &ast::Ast) -> Diagnostic {
    let head = ast
        .declarations
        .iter()
        .find_map(|declaration| if let Declaration::Policy(head) = declaration { Some(head.name.span) } else { None });
    Diagnostic::error("missing-award", at(head.unwrap_or_default()), "the policy awards nothing")
        .help("add an award: `award \"NAME\" for each RECORD` with `pay` and `effective on` below it")
}

/// Moves and roles need no money.
fn is_without_money(award: &ast::Award) -> bool {
    !award.moves.is_empty() || !award.grants.is_empty()
}

fn each_without_period(award: &ast::Award) -> Diagnostic {
    let message = format!("`for each {}` does not say how often", award.each.kind);
    Diagnostic::error("award-without-period", at(award.each.span), message)
        .help(format!("write `for each {} each school year`, or another period", award.each.kind))
        .help("or `for each` and the record whose rows earn the award")
}
