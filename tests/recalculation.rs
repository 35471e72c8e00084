//! LibreOffice as an oracle: every formula of the workbook, its stored value spoiled, calculates to the value we stored.

use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use stipend::cli::{Exit, run_in};

const SPOILED: &str = "<v>777777</v>";
/// Tells LibreOffice to calculate when it opens a workbook, in a profile of its own.
const ALWAYS_CALCULATE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>"#;
/// Every sheet to a file of comma-separated text.
const EVERY_SHEET: &str = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1";

/// A workbook, the sheets of it whose formulas are looked at, and how many formulas it has at least.
type Written = (&'static str, &'static str, &'static [&'static str], usize);
const WORKBOOKS: [Written; 3] = [
    (
        "sample",
        "rules/wi-kettle-moraine/policy.pay samples/lakeland/credentials.csv samples/lakeland/staff.xlsx --as-of 2025-06-30",
        &["Summary", "Adjustments", "People"],
        2000,
    ),
    (
        "banks",
        "tests/cases/bank-of-two-records/policy.pay tests/cases/bank-of-two-records/employee.csv tests/cases/bank-of-two-records/activity.csv \
         tests/cases/bank-of-two-records/course.csv tests/cases/bank-of-two-records/request.csv --as-of 2025-06-30",
        &["Summary", "Adjustments", "People", "Balances"],
        15,
    ),
    (
        "sets",
        "tests/cases/set/policy.pay tests/cases/set/employee.csv tests/cases/set/credential.csv --as-of 2025-06-30",
        &["Summary", "Adjustments", "People", "Next"],
        5,
    ),
];

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("stipend-{name}-{}", std::process::id()));
    fs::create_dir_all(folder.join("opened")).unwrap();
    folder
}

fn run(line: &str) {
    let (exit, said) = run_in(Path::new(""), &line.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
    assert_eq!(exit, Exit::Done, "{line}\n{}", said.stderr);
}

#[test]
#[ignore = "needs LibreOffice: cargo test --test recalculation -- --ignored"]
fn libreoffice_calculates_what_we_stored() {
    let folder = folder("recalculation");
    fs::create_dir_all(folder.join("profile/user")).unwrap();
    fs::write(folder.join("profile/user/registrymodifications.xcu"), ALWAYS_CALCULATE).unwrap();
    for (name, data, sheets, least) in WORKBOOKS {
        let (stored, spoiled) = (folder.join(format!("{name}-stored.xlsx")), folder.join(format!("{name}-spoiled.xlsx")));
        run(&format!("run {data} --out {}", stored.display()));
        let (bytes, formulas) = spoil(&fs::read(&stored).unwrap());
        assert!(formulas >= least, "{name}: {formulas} formulas");
        fs::write(&spoiled, bytes).unwrap();
        for sheet in sheets {
            let calculated = as_text(&folder, &spoiled, sheet);
            assert!(!calculated.contains("777777"), "{name}, {sheet}: a formula was not calculated");
            assert!(calculated == as_text(&folder, &stored, sheet), "{name}, {sheet} calculates to something else");
            assert!(calculated.lines().count() > 1, "{name}, {sheet} is empty");
        }
    }
    fs::remove_dir_all(&folder).unwrap();
}

/// Results, payroll files of every layout, differences, balances and shared files: each opens, with as many rows as were written.
#[test]
#[ignore = "needs LibreOffice: cargo test --test recalculation -- --ignored"]
fn libreoffice_opens_everything_written() {
    let folder = folder("opens");
    let [(_, sample, ..), (_, banks, ..), (_, sets, ..)] = WORKBOOKS;
    let out = |name: &str| folder.join(name).display().to_string();
    run(&format!("run {sample} --out {} --out {} --outcomes {}", out("pay.csv"), out("pay.xlsx"), out("rows.csv")));
    run(&format!("run {sample} --exceptions {}", out("exceptions.xlsx")));
    run(&format!("diff rules/wi-kettle-moraine/fiscal-year.pay {sample} --out {} --rows {}", out("people.csv"), out("changed.csv")));
    run(&format!("redact {sample} --out {}", out("shared")));
    run(&format!("run {banks} --balances {} --out {}", out("balances.csv"), out("banks.xlsx")));
    run(&format!("run {sets} --next {} --out {}", out("next.csv"), out("sets.xlsx")));
    for layout in ["plain", "adp", "powerschool", "paychex", "usps-r", "workday"] {
        let data =
            ["policy.pay", "employee.csv", "certificate.csv", "mentor.csv", "overpayment.csv"].map(|name| format!("tests/layouts/{name}"));
        let settings = format!("--layout tests/layouts/{layout}/payroll.toml --out {}", out(layout));
        run(&format!("run {} --as-of 2025-06-30 {settings}", data.join(" ")));
    }
    let mut names = written(&folder, Path::new(""));
    names.retain(|name| !name.starts_with("opened") && !name.starts_with("profile"));
    assert!(names.len() >= 24, "{names:?}");
    // a policy and a mapping are no tables
    for name in names.iter().filter(|name| name.extension().is_none_or(|ending| ending != "pay" && ending != "toml")) {
        let opened = opened(&folder, name);
        if name.extension().is_some_and(|ending| ending == "xlsx") {
            assert!(opened.lines().count() > 1, "{}: {opened}", name.display());
            continue;
        }
        let rows = |text: &str| csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes()).records().count();
        assert_eq!(rows(&opened), rows(&fs::read_to_string(folder.join(name)).unwrap()), "{}", name.display());
    }
    fs::remove_dir_all(&folder).unwrap();
}

