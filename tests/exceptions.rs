//! Exceptions out as a workbook, decisions back in, and the decision behind the amount wherever the amount is shown.

use std::fs;
use std::path::PathBuf;

use calamine::{Data, Reader, Xlsx};
use stipend::cli::{Exit, Said, run_in};

const POLICY: &str = "policy \"P\"\n  authority \"A\"\n  effective from 2014-07-01\nrecord employee\n  employee id\nrecord badge\n  employee employee\n  badge_id text\n  earned_on date\n  status one of earned, revoked\naward \"Badge\" for each badge\n  if status is earned\n  once per badge_id\n  pay $100 to base salary, not prorated\n  effective on earned_on\n";
const BADGES: &str =
    "employee,badge_id,earned_on,status\n1,A,2025-01-02,earned\n1,B,soon,earned\n9,C,2025-01-04,earned\n2,D,2025-01-05,perhaps\n";

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("stipend-exceptions-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        for (name, text) in [("policy.pay", POLICY), ("badges.csv", BADGES), ("employees.csv", "employee\n1\n2\n")] {
            fs::write(path.join(name), text).unwrap();
        }
        Folder(path)
    }

    fn run(&self, more: &str) -> (Exit, Said) {
        let line = format!("run policy.pay badges.csv employees.csv --as-of 2025-06-30 {more}");
        run_in(&self.0, &line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    /// The sheet of exceptions, as text.
    fn sheet(&self, name: &str) -> Vec<Vec<String>> {
        let mut book: Xlsx<_> = calamine::open_workbook(self.0.join(name)).unwrap();
        let range = book.worksheet_range("Exceptions").unwrap();
        range
            .rows()
            .map(|row| row.iter().map(|cell| if *cell == Data::Empty { String::new() } else { cell.to_string() }).collect())
            .collect()
    }

    /// Writes the sheet again, as a spreadsheet program would, with the decisions of a person.
    fn decide(&self, from: &str, to: &str, decisions: &[(&str, &str)]) {
        let mut rows = self.sheet(from);
        for row in rows.iter_mut().skip(1) {
            if let Some((_, resolution)) = decisions.iter().find(|(code, _)| *code == row[0]) {
                (row[11], row[12], row[13], row[14]) =
                    ((*resolution).to_owned(), "A. Ruiz".into(), "2025-07-02".into(), "letter of 1 July".into());
            }
        }
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet().set_name("Exceptions").unwrap();
        for (number, row) in (0u32..).zip(&rows) {
            for (column, text) in (0u16..).zip(row) {
                sheet.write_string(number, column, text).unwrap();
            }
        }
        book.save(self.0.join(to)).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}

#[test]
fn one_line_for_each_problem() {
    let folder = Folder::new("lines");
    let (exit, said) = folder.run("--exceptions exceptions.xlsx");
    assert_eq!(exit, Exit::Done, "{}", said.stderr);
    let rows = folder.sheet("exceptions.xlsx");
    let shown: Vec<[&str; 6]> = rows[1..].iter().map(|row| [0, 1, 3, 4, 5, 6].map(|at| row[at].as_str())).collect();
    assert_eq!(
        shown,
        [
            ["cell-not-a-date", "badges.csv", "3", "C3", "earned_on", "soon"],
            ["unknown-employee", "badges.csv", "4", "A4", "employee", "9"],
            ["unlisted-word", "badges.csv", "5", "D5", "status", "perhaps"],
        ]
    );
    assert!(rows[1..].iter().all(|row| !row[9].is_empty() && !row[10].is_empty() && row[15].starts_with('#')), "{rows:#?}");
    assert_eq!(folder.run("--exceptions exceptions.xlsx").0, Exit::CouldNotRun, "it is there already");
    assert_eq!(folder.run("--exceptions exceptions.csv").0, Exit::CouldNotRun, "it has to be a workbook");
}

#[test]
fn decisions_follow_the_amount() {
    let folder = Folder::new("decided");
    folder.run("--exceptions exceptions.xlsx");
    folder.decide(
        "exceptions.xlsx",
        "worked.xlsx",
        &[("cell-not-a-date", "2025-03-01"), ("unknown-employee", "2"), ("unlisted-word", "leave out")],
    );
    let (exit, said) = folder.run("--resolved worked.xlsx --out pay.csv --outcomes rows.csv --exceptions again.xlsx");
    assert_eq!(exit, Exit::Done, "{}", said.stderr);
    let pay = fs::read_to_string(folder.0.join("pay.csv")).unwrap();
    let lines: Vec<&str> = pay.lines().collect();
    assert_eq!(lines.len(), 4, "{pay}");
    assert!(
        lines[2].starts_with("1,Badge,base salary,100.00,2025-03-01") && lines[2].contains("by A. Ruiz on 2025-07-02: letter of 1 July"),
        "{pay}"
    );
    assert!(lines[3].starts_with("2,Badge,base salary,100.00,2025-01-04") && lines[3].contains("`9` in `employee` read as `2`"), "{pay}");
    let rows = fs::read_to_string(folder.0.join("rows.csv")).unwrap();
    assert!(rows.contains("left out by A. Ruiz on 2025-07-02: letter of 1 July"), "{rows}");
    // the new workbook has every decision, so it alone is enough
    assert_eq!(folder.sheet("again.xlsx").len(), 4);
    let (exit, _) = folder.run("--resolved again.xlsx --out pay-again.csv");
    assert_eq!(exit, Exit::Done);
    assert_eq!(fs::read_to_string(folder.0.join("pay-again.csv")).unwrap(), pay);
    let words = "explain policy.pay badges.csv employees.csv --as-of 2025-06-30 --employee 2 --resolved worked.xlsx";
    let (_, said) = run_in(&folder.0, &words.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
    assert!(said.stdout.contains("read as `2` by A. Ruiz"), "{}", said.stdout);
    let (exit, _) = folder.run("--resolved worked.xlsx --out pay.xlsx");
    assert_eq!(exit, Exit::Done);
    let mut book: Xlsx<_> = calamine::open_workbook(folder.0.join("pay.xlsx")).unwrap();
    let about = book.worksheet_range("About").unwrap();
    let hash = about.rows().find(|row| row[0] == *"Resolutions SHA-256").map(|row| row[1].to_string());
    let worked = fs::read(folder.0.join("worked.xlsx")).unwrap();
    assert_eq!(hash, Some(stipend::facts::mapping::sha256(&worked)), "what was decided is hashed like the data");
    let words = "diff policy.pay policy.pay badges.csv employees.csv --as-of 2025-06-30 --format json --resolved worked.xlsx";
    let (exit, said) = run_in(&folder.0, &words.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
    assert_eq!(exit, Exit::Done, "{}", said.stderr);
    assert!(said.stdout.contains("300.00"), "both policies pay what was decided: {}", said.stdout);
    assert_eq!(about.rows().filter(|row| row[0] == *"Decided").count(), 3);
}

#[test]
fn a_decision_is_for_the_row_as_it_was() {
    let folder = Folder::new("stale");
    folder.run("--exceptions exceptions.xlsx");
    folder.decide("exceptions.xlsx", "worked.xlsx", &[("cell-not-a-date", "2025-03-01")]);
    fs::write(folder.0.join("badges.csv"), BADGES.replace("1,B,soon", "2,B,soon")).unwrap();
    let (exit, said) = folder.run("--resolved worked.xlsx");
    assert_eq!(exit, Exit::CouldNotRun);
    assert!(said.stderr.contains(&format!("[{}]", "resolution-stale")), "{}", said.stderr);
}

#[test]
fn a_decision_needs_its_author() {
    let folder = Folder::new("incomplete");
    folder.run("--exceptions exceptions.xlsx");
    folder.decide("exceptions.xlsx", "worked.xlsx", &[]);
    let mut rows = folder.sheet("worked.xlsx");
    rows[1][11] = "2025-03-01".to_owned();
    let text: Vec<String> =
        rows.iter().map(|row| row.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect::<Vec<_>>().join(",")).collect();
    fs::write(folder.0.join("worked.csv"), text.join("\n")).unwrap();
    let (exit, said) = folder.run("--resolved worked.csv");
    assert_eq!(exit, Exit::CouldNotRun);
    assert!(said.stderr.contains(&format!("[{}]", "resolution-incomplete")), "{}", said.stderr);
}

#[test]
fn a_decision_is_for_the_file_of_its_folder() {
    let folder = Folder::new("folders");
    for season in ["fall", "spring"] {
        fs::create_dir_all(folder.0.join(season)).unwrap();
        let rest = if season == "fall" { "1,A,2025-01-02,earned\n" } else { "1,E,2025-01-02,earned\n" };
        let text = format!("employee,badge_id,earned_on,status\n1,B,soon,earned\n{rest}");
        fs::write(folder.0.join(season).join("badges.csv"), text).unwrap();
    }
    let run = |more: &str| {
        let line = format!("run policy.pay fall/badges.csv spring/badges.csv employees.csv --as-of 2025-06-30 {more}");
        run_in(&folder.0, &line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    };
    let (exit, said) = run("--exceptions exceptions.xlsx");
    assert_eq!(exit, Exit::Done, "{}", said.stderr);
    let rows = folder.sheet("exceptions.xlsx");
    let places: Vec<[&str; 2]> = rows[1..].iter().map(|row| [row[1].as_str(), row[3].as_str()]).collect();
    assert_eq!(places, [["fall/badges.csv", "2"], ["spring/badges.csv", "2"]]);
    // somebody decides about the one of spring, and takes the other line out
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet().set_name("Exceptions").unwrap();
    for (number, row) in (0u32..).zip([&rows[0], &rows[2]]) {
        for (column, text) in (0u16..).zip(row) {
            let decided = [(11, "2025-03-01"), (12, "A. Ruiz"), (13, "2025-07-02"), (14, "letter")];
            let text = decided.iter().find(|(at, _)| number > 0 && *at == column).map_or(text.as_str(), |(_, decided)| decided);
            sheet.write_string(number, column, text).unwrap();
        }
    }
    book.save(folder.0.join("worked.xlsx")).unwrap();
    let (exit, said) = run("--resolved worked.xlsx --outcomes rows.csv");
    assert_eq!(exit, Exit::Done, "{}", said.stderr);
    let rows = fs::read_to_string(folder.0.join("rows.csv")).unwrap();
    let fate = |place: &str| rows.lines().find(|line| line.starts_with(place)).unwrap_or("").to_owned();
    assert!(fate("fall/badges.csv!2,").contains(",rejected,") && fate("spring/badges.csv!2,").contains(",paid,"), "{rows}");
    // the same file, given from its own folder
    let line = "run ../policy.pay badges.csv ../employees.csv --as-of 2025-06-30 --resolved ../worked.xlsx";
    let (exit, said) = run_in(&folder.0.join("spring"), &line.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
    assert_eq!(exit, Exit::Done, "{}", said.stderr);
    assert!(said.stderr.contains("badges.csv: 2 rows in = 2 used"), "{}", said.stderr);
}
