//! Random policies: a fixed set of records, and awards and limits in every combination of clauses.

use super::expressions::{Place, Words};
use super::policy_text::{Block, PolicyText};
use crate::reference::random::Random;

/// What the limits must know of an award.
pub struct Sketch {
    pub name: String,
    pub place: Place,
    pub prorated: bool,
    pub recovery: bool,
    /// Every amount is a rate for each hour.
    pub hourly: bool,
    /// It moves the person's step.
    pub moves: bool,
}

/// Which clauses a policy may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Everything the language has.
    Anything,
    /// Limits whose excess is lost, no proration before them, no conditions of their own: what a second run must not pay again.
    Postable,
    /// Awards that move the person's step, and limits on their number.
    Moving,
    /// Units that people earn, and awards that spend them.
    Banking,
    /// A sum for everybody, and awards that claim from it.
    Pooling,
    /// Limits over everybody or a group, beside those of each employee.
    Sharing,
    /// Sets of rows, awards on completing them, and roles.
    Stacking,
    /// The same beside what is postable.
    PostableSharing,
    /// Sets beside what is postable.
    PostableStacking,
}

impl Shape {
    pub const ALL: [Shape; 7] =
        [Shape::Anything, Shape::Postable, Shape::Moving, Shape::Banking, Shape::Pooling, Shape::Sharing, Shape::Stacking];
}

pub fn policy(random: &mut Random, shape: Shape) -> PolicyText {
    let shares = matches!(shape, Shape::Sharing | Shape::PostableSharing);
    let has_sets = matches!(shape, Shape::Stacking | Shape::PostableStacking);
    let shape = if matches!(shape, Shape::PostableSharing | Shape::PostableStacking) { Shape::Postable } else { shape };
    let dated_fte = random.percent(40);
    let mut blocks = vec![head(random), semester(), filing(), holidays(), employee(dated_fte), credential(), course(), site()];
    let lets = lets(random, dated_fte);
    blocks.extend(super::tables::tables(random));
    let mut everybody = (shape != Shape::Postable && random.percent(30), false);
    let names: Vec<String> = (0..lets.len()).map(|number| format!("value_{number}")).collect();
    blocks.extend(lets);
    if everybody.0 {
        let mut words = Words { everybody: false, ..Words::new(random, Place::Anywhere, dated_fte) };
        blocks.extend(super::populations::populations(&mut words));
        everybody.1 = words.counts_peers;
    }
    let mut banks = Vec::new();
    if shape == Shape::Banking {
        banks = super::banks::banks(random);
        blocks.extend(super::banks::credit_limit(random, &banks));
        blocks.extend(banks.clone());
    }
    let mut stacks = Vec::new();
    if has_sets {
        let (sets, sketches) = super::sets::sets(&mut Words { effective: false, ..Words::new(random, Place::Credential, dated_fte) });
        blocks.extend(sets);
        stacks = sketches;
    }
    let count = 1 + random.below(3);
    let pool = if shape == Shape::Pooling { Some(super::pools::pool(random, count)) } else { None };
    let claims = pool.as_ref().map(|(_, method, caps)| (*method, *caps));
    blocks.extend(pool.map(|(block, ..)| block));
    let mut sketches: Vec<Sketch> = Vec::new();
    let reads_posted = !shares && shape != Shape::Pooling && random.percent(25);
    for number in 0..count {
        let earlier = if reads_posted { sketches.as_slice() } else { &[] };
        let has = (dated_fte, everybody, claims, (stacks.as_slice(), banks.as_slice()));
        let (block, sketch) = award(random, (format!("Award {number}"), has, &names), earlier, shape);
        blocks.push(block);
        sketches.push(sketch);
    }
    for _ in 0..[0, 0, 1, 1, 1, 1, 1, 2, 2, 3][random.below(10)] {
        let limit = super::limits::limit(random, &sketches, (dated_fte, shape));
        blocks.extend((shape != Shape::Pooling).then_some(limit));
    }
    if shares {
        blocks.extend(super::sharing::limits(random, &sketches));
    }
    if !has_sets && !matches!(shape, Shape::Banking | Shape::Pooling) {
        blocks.extend(super::choices::choose(random, &sketches, shape));
    }
    if !shares && !has_sets && matches!(shape, Shape::Anything | Shape::Moving | Shape::Postable) {
        let back = super::recoveries::recovery(random, &sketches, &blocks, shape);
        super::recoveries::carry_nothing_past(&back, &mut blocks);
        blocks.extend(back);
    }
    PolicyText { blocks }
}

