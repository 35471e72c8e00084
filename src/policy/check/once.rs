//! `once`: the keys within one employee, and how long a key stays taken.

use super::context::Context;
use super::{Checker, at, references};
use crate::diagnostic::Diagnostic;
use crate::policy::{Expr, Once, Window};
use crate::syntax::ast;

impl Checker<'_> {
    pub(super) fn once(&mut self, context: &mut Context, once: &ast::Once) -> Option<Once> {
        let keys: Vec<Option<Expr>> = once.keys.iter().map(|key| self.once_key(context, key)).collect();
        let window = match &once.window {
            Some(window) => self.window(window),
            None => Some(Window::Ever),
        };
        Some(Once { span: once.span, keys: keys.into_iter().collect::<Option<_>>()?, window: window? })
    }

    fn once_key(&mut self, context: &mut Context, key: &ast::Expr) -> Option<Expr> {
        let key = self.expr(context, key)?;
        if references::is_key(key.ty) {
            return Some(key);
        }
        let message = "a length of time tells no two rows apart";
        self.report(
            Diagnostic::error("not-a-key", at(key.span), message).help("name the field that tells them apart, such as `credential_id`"),
        );
        None
    }
}
