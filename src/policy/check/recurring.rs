//! Instalments whose days and cents are said, and recurring awards whose later amounts are.

use super::context::{Context, EffectiveDate, Posted};
use super::{Checker, at};
use crate::diagnostic::Diagnostic;
use crate::policy::walk::each_part;
use crate::policy::{Amount, Expr, ExprKind, Instalments, LetBody, Pay, Recurs};
use crate::syntax::ast::{self, Every, InstalmentDays, RecursAmount, RecursEnd, RestIn};
use crate::value::Type;

/// The most instalments of one award.
const INSTALMENTS_MAX: u32 = 100;

impl Checker<'_> {
    pub(super) fn instalments(&mut self, context: &mut Context, award: &ast::Award) -> Option<Option<Instalments>> {
        let Some(written) = &award.instalments else { return Some(None) };
        if let Some(paid_on) = &award.paid_on {
            let message = "the award is `paid on` one day and `paid in` instalments";
            let both = Diagnostic::error("paid-on-and-in", at(written.span), message);
            self.report(both.label(paid_on.span, "the one day").help("keep one of the two lines"));
        }
        let count = super::pays::count(&written.count);
        let day = |checker: &mut Self, context: &mut Context, day: &ast::Expr| {
            let day = checker.expr(context, day);
            checker.date(day, "the day of an instalment")
        };
        let days = match &written.days {
            InstalmentDays::Monthly(first) => {
                self.month_additions.push(written.span);
                day(self, context, first).map(InstalmentDays::Monthly)
            }
            InstalmentDays::On(list) => {
                self.check_instalment_count(count as usize, list);
                let days: Vec<Option<Expr>> = list.iter().map(|written| day(self, context, written)).collect();
                days.into_iter().collect::<Option<Vec<_>>>().map(InstalmentDays::On)
            }
        };
        if !(2..=INSTALMENTS_MAX).contains(&count) {
            let message = format!("an award is paid in 2 to {INSTALMENTS_MAX} instalments, and this says {count}");
            let help = "write `paid on` for one payment";
            self.report(Diagnostic::error("instalment-count", at(written.count.span), message).help(help));
        }
        let remainder = self.remainder(written);
        Some(Some(Instalments { span: written.span, count, days: days?, remainder: remainder? }))
    }

    fn check_instalment_count(&mut self, count: usize, days: &[ast::Expr]) {
        if let (true, Some(last)) = (days.len() != count, days.last()) {
            let message = format!("{count} instalments, and {} days are named", days.len());
            let help = "name one day for each instalment, or write `monthly instalments from` the first";
            self.report(Diagnostic::error("instalment-count", at(last.span), message).help(help));
        }
    }

    fn remainder(&mut self, written: &ast::Instalments) -> Option<RestIn> {
        if written.remainder.is_none() {
            let message = "which instalment takes the cents that do not divide is not said";
            let missing = Diagnostic::error("instalments-without-remainder", at(written.span), message);
            self.report_absent(missing.help("write `, remainder in the last`").help("or `, remainder in the first`"));
        }
        written.remainder
    }

    pub(super) fn recurs(&mut self, context: &Context, award: &ast::Award, pays: Option<&[Pay]>) -> Option<Option<Recurs>> {
        let Some(written) = &award.recurs else { return Some(None) };
        self.month_additions.push(written.span);
        let end = match &written.end {
            Some(RecursEnd::For(length)) => {
                self.check_length(*length, written.span);
                Some(RecursEnd::For(*length))
            }
            Some(RecursEnd::Until { last, if_known }) => {
                let mut context = Context { effective_date: EffectiveDate::BeingDecided, posted: Posted::NotYet, ..*context };
                let last = self.expr(&mut context, last);
                let last = self.date(last, "the last day of recurring payments")?;
                Some(RecursEnd::Until { last, if_known: *if_known })
            }
            None => None,
        };
        let amount = self.later_amount(award, written, pays?);
        Some(Some(Recurs { span: written.span, every: written.every, end, amount: amount? }))
    }

    /// An amount that can differ from one payment to the next says whether it does (DESIGN 1.2).
    fn later_amount(&mut self, award: &ast::Award, written: &ast::Recurs, pays: &[Pay]) -> Option<RecursAmount> {
        if written.amount.is_some() {
            return written.amount;
        }
        let amounts = pays.iter().flat_map(|pay| match &pay.amount {
            Amount::Plain(amount) => vec![amount],
            Amount::Claim(_) => Vec::new(),
            Amount::Tiers { tiers, rest, .. } => tiers.iter().map(|tier| &tier.amount).chain(rest).collect(),
        });
        let Some(changing) = amounts.into_iter().find(|amount| self.can_change(amount)) else { return Some(RecursAmount::Recalculated) };
        let every = match written.every {
            Every::Month => "monthly",
            Every::Year => "yearly",
        };
        let message = format!("`{}` comes again {every}, and its amount can be read in two ways", award.name.kind);
        let missing = Diagnostic::error("recurring-without-basis", at(changing.span), message)
            .label(written.span, "it comes again here")
            .help(format!("write `{every} …, fixed`: every payment is what the first one is"))
            .help(format!("or `{every} …, recalculated`: each is computed as of its own effective date"));
        self.report_absent(missing);
        None
    }

    fn can_change(&self, amount: &Expr) -> bool {
        if self.constant_amount(amount).is_some() {
            return false;
        }
        let mut found = false;
        each_part(amount, &mut |part| {
            found |= part.ty == Type::Percent;
            found |= match &part.kind {
                ExprKind::PercentOf(..) | ExprKind::DatedField { .. } | ExprKind::EffectiveDate => true,
                ExprKind::AmountOf { .. } | ExprKind::BaseSalaryAsOf { .. } => true,
                ExprKind::Let(id) => match self.lets.get(usize::from(id.0)).and_then(|entry| entry.checked.as_ref()) {
                    Some(checked) => match &checked.body {
                        LetBody::Plain(value) => self.can_change(value),
                        LetBody::Dated { .. } => true,
                    },
                    None => false,
                },
                _ => false,
            };
        });
        found
    }
}
