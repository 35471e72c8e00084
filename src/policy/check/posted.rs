//! What is posted so far: `amount of "AWARD"`, `base salary as of D`, and `needs`, which asks for an amount above zero.

use super::context::{Context, Posted};
use super::{Checker, at};
use crate::diagnostic::Diagnostic;
use crate::policy::{AwardId, Constant, Expr, ExprKind, FieldId, FieldRole, PeriodKind, RecordId};
use crate::source::Span;
use crate::syntax::ast::{self, BinaryOp, ExprKind as Written, Name};
use crate::value::{Number, Type};

/// The people's field that `base salary as of D` begins with.
const BASE_SALARY: &str = "base_salary";

impl Checker<'_> {
    pub(super) fn posted_words(&mut self, context: &mut Context, written: &ast::Expr) -> Option<(ExprKind, Type)> {
        let kind = match &written.kind {
            Written::AmountOf { award, period } => {
                let award = self.award_named(award);
                let period = match period {
                    Some((word, day)) => {
                        let kind = self.period_kind(word, written.span);
                        let day = self.expr(context, day);
                        let day = self.date(day, "the day whose period is meant");
                        Some((kind?, Box::new(day?)))
                    }
                    None => None,
                };
                ExprKind::AmountOf { award: award?, period }
            }
            Written::BaseSalaryAsOf(day) => {
                let field = self.opening_salary(written.span);
                let day = self.expr(context, day);
                let as_of = Box::new(self.date(day, "the day of a base salary")?);
                let (record, field) = field?;
                ExprKind::BaseSalaryAsOf { record, field, as_of }
            }
            _ => return None,
        };
        self.check_posted_is_known(context, written.span)?;
        self.reads_posted = true;
        Some((kind, Type::Money))
    }

    /// What decides a candidate's place in the queue cannot hang on what stands before that place.
    pub(super) fn check_posted_is_known(&mut self, context: &Context, span: Span) -> Option<()> {
        match context.posted {
            Posted::Known | Posted::OfLine => Some(()),
            Posted::NotYet => {
                let message = "this decides where an award stands in the queue, and needs what is posted before it";
                let cycle = Diagnostic::error("value-needs-itself", at(span), message);
                self.report(cycle.help("use it in a condition, an amount or a limit's amount"));
                None
            }
        }
    }

    pub(super) fn award_named(&mut self, name: &Name) -> Option<AwardId> {
        if let Some(position) = self.award_names.iter().position(|award| award.kind == name.kind) {
            return Some(AwardId(position as u16));
        }
        let unknown = self.unknown_award(name);
        self.report_unknown(&name.kind, unknown);
        None
    }

    /// The field `base_salary` of the people, which holds one amount of money.
    fn opening_salary(&mut self, span: Span) -> Option<(RecordId, FieldId)> {
        let record = self.people?;
        let message = match self.field_named(record, BASE_SALARY) {
            None => "the people have no `base_salary` to begin with".to_owned(),
            Some(field) => {
                let declared = self.records.get(usize::from(record.0))?.field(field);
                match (declared.role, declared.dated) {
                    (FieldRole::Value(Type::Money), None) => return Some((record, field)),
                    (FieldRole::Value(Type::Money), Some(_)) => {
                        "`base_salary` has dates of its own, so that its changes would count twice".to_owned()
                    }
                    (role, _) => {
                        let words = if let FieldRole::Value(ty) = role { self.type_words(ty) } else { "the ID of a person".to_owned() };
                        format!("`base_salary` is {words}, and a base salary is money")
                    }
                }
            }
        };
        let help = "declare in the people's record `base_salary  money`: the salary before the changes that this policy posts";
        self.report(Diagnostic::error("base-salary-unknown", at(span), message).help(help));
        None
    }

    /// `needs "OTHER" in the same school year` as a condition: what is posted of the other is above zero.
    pub(super) fn needed(&mut self, needs: &ast::Needs) -> Option<Expr> {
        let other = self.award_named(&needs.award);
        let kind = match &needs.period {
            Some(period) => Some(self.period_kind(&period.kind, period.span)?),
            None => None,
        };
        let money = |kind: ExprKind, span: Span| Box::new(Expr { kind, ty: Type::Money, span });
        let day = |kind: PeriodKind| (kind, Box::new(Expr { kind: ExprKind::EffectiveDate, ty: Type::Date, span: needs.span }));
        let amount = money(ExprKind::AmountOf { award: other?, period: kind.map(day) }, needs.award.span);
        self.reads_posted = true;
        let zero = money(ExprKind::Constant(Constant::Money(Number::ZERO)), needs.span);
        Some(Expr { kind: ExprKind::Binary(BinaryOp::MoreThan, amount, zero), ty: Type::YesNo, span: needs.span })
    }
}
