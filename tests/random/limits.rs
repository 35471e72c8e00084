//! Random limits: what they cover, how much, in which window, and what becomes of the excess.

use super::expressions::{DURATIONS, Place, Words};
use super::policies::{Shape, Sketch};
use super::policy_text::Block;
use crate::reference::random::Random;

pub fn limit(random: &mut Random, sketches: &[Sketch], (dated_fte, shape): (bool, Shape)) -> Block {
    let mut covered: Vec<&Sketch> = sketches.iter().filter(|_| random.percent(70)).collect();
    if covered.is_empty() {
        covered.push(random.pick(sketches));
    }
    let place = if covered.iter().all(|sketch| sketch.place == covered[0].place) { covered[0].place } else { Place::Anywhere };
    let place = if place == Place::Period { Place::Anywhere } else { place };
    let mut words = Words::new(random, place, dated_fte);
    let names: Vec<String> = covered.iter().map(|sketch| format!("\"{}\"", sketch.name)).collect();
    let mut header = format!("limit {}", names.join(", "));
    if shape == Shape::Anything && words.random.percent(20) {
        header += &format!(" where {}", words.condition(0));
    }
    let moves = covered.iter().any(|sketch| sketch.moves);
    let money = !moves && words.random.percent(70) || covered.iter().any(|sketch| sketch.recovery);
    let most = match words.random.below(6) {
        _ if !money && covered.iter().all(|sketch| sketch.hourly) && words.random.percent(70) => {
            format!("{} hours", words.random.between(2, 12))
        }
        _ if !money => format!("{} awards", words.random.between(1, 3)),
        0 => format!("$600 * {}", words.fte()),
        1 => "(if employee.track is teaching then $500 else $250)".into(),
        2 => "$333.33".into(),
        _ => (*words.random.pick(&["$600", "$200", "$450", "$100"])).to_string(),
    };
    let window = window(&mut words);
    let per = if window == "ever" { String::new() } else { "per ".into() };
    let mut block = Block::new(format!("{header} to {most} {per}{window}"), &[]);
    if covered.iter().any(|sketch| sketch.prorated) {
        block.push(*words.random.pick(&["before proration", "after proration"]));
    }
    let excess = excess(&mut words, &window, shape);
    let only_waits = moves || matches!(shape, Shape::Sharing);
    let excess = if only_waits && !excess.starts_with("excess waits") { "excess is lost".into() } else { excess };
    let hours_carried = most.ends_with("hours") && excess.contains("carried");
    block.push(if hours_carried || (!money && excess.ends_with("stipend")) { "excess is lost".into() } else { excess });
    if (money || most.ends_with("hours")) && words.random.percent(20) {
        block.push("whole awards only");
    }
    block
}

fn window(words: &mut Words<'_>) -> String {
    match words.random.below(10) {
        0..=3 => format!("rolling {}", words.random.pick(&DURATIONS)),
        4 => "ever".into(),
        5 => format!("{} from the first award", words.random.pick(&DURATIONS)),
        6 => "year from employee.hired".into(),
        _ => (*words.random.pick(&["fiscal year", "school year", "calendar year", "month", "semester"])).to_string(),
    }
}

fn excess(words: &mut Words<'_>, window: &str, shape: Shape) -> String {
    let lasting = window == "ever" || window == "semester";
    match words.random.below(10) {
        _ if shape == Shape::Postable => "excess is lost".into(),
        0 | 1 => "excess is paid as stipend".into(),
        2..=6 if !lasting && !window.starts_with("rolling") && !window.ends_with("award") => "excess is carried to the next period".into(),
        7 if !window.starts_with("rolling") && window.ends_with("award") => "excess is carried to the next period".into(),
        4..=8 if !lasting => {
            let until = if words.random.percent(20) { ", until 2025-01-31 at the latest" } else { "" };
            let expires = match words.random.below(4) {
                0 => format!("{} expires after {}", if until.is_empty() { "" } else { "," }, words.random.pick(&DURATIONS)),
                _ => String::new(),
            };
            format!("excess waits{until}{}", expires)
        }
        _ => "excess is lost".into(),
    }
}
