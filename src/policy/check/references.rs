//! Uses of names: a bare word or `record.field` to the one field or let that it means.

use super::context::{AwardPeriod, Context, EffectiveDate, EventRow};
use super::{Checker, at, names};
use crate::diagnostic::Diagnostic;
use crate::policy::{Expr, ExprKind, Field, FieldId, FieldRole, LetId, RecordId, Scope};
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind as Written, Name};
use crate::value::Type;

/// What a name may mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Field(Scope, RecordId, FieldId),
    Let(usize),
}

impl Checker<'_> {
    /// Everything that `name` may mean here: the aggregated row's field before all others, then fields, then lets.
    pub(super) fn target(&self, context: &Context, name: &str) -> Vec<Target> {
        let field_of = |scope: Scope, record: RecordId| self.field_named(record, name).map(|field| Target::Field(scope, record, field));
        if let Some(found) = context.aggregated.and_then(|record| field_of(Scope::Aggregated, record)) {
            return vec![found];
        }
        let own: Vec<Target> = context.event_record().and_then(|record| field_of(Scope::Event, record)).into_iter().collect();
        let person: Option<Target> = self.people.and_then(|people| field_of(Scope::Person, people));
        let inferred = match context.event {
            EventRow::Inferred(None) => self.event_records().filter_map(|record| field_of(Scope::Event, record)).collect(),
            EventRow::Inferred(Some(_)) | EventRow::Of(_) | EventRow::None => own,
        };
        let found: Vec<Target> = inferred.into_iter().chain(person).collect();
        if !found.is_empty() {
            return found;
        }
        self.lets.iter().position(|entry| entry.name.kind == name).map(Target::Let).into_iter().collect()
    }

    fn event_records(&self) -> impl Iterator<Item = RecordId> {
        let is_event = |record: &RecordId| Some(*record) != self.people && !self.is_look_up(*record);
        (0..self.records.len() as u16).map(RecordId).filter(is_event)
    }

    pub(super) fn bare_name(&mut self, context: &mut Context, name: &Name) -> Option<Expr> {
        if let Some(key) = self.cell_key(name) {
            return Some(key);
        }
        match *self.target(context, &name.kind) {
            // the let's declaration is refused already
            ref several if !several.is_empty() && self.is_let_and_field(&name.kind) => None,
            ref several if !several.is_empty() && several.iter().all(|target| self.is_person(*target)) => {
                self.report(person_field(name));
                None
            }
            [] => {
                let unknown = self.unknown_name(context, name);
                self.report_unknown(&name.kind, unknown);
                None
            }
            [Target::Field(scope, record, field)] => {
                self.check_dated_reading(scope, record, field, name)?;
                self.field(context, (scope, record, field), name)
            }
            [Target::Let(index)] => self.named_let(context, index, name.span),
            ref several => {
                let ambiguous = self.ambiguous(name, several);
                self.report(ambiguous);
                None
            }
        }
    }

    fn is_person(&self, target: Target) -> bool {
        match target {
            Target::Field(_, record, field) => self.records[usize::from(record.0)].field(field).role == FieldRole::Person,
            Target::Let(_) => false,
        }
    }

    pub(super) fn qualified_name(&mut self, context: &mut Context, record: &Name, name: &Name) -> Option<Expr> {
        if let Some(leading) = self.leading_field(context, record) {
            return self.looked_up(context, (leading?, name), None);
        }
        let (record, field) = self.qualified_field(record, name)?;
        let scope = self.scope_of(context, record, name)?;
        self.check_dated_reading(scope, record, field, name)?;
        self.field(context, (scope, record, field), name)
    }

    fn qualified_field(&mut self, record: &Name, name: &Name) -> Option<(RecordId, FieldId)> {
        let id = self.known_record(record)?;
        let found = self.field_named(id, &name.kind);
        if found.is_none() {
            let fields = self.records.get(usize::from(id.0)).map(|record| record.fields.as_slice()).unwrap_or_default();
            let what = format!("field of `{}` named", record.kind);
            let unknown = names::unknown_field(name, &what, &fields.iter().map(|field| field.name.as_str()).collect::<Vec<_>>());
            self.report_unknown(&name.kind, unknown);
        }
        Some((id, found?))
    }

    /// Whose row of `record` is meant where `record.name` is written.
    fn scope_of(&mut self, context: &Context, record: RecordId, name: &Name) -> Option<Scope> {
        let is_event = match context.event {
            EventRow::Of(event) | EventRow::Inferred(Some(event)) => event == record,
            EventRow::Inferred(None) => Some(record) != self.people,
            EventRow::None => false,
        };
        let is_person = Some(record) == self.people;
        if context.aggregated == Some(record) {
            if is_event || is_person {
                self.report(which_row(name));
                return None;
            }
            return Some(Scope::Aggregated);
        }
        if is_event || is_person {
            return Some(if is_person { Scope::Person } else { Scope::Event });
        }
        let elsewhere = match self.is_look_up(record) {
            true => self.nothing_leads_to(record, name),
            false => self.row_of_another_record(context, record, name),
        };
        self.report(elsewhere);
        None
    }

    /// `fte as of approved`: the value on a day of a field whose rows hold between dates.
    pub(super) fn as_of(&mut self, context: &mut Context, value: &ast::Expr, date: &ast::Expr) -> Option<Expr> {
        let leading = match &value.kind {
            Written::Qualified(through, field) => self.leading_field(context, through).map(|leading| (leading, field)),
            _ => None,
        };
        let found = if leading.is_some() { None } else { self.dated_target(context, value) };
        let day = self.expr(context, date);
        let day = self.date(day, "what stands after `as of`");
        if let Some((leading, field)) = leading {
            return self.looked_up(context, (leading?, field), Some((day?, date.span)));
        }
        let (record, field) = found?;
        let declared = self.records.get(usize::from(record.0))?.fields.get(usize::from(field.0))?;
        let FieldRole::Value(ty) = declared.role else {
            self.report(person_field(&Name { kind: declared.name.clone(), span: value.span }));
            return None;
        };
        if declared.dated.is_none() && !self.is_moved(record, field) {
            let undated = as_of_undated(value.span, declared);
            self.report(undated);
            return None;
        }
        let kind = ExprKind::DatedField { record, field, as_of: Box::new(day?) };
        Some(Expr { kind, ty, span: value.span.to(date.span) })
    }

    fn dated_target(&mut self, context: &mut Context, value: &ast::Expr) -> Option<(RecordId, FieldId)> {
        let name = match &value.kind {
            Written::Qualified(record, field) => return self.qualified_field(record, field),
            Written::Name(name) => Name { kind: name.clone(), span: value.span },
            _ => {
                let message = "`as of` follows the name of a dated field";
                self.report(
                    Diagnostic::error("as-of-undated", at(value.span), message).help("write `as of` directly after the field's name"),
                );
                self.expr(context, value);
                return None;
            }
        };
        let dated = self.dated_fields(&name.kind);
        match (dated.as_slice(), self.target(context, &name.kind).as_slice()) {
            ([only], _) => Some(*only),
            ([], [Target::Field(_, record, field)]) => Some((*record, *field)),
            ([], [Target::Let(_)]) => {
                let message = format!("`{}` is a `let`, and `as of` reads a dated field", name.kind);
                self.report(
                    Diagnostic::error("as-of-undated", at(name.span), message).help("write `as of` inside the `let`, at the field"),
                );
                None
            }
            ([], []) => {
                let unknown = self.unknown_name(context, &name);
                self.report_unknown(&name.kind, unknown);
                None
            }
            (several, targets) => {
                let several: Vec<Target> = several.iter().map(|(record, field)| Target::Field(Scope::Person, *record, *field)).collect();
                let ambiguous = self.ambiguous(&name, if several.is_empty() { targets } else { &several });
                self.report(ambiguous);
                None
            }
        }
    }

    /// The dated fields of that name in all records.
    fn dated_fields(&self, name: &str) -> Vec<(RecordId, FieldId)> {
        let ids = (0..self.records.len() as u16).map(RecordId).filter(|record| !self.is_look_up(*record));
        let found = ids.filter_map(|record| Some((record, self.field_named(record, name)?)));
        found.filter(|(record, field)| self.records[usize::from(record.0)].field(*field).dated.is_some()).collect()
    }

    pub(super) fn field(&mut self, context: &mut Context, (scope, record, field): (Scope, RecordId, FieldId), name: &Name) -> Option<Expr> {
        let declared = self.records.get(usize::from(record.0))?.fields.get(usize::from(field.0))?;
        let ty = match declared.role {
            FieldRole::Value(_) if Self::has_no_type(declared) => return None,
            FieldRole::Value(ty) => ty,
            FieldRole::Key => Type::Text,
            FieldRole::Person => {
                self.report(person_field(name));
                return None;
            }
        };
        if scope == Scope::Event
            && let EventRow::Inferred(None) = context.event
        {
            context.event = EventRow::Inferred(Some(record));
        }
        Some(Expr { kind: ExprKind::Field { scope, record, field }, ty, span: name.span })
    }

    /// Fields that change by date have a value only as of a day; inside an aggregate the row is fixed.
    pub(super) fn check_dated_reading(&mut self, scope: Scope, record: RecordId, field: FieldId, name: &Name) -> Option<()> {
        if scope == Scope::Aggregated {
            return Some(());
        }
        let fields = &self.records.get(usize::from(record.0))?.fields;
        let declared = fields.get(usize::from(field.0))?;
        if declared.dated.is_some() {
            let missing = dated_without_day(name, declared.span);
            self.report(missing);
            return None;
        }
        let bounded = fields.iter().find(|other| other.dated.is_some_and(|(from, to)| from == field || to == field));
        if let (Scope::Person, Some(bounded)) = (scope, bounded) {
            let varies = bound_of_dated(name, &bounded.name);
            self.report(varies);
            return None;
        }
        Some(())
    }

    fn named_let(&mut self, context: &mut Context, index: usize, span: Span) -> Option<Expr> {
        let entry = self.lets.get(index)?;
        let (uses, ty) = (entry.uses, entry.checked.as_ref()?.ty);
        let name = entry.name.clone();
        if let Some(record) = uses.event {
            self.check_row_of_let(context, record, &Name { kind: name.kind.clone(), span })?;
        }
        if uses.effective_date && context.effective_date == EffectiveDate::BeingDecided {
            let message = format!("`{}` needs the effective date, which is decided here", name.kind);
            self.report(
                Diagnostic::error("value-needs-itself", at(span), message)
                    .label(name.span, "reads `effective date`")
                    .help("name the date it depends on, such as `approved`"),
            );
            return None;
        }
        if uses.effective_date && context.effective_date == EffectiveDate::None {
            let message = format!("`{}` needs the effective date of an award, and a value over everybody has none", name.kind);
            self.report(
                Diagnostic::error("award-over-everybody", at(span), message)
                    .label(name.span, "reads `effective date`")
                    .help("name a date of the row, such as `approved`, or write the day out"),
            );
            return None;
        }
        if uses.period && context.period == AwardPeriod::None {
            let message = format!("`{}` needs the period of an award for each employee and period", name.kind);
            let outside =
                Diagnostic::error("period-outside-award", at(span), message).label(name.span, "reads `period start` or `period end`");
            self.report(outside.help("name the date's own period, as in `start of fiscal year of approved`"));
            return None;
        }
        if uses.posted {
            self.check_posted_is_known(context, span)?;
        }
        if uses.aggregate && context.aggregated.is_some() {
            self.report(super::aggregates::nested(span).label(name.span, format!("`{}` looks at several rows", name.kind)));
            return None;
        }
        Some(Expr { kind: ExprKind::Let(LetId(index as u16)), ty, span })
    }

    /// A let that reads a row of `record` can be used only where that row is at hand.
    fn check_row_of_let(&mut self, context: &mut Context, record: RecordId, name: &Name) -> Option<()> {
        if context.aggregated == Some(record) {
            self.report(which_row(name));
            return None;
        }
        match context.event {
            EventRow::Of(event) | EventRow::Inferred(Some(event)) if event == record => Some(()),
            EventRow::Inferred(None) => {
                context.event = EventRow::Inferred(Some(record));
                Some(())
            }
            EventRow::Of(_) | EventRow::Inferred(Some(_)) | EventRow::None => {
                let read = self.records.get(usize::from(record.0)).map(|record| record.name.clone()).unwrap_or_default();
                let message = format!("`{}` reads a row of `{read}`, and there is none here", name.kind);
                let help = format!("use it in awards for each `{read}`, or write the value out");
                self.report(Diagnostic::error("row-of-another-record", at(name.span), message).help(help));
                None
            }
        }
    }

    pub(super) fn ambiguous(&self, name: &Name, several: &[Target]) -> Diagnostic {
        let mut diagnostic =
            Diagnostic::error("ambiguous-name", at(name.span), format!("`{}` can be read in {} ways", name.kind, several.len()));
        let mut ways = Vec::new();
        for target in several {
            if let Target::Field(_, record, field) = target {
                let record = &self.records[usize::from(record.0)];
                diagnostic = diagnostic.label(record.field(*field).span, format!("the field of `{}`", record.name));
                ways.push(format!("`{}.{}`", record.name, name.kind));
            }
        }
        diagnostic.help(format!("write {}", ways.join(" or ")))
    }

    fn unknown_name(&self, context: &Context, name: &Name) -> Diagnostic {
        let records = [context.aggregated, context.event_record(), self.people];
        let fields = records.into_iter().flatten().flat_map(|id| self.records[usize::from(id.0)].fields.iter());
        let known: Vec<&str> =
            fields.map(|field| field.name.as_str()).chain(self.lets.iter().map(|entry| entry.name.kind.as_str())).collect();
        if let Some(field) = self.field_with_word(context, &name.kind) {
            let message = format!("`{}` is a word of `{field}`, and stands here by itself", name.kind);
            let help = format!("write `{field} is {0}` to ask for it, or `\"{0}\"` in quotation marks as a value", name.kind);
            return Diagnostic::error("unknown-name", at(name.span), message).help(help);
        }
        let elsewhere = self.records.iter().find(|record| record.fields.iter().any(|field| field.name == name.kind));
        match elsewhere {
            Some(record) => Diagnostic::error(
                "row-of-another-record",
                at(name.span),
                format!("`{}` is a field of `{}`, and no row of it is at hand here", name.kind, record.name),
            )
            .help(format!("say which row: `latest {} of {} where …`", name.kind, record.name)),
            None => {
                let unknown = Diagnostic::error("unknown-name", at(name.span), format!("there is no value `{}`", name.kind));
                names::suggest(unknown, name, "value", &known)
            }
        }
    }

    /// The field at hand whose list has the word.
    fn field_with_word(&self, context: &Context, word: &str) -> Option<&str> {
        let records = [context.aggregated, context.event_record(), self.people];
        let mut fields = records.into_iter().flatten().flat_map(|id| self.records[usize::from(id.0)].fields.iter());
        let has_word = |field: &&Field| match field.role {
            FieldRole::Value(Type::Choice(id)) => self.choices[usize::from(id.0)].iter().any(|known| known == word),
            FieldRole::Value(_) | FieldRole::Person | FieldRole::Key => false,
        };
        fields.find(has_word).map(|field| field.name.as_str())
    }

    fn row_of_another_record(&self, context: &Context, record: RecordId, name: &Name) -> Diagnostic {
        let other = self.records.get(usize::from(record.0)).map_or("", |record| record.name.as_str());
        let at_hand = context.event_record().and_then(|id| self.records.get(usize::from(id.0)));
        let message = match at_hand {
            Some(event) => format!("the row at hand is one of `{}`, not of `{other}`", event.name),
            None => format!("no row of `{other}` is at hand here"),
        };
        Diagnostic::error("row-of-another-record", at(name.span), message)
            .help(format!("say which row: `latest {} of {other} where …`, or `count of {other} where …`", name.kind))
    }
}

