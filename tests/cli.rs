//! The commands as a user meets them: what they write, what they say, how they end.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use calamine::{Reader, Xlsx, open_workbook};
use stipend::cli::{Exit, Said, run_in};

/// A folder of its own for each test, removed when the test ends well.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("stipend-cli-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    /// The starter, ready to run.
    fn with_starter(name: &str) -> Folder {
        let folder = Folder::new(name);
        assert_eq!(folder.run("new .").0, Exit::Done);
        folder
    }

    /// One command line; words are separated by spaces.
    fn run(&self, line: &str) -> (Exit, Said) {
        run_in(&self.0, &line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap()
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.0.join(name), text).unwrap();
    }

    fn files(&self) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}

const RUN: &str = "run policy.pay credentials.csv staff.csv --as-of 2025-06-30";

#[test]
fn the_starter_checks_tests_formats_and_runs() {
    let folder = Folder::with_starter("starter");
    for line in ["check policy.pay", "check .", "test .", "fmt policy.pay --check", "fmt . --check", RUN] {
        let (exit, said) = folder.run(line);
        assert_eq!(exit, Exit::Done, "{line}\n{}", said.stderr);
        assert_eq!(said.stdout, "", "{line}: only data goes to stdout");
    }
    assert_eq!(folder.files(), ["credentials.csv", "policy.pay", "staff.csv"], "nothing is written unasked");
}

#[test]
fn a_run_says_what_it_did_and_what_to_type_next() {
    let folder = Folder::with_starter("says");
    let (_, said) = folder.run(&format!("{RUN} --out pay.csv"));
    insta::assert_snapshot!(said.stderr);
    insta::assert_snapshot!(folder.text("pay.csv"));
}

#[test]
fn an_explanation_accounts_for_every_row() {
    let folder = Folder::with_starter("explains");
    let (exit, said) = folder.run("explain policy.pay credentials.csv staff.csv --as-of 2025-06-30 --employee 1042");
    assert_eq!(exit, Exit::Done);
    for row in ["row 2", "row 3", "row 4", "row 5"] {
        assert_eq!(said.stdout.matches(&format!("Row: credentials.csv, {row}\n")).count(), 1, "{row}");
    }
    insta::assert_snapshot!(said.stdout);
}

#[test]
fn the_same_run_writes_the_same_bytes() {
    let folder = Folder::with_starter("bytes");
    for name in ["a", "b"] {
        let (exit, said) = folder.run(&format!("{RUN} --out {name}.csv --out {name}.xlsx --out {name}.json --outcomes {name}-rows.csv"));
        assert_eq!(exit, Exit::Done, "{}", said.stderr);
    }
    for ending in [".csv", ".xlsx", ".json", "-rows.csv"] {
        let read = |name: &str| fs::read(folder.0.join(format!("{name}{ending}"))).unwrap();
        assert!(read("a") == read("b"), "{ending}");
    }
}

#[test]
fn a_second_run_over_the_first_ones_lines_pays_nothing() {
    let folder = Folder::with_starter("second");
    folder.run(&format!("{RUN} --out paid.csv"));
    let (exit, said) = folder.run(&format!("{RUN} paid=paid.csv --out again.csv --outcomes again-rows.csv"));
    assert_eq!(exit, Exit::Done, "{}", said.stderr);
    assert_eq!(folder.text("again.csv").lines().count(), 1, "a header alone");
    assert_eq!(folder.text("again-rows.csv").matches(",already paid,").count(), 4);
}

#[test]
fn files_that_are_there_are_kept_unless_forced() {
    let folder = Folder::with_starter("kept");
    folder.write("pay.csv", "mine\n");
    assert_eq!(folder.run(&format!("{RUN} --out pay.csv")).0, Exit::CouldNotRun);
    assert_eq!(folder.text("pay.csv"), "mine\n");
    assert_eq!(folder.run(&format!("{RUN} --out pay.csv --force")).0, Exit::Done);
    assert!(folder.text("pay.csv").starts_with("employee,award,kind,amount,"));
    assert_eq!(folder.run("new .").0, Exit::CouldNotRun, "a starter replaces nothing");
}

