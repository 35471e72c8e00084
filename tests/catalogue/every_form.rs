//! What takes more than a small grid: shown in every form that it can come in.

use stipend::diagnostic::Diagnostics;
use stipend::facts::{Facts, Input, Mapping, SetAside, bind};
use stipend::policy::{FieldId, Policy, RecordId};
use stipend::value::{Number, Value};

use super::books::{open_document, zipped};
use super::dress::Dress;
use super::forms::{BOOKS, Grid, TEXTS, cell, file};
use super::support;

const STAFF: &str = r#"policy "Staff"
  authority "Example District"
  effective from 2024-07-01
  rounding half up to the cent

record employee
  employee  id
  name      text
  fte       number

record workshop
  employee  employee
  held_on   date

award "Workshop" for each workshop
  pay $10 as stipend, not prorated
  effective on held_on
"#;

pub fn all() -> impl Iterator<Item = &'static str> {
    TEXTS.into_iter().chain(BOOKS)
}

pub fn grid(rows: &[&[&str]]) -> Grid {
    rows.iter().map(|row| row.iter().map(|text| cell(text)).collect()).collect()
}

pub fn bound(policy: &Policy, inputs: Vec<(&str, String, Vec<u8>)>, mapping: &str) -> (Option<Facts>, Diagnostics) {
    let mut problems = Diagnostics::new();
    let mapping = Mapping::parse("mapping.toml", mapping, &mut problems).expect("the mapping is sound");
    let input = |(record, name, bytes): (&str, String, Vec<u8>)| Input { name, record: Some(record.into()), bytes, ..Input::default() };
    let facts = bind(policy, inputs.into_iter().map(input).collect::<Vec<_>>(), &mapping, &mut problems);
    (facts, problems)
}

pub fn encoding(form: &str) -> &'static str {
    if form == "cp1252" { "encoding = \"windows-1252\"\n" } else { "" }
}

#[test]
fn rows_per_position_in_every_form() {
    let policy = support::policy_of(STAFF);
    let people = grid(&[
        &["employee", "name", "fte", "Main"],
        &["1042", "Ann", "0.5", "Y"],
        &["1042", "Ann", "0.3", "N"],
        &["1043", "Bo", "1", "Y"],
        &["1044", "Ca", "0.4", "Y"],
        &["1044", "Cas", "0.4", "N"],
    ]);
    let workshops = || ("workshop", "w.csv".to_owned(), b"employee,held_on\n".to_vec());
    for form in all() {
        let people = || {
            let (name, bytes) = file(form, "people", &people, &Dress::default());
            ("employee", name, bytes)
        };
        let head = format!("[[file]]\nmatch = \"people*\"\n{}", encoding(form));
        let (facts, problems) = bound(&policy, vec![people(), workshops()], &format!("{head}[file.positions]\nadd = [\"fte\"]\n"));
        let facts = facts.unwrap_or_else(|| panic!("{form}: {problems:#?}"));
        let share = |person: u32| facts.table(RecordId(0)).column(FieldId(2)).value(person);
        assert_eq!((facts.employees.len(), share(0)), (2, Value::Number(Number::parse("0.8").expect("a number"))), "{form}");
        let rejected: Vec<(u32, &str)> = facts.rejected.iter().map(|row| (row.row, row.problems[0].code)).collect();
        assert_eq!(rejected, [(5, "person-twice"), (6, "person-twice")], "{form}: rows that differ are not added up");
        assert_eq!(facts.set_aside.iter().map(|row| row.reason).collect::<Vec<_>>(), [SetAside::AddedTo(2)], "{form}");
        let primary = format!("{head}[file.positions]\nprimary = \"Main\"\nis = \"Y\"\n");
        let (facts, problems) = bound(&policy, vec![people(), workshops()], &primary);
        let facts = facts.unwrap_or_else(|| panic!("{form}: {problems:#?}"));
        let share = facts.table(RecordId(0)).column(FieldId(2)).value(0);
        assert_eq!((facts.employees.len(), share), (3, Value::Number(Number::parse("0.5").expect("a number"))), "{form}");
        assert_eq!(facts.set_aside.len(), 2, "{form}");
    }
}

