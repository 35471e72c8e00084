//! Random expressions that the checker should accept.

use crate::reference::random::Random;

/// Where an expression stands, which says what it may name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Credential,
    Course,
    /// An award for each employee and period.
    Period,
    /// A limit over awards of several records.
    Anywhere,
}

pub struct Words<'a> {
    pub random: &'a mut Random,
    pub place: Place,
    /// The policy has several dated rows per person.
    pub dated_fte: bool,
    /// Lets that may be named here.
    pub lets: Vec<String>,
    /// Awards whose amounts may be read here.
    pub awards: Vec<String>,
    /// Whether `effective date` may be said.
    pub effective: bool,
    /// Whether the policy has values over everybody, and whether those of the peers are counts.
    pub everybody: bool,
    pub counts_peers: bool,
}

pub const DURATIONS: [&str; 7] = ["1 year", "6 months", "90 days", "1 month", "2 years", "1 year 6 months", "30 days"];
const PERIODS: [&str; 6] = ["fiscal year", "school year", "calendar year", "month", "semester", "filing"];

impl<'a> Words<'a> {
    pub fn new(random: &'a mut Random, place: Place, dated_fte: bool) -> Words<'a> {
        let (lets, awards) = (Vec::new(), Vec::new());
        Words { random, place, dated_fte, lets, awards, effective: true, everybody: false, counts_peers: false }
    }

    fn pick(&mut self, choices: &[&str]) -> String {
        (*self.random.pick(choices)).to_string()
    }

    pub fn money(&mut self, depth: u32) -> String {
        let literal = self.pick(&["$50", "$75.50", "$100", "$150", "$200", "$200", "$333.33", "$1,000"]);
        if depth == 0 {
            return literal;
        }
        match self.random.below(19) {
            16..=17 => self.cell(),
            0 => format!("{literal} * {}", self.number(depth - 1)),
            1 => format!("{literal} * {}", self.fte()),
            2 => format!("{} of employee.base_salary", self.pick(&["5 %", "1.25 %", "10 percent"])),
            3 => format!("(greatest of {}, {})", self.money(depth - 1), self.money(depth - 1)),
            4 => format!("(least of {}, {})", self.money(depth - 1), self.money(depth - 1)),
            5 => format!("(if {} then {} else {})", self.condition(depth - 1), self.money(depth - 1), self.money(depth - 1)),
            6 => format!("({} + {})", self.money(depth - 1), self.money(depth - 1)),
            7 => format!("({} - {})", self.money(depth - 1), self.money(depth - 1)),
            18 => format!("({literal} - (-{}))", self.money(0)),
            8 => format!("{literal} / {}", self.pick(&["3", "7", "2", "12"])),
            9 => format!("({literal} * {} rounded half even to the dollar)", self.pick(&["1.005", "0.125", "2.5"])),
            10 if self.place == Place::Credential => "claimed".into(),
            12 if self.place == Place::Credential => {
                format!("place.bonus as of {}", self.pick(&["enrolled", "employee.hired", "2024-07-01"]))
            }
            12 => format!("(sum of bonus of site where {})", self.pick(&["region is north", "size at least 20", "site is \"S\""])),
            11 => format!("(sum of claimed of {}credential where {})", self.pick(&["", "known "]), self.counted_condition()),
            13 if !self.awards.is_empty() => {
                let award = self.random.pick(&self.awards).clone();
                let period =
                    if self.random.percent(50) { format!(" in {} of {}", self.pick(&PERIODS), self.simple_date()) } else { String::new() };
                format!("(amount of \"{award}\"{period} / 4)")
            }
            14 if !self.awards.is_empty() => format!("(1 % of base salary as of {})", self.simple_date()),
            _ if !self.lets.is_empty() => self.random.pick(&self.lets).clone(),
            _ => literal,
        }
    }

    pub fn number(&mut self, depth: u32) -> String {
        let literal = self.pick(&["2", "0.5", "3", "1.5", "0.75"]);
        match self.random.below(14) {
            8 if depth > 0 => {
                let inner = self.counted_condition();
                format!(
                    "(consecutive reviewers of {}credential through {} where {inner})",
                    self.pick(&["", "known "]),
                    self.random.between(1, 4)
                )
            }
            9 if depth > 0 => {
                let (known, per) = (self.pick(&["", "known "]), self.pick(&["category", "calendar year of approved", "place.region"]));
                let inner = self.counted_condition();
                format!("(sum of hours of {known}credential, at most {} per {per} where {inner})", self.random.between(1, 5))
            }
            10 if depth > 0 => format!("({} of {})", self.pick(&["hours", "hours", "reviewers"]), self.picked()),
            11 if depth > 0 => {
                let (side, by) = (self.pick(&["latest", "first"]), self.pick(&["approved", "enrolled", "hours"]));
                let (count, inner, counted) = (self.random.between(1, 3), self.inner_condition(), self.counted_condition());
                format!("(count of ({side} {count} credential by {by} where {inner}) where {counted})")
            }
            12 if depth > 0 => self.label(),
            13 if self.everybody => self.of_everybody(),
            7 if depth > 0 => {
                let (period, day) = (self.pick(&PERIODS), self.date(0));
                format!("(days of {period} of {day} from {} to {})", self.date(0), self.date(0))
            }
            0 if self.place == Place::Credential => "hours".into(),
            1 if self.place == Place::Course => "credits".into(),
            2 => self.fte(),
            3 if depth > 0 => {
                let unit = self.pick(&["years", "months", "days"]);
                format!("({unit} from {} to {})", self.date(0), self.date(depth - 1))
            }
            4 if depth > 0 => format!("(count of credential where {})", self.counted_condition()),
            5 if depth > 0 => format!("(sum of hours of credential where {})", self.counted_condition()),
            _ => literal,
        }
    }

    /// One row of the person's credentials.
    fn picked(&mut self) -> String {
        let (known, side) = (self.pick(&["", "", "known "]), self.pick(&["latest", "first"]));
        let (by, inner) = (self.pick(&["approved", "enrolled", "hours"]), self.counted_condition());
        format!("{known}{side} credential by {by} where {inner}")
    }

    pub fn fte(&mut self) -> String {
        if !self.dated_fte {
            return "employee.fte".into();
        }
        let date = if self.effective && self.random.percent(50) { "effective date".into() } else { self.simple_date() };
        format!("fte as of {date}")
    }

    /// A date that needs no parentheses behind `as of`.
    fn simple_date(&mut self) -> String {
        match (self.place, self.random.below(3)) {
            (Place::Credential, 0) => "enrolled".into(),
            (Place::Credential, 1) => "approved".into(),
            (Place::Course, 0 | 1) => "finished".into(),
            (_, 0) => "employee.hired".into(),
            _ => self.date_literal(),
        }
    }

    fn date_literal(&mut self) -> String {
        self.pick(&["2024-07-01", "2024-06-30", "2024-02-29", "2025-01-31", "2023-12-31", "2024-08-15"])
    }

    pub fn date(&mut self, depth: u32) -> String {
        if depth == 0 {
            return match (self.place, self.random.below(4)) {
                (Place::Period, 0) => "period start".into(),
                (Place::Period, 1) => "period end".into(),
                (_, 2) if self.effective => "effective date".into(),
                _ => self.simple_date(),
            };
        }
        let inner = self.date(depth - 1);
        match self.random.below(16) {
            11 => format!("(filing.{} of {inner})", self.pick(&["effective", "paid", "start", "end"])),
            12 => format!("(next filing.{} {} {inner})", self.pick(&["effective", "paid", "start"]), self.pick(&["on or after", "after"])),
            13 => format!("({} working days {} {inner} except holidays)", self.pick(&["1", "2", "10"]), self.pick(&["after", "before"])),
            14 => {
                let words = ["first working day on or after", "last working day on or before", "last working day of month of"];
                format!("({} {inner}{})", self.pick(&words), self.pick(&["", " except holidays"]))
            }
            0 => format!("({inner} + {})", self.pick(&DURATIONS)),
            1 => format!("({inner} - {})", self.pick(&DURATIONS)),
            2 => format!("(start of {} of {inner})", self.pick(&PERIODS)),
            3 => format!("(end of {} of {inner})", self.pick(&PERIODS)),
            4 => format!("(next {} {} {inner})", self.pick(&["October 1", "July 1", "February 28"]), self.pick(&["on or after", "after"])),
            5 => format!("(first day of month after {inner})"),
            6 => format!("(last day of month of {inner})"),
            7 => {
                let nth = self.pick(&["first", "second", "third", "fourth", "last"]);
                let weekday = self.pick(&["Monday", "Friday", "Sunday"]);
                let month = self.pick(&["February", "September"]);
                format!("({nth} {weekday} of {month} {} {inner})", self.pick(&["on or after", "after"]))
            }
            8 => format!("({} approved of credential where {})", self.pick(&["first", "latest"]), self.counted_condition()),
            9 => format!("(greatest of {inner}, {})", self.simple_date()),
            10 => format!("({} of {})", self.pick(&["approved", "enrolled"]), self.picked()),
            _ => inner,
        }
    }

    pub fn condition(&mut self, depth: u32) -> String {
        if depth > 0 {
            match self.random.below(10) {
                6 => {
                    let conditions = [self.condition(depth - 1), self.condition(depth - 1), self.condition(0)];
                    return format!(
                        "at least {} of (({}), ({}), ({}))",
                        self.random.between(1, 3),
                        conditions[0],
                        conditions[1],
                        conditions[2]
                    );
                }
                8 if self.everybody => return self.holds_over_everybody(),
                0 => return format!("({} or {})", self.condition(depth - 1), self.condition(depth - 1)),
                1 => return format!("({} and {})", self.condition(depth - 1), self.condition(depth - 1)),
                2 => return format!("not ({})", self.condition(depth - 1)),
                3 => return format!("{} {} {}", self.date(depth - 1), self.date_comparison(), self.date(depth - 1)),
                4 => {
                    let relation = self.pick(&["after", "before", "of"]);
                    return format!("{} within {} {relation} {}", self.date(depth - 1), self.pick(&DURATIONS), self.date(0));
                }
                5 => return self.over_rows(),
                _ => {}
            }
        }
        match (self.place, self.random.below(8)) {
            (Place::Credential, 0..=5) => self.inner_condition(),
            (Place::Course, 0 | 1) => format!("level is {}", self.pick(&["basic", "advanced"])),
            (Place::Course, 2) => format!("credits at least {}", self.random.between(1, 4)),
            (Place::Course, 3) => "code is not \"X\"".into(),
            (_, 4) => format!("employee.track is {}", self.pick(&["teaching", "support"])),
            (_, 5) => "employee.certified is known".into(),
            (_, 6) => format!("employee.base_salary more than {}", self.pick(&["$40,000", "$50,000"])),
            _ => format!("years from employee.hired to {} at least {}", self.simple_date(), self.random.between(0, 3)),
        }
    }

    fn date_comparison(&mut self) -> String {
        self.pick(&["on or before", "on or after", "before", "after", "on"])
    }

    /// About the fields of a credential, wherever it is looked at from.
    pub fn inner_condition(&mut self) -> String {
        match self.random.below(14) {
            11 => format!("place.region is {}", self.pick(&["north", "south"])),
            12 => "place.size at least 20".into(),
            0 | 1 => format!("category {} \"{}\"", self.pick(&["is", "is not"]), self.pick(&["badge", "course"])),
            2 | 3 => format!("status is {}", self.pick(&["earned", "earned", "in_progress"])),
            4 => "status is one of earned, revoked".into(),
            5 => format!("reviewers at least {}", self.random.between(1, 3)),
            6 => format!("reviewers is {}", self.pick(&["missing", "known"])),
            7 => format!("reviewers between 1 and {}", self.random.between(1, 3)),
            8 => format!("approved within {} after enrolled", self.pick(&DURATIONS)),
            9 => "enrolled on or before approved".into(),
            10 => format!("confirmed is {}", self.pick(&["yes", "no"])),
            _ => format!("hours {} {}", self.pick(&["more than", "less than", "at most"]), self.random.between(1, 6)),
        }
    }

    /// Inside the counting of credentials: sometimes next to the award's own row.
    fn counted_condition(&mut self) -> String {
        match (self.place, self.random.below(8)) {
            (Place::Credential, 0) => format!("hours {} own hours", self.pick(&["at least", "at most", "less than"])),
            (Place::Credential, 1) => "category is own category".into(),
            (Place::Credential, 2) => format!("approved {} own approved", self.date_comparison()),
            (Place::Course, 0) => format!("enrolled {} own finished", self.date_comparison()),
            (Place::Credential | Place::Course | Place::Period | Place::Anywhere, _) => self.inner_condition(),
        }
    }

    fn over_rows(&mut self) -> String {
        let inner = self.counted_condition();
        match self.random.below(4) {
            0 => format!("(any credential where {inner})"),
            1 => format!("(every credential where {inner})"),
            2 => format!("(count of credential where {inner}) at least {}", self.random.between(1, 3)),
            _ => format!("(latest approved of credential where {inner}) on or before {}", self.date_literal()),
        }
    }
}
