//! The catalogue of odd files: each in every form that it can come in, with the answer that was typed for it, and all rows counted.

#[path = "facts/binary_book.rs"]
mod binary_book;
#[path = "facts/books.rs"]
mod books;
#[path = "catalogue/by_policy.rs"]
mod by_policy;
#[path = "catalogue/dress.rs"]
mod dress;
#[path = "catalogue/every_form.rs"]
mod every_form;
#[path = "catalogue/forms.rs"]
mod forms;
#[path = "catalogue/old_file.rs"]
mod old_file;
#[path = "catalogue/shape.rs"]
mod shape;
#[path = "facts/support.rs"]
mod support;

use std::collections::{BTreeMap, BTreeSet};

use dress::Dress;
use forms::{BOOKS, Cell, Grid, TEXTS, cell, file, holds};
use serde::Deserialize;
use shape::shape;
use stipend::diagnostic::Diagnostics;
use stipend::facts::{Facts, Input, Mapping, SetAside, bind};
use stipend::policy::{Policy, RecordId};
use stipend::value::Value;

/// A file of `tests/catalogue/`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shelf {
    #[serde(default)]
    case: Vec<Case>,
    #[serde(default)]
    each: Vec<Each>,
    #[serde(default)]
    shown: Vec<Shown>,
}

/// One odd file and what becomes of it.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Case {
    /// The row of the catalogue.
    row: String,
    /// What is odd about it.
    name: String,
    /// Where none are named: all that can hold it.
    forms: Vec<String>,
    /// Cells of the usual grid that are others.
    set: BTreeMap<String, String>,
    /// More rows.
    more: Vec<Vec<String>>,
    /// Another grid.
    grid: Vec<Vec<String>>,
    /// What the workbook has beside its cells.
    dress: Vec<String>,
    /// The text of a .csv as it is, instead of a grid.
    text: Option<String>,
    /// Bytes behind the text, or the whole file, in hexadecimal.
    hex: Option<String>,
    /// The file's name, where the usual will not do.
    file: Option<String>,
    people: Option<String>,
    mapping: String,
    stop: Vec<String>,
    rejected: Vec<String>,
    aside: Vec<String>,
    warns: Vec<String>,
    assumed: Vec<String>,
    /// `fee 2 = 200`: the field in the row.
    reads: Vec<String>,
}

/// One cell with many odd values.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Each {
    row: String,
    name: String,
    cell: String,
    #[serde(default)]
    forms: Vec<String>,
    #[serde(default)]
    mapping: String,
    /// The value, and the code that it is rejected with.
    #[serde(default)]
    refused: Vec<(String, String)>,
    /// The value, and what it is read as.
    #[serde(default)]
    read: Vec<(String, String)>,
}

/// A row of the catalogue that another test shows, because no small grid can.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shown {
    row: String,
    forms: Vec<String>,
    by: String,
}

const HEADERS: [&str; 9] = ["employee", "title", "status", "held_on", "hours", "seats", "share", "online", "fee"];
const ROWS: [[&str; 9]; 2] =
    [["1042", "Reading", "done", "2024-10-01", "3", "", "", "", ""], ["1043", "Writing", "done", "2024-10-02", "2", "", "", "", ""]];

fn usual() -> Vec<Vec<String>> {
    [HEADERS.to_vec()].into_iter().chain(ROWS.map(|row| row.to_vec())).map(|row| row.into_iter().map(str::to_owned).collect()).collect()
}

fn shelves() -> Vec<Shelf> {
    let mut paths: Vec<_> =
        std::fs::read_dir("tests/catalogue").expect("the catalogue is there").flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    paths.sort();
    let read = |path: &std::path::PathBuf| {
        toml::from_str(&std::fs::read_to_string(path).expect("text")).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()))
    };
    paths.iter().map(read).collect()
}

