//! The small pieces of canonical text: names, dates, roundings, windows, cells.

use super::expression::operand;
use crate::syntax::ast::{DateRange, Name, PeriodWord, Window};
use crate::syntax::grammar::is_name;
use crate::syntax::parse::literal::month_name;
use crate::value::{Number, Rounding, RoundingMode, YearStart};

pub fn quoted(text: &Name) -> String {
    format!("\"{}\"", text.kind)
}

/// A word of an enumeration: bare where it is a name.
pub fn choice(word: &Name) -> String {
    let is_bare = is_name(&word.kind) && !matches!(word.kind.as_str(), "optional" | "dated");
    if is_bare { word.kind.clone() } else { quoted(word) }
}

pub fn date_range(range: DateRange) -> String {
    match range.to {
        Some(to) => format!("from {} to {to}", range.from),
        None => format!("from {}", range.from),
    }
}

pub fn month_day(start: YearStart) -> String {
    format!("{} {}", month_name(start.month), start.day)
}

pub fn rounding(rounding: Rounding) -> String {
    let mode = match rounding.mode {
        RoundingMode::HalfUp => "half up",
        RoundingMode::HalfDown => "half down",
        RoundingMode::HalfEven => "half even",
        RoundingMode::Up => "up",
        RoundingMode::Down => "down",
    };
    if rounding.unit == Number::CENT {
        format!("{mode} to the cent")
    } else if rounding.unit == Number::ONE {
        format!("{mode} to the dollar")
    } else {
        format!("{mode} to {}", money(rounding.unit))
    }
}

/// `$1,200.50`: the whole dollars in groups of three, cents in full where there are any.
pub fn money(amount: Number) -> String {
    let plain = amount.to_string();
    let (whole, part) = plain.split_once('.').unwrap_or((&plain, ""));
    let grouped: String = whole
        .char_indices()
        .flat_map(|(index, digit)| {
            let comma = index > 0 && (whole.len() - index).is_multiple_of(3);
            comma.then_some(',').into_iter().chain([digit])
        })
        .collect();
    match part.len() {
        0 => format!("${grouped}"),
        1 => format!("${grouped}.{part}0"),
        _ => format!("${grouped}.{part}"),
    }
}

pub fn period_word(word: &PeriodWord) -> &str {
    match word {
        PeriodWord::FiscalYear => "fiscal year",
        PeriodWord::SchoolYear => "school year",
        PeriodWord::CalendarYear => "calendar year",
        PeriodWord::Month => "month",
        PeriodWord::Year => "year",
        PeriodWord::Named(name) => name,
    }
}

pub fn window(window: &Window) -> String {
    match window {
        Window::Period(word) => format!("per {}", period_word(word)),
        Window::Rolling(duration) => format!("per rolling {duration}"),
        Window::FromFirstAward(duration) => format!("per {duration} from the first award"),
        Window::YearFrom(date) => format!("per year from {}", operand(date)),
        Window::Every(duration) => format!("every {duration}"),
        Window::Ever => "ever".to_owned(),
    }
}

/// A cell of a grid: in quotation marks where its blanks, bars or dashes would be read otherwise.
pub fn cell(text: &str, cells_in_row: usize) -> String {
    let vanishes = text.is_empty() && cells_in_row == 1;
    let is_odd = text.trim() != text || text.contains('|') || text.contains("--");
    if (vanishes || is_odd) && !text.contains('"') { format!("\"{text}\"") } else { text.to_owned() }
}
