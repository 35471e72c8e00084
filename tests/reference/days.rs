//! Dates as day numbers, by the arithmetic of the Gregorian calendar alone: no library, no packing.

/// Days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub i64);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MonthEndRule {
    LastDay,
    NextDay,
    Refuse,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoDay {
    OutOfRange,
    NoSuchDay,
}

pub fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

pub fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl Day {
    /// The day number of a date, whether or not its month has such a day (the caller asks).
    pub fn of(year: i64, month: i64, day: i64) -> Day {
        let before = year - 1;
        let leap_days = before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400);
        let months: i64 = (1..month).map(|earlier| days_in_month(year, earlier)).sum();
        // 719162 days lie between 0001-01-01 and 1970-01-01
        Day(before * 365 + leap_days + months + day - 1 - 719_162)
    }

    /// The date if the calendar of the years 1 to 9999 has it.
    #[allow(dead_code, reason = "only the exhaustive window tests ask")]
    pub fn checked(year: i64, month: i64, day: i64) -> Option<Day> {
        let exists = (1..=9999).contains(&year) && (1..=12).contains(&month) && day >= 1 && day <= days_in_month(year, month);
        exists.then(|| Day::of(year, month, day))
    }

    /// Year, month and day.
    pub fn civil(self) -> (i64, i64, i64) {
        let mut year = 1970 + self.0.div_euclid(366);
        while Day::of(year + 1, 1, 1) <= self {
            year += 1;
        }
        while Day::of(year, 1, 1) > self {
            year -= 1;
        }
        let mut month = 1;
        while month < 12 && Day::of(year, month + 1, 1) <= self {
            month += 1;
        }
        (year, month, self.0 - Day::of(year, month, 1).0 + 1)
    }

    pub fn plus_days(self, days: i64) -> Result<Day, NoDay> {
        let moved = Day(self.0 + days);
        if moved < Day::of(1, 1, 1) || moved > Day::of(9999, 12, 31) { Err(NoDay::OutOfRange) } else { Ok(moved) }
    }

    /// Months first, the rule once, then days (DESIGN 1.1).
    pub fn plus(self, months: i64, days: i64, rule: MonthEndRule) -> Result<Day, NoDay> {
        let (year, month, day) = self.civil();
        let count = year * 12 + month - 1 + months;
        let (year, month) = (count.div_euclid(12), count.rem_euclid(12) + 1);
        if !(1..=9999).contains(&year) {
            return Err(NoDay::OutOfRange);
        }
        let last = days_in_month(year, month);
        let landed = match rule {
            _ if day <= last => Day::of(year, month, day),
            MonthEndRule::LastDay => Day::of(year, month, last),
            MonthEndRule::NextDay => Day::of(year, month, last).plus_days(1)?,
            MonthEndRule::Refuse => return Err(NoDay::NoSuchDay),
        };
        landed.plus_days(days)
    }

    /// 1 is Monday: 1970-01-01 was a Thursday.
    pub fn weekday(self) -> i64 {
        (self.0 + 3).rem_euclid(7) + 1
    }

    /// The year that holds the day when years start on `month` `day`: its first day and the first day after it.
    pub fn year_from(self, month: i64, day: i64) -> (Day, Day) {
        let mut year = self.civil().0 + 1;
        while Day::of(year, month, day) > self {
            year -= 1;
        }
        (Day::of(year, month, day), Day::of(year + 1, month, day))
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}
