//! Time stamps of badges, turned to the day that the district's clocks showed.

use jiff::civil;
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};

use crate::value::Date;

/// The zone that the mapping names.
#[derive(Clone, Debug)]
pub struct Zone {
    /// As it was written: `-05:00` or `America/Chicago`.
    pub name: String,
    zone: TimeZone,
}

/// A moment as a badge writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    date: Date,
    /// Hour, minute, second; none where only a day is written.
    time: Option<(i8, i8, i8)>,
    /// Seconds east of Greenwich.
    offset: Option<i32>,
}

/// How a day came out of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    AsWritten,
    /// The text has a time but no zone: the day was taken as the district's.
    WithoutZone,
    /// The zone made it another day than the one written.
    Moved,
    /// The same, and the time is midnight in Greenwich: probably the day itself was meant.
    MovedFromMidnight,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayFault {
    NotADate,
    /// The mapping has to say which zone the district is in.
    NeedsZone,
}

impl Zone {
    /// An offset such as `-05:00`, or a name of the IANA time zone data that the program carries along.
    pub fn parse(name: &str) -> Option<Zone> {
        let zone = match offset_of(name) {
            Some(seconds) => TimeZone::fixed(Offset::from_seconds(seconds).ok()?),
            None => TimeZoneDatabase::bundled().get(name).ok()?,
        };
        Some(Zone { name: name.to_owned(), zone })
    }
}

/// The day of a text in the district's zone.
pub fn day(text: &str, zone: Option<&Zone>) -> Result<(Date, Reading), DayFault> {
    let stamp = Stamp::parse(text.trim()).ok_or(DayFault::NotADate)?;
    let Some(time) = stamp.time else { return Ok((stamp.date, Reading::AsWritten)) };
    let Some(offset) = stamp.offset else { return Ok((stamp.date, Reading::WithoutZone)) };
    let zone = zone.ok_or(DayFault::NeedsZone)?;
    let moment = instant(stamp.date, time, offset).ok_or(DayFault::NotADate)?;
    let local = zone.zone.to_datetime(moment).date();
    let date = Date::new(i32::from(local.year()), local.month() as u32, local.day() as u32).ok_or(DayFault::NotADate)?;
    let reading = match (date == stamp.date, time, offset) {
        (true, _, _) => Reading::AsWritten,
        (false, (0, 0, 0), 0) => Reading::MovedFromMidnight,
        (false, _, _) => Reading::Moved,
    };
    Ok((date, reading))
}

/// The seconds since 1970 of a time stamp, as claims of a signature count them.
pub fn seconds(text: &str) -> Option<i64> {
    let stamp = Stamp::parse(text.trim())?;
    Some(instant(stamp.date, stamp.time?, stamp.offset?)?.as_second())
}

/// Such seconds as a time stamp.
pub fn stamp_of(seconds: &str) -> Option<String> {
    let moment = jiff::Timestamp::from_second(seconds.parse().ok()?).ok()?;
    let (date, time) = (Offset::UTC.to_datetime(moment).date(), Offset::UTC.to_datetime(moment).time());
    Some(format!("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", date.year(), date.month(), date.day(), time.hour(), time.minute(), time.second()))
}

fn instant(date: Date, time: (i8, i8, i8), offset: i32) -> Option<jiff::Timestamp> {
    let day = civil::Date::new(date.year() as i16, date.month() as i8, date.day() as i8).ok()?;
    let time = civil::Time::new(time.0, time.1, time.2, 0).ok()?;
    Offset::from_seconds(offset).ok()?.to_timestamp(civil::DateTime::from_parts(day, time)).ok()
}

