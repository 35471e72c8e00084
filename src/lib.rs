pub mod diagnostic;
pub mod eval;
pub mod facts;
pub mod policy;
pub mod source;
pub mod syntax;
pub mod value;
