//! Redacted files pay what the real ones pay, and say nobody's name: over the sample and every case that computes something.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use stipend::cli::case::{Case, CaseCommand, CaseFile, find};
use stipend::cli::{Exit, run_in};
use stipend::diagnostic::Diagnostics;
use stipend::facts::grid;

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

/// The codes in a reason, each of which stands in brackets.
fn codes(reason: &str) -> String {
    let in_brackets = reason.split('[').skip(1).filter_map(|rest| rest.split_once(']')).map(|(code, _)| code);
    in_brackets.filter(|code| code.contains('-')).collect::<Vec<_>>().join(" ")
}

/// Award, kind, amount and effective date of each line, and how many rows have which outcome, award and reason not to be used.
fn told(folder: &Path, name: &str) -> (Vec<[String; 4]>, BTreeMap<[String; 3], usize>) {
    let table = |file: String| csv::Reader::from_path(folder.join(file)).unwrap();
    let mut lines: Vec<[String; 4]> = table(format!("{name}.csv"))
        .records()
        .map(|row| row.map(|row| [1, 2, 3, 4].map(|column| row[column].to_owned())).unwrap())
        .collect();
    lines.sort();
    let mut outcomes = BTreeMap::new();
    for row in table(format!("{name}-rows.csv")).records().map(Result::unwrap) {
        let why = match &row[3] {
            "rejected" => codes(&row[6]),
            "not used" => row[6].chars().filter(|letter| !letter.is_ascii_digit()).collect(),
            _ => String::new(),
        };
        *outcomes.entry([row[3].to_owned(), row[4].to_owned(), why]).or_default() += 1;
    }
    (lines, outcomes)
}

/// What came of a case.
#[derive(PartialEq, Eq)]
enum Redacted {
    Same,
    /// The real files do not run.
    NothingToRun,
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
    let files = |name: &str| format!("--out {} --outcomes {}", out(&format!("{name}.csv")), out(&format!("{name}-rows.csv")));
    let (real_exit, _) = run_in(&case.folder, &with("run", &files("real")));
    if real_exit == Exit::CouldNotRun {
        return Redacted::NothingToRun;
    }
    let (exit, said) = run_in(&case.folder, &with("redact", &format!("--out {}", out("shared"))));
    let name = case.folder.display();
    if said.stderr.contains("[redaction-c") {
        assert!(!folder.join("shared").exists(), "{name}");
        return Redacted::Refused;
    }
    assert_eq!(exit, Exit::Done, "{name}\n{}", said.stderr);
    let next = said.stderr.lines().find_map(|line| line.strip_prefix("next: stipend ")).unwrap();
    let (exit, again) = run_in(&case.folder, &[words(next), words(&files("redacted"))].concat());
    assert_eq!(exit, real_exit, "{name}\n{}", again.stderr);
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
    expect_nothing_said((&case.folder, file), &folder.join("shared"), years);
    assert_eq!(real.into_iter().map(moved).collect::<Vec<_>>(), redacted, "{name}");
    Redacted::Same
}

/// Every cell of a file, whatever form it has; nothing of badges, which have none.
fn cells(path: &Path, sheet: Option<&str>) -> BTreeSet<String> {
    let bytes = fs::read(path).unwrap_or_default();
    let rows = grid((&path.to_string_lossy(), &bytes), sheet, None, &mut Diagnostics::new()).unwrap_or_default();
    rows.into_iter().flatten().map(|cell| cell.trim().to_owned()).filter(|cell| !cell.is_empty()).collect()
}

fn is_date(text: &str) -> bool {
    text.len() == 10 && text.bytes().enumerate().all(|(at, byte)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() })
}