#[test]
fn one_refusal_writes_no_file_at_all() {
    let folder = Folder::with_starter("none");
    let csv = folder.text("credentials.csv").replace("C-301", "=C-301");
    folder.write("credentials.csv", &csv);
    let (exit, said) = folder.run(&format!("{RUN} --out pay.json --out pay.csv"));
    assert_eq!(exit, Exit::CouldNotRun);
    assert!(said.stderr.contains("[formula-in-table]"), "{}", said.stderr);
    assert_eq!(folder.files(), ["credentials.csv", "policy.pay", "staff.csv"]);
    assert_eq!(folder.run(&format!("{RUN} --out pay.xlsx --out pay.json")).0, Exit::Done, "where text stays text it may be written");
}

#[test]
fn strict_ends_with_one_when_a_row_is_rejected_or_held() {
    let folder = Folder::with_starter("strict");
    assert_eq!(folder.run(&format!("{RUN} --strict")).0, Exit::Done);
    let right = folder.text("credentials.csv");
    let held = right.replace("earned,2024-08-19,2024-12-02", "earned,2024-08-19,");
    let unknown_word = right.replace("in_progress", "postponed");
    let unknown_person = right.replace("1044,C-301", "9999,C-301");
    for wrong in [held, unknown_word, unknown_person] {
        assert_ne!(wrong, right);
        folder.write("credentials.csv", &wrong);
        assert_eq!(folder.run(RUN).0, Exit::Done, "exceptions are listed, they are no failure");
        assert_eq!(folder.run(&format!("{RUN} --strict")).0, Exit::Findings);
    }
}

#[test]
fn terminal_codes_in_the_data_are_shown_and_not_obeyed() {
    let folder = Folder::with_starter("strange");
    let csv = format!("{}1042,\u{1b}[2J\u{202e}evil,x,earned,2024-07-08,2024-09-16\n", folder.text("credentials.csv"));
    folder.write("credentials.csv", &csv);
    let (_, said) = folder.run("explain policy.pay credentials.csv staff.csv --as-of 2025-06-30 --employee 1042");
    assert!(!said.stdout.contains('\u{1b}') && !said.stdout.contains('\u{202e}'));
    assert!(!said.stderr.contains('\u{1b}') && !said.stderr.contains('\u{202e}'));
}

#[test]
fn json_is_one_document_with_everything() {
    let folder = Folder::with_starter("json");
    let (exit, said) = folder.run(&format!("{RUN} --format json"));
    assert_eq!(exit, Exit::Done);
    assert_eq!(said.stderr, "");
    let document: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!(document["control"]["agrees"], true);
    assert_eq!(document["adjustments"].as_array().unwrap().len(), 4);
    assert_eq!(document["adjustments"][0]["amount"], "200.00");
    assert_eq!(document["data"][0]["sha256"].as_str().unwrap().len(), 64);
    folder.run(&format!("{RUN} --out pay.xlsx --outcomes all.csv"));
    let mut workbook: Xlsx<_> = open_workbook(folder.0.join("pay.xlsx")).unwrap();
    let about = workbook.worksheet_range("About").unwrap();
    let told: Vec<String> = about.rows().filter(|row| row[0] == *"Data SHA-256").map(|row| row[1].to_string()).collect();
    let files = document["data"].as_array().unwrap();
    assert_eq!(told, files.iter().map(|file| file["sha256"].as_str().unwrap()).collect::<Vec<_>>(), "a workbook tells the hashes too");
    let (exit, said) = folder.run("run policy.pay credentials.csv staff.csv --format json");
    assert_eq!(exit, Exit::CouldNotRun);
    let document: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!(document["diagnostics"][0]["code"], "no-as-of");
}

