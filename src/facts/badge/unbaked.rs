//! What comes out of an image: the text of a badge, or why there is none.

/// A badge's text and where it stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Baked {
    pub text: String,
    pub place: String,
}

/// Why an image gives no badge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A sound image without a badge.
    Nothing,
    Damaged(String),
    /// The standards forbid it, and a compressed text could be of any size.
    Compressed,
    Twice,
    TooLong,
}

impl Fault {
    pub fn damaged(why: &str) -> Fault {
        Fault::Damaged(why.to_owned())
    }
}
