//! Redacted files pay what the real ones pay, and say nobody's name: over the sample and every case that computes something.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use stipend::cli::case::{Case, CaseCommand, find};
use stipend::cli::{Exit, run_in};

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("stipend-redact-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_owned).collect()
}

/// Award, kind, amount and effective date of each line, and how many rows have which outcome and award.
fn told(folder: &Path, name: &str) -> (Vec<[String; 4]>, BTreeMap<(String, String), usize>) {
    let table = |file: String| csv::Reader::from_path(folder.join(file)).unwrap();
    let mut lines: Vec<[String; 4]> = table(format!("{name}.csv"))
        .records()
        .map(|row| row.map(|row| [1, 2, 3, 4].map(|column| row[column].to_owned())).unwrap())
        .collect();
    lines.sort();
    let mut outcomes = BTreeMap::new();
    for row in table(format!("{name}-rows.csv")).records().map(Result::unwrap) {
        if !matches!(&row[3], "rejected" | "not used") {
            *outcomes.entry((row[3].to_owned(), row[4].to_owned())).or_default() += 1;
        }
    }
    (lines, outcomes)
}

/// What came of a case.
#[derive(PartialEq, Eq)]
enum Redacted {
    Same,
    /// It would not pay the same, and nothing was written.
    Refused,
}

/// Runs the real files and, from what `redact` says, the redacted ones; both come out the same but for the years.
fn expect_same(folder: &Path, case: &Case) -> Redacted {
    let file = &case.file;
    let out = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let mut inputs = vec![file.policy.clone()];
    inputs.extend(file.data.clone());
    inputs.extend(file.paid.iter().map(|paid| format!("paid={paid}")));
    inputs.extend(["--as-of".to_owned(), file.as_of.clone().unwrap()]);
    inputs.extend(file.mapping.iter().flat_map(|mapping| ["--mapping".to_owned(), mapping.clone()]));
    let with = |command: &str, further: &str| [vec![command.to_owned()], inputs.clone(), words(further)].concat();
    let (exit, said) = run_in(&case.folder, &with("redact", &format!("--out {}", out("shared"))));
    let name = case.folder.display();
    if said.stderr.contains("[redaction-changes-outcome]") {
        assert!(!folder.join("shared").exists(), "{name}");
        return Redacted::Refused;
    }
    assert_eq!(exit, Exit::Done, "{name}\n{}", said.stderr);
    let files = |name: &str| format!("--out {} --outcomes {}", out(&format!("{name}.csv")), out(&format!("{name}-rows.csv")));
    assert_eq!(run_in(&case.folder, &with("run", &files("real"))).0, Exit::Done, "{name}");
    let next = said.stderr.lines().find_map(|line| line.strip_prefix("next: stipend ")).unwrap();
    let (exit, again) = run_in(&case.folder, &[words(next), words(&files("redacted"))].concat());
    assert_eq!(exit, Exit::Done, "{name}\n{}", again.stderr);
    let ((real, outcomes), (redacted, redacted_outcomes)) = (told(folder, "real"), told(folder, "redacted"));
    assert_eq!(outcomes, redacted_outcomes, "{name}");
    let years: i32 = match said.stderr.split(" years ").next().and_then(|before| before.rsplit(' ').next()) {
        Some(years) if said.stderr.contains("years later") => years.parse().unwrap(),
        Some(years) => -years.parse::<i32>().unwrap(),
        None => 0,
    };
    let moved = |[award, kind, amount, effective]: [String; 4]| {
        let (year, rest) = effective.split_at(4);
        [award, kind, amount, format!("{:04}{rest}", year.parse::<i32>().unwrap() + years)]
    };
    assert_eq!(real.into_iter().map(moved).collect::<Vec<_>>(), redacted, "{name}");
    Redacted::Same
}

#[test]
fn every_case_pays_the_same_when_it_is_redacted() {
    let folders = ["rules", "samples", "tests/cases"].iter().flat_map(|shelf| find(Path::new(shelf)));
    let cases = folders.filter_map(|folder| Case::read(&folder).ok()).filter(|case| {
        let file = &case.file;
        file.arguments.is_empty() && file.command == CaseCommand::Run && file.as_of.is_some() && !file.data.is_empty()
    });
    let folder = Folder::new("cases");
    let (mut count, mut all) = (0, 0);
    for (number, case) in cases.enumerate() {
        let own = folder.0.join(number.to_string());
        fs::create_dir_all(&own).unwrap();
        count += usize::from(expect_same(&own, &case) == Redacted::Same);
        all += 1;
    }
    assert!(count >= 70 && count * 10 >= all * 9, "only {count} of {all} cases");
}

