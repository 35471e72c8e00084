//! Payroll files against files typed by hand: every layout of the program, and one of fixed width with batches and totals.

use std::fs;
use std::path::{Path, PathBuf};

use stipend::cli::{Exit, Said, run_in};

const DATA: [&str; 4] = ["employee.csv", "certificate.csv", "mentor.csv", "overpayment.csv"];
const LAYOUTS: [&str; 7] = ["plain", "adp", "powerschool", "paychex", "usps-r", "workday", "fixed"];

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("stipend-layouts-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn names(&self, below: &str) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.0.join(below)) else { return Vec::new() };
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    fn text(&self, name: &str) -> String {
        String::from_utf8(fs::read(self.0.join(name)).unwrap()).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Runs the sample in tests/layouts with further arguments.
fn run(data: &[&str], further: &[&str]) -> (Exit, Said) {
    let words = ["run", "policy.pay"].iter().chain(data).chain(&["--as-of", "2025-06-30"]).chain(further);
    run_in(Path::new("tests/layouts"), &words.map(|word| (*word).to_owned()).collect::<Vec<_>>())
}

/// Control totals without the hashes, which nobody types.
fn without_hash(text: &str) -> String {
    text.lines().map(|line| format!("{}\n", line.rsplit_once(',').unwrap().0)).collect()
}

#[test]
fn every_layout_writes_what_was_typed() {
    for layout in LAYOUTS {
        let folder = Folder::new(layout);
        let out = folder.0.join("payroll");
        let (exit, said) = run(&DATA, &["--layout", &format!("{layout}/payroll.toml"), "--out", &out.to_string_lossy()]);
        assert_eq!(exit, Exit::Done, "{layout}\n{}", said.stderr);
        let mut expected: Vec<PathBuf> =
            fs::read_dir(format!("tests/layouts/{layout}/expected")).unwrap().map(|entry| entry.unwrap().path()).collect();
        expected.sort();
        let names: Vec<String> = expected.iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect();
        assert_eq!(folder.names("payroll"), names, "{layout}");
        for (path, name) in expected.iter().zip(&names) {
            let written = folder.text(&format!("payroll/{name}")).replace("\r\n", "\n");
            let written = if written.starts_with("file,kind,") { without_hash(&written) } else { written };
            assert_eq!(written, fs::read_to_string(path).unwrap(), "{layout}, {name}");
        }
    }
}

#[test]
fn lines_end_as_the_layout_says_and_hashes_are_of_the_file() {
    use sha2::{Digest, Sha256};
    let folder = Folder::new("bytes");
    let out = folder.0.to_string_lossy().into_owned();
    run(&DATA, &["--layout", "adp/payroll.toml", "--out", &out]);
    let payments = folder.text("PRAB_EPI.csv");
    assert_eq!(payments.matches("\r\n").count(), payments.matches('\n').count());
    let hash: String = Sha256::digest(payments.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(folder.text("control.csv").contains(&format!("PRAB_EPI.csv,all,all,4,2,2258.05,{hash}")));
    let fixed = Folder::new("fixed-bytes");
    run(&DATA, &["--layout", "fixed/payroll.toml", "--out", &fixed.0.to_string_lossy()]);
    assert!(!fixed.text("payM01-2025-06-30.txt").contains('\r'));
}

#[test]
fn settings_on_the_command_line_overrule_the_file() {
    let folder = Folder::new("settings");
    let out = folder.0.to_string_lossy().into_owned();
    let (exit, said) = run(&DATA, &["--layout", "adp/payroll.toml", "--set", "batch=JULY", "--set", "company_code=XYZ", "--out", &out]);
    assert_eq!(exit, Exit::Done, "{}", said.stderr);
    assert!(folder.text("PRXYZEPI.csv").contains("XYZ,JULY,001042,M,1000.00\r\n"));
}

#[test]
fn files_that_are_there_are_kept_and_nothing_stays_beside_them() {
    let folder = Folder::new("kept");
    let out = folder.0.to_string_lossy().into_owned();
    let arguments = ["--layout", "adp/payroll.toml", "--out", &out];
    fs::write(folder.0.join("base-salary-changes.csv"), "mine").unwrap();
    let (exit, said) = run(&DATA, &arguments);
    assert_eq!(exit, Exit::CouldNotRun);
    assert!(said.stderr.contains("[output-exists]"), "{}", said.stderr);
    assert_eq!(folder.names(""), ["base-salary-changes.csv"]);
    assert_eq!(folder.text("base-salary-changes.csv"), "mine");
    let (exit, _) = run(&DATA, &[&arguments[..], &["--force"]].concat());
    assert_eq!(exit, Exit::Done);
    assert_eq!(folder.names(""), ["PRAB_EPI.csv", "base-salary-changes.csv", "control.csv"]);
    assert_ne!(folder.text("base-salary-changes.csv"), "mine");
}

/// One line that does not fit keeps every file from being written, results included.
#[test]
fn what_does_not_fit_writes_nothing() {
    let folder = Folder::new("nothing");
    let (out, results) = (folder.0.join("payroll"), folder.0.join("results.csv"));
    let layout = "../errors/length-outside-layout/payroll.toml";
    let (exit, said) = run(&DATA, &["--layout", layout, "--out", &out.to_string_lossy(), "--out", &results.to_string_lossy()]);
    assert_eq!(exit, Exit::CouldNotRun);
    assert!(said.stderr.ends_with("nothing was written\n"), "{}", said.stderr);
    assert!(folder.names("").is_empty());
}

#[test]
fn results_and_payroll_files_come_from_one_run() {
    let folder = Folder::new("both");
    let (out, results) = (folder.0.join("payroll"), folder.0.join("results.csv"));
    let (exit, said) = run(&DATA, &["--layout", "plain", "--out", &out.to_string_lossy(), "--out", &results.to_string_lossy()]);
    assert_eq!(exit, Exit::Done, "{}", said.stderr);
    assert_eq!(folder.names(""), ["payroll", "results.csv"]);
    assert!(said.stderr.contains("payments.csv (4 lines, $2,258.05)\n"), "{}", said.stderr);
}

/// IDs that filling up with zeros makes one would pay one person twice.
#[test]
fn ids_that_become_one_are_refused() {
    let folder = Folder::new("collide");
    fs::write(folder.0.join("employee.csv"), "employee,base_salary,position\n42,50000,1\n0042,50000,1\n").unwrap();
    fs::write(folder.0.join("mentor.csv"), "employee,term,share,ended\n42,fall,1,2024-12-20\n0042,fall,1,2024-12-20\n").unwrap();
    let named = |name: &str| folder.0.join(name).to_string_lossy().into_owned();
    let data = [&named("employee.csv"), "certificate=certificate.csv", &named("mentor.csv"), "overpayment.csv"];
    let (exit, said) = run(&data, &["--layout", "adp/payroll.toml", "--out", &named("payroll")]);
    assert_eq!(exit, Exit::CouldNotRun);
    assert!(said.stderr.contains("`0042` and `42` would both be `000042`"), "{}", said.stderr);
    assert!(said.stderr.contains("[ids-collide]"), "{}", said.stderr);
}

/// No cell of a payroll file is one that a spreadsheet runs, and no message obeys what the data says.
#[test]
fn hostile_text_is_refused_and_shown() {
    let folder = Folder::new("hostile");
    let named = |name: &str| folder.0.join(name).to_string_lossy().into_owned();
    for (term, code) in [
        ("=cmd|' /C calc'!A0", "formula-in-table"),
        ("+1", "formula-in-table"),
        ("@SUM(A1)", "formula-in-table"),
        ("\u{1b}[2Jfall", "characters-outside-layout"),
    ] {
        fs::write(folder.0.join("mentor.csv"), format!("employee,term,share,ended\n1042,\"{term}\",1,2024-12-20\n")).unwrap();
        let data = ["employee.csv", "certificate.csv", &named("mentor.csv"), "overpayment.csv"];
        let (exit, said) = run(&data, &["--layout", "plain", "--out", &named("payroll")]);
        assert_eq!(exit, Exit::CouldNotRun, "{term}");
        assert!(said.stderr.contains(&format!("[{code}]")), "{term}: {}", said.stderr);
        assert!(!said.stderr.contains('\u{1b}'), "{term}");
        assert_eq!(folder.names(""), ["mentor.csv"]);
    }
}

/// A move pays nothing and is nobody's payment; it has a file of its own.
#[test]
fn moves_stand_in_a_file_of_their_own() {
    let folder = Folder::new("moves");
    let out = folder.0.to_string_lossy().into_owned();
    let words = ["run", "policy.pay", "employee.csv", "request.csv", "--as-of", "2025-06-30", "--layout", "plain", "--out", &out];
    let (exit, said) = run_in(Path::new("tests/cases/move-of-lane"), &words.map(str::to_owned));
    assert_eq!(exit, Exit::Done, "{}", said.stderr);
    let moves = folder.text("moves.csv").replace('"', "");
    let starts: Vec<&str> = moves.lines().filter_map(|line| line.split(';').next()).collect();
    assert_eq!(
        starts,
        [
            "employee,effective,award,move",
            "1,2023-09-01,Lane,moves `lane` from `BA` to `BA+15`",
            "1,2024-07-01,Step,moves `step` from `1` to `2`",
            "1,2024-09-01,Lane,moves `lane` from `BA+15` to `MA`",
            "2,2024-07-01,Step,moves `step` from `1` to `2`",
        ]
    );
    assert_eq!(folder.names(""), ["base-salary-changes.csv", "control.csv", "moves.csv", "payments.csv"]);
}
