//! Dates moved by a multiple of 28 years: after 28 years weekdays and leap years are the same again, from 1901 to 2099.

use crate::value::Date;

/// Years between which the calendar repeats after 28 years.
const YEARS: std::ops::RangeInclusive<i32> = 1901..=2099;

/// How far dates move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    pub years: i32,
}

impl Move {
    /// None where the day lies outside the years in which the calendar repeats.
    pub fn date(self, date: Date) -> Option<Date> {
        let year = date.year() + self.years;
        let repeats = self.years == 0 || (YEARS.contains(&date.year()) && YEARS.contains(&year));
        if repeats { Date::new(year, date.month(), date.day()) } else { None }
    }
}

/// The policy with its own dates and labels of years moved, comments left alone; in Markdown only the program is moved.
pub fn moved_policy((name, text): (&str, &str), by: Move) -> String {
    if by.years == 0 {
        return text.to_owned();
    }
    let yearly = yearly(text);
    let is_markdown = name.to_lowercase().ends_with(".md");
    let mut is_program = !is_markdown;
    let mut moved = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        if is_markdown && line.trim_start().starts_with("```") {
            is_program = line.trim() == "```pay";
            moved.push_str(line);
        } else if is_program {
            moved.push_str(&moved_names(&moved_line(line, by), (&yearly, by)));
        } else {
            moved.push_str(line);
        }
    }
    moved
}

/// The names of days and spans that come every year: `"cycle 1" every year from …` makes `"cycle 1 2024"`.
fn yearly(text: &str) -> Vec<&str> {
    let name = |line| {
        let (name, rest) = str::trim_start(line).strip_prefix('"')?.split_once('"')?;
        rest.trim_start().starts_with("every year ").then_some(name)
    };
    text.lines().filter_map(name).collect()
}

/// Names of such a span with their year, which stand in quotes.
fn moved_names(line: &str, (yearly, by): (&[&str], Move)) -> String {
    let is_quoted = |at: usize| at % 2 == 1;
    let moved = |text: &str| {
        let (name, year) = text.rsplit_once(' ')?;
        let year: i32 = year.parse().ok().filter(|_| year.len() == 4 && yearly.contains(&name))?;
        Some(format!("{name} {}", year + by.years))
    };
    let pieces = line.split('"').enumerate();
    let pieces = pieces.map(|(at, text)| if is_quoted(at) { moved(text).unwrap_or_else(|| text.to_owned()) } else { text.to_owned() });
    pieces.collect::<Vec<_>>().join("\"")
}

fn moved_line(line: &str, by: Move) -> String {
    let end = comment_start(line);
    let (program, comment) = line.split_at(end);
    let mut moved = String::with_capacity(line.len());
    let mut rest = program;
    let mut before = None;
    while let Some(first) = rest.chars().next() {
        let (text, length) = match year_at(rest, before).and_then(|year| label((rest, before), year, by)) {
            Some((text, length)) => (text, length),
            None => (first.to_string(), first.len_utf8()),
        };
        moved.push_str(&text);
        before = rest.get(..length).and_then(|taken| taken.chars().next_back());
        rest = rest.get(length..).unwrap_or("");
    }
    format!("{moved}{comment}")
}

/// Where `--` begins outside quotes, or the line's end.
fn comment_start(line: &str) -> usize {
    let mut is_quoted = false;
    let bytes = line.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'-' if !is_quoted && bytes.get(at + 1) == Some(&b'-') => return at,
            _ => {}
        }
    }
    line.len()
}

/// Four digits that no digit stands before.
fn year_at(text: &str, before: Option<char>) -> Option<i32> {
    let digits = text.get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    let stands_alone = before.is_none_or(|before| !before.is_ascii_alphanumeric() && before != '-' && before != '.' && before != '$');
    let is_label = before == Some('Y');
    if stands_alone || is_label { digits.parse().ok() } else { None }
}

/// `2025-06-30`, `2024-25`, `2024-07`, or the year of `FY2025`, moved; and how long it was.
fn label((text, before): (&str, Option<char>), year: i32, by: Move) -> Option<(String, usize)> {
    let moved = year + by.years;
    let two = |at: usize| {
        text.get(at..at + 3).and_then(|part| part.strip_prefix('-')).filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let ends = |at: usize| !text.get(at..).and_then(|rest| rest.chars().next()).is_some_and(|next| next.is_ascii_alphanumeric());
    match (two(4), two(7)) {
        (Some(month), Some(day)) if ends(10) => Some((format!("{moved:04}-{month}-{day}"), 10)),
        (Some(second), None) if ends(7) => {
            let next: i32 = second.parse().ok()?;
            let is_school_year = next == (year + 1).rem_euclid(100);
            let second = if is_school_year { format!("{:02}", (moved + 1).rem_euclid(100)) } else { second.to_owned() };
            Some((format!("{moved:04}-{second}"), 7))
        }
        (None, _) if ends(4) && before == Some('Y') => Some((format!("{moved:04}"), 4)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LATER: Move = Move { years: 28 };

    #[test]
    fn weekdays_and_leap_days_stay() {
        for (from, to) in [("2024-02-29", "2052-02-29"), ("1999-12-31", "2027-12-31"), ("2025-06-30", "2053-06-30")] {
            let (from, to) = (Date::parse_iso(from).unwrap(), Date::parse_iso(to).unwrap());
            assert_eq!(LATER.date(from), Some(to));
            assert_eq!(from.weekday(), to.weekday());
        }
        assert_eq!(LATER.date(Date::new(2080, 1, 1).unwrap()), None, "2108 comes after 2100, which is no leap year");
    }

    #[test]
    fn dates_and_labels_of_a_policy_move_and_comments_do_not() {
        let moved = |text| moved_policy(("a.pay", text), LATER);
        assert_eq!(
            moved("  effective from 2014-07-01 to 2025-06-30 -- since 2014-07-01\n"),
            "  effective from 2042-07-01 to 2053-06-30 -- since 2014-07-01\n"
        );
        assert_eq!(moved("  2024-25 | $2000 | FY2025 | 2024-07\n"), "  2052-53 | $2000 | FY2053 | 2052-07\n");
        assert_eq!(moved("  pay 2000 and $2024.50 of 20241\n"), "  pay 2000 and $2024.50 of 20241\n");
        assert_eq!(
            moved("  \"cycle 1\"  every year from August 1\n  filing is \"cycle 1 2024\", \"other 2024\"\n"),
            "  \"cycle 1\"  every year from August 1\n  filing is \"cycle 1 2052\", \"other 2024\"\n"
        );
        assert_eq!(
            moved_policy(("a.md", "on 2014-07-01\n```pay\nfrom 2014-07-01\n```\n2014-07-01\n"), LATER),
            "on 2014-07-01\n```pay\nfrom 2042-07-01\n```\n2014-07-01\n"
        );
    }
}
