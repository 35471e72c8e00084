//! One line of a set: what it lists, whether so many can come, and what stands for what.

use super::context::{Context, Posted};
use super::names::suggest;
use super::{Checker, at};
use crate::diagnostic::Diagnostic;
use crate::policy::Expr;
use crate::policy::set::SetLine;
use crate::source::Span;
use crate::syntax::ast::{self, Name};
use crate::value::Type;

impl Checker<'_> {
    pub(super) fn set_line(&mut self, context: Context, line: &ast::SetLine, (set, counts): (&ast::Set, Option<&Expr>)) -> Option<SetLine> {
        let condition = line.condition.as_ref().map(|condition| {
            let condition = self.expr(&mut Context { posted: Posted::NotYet, ..context }, condition);
            self.condition(condition)
        });
        let members = match &line.members {
            None => None,
            Some(members) => Some(self.members(members, counts)?),
        };
        let listed = members.as_ref().map(Vec::len);
        let need = match &line.count {
            Some(count) => count.kind.to_integer().and_then(|count| u32::try_from(count).ok()).unwrap_or(u32::MAX),
            None => listed.unwrap_or(0) as u32,
        };
        if let (Some(listed), Some(count)) = (listed, &line.count)
            && need as usize > listed
        {
            let message = format!("{need} are asked for, and {listed} are listed");
            self.report(Diagnostic::error("set-cannot-complete", at(count.span), message).help("lower the number, or list more"));
        }
        let _ = set;
        Some(SetLine { span: line.span, need, members, condition: super::sets::all_or_none(condition)? })
    }

    /// The words of a line, each once; where the field has a list of its own, words of that list.
    fn members(&mut self, members: &[Name], counts: Option<&Expr>) -> Option<Vec<String>> {
        let mut words: Vec<String> = Vec::new();
        for member in members {
            if words.contains(&member.kind) {
                let message = format!("`{}` is listed twice in one line", member.kind);
                let help = "list it once: the same credential counts once";
                self.report(Diagnostic::error("set-cannot-complete", at(member.span), message).help(help));
            }
            self.check_member(member, counts);
            words.push(member.kind.clone());
        }
        Some(words)
    }

    fn check_member(&mut self, member: &Name, counts: Option<&Expr>) {
        let Some(Type::Choice(choice)) = counts.map(|counts| counts.ty) else { return };
        let Some(known) = self.choices.get(usize::from(choice.0)).cloned() else { return };
        if !known.contains(&member.kind) {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            let unknown = Diagnostic::error("unknown-word", at(member.span), format!("`{}` is not a word of this list", member.kind));
            self.report(suggest(unknown, member, "word", &known));
        }
    }

    /// What stands for what; a chain would leave open how far it goes.
    pub(super) fn accepts(&mut self, (set, counts): (&ast::Set, Option<&Expr>)) -> Option<Vec<(String, String)>> {
        let known = self.diagnostics.len();
        let mut accepts: Vec<(String, String)> = Vec::new();
        for accept in &set.accepts {
            self.check_member(&accept.given, counts);
            self.check_member(&accept.wanted, counts);
            let listed = set.lists.iter().flat_map(|list| &list.lines).flat_map(|line| line.members.iter().flatten());
            let is_listed = listed.into_iter().any(|member| member.kind == accept.wanted.kind);
            let problem = if !is_listed {
                Some((accept.wanted.span, format!("no line lists `{}`", accept.wanted.kind), "name a credential of the lists"))
            } else if set.accepts.iter().any(|other| other.given.kind == accept.wanted.kind) {
                let message = format!("`{}` is accepted for another one itself", accept.wanted.kind);
                Some((accept.wanted.span, message, "write for which credential of the lists each one stands"))
            } else if accepts.iter().any(|(given, _)| *given == accept.given.kind) {
                let message = format!("`{}` is accepted for two credentials", accept.given.kind);
                Some((accept.given.span, message, "a row stands for one credential: keep one of the lines"))
            } else {
                None
            };
            if let Some((span, message, help)) = problem {
                self.report_accept(span, message, help);
            }
            accepts.push((accept.given.kind.clone(), accept.wanted.kind.clone()));
        }
        (self.diagnostics.len() == known).then_some(accepts)
    }

    fn report_accept(&mut self, span: Span, message: String, help: &str) {
        self.report(Diagnostic::error("accepted-for-what", at(span), message).help(help));
    }
}
