//! Whose a row is: by the IDs of the people's file, by a file that translates addresses, or by a question.

use std::collections::BTreeSet;

use super::columns::{Candidate, Ground};
use super::known::Known;
use super::names::likeness;
use super::{Choice, Line, Section, roles::Role};
use crate::facts::mapping::base_name;
use crate::facts::parse::key;
use crate::facts::survey::{SeenColumn, Survey};

/// Headers that are asked for IDs, besides the field's own name.
const ID_NAMES: [&str; 4] = ["employee id", "employee number", "staff id", "district code"];

/// The column of the people's file with everybody's ID: most values differ, and the name says it.
pub fn id_column(ground: Ground<'_>) -> Option<Candidate> {
    let field = &ground.fields().fields[usize::from(ground.fields().person_field.0)];
    if let Some(column) = ground.answered(&field.name) {
        return Some(Candidate { column, score: 100, why: "answered when the mapping was made".to_owned() });
    }
    let mut found: Vec<Candidate> = (0..ground.survey.columns.len())
        .filter_map(|index| {
            let column = &ground.survey.columns[index];
            let alias = ground.known.and_then(|known| known.meanings(&column.header)).unwrap_or(&[]);
            let own = likeness(&field.name, &column.header).max(ID_NAMES.iter().map(|name| likeness(name, &column.header)).max()?);
            let score = alias.iter().map(|meaning| likeness("employee id", meaning)).max().unwrap_or(0).max(own);
            let differing = column.values.len() * 10 >= column.filled as usize * 5;
            // a column of names is none of IDs, whatever it is called
            let (numbered, all) = column.share(|seen| seen.text().bytes().any(|byte| byte.is_ascii_digit()));
            let fits = score >= 45 && differing && numbered * 2 > all && !column.holds_addresses() && column.filled > 0;
            let why = format!("by its name; {} values, {} different", column.filled, column.values.len());
            fits.then_some(Candidate { column: index, score, why })
        })
        .collect();
    found.sort_by_key(|candidate| (u32::MAX - candidate.score, candidate.column));
    found.into_iter().next()
}

/// The lines that say whose the rows of a file are.
pub fn lines(ground: Ground<'_>, all: (&[Survey], &[Role])) -> Vec<Line> {
    let field = &ground.fields().fields[usize::from(ground.fields().person_field.0)].name;
    if ground.fields().is_look_up {
        return Vec::new();
    }
    if ground.record == ground.policy.people {
        return own_lines(ground, field);
    }
    if ground.answered(field).is_some() {
        return vec![asked(ground, field)];
    }
    let people = known_people(ground, all);
    by_id(ground, field, &people).or_else(|| by_address(ground, (field, &people), all)).unwrap_or_else(|| vec![asked(ground, field)])
}

/// The column that these lines, or an answer, name for the person.
pub fn column(ground: Ground<'_>, lines: &[Line]) -> Option<usize> {
    let field = &ground.fields().fields[usize::from(ground.fields().person_field.0)].name;
    let named = lines.iter().find(|line| line.section == Section::Columns && line.key == *field).and_then(|line| line.value.clone());
    let header = named.and_then(|literal| Choice::literal(&literal, "").as_text());
    let is_it = |header: &String| ground.survey.columns.iter().position(|column| column.header == *header);
    header.as_ref().and_then(is_it).or_else(|| ground.answered(field))
}

fn own_lines(ground: Ground<'_>, field: &str) -> Vec<Line> {
    let Some(id) = id_column(ground) else { return vec![asked(ground, field)] };
    let column = &ground.survey.columns[id.column];
    let mut lines = vec![Line::new(Section::Columns, field, &column.header).because(vec![id.why])];
    let digits: Vec<&str> = column.texts().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit())).collect();
    let widest = digits.iter().map(|text| text.len()).max().unwrap_or(0);
    let (zeros, shorter) = (digits.iter().find(|text| text.starts_with('0')), digits.iter().find(|text| text.len() < widest));
    if let (Some(zeros), Some(shorter)) = (zeros, shorter) {
        let evidence = vec![format!("`{zeros}` has its zeros and `{shorter}` is shorter, as if a spreadsheet had taken them")];
        lines.push(Line::literal(Section::File, "id_width", &widest.to_string()).because(evidence));
    }
    lines
}

