//! Text files: which bytes are letters, which letters are cells, and how large ones are read in windows.

pub(in crate::facts::read) mod batch;
pub(in crate::facts::read) mod delimited;
pub(in crate::facts::read) mod encoding;
pub(in crate::facts::read) mod fixed;
pub(in crate::facts::read) mod line_ends;
mod marks;
pub(in crate::facts::read) mod named;
pub(in crate::facts::read) mod record;
pub(in crate::facts::read) mod seen;
pub(in crate::facts::read) mod spot;
pub(in crate::facts::read) mod windows;
