//! The workbook for people, read back: its totals, its formulas with their values, and text that stays text.

use std::io::Read;
use std::path::Path;

use calamine::{Data, Range, Reader, Xlsx, open_workbook_from_rs};
use stipend::cli::arguments::Inputs;
use stipend::cli::load::load;
use stipend::report::totals::Totals;
use stipend::report::workbook::workbook;

const POLICY: &str = "tests/workbook/policy.pay";

fn bytes(folder: &str, data: &[&str]) -> Vec<u8> {
    let inputs = Inputs {
        policy: if folder.starts_with("tests/") { "policy.pay".into() } else { "../../rules/wi-kettle-moraine/policy.pay".into() },
        data: data.iter().map(|name| (*name).to_owned()).collect(),
        as_of: Some("2025-06-30".into()),
        mapping: None,
        resolved: Vec::new(),
    };
    let loaded = load(Path::new(folder), &inputs);
    let bound = loaded.bound.unwrap_or_else(|| panic!("{folder} binds: {:?}", loaded.diagnostics));
    let results = bound.results(&|_| {});
    workbook(&results, &Totals::of(&results)).expect("the workbook is built")
}

fn sample() -> Vec<u8> {
    bytes("samples/lakeland", &["credentials.csv", "staff.xlsx"])
}

fn small() -> Vec<u8> {
    assert!(Path::new(POLICY).is_file());
    bytes("tests/workbook", &["employee.csv", "certificate.csv"])
}

fn open(bytes: &[u8]) -> Xlsx<std::io::Cursor<Vec<u8>>> {
    open_workbook_from_rs(std::io::Cursor::new(bytes.to_vec())).expect("the workbook opens")
}

fn sheet(bytes: &[u8], name: &str) -> Range<Data> {
    open(bytes).worksheet_range(name).expect("the sheet is there")
}

fn cents(cell: &Data) -> i64 {
    match cell {
        Data::Float(number) => (number * 100.0).round() as i64,
        Data::Int(number) => number * 100,
        Data::Empty => 0,
        other => panic!("not an amount: {other:?}"),
    }
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes.to_vec())).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn the_sheets_are_those_that_the_manual_names() {
    assert_eq!(open(&small()).sheet_names(), ["Summary", "Adjustments", "People", "Rows", "Policy", "About"]);
}

#[test]
fn every_persons_total_is_a_live_formula_with_the_right_value() {
    let bytes = sample();
    let (adjustments, people) = (sheet(&bytes, "Adjustments"), sheet(&bytes, "People"));
    let formulas = open(&bytes).worksheet_formula("People").unwrap();
    let mut checked = 0;
    for row in 1..people.height() as u32 {
        let Some(Data::String(employee)) = people.get_value((row, 0)) else { continue };
        if employee == "Everybody" {
            continue;
        }
        let lines = adjustments.rows().skip(1).filter(|line| line[0].to_string() == *employee);
        let expected: i64 = lines.map(|line| cents(&line[3])).sum();
        assert_eq!(cents(people.get_value((row, 5)).unwrap()), expected, "{employee}");
        assert_eq!(cents(people.get_value((row, 2)).unwrap()), expected, "{employee}: all of it is base salary");
        let formula = formulas.get_value((row, 2)).unwrap();
        assert!(formula.starts_with("SUMIFS(Adjustments!$D$2:$D$641,"), "{formula}");
        checked += 1;
    }
    assert!(checked > 300, "{checked}");
}

#[test]
fn old_base_and_increase_make_the_new_base() {
    let adjustments = sheet(&sample(), "Adjustments");
    let mut with_base = 0;
    for line in adjustments.rows().skip(1).filter(|line| line[8] != Data::Empty) {
        assert_eq!(cents(&line[8]) + cents(&line[9]), cents(&line[10]));
        assert_eq!(cents(&line[9]), cents(&line[3]));
        with_base += 1;
    }
    assert!(with_base > 300, "{with_base}");
}

#[test]
fn the_summary_adds_up() {
    let summary = sheet(&sample(), "Summary");
    let row = |label: &str| summary.rows().find(|row| row[0] == *label).unwrap_or_else(|| panic!("{label}")).to_vec();
    let total = cents(&row("All awards")[3]);
    assert!(total > 0);
    for label in ["Money in the steps of the computation", "Money in the adjustments", "Money in the outcomes of the rows"] {
        assert_eq!(cents(&row(label)[1]), total, "{label}");
    }
    row("All control totals agree.");
}

#[test]
fn text_can_never_become_a_formula() {
    let bytes = small();
    let rows = sheet(&bytes, "Rows");
    let formulas = open(&bytes).worksheet_formula("Rows").unwrap();
    assert!(formulas.used_cells().next().is_none(), "no formula on a sheet of text");
    for text in ["=1+1", "@SUM(A1)", "+1", "-1", "=HYPERLINK(\"http://example.com\")"] {
        assert!(rows.rows().any(|row| row[3] == Data::String(text.into())), "{text}");
    }
}

