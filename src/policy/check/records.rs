//! Records: their fields, whose row each row is, and the one record that lists the people.

use super::{Checker, at, look_ups};
use crate::diagnostic::Diagnostic;
use crate::policy::{Field, FieldId, FieldRole, Record, RecordId};
use crate::syntax::ast::{self, Declaration, FieldKind, Name, Node};
use crate::value::{ChoiceId, Type};

impl Checker<'_> {
    pub(super) fn check_records(&mut self) {
        let ast = self.ast;
        let mut names: Vec<&Name> = Vec::new();
        let people: Vec<&ast::Record> = ast.declarations.iter().filter_map(as_record).filter(|record| lists_people(record)).collect();
        self.check_people(&people);
        for declaration in &ast.declarations {
            if let Declaration::Record(record) = declaration {
                self.check_unique(&record.name, "record", &names);
                names.push(&record.name);
                if lists_people(record) {
                    self.people.get_or_insert(RecordId(self.records.len() as u16));
                }
                let checked = self.checked_record(record);
                self.records.push(checked);
            }
        }
        self.check_references();
    }

    fn check_people(&mut self, people: &[&ast::Record]) {
        let Some(first) = people.first() else {
            self.report_absent_declaration(no_people(self.ast));
            return;
        };
        for second in people.iter().skip(1) {
            self.report(two_people_records(second, first));
        }
    }

    fn checked_record(&mut self, record: &ast::Record) -> Record {
        let mut names: Vec<&Name> = Vec::new();
        let mut fields = Vec::new();
        for field in &record.fields {
            self.check_unique(&field.name, "field", &names);
            names.push(&field.name);
            let checked = self.checked_field(record, field);
            fields.push(checked);
        }
        let is_look_up = look_ups::is_look_up(record);
        let person_field = if is_look_up { self.key_field(record) } else { self.person_field(record) };
        Record { name: record.name.kind.clone(), span: record.name.span, person_field, is_look_up, fields }
    }

    /// The field that says whose row it is.
    fn person_field(&mut self, record: &ast::Record) -> FieldId {
        let is_person = |field: &ast::Field| matches!(field.kind.kind, FieldKind::Id | FieldKind::Employee);
        let mut found = record.fields.iter().enumerate().filter(|(_, field)| is_person(field));
        let Some((index, first)) = found.next() else {
            if !self.may_list_people(record) {
                self.report_absent(nobodys_rows(record));
            }
            return FieldId(0);
        };
        for (_, second) in found.filter(|(_, second)| second.name.kind != first.name.kind) {
            self.report(two_person_fields(second, first));
        }
        if first.optional {
            self.report(optional_person(first));
        }
        FieldId(index as u16)
    }

    /// Whether this is the record that is asked for an `id` because no other has one.
    fn may_list_people(&self, record: &ast::Record) -> bool {
        let mut records = self.ast.declarations.iter().filter_map(as_record);
        !records.clone().any(lists_people) && records.find(|other| !has_person(other)).is_some_and(|first| first.span == record.span)
    }

    fn checked_field(&mut self, record: &ast::Record, field: &ast::Field) -> Field {
        let role = match &field.kind.kind {
            FieldKind::Id | FieldKind::Employee => FieldRole::Person,
            FieldKind::Key => FieldRole::Key,
            FieldKind::Text | FieldKind::Reference(_) => FieldRole::Value(Type::Text),
            FieldKind::YesNo => FieldRole::Value(Type::YesNo),
            FieldKind::Integer => FieldRole::Value(Type::Integer),
            FieldKind::Number => FieldRole::Value(Type::Number),
            FieldKind::Percent => FieldRole::Value(Type::Percent),
            FieldKind::Money => FieldRole::Value(Type::Money),
            FieldKind::Date => FieldRole::Value(Type::Date),
            FieldKind::OneOf(words) => FieldRole::Value(Type::Choice(self.choice(words, field))),
        };
        let dated = field.dated.as_ref().map(|(from, to)| {
            let (from, to) = (self.bound(record, field, from), self.bound(record, field, to));
            // where a bound is wrong, the field counts as dated, so that its uses are not reported too
            (from.unwrap_or(FieldId(0)), to.unwrap_or(FieldId(0)))
        });
        Field { name: field.name.kind.clone(), span: field.name.span, role, optional: field.optional, dated, refers: None }
    }

    /// The same list of words is the same enumeration, wherever it is written.
    fn choice(&mut self, words: &[Name], field: &ast::Field) -> ChoiceId {
        let mut seen: Vec<&Name> = Vec::new();
        for word in words {
            self.check_unique(word, "word", &seen);
            seen.push(word);
        }
        if words.len() > super::sizes::WORDS_MAX {
            let message = format!("{} words, and at most {} fit", words.len(), super::sizes::WORDS_MAX);
            let place = words.get(super::sizes::WORDS_MAX).map_or(field.kind.span, |word| word.span);
            self.report(Diagnostic::error("too-many", at(place), message).help("write the field as `text`"));
        }
        let list: Vec<String> = words.iter().map(|word| word.kind.clone()).collect();
        let index = self.choices.iter().position(|known| *known == list).unwrap_or_else(|| {
            self.choices.push(list);
            self.choices.len() - 1
        });
        ChoiceId(index as u16)
    }

    /// One of the two date fields between which a dated field holds.
    fn bound(&mut self, record: &ast::Record, field: &ast::Field, name: &Name) -> Option<FieldId> {
        let Some(index) = record.fields.iter().position(|other| other.name.kind == name.kind) else {
            let fields: Vec<&str> = record.fields.iter().map(|other| other.name.kind.as_str()).collect();
            let unknown = super::names::unknown_field(name, "field of this record named", &fields);
            self.report_unknown(&name.kind, unknown);
            return None;
        };
        let bound = record.fields.get(index)?;
        if bound.kind.kind != FieldKind::Date || bound.dated.is_some() {
            self.report(bound_not_a_date(name, field, &bound.kind));
            return None;
        }
        Some(FieldId(index as u16))
    }
}

