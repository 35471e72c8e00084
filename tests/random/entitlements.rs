//! What everybody may keep by a small policy with one award that takes back: worked out here from the policy's own figures and the
//! rows, with nothing of either evaluator, and compared with what is paid and taken back.

use std::collections::BTreeMap;

use super::case::{Case, Compiled};
pub use super::entitlement_policies::Recovery;
use super::entitlement_policies::{BANDS, Departure, Grant, LINEAR, Mode, Share, When, Which};
use super::facts::Posted;
use super::laws::{day, ratio};
use crate::reference::days::{Day, days_in_month};
use crate::reference::ratio::Ratio;

impl Recovery {
    /// What each person may keep of each grant on a day, in cents.
    pub fn entitlement(&self, as_of: Day) -> BTreeMap<(String, String), i64> {
        let mut grants: Vec<&Grant> = self.grants.iter().filter(|grant| grant.granted <= as_of).collect();
        grants.sort_by_key(|grant| (grant.granted, &grant.grant));
        let own = |grant: &Grant| (grant.employee.clone(), grant.grant.clone());
        let paid: BTreeMap<_, i64> = grants.iter().map(|grant| (own(grant), self.round(grant.cents, 1))).collect();
        let mut kept = paid.clone();
        let mut departures: Vec<(Day, &Departure)> =
            self.departures.iter().map(|departure| (Day(departure.left.0 + self.days_later), departure)).collect();
        departures.sort_by_key(|(on, _)| *on);
        for (on, departure) in departures.into_iter().filter(|(on, _)| *on <= as_of) {
            let Some(share) = self.share_owed(departure) else { continue };
            let mut dollars = if let Share::Dollars(dollars) = share { dollars * 100 } else { 0 };
            for grant in grants.iter().filter(|grant| grant.granted <= on && self.is_meant(departure, grant)) {
                let (paid, kept) = (paid[&own(grant)], kept.get_mut(&own(grant)).expect("what was paid"));
                let months = months_between(departure.began, departure.left);
                let owed = match share {
                    Share::All => *kept,
                    Share::Part(top, bottom) => self.round(paid * top, bottom),
                    Share::Bands => self.round(paid * BANDS.iter().find(|(until, _)| months < *until).map_or(0, |(_, part)| *part), 1000),
                    Share::Linear => self.round(paid * (LINEAR - months.min(LINEAR)), LINEAR),
                    Share::Dollars(_) => dollars,
                };
                let taken = owed.min(*kept);
                *kept -= taken;
                dollars -= taken;
            }
        }
        kept
    }

    /// Nothing is owed by who is excused, by who leaves for a reason that nobody knows and that decides, and where no line holds.
    fn share_owed(&self, departure: &Departure) -> Option<Share> {
        if !self.excused.is_empty() && departure.reason.is_none_or(|reason| self.excused.contains(&reason)) {
            return None;
        }
        for (when, share) in &self.lines {
            let holds = match when {
                When::Always => true,
                When::ReasonIs(reason) => departure.reason? == *reason,
                When::Within(months) => departure.left >= departure.began && departure.left <= months_later(departure.began, *months),
            };
            if holds {
                return Some(*share);
            }
        }
        None
    }

    fn is_meant(&self, departure: &Departure, grant: &Grant) -> bool {
        let same_grant = departure.grant == grant.grant;
        departure.employee == grant.employee
            && match self.which {
                Which::SameRow | Which::Key => same_grant,
                Which::Every => true,
                Which::Since(months) => grant.granted >= months_later(departure.left, -months),
            }
    }

    /// Cents over `bottom`, by the policy's rounding.
    fn round(&self, top: i64, bottom: i64) -> i64 {
        let (mode, unit) = self.rounding;
        let (whole, rest) = (top / (bottom * unit), top % (bottom * unit));
        let half = (2 * rest).cmp(&(bottom * unit));
        let up = match mode {
            Mode::Up => rest > 0,
            Mode::Down => false,
            Mode::HalfUp => half.is_ge(),
            Mode::HalfDown => half.is_gt(),
            Mode::HalfEven => half.is_gt() || half.is_eq() && whole % 2 == 1,
        };
        (whole + i64::from(up)) * unit
    }
}

/// The same day so many months later, or the last of its month.
pub fn months_later(from: Day, months: i64) -> Day {
    let (year, month, day) = from.civil();
    let count = year * 12 + month - 1 + months;
    let (year, month) = (count.div_euclid(12), count.rem_euclid(12) + 1);
    Day::of(year, month, day.min(days_in_month(year, month)))
}

/// Complete months: the most that can be added without passing the later day.
fn months_between(from: Day, to: Day) -> i64 {
    (1..).take_while(|months| months_later(from, *months) <= to).last().unwrap_or(0)
}

/// What came out for each person and grant, in cents.
fn kept(compiled: &Compiled, posted: &[&Posted]) -> Result<BTreeMap<(String, String), i64>, String> {
    let mut kept = BTreeMap::new();
    for posted in posted {
        let (line, cents) = (&posted.line, ratio(posted.line.amount).times(Ratio::whole(100)));
        let is_back = compiled.policy.award(line.award).name == "Back";
        let record = match &line.reverses {
            Some(reverses) if is_back && !cents.is_positive() => reverses.record.to_string(),
            None if !is_back && cents.is_positive() => line.record.to_string(),
            _ => return Err(format!("{cents} cents of {} are neither paid nor taken back", line.record)),
        };
        let cents: i64 = cents.to_string().parse().map_err(|_| format!("{cents} is no whole number of cents"))?;
        *kept.entry((posted.employee.clone(), record)).or_insert(0) += cents;
    }
    Ok(kept)
}

/// Paid less taken back is what may be kept: in one run, in a run after another, and a third has nothing left to do. Says how much was taken back.
pub fn what_is_kept_is_the_entitlement(recovery: &Recovery) -> Result<bool, String> {
    let late = recovery.case(Day::of(2027, 12, 31));
    let compiled = late.compile()?;
    let alone = late.post(&compiled, &[]);
    let expect = |case: &Case, posted: Vec<&Posted>, how: &str| {
        let (kept, entitled) = (kept(&compiled, &posted)?, recovery.entitlement(case.as_of));
        if kept == entitled { Ok(()) } else { Err(format!("{how} as of {}: kept {kept:?}\nentitled to {entitled:?}", case.as_of)) }
    };
    expect(&late, alone.iter().collect(), "alone")?;
    for early in [Day::of(2023, 8, 31), Day::of(2024, 7, 15), Day::of(2025, 2, 28)] {
        let early = recovery.case(early);
        let mut posted = early.post(&compiled, &[]);
        expect(&early, posted.iter().collect(), "alone")?;
        posted.extend(late.post(&compiled, &posted));
        expect(&late, posted.iter().collect(), &format!("after a run as of {}", early.as_of))?;
        let again = late.post(&compiled, &posted);
        if let Some(posted) = again.first() {
            let line = &posted.line;
            return Err(format!("a third run writes {} of {} from {}", line.amount, line.record, day(line.effective)));
        }
    }
    Ok(alone.iter().any(|posted| posted.line.reverses.is_some()))
}