/// All cases, those of `each` written out.
fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for shelf in shelves() {
        cases.extend(shelf.case);
        for each in shelf.each {
            let one = |value: &str| Case {
                row: each.row.clone(),
                name: format!("{}: {value:?}", each.name),
                forms: each.forms.clone(),
                mapping: each.mapping.clone(),
                set: [(each.cell.clone(), value.to_owned())].into(),
                ..Case::default()
            };
            let (letter, number) = each.cell.split_at(1);
            let field = HEADERS[usize::from(letter.as_bytes()[0] - b'A')];
            cases.extend(each.refused.iter().map(|(value, code)| Case { rejected: vec![format!("{number} {code}")], ..one(value) }));
            cases.extend(each.read.iter().map(|(value, read)| Case { reads: vec![format!("{field} {number} = {read}")], ..one(value) }));
        }
    }
    cases
}

impl Case {
    fn grid(&self) -> Grid {
        let mut texts = if self.grid.is_empty() { usual() } else { self.grid.clone() };
        for (at, value) in &self.set {
            let (letter, number) = at.split_at(1);
            texts[number.parse::<usize>().expect("a row") - 1][usize::from(letter.as_bytes()[0] - b'A')] = value.clone();
        }
        texts.extend(self.more.iter().cloned());
        texts.iter().map(|row| row.iter().map(|text| cell(text)).collect()).collect()
    }

    /// The files of the case: form, name, bytes, and how many rows stand below the header.
    fn files(&self) -> Vec<(String, String, Vec<u8>, Option<usize>)> {
        let name = self.file.clone();
        if self.text.is_some() || self.hex.is_some() {
            let mut bytes = self.text.clone().unwrap_or_default().into_bytes();
            bytes.extend(unhex(self.hex.as_deref().unwrap_or("")));
            let name = name.unwrap_or("workshops.csv".into());
            let ending = name.rsplit('.').next().unwrap_or("");
            let form = TEXTS.iter().chain(&BOOKS).find(|form| **form == ending).map_or("csv", |form| *form);
            return vec![(form.into(), name, bytes, None)];
        }
        let (grid, dress) = (self.grid(), Dress::of(&self.dress));
        let all = TEXTS.iter().chain(&BOOKS).map(|form| (*form).to_owned());
        let forms: Vec<String> = if self.forms.is_empty() {
            all.filter(|form| holds(form, &grid) && (dress.is_plain() || BOOKS.contains(&form.as_str()))).collect()
        } else {
            self.forms.clone()
        };
        let is_blank = |row: &&Vec<Cell>| row.iter().all(|cell| *cell == Cell::Blank);
        forms
            .into_iter()
            .map(|form| {
                let (usual, bytes) = file(&form, "workshops", &grid, &dress);
                let headers = usize::from(!self.mapping.contains("headers = "));
                let rows =
                    grid.len() - headers - if BOOKS.contains(&form.as_str()) { grid[1..].iter().filter(is_blank).count() } else { 0 };
                (form, name.clone().unwrap_or(usual), bytes, (!self.mapping.contains("header_row")).then_some(rows))
            })
            .collect()
    }
}

/// Windows-1252 has to be declared where it is not what the case is about.
fn mapping_for(case: &Case, form: &str) -> String {
    if form != "cp1252" || case.row == "not UTF-8" {
        return case.mapping.clone();
    }
    let usual = if case.mapping.is_empty() { "[[file]]\nmatch = \"workshops*\"\n" } else { case.mapping.as_str() };
    usual.replacen("match = \"workshops*\"\n", "match = \"workshops*\"\nencoding = \"windows-1252\"\n", 1)
}

fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<char> = text.chars().filter(|digit| !digit.is_whitespace()).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(&pair.iter().collect::<String>(), 16).expect("hexadecimal")).collect()
}

/// What became of a file.
struct Became {
    facts: Option<Facts>,
    problems: Diagnostics,
}

fn become_of(policy: &Policy, case: &Case, (form, name, bytes): (&str, &str, &[u8])) -> Became {
    let mut problems = Diagnostics::new();
    let facts = Mapping::parse("mapping.toml", &mapping_for(case, form), &mut problems).and_then(|mapping| {
        let people = case.people.clone().unwrap_or("employee\n1042\n1043\n".to_owned());
        let input =
            |name: &str, record: &str, bytes: Vec<u8>| Input { name: name.into(), record: Some(record.into()), bytes, ..Input::default() };
        let inputs = vec![input("employees.csv", "employee", people.into_bytes()), input(name, "workshop", bytes.to_vec())];
        bind(policy, inputs, &mapping, &mut problems)
    });
    Became { facts, problems }
}