#[test]
fn round_lengths_in_every_form() {
    let policy = support::policy_of(STAFF);
    let people = || ("employee", "p.csv".to_owned(), b"employee,name,fte\n1042,Ann,1\n".to_vec());
    for form in all() {
        for (rows, expected) in [(999, &[][..]), (1000, &["perhaps-cut-off"][..])] {
            let mut lines = grid(&[&["employee", "held_on", "room"]]);
            lines.extend((0..rows).map(|row| vec![cell("1042"), cell("2024-10-01"), cell(&row.to_string())]));
            let (name, bytes) = file(form, "workshops", &lines, &Dress::default());
            let mapping = format!("[[file]]\nmatch = \"workshops*\"\n{}", encoding(form));
            let (facts, problems) = bound(&policy, vec![people(), ("workshop", name, bytes)], &mapping);
            assert_eq!(support::codes(&problems), expected, "{form}");
            let facts = facts.unwrap_or_else(|| panic!("{form}: {problems:#?}"));
            assert_eq!((facts.files[1].rows, facts.table(RecordId(1)).len()), (rows, rows as usize), "{form}");
        }
    }
}

#[test]
fn a_file_given_twice_in_every_form() {
    let policy = support::policy_of(STAFF);
    for form in all() {
        let lines = grid(&[&["employee", "held_on"], &["1042", "2024-10-01"]]);
        let (name, bytes) = file(form, "workshops", &lines, &Dress::default());
        let people = ("employee", "p.csv".to_owned(), b"employee,name,fte\n1042,Ann,1\n".to_vec());
        let again = ("workshop", format!("again-{name}"), bytes.clone());
        let mapping = format!("[[file]]\nmatch = \"*workshops*\"\n{}", encoding(form));
        let (facts, problems) = bound(&policy, vec![people, ("workshop", name, bytes), again], &mapping);
        assert!(facts.is_none(), "{form}");
        assert_eq!(support::codes(&problems), ["file-twice"], "{form}");
    }
}

#[test]
fn far_corners_in_every_form() {
    let policy = support::policy_of(STAFF);
    let letters = ["employee", "held_on"].map(str::to_owned).into_iter().chain((2..255).map(|_| String::new())).chain(["far".to_owned()]);
    let far: Vec<String> = letters.collect();
    for form in BOOKS.into_iter().filter(|form| *form != "xlsb") {
        let mut lines: Grid = vec![far.iter().map(|text| cell(text)).collect()];
        lines.resize(20_000, Vec::new());
        let mut last: Vec<_> = far.iter().map(|_| cell("")).collect();
        (last[0], last[1], last[255]) = (cell("1042"), cell("2024-10-01"), cell("x"));
        lines.push(last);
        let (name, bytes) = match form {
            "xlsx" | "xlsm" => (format!("workshops.{form}"), far_xlsx()),
            _ => file(form, "workshops", &lines, &Dress::default()),
        };
        let people = ("employee", "p.csv".to_owned(), b"employee,name,fte\n1042,Ann,1\n".to_vec());
        let (facts, problems) = bound(&policy, vec![people, ("workshop", name, bytes)], "");
        // an old workbook is read whole, and says instead that it spans more than it holds
        if form == "xls" {
            assert_eq!(support::codes(&problems), ["workbook-too-large"], "{form}");
            continue;
        }
        let facts = facts.unwrap_or_else(|| panic!("{form}: {problems:#?}"));
        let place = facts.row_place(RecordId(1), 0);
        assert_eq!(place.row, Some(if form == "ods" { 20_001 } else { 1_048_576 }), "{form}");
    }
}

