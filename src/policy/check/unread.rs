//! One cause, one message: what may stand in a line that could not be read is not asked for.

use super::{Checker, head};
use crate::diagnostic::Diagnostic;
use crate::source::{Place, Span};
use crate::syntax::ast::{Declaration, Unread};

/// How many further places of one unknown name are shown.
const LABELS_MAX: usize = 3;

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

    /// Keeps a clause that is absent from the policy's head, to be reported once for all places that need it.
    pub(super) fn report_absent_from_head(&mut self, clause: &str, diagnostic: Diagnostic) {
        let head = self.ast.declarations.iter().find(|declaration| matches!(declaration, Declaration::Policy(_))).map(head::whole);
        let in_head = |unread: &Unread| head.is_some_and(|head| contains(head, unread.span));
        if head.is_some() && !self.ast.unread.iter().any(in_head) {
            self.keep(clause, diagnostic);
        }
    }

    /// Reports a declaration that the file lacks, unless a line is unread that may be its first.
    pub(super) fn report_absent_declaration(&mut self, diagnostic: Diagnostic) {
        if self.ast.unread.is_empty() {
            self.report(diagnostic);
        }
    }

    /// Keeps a name that nothing declares, unless an unread line may declare it. Each name is reported once, with
    /// its other places as labels.
    pub(super) fn report_unknown(&mut self, name: &str, diagnostic: Diagnostic) {
        if self.ast.unread.iter().any(|unread| self.may_declare(unread, name)) {
            return;
        }
        self.keep(name, diagnostic);
    }

    fn keep(&mut self, name: &str, diagnostic: Diagnostic) {
        match self.unknown.iter_mut().find(|(known, _)| known == name) {
            Some((_, first)) => {
                if let Place::Policy(span) = diagnostic.place
                    && first.labels.len() < LABELS_MAX
                    && first.place != diagnostic.place
                {
                    first.labels.push((span, "here too".to_owned()));
                }
            }
            None => self.unknown.push((name.to_owned(), diagnostic)),
        }
    }

    /// Whether an unread line could declare the name: a field, a record, or a declaration whose keyword is misspelt.
    fn may_declare(&self, unread: &Unread, name: &str) -> bool {
        let around = self.ast.declarations.iter().find(|declaration| contains(head::whole(declaration), unread.span));
        let in_record = matches!(around, Some(Declaration::Record(_)));
        let keyword = self.source.slice(unread.span).split_whitespace().next().unwrap_or("");
        let declares_no_name = ["policy", "limit", "example"].contains(&keyword);
        unread.declares.as_deref() == Some(name) || in_record || (around.is_none() && !declares_no_name)
    }

    /// Whether all lines of a declaration could be read.
    pub(super) fn is_whole(&self, declaration: Span) -> bool {
        !self.ast.unread.iter().any(|unread| contains(declaration, unread.span))
    }

    /// Reports what is declared nowhere, once all of their places are known.
    pub(super) fn check_unknown(&mut self) {
        for (_, diagnostic) in std::mem::take(&mut self.unknown) {
            self.report(diagnostic);
        }
    }
}

fn contains(whole: Span, part: Span) -> bool {
    whole.start <= part.start && part.end <= whole.end
}
