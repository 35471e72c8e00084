//! Guarantees: what the program says of one must be what adding up every stretch of time says (decision 0026).

use std::collections::BTreeMap;

use stipend::eval::{Broken, How, Line, PassedOver, PersonRun};
use stipend::syntax::ast::PayKind;

use super::case::Case;
use super::facts::{date, facts};
use super::laws::{Law, broken, day, ratio};
use super::policy_text::Block;
use crate::reference::days::{Day, MonthEndRule};
use crate::reference::random::Random;
use crate::reference::ratio::{Ratio, ZERO};

/// A guarantee that is drawn beside the policy.
struct Drawn {
    who: &'static str,
    most: Ratio,
    /// No award name is in the way of this one.
    award: Option<&'static str>,
    kind: Option<(&'static str, PayKind)>,
    window: &'static str,
    at_least: bool,
}

/// What counts of one person.
struct Counted {
    id: String,
    /// Day, amount.
    lines: Vec<(Day, Ratio)>,
}

/// The verdict on a random guarantee is that of trying every day as the first of a stretch.
pub fn a_guarantee_is_what_every_stretch_says(case: &Case) -> Law {
    let text = case.policy.to_string();
    if text.contains("\n  by ") {
        return Ok(false); // an award counts on its placing date, which its lines do not say
    }
    let mut random = Random::new(text.bytes().fold(17, |sum, byte| sum * 31 % 1_000_003 + u64::from(byte)));
    let drawn = draw(&mut random);
    let mut case = case.clone();
    case.policy.blocks.push(Block::new(drawn.to_string(), &[]));
    let Ok(compiled) = case.compile() else { return Ok(false) };
    let policy = &compiled.policy;
    let name_of = |line: &Line| policy.award(line.award).name.clone();
    let rows = facts(policy, &case.data, &[]);
    let take = |people: &mut Vec<(Counted, Vec<Broken>)>, run: &PersonRun| {
        let lines = run.lines.iter().filter_map(|line| drawn.counts(&name_of(line), line)).collect();
        people.push((Counted { id: rows.employee(run.employee).to_string(), lines }, run.broken.to_vec()));
    };
    let mut all: Vec<(Counted, Vec<Broken>)> = Vec::new();
    let give = &mut |people| {
        all.extend(people);
        None
    };
    let everybody = stipend::eval::evaluate_groups((policy, &rows), date(case.as_of), PassedOver::Apart, (&take, give));
    let (people, found): (Vec<Counted>, Vec<Vec<Broken>>) = all.into_iter().unzip();
    let found: Vec<Broken> = found.into_iter().flatten().chain(everybody.broken).collect();
    if found.iter().any(|found| matches!(found.how, How::Unknown)) {
        return Ok(false);
    }
    let mut together: BTreeMap<String, Vec<(Day, Ratio)>> = BTreeMap::new();
    for person in people {
        let whom = if drawn.who == "everybody together" { String::new() } else { person.id };
        together.entry(whom).or_default().extend(person.lines);
    }
    let fails = together.values().filter(|lines| drawn.fails(&case, lines)).count();
    if fails != found.len() {
        return broken(format!("{drawn}\nfails for {fails}, and the program says for {}: {found:?}\n{together:?}", found.len()));
    }
    Ok(together.values().any(|lines| !lines.is_empty()))
}

fn draw(random: &mut Random) -> Drawn {
    let at_least = random.percent(15);
    let windows = ["in any 30 days", "in any 1 year", "in any 6 months", "in any calendar year", "in any month", "ever"];
    Drawn {
        who: random.pick::<&str>(&["each employee", "everybody together"]),
        most: Ratio::read(random.pick::<&str>(&["50", "100", "250.5", "600", "1500"])),
        award: if random.percent(40) { Some("Award 0") } else { None },
        kind: *random.pick(&[None, None, Some(("as stipend", PayKind::Stipend)), Some(("to base salary", PayKind::BaseSalary))]),
        window: if at_least { "in every calendar year" } else { random.pick::<&str>(&windows) },
        at_least,
    }
}

impl std::fmt::Display for Drawn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let bound = if self.at_least { "at least" } else { "at most" };
        write!(f, "guarantee {} receives {bound} ${}", self.who, self.most)?;
        self.award.map_or(Ok(()), |award| write!(f, " from \"{award}\""))?;
        self.kind.map_or(Ok(()), |(words, _)| write!(f, " {words}"))?;
        write!(f, " {}", self.window)
    }
}

impl Drawn {
    /// The day on which a line counts, and how much. What is taken back counts on the day of what it takes back, as what that was.
    fn counts(&self, award: &str, line: &Line) -> Option<(Day, Ratio)> {
        let award = line.reverses.as_ref().map_or(award, |reverses| &reverses.award);
        let kind = if line.reverses.is_some() && line.kind == PayKind::Recovery { PayKind::Stipend } else { line.kind };
        let is_meant = self.award.is_none_or(|wanted| wanted == award) && self.kind.is_none_or(|(_, wanted)| wanted == kind);
        let on = line.reverses.as_ref().map_or(line.effective, |reverses| reverses.effective);
        (is_meant && line.kind != PayKind::Move).then(|| (day(on), ratio(line.amount)))
    }

    fn fails(&self, case: &Case, lines: &[(Day, Ratio)]) -> bool {
        let sum = |from: Day, end: Day| {
            lines.iter().filter(|(day, _)| from <= *day && *day < end).map(|(_, amount)| *amount).fold(ZERO, Ratio::plus)
        };
        if self.at_least {
            // the two policies' days that a random head may say; only years that began and ended under them
            let is_short = case.policy.to_string().contains("effective from 2023-07-01 to 2024-12-31");
            let (first, last) = if is_short { (2024, case.as_of.min(Day::of(2024, 12, 31))) } else { (2023, case.as_of) };
            let years = (first..2030).map(|year| (Day::of(year, 1, 1), Day::of(year + 1, 1, 1)));
            return years.filter(|(_, end)| Day(end.0 - 1) <= last).any(|(from, end)| sum(from, end) < self.most);
        }
        let (Some(first), Some(last)) = (lines.iter().map(|line| line.0).min(), lines.iter().map(|line| line.0).max()) else {
            return false;
        };
        // a stretch may begin before the first line
        let days = || (first.0 - 400..=last.0).map(Day);
        let text = case.policy.to_string();
        let rule = if text.contains("month end last day") { MonthEndRule::LastDay } else { MonthEndRule::NextDay };
        let any = |months: i64, more: i64| days().any(|from| sum(from, from.plus(months, more, rule).expect("a day")) > self.most);
        match self.window {
            "in any 30 days" => any(0, 30),
            "in any 6 months" => any(6, 0),
            "in any 1 year" => any(12, 0),
            "in any calendar year" => days().map(|at| at.year_from(1, 1)).any(|(from, end)| sum(from, end) > self.most),
            "in any month" => days().filter(|at| at.civil().2 == 1).any(|at| sum(at, at.plus(1, 0, rule).expect("a day")) > self.most),
            _ => sum(first, Day(last.0 + 1)) > self.most,
        }
    }
}
