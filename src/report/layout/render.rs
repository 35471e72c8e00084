//! Whole files: lines split by what the layout names, headers, first and last lines, bytes. Nothing is written before all of it fits.

use std::collections::{BTreeMap, BTreeSet};

use super::cell::Where;
use super::control::{Counted, control};
use super::lines::{Line, Names, Worth, lines};
use super::load::Layout;
use super::template::Piece;
use super::template::Template;
use super::written::{ColumnLayout, Encoding, FileLayout, Form, Header, LineEnd, Quotes};
use crate::diagnostic::{Diagnostic, nearest};
use crate::facts::EmployeeId;
use crate::report::results::{Adjustment, Results};
use crate::report::text::{count, money};
use crate::report::totals::sum;
use crate::report::words::kind_word;
use crate::source::{Cell, Place};
use crate::value::Number;

/// A file ready to be written, and what must be found in it when it is read back.
#[derive(Clone, Debug)]
pub struct PayrollFile {
    pub name: String,
    pub bytes: Vec<u8>,
    /// None for the control totals.
    pub(super) layout: Option<FileLayout>,
    /// Every line's cells, header, first and last lines included.
    pub(super) cells: Vec<Vec<String>>,
    pub(super) counted: Vec<Counted>,
}

impl PayrollFile {
    /// Its lines of money.
    pub fn lines(&self) -> usize {
        self.counted.len()
    }

    pub fn total(&self) -> Option<Number> {
        sum(self.counted.iter().map(|counted| counted.amount))
    }
}

/// Every file of the layout, or everything that keeps them from being written.
pub fn render(layout: &Layout, results: &Results) -> Result<Vec<PayrollFile>, Vec<Diagnostic>> {
    let sources = results.source_names();
    let names = Names { layout, results, sources };
    let mut problems = needs(names);
    problems.extend(kinds_without_file(names));
    problems.extend(missing_codes(names));
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut files = Vec::new();
    for file in &layout.files {
        let own = |adjustment: &&Adjustment| file.kinds.iter().any(|kind| kind == kind_word(adjustment.kind));
        let adjustments: Vec<&Adjustment> = results.adjustments.iter().filter(own).collect();
        let key: Vec<String> =
            if file.one_line_per.is_empty() { Vec::new() } else { [&file.one_line_per[..], &file.split_by[..]].concat() };
        match lines(names, adjustments, &key) {
            Some(lines) => {
                for (split, lines) in parts(names, file, lines) {
                    files.extend(one(names, file, (&split, lines), &mut problems));
                }
            }
            None => problems.push(sum_too_large(layout)),
        }
    }
    if let Some(template) = &layout.control
        && problems.is_empty()
    {
        let name = file_name(template, &|name| names.of_run(name));
        files.push(PayrollFile { name, bytes: control(&files).into_bytes(), layout: None, cells: Vec::new(), counted: Vec::new() });
    }
    if problems.is_empty() { Ok(files) } else { Err(problems) }
}

fn sum_too_large(layout: &Layout) -> Diagnostic {
    Diagnostic::error("amount-outside-layout", layout.place(), "the sum of a line has more digits than the program keeps")
        .help("write a line for each adjustment: take out `one_line_per`")
}

/// The settings that the layout asks for and nobody gave, and fields that the policy's people do not have.
fn needs(names: Names) -> Vec<Diagnostic> {
    let layout = names.layout;
    let given = |name: &String| layout.settings.get(name).is_some_and(|value| !value.is_empty()) || layout.people.contains_key(name);
    let missing: Vec<(&String, &String)> = layout.needs.iter().filter(|(name, _)| !given(name)).collect();
    let mut problems: Vec<Diagnostic> = missing
        .iter()
        .map(|(name, what)| {
            let message = format!("the layout needs `{name}`: {what}");
            let example = if layout.name.ends_with(".toml") { String::new() } else { format!("`layout = \"{}\"` and ", layout.name) };
            Diagnostic::error("layout-needs", layout.place(), message).help(format!(
                "write {example}`{name} = \"…\"` under `[settings]` into a file such as payroll.toml, or add `--set {name}=…`"
            ))
        })
        .collect();
    let used = layout.files.iter().flat_map(FileLayout::all_columns).filter_map(|column| Template::parse(&column.value));
    let used: BTreeSet<String> = used.flat_map(|template| template.names().map(str::to_owned).collect::<Vec<_>>()).collect();
    let fields = used.iter().filter_map(|name| layout.people.get(name).map(String::as_str).or_else(|| name.strip_prefix("employee.")));
    for field in fields.filter(|field| names.field_id(field).is_none()) {
        let policy = names.results.context.policy;
        let record = policy.record(policy.people);
        let known: Vec<&str> = record.fields.iter().filter(|field| field.dated.is_none()).map(|field| field.name.as_str()).collect();
        let message = format!("the layout asks for the field `{field}` of the policy's people, which is not there");
        let help = match nearest(field, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`"),
            None => format!("write `{field}  text, optional` into `record {}`; it has {}", record.name, known.join(", ")),
        };
        problems.push(Diagnostic::error("layout-value", layout.place(), message).help(help));
    }
    problems
}

/// Money that no file of the layout takes would be lost.
fn kinds_without_file(names: Names) -> Vec<Diagnostic> {
    let mut left: BTreeMap<&str, Vec<Number>> = BTreeMap::new();
    for adjustment in &names.results.adjustments {
        let kind = kind_word(adjustment.kind);
        let taken = names.layout.files.iter().flat_map(|file| &file.kinds).chain(&names.layout.leaves_out);
        if !taken.into_iter().any(|taken| taken == kind) {
            left.entry(kind).or_default().push(adjustment.amount);
        }
    }
    let said = |(kind, amounts): (&str, Vec<Number>)| {
        let total = sum(amounts.iter().copied()).map_or(String::new(), |sum| format!(" of {}", money(sum)));
        let message = format!("no file of the layout takes `{kind}`: {}{total} would be lost", count(amounts.len(), "line"));
        Diagnostic::error("kind-without-file", names.layout.place(), message)
            .help(format!("add `\"{kind}\"` to the `kinds` of a `[[file]]`, or say `leaves_out = [\"{kind}\"]`"))
    };
    left.into_iter().map(said).collect()
}

