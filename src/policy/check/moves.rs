//! Moves: which fields of a person awards may change, to what, and where a moved field may not be read.

use super::context::Context;
use super::{Checker, at, types};
use crate::diagnostic::Diagnostic;
use crate::policy::walk::each_part;
use crate::policy::{
    Amount, Constant, Excess, Expr, ExprKind, FieldId, FieldRole, LetBody, Limit, LimitMeasure, Move, Once, Pay, RecordId,
};
use crate::source::Span;
use crate::syntax::ast::{self, Declaration, ExprKind as Written, MovedSide, Name, PayKind};
use crate::value::{Number, Type};

impl Checker<'_> {
    /// The people's fields that awards move: `lane as of D` reads them by day.
    pub(super) fn find_moved_fields(&mut self) {
        let Some(people) = self.people else { return };
        let awards = self.ast.declarations.iter().filter_map(|declaration| match declaration {
            Declaration::Award(award) => Some(award),
            _ => None,
        });
        let names: Vec<&Name> = awards.flat_map(|award| award.moves.iter().map(|moved| &moved.field)).collect();
        self.moved = names.into_iter().filter_map(|name| self.field_named(people, &name.kind)).collect();
    }

    pub(super) fn is_moved(&self, record: RecordId, field: FieldId) -> bool {
        self.people == Some(record) && self.moved.contains(&field)
    }

    /// The moves in the order written; a later one may read `new lane` of an earlier one.
    pub(super) fn moves(&mut self, context: &mut Context, written: &[ast::Move]) -> Option<Vec<Move>> {
        self.award_moves.clear();
        let mut all_right = true;
        for (index, moved) in written.iter().enumerate() {
            if let Some(earlier) = written.iter().take(index).find(|earlier| earlier.field.kind == moved.field.kind) {
                let message = format!("`{}` moves twice in one award", moved.field.kind);
                let twice = Diagnostic::error("move-what", at(moved.span), message).label(earlier.span, "the first move");
                self.report(twice.help("keep one of the two lines"));
                all_right = false;
                continue;
            }
            match self.movement(context, moved) {
                Some(moved) => self.award_moves.push(moved),
                None => all_right = false,
            }
        }
        all_right.then(|| self.award_moves.clone())
    }

    /// A move that may stay goes on to money; without any, nothing is left to do.
    pub(super) fn check_stays(&mut self, award: &ast::Award) {
        let stays = award.moves.iter().find_map(|moved| moved.or_stay).filter(|_| award.pays.is_empty());
        if let Some(span) = stays {
            let idle = Diagnostic::error("move-what", at(span), "who stays gets nothing, because this award pays nothing");
            self.report(idle.help("add a `pay` line, or leave out `or stay`"));
        }
    }

    fn movement(&mut self, context: &mut Context, moved: &ast::Move) -> Option<Move> {
        let people = self.people?;
        let Some(field) = self.field_named(people, &moved.field.kind) else {
            let record = self.records.get(usize::from(people.0))?;
            let fields: Vec<&str> = record.fields.iter().map(|field| field.name.as_str()).collect();
            let what = format!("field of `{}` named", record.name);
            let unknown = super::names::unknown_field(&moved.field, &what, &fields);
            self.report_unknown(&moved.field.kind, unknown);
            self.expr(context, &moved.to);
            return None;
        };
        let declared = self.records.get(usize::from(people.0))?.field(field).clone();
        let refused = match declared.role {
            FieldRole::Person | FieldRole::Key => Some(("who a person is does not move", "move another field, such as `lane` or `step`")),
            FieldRole::Value(_) if declared.dated.is_some() => {
                Some(("the file says from when to when this field holds, so an award cannot move it", "declare the field without dates"))
            }
            FieldRole::Value(Type::Money) => Some(("an amount of money is paid, not moved", "write `pay … to base salary`")),
            FieldRole::Value(_) => None,
        };
        if let Some((message, help)) = refused {
            let refused = Diagnostic::error("move-what", at(moved.field.span), message);
            self.report(refused.label(declared.span, "declared here").help(help));
            self.expr(context, &moved.to);
            return None;
        }
        let FieldRole::Value(ty) = declared.role else { return None };
        let to = self.move_target(context, &moved.to, ty)?;
        Some(Move { span: moved.span, field, to, or_stay: moved.or_stay.is_some() })
    }

    /// The new value; a word of the field's own list stands without a name before it.
    fn move_target(&mut self, context: &mut Context, to: &ast::Expr, ty: Type) -> Option<Expr> {
        let to = match ty {
            Type::Choice(choice) => self.chosen(context, choice, to)?,
            _ => self.expr(context, to)?,
        };
        let word = matches!((to.ty, ty), (Type::Text, Type::Choice(_)) | (Type::Choice(_), Type::Text));
        if word || types::shared(to.ty, ty).is_some_and(|shared| shared == ty || ty == Type::Number) {
            return Some(to);
        }
        let message = format!("the field holds {}, and this is {}", self.type_words(ty), self.type_words(to.ty));
        self.report(Diagnostic::error("move-what", at(to.span), message).help("move the field to a value of its own type"));
        None
    }

    /// `new lane` and `old lane`, inside the award that moves `lane`.
    pub(super) fn moved_value(&mut self, context: &mut Context, side: MovedSide, name: &Name) -> Option<Expr> {
        let people = self.people?;
        let field = self.field_named(people, &name.kind);
        let moved = self.award_moves.iter().find(|moved| Some(moved.field) == field).cloned();
        let (Some(moved), None) = (moved, context.aggregated) else {
            let message = format!("no line above moves `{}` in this award", name.kind);
            let outside = Diagnostic::error("moved-elsewhere", at(name.span), message);
            let help = format!("write `{0}` for the value it has then, or add a line `move {0} to …`", name.kind);
            match field {
                Some(_) => self.report_absent(outside.help(help)),
                None => self.report_unknown(&name.kind, outside.help(help)),
            }
            return None;
        };
        let FieldRole::Value(ty) = self.records.get(usize::from(people.0))?.field(moved.field).role else { return None };
        let kind = match side {
            MovedSide::New => ExprKind::NewValue(Box::new(moved.to), moved.or_stay.then_some(moved.field)),
            MovedSide::Old => ExprKind::Field { scope: crate::policy::Scope::Person, record: people, field: moved.field },
        };
        Some(Expr { kind, ty, span: name.span })
    }

    /// In a pay line of the award that moves `lane`, a bare `lane` could be the one before or the one after.
    pub(super) fn check_old_or_new(&mut self, amount: &ast::Expr) {
        let Some(people) = self.people else { return };
        let moved: Vec<String> =
            self.award_moves.iter().map(|moved| self.records[usize::from(people.0)].field(moved.field).name.clone()).collect();
        let mut found: Vec<(String, Span)> = Vec::new();
        super::dated::each_written(amount, &mut |part| match &part.kind {
            Written::Name(name) if moved.contains(name) => found.push((name.clone(), part.span)),
            Written::Qualified(_, name) if moved.contains(&name.kind) => found.push((name.kind.clone(), part.span)),
            _ => {}
        });
        for (name, span) in found {
            let message = format!("`{name}` moves in this award, and could be the value before or after");
            self.report(Diagnostic::error("old-or-new", at(span), message).help(format!("write `old {name}` or `new {name}`")));
        }
    }

    /// A date that places an award is read before anything is posted, so it cannot rest on a field that awards move.
    pub(super) fn check_placed(&mut self, dates: [Option<&Expr>; 3]) {
        let words = ["the effective date", "the place in the queue", "the place in the queue"];
        for (date, words) in dates.into_iter().zip(words) {
            if let Some(span) = date.and_then(|date| self.reads_moved(date)) {
                self.report(placed_by_moved(span, words));
            }
        }
    }

    pub(super) fn check_keys(&mut self, once: Option<&Once>) {
        let spans: Vec<Span> = once.into_iter().flat_map(|once| &once.keys).filter_map(|key| self.reads_moved(key)).collect();
        spans.into_iter().for_each(|span| self.report(placed_by_moved(span, "the key")));
    }

    /// Where `expr`, its lets written out, reads a field that awards move.
    fn reads_moved(&self, expr: &Expr) -> Option<Span> {
        let mut found = None;
        each_part(expr, &mut |part| {
            let reads = match &part.kind {
                ExprKind::Field { record, field, .. } | ExprKind::DatedField { record, field, .. } => self.is_moved(*record, *field),
                ExprKind::NewValue(..) | ExprKind::Balance(_) | ExprKind::Earned(_) | ExprKind::DateReached(..) | ExprKind::Set(..) => true,
                ExprKind::Let(id) => self.let_reads_moved(usize::from(id.0)),
                _ => false,
            };
            if reads {
                found = found.or(Some(part.span));
            }
        });
        found
    }

    fn let_reads_moved(&self, index: usize) -> bool {
        let Some(checked) = self.lets.get(index).and_then(|entry| entry.checked.as_ref()) else { return false };
        match &checked.body {
            LetBody::Plain(value) => self.reads_moved(value).is_some(),
            LetBody::Dated { by, cases } => {
                self.reads_moved(by).is_some() || cases.iter().any(|(_, value)| self.reads_moved(value).is_some())
            }
        }
    }

    /// Only a limit on the number of awards leaves a move whole, or stops the whole of it.
    pub(super) fn check_moves_under_limits(&mut self) {
        let mut refused = Vec::new();
        let whole =
            |limit: &Limit| matches!(limit.measure, LimitMeasure::Awards(_)) && matches!(limit.excess, Excess::Lost | Excess::Waits { .. });
        for limit in self.limits.iter().flatten().filter(|limit| !whole(limit)) {
            for id in &limit.awards {
                let award = self.awards.get(usize::from(id.0)).and_then(Option::as_ref);
                if let Some(award) = award.filter(|award| !award.moves.is_empty() || !award.grants.is_empty()) {
                    let message = format!("`{}` moves a person, and this limit would part its money from the move", award.name);
                    let refused_here = Diagnostic::error("limit-cuts-a-move", at(limit.span), message);
                    refused.push(
                        refused_here
                            .label(award.span, "moves a person")
                            .help("limit the number of moves, `to 1 awards per …`, and let the excess be lost or wait"),
                    );
                }
            }
        }
        refused.into_iter().for_each(|diagnostic| self.report(diagnostic));
    }
}

fn placed_by_moved(span: Span, words: &str) -> Diagnostic {
    let message = format!("{words} is settled before any award is posted, and this reads a field that awards move, or a bank");
    Diagnostic::error("placed-by-moved-field", at(span), message).help("name a date or a field of the row, such as `requested`")
}

/// The pay line of a move that pays nothing.
pub(super) fn without_money(award: &ast::Award) -> Pay {
    let grants = award.grants.first().map(|grant| grant.span);
    let span = award.moves.first().map(|moved| moved.span).or(grants).unwrap_or(award.span);
    let nothing = Expr { kind: ExprKind::Constant(Constant::Money(Number::ZERO)), ty: Type::Money, span };
    Pay { span, amount: Amount::Plain(nothing), kind: PayKind::BaseSalary, rounding: None, when: None }
}
