//! Fixed bounds, the same on every machine: what is refused here is refused everywhere.

/// The largest policy file: 1 MiB.
pub const FILE_BYTES: usize = 1 << 20;
/// Declarations in a file.
pub const DECLARATIONS: usize = 2_000;
/// Clauses in a declaration, and lines in a clause.
pub const CLAUSES: usize = 10_000;
/// Bytes of a clause, over all its lines; a grid's lines count one by one.
pub const CLAUSE_BYTES: usize = 20_000;
/// Characters of a text in quotation marks.
pub const TEXT_CHARACTERS: usize = 2_000;
/// Characters of a name.
pub const NAME_CHARACTERS: usize = 64;
/// Digits of a number, before and behind its point.
pub const DIGITS: usize = 18;
/// Brackets in brackets, and words such as `if`, `not` or `of` that take in what follows.
pub const NESTING: usize = 64;
/// Years in a duration; months and days accordingly.
pub const DURATION_YEARS: i64 = 1_000;
