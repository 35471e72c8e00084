//! What was decided of one candidate, before it is written into its outcome.

use crate::eval::history::posted::Stop;
use crate::eval::outcome::{Disposition, Reason};
use crate::value::Number;

/// What a candidate came to, before it is written into its outcome.
#[derive(Debug)]
pub struct Verdict {
    pub disposition: Disposition,
    pub reason: Reason,
    pub amount: Number,
}

impl Verdict {
    /// Of a candidate that goes no further. In a box: most go on, and would carry the room for it from function to function.
    pub fn stopped(disposition: Disposition, reason: Reason) -> Box<Verdict> {
        Box::new(Verdict::without_money(disposition, reason))
    }

    /// Another one, with which nothing more is to be decided.
    #[inline]
    pub fn becomes(&mut self, other: Verdict) -> Result<(), Stop> {
        *self = other;
        Ok(())
    }

    #[inline]
    pub fn without_money(disposition: Disposition, reason: Reason) -> Verdict {
        Verdict { disposition, reason, amount: Number::ZERO }
    }
}
