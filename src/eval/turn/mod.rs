//! One candidate in its turn of the queue.

pub(in crate::eval) mod amount;
pub(in crate::eval) mod beside;
pub(in crate::eval) mod choose;
pub(in crate::eval) mod claim;
pub(in crate::eval) mod decide;
pub(in crate::eval) mod grant;
pub(in crate::eval) mod instalment;
pub(in crate::eval) mod key;
pub(in crate::eval) mod limit;
pub(in crate::eval) mod parts;
pub(in crate::eval) mod qualify;
pub(in crate::eval) mod recur;
pub(in crate::eval) mod room;
pub(in crate::eval) mod spending;
pub(in crate::eval) mod verdict;
pub(in crate::eval) mod work;