/// A mapping of megabytes was written by no person, and costs many times its size to read.
#[test]
fn settings_of_megabytes_are_refused() {
    let folder = Folder::with_starter("settings");
    let large = "# a line that says nothing\n".repeat(40_000);
    folder.write("large.toml", &large);
    for line in [format!("{RUN} --mapping large.toml"), format!("{RUN} --layout large.toml --out payroll")] {
        let (exit, said) = folder.run(&line);
        assert_eq!(exit, Exit::CouldNotRun, "{line}");
        let expected = format!("this file has {} bytes, more than the 1048576 that are read [file-too-large]", large.len());
        assert!(said.stderr.contains(&expected), "{line}: {}", said.stderr);
    }
}

#[test]
fn fmt_changes_a_policy_once() {
    let folder = Folder::with_starter("fmt");
    let pretty = folder.text("policy.pay");
    folder.write("policy.pay", &pretty.replace("  if    status", "  if status").replace("  pay   $200", "  pay $200"));
    assert_eq!(folder.run("fmt policy.pay --check").0, Exit::Findings);
    assert_eq!(folder.run("fmt policy.pay").0, Exit::Done);
    assert_eq!(folder.text("policy.pay"), pretty);
    folder.write("policy.pay", "award \"A\" for eech row\n");
    assert_eq!(folder.run("fmt policy.pay").0, Exit::CouldNotRun);
    assert_eq!(folder.text("policy.pay"), "award \"A\" for eech row\n", "what cannot be read is left alone");
}

#[test]
fn every_help_starts_with_examples() {
    let folder = Folder::new("help");
    for command in ["run", "explain", "check", "fmt", "test", "new", "map", "redact", "diff"] {
        let (exit, said) = folder.run(&format!("{command} --help"));
        assert_eq!(exit, Exit::Done);
        assert!(said.stdout.starts_with(&format!("Examples:\n  stipend {command} ")), "{command}: {}", said.stdout);
    }
}

/// docs/commands.md is what `--help` says; `ACCEPT=1` writes it, for a person to review.
#[test]
fn the_manual_is_what_help_says() {
    let folder = Folder::new("manual");
    let mut manual = String::from("# Commands\n\nWhat `stipend help` says, kept so by a test.\n");
    for command in ["", "run", "explain", "check", "fmt", "test", "new", "map", "redact", "diff"] {
        let (_, said) = folder.run(&format!("{command} --help"));
        let help: Vec<&str> = said.stdout.lines().map(str::trim_end).collect();
        manual.push_str(&format!("\n## stipend {command}\n\n```text\n{}\n```\n", help.join("\n")).replace("stipend \n", "stipend\n"));
    }
    if std::env::var_os("ACCEPT").is_some() {
        fs::write("docs/commands.md", &manual).unwrap();
    }
    assert!(fs::read_to_string("docs/commands.md").unwrap_or_default() == manual, "ACCEPT=1 cargo test --test cli writes it anew");
}

#[test]
fn the_program_ends_as_documented() {
    let folder = Folder::with_starter("process");
    folder.write("wrong.pay", "policy \"X\"\n");
    let ended = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let output = Command::new(env!("CARGO_BIN_EXE_stipend")).args(words).current_dir(&folder.0).output().unwrap();
        (output.status.code().unwrap(), output.stdout.is_empty(), output.stderr.is_empty())
    };
    assert_eq!(ended(RUN), (0, true, false));
    assert_eq!(ended(&format!("{RUN} --format json")), (0, false, true));
    assert_eq!(ended("check wrong.pay"), (1, true, false));
    assert_eq!(ended("check missing.pay"), (2, true, false));
    assert_eq!(ended("run"), (2, true, false));
    assert_eq!(ended("--version"), (0, false, true));
}

