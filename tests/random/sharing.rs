//! Random limits over everybody or a group.

use super::expressions::{DURATIONS, Place};
use super::policies::Sketch;
use super::policy_text::Block;
use crate::reference::random::Random;

/// One or two of them, over some of the awards; they order people in one way.
pub fn limits(random: &mut Random, sketches: &[Sketch]) -> Vec<Block> {
    let is_of_credentials = sketches.iter().all(|sketch| sketch.place == Place::Credential);
    let ties = if is_of_credentials { *random.pick(&["ID", "hours", "enrolled"]) } else { *random.pick(&["ID", "hired", "step"]) };
    (0..1 + random.below(2)).map(|_| limit(random, sketches, (is_of_credentials, ties))).collect()
}

fn limit(random: &mut Random, sketches: &[Sketch], (is_of_credentials, ties): (bool, &str)) -> Block {
    let mut covered: Vec<&Sketch> = sketches.iter().filter(|_| random.percent(75)).collect();
    if covered.is_empty() {
        covered.push(random.pick(sketches));
    }
    let names: Vec<String> = covered.iter().map(|sketch| format!("\"{}\"", sketch.name)).collect();
    let condition = match random.below(10) {
        0 => " where employee.track is teaching",
        1 if is_of_credentials => " where reviewers at least 2",
        _ => "",
    };
    let is_hourly = covered.iter().all(|sketch| sketch.hourly);
    let is_money = !is_hourly && random.percent(70) || covered.iter().any(|sketch| sketch.recovery);
    let is_hours = !is_money && is_hourly && random.percent(80);
    let most = match random.below(4) {
        _ if is_hours => format!("{} hours", random.between(2, 20)),
        _ if !is_money => format!("{} awards", random.between(1, 5)),
        0 => "$333.33".into(),
        _ => (*random.pick(&["$600", "$1,000", "$450", "$150"])).to_string(),
    };
    let groups: &[&str] = if is_of_credentials {
        &["category", "employee.track", "reviewers"]
    } else {
        &["employee.track", "employee.step", "employee.certified"]
    };
    let over = if random.percent(50) { "in total".to_string() } else { format!("for each {}", random.pick(groups)) };
    let window = match random.below(10) {
        0..=2 => format!("per rolling {}", random.pick(&DURATIONS)),
        3 => "ever".into(),
        4 => format!("per {} from the first award", random.pick(&DURATIONS)),
        _ => format!("per {}", random.pick(&["fiscal year", "school year", "calendar year", "month", "semester"])),
    };
    let mut block = Block::new(format!("limit {}{condition} to {most} {over} {window}", names.join(", ")), &[]);
    if covered.iter().any(|sketch| sketch.prorated) {
        block.push(*random.pick(&["before proration", "after proration"]));
    }
    block.push(format!("ties by {ties}"));
    if !most.ends_with("awards") && random.percent(25) {
        block.push("whole awards only");
    }
    block.push("excess is lost");
    block
}
