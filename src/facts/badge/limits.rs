//! How big the parts of a badge may be: real ones stay a hundredfold below.

/// One file of a folder or of a zip, images included.
pub const FILE_BYTES_MOST: usize = 32 << 20;
/// The credential's text inside an image, or in a signature.
pub const TEXT_BYTES_MOST: usize = 4 << 20;
/// Files in one zip, and credentials in one JSON list.
pub const ENTRIES_MOST: usize = 10_000;
/// Everything in one zip together, once inflated.
pub const ZIP_BYTES_MOST: usize = 128 << 20;
/// How many times its packed size a file of a zip may have: lists of badges come to forty, bombs to a thousand.
pub const RATIO_MOST: u64 = 200;
/// Up to this size any ratio is harmless.
pub const RATIO_FREE: u64 = 1 << 20;
/// Values of one JSON file.
pub const JSON_VALUES_MOST: usize = 2_000_000;
/// Lists and objects inside each other.
pub const JSON_DEPTH_MOST: usize = 32;
/// Chunks of one PNG, and pieces of one SVG.
pub const PIECES_MOST: usize = 200_000;
/// Values that stand for one field, such as several links to evidence.
pub const VALUES_MOST: usize = 50;
/// Statements that a linked-data proof may sign.
pub const STATEMENTS_MOST: usize = 2_000;
/// Nameless things in them that look alike. Telling these apart takes time that grows with their factorial.
pub const ALIKE_MOST: usize = 6;
/// Hashes of recipients times addresses of staff: every pair is tried.
pub const HASHES_MOST: usize = 60_000_000;