/// The files below a folder, by their paths from it.
fn written(folder: &Path, below: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder.join(below)).unwrap().flatten() {
        let path = below.join(entry.file_name());
        if entry.path().is_dir() { found.extend(written(folder, &path)) } else { found.push(path) }
    }
    found
}

/// The first sheet of a file as text, as LibreOffice shows it.
fn opened(folder: &Path, name: &Path) -> String {
    let status = Command::new("soffice")
        .arg(format!("-env:UserInstallation=file://{}/profile", folder.display()))
        .args(["--headless", "--convert-to", "csv"])
        .args(name.extension().is_none_or(|ending| ending != "xlsx").then_some("--infilter=CSV:44,34,76,1"))
        .args([Path::new("--outdir"), &folder.join("opened"), &folder.join(name)])
        .output()
        .expect("LibreOffice is installed")
        .status;
    assert!(status.success(), "{}", name.display());
    fs::read_to_string(folder.join("opened").join(name.with_extension("csv").file_name().unwrap())).unwrap()
}

/// The workbook with a wrong stored value behind every formula, and how many there are.
fn spoil(bytes: &[u8]) -> (Vec<u8>, usize) {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut formulas = 0;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut content = Vec::new();
        part.read_to_end(&mut content).unwrap();
        if name.starts_with("xl/worksheets/") {
            let text = String::from_utf8(content).unwrap();
            let mut pieces = text.split("</f>");
            let mut spoiled = pieces.next().unwrap().to_owned();
            for piece in pieces {
                let (_, rest) = piece.split_once("</v>").unwrap();
                spoiled.push_str(&format!("</f>{SPOILED}{rest}"));
                formulas += 1;
            }
            content = spoiled.into_bytes();
        }
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(&content).unwrap();
    }
    (writer.finish().unwrap().into_inner(), formulas)
}

fn as_text(folder: &Path, workbook: &Path, sheet: &str) -> String {
    let stem = workbook.file_stem().unwrap().to_string_lossy();
    let text: PathBuf = folder.join(format!("{stem}-{sheet}.csv"));
    if !text.exists() {
        let status = Command::new("soffice")
            .arg(format!("-env:UserInstallation=file://{}/profile", folder.display()))
            .args(["--headless", "--convert-to", EVERY_SHEET, "--outdir"])
            .args([folder, workbook])
            .output()
            .expect("LibreOffice is installed")
            .status;
        assert!(status.success());
    }
    fs::read_to_string(text).unwrap()
}
