//! Comparisons: like with like, and the words of an enumeration where one is compared.

use std::sync::Arc;

use super::context::Context;
use super::{Checker, at, names, types};
use crate::diagnostic::Diagnostic;
use crate::policy::{Constant, Expr, ExprKind};
use crate::source::Span;
use crate::syntax::ast::{self, BinaryOp, ExprKind as Written, Name};
use crate::syntax::comparison_words;
use crate::value::{ChoiceId, Type};

type Typed = (ExprKind, Type);

impl Checker<'_> {
    pub(super) fn comparison(&mut self, context: &mut Context, op: BinaryOp, left: &ast::Expr, right: &ast::Expr) -> Option<Typed> {
        let (left, right) = self.sides(context, left, right)?;
        self.check_alike(&left, &right)?;
        self.check_comparison_word(op, left.ty, left.span.to(right.span))?;
        Some((ExprKind::Binary(op, Box::new(left), Box::new(right)), Type::YesNo))
    }

    pub(super) fn between(&mut self, context: &mut Context, subject: &ast::Expr, low: &ast::Expr, high: &ast::Expr) -> Option<Typed> {
        let subject = self.expr(context, subject);
        let (low, high) = self.pair(context, low, high);
        let (subject, low, high) = (subject?, low?, high?);
        self.check_alike(&subject, &low)?;
        self.check_alike(&subject, &high)?;
        if !types::is_amount(subject.ty) && subject.ty != Type::Date {
            let message = format!("`between` compares amounts or dates, and this is {}", self.type_words(subject.ty));
            self.report(Diagnostic::error("wrong-comparison-word", at(subject.span), message).help("write `is one of …`"));
            return None;
        }
        Some((ExprKind::Between(Box::new(subject), Box::new(low), Box::new(high)), Type::YesNo))
    }

    pub(super) fn one_of(&mut self, context: &mut Context, subject: &ast::Expr, list: &[ast::Expr]) -> Option<Typed> {
        self.check_list(list);
        let subject = self.expr(context, subject)?;
        let checked: Vec<Option<Expr>> = list
            .iter()
            .map(|item| {
                let item = self.beside(context, &subject, item)?;
                self.check_alike(&subject, &item)?;
                Some(item)
            })
            .collect();
        Some((ExprKind::OneOf(Box::new(subject), checked.into_iter().collect::<Option<_>>()?), Type::YesNo))
    }

    pub(super) fn within(&mut self, context: &mut Context, written: &ast::Expr) -> Option<Typed> {
        let Written::Within { subject, duration, relation, anchor } = &written.kind else { return None };
        let (subject, anchor) = self.pair(context, subject, anchor);
        let (subject, anchor) = (self.date(subject, "what is `within` a time"), self.date(anchor, "what the time is counted from"));
        self.check_length(*duration, written.span);
        let kind = ExprKind::Within { subject: Box::new(subject?), duration: *duration, relation: *relation, anchor: Box::new(anchor?) };
        Some((kind, Type::YesNo))
    }

    /// Both sides of a comparison. A bare word beside an enumeration is one of its words.
    fn sides(&mut self, context: &mut Context, left: &ast::Expr, right: &ast::Expr) -> Option<(Expr, Expr)> {
        let left_is_unknown_word = matches!(&left.kind, Written::Name(name) if self.target(context, name).is_empty());
        let right_is_known = !matches!(&right.kind, Written::Name(name) if self.target(context, name).is_empty());
        if left_is_unknown_word && right_is_known {
            let right = self.expr(context, right)?;
            let left = self.beside(context, &right, left)?;
            return Some((left, right));
        }
        let Some(left) = self.expr(context, left) else {
            if !matches!(right.kind, Written::Name(_)) {
                self.expr(context, right);
            }
            return None;
        };
        let right = self.beside(context, &left, right)?;
        Some((left, right))
    }

    /// `written`, which stands beside `known` in a comparison.
    fn beside(&mut self, context: &mut Context, known: &Expr, written: &ast::Expr) -> Option<Expr> {
        match (&written.kind, known.ty) {
            (Written::Name(word), Type::Choice(choice)) => {
                self.word_or_name(context, choice, &Name { kind: word.clone(), span: written.span })
            }
            (Written::Text(word), Type::Choice(choice)) => {
                self.word_or_name(context, choice, &Name { kind: word.clone(), span: written.span })
            }
            (Written::Name(word), Type::Text) if self.target(context, word).is_empty() => {
                let help = format!("put text into quotes: `\"{word}\"`");
                self.report_unknown(
                    word,
                    Diagnostic::error("unknown-name", at(written.span), format!("there is no value `{word}`")).help(help),
                );
                None
            }
            _ => self.expr(context, written),
        }
    }

    /// A word of `choice`, or any other value.
    pub(super) fn chosen(&mut self, context: &mut Context, choice: ChoiceId, written: &ast::Expr) -> Option<Expr> {
        match &written.kind {
            Written::Name(word) | Written::Text(word) => {
                self.word_or_name(context, choice, &Name { kind: word.clone(), span: written.span })
            }
            Written::If { condition, then, otherwise } => self.chosen_of_two(context, choice, (written.span, condition), (then, otherwise)),
            _ => self.expr(context, written),
        }
    }

    /// `if C then professional else residency`: words of the same list in both branches.
    fn chosen_of_two(
        &mut self,
        context: &mut Context,
        choice: ChoiceId,
        (span, condition): (Span, &ast::Expr),
        (then, otherwise): (&ast::Expr, &ast::Expr),
    ) -> Option<Expr> {
        let condition = self.expr(context, condition);
        let condition = self.condition(condition);
        let (then, otherwise) = (self.chosen(context, choice, then), self.chosen(context, choice, otherwise));
        let (condition, then, otherwise) = (condition?, then?, otherwise?);
        let text = |ty: Type| matches!(ty, Type::Text | Type::Choice(_));
        if !text(then.ty) || !text(otherwise.ty) {
            let other = if text(then.ty) { &otherwise } else { &then };
            let message = format!("`then` gives {} and `else` gives {}", self.type_words(then.ty), self.type_words(otherwise.ty));
            self.report(Diagnostic::error("unlike-branches", at(other.span), message).help("give both a word of the list"));
            return None;
        }
        let kind = ExprKind::If { condition: Box::new(condition), then: Box::new(then), otherwise: Box::new(otherwise) };
        Some(Expr { kind, ty: Type::Choice(choice), span })
    }

    fn word_or_name(&mut self, context: &mut Context, choice: ChoiceId, word: &Name) -> Option<Expr> {
        let words = self.choices.get(usize::from(choice.0))?;
        if words.contains(&word.kind) {
            let kind = ExprKind::Constant(Constant::Text(Arc::from(word.kind.as_str())));
            return Some(Expr { kind, ty: Type::Choice(choice), span: word.span });
        }
        if !self.target(context, &word.kind).is_empty() {
            return self.bare_name(context, word);
        }
        let known: Vec<&str> = words.iter().map(String::as_str).collect();
        let unknown = Diagnostic::error("unknown-word", at(word.span), format!("`{}` is not a word of this list", word.kind));
        let unknown = names::suggest(unknown, word, "word", &known);
        self.report_unknown(&word.kind, unknown);
        None
    }

    fn check_alike(&mut self, left: &Expr, right: &Expr) -> Option<Type> {
        if let Some(ty) = types::shared(left.ty, right.ty) {
            return Some(ty);
        }
        let unlike = self.unlike(left, right);
        self.report(unlike);
        None
    }

    fn unlike(&self, left: &Expr, right: &Expr) -> Diagnostic {
        let (l, r) = (self.type_words(left.ty), self.type_words(right.ty));
        let message = format!("{l} is compared with {r}");
        let error = |code: Diagnostic| code.label(left.span, l.clone()).label(right.span, r.clone());
        match (left.ty, right.ty) {
            (Type::Choice(_), Type::Choice(_)) => error(Diagnostic::error("word-of-another-list", at(right.span), message))
                .help("the two fields do not have the same words; compare each with a word of its own list"),
            (Type::Choice(_), Type::Text) | (Type::Text, Type::Choice(_)) => {
                error(Diagnostic::error("unlike-comparison", at(right.span), message)).help("write a word of the list without quotes")
            }
            (Type::Money, other) | (other, Type::Money) if types::is_number(other) => {
                error(Diagnostic::error("unlike-comparison", at(right.span), message)).help("write the number as money, such as `$5`")
            }
            (Type::Percent, other) | (other, Type::Percent) if types::is_number(other) => {
                error(Diagnostic::error("unlike-comparison", at(right.span), message))
                    .help("write the number as a percentage, such as `96 %`")
            }
            (Type::Text, other) | (other, Type::Text) if in_quotes(left) || in_quotes(right) => {
                let help = format!("write {} without quotation marks", self.type_words(other));
                error(Diagnostic::error("unlike-comparison", at(right.span), message)).help(help)
            }
            _ => error(Diagnostic::error("unlike-comparison", at(right.span), message)).help("compare values of the same type"),
        }
    }

    /// `at least` is for amounts, `on or after` for dates, `is` for everything but lengths of time.
    fn check_comparison_word(&mut self, op: BinaryOp, ty: Type, span: Span) -> Option<()> {
        let words = comparison_words(op);
        let help = match op {
            BinaryOp::Is | BinaryOp::IsNot if ty != Type::Duration => return Some(()),
            BinaryOp::AtLeast | BinaryOp::AtMost | BinaryOp::MoreThan | BinaryOp::LessThan if types::is_amount(ty) => return Some(()),
            BinaryOp::On | BinaryOp::Before | BinaryOp::OnOrBefore | BinaryOp::After | BinaryOp::OnOrAfter if ty == Type::Date => {
                return Some(());
            }
            _ if types::is_amount(ty) => "write `at least`, `at most`, `more than`, `less than` or `is`",
            _ if ty == Type::Date => "write `on or before`, `on or after`, `before`, `after` or `on`",
            _ if ty == Type::Duration => "compare dates instead, as in `approved within 90 days after enrolled`",
            _ => "write `is`, `is not` or `is one of`",
        };
        let message = format!("`{words}` does not compare {}", self.type_words(ty));
        self.report(Diagnostic::error("wrong-comparison-word", at(span), message).help(help));
        None
    }
}

fn in_quotes(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Constant(Constant::Text(_)))
}