/// The IDs of the people's file.
pub fn known_people<'a>(ground: Ground<'_>, (surveys, roles): (&'a [Survey], &[Role])) -> BTreeSet<&'a str> {
    let mut people = BTreeSet::new();
    for (survey, role) in surveys.iter().zip(roles) {
        if matches!(role, Role::Record(record) | Role::Left(record) if *record == ground.policy.people) {
            let its = Ground { survey, record: ground.policy.people, known: Known::fitting(survey), ..ground };
            people.extend(id_column(its).into_iter().flat_map(|id| survey.columns[id.column].texts().map(plain_id)));
        }
    }
    people
}

fn plain_id(text: &str) -> &str {
    text.strip_suffix(".0").unwrap_or(text)
}

/// A column whose values are IDs of the people's file, as they stand or with zeros put back.
fn by_id(ground: Ground<'_>, field: &str, people: &BTreeSet<&str>) -> Option<Vec<Line>> {
    let width = people.iter().map(|id| id.len()).max().unwrap_or(0);
    let share = |column: &SeenColumn, width: Option<usize>| {
        let found = column.share(|seen| people.contains(key::padded(plain_id(seen.text()), width).as_ref()));
        (found.1 > 0 && found.0 * 2 > found.1).then_some(found)
    };
    for width in [None, Some(width)] {
        let columns = ground.survey.columns.iter().filter_map(|column| share(column, width).map(|found| (column, found)));
        let Some((column, (found, all))) =
            columns.max_by_key(|(column, (found, all))| (found * 1000 / all, likeness(field, &column.header)))
        else {
            continue;
        };
        let evidence = vec![format!("{found} of its {all} values are IDs of the people's file")];
        let mut lines = vec![Line::new(Section::Columns, field, &column.header).because(evidence)];
        if let Some(width) = width {
            let evidence = vec![format!("the IDs match when their zeros are put back; the people's have up to {width} digits")];
            lines.push(Line::literal(Section::File, "id_width", &width.to_string()).because(evidence));
        }
        return Some(lines);
    }
    None
}

/// A column of addresses that another file translates to IDs of the people's file.
fn by_address(ground: Ground<'_>, (field, people): (&str, &BTreeSet<&str>), (surveys, _): (&[Survey], &[Role])) -> Option<Vec<Line>> {
    surveys.iter().filter(|survey| survey.title() != ground.survey.title()).find_map(|survey| {
        shared_addresses(ground.survey, survey).into_iter().find_map(|shared| translated(survey, shared, (field, people)))
    })
}

/// The lines for a column of addresses and the file that has them with IDs.
fn translated(
    survey: &Survey,
    (column, from, (found, all)): (&SeenColumn, &SeenColumn, (usize, usize)),
    (field, people): (&str, &BTreeSet<&str>),
) -> Option<Vec<Line>> {
    let others = survey.columns.iter().filter(|to| to.header != from.header && translates_to(to, people));
    let to = others.max_by_key(|to| to.share(|seen| people.contains(plain_id(seen.text()))).0)?;
    let (hits, ids) = to.share(|seen| people.contains(plain_id(seen.text())));
    let name = base_name(&survey.name);
    let evidence = vec![format!("{found} of its {all} addresses stand in {name}")];
    let mut lines = vec![
        Line::new(Section::Columns, field, &column.header).because(evidence),
        Line::new(Section::Crosswalk, "file", name).because(vec!["has to stay beside this mapping".to_owned()]),
        Line::new(Section::Crosswalk, "from", &from.header),
        Line::new(Section::Crosswalk, "to", &to.header).because(vec![format!("{hits} of its {ids} values are IDs of the people's file")]),
    ];
    lines.extend(survey.sheet.iter().map(|sheet| Line::new(Section::Crosswalk, "sheet", sheet)));
    let header = survey.settings.iter().find(|setting| setting.key == "header_row");
    lines.extend(header.map(|setting| Line::literal(Section::Crosswalk, "header_row", &setting.value)));
    Some(lines)
}

fn translates_to(column: &SeenColumn, people: &BTreeSet<&str>) -> bool {
    let (found, all) = column.share(|seen| people.contains(plain_id(seen.text())));
    all > 0 && found * 2 > all
}

/// Columns of addresses that two files have in common: that of the first, that of the second, how many of how many.
fn shared_addresses<'s>(left: &'s Survey, right: &'s Survey) -> Vec<(&'s SeenColumn, &'s SeenColumn, (usize, usize))> {
    let of = |survey: &'s Survey| survey.columns.iter().filter(|column| column.filled > 0 && column.holds_addresses());
    let mut found = Vec::new();
    for column in of(left) {
        for from in of(right) {
            let known: BTreeSet<String> = from.texts().map(key::fold_key).collect();
            let (hits, all) = column.share(|seen| known.contains(&key::fold_key(seen.text())));
            if hits * 2 > all {
                found.push((column, from, (hits, all)));
            }
        }
    }
    found
}

/// Whether a file could translate the addresses of another.
pub fn could_translate(crosswalk: &Survey, file: &Survey) -> bool {
    crosswalk.columns.len() >= 2 && !shared_addresses(file, crosswalk).is_empty()
}

/// Whether a file has the IDs of these people; where nobody is known, it may.
pub fn knows(survey: &Survey, people: &BTreeSet<&str>) -> bool {
    people.is_empty() || survey.columns.iter().any(|column| translates_to(column, people))
}

/// Nobody is found: a person has to say, and never by a name alone.
fn asked(ground: Ground<'_>, field: &str) -> Line {
    let has_addresses = ground.survey.columns.iter().find(|column| column.holds_addresses());
    let why = match has_addresses {
        Some(column) => format!("`{}` holds addresses; add a file that says whose they are, and map again", column.header),
        None => "no column holds IDs of the people's file; a name alone never says who somebody is".to_owned(),
    };
    let choices = ground.survey.columns.iter().filter(|column| column.filled > 0).take(12);
    let choices = choices.map(|column| Choice::text(&column.header, &sample(column)));
    Line::open(Section::Columns, field, choices.collect()).because(vec![why])
}

/// A few values of a column.
pub fn sample(column: &SeenColumn) -> String {
    let shown: Vec<String> = column.commonest(3).iter().map(|(text, _)| format!("`{text}`")).collect();
    shown.join(", ")
}