/// Each award without a pay code once.
fn missing_codes(names: Names) -> Vec<Diagnostic> {
    let uses_code = |file: &&FileLayout| {
        let values = file.all_columns().map(|column| &column.value).chain([&file.name]);
        values.filter_map(|value| Template::parse(value)).any(|template| template.names().any(|name| name == "pay_code"))
    };
    let files: Vec<&FileLayout> = names.layout.files.iter().filter(uses_code).collect();
    let mut missing: BTreeSet<(&str, &str)> = BTreeSet::new();
    for adjustment in &names.results.adjustments {
        let kind = kind_word(adjustment.kind);
        if names.pay_code(adjustment).is_none() && files.iter().any(|file| file.kinds.iter().any(|taken| taken == kind)) {
            missing.insert((&names.results.context.policy.award(adjustment.award).name, kind));
        }
    }
    let said = |(award, kind): (&str, &str)| {
        let problem =
            Diagnostic::error("missing-pay-code", names.layout.place(), format!("the award `{award}` has no pay code for its {kind}"));
        let known = names.layout.codes.keys().map(String::as_str);
        match nearest(award, known).filter(|near| *near != award) {
            Some(near) => problem.help(format!("there is a code for `{near}`; is that the same award")),
            None => problem.help(format!("write `\"{award}\" = \"…\"` under `[codes]` into the layout file, such as payroll.toml")),
        }
    };
    missing.into_iter().map(said).collect()
}

/// The lines by what the file is split by, in the order of first appearance; lines are numbered in each.
fn parts<'a>(names: Names<'a>, file: &FileLayout, lines: Vec<Line<'a>>) -> Vec<(Vec<Worth>, Vec<Line<'a>>)> {
    let mut parts: Vec<(Vec<Worth>, Vec<Line>)> = Vec::new();
    for mut line in lines {
        let split: Vec<Worth> = file.split_by.iter().map(|name| names.of_line(name, &line)).collect();
        match parts.iter_mut().find(|(known, _)| *known == split) {
            Some((_, lines)) => {
                line.number = lines.len() + 1;
                lines.push(line);
            }
            None => {
                line.number = 1;
                parts.push((split, vec![line]));
            }
        }
    }
    parts
}

/// One file; what does not fit is said for every line.
fn one<'a>(
    names: Names<'a>,
    file: &FileLayout,
    (split, lines): (&[Worth], Vec<Line<'a>>),
    problems: &mut Vec<Diagnostic>,
) -> Option<PayrollFile> {
    let before = problems.len();
    let of_file = |name: &str| match (name, file.split_by.iter().position(|split| split == name)) {
        (_, Some(at)) => split.get(at).cloned().unwrap_or(Worth::Missing),
        ("lines", None) => Worth::Text(lines.len().to_string()),
        ("employees", None) => Worth::Text(people(&lines).len().to_string()),
        ("total", None) => sum(lines.iter().map(|line| line.amount)).map_or(Worth::Missing, Worth::Amount),
        _ => names.of_run(name),
    };
    let mut cells: Vec<Vec<String>> = Vec::new();
    if file.header == Header::Yes && file.form == Form::Delimited {
        cells.push(file.column.iter().map(|column| column.header.clone()).collect());
    }
    let edge = |columns: &[ColumnLayout], problems: &mut Vec<Diagnostic>| -> Vec<Vec<String>> {
        let cells = row((file, columns), &of_file, &names.layout.place(), problems);
        if columns.is_empty() { Vec::new() } else { vec![cells] }
    };
    cells.extend(edge(&file.first, problems));
    let mut ids: BTreeMap<String, EmployeeId> = BTreeMap::new();
    for line in &lines {
        let place = place(names, line);
        let written = row((file, &file.column), &|name| names.of_line(name, line), &place, problems);
        expect_own_id((names, file), (&written, line), &mut ids, problems);
        cells.push(written);
    }
    cells.extend(edge(&file.last, problems));
    if problems.len() > before {
        return None;
    }
    let counted = lines.iter().filter_map(|line| counted(names, line)).collect();
    let bytes = bytes(file, &cells);
    Some(PayrollFile { name: file_name(&file.name, &of_file), bytes, layout: Some(file.clone()), cells, counted })
}

