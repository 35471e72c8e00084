//! Pay lines: an amount of money, its kind, and when it is the one that decides.

use super::context::Context;
use super::{Checker, at};
use crate::diagnostic::Diagnostic;
use crate::policy::{Amount, Expr, Pay, Tier};
use crate::source::Span;
use crate::syntax::ast::{self, Node, Window};
use crate::value::{Number, Type};

impl Checker<'_> {
    pub(super) fn pay(&mut self, context: &mut Context, pay: &ast::Pay) -> Option<Pay> {
        let amount = match &pay.amount {
            ast::Amount::Plain(amount) => self.paid_amount(context, amount).map(Amount::Plain),
            ast::Amount::Claim(claim) => self.claim(context, claim).map(Amount::Claim),
            ast::Amount::Tiers { span, window, tiers, rest } => {
                let window = self.tier_window(window.as_ref(), *span);
                let tiers: Vec<Option<Tier>> = tiers.iter().map(|tier| self.tier(context, tier)).collect();
                let rest = rest.as_ref().map(|rest| self.paid_amount(context, rest));
                match (window, tiers.into_iter().collect::<Option<Vec<_>>>(), rest) {
                    (Some(window), Some(tiers), None) => Some(Amount::Tiers { span: *span, window, tiers, rest: None }),
                    (Some(window), Some(tiers), Some(Some(rest))) => Some(Amount::Tiers { span: *span, window, tiers, rest: Some(rest) }),
                    _ => None,
                }
            }
        };
        let when = pay.when.as_ref().map(|when| {
            let when = self.expr(context, when);
            self.condition(when)
        });
        let when = match when {
            Some(when) => Some(when?),
            None => None,
        };
        Some(Pay { span: pay.span, amount: amount?, kind: pay.kind.kind, rounding: pay.round.as_ref().map(|node| node.kind), when })
    }

    /// The expression, if it is money.
    fn paid_amount(&mut self, context: &mut Context, amount: &ast::Expr) -> Option<Expr> {
        self.check_old_or_new(amount);
        let amount = self.expr(context, amount)?;
        self.money(amount, "`pay`")
    }

    pub(super) fn money(&mut self, amount: Expr, words: &str) -> Option<Expr> {
        let wrong = match amount.ty {
            Type::Money => return Some(amount),
            Type::Percent => Diagnostic::error("percent-without-base", at(amount.span), "a percentage of what is not said")
                .help("name its base, as in `5 % of base_salary`"),
            Type::Integer | Type::Number => {
                Diagnostic::error("pay-not-money", at(amount.span), format!("{words} takes money, and this is a plain number"))
                    .help("write it as money, such as `$200`, or multiply it by money, as in `$25 * hours`")
            }
            Type::YesNo | Type::Text | Type::Choice(_) | Type::Date | Type::Duration => {
                let message = format!("{words} takes money, and this is {}", self.type_words(amount.ty));
                Diagnostic::error("pay-not-money", at(amount.span), message).help("write an amount of money, such as `$200`")
            }
        };
        self.report(wrong);
        None
    }

    fn tier_window(&mut self, window: Option<&Node<Window>>, span: Span) -> Option<crate::policy::Window> {
        let Some(window) = window else {
            let message = "the tiers count awards, and over which time is not said";
            self.report_absent(
                Diagnostic::error("tiers-without-period", at(span), message)
                    .help("write `first 3 per school year at …`, or another period")
                    .help("or `first 3 ever at …`: counted over the whole employment"),
            );
            return None;
        };
        self.window(window)
    }

    fn tier(&mut self, context: &mut Context, tier: &ast::Tier) -> Option<Tier> {
        Some(Tier { count: count(&tier.count), amount: self.paid_amount(context, &tier.amount)? })
    }
}

/// Awards are counted from 1; the parser lets no other number through.
pub(super) fn count(written: &Node<Number>) -> u32 {
    written.kind.to_integer().and_then(|count| u32::try_from(count).ok()).unwrap_or(u32::MAX)
}
