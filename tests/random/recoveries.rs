//! Random awards that take back what another award paid.

use super::expressions::{Place, Words};
use super::policies::{Shape, Sketch};
use super::policy_text::Block;
use crate::reference::random::Random;

/// Sometimes an award that takes back what one of the others paid, for the same row, by its key or whatever it paid.
pub fn recovery(random: &mut Random, sketches: &[Sketch], blocks: &[Block], shape: Shape) -> Option<Block> {
    if !random.percent(25) {
        return None;
    }
    let sketch = random.pick(sketches);
    if sketch.recovery {
        return None;
    }
    let block = blocks.iter().find(|block| block.header.contains(&format!("award \"{}\"", sketch.name)))?;
    let place = match sketch.place {
        Place::Course => Place::Course,
        _ => Place::Credential,
    };
    let by_key = block.clauses.iter().any(|clause| clause == "once per credential_id");
    let is_once = block.clauses.iter().any(|clause| clause.starts_with("once"));
    let which = match random.below(4) {
        0 | 1 if sketch.place == place => format!("\"{}\"", sketch.name),
        2 if by_key && place == Place::Credential => format!("\"{}\" for credential_id", sketch.name),
        3 => {
            format!("every \"{}\" since {}", sketch.name, if place == Place::Course { "finished - 1 year" } else { "enrolled - 6 months" })
        }
        _ => format!("every \"{}\"", sketch.name),
    };
    let each = if place == Place::Course { "course" } else { "credential" };
    let mut back = Block::new(format!("award \"Back\" for each {each}"), &[]);
    let mut words = Words::new(random, place, false);
    let condition = words.condition(1);
    back.push(format!("if {condition}"));
    if shape == Shape::Postable || words.random.percent(40) {
        back.push(if place == Place::Course { "once per code" } else { "once per credential_id" });
    }
    if !sketch.moves && words.random.percent(30) {
        let condition = words.condition(0);
        back.push(format!("recover {} of {which} when {condition}", words.random.pick(&["50 %", "$150", "all"])));
    }
    let share = if sketch.moves { "all" } else { *words.random.pick(&["all", "all", "75 %", "1/3", "$150", "$75.50"]) };
    back.push(format!("recover {share} of {which}"));
    let free = ["nothing", "the key", "what waits", "the key and what waits"];
    let reopens = *words.random.pick(&free);
    if is_once || reopens != "nothing" || words.random.percent(90) {
        back.push(format!("reopens {reopens}"));
    }
    back.push(format!("effective on {}", effective(&mut words, place)));
    super::choices::payments(&mut back, words.random);
    Some(back)
}

/// A limit that carries covers nothing that is taken back: the checker wants it.
pub fn carry_nothing_past(back: &Option<Block>, blocks: &mut [Block]) {
    let Some(award) = back.iter().flat_map(|back| &back.clauses).find_map(|clause| clause.starts_with("recover ").then(|| named(clause)))
    else {
        return;
    };
    let covering = blocks.iter_mut().filter(|block| block.header.starts_with("limit ") && block.header.contains(award));
    let clauses = covering.flat_map(|block| &mut block.clauses);
    clauses.filter(|clause| clause.starts_with("excess is carried")).for_each(|clause| *clause = "excess is lost".into());
}

/// The award that a clause names, with its quotes.
fn named(clause: &str) -> &str {
    let start = clause.find('"').expect("a name");
    let length = clause[start + 1..].find('"').expect("a closing quote");
    &clause[start..start + length + 2]
}

fn effective(words: &mut Words<'_>, place: Place) -> &'static str {
    let days: &[&'static str] = match place {
        Place::Course => &["finished + 60 days", "next October 1 on or after finished", "finished"],
        _ => &["enrolled + 300 days", "next July 1 after enrolled", "approved", "last day of month of enrolled"],
    };
    days[words.random.below(days.len())]
}