fn head(random: &mut Random) -> Block {
    let mut head = Block::new("policy \"Random\"", &[]);
    head.push(match random.below(4) {
        0 => "effective from 2023-07-01 to 2024-12-31",
        _ => "effective from 2022-07-01",
    });
    let mode = random.pick(&["half up", "half down", "half even", "up", "down"]);
    let unit = random.pick(&["the cent", "the cent", "the dollar", "$0.05"]);
    head.push(format!("rounding {mode} to {unit}"));
    head.push(format!("month end {}", random.pick(&["last day", "last day", "next day", "refuse"])));
    head.push(format!("fiscal year starts {}", random.pick(&["July 1", "July 1", "October 1"])));
    head.push(format!("school year starts {}", random.pick(&["August 1", "September 1"])));
    if random.percent(10) {
        head.push("held rows hold the person");
    }
    head
}

fn semester() -> Block {
    let periods = [
        "\"spring 2023\" from 2023-01-09 to 2023-05-31",
        "\"fall 2023\" from 2023-08-15 to 2023-12-20",
        "\"spring 2024\" from 2024-01-08 to 2024-06-30",
        "\"fall 2024\" from 2024-07-01 to 2024-12-20",
        "\"spring 2025\" from 2025-01-06 to 2025-05-30",
    ];
    Block::new("calendar semester", &periods)
}

fn filing() -> Block {
    let lines = [
        "\"cycle 1\" every year from July 1 to October 15, effective next November 1, paid next November 15",
        "\"winter\" every year from November 1 to February 28, effective last September 1, paid next March 31",
        "\"spring\" from 2024-03-01 to 2024-06-30, effective 2024-08-15, paid 2024-06-28",
    ];
    Block::new("calendar filing", &lines)
}

fn holidays() -> Block {
    Block::new(
        "calendar holidays",
        &["\"break\" every year from December 24 to January 1", "\"July 4\" every year on July 4", "\"one day\" on 2024-07-01"],
    )
}

fn employee(dated_fte: bool) -> Block {
    let mut record =
        Block::new("record employee", &["employee id", "base_salary money, optional", "hired date", "certified date, optional"]);
    record.push("track one of teaching, support");
    record.push("step integer");
    if dated_fte {
        record.push("fte number, dated from fte_from to fte_to");
        record.push("fte_from date, optional");
        record.push("fte_to date, optional");
    } else {
        record.push("fte number");
    }
    record
}

fn credential() -> Block {
    let fields = [
        "employee employee",
        "credential_id text",
        "category text",
        "status one of in_progress, earned, revoked",
        "enrolled date",
        "approved date, optional",
        "reviewers integer, optional",
        "hours number",
        "claimed money, optional",
        "confirmed yes/no, optional",
        "place site, optional",
    ];
    Block::new("record credential", &fields)
}

/// Looked up by its key.
fn site() -> Block {
    let mut site = Block::new("record site", &["site key", "region one of north, south", "size integer, optional"]);
    ["bonus money, dated from bonus_from to bonus_to", "bonus_from date, optional", "bonus_to date, optional"]
        .into_iter()
        .for_each(|field| site.push(field));
    site
}

fn course() -> Block {
    Block::new("record course", &["employee employee", "code text", "finished date", "credits number", "level one of basic, advanced"])
}

fn lets(random: &mut Random, dated_fte: bool) -> Vec<Block> {
    let mut blocks = Vec::new();
    for number in 0..random.below(3) {
        let lets = (0..number).map(|earlier| format!("value_{earlier}")).collect();
        let mut words = Words { lets, ..Words::new(random, Place::Anywhere, dated_fte) };
        if words.random.percent(50) {
            blocks.push(Block::new(format!("let value_{number} = {}", words.money(1)), &[]));
        } else {
            let by = words.random.pick(&["effective date", "employee.hired"]).to_string();
            let (first, second) = (words.money(0), words.money(1));
            let cases = [format!("from 2010-01-01 to 2024-06-30 {first}"), format!("from 2024-07-01 {second}")];
            blocks.push(Block { header: format!("let value_{number} by {by}"), clauses: cases.to_vec() });
        }
    }
    blocks
}