#[test]
fn nobody_can_be_read_in_what_is_shared() {
    let folder = Folder::new("nobody");
    let out = folder.0.join("shared").to_string_lossy().into_owned();
    let line = format!("redact ../../rules/wi-kettle-moraine/policy.pay credentials.csv staff.xlsx --as-of 2025-06-30 --out {out}");
    let (exit, said) = run_in(Path::new("samples/lakeland"), &words(&line));
    assert_eq!(exit, Exit::Done, "{}", said.stderr);
    let shared: String = ["credential.csv", "employee.csv"].map(|name| fs::read_to_string(Path::new(&out).join(name)).unwrap()).concat();
    // the last column counts the rows
    let cells: Vec<&str> = shared.lines().flat_map(|line| line.rsplit_once(',').map_or(line, |(cells, _)| cells).split(',')).collect();
    let emails = fs::read_to_string("samples/lakeland/emails.csv").unwrap();
    let mut checked = 0;
    for (email, id) in emails.lines().skip(1).filter_map(|line| line.split_once(',')) {
        assert!(!shared.contains(email), "{email}");
        assert!(!cells.contains(&id), "{id}");
        checked += 1;
    }
    assert!(checked > 300, "{checked}");
    assert!(
        !shared.contains("MC-10") && !shared.contains('@') && !shared.contains("base_salary"),
        "titles, IDs and unread salaries are left out"
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(Path::new(&out).join("employee.csv")).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn the_same_files_give_the_same_pseudonyms() {
    let folder = Folder::new("same");
    for name in ["a", "b"] {
        let line = format!("redact policy.pay credentials.csv staff.csv --as-of 2025-06-30 --out {}", folder.0.join(name).display());
        if name == "a" {
            run_in(&folder.0, &words("new ."));
        }
        assert_eq!(run_in(&folder.0, &words(&line)).0, Exit::Done);
    }
    for file in ["policy.pay", "employee.csv", "credential.csv"] {
        assert_eq!(fs::read(folder.0.join("a").join(file)).unwrap(), fs::read(folder.0.join("b").join(file)).unwrap(), "{file}");
    }
    let (exit, _) = run_in(&folder.0, &words("redact policy.pay credentials.csv staff.csv --as-of 2025-06-30 --out a"));
    assert_eq!(exit, Exit::CouldNotRun, "what is there is kept");
}

#[test]
fn a_key_gives_the_same_pseudonyms_in_other_files() {
    let folder = Folder::new("key");
    let line = |data: &str, more: &str| words(&format!("redact policy.pay {data} --as-of 2025-06-30 {more}"));
    run_in(&folder.0, &words("new ."));
    fs::write(folder.0.join("key"), "not sixteen").unwrap();
    let (exit, said) = run_in(&folder.0, &line("credentials.csv staff.csv", "--key key --out a"));
    assert_eq!(exit, Exit::CouldNotRun);
    assert!(said.stderr.contains(&format!("[{}]", "redaction-key")), "{}", said.stderr);
    fs::write(folder.0.join("key"), "forty-two random letters, say").unwrap();
    assert_eq!(run_in(&folder.0, &line("credentials.csv staff.csv", "--key key --out a")).0, Exit::Done);
    // other people before and after, who move everybody's number
    let staff = fs::read_to_string(folder.0.join("staff.csv")).unwrap();
    let (header, rows) = staff.split_once('\n').unwrap();
    let first = rows.lines().next().unwrap();
    let other = first.replacen(first.split(',').next().unwrap(), "0007", 1);
    fs::write(folder.0.join("employee.csv"), format!("{header}\n{other}\n{rows}")).unwrap();
    assert_eq!(run_in(&folder.0, &line("credentials.csv employee.csv", "--key key --out b")).0, Exit::Done);
    let people = |name: &str| -> Vec<String> {
        let text = fs::read_to_string(folder.0.join(name).join("employee.csv")).unwrap();
        let mut people: Vec<String> = text.lines().skip(1).map(|line| line.split(',').next().unwrap().to_owned()).collect();
        people.sort();
        people
    };
    let (before, after) = (people("a"), people("b"));
    assert_eq!(after.len(), before.len() + 1);
    assert!(before.iter().all(|person| after.contains(person) && person.len() == 17), "{before:?} {after:?}");
    fs::write(folder.0.join("other-key"), "another forty-two random letters").unwrap();
    assert_eq!(run_in(&folder.0, &line("credentials.csv staff.csv", "--key other-key --out c")).0, Exit::Done);
    assert!(people("c").iter().all(|person| !before.contains(person)), "another key, other pseudonyms");
}
