//! Layouts: the files a payroll system takes, described as data. A layout says what stands where; the district says its codes.

mod amount;
mod cell;
mod check;
mod control;
mod day;
mod lines;
mod load;
mod read_back;
mod render;
mod template;
mod written;

pub use load::{Files, Layout, shipped_names};
pub use read_back::expect_same;
pub use render::{PayrollFile, render};