fn as_record(declaration: &Declaration) -> Option<&ast::Record> {
    if let Declaration::Record(it) = declaration { Some(it) } else { None }
}

fn lists_people(record: &ast::Record) -> bool {
    record.fields.iter().any(|field| field.kind.kind == FieldKind::Id)
}

fn has_person(record: &ast::Record) -> bool {
    record.fields.iter().any(|field| matches!(field.kind.kind, FieldKind::Id | FieldKind::Employee | FieldKind::Key))
}

/// Asks the first record that says of nobody whose rows it holds, or else the head.
fn no_people(ast: &ast::Ast) -> Diagnostic {
    let message = "no record lists the people";
    if let Some(record) = ast.declarations.iter().filter_map(as_record).find(|record| !has_person(record)) {
        let help = format!("if `{}` does, add its key: `employee id`", record.name.kind);
        return Diagnostic::error("missing-people-record", at(record.name.span), message).help(help);
    }
    let head = ast
        .declarations
        .iter()
        .find_map(|declaration| if let Declaration::Policy(head) = declaration { Some(head.name.span) } else { None });
    Diagnostic::error("missing-people-record", at(head.unwrap_or_default()), message)
        .help("add a record whose key is the person's ID: `record employee` and, below it, `employee id`")
}

fn two_people_records(second: &ast::Record, first: &ast::Record) -> Diagnostic {
    let message = format!("`{}` already lists the people, and only one record can", first.name.kind);
    Diagnostic::error("two-people-records", at(second.name.span), message)
        .label(first.name.span, "the people are listed here")
        .help("give this record's ID field the type `employee` if its rows belong to people of the other record")
}

fn nobodys_rows(record: &ast::Record) -> Diagnostic {
    Diagnostic::error("missing-employee-field", at(record.name.span), format!("nothing says whose row a row of `{}` is", record.name.kind))
        .help("add a field of the type `employee`, such as `employee employee`; in the people's record its type is `id`")
}

fn two_person_fields(second: &ast::Field, first: &ast::Field) -> Diagnostic {
    let message = format!("`{}` and `{}` both say whose row it is", first.name.kind, second.name.kind);
    Diagnostic::error("two-employee-fields", at(second.name.span), message)
        .label(first.name.span, "the first is here")
        .help("keep one of them, and give the other the type `text` if it is only for reading")
}

fn optional_person(field: &ast::Field) -> Diagnostic {
    let message = format!("`{}` says whose row it is, and a row without it belongs to nobody", field.name.kind);
    Diagnostic::error("optional-employee-field", at(field.name.span), message)
        .help("remove `optional`; rows without an ID are rejected and listed")
}

fn bound_not_a_date(name: &Name, field: &ast::Field, kind: &Node<FieldKind>) -> Diagnostic {
    let message = format!("`{}` holds between two dates, and `{}` is not a plain date", field.name.kind, name.kind);
    Diagnostic::error("dated-by-what", at(name.span), message)
        .label(kind.span, "its type")
        .help(format!("give `{}` the type `date` (or `date, optional` where the period may be open)", name.kind))
}
