//! Every start date of 1990 to 2060 against a naive day counter: durations, windows, years and complete units.

#[path = "reference/days.rs"]
mod days;

use days::{Day, MonthEndRule, NoDay};
use stipend::value::{Date, DateFault, Duration, MonthEnd, Period, YearStart};

const RULES: [(MonthEnd, MonthEndRule); 3] =
    [(MonthEnd::LastDay, MonthEndRule::LastDay), (MonthEnd::NextDay, MonthEndRule::NextDay), (MonthEnd::Refuse, MonthEndRule::Refuse)];

/// Months and days: 1 year, 6 months, 90 days, 1 month, 5 years, and what policies combine.
const DURATIONS: [(i32, i32); 12] =
    [(12, 0), (6, 0), (0, 90), (1, 0), (60, 0), (18, 0), (12, 30), (0, 0), (24, 0), (-12, 0), (-6, 0), (0, -90)];

fn every_day() -> impl Iterator<Item = Day> {
    (Day::of(1990, 1, 1).0..=Day::of(2060, 12, 31).0).map(Day)
}

fn date(day: Day) -> Date {
    let (year, month, day) = day.civil();
    Date::new(year as i32, month as u32, day as u32).unwrap()
}

fn day(text: &str) -> Day {
    let piece = |range: std::ops::Range<usize>| text[range].parse().unwrap();
    Day::checked(piece(0..4), piece(5..7), piece(8..10)).unwrap()
}

fn answer(naive: Result<Day, NoDay>) -> Result<Date, DateFault> {
    naive.map(date).map_err(|fault| match fault {
        NoDay::OutOfRange => DateFault::OutOfRange,
        NoDay::NoSuchDay => DateFault::NoSuchDay,
    })
}

fn rows(text: &str) -> Vec<Vec<&str>> {
    text.lines().filter(|line| !line.starts_with('#')).skip(1).map(|line| line.split(',').collect()).collect()
}

#[test]
fn every_date_of_ten_thousand_years_is_the_day_after_the_one_before() {
    let mut before: Option<Date> = None;
    for number in Day::of(1, 1, 1).0..=Day::of(9999, 12, 31).0 {
        let next = before.map_or_else(|| Date::new(1, 1, 1), |date| date.plus_days(1).ok()).unwrap();
        assert!(before.is_none_or(|before| before < next), "{next} does not follow {before:?}");
        assert_eq!(i64::from(next.weekday()), Day(number).weekday(), "{next}");
        before = Some(next);
    }
    let last = before.unwrap();
    assert_eq!(last.to_string(), "9999-12-31");
    assert_eq!(last.plus_days(1), Err(DateFault::OutOfRange));
    assert_eq!(i64::from(last.days_since(Date::new(1, 1, 1).unwrap())), Day::of(9999, 12, 31).0 - Day::of(1, 1, 1).0);
}

#[test]
fn the_calendar_has_exactly_the_days_it_has() {
    for year in [-1, 0, 1, 4, 100, 400, 1900, 2000, 2023, 2024, 2100, 9999, 10_000, 70_000] {
        for month in 0..=13 {
            for number in 0..=32 {
                let naive = Day::checked(year, month, number).map(|day| day.civil());
                let real = Date::new(year as i32, month as u32, number as u32);
                assert_eq!(real.map(|date| (i64::from(date.year()), i64::from(date.month()), i64::from(date.day()))), naive);
            }
        }
    }
}

#[test]
fn text_and_date_are_each_other() {
    for naive in every_day() {
        let text = naive.to_string();
        assert_eq!(Date::parse_iso(&text), Some(date(naive)));
        assert_eq!(date(naive).to_string(), text);
    }
    for wrong in [
        "2025-02-29",
        "2025-13-01",
        "2025-00-10",
        "2025-01-00",
        "25-01-01",
        "2025-1-1",
        "2025/01/01",
        " 2025-01-01",
        "2025-01-01 ",
        "0000-01-01",
        "२०२५-01-01",
        "",
    ] {
        assert_eq!(Date::parse_iso(wrong), None, "{wrong}");
    }
}

