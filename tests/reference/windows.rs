//! Which posted awards count beside a candidate, and what room that leaves.

use stipend::syntax::ast::{LimitBasis, LimitMeasure, Window};
use stipend::value::Duration;

use super::days::Day;
use super::expressions::Scope;
use super::periods::{Stretch, holds};
use super::ratio::{ONE, Ratio, ZERO};
use super::timeline::{Posted, Stop, Timeline, held};

const FIRST: Day = Day(-1_000_000);
const LAST: Day = Day(4_000_000);

impl<'a> Timeline<'a> {
    pub fn later(&self, day: Day, duration: Duration) -> Result<Day, Stop> {
        let moved = day.plus(duration.months.into(), duration.days.into(), self.program.month_end());
        moved.map_err(|_| held(format!("{day} has no such later day")))
    }

    /// The period, year or lifetime that holds the day.
    pub fn stretch(&self, window: &'a Window, scope: &Scope<'a>, at: Day) -> Result<Stretch, Stop> {
        match window {
            Window::Period(word) => self.program.period_of(word, at).ok_or_else(|| held(format!("{at} is in no period"))),
            Window::YearFrom(from) => {
                let from = scope.value(from).date().ok_or_else(|| held("the year's first day is missing"))?;
                let mut years = 0;
                while self.later(from, Duration::years(years + 1))? <= at {
                    years += 1;
                }
                while self.later(from, Duration::years(years))? > at {
                    years -= 1;
                }
                Ok((self.later(from, Duration::years(years))?, self.later(from, Duration::years(years + 1))?))
            }
            Window::Ever => Ok((FIRST, LAST)),
            Window::Rolling(_) | Window::FromFirstAward(_) | Window::Every(_) => panic!("no single stretch"),
        }
    }

    /// What is left under a limit for something placed on `at`; never below zero.
    pub fn room(&self, limit: usize, scope: &Scope<'a>, (most, at): (Ratio, Day)) -> Result<Ratio, Stop> {
        let window = &self.program.limits[limit].window.as_ref().expect("a window").kind;
        let room = match window {
            Window::Rolling(duration) | Window::Every(duration) => self.rolling_room(limit, *duration, (most, at))?,
            Window::FromFirstAward(duration) => {
                let stretch = self.anchored(limit, *duration, at)?;
                most.minus(self.used(limit, |placing| Ok(holds(stretch, placing)))?)
            }
            Window::Period(_) | Window::YearFrom(_) | Window::Ever => {
                let stretch = self.stretch(window, scope, at)?;
                most.minus(self.used(limit, |placing| Ok(holds(stretch, placing)))?)
            }
        };
        Ok(room.max(ZERO))
    }

    /// The limit holds on the day itself and on every later day on which something posted still counts beside it.
    fn rolling_room(&self, limit: usize, duration: Duration, (most, at): (Ratio, Day)) -> Result<Ratio, Stop> {
        let end = self.later(at, duration)?;
        let later = self.posted.iter().map(|posted| posted.placing).filter(|placing| at < *placing && *placing < end);
        let mut least: Option<Ratio> = None;
        for day in [at].into_iter().chain(later) {
            let used = self.used(limit, |placing| Ok(placing <= day && day < self.later(placing, duration)?))?;
            let room = most.minus(used);
            least = Some(least.map_or(room, |least| least.min(room)));
        }
        Ok(least.unwrap_or(most))
    }

    /// The window of a chain: the first award opens one, and the first award on or after its end opens the next.
    pub fn anchored(&self, limit: usize, duration: Duration, at: Day) -> Result<Stretch, Stop> {
        let counts = |posted: &&Posted| posted.covered.contains(&limit) && self.full_measure(limit, posted).is_positive();
        let mut days: Vec<Day> = self.posted.iter().filter(counts).map(|posted| posted.placing).collect();
        days.push(at);
        days.sort();
        let mut stretch = (days[0], self.later(days[0], duration)?);
        for day in days {
            if day >= stretch.1 {
                stretch = (day, self.later(day, duration)?);
            }
            if day >= at {
                break;
            }
        }
        Ok(stretch)
    }

    fn used(&self, limit: usize, counts: impl Fn(Day) -> Result<bool, Stop>) -> Result<Ratio, Stop> {
        let mut sum = ZERO;
        for posted in &self.posted {
            let measure = if posted.covered.contains(&limit) { self.measure(limit, posted) } else { ZERO };
            if !measure.is_zero() && counts(posted.placing)? {
                sum = sum.plus(measure);
            }
        }
        Ok(sum)
    }

    /// What it uses still: money as far as it was not taken back, awards and quantities until all of it was.
    pub fn measure(&self, limit: usize, posted: &Posted) -> Ratio {
        let full = self.full_measure(limit, posted);
        match &self.program.limits[limit].measure {
            LimitMeasure::Money(_) => full.times(ONE.minus(self.part_taken(posted.decided))),
            LimitMeasure::Awards(_) | LimitMeasure::Quantity { .. } if self.is_gone(posted.decided) => ZERO,
            LimitMeasure::Awards(_) | LimitMeasure::Quantity { .. } => full,
        }
    }

    fn full_measure(&self, limit: usize, posted: &Posted) -> Ratio {
        let declared = self.program.limits[limit];
        let pieces = || posted.pieces.iter().filter(|piece| piece.counts_under(limit, &posted.covered));
        let paid = pieces().fold(ZERO, |sum, piece| sum.plus(piece.amount));
        match &declared.measure {
            LimitMeasure::Money(_) => match declared.proration.as_ref().map(|basis| basis.kind) {
                Some(LimitBasis::BeforeProration) => pieces().fold(ZERO, |sum, piece| sum.plus(piece.full)),
                Some(LimitBasis::AfterProration) | None => paid,
            },
            LimitMeasure::Awards(_) if posted.is_another => ZERO,
            LimitMeasure::Awards(_) => {
                if paid.is_positive() || super::limits::moves(&posted.pieces) {
                    ONE
                } else {
                    ZERO
                }
            }
            LimitMeasure::Quantity { field, .. } => {
                // counted once, where the row stands: whatever of it is paid there, turned into a stipend or carried
                let quantity = posted.quantities.iter().find(|(name, _)| *name == field.kind);
                let all_paid = posted.pieces.iter().fold(ZERO, |sum, piece| sum.plus(piece.amount));
                if all_paid.is_positive() || posted.carries { quantity.map_or(ZERO, |(_, quantity)| *quantity) } else { ZERO }
            }
        }
    }
}
