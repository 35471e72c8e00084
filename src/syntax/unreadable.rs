//! Why a clause could not be read, in the user's words.

use pest::error::{Error, ErrorVariant, InputLocation};

use super::grammar::Rule;
use super::nesting::tokens;
use crate::diagnostic::Diagnostic;
use crate::source::{Place, Span};

/// The message for a clause at `clause` of which the grammar understood only the beginning.
pub fn explain(text: &str, clause: Span, error: &Error<Rule>, example: &str) -> Diagnostic {
    let at = clause.start as usize
        + match error.location {
            InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
        };
    let rest = text.get(at..clause.end as usize).unwrap_or("");
    let (place, message) = match tokens(rest).next() {
        Some((skipped, token)) => {
            let start = at + skipped;
            (Span::new(start, start + token.len()), format!("could not read this line from `{token}` on"))
        }
        None => (Span::new(clause.end as usize, clause.end as usize), "this line ends too early".to_owned()),
    };
    let mut diagnostic = Diagnostic::error("unreadable-clause", Place::Policy(place), message);
    let _ = &error.variant as &ErrorVariant<Rule>;
    if !example.is_empty() {
        diagnostic = diagnostic.help(format!("a right line: `{example}`"));
    }
    diagnostic
}
