//! Figures, dates, durations, roundings and windows.

use super::reader::{Pair, Reader, part, parts};
use crate::diagnostic::Diagnostic;
use crate::source::{Place, Span};
use crate::syntax::ast::{DateRange, Node, PeriodWord, Window};
use crate::syntax::bounds;
use crate::syntax::grammar::Rule;
use crate::value::{Date, Duration, Number, Rounding, RoundingMode, YearStart};

pub const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// 1 for January.
pub fn month_number(name: &str) -> Option<u32> {
    MONTHS.iter().position(|month| *month == name).map(|index| index as u32 + 1)
}

pub fn month_name(month: u32) -> &'static str {
    MONTHS.get((month as usize).wrapping_sub(1)).copied().unwrap_or("January")
}

/// 1 for Monday.
pub fn weekday_number(name: &str) -> Option<u32> {
    WEEKDAYS.iter().position(|weekday| *weekday == name).map(|index| index as u32 + 1)
}

pub fn weekday_name(weekday: u32) -> &'static str {
    WEEKDAYS.get((weekday as usize).wrapping_sub(1)).copied().unwrap_or("Monday")
}

impl<'a> Reader<'a> {
    /// `12`, `0.5`: digits and at most one point.
    pub fn number(&mut self, pair: &Pair<'a>) -> Option<Number> {
        self.figure(pair, pair.as_str())
    }

    /// `$1,200.50`: commas may group the digits in threes.
    pub fn money(&mut self, pair: &Pair<'a>) -> Option<Number> {
        let figure = pair.as_str().trim_start_matches('$').trim_start();
        let whole = figure.split('.').next().unwrap_or("");
        let mut groups = whole.split(',');
        let first = groups.next().map_or(0, str::len);
        if whole.contains(',') && (!(1..=3).contains(&first) || groups.any(|group| group.len() != 3)) {
            self.report(
                Diagnostic::error("bad-number", Place::Policy(self.span(pair)), "the commas do not group this amount in threes")
                    .help("write `$1,200.50` or `$1200.50`"),
            );
            return None;
        }
        self.figure(pair, &figure.replace(',', ""))
    }

    fn figure(&mut self, pair: &Pair<'a>, figure: &str) -> Option<Number> {
        let span = self.span(pair);
        if figure.contains('_') {
            let help = format!("write `{}`", figure.replace([',', '_'], ""));
            let message = format!("`{}` has a sign that is no digit", pair.as_str());
            self.report(Diagnostic::error("bad-number", Place::Policy(span), message).help(help));
        } else if figure.contains(',') {
            let help = format!("write `{}`, or a space behind the comma of a list", figure.replace(',', ""));
            let message = format!("`{}` can be read two ways", pair.as_str());
            self.report(Diagnostic::error("bad-number", Place::Policy(span), message).help(help));
        } else if figure.starts_with('.') {
            self.report(
                Diagnostic::error("bad-number", Place::Policy(span), "this number has no digit in front of its point")
                    .help(format!("write `0{figure}`")),
            );
        } else if figure.bytes().filter(u8::is_ascii_digit).count() > bounds::DIGITS {
            let message = format!("this number has more than {} digits", bounds::DIGITS);
            self.report(
                Diagnostic::error("bad-number", Place::Policy(span), message).help("write fewer digits; amounts are exact to the last one"),
            );
        } else {
            return Number::parse(figure);
        }
        None
    }

    /// A whole number from 1 on, such as the 3 of `to 3 awards`.
    pub fn count(&mut self, pair: &Pair<'a>) -> Option<Node<Number>> {
        let number = self.number(pair)?;
        if number.to_integer().is_some_and(|count| (1..=1_000_000).contains(&count)) {
            return Some(self.node(pair, number));
        }
        self.report(
            Diagnostic::error("bad-number", Place::Policy(self.span(pair)), format!("`{}` is not a whole number from 1 on", pair.as_str()))
                .help("write how many, such as `3`"),
        );
        None
    }

    /// `2025-06-30`, and a message for the other ways of writing a day.
    pub fn day(&mut self, pair: &Pair<'a>) -> Option<Date> {
        let text = pair.as_str();
        if let Some(date) = Date::parse_iso(text) {
            return Some(date);
        }
        let is_iso = text.len() == 10 && text.as_bytes().get(4) == Some(&b'-');
        if is_iso {
            self.report(
                Diagnostic::error("bad-date", Place::Policy(self.span(pair)), format!("there is no day `{text}`"))
                    .help("check the month and the day: `2025-02-28`"),
            );
        } else {
            let help = "write year, month and day: `2025-06-30` is June 30";
            self.report(
                Diagnostic::error("bad-date", Place::Policy(self.span(pair)), format!("`{text}` is not a date of the form year-month-day"))
                    .help(help),
            );
        }
        None
    }

    /// `from D` or `from D to D`.
    pub fn range(&mut self, pair: Pair<'a>) -> Option<Node<DateRange>> {
        let span = self.span(&pair);
        let days: Vec<Option<Date>> = parts(pair).map(|day| self.day(&day)).collect();
        let mut days = days.into_iter();
        let (from, to) = (days.next()??, days.next());
        let to = match to {
            Some(None) => return None,
            Some(Some(to)) => Some(to),
            None => None,
        };
        if to.is_some_and(|to| to < from) {
            self.report(
                Diagnostic::error("bad-date", Place::Policy(span), "these dates end before they begin")
                    .help("write the earlier date first"),
            );
            return None;
        }
        Some(Node { kind: DateRange { from, to }, span })
    }

