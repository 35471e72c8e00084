//! One person: the candidates, their queue, and what is left when it is over.

pub(in crate::eval) mod candidate;
mod check;
pub(in crate::eval) mod next;
pub(in crate::eval) mod queue;
pub(in crate::eval) mod rejected;
pub(in crate::eval) mod screen;
mod stretch;
pub(in crate::eval) mod timeline;
