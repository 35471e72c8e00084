//! Reads one clause with the grammar, and knows where in the file it stands.

use pest::Parser;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{BesideFile, Place, Span};
use crate::syntax::ast::{Name, Node, Unread};
use crate::syntax::grammar::{Grammar, Rule, is_word};
use crate::syntax::{bounds, nesting, unreadable};

pub type Pair<'a> = pest::iterators::Pair<'a, Rule>;

/// Reads clauses of one file; problems and unread clauses pile up, and reading goes on.
pub struct Reader<'a> {
    /// The file with comments and prose blanked.
    pub text: &'a str,
    /// Files that the policy names, their cells as spans of `text`.
    pub files: &'a [BesideFile],
    pub diagnostics: &'a mut Diagnostics,
    pub unread: Vec<Unread>,
    /// The clauses of the declaration at hand, each with the words it starts with.
    pub seen: Vec<(&'static str, Span)>,
    /// Where the clause at hand starts in the file.
    offset: usize,
}

/// What a clause looks like: its rule, and a right line to show when it cannot be read.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    pub rule: Rule,
    pub example: &'static str,
}

impl<'a> Reader<'a> {
    pub fn new((text, files): (&'a str, &'a [BesideFile]), diagnostics: &'a mut Diagnostics) -> Reader<'a> {
        Reader { text, files, diagnostics, unread: Vec::new(), seen: Vec::new(), offset: 0 }
    }

    pub fn slice(&self, span: Span) -> &'a str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// Reads the clause at `span` and builds its tree; None when it could not be read, which is then reported.
    pub fn read<T>(&mut self, span: Span, shape: Shape, build: impl FnOnce(&mut Self, Pair<'a>) -> Option<T>) -> Option<T> {
        if self.is_refused(span) {
            self.unread.push(Unread { span, declares: None });
            return None;
        }
        let known = self.diagnostics.len();
        self.offset = span.start as usize;
        let built = self.pair(span, shape).and_then(|pair| build(self, pair));
        if built.is_none() {
            if self.diagnostics.len() == known {
                self.report(Diagnostic::error("unreadable-clause", Place::Policy(span), "this line could not be read").help(shape.example));
            }
            self.unread.push(Unread { span, declares: None });
        }
        built
    }

    /// Whether the clause has a quotation mark that never closes: what follows it says nothing.
    fn is_refused(&self, clause: Span) -> bool {
        let within = |place: &Place| matches!(place, Place::Policy(span) if clause.start <= span.start && span.end <= clause.end);
        self.diagnostics.iter().any(|found| found.code == "unclosed-quote" && within(&found.place))
    }

    fn pair(&mut self, span: Span, shape: Shape) -> Option<Pair<'a>> {
        let text = self.slice(span);
        if text.len() > bounds::CLAUSE_BYTES {
            let message = format!("this clause is longer than {} characters", bounds::CLAUSE_BYTES);
            let help = "split it: name a part with `let`, or write several clauses";
            self.report(
                Diagnostic::error("text-too-long", Place::Policy(Span::new(span.start as usize, span.start as usize)), message).help(help),
            );
            return None;
        }
        if let Err(deep) = nesting::check(text) {
            let message = "more than 64 brackets, operators or words such as `not` and `of` stand inside one another here";
            let help = "split it: name a part with `let`, or write each `and` on a line of its own";
            self.diagnostics.push(Diagnostic::error("nesting-too-deep", Place::Policy(self.moved(deep)), message).help(help));
            return None;
        }
        match Grammar::parse(shape.rule, text) {
            Ok(mut pairs) => pairs.next(),
            Err(error) => {
                let diagnostic = unreadable::explain(self.text, span, &error, shape.example);
                self.diagnostics.push(diagnostic);
                None
            }
        }
    }

    /// Reads something that was parsed by itself from `place` on.
    pub fn at_offset<T>(&mut self, place: Span, read: impl FnOnce(&mut Self) -> T) -> T {
        let clause = std::mem::replace(&mut self.offset, place.start as usize);
        let result = read(self);
        self.offset = clause;
        result
    }

    /// Where the clause at hand starts in the file.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// A span of the clause's text as a span of the file.
    fn moved(&self, span: Span) -> Span {
        Span::new(span.start as usize + self.offset, span.end as usize + self.offset)
    }

    pub fn span(&self, pair: &Pair<'a>) -> Span {
        let span = pair.as_span();
        // a rule that ends in an optional part takes in the blanks before it
        let end = span.start() + pair.as_str().trim_end().len();
        self.moved(Span::new(span.start(), end))
    }

    pub fn node<T>(&self, pair: &Pair<'a>, kind: T) -> Node<T> {
        Node { kind, span: self.span(pair) }
    }

    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }
}

/// The parts of a pair that carry something.
pub fn parts<'a>(pair: Pair<'a>) -> impl Iterator<Item = Pair<'a>> {
    pair.into_inner().filter(|part| !is_word(part.as_rule()))
}

/// The only part of a pair.
pub fn part<'a>(pair: Pair<'a>) -> Option<Pair<'a>> {
    parts(pair).next()
}

impl<'a> Reader<'a> {
    /// A name as it is written.
    pub fn name(&mut self, pair: Pair<'a>) -> Option<Name> {
        let name = self.node(&pair, pair.as_str().to_owned());
        self.bounded(name, bounds::NAME_CHARACTERS, "name")
    }

    /// A text without its quotation marks; the span keeps them.
    pub fn text(&mut self, pair: Pair<'a>) -> Option<Name> {
        let text = self.node(&pair, pair.as_str().trim_matches('"').to_owned());
        self.bounded(text, bounds::TEXT_CHARACTERS, "text")
    }

    fn bounded(&mut self, name: Name, most: usize, what: &str) -> Option<Name> {
        if name.kind.chars().count() <= most {
            return Some(name);
        }
        self.report(
            Diagnostic::error("text-too-long", Place::Policy(name.span), format!("this {what} is longer than {most} characters"))
                .help("shorten it"),
        );
        None
    }
}