pub(super) fn as_of_undated(place: Span, declared: &Field) -> Diagnostic {
    let message = format!("`{}` has one value, not one for each day", declared.name);
    Diagnostic::error("as-of-undated", at(place), message)
        .label(declared.span, "declared without dates")
        .help("remove `as of …`, or declare the field `dated from BEGINS to ENDS`, or let an award move it")
}

pub(super) fn dated_without_day(name: &Name, declared: Span) -> Diagnostic {
    Diagnostic::error("dated-without-as-of", at(name.span), format!("`{}` changes by date, and the day is not said", name.kind))
        .label(declared, "declared with dates")
        .help(format!("write `{} as of effective date`, or as of another date", name.kind))
}

fn bound_of_dated(name: &Name, dated: &str) -> Diagnostic {
    let message = format!("`{}` differs from row to row, because `{dated}` has several", name.kind);
    Diagnostic::error("dated-without-as-of", at(name.span), message)
        .help(format!("read `{dated} as of …`, or say which row: `latest {} of …`", name.kind))
}

fn person_field(name: &Name) -> Diagnostic {
    Diagnostic::error(
        "person-as-value",
        at(name.span),
        format!("`{}` says whose row it is, and everything is within one employee already", name.kind),
    )
    .help("leave it out, or declare a `text` field if the ID itself is to be compared")
}

fn which_row(name: &Name) -> Diagnostic {
    let message = format!("`{}` could be of the award's own row or of each row that is looked at", name.kind);
    Diagnostic::error("ambiguous-row", at(name.span), message)
        .help(format!("write `own {}` for the award's own row; a bare field name is of the row that is looked at", name.kind))
}