/// Whether FTE is dated; whether there are values over everybody, and whether those of the peers are counts; how claims are made;
/// the sets and the banks.
type Has<'s> = (bool, (bool, bool), Option<(super::pools::Method, bool)>, (&'s [super::sets::SetSketch], &'s [Block]));

fn award(random: &mut Random, (name, has, lets): (String, Has<'_>, &[String]), earlier: &[Sketch], shape: Shape) -> (Block, Sketch) {
    let (dated_fte, (everybody, counts_peers), claims, (stacks, banks)) = has;
    let place = *random.pick(&[Place::Credential, Place::Credential, Place::Credential, Place::Course, Place::Period]);
    let place = if claims.is_some() { Place::Credential } else { place };
    let each = match place {
        Place::Credential => "credential".to_string(),
        Place::Course => "course".to_string(),
        Place::Period | Place::Anywhere => {
            format!("employee each {}", random.pick(&["fiscal year", "school year", "calendar year", "semester", "month"]))
        }
    };
    let completing = super::sets::trigger(&mut Words::new(random, place, dated_fte), stacks);
    let completing = completing.map(|set| (set.place, format!("on completing \"{}\"", set.name)));
    let blocks = super::banks::blocks(&mut Words::new(random, place, dated_fte), banks);
    let comes_in_blocks = blocks.is_some();
    let (place, stands_for) = completing.or(blocks).unwrap_or((place, format!("for each {each}")));
    let mut block = Block::new(format!("award \"{name}\" {stands_for}"), &[]);
    let awards = earlier.iter().map(|sketch| sketch.name.clone()).collect();
    let mut words = Words { lets: lets.to_vec(), awards, everybody, counts_peers, ..Words::new(random, place, dated_fte) };
    for number in 0..words.random.below(if comes_in_blocks { 2 } else { 4 }) {
        let condition = words.condition(2);
        block.push(format!("{} {condition}", if number == 0 { "if" } else { "and" }));
    }
    needs(&mut block, &mut words);
    if shape == Shape::Moving && words.random.percent(40) {
        let reading = words.random.pick(&["employee.step", "(employee.step as of effective date)", "(employee.step as of employee.hired)"]);
        block.push(format!("and {reading} at least {}", words.random.between(4, 7)));
    }
    if !comes_in_blocks {
        once(&mut block, &mut words, shape);
    }
    if matches!(shape, Shape::Anything | Shape::Sharing) && words.random.percent(20) && matches!(place, Place::Credential | Place::Course) {
        block.push(if place == Place::Course { "by finished" } else { "by enrolled" });
    }
    if words.random.percent(15) && place == Place::Credential {
        block.push("ties by hours");
    }
    if shape != Shape::Postable && claims.is_none() && words.random.percent(10) {
        block.push(*words.random.pick(&["wait 1 year between", "wait 30 days, then 1 year between", "wait 6 months between"]));
    }
    if shape == Shape::Banking {
        super::banks::spends(&mut block, &mut words);
    }
    let spends = comes_in_blocks || block.clauses.iter().any(|clause| clause.starts_with("spend"));
    super::sets::asks(&mut block, &mut words, stacks);
    let grants = !stacks.is_empty() && words.random.percent(30);
    if grants {
        super::sets::grants(&mut block, &mut words);
    }
    let recovery = shape == Shape::Anything && words.random.percent(8);
    let moves = (shape == Shape::Moving && words.random.percent(70)) || (shape == Shape::Banking && words.random.percent(20));
    let hourly = claims.is_none() && !moves && place == Place::Credential && words.random.percent(30);
    if hourly {
        let rates = [words.random.pick(&["$50", "$33.33", "$120"]), words.random.pick(&["$20", "$75.50"])];
        if words.random.percent(30) {
            let condition = words.condition(1);
            block.push(format!("pay {} * hours {} when {condition}", rates[0], kind(&mut words, recovery)));
        }
        block.push(format!("pay {} * hours {}", rates[1], kind(&mut words, recovery)));
    } else if grants && words.random.percent(30) {
        // the role alone
    } else if moves {
        super::moves::moves(&mut block, &mut words);
    } else if let Some(claims) = claims {
        if words.random.percent(25) {
            let (claim, condition) = (super::pools::claim(words.random, claims), words.condition(1));
            block.push(format!("{claim} when {condition}"));
        }
        block.push(super::pools::claim(words.random, claims));
    } else {
        pays(&mut block, &mut words, recovery);
    }
    let prorated = matches!(shape, Shape::Anything | Shape::Sharing) && words.random.percent(30);
    block.push(if prorated { format!("prorate by {}", words.fte()) } else { "not prorated".into() });
    if words.random.percent(15) {
        block.push(format!("round {} to the dollar", words.random.pick(&["half up", "down", "half even"])));
    }
    words.effective = false;
    words.everybody = false;
    words.awards.clear();
    let effective = match (place, words.random.below(4)) {
        (Place::Credential, 0..=2) => "approved".to_string(),
        (Place::Course, 0..=2) => "finished".to_string(),
        (Place::Period, 0..=1) => "period start".to_string(),
        // an award whose date lies before its period would be new in the past
        (Place::Period, _) if shape == Shape::Postable => "period start".to_string(),
        _ => words.date(2),
    };
    block.push(format!("effective on {effective}"));
    if claims.is_some() {
        block.push("paid on last day of month of effective date");
    } else {
        super::choices::payments(&mut block, words.random);
    }
    if claims.is_none() && stacks.is_empty() && !spends && !prorated && !recovery && !hourly && !moves && place != Place::Period {
        super::choices::recurrence(&mut block, words.random);
    }
    (block, Sketch { name, place, prorated, recovery, hourly, moves: moves || grants })
}

fn needs(block: &mut Block, words: &mut Words<'_>) {
    if words.awards.is_empty() || words.random.percent(70) {
        return;
    }
    let award = words.random.pick(&words.awards).clone();
    let period = *words.random.pick(&["", "", " in the same fiscal year", " in the same school year", " in the same semester"]);
    block.push(format!("needs \"{award}\"{period}"));
}

fn once(block: &mut Block, words: &mut Words<'_>, shape: Shape) {
    if shape == Shape::Anything && words.random.percent(35) {
        return;
    }
    let keys: &[&str] = match words.place {
        Place::Credential if shape == Shape::Postable => &["once per credential_id", "once per credential_id, category"],
        Place::Credential => &[
            "once per credential_id",
            "once per credential_id, category",
            "once per category per fiscal year",
            "once per category per semester",
            "once per credential_id every 1 year",
            "once per category every 6 months",
            "once per fiscal year",
            "once ever",
        ],
        Place::Course => &["once per code", "once per code per school year", "once per code every 2 years"],
        Place::Period | Place::Anywhere => return,
    };
    let clause = if shape == Shape::Postable { keys[0] } else { *words.random.pick(keys) };
    block.push(clause);
}

fn pays(block: &mut Block, words: &mut Words<'_>, recovery: bool) {
    for _ in 0..words.random.below(2) {
        let (amount, condition) = (words.money(1), words.condition(1));
        block.push(format!("pay {amount} {} when {condition}", kind(words, recovery)));
    }
    let amount = if words.random.percent(25) {
        let window = words.random.pick(&[" per fiscal year", " per school year", " per semester", " ever"]).to_string();
        let (first, second, rest) = (words.money(0), words.money(0), words.money(1));
        let (count, next) = (words.random.between(1, 2), words.random.between(1, 2));
        if words.random.percent(50) {
            format!("first {count}{window} at {first}, next {next} at {second}, then {rest}")
        } else {
            format!("first {count}{window} at {first}, then {rest}")
        }
    } else {
        words.money(2)
    };
    let round = if words.random.percent(15) { ", rounded half up to the dollar" } else { "" };
    // sometimes no line holds
    let when = if words.random.percent(12) { format!(" when {}", words.condition(1)) } else { String::new() };
    block.push(format!("pay {amount} {}{round}{when}", kind(words, recovery)));
}

fn kind(words: &mut Words<'_>, recovery: bool) -> &'static str {
    match (recovery, words.random.percent(50)) {
        (true, _) => "as recovery",
        (false, true) => "as stipend",
        (false, false) => "to base salary",
    }
}
