//! `record` and its fields.

use super::reader::{Pair, Reader, Shape, part, parts};
use crate::diagnostic::Diagnostic;
use crate::source::{Place, Span};
use crate::syntax::ast::{Field, FieldKind, Name, Node, Record};
use crate::syntax::grammar::Rule;
use crate::syntax::outline::Outlined;

const RECORD: &str = "record credential";
const FIELD: Shape = Shape { rule: Rule::record_field, example: "approved  date, optional" };

impl<'a> Reader<'a> {
    pub fn record(&mut self, outlined: &Outlined) -> Option<Record> {
        let head = outlined.head.span;
        let named = self.has_name(head, RECORD);
        let shape = Shape { rule: Rule::record_head, example: RECORD };
        let name = if named { self.read(head, shape, |reader, pair| reader.name(part(pair)?)) } else { None };
        let mut fields = Vec::new();
        for clause in &outlined.clauses {
            match self.read(clause.span, FIELD, |reader, pair| reader.field(pair)) {
                Some(field) => fields.push(field),
                None => self.unread_field(clause.span),
            }
        }
        Some(Record { span: outlined.span(), name: name?, fields })
    }

    fn unread_field(&mut self, clause: Span) {
        let word = self.first_word(clause);
        let name = Name { kind: self.slice(word).to_owned(), span: word };
        self.declares(Some(name));
    }

    fn field(&mut self, pair: Pair<'a>) -> Option<Field> {
        let span = self.span(&pair);
        let mut inner = parts(pair);
        let name = self.name(inner.next()?);
        let kind = inner.next().and_then(|kind| self.field_kind(kind));
        let mut field = Field { span, name: name?, kind: kind?, optional: false, dated: None };
        for more in inner {
            let more_span = self.span(&more);
            match more.as_rule() {
                Rule::field_optional if field.optional => self.twice(more_span, "optional"),
                Rule::field_optional => field.optional = true,
                _ if field.dated.is_some() => self.twice(more_span, "dated"),
                _ => {
                    let mut names = parts(more);
                    field.dated = Some((self.name(names.next()?)?, self.name(names.next()?)?));
                }
            }
        }
        Some(field)
    }

    fn twice(&mut self, span: Span, word: &str) {
        self.report(
            Diagnostic::error("clause-twice", Place::Policy(span), format!("this field says `{word}` twice")).help("keep one of the two"),
        );
    }

    fn field_kind(&mut self, pair: Pair<'a>) -> Option<Node<FieldKind>> {
        let pair = part(pair)?;
        let span = self.span(&pair);
        let kind = match pair.as_rule() {
            Rule::field_id => FieldKind::Id,
            Rule::field_employee => FieldKind::Employee,
            Rule::field_key => FieldKind::Key,
            Rule::field_reference => FieldKind::Reference(self.slice(span).to_owned()),
            Rule::field_text => FieldKind::Text,
            Rule::field_yes_no => FieldKind::YesNo,
            Rule::field_integer => FieldKind::Integer,
            Rule::field_number => FieldKind::Number,
            Rule::field_percent => FieldKind::Percent,
            Rule::field_money => FieldKind::Money,
            Rule::field_date => FieldKind::Date,
            _ => {
                let words: Vec<Option<Name>> = parts(pair).map(|word| self.choice(word)).collect();
                FieldKind::OneOf(words.into_iter().collect::<Option<Vec<Name>>>()?)
            }
        };
        Some(Node { kind, span })
    }

    fn choice(&mut self, pair: Pair<'a>) -> Option<Name> {
        if pair.as_rule() == Rule::text { self.text(pair) } else { self.name(pair) }
    }
}
