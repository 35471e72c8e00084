//! What says where rows were read that were put into another order.

use rayon::prelude::*;

use super::bits::Bits;
use super::grouping::Order;
use super::table::Rows;

/// By row: where it was read.
#[derive(Clone, Debug, Default)]
pub enum Reordered {
    /// The rows stand as they were read.
    #[default]
    Not,
    /// As which row it was read.
    Rows(Vec<u32>),
    /// Its number in the only file, where these ascend. It is asked for with every line that is written, and costs no search so.
    Numbers(Vec<u32>),
}

/// Rows that one thread looks at together.
const TOGETHER: usize = 1 << 14;

impl Reordered {
    /// Of rows that were put into an order.
    pub fn of(order: Order, read: &Rows) -> Reordered {
        match &read.segments[..] {
            [only] if only.numbers.ascend() => Reordered::Numbers(order.into_rows(|row| only.numbers.get(row - only.first))),
            _ => Reordered::Rows(order.into_rows(|row| row)),
        }
    }

    /// Whether any of some rows is there, each by as which row it was read, and by its number.
    pub fn has_any(&self, read: &[(u32, u32)]) -> bool {
        match self {
            Reordered::Not => !read.is_empty(),
            Reordered::Rows(rows) => any_of(read.iter().map(|(row, _)| *row), rows),
            Reordered::Numbers(numbers) => any_of(read.iter().map(|(_, number)| *number), numbers),
        }
    }
}

/// Whether some of these are among all.
fn any_of(some: impl Iterator<Item = u32>, all: &[u32]) -> bool {
    let some: Bits = some.collect();
    !some.is_empty() && all.par_chunks(TOGETHER).any(|all| all.iter().any(|one| some.has(*one)))
}
