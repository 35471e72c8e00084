//! Small random policies with one award that takes back, and rows with dates on the borders of what they say.

use super::case::Case;
use super::data::Data;
use super::entitlements::months_later;
use super::policy_text::{Block, PolicyText};
use crate::reference::days::Day;
use crate::reference::random::Random;
use crate::reference::ratio::Ratio;
use crate::reference::world::{Row, Val};

/// What is taken of a payment.
#[derive(Clone, Copy, Debug)]
pub enum Share {
    All,
    /// So many of so many parts.
    Part(i64, i64),
    /// 100 %, 62.5 % and 20 % by the months served, and nothing from 36 on.
    Bands,
    /// By the months that are missing from 24.
    Linear,
    /// Whole dollars.
    Dollars(i64),
}

#[derive(Clone, Copy, Debug)]
pub enum When {
    Always,
    ReasonIs(&'static str),
    /// Left at most so many months after it began, both days included.
    Within(i64),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Which {
    SameRow,
    Key,
    Every,
    /// Every payment of so many months before the person left, or later.
    Since(i64),
}

/// Who leaves, in which form.
#[derive(Clone, Debug)]
pub struct Departure {
    pub employee: String,
    pub grant: String,
    pub began: Day,
    pub left: Day,
    pub reason: Option<&'static str>,
}

#[derive(Clone, Debug)]
pub struct Grant {
    pub employee: String,
    pub grant: String,
    pub cents: i64,
    pub granted: Day,
}

/// A policy with its rows, as figures.
#[derive(Clone, Debug)]
pub struct Recovery {
    pub lines: Vec<(When, Share)>,
    pub which: Which,
    pub excused: Vec<&'static str>,
    pub rounding: (Mode, i64),
    pub to_base_salary: bool,
    pub in_instalments: bool,
    pub recovery_first: bool,
    pub days_later: i64,
    pub grants: Vec<Grant>,
    pub departures: Vec<Departure>,
}

#[derive(Clone, Copy, Debug)]
pub enum Mode {
    Up,
    Down,
    HalfUp,
    HalfDown,
    HalfEven,
}

pub const BANDS: [(i64, i64); 3] = [(12, 1000), (24, 625), (36, 200)];
pub const LINEAR: i64 = 24;

impl Recovery {
    pub fn random(seed: u64) -> Recovery {
        let mut random = Random::new(seed);
        let share = |random: &mut Random| {
            *random.pick(&[
                Share::All,
                Share::Bands,
                Share::Bands,
                Share::Linear,
                Share::Linear,
                Share::Part(75, 100),
                Share::Part(1, 3),
                Share::Dollars(500),
                Share::Dollars(77),
            ])
        };
        let lines = match random.below(4) {
            0 => vec![(When::Within(12), Share::All), (When::Within(24), Share::Part(1, 2)), (When::Within(36), Share::Part(1, 3))],
            1 => vec![(When::ReasonIs("died"), Share::Part(1, 8)), (When::Always, share(&mut random))],
            _ => vec![(When::Always, share(&mut random))],
        };
        let which =
            *random.pick(&[Which::SameRow, Which::SameRow, Which::Key, Which::Key, Which::Every, Which::Since(12), Which::Since(6)]);
        let excused = random.pick(&[vec![], vec!["retired"], vec!["retired", "died"]]).clone();
        let rounding = *random.pick(&[
            (Mode::HalfUp, 1),
            (Mode::HalfUp, 1),
            (Mode::Down, 1),
            (Mode::HalfEven, 1),
            (Mode::HalfDown, 5),
            (Mode::Up, 100),
        ]);
        let grants = grants(&mut random);
        Recovery {
            lines,
            which,
            excused,
            rounding,
            to_base_salary: random.percent(25),
            in_instalments: random.percent(25),
            recovery_first: random.percent(30),
            days_later: if random.percent(25) { 30 } else { 0 },
            departures: departures(&mut random, &grants, which),
            grants,
        }
    }

    /// The policy and the rows, as both evaluators read them.
    pub fn case(&self, as_of: Day) -> Case {
        let mut blocks = vec![
            Block::new(
                "policy \"What may be kept\"",
                &["effective from 2020-01-01", &format!("rounding {}", self.rounding()), "month end last day"],
            ),
            Block::new("record employee", &["employee id"]),
        ];
        let leaving = ["began date", "reason one of resigned, retired, died, optional", "left date, optional"];
        let grant = ["employee employee", "grant_id text", "fee money"];
        if self.which == Which::SameRow {
            blocks.push(Block::new("record grant", &[&grant[..], &leaving[..]].concat()));
        } else {
            blocks.push(Block::new("record grant", &[&grant[..], &["began date"]].concat()));
            blocks.push(Block::new(
                "record departure",
                &[&["employee employee", "departure_id text", "grant_id text"], &leaving[..]].concat(),
            ));
        }
        let mut bands = Block::new("table owed by months", &["months | part"]);
        for (place, (until, part)) in BANDS.iter().enumerate() {
            let from = if place == 0 { "under".into() } else { format!("{} to under", BANDS[place - 1].0) };
            bands.push(format!("{from} {until} | {}.{} %", part / 10, part % 10));
        }
        bands.push("otherwise | 0 %");
        blocks.push(bands);
        let kind = if self.to_base_salary { "to base salary" } else { "as stipend" };
        let fee = Block::new(
            "award \"Fee\" for each grant",
            &["once per grant_id", &format!("pay fee {kind}, not prorated"), "effective on began"],
        );
        let back = self.award_that_takes_back();
        blocks.extend(if self.recovery_first { [back, fee] } else { [fee, back] });
        Case { policy: PolicyText { blocks }, data: self.data(), as_of }
    }

    fn award_that_takes_back(&self) -> Block {
        let (record, key) = if self.which == Which::SameRow { ("grant", "grant_id") } else { ("departure", "departure_id") };
        let mut back = Block::new(format!("award \"Back\" for each {record}"), &["if left is known"]);
        match self.excused.as_slice() {
            [] => {}
            [one] => back.push(format!("and reason is not {one}")),
            several => back.push(format!("and reason is not one of {}", several.join(", "))),
        }
        back.push(format!("once per {key}"));
        let what = match self.which {
            Which::SameRow => "\"Fee\"".into(),
            Which::Key => "\"Fee\" for grant_id".into(),
            Which::Every => "every \"Fee\"".into(),
            Which::Since(months) => format!("every \"Fee\" since left - {months} months"),
        };
        for (when, share) in &self.lines {
            let share = match share {
                Share::All => "all".into(),
                Share::Part(top, 100) => format!("{top} %"),
                Share::Part(top, bottom) => format!("{top}/{bottom}"),
                Share::Bands => "owed[months from began to left]".into(),
                Share::Linear => format!("(({LINEAR} - (least of (months from began to left), {LINEAR})) / {LINEAR})"),
                Share::Dollars(dollars) => format!("${dollars}"),
            };
            let when = match when {
                When::Always => String::new(),
                When::ReasonIs(reason) => format!(" when reason is {reason}"),
                When::Within(months) => format!(" when left within {months} months after began"),
            };
            back.push(format!("recover {share} of {what}{when}"));
        }
        back.push("reopens nothing");
        back.push(if self.days_later == 0 { "effective on left".into() } else { format!("effective on left + {} days", self.days_later) });
        if self.in_instalments {
            back.push("paid in 3 monthly instalments from effective date, remainder in the last");
        }
        back
    }

    fn rounding(&self) -> String {
        let mode = match self.rounding.0 {
            Mode::Up => "up",
            Mode::Down => "down",
            Mode::HalfUp => "half up",
            Mode::HalfDown => "half down",
            Mode::HalfEven => "half even",
        };
        let unit = match self.rounding.1 {
            1 => "the cent",
            5 => "$0.05",
            _ => "the dollar",
        };
        format!("{mode} to {unit}")
    }

    fn data(&self) -> Data {
        let text = |name: &str, value: &str| (name.to_owned(), Val::Text(value.into()));
        let leaving = |departure: &Departure| {
            let reason = departure.reason.map_or(Val::Missing, |reason| Val::Text(reason.into()));
            [("began", Val::Date(departure.began)), ("left", Val::Date(departure.left)), ("reason", reason)]
                .map(|(name, value)| (name.to_owned(), value))
        };
        let mut data = Data::default();
        let mut ids: Vec<&String> = self.grants.iter().map(|grant| &grant.employee).collect();
        ids.dedup();
        data.tables.insert("employee".into(), ids.iter().map(|id| Row::from([text("employee", id)])).collect());
        let grants = self.grants.iter().map(|grant| {
            let mut row = Row::from([text("employee", &grant.employee), text("grant_id", &grant.grant)]);
            row.insert("fee".into(), Val::Num(Ratio::new(grant.cents.into(), 100)));
            row.insert("began".into(), Val::Date(grant.granted));
            let own = self.departures.iter().find(|departure| self.which == Which::SameRow && departure.grant == grant.grant);
            row.extend(own.into_iter().flat_map(leaving));
            row
        });
        data.tables.insert("grant".into(), grants.collect());
        if self.which != Which::SameRow {
            let departures = self.departures.iter().zip(1..).map(|(departure, number)| {
                let (employee, grant) = (text("employee", &departure.employee), text("grant_id", &departure.grant));
                let mut row = Row::from([employee, grant, text("departure_id", &format!("D{number}"))]);
                row.extend(leaving(departure));
                row
            });
            data.tables.insert("departure".into(), departures.collect());
        }
        data
    }
}

fn grants(random: &mut Random) -> Vec<Grant> {
    let days = [(2022, 8, 31), (2023, 1, 31), (2023, 2, 28), (2023, 7, 1), (2024, 2, 29), (2024, 7, 15)];
    let mut grants = Vec::new();
    for employee in 0..1 + random.below(2) {
        for grant in 0..1 + random.below(3) {
            let (year, month, number) = *random.pick(&days);
            grants.push(Grant {
                employee: format!("{}", 1001 + employee),
                grant: format!("{employee}{}", ["A", "B", "C"][grant]),
                cents: *random.pick(&[100_001, 33_333, 250_000, 7_702, 50_000]),
                granted: Day::of(year, month, number),
            });
        }
    }
    grants
}

/// On the borders of the bands and of what is looked back on, and on the days around them.
fn departures(random: &mut Random, grants: &[Grant], which: Which) -> Vec<Departure> {
    let mut departures = Vec::new();
    for grant in grants {
        let most = if which == Which::SameRow { 1 } else { 2 };
        for _ in 0..random.below(most + 1) {
            let other = random.pick(grants);
            let began = if which == Which::SameRow || random.percent(70) { grant.granted } else { other.granted };
            let months = *random.pick(&[0, 6, 12, 12, 24, 24, 36, 36, 13, 23]);
            let left = months_later(if random.percent(80) { began } else { grant.granted }, months).0 + random.between(-1, 1);
            departures.push(Departure {
                employee: grant.employee.clone(),
                grant: grant.grant.clone(),
                began,
                left: Day(left),
                reason: *random.pick(&[Some("resigned"), Some("resigned"), Some("resigned"), Some("retired"), Some("died"), None]),
            });
        }
    }
    departures
}

impl std::fmt::Display for Recovery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let case = self.case(Day::of(2027, 12, 31));
        write!(f, "{}\n{}", case.policy, case.data)
    }
}