#[test]
#[cfg(unix)]
fn what_is_written_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::with_starter("private");
    folder.run(&format!("{RUN} --out pay.csv"));
    assert_eq!(fs::metadata(folder.0.join("pay.csv")).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(Path::new(&folder.0).join("pay.csv").exists() && folder.files().iter().all(|name| !name.ends_with(".tmp")));
}

/// A policy of the library stands in a folder of its own, and everything it shows holds there.
#[test]
fn a_policy_of_the_library_is_a_start() {
    let folder = Folder::new("library");
    let (exit, said) = folder.run("new");
    assert_eq!(exit, Exit::Done);
    assert!(said.stdout.contains("wi-kettle-moraine"), "{}", said.stdout);
    let (exit, said) = folder.run("new mine/policy --from wi-kettle-moraine");
    assert_eq!(exit, Exit::Done, "{}", said.stderr);
    let (exit, said) = folder.run("test mine/policy");
    assert_eq!(exit, Exit::Done, "{}", said.stderr);
    assert_eq!(folder.run("new mine/policy --from wi-kettle-moraine").0, Exit::CouldNotRun, "what is there is kept");
    assert_eq!(folder.run("new other --from wi-kettle").0, Exit::CouldNotRun);
    assert_eq!(folder.files(), ["mine"], "a refusal makes no folder");
}

/// The figures are those of the case's own words.
#[test]
fn a_difference_names_people_and_rows() {
    let folder = Folder::new("diff");
    let out = |name: &str| folder.0.join(name).to_string_lossy().into_owned();
    let line = format!(
        "diff ../../../rules/wi-kettle-moraine/policy.pay ../../../rules/wi-kettle-moraine/fiscal-year.pay employee.csv credential.csv \
         --as-of 2025-06-30 --out {} --rows {}",
        out("people.csv"),
        out("rows.csv")
    );
    let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
    let (exit, said) = run_in(Path::new("tests/cases/diff-two-readings"), &words);
    assert_eq!(exit, Exit::Done, "{}", said.stderr);
    assert_eq!(folder.text("people.csv"), "employee,amount_a,amount_b,difference\n1,600.00,1200.00,600.00\n");
    let rows = folder.text("rows.csv");
    let sources: Vec<&str> = rows.lines().skip(1).filter_map(|row| row.split(',').next()).collect();
    assert_eq!(sources, ["credential.csv!5", "credential.csv!6", "credential.csv!7"]);
    assert_eq!(run_in(Path::new("tests/cases/diff-two-readings"), &words).0, Exit::CouldNotRun, "what is there is kept");
    let json = [&words[..7], &["--format".to_owned(), "json".to_owned()]].concat();
    let (_, said) = run_in(Path::new("tests/cases/diff-two-readings"), &json);
    let document: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!((&document["total"]["difference"], document["rows"].as_array().unwrap().len()), (&"600.00".into(), 3));
}

/// With or without `--force`: what a command reads is kept, whatever it is asked to write.
#[test]
fn nothing_that_is_read_is_written_over() {
    let folder = Folder::with_starter("inputs");
    folder.write("mapping.toml", "[paid]\ncomplete_since = 2024-07-01\n");
    let before = folder.files().iter().map(|name| folder.text(name)).collect::<Vec<_>>();
    let data = "credentials.csv staff.csv --as-of 2025-06-30";
    for line in [
        format!("redact policy.pay {data} --out . --force"),
        format!("diff policy.pay policy.pay {data} --out staff.csv --force"),
        format!("run policy.pay {data} --out staff.csv --force"),
        format!("run policy.pay {data} --layout own.toml --out . --force"),
    ] {
        folder.write(
            "own.toml",
            "[[file]]\nname = \"STAFF.csv\"\nkinds = [\"base salary\"]\nblank = \"keeps\"\ncolumn = [{ value = \"{employee}\" }]\n",
        );
        folder.write("own.toml", &folder.text("own.toml").replace("STAFF", "staff"));
        let (exit, said) = folder.run(&line);
        assert_eq!(exit, Exit::CouldNotRun, "{line}\n{}", said.stderr);
        assert!(said.stderr.contains("[output-is-input]"), "{line}\n{}", said.stderr);
        fs::remove_file(folder.0.join("own.toml")).unwrap();
        assert_eq!(folder.files().iter().map(|name| folder.text(name)).collect::<Vec<_>>(), before, "{line}");
    }
}