/// No address, text, ID or date of the data stands in a file that is shared, but for words that the policy itself has.
fn expect_nothing_said((folder, file): (&Path, &CaseFile), shared: &Path, years: i32) {
    let policy = fs::read_to_string(folder.join(&file.policy)).unwrap();
    let names = file.data.iter().chain(&file.paid).map(|data| data.split_once('=').map_or(data.as_str(), |(_, path)| path));
    let names =
        names.map(|name| name.split_once(".xlsx#").map_or((name.to_owned(), None), |(name, sheet)| (format!("{name}.xlsx"), Some(sheet))));
    let original: BTreeSet<String> = names.flat_map(|(name, sheet)| cells(&folder.join(name), sheet)).collect();
    let is_number = |text: &str| {
        text.trim_matches(['$', '%', ' ', '(', ')', '-']).chars().all(|letter| letter.is_ascii_digit() || ".,÷/".contains(letter))
    };
    let is_said = |text: &&String| !is_number(text) && !is_date(text) && text.len() > 2 && !policy.contains(text.as_str());
    let moved = |date: &str| format!("{:04}{}", date[..4].parse::<i32>().unwrap() - years, &date[4..]);
    for entry in fs::read_dir(shared).unwrap().map(|entry| entry.unwrap().path()) {
        let name = entry.file_name().unwrap().to_string_lossy().into_owned();
        if name == Path::new(&file.policy).file_name().unwrap().to_string_lossy() || policy.contains(&format!("in \"{name}")) {
            continue;
        }
        let text = fs::read_to_string(&entry).unwrap();
        let written = if name.ends_with(".csv") { cells(&entry, None) } else { BTreeSet::new() };
        for said in original.iter().filter(is_said) {
            let is_there = written.contains(said) || said.contains('@') && text.contains(said.as_str());
            let ours = ["used", "yes", "no", "true", "false", "base salary", "stipend", "recovery", "move", "role", "#N/A", "Total"];
            let is_header = text.lines().next().unwrap().split(',').any(|header| header == said);
            assert!(!is_there || ours.contains(&said.as_str()) || is_header, "`{said}` stands in {name} of {}", folder.display());
        }
        for date in written.iter().filter(|text| years != 0 && is_date(text)) {
            assert!(!original.contains(date) || original.contains(&moved(date)), "{date} stands in {name} of {}", folder.display());
        }
        let mut table = csv::ReaderBuilder::new().flexible(true).from_path(&entry).unwrap();
        let person = table.headers().unwrap().iter().position(|header| header == "employee");
        for row in table.records().map(Result::unwrap).filter(|_| name.ends_with(".csv")) {
            let id = person.and_then(|column| row.get(column)).unwrap_or("");
            assert!(!original.contains(id) || id == "employee", "the ID `{id}` stands in {name} of {}", folder.display());
        }
    }
}

#[test]
fn every_case_pays_the_same_when_it_is_redacted() {
    let folders = ["rules", "samples", "tests/cases", "tests/errors"].iter().flat_map(|shelf| find(Path::new(shelf)));
    let cases = folders.filter_map(|folder| Case::read(&folder).ok()).filter(|case| {
        let file = &case.file;
        file.arguments.is_empty() && file.command == CaseCommand::Run && file.as_of.is_some() && !file.data.is_empty()
    });
    let folder = Folder::new("cases");
    let (mut count, mut refused) = (0, 0);
    for (number, case) in cases.enumerate() {
        let own = folder.0.join(number.to_string());
        fs::create_dir_all(&own).unwrap();
        match expect_same(&own, &case) {
            Redacted::Same => count += 1,
            Redacted::Refused => {
                refused += 1;
                let name = case.folder.to_string_lossy().into_owned();
                assert!(name.contains("badge") || name.contains("line-length") || name.contains("files-without-headers"), "{name}");
            }
            Redacted::NothingToRun => {}
        }
    }
    assert!(count >= 230 && refused <= 20, "{count} the same, {refused} refused");
}