impl Stamp {
    /// `2024-06-30`, `2024-06-30T23:59:59.5-05:00`, `2014-04-01 09:41:00 -0500`.
    fn parse(text: &str) -> Option<Stamp> {
        let date = Date::parse_iso(text.get(..10)?)?;
        let rest = text.get(10..)?;
        if rest.is_empty() {
            return Some(Stamp { date, time: None, offset: None });
        }
        let rest = rest.strip_prefix(['T', 't', ' '])?;
        let clock = rest.get(..8)?;
        let [h1, h2, b':', m1, m2, b':', s1, s2] = *clock.as_bytes() else { return None };
        let (hour, minute, second) = (two(h1, h2)?, two(m1, m2)?, two(s1, s2)?);
        // a leap second counts as the one before it: the day is the same
        let second = second.min(59 + i32::from(second > 60));
        if hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let after = rest.get(8..)?;
        let after = match after.strip_prefix('.') {
            Some(fraction) => {
                let end = fraction.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(fraction.len());
                (end > 0).then(|| fraction.get(end..))??
            }
            None => after,
        };
        let offset = match after.trim_start() {
            "" => None,
            zone => Some(offset_of(zone)?),
        };
        Some(Stamp { date, time: Some((hour as i8, minute as i8, second as i8)), offset })
    }
}

/// `Z`, `-05:00` or `-0500` in seconds.
fn offset_of(text: &str) -> Option<i32> {
    if matches!(text, "Z" | "z" | "UTC") {
        return Some(0);
    }
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-" | "\u{2212}", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match *digits.as_bytes() {
        [h1, h2, b':', m1, m2] | [h1, h2, m1, m2] => (two(h1, h2)?, two(m1, m2)?),
        _ => return None,
    };
    (hours <= 18 && minutes <= 59).then_some(sign * (hours * 3600 + minutes * 60))
}

fn two(tens: u8, ones: u8) -> Option<i32> {
    (tens.is_ascii_digit() && ones.is_ascii_digit()).then(|| i32::from(tens - b'0') * 10 + i32::from(ones - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, zone: &str) -> Result<(String, Reading), DayFault> {
        day(text, Zone::parse(zone).as_ref()).map(|(date, reading)| (date.to_string(), reading))
    }

    #[test]
    fn the_last_night_of_june_is_still_june() {
        assert_eq!(read("2024-07-01T03:30:00Z", "America/Chicago"), Ok(("2024-06-30".into(), Reading::Moved)));
        assert_eq!(read("2024-07-01T03:30:00Z", "-05:00"), Ok(("2024-06-30".into(), Reading::Moved)));
        assert_eq!(read("2024-12-31T23:30:00-0600", "America/Chicago"), Ok(("2024-12-31".into(), Reading::AsWritten)));
        assert_eq!(read("2014-04-01 09:41:00 -0500", "America/New_York"), Ok(("2014-04-01".into(), Reading::AsWritten)));
        assert_eq!(read("2024-07-01T00:00:00.000Z", "-05:00"), Ok(("2024-06-30".into(), Reading::MovedFromMidnight)));
        assert_eq!(read("2024-07-01", ""), Ok(("2024-07-01".into(), Reading::AsWritten)));
        assert_eq!(read("2024-07-01T03:30:00", ""), Ok(("2024-07-01".into(), Reading::WithoutZone)));
        assert_eq!(read("2024-07-01T03:30:00Z", ""), Err(DayFault::NeedsZone));
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        let wrong = ["", "2024", "2024-02-30", "2024-07-01T", "2024-07-01T24:00:00Z", "2024-07-01T03:30:00.Z", "2024-07-01T03:30:00+5"];
        for text in wrong.into_iter().chain(["2024-07-01T03:30:61Z", "07/01/2024", "1719804600", "2024-07-01T03:30:00+19:00", "0000-01-01"])
        {
            assert_eq!(read(text, "-05:00"), Err(DayFault::NotADate), "{text}");
        }
        assert!(Zone::parse("Middle/Earth").is_none());
    }

    #[test]
    fn claims_count_seconds() {
        assert_eq!(seconds("2010-01-01T00:00:00Z"), Some(1_262_304_000));
        assert_eq!(stamp_of("1262304000").as_deref(), Some("2010-01-01T00:00:00Z"));
        assert_eq!(stamp_of("99999999999999999"), None);
    }
}
