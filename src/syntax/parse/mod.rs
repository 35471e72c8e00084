//! From the outline to the tree: each declaration, and each of its clauses by itself.

mod award;
mod calendar;
mod choices;
mod choose;
mod bank;
mod clauses;
mod example;
mod guarantee;
mod expression;
mod head;
mod limit;
pub mod literal;
mod movement;
mod phrase;
mod pool;
mod population;
mod reader;
mod record;
mod recovery;
mod recurring;
mod rows;
mod set;
mod table;
mod table_file;

use super::ast::{Ast, Declaration, Unread};
use super::outline::Outlined;
use crate::diagnostic::{Diagnostic, Diagnostics, nearest};
use crate::source::{BesideFile, Place, Span};
use reader::Reader;

/// What a declaration's first line looks like, to be shown where one cannot be read.
const DECLARATIONS: [(&str, &str); 13] = [
    ("policy", "policy \"Micro-credential base pay\""),
    ("calendar", "calendar semester"),
    ("record", "record credential"),
    ("table", "table salary by step, lane"),
    ("let", "let gross = $200 * fte"),
    ("award", "award \"Micro-credential\" for each credential"),
    ("limit", "limit \"Micro-credential\" to $600 per rolling 1 year"),
    ("choose", "choose highest of \"Mentor\", \"Coach\""),
    ("pool", "pool \"Growth\" of $100,000 per school year"),
    ("bank", "bank \"Contact units\" for each activity"),
    ("set", "set \"Coaching stack\" for each credential"),
    ("guarantee", "guarantee each employee receives at most $600 from \"Micro-credential\" in any 1 year"),
    ("example", "example \"four credentials in one year\""),
];

/// Words that start a clause and are easily left at the margin.
const CLAUSES: [&str; 25] = [
    "authority",
    "cite",
    "effective",
    "rounding",
    "if",
    "and",
    "or",
    "once",
    "by",
    "ties",
    "move",
    "spend",
    "earn",
    "credited",
    "surplus",
    "grants",
    "wait",
    "pay",
    "recover",
    "reopens",
    "prorate",
    "round",
    "paid",
    "excess",
    "whole",
];

/// Whether `word` starts a declaration.
pub fn is_declaration(word: &str) -> bool {
    DECLARATIONS.iter().any(|(keyword, _)| *keyword == word)
}

/// Reads every declaration of `outlined`; `text` is the blanked file, with the files that it names behind it.
pub fn declarations((text, files): (&str, &[BesideFile]), outlined: &[Outlined], diagnostics: &mut Diagnostics) -> Ast {
    let mut reader = Reader::new((text, files), diagnostics);
    let mut ast = Ast::default();
    for declaration in outlined {
        let known = reader.unread.len();
        let read = reader.declaration(declaration);
        match read {
            Some(read) => ast.declarations.push(read),
            None => reader.unread.insert(known, unread(text, declaration)),
        }
    }
    ast.unread = reader.unread;
    ast
}

/// A declaration that could not be read, with the name that its second word gives it.
fn unread(text: &str, declaration: &Outlined) -> Unread {
    let head = text.get(declaration.head.span.start as usize..declaration.head.span.end as usize).unwrap_or("");
    let name = super::nesting::tokens(head).nth(1).map(|(_, name)| name.trim_matches('"').to_owned());
    Unread { span: declaration.span(), declares: name }
}

impl Reader<'_> {
    fn declaration(&mut self, declaration: &Outlined) -> Option<Declaration> {
        let keyword = self.first_word(declaration.head.span);
        self.seen.clear();
        match self.slice(keyword) {
            "policy" => self.policy(declaration).map(Declaration::Policy),
            "calendar" => self.calendar(declaration).map(Declaration::Calendar),
            "record" => self.record(declaration).map(Declaration::Record),
            "table" => self.table(declaration).map(Declaration::Table),
            "let" => self.let_declaration(declaration).map(Declaration::Let),
            "award" => self.award(declaration).map(Declaration::Award),
            "limit" => self.limit(declaration).map(Declaration::Limit),
            "choose" => self.choose(declaration).map(Declaration::Choose),
            "pool" => self.pool(declaration).map(Declaration::Pool),
            "bank" => self.bank(declaration).map(Declaration::Bank),
            "set" => self.set_declaration(declaration).map(Declaration::Set),
            "guarantee" => self.guarantee(declaration).map(Declaration::Guarantee),
            "example" => self.example(declaration).map(Declaration::Example),
            _ => {
                self.unknown_declaration(keyword);
                None
            }
        }
    }

    fn unknown_declaration(&mut self, keyword: Span) {
        let word = self.slice(keyword);
        let near = nearest(&word.to_lowercase(), DECLARATIONS.map(|(name, _)| name));
        let help = match near {
            _ if CLAUSES.contains(&word) => format!("indent this line: `{word}` belongs below its declaration"),
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                "a line at the margin starts with `policy`, `calendar`, `record`, `table`, `let`, `award`, `limit`, `choose`, `pool`, `bank`, `set`, `guarantee` or `example`; \
                     a clause is indented below its declaration"
                    .to_owned()
            }
        };
        self.report(
            Diagnostic::error("unknown-declaration", Place::Policy(keyword), format!("no declaration starts with `{word}`")).help(help),
        );
    }

    /// The first word of a clause, up to a space.
    fn first_word(&self, clause: Span) -> Span {
        let start = clause.start as usize;
        let length = super::nesting::tokens(self.slice(clause)).next().map_or(0, |(_, word)| word.len());
        Span::new(start, start + length)
    }
}