#[test]
fn nobody_can_be_read_in_what_is_shared() {
    let folder = Folder::new("nobody");
    let out = folder.0.join("shared").to_string_lossy().into_owned();
    let line = format!("redact ../../rules/wi-kettle-moraine/policy.pay credentials.csv staff.xlsx --as-of 2025-06-30 --out {out}");
    let (exit, said) = run_in(Path::new("samples/lakeland"), &words(&line));
    assert_eq!(exit, Exit::Done, "{}", said.stderr);
    let shared: String = ["credential.csv", "employee.csv"].map(|name| fs::read_to_string(Path::new(&out).join(name)).unwrap()).concat();
    // the first column counts the rows
    let cells: Vec<&str> = shared.lines().flat_map(|line| line.split_once(',').map_or(line, |(_, cells)| cells).split(',')).collect();
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
        let mut people: Vec<String> = text.lines().skip(1).map(|line| line.split(',').nth(1).unwrap().to_owned()).collect();
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

/// The rows and reasons of a run from a folder that `redact` wrote, by what it says to run next.
fn run_again(folder: &Path, said: &str) -> BTreeMap<[String; 3], usize> {
    let next = said.lines().find_map(|line| line.strip_prefix("next: stipend ")).unwrap();
    let files = format!("--out {} --outcomes {}", folder.join("again.csv").display(), folder.join("again-rows.csv").display());
    let (exit, again) = run_in(folder, &[words(next), words(&files)].concat());
    assert_eq!(exit, Exit::Done, "{}", again.stderr);
    told(folder, "again").1
}

#[test]
fn what_somebody_left_out_stays_left_out() {
    let folder = Folder::new("left-out");
    for name in ["policy.pay", "employee.csv", "credential.csv", "emails.csv", "mapping.toml"] {
        fs::copy(Path::new("tests/cases/odd-rows-of-every-kind").join(name), folder.0.join(name)).unwrap();
    }
    let headers = "Code,File,Sheet,Row,Cell,Field,Raw value,Employee,Problem,What to do,Owner,Resolution,Author,Date,Reason,Row check";
    let left_out = "not-an-amount,credential.csv,,8,,fee,eleven,,,,,leave out,Olga Amt,2025-07-01,withdrawn,";
    let mended = "cell-not-a-date,credential.csv,,7,,Awarded,03/32/2025,,,,,03/22/2025,Olga Amt,2025-07-01,typing error,";
    fs::write(folder.0.join("done.csv"), format!("{headers}\n{left_out}\n{mended}\n")).unwrap();
    let line = "redact policy.pay employee.csv credential.csv --as-of 2025-06-30 --resolved done.csv --out shared";
    let (exit, said) = run_in(&folder.0, &words(line));
    assert_eq!(exit, Exit::Done, "{}", said.stderr);
    let rows = run_again(&folder.0, &said.stderr);
    let count = |outcome: &str, why: &str| {
        rows.iter().filter(|(row, _)| row[0] == outcome && row[2].contains(why)).map(|(_, count)| count).sum::<usize>()
    };
    assert_eq!((count("not used", "left out by redacted"), count("rejected", "not-an-amount"), count("paid", "")), (1, 0, 5), "{rows:?}");
    assert!(!fs::read_to_string(folder.0.join("shared/resolved.csv")).unwrap().contains("Olga"));
}

#[test]
fn a_table_of_people_is_not_handed_on() {
    let folder = Folder::new("people");
    let policy = "policy \"Example\"\n  effective from 2024-07-01\n\nrecord employee\n  employee id\n\nrecord credential\n  employee employee\n  \
        credential_id text\n  badge text\n  approved date\n\ntable rate by badge\n  money in \"rates.csv\"\n\naward \"Badge\" for each credential\n  \
        once per credential_id\n  pay rate[badge] as stipend, not prorated\n  effective on approved\n";
    fs::write(folder.0.join("policy.pay"), policy).unwrap();
    fs::write(folder.0.join("employee.csv"), "employee\nE0042\nE0043\nE0044\n").unwrap();
    fs::write(
        folder.0.join("credential.csv"),
        "employee,credential_id,badge,approved\nE0042,A,Reading,2025-01-02\nE0043,B,Maths,2025-01-02\n",
    )
    .unwrap();
    let line = words("redact policy.pay employee.csv credential.csv --as-of 2025-06-30 --out shared");
    fs::write(folder.0.join("rates.csv"), "badge,rate\nReading,200\nMaths,100\n").unwrap();
    let (exit, said) = run_in(&folder.0, &line);
    assert_eq!(exit, Exit::Done, "{}", said.stderr);
    assert_eq!(fs::read_to_string(folder.0.join("shared/rates.csv")).unwrap(), "badge,rate\nReading,200\nMaths,100\n");
    assert!(run_again(&folder.0, &said.stderr).iter().any(|(row, count)| row[0] == "paid" && *count == 2));
    fs::remove_dir_all(folder.0.join("shared")).unwrap();
    for rows in ["E0042,200\nE0043,100\nE0044,50\n", "ruiz@lakeland.example,200\nnovak@lakeland.example,100\n"] {
        fs::write(folder.0.join("rates.csv"), format!("badge,rate\n{rows}Reading,1\nMaths,1\n")).unwrap();
        let (exit, said) = run_in(&folder.0, &line);
        let named = said.stderr.contains("[redaction-cannot-carry]") && said.stderr.contains("rates.csv");
        assert!(exit == Exit::CouldNotRun && named && !folder.0.join("shared").exists(), "{}", said.stderr);
    }
}