fn people(lines: &[Line]) -> BTreeSet<EmployeeId> {
    lines.iter().flat_map(|line| &line.of).map(|adjustment| adjustment.employee).collect()
}

fn row(
    (file, columns): (&FileLayout, &[ColumnLayout]),
    worth: &dyn Fn(&str) -> Worth,
    place: &Place,
    problems: &mut Vec<Diagnostic>,
) -> Vec<String> {
    let cell = |column| match (Where { file, column }).cell(worth) {
        Ok(text) => text,
        Err(fault) => {
            problems.push(fault.at(place.clone()));
            String::new()
        }
    };
    columns.iter().map(cell).collect()
}

/// Two people may not become one by filling up with zeros.
fn expect_own_id(
    (names, file): (Names, &FileLayout),
    (cells, line): (&[String], &Line),
    ids: &mut BTreeMap<String, EmployeeId>,
    problems: &mut Vec<Diagnostic>,
) {
    let Some(at) = file.column.iter().position(|column| column.value == "{employee}") else { return };
    let (Some(id), Some(line)) = (cells.get(at).filter(|id| !id.is_empty()), line.first()) else { return };
    let known = *ids.entry(id.clone()).or_insert(line.employee);
    if known != line.employee {
        let facts = names.results.context.facts;
        let message = format!("`{}` and `{}` would both be `{id}` in {}", facts.employee(known), facts.employee(line.employee), file.name);
        problems.push(Diagnostic::error("ids-collide", names.layout.place(), message).help("correct the IDs in the file they came from"));
    }
}

/// The row of the data that the line's first adjustment comes from.
fn place(names: Names, line: &Line) -> Place {
    let file = line.first().and_then(|line| names.results.context.facts.files.get(usize::from(line.place.file)));
    match (file, line.first()) {
        (Some(file), Some(line)) => Place::Cell(Cell { sheet: file.sheet.clone(), row: Some(line.place.row), ..Cell::of_file(&file.name) }),
        _ => names.layout.place(),
    }
}

fn counted(names: Names, line: &Line) -> Option<Counted> {
    let of = |name: &str| match names.of_line(name, line) {
        Worth::Text(text) => text,
        Worth::Amount(_) | Worth::Day(_) | Worth::Missing => String::new(),
    };
    Some(Counted { kinds: of("kind"), pay_code: of("pay_code"), employee: line.first()?.employee, amount: line.amount })
}

/// A name of a file: characters that no file name may have become `-`.
fn file_name(template: &str, worth: &dyn Fn(&str) -> Worth) -> String {
    let template = Template::parse(template).unwrap_or(Template { pieces: Vec::new() });
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Name { name, fill } => {
            let text = match worth(name) {
                Worth::Text(text) => text,
                Worth::Day(date) => date.to_string(),
                Worth::Amount(amount) => amount.to_string(),
                Worth::Missing => "none".to_owned(),
            };
            let (width, character) = fill.unwrap_or((0, '_'));
            let missing = width.saturating_sub(text.chars().count());
            format!("{text}{}", character.to_string().repeat(missing))
        }
    };
    let name: String = template.pieces.iter().map(piece).collect();
    let safe = |character: char| !character.is_control() && !"/\\:*?\"<>|".contains(character);
    let name: String = name.chars().map(|character| if safe(character) { character } else { '-' }).collect();
    if name.starts_with('.') { format!("-{name}") } else { name }
}

fn bytes(file: &FileLayout, cells: &[Vec<String>]) -> Vec<u8> {
    let end = match file.line_end {
        LineEnd::Crlf => "\r\n",
        LineEnd::Lf => "\n",
    };
    let delimiter = char::from(file.delimiter_byte());
    let mut text = String::new();
    for row in cells {
        for (index, cell) in row.iter().enumerate() {
            match file.form {
                Form::FixedWidth => text.push_str(cell),
                Form::Delimited => {
                    if index > 0 {
                        text.push(delimiter);
                    }
                    let needs = cell.contains([delimiter, '"', '\n', '\r']);
                    let is_quoted = file.quotes == Quotes::Always || (needs && file.quotes == Quotes::WhereNeeded);
                    if is_quoted { text.push_str(&format!("\"{}\"", cell.replace('"', "\"\""))) } else { text.push_str(cell) }
                }
            }
        }
        text.push_str(end);
    }
    match file.encoding {
        Encoding::Utf8 | Encoding::Ascii => text.into_bytes(),
        Encoding::Windows1252 => encoding_rs::WINDOWS_1252.encode(&text).0.into_owned(),
    }
}
