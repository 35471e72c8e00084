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

#[test]
#[ignore = "needs LibreOffice: cargo test --test recalculation -- --ignored"]
fn libreoffice_calculates_what_we_stored() {
    let folder = std::env::temp_dir().join(format!("stipend-recalculation-{}", std::process::id()));
    fs::create_dir_all(folder.join("profile/user")).unwrap();
    fs::write(folder.join("profile/user/registrymodifications.xcu"), ALWAYS_CALCULATE).unwrap();
    let (stored, spoiled) = (folder.join("stored.xlsx"), folder.join("spoiled.xlsx"));
    let line = format!(
        "run rules/wi-kettle-moraine/policy.pay samples/lakeland/credentials.csv samples/lakeland/staff.xlsx --as-of 2025-06-30 --out {}",
        stored.display()
    );
    let (exit, said) = run_in(Path::new(""), &line.split(' ').map(str::to_owned).collect::<Vec<_>>());
    assert_eq!(exit, Exit::Done, "{}", said.stderr);
    let (bytes, formulas) = spoil(&fs::read(&stored).unwrap());
    assert!(formulas > 2000, "{formulas} formulas");
    fs::write(&spoiled, bytes).unwrap();
    for sheet in ["Summary", "Adjustments", "People"] {
        let calculated = as_text(&folder, &spoiled, sheet);
        assert!(!calculated.contains("777777"), "{sheet}: a formula was not calculated");
        assert!(calculated == as_text(&folder, &stored, sheet), "{sheet} calculates to something else");
    }
    fs::remove_dir_all(&folder).unwrap();
}

/// Results, payroll files, differences and shared files: each opens, with as many rows as were written.
#[test]
#[ignore = "needs LibreOffice: cargo test --test recalculation -- --ignored"]
fn libreoffice_opens_everything_written() {
    let folder = std::env::temp_dir().join(format!("stipend-opens-{}", std::process::id()));
    fs::create_dir_all(folder.join("opened")).unwrap();
    let data = "rules/wi-kettle-moraine/policy.pay samples/lakeland/credentials.csv samples/lakeland/staff.xlsx --as-of 2025-06-30";
    let out = |name: &str| folder.join(name).display().to_string();
    for line in [
        format!("run {data} --out {} --out {} --outcomes {}", out("pay.csv"), out("pay.xlsx"), out("rows.csv")),
        format!("run {data} --exceptions {} --layout plain --out {}", out("exceptions.xlsx"), out("payroll")),
        format!("diff rules/wi-kettle-moraine/fiscal-year.pay {data} --out {} --rows {}", out("people.csv"), out("changed.csv")),
        format!("redact {data} --out {}", out("shared")),
    ] {
        let (exit, said) = run_in(Path::new(""), &line.split(' ').map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(exit, Exit::Done, "{}", said.stderr);
    }
    let names = ["pay.csv", "rows.csv", "people.csv", "changed.csv", "payroll/base-salary-changes.csv", "payroll/control.csv"];
    for name in names.into_iter().chain(["shared/credential.csv", "shared/employee.csv", "pay.xlsx", "exceptions.xlsx"]) {
        let opened = opened(&folder, Path::new(name));
        if name.ends_with(".csv") {
            let rows = |text: &str| csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes()).records().count();
            assert_eq!(rows(&opened), rows(&fs::read_to_string(folder.join(name)).unwrap()), "{name}");
        }
        assert!(opened.lines().count() > 1, "{name}: {opened}");
    }
    fs::remove_dir_all(&folder).unwrap();
}

/// The first sheet of a file as text, as LibreOffice shows it.
fn opened(folder: &Path, name: &Path) -> String {
    let status = Command::new("soffice")
        .arg(format!("-env:UserInstallation=file://{}/profile", folder.display()))
        .args(["--headless", "--convert-to", "csv", "--outdir"])
        .args([folder.join("opened"), folder.join(name)])
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
