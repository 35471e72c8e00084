//! A second evaluator, slow and obvious, straight from the tree: the oracle of the random cases.
//!
//! It shares nothing with the program but the tree: its own fractions, its own day numbers, its own rows.
//! Where DESIGN leaves room, its readings are listed in `readings.md`.

mod banks;
mod choose;
pub mod days;
mod expressions;
mod limits;
mod moves;
mod opening;
mod names;
pub mod periods;
pub mod pools;
mod population;
mod posted;
pub mod program;
mod qualified;
pub mod random;
pub mod ratio;
pub mod recoveries;
mod rejected;
pub mod recurring;
mod rows;
mod sets;
mod tables;
pub mod timeline;
mod together;
mod triggers;
mod windows;
mod working_days;
pub mod world;
mod worth;
