//! What looks at all people: values, limits, pools and guarantees.

pub(in crate::eval) mod division;
pub(in crate::eval) mod guarantee;
pub(in crate::eval) mod pools;
pub(in crate::eval) mod population;
pub(in crate::eval) mod sequence;