    /// `1 year 6 months`, `2 weeks`.
    pub fn duration(&mut self, pair: Pair<'a>) -> Option<Duration> {
        let span = self.span(&pair);
        let mut total = Duration::default();
        for piece in parts(pair) {
            let mut inner = parts(piece);
            let (count, unit) = (inner.next()?, inner.next()?);
            let count = self.number(&count)?.to_integer().filter(|count| *count <= bounds::DURATION_YEARS * 366);
            let Some(length) = count.and_then(|count| i32::try_from(count).ok()) else {
                self.report(
                    Diagnostic::error("bad-number", Place::Policy(span), "this is no length of time that can be counted")
                        .help("write a whole number, such as `90 days`"),
                );
                return None;
            };
            match unit.as_str().trim_end_matches('s') {
                "year" => total.months += length * 12,
                "month" => total.months += length,
                "week" => total.days += length * 7,
                _ => total.days += length,
            }
            if i64::from(total.months) > bounds::DURATION_YEARS * 12 || i64::from(total.days) > bounds::DURATION_YEARS * 366 {
                self.report(
                    Diagnostic::error("bad-number", Place::Policy(span), "this is longer than 1000 years")
                        .help("write a shorter time, or `ever` in place of a window"),
                );
                return None;
            }
        }
        Some(total)
    }

    /// `July 1`: a day that every year has.
    pub fn month_day(&mut self, pair: Pair<'a>) -> Option<Node<YearStart>> {
        let span = self.span(&pair);
        let mut inner = parts(pair);
        let (month, day) = (inner.next()?, inner.next()?);
        let month = month_number(month.as_str())?;
        let number = self.number(&day)?.to_integer().and_then(|day| u32::try_from(day).ok()).unwrap_or(0);
        // 2001 is no leap year
        if Date::new(2001, month, number).is_none() {
            let message = format!("not every year has a {} {}", month_name(month), day.as_str());
            self.report(
                Diagnostic::error("bad-date", Place::Policy(span), message).help("write a day that every year has, such as `July 1`"),
            );
            return None;
        }
        Some(Node { kind: YearStart { month, day: number }, span })
    }

    /// `half up to the cent`.
    pub fn rounding(&mut self, pair: Pair<'a>) -> Option<Node<Rounding>> {
        let span = self.span(&pair);
        let mut inner = parts(pair);
        let mode = match inner.next()?.as_rule() {
            Rule::half_up => RoundingMode::HalfUp,
            Rule::half_down => RoundingMode::HalfDown,
            Rule::half_even => RoundingMode::HalfEven,
            Rule::up => RoundingMode::Up,
            _ => RoundingMode::Down,
        };
        let unit = inner.next()?;
        let unit_span = self.span(&unit);
        let unit = match unit.as_rule() {
            Rule::cent => Number::CENT,
            Rule::dollar => Number::ONE,
            Rule::money => self.money(&unit)?,
            _ => self.number(&unit)?,
        };
        if !unit.is_positive() {
            self.report(
                Diagnostic::error("bad-number", Place::Policy(unit_span), "nothing can be rounded to zero")
                    .help("write `to the cent`, `to the dollar` or `to $0.05`"),
            );
            return None;
        }
        Some(Node { kind: Rounding { mode, unit }, span })
    }

    pub fn period_word(&mut self, pair: Pair<'a>) -> Option<Node<PeriodWord>> {
        let span = self.span(&pair);
        let word = part(pair)?;
        let kind = match word.as_rule() {
            Rule::fiscal_year => PeriodWord::FiscalYear,
            Rule::school_year => PeriodWord::SchoolYear,
            Rule::calendar_year => PeriodWord::CalendarYear,
            Rule::month => PeriodWord::Month,
            Rule::year => PeriodWord::Year,
            _ => PeriodWord::Named(self.name(word)?.kind),
        };
        Some(Node { kind, span })
    }

    /// `per …`, `ever`, and `every 5 years`; the span takes in the first word.
    pub fn window(&mut self, pair: Pair<'a>) -> Option<Node<Window>> {
        let span = self.span(&pair);
        let inner = part(pair)?;
        let window = match inner.as_rule() {
            Rule::ever => Window::Ever,
            Rule::duration => Window::Every(self.long_enough(inner)?),
            Rule::rolling => Window::Rolling(match part(inner) {
                Some(duration) => self.long_enough(duration)?,
                None => Duration::years(1),
            }),
            Rule::from_first_award => Window::FromFirstAward(self.long_enough(part(inner)?)?),
            Rule::year_from => Window::YearFrom(Box::new(self.operand(part(inner)?)?)),
            _ => Window::Period(self.period_word(inner)?.kind),
        };
        Some(Node { kind: window, span })
    }

    /// A duration that is not zero, for windows.
    pub fn long_enough(&mut self, pair: Pair<'a>) -> Option<Duration> {
        let span: Span = self.span(&pair);
        let duration = self.duration(pair)?;
        if duration != Duration::default() {
            return Some(duration);
        }
        self.report(
            Diagnostic::error("bad-number", Place::Policy(span), "this window has no length")
                .help("write how long it is, such as `1 year`"),
        );
        None
    }
}
