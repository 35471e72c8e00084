//! Values: what an expression comes to at one place, step by step.

pub(in crate::eval) mod aggregate;
pub(in crate::eval) mod calendar;
pub(in crate::eval) mod expr;
pub(in crate::eval) mod fields;
pub(in crate::eval) mod formula;
pub(in crate::eval) mod formulas;
mod known;
pub(in crate::eval) mod look_up;
pub(in crate::eval) mod money;
pub(in crate::eval) mod operation;
pub(in crate::eval) mod operators;
pub(in crate::eval) mod rows;
pub(in crate::eval) mod table;
mod taken_apart;
pub(in crate::eval) mod working_day;
