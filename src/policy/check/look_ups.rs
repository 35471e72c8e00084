//! Look-up records: one key, fields of other records that lead to them, and reading through such a field.

use super::context::Context;
use super::references::{Target, as_of_undated, dated_without_day};
use super::{Checker, at, names};
use crate::diagnostic::{Diagnostic, nearest};
use crate::policy::{Expr, ExprKind, Field, FieldId, FieldRole, RecordId, Scope};
use crate::source::Span;
use crate::syntax::ast::{self, Declaration, FieldKind, Name};
use crate::value::Type;

/// The words for types, besides the names of look-up records.
const TYPE_WORDS: [&str; 10] = ["text", "yes/no", "integer", "number", "percent", "money", "date", "id", "employee", "key"];

/// Where a field leads whose type nobody knows: that is reported once, at the field.
const NOWHERE: RecordId = RecordId(u16::MAX);

/// A field that leads to a look-up record.
pub(super) struct Leading {
    scope: Scope,
    record: RecordId,
    field: FieldId,
    name: Name,
    to: RecordId,
}

/// Whether a record is found by a key. Where a person is named too, `two-keys` is reported.
pub(super) fn is_look_up(record: &ast::Record) -> bool {
    record.fields.iter().any(|field| field.kind.kind == FieldKind::Key)
}

