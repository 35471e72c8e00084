//! Random tables, and look-ups in them: brackets, ragged lanes, `n/a`, versions, searches, neighbours.

use super::expressions::{Place, Words};
use super::policy_text::Block;
use crate::reference::random::Random;

pub fn tables(random: &mut Random) -> Vec<Block> {
    vec![rates(random), grid(random), bonus(random)]
}

/// Brackets, in versions by date.
fn rates(random: &mut Random) -> Block {
    let mut table = Block::new("table rates by hours", &["from 2022-01-01 to 2024-06-30", "hours | rates"]);
    for row in ["under 2.5 | $40", "2.5 to under 4 | $80.25", "4 or more | $120"] {
        table.push(row);
    }
    table.push("from 2024-07-01");
    table.push("hours | rates");
    let rows: &[&str] =
        if random.percent(50) { &["up to 1 | $45", "more than 1 | $99.99"] } else { &["1 to 2.5 | $60", "8 | $200", "otherwise | $75.50"] };
    rows.iter().for_each(|row| table.push(*row));
    table
}

/// One key down and one across; a lane that does not reach so far, and a cell that does not apply.
fn grid(random: &mut Random) -> Block {
    let mut table = Block::new("table grid by step, track", &["step | teaching | support"]);
    for step in 4..8 {
        let teaching = 100 + 35 * (step - 4);
        let support = match random.below(5) {
            0 => "n/a".to_string(),
            1 if step > 5 => String::new(),
            _ => format!("${}.50", teaching - 20),
        };
        table.push(format!("{step} | ${teaching} | {support}"));
    }
    if random.percent(50) {
        table.push("otherwise | $50 | n/a");
    }
    table
}

/// Three keys, all of them down.
fn bonus(random: &mut Random) -> Block {
    let mut table = Block::new("table extra by category, status, reviewers", &["category | status | reviewers | extra"]);
    for category in ["badge", "course"] {
        for status in ["earned", "revoked"] {
            let rows = [format!("{category} | {status} | 1 | $30"), format!("{category} | {status} | 2 or more | $33.33")];
            rows.into_iter().filter(|_| random.percent(80)).for_each(|row| table.push(row));
        }
    }
    table.push("badge | in_progress | 1 | $5");
    table
}

impl Words<'_> {
    /// Money out of a table.
    pub fn cell(&mut self) -> String {
        let least = *self.random.pick(&["$90", "$120", "$140", "$500"]);
        let day = *self.random.pick(&["2024-06-30", "2024-07-01", "employee.hired"]);
        match (self.place, self.random.below(7)) {
            (Place::Credential, 0) => format!("rates[hours] as of {}", self.random.pick(&["enrolled", "approved", "2024-06-30"])),
            (Place::Credential, 1) => "extra[category, status, reviewers]".into(),
            (Place::Course, 0) => format!("rates[credits] as of {}", self.random.pick(&["finished", "2024-07-01"])),
            (_, 2) => format!("(greatest of grid[employee.step, employee.track], {least})"),
            (_, 3) => format!("(lowest cell of grid[any, employee.track] at least {least})"),
            (_, 4) => format!("({} cell of grid[any, employee.track])", self.random.pick(&["first", "last"])),
            (_, 5) => format!("(last cell of rates[any] as of {day})"),
            _ => "grid[employee.step, employee.track]".into(),
        }
    }

    /// A number out of a table.
    pub fn label(&mut self) -> String {
        let search =
            self.random.pick(&["first cell of grid[any, employee.track]", "lowest cell of grid[any, employee.track] at least $130"]);
        format!("(step of {search})")
    }
}
