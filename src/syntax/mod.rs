//! Text to tree and back.

pub mod ast;
mod blank;
mod bounds;
mod friendly;
mod grammar;
mod layout;
mod markdown;
mod nesting;
mod outline;
mod parse;
mod print;
mod unreadable;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{Place, Source, Span};
use ast::{Ast, Unread};

pub use layout::format;
pub use print::{comparison_words, expression as print_expression, print};

/// Reads a policy. Always returns what could be read; what could not is in `diagnostics`.
pub fn parse(source: &Source, diagnostics: &mut Diagnostics) -> Ast {
    if source.text.len() > bounds::FILE_BYTES {
        let message = format!("this file is larger than {} MiB", bounds::FILE_BYTES >> 20);
        let diagnostic = Diagnostic::error("file-too-large", Place::Policy(Span::new(0, 0)), message);
        diagnostics.push(diagnostic.help("a policy is text written by people: check that this is the right file"));
        return nothing_read(source);
    }
    let mut found = Diagnostics::new();
    let mut blanked = blank::blank(source, &mut found);
    let outlined = outline::outline(source, &blanked, &mut found);
    let has_text = !blanked.text.trim().is_empty();
    blanked.text.push_str(&source.beside.text);
    let ast = parse::declarations((&blanked.text, &source.beside.files), &outlined, &mut found);
    let has_program = has_text || !found.has_errors();
    diagnostics.extend(found);
    if has_program { ast } else { nothing_read(source) }
}

/// The tree of a file that could not be read at all, so that the checker misses nothing in it.
fn nothing_read(source: &Source) -> Ast {
    let whole = Unread { span: Span::new(0, source.text.len().min(bounds::FILE_BYTES)), declares: None };
    Ast { unread: vec![whole], ..Ast::default() }
}
