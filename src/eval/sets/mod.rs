//! Sets: which rows fill which lines.

pub(in crate::eval) mod matching;
pub(in crate::eval) mod set;
pub(in crate::eval) mod set_row;
