//! Fiscal, school and calendar years, months and named periods, found by walking.

use stipend::syntax::ast::{CalendarLine, CalendarSide, LineDay, LineSpan, PeriodWord};

use super::days::{Day, days_in_month};
use super::program::{Program, day};

/// The first day, and the first day after.
pub type Stretch = (Day, Day);

impl Program<'_> {
    /// None where no period holds the day.
    pub fn period_of(&self, word: &PeriodWord, at: Day) -> Option<Stretch> {
        let (year, month, _) = at.civil();
        let year_from = |start: &Option<stipend::syntax::ast::Node<stipend::value::YearStart>>| {
            let start = start.as_ref().expect("the year's start").kind;
            at.year_from(start.month.into(), start.day.into())
        };
        match word {
            PeriodWord::FiscalYear => Some(year_from(&self.head.fiscal_year)),
            PeriodWord::SchoolYear => Some(year_from(&self.head.school_year)),
            PeriodWord::CalendarYear => Some((Day::of(year, 1, 1), Day::of(year + 1, 1, 1))),
            PeriodWord::Month => {
                let first = Day::of(year, month, 1);
                Some((first, Day(first.0 + days_in_month(year, month))))
            }
            PeriodWord::Year => panic!("the checker refuses a bare year"),
            PeriodWord::Named(name) => self.named(name).into_iter().map(|(_, stretch)| stretch).find(|stretch| holds(*stretch, at)),
        }
    }

    /// The period after the one that holds the day.
    pub fn period_after(&self, word: &PeriodWord, at: Day) -> Option<Stretch> {
        let (_, end) = self.period_of(word, at)?;
        match word {
            PeriodWord::Named(name) => self.named(name).into_iter().map(|(_, stretch)| stretch).filter(|stretch| stretch.0 >= end).min(),
            PeriodWord::FiscalYear | PeriodWord::SchoolYear | PeriodWord::CalendarYear | PeriodWord::Month | PeriodWord::Year => {
                self.period_of(word, end)
            }
        }
    }

    pub fn label(&self, word: &PeriodWord, at: Day) -> Option<String> {
        let (start, end) = self.period_of(word, at)?;
        let (first_year, month, _) = start.civil();
        let last_year = Day(end.0 - 1).civil().0;
        Some(match word {
            PeriodWord::FiscalYear => format!("FY{last_year}"),
            PeriodWord::SchoolYear => format!("{first_year}-{:02}", last_year % 100),
            PeriodWord::CalendarYear | PeriodWord::Year => format!("{first_year}"),
            PeriodWord::Month => format!("{first_year}-{month:02}"),
            PeriodWord::Named(name) => self.named(name).into_iter().find(|(_, stretch)| holds(*stretch, at))?.0,
        })
    }

    /// Every period that shares a day with the days from `first` to `last`.
    pub fn periods_between(&self, word: &PeriodWord, (first, last): (Day, Day)) -> Vec<Stretch> {
        let mut found: Vec<Stretch> = Vec::new();
        for at in first.0..=last.0 {
            if found.last().is_some_and(|stretch| holds(*stretch, Day(at))) {
                continue;
            }
            found.extend(self.period_of(word, Day(at)));
        }
        found
    }

    fn named(&self, calendar: &str) -> Vec<(String, Stretch)> {
        let calendar = self.calendars.iter().find(|candidate| candidate.name.kind == calendar).expect("a calendar");
        calendar.periods.iter().flat_map(occurrences).collect()
    }

    /// A further date of the calendar: of the period that holds the day, or the first from `earliest` on.
    pub fn calendar_date(&self, (calendar, date): (&str, &str), side: CalendarSide, at: Day) -> Option<Day> {
        let calendar = self.calendars.iter().find(|candidate| candidate.name.kind == calendar).expect("a calendar");
        let all = calendar.periods.iter().flat_map(|line| occurrences(line).into_iter().map(move |(_, stretch)| (line, stretch)));
        let dates = all.filter_map(|(line, stretch)| Some((stretch, date_of(line, date, stretch)?)));
        match side {
            CalendarSide::Holding => dates.into_iter().find(|(stretch, _)| holds(*stretch, at)).map(|(_, date)| date),
            CalendarSide::NextOnOrAfter => dates.map(|(_, date)| date).filter(|date| *date >= at).min(),
            CalendarSide::NextAfter => dates.map(|(_, date)| date).filter(|date| *date > at).min(),
        }
    }

    /// Monday to Friday, and in no period of the calendar.
    pub fn works(&self, at: Day, except: Option<&str>) -> bool {
        let off = |calendar: &str| self.named(calendar).into_iter().any(|(_, stretch)| holds(stretch, at));
        at.weekday() <= 5 && !except.is_some_and(off)
    }
}

/// The days on which a line holds: in the years that random cases reach, where it comes every year.
fn occurrences(line: &CalendarLine) -> Vec<(String, Stretch)> {
    match line.when.kind {
        LineSpan::Dates(range) => vec![(line.label.kind.clone(), (day(range.from), Day(day(range.to.expect("an end")).0 + 1)))],
        LineSpan::EveryYear(first, last) => (1990..2060)
            .map(|year| {
                let from = Day::of(year, first.month.into(), first.day.into());
                let wraps = (last.month, last.day) < (first.month, first.day);
                let end = Day::of(year + i64::from(wraps), last.month.into(), last.day.into());
                let label = if wraps { format!("{year}-{:02}", (year + 1) % 100) } else { year.to_string() };
                (format!("{} {label}", line.label.kind), (from, Day(end.0 + 1)))
            })
            .collect(),
    }
}

fn date_of(line: &CalendarLine, name: &str, (start, end): Stretch) -> Option<Day> {
    let last = Day(end.0 - 1);
    let written = match name {
        "start" => return Some(start),
        "end" => return Some(last),
        _ => line.dates.iter().find(|date| date.name.kind == name)?.day.kind,
    };
    let is = |at: &Day, wanted: stipend::value::YearStart| at.civil().1 == i64::from(wanted.month) && at.civil().2 == i64::from(wanted.day);
    match written {
        LineDay::On(date) => Some(day(date)),
        LineDay::Next(wanted) => (end.0..).map(Day).find(|at| is(at, wanted)),
        LineDay::Last(wanted) => (0..).map(|back| Day(last.0 - back)).find(|at| is(at, wanted)),
    }
}

pub fn holds((start, end): Stretch, at: Day) -> bool {
    start <= at && at < end
}
