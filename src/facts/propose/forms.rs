//! The form of a column's dates and numbers, by all its values: one that fits, two that nobody can tell apart, or none.

use super::{Answer, Choice, Ground, Line, Section};
use crate::facts::mapping::DecimalStyle;
use crate::facts::parse::amount;
use crate::facts::parse::day::{self, DayFormat};
use crate::facts::parse::order::{OrderEvidence, is_zoned};
use crate::facts::survey::{Seen, SeenColumn};
use crate::policy::Field;
use crate::value::{Number, Type};

/// How numbers are written in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    pub good: usize,
    pub all: usize,
    pub style: DecimalStyle,
}

/// Serves to try forms with two-digit years.
const TRIAL_PIVOT: u32 = 69;

/// How many values can be dates, in whatever form, of those that do not say that there is none.
pub fn share_of_dates(column: &SeenColumn) -> (usize, usize) {
    let (good, _) = column.share(|seen| match seen {
        Seen::Text(text) => {
            let mut order = OrderEvidence::default();
            order.note(text);
            order.other > 0 || day::iso(text).is_some() || is_zoned(text)
        }
        Seen::Serial(_) => true,
        Seen::Number(text) => day::serial(text, day::Epoch::Of1900).is_some() && text.len() == 5,
        Seen::YesNo(_) | Seen::Damaged(_) => false,
    });
    let (days, _) = column.share(|seen| !is_no_value(seen.text()));
    (good, days)
}

fn is_no_value(text: &str) -> bool {
    NO_VALUE.contains(&text.to_lowercase().as_str())
}

/// The form under which more of the numbers can be read; the point is taken where both read the same.
pub fn number_form(ty: Type, column: &SeenColumn) -> Option<Form> {
    let with = |style: DecimalStyle| {
        let (good, _) = column.share(|seen| number(ty, seen, style).is_some());
        let (all, _) = column.share(|seen| !is_no_value(seen.text()));
        Form { good, all, style }
    };
    let (point, comma) = (with(DecimalStyle::Point), with(DecimalStyle::Comma));
    let form = if comma.good > point.good { comma } else { point };
    (form.good > 0).then_some(form)
}

fn number(ty: Type, seen: &Seen, style: DecimalStyle) -> Option<Number> {
    let text = match seen {
        Seen::Text(text) => text,
        Seen::Number(text) => return Number::parse(text).or(Some(Number::ZERO)),
        Seen::Serial(_) | Seen::YesNo(_) | Seen::Damaged(_) => return None,
    };
    let changed = if style == DecimalStyle::Comma { amount::decimal_point(text) } else { Some(text.as_str().into()) };
    let text = changed?;
    match ty {
        Type::Money => amount::money(&text).ok(),
        _ => amount::percent(&text).unwrap_or_else(|| amount::number(&text)).ok(),
    }
}

/// The line that says how a column's dates are written; none where they are ISO dates or the spreadsheet's own.
pub fn date_lines(field: &Field, column: &SeenColumn) -> Vec<Line> {
    let (texts, words): (Vec<&str>, Vec<&str>) = column
        .values
        .keys()
        .filter_map(text_of)
        .filter(|text| day::iso(text).is_none())
        .partition(|text| text.chars().any(char::is_numeric));
    let mut lines = form_lines(field, column, &texts);
    let words = words.into_iter().chain(column.values.keys().filter(|seen| matches!(seen, Seen::YesNo(_))).map(Seen::text));
    lines.extend(words.take(WORDS_MOST).map(|word| no_value(field, column, word)));
    lines
}

/// Words that stand in columns of days and numbers and are none, which are listed.
const WORDS_MOST: usize = 20;

/// What programs write where there is no day or no number.
const NO_VALUE: [&str; 16] = [
    "false",
    "never",
    "none",
    "no",
    "n/a",
    "na",
    "null",
    "nil",
    "-",
    "--",
    "—",
    "never expires",
    "does not expire",
    "no expiration",
    "not applicable",
    "unlimited",
];

