//! Policy text and bytes to a run, without opening any file: what the commands and the tests share.

use crate::diagnostic::Diagnostics;
use crate::policy::{self, Policy};
use crate::source::Source;
use crate::syntax;

/// The policy, when nothing in it is an error.
pub fn compile(source: &Source, diagnostics: &mut Diagnostics) -> Option<Policy> {
    let ast = syntax::parse(source, diagnostics);
    policy::compile(source, &ast, diagnostics).filter(|_| !diagnostics.has_errors())
}
