//! Clauses that do not go together, because the two could be read in more than one way.

use super::{Checker, at};
use crate::diagnostic::Diagnostic;
use crate::policy::walk::each_part;
use crate::policy::{ExprKind, LetBody};
use crate::source::Span;
use crate::syntax::ast::{self, Amount, Declaration, Trigger};

impl Checker<'_> {
    pub(super) fn check_together(&mut self) {
        let ast = self.ast;
        for declaration in &ast.declarations {
            match declaration {
                Declaration::Award(award) => self.check_award_together(award),
                Declaration::Choose(choose) => self.check_rivals_together(choose),
                _ => {}
            }
        }
    }

    fn check_award_together(&mut self, award: &ast::Award) {
        let Some((span, what)) = beside_money(award) else { return };
        if let Trigger::Every { bank, .. } = &award.trigger
            && self.sources_of(&bank.kind) > 1
        {
            let message =
                format!("several records feed `{}`, and of which of them the row is that reaches the block is not said", bank.kind);
            let refused = Diagnostic::error("blocks-of-several", at(award.each.span), message);
            self.report(refused.help("write an award for each of the records, with a line `spend 15 units of …`, or `for each` request"));
        }
        let claim = award.pays.iter().find(|pay| matches!(pay.amount, Amount::Claim(_)));
        if let Some(claim) = claim {
            let message = format!("the award {what}, and a share of a pool is known only after everybody's queue");
            let refused = Diagnostic::error("claim-with-more", at(span), message).label(claim.span, "the claim");
            self.report(refused.help("write two awards: one that claims, and one on the same conditions for the rest"));
        }
        if let Some(recurs) = &award.recurs {
            let message = format!("the award {what}, and comes again: once, or with each payment?");
            let refused = Diagnostic::error("recurring-with-more", at(span), message).label(recurs.span, "it comes again");
            self.report(
                refused
                    .help("once: put this line into an award of its own that does not recur")
                    .help("with each payment: write an award for each employee and period"),
            );
        }
        if let (Trigger::Every { .. }, Some(once)) = (&award.trigger, &award.once) {
            let message = "this award comes as often as the bank has units for it, and `once` would stop the second";
            let refused = Diagnostic::error("once-in-blocks", at(once.span), message).label(award.each.span, "as often as it goes");
            self.report(refused.help("leave `once` out, or limit the award: `to 2 awards per school year`"));
        }
    }

    /// A choice compares awards before their turn; what a bank or a set has then is not known.
    fn check_rivals_together(&mut self, choose: &ast::Choose) {
        for name in &choose.awards {
            let Some(position) = self.award_names.iter().position(|award| award.kind == name.kind) else { continue };
            let Some(Some(award)) = self.awards.get(position) else { continue };
            let spends = award.spends.first().map(|spend| spend.span);
            let waits = award.wait.as_ref().map(|wait| wait.span);
            let reads = award.conditions.iter().find_map(|condition| self.reads_units(condition));
            let Some(span) = spends.or(waits).or(reads) else { continue };
            let message = format!("`{}` is compared before its turn, when what this line reads is not known yet", name.kind);
            let refused = Diagnostic::error("choice-before-its-turn", at(span), message).label(choose.span, "the choice");
            self.report(refused.help("let the awards exclude each other by a condition, or by one `once` key"));
        }
    }

    fn reads_units(&self, expr: &crate::policy::Expr) -> Option<Span> {
        let mut found = None;
        each_part(expr, &mut |part| match &part.kind {
            ExprKind::Balance(_) | ExprKind::Earned(_) | ExprKind::DateReached(..) | ExprKind::Set(..) => {
                found = found.or(Some(part.span));
            }
            ExprKind::Let(id) => {
                let body = self.lets.get(usize::from(id.0)).and_then(|entry| entry.checked.as_ref()).map(|checked| &checked.body);
                let inner = match body {
                    Some(LetBody::Plain(value)) => self.reads_units(value),
                    Some(LetBody::Dated { by, cases }) => {
                        self.reads_units(by).or_else(|| cases.iter().find_map(|(_, value)| self.reads_units(value)))
                    }
                    None => None,
                };
                found = found.or(inner.map(|_| part.span));
            }
            _ => {}
        });
        found
    }
}

/// What an award does besides paying money.
fn beside_money(award: &ast::Award) -> Option<(Span, &'static str)> {
    let spends = award.spends.first().map(|spend| (spend.span, "spends units"));
    let moves = award.moves.first().map(|moved| (moved.span, "moves a person"));
    let grants = award.grants.first().map(|grant| (grant.span, "grants a role"));
    let waits = award.wait.as_ref().map(|wait| (wait.span, "waits between awards"));
    spends.or(moves).or(grants).or(waits)
}