/// A word where a day or a number belongs: blank where it says that there is none and the policy can do without, otherwise a question.
fn no_value(field: &Field, column: &SeenColumn, word: &str) -> Line {
    let count = column.values.iter().filter(|(seen, _)| seen.text() == word).map(|(_, (count, _))| count).sum::<u32>();
    let rows = if count == 1 { "1 row".to_owned() } else { format!("{count} rows") };
    let section = Section::Words(field.name.clone());
    if field.optional && is_no_value(word) {
        return Line::new(section, word, "").because(vec![format!("{rows}; it says that there is none: blank")]);
    }
    let evidence = match field.optional {
        true => format!("{rows}, rejected unless somebody says that it means blank"),
        false => format!("{rows}, rejected either way because the policy needs `{}`: correct them in the source", field.name),
    };
    Line { may_be_left_out: true, ..Line::open(section, word, vec![Choice::text("", "blank")]).because(vec![evidence]) }
}

/// How the days of a column are written.
fn form_lines(field: &Field, column: &SeenColumn, texts: &[&str]) -> Vec<Line> {
    if texts.is_empty() {
        return Vec::new();
    }
    let zoned = texts.iter().filter(|text| is_zoned(text)).count();
    if zoned * 2 > texts.len() {
        return vec![time_zone(field, texts[0])];
    }
    let mut order = OrderEvidence::default();
    texts.iter().for_each(|text| order.note(text));
    let forms = order.candidates();
    let failing = |form: &str| -> Vec<&str> {
        let format = DayFormat::parse(form, Some(TRIAL_PIVOT)).ok();
        texts.iter().copied().filter(|text| format.as_ref().is_some_and(|format| format.read(text).is_none())).collect()
    };
    let mut lines = match forms {
        [] => return vec![no_form(field, texts[0])],
        [form] => {
            let decided = order.month_first.as_ref().or(order.day_first.as_ref()).cloned().unwrap_or_else(|| texts[0].to_owned());
            let mut evidence = vec![format!("`{decided}` can be read in no other way")];
            evidence.extend(failed(&failing(form)));
            vec![Line::new(Section::Formats, &field.name, form).because(evidence)]
        }
        [first, ..] => {
            let choices: Vec<Choice> = forms.iter().map(|form| Choice::text(form, &as_form(form, texts[0]))).collect();
            let why = format!("all {} values of `{}` can be read both ways: ask who exported it", texts.len(), column.header);
            let mut evidence = vec![why];
            evidence.extend(failed(&failing(first)));
            vec![Line::open(Section::Formats, &field.name, choices).because(evidence)]
        }
    };
    if order.needs_pivot() {
        lines.push(pivot(texts, forms));
    }
    lines
}

/// One export writes its dates in one form, and a district lies in one time zone: what is known of one column is proposed for those
/// that show nothing.
pub fn as_others(lines: &mut [Line], ground: Ground<'_>) {
    for section in [Section::Formats, Section::TimeZones] {
        let is_near = |answer: &&Answer| section == Section::TimeZones || answer.file == ground.survey.title();
        let answered = ground.answers.iter().filter(is_near).filter(|answer| answer.section == section);
        let shown = lines.iter().filter(|line| line.section == section).filter_map(|line| Some((line.key.clone(), line.value.clone()?)));
        let known: Vec<(String, String)> =
            answered.map(|answer| (answer.key.clone(), answer.choice.literal.clone())).chain(shown).collect();
        for line in lines.iter_mut().filter(|line| line.section == section && line.value.is_none()) {
            let could_be = |literal: &String| {
                section == Section::TimeZones || line.choices.iter().any(|choice| choice.literal == *literal && literal.contains("YY"))
            };
            let fitting: Vec<&(String, String)> = known.iter().filter(|(_, literal)| could_be(literal)).collect();
            if let Some((field, literal)) = fitting.first().copied()
                && fitting.iter().all(|(_, other)| other == literal)
            {
                line.evidence.push(format!("proposed because `{field}` is so: look whether both come from one program"));
                line.value = Some(literal.clone());
            }
        }
    }
}

fn text_of(seen: &Seen) -> Option<&str> {
    match seen {
        Seen::Text(text) => Some(text),
        Seen::Number(text) if text.len() == 8 => Some(text),
        Seen::Number(_) | Seen::Serial(_) | Seen::YesNo(_) | Seen::Damaged(_) => None,
    }
}

fn as_form(form: &str, text: &str) -> String {
    let read = DayFormat::parse(form, Some(TRIAL_PIVOT)).ok().and_then(|format| format.read(text));
    read.map_or_else(String::new, |date| format!("`{text}` would be {date}"))
}

fn failed(values: &[&str]) -> Option<String> {
    let shown: Vec<String> = values.iter().take(3).map(|value| format!("`{value}`")).collect();
    let more = if values.len() > 3 { format!(" and {} more", values.len() - 3) } else { String::new() };
    (!values.is_empty()).then(|| format!("would fail: {}{more}", shown.join(", ")))
}

