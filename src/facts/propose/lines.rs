//! The lines for one file: the settings that it needs, the columns, and the forms and words of their values.

use super::columns::{self, Ground, Match};
use super::person::{self, sample};
use super::roles::Role;
use super::{Choice, Line, Section, forms, words};
use crate::diagnostic;
use crate::facts::parse::key;
use crate::facts::survey::{SeenColumn, Survey};
use crate::policy::{Field, FieldRole, Policy};
use crate::value::Type;

/// Words of an enumeration that are listed.
const WORDS_MOST: usize = 60;

/// `1,500 rows, 11 columns`
pub fn size(survey: &Survey) -> String {
    let columns = survey.columns.iter().map(|column| format!("`{}`", diagnostic::quoted(&key::clean(&column.header)))).take(30);
    format!("{} rows; columns {}", survey.rows, columns.collect::<Vec<_>>().join(", "))
}

pub fn of_record(ground: Ground<'_>, all: (&[Survey], &[Role])) -> Vec<Line> {
    let mut lines = settings(ground.survey);
    let why = match (&ground.survey.record, ground.is_left) {
        (Some(_), _) => "as the command says",
        (None, false) => "by its name or its columns",
        (None, true) => "no other file holds this record, and this one holds no other: look",
    };
    lines.insert(0, Line::new(Section::File, "record", &ground.fields().name).because(vec![why.to_owned()]));
    let whose = person::lines(ground, all);
    let ground = Ground { person: person::column(ground, &whose), ..ground };
    lines.extend(whose);
    let found = columns::find(ground);
    for (index, field) in ground.fields().fields.iter().enumerate() {
        if field.role != FieldRole::Person {
            lines.extend(of_field(ground, &found, (index, field)));
        }
    }
    lines.extend(ground.survey.footer.iter().map(|first| {
        let evidence = vec!["the last row begins so".to_owned()];
        Line::new(Section::Footer, "first_cell", first).because(evidence)
    }));
    let mut lines = once_each(lines);
    forms::as_others(&mut lines, ground);
    lines
}

/// A file of which nobody knows what it is for.
pub fn of_unknown(policy: &Policy, survey: &Survey) -> Vec<Line> {
    let choices = policy.records.iter().map(|record| {
        let needed: Vec<&str> = record.fields.iter().filter(|field| !field.optional).map(|field| field.name.as_str()).collect();
        Choice::text(&record.name, &format!("needs {}", needed.join(", ")))
    });
    let evidence = vec!["its name and columns fit no record of the policy well enough; answer, and map again".to_owned()];
    let mut lines = settings(survey);
    lines.insert(0, Line::open(Section::File, "record", choices.collect()).because(evidence));
    lines
}

/// A file that translates addresses: the rule that names it says its sheet and its row of headers.
pub fn of_crosswalk(survey: &Survey) -> Vec<Line> {
    let is_said = |line: &Line| matches!(line.key.as_str(), "sheet" | "header_row");
    settings(survey).into_iter().filter(|line| !is_said(line)).collect()
}

/// What has to be said before the file can be read at all.
fn settings(survey: &Survey) -> Vec<Line> {
    let sheet = survey.sheet.iter().filter(|_| survey.sheet_is_one_of_several);
    let sheet = sheet.map(|sheet| Line::new(Section::File, "sheet", sheet).because(vec!["the workbook has several".to_owned()]));
    let rest = survey.settings.iter();
    sheet
        .chain(rest.map(|setting| Line::literal(Section::File, setting.key, &setting.value).because(vec![setting.evidence.clone()])))
        .collect()
}

fn of_field(ground: Ground<'_>, found: &Match, (index, field): (usize, &Field)) -> Vec<Line> {
    let Some(taken) = found.taken[index] else { return unmatched(ground, found, (index, field)) };
    let column = &ground.survey.columns[taken];
    let why = found.candidates[index].iter().find(|candidate| candidate.column == taken).map_or("", |candidate| candidate.why.as_str());
    let blank = if column.blank > 0 { format!(", {} blank", column.blank) } else { String::new() };
    let mut evidence = vec![format!("{why}; {} values{blank}, such as {}", column.filled, sample(column))];
    if column.blank > 0 && !field.optional {
        evidence.push(format!("the policy needs `{}`: rows where it is blank are rejected", field.name));
    }
    if let FieldRole::Value(Type::Text) = field.role {
        let asked = columns::literals(ground.policy, ground.record, field);
        let lacking: Vec<String> =
            asked.iter().filter(|literal| !column.texts().any(|text| text == literal.as_str())).map(|text| format!("`{text}`")).collect();
        if !lacking.is_empty() {
            evidence.push(format!("the policy asks for {}, which no row has", lacking.join(", ")));
        }
    }
    let mut lines = vec![Line::new(Section::Columns, &field.name, &column.header).because(evidence)];
    lines.extend(of_values(ground, field, column));
    lines
}

