//! What the cells of one column have shown while they were read: what was corrected, and what has to be asked.

use std::collections::BTreeMap;

use super::order::OrderEvidence;

/// What reading a column has shown so far.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    pub order: OrderEvidence,
    /// Amounts that were taken to the cent.
    pub to_cent: u32,
    /// Times of day that were passed over.
    pub times: u32,
    /// IDs that had `.0` behind them.
    pub point_zero: u32,
    /// Percentages of which nobody said how they are written.
    pub percent_unknown: u32,
    /// Time stamps with a zone that became another day in the district's.
    pub moved: u32,
    /// A time stamp with a zone, where nothing says in which zone the district is.
    pub zoned: Option<String>,
    /// An amount or number with a decimal comma, and how many have a point.
    pub comma: Option<String>,
    pub points: u32,
    /// Texts that are no number in any style.
    pub no_numbers: u32,
    /// A share above two wholes, where nothing says how shares are written.
    pub above_two: Option<String>,
    /// IDs that were filled up with zeros: the ID, and as it was first written.
    pub padded: BTreeMap<String, String>,
    /// IDs that two differently written ones became.
    pub collisions: Vec<(String, String, String)>,
    /// Cells that stood in `="…"` or, as IDs, behind an apostrophe.
    pub wrapped: u32,
    /// Formulas in amounts and dates whose result is zero: perhaps never calculated.
    pub zero_results: u32,
}

impl Tally {
    /// Adds what cells further down have shown.
    pub fn join(&mut self, other: Tally) {
        self.order.join(other.order);
        self.to_cent += other.to_cent;
        self.times += other.times;
        self.point_zero += other.point_zero;
        self.percent_unknown += other.percent_unknown;
        self.zero_results += other.zero_results;
        self.moved += other.moved;
        self.wrapped += other.wrapped;
        self.points += other.points;
        self.no_numbers += other.no_numbers;
        self.zoned = self.zoned.take().or(other.zoned);
        self.comma = self.comma.take().or(other.comma);
        self.above_two = self.above_two.take().or(other.above_two);
        self.collisions.extend(other.collisions);
        for (id, written) in other.padded {
            match self.padded.get(&id) {
                Some(first) if *first != written => self.collisions.push((first.clone(), written, id)),
                Some(_) => {}
                None => drop(self.padded.insert(id, written)),
            }
        }
    }
}
