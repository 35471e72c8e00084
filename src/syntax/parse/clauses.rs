//! Which clause a line is: by its first word, with a suggestion where the word is unknown.

use super::reader::{Reader, Shape};
use crate::diagnostic::{Diagnostic, nearest};
use crate::source::{Place, Span};
use crate::syntax::ast::{Name, Unread};
use crate::syntax::grammar::Rule;
use crate::syntax::outline::Clause;

/// A clause of a declaration: the words it starts with, its rule, and a right line.
pub type Form = (&'static str, Rule, &'static str);

impl<'a> Reader<'a> {
    /// The form whose words the clause starts with; unknown words are reported.
    pub fn form(&mut self, clause: &Clause, forms: &[Form]) -> Option<Shape> {
        let text = self.slice(clause.span);
        let found = forms.iter().find(|(words, ..)| starts_with_words(text, words));
        if let Some((words, rule, example)) = found {
            self.seen.push((words, clause.span));
            return Some(Shape { rule: *rule, example });
        }
        self.unknown_clause(clause.span, forms);
        self.unread.push(Unread { span: clause.span, declares: None });
        None
    }

    fn unknown_clause(&mut self, clause: Span, forms: &[Form]) {
        let keyword = self.first_word(clause);
        let word = self.slice(keyword);
        let first = |words: &'static str| words.split(' ').next().unwrap_or(words);
        let close = nearest(&word.to_lowercase(), forms.iter().map(|(words, ..)| first(words)));
        let example = close.and_then(|close| forms.iter().find(|(words, ..)| first(words) == close));
        let help = match example {
            _ if matches!(word, "or" | "then" | "else") => {
                format!("indent this line deeper: `{word}` continues the clause above it")
            }
            Some((words, _, example)) => format!("did you mean `{words}`? a right line: `{example}`"),
            None => {
                let words: Vec<String> = forms.iter().map(|(words, ..)| format!("`{words}`")).collect();
                format!("a line here starts with one of {}", words.join(", "))
            }
        };
        self.report(Diagnostic::error("unknown-clause", Place::Policy(keyword), format!("no clause here starts with `{word}`")).help(help));
    }

    /// Puts a clause into its place, and reports the second of two where only one makes sense.
    pub fn set<T>(&mut self, place: &mut Option<T>, clause: Span, value: Option<T>) {
        if place.is_none() {
            *place = value;
            return;
        }
        let words = self.seen.iter().find(|(_, span)| *span == clause).map_or(self.slice(self.first_word(clause)), |(words, _)| words);
        let first = self.seen.iter().find(|(seen, span)| *seen == words && *span != clause);
        let message = format!("a second line with `{words}` stands in this declaration");
        let mut twice = Diagnostic::error("clause-twice", Place::Policy(clause), message).help("keep one of the two lines");
        twice.labels.extend(first.map(|(_, span)| (*span, "the first".to_owned())));
        self.report(twice);
    }

    /// The declaration's name from its second word: reported where there is none.
    pub fn has_name(&mut self, head: Span, example: &str) -> bool {
        let text = self.slice(head);
        let mut tokens = crate::syntax::nesting::tokens(text);
        let keyword = tokens.next().map_or("", |(_, word)| word);
        let is_quoted = example.contains('"');
        let found = tokens.next().map(|(_, name)| name);
        let right = found.is_some_and(|name| if is_quoted { name.starts_with('"') } else { is_word(name) });
        let empty = found.is_some_and(|name| name.trim_matches('"').trim().is_empty());
        if right && !empty {
            return true;
        }
        let what = if is_quoted { "a name in quotation marks" } else { "a name in lower case" };
        self.report(
            Diagnostic::error("missing-name", Place::Policy(head), format!("this `{keyword}` has no name"))
                .help(format!("write {what} behind `{keyword}`: `{example}`")),
        );
        false
    }

    /// The field that a line would have declared: its first word.
    pub fn declares(&mut self, name: Option<Name>) {
        if let (Some(unread), Some(name)) = (self.unread.last_mut(), name) {
            unread.declares = Some(name.kind);
        }
    }
}

fn is_word(text: &str) -> bool {
    text.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

/// Whether `text` begins with `words`, with any blanks between them and a word's end behind them.
pub fn starts_with_words(text: &str, words: &str) -> bool {
    let mut found = crate::syntax::nesting::tokens(text);
    words.split(' ').all(|word| found.next().is_some_and(|(_, token)| token == word))
}