/// Control characters of the data are shown by every command and every form of output.
#[test]
fn no_command_sends_what_data_says_to_a_terminal() {
    let folder = Folder::with_starter("commands");
    let evil = "\u{9b}2J\u{1b}]0;x\u{7}\u{202e}";
    folder.write("credentials.csv", &folder.text("credentials.csv").replace("C-301", &format!("C{evil}")));
    folder.write("policy.pay", &folder.text("policy.pay").replace("Name of the district", &format!("District {evil}")));
    let data = "credentials.csv staff.csv --as-of 2025-06-30";
    for line in [
        format!("run policy.pay {data}"),
        format!("run policy.pay {data} --format json"),
        format!("explain policy.pay {data} --employee 1044"),
        format!("explain policy.pay {data} --employee 1044 --format json"),
        format!("diff policy.pay policy.pay {data} --format json"),
        format!("redact policy.pay {data} --out shared"),
        "check policy.pay --format json".to_owned(),
        "test .".to_owned(),
    ] {
        let (_, said) = folder.run(&line);
        let printed = format!("{}{}", said.stdout, said.stderr);
        assert!(!printed.chars().any(|character| character.is_control() && character != '\n' || character == '\u{202e}'), "{line}");
    }
}

/// The adjustments but for the rows they came from, which are numbered anew in a part.
fn without_sources(table: &str) -> Vec<String> {
    let kept = |line: &str| -> String {
        let cells: Vec<&str> = line.split(',').collect();
        cells.iter().enumerate().filter(|(column, _)| *column != 8).map(|(_, cell)| format!("{cell},")).collect()
    };
    table.lines().skip(1).map(kept).collect()
}

#[test]
fn parts_by_employee_add_up_to_the_whole() {
    let folder = Folder::new("parts");
    folder.write("policy.pay", include_str!("../benches/w1.pay"));
    let (mut whole, mut parts) = ([String::new(), String::new()], [[String::new(), String::new()], [String::new(), String::new()]]);
    for row in 0..400u32 {
        let (person, day) = (row * 7 % 40, row % 28 + 1);
        let text = format!(
            "E{person:02},C{},micro-credential,2023-01-{day:02},2023-06-{day:02},2023-0{}-{day:02},2,approved\n",
            row % 90,
            row % 8 + 2
        );
        whole[0].push_str(&text);
        parts[(person % 2) as usize][0].push_str(&text);
        if row < 40 {
            let staff = format!("E{row:02},0.{}\n", row % 9 + 1);
            whole[1].push_str(&staff);
            parts[(row % 2) as usize][1].push_str(&staff);
        }
    }
    let run = |[credentials, staff]: &[String; 2]| {
        let header = "employee_id,credential_id,category,enrolled_on,completed_on,approved_on,reviewers_approved,status\n";
        folder.write("credentials.csv", &format!("{header}{credentials}"));
        folder.write("staff.csv", &format!("employee_id,fte\n{staff}"));
        let (exit, said) = folder.run(&format!("{RUN} --force --out pay.csv"));
        assert_eq!(exit, Exit::Done, "{said:?}");
        without_sources(&folder.text("pay.csv"))
    };
    let mut together: Vec<String> = parts.iter().flat_map(run).collect();
    together.sort_by_key(|line| line[..3].to_owned()); // by employee, whose lines keep their order
    let at_once = run(&whole);
    assert!(at_once.len() > 40);
    assert_eq!(together, at_once);
}