impl Checker<'_> {
    /// Whether a field's type is not known.
    pub(super) fn has_no_type(field: &Field) -> bool {
        field.refers == Some(NOWHERE)
    }

    pub(super) fn is_look_up(&self, record: RecordId) -> bool {
        self.records.get(usize::from(record.0)).is_some_and(|record| record.is_look_up)
    }

    /// The only field that says which row a row is.
    pub(super) fn key_field(&mut self, record: &ast::Record) -> FieldId {
        let says_which = |field: &ast::Field| matches!(field.kind.kind, FieldKind::Key | FieldKind::Id | FieldKind::Employee);
        let mut found = record.fields.iter().filter(|field| says_which(field));
        if let Some(first) = found.next() {
            for second in found.filter(|second| second.name.kind != first.name.kind) {
                self.report(two_keys(second, first));
            }
        }
        let index = record.fields.iter().position(|field| field.kind.kind == FieldKind::Key).unwrap_or_default();
        if let Some(key) = record.fields.get(index).filter(|key| key.optional) {
            self.report(optional_key(key));
        }
        FieldId(index as u16)
    }

    /// Finds the look-up records that fields name as their types, once all records are there.
    pub(super) fn check_references(&mut self) {
        let ast = self.ast;
        let written = ast.declarations.iter().filter_map(|it| if let Declaration::Record(record) = it { Some(record) } else { None });
        for (index, record) in written.enumerate() {
            for (position, field) in record.fields.iter().enumerate() {
                let FieldKind::Reference(to) = &field.kind.kind else { continue };
                let refers = self.look_up_named(&Name { kind: to.clone(), span: field.kind.span });
                if let Some(declared) = self.records.get_mut(index).and_then(|record| record.fields.get_mut(position)) {
                    declared.refers = refers.or(Some(NOWHERE));
                }
            }
        }
    }

    fn look_up_named(&mut self, name: &Name) -> Option<RecordId> {
        let found = self.record_named(&name.kind);
        if found.is_some_and(|record| self.is_look_up(record)) {
            return found;
        }
        let unknown = match found {
            Some(_) => Diagnostic::error("unknown-type", at(name.span), format!("rows of `{}` cannot be found by a key", name.kind))
                .help(format!("if `{}` is a look-up record, give its first field the type `key`", name.kind)),
            None => self.unknown_type(name),
        };
        if !self.ast.unread.iter().any(|unread| unread.declares.as_deref() == Some(name.kind.as_str())) {
            self.report(unknown);
        }
        None
    }

    fn unknown_type(&self, name: &Name) -> Diagnostic {
        let unknown = Diagnostic::error("unknown-type", at(name.span), format!("`{}` is no type and no look-up record", name.kind));
        let look_ups = self.records.iter().filter(|record| record.is_look_up).map(|record| record.name.as_str());
        match nearest(&name.kind, TYPE_WORDS.into_iter().chain(look_ups)) {
            Some(near) => unknown.help(format!("did you mean `{near}`?")),
            None => unknown
                .help(format!(
                    "the types are {}, and `one of …` in front of a list of words",
                    TYPE_WORDS.map(|word| format!("`{word}`")).join(", ")
                ))
                .help(format!("or declare what is looked up: `record {}`, and below it a field of the type `key`", name.kind)),
        }
    }

    /// The field at hand that is called so and leads to a look-up record; none where there is none, and none in it where
    /// several could be meant, which is reported.
    pub(super) fn leading_field(&mut self, context: &Context, name: &Name) -> Option<Option<Leading>> {
        let refers = |target: &Target| match target {
            Target::Field(scope, record, field) => {
                let declared = self.records.get(usize::from(record.0))?.fields.get(usize::from(field.0))?;
                Some(Leading { scope: *scope, record: *record, field: *field, name: name.clone(), to: declared.refers? })
            }
            Target::Let(_) => None,
        };
        let targets = self.target(context, &name.kind);
        let mut found: Vec<Leading> = targets.iter().filter_map(refers).collect();
        if found.len() > 1 {
            let ambiguous = self.ambiguous(name, &targets);
            self.report(ambiguous.help("a `let` of its own for each keeps them apart"));
            return Some(None);
        }
        found.pop().map(Some)
    }

    /// `school.tier`, `school.tier as of D`: a field of the row that the field at hand leads to.
    pub(super) fn looked_up(
        &mut self,
        context: &mut Context,
        (leading, name): (Leading, &Name),
        day: Option<(Expr, Span)>,
    ) -> Option<Expr> {
        let target = self.records.get(usize::from(leading.to.0))?;
        let Some(field) = self.field_named(leading.to, &name.kind) else {
            let known: Vec<&str> = target.fields.iter().map(|field| field.name.as_str()).collect();
            let unknown = names::unknown_field(name, &format!("field of `{}` named", target.name), &known);
            self.report_unknown(&name.kind, unknown);
            return None;
        };
        let declared = target.field(field).clone();
        let span = leading.name.span.to(name.span);
        if declared.dated.is_some() && day.is_none() {
            let shown = Name { kind: format!("{}.{}", leading.name.kind, name.kind), span };
            self.report(dated_without_day(&shown, declared.span));
            return None;
        }
        if declared.dated.is_none() && day.is_some() {
            self.report(as_of_undated(span, &declared));
            return None;
        }
        self.check_dated_reading(leading.scope, leading.record, leading.field, &leading.name)?;
        let key = self.field(context, (leading.scope, leading.record, leading.field), &leading.name)?;
        let ty = if let FieldRole::Value(ty) = declared.role { ty } else { Type::Text };
        let span = day.as_ref().map_or(span, |(_, date)| span.to(*date));
        let as_of = day.map(|(day, _)| Box::new(day));
        Some(Expr { kind: ExprKind::LookedUp { key: Box::new(key), record: leading.to, field, as_of }, ty, span })
    }

    /// `school.tier` where no field says which school.
    pub(super) fn nothing_leads_to(&self, record: RecordId, name: &Name) -> Diagnostic {
        let other = self.records.get(usize::from(record.0)).map_or("", |record| record.name.as_str());
        let message = format!("`{other}` is looked up by its key, and no field at hand says which row");
        Diagnostic::error("row-of-another-record", at(name.span), message)
            .help(format!("give a field of the row at hand the type `{other}`, as in `{other}  {other}`, and read `{other}.{}`", name.kind))
    }
}

/// `award … for each school`
pub(super) fn nobodys_award(each: &Name) -> Diagnostic {
    let message = format!("the rows of `{}` are looked up, and belong to no employee who could be paid", each.kind);
    Diagnostic::error("award-for-look-up", at(each.span), message)
        .help(format!("write the award for each row of a record with a field of the type `{}`, or for each employee and period", each.kind))
}

fn two_keys(second: &ast::Field, first: &ast::Field) -> Diagnostic {
    let message = format!("`{}` and `{}` both say which row it is", first.name.kind, second.name.kind);
    Diagnostic::error("two-keys", at(second.name.span), message)
        .label(first.name.span, "the first is here")
        .help("a look-up record has one `key` and belongs to nobody: give the other the type `text`")
}

fn optional_key(field: &ast::Field) -> Diagnostic {
    let message = format!("`{}` is the key, and a row without it cannot be found", field.name.kind);
    Diagnostic::error("optional-key", at(field.name.span), message).help("remove `optional`; rows without a key are rejected and listed")
}
