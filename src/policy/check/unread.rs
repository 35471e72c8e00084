//! One cause, one message: what may stand in a line that could not be read is not asked for.

use super::{Checker, head};
use crate::diagnostic::Diagnostic;
use crate::source::{Place, Span};
use crate::syntax::ast::{Declaration, Unread};

impl Checker<'_> {
    /// Reports a clause that is absent from the declaration at its place, unless a line there is unread.
    pub(super) fn report_absent(&mut self, diagnostic: Diagnostic) {
        let Place::Policy(place) = diagnostic.place else { return };
        let wholes: Vec<Span> = self.ast.declarations.iter().map(head::whole).collect();
        let next_after = |start: u32| wholes.iter().map(|whole| whole.start).filter(|other| *other > start).min().unwrap_or(u32::MAX);
        let around =
            wholes.iter().find(|whole| contains(**whole, place)).map(|whole| Span { start: whole.start, end: next_after(whole.start) });
        let hidden = self.ast.unread.iter().any(|unread| around.is_none_or(|around| contains(around, unread.span)));
        if !hidden {
            self.report(diagnostic);
        }
    }

    /// Reports a clause that is absent from the policy's head.
    pub(super) fn report_absent_from_head(&mut self, diagnostic: Diagnostic) {
        let head = self.ast.declarations.iter().find(|declaration| matches!(declaration, Declaration::Policy(_))).map(head::whole);
        let in_head = |unread: &Unread| head.is_some_and(|head| contains(head, unread.span));
        if head.is_some() && !self.ast.unread.iter().any(in_head) {
            self.report(diagnostic);
        }
    }

    /// Reports a declaration that the file lacks, unless a declaration is unread.
    pub(super) fn report_absent_declaration(&mut self, diagnostic: Diagnostic) {
        let wholes: Vec<Span> = self.ast.declarations.iter().map(head::whole).collect();
        let of_no_declaration = |unread: &Unread| !wholes.iter().any(|whole| contains(*whole, unread.span));
        if !self.ast.unread.iter().any(of_no_declaration) {
            self.report(diagnostic);
        }
    }

    /// Reports a name that nothing declares, unless an unread line may declare it.
    pub(super) fn report_unknown(&mut self, name: &str, diagnostic: Diagnostic) {
        let declares = |unread: &Unread| unread.declares.as_deref() == Some(name) || self.source.slice(unread.span).starts_with("record");
        if !self.ast.unread.iter().any(declares) {
            self.report(diagnostic);
        }
    }
}

fn contains(whole: Span, part: Span) -> bool {
    whole.start <= part.start && part.end <= whole.end
}
