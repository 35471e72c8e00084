//! Random sets, and awards that stand for their completion or ask how they stand.

use super::expressions::{DURATIONS, Place, Words};
use super::policy_text::Block;

/// A set that awards may ask for, and whose rows it counts.
#[derive(Clone)]
pub struct SetSketch {
    pub name: String,
    pub place: Place,
}

/// One or two sets, of credentials or of courses.
pub fn sets(words: &mut Words<'_>) -> (Vec<Block>, Vec<SetSketch>) {
    let count = 1 + words.random.below(2);
    let shares = words.random.percent(50);
    let mut places: Vec<Place> = Vec::new();
    for _ in 0..count {
        let course = words.random.percent(20);
        places.push(if course { Place::Course } else { Place::Credential });
    }
    let one_record = places.iter().all(|place| *place == places[0]);
    // which rows a set uses up where each counts for one line, and there are more than it needs, is left open
    let apart = count == 2 && one_record && !shares;
    let mut blocks = Vec::new();
    for (number, place) in places.iter().enumerate() {
        words.place = *place;
        let mut block = set(words, (number, apart));
        if shares && count == 2 && one_record && number == 1 {
            block.push("shares with \"Stack 0\"");
        }
        blocks.push(block);
    }
    let sketches = places.into_iter().enumerate().map(|(number, place)| SetSketch { name: format!("Stack {number}"), place });
    (blocks, sketches.collect())
}

fn set(words: &mut Words<'_>, (number, apart): (usize, bool)) -> Block {
    let course = words.place == Place::Course;
    let record = if course { "course" } else { "credential" };
    let mut block = Block::new(format!("set \"Stack {number}\" for each {record}"), &[]);
    if number == 1 && words.random.percent(15) {
        block.push(format!("if {}(completed \"Stack 0\")", words.random.pick(&["", "not "])));
    } else if words.random.percent(50) {
        block.push(format!("if {}", words.condition(1)));
    }
    // now and then by the words of a list
    let by_words = words.random.percent(20);
    block.push(match (course, by_words) {
        (true, false) => "counts code",
        (true, true) => "counts level",
        (false, false) => "counts credential_id",
        (false, true) => "counts status",
    });
    let earned = if course { "earned on finished" } else { *words.random.pick(&["earned on approved", "earned on enrolled"]) };
    block.push(earned);
    let names = match (course, by_words) {
        (true, false) => vec!["X", "Y", "Z"],
        (true, true) => vec!["basic", "advanced"],
        (false, false) => vec!["A", "B", "C", "D"],
        (false, true) => vec!["earned", "in_progress", "revoked"],
    };
    if words.random.percent(30) {
        block.push("from 2020-07-01 to 2024-06-30");
        lines(words, &names, &mut block);
        block.push("from 2024-07-01");
        lines(words, &names, &mut block);
        block.push(*words.random.pick(&["list as of the first row", "list as of completion"]));
    } else {
        lines(words, &names, &mut block);
    }
    if words.random.percent(25) {
        let (given, wanted) = (*words.random.pick(&names), *words.random.pick(&names));
        let listed = block.clauses.iter().any(|clause| clause.contains(&format!("\"{wanted}\"")));
        block.clauses.extend((listed && given != wanted).then(|| format!("accept \"{given}\" for \"{wanted}\"")));
    }
    let one = if apart { "one row counts for every line" } else { "one row counts for one line" };
    block.push(*words.random.pick(&[one, "one row counts for every line"]));
    time(words, &mut block);
    if words.random.percent(30) {
        block.push(format!(
            "required if {}",
            words.random.pick(&["track is teaching", "hired after 2021-06-30 and track is support", "certified before 2024-07-01"])
        ));
        if words.random.percent(60) {
            block.push(format!("due {}", words.random.pick(&["hired + 2 years", "certified + 1 year", "2024-06-30"])));
        }
    }
    block
}

/// What completes it.
fn lines(words: &mut Words<'_>, names: &[&str], block: &mut Block) {
    for _ in 0..1 + words.random.below(2) {
        let first = words.random.below(names.len());
        let count = 1 + words.random.below(names.len().min(3));
        let listed: Vec<String> = (first..first + count).map(|at| format!("\"{}\"", names[at % names.len()])).collect();
        let line = match words.random.below(5) {
            0 | 1 => format!("all of {}", listed.join(", ")),
            2 => format!("at least {} of {}", 1 + words.random.below(count), listed.join(", ")),
            3 => format!("at least {} where {}", 1 + words.random.below(2), words.condition(0)),
            _ => format!("at least {}", 1 + words.random.below(3)),
        };
        block.push(line);
    }
}

fn time(words: &mut Words<'_>, block: &mut Block) {
    let duration = *words.random.pick(&DURATIONS);
    match words.random.below(8) {
        0 => block.push(*words.random.pick(&[
            "complete by 2024-06-30",
            "complete by employee.hired + 2 years",
            "complete by employee.certified",
        ])),
        1 | 2 => block.push(format!("complete within {duration} from the first row")),
        3 => block.push(format!("complete within any {duration}")),
        _ => {}
    }
    if words.random.percent(20) {
        block.push(format!("each row counts for {}", words.random.pick(&["1 year", "6 months", "2 years"])));
    }
}

/// What the award stands for: the completion of a set, or each row.
pub fn trigger<'a>(words: &mut Words<'_>, sets: &'a [SetSketch]) -> Option<&'a SetSketch> {
    if sets.is_empty() || words.random.percent(35) {
        return None;
    }
    Some(words.random.pick(sets))
}

/// Conditions on how a set stands.
pub fn asks(block: &mut Block, words: &mut Words<'_>, sets: &[SetSketch]) {
    if sets.is_empty() || words.random.percent(50) {
        return;
    }
    let set = words.random.pick(sets).clone();
    let name = &set.name;
    let reading = match words.random.below(7) {
        0 | 1 => format!("(completed \"{name}\")"),
        2 => format!("not (completed \"{name}\")"),
        3 => format!("(missing from \"{name}\" at most {})", words.random.between(0, 2)),
        4 => format!("(date \"{name}\" was completed on or after 2024-07-01)"),
        5 => format!("(date \"{name}\" was completed is missing)"),
        _ if set.place == words.place => format!("not (completes \"{name}\")"),
        _ => format!("(date \"{name}\" was completed is known)"),
    };
    let has_conditions = block.clauses.iter().any(|clause| clause.starts_with("if"));
    block.push(format!("{} {reading}", if has_conditions { "and" } else { "if" }));
}

/// A role, and perhaps a second one; true where the award may do without a pay line.
pub fn grants(block: &mut Block, words: &mut Words<'_>) {
    let until = match words.random.below(5) {
        0 => " until effective date + 1 year".to_string(),
        1 => " until employee.certified if known".into(),
        2 => " until employee.certified".into(),
        3 => format!(" until {}", words.date(1)),
        _ => String::new(),
    };
    block.push(format!("grants \"Coach\"{until}"));
    if words.random.percent(20) {
        block.push("grants \"Mentor\"");
    }
}