impl Became {
    fn codes(&self, wanted: stipend::diagnostic::Severity) -> Vec<String> {
        let mut codes: Vec<String> =
            self.problems.iter().filter(|problem| problem.severity == wanted).map(|problem| problem.code.to_owned()).collect();
        codes.sort();
        codes.dedup();
        codes
    }

    /// Everything that differs from what was typed.
    fn differences(&self, case: &Case, rows: Option<usize>) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut expect = |what: &str, expected: &[String], found: Vec<String>| {
            let mut expected = expected.to_vec();
            expected.sort();
            if expected != found {
                wrong.push(format!("{what}: expected {expected:?}, found {found:?}"));
            }
        };
        expect("stops with", &case.stop, self.codes(stipend::diagnostic::Severity::Error));
        expect("warns of", &case.warns, self.codes(stipend::diagnostic::Severity::Warning));
        let Some(facts) = &self.facts else { return wrong };
        let Some(index) = facts.files.iter().position(|file| file.name.starts_with("workshops") || !file.name.starts_with("employees"))
        else {
            return wrong;
        };
        let own = |file: u16| usize::from(file) == index;
        let rejected = facts
            .rejected
            .iter()
            .filter(|row| own(row.file))
            .flat_map(|row| row.problems.iter().map(move |problem| format!("{} {}", row.row, problem.code)));
        let mut rejected: Vec<String> = rejected.collect();
        rejected.sort();
        expect("rejects", &case.rejected, rejected);
        let mut aside: Vec<String> =
            facts.set_aside.iter().filter(|row| own(row.file)).map(|row| format!("{} {}", row.row, aside_word(row.reason))).collect();
        aside.sort();
        expect("sets aside", &case.aside, aside);
        for words in case.assumed.iter().filter(|words| !facts.files[index].assumed.iter().any(|assumed| assumed.contains(words.as_str())))
        {
            wrong.push(format!("does not say {words:?}, but {:?}", facts.files[index].assumed));
        }
        wrong.extend(case.reads.iter().filter_map(|line| misread(facts, index, line)));
        wrong.extend(rows.and_then(|rows| miscounted(facts, index, rows)));
        wrong
    }
}

/// Rows in are rows out, counted here and not by the reader.
fn miscounted(facts: &Facts, index: usize, rows: usize) -> Option<String> {
    let own = |file: &u16| usize::from(*file) == index;
    let table = facts.table(RecordId(1));
    let used = (0..table.len() as u32).filter(|row| own(&table.position(*row).0)).count();
    let rejected = facts.rejected.iter().filter(|row| own(&row.file)).count();
    let aside = facts.set_aside.iter().filter(|row| own(&row.file)).count();
    let counted = facts.files[index].rows as usize;
    (counted != rows || used + rejected + aside != rows)
        .then(|| format!("{rows} rows were written; {counted} counted, {used} used, {rejected} rejected, {aside} set aside"))
}

fn aside_word(reason: SetAside) -> &'static str {
    match reason {
        SetAside::DuplicateOf(_) => "duplicate",
        SetAside::RepeatedHeader => "header",
        SetAside::Footer => "footer",
        SetAside::Blank => "blank",
        SetAside::Ruled => "ruled",
        SetAside::OtherPosition => "other position",
        SetAside::AddedTo(_) => "added",
        SetAside::Resolved => "resolved",
    }
}

/// `fee 2 = 200`, where that is not so.
fn misread(facts: &Facts, index: usize, line: &str) -> Option<String> {
    let (at, expected) = line.split_once(" = ").expect("field, row and value");
    let (field, number) = at.split_once(' ').expect("field and row");
    let table = facts.table(RecordId(1));
    let row = (0..table.len() as u32).find(|row| table.position(*row) == (index as u16, number.parse().expect("a row")))?;
    let column = HEADERS.iter().position(|header| *header == field).expect("a field");
    let found = match table.columns[column].value(row) {
        _ if column == 0 => facts.employee(table.person_of(row)).to_owned(),
        Value::Missing => "missing".to_owned(),
        Value::Text(text) => text.to_owned(),
        Value::Number(number) | Value::Money(number) | Value::Percent(number) => number.to_string(),
        Value::Date(date) => date.to_string(),
        Value::YesNo(yes) => if yes { "yes" } else { "no" }.to_owned(),
        other => format!("{other:?}"),
    };
    (found != expected).then(|| format!("{at} is {found:?}, not {expected:?}"))
}