#[test]
fn every_duration_from_every_day_under_every_rule() {
    for naive in every_day() {
        let real = date(naive);
        for (months, days) in DURATIONS {
            for (rule, naive_rule) in RULES {
                let moved = real.plus(Duration { months, days }, rule);
                let expected = answer(naive.plus(i64::from(months), i64::from(days), naive_rule));
                assert_eq!(moved, expected, "{naive} + {months} months {days} days, {rule:?}");
            }
        }
    }
}

/// DESIGN 1.3: an award placed on X counts on D while X <= D < X + duration. The windows that hold D are found here by trying
/// every X; the engine may only rely on the end being later for a later start.
#[test]
fn a_later_window_never_ends_earlier_and_always_holds_its_first_day() {
    for (rule, _) in &RULES[..2] {
        for (months, days) in DURATIONS.into_iter().filter(|(months, days)| months + days > 0) {
            let mut end_before = None;
            for naive in every_day() {
                let start = date(naive);
                let end = start.plus(Duration { months, days }, *rule).unwrap();
                assert!(start < end, "{start} + {months} months {days} days is empty");
                assert!(end_before.is_none_or(|before| before <= end), "{start}: the window ends before the one that opened a day earlier");
                end_before = Some(end);
            }
        }
    }
}

#[test]
fn days_between_every_two_days_a_window_apart() {
    for naive in every_day() {
        for apart in [0, 1, 27, 28, 59, 365, 366, 1461, 36_524, -1, -365] {
            let other = naive.plus_days(apart).unwrap();
            assert_eq!(i64::from(date(other).days_since(date(naive))), apart);
            assert_eq!(date(naive).plus_days(apart as i32), Ok(date(other)));
        }
    }
}

#[test]
fn every_day_is_in_one_year_of_every_start() {
    let starts = [(1, 1), (7, 1), (8, 1), (9, 1), (10, 1), (3, 1), (2, 28), (8, 15), (12, 31)];
    for naive in every_day() {
        for (month, number) in starts {
            let (first, after) = naive.year_from(month, number);
            let period = YearStart { month: month as u32, day: number as u32 }.year_of(date(naive)).unwrap();
            assert_eq!((period.start, period.end), (date(first), date(after)), "{naive} in the year from {month}-{number}");
            assert!(period.contains(date(naive)) && !period.contains(period.end));
            assert_eq!(period.last_day(), date(Day(after.0 - 1)));
        }
        let (year, month, _) = naive.civil();
        let length = days::days_in_month(year, month);
        let period = Period::month_of(date(naive)).unwrap();
        assert_eq!((period.start, period.end), (date(Day::of(year, month, 1)), date(Day(Day::of(year, month, 1).0 + length))));
        assert_eq!(i64::from(date(naive).days_in_month()), length);
    }
}

/// The largest n for which `from` plus n units is not after `to`, by trying one after the other.
fn complete(from: Day, to: Day, unit: i64, rule: MonthEndRule) -> i64 {
    (1..).take_while(|count| from.plus(unit * count, 0, rule).is_ok_and(|reached| reached <= to)).count() as i64
}

#[test]
fn complete_months_and_years_from_every_day() {
    for from in every_day() {
        for (months, days) in
            [(1, -1), (1, 0), (1, 1), (6, -1), (6, 0), (11, 3), (12, -1), (12, 0), (12, 1), (13, 0), (25, -2), (0, 5), (0, -5), (-12, 0)]
        {
            let to = from.plus(months, days, MonthEndRule::LastDay).unwrap();
            for (rule, naive_rule) in &RULES[..2] {
                let found = date(from).complete_months_to(date(to), *rule);
                assert_eq!(found.map(i64::from), Ok(complete(from, to, 1, *naive_rule)), "months from {from} to {to}, {rule:?}");
                let found = date(from).complete_years_to(date(to), *rule);
                assert_eq!(found.map(i64::from), Ok(complete(from, to, 12, *naive_rule)), "years from {from} to {to}, {rule:?}");
            }
        }
    }
}

