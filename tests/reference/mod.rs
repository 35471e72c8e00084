//! A second evaluator, slow and obvious, straight from the tree: the oracle of the random cases.
//!
//! It shares nothing with the program but the tree: its own fractions, its own day numbers, its own rows.
//! Where DESIGN leaves room, its readings are listed in `readings.md`.

mod choose;
pub mod days;
mod expressions;
mod limits;
mod moves;
mod names;
pub mod periods;
mod posted;
pub mod program;
pub mod random;
pub mod ratio;
pub mod recurring;
mod rows;
pub mod timeline;
mod windows;
pub mod world;
mod worth;