fn policy() -> Policy {
    support::policy_of(&std::fs::read_to_string("tests/errors/workshops.pay").expect("the policy of the error cases"))
}

#[test]
fn every_odd_file_has_its_typed_answer() {
    let policy = policy();
    let (mut wrong, mut files) = (Vec::new(), 0);
    // files with the same message and cause count once, in whichever form they come and whatever their values are
    let mut distinct: BTreeSet<(String, String)> = BTreeSet::new();
    for case in cases() {
        for (form, name, bytes, rows) in case.files() {
            files += 1;
            let became = become_of(&policy, &case, (&form, &name, &bytes));
            wrong.extend(became.differences(&case, rows).into_iter().map(|what| format!("{} / {} / {form}: {what}", case.row, case.name)));
            let rejected = became.facts.iter().flat_map(|facts| &facts.rejected).flat_map(|row| &row.problems);
            let messages: BTreeSet<String> = became.problems.iter().chain(rejected).map(|problem| shape(&problem.message)).collect();
            distinct.insert((shape(&case.name), messages.into_iter().collect::<Vec<_>>().join("\n")));
        }
    }
    assert!(wrong.is_empty(), "{} of {files} not as typed:\n{}", wrong.len(), wrong.join("\n"));
    println!("{files} files, {} of them with a message and cause of their own", distinct.len());
    assert!(distinct.len() >= 300, "{files} files, but only {} with a message and cause of their own", distinct.len());
}

/// The rows of the catalogue (data-in-the-wild, C2 and the traps of C1), and the forms that each applies to.
const CATALOGUE: &str = include_str!("catalogue/rows.txt");

#[test]
fn every_row_of_the_catalogue_has_a_case_in_every_form() {
    let mut shown: BTreeSet<(String, String)> = BTreeSet::new();
    for case in cases() {
        shown.extend(case.files().into_iter().map(|(form, ..)| (case.row.clone(), form)));
    }
    for entry in shelves().into_iter().flat_map(|shelf| shelf.shown) {
        let (path, test) = entry.by.split_once(": ").expect("file and test");
        let text = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            text.contains(&format!("fn {test}(")) || std::path::Path::new(path).join(test).is_dir(),
            "{} does not show {}",
            entry.by,
            entry.row
        );
        shown.extend(entry.forms.into_iter().map(|form| (entry.row.clone(), form)));
    }
    let rows: Vec<(&str, &str)> = CATALOGUE.lines().filter_map(|line| line.split_once(" | ")).collect();
    assert!(rows.len() >= 50, "the catalogue has {} rows", rows.len());
    let expand = |forms: &str| -> Vec<String> {
        let list: Vec<&str> = match forms {
            "all" => TEXTS.iter().chain(&BOOKS).copied().collect(),
            "texts" => TEXTS.to_vec(),
            "books" => BOOKS.to_vec(),
            named => named.split(' ').collect(),
        };
        list.into_iter().map(str::to_owned).collect()
    };
    let lacking: Vec<String> = rows
        .iter()
        .flat_map(|(row, forms)| expand(forms).into_iter().map(move |form| ((*row).to_owned(), form)))
        .filter(|pair| !shown.contains(pair))
        .map(|(row, form)| format!("{row} in {form}"))
        .collect();
    assert!(lacking.is_empty(), "without a case:\n{}", lacking.join("\n"));
    let known: BTreeSet<&str> = rows.iter().map(|(row, _)| *row).collect();
    let strange: Vec<&str> = shown.iter().map(|(row, _)| row.as_str()).filter(|row| !known.contains(row)).collect();
    assert!(strange.is_empty(), "no rows of the catalogue: {strange:?}");
}