#[test]
fn complete_years_under_refuse_fault_only_where_the_anniversary_decides() {
    let years = |from, to| date(day(from)).complete_years_to(date(day(to)), MonthEnd::Refuse);
    assert_eq!(years("2020-01-31", "2021-03-15"), Ok(1));
    assert_eq!(years("2020-02-29", "2021-02-27"), Ok(0));
    assert_eq!(years("2020-02-29", "2021-02-28"), Err(DateFault::NoSuchDay));
    assert_eq!(years("2020-02-29", "2021-03-01"), Ok(1));
    assert_eq!(years("2020-02-29", "2024-02-29"), Ok(4));
    let months = |from, to| date(day(from)).complete_months_to(date(day(to)), MonthEnd::Refuse);
    assert_eq!(months("2025-01-31", "2025-03-15"), Ok(1));
    assert_eq!(months("2025-01-31", "2025-02-28"), Err(DateFault::NoSuchDay));
    assert_eq!(months("2025-01-30", "2025-02-27"), Ok(0));
}

#[test]
fn hand_typed_month_ends() {
    for row in rows(include_str!("vectors/month_end.csv")) {
        let duration = Duration { months: row[1].parse().unwrap(), days: row[2].parse().unwrap() };
        for (column, (rule, _)) in row[3..].iter().zip(RULES) {
            let expected = if column.is_empty() { Err(DateFault::NoSuchDay) } else { Ok(date(day(column))) };
            assert_eq!(date(day(row[0])).plus(duration, rule), expected, "{row:?} {rule:?}");
        }
    }
}

#[test]
fn hand_typed_complete_units() {
    for row in rows(include_str!("vectors/complete_units.csv")) {
        let (from, to) = (date(day(row[0])), date(day(row[1])));
        for (columns, rule) in [(2, MonthEnd::LastDay), (4, MonthEnd::NextDay)] {
            assert_eq!(from.complete_years_to(to, rule), Ok(row[columns].parse().unwrap()), "{row:?} {rule:?}");
            assert_eq!(from.complete_months_to(to, rule), Ok(row[columns + 1].parse().unwrap()), "{row:?} {rule:?}");
        }
    }
}

#[test]
fn hand_typed_years() {
    for row in rows(include_str!("vectors/school_years.csv")) {
        let (month, start_day) = row[1].split_once('-').unwrap();
        let period = YearStart { month: month.parse().unwrap(), day: start_day.parse().unwrap() }.year_of(date(day(row[0]))).unwrap();
        assert_eq!((period.start, period.last_day()), (date(day(row[2])), date(day(row[3]))), "{row:?}");
    }
}

#[test]
fn nothing_outside_the_calendar_and_nothing_overflows() {
    let first = Date::new(1, 1, 1).unwrap();
    let last = Date::new(9999, 12, 31).unwrap();
    for rule in [MonthEnd::LastDay, MonthEnd::NextDay, MonthEnd::Refuse] {
        for duration in [Duration::days(1), Duration::months(1), Duration::years(1), Duration::days(i32::MAX), Duration::months(i32::MAX)] {
            assert_eq!(last.plus(duration, rule), Err(DateFault::OutOfRange), "{duration:?}");
            assert_eq!(first.plus(duration.negated(), rule), Err(DateFault::OutOfRange), "{duration:?}");
        }
        for months in [i32::MIN, i32::MAX] {
            assert_eq!(first.plus(Duration { months, days: 0 }, rule), Err(DateFault::OutOfRange));
        }
    }
    assert_eq!(YearStart { month: 7, day: 1 }.year_of(first), None);
    assert_eq!(YearStart { month: 7, day: 1 }.year_of(last), None);
    assert_eq!(Period::month_of(last), None);
    assert_eq!(YearStart { month: 2, day: 29 }.year_of(Date::new(2024, 3, 1).unwrap()), None);
}

#[test]
fn durations_read_as_words() {
    for (months, days, words) in [
        (12, 0, "1 year"),
        (6, 0, "6 months"),
        (18, 0, "1 year 6 months"),
        (0, 90, "90 days"),
        (0, 1, "1 day"),
        (0, 0, "0 days"),
        (24, 1, "2 years 1 day"),
    ] {
        assert_eq!(Duration { months, days }.to_string(), words);
    }
}
