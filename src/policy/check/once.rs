//! `once`: the keys within one employee, and how long a key stays taken.

use super::context::Context;
use super::{Checker, at, types};
use crate::diagnostic::Diagnostic;
use crate::policy::{CalendarId, Expr, Once, PeriodKind, Window};
use crate::syntax::ast;

impl Checker<'_> {
    pub(super) fn once(&mut self, context: &mut Context, once: &ast::Once) -> Option<Once> {
        if let Some(window) = self.calendar_as_key(context, once) {
            return Some(Once { span: once.span, keys: Vec::new(), window });
        }
        let keys: Vec<Option<Expr>> = once.keys.iter().map(|key| self.once_key(context, key)).collect();
        let window = match &once.window {
            Some(window) => self.window(window),
            None => Some(Window::Ever),
        };
        Some(Once { span: once.span, keys: keys.into_iter().collect::<Option<_>>()?, window: window? })
    }

    /// `once per semester`: a single word that is no field may be a calendar.
    fn calendar_as_key(&self, context: &Context, once: &ast::Once) -> Option<Window> {
        let ([ast::Node { kind: ast::ExprKind::Name(word), .. }], None) = (once.keys.as_slice(), &once.window) else { return None };
        let calendar = self.calendars.iter().position(|calendar| calendar.name == *word)?;
        self.target(context, word).is_empty().then_some(Window::Period(PeriodKind::Named(CalendarId(calendar as u16))))
    }

    fn once_key(&mut self, context: &mut Context, key: &ast::Expr) -> Option<Expr> {
        let key = self.expr(context, key)?;
        if types::is_key(key.ty) {
            return Some(key);
        }
        let message = "a length of time tells no two rows apart";
        self.report(
            Diagnostic::error("not-a-key", at(key.span), message).help("name the field that tells them apart, such as `credential_id`"),
        );
        None
    }
}