/// The forms and words of a column's values.
fn of_values(ground: Ground<'_>, field: &Field, column: &SeenColumn) -> Vec<Line> {
    let FieldRole::Value(ty) = field.role else { return Vec::new() };
    match ty {
        Type::Date => forms::date_lines(field, column),
        Type::Money | Type::Number | Type::Percent | Type::Integer => forms::number_lines(field, ty, column),
        Type::Choice(_) => choice_lines(ground.choice(field), field, column),
        Type::YesNo => yes_no_lines(field, column),
        Type::Text | Type::Duration => Vec::new(),
    }
}

/// No column is likely enough: a gap where the policy needs one, nothing where it can do without and nothing is near.
fn unmatched(ground: Ground<'_>, found: &Match, (index, field): (usize, &Field)) -> Vec<Line> {
    let free = found.candidates[index].iter().filter(|candidate| !found.taken.contains(&Some(candidate.column)));
    let likely: Vec<Choice> = free
        .take(8)
        .map(|candidate| &ground.survey.columns[candidate.column])
        .map(|column| Choice::text(&column.header, &sample(column)))
        .collect();
    let near = found.candidates[index].first().is_some_and(|candidate| candidate.score >= 45);
    // any column can be text; a free column of dates or amounts is worth a question
    let telling = matches!(field.role, FieldRole::Value(Type::Date | Type::Money | Type::Percent)) && !likely.is_empty();
    if field.optional && !near && !telling {
        return Vec::new();
    }
    let evidence = match (likely.is_empty(), field.optional) {
        (true, _) => format!("no column can hold `{}`; the export lacks it, or the policy has to do without", field.name),
        (false, true) => format!("perhaps one of these is `{}`; take the line away where none is", field.name),
        (false, false) => format!("which column is `{}`", field.name),
    };
    let mut likely = likely;
    if field.optional {
        likely.push(Choice::literal("", "none: missing on every row"));
    }
    vec![Line::open(Section::Columns, &field.name, likely).because(vec![evidence])]
}

fn choice_lines(meant: &[String], field: &Field, column: &SeenColumn) -> Vec<Line> {
    let mut lines = Vec::new();
    for (text, count) in column.commonest(WORDS_MOST) {
        if meant.iter().any(|word| word == text) {
            continue;
        }
        let section = Section::Words(field.name.clone());
        let rows = if count == 1 { "1 row".to_owned() } else { format!("{count} rows") };
        lines.push(match words::meaning(text, meant) {
            Some((word, why)) => Line::new(section, text, word).because(vec![format!("{rows}; {why}")]),
            None => {
                let choices = meant.iter().map(|word| Choice::text(word, "")).chain([Choice::text("", "blank")]).collect();
                let evidence = vec![format!("{rows} that are rejected unless somebody says what it means")];
                Line { may_be_left_out: true, ..Line::open(section, text, choices).because(evidence) }
            }
        });
    }
    lines
}

fn yes_no_lines(field: &Field, column: &SeenColumn) -> Vec<Line> {
    let needing = column.commonest(WORDS_MOST).into_iter().filter_map(|(text, count)| match words::yes_no(text) {
        Some((_, words::Plainness::Plain)) => None,
        Some((yes, words::Plainness::NeedsLine)) => Some((text, count, Some(yes))),
        None => Some((text, count, None)),
    });
    let line = |(text, count, yes): (&str, u32, Option<bool>)| {
        let section = Section::Words(field.name.clone());
        match yes {
            Some(yes) => Line::new(section, text, if yes { "yes" } else { "no" }).because(vec![format!("{count} rows")]),
            None => {
                let evidence = vec![format!("{count} rows that are rejected unless somebody says what it means")];
                let choices = vec![Choice::text("yes", ""), Choice::text("no", ""), Choice::text("", "blank")];
                Line { may_be_left_out: true, ..Line::open(section, text, choices).because(evidence) }
            }
        }
    };
    needing.map(line).collect()
}

/// The first line of each key: a setting of the file can be seen in several columns.
fn once_each(lines: Vec<Line>) -> Vec<Line> {
    let mut kept: Vec<Line> = Vec::new();
    for line in lines {
        if !kept.iter().any(|earlier| earlier.section == line.section && earlier.key == line.key) {
            kept.push(line);
        }
    }
    kept
}