fn no_form(field: &Field, sample: &str) -> Line {
    let eight = sample.len() == 8 && sample.bytes().all(|byte| byte.is_ascii_digit());
    if eight {
        return Line::new(Section::Formats, &field.name, "YYYYMMDD").because(vec![format!("values such as `{sample}`")]);
    }
    let evidence = vec![format!("values such as `{sample}` are of no form that the program knows; see docs/mapping.md")];
    Line::open(Section::Formats, &field.name, Vec::new()).because(evidence)
}

fn time_zone(field: &Field, sample: &str) -> Line {
    let why = format!("`{sample}` names its time zone; which day it was depends on where the district is");
    let zones = ["America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles"];
    let choices = zones.iter().map(|zone| Choice::text(zone, "")).collect();
    Line::open(Section::TimeZones, &field.name, choices).because(vec![why])
}

/// Two-digit years: the pivot is proposed where every year seen is of this century under it.
fn pivot(texts: &[&str], forms: &[String]) -> Line {
    let years = texts.iter().filter_map(|text| {
        let form = forms.first().and_then(|form| DayFormat::parse(form, Some(TRIAL_PIVOT)).ok())?;
        form.read(text).map(|date| date.year())
    });
    let years: Vec<i32> = years.collect();
    let (least, most) = (years.iter().min().copied().unwrap_or(0), years.iter().max().copied().unwrap_or(0));
    let evidence = vec![format!("years are written with two digits; 00 to 68 are then 20xx, which gives {least} to {most}")];
    let line = if (2000..2045).contains(&least) && most < 2045 {
        Line::literal(Section::File, "two_digit_year_pivot", "69")
    } else {
        Line::open(
            Section::File,
            "two_digit_year_pivot",
            vec![Choice::literal("69", "00 to 68 are 20xx"), Choice::literal("40", "00 to 39 are 20xx")],
        )
    };
    line.because(evidence)
}

/// What has to be said about a column of numbers: a decimal comma, percent or fraction.
pub fn number_lines(field: &Field, ty: Type, column: &SeenColumn) -> Vec<Line> {
    let words =
        column.values.keys().filter(|seen| matches!(seen, Seen::Text(_)) && !seen.text().chars().any(char::is_numeric)).map(Seen::text);
    let mut lines: Vec<Line> = words.take(WORDS_MOST).map(|word| no_value(field, column, word)).collect();
    let Some(form) = number_form(ty, column) else { return lines };
    if form.style == DecimalStyle::Comma {
        let sample = column.texts().find(|text| text.contains(',')).unwrap_or("");
        let evidence = vec![format!("`{sample}` in `{}` has its decimals behind a comma", column.header)];
        lines.push(Line::new(Section::File, "decimal", "comma").because(evidence));
    }
    let values: Vec<Number> = column.values.keys().filter_map(|seen| number(ty, seen, form.style)).collect();
    let signed = column.texts().any(|text| text.contains('%'));
    let share = matches!(ty, Type::Percent) || matches!(ty, Type::Number) && is_share(&field.name);
    if share && !signed && !values.is_empty() {
        lines.extend(share_line(field, ty, &values));
    }
    lines
}

/// Whether a field is called what cannot be more than a whole.
pub fn is_share(name: &str) -> bool {
    name == "fte" || name.ends_with("_fte") || name.starts_with("fte_")
}

fn share_line(field: &Field, ty: Type, values: &[Number]) -> Option<Line> {
    let (one, two) = (Number::ONE, Number::from_integer(2));
    let above = values.iter().filter(|value| **value > two).count();
    let below = values.iter().filter(|value| value.is_positive() && **value < one).count();
    let evidence = vec![format!("{above} of {} values are above 2, {below} between 0 and 1", values.len())];
    match (above > 0, below > 0) {
        (true, false) => Some(Line::new(Section::Formats, &field.name, "percent").because(evidence)),
        (false, true) if matches!(ty, Type::Percent) => Some(Line::new(Section::Formats, &field.name, "fraction").because(evidence)),
        (false, _) if matches!(ty, Type::Number) => None,
        _ => {
            let choices = vec![Choice::text("percent", "50 is a half"), Choice::text("fraction", "0.5 is a half")];
            Some(Line::open(Section::Formats, &field.name, choices).because(evidence))
        }
    }
}
