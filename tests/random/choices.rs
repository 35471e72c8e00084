//! Choices between the awards of a random policy, and awards in several payments.

use super::policies::{Shape, Sketch};
use super::policy_text::Block;
use crate::reference::random::Random;

pub fn choose(random: &mut Random, sketches: &[Sketch], shape: Shape) -> Option<Block> {
    if sketches.len() < 2 || random.percent(if shape == Shape::Postable { 90 } else { 60 }) {
        return None;
    }
    let mut names: Vec<String> = sketches.iter().map(|sketch| format!("\"{}\"", sketch.name)).collect();
    if random.percent(50) {
        names.reverse();
    }
    let by = *random.pick(&["highest of", "highest of", "first named of", "earliest of", "elected of"]);
    let mut block = Block::new(format!("choose {by} {}", names.join(", ")), &[]);
    let windows = ["per fiscal year", "per school year", "per month", "per semester", "per calendar year", "ever", "at each date"];
    let keyed = ["per category", "per status per fiscal year", "per category, status per school year"];
    let all_credentials = sketches.iter().all(|sketch| sketch.place == super::expressions::Place::Credential);
    block.push(if all_credentials && random.percent(50) { *random.pick(&keyed) } else { *random.pick(&windows) });
    if by == "highest of" {
        let compares = ["compare amount before proration", "compare amount after proration", "compare annual rate"];
        if sketches.iter().any(|sketch| sketch.prorated) || random.percent(50) {
            block.push(*random.pick(&compares));
        }
        block.push(*random.pick(&["ties to the first named", "ties to the earliest"]));
    }
    if by == "elected of" {
        block.push(format!("elected by if employee.track is teaching then {} else {}", names[0], names[1]));
        if random.percent(60) {
            block.push(format!("falls back to {}", random.pick(&names)));
        }
    }
    Some(block)
}

pub fn payments(block: &mut Block, random: &mut Random) {
    match random.below(10) {
        0..=2 => block.push("paid on last day of month of effective date"),
        3 => block.push("paid in 3 monthly instalments from effective date, remainder in the last"),
        4 => block.push("paid in 2 instalments on effective date, last day of month of effective date, remainder in the first"),
        _ => {}
    }
}

pub fn recurrence(block: &mut Block, random: &mut Random) {
    if random.percent(80) {
        return;
    }
    let ends =
        ["", " for 6 months", " for 2 years", " until 2024-12-31", " until employee.certified", " until employee.certified if known"];
    let every = *random.pick(&["monthly", "yearly"]);
    block.push(format!("{every}{}{}", random.pick(&ends), random.pick(&[", fixed", ", recalculated"])));
}