#[test]
fn ids_stay_text_and_alike_ones_are_kept_apart() {
    let bytes = small();
    let people = sheet(&bytes, "People");
    let total = |id: &str| cents(&people.rows().find(|row| row[0] == Data::String(id.into())).unwrap_or_else(|| panic!("{id}"))[5]);
    assert_eq!((total("00123"), total("123")), (20_000, 100_000));
    let formulas = open(&bytes).worksheet_formula("People").unwrap();
    assert!(formulas.used_cells().any(|(_, _, formula)| formula.contains("EXACT(")), "SUMIFS would take 00123 for 123");
}

#[test]
fn headers_stay_in_sight_and_can_be_filtered() {
    let bytes = small();
    for number in 2..=4 {
        let xml = part(&bytes, &format!("xl/worksheets/sheet{number}.xml"));
        assert!(xml.contains("<pane ySplit=\"1\"") && xml.contains("<autoFilter "), "sheet {number}");
        assert!(xml.contains("orientation=\"landscape\""), "sheet {number}");
    }
}

#[test]
fn the_workbook_says_where_it_comes_from() {
    let bytes = small();
    let about = sheet(&bytes, "About");
    let value = |label: &str| about.rows().find(|row| row[0] == *label).map(|row| row[1].to_string()).unwrap_or_default();
    assert_eq!(value("As-of date"), "2025-06-30");
    assert_eq!(value("Program"), format!("stipend {}", env!("CARGO_PKG_VERSION")));
    assert_eq!((value("Policy SHA-256").len(), value("Data SHA-256").len()), (64, 64));
    let policy = sheet(&bytes, "Policy");
    let written = std::fs::read_to_string(POLICY).unwrap();
    let shown: Vec<String> = policy.rows().skip(1).map(|row| row[1].to_string()).collect();
    assert_eq!(shown, written.lines().map(str::to_owned).collect::<Vec<_>>());
}

/// The hash is the one that `sha256sum salary.xlsx` prints.
#[test]
fn the_workbook_names_the_files_of_tables() {
    let about = sheet(&bytes("tests/cases/table-from-file", &["employee.csv"]), "About");
    let rows: Vec<Vec<String>> = about.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect();
    let found = |label: &str, words: &str| rows.iter().any(|row| row[0] == label && row[1] == words);
    assert!(found("Table file", "salary.xlsx#Teachers: 4 rows"), "{rows:?}");
    assert!(found("Table SHA-256", "ddc2461cc68eb8cacc5dcac8d3f6e5cbc42c4733e23341d0f904cc716965bb4e"), "{rows:?}");
}

#[test]
fn the_same_run_gives_the_same_bytes() {
    assert!(small() == small());
}

/// Opening, earned, spent, lost and expired make the closing balance: as formulas, and as the values that they carry.
#[test]
fn balances_add_up_by_formulas() {
    let this_year = bytes("tests/cases/bank-of-two-records", &["employee.csv", "activity.csv", "course.csv", "request.csv"]);
    let files = ["employee.csv", "activity.csv", "course.csv", "request.csv", "balances=opening.csv"];
    let next_year = bytes("tests/cases/bank-of-two-records-next-year", &files);
    let sixths = |cell: &Data| match cell {
        Data::Float(number) => (number * 6.0).round() as i64,
        Data::Int(number) => number * 6,
        other => panic!("not units: {other:?}"),
    };
    let rows = |book: &[u8]| -> Vec<Vec<i64>> {
        let balances = sheet(book, "Balances");
        balances.rows().skip(1).filter(|row| row[1] != Data::Empty).map(|row| row[2..].iter().map(sixths).collect()).collect()
    };
    // 10 + 1/3 + 45 + 7.5 earned, 50 spent; 50 earned and kept
    assert_eq!(rows(&this_year), [[0, 377, 300, 0, 0, 77], [0, 300, 0, 0, 0, 300]]);
    assert_eq!(rows(&next_year), [[77, 0, 0, 0, 0, 77], [300, 0, 0, 0, 0, 300]]);
    let formulas = open(&this_year).worksheet_formula("Balances").expect("formulas");
    assert_eq!(formulas.get_value((1, 7)).map(String::as_str), Some("C2+D2-E2-F2-G2"));
    assert_eq!(formulas.get_value((1, 3)).map(String::as_str), Some("377/6"));
    assert_eq!(formulas.get_value((4, 7)).map(String::as_str), Some("SUM(H2:H3)"));
}

/// Who lacks what, in the words of the explanation.
#[test]
fn the_sheet_next_says_who_lacks_what() {
    let next = sheet(&bytes("tests/cases/set", &["employee.csv", "credential.csv"]), "Next");
    let row: Vec<String> = next.rows().nth(2).expect("a row for 1003").iter().map(ToString::to_string).collect();
    let wanted = ["1003", "set", "Professional learning", "begun", "3", "4", "1 more where area is elective", ""];
    assert_eq!(row[..8], wanted);
    assert_eq!(row[8], "Stack: pay $600 to base salary, not prorated");
}