fn far_xlsx() -> Vec<u8> {
    let text = super::books::text;
    let head = super::books::row(1, &[text("A1", "employee"), text("B1", "held_on"), text("XFD1", "far")]);
    let last = super::books::row(1_048_576, &[text("A1048576", "1042"), text("B1048576", "2024-10-01"), text("XFD1048576", "x")]);
    super::books::sheets(&[("Sheet1", "", &format!("{head}{last}"))], "")
}

#[test]
fn bombs_in_every_form() {
    let policy = support::policy_of(STAFF);
    let zeros = || vec![b'0'; 66 << 20];
    let bombs = [
        ("workshops.xlsx", zipped(vec![("xl/workbook.xml", b"<workbook/>".to_vec()), ("xl/media/image1.png", zeros())])),
        ("workshops.xlsm", zipped(vec![("xl/workbook.xml", b"<workbook/>".to_vec()), ("docProps/thumbnail.jpeg", zeros())])),
        ("workshops.xlsb", zipped(vec![("xl/workbook.bin", Vec::new()), ("xl/media/image1.png", zeros())])),
        ("workshops.ods", zipped(vec![("content.xml", Vec::new()), ("Pictures/1.png", zeros())])),
        ("workshops.ods", open_document(&format!("<a{}/>", " b='c'".repeat(200_000)))),
        ("workshops.xlsx", many_forms()),
        ("workshops.xlsx", many_texts()),
    ];
    for (name, bytes) in bombs {
        assert!(bytes.len() < 3 << 20, "{name}");
        let people = ("employee", "p.csv".to_owned(), b"employee,name,fte\n1042,Ann,1\n".to_vec());
        let (facts, problems) = bound(&policy, vec![people, ("workshop", name.to_owned(), bytes)], "");
        assert!(facts.is_none(), "{name}");
        assert_eq!(support::codes(&problems), ["workbook-too-large"], "{name}");
    }
}

/// Far more ways to show a cell than Excel itself allows.
fn many_forms() -> Vec<u8> {
    let forms = format!("<styleSheet><cellXfs>{}</cellXfs></styleSheet>", "<xf numFmtId='0'/>".repeat(300_001));
    zipped(vec![("xl/workbook.xml", b"<workbook/>".to_vec()), ("xl/styles.xml", forms.into_bytes())])
}

/// A million texts that no cell needs.
fn many_texts() -> Vec<u8> {
    let texts = format!("<sst>{}</sst>", "<si/>".repeat(1_100_000));
    zipped(vec![("xl/workbook.xml", b"<workbook/>".to_vec()), ("xl/sharedStrings.xml", texts.into_bytes())])
}

/// Written by LibreOffice 7.4: a hidden column of titles, two days and one with its time of day.
#[test]
fn hidden_columns_and_dates_as_libreoffice_writes_them() {
    let policy = support::policy_of(&std::fs::read_to_string("tests/errors/workshops.pay").expect("the policy of the error cases"));
    for form in ["xlsx", "xls", "ods"] {
        let bytes = std::fs::read(format!("tests/facts/libreoffice/hidden-column.{form}")).expect("a file of LibreOffice");
        let people = ("employee", "employees.csv".to_owned(), b"employee\n1042\n1043\n".to_vec());
        let (facts, problems) = bound(&policy, vec![people, ("workshop", format!("hidden-column.{form}"), bytes)], "");
        let facts = facts.unwrap_or_else(|| panic!("{form}: {problems:#?}"));
        let warned: Vec<&str> = problems.iter().map(|problem| problem.code).collect();
        assert_eq!(warned, ["hidden-columns"], "{form}");
        let days: Vec<String> = [2, 3, 4]
            .iter()
            .filter_map(|number| (0..3).find(|row| facts.table(RecordId(1)).position(*row).1 == *number))
            .map(|row| match facts.table(RecordId(1)).column(FieldId(3)).value(row) {
                Value::Date(date) => date.to_string(),
                other => format!("{other:?}"),
            })
            .collect();
        assert_eq!(days, ["2024-10-01", "2024-10-02", "2024-10-03"], "{form}");
    }
}
