//! One person: the candidates, their queue, and what is left when it is over.

pub(in crate::eval) mod candidate;
pub(in crate::eval) mod check;
mod link;
pub(in crate::eval) mod next;
mod placing;
pub(in crate::eval) mod queue;
pub(in crate::eval) mod rejected;
pub(in crate::eval) mod reused;
pub(in crate::eval) mod screen;
mod stretch;
pub(in crate::eval) mod timeline;
